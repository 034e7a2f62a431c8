"""The environment's MILEBILL_… variables as one immutable record of settings."""

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

MINIMUM_SECRET_LENGTH = 32
_TRUETYPE = frozenset((b"\0\1\0\0", b"true"))


class ConfigurationError(Exception):
    """A setting that the product refuses to start with; the message says what to do."""


@dataclass(frozen=True)
class Settings:
    """Everything that differs between two installations."""

    secret_keys: tuple[str, ...] = field(repr=False)
    """Newest last: the newest signs, all verify."""
    production: bool = False
    database_url: str = "sqlite:///var/milebill.db"
    var: Path = Path("var")
    """Folder for the database, files and locks; made when it is missing."""
    base_url: str = "http://127.0.0.1:8000"
    """Where people reach the product; the links in mails begin with it, never with a request's Host."""
    host: str = "127.0.0.1"
    port: int = 8000
    smtp_url: str | None = field(default=None, repr=False)
    mail_from: str = "milebill@localhost"
    """The installation's own address: sender of every mail, with the supplier's name and Reply-To."""
    web_processes: int = 1
    web_threads: int = 64
    """Threads that always stay free for pages, beside those that hold streams."""
    streams: int = 1000
    """Live dashboards per web process; beyond it a dashboard polls."""
    trusted_proxies: int = 0
    """How many proxies in front set X-Forwarded-…"""
    fonts: tuple[Path, ...] = ()
    """TrueType files for the characters that the bundled typefaces of documents lack."""
    peppol_url: str | None = None
    """Of the access point that sends e-invoices, without /api; None: they are only downloaded."""
    peppol_key: str = field(default="", repr=False)

    @property
    def is_sqlite(self) -> bool:
        return self.database_url.startswith("sqlite")

    @property
    def secure(self) -> bool:
        """Whether people reach the product by HTTPS, so that cookies may demand it."""
        return self.base_url.startswith("https://")

    @property
    def outbox(self) -> bool:
        """Whether mails are read at /outbox instead of being sent: development, on loopback, without SMTP."""
        return not self.production and self.smtp_url is None and _is_loopback(self.host)

    @property
    def files(self) -> Path:
        """Where content-addressed files live."""
        return self.var / "files"


def settings_from_environment(environ: Mapping[str, str] = os.environ) -> Settings:
    """Read and check the settings. Raises ConfigurationError with a sentence that says what to change."""

    def get(name: str, default: str) -> str:
        return environ.get(f"MILEBILL_{name}", "").strip() or default

    var = Path(get("VAR", "var")).resolve()
    host, port = get("HOST", "127.0.0.1"), _number("PORT", get("PORT", "8000"), 1, 65535)
    settings = Settings(
        secret_keys=tuple(key.strip() for key in get("SECRET_KEY", "").split(",") if key.strip()),
        production=get("ENV", "development") == "production",
        database_url=get("DATABASE_URL", f"sqlite:///{var / 'milebill.db'}"),
        var=var,
        base_url=get("BASE_URL", f"http://{_reachable(host)}:{port}").rstrip("/"),
        host=host,
        port=port,
        smtp_url=environ.get("MILEBILL_SMTP_URL", "").strip() or None,
        mail_from=get("MAIL_FROM", "milebill@localhost"),
        web_processes=_number("WEB_PROCESSES", get("WEB_PROCESSES", "1"), 1, 64),
        web_threads=_number("WEB_THREADS", get("WEB_THREADS", "64"), 2, 4096),
        streams=_number("STREAMS", get("STREAMS", "1000"), 0, 20000),
        trusted_proxies=_number("TRUSTED_PROXIES", get("TRUSTED_PROXIES", "0"), 0, 8),
        fonts=_fonts(get("FONTS", "")),
        peppol_url=get("PEPPOL_URL", "").rstrip("/") or None,
        peppol_key=get("PEPPOL_KEY", ""),
    )
    return check(settings)


def check(settings: Settings) -> Settings:
    """The same settings, or a ConfigurationError for a combination that would not be safe."""
    if not settings.production and not settings.secret_keys:
        settings = replace(settings, secret_keys=(_development_secret(settings.var),))
    if not settings.secret_keys:
        raise ConfigurationError("Set MILEBILL_SECRET_KEY: every link and every session is signed with it.")
    if settings.production and any(len(key) < MINIMUM_SECRET_LENGTH for key in settings.secret_keys):
        raise ConfigurationError(
            f"MILEBILL_SECRET_KEY is weak: use at least {MINIMUM_SECRET_LENGTH} random characters, for example the "
            "output of: python3 -c 'import secrets; print(secrets.token_urlsafe(48))'"
        )
    if settings.production and settings.smtp_url is None:
        raise ConfigurationError("Set MILEBILL_SMTP_URL: in production the mails have to reach people.")
    if not urlsplit(settings.base_url).hostname:
        raise ConfigurationError("MILEBILL_BASE_URL must be an address such as https://bill.example.com")
    if settings.is_sqlite and settings.web_processes > 1:
        raise ConfigurationError("SQLite serves one web process; for more, set MILEBILL_DATABASE_URL to PostgreSQL.")
    if settings.peppol_url is not None:
        _check_peppol(settings.peppol_url, settings.peppol_key)
    return settings


def _check_peppol(url: str, key: str) -> None:
    parts = urlsplit(url)
    if parts.scheme not in {"https", "http"} or not parts.hostname or parts.query or parts.fragment:
        raise ConfigurationError("MILEBILL_PEPPOL_URL must be an address such as https://ap.example.com")
    if parts.scheme == "http" and not _is_loopback(parts.hostname):
        raise ConfigurationError("MILEBILL_PEPPOL_URL must begin with https://: invoices and the key travel there.")
    if not key or not key.isascii() or not key.isprintable():
        raise ConfigurationError("Set MILEBILL_PEPPOL_KEY: the access point takes nothing without it.")


def _development_secret(var: Path) -> str:
    """A random secret that is made once and kept beside the database, readable by its owner only."""
    path = var / "secret"
    var.mkdir(parents=True, exist_ok=True)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text().strip()
    with os.fdopen(handle, "w") as file:
        file.write(secrets.token_urlsafe(48))
    return path.read_text().strip()


def _number(name: str, text: str, low: int, high: int) -> int:
    if not (text.isascii() and text.isdecimal()) or not low <= int(text) <= high:
        raise ConfigurationError(f"MILEBILL_{name} must be a whole number from {low} to {high}, not {text!r}.")
    return int(text)


def _fonts(text: str) -> tuple[Path, ...]:
    """The TrueType files of a folder, or one file. PDFs embed no other outlines."""
    if not text:
        return ()
    path = Path(text).resolve()
    files = sorted(file for file in path.iterdir() if file.suffix.lower() == ".ttf") if path.is_dir() else [path]
    if not files:
        raise ConfigurationError(f"MILEBILL_FONTS: there is no .ttf file in {path}.")
    for file in files:
        try:
            with file.open("rb") as opened:
                kind = opened.read(4)
        except OSError as error:
            raise ConfigurationError(f"MILEBILL_FONTS: {file} can't be read ({error.strerror}).") from error
        if kind not in _TRUETYPE:
            raise ConfigurationError(f"MILEBILL_FONTS: {file} has no TrueType outlines; documents need a .ttf file.")
    return tuple(files)


def _reachable(host: str) -> str:
    """The name that a browser on this machine reaches `host` by; an IPv6 address stands in brackets."""
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104
    return f"[{host}]" if ":" in host else host


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"

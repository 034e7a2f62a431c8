"""What the environment may say, and what the product refuses to start with."""

import stat
from pathlib import Path

import pytest

from milebill.config import ConfigurationError, Settings, settings_from_environment
from tests.outbound.own_fonts import a_font

SECRET = "s" * 40


def read(tmp_path: Path, **values: str) -> Settings:
    return settings_from_environment({"MILEBILL_VAR": str(tmp_path / "var")} | {
        f"MILEBILL_{name}": value for name, value in values.items()
    })  # fmt: skip


def test_an_empty_environment_is_a_development_installation(tmp_path: Path) -> None:
    settings = read(tmp_path)
    assert settings.is_sqlite
    assert settings.database_url == f"sqlite:///{tmp_path}/var/milebill.db"
    assert settings.base_url == "http://127.0.0.1:8000"
    assert settings.outbox
    assert not settings.secure
    assert not settings.production
    assert settings.files == tmp_path / "var" / "files"


def test_the_development_secret_is_made_once_and_readable_by_its_owner_only(tmp_path: Path) -> None:
    first, second = read(tmp_path), read(tmp_path)
    assert first.secret_keys == second.secret_keys
    assert len(first.secret_keys[0]) >= 48
    assert stat.S_IMODE((tmp_path / "var" / "secret").stat().st_mode) == 0o600


def test_secrets_stay_out_of_logs(tmp_path: Path) -> None:
    settings = read(tmp_path, SECRET_KEY=SECRET, SMTP_URL="smtp://me:password@mail.example")
    assert SECRET not in repr(settings)
    assert "password" not in repr(settings)


def test_keys_are_a_list_newest_last(tmp_path: Path) -> None:
    assert read(tmp_path, SECRET_KEY=f"old, {SECRET},").secret_keys == ("old", SECRET)


def test_production(tmp_path: Path) -> None:
    settings = read(
        tmp_path,
        ENV="production",
        SECRET_KEY=SECRET,
        SMTP_URL="smtp://mail.example",
        BASE_URL="https://bill.example.com/",
        DATABASE_URL="postgresql+psycopg://u@h/d",
        WEB_PROCESSES="4",
    )
    assert settings.production
    assert settings.secure
    assert not settings.outbox
    assert not settings.is_sqlite
    assert settings.base_url == "https://bill.example.com"


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"ENV": "production"}, "Set MILEBILL_SECRET_KEY"),
        ({"ENV": "production", "SECRET_KEY": "short", "SMTP_URL": "smtp://m"}, "weak"),
        ({"ENV": "production", "SECRET_KEY": f"short,{SECRET}", "SMTP_URL": "smtp://m"}, "weak"),
        ({"ENV": "production", "SECRET_KEY": SECRET}, "MILEBILL_SMTP_URL"),
        ({"BASE_URL": "bill.example.com"}, "MILEBILL_BASE_URL"),
        ({"WEB_PROCESSES": "2"}, "PostgreSQL"),
        ({"PORT": "eighty"}, "MILEBILL_PORT"),
        ({"PORT": "0"}, "from 1 to 65535"),
        ({"PORT": "٣"}, "MILEBILL_PORT"),
        ({"WEB_THREADS": "1"}, "MILEBILL_WEB_THREADS"),
        ({"STREAMS": "-1"}, "MILEBILL_STREAMS"),
        ({"TRUSTED_PROXIES": "9"}, "MILEBILL_TRUSTED_PROXIES"),
    ],
)
def test_it_does_not_start_with(tmp_path: Path, values: dict[str, str], says: str) -> None:
    with pytest.raises(ConfigurationError, match=says):
        read(tmp_path, **values)


@pytest.mark.parametrize(
    ("host", "outbox"),
    [("127.0.0.1", True), ("localhost", True), ("::1", True), ("0.0.0.0", False), ("bill.example.com", False)],
)
def test_the_outbox_can_be_read_from_this_machine_only(tmp_path: Path, host: str, outbox: bool) -> None:
    assert read(tmp_path, HOST=host).outbox is outbox
    assert not read(tmp_path, HOST=host, SMTP_URL="smtp://mail.example").outbox


@pytest.mark.parametrize(
    ("host", "base_url"),
    [
        ("::1", "http://[::1]:8000"),
        ("::", "http://[::1]:8000"),
        ("0.0.0.0", "http://127.0.0.1:8000"),
        ("bill.example.com", "http://bill.example.com:8000"),
    ],
)
def test_the_address_of_a_host_can_be_typed_into_a_browser(tmp_path: Path, host: str, base_url: str) -> None:
    assert read(tmp_path, HOST=host).base_url == base_url


def test_fonts_are_a_file_or_a_folder(tmp_path: Path) -> None:
    one = a_font(tmp_path / "One.ttf", "漢")
    assert read(tmp_path).fonts == ()
    assert read(tmp_path, FONTS=str(one)).fonts == (one,)
    two = a_font(tmp_path / "Another.TTF", "字")
    (tmp_path / "README").write_text("not a font")
    assert read(tmp_path, FONTS=str(tmp_path)).fonts == (two, one)


def test_fonts_that_can_t_be_used_are_refused(tmp_path: Path) -> None:
    (tmp_path / "Outlines.ttf").write_bytes(b"OTTO and more")
    (tmp_path / "empty").mkdir()
    with pytest.raises(ConfigurationError, match="TrueType"):
        read(tmp_path, FONTS=str(tmp_path / "Outlines.ttf"))
    with pytest.raises(ConfigurationError, match=r"no \.ttf file"):
        read(tmp_path, FONTS=str(tmp_path / "empty"))
    with pytest.raises(ConfigurationError, match="can't be read"):
        read(tmp_path, FONTS=str(tmp_path / "absent.ttf"))


def test_an_access_point(tmp_path: Path) -> None:
    assert read(tmp_path).peppol_url is None
    found = read(tmp_path, PEPPOL_URL="https://ap.example.com/phoss/", PEPPOL_KEY="secret")
    assert (found.peppol_url, found.peppol_key) == ("https://ap.example.com/phoss", "secret")
    assert "secret" not in repr(found)
    assert read(tmp_path, PEPPOL_URL="http://127.0.0.1:8080", PEPPOL_KEY="secret").peppol_url


@pytest.mark.parametrize(
    ("url", "key"),
    [
        ("http://ap.example.com", "secret"),
        ("ftp://ap.example.com", "secret"),
        ("ap.example.com", "secret"),
        ("https://ap.example.com?a=b", "secret"),
        ("https://ap.example.com", ""),
        ("https://ap.example.com", "a\nb"),
        ("https://ap.example.com", "schlüssel"),
    ],
)
def test_an_access_point_that_can_not_be_trusted(tmp_path: Path, url: str, key: str) -> None:
    with pytest.raises(ConfigurationError, match="MILEBILL_PEPPOL_"):
        read(tmp_path, PEPPOL_URL=url, PEPPOL_KEY=key)

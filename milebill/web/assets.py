"""Static files: read once, put together, compressed beforehand, and served from memory under a hashed address.

`static/css` holds one file per concern; a bundle joins those that one audience needs, in order, so that a page asks for
one style sheet and there is no build step. An address carries the hash of its content and may be kept for ever. Only
names that were found at the start can be asked for, so no path from a request ever reaches the disk.
"""

import gzip
import hashlib
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType

import brotli
from flask import Blueprint, Flask, Response, abort, request

PREFIX = "/assets/"
"""Where static files are served from. Nothing else lives below it."""

_SHELL = ("layers", "tokens", "base", "layout", "components/button", "components/field", "components/notice")
_DOCUMENT = (
    *_SHELL,
    "components/state",
    "components/totals",
    "components/milestone",
    "components/stepper",
    "components/deflist",
    "components/thread",
    "components/invoice",
    "components/files",
    "components/empty",
    "components/actionbar",
    "components/standing",
    "components/handover",
)
_WORKBENCH = (
    *_DOCUMENT,
    "workbench",
    "components/nav",
    "components/tiles",
    "components/ledger",
    "components/feed",
    "components/builder",
    "components/checks",
    "components/exposure",
    "components/keys",
    "components/law",
    "components/mirror",
    "components/overtaken",
    "components/plans",
    "components/workbench",
    "components/mail",
)
_LAST = ("utilities", "print")

BUNDLES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "css/plain.css": (*_SHELL, "components/empty", "components/keys", *_LAST),
        "css/client.css": (*_DOCUMENT, *_LAST),
        "css/guide.css": (*_SHELL, "components/guide", *_LAST),
        "css/supplier.css": (*_WORKBENCH, *_LAST),
    }
)
"""Each style sheet that a page may link, and the files of `static/css` that it joins, in order."""

_MEDIA_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".ico": "image/x-icon",
    ".woff2": "font/woff2",
}
_COMPRESSIBLE = frozenset({".css", ".js", ".svg"})
_CSS_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_CSS_INDENT = re.compile(r"\s*\n\s*")
_CSS_URL = re.compile(r'url\("(?!data:|/|#)([^"]+)"\)')
_RECHECK_SECONDS = 0.5


class UnknownAsset(LookupError):
    """A template or a style sheet names a file that `static/` does not hold."""


@dataclass(frozen=True, slots=True)
class Asset:
    """One file as it is served: its content-hashed address, its bytes, and the same bytes compressed."""

    address: str
    body: bytes
    media_type: str
    digest: str
    encodings: Mapping[str, bytes] = field(default_factory=dict)

    def best_for(self, accepted: Mapping[str, float]) -> tuple[str, bytes]:
        """The encoding to answer with and its bytes, by what the browser takes; "" means as it is."""
        for encoding, body in self.encodings.items():
            if accepted.get(encoding, 0) > 0:
                return encoding, body
        return "", self.body


class Assets:
    """All static files of one installation, by name (`css/client.css`) and by hashed address.

    With `watch`, a changed file is noticed at the next request; without it, the disk is read once.
    """

    def __init__(self, root: Path, *, watch: bool = False) -> None:
        self._root = root
        self._watch = watch
        self._checked = time.monotonic()
        self._stamp = self._disk_stamp()
        self._by_name = self._load()

    def url(self, name: str) -> str:
        """The address of `name` (relative to `static/`, or a bundle). Raises `UnknownAsset`."""
        self._refresh()
        try:
            return PREFIX + self._by_name[name].address
        except KeyError:
            raise UnknownAsset(name) from None

    def find(self, address: str) -> tuple[Asset, bool] | None:
        """The file behind an address and whether its hash is the current one.

        A page that was rendered just before an update may still ask for the former hash. It gets today's file, which
        then must not be kept.
        """
        self._refresh()
        stem, _, rest = address.rpartition("/")
        parts = rest.split(".")
        if len(parts) < 3:
            return None
        name = "/".join(filter(None, (stem, ".".join(parts[:-2] + parts[-1:]))))
        asset = self._by_name.get(name)
        return (asset, asset.address == address) if asset else None

    def _refresh(self) -> None:
        if not self._watch or time.monotonic() - self._checked < _RECHECK_SECONDS:
            return
        self._checked = time.monotonic()
        stamp = self._disk_stamp()
        if stamp != self._stamp:
            self._by_name, self._stamp = self._load(), stamp

    def _files(self) -> list[Path]:
        return sorted(path for path in self._root.rglob("*") if path.is_file())

    def _disk_stamp(self) -> frozenset[tuple[Path, int]]:
        return frozenset((path, path.stat().st_mtime_ns) for path in self._files()) if self._watch else frozenset()

    def _load(self) -> dict[str, Asset]:
        found: dict[str, Asset] = {}
        for path in self._files():
            if path.suffix in _MEDIA_TYPES and path.suffix != ".css":
                name = path.relative_to(self._root).as_posix()
                found[name] = self._asset(name, path.read_bytes())
        for name, parts in BUNDLES.items():
            found[name] = self._asset(name, self._bundle(parts, found))
        return found

    def _bundle(self, parts: tuple[str, ...], found: Mapping[str, Asset]) -> bytes:
        """Join style sheets, without comments and indentation, with the hashed addresses of what they name."""

        def hashed(match: re.Match[str]) -> str:
            if match[1] not in found:
                raise UnknownAsset(match[1])
            return f'url("{PREFIX}{found[match[1]].address}")'

        text = "\n".join((self._root / "css" / f"{part}.css").read_text("utf-8") for part in parts)
        text = _CSS_INDENT.sub("\n", _CSS_COMMENT.sub("", text)).strip()
        return _CSS_URL.sub(hashed, text).encode("utf-8")

    def _asset(self, name: str, body: bytes) -> Asset:
        stem, dot, suffix = name.rpartition(".")
        digest = hashlib.sha256(body).hexdigest()[:12]
        encodings: Mapping[str, bytes] = {}
        if dot + suffix in _COMPRESSIBLE:
            # Full effort takes a moment, once. While somebody edits, a quick start matters more.
            encodings = _compressed(body, 5 if self._watch else 11)
        return Asset(f"{stem}.{digest}.{suffix}", body, _MEDIA_TYPES[dot + suffix], digest, encodings)


@lru_cache(maxsize=64)
def _compressed(body: bytes, quality: int) -> Mapping[str, bytes]:
    # Kept, because one process may make many applications: each test does.
    return MappingProxyType({"br": brotli.compress(body, quality=quality), "gzip": gzip.compress(body, 9, mtime=0)})


def init_assets(app: Flask, root: Path | None = None) -> Assets:
    """Serve `static/` (beside the package, or `root`) and give templates `asset_url(name)`.

    Switch Flask's own static route off (`Flask(…, static_folder=None)`), so that each file has one address.
    """
    folder = root or Path(__file__).resolve().parents[2] / "static"
    assets = Assets(folder, watch=app.debug)
    blueprint = Blueprint("assets", __name__)

    @blueprint.get(f"{PREFIX}<path:address>", endpoint="file")
    def serve(address: str) -> Response:
        found = assets.find(address)
        if found is None:
            abort(404)
        asset, current = found
        encoding, body = asset.best_for(dict(request.accept_encodings))
        response = Response(body, content_type=asset.media_type)
        response.headers["Vary"] = "Accept-Encoding"
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable" if current else "no-cache"
        if encoding:
            response.headers["Content-Encoding"] = encoding
        response.set_etag(f"{asset.digest}-{encoding}" if encoding else asset.digest)
        response.make_conditional(request)
        return response

    app.register_blueprint(blueprint)
    app.add_template_global(assets.url, "asset_url")
    app.extensions["assets"] = assets
    return assets

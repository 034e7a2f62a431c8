"""The version of a client's page: unchanged means 304, before anything but the link was looked up."""

import hashlib
from functools import lru_cache
from pathlib import Path
from typing import Any

from flask import Response, current_app, request
from werkzeug.datastructures import Headers

from milebill.web.access import LinkHolder
from milebill.web.responses import PRIVATE, private

_ROOT = Path(__file__).resolve().parents[3]
_SHAPES = ("templates/**/*.html", "milebill/web/**/*.py", "milebill/queries/*.py", "translations/**/*.po")
"""Everything that decides what a page looks like, besides its data."""


class _Unchanged(Response):
    """It has no body, so nothing has to be found out about one, and its headers leave as they are."""

    default_mimetype = None

    def get_wsgi_headers(self, environ: dict[str, Any]) -> Headers:
        """Called by Werkzeug, which would look for what a 304 may not have; it has none of that."""
        return self.headers


def tag_of(who: LinkHolder) -> str:
    """What the page's entity tag says, without quotes."""
    sequence, documents = who.version
    return f"{sequence}-{documents}-{who.link_id}-{who.today.toordinal()}-{who.look}-{_shape()}"


def is_unchanged(tag: str) -> bool:
    """Whether the browser shows this very version."""
    return tag in request.environ.get("HTTP_IF_NONE_MATCH", "")


def unchanged(tag: str) -> Response:
    """The whole answer to a conditional request."""
    return _Unchanged(status=304, headers=(("ETag", f'W/"{tag}"'), *PRIVATE))


def marked(response: Response, tag: str) -> Response:
    """A response that may be asked for again by its tag."""
    response.headers["ETag"] = f'W/"{tag}"'
    return private(response)


def _shape() -> str:
    """The version of templates and style sheets; while they are being edited, no page is like the one before."""
    fresh = current_app.debug
    return _shape_of(_newest() if fresh else 0, current_app.extensions["assets"].url("css/client.css"))


@lru_cache(maxsize=8)
def _shape_of(_stamp: int, style_sheet: str) -> str:
    found = hashlib.sha256(style_sheet.encode())
    for pattern in _SHAPES:
        for path in sorted(_ROOT.glob(pattern)):
            found.update(path.read_bytes())
    return found.hexdigest()[:10]


def _newest() -> int:
    return max((path.stat().st_mtime_ns for pattern in _SHAPES for path in _ROOT.glob(pattern)), default=0)

"""Every way in which an answer can fail has a page that says what happened and what to do."""

import logging

from flask import Flask, Response
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from milebill.errors import LinkError, LinkExpired, LinkRevoked, LinkUsed, NotFound
from milebill.web.responses import page

_PAGES = {400, 403, 404, 405, 413, 422, 429, 500, 503}
_LINK_PAGES = {LinkExpired: "errors/link_expired.html", LinkRevoked: "errors/link_revoked.html"}


def init_errors(app: Flask) -> None:
    """Register the pages."""
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(CSRFError, _csrf)
    app.register_error_handler(NotFound, _not_found)
    app.register_error_handler(LinkError, _link)
    app.register_error_handler(Exception, _fault)


def _http(error: HTTPException) -> Response:
    code = error.code or 500
    response = page(f"errors/{code if code in _PAGES else 400}.html", code)
    if error.get_response().headers.get("Allow"):
        response.headers["Allow"] = error.get_response().headers["Allow"]
    return response


def _csrf(_error: CSRFError) -> Response:
    return page("errors/400.html", 400)


def _not_found(_error: NotFound) -> Response:
    return page("errors/404.html", 404)


def _link(error: LinkError) -> Response:
    """A dead link; an unknown one tells a stranger nothing."""
    if isinstance(error, LinkUsed):
        return page("errors/link_expired.html", 410)
    template = _LINK_PAGES.get(type(error))
    return page(template, 410) if template else page("errors/link_unknown.html", 404)


def _fault(error: Exception) -> Response:
    logging.getLogger("milebill").error("a fault", exc_info=error)
    return page("errors/500.html", 500)

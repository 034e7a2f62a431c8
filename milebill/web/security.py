"""What every response says and what every request must bring, whoever sends it."""

import secrets
from urllib.parse import urlsplit

from flask import Flask, Request, Response, abort, current_app, request
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface

from milebill.config import Settings

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "font-src 'self'",
        "img-src 'self' data:",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
_HEADERS = (
    # Never "no-referrer": Flask-WTF's check needs the Referer over HTTPS. Never more: links are secrets.
    ("Referrer-Policy", "same-origin"),
    ("X-Content-Type-Options", "nosniff"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    ("Permissions-Policy", "camera=(), microphone=(), geolocation=()"),
)
_WRITES = frozenset({"POST", "PUT", "PATCH", "DELETE"})


def init_security(app: Flask) -> None:
    """Check what comes in and mark what goes out."""
    app.before_request(_check_writes)
    app.after_request(_add_headers)
    app.session_interface = LazySessions()


def trusted_hosts(settings: Settings) -> list[str]:
    """The names that people reach us by; a request for another one is refused."""
    own = urlsplit(settings.base_url).hostname or ""
    return [own] if settings.production else [own, "localhost", "127.0.0.1", "[::1]"]


def client_address() -> str:
    """The network address that the request came from, as far as we trust the proxies in front."""
    return (request.remote_addr or "")[:64]


def user_agent() -> str:
    """What the browser calls itself."""
    return request.headers.get("User-Agent", "")[:300]


def once_key() -> str:
    """A fresh key for a form, by which a second click is recognised."""
    return secrets.token_urlsafe(12)


def _check_writes() -> None:
    if request.environ["REQUEST_METHOD"] in _WRITES:
        _refuse_foreign_writes()
        _refuse_endless_forms()


def _refuse_foreign_writes() -> None:
    """A POST must come from a page of ours: the client's pages have no cookie and so no CSRF token.

    Browsers set both headers and pages can't; a program that sends neither acts with its own hands.
    """
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
        abort(403)
    origin = request.headers.get("Origin")
    if origin is None:
        return
    settings: Settings = current_app.extensions["settings"]
    if origin not in (settings.base_url, request.host_url.rstrip("/")):
        abort(403)


def _refuse_endless_forms() -> None:
    # Werkzeug silently truncates a chunked form above the limit and calls it a success.
    if request.content_length is None and "chunked" in request.headers.get("Transfer-Encoding", ""):
        abort(411)
    # Its limit for forms holds for multipart only; the other kind would be read up to the limit for uploads.
    limit = request.max_form_memory_size or 0
    if request.mimetype != "multipart/form-data" and (request.content_length or 0) > limit:
        abort(413)


def _add_headers(response: Response) -> Response:
    if response.status_code == 304:  # the page that the browser kept has them, and keeps them (RFC 9111, 3.2)
        return response
    headers = response.headers
    if "Content-Security-Policy" not in headers:  # a page that shows a mail brings its own
        headers.add("Content-Security-Policy", CONTENT_SECURITY_POLICY)
    for name, value in _HEADERS:
        headers.add(name, value)
    if current_app.extensions["settings"].secure:
        headers.add("Strict-Transport-Security", "max-age=31536000")
    return response


class LazySessions(SecureCookieSessionInterface):
    """Flask's sessions, without building a signer for requests that bring no cookie: the client's pages never do."""

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """Called by Flask at the beginning of each request."""
        # Without the header there is nothing to parse, which is most requests: the client's pages set no cookie.
        if "HTTP_COOKIE" in request.environ and self.get_cookie_name(app) in request.cookies:
            return super().open_session(app, request)
        return SecureCookieSession()

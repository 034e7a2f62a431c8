"""The web: routes by audience, and what they share. Never commits; the verbs of `domain` do."""

from flask import Flask, Response
from flask_babel import Babel
from flask_compress import Compress
from flask_wtf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from milebill.config import Settings
from milebill.reader import reader_locale, reader_time_zone
from milebill.web import errors, filters, guide, login, outbox, public, security, verify
from milebill.web.assets import init_assets
from milebill.web.client import client_pages
from milebill.web.languages import init_languages
from milebill.web.live import init_live
from milebill.web.openings import init_openings
from milebill.web.supplier import supplier_pages
from milebill.web.translations import Spoken
from milebill.web.visitor import confirm_pages, draft_pages

MAX_FORM_BYTES = 2 * 1024 * 1024
MAX_UPLOAD_BYTES = 60 * 1024 * 1024

csrf = CSRFProtect()


def init_web(app: Flask, settings: Settings) -> None:
    """Everything that answers requests."""
    app.config |= {
        "SECRET_KEY": settings.secret_keys[-1],
        "SECRET_KEY_FALLBACKS": list(settings.secret_keys[:-1]),
        "SESSION_COOKIE_NAME": "__Host-milebill" if settings.secure else "milebill",
        "SESSION_COOKIE_SECURE": settings.secure,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "PERMANENT_SESSION_LIFETIME": 30 * 24 * 3600,
        "SESSION_REFRESH_EACH_REQUEST": False,
        "MAX_CONTENT_LENGTH": MAX_UPLOAD_BYTES,
        "MAX_FORM_MEMORY_SIZE": MAX_FORM_BYTES,
        "TRUSTED_HOSTS": security.trusted_hosts(settings),
        "WTF_CSRF_TIME_LIMIT": None,  # a builder may stay open for days
        "COMPRESS_ALGORITHM": ["br", "gzip"],
        "COMPRESS_BR_LEVEL": 1,
        "COMPRESS_LEVEL": 1,
        "COMPRESS_MIN_SIZE": 500,
        "COMPRESS_REGISTER": False,  # see _compress
        "COMPRESS_STREAMS": False,  # an event stream must leave at once
    }
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    init_languages(app)
    babel = Babel(app, locale_selector=reader_locale, timezone_selector=reader_time_zone)
    babel.domain_instance = Spoken()
    csrf.init_app(app)
    _compress(app)
    init_assets(app)
    filters.init_filters(app)
    security.init_security(app)
    errors.init_errors(app)
    init_openings(app)
    init_live(app, settings)
    _register(app, settings)


def _register(app: Flask, settings: Settings) -> None:
    for blueprint in (
        public.public_pages,
        guide.guide_pages,
        verify.verify_pages,
        login.login_pages,
        supplier_pages,
        client_pages,
        draft_pages,
        confirm_pages,
    ):
        app.register_blueprint(blueprint)
    if settings.outbox:
        app.register_blueprint(outbox.outbox_pages)
    csrf.exempt(login.redeem)  # it asks for the token by itself
    csrf.exempt(verify.verify_pages)  # nothing is done there in anybody's name
    csrf.exempt(draft_pages)  # no session: a draft's link is the authority, too
    csrf.exempt(client_pages)  # no cookie, no session: the link is the authority, see security.py


def _compress(app: Flask) -> None:
    compress = Compress(app)

    @app.after_request
    def shorten(response: Response) -> Response:
        """Answers without a body are answered most often, and have nothing to be shortened."""
        return response if response.status_code == 304 else compress.after_request(response)

"""What anybody may see: the front door, whether we are well, and the look of a supplier."""

import hashlib
from datetime import timedelta

from flask import Blueprint, Response, current_app
from sqlalchemy import func, select, text
from sqlalchemy.exc import SQLAlchemyError

from milebill import clock
from milebill.brand import brand_ink
from milebill.db import reading
from milebill.errors import NotFound
from milebill.files import FolderStore
from milebill.models import Mail, Workspace
from milebill.models.mail import MailState
from milebill.web.responses import page

public_pages = Blueprint("public", __name__)

_FOR_EVER = "public, max-age=31536000, immutable"
_STUCK = timedelta(minutes=15)


@public_pages.get("/how-it-goes")
def how_it_goes() -> Response:
    """The promise, step by step."""
    return page("public/front.html")


@public_pages.get("/healthz")
def healthy() -> Response:
    """The process answers."""
    return Response("ok\n", mimetype="text/plain")


@public_pages.get("/readyz")
def ready() -> Response:
    """The database answers, has the tables, and mail is moving."""
    oldest = select(func.min(Mail.next_attempt_at)).where(Mail.state.in_((MailState.QUEUED, MailState.SENDING)))
    try:
        with reading() as connection:
            head = connection.scalar(text("SELECT version_num FROM alembic_version"))
            waiting = connection.scalar(oldest)
    except SQLAlchemyError:
        return Response("database: no\n", 503, mimetype="text/plain")
    stuck = waiting is not None and clock.now() - waiting > _STUCK
    lines = f"database: {head}\nmail: {'stuck' if stuck else 'moving'}\n"
    return Response(lines, 503 if stuck else 200, mimetype="text/plain")


def brand_address(colour: str) -> str:
    """The address of the style sheet that sets a brand's colour; the CSP allows no inline style."""
    return f"/brand/{colour.removeprefix('#').lower()}.css"


@public_pages.get("/brand/<colour>.css")
def brand_style(colour: str) -> Response:
    """The two custom properties that a client's page is tinted with."""
    if len(colour) != 6 or not set(colour) <= set("0123456789abcdef"):
        raise NotFound
    css = f":root{{--brand:#{colour};--brand-ink:{brand_ink('#' + colour)}}}"
    response = Response(css, mimetype="text/css")
    response.headers["Cache-Control"] = _FOR_EVER
    return response


@public_pages.get("/brand/<sha256>.png")
def logo(sha256: str) -> Response:
    """A supplier's logo, as somebody who knows its hash; only logos can be fetched here."""
    with reading() as connection:
        known = connection.scalar(select(Workspace.id).where(Workspace.logo_sha256 == sha256).limit(1))
    if known is None:
        raise NotFound
    files: FolderStore = current_app.extensions["files"]
    response = Response(files.get(sha256), mimetype="image/png")
    response.headers["Cache-Control"] = _FOR_EVER
    response.set_etag(hashlib.sha256(sha256.encode()).hexdigest()[:16])
    return response

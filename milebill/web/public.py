"""What anybody may see: the front door, whether we are well, and the look of a supplier."""

import hashlib
from dataclasses import asdict
from datetime import timedelta
from functools import lru_cache

from flask import Blueprint, Response, current_app
from sqlalchemy import func, select, text
from sqlalchemy.exc import SQLAlchemyError

from milebill import clock
from milebill.brand import Look, by_day, by_night
from milebill.db import reading
from milebill.errors import NotFound
from milebill.files import FolderStore
from milebill.models import Mail, Workspace
from milebill.models.mail import MailState
from milebill.templating import render
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
    """The address of the style sheet that sets a brand's colour; the CSP allows no inline style.

    Browsers keep it for a year, so the address changes with what the sheet says.
    """
    name = colour.removeprefix("#").lower()
    return f"/brand/{name}.css?v={_sheet(name)[1]}"


@public_pages.get("/brand/<colour>.css")
def brand_style(colour: str) -> Response:
    """The custom properties that a client's page is tinted with, see tokens.css."""
    return _for_ever(Response(_sheet(colour)[0], mimetype="text/css"))


@lru_cache(maxsize=1000)
def _sheet(colour: str) -> tuple[str, str]:
    """A brand's style sheet, and the beginning of its hash."""
    day, night = _looks(colour)
    values = {f"--day-{name}": value for name, value in asdict(day).items()}
    values |= {f"--night-{name}": value for name, value in asdict(night).items()}
    css = f":root{{--brand:#{colour};{';'.join(f'{name}:{value}' for name, value in values.items())}}}"
    return css, hashlib.sha256(css.encode()).hexdigest()[:10]


@public_pages.get("/brand/<colour>.svg")
def brand_picture(colour: str) -> Response:
    """How a colour looks: a button, text and a line, on a light page and on a dark one."""
    day, night = _looks(colour)
    svg = render("public/brand.svg", {"looks": [(day, "#fbfbf9"), (night, "#121416")]})
    return _for_ever(Response(svg, mimetype="image/svg+xml"))


def _looks(colour: str) -> tuple[Look, Look]:
    if len(colour) != 6 or not set(colour) <= set("0123456789abcdef"):
        raise NotFound
    return by_day(f"#{colour}"), by_night(f"#{colour}")


@public_pages.get("/brand/<sha256>.png")
def logo(sha256: str) -> Response:
    """A supplier's logo, as somebody who knows its hash; only logos can be fetched here."""
    with reading() as connection:
        known = connection.scalar(select(Workspace.id).where(Workspace.logo_sha256 == sha256).limit(1))
    if known is None:
        raise NotFound
    files: FolderStore = current_app.extensions["files"]
    response = _for_ever(Response(files.get(sha256), mimetype="image/png"))
    response.set_etag(hashlib.sha256(sha256.encode()).hexdigest()[:16])
    return response


def _for_ever(response: Response) -> Response:
    response.headers["Cache-Control"] = _FOR_EVER
    return response

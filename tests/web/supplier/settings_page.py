"""The settings page as tests use it."""

from io import BytesIO
from typing import Any

from sqlalchemy import func, select

from milebill.db import reading
from milebill.models import Event, EventKind, Workspace
from tests.browsers import Browser
from tests.web.supplier.forms import values


def present(name: str) -> Any:
    with reading() as connection:
        return connection.scalar(select(getattr(Workspace, name)))


def changes() -> int:
    with reading() as connection:
        query = select(func.count()).select_from(Event).where(Event.kind == EventKind.SETTINGS_CHANGED)
        return connection.scalar(query) or 0


def form_of(browser: Browser, **fields: Any) -> dict[str, Any]:
    """The form as it stands, every box as it is ticked, with some fields filled in anew."""
    return {**values(browser.get("/settings")), "tax_registered": "y", "logo": (BytesIO(b""), ""), **fields}


def save(browser: Browser, address: str = "/settings", **fields: Any) -> Any:
    return browser.post(address, form_of(browser, **fields), content_type="multipart/form-data")

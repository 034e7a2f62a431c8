"""One real product for all browser tests of a worker, and windows into it that complain."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import BrowserContext, Page, Request

from milebill.config import Settings, settings_from_environment
from tests.actors import Supplier
from tests.browsers import Browser
from tests.servers.browser import OpenBrowser
from tests.servers.database import new_app
from tests.servers.web import Product, launch

DESK = {"width": 1280, "height": 900}
PHONE = {"width": 390, "height": 844}

OpenPage = Callable[..., Page]


@pytest.fixture(scope="session")
def served(chromium: Chromium, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    """`python app.py` on an empty SQLite database; every test brings a workspace of its own."""
    product = launch(tmp_path_factory.mktemp("browser") / "var")
    yield product
    product.stop()


@pytest.fixture(scope="session")
def _office(served: Product) -> Iterator[Flask]:
    with new_app(office_of(served)) as app:
        yield app


def office_of(product: Product) -> Settings:
    """The settings of a running product, for an application in the test process that shares its database."""
    own = {"VAR": str(product.var), "PORT": product.url.rpartition(":")[2], "DATABASE_URL": product.database_url}
    return settings_from_environment({f"MILEBILL_{name}": value for name, value in own.items()})


@pytest.fixture
def office(_office: Flask) -> Iterator[Flask]:
    """The same installation in the test process: the cast of tests/actors.py can act in it, so that a test begins
    in the middle of a story."""
    with _office.app_context():
        yield _office


@pytest.fixture
def open_page(open_browser: OpenBrowser) -> Iterator[OpenPage]:
    """A page in a browser of its own: `open_page(PHONE, color_scheme="dark")`.

    Nothing that it shows may come from anywhere but this machine.
    """
    strangers: list[str] = []

    def note(request: Request) -> None:
        if not request.url.startswith(("http://127.0.0.1:", "data:", "blob:")):
            strangers.append(request.url)

    def open_one(viewport: dict[str, int] = DESK, **options: Any) -> Page:
        context: BrowserContext = open_browser(viewport=viewport, accept_downloads=True, **options)
        context.on("request", note)
        return context.new_page()

    yield open_one
    assert not strangers, strangers


@pytest.fixture
def signed_in(open_page: OpenPage, served: Product, _office: Flask) -> OpenPage:
    """A page whose browser holds a supplier's session: `signed_in(supplier, DESK)`."""

    def open_one(supplier: Supplier, viewport: dict[str, int] = DESK, **options: Any) -> Page:
        visitor = Browser(_office)
        visitor.sign_in(supplier.user_id, supplier.workspace_id)
        cookie = visitor.client.get_cookie("milebill")
        assert cookie is not None
        page = open_page(viewport, **options)
        page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": served.url}])
        return page

    return open_one


@pytest.fixture
def a_file(tmp_path: Path) -> Path:
    """Something to hand over with a milestone."""
    path = tmp_path / "Übersicht der Seiten.txt"
    path.write_text("Home, category, book, basket, checkout, events.\n")
    return path

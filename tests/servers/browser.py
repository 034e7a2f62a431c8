"""Chromium, driven by Playwright: the one that Debian packages, or another that CHROMIUM names."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Error, Page, expect, sync_playwright

from tests.servers.run import missing

ARGUMENTS = (
    "--no-sandbox",  # the tests may run as root
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
"""So that it works on any machine, and asks nobody on the network for anything by itself."""

PATIENCE_MILLISECONDS = 30_000
"""How long a test waits for what it expects of a page. It bounds failures alone, so it is for the slowest machine."""
expect.set_options(timeout=PATIENCE_MILLISECONDS)

OpenBrowser = Callable[..., BrowserContext]


def chromium_path() -> Path | None:
    """Where the browser is, if the machine has one."""
    found = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    return Path(found) if found else None


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One Chromium for all tests of this worker; each test opens contexts of its own in it."""
    path = chromium_path()
    if path is None:
        missing("Chromium is not installed (Debian: apt-get install chromium), so its tests are left out")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def open_browser(chromium: Browser) -> Iterator[OpenBrowser]:
    """Open a browser with cookies of its own, as another person has: `open_browser(java_script_enabled=False)`.

    Takes the options of Playwright's `Browser.new_context`. At the end of the test it fails on every script error and
    on everything that the content security policy refused.
    """
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def open_one(**options: Any) -> BrowserContext:
        context = chromium.new_context(**{"locale": "en-GB", "viewport": {"width": 1280, "height": 900}, **options})
        context.set_default_timeout(PATIENCE_MILLISECONDS)
        context.on("page", lambda page: _watch(page, complaints))
        contexts.append(context)
        return context

    yield open_one
    for context in contexts:
        context.close()
    assert not complaints, complaints


def _watch(page: Page, complaints: list[str]) -> None:
    def on_error(error: Error) -> None:
        complaints.append(f"script error on {page.url}: {error}")

    def on_console(message: ConsoleMessage) -> None:
        # A 404 or a 422 that a test provokes is logged as an error too, and is no complaint.
        if message.type == "error" and not message.text.startswith("Failed to load resource"):
            complaints.append(f"console on {page.url}: {message.text}")

    page.on("pageerror", on_error)
    page.on("console", on_console)

"""Every state of a client's page: axe-core finds nothing at a phone's width and at a desk's, light and dark, and at 320
pixels nothing lies outside of the window.
"""

from collections.abc import Sequence

import pytest
from flask import Flask
from playwright.sync_api import Page

from tests.actors import sign_up
from tests.browser.axe import COLOURS, change_colours, findings
from tests.browser.client_states import STATES
from tests.browser.conftest import DESK, PHONE, OpenPage
from tests.browser.reach import MOST_COVERED, NARROW, beyond, covered
from tests.browser.scenes import Scene
from tests.servers.web import Product

pytestmark = pytest.mark.browser

Variant = tuple[dict[str, int], str, tuple[str, ...]]
"""A window, the reader's colours, and the rules to ask for: the dark twin of a page differs in nothing but colours."""
VARIANTS: Sequence[Variant] = [
    (PHONE, "light", ()), (PHONE, "dark", COLOURS), (DESK, "light", ()), (DESK, "dark", COLOURS)
]  # fmt: skip
SOME = [(state, VARIANTS[place % 4]) for place, state in enumerate(list(STATES)[::10])]

FAULTY = """<!doctype html><html lang="en"><title>Faulty</title><main><h1>Faulty</h1><img src="data:,">
<p style="color: #999; background: #fff">Pale words</p>
<p><a href="/1" style="font-size: 8px">1</a><a href="/2" style="font-size: 8px">2</a></p>
<pre style="width: 100px; overflow: hidden">A line that is much too long</pre><p style="width: 400px">Wide</p></main>"""


@pytest.fixture
def page(open_page: OpenPage) -> Page:
    return open_page(PHONE, reduced_motion="reduce")  # so that nothing is judged halfway


@pytest.fixture
def scene(served: Product, office: Flask, page: Page) -> Scene:
    return Scene(office, sign_up("Anna Lindqvist"), page, served.url)


def look_at(page: Page, variants: Sequence[Variant]) -> None:
    """Fail on whatever is wrong with the page as it stands, with all that folds laid open."""
    page.evaluate("document.querySelectorAll('details').forEach(details => { details.open = true })")
    found = []
    for size, colours, rules in variants:
        page.set_viewport_size(size)
        change_colours(page, colours)
        found += [f"{size['width']}, {colours}: {finding}" for finding in findings(page, rules)]
    page.set_viewport_size(NARROW)
    found += beyond(page)
    assert not found, "\n".join(found)
    assert covered(page) <= MOST_COVERED


@pytest.mark.parametrize(("state", "variant"), SOME, ids=[state for state, _ in SOME])
def test_some_states(scene: Scene, page: Page, state: str, variant: Variant) -> None:
    """A tenth of them in one variant each; the test below has them all."""
    STATES[state](scene)
    look_at(page, [variant])


@pytest.mark.long
@pytest.mark.parametrize("state", list(STATES))
def test_every_state(scene: Scene, page: Page, state: str) -> None:
    STATES[state](scene)
    look_at(page, VARIANTS)


def test_a_faulty_page_would_be_found_out(page: Page) -> None:
    page.set_viewport_size(NARROW)
    page.set_content(FAULTY)
    assert {found.partition(":")[0] for found in findings(page)} == {"color-contrast", "image-alt", "target-size"}
    assert {found.partition(":")[0] for found in findings(page, COLOURS)} == {"color-contrast"}
    assert [found.partition(":")[0].partition(" ")[0] for found in beyond(page)] == ["scrolls", "cuts", "from"]

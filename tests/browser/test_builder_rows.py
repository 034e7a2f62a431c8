"""The builder's milestones, moved about by keys, by mouse and by touch; every way ends where the buttons end."""

from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser import axe
from tests.browser.conftest import DESK, PHONE, OpenPage
from tests.browser.inspection import faults
from tests.servers.web import Product

pytestmark = pytest.mark.browser

WIDE = {"width": 1600, "height": 900}


def titles(page: Page) -> list[str]:
    return [field.input_value() for field in page.locator("#milestones .editor-row input[id$='-title']").all()]


def grip(page: Page, position: int) -> tuple[Locator, float, float]:
    handle = page.locator(f"#milestone-{position} .handle")
    handle.scroll_into_view_if_needed()
    box = handle.bounding_box()
    assert box
    return handle, box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def told(page: Page, words: str) -> None:
    expect(page.locator("#said[role=status]")).to_contain_text(words)


@pytest.mark.long
def test_by_keys_and_by_mouse(served: Product, open_page: OpenPage) -> None:
    page = open_page(DESK)
    page.goto(served.url)
    page.get_by_role("button", name="Split it").click()
    told(page, "Milestone 3, Launch, is two now.")
    expect(page.locator("#exposure")).to_contain_text("21 days, from")
    assert titles(page) == ["Deposit", "Design", "Launch (1/2)", "Launch (2/2)"]
    page.get_by_role("button", name="Undo").click()
    told(page, "Milestone 3, Launch, is back.")
    expect(page.locator("#exposure")).to_contain_text("28 days, from")
    basis, price = page.locator("#milestones-1-basis"), page.locator("#milestones-1-value")
    typed, done_when = price.input_value(), page.locator("#milestones-1-criteria").input_value()
    basis.select_option("amount")
    told(page, f"Milestone 2: {typed} became ")
    expect(basis).to_be_focused()
    expect(basis).to_have_value("amount")
    basis.select_option("percentage")
    expect(price).to_have_value(typed)
    page.locator("#milestones-1-title").focus()
    keys = page.keyboard
    keys.press("Alt+Shift+X")
    told(page, "Milestone 2, Design, removed.")
    expect(page.get_by_role("button", name="Undo")).to_be_focused()
    assert titles(page) == ["Deposit", "Launch"]
    keys.press("Alt+Shift+Z")
    told(page, "Milestone 2, Design, is back.")
    expect(page.locator("#milestones-1-title")).to_be_focused()
    assert done_when.startswith("The home page and two inner pages are designed\n→ The design file")
    expect(page.locator("#milestones-1-criteria")).to_have_value(done_when)
    keys.press("Alt+Shift+ArrowUp")
    told(page, "Milestone 1, Design: moved. There are 3.")
    expect(page.get_by_role("button", name="Move milestone 1 down")).to_be_focused()
    keys.press("Alt+Shift+D")
    expect(page.locator("#milestones-1-title")).to_be_focused()
    keys.press("Alt+Shift+N")
    expect(page.locator("#milestones-4-title")).to_be_focused()
    assert titles(page) == ["Design", "Design", "Deposit", "Launch", ""]
    keys.type("What? Ø")
    expect(page.locator("#milestones-4-title")).to_have_value("What? Ø")  # no letter is a shortcut in a field
    expect(page.locator("#shortcuts")).not_to_be_visible()

    _, x, y = grip(page, 1)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x, y + 20)
    expect(page.locator(".is-sorting")).to_be_visible()
    keys.press("Escape")
    expect(page.locator(".is-sorting")).to_have_count(0)
    page.mouse.up()
    assert titles(page) == ["Design", "Design", "Deposit", "Launch", "What? Ø"]
    drag_with_the_mouse(page, 5, to=2)
    told(page, "Milestone 2, What? Ø: moved. There are 5.")
    assert titles(page) == ["Design", "What? Ø", "Design", "Deposit", "Launch"]
    expect(page.get_by_role("button", name="Move milestone 2 up")).to_be_focused()


def drag_with_the_mouse(page: Page, position: int, to: int) -> None:
    _, x, y = grip(page, position)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x, y + (10 if to > position else -10))  # the rows fold, and stay below the pointer
    box = page.locator(f"#milestone-{to}").bounding_box()
    assert box
    page.mouse.move(x, box["y"] + (box["height"] - 2 if to > position else 2), steps=3)
    page.mouse.up()


@pytest.mark.long
def test_what_is_pressed_and_typed_meanwhile_waits_for_its_turn(served: Product, open_page: OpenPage) -> None:
    page = open_page(DESK)
    page.goto(served.url)
    keys = page.keyboard
    page.locator("button[value='add']").click()
    expect(page.locator("#milestones-3-title")).to_be_focused()
    keys.type("Training")
    page.locator("#milestones-0-title").focus()
    slow = {"offline": False, "latency": 200, "downloadThroughput": -1, "uploadThroughput": -1}
    page.context.new_cdp_session(page).send("Network.emulateNetworkConditions", slow)
    for _press in range(3):
        keys.press("Alt+Shift+ArrowDown")  # before the one before was answered
    told(page, "Milestone 4, Deposit: moved. There are 4.")
    assert titles(page) == ["Design", "Launch", "Training", "Deposit"]
    page.locator("#milestones-2-title").focus()
    keys.press("End")
    keys.type("!")  # to be saved a moment later, while the button is under way
    page.wait_for_timeout(200)
    with page.expect_response("**/totals"):
        keys.press("Alt+Shift+ArrowUp")
        told(page, "Milestone 2, Training!: moved. There are 4.")
    page.reload()
    assert titles(page) == ["Design", "Training!", "Launch", "Deposit"]


@pytest.mark.long
def test_by_touch(served: Product, open_page: OpenPage) -> None:
    page = open_page(PHONE, has_touch=True, is_mobile=True)
    page.goto(served.url)
    finger = page.context.new_cdp_session(page)

    def touch(kind: str, *points: dict[str, Any]) -> None:
        finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": list(points)})

    _, x, y = grip(page, 1)
    touch("touchStart", {"x": x, "y": y})
    touch("touchMove", {"x": x, "y": y + 12})
    expect(page.locator(".is-sorting")).to_be_visible()
    box = page.locator("#milestone-3").bounding_box()
    assert box
    for part in (2, 1):
        touch("touchMove", {"x": x, "y": box["y"] + box["height"] - 2 * part})
    touch("touchEnd")
    told(page, "Milestone 3, Deposit: moved. There are 3.")
    assert titles(page) == ["Design", "Launch", "Deposit"]


@pytest.mark.long
def test_the_help_sheet_and_every_state_by_axe(served: Product, open_page: OpenPage) -> None:
    page = open_page(WIDE, reduced_motion="reduce")
    page.goto(served.url)
    expect(page.frame_locator("#beside iframe").locator("h1")).to_have_text("New website")
    sheet = page.locator("#shortcuts")
    page.keyboard.press("?")
    expect(sheet).to_be_visible()
    for scheme in ("light", "dark"):
        axe.change_colours(page, scheme)
        assert not axe.findings(page)
    assert not faults(page)
    sheet.get_by_label("Outside of fields").uncheck()
    sheet.get_by_role("button", name="Close").click()
    page.reload()
    page.keyboard.press("?")
    expect(sheet).not_to_be_visible()
    page.locator("#title").focus()
    page.keyboard.press("Alt+Shift+K")
    expect(sheet).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#title")).to_be_focused()
    page.get_by_role("link", name="Keyboard shortcuts").click()
    expect(sheet).to_be_visible()
    page.keyboard.press("Escape")
    page.locator("#milestones-0-title").focus()
    page.keyboard.press("Alt+Shift+X")
    expect(page.locator(".removed")).to_be_visible()
    for scheme in ("light", "dark"):
        axe.change_colours(page, scheme)
        assert not axe.findings(page)
    assert not faults(page)
    page.keyboard.press("Control+Enter")
    expect(page.locator("[aria-invalid=true]").first).to_be_focused()
    assert not axe.findings(page)

    plain = open_page(PHONE, java_script_enabled=False)
    plain.goto(served.url)
    expect(plain.locator(".handle").first).not_to_be_visible()
    plain.get_by_role("link", name="Keyboard shortcuts").click()
    expect(plain.get_by_role("heading", level=1)).to_have_text("Keyboard shortcuts")
    assert not faults(plain)


@pytest.mark.long
def test_the_clients_page_beside_the_form(served: Product, open_page: OpenPage) -> None:
    page = open_page(WIDE)
    page.goto(served.url)
    posts: list[str] = []
    page.on("request", lambda request: posts.append(request.url) if request.method == "POST" else None)
    shown = page.frame_locator("#beside iframe")
    expect(shown.locator("h1")).to_have_text("New website")
    expect(page).to_have_url(f"{served.url}/")  # looking keeps nothing
    posts.clear()
    page.locator("#title").fill("A shop for books")
    expect(shown.locator("h1")).to_have_text("A shop for books")
    assert len(posts) == 1, "one round trip for the sums, the draft and the preview"
    page.locator("#total").fill("x")
    expect(page.get_by_text("Not up to date")).to_be_visible()
    expect(shown.locator("h1")).to_have_text("A shop for books")
    with page.expect_response("**/totals") as first:
        page.reload()
    first.value.finished()
    page.wait_for_timeout(100)
    expect(page.get_by_text("Not up to date")).to_be_hidden()  # nothing is shown yet that could be out of date
    page.locator("#total").fill("8000")
    expect(shown.locator("h1")).to_have_text("A shop for books")
    page.get_by_role("button", name="Hide").click()
    expect(page.locator("#beside")).to_be_hidden()
    with page.expect_response("**/totals") as answered:
        page.locator("#total").fill("9000")
    assert "beside=&" in f"{answered.value.request.post_data}&", "what is hidden costs nothing"
    page.reload()
    expect(page.locator("#beside")).to_be_hidden()
    page.keyboard.press("Alt+Shift+P")
    expect(shown.locator("#cost")).to_contain_text("9,000")

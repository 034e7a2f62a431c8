"""Filling in the supplier's forms as a browser would send them."""

from typing import Any

from lxml import html
from werkzeug.test import TestResponse

from tests.browsers import Browser


def builder(draft: dict[str, Any], act: str = "", **changes: Any) -> dict[str, Any]:
    """The builder's fields with `draft` in them, sent by the button `act`, always from the same page."""
    fields = {name: value for name, value in draft.items() if not isinstance(value, list)}
    for many in (name for name in draft if name not in fields):
        for n, row in enumerate(draft[many]):
            fields |= {f"{many}-{n}-{name}": value for name, value in row.items()}
    if act:
        fields["act"] = act
    return {"page": "a-page"} | fields | changes


def page(response: TestResponse) -> html.HtmlElement:
    """The page as a tree."""
    return html.document_fromstring(response.get_data(as_text=True))


def values(response: TestResponse) -> dict[str, str]:
    """What stands in the page's fields, by name; without the token, which the browser adds."""
    found = {}
    for element in page(response).xpath("//main//*[@name][self::input or self::textarea or self::select]"):
        if element.tag == "select":
            found[element.get("name")] = next(iter(element.xpath("./option[@selected]/@value")), "")
        else:
            found[element.get("name")] = element.get("value", element.text or "").removeprefix("\n")
    found.pop("csrf_token", None)
    return found


def filled(response: TestResponse) -> dict[str, str]:
    """The same without what tells one opening of the page from another."""
    return {name: value for name, value in values(response).items() if name not in ("page", "made_from")}


def send(browser: Browser, address: str) -> TestResponse:
    """Press the button under what the page that asks before sending shows."""
    shown = values(browser.get(f"{address}/send"))
    return browser.post(f"{address}/send", shown)


def errors(response: TestResponse) -> dict[str, str]:
    """The errors beside the fields, by the field's id."""
    tree = page(response)
    return {
        element.get("id").removesuffix("-error"): " ".join(element.text_content().split())
        for element in tree.xpath("//p[@class='error']")
    }


def text(response: TestResponse) -> str:
    """What a person reads on the page, on one line."""
    return " ".join(page(response).xpath("//main")[0].text_content().split())

"""How a test comes to a client's page in some state: a story that the cast tells, an address, and deeds on the page."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Flask
from playwright.sync_api import Page, expect

from tests.actors import APPROVER, ClientPerson, Deal, Supplier
from tests.browser.people import fill
from tests.dealings import last_invoice, token_of

Tale = Callable[[Supplier], Deal]
"""What a supplier and their client did before the page is opened."""
Deed = Callable[[Page], None]


@dataclass(frozen=True)
class Scene:
    """Where it plays: an installation, a supplier who has just signed up, and somebody's browser."""

    office: Flask
    supplier: Supplier
    page: Page
    url: str

    def open(self, path: str) -> None:
        """Go there, and wait until the page is whole."""
        self.page.goto(self.url + path)

    def link(self, deal: Deal, person: ClientPerson = APPROVER) -> str:
        """The address of a person's page."""
        return f"/q/{deal.token(self.office, person)}"

    def invoice(self, deal: Deal) -> str:
        """The address of the deal's last invoice for accounts payable."""
        return f"/i/{token_of(self.office, deal, last_invoice(deal))}"


State = Callable[[Scene], None]
"""Leaves the scene's browser in front of the page in the state."""


def on_page(tell: Tale, path: str = "", person: ClientPerson = APPROVER) -> State:
    """The page, or a form of it, as one of its people sees it after a story."""
    return lambda scene: scene.open(scene.link(tell(scene.supplier), person) + path)


def on_invoice(tell: Tale, path: str = "") -> State:
    """The deal's last invoice after a story, as accounts payable sees it."""
    return lambda scene: scene.open(scene.invoice(tell(scene.supplier)) + path)


def at(path: str) -> State:
    """An address that needs no story."""
    return lambda scene: scene.open(path)


def doing(state: State, *deeds: Deed) -> State:
    """The same, and then something is done on the page."""

    def all_of(scene: Scene) -> None:
        state(scene)
        for deed in deeds:
            deed(scene.page)

    return all_of


def refused(state: State, label: str) -> State:
    """A form that was sent as it was opened, and came back with its errors."""
    return doing(state, send(label), appears("p.error"))


def told(state: State, label: str, **fields: str) -> State:
    """A form that was filled in and sent, and the page that says what has happened."""
    return doing(state, send(label, **fields), appears(".told"))


def then(tell: Tale, *steps: Callable[[Deal], Any]) -> Tale:
    """A story that goes on."""

    def longer(supplier: Supplier) -> Deal:
        deal = tell(supplier)
        for step in steps:
            step(deal)
        return deal

    return longer


def send(label: str, **fields: str) -> Deed:
    """Fill in, by their names, the fields of the form that has this button, tick its consent, and press the button.

    Without fields the form is sent as it stands.
    """

    def deed(page: Page) -> None:
        form = page.locator("main form", has=page.get_by_role("button", name=label, exact=True))
        fill(form, fields)
        for box in form.locator("[name='consent']").all() if fields else ():
            box.check()
        form.get_by_role("button", name=label, exact=True).click()

    return deed


def press(label: str) -> Deed:
    """Follow the link of that name."""
    return lambda page: page.get_by_role("link", name=label, exact=True).click()


def appears(selector: str) -> Deed:
    """Wait for what was brought about."""
    return lambda page: expect(page.locator(selector).first).to_be_visible()

"""A client's person at their page, when the story begins in the middle."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask import Flask
from playwright.sync_api import Locator, Page

from tests.actors import APPROVER, ClientPerson, Deal
from tests.browser.people import BUYER, fill, sign
from tests.servers.web import Product


@dataclass(frozen=True)
class Guest:
    """Somebody who holds a link to a quote."""

    page: Page
    base: str
    name: str

    def open(self, path: str = "") -> Page:
        """Go to the page, or to a form of it."""
        self.page.goto(self.base + path)
        return self.page

    @property
    def acceptance(self) -> Locator:
        """The form that accepts."""
        return self.page.locator("form[action$='/decision?choice=accept']")

    @property
    def sign_off(self) -> Locator:
        """The form that signs a milestone off."""
        return self.page.locator("form[action$='/signoff']")

    def fill_acceptance(self, changes: Mapping[str, str] | None = None) -> None:
        """Say who is invoiced, and sign."""
        fill(self.acceptance, BUYER | {"country_code": "DE"} | dict(changes or {}))
        sign(self.acceptance, "accept", self.name)


def guest(page: Page, served: Product, office: Flask, deal: Deal, person: ClientPerson = APPROVER) -> Guest:
    """The person's own link, opened in a browser."""
    return Guest(page, f"{served.url}/q/{deal.token(office, person)}", person.name)

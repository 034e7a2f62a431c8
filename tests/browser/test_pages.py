"""Every page there is, at a phone's width and at a desk's, with texts that are longer than anybody hoped."""

from collections.abc import Iterable
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Page

from milebill.domain.evidence import Evidence
from milebill.domain.plans import save_plan
from milebill.models import CorrectionRequest
from milebill.models.plan import MAX_PLAN_NAME
from tests.actors import (
    PAYABLE,
    Deal,
    Supplier,
    a_quote,
    a_sent_quote,
    an_accepted_project,
    sign_up,
)
from tests.browser.conftest import OpenPage
from tests.browser.inspection import faults
from tests.payables import amend, request
from tests.pictures import handed_over, picture
from tests.rules import rows
from tests.servers.web import Product

pytestmark = pytest.mark.browser

LONG = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft"
ADDRESS = f"https://example.com/{'a-very-long-path-without-any-space/' * 5}"


def _long_draft() -> dict[str, Any]:
    steps = [
        {
            "title": f"{LONG} {n}",
            "description": f"{LONG}\n{ADDRESS}",
            "criteria": f"{LONG}.\n{ADDRESS}",
            "planned_on": "",
            "basis": "percentage",
            "value": value,
            "trigger": "acceptance" if n == 1 else "sign_off",
        }
        for n, value in enumerate(("20", "20", "20", "20", "10", "5", "5"), 1)
    ]
    people = {"client_name": LONG, "ap_name": LONG, "title": f"{LONG} {LONG}", "introduction": f"{LONG} {ADDRESS}"}
    return people | {"total": "98765432.10", "tax_label": "Mehrwertsteuer", "milestones": steps}


@pytest.fixture
def supplier(office: Flask) -> Supplier:
    return sign_up("Anna Lindqvist", name=LONG, legal_name=f"{LONG} GmbH")


@pytest.fixture
def deal(office: Flask, supplier: Supplier) -> Deal:
    """A project in which a bit of everything has happened."""
    deal = an_accepted_project(supplier, **_long_draft())
    deal.ask(f"{LONG}? {ADDRESS}")
    deal.answer(f"{LONG}! {ADDRESS}")
    evidence = (Evidence(url=ADDRESS),)
    shown = handed_over(office.extensions["files"], 1, picture(size=(3000, 400)), f"{LONG}.png")
    beside = (*evidence, Evidence(text=f"{LONG} {ADDRESS}", criterion=1), Evidence(url=ADDRESS, criterion=2), shown)
    for position in (2, 3, 4):
        deal.submit(position, f"{LONG}\n{ADDRESS}", beside)
    deal.sign_off(2)
    deal.decide(4, second=f"{LONG} {ADDRESS}")
    deal.submit(4, LONG, beside)
    deal.request_changes(3, f"{LONG} {ADDRESS}")
    deal.pay(1_000)
    amend(deal, name=LONG, purchase_order_number=ADDRESS[:80], cost_centre=LONG[:80])
    request(deal, f"{LONG} {ADDRESS}", name=LONG, legal_name=f"{LONG} AG")
    return deal


def visit_all(page: Page, addresses: Iterable[str], status: int = 200) -> None:
    """Open each page, and say what is wrong with any of them."""
    found = []
    for address in addresses:
        answer = page.goto(address)
        assert answer is not None
        assert answer.status == status, address
        found += [f"{address}: {fault}" for fault in faults(page)]
    assert not found, "\n".join(found)


@pytest.mark.long
def test_the_suppliers_pages(served: Product, signed_in: OpenPage, supplier: Supplier, deal: Deal) -> None:
    draft, sent = a_quote(supplier, **_long_draft()), a_sent_quote(supplier, **_long_draft())
    invoice = deal.invoice_ids()[0]
    asked = rows(CorrectionRequest, CorrectionRequest.invoice_id == invoice)[-1].id
    page = signed_in(supplier)
    page.goto(f"{served.url}/projects")
    href = page.locator("#projects a.title").first.get_attribute("href")
    assert href
    page.goto(f"{served.url}/clients")
    client = page.locator("main a[href^='/clients/']").first.get_attribute("href")
    assert client
    quotes = f"/quotes/{sent.quote_id}"
    plan = save_plan(supplier.workspace_id, supplier.actor, sent.quote_id, ADDRESS[:MAX_PLAN_NAME])
    paths = (
        "/quotes/new?plan=mobile-app", f"/quotes/new?plan={plan}", f"/plans/{plan}", f"{quotes}/plan",
        "/", "/dashboard", "/quotes", "/quotes?state=sent", "/quotes?state=expired", "/quotes/new",
        f"/quotes/{draft.quote_id}", f"/quotes/{draft.quote_id}?check", f"/quotes/{draft.quote_id}/send",
        f"/quotes/{draft.quote_id}/import",
        f"/quotes/{draft.quote_id}/preview", quotes, f"{quotes}/preview", f"{quotes}/withdrawal", f"{quotes}/answers",
        f"{quotes}/people/{sent.link(PAYABLE)}/removal",
        f"/quotes/{deal.quote_id}", "/projects", href,
        f"{href}/milestones/5/submission", f"{href}/milestones/5/submission?part",
        f"{href}/milestones/4/withdrawal", "/invoices", "/invoices?state=paid", f"/invoices/{invoice}",
        f"/invoices/{invoice}/payments", f"/invoices/{invoice}/versions",
        f"/invoices/{invoice}/corrections/{asked}/refusal",
        "/clients", "/clients?q=nobody", client, f"{client}/billing", f"{client}/statement", "/exports", "/bank",
        "/settings", "/settings/numbers",
    )  # fmt: skip
    visit_all(page, [served.url + path for path in paths])


@pytest.mark.long
def test_the_clients_pages(served: Product, office: Flask, open_page: OpenPage, supplier: Supplier, deal: Deal) -> None:
    sent = a_sent_quote(supplier, **_long_draft())
    declined = a_sent_quote(supplier, **_long_draft())
    other, invoice = an_accepted_project(supplier, **_long_draft()), f"/i/{deal.invoice_token(office)}"
    offer, project = f"/q/{sent.token(office)}", f"/q/{deal.token(office)}"
    paths = (
        offer, f"{offer}/decision?choice=accept", f"{offer}/decision?choice=decline", f"{offer}/questions",
        project, f"{project}/milestones/4/signoff", f"{project}/milestones/4/changes",
        f"{project}/milestones/4/criteria",
        f"/q/{deal.token(office, PAYABLE)}", invoice, f"{invoice}/amendment", f"{invoice}/versions",
        f"{invoice}/versions/1/restoration", f"{invoice}/questions", f"/i/{other.invoice_token(office)}/correction",
        f"/q/{declined.token(office)}", f"{offer}/people", f"{offer}/forwarding", f"{project}/own-link",
        f"{project}/people/{deal.link(PAYABLE)}/removal",
    )  # fmt: skip
    declined.decline(f"{LONG} {ADDRESS}")
    page = open_page()
    visit_all(page, [served.url + path for path in paths])
    page.goto(served.url + project)
    receipt = page.locator("a[href*='/receipts/']").first.get_attribute("href")
    visit_all(page, [f"{served.url}{receipt}"])


def test_pages_for_everybody(served: Product, open_page: OpenPage, deal: Deal) -> None:
    page = open_page()
    visit_all(page, [served.url + path for path in ("/", "/login", "/outbox", "/verify")])
    visit_all(page, [served.url + path for path in ("/q/nobody", "/i/nobody", "/login/nobody", "/nowhere")], 404)

"""Everything that we say can be translated: in a language whose every text stands in brackets, nothing stands outside
but what people wrote. Pages, mails and papers, the client's and the supplier's.
"""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from lxml import html
from sqlalchemy import select, update

from milebill import law, plans
from milebill.config import Settings
from milebill.db import reading, transaction
from milebill.domain.project_statement import ask_statement
from milebill.models import Client, Document, MailKind, Workspace
from milebill.outbound.documents import document_html
from tests.actors import Supplier, an_issued_invoice, browser_of, signed
from tests.outbound.mail_stories import STORIES as MAILS
from tests.outbound.mail_stories import documents_ready, everything_happens, written
from tests.payables import amend, request
from tests.snapshots import everything
from tests.texts import marked, spoken, unmarked
from tests.web.client.conftest import Guest
from tests.web.client.test_roles import STATES

pytestmark = [
    pytest.mark.long,
    pytest.mark.parametrize("database_url", ["sqlite"], indirect=True),
]

LANGUAGE = "ja"
"""Its dates, sums and countries have no Latin letters."""
NAMES = {
    "milebill", "PDF", "UTC", "GMT", "SHA", "kB", "MB", "JSON", "verify", "receipt", "py",
    "English", "EUR", "XRechnung", "UBL", "CII", "Peppol", "HTML", "CSV", "ZIP", "IBAN",
}  # fmt: skip
"""Names, which are the same everywhere."""
_WORD = re.compile(r"[A-Za-z]{2,}")
_IDENTIFIER = re.compile(r"[a-z_]+")
_CHOSEN = {"locale", "client_locale", "time_zone", "currency", "invoice_format", "electronic_scheme"}
"""Selects whose choices have names of their own."""
_SAID = ("alt", "aria-label", "title", "placeholder", "content")


@pytest.fixture(autouse=True)
def in_brackets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, database_url: str) -> Iterator[None]:
    with spoken(tmp_path / "translations", monkeypatch, LANGUAGE, marked):
        yield


@pytest.fixture
def seller(owner: Supplier) -> Supplier:
    """A supplier who reads that language, and whose clients do."""
    with transaction() as session:
        session.execute(update(Workspace).values(locale=LANGUAGE))
    return owner


def typed() -> list[str]:
    """What people wrote, longest first: all that the database holds but its own words for kinds and states.

    Plans to start from and notes of the law are files of their own beside the catalogues (tests/test_plans.py,
    tests/test_law.py).
    """
    found: set[str] = set()

    def gather(value: Any) -> None:
        if isinstance(value, str) and not _IDENTIFIER.fullmatch(value):
            found.update(part.strip() for part in (value, *value.splitlines(), " ".join(value.split())))
        elif isinstance(value, dict):
            for inner in value.values():
                gather(inner)
        elif isinstance(value, list | tuple):
            for inner in value:
                gather(inner)

    gather(list(everything().values()))
    gather([[plan.name, plan.note, plan.draft()] for plan in plans.plans(LANGUAGE)])
    gather([[note.text(LANGUAGE)[:2], f"{note.act}, {note.section}"] for note in law.notes()])
    return sorted((text for text in found if _WORD.search(text)), key=len, reverse=True)


def said(tree: html.HtmlElement) -> Iterator[str]:
    """Every piece of text that somebody sees or hears."""
    for element in tree.iter():
        if not isinstance(element.tag, str) or element.tag in ("style", "script"):
            yield element.tail or ""
            continue
        if element.get("hreflang") is None and not _is_choice(element):
            yield element.text or ""
        yield element.tail or ""
        if element.tag != "meta" or element.get("name") == "subject":
            yield from (element.get(name) or "" for name in _SAID)


def _is_choice(element: html.HtmlElement) -> bool:
    return element.tag == "option" and element.getparent().get("name") in _CHOSEN


def naked(pieces: Iterable[str], known: list[str]) -> set[str]:
    """The pieces with words that neither a person wrote nor a translator can reach."""
    found = set()
    for piece in pieces:
        rest = unmarked(" ".join(piece.split()))
        for text in known if _WORD.search(rest) else ():
            rest = rest.replace(text, " ")
        if set(_WORD.findall(rest)) - NAMES:
            found.add(piece.strip())
    return found


def crawl(
    client: FlaskClient, first: Iterable[str], within: tuple[str, ...], forms: bool = True
) -> Iterator[tuple[str, html.HtmlElement]]:
    """Every page that these lead to, and every form sent empty."""
    ahead, seen = {("GET", path) for path in first}, set()
    while ahead - seen:
        method, address = step = min(ahead - seen)
        seen.add(step)
        answer = client.open(address, method=method, headers={"Accept-Language": LANGUAGE}, buffered=True)
        if answer.mimetype != "text/html" or not answer.data:
            continue
        tree = html.document_fromstring(answer.get_data(as_text=True))
        yield f"{method} {address}", tree
        found = {("GET", link.get("href")) for link in tree.xpath("//a[@href][not(@hreflang)]")}
        found |= {("GET", address) for address in tree.xpath("//*/@hx-get")}
        if forms:
            found |= {("POST", form.get("action") or address) for form in tree.xpath("//form[@method='post']")}
        ahead |= {(method, address.partition("#")[0]) for method, address in found if address.startswith(within)}


@pytest.mark.parametrize("state", list(STATES))
def test_pages_of_the_client(app: Flask, seller: Supplier, state: str) -> None:
    deal = STATES[state](seller)
    deal.ask(), deal.answer()
    if state == "invoiced":
        amend(deal, purchase_order_number="PO-8")
        request(deal, city="Bremen")
    documents_ready(app.extensions["files"].put)
    known, visitor = typed(), Guest(f"/q/{deal.token(app)}", app.test_client())
    pages = dict(crawl(visitor.client, [visitor.base, "/verify"], ("/q/", "/i/", "/verify")))
    assert len(pages) > 4
    found = {place: naked(said(tree), known) for place, tree in pages.items()}
    assert not {place: texts for place, texts in found.items() if texts}


def test_pages_of_the_supplier(app: Flask, seller: Supplier) -> None:
    everything_happens(seller)
    documents_ready(app.extensions["files"].put)
    client = browser_of(app, seller).client
    places = ("/dashboard", "/quotes", "/projects", "/invoices", "/clients", "/settings", "/bank", "/exports")
    known = typed()
    pages = crawl(client, places, tuple(f"{place}/" for place in places), forms=False)
    found = {place: naked(said(tree), known) for place, tree in pages}
    assert len(found) > 40
    assert not {place: texts for place, texts in found.items() if texts}


@pytest.mark.parametrize("kind", MailKind)
def test_mails(in_app: Flask, seller: Supplier, kind: MailKind) -> None:
    MAILS[kind](seller)
    mail, known = written(in_app, kind), typed()
    settings: Settings = in_app.extensions["settings"]
    links = re.compile(rf"{re.escape(settings.base_url)}\S*|\S+@\S+")
    for text in (mail.subject, mail.text, *said(html.document_fromstring(mail.html or ""))):
        lines = re.split(r"(?<=⟧)\n", links.sub("", text).replace("\n> ", "\n"))
        assert not naked(lines, known)


def test_papers(app: Flask, seller: Supplier) -> None:
    deal = everything_happens(seller)
    ask_statement(deal.workspace_id, deal.quote_id, deal.link(), signed(""))
    with reading() as connection:
        found = connection.execute(select(Document.id, Document.kind)).all()
    known = typed()
    assert len({kind for _id, kind in found}) == 5
    for document_id, _kind in found:
        tree = html.document_fromstring(re.sub("<pdf:[^>]*>", "", document_html(app, document_id)))
        assert not naked(said(tree), known)


def test_dead_ends(app: Flask, seller: Supplier) -> None:
    an_issued_invoice(seller)
    browser = app.test_client()
    for path in (
        "/q/nobody",
        "/i/nobody",
        "/nowhere",
        "/login",
        "/login/x",
        "/how-it-goes",
        "/guide",
        "/shortcuts",
        "/verify",
    ):
        answer = browser.get(path, headers={"Accept-Language": LANGUAGE})
        tree = html.document_fromstring(answer.get_data(as_text=True))
        assert tree.get("lang") == LANGUAGE
        assert not naked(said(tree), ["Inês Duarte"])  # who signs in the example on the front page


def test_this_test_can_fail() -> None:
    assert naked(["⟦Hello Anna⟧ there"], ["Anna"]) == {"⟦Hello Anna⟧ there"}
    assert not naked(["⟦Hello ⟦dear⟧ Anna⟧ Anna, 3"], ["Anna"])


def test_a_clients_choice_is_what_counts(app: Flask, owner: Supplier) -> None:
    deal = an_issued_invoice(owner)
    with transaction() as session:
        session.execute(update(Client).values(locale=LANGUAGE))
    page = Guest(f"/q/{deal.token(app)}", app.test_client()).open()
    assert "⟦" in page.text
    assert "⟦" not in browser_of(app, owner).get("/dashboard").text

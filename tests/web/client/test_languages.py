"""The language of the client's page: the supplier's choice, the switch on the page, and what is signed in it."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import update

from milebill.db import transaction
from milebill.models import Approval, Client, Document, Receipt, Revision
from milebill.outbound.documents import document_html
from tests.actors import APPROVER, PAYABLE, Deal, Supplier, a_sent_quote, a_submitted_milestone, an_issued_invoice
from tests.payables import amend
from tests.rules import rows
from tests.snapshots import everything
from tests.ways_in import run_out
from tests.web.client.conftest import PARTIAL, Guest, Visit, on_sqlite, parts, tree_of, words

pytestmark = on_sqlite

LANGUAGES = {"de": "Deutsch", "en": "English", "es": "Español", "fr": "Français"}


def choose(locale: str) -> None:
    """In which language the client is spoken to."""
    with transaction() as session:
        session.execute(update(Client).values(locale=locale))


def switched(visitor: Guest, language: str) -> Guest:
    """The same visitor, after a click on a language."""
    (way,) = tree_of(visitor.open()).xpath(f"//nav[@class='languages']/a[@hreflang='{language}']/@href")
    return Guest(way, visitor.client)


def test_the_supplier_chooses(guest: Visit, owner: Supplier) -> None:
    visitor = guest(a_sent_quote(owner))
    assert tree_of(visitor.open()).get("lang") == "en"
    choose("de")
    page = visitor.open()
    assert (tree_of(page).get("lang"), tree_of(page).get("dir")) == ("de", "ltr")
    for text in ("Wartet auf Ihre Entscheidung", "Was Sie bekommen", "11.900,00 €", "Anzahlungsrechnung"):
        assert text in words(page)
    choose("")
    assert "Waiting for your decision" in words(visitor.open())


def test_the_page_offers_every_language_in_its_own_words(guest: Visit, owner: Supplier) -> None:
    visitor = guest(a_sent_quote(owner))
    choose("fr_CH")
    links = tree_of(visitor.open("/decision?choice=accept")).xpath("//nav[@class='languages']/a")
    assert {link.get("hreflang"): link.text for link in links} == LANGUAGES
    assert [link.get("hreflang") for link in links if link.get("aria-current")] == ["fr"]
    assert {link.get("lang") for link in links} == set(LANGUAGES)
    assert all(link.get("href") == f"{visitor.base}~{link.get('lang')}/decision?choice=accept" for link in links)


def own_addresses(tree: Any) -> set[str]:
    """Every address of a client's page that this one leads to."""
    found = tree.xpath("//a[not(@hreflang)]/@href | //form/@action | //@hx-get | //@hx-post | //@src")
    return {address for address in found if address.startswith(("/q/", "/i/"))}


STORIES: dict[str, tuple[Callable[[Supplier], Deal], tuple[str, ...]]] = {
    "offer": (a_sent_quote, ("", "/decision?choice=accept", "/decision?choice=decline", "/questions")),
    "project": (
        a_submitted_milestone,
        ("", "/milestones/2/signoff", "/milestones/2/changes", "/milestones/2/criteria"),
    ),
    "invoiced": (an_issued_invoice, ("",)),
}


@pytest.mark.parametrize("story", list(STORIES))
def test_every_link_and_form_carries_the_language_on(guest: Visit, owner: Supplier, story: str) -> None:
    tell, paths = STORIES[story]
    visitor = switched(guest(tell(owner)), "fr")
    before = everything(without=("link_opening",))
    for path in paths:
        for answer in (visitor.open(path), visitor.open(path, headers=PARTIAL), visitor.swap(path.partition("?")[0])):
            if answer.mimetype == "text/html" and answer.data:
                addresses = own_addresses(tree_of(answer))
                assert not {address for address in addresses if "~fr" not in address}
    for address in own_addresses(tree_of(visitor.open())):
        answer = visitor.client.get(address, buffered=True)
        if answer.mimetype == "text/html" and answer.status_code == 200 and "<html" in answer.text:
            assert (address, tree_of(answer).get("lang")) == (address, "fr")
    assert everything(without=("link_opening",)) == before


def test_the_invoice_and_its_versions_too(app: Flask, owner: Supplier) -> None:
    deal = an_issued_invoice(owner)
    amend(deal, purchase_order_number="PO-8")
    visitor = switched(Guest(f"/i/{deal.invoice_token(app)}", app.test_client()), "es")
    for path in ("", "/amendment", "/correction", "/versions", "/versions/1/restoration"):
        page = visitor.open(path)
        assert tree_of(page).get("lang") == "es"
        assert not {address for address in own_addresses(tree_of(page)) if "~es" not in address}
    assert "Factura" in words(visitor.open())


def test_a_deed_comes_back_to_the_language_that_it_was_done_in(guest: Visit, owner: Supplier) -> None:
    visitor = switched(guest(a_sent_quote(owner)), "de")
    answer = visitor.accept()
    assert answer.headers["Location"].startswith(visitor.base)
    assert "Angenommen" in words(visitor.open())


def test_by_htmx_as_well(guest: Visit, owner: Supplier) -> None:
    deal = a_submitted_milestone(owner)
    visitor = switched(guest(deal), "de")
    answer = visitor.sign_off(2, "swap")
    assert "milestone-2" in parts(answer)
    assert "Abgenommen. Vielen Dank. Die Rechnung" in words(answer)
    seen = visitor.seen()
    deal.answer("Bald.")
    assert "hat geantwortet" in words(visitor.news(seen))


def test_dates_and_sums_keep_the_habits_of_the_place(guest: Visit, owner: Supplier) -> None:
    visitor = guest(a_sent_quote(owner))
    choose("de_CH")
    french = words(switched(visitor, "fr").open()).replace("\u202f", " ").replace("\xa0", " ")
    assert "11 900,00 €" in french
    assert tree_of(switched(visitor, "fr").open()).get("lang") == "fr-CH"
    assert tree_of(switched(visitor, "es").open()).get("lang") == "es"
    assert tree_of(switched(visitor, "de").open()).get("lang") == "de-CH"


@pytest.mark.parametrize("language", ["da", "", "DE", "de_CH", "../en", "x" * 300, "de~fr", "%00"])
def test_a_language_that_is_not_spoken_leads_nowhere(guest: Visit, owner: Supplier, language: str) -> None:
    visitor = guest(a_sent_quote(owner))
    answer = visitor.client.get(f"{visitor.base}~{language}")
    assert answer.status_code == 404
    assert "Inês" not in answer.text


def test_each_language_is_a_version_of_its_own(guest: Visit, owner: Supplier) -> None:
    visitor = guest(a_sent_quote(owner))
    german, french = switched(visitor, "de"), switched(visitor, "fr")
    tags = [page.open().headers["ETag"] for page in (visitor, german, french)]
    assert len(set(tags)) == 3
    for page, tag in zip((visitor, german, french), tags, strict=True):
        assert page.open(headers={"If-None-Match": tag}).status_code == 304
        others = [other for other in tags if other != tag]
        assert page.open(headers={"If-None-Match": others[0]}).status_code == 200
    choose("es")
    assert visitor.open(headers={"If-None-Match": tags[0]}).status_code == 200


def test_what_was_signed_is_kept_in_the_words_that_were_shown(app: Flask, guest: Visit, owner: Supplier) -> None:
    deal = a_submitted_milestone(owner)
    choose("fr")
    visitor = switched(guest(deal), "de")
    (shown,) = tree_of(visitor.open("/milestones/2/signoff")).xpath("//label[@for='signoff-consent']/text()")
    assert "ich nehme ihn ab" in shown or "Ich nehme ihn ab" in shown
    visitor.sign_off(2)
    receipt = rows(Receipt)[-1]
    assert receipt.content["consent"] == shown.strip()
    assert receipt.content["language"] == "de"
    assert rows(Approval)[-1].consent == shown.strip()
    # Whoever reads it in another language reads these words, and which language they are of.
    page = guest(deal).open(f"/receipts/{receipt.number}")
    (quoted,) = tree_of(page).xpath("//p[@lang='de']")
    assert shown.strip() in quoted.text_content()
    assert "Langue Deutsch" in words(page)
    (document,) = rows(Document, Document.kind == "receipt")
    assert shown.strip() in document_html(app, document.id)


def ticked(visitor: Guest, path: str) -> dict[str, str]:
    """The form at that address with its box ticked, as a browser sends it."""
    tree = tree_of(visitor.open(path))
    (box,) = tree.xpath("//input[@name='consent']/@value")
    return {**visitor.hidden(path), "name": APPROVER.name, "consent": box}


def test_a_box_that_was_ticked_beside_other_words_is_no_consent(guest: Visit, owner: Supplier) -> None:
    """The supplier chooses another language while the form stands open."""
    visitor, path = guest(a_submitted_milestone(owner)), "/milestones/2/signoff"
    form = ticked(visitor, path)
    choose("de")
    signed = len(rows(Approval))
    answer = visitor.send(path, **form)
    assert answer.status_code == 409
    assert len(rows(Approval)) == signed
    tree = tree_of(answer)
    assert not tree.xpath("//input[@name='consent']/@checked")
    assert "Diese Seite hat sich geändert" in words(answer)
    (box,) = tree.xpath("//input[@name='consent']/@value")
    assert box != form["consent"]
    assert visitor.send(path, **{**form, "consent": box}).status_code == 303
    assert rows(Receipt)[-1].content["language"] == "de"


@pytest.mark.parametrize("language", list(LANGUAGES))
def test_a_browser_signs_in_any_language(guest: Visit, owner: Supplier, language: str) -> None:
    visitor, path = switched(guest(a_submitted_milestone(owner)), language), "/milestones/2/signoff"
    assert visitor.send(path, **ticked(visitor, path)).status_code == 303
    assert rows(Receipt)[-1].content["language"] == language


def test_papers_are_in_the_language_that_the_supplier_chose(app: Flask, owner: Supplier) -> None:
    a_sent_quote(owner, client_locale="de_AT")
    (revision,), (document,) = rows(Revision), rows(Document)
    paper = document_html(app, document.id)
    assert f"Angebot {revision.content['number']}" in paper
    assert "€ 11.900,00" in paper.replace("\xa0", " ")
    assert '<html lang="de-AT" dir="ltr">' in paper


def test_dead_links_say_so_in_the_clients_language(guest: Visit, owner: Supplier) -> None:
    deal = an_issued_invoice(owner)
    choose("de")
    visitor = guest(deal)
    french = switched(visitor, "fr")
    run_out(deal), run_out(deal, PAYABLE)
    assert "Dieser Link ist abgelaufen" in words(visitor.open())
    page = french.open("/decision?choice=accept")
    assert (page.status_code, "Ce lien a expiré" in words(page)) == (410, True)
    assert "Consultez votre messagerie" in words(french.send("/renewal"))


@pytest.mark.parametrize(
    ("wanted", "spoken"),
    [
        ("de", "de"), ("de-CH, en;q=0.5", "de-CH"), ("da, fr;q=0.4", "fr"), ("da", "en"), ("", "en"), ("*", "en"),
        ("en-GB, de", "en-GB"), ("es-419", "es-419"), ("de-XX", "de"), (";;q=x,,", "en"), ("x" * 5000, "en"),
    ],
)  # fmt: skip
def test_strangers_are_spoken_to_as_their_browser_asks(app: Flask, owner: Supplier, wanted: str, spoken: str) -> None:
    for path in ("/q/nobody", "/i/nobody", "/verify", "/login", "/how-it-goes", "/shortcuts"):
        answer = app.test_client().get(path, headers={"Accept-Language": wanted})
        assert (path, tree_of(answer).get("lang")) == (path, spoken)
        assert "*" in answer.headers["Vary"] or "Accept-Language" in answer.headers["Vary"]


def test_a_browsers_wishes_change_nothing_on_a_clients_page(guest: Visit, owner: Supplier) -> None:
    visitor = guest(a_sent_quote(owner))
    assert words(visitor.open()) == words(visitor.open(headers={"Accept-Language": "de"}))

"""Where the law has a word: beside the fields, in the answer to typing, before sending, never on the client's page."""

import pytest
from flask import Flask
from lxml import html
from sqlalchemy import select

from milebill import links
from milebill.db import reading, transaction
from milebill.models import Client, Link, Person
from tests.actors import APPROVER, Supplier, a_draft, a_quote, a_sent_quote, browser_of, shares, sign_up
from tests.browsers import Browser
from tests.web.supplier.forms import builder, errors, page, send, text, values
from tests.web.supplier.test_builder import PARTIAL
from tests.web.visitor.people import Visitor

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

DEPOSIT = "Is it home improvement in California?"
LATE = "Does a business pay you late?"


@pytest.fixture
def contractor(in_app: Flask) -> Supplier:
    return sign_up("Cal Contractor", country_code="US", country_subdivision="California", currency="USD", locale="en")


def beside(browser: Browser, address: str, topic: str) -> str:
    (found,) = page(browser.get(address)).xpath(f"//*[@id='law-{topic}']")
    return " ".join(found.text_content().split())


def test_a_note_stands_beside_what_it_is_about_with_its_source_and_date(app: Flask, contractor: Supplier) -> None:
    browser, quote = browser_of(app, contractor), a_quote(contractor, currency="USD")
    address = f"/quotes/{quote.quote_id}"
    assert DEPOSIT in beside(browser, address, "milestones")
    assert "As of November 2026" in beside(browser, address, "milestones")
    assert beside(browser, address, "terms") == ""
    (link,) = page(browser.get(address)).xpath("//*[@id='law-milestones']//a")
    assert link.get("href").startswith("https://leginfo.legislature.ca.gov/")
    assert (link.get("rel"), link.get("target")) == ("noopener", None)
    assert link.text_content() == "California Business and Professions Code, § 7159.5 (a) (3)"


def test_it_comes_and_goes_with_the_sums(app: Flask, contractor: Supplier) -> None:
    browser = browser_of(app, contractor)
    for address in ("/quotes/new", f"/quotes/{a_quote(contractor).quote_id}"):
        for share, rest, there in (("10", "90", False), ("10.001", "89.999", True)):
            draft = a_draft(currency="USD", total="1000", milestones=shares(share, rest, deposit=True))
            answer = browser.post(f"{address}/totals", builder(draft), headers=PARTIAL).get_data(as_text=True)
            parts = html.fragment_fromstring(answer, create_parent=True).xpath(
                "//hx-partial[@hx-target='#law-milestones']"
            )
            assert len(parts) == 1
            assert (DEPOSIT in parts[0].text_content()) is there, (address, share)
            moved = browser.post(address, builder(draft, "add"), headers=PARTIAL).get_data(as_text=True)
            assert moved.count('hx-target="#law-') == 5


def test_once_more_before_sending_and_never_in_the_way(app: Flask, contractor: Supplier) -> None:
    browser, quote = browser_of(app, contractor), a_quote(contractor, currency="USD")
    shown = browser.get(f"/quotes/{quote.quote_id}/send")
    assert DEPOSIT in text(shown)
    assert "It is no legal advice" in text(shown)
    assert send(browser, f"/quotes/{quote.quote_id}").status_code == 303
    assert "is on its way" in text(browser.get(f"/quotes/{quote.quote_id}"))


def test_the_client_never_sees_one(app: Flask, contractor: Supplier) -> None:
    sent = a_sent_quote(contractor, currency="USD")
    for address, who in ((f"/q/{sent.token(app)}", None), (f"/quotes/{sent.quote_id}/preview", contractor)):
        shown = browser_of(app, who).get(address)
        assert shown.status_code == 200
        assert "home improvement" not in shown.get_data(as_text=True)
    draft = builder(a_draft(currency="USD"), beside="only")
    mirror = browser_of(app, contractor).post("/quotes/new/totals", draft)
    assert "home improvement" not in mirror.get_data(as_text=True)


def test_a_known_client_elsewhere_is_under_another_law(app: Flask, in_app: Flask) -> None:
    studio = sign_up("Dora Deutsch", country_code="DE")
    browser, sent = browser_of(app, studio), a_sent_quote(studio)
    browser.post(f"/quotes/{sent.quote_id}/revision")
    address = f"/quotes/{sent.quote_id}/revision"
    assert LATE in beside(browser, address, "terms"), "a client of whom nothing is known is taken to be at home"
    with transaction() as session:
        session.query(Client).update({"country_code": "FR"})
    assert "Does a business in the EU pay you late?" in beside(browser, address, "terms")
    assert LATE not in beside(browser, address, "terms")
    totals = browser.post(f"{address}/totals", builder(a_draft()), headers=PARTIAL).get_data(as_text=True)
    assert "Does a business in the EU pay you late?" in totals
    assert "Does a business in the EU pay you late?" in text(browser.get(f"{address}/send"))
    with transaction() as session:
        session.query(Client).update({"country_code": "CH"})
    assert beside(browser, address, "terms") == ""
    assert "Where the law has a word" not in text(browser.get(f"{address}/send"))


def test_the_draft_says_where_the_client_is_before_anybody_accepted(app: Flask, in_app: Flask) -> None:
    studio = sign_up("Dora Deutsch", country_code="DE", locale="en")
    browser, home = browser_of(app, studio), {"client_country": "US", "client_region": "California"}
    answer = browser.post("/quotes/new/totals", builder(a_draft(**home)), headers=PARTIAL).get_data(as_text=True)
    assert DEPOSIT in answer
    assert LATE not in answer
    address = str(browser.post("/quotes/new", builder(a_draft(**home), "save")).location)
    assert DEPOSIT in beside(browser, address, "milestones")
    assert [values(browser.get(address))[name] for name in home] == ["US", "California"]
    assert DEPOSIT in text(browser.get(f"{address}/send"))
    assert send(browser, address).location == address
    again = values(browser.post("/quotes/new", builder(a_draft(client_country="FR"), "client")))
    assert [again[name] for name in home] == ["US", "California"], "of the client that was chosen, not of another one"
    shown = page(browser.get("/clients"))
    (client,) = shown.xpath("//a[starts-with(@href, '/clients/')]/@href")
    assert "Invoices are made out to" not in text(browser.get(client)), "a proposal is no address"
    for said in (browser.get(f"/quotes/new?client={client.rpartition('/')[2]}"), again):
        found = said if isinstance(said, dict) else values(said)
        assert [found[name] for name in home] == ["US", "California"]


def test_a_country_that_is_none_is_said_beside_its_field(app: Flask, contractor: Supplier) -> None:
    browser = browser_of(app, contractor)
    draft = a_draft(currency="USD", client_country="XX", client_region="C" * 121)
    answer = browser.post("/quotes/new", builder(draft, "save"))
    assert answer.status_code == 422
    assert set(errors(answer)) == {"client_country"}
    assert values(answer)["client_region"] == "C" * 121


@pytest.mark.parametrize(
    ("locale", "ask", "as_of"),
    [
        ("de", "Soll Schweigen als Abnahme gelten?", "Stand: November 2026"),
        ("fr", "Comptez-vous sur le silence comme réception ?", "À jour en novembre 2026"),
        ("es", "¿Cuenta con el silencio como aceptación?", "A fecha de noviembre de 2026"),
    ],
)
def test_in_the_readers_language(app: Flask, in_app: Flask, locale: str, ask: str, as_of: str) -> None:
    browser = browser_of(app, sign_up("Vera Viel", country_code="DE", locale=locale))
    found = beside(browser, "/quotes/new", "review")
    assert ask in found
    assert as_of in found
    assert "Bürgerliches Gesetzbuch (BGB), § 640 (2)" in found, "an act keeps its own name"


def test_nobody_knows_where_a_visitor_is_before_they_say_it(in_app: Flask) -> None:
    nora = Visitor(in_app)
    found = page(nora.client.get("/")).xpath("//*[starts-with(@id, 'law-')]")
    assert len(found) == 5
    assert "".join(one.text_content() for one in found).strip() == ""
    for said, asked, not_asked in (
        ({"seller_country": "GB"}, LATE, DEPOSIT),
        ({"client_country": "GB"}, LATE, DEPOSIT),
        ({"seller_country": "GB", "client_country": "IE"}, "", LATE),
        ({"seller_country": "GB", "client_country": "US", "client_region": "ca"}, DEPOSIT, LATE),
    ):
        answer = nora.post("/d/new/totals", a_draft(**said), headers=PARTIAL).get_data(as_text=True)
        assert asked in answer, said
        assert not_asked not in answer, said


def test_what_a_visitor_said_of_both_places_is_filled_in_later(in_app: Flask) -> None:
    nora = Visitor(in_app)
    said = {"seller_country": "DE", "client_country": "US", "client_region": "California"}
    address = nora.begin(**said)
    assert said.items() <= values(nora.client.get(address)).items()
    link = nora.ask(address)
    confirm = nora.client.get(link)
    assert values(confirm)["country_code"] == "DE"
    assert DEPOSIT in text(confirm)
    other = nora.confirm(link, tax_id="DE136695976", country_code="FR")
    assert set(errors(other)) == {"tax_id"}, "what is chosen here counts, not what the draft said"
    quote = nora.confirm(link, tax_id="DE136695976", country_code="DE").location
    assert quote.startswith("/quotes/")
    with reading() as connection:
        (link_id,) = connection.scalars(select(Link.id).join(Person).where(Person.email == APPROVER.email))
    token = links.sign(in_app.extensions["settings"].secret_keys, links.Purpose.CLIENT, link_id)
    shown = values(Browser(in_app).get(f"/q/{token}/decision?choice=accept"))
    assert (shown["country_code"], shown["country_subdivision"]) == ("US", "California")


def test_what_a_supplier_typed_as_their_region_stays_text(app: Flask, in_app: Flask) -> None:
    browser = browser_of(app, sign_up("Rex Region", country_code="US", country_subdivision="<b>CA</b>' --"))
    assert "<b>CA</b>" not in browser.get("/quotes/new").get_data(as_text=True)

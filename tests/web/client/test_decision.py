"""Accepting and declining: in a page and in parts of one, twice, too late, by the wrong person, by a scanner."""

import pytest
from flask import Flask
from sqlalchemy import func, select

from milebill.db import reading, transaction
from milebill.models import Approval, Event, Invoice, Link, Message, Person, Project, Receipt, Revision
from tests.actors import APPROVER, BUYER, PAYABLE, Deal, Supplier, a_sent_quote, an_accepted_project
from tests.offers import REVERSE
from tests.revisions import send_revision, write_revision
from tests.web.client.conftest import PARTIAL, Visit, errors, focused, on_sqlite, parts, tree_of, words


def count(model: type) -> int:
    with reading() as connection:
        return connection.scalar(select(func.count()).select_from(model)) or 0


def test_a_mails_accept_leads_to_the_open_form(guest: Visit, owner: Supplier) -> None:
    page = guest(a_sent_quote(owner)).open("/decision?choice=accept")
    assert page.status_code == 200
    tree = tree_of(page)
    assert focused(page) == ["h3"]
    assert tree.xpath("//select[@name='country_code']/option[@selected]/@value") == ["SE"]
    assert tree.xpath("//input[@name='legal_name']/@value") == ["Łoś Verlag"]
    box = tree.xpath("//label[@for='accept-consent']")[0].text
    assert "I accept quote Q-" in box
    assert "€11,900.00" in box
    assert not tree.xpath("//aside[@id='actions']//a")  # the form has the button


@on_sqlite
def test_htmx_fetches_the_form_alone(guest: Visit, owner: Supplier) -> None:
    visitor = guest(a_sent_quote(owner))
    answer = visitor.open("/decision?choice=accept", headers=PARTIAL)
    assert parts(answer) == ["decision", "actions"]
    assert "HX-Request-Type" in answer.headers["Vary"]
    whole = visitor.open("/decision?choice=accept", headers={"HX-Request": "true", "HX-Request-Type": "full"})
    assert whole.get_data(as_text=True).startswith("<!doctype html>")


@on_sqlite
def test_an_unknown_choice_is_none(guest: Visit, owner: Supplier) -> None:
    visitor = guest(a_sent_quote(owner))
    assert "Accept this quote" not in words(visitor.open("/decision?choice=maybe"))
    assert visitor.send("/decision?choice=maybe").status_code == 404
    assert visitor.send("/decision").status_code == 404


def test_accepting_without_javascript(guest: Visit, owner: Supplier) -> None:
    deal = a_sent_quote(owner)
    visitor = guest(deal)
    answer = visitor.accept(
        purchase_order_number=" PO-9 ", buyer_reference="Dept 4", job_title="Publisher", tax_id="DE123456789",
        country_subdivision=" Hansestadt ",
    )  # fmt: skip
    assert (answer.status_code, answer.location) == (303, visitor.base)
    assert deal.state() == "accepted"
    with reading() as connection:
        project = connection.execute(select(Project.buyer, Project.purchase_order_number)).one()
        approval = connection.execute(select(Approval.name, Approval.job_title, Approval.consent)).one()
    assert project.buyer["legal_name"] == BUYER["legal_name"]
    assert (project.buyer["tax_id"], project.buyer["country_subdivision"]) == ("DE123456789", "Hansestadt")
    assert project.purchase_order_number == "PO-9"
    assert (approval.name, approval.job_title) == (APPROVER.name, "Publisher")
    assert approval.consent.startswith("I accept quote Q-")
    assert "Agreed on" in words(visitor.open())


@on_sqlite
def test_accepting_by_htmx_shows_the_project_at_once(guest: Visit, owner: Supplier) -> None:
    deal = a_sent_quote(owner)
    answer = guest(deal).accept("swap")
    assert answer.status_code == 200
    assert parts(answer) == ["content", "actions", "news", "announced"]
    assert "Accepted. Thank you. Your receipt is number" in words(answer)
    assert "Schedule" in words(answer)
    assert "€3,570.00" in words(answer)


def test_what_is_missing_is_said_beside_the_field_and_nothing_typed_is_lost(guest: Visit, owner: Supplier) -> None:
    deal = a_sent_quote(owner)
    answer = guest(deal).accept(legal_name=" ", city="", name="Inês", consent=None, tax_id="X <b>")
    assert answer.status_code == 422
    assert answer.get_data(as_text=True).startswith("<!doctype html>")
    assert errors(answer) == {
        "legal_name": "Please fill this in.",
        "city": "Please fill this in.",
        "accept-consent": "Please tick the box if you agree.",
    }
    assert focused(answer)[0] == "legal_name"
    tree = tree_of(answer)
    assert tree.xpath("//input[@id='accept-name']/@value") == ["Inês"]
    assert tree.xpath("//input[@name='tax_id']/@value") == ["X <b>"]
    assert tree.xpath("//input[@name='address_line_1']/@value") == [BUYER["address_line_1"]]
    assert deal.state() == "sent"
    part = guest(deal).accept("swap", name="")
    assert (part.status_code, parts(part)) == (422, ["decision"])


def test_reverse_charge_asks_for_a_tax_id_and_another_country(guest: Visit, owner: Supplier) -> None:
    deal = a_sent_quote(owner, **REVERSE)
    answer = guest(deal).accept(tax_id="", country_code="SE")
    assert answer.status_code == 422
    assert errors(answer)["tax_id"] == "Please fill this in."
    assert "between two countries of the EU" in errors(answer)["country_code"]
    assert deal.state() == "sent"
    assert guest(deal).accept(tax_id="DE811907980", country_code="DE").status_code == 303


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("country_code", "XX"),
        ("country_code", "DEU"),
        ("post_code", "1" * 41),
        ("city", "x" * 121),
        ("country_subdivision", "x" * 121),
        ("legal_name", "x" * 201),
        ("tax_id", "x" * 41),
        ("purchase_order_number", "x" * 81),
        ("buyer_reference", "x" * 81),
        ("job_title", "x" * 201),
        ("name", "Inês " * 50),
    ],
)
def test_what_no_record_can_hold(guest: Visit, owner: Supplier, field: str, value: str) -> None:
    deal = a_sent_quote(owner)
    answer = guest(deal).accept(**{field: value})
    assert answer.status_code == 422
    assert len(errors(answer)) == 1
    assert deal.state() == "sent"


def test_control_characters_never_reach_the_records(guest: Visit, owner: Supplier) -> None:
    deal = a_sent_quote(owner)
    answer = guest(deal).accept(legal_name="A\x00B\x1b GmbH", address_line_1="Weg 1\x00\u202e", job_title="\x00CEO")
    assert answer.status_code == 303
    with reading() as connection:
        buyer = connection.scalar(select(Project.buyer)) or {}
    assert (buyer["legal_name"], buyer["address_line_1"]) == ("AB GmbH", "Weg 1")


def test_a_scanner_that_fills_and_ticks_everything_changes_nothing(guest: Visit, owner: Supplier) -> None:
    """It copies whatever it finds on the page into every field, and ticks every box."""
    deal = a_sent_quote(owner, client_name="Inês Duarte")
    visitor = guest(deal)
    for choice in ("accept", "decline"):
        tree = tree_of(visitor.open(f"/decision?choice={choice}"))
        for form in tree.xpath("//form"):
            filled = {}
            for field in form.xpath(".//*[@name]"):
                words_near = " ".join([*field.xpath("./@*"), *form.xpath(".//label/text() | .//p/text()")])
                filled[field.get("name")] = field.get("value") or words_near[:190]
            assert visitor.send(form.get("action").removeprefix(visitor.base), **filled).status_code == 422
    assert deal.state() == "sent"
    assert count(Message) == 0


@on_sqlite
def test_somebody_else_asks_for_a_link_of_their_own(guest: Visit, owner: Supplier) -> None:
    deal = a_sent_quote(owner)
    answer = guest(deal).accept(name="Karl Ekman")
    assert answer.status_code == 422
    assert "somebody else" in errors(answer)["accept-name"]
    assert deal.state() == "sent"
    assert guest(deal).accept(name="ines DUARTE").status_code == 303


def test_a_second_click_shows_the_first_ones_receipt(guest: Visit, owner: Supplier) -> None:
    deal = a_sent_quote(owner)
    visitor = guest(deal)
    form = {**visitor.hidden("/decision?choice=accept"), **BUYER, "name": APPROVER.name, "consent": "y"}
    assert visitor.send("/decision?choice=accept", **form).status_code == 303
    assert visitor.send("/decision?choice=accept", **form).status_code == 303
    with reading() as connection:
        receipt = connection.scalar(select(Receipt.number))
    again = visitor.swap("/decision?choice=accept", **form)
    assert again.status_code == 200
    assert f"had been accepted already. The receipt is number {receipt}" in words(again)
    assert (count(Project), count(Invoice), count(Receipt)) == (1, 1, 1)


def test_a_page_that_changed_meanwhile_is_shown_anew(guest: Visit, owner: Supplier) -> None:
    deal = a_sent_quote(owner)
    visitor = guest(deal)
    answer = visitor.accept(content_hash="0" * 64, legal_name="Typed Ltd")
    assert answer.status_code == 409
    assert "changed since you opened it" in words(answer)
    tree = tree_of(answer)
    assert tree.xpath("//input[@name='legal_name']/@value") == ["Typed Ltd"]
    assert tree.xpath("//input[@id='accept-name']/@value") == [APPROVER.name]
    assert not tree.xpath("//input[@id='accept-consent']/@checked")
    assert tree.xpath("//input[@name='content_hash']/@value") == [deal.offer_hash()]
    assert focused(answer)[0] == "div"
    assert deal.state() == "sent"
    part = visitor.accept("swap", content_hash="")
    assert (part.status_code, parts(part)) == (409, ["content", "actions", "news", "announced"])


def test_too_late_is_said_with_what_happened(guest: Visit, owner: Supplier) -> None:
    deal = a_sent_quote(owner)
    visitor = guest(deal)
    hidden = visitor.hidden("/decision?choice=accept")
    deal.withdraw()
    form = {**hidden, **BUYER, "name": APPROVER.name, "consent": "y"}
    answer = visitor.send("/decision?choice=accept", **form)
    assert answer.status_code == 409
    assert "taken back in the meantime" in words(answer)
    assert "took this quote back on" in words(answer)
    assert parts(visitor.swap("/decision?choice=accept", **form)) == ["content", "actions", "news", "announced"]


@on_sqlite
def test_an_accepted_quote_can_not_be_declined(guest: Visit, owner: Supplier) -> None:
    deal = a_sent_quote(owner)
    visitor = guest(deal)
    hidden = visitor.hidden("/decision?choice=decline")
    deal.accept()
    answer = visitor.send("/decision?choice=decline", **hidden, reason="No", name=APPROVER.name, consent="y")
    assert answer.status_code == 409
    assert "had been accepted already" in words(answer)
    assert deal.state() == "accepted"


def test_declining(guest: Visit, owner: Supplier) -> None:
    deal = a_sent_quote(owner)
    visitor = guest(deal)
    missing = visitor.decline(reason=" ", consent=None)
    assert missing.status_code == 422
    assert set(errors(missing)) == {"decline-reason", "decline-consent"}
    answer = visitor.decline(reason="Too dear,\r\nsorry.")
    assert (answer.status_code, answer.location) == (303, visitor.base)
    assert deal.state() == "declined"
    assert "Too dear, sorry." in words(visitor.open())
    assert visitor.decline().status_code in (303, 409)
    with reading() as connection:
        assert connection.scalar(select(Message.text)) == "Too dear,\nsorry."


@on_sqlite
def test_declining_by_htmx(guest: Visit, owner: Supplier) -> None:
    answer = guest(a_sent_quote(owner)).decline("swap")
    assert parts(answer) == ["content", "actions", "news", "announced"]
    assert "gets your reason by mail" in words(answer)


@on_sqlite
def test_a_reason_that_is_too_long(guest: Visit, owner: Supplier) -> None:
    answer = guest(a_sent_quote(owner)).decline(reason="x" * 4001)
    assert errors(answer) == {"decline-reason": "This is too long."}


def test_only_approvers_decide(guest: Visit, owner: Supplier) -> None:
    deal = a_sent_quote(owner)
    payable = guest(deal, PAYABLE)
    form = {**BUYER, "name": PAYABLE.name, "consent": "y", "content_hash": deal.offer_hash(), "reason": "No"}
    for choice in ("accept", "decline"):
        answer = payable.send(f"/decision?choice={choice}", **form)
        assert answer.status_code == 403
        assert "Inês Duarte" in words(answer)
    assert deal.state() == "sent"


@on_sqlite
def test_a_link_that_lost_its_role_between_page_and_click(guest: Visit, owner: Supplier) -> None:
    deal = a_sent_quote(owner)
    visitor = guest(deal)
    form = visitor.hidden("/decision?choice=accept")
    with transaction() as session:
        session.query(Link).filter(Link.id == deal.link()).update({"roles": frozenset()})
    assert visitor.send("/decision?choice=accept", **form).status_code == 403


def test_another_quotes_link_decides_nothing_here(guest: Visit, owner: Supplier, rival: Supplier) -> None:
    mine, theirs = a_sent_quote(owner), a_sent_quote(rival)
    assert guest(mine).accept().status_code == 303
    assert theirs.state() == "sent"


@on_sqlite
@pytest.mark.parametrize(
    "headers",
    [{"Origin": "https://evil.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}],
)
def test_a_form_of_another_site_is_refused(guest: Visit, owner: Supplier, headers: dict[str, str]) -> None:
    deal = a_sent_quote(owner)
    visitor = guest(deal)
    form = {**visitor.hidden("/decision?choice=accept"), **BUYER, "name": APPROVER.name, "consent": "y"}
    answer = visitor.client.post(visitor.base + "/decision?choice=accept", data=form, headers=headers)
    assert answer.status_code == 403
    assert deal.state() == "sent"


@on_sqlite
def test_the_next_quote_starts_from_what_was_given(guest: Visit, owner: Supplier) -> None:
    an_accepted_project(owner)
    again = a_sent_quote(owner, title="And a shop")
    tree = tree_of(guest(again).open("/decision?choice=accept"))
    assert tree.xpath("//input[@name='legal_name']/@value") == [BUYER["legal_name"]]
    assert tree.xpath("//select[@name='country_code']/option[@selected]/@value") == ["DE"]


@on_sqlite
def test_a_clients_own_name_is_no_help_to_a_scanner(guest: Visit, owner: Supplier) -> None:
    deal: Deal = a_sent_quote(owner, client_name="Inês Duarte")
    tree = tree_of(guest(deal).open("/decision?choice=accept"))
    assert tree.xpath("//input[@name='legal_name']/@value") == [""]
    with reading() as connection:
        assert connection.scalar(select(func.count()).select_from(Person)) == 2


@on_sqlite
def test_the_signature_knows_where_it_came_from(app: Flask, guest: Visit, owner: Supplier) -> None:
    deal = a_sent_quote(owner)
    visitor = guest(deal)
    form = {**visitor.hidden("/decision?choice=accept"), **BUYER, "name": APPROVER.name, "consent": "y"}
    visitor.client.post(visitor.base + "/decision?choice=accept", data=form, headers={"User-Agent": "Fox/1"})
    with reading() as connection:
        approval = connection.execute(select(Approval.address, Approval.user_agent, Approval.content_hash)).one()
        event = connection.scalar(select(Event.content).where(Event.kind == "quote_accepted"))
        shown = connection.scalar(select(Revision.content_hash))
    assert tuple(approval) == ("127.0.0.1", "Fox/1", shown)
    assert event is not None
    assert event["actor"]["link"] == deal.link()


@on_sqlite
def test_a_revised_quote_shows_at_the_old_link_and_takes_a_new_look(guest: Visit, owner: Supplier) -> None:
    deal = a_sent_quote(owner, title="A new web site")
    visitor = guest(deal)
    form = {**visitor.hidden("/decision?choice=accept"), **BUYER, "name": APPROVER.name, "consent": "y"}
    write_revision(deal, title="A smaller web site", total="8000")
    assert "A smaller web site" not in words(visitor.open())
    send_revision(deal)
    page = words(visitor.open())
    assert "A smaller web site" in page
    assert "Revision 2 takes the place of what you were sent before" in page
    late = visitor.send("/decision?choice=accept", **form)
    assert late.status_code == 409
    assert "This page changed since you opened it" in words(late)
    tree = tree_of(late)
    assert tree.xpath("//form[contains(@action, 'accept')]//input[@name='name']/@value") == [APPROVER.name]
    assert not tree.xpath("//input[@name='consent']/@checked")
    assert deal.state() == "sent"
    assert visitor.accept().status_code == 303
    assert deal.state() == "accepted"

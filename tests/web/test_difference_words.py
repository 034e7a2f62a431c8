"""What a revision changed, as both sides read it on their pages and in the mail."""

from typing import Any

import pytest
from flask import Flask
from lxml import html

from milebill import clock
from milebill.db import transaction
from milebill.models import Client, MailKind
from milebill.web.difference_words import changed
from tests.actors import Deal, Supplier, a_draft, a_sent_quote, browser_of, shares
from tests.domain.test_differences import CONTENT, FIELDS
from tests.outbound.mail_stories import MOMENT, written
from tests.outbound.test_emails import GOLDEN, WRITE_GOLDEN
from tests.revisions import revise, write_revision

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

HOSTILE = "<script>alert(1)</script>"


def _parts(body: bytes) -> dict[str, list[str]]:
    """Of the folded list: its title, and what is gone and what is new as a reader of the screen hears it."""
    (found,) = html.fromstring(body).xpath("//details[@id='changes']")
    return {
        "title": [found.xpath("string(summary)")],
        **{tag: [mark.text_content() for mark in found.iter(tag)] for tag in ("del", "ins")},
        "about": [name.text_content() for name in found.iter("dt")],
    }


def _revised(owner: Supplier, **changes: Any) -> Deal:
    with clock.at(MOMENT):
        deal = a_sent_quote(owner)
    revise(deal, **{"title": "A new web site", **changes})
    return deal


def test_the_client_reads_what_is_gone_and_what_is_new(in_app: Flask, owner: Supplier) -> None:
    deal = _revised(owner, total="8000", introduction="As discussed.\n" + HOSTILE)
    body = browser_of(in_app).get(f"/q/{deal.token(in_app)}").get_data()
    assert b"<script>alert" not in body
    found = _parts(body)
    assert found["title"] == ["What changed since 3 March 2027"]
    assert f"Now: {HOSTILE}" in found["ins"]
    assert not any("As discussed" in line for line in found["del"] + found["ins"])  # a line that stayed
    assert "Before: €11,900.00 with tax" in found["del"]
    assert "Now: €9,520.00 with tax" in found["ins"]
    assert "Milestone “Step 1”Price" in found["about"]
    assert "Before: €3,000.00" in found["del"]
    assert "Now: €2,400.00" in found["ins"]


def test_milestones_come_and_go_and_move(in_app: Flask, owner: Supplier) -> None:
    one, two, three = shares("30", "45", "25", deposit=True)
    deal = _revised(owner, milestones=[three, one, {**two, "title": "Another", "criteria": "It flies."}])
    found = _parts(browser_of(in_app).get(f"/q/{deal.token(in_app)}").get_data())
    assert "Before: Place 3" in found["del"]
    assert "Now: Place 1" in found["ins"]
    assert {"Before: It is there.", "Before: It works."} <= set(found["del"])
    assert "Now: It flies." in found["ins"]


def test_nobody_is_shown_changes_of_a_first_revision_or_of_what_is_agreed(in_app: Flask, owner: Supplier) -> None:
    first, agreed = a_sent_quote(owner), _revised(owner, total="8000")
    agreed.accept()
    for deal in (first, agreed):
        assert b'id="changes"' not in browser_of(in_app).get(f"/q/{deal.token(in_app)}").get_data()
    supplier = browser_of(in_app, owner)
    assert b'id="changes"' not in supplier.get(f"/quotes/{first.quote_id}").get_data()
    assert _parts(supplier.get(f"/quotes/{agreed.quote_id}").get_data())["ins"]


def test_the_supplier_reads_it_before_it_is_sent(in_app: Flask, owner: Supplier) -> None:
    deal = a_sent_quote(owner)
    write_revision(deal, title=HOSTILE)
    browser = browser_of(in_app, owner)
    for page in ("send", "preview"):
        body = browser.get(f"/quotes/{deal.quote_id}/revision/{page}").get_data()
        assert _parts(body)["ins"] == [f"Now: {HOSTILE}"]
        assert b"<script>alert" not in body
    write_revision(deal)
    assert b"Nothing: it says the same." in browser.get(f"/quotes/{deal.quote_id}/revision/send").get_data()


def test_everybody_reads_it_in_their_own_format(in_app: Flask, owner: Supplier) -> None:
    deal = _revised(owner, total="8000")
    with transaction() as session:
        session.get_one(Client, session.query(Client.id).scalar()).locale = "de"
    found = _parts(browser_of(in_app).get(f"/q/{deal.token(in_app)}").get_data())
    assert found["title"] == ["Was sich seit 3. März 2027 geändert hat"]
    assert any(line.endswith("2.400,00\xa0€") and line.startswith("Jetzt: ") for line in found["ins"])


@pytest.mark.parametrize("ending", ["txt", "html"])
def test_the_mail_says_in_short_what_changed(in_app: Flask, owner: Supplier, ending: str) -> None:
    with clock.at(MOMENT):
        deal = a_sent_quote(owner)
        changes = a_draft(
            total="8000",
            introduction="Anew.",
            payment_terms_days="30",
            milestones=shares("20", "20", "20", "20", "20", deposit=True),
        )
        revise(deal, **changes)
        mail = written(in_app, MailKind.QUOTE_SENT)
    golden = GOLDEN / f"quote_revised.{ending}"
    found = f"Subject: {mail.subject}\n\n{mail.text}" if ending == "txt" else str(mail.html)
    if WRITE_GOLDEN:
        golden.write_text(found, "utf-8")
    assert golden.read_text("utf-8") == found


# A sum that differs while everything that it is made of stays: no offer is like that.
ALONE = {("total", "tax"), ("milestones", "tax"), ("items", "discount_of_whole")}


@pytest.mark.parametrize(("part", "field"), [one for one in FIELDS if one not in ALONE])
def test_each_difference_has_words_of_its_own(in_app: Flask, part: str, field: str) -> None:
    after = {**CONTENT, "revision": 2}
    if part in ("offer", "total"):
        row = after
    else:
        after[part] = [*CONTENT[part][:-1], row := {**CONTENT[part][-1]}]
    value = row[field]
    if isinstance(value, dict):
        row[field] = {**value, next(iter(value)): "Other"}
    elif value is None:
        row[field] = "2027-04-01" if field == "planned_on" else {"name": "B", "email": "b@x.example", "above": 5}
    else:
        row[field] = {
            "valid_until": "2027-04-01", "trigger": "acceptance", "final_invoice": "deducts", "criteria": ["It flies."],
            "amounts": [{**CONTENT["milestones"][-1]["amounts"][0], "net": 1}],
        }.get(field, "X" if isinstance(value, str) else 9)  # fmt: skip
    with in_app.test_request_context():
        found = changed(after, CONTENT)
    assert found
    for change in found:
        assert change.marks
        assert len({mark.text for mark in change.marks}) == len(change.marks), change

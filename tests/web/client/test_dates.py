"""The dates of a project for a calendar: who gets them, what is in them, and what takes the place of what."""

from datetime import timedelta
from typing import Any

from flask import Flask
from sqlalchemy import update

from milebill import clock, links
from milebill.db import transaction
from milebill.models import Invoice, Link, Milestone, MilestoneState, Project, Role, Workspace
from tests.actors import (
    PAYABLE,
    Deal,
    Supplier,
    a_draft,
    a_sent_quote,
    an_accepted_project,
    shares,
)
from tests.calendars import content_lines, entries
from tests.rules import rows
from tests.web.client.conftest import Guest, Visit, on_sqlite, parts, tree_of
from tests.web.test_query_counts import counted

PATH = "/dates.ics"
DAYS = ("2030-01-07", "2030-02-28", "2030-12-31")


def planned(supplier: Supplier, **changes: Any) -> Deal:
    """A project over 10,000.00 with a deposit, whose three milestones have their days."""
    steps = [{**row, "planned_on": day} for row, day in zip(shares("30", "45", "25", deposit=True), DAYS, strict=True)]
    return an_accepted_project(supplier, **(a_draft(milestones=steps) | changes))


def by_uid(visitor: Guest) -> dict[str, dict[str, str]]:
    answer = visitor.open(PATH)
    assert answer.status_code == 200
    return {entry["UID"].partition("@")[0]: entry for entry in entries(answer.data)}


def test_what_is_ahead_and_what_is_to_be_paid(app: Flask, guest: Visit, owner: Supplier) -> None:
    deal = planned(owner)
    visitor = guest(deal)
    found = by_uid(visitor)
    steps, issued = rows(Milestone), rows(Invoice)[0]
    agreed, second, third, invoice = list(found)
    assert agreed == f"agreement-{rows(Project)[0].id}"
    assert (second, third) == (f"milestone-{steps[1].id}", f"milestone-{steps[2].id}")  # the deposit has fallen due
    assert invoice == f"invoice-{issued.id}"
    assert found[agreed]["SUMMARY"] == "Agreed: A new web site"
    assert found[agreed]["DTSTART;VALUE=DATE"] == issued.issued_on.strftime("%Y%m%d")
    assert found[second]["SUMMARY"] == "Planned: Step 2 (A new web site)"
    assert found[second]["DTSTART;VALUE=DATE"] == "20300228"
    assert found[second]["STATUS"] == "CONFIRMED"
    assert found[invoice]["SUMMARY"] == f"Due: €3,570.00, Invoice {issued.number} (Studio Lindqvist)"
    assert found[invoice]["DTSTART;VALUE=DATE"] == issued.due_on.strftime("%Y%m%d")
    assert issued.number in found[invoice]["DESCRIPTION"]
    page = f"http://milebill.test/q/{deal.token(app)}"
    assert [entry["URL"] for entry in found.values()] == [
        page, f"{page}#milestone-2", f"{page}#milestone-3", f"{page}#money",
    ]  # fmt: skip
    assert {uid.rpartition("@")[2] for uid in (entry["UID"] for entry in found.values())} == {"milebill.test"}


@on_sqlite
def test_an_entry_keeps_its_name_and_is_revised_with_the_project(guest: Visit, owner: Supplier) -> None:
    deal = planned(owner)
    visitor, later = guest(deal), clock.now().replace(microsecond=0) + timedelta(hours=2)
    before = by_uid(visitor)
    with clock.at(later):
        deal.pay(100_000, "once")
    after = by_uid(visitor)
    assert list(after) == list(before)
    for uid, entry in after.items():
        assert entry["DTSTAMP"] == entry["LAST-MODIFIED"] == later.strftime("%Y%m%dT%H%M%SZ")
        assert before[uid]["DTSTAMP"] < entry["DTSTAMP"]
    assert "€2,570.00" in list(after.values())[-1]["SUMMARY"]


def test_what_is_settled_goes_and_what_is_cancelled_is_struck_out(guest: Visit, owner: Supplier) -> None:
    deal = planned(owner)
    visitor, last = guest(deal), f"milestone-{rows(Milestone)[2].id}"
    deal.submit(2)
    assert f"milestone-{rows(Milestone)[1].id}" in by_uid(visitor)
    deal.sign_off(2)
    deal.pay(357_000, "once")
    first, second = (f"invoice-{invoice.id}" for invoice in rows(Invoice))
    found = by_uid(visitor)
    assert list(found)[1:] == [last, second]
    assert first not in found
    with transaction() as session:
        session.execute(update(Milestone).where(Milestone.position == 3).values(state=MilestoneState.CANCELLED))
        session.execute(update(Invoice).values(paid=Invoice.gross))
    found = by_uid(visitor)
    assert list(found)[1:] == [last]
    assert found[last]["STATUS"] == "CANCELLED"


@on_sqlite
def test_without_planned_days_there_still_is_a_file(guest: Visit, owner: Supplier) -> None:
    """A calendar without entries is none (RFC 5545, 3.4)."""
    deal = an_accepted_project(owner, milestones=shares("100"))
    found = by_uid(guest(deal))
    assert [uid.partition("-")[0] for uid in found] == ["agreement"]


@on_sqlite
def test_the_day_of_the_agreement_is_the_suppliers(guest: Visit, owner: Supplier) -> None:
    with transaction() as session:
        session.execute(update(Workspace).values(time_zone="Pacific/Kiritimati"))  # UTC+14
    with clock.at(clock.now().replace(hour=12, minute=0)):
        deal = an_accepted_project(owner)
        tomorrow = clock.now().date() + timedelta(days=1)
    assert next(iter(by_uid(guest(deal)).values()))["DTSTART;VALUE=DATE"] == tomorrow.strftime("%Y%m%d")


@on_sqlite
def test_hostile_texts_stay_texts(guest: Visit, owner: Supplier) -> None:
    hostile = "A\r\nEND:VEVENT\nBEGIN:VALARM\rX;Y,Z \\N \\n C:\\New \x00\x1b" + "👩‍👩‍👧‍👦🏴󠁧󠁢󠁥󠁮󠁧󠁿" * 20
    read = hostile.replace("\r\n", "\n").replace("\r", "\n").replace("\x00\x1b", "")
    deal = planned(owner)
    with transaction() as session:
        session.execute(update(Milestone).values(title=hostile))
        session.execute(update(Project).values(title=hostile))
        session.execute(update(Workspace).values(name=hostile))
    answer = guest(deal).open(PATH)
    found = entries(answer.data)
    assert [entry["UID"].partition("-")[0] for entry in found] == ["agreement", "milestone", "milestone", "invoice"]
    assert found[0]["SUMMARY"] == f"Agreed: {read}"
    assert found[1]["SUMMARY"] == f"Planned: {read} ({read})"
    assert f"({read})" in found[3]["SUMMARY"]
    assert not [line for line in content_lines(answer.data) if line.startswith(("BEGIN:VALARM", "METHOD", "ATTENDEE"))]


@on_sqlite
def test_how_it_is_sent(guest: Visit, owner: Supplier) -> None:
    visitor = guest(planned(owner))
    answer = visitor.open(PATH)
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert answer.headers["Content-Disposition"] == 'inline; filename="dates.ics"'
    assert answer.headers["Cache-Control"] == "private, no-cache"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    again = visitor.open(PATH, headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert visitor.send(PATH).status_code == 405


@on_sqlite
def test_an_unchanged_file_costs_what_its_link_costs(guest: Visit, owner: Supplier) -> None:
    visitor = guest(planned(owner))
    with counted() as statements:
        tag = visitor.open(PATH).headers["ETag"]
    assert len(statements) == 3
    with counted() as statements:
        visitor.open(PATH, headers={"If-None-Match": tag})
    assert not statements  # but the look-up of the link, which is prepared


@on_sqlite
def test_before_it_is_accepted_there_is_none(guest: Visit, owner: Supplier) -> None:
    deal = a_sent_quote(owner)
    visitor = guest(deal)
    assert visitor.open(PATH).status_code == 404
    assert "dates.ics" not in visitor.open().get_data(as_text=True)
    deal.decline()
    assert visitor.open(PATH).status_code == 404


def test_everybody_with_a_link_of_the_project_gets_it(app: Flask, guest: Visit, owner: Supplier) -> None:
    deal = planned(owner)
    everything = set(by_uid(guest(deal)))
    for role in Role:
        with transaction() as session:
            session.execute(update(Link).where(Link.id == deal.link(PAYABLE)).values(roles=frozenset({role})))
        visitor = guest(deal, PAYABLE)
        found = by_uid(visitor)
        assert set(found) == everything
        assert all(f"/q/{deal.token(app, PAYABLE)}" in entry["URL"] for entry in found.values())
        assert tree_of(visitor.open()).xpath("//a[contains(@href, '/dates.ics')]")


@on_sqlite
def test_links_that_open_nothing(app: Flask, guest: Visit, owner: Supplier, rival: Supplier) -> None:
    deal, client = planned(owner), app.test_client()
    keys = app.extensions["settings"].secret_keys
    for token in ("nobody", links.sign(keys, links.Purpose.CLIENT, 99_999), deal.invoice_token(app)):
        assert client.get(f"/q/{token}{PATH}").status_code == 404
    visitor = guest(deal)
    with transaction() as session:
        session.execute(update(Link).values(expires_at=clock.now() - timedelta(days=1)))
    expired = visitor.open(PATH)
    with transaction() as session:
        session.execute(update(Link).values(revoked_at=clock.now()))
    revoked = visitor.open(PATH)
    for answer in (expired, revoked):
        assert answer.status_code in (404, 410)
        assert answer.mimetype == "text/html"
        assert b"VEVENT" not in answer.data


@on_sqlite
def test_the_page_leads_there_from_its_acceptance_on(guest: Visit, owner: Supplier) -> None:
    deal = a_sent_quote(owner)
    visitor = guest(deal)
    answer = visitor.accept("swap")
    assert "content" in parts(answer)
    assert f"{visitor.base}{PATH}" in answer.get_data(as_text=True)
    (link,) = tree_of(visitor.open()).xpath("//section[@id='schedule']//a[contains(@href, '.ics')]")
    assert link.text_content() == "Add the dates to your calendar"
    assert visitor.client.get(link.get("href")).status_code == 200

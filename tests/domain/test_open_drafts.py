"""Drafts of visitors with no account: begun, kept, limited, deleted; and claimed by whoever proves an address."""

from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from milebill import clock
from milebill.db import reading, transaction
from milebill.domain import open_drafts
from milebill.domain.claiming import Confirmation, admit_with_code, confirm_and_send, hash_of, request_confirmation
from milebill.domain.networks import network_of
from milebill.domain.open_drafts import (
    KEPT,
    Visitor,
    begin_open_draft,
    discard_open_draft,
    keep_open_draft,
    purge_open_drafts,
)
from milebill.domain.sign_in import browser_hash, redeem_login, request_login
from milebill.models import (
    DraftLink,
    Event,
    LoginLink,
    Mail,
    Membership,
    MembershipRole,
    Quote,
    Revision,
    User,
    Workspace,
)
from tests.actors import a_draft
from tests.crowds import at_once
from tests.domain.outcomes import outcome
from tests.rules import check_rules
from tests.snapshots import everything
from tests.suppliers import SETTINGS, Supplier

SELLER = {name: value for name, value in SETTINGS.items() if name != "iban"}
NEWCOMER = "nora@newcomer.example"


def visitor(browser: str = "browser", address: str = "192.0.2.7", locale: str = "en") -> Visitor:
    return Visitor(browser_hash(browser), address, locale)


def begun(once: str = "page", browser: str = "browser", **changes: Any) -> int:
    return begin_open_draft(visitor(browser), once, a_draft(**changes))


def confirmation(draft: dict[str, Any] | None = None, **seller: Any) -> Confirmation:
    return Confirmation(hash_of(draft or a_draft()), seller or SELLER, "192.0.2.7")


def code_of(login: int) -> str:
    with reading() as connection:
        return connection.scalar(select(LoginLink.code).where(LoginLink.id == login)) or ""


def count(column: Any) -> int:
    with reading() as connection:
        return connection.scalar(select(func.count(column))) or 0


def kinds_of_mail() -> list[str]:
    with reading() as connection:
        return list(connection.scalars(select(Mail.kind).order_by(Mail.id)))


def test_a_draft_is_begun_once_for_a_page_and_kept(in_app: Flask) -> None:
    link = begun(title="One")
    assert begun(title="Two") == link
    keep_open_draft(link, a_draft(title="Three", total="12,50"))
    with reading() as connection:
        row = connection.execute(
            select(Revision.title, Revision.net, Quote.workspace_id, Quote.state).join(Quote)
        ).one()
    assert tuple(row) == ("Three", 1250, None, "draft")
    assert (count(Event.id), count(Mail.id), count(Quote.id)) == (0, 0, 1)


def test_what_is_refused_of_a_draft(in_app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    link = begun()
    before = everything()
    large = a_draft(introduction="a" * open_drafts.MAX_BYTES)
    assert outcome(lambda: keep_open_draft(link, large)) == "Refused(too_large)"
    assert outcome(lambda: begin_open_draft(visitor(), "", large)) == "Refused(too_large)"
    assert outcome(lambda: keep_open_draft(link + 1, a_draft())) == "LinkUnknown"
    assert everything() == before


def test_a_network_begins_so_many_within_an_hour(in_app: Flask) -> None:
    for number in range(open_drafts.MAX_PER_HOUR):
        begin_open_draft(visitor(f"browser {number}", "2001:db8:1:2::7"), f"page {number}", a_draft())
    another = partial(begin_open_draft, visitor("another", "2001:db8:1:2:ffff::1"), "another", a_draft())
    assert outcome(another) == "Refused(too_many)"
    assert begin_open_draft(visitor("browser 0", "2001:db8:1:2::7"), "page 0", a_draft())
    assert begin_open_draft(visitor("another", "2001:db8:1:3::7"), "elsewhere", a_draft())
    with clock.at(clock.now() + timedelta(hours=1, seconds=1)):
        assert another()


def test_a_browser_keeps_so_many(in_app: Flask) -> None:
    for number in range(open_drafts.MAX_PER_BROWSER):
        begin_open_draft(visitor(address=f"192.0.2.{number}"), f"page {number}", a_draft())
    assert outcome(lambda: begin_open_draft(visitor(address="198.51.100.1"), "x", a_draft())) == "Refused(too_many)"


@pytest.mark.parametrize(
    ("address", "network"),
    [("192.0.2.7", "192.0.2.7"), ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"), ("", ""), ("odd", "odd")],
)
def test_what_counts_as_one_network(address: str, network: str) -> None:
    assert network_of(address) == network


def test_confirming_makes_the_workspace_and_sends(in_app: Flask) -> None:
    link = begun()
    login = request_confirmation(link, f" {NEWCOMER.title()} ", "secret")
    assert kinds_of_mail() == ["confirm_draft"]
    claimed = confirm_and_send(login, "secret", confirmation())
    assert claimed.number
    with reading() as connection:
        workspace = connection.execute(select(Workspace.email, Workspace.legal_name, Workspace.currency)).one()
        quote = connection.execute(select(Quote.state, Quote.workspace_id, Quote.draft_link_id)).one()
        events = connection.scalars(select(Event.kind).order_by(Event.sequence)).all()
    assert tuple(workspace) == (NEWCOMER, SETTINGS["legal_name"], "EUR")
    assert tuple(quote) == ("sent", claimed.workspace_id, None)
    assert events == ["workspace_created", "settings_changed", "quote_created", "quote_sent"]
    assert kinds_of_mail() == ["confirm_draft", "quote_sent"]
    check_rules(claimed.workspace_id)


def test_the_link_opens_nothing_once_it_was_claimed(in_app: Flask) -> None:
    link = begun()
    login, other = request_confirmation(link, NEWCOMER, "secret"), request_confirmation(link, "b@example.com", "b")
    confirm_and_send(login, "secret", confirmation())
    before = everything()
    assert outcome(lambda: confirm_and_send(login, "secret", confirmation())) == "LinkUsed"
    assert outcome(lambda: keep_open_draft(link, a_draft())) == "LinkUsed"
    assert outcome(begun) == "LinkUsed"
    assert outcome(lambda: request_confirmation(link, NEWCOMER, "secret")) == "LinkUsed"
    assert outcome(lambda: confirm_and_send(other, "b", confirmation())) == "Refused(claimed)"
    admit_with_code(other, code_of(other), "c")
    assert outcome(lambda: confirm_and_send(other, "c", confirmation())) == "Refused(claimed)"
    with transaction() as session:
        session.execute(
            update(LoginLink).where(LoginLink.id == other).values(browser_hash=browser_hash("b"), attempts=0)
        )
    assert everything() == before


def test_without_the_browser_that_asked_only_the_code_lets_in_and_sends_nothing_by_itself(in_app: Flask) -> None:
    begun("other page")
    login = request_confirmation(begun(), NEWCOMER, "secret")
    before = everything()
    for secret in ("guessed", "", None):
        assert outcome(partial(confirm_and_send, login, secret, confirmation())) == "Refused(code_needed)"
    assert everything() == before
    wrong = "00000000" if code_of(login) != "00000000" else "11111111"
    assert outcome(lambda: admit_with_code(login, wrong, "phone")) == "Refused(code_wrong)"
    assert outcome(lambda: confirm_and_send(login, "phone", confirmation())) == "Refused(code_needed)"
    admit_with_code(login, code_of(login), "phone")
    assert (count(Workspace.id), kinds_of_mail()) == (0, ["confirm_draft"])
    assert outcome(lambda: confirm_and_send(login, "secret", confirmation())) == "Refused(code_needed)"
    claimed = confirm_and_send(login, "phone", confirmation())
    assert (bool(claimed.number), kinds_of_mail()) == (True, ["confirm_draft", "quote_sent"])
    with reading() as connection:
        mine = select(Quote.id).where(Quote.workspace_id == claimed.workspace_id)
        assert connection.scalars(mine).all() == [claimed.quote_id]
    check_rules(claimed.workspace_id)


def test_five_wrong_codes_end_it(in_app: Flask) -> None:
    login = request_confirmation(begun(), NEWCOMER, "secret")
    wrong = "00000000" if code_of(login) != "00000000" else "11111111"
    answers = [outcome(lambda: admit_with_code(login, wrong, "phone")) for _ in range(6)]
    assert answers == ["Refused(code_wrong)"] * 5 + ["Refused(too_many)"]


def test_the_same_browsers_other_drafts_come_along_and_nobody_elses(in_app: Flask) -> None:
    mine, others = [begun("1"), begun("2")], begun("3", browser="another")
    claimed = confirm_and_send(request_confirmation(mine[0], NEWCOMER, "browser"), "browser", confirmation())
    with reading() as connection:
        rows = connection.scalars(select(Quote.workspace_id).order_by(Quote.id)).all()
        states = connection.scalars(select(Quote.state).order_by(Quote.id)).all()
        unclaimed = connection.scalars(select(DraftLink.id).where(DraftLink.claimed_at.is_(None))).all()
    assert rows == [claimed.workspace_id, claimed.workspace_id, None]
    assert (states, unclaimed) == (["sent", "draft", "draft"], [others])
    check_rules(claimed.workspace_id)


def test_what_stops_it_changes_nothing(in_app: Flask) -> None:
    link = begun()
    login = request_confirmation(link, NEWCOMER, "secret")
    before = everything()
    assert outcome(lambda: confirm_and_send(login, "secret", confirmation(a_draft(title="Seen")))) == "Stale(stale)"
    incomplete = confirmation(name="Nora")
    assert outcome(lambda: confirm_and_send(login, "secret", incomplete)) == "Refused(seller_incomplete)"
    assert everything() == before
    keep_open_draft(link, a_draft(approver_email=""))
    before = everything()
    unfinished = confirmation(a_draft(approver_email=""))
    assert outcome(lambda: confirm_and_send(login, "secret", unfinished)).startswith("Invalid(approver_email")
    with clock.at(clock.now() + timedelta(minutes=16)):
        assert outcome(lambda: confirm_and_send(login, "secret", confirmation())) == "LinkExpired"
    assert everything() == before


def test_the_two_kinds_of_login_links_are_kept_apart(in_app: Flask) -> None:
    claiming, plain = request_confirmation(begun(), NEWCOMER, "secret"), request_login(NEWCOMER, "secret")
    assert outcome(lambda: redeem_login(claiming, "secret", None, "")) == "LinkUnknown"
    assert outcome(lambda: confirm_and_send(plain, "secret", confirmation())) == "LinkUnknown"
    assert outcome(lambda: admit_with_code(plain, code_of(plain), "phone")) == "LinkUnknown"


def test_mails_to_one_address_and_for_one_draft_are_limited(in_app: Flask) -> None:
    link = begun()
    for number in range(5):
        request_confirmation(link, f"{number}@example.com", "secret")
    assert outcome(lambda: request_confirmation(link, "other@example.com", "secret")) == "Refused(too_many)"
    for _ in range(4):
        request_login("0@example.com", "secret")
    again = begun("another")
    assert outcome(lambda: request_confirmation(again, "0@example.com", "secret")) == "Refused(too_many)"
    assert request_confirmation(again, "1@example.com", "secret")


def test_whoever_has_a_workspace_keeps_it_with_its_settings(in_app: Flask, owner: Supplier) -> None:
    login = request_confirmation(begun(), owner.email, "secret")
    claimed = confirm_and_send(login, "secret", Confirmation(hash_of(a_draft()), {}, ""))
    assert (claimed.workspace_id, bool(claimed.number)) == (owner.workspace_id, True)
    check_rules(owner.workspace_id)


def test_amounts_in_other_habits_are_looked_at_again_before_they_are_sent(in_app: Flask, owner: Supplier) -> None:
    draft = a_draft(total="1.000", milestones=[{**a_draft()["milestones"][0], "value": "100"}])
    link = begin_open_draft(visitor(locale="de"), "page", draft)
    login = request_confirmation(link, owner.email, "secret")
    claimed = confirm_and_send(login, "secret", Confirmation(hash_of(draft), {}, ""))
    assert (claimed.workspace_id, claimed.number) == (owner.workspace_id, "")
    assert "quote_sent" not in kinds_of_mail()


def test_a_viewer_gets_a_workspace_of_their_own(in_app: Flask, viewer: Supplier) -> None:
    claimed = confirm_and_send(request_confirmation(begun(), viewer.email, "secret"), "secret", confirmation())
    assert claimed.workspace_id != viewer.workspace_id
    with reading() as connection:
        role = select(Membership.role).where(Membership.workspace_id == claimed.workspace_id)
        assert connection.scalar(role) == MembershipRole.OWNER


def test_drafts_are_deleted_after_thirty_days_without_a_change(in_app: Flask) -> None:
    old, kept = begun("old"), begun("kept")
    login = request_confirmation(old, NEWCOMER, "secret")
    with clock.at(clock.now() + KEPT - timedelta(minutes=1)):
        keep_open_draft(kept, a_draft())
        assert purge_open_drafts() == 0
    with clock.at(clock.now() + KEPT + timedelta(minutes=1)):
        assert (purge_open_drafts(), purge_open_drafts()) == (1, 0)
        assert outcome(lambda: keep_open_draft(old, a_draft())) == "LinkUnknown"
        assert outcome(lambda: confirm_and_send(login, "secret", confirmation())) == "LinkExpired"
        keep_open_draft(kept, a_draft())
    assert (count(Quote.id), count(Revision.id), count(DraftLink.id)) == (1, 1, 1)


def test_a_discarded_draft_is_gone_and_still_counts(in_app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(open_drafts, "MAX_PER_HOUR", 3)
    link, kept = begun(), begun("kept")
    login = request_confirmation(link, NEWCOMER, "browser")
    assert (discard_open_draft(link), discard_open_draft(link)) == (True, False)
    assert outcome(lambda: discard_open_draft(99)) == "LinkUnknown"
    assert (count(Quote.id), count(Revision.id), count(DraftLink.id)) == (1, 1, 2)
    for late in (
        begun,
        lambda: keep_open_draft(link, a_draft()),
        lambda: request_confirmation(link, NEWCOMER, "browser"),
        lambda: confirm_and_send(login, "browser", confirmation()),
    ):
        assert outcome(late) == "LinkUnknown"
    assert begun("a new page") not in (link, kept)
    assert outcome(lambda: begun("a fourth")) == "Refused(too_many)"
    other = request_confirmation(kept, NEWCOMER, "browser")
    assert confirm_and_send(other, "browser", confirmation()).number
    assert outcome(lambda: discard_open_draft(kept)) == "LinkUsed"
    with clock.at(clock.now() + KEPT + timedelta(days=1)):
        assert purge_open_drafts() == 3


def test_a_claimed_quote_outlives_its_link(in_app: Flask) -> None:
    claimed = confirm_and_send(request_confirmation(begun(), NEWCOMER, "secret"), "secret", confirmation())
    with clock.at(clock.now() + KEPT + timedelta(days=1)):
        assert purge_open_drafts() == 1
    assert (count(DraftLink.id), count(Quote.id)) == (0, 1)
    check_rules(claimed.workspace_id)


def test_many_edits_at_once_begin_one_draft(in_app: Flask) -> None:
    assert len(set(at_once(in_app, [begun] * 12))) == 1
    assert count(Quote.id) == 1


def test_many_clicks_send_once(in_app: Flask) -> None:
    login = request_confirmation(begun(), NEWCOMER, "secret")
    click = partial(outcome, partial(confirm_and_send, login, "secret", confirmation()))
    assert sorted(at_once(in_app, [click] * 12)) == ["LinkUsed"] * 11 + ["done"]
    assert kinds_of_mail() == ["confirm_draft", "quote_sent"]


def test_two_people_claim_one_draft_and_one_gets_it(in_app: Flask, owner: Supplier, rival: Supplier) -> None:
    link = begun()
    logins = [(request_confirmation(link, who.email, who.email), who.email) for who in (owner, rival)]
    plain = Confirmation(hash_of(a_draft()), {}, "")
    clicks = [partial(outcome, partial(confirm_and_send, login, secret, plain)) for login, secret in logins]
    assert sorted(at_once(in_app, clicks * 4)).count("done") == 1
    for supplier in (owner, rival):
        check_rules(supplier.workspace_id)


def test_claiming_and_deleting_at_once(in_app: Flask) -> None:
    """The draft is either gone or sent as a whole; nobody waits for ever."""
    for turn in range(4):
        draft = begun(f"page {turn}")
        login = request_confirmation(draft, f"{turn}@example.com", "secret")
        with transaction() as session:
            session.execute(update(DraftLink).where(DraftLink.id == draft).values(used_at=clock.now() - 2 * KEPT))
        claim = partial(outcome, partial(confirm_and_send, login, "secret", confirmation()))
        answers = at_once(in_app, [claim, purge_open_drafts, purge_open_drafts])
        assert answers[0] in ("done", "LinkUnknown")
    with reading() as connection:
        states = connection.scalars(select(Quote.state)).all()
        users = connection.scalar(select(func.count(User.id)))
    assert set(states) <= {"sent"}
    assert len(states) == users

"""Every verb on a quote in every state: what it answers, which state it leaves, and that a refusal changes nothing."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from milebill import clock
from milebill.domain import quotes
from milebill.domain.buyer import Buyer
from milebill.domain.copying import duplicate_quote
from milebill.domain.decision import accept_quote, decline_quote
from milebill.domain.revising import discard_revision
from milebill.domain.settings import change_settings
from tests.actors import APPROVER, BUYER, Deal, Supplier, a_draft, a_quote, a_sent_quote, sign_up, signed
from tests.domain.outcomes import outcome
from tests.revisions import extend
from tests.snapshots import everything


def _expired(supplier: Supplier) -> Deal:
    deal = a_sent_quote(supplier)
    with clock.at(clock.now() + timedelta(days=32)):
        quotes.expire_quotes()
    return deal


def _moved(verb: Callable[[Deal], object]) -> Callable[[Supplier], Deal]:
    def make(supplier: Supplier) -> Deal:
        deal = a_sent_quote(supplier)
        verb(deal)
        return deal

    return make


MAKE: dict[str, Callable[[Supplier], Deal]] = {
    "sent": a_sent_quote,
    "accepted": _moved(Deal.accept),
    "declined": _moved(Deal.decline),
    "expired": _expired,
    "withdrawn": _moved(Deal.withdraw),
}
VERBS: dict[str, Callable[[Deal], object]] = {
    "edit": lambda deal: quotes.save_draft(deal.workspace_id, deal.quote_id, a_draft(title="Another")),
    "send": Deal.send,
    "withdraw": Deal.withdraw,
    "extend": extend,
    "discard": lambda deal: discard_revision(deal.workspace_id, deal.quote_id),
    "duplicate": lambda deal: duplicate_quote(deal.workspace_id, deal.supplier.actor, deal.quote_id, keep_client=True),
    "accept": Deal.accept,
    "decline": Deal.decline,
    "expire": lambda deal: quotes.expire_quote(deal.workspace_id, deal.quote_id),
    "ask": Deal.ask,
    "answer": Deal.answer,
}

TABLE: dict[str, dict[str, tuple[str, str]]] = {
    "sent": {
        "edit": ("Refused(frozen)", "sent"),
        "send": ("done", "sent"),
        "withdraw": ("done", "withdrawn"),
        "extend": ("done", "sent"),
        "discard": ("done before", "sent"),
        "duplicate": ("done", "sent"),
        "accept": ("done", "accepted"),
        "decline": ("done", "declined"),
        "expire": ("done before", "sent"),
        "ask": ("done", "sent"),
        "answer": ("done", "sent"),
    },
    "accepted": {
        "edit": ("Refused(frozen)", "accepted"),
        "send": ("Refused(accepted)", "accepted"),
        "withdraw": ("Refused(accepted)", "accepted"),
        "extend": ("Refused(accepted)", "accepted"),
        "discard": ("Refused(accepted)", "accepted"),
        "duplicate": ("done", "accepted"),
        "accept": ("done before", "accepted"),
        "decline": ("Refused(accepted)", "accepted"),
        "expire": ("done before", "accepted"),
        "ask": ("done", "accepted"),
        "answer": ("done", "accepted"),
    },
    "declined": {
        "edit": ("Refused(frozen)", "declined"),
        "send": ("Refused(declined)", "declined"),
        "withdraw": ("Refused(declined)", "declined"),
        "extend": ("Refused(declined)", "declined"),
        "discard": ("done before", "declined"),
        "duplicate": ("done", "declined"),
        "accept": ("Refused(declined)", "declined"),
        "decline": ("done before", "declined"),
        "expire": ("done before", "declined"),
        "ask": ("done", "declined"),
        "answer": ("done", "declined"),
    },
    "expired": {
        "edit": ("Refused(frozen)", "expired"),
        "send": ("Refused(expired)", "expired"),
        "withdraw": ("Refused(expired)", "expired"),
        "extend": ("done", "sent"),
        "discard": ("done before", "expired"),
        "duplicate": ("done", "expired"),
        "accept": ("Refused(expired)", "expired"),
        "decline": ("Refused(expired)", "expired"),
        "expire": ("done before", "expired"),
        "ask": ("done", "expired"),
        "answer": ("done", "expired"),
    },
    "withdrawn": {
        "edit": ("Refused(frozen)", "withdrawn"),
        "send": ("Refused(withdrawn)", "withdrawn"),
        "withdraw": ("done", "withdrawn"),
        "extend": ("Refused(withdrawn)", "withdrawn"),
        "discard": ("done before", "withdrawn"),
        "duplicate": ("done", "withdrawn"),
        "accept": ("Refused(withdrawn)", "withdrawn"),
        "decline": ("Refused(withdrawn)", "withdrawn"),
        "expire": ("done before", "withdrawn"),
        "ask": ("done", "withdrawn"),
        "answer": ("done", "withdrawn"),
    },
}


@pytest.mark.parametrize("state", list(MAKE))
def test_every_verb_in(owner: Supplier, state: str) -> None:
    found = {}
    for name, verb in VERBS.items():
        deal = MAKE[state](owner)
        before = everything()
        answer = outcome(lambda deal=deal, verb=verb: verb(deal))  # type: ignore[misc]
        found[name] = (answer, deal.state())
        if answer != "done":
            assert everything() == before
    assert found == TABLE[state]


def test_a_draft_is_nobody_elses_business(owner: Supplier) -> None:
    draft, other = a_quote(owner), a_sent_quote(owner)
    link, workspace = other.link(), owner.workspace_id
    signature = signed(other.offer_hash(), "I accept.")
    assert outcome(lambda: quotes.save_draft(workspace, draft.quote_id, a_draft(title="B"))) == "done"
    assert outcome(lambda: accept_quote(workspace, draft.quote_id, link, signature, Buyer(BUYER))) == "NotFound"
    assert outcome(lambda: decline_quote(workspace, draft.quote_id, link, signature, "no")) == "NotFound"
    assert outcome(draft.withdraw) == "Refused(draft)"
    assert outcome(draft.answer) == "Refused(draft)"
    assert outcome(lambda: quotes.expire_quote(workspace, draft.quote_id)) == "done before"
    assert outcome(draft.send) == "done"
    assert draft.state() == "sent"


def test_a_second_click_on_send_gets_the_same_number(owner: Supplier) -> None:
    deal = a_quote(owner)
    first, before = deal.send(), everything()
    assert deal.send() == first
    assert everything() == before


def test_a_draft_with_errors_or_a_seller_without_an_address_is_not_sent(owner: Supplier) -> None:
    assert outcome(a_quote(owner, title="", approver_email="x").send) == (
        "Invalid(approver_email: email, title: required)"
    )
    deal = a_quote(owner)
    change_settings(owner.workspace_id, owner.actor, {"city": ""})
    before = everything()
    assert outcome(deal.send) == "Refused(seller_incomplete)"
    assert everything() == before


def test_a_quote_can_be_accepted_until_its_last_day_ends_where_the_supplier_is(owner: Supplier) -> None:
    now = clock.now()
    in_time, late = a_sent_quote(owner), a_sent_quote(owner)
    with clock.at((now + timedelta(days=30)).replace(hour=23, minute=59)):
        assert quotes.expire_quotes() == 0
        assert outcome(in_time.accept) == "done"
    with clock.at((now + timedelta(days=31)).replace(hour=0, minute=0)):
        # The clock's job may come later, the offer is over now.
        assert outcome(late.accept) == "Refused(expired)"
        assert outcome(late.decline) == "Refused(expired)"
        assert late.state() == "sent"
        assert quotes.expire_quotes() == 1
        assert quotes.expire_quotes() == 0
    assert late.state() == "expired"


def test_a_day_begins_where_the_supplier_is(in_app: object) -> None:
    east = sign_up("Kim", time_zone="Pacific/Kiritimati")
    noon = clock.now().replace(hour=12, minute=0)  # it is two o'clock of the next day there
    deal = a_sent_quote(east, valid_until=(noon + timedelta(days=2)).date().isoformat())
    with clock.at(noon + timedelta(days=1)):
        assert quotes.expire_quotes() == 0
    with clock.at(noon + timedelta(days=2)):
        assert quotes.expire_quotes() == 1
    assert deal.state() == "expired"


BAD_SIGNATURES = [
    ({"name": ""}, "Invalid(name: required)"),
    ({"name": "   "}, "Invalid(name: required)"),
    ({"name": "Karl Ekman"}, "Invalid(name: other_person)"),
    ({"name": APPROVER.name + "x" * 200}, "Invalid(name: too_long)"),
    ({"consented": False}, "Invalid(consent: required)"),
    ({"name": "", "consented": False}, "Invalid(consent: required, name: required)"),
    ({"content_hash": "0" * 64}, "Stale(stale)"),
    ({"content_hash": ""}, "Stale(stale)"),
]


@pytest.mark.parametrize(("changes", "answer"), BAD_SIGNATURES)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_decision_needs_a_whole_signature_on_what_was_shown(
    owner: Supplier, changes: dict[str, object], answer: str
) -> None:
    deal = a_sent_quote(owner)
    before = everything()
    assert outcome(lambda: deal.accept(**changes)) == answer
    assert outcome(lambda: deal.decline(**changes)) == answer
    assert everything() == before


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_acceptance_needs_a_buyer_that_can_be_invoiced(owner: Supplier) -> None:
    deal = a_sent_quote(owner)
    signature, before = signed(deal.offer_hash(), "I accept."), everything()

    def accept(**party: str) -> str:
        buyer = Buyer(BUYER | party)
        return outcome(lambda: accept_quote(deal.workspace_id, deal.quote_id, deal.link(), signature, buyer))

    assert accept(legal_name="", city=" ") == "Invalid(city: required, legal_name: required)"
    assert accept(address_line_1="", country_code="") == "Invalid(address_line_1: required, country_code: required)"
    for name, signs in (("post_code", 40), ("city", 120), ("country_subdivision", 120), ("legal_name", 200)):
        assert accept(**{name: "9" * (signs + 1)}) == f"Invalid({name}: too_long)"
    assert everything() == before


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_decline_needs_a_reason(owner: Supplier) -> None:
    deal = a_sent_quote(owner)
    assert outcome(lambda: deal.decline(" ")) == "Invalid(reason: required)"
    assert outcome(lambda: deal.decline("x" * 4001)) == "Invalid(reason: too_long)"
    assert outcome(lambda: deal.decline("x" * 4000)) == "done"

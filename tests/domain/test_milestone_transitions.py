"""Every verb on a milestone in every state: its answer, the state that it leaves; a refusal changes nothing."""

from collections.abc import Callable

import pytest
from sqlalchemy import select, update

from milebill.db import reading, transaction
from milebill.domain.evidence import Evidence
from milebill.models import Deliverable, Invoice, Milestone, Project, StoredFile, Submission
from tests.actors import Deal, Supplier, a_sent_quote, a_submitted_milestone, an_accepted_project, shares
from tests.domain.outcomes import outcome
from tests.snapshots import everything


def _moved(verb: Callable[[Deal], object]) -> Callable[[Supplier], Deal]:
    def make(supplier: Supplier) -> Deal:
        deal = a_submitted_milestone(supplier)
        verb(deal)
        return deal

    return make


def _cancelled(supplier: Supplier) -> Deal:
    deal = an_accepted_project(supplier)
    project = select(Project.id).where(Project.quote_id == deal.quote_id).scalar_subquery()
    with transaction() as session:  # change orders, which cancel, come later
        session.execute(
            update(Milestone).where(Milestone.project_id == project, Milestone.position == 2).values(state="cancelled")
        )
    return deal


MAKE: dict[str, Callable[[Supplier], Deal]] = {
    "planned": an_accepted_project,
    "submitted": a_submitted_milestone,
    "changes_requested": _moved(Deal.request_changes),
    "signed_off": _moved(Deal.sign_off),
    "taken_back": _moved(Deal.take_back),
    "cancelled": _cancelled,
}
VERBS: dict[str, Callable[[Deal], object]] = {
    "submit": Deal.submit,
    "take back": Deal.take_back,
    "sign off": Deal.sign_off,
    "request changes": Deal.request_changes,
    "accept each": Deal.decide,
    "reject one": lambda deal, position=2: deal.decide(position, second="It does not."),  # type: ignore[misc]
}
TABLE: dict[str, dict[str, tuple[str, str]]] = {
    "planned": {
        "submit": ("done", "submitted"),
        "take back": ("Refused(planned)", "planned"),
        "sign off": ("Refused(planned)", "planned"),
        "request changes": ("Refused(planned)", "planned"),
        "accept each": ("Refused(planned)", "planned"),
        "reject one": ("Refused(planned)", "planned"),
    },
    "submitted": {
        "submit": ("Refused(submitted)", "submitted"),
        "take back": ("done", "planned"),
        "sign off": ("done", "signed_off"),
        "request changes": ("done", "changes_requested"),
        "accept each": ("done", "signed_off"),
        "reject one": ("done", "changes_requested"),
    },
    "changes_requested": {
        "submit": ("done", "submitted"),
        "take back": ("Refused(changes_requested)", "changes_requested"),
        "sign off": ("Refused(changes_requested)", "changes_requested"),
        "request changes": ("done before", "changes_requested"),
        "accept each": ("Refused(changes_requested)", "changes_requested"),
        "reject one": ("Refused(changes_requested)", "changes_requested"),
    },
    "signed_off": {
        "submit": ("Refused(signed_off)", "signed_off"),
        "take back": ("Refused(signed_off)", "signed_off"),
        "sign off": ("done before", "signed_off"),
        "request changes": ("Refused(signed_off)", "signed_off"),
        "accept each": ("done before", "signed_off"),
        "reject one": ("Refused(signed_off)", "signed_off"),
    },
    "taken_back": {
        "submit": ("done", "submitted"),
        "take back": ("Refused(planned)", "planned"),
        "sign off": ("Refused(planned)", "planned"),
        "request changes": ("Refused(planned)", "planned"),
        "accept each": ("Refused(planned)", "planned"),
        "reject one": ("Refused(planned)", "planned"),
    },
    "cancelled": {
        "submit": ("Refused(cancelled)", "cancelled"),
        "take back": ("Refused(cancelled)", "cancelled"),
        "sign off": ("Refused(cancelled)", "cancelled"),
        "request changes": ("Refused(cancelled)", "cancelled"),
        "accept each": ("Refused(cancelled)", "cancelled"),
        "reject one": ("Refused(cancelled)", "cancelled"),
    },
}


@pytest.mark.parametrize("state", list(MAKE))
def test_every_verb_in(owner: Supplier, state: str) -> None:
    found = {}
    for name, verb in VERBS.items():
        deal = MAKE[state](owner)
        before = everything()
        answer = outcome(lambda deal=deal, verb=verb: verb(deal))  # type: ignore[misc]
        found[name] = (answer, deal.milestone_state())
        if answer != "done":
            assert everything() == before
    assert found == TABLE[state]


def test_a_deposit_was_signed_off_by_the_acceptance(owner: Supplier) -> None:
    deal = an_accepted_project(owner)
    before = everything()
    for verb in VERBS.values():
        assert outcome(lambda verb=verb: verb(deal, 1)) == "Refused(signed_off)"  # type: ignore[call-arg,misc]
    assert everything() == before


def test_there_is_no_milestone_without_a_project(owner: Supplier) -> None:
    sent = a_sent_quote(owner)
    for verb in VERBS.values():
        assert outcome(lambda verb=verb: verb(sent)) == "NotFound"  # type: ignore[misc]
    deal = an_accepted_project(owner)
    for position in (0, 4, -1):
        assert outcome(lambda position=position: deal.submit(position)) == "NotFound"  # type: ignore[misc]


def test_milestones_are_worked_on_in_any_order(owner: Supplier) -> None:
    deal = an_accepted_project(owner)
    deal.submit(3)
    deal.submit(2)
    assert outcome(lambda: deal.sign_off(3)) == "done"
    assert outcome(lambda: deal.sign_off(2)) == "done"
    with reading() as connection:
        kinds = connection.scalars(select(Invoice.kind).order_by(Invoice.id)).all()
    assert kinds == ["deposit", "milestone", "final"]


def test_a_submission_ends_as_it_did(owner: Supplier) -> None:
    deal = a_submitted_milestone(owner)
    first = deal.submission_hash()
    deal.take_back()
    deal.submit()
    deal.request_changes(reason="The links are dead.")
    deal.submit(note="They live.")
    assert outcome(lambda: deal.sign_off(content_hash=first)) == "Stale(stale)"
    deal.sign_off()
    with reading() as connection:
        rows = connection.execute(select(Submission.outcome, Submission.reason).order_by(Submission.number)).all()
    assert [tuple(row) for row in rows] == [
        ("taken_back", ""),
        ("changes_requested", "The links are dead."),
        ("signed_off", ""),
    ]


def test_a_milestone_that_costs_nothing_is_signed_off_without_an_invoice(owner: Supplier) -> None:
    deal = an_accepted_project(owner, milestones=shares("100", "0"))
    deal.submit(2)
    result, again = deal.sign_off(2), deal.sign_off(2)
    assert (result.invoice_id, result.invoice_number) == (None, None)
    assert (again.receipt_number, again.invoice_id, again.first) == (result.receipt_number, None, False)


def test_evidence_is_kept_and_claimed_once(owner: Supplier) -> None:
    deal = an_accepted_project(owner)
    file = Evidence(file_name="a" * 300, media_type="image/png", sha256="ab" * 32, size=12)
    deal.submit(2, evidence=(Evidence(url="https://example.com/x"), file))
    deal.submit(3, note="", evidence=(file,))
    with reading() as connection:
        kinds = connection.scalars(select(Deliverable.kind).order_by(Deliverable.id)).all()
        claims = connection.execute(select(StoredFile.sha256, StoredFile.size)).all()
    assert kinds == ["link", "file", "file"]
    assert [tuple(claim) for claim in claims] == [("ab" * 32, 12)]


@pytest.mark.parametrize(
    ("note", "evidence", "answer"),
    [
        ("", (), "Invalid(note: required)"),
        (" \n", (), "Invalid(note: required)"),
        ("x" * 8001, (), "Invalid(note: too_long)"),
        ("x", (Evidence(url="https://x.example"),) * 21, "Invalid(evidence: how_many)"),
        ("x", (Evidence(url="javascript:alert(1)"),), "Invalid(evidence: url)"),
        ("x", (Evidence(url="ftp://x.example"),), "Invalid(evidence: url)"),
        ("", (Evidence(url="https://x.example"),), "done"),
    ],
)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_submission_says_or_shows_something(
    owner: Supplier, note: str, evidence: tuple[Evidence, ...], answer: str
) -> None:
    deal = an_accepted_project(owner)
    assert outcome(lambda: deal.submit(2, note=note, evidence=evidence)) == answer


@pytest.mark.parametrize(
    ("changes", "sign_off", "changes_requested"),
    [
        ({"name": ""}, "Invalid(name: required)", "Invalid(name: required)"),
        ({"name": "Karl"}, "Invalid(name: other_person)", "Invalid(name: other_person)"),
        ({"consented": False}, "Invalid(consent: required)", "done"),
        ({"content_hash": "0" * 64}, "Stale(stale)", "Stale(stale)"),
    ],
)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_sign_off_needs_a_whole_signature_on_what_was_shown(
    owner: Supplier, changes: dict[str, object], sign_off: str, changes_requested: str
) -> None:
    deal = a_submitted_milestone(owner)
    before = everything()
    assert outcome(lambda: deal.sign_off(**changes)) == sign_off  # type: ignore[arg-type]
    assert everything() == before
    assert outcome(lambda: deal.request_changes(**changes)) == changes_requested  # type: ignore[arg-type]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_changes_need_a_reason(owner: Supplier) -> None:
    deal = a_submitted_milestone(owner)
    assert outcome(lambda: deal.request_changes(reason=" ")) == "Invalid(reason: required)"
    assert outcome(lambda: deal.request_changes(reason="x" * 8001)) == "Invalid(reason: too_long)"
    assert outcome(lambda: deal.request_changes(reason="x", name="")) == "Invalid(name: required)"

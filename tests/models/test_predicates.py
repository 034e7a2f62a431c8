"""What records say of themselves."""

from datetime import UTC, date, datetime, timedelta

import pytest

from milebill.clock import at
from milebill.errors import LinkExpired, LinkRevoked
from milebill.models import Invoice, Link, LoginLink, Milestone, Quote, Revision, Role, Workspace
from milebill.models.invoice import invoice_state
from milebill.models.link import RoleSet, check_way_in, mailed_second
from milebill.models.milestone import MilestoneState, Trigger
from milebill.models.person import shares_a_word
from milebill.models.quote import QuoteState
from milebill.models.receipt import new_receipt_number

MOMENT = datetime(2027, 3, 3, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("typed", "name", "same"),
    [
        ("Inês Duarte", "Inês Duarte", True),
        ("ines", "Inês Duarte", True),
        ("DUARTE, I.", "Inês Duarte", True),
        ("Frau Duarte-Costa", "Inês Duarte", True),
        ("Strasse", "Straße", True),
        ("Øystein", "øystein", True),
        ("王", "王 小明", True),
        ("王小明", "王 小明", True),
        ("小明 王", "王 小明", True),
        ("李 小红", "王 小明", False),
        ("김민준", "김 민준", True),
        ("J", "J", True),
        ("J Smith", "J Doe", False),
        ("Karl Ekman", "Inês Duarte", False),
        ("Duart", "Inês Duarte", False),
        ("", "Inês Duarte", False),
        ("...", "Inês Duarte", False),
        ("'; --", "Inês Duarte", False),
    ],
)
def test_a_typed_name_must_share_a_word(typed: str, name: str, same: bool) -> None:
    assert shares_a_word(typed, name) is same


@pytest.mark.parametrize(
    ("gross", "paid", "credited", "due_in", "state"),
    [
        (100, 0, 0, 1, "open"),
        (100, 0, 0, 0, "open"),
        (100, 0, 0, -1, "overdue"),
        (100, 40, 0, 1, "part_paid"),
        (100, 40, 0, -1, "overdue"),
        (100, 100, 0, -1, "paid"),
        (100, 120, 0, 1, "paid"),
        (100, -10, 0, 1, "open"),
        (100, 0, 40, 1, "part_credited"),
        (100, 30, 40, 1, "part_paid"),
        (100, 40, 40, -1, "overdue"),
        (100, 40, 60, -1, "paid"),
        (100, 0, 100, -1, "credited"),
        (100, 30, 100, 1, "credited"),
        (-100, 0, 0, 0, "credit_note"),
    ],
)
def test_the_state_of_an_invoice_is_derived(gross: int, paid: int, credited: int, due_in: int, state: str) -> None:
    today = date(2027, 3, 3)
    assert invoice_state(gross, paid, today + timedelta(due_in), today, credited) == state


def test_an_invoice_is_settled_by_the_payment_that_leaves_nothing_open() -> None:
    invoice = Invoice(gross=100, paid=0, credited=0, settled_on=None)
    invoice.receive(60, date(2027, 3, 1))
    assert (invoice.open_amount, invoice.settled_on) == (40, None)
    invoice.receive(50, date(2027, 3, 2))
    assert (invoice.open_amount, invoice.settled_on) == (-10, date(2027, 3, 2))
    invoice.receive(-10, date(2027, 3, 3))
    assert (invoice.open_amount, invoice.settled_on) == (0, date(2027, 3, 2))
    invoice.receive(-40, date(2027, 3, 4))
    assert (invoice.open_amount, invoice.settled_on) == (40, None)


def test_a_credit_note_leaves_less_to_pay() -> None:
    invoice = Invoice(gross=100, paid=0, credited=0, settled_on=None)
    invoice.credit(30, date(2027, 3, 1))
    assert (invoice.open_amount, invoice.settled_on) == (70, None)
    invoice.receive(70, date(2027, 3, 2))
    invoice.credit(70, date(2027, 3, 3))
    assert (invoice.open_amount, invoice.settled_on) == (-70, date(2027, 3, 2))


@pytest.mark.parametrize("state", list(QuoteState))
def test_what_a_quote_allows(state: QuoteState) -> None:
    quote = Quote(state=state)
    assert quote.can_edit() == quote.can_send() == (state == "draft")
    assert quote.can_decide() == quote.can_withdraw() == (state == "sent")


@pytest.mark.parametrize("trigger", list(Trigger))
@pytest.mark.parametrize("state", list(MilestoneState))
def test_what_a_milestone_allows(state: MilestoneState, trigger: Trigger) -> None:
    milestone = Milestone(state=state, trigger=trigger, net=100, tax=19)
    assert milestone.can_submit() == (trigger == "sign_off" and state in {"planned", "changes_requested"})
    assert milestone.can_reopen() == (state == "signed_off")
    assert milestone.can_sign_off() == milestone.can_take_back() == (state == "submitted")
    assert milestone.gross == 119
    milestone.reopened_at = MOMENT  # then a deposit waits for a sign-off too
    assert milestone.can_submit() == (state in {"planned", "changes_requested"})


def test_a_link_opens_until_it_is_over() -> None:
    link = Link(roles=frozenset({Role.VIEW}))
    link.check_open()
    assert link.may(Role.VIEW)
    assert not link.may(Role.APPROVE)
    link.expires_at = MOMENT
    with at(MOMENT - timedelta(seconds=1)):
        link.check_open()
    with at(MOMENT), pytest.raises(LinkExpired):
        link.check_open()
    link.revoked_at = MOMENT
    with at(MOMENT), pytest.raises(LinkRevoked):
        link.check_open()


@pytest.mark.parametrize(
    ("mailed", "asked", "opens"),
    [
        (None, 0, False),
        (-1, 0, False),  # an old mail
        (0, 0, True),
        (60, 120, True),
        (60, 60 + 30 * 86_400 - 1, True),
        (60, 60 + 30 * 86_400, False),
    ],
)
def test_what_was_mailed_after_the_end_opens_for_thirty_days(mailed: int | None, asked: int, opens: bool) -> None:
    """In seconds after the end of the link."""
    mailed_at = None if mailed is None else MOMENT + timedelta(seconds=mailed)
    with at(MOMENT + timedelta(seconds=asked)):
        if opens:
            check_way_in(None, MOMENT, mailed_at)
        else:
            with pytest.raises(LinkExpired):
                check_way_in(None, MOMENT, mailed_at)
        with pytest.raises(LinkRevoked):
            check_way_in(MOMENT, MOMENT, mailed_at)


def test_a_mail_says_when_it_was_written_once_the_link_has_run_out() -> None:
    with at(MOMENT + timedelta(microseconds=1)):
        assert mailed_second(None) is None
        assert mailed_second(MOMENT + timedelta(seconds=1)) is None
        assert mailed_second(MOMENT) == MOMENT.timestamp() + 1  # rounded up: never before the end


def test_roles_are_sorted_words() -> None:
    roles, dialect = RoleSet(), None
    stored = roles.process_bind_param({Role.VIEW, Role.APPROVE}, dialect)  # type: ignore[arg-type]
    assert stored == "approve view"
    assert roles.process_result_value(stored, dialect) == {Role.APPROVE, Role.VIEW}  # type: ignore[arg-type]
    assert roles.process_result_value(None, dialect) == frozenset()  # type: ignore[arg-type]


def test_a_login_link_ends() -> None:
    link = LoginLink(expires_at=MOMENT, attempts=4)
    with at(MOMENT - timedelta(seconds=1)):
        assert not link.is_expired()
    with at(MOMENT):
        assert link.is_expired()
    assert link.takes_codes()
    link.attempts = 5
    assert not link.takes_codes()


def test_a_revision_is_frozen_by_its_content() -> None:
    assert not Revision().is_frozen()
    assert Revision(content={"title": "x"}).is_frozen()


def test_what_an_invoice_needs_of_its_seller() -> None:
    workspace = Workspace(
        name="S", legal_name="S AB", address_line_1="A 1", city="B", country_code="SE", tax_id="", tax_registered=True
    )
    assert workspace.missing_for_an_invoice() == ["tax_id"]
    workspace.tax_registered = False
    assert workspace.can_issue()
    workspace.city = ""
    assert workspace.missing_for_an_invoice() == ["city"]


def test_receipts_can_be_read_out() -> None:
    numbers = {new_receipt_number() for _ in range(500)}
    assert len(numbers) == 500
    assert all(len(number) == 11 and not set("ILOU") & set(number) for number in numbers)

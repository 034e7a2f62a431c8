"""The supplier records an acceptance that came on paper or by mail: the same transaction as the client's own.

What differs is what everybody reads of it: that the supplier recorded it, and from which file. It was given to what was
in force then, in time; a quote that has run out meanwhile can so still become a project. Where two people have to
approve, both sign by themselves. A milestone is never signed off like this.
"""

from dataclasses import dataclass, replace
from datetime import date

from milebill import clock
from milebill.domain.behalf import OnBehalf
from milebill.domain.buyer import Buyer
from milebill.domain.contacts import contacts_of
from milebill.domain.decision import Decided, acceptance_receipt, agree
from milebill.domain.draft_fields import Fields
from milebill.domain.quotes import current_revision, load_quote
from milebill.domain.signature import Signature, Signer, check_shown, check_signed
from milebill.domain.stored_files import Attached
from milebill.domain.thread import write
from milebill.domain.work import Actor, Work, verb
from milebill.errors import Invalid, Refused
from milebill.models import Person, Quote, QuoteState, Revision, Role
from milebill.models.two_approvers import pair_for, two_approvers

MAX_NOTE = 4000


@dataclass(frozen=True)
class Elsewhere:
    """What the supplier knows of an acceptance that was given elsewhere."""

    person_link_id: int
    """The link of whoever accepted: one of those who may decide. It is named, not used."""
    accepted_on: str
    """ISO 8601, as it was typed."""
    file: Attached | None
    """The proof."""
    note: str = ""
    """How it came; both sides read it in the thread, beside the file."""


@verb
def accept_on_behalf(
    work: Work, actor: Actor, quote_id: int, signature: Signature, elsewhere: Elsewhere, buyer: Buyer
) -> Decided:
    """Record that somebody on the client's side accepted; all that an acceptance causes follows at once.

    `signature` has the name and job title of whoever accepted, and the supplier's own declaration as its consent.
    Whoever comes later gets the receipt that there is, whoever gave it. Raises NotFound; Refused with "two_people" or
    the state that the quote is in; Stale; Invalid by field: "person" with choose, "accepted_on" also with before_sent
    and after_end.
    """
    quote = load_quote(work, quote_id)
    if quote.state == QuoteState.ACCEPTED:
        return Decided(acceptance_receipt(work, quote), first=False)
    if not quote.can_record_acceptance():
        raise Refused(quote.state)
    revision = current_revision(work, quote)
    if pair_for(two_approvers(revision.content or {}), revision.gross) is not None:
        raise Refused("two_people")
    who = _who(work, quote, elsewhere.person_link_id)
    behalf = _checked(work, actor, who, signature, elsewhere, buyer, revision)
    who = replace(who, behalf=behalf)
    check_shown(signature, revision.content_hash)
    write(work, quote, "acceptance", actor, elsewhere.note.strip(), f"acceptance:{revision.id}", files=[behalf.file])
    return agree(work, quote, revision, who, signature, buyer, None)


def _who(work: Work, quote: Quote, link_id: int) -> Signer:
    """The person behind one of the links that decide. Raises Invalid("person")."""
    for contact in contacts_of(work, quote):
        if contact.link.id == link_id and contact.link.may(Role.APPROVE):
            return Signer(contact.link, work.session.get_one(Person, contact.link.person_id))
    raise Invalid({"person": "choose"})


def _checked(
    work: Work, actor: Actor, who: Signer, signature: Signature, elsewhere: Elsewhere, buyer: Buyer, revision: Revision
) -> OnBehalf:
    """What can be recorded. Raises Invalid with everything that is wrong."""
    errors: dict[str, str] = {}
    day = _day(work, elsewhere.accepted_on, revision, errors)
    if elsewhere.file is None:
        errors["file"] = "required"
    if len(elsewhere.note) > MAX_NOTE:
        errors["note"] = "too_long"
    try:
        buyer.check(revision.content or {})
    except Invalid as error:
        errors |= error.errors
    check_signed(signature, who, errors=errors)
    if day is None or elsewhere.file is None:
        raise AssertionError("errors were raised")
    return OnBehalf(actor, day, elsewhere.file)


def _day(work: Work, typed: str, revision: Revision, errors: dict[str, str]) -> date | None:
    """Between the day on which it was sent and the last on which it was valid, and not to come."""
    fields = Fields({"accepted_on": typed})
    day = fields.date("accepted_on", required=True)
    sent = clock.day_of(revision.sent_at or work.now, work.workspace.time_zone)
    if day is not None and day > work.today:
        fields.fail("accepted_on", "future")
    elif day is not None and day < sent:
        fields.fail("accepted_on", "before_sent")
    elif day is not None and revision.valid_until is not None and day > revision.valid_until:
        fields.fail("accepted_on", "after_end")
    errors |= fields.errors
    return day

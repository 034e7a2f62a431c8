"""The first of two signatures is kept, and nothing moves; the second, by the other person, moves what both signed."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from milebill.domain.contacts import contacts_of
from milebill.domain.signature import Signature, Signed, Signer, sign
from milebill.domain.work import Recorded, Work
from milebill.errors import Refused
from milebill.models import Approval, EventKind, Link, MailKind, Person, Quote
from milebill.models.two_approvers import TwoApprovers, shown_to_second


@dataclass(frozen=True)
class First:
    """The signature that is there already, with the name and address of the person whom its link names."""

    approval: Approval
    person: Person

    @property
    def terms(self) -> dict[str, Any]:
        """What was given with it, and where its event stands."""
        return self.approval.terms or {}

    def hash_of(self, shown: str | None) -> str:
        """What the page of the second signer shows, which is more than what the first one saw."""
        return shown_to_second(shown or "", self.approval.id, self.terms)

    def link(self, work: Work) -> Link:
        """By which the first one signed."""
        return work.session.get_one(Link, self.approval.link_id)

    def proof(self) -> dict[str, Any]:
        """What the receipt of both says of it."""
        return {
            "name": self.approval.name,
            "job_title": self.approval.job_title,
            "named": self.person.name,
            "email": self.person.email,
            "link": self.approval.link_id,
            "link_held_by_supplier": self.approval.link_held_by_supplier,
            "at": self.approval.at.isoformat(timespec="microseconds"),
            "address": self.approval.address,
            "consent": self.approval.consent,
            "language": self.terms["language"],
            "content_hash": self.approval.content_hash,
            "event": self.terms["event"],
        }


def first_of_two(work: Work, kind: str, revision_id: int, submission_id: int | None = None) -> First | None:
    """Who signed first what still waits for a second signature."""
    query = select(Approval, Person).join(Person, Person.id == Approval.person_id)
    found = work.session.execute(
        query.where(
            Approval.kind == kind,
            Approval.revision_id == revision_id,
            Approval.submission_id.is_(None) if submission_id is None else Approval.submission_id == submission_id,
        )
    ).one_or_none()
    return None if found is None else First(*found)


def check_named(pair: TwoApprovers, who: Signer) -> None:
    """Raises Refused("not_named") unless the rule names the signer: the quote says whose signatures count."""
    if not pair.names(who.person.email):
        raise Refused("not_named")


def keep_first(
    work: Work,
    pair: TwoApprovers,
    kind: str,
    who: Signer,
    signature: Signature,
    quote: Quote,
    event: Recorded,
    revision_id: int,
    terms: dict[str, Any],
    **place: Any,
) -> Signed:
    """Keep the first signature, whose event is `event`, and ask the other person for theirs by mail.

    `terms` is what was given with it; `place` names the milestone and its submission, if it signs one off.
    """
    place_in_chain = {"sequence": event.sequence, "commitment": event.commitment, "hash": event.hash}
    kept = {**terms, "language": signature.language, "event": place_in_chain}
    signed = sign(work, kind, who, signature, quote, revision_id, terms=kept, **place)
    other = pair.other_than(who.person.email)
    for contact in contacts_of(work, quote):
        if contact.email == other.email:
            work.mail_client(MailKind.SECOND_APPROVAL, contact.link, quote, approval_id=signed.approval_id)
    return signed


def record_first(work: Work, kind: EventKind, who: Signer, signature: Signature, quote: Quote, **data: Any) -> Recorded:
    """The event of a first signature."""
    return work.record(kind, who.actor(signature), quote, signature.content_hash, consent=signature.consent, **data)

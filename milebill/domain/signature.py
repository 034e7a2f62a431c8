"""A signature: an empty name that was typed, an empty box that was ticked, on exactly what the page showed."""

from dataclasses import dataclass

from sqlalchemy import select

from milebill.domain.work import Actor, Work
from milebill.errors import Invalid, NotFound, Refused, Stale
from milebill.models import Approval, Link, Person, Quote, Revision, Role
from milebill.models.person import shares_a_word


@dataclass(frozen=True)
class Signature:
    """What the form brought."""

    name: str
    consented: bool
    consent: str
    """The words beside the box."""
    content_hash: str
    """The hash of what the page showed."""
    job_title: str = ""
    address: str = ""
    user_agent: str = ""


@dataclass(frozen=True)
class Signer:
    """The person whom the link names."""

    link: Link
    person: Person

    def actor(self, signature: Signature) -> Actor:
        """The actor of the event that follows."""
        return Actor(
            side="client",
            name=signature.name.strip(),
            person_id=self.person.id,
            link_id=self.link.id,
            address=signature.address,
            user_agent=signature.user_agent,
        )


def signer(work: Work, link_id: int, role: Role) -> Signer:
    """The link's person, if the link is open and has the role.

    Raises NotFound, LinkRevoked, LinkExpired, Refused("role").
    """
    link = work.session.scalar(select(Link).where(Link.id == link_id, Link.workspace_id == work.workspace.id))
    if link is None:
        raise NotFound
    link.check_open()
    if not link.may(role):
        raise Refused("role")
    return Signer(link, work.session.get_one(Person, link.person_id))


def check_signed(signature: Signature, who: Signer, needs_consent: bool = True) -> None:
    """Raises Invalid: "name" (required, other_person) and "consent" (required)."""
    errors = {}
    if not signature.name.strip():
        errors["name"] = "required"
    elif len(signature.name) > 200:
        errors["name"] = "too_long"
    elif not shares_a_word(signature.name, who.person.name):
        errors["name"] = "other_person"
    if needs_consent and not signature.consented:
        errors["consent"] = "required"
    if errors:
        raise Invalid(errors)


def check_shown(signature: Signature, content_hash: str | None) -> None:
    """Raises Stale unless the page showed what is there now."""
    if signature.content_hash != content_hash:
        raise Stale


def sign(
    work: Work,
    kind: str,
    who: Signer,
    signature: Signature,
    quote: Quote,
    revision: Revision,
    reason: str = "",
    milestone_id: int | None = None,
    submission_id: int | None = None,
) -> Approval:
    """Keep the signature; flushed, so that a receipt can name it."""
    approval = Approval(
        workspace_id=work.workspace.id,
        kind=kind,
        quote_id=quote.id,
        revision_id=revision.id,
        milestone_id=milestone_id,
        submission_id=submission_id,
        link_id=who.link.id,
        person_id=who.person.id,
        name=signature.name.strip(),
        job_title=signature.job_title.strip()[:200],
        consent=signature.consent,
        reason=reason,
        content_hash=signature.content_hash,
        link_held_by_supplier=who.link.held_by_supplier_at is not None,
        address=signature.address[:64],
        user_agent=signature.user_agent[:300],
        at=work.now,
    )
    work.session.add(approval)
    work.session.flush()
    return approval

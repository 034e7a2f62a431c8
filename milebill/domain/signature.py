"""A signature: an empty name that was typed, an empty box that was ticked, on exactly what the page showed."""

from collections.abc import Mapping
from dataclasses import KW_ONLY, dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any

from sqlalchemy import bindparam, select

from milebill.domain.behalf import OnBehalf
from milebill.domain.work import Actor, Work
from milebill.errors import Invalid, NotFound, Refused, Stale
from milebill.models import Approval, Link, Person, Quote, Role
from milebill.models.person import shares_a_word

NO_ERRORS: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True)
class Signature:
    """What the form brought."""

    name: str
    consented: bool
    consent: str
    """The words beside the box."""
    content_hash: str
    """The hash of what the page showed."""
    _: KW_ONLY
    language: str = ""
    """That of the page and of the words beside the box (BCP 47)."""
    job_title: str = ""
    address: str = ""
    user_agent: str = ""
    mailed_at: datetime | None = None
    """When the way in was mailed that they came by, where it says so (models/link.py)."""


@dataclass(frozen=True)
class Signer:
    """The person whom the link names."""

    link: Link
    person: Person
    behalf: OnBehalf | None = None
    """If it was given elsewhere, and the supplier recorded it (domain/on_behalf.py): the link was not used then."""

    def actor(self, signature: Signature) -> Actor:
        """The actor of the event that follows."""
        if self.behalf is not None:
            return self.behalf.actor
        return Actor(
            side="client",
            name=signature.name.strip(),
            person_id=self.person.id,
            link_id=self.link.id,
            address=signature.address,
            user_agent=signature.user_agent,
        )


@dataclass(frozen=True)
class Signed:
    """A signature that was kept: its approval's id and kind, who signed, and what the form brought."""

    approval_id: int
    kind: str
    who: Signer
    signature: Signature

    def actor(self) -> Actor:
        """The actor of the events that follow."""
        return self.who.actor(self.signature)

    def on_behalf(self) -> dict[str, Any]:
        """What receipt and event add, in the same words; nothing to what the client signed by themselves."""
        if self.who.behalf is None:
            return {}
        given = {"name": self.signature.name.strip(), "job_title": self.signature.job_title.strip()}
        return {"on_behalf": {**given, **self.who.behalf.content()}}


_SIGNER = (
    select(Link, Person)
    .join(Person, Person.id == Link.person_id)
    .where(Link.id == bindparam("link_id"), Link.workspace_id == bindparam("workspace_id"))
)


def signer(work: Work, quote_id: int, link_id: int, signature: Signature, *roles: Role) -> Signer:
    """The link's person, if the link to this quote is open to whoever signed, and has one of the roles.

    Raises NotFound, LinkRevoked, LinkExpired, Refused("role").
    """
    found = work.session.execute(_SIGNER, {"link_id": link_id, "workspace_id": work.workspace.id}).one_or_none()
    if found is None:
        raise NotFound
    who = Signer(*found)
    who.link.check_open(signature.mailed_at)
    if not any(map(who.link.may, roles)):
        raise Refused("role")
    if who.link.quote_id != quote_id:
        raise NotFound
    return who


def check_signed(
    signature: Signature, who: Signer, needs_consent: bool = True, errors: Mapping[str, str] = NO_ERRORS
) -> None:
    """Raises Invalid: "name" (required, other_person), "consent" (required), and `errors` that were found before."""
    errors = dict(errors)
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
    revision_id: int,
    reason: str = "",
    milestone_id: int | None = None,
    submission_id: int | None = None,
    terms: dict[str, Any] | None = None,
) -> Signed:
    """Keep the signature; `terms` only with the first of two (domain/second_signature.py)."""
    approval_id = work.append(
        Approval,
        workspace_id=work.workspace.id,
        kind=kind,
        quote_id=quote.id,
        revision_id=revision_id,
        milestone_id=milestone_id,
        submission_id=submission_id,
        link_id=who.link.id,
        person_id=who.person.id,
        name=signature.name.strip(),
        job_title=signature.job_title.strip()[:200],
        consent=signature.consent,
        reason=reason,
        terms=terms,
        on_behalf=None if who.behalf is None else who.behalf.content(),
        content_hash=signature.content_hash,
        link_held_by_supplier=who.link.held_by_supplier_at is not None,
        address=signature.address[:64],
        user_agent=signature.user_agent[:300],
        at=work.now,
    )
    return Signed(approval_id, kind, who, signature)

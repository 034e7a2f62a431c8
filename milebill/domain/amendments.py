"""Amending what no total of an invoice depends on: each time a new version, which one click takes back."""

from dataclasses import dataclass

from sqlalchemy import select

from milebill.domain.billed import Billed, load_invoice
from milebill.domain.contacts import name_payable
from milebill.domain.draft_fields import Fields
from milebill.domain.signature import Signature, Signer, check_shown, check_signed, signer
from milebill.domain.work import Actor, Work, verb
from milebill.errors import Invalid, NotFound, Refused
from milebill.models import DocumentKind, EventKind, Invoice, InvoiceVersion, MailKind, Role
from milebill.models.invoice_version import changes, version_hash
from milebill.models.party import Snapshot

FOR_LATER = ("purchase_order_number", "buyer_reference", "cost_centre")
"""What the project hands to the invoices that it issues later; who gets them is known by the links."""


@dataclass(frozen=True)
class Amended:
    """The version that is in force now, and whether this very call made it."""

    version: int
    first: bool


@dataclass(frozen=True)
class Amendment:
    """The fields that can be amended, as they should be; without a contact, the present one stays."""

    purchase_order_number: str = ""
    buyer_reference: str = ""
    cost_centre: str = ""
    contact_name: str = ""
    contact_email: str = ""

    def read(self) -> dict[str, str]:
        """What is to be set, stripped; a contact without a name is called by the address. Raises Invalid."""
        reader = Fields(vars(self))
        fields = {name: reader.line(name, 80) for name in FOR_LATER}
        name = reader.line("contact_name", 200)
        email = reader.email("contact_email", required=bool(name)).lower()
        if reader.errors:
            raise Invalid(reader.errors)
        return fields | ({"contact_name": name or email, "contact_email": email} if email else {})


@verb
def amend_invoice(
    work: Work,
    quote_id: int,
    link_id: int,
    invoice_id: int,
    signature: Signature,
    amendment: Amendment,
    later: bool = False,
) -> Amended:
    """Amend what accounts payable or the approver saw; the supplier gets the difference by mail, the worker a PDF.

    `later`: later invoices of the project begin with these fields too. What says the same already changes nothing.
    Raises NotFound, LinkRevoked, LinkExpired; Refused("role" or "settled"); Stale; Invalid for "name" and by field.
    """
    who, billed = payer(work, quote_id, link_id, invoice_id, signature)
    wanted = _checked(signature, who, amendment)
    present = version_of(work, billed.invoice)
    fields = present.fields() | wanted
    differs = fields != present.fields()
    hands_on = later and any(getattr(billed.project, name) != fields[name] for name in FOR_LATER)
    if not differs and not hands_on:
        return Amended(present.number, first=False)
    _check_open(billed.invoice)
    check_shown(signature, present.shown_hash())
    if hands_on:
        work.change(billed.project, **{name: fields[name] for name in FOR_LATER})
    if differs:
        number = _write(work, who.actor(signature), billed, present, fields, present.buyer)
        return Amended(number, first=True)
    _record(work, who.actor(signature), billed, present, present.number, present.fields())
    return Amended(present.number, first=True)


@verb
def restore_version(
    work: Work, quote_id: int, link_id: int, invoice_id: int, number: int, signature: Signature
) -> Amended:
    """Bring back what version `number` said, as a new version; the one that is in force already changes nothing.

    Raises like `amend_invoice`; NotFound for a version that there is not.
    """
    who, billed = payer(work, quote_id, link_id, invoice_id, signature)
    check_signed(signature, who, needs_consent=False)
    present, wanted = version_of(work, billed.invoice), version_of(work, billed.invoice, number)
    if _same(present, wanted):
        return Amended(present.number, first=False)
    check_shown(signature, present.shown_hash())
    return _restore(work, who.actor(signature), billed, present, wanted)


@verb
def restore_version_by_supplier(work: Work, actor: Actor, invoice_id: int, number: int) -> Amended:
    """The supplier takes an amendment back by bringing back version `number`. Raises NotFound, Refused("settled")."""
    billed = load_invoice(work, invoice_id)
    present, wanted = version_of(work, billed.invoice), version_of(work, billed.invoice, number)
    if _same(present, wanted):
        return Amended(present.number, first=False)
    return _restore(work, actor, billed, present, wanted)


def payer(work: Work, quote_id: int, link_id: int, invoice_id: int, signature: Signature) -> tuple[Signer, Billed]:
    """Whoever may act on the quote's invoice: accounts payable, or the approver.

    Raises NotFound, LinkRevoked, LinkExpired, Refused("role").
    """
    who = signer(work, quote_id, link_id, signature, Role.ACCOUNTS_PAYABLE, Role.APPROVE)
    billed = load_invoice(work, invoice_id)
    if billed.quote.id != quote_id:
        raise NotFound
    return who, billed


def version_of(work: Work, invoice: Invoice, number: int | None = None) -> InvoiceVersion:
    """A version of the invoice; without `number` the one that is in force. Raises NotFound."""
    query = select(InvoiceVersion).where(
        InvoiceVersion.invoice_id == invoice.id, InvoiceVersion.number == (number or invoice.version)
    )
    found = work.session.scalar(query)
    if found is None:
        raise NotFound
    return found


def amend_buyer(work: Work, actor: Actor, billed: Billed, buyer: Snapshot) -> int:
    """A version with another buyer, where the seller's law allows it; returns its number. Raises Refused("settled")."""
    _check_open(billed.invoice)
    present = version_of(work, billed.invoice)
    return _write(work, actor, billed, present, present.fields(), buyer)


def _checked(signature: Signature, who: Signer, amendment: Amendment) -> dict[str, str]:
    errors: dict[str, str] = {}
    fields: dict[str, str] = {}
    try:
        fields = amendment.read()
    except Invalid as error:
        errors |= error.errors
    check_signed(signature, who, needs_consent=False, errors=errors)
    return fields


def _check_open(invoice: Invoice) -> None:
    if not invoice.can_amend():
        raise Refused("settled")


def _same(one: InvoiceVersion, other: InvoiceVersion) -> bool:
    return (one.fields(), one.buyer) == (other.fields(), other.buyer)


def _restore(work: Work, actor: Actor, billed: Billed, present: InvoiceVersion, wanted: InvoiceVersion) -> Amended:
    _check_open(billed.invoice)
    # What the amendment handed on to later invoices is taken back with it; what came from elsewhere stays.
    handed_on = {
        name: value
        for name, value in wanted.fields().items()
        if name in FOR_LATER and getattr(billed.project, name) == getattr(present, name) != value
    }
    if handed_on:
        work.change(billed.project, **handed_on)
    number = _write(work, actor, billed, present, wanted.fields(), wanted.buyer, wanted.number)
    return Amended(number, first=True)


def _write(
    work: Work,
    actor: Actor,
    billed: Billed,
    present: InvoiceVersion,
    fields: dict[str, str],
    buyer: Snapshot | None,
    restored_from: int | None = None,
) -> int:
    """The next version with its event, PDF and mail; returns its number."""
    invoice, quote, number = billed.invoice, billed.quote, present.number + 1
    if fields["contact_email"] != present.contact_email:
        _send_later_ones_to(work, billed, fields)
    version_id = work.append(
        InvoiceVersion,
        invoice_id=invoice.id,
        number=number,
        **fields,
        buyer=buyer,
        restored_from=restored_from,
        side=actor.side,
        name=actor.name,
        content_hash=version_hash(number, fields, buyer),
        amended_by=actor.person_id,
        created_at=work.now,
    )
    work.change(invoice, version=number)
    _record(work, actor, billed, present, number, fields, restored_from)
    work.queue_document(DocumentKind.INVOICE, version_id, quote, f"{invoice.number}-v{number}.pdf")
    if actor.side == "client":
        work.mail_supplier(MailKind.INVOICE_AMENDED, quote, invoice_id=invoice.id, version=number)
    return number


def _send_later_ones_to(work: Work, billed: Billed, fields: dict[str, str]) -> None:
    try:
        name_payable(work, billed.quote, billed.project.client_id, fields["contact_name"], fields["contact_email"])
    except Refused as error:
        raise Invalid({"contact_email": error.reason}) from error


def _record(
    work: Work,
    actor: Actor,
    billed: Billed,
    present: InvoiceVersion,
    number: int,
    fields: dict[str, str],
    restored_from: int | None = None,
) -> None:
    work.record(
        EventKind.INVOICE_AMENDED,
        actor,
        billed.quote,
        shown=present.shown_hash(),
        invoice=billed.invoice.id,
        number=billed.invoice.number,
        version=number,
        restored_from=restored_from,
        changes=[list(change) for change in changes(present.fields(), fields)],
    )

"""Corrections that accounts payable can't make itself: it asks, the supplier answers by one click or by a reason."""

from collections.abc import Mapping

from sqlalchemy import select

from milebill.categories import buyer_is_amendable
from milebill.domain.amendments import amend_buyer, payer
from milebill.domain.billed import Billed, as_amended, client_of, load_invoice
from milebill.domain.buyer import LIMITS, Buyer
from milebill.domain.conversation import MAX_TEXT, say
from milebill.domain.draft_fields import Fields
from milebill.domain.reissue import learn_buyer
from milebill.domain.signature import Signature, Signer, check_signed
from milebill.domain.work import Actor, Work, verb
from milebill.errors import Invalid, NotFound, Refused
from milebill.models import CorrectionRequest, CorrectionState, EventKind, Invoice, Link, MailKind
from milebill.models.party import PARTY_FIELDS

MAX_ONCE = 40


@verb
def request_correction(
    work: Work,
    quote_id: int,
    link_id: int,
    invoice_id: int,
    signature: Signature,
    party: Mapping[str, str],
    words: str,
    once: str,
) -> None:
    """Ask for another buyer on an invoice; the supplier gets it by mail.

    `party` holds the fields (models/party.py) as they should be; an empty one stays as it is. `words` say what else is
    wrong, and stand in the thread too. `once` is the form's key: a second click asks nothing twice. Raises NotFound,
    LinkRevoked, LinkExpired; Refused("role", "settled", or "asked" while an earlier request waits); Invalid by field.
    """
    who, billed = payer(work, quote_id, link_id, invoice_id, signature)
    invoice, once = billed.invoice, once[:MAX_ONCE]
    present = as_amended(work, invoice).buyer
    wanted = _wanted(signature, who, party, present, words)
    if not once or _is_known(work, invoice, once):
        return
    if not invoice.can_amend():
        raise Refused("settled")
    if _waiting(work, invoice):
        raise Refused("asked")
    actor, words = who.actor(signature), words.strip()
    request_id = work.append(
        CorrectionRequest,
        workspace_id=work.workspace.id,
        invoice_id=invoice.id,
        person_id=who.person.id,
        link_id=who.link.id,
        name=actor.name,
        wanted=wanted,
        text=words,
        once=once,
        created_at=work.now,
    )
    if words:
        say(work, billed.quote, "question", actor, words, f"correction:{request_id}")
    work.record(
        EventKind.CORRECTION_REQUESTED,
        actor,
        billed.quote,
        invoice=invoice.id,
        number=invoice.number,
        request=request_id,
        wanted=wanted,
        text=words or ", ".join(wanted.values()),
    )
    work.mail_supplier(MailKind.CORRECTION_REQUESTED, billed.quote, request_id=request_id)


@verb
def accept_correction(work: Work, actor: Actor, invoice_id: int, request_id: int) -> bool:
    """Put the invoice right by an amendment, where the seller's law allows it; returns whether that is so.

    Where it is not, nothing happens: a credit note and a corrected invoice take its place (domain/reissue.py). Later
    invoices and the client's book learn the buyer as well. Raises NotFound; Refused("settled" or the request's state);
    Invalid when the invoice could not be issued like that.
    """
    billed, request = _asked(work, invoice_id, request_id)
    if not buyer_is_amendable(billed.invoice.content["seller"]["country_code"]):
        return False
    buyer = Buyer({**as_amended(work, billed.invoice).buyer, **request.wanted})
    buyer.check(billed.invoice.content)
    right = client_of(work, billed).addressed(buyer.snapshot())
    amend_buyer(work, actor, billed, right)
    learn_buyer(work, billed, right)
    request.state, request.decided_at = CorrectionState.DONE, work.now
    return True


@verb
def refuse_correction(work: Work, actor: Actor, invoice_id: int, request_id: int, reason: str) -> None:
    """Say why not; whoever asked reads it on the invoice's page, in the thread and by mail.

    Raises NotFound; Refused(the state that the request is in); Invalid for "reason".
    """
    billed, request = _asked(work, invoice_id, request_id)
    fields = Fields({"reason": reason})
    reason = fields.text("reason", MAX_TEXT, required=True)
    if fields.errors:
        raise Invalid(fields.errors)
    request.state, request.answer, request.decided_at = CorrectionState.REFUSED, reason, work.now
    work.record(
        EventKind.CORRECTION_REFUSED,
        actor,
        billed.quote,
        invoice=billed.invoice.id,
        number=billed.invoice.number,
        request=request.id,
        reason=reason,
    )
    message = say(work, billed.quote, "answer", actor, reason, f"refusal:{request.id}")
    link = work.session.get_one(Link, request.link_id)
    if message is not None and link.revoked_at is None:
        work.mail_client(MailKind.QUESTION_ANSWERED, link, billed.quote, message_id=message.id)


def _wanted(
    signature: Signature, who: Signer, party: Mapping[str, str], present: Mapping[str, str], words: str
) -> dict[str, str]:
    """The fields that differ. Raises Invalid: also when nothing does and nothing is said."""
    fields = Fields({**party, "text": words})
    typed = {name: fields.line(name, LIMITS.get(name, 200)) for name in PARTY_FIELDS}
    wanted = {name: value for name, value in typed.items() if value and value != present.get(name, "")}
    fields.text("text", MAX_TEXT, required=not wanted)
    check_signed(signature, who, needs_consent=False, errors=fields.errors)
    return wanted


def _asked(work: Work, invoice_id: int, request_id: int) -> tuple[Billed, CorrectionRequest]:
    """Raises NotFound, and Refused once it is decided."""
    billed = load_invoice(work, invoice_id)
    request = work.session.get(CorrectionRequest, request_id)
    if request is None or request.invoice_id != billed.invoice.id:
        raise NotFound
    if not request.can_decide():
        raise Refused(request.state)
    return billed, request


def _is_known(work: Work, invoice: Invoice, once: str) -> bool:
    same = (CorrectionRequest.invoice_id == invoice.id, CorrectionRequest.once == once)
    return work.session.scalar(select(CorrectionRequest.id).where(*same)) is not None


def _waiting(work: Work, invoice: Invoice) -> bool:
    same = (CorrectionRequest.invoice_id == invoice.id, CorrectionRequest.state == CorrectionState.OPEN)
    return work.session.scalar(select(CorrectionRequest.id).where(*same)) is not None

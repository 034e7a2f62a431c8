"""What the templates of documents/ are given, from what was frozen."""

from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import aliased

from milebill.agreed_criteria import agreed_criteria
from milebill.db import reading
from milebill.models import (
    DocumentKind,
    Invoice,
    InvoiceKind,
    InvoiceVersion,
    Payment,
    ProjectStatement,
    Receipt,
    Revision,
)
from milebill.models.invoice_version import AMENDABLE
from milebill.models.review import review_of
from milebill.outbound.clause_words import clause_sentences
from milebill.outbound.isolates import isolated
from milebill.outbound.letterhead import Brand
from milebill.outbound.paper import invoice_paper
from milebill.outbound.payment_codes import payment_codes
from milebill.outbound.sentences import (
    agreement_title,
    draft_title,
    invoice_title,
    quote_title,
    receipt_statement,
    receipt_titles,
    statement_line,
    statement_title,
)
from milebill.reader import reader_locale

Context = dict[str, Any]

MOST_KEPT_WHOLE = 1_200
"""Characters: about a third of a page."""
FACT_LENGTH, FACTS, MOST_MORE_FACTS = 20, 8, 5
"""Beside the address: signs on a line, lines that there is room for, and those that there is above."""
BAR_WIDTH = 16_500
BAR_COLOURS = ("#8b959f", "", "#e3e8ec")


@dataclass(frozen=True)
class Filled:
    """A template with its context; title and subject also tell a PDF's reader what it is."""

    template: str
    title: str
    subject: str
    context: Context
    needs_a4: bool = False
    """Whether part of it is to be torn off, which is measured on A4."""

    def everything(self, brand: Brand, size: str) -> Context:
        """The context on the paper of a house; `size` is "a4" or "letter", as the client has it in the printer."""
        context: Context = isolated({**self.context, "title": self.title, "subject": self.subject})
        return {**context, "brand": replace(brand, name=isolated(brand.name)), "size": "a4" if self.needs_a4 else size}


def filled(kind: str, subject_id: int) -> Filled:
    """The document of `kind` about the record `subject_id`, in the language that is being written."""
    return _FILLED[DocumentKind(kind)](subject_id)


def quote_filled(quote: Context, draft: bool = False) -> Filled:
    """The paper of a revision's content."""
    quote = with_criteria(quote)
    context = {"quote": quote, "draft": draft, "kept": kept_whole(quote), "clauses": _clauses(quote)}
    return Filled("documents/quote.html", draft_title() if draft else quote_title(quote), quote["title"], context)


def with_criteria(quote: Context) -> Context:
    """A frozen content of any version with its criteria in the form of the present one."""
    return {
        **quote,
        "milestones": [
            {**milestone, "criteria": [one._asdict() for one in agreed_criteria(milestone["criteria"])]}
            for milestone in quote["milestones"]
        ],
    }


def kept_whole(quote: Context) -> set[int]:
    """The milestones that are short enough to be moved to the next page rather than torn, by their positions."""
    return {
        milestone["position"]
        for milestone in quote["milestones"]
        if len(milestone["description"]) + sum(map(_room, milestone["criteria"])) < MOST_KEPT_WHOLE
    }


def _clauses(quote: Context) -> list[str]:
    return list(clause_sentences(review_of(quote.get("clauses"))))


def _room(criterion: Context) -> int:
    """In letters, with what a paragraph of its own takes."""
    return sum(len(text) + 60 for text in criterion.values() if text)


def agreement_filled(quote: Context, acceptance: Context) -> Filled:
    """The paper of a signed quote."""
    quote = with_criteria(quote)
    context = {"quote": quote, "acceptance": acceptance, "kept": kept_whole(quote), "clauses": _clauses(quote)}
    return Filled("documents/agreement.html", agreement_title(quote), quote["title"], context)


def receipt_filled(receipt: Context) -> Filled:
    """The paper of an acceptance's or a sign-off's receipt."""
    title, subject = receipt_titles(receipt)
    return Filled("documents/receipt.html", title, subject, {"receipt": receipt})


def invoice_filled(invoice: Context, paid_before: int = 0) -> Filled:
    """The paper of an invoice, credit note or corrected invoice; `paid_before` (minor units) is what had come in."""
    codes = payment_codes(invoice, reader_locale().partition("_")[0])
    context = {
        "invoice": invoice,
        "codes": codes,
        "prepaid": int(invoice.get("prepaid") or 0),
        "paid_before": paid_before,
        "bar": contract_bar(invoice),
        "more_facts": more_facts(invoice),
    }
    return Filled("documents/invoice.html", invoice_title(invoice), invoice["title"], context, codes.slip is not None)


def more_facts(invoice: Context) -> int:
    """How many lines more than usual stand beside the address: the block begins so much higher. What is too long even
    then is printed smaller."""
    fields = (*AMENDABLE[:3], "vendor_number", "quote")
    long = sum(-(-len(invoice.get(name) or "") // FACT_LENGTH) for name in fields)
    return min(max(long + (3 if invoice["version"] > 1 else 0) + 3 - FACTS, 0), MOST_MORE_FACTS)


def statement_filled(statement: Context) -> Filled:
    """The paper of a project's statement."""
    entries = [{**entry, "words": statement_line(entry)} for entry in statement["entries"]]
    context = {"statement": {**statement, "entries": entries}}
    return Filled("documents/statement.html", statement_title(statement), statement["title"], context)


def contract_bar(invoice: Context) -> list[tuple[int, str]]:
    """How the contract's sum is shared between before, this and what remains: (hundredths of a millimetre, colour).

    The colour "" is the house's. Nothing where no bar could say it: for a credit note, or when more was billed than
    was agreed.
    """
    contract = invoice["contract"]
    shares = [contract["billed_before"], contract["this"], contract["remaining"]]
    if invoice["kind"] == InvoiceKind.CREDIT_NOTE or min(shares) < 0 or sum(shares) <= 0:
        return []
    widths = [BAR_WIDTH * share // sum(shares) for share in shares]
    return [(width, colour) for width, colour in zip(widths, BAR_COLOURS, strict=True) if width]


def _quote(revision_id: int) -> Filled:
    with reading() as connection:
        content = connection.scalar(select(Revision.content).where(Revision.id == revision_id)) or {}
    return quote_filled(content)


def _agreement(receipt_id: int) -> Filled:
    query = (
        select(Receipt.content, Revision.content.label("quote"))
        .join(Revision, Revision.quote_id == Receipt.quote_id)
        .where(Receipt.id == receipt_id, Revision.number == Receipt.content["subject"]["revision"].as_integer())
    )
    with reading() as connection:
        row = connection.execute(query).one()
    content = row.content
    acceptance = {
        "name": content["who"]["name"],
        "job_title": content["who"]["job_title"],
        "at": content["at"],
        "address": content["address"],
        "buyer": content["subject"]["buyer"],
        "purchase_order_number": content["subject"]["purchase_order_number"],
        "receipt": content["number"],
        "content_hash": content["content_hash"],
        "consent": content["consent"],
        "first": content["subject"].get("first"),
        "on_behalf": content.get("on_behalf"),
    }
    return agreement_filled(row.quote, acceptance)


def _receipt(receipt_id: int) -> Filled:
    with reading() as connection:
        content = connection.scalar(select(Receipt.content).where(Receipt.id == receipt_id)) or {}
    who = content["who"]
    receipt = {
        **content,
        "title": content["subject"]["title"],
        "who": {"name": who["name"], "job_title": who["job_title"], "email": who["email"], "link_id": who["link"]},
        "held": who["link_held_by_supplier"],
        "event_sequence": content["event"]["sequence"],
        "chain_head": content["event"]["hash"],
    }
    return receipt_filled(receipt | {"statement": receipt_statement(receipt)})


_THIS = aliased(Invoice)
_PAID_BEFORE = (
    select(func.coalesce(func.sum(Payment.amount), 0))
    .join(Invoice, Invoice.id == Payment.invoice_id)
    .join(_THIS, _THIS.project_id == Invoice.project_id)
    .join(InvoiceVersion, InvoiceVersion.invoice_id == _THIS.id)
    .where(InvoiceVersion.id == bindparam("version_id"), Payment.recorded_at <= _THIS.issued_at, Invoice.id != _THIS.id)
)
"""What had come in for what was billed before the invoice was issued: payments are only ever added."""


def _invoice(version_id: int) -> Filled:
    with reading() as connection:
        paper = invoice_paper(connection, version_id)
        return invoice_filled(paper, int(connection.scalar(_PAID_BEFORE, {"version_id": version_id}) or 0))


def _statement(statement_id: int) -> Filled:
    with reading() as connection:
        content = connection.scalar(select(ProjectStatement.content).where(ProjectStatement.id == statement_id)) or {}
    return statement_filled(content)


_FILLED = {
    DocumentKind.QUOTE: _quote,
    DocumentKind.AGREEMENT: _agreement,
    DocumentKind.RECEIPT: _receipt,
    DocumentKind.INVOICE: _invoice,
    DocumentKind.STATEMENT: _statement,
}

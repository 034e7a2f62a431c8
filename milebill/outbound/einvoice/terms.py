"""A frozen invoice in the business terms of EN 16931, keyed as factur-x reads them (BT-…, BG-…)."""

from collections.abc import Mapping
from typing import Any

from milebill.categories import Category
from milebill.electronic_address import is_leitweg_id
from milebill.models.invoice import InvoiceKind
from milebill.outbound.einvoice.lines import breakdown, lines, totals
from milebill.outbound.einvoice.parties import both_in, buyer_terms, delivery_terms, name_of, seller_terms
from milebill.outbound.einvoice.plain_text import one_line
from milebill.outbound.einvoice.syntax import BILLING, EN16931, Syntax
from milebill.outbound.einvoice.words import Words

Paper = Mapping[str, Any]
Terms = dict[str, Any]

INVOICE, CREDIT_NOTE, CORRECTED = "380", "381", "384"
"""UNTDID 1001 (BT-3)."""
TRANSFER, SEPA, UNDEFINED = "30", "58", "1"
"""UNTDID 4461 (BT-81)."""
PRECEDING = frozenset({"credits", "corrects", "deducts"})
"""References that are preceding invoices (BG-3); the credit note that cancels one came with this document."""


def terms_of(paper: Paper, syntax: Syntax) -> Terms:
    """Every business term that the paper has something to say about. Amounts are decimals as text, days ISO 8601."""
    words = Words(paper.get("locale") or "")
    note = "\n".join(words.notes(paper))  # one for all: PEPPOL-EN16931-R002
    terms = {
        **_document(paper),
        "BT-3": type_code(paper, syntax),
        **_references(paper, words, syntax),
        "BG-1": [{"BT-22": note}] if note else [],
        "BT-20": words.terms_of_payment(paper),
        "BG-4": seller_terms(paper),
        "BG-7": buyer_terms(paper),
        **_delivery(paper),
        **_payment(paper, syntax),
        "BG-23": breakdown(paper),
        "BG-25": lines(paper, words),
        **totals(paper),
    }
    return {name: value for name, value in terms.items() if value}


def type_code(paper: Paper, syntax: Syntax) -> str:
    """BT-3. A corrected invoice is a 384 between German parties, but not for Peppol, which forbids it or allows it
    by its release (PEPPOL-EN16931-P0100); elsewhere it is a 380 that names what it corrects."""
    if paper["kind"] == InvoiceKind.CREDIT_NOTE:
        return CREDIT_NOTE
    corrected = paper["kind"] == InvoiceKind.CORRECTED and both_in(paper, "DE") and syntax != Syntax.UBL
    return CORRECTED if corrected else INVOICE


def _document(paper: Paper) -> Terms:
    found = {
        "BT-1": one_line(paper["number"]),
        "BT-2": paper["issued_on"],
        "BT-5": paper["currency"],
        "BT-23": BILLING,
        "BT-24": EN16931,
    }
    return found if paper["kind"] == InvoiceKind.CREDIT_NOTE else found | {"BT-9": paper["due_on"]}


def _references(paper: Paper, words: Words, syntax: Syntax) -> Terms:
    order, reference = one_line(paper.get("purchase_order_number")), one_line(paper.get("buyer_reference"))
    if is_leitweg_id(reference):
        reference = reference.replace(" ", "").upper()
    if syntax.is_ubl and not order and not reference:
        reference = one_line(paper.get("contact_name")) or name_of(paper["buyer"])  # PEPPOL-EN16931-R003
    proof = paper.get("proof")
    return {
        "BT-10": reference,
        "BT-12": one_line(paper.get("quote")),
        "BT-13": order,
        "BT-19": one_line(paper.get("cost_centre")),
        "BG-3": [
            {"BT-25": one_line(entry["number"]), "BT-26": entry["issued_on"]}
            for entry in paper.get("references") or ()
            if entry["kind"] in PRECEDING
        ],
        "BG-24": [{"BT-122": one_line(proof["receipt"]), "BT-123": words.receipt(proof)}] if proof else [],
    }


def _delivery(paper: Paper) -> Terms:
    """BT-72 is the day of the sign-off; a deposit delivers nothing. Intra-community supplies need the day and the
    place (BR-IC-11, BR-IC-12)."""
    within = any(tax["category"] == Category.INTRA_COMMUNITY for tax in paper["taxes"])
    deposit = (paper.get("of_kind") or paper["kind"]) == InvoiceKind.DEPOSIT
    return {
        "BT-72": paper["delivered_on"] if within or not deposit else "",
        "BG-13": delivery_terms(paper) if within else {},
    }


def _payment(paper: Paper, syntax: Syntax) -> Terms:
    """BG-16: by transfer, in euro as a SEPA transfer. A credit note asks for nothing; XRechnung, and Peppol between
    Germans, want the group even so (BR-DE-1, DE-R-001)."""
    payment = paper["payment"]
    if paper["kind"] == InvoiceKind.CREDIT_NOTE:
        return {"BT-81": UNDEFINED} if syntax.is_xrechnung or both_in(paper, "DE") else {}
    account = "".join(one_line(payment.get("iban")).split())
    found = {"BT-83": one_line(paper["number"])}
    if not account:
        return found | {"BT-81": UNDEFINED}
    return found | {
        "BT-81": SEPA if paper["currency"] == "EUR" else TRANSFER,
        "BT-84": account,
        "BT-85": one_line(payment.get("account_name")),
        "BT-86": one_line(payment.get("bic")),
    }

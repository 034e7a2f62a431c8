"""The scenarios of e-invoices: told through the domain's own verbs, in one world, and what they left on paper.

Frozen content is changed only where no verb leads: to what only imports from elsewhere could hold.
"""

from collections.abc import Callable, Mapping
from copy import deepcopy
from typing import Any

from milebill.db import reading
from milebill.domain import decision
from milebill.domain.buyer import Buyer
from milebill.domain.settings import change_settings
from milebill.models import InvoiceVersion
from milebill.outbound.paper import invoice_paper
from tests.actors import ACCEPT, Deal, Supplier, a_quote, shares, sign_up, signed
from tests.dealings import correct, credit, invoice_of, last_invoice, pay, the_invoice
from tests.outbound.einvoice.companies import (
    AMERICAN,
    BRITAIN,
    BRITON,
    CANADA,
    DUTCH,
    FRENCH,
    GERMAN,
    GERMANY,
    GREEK,
    ISRAELI,
    JAPAN,
    JAPANESE,
    LEITWEG,
    NETHERLANDS,
    SWEDE,
    SWEDEN,
    SWISS,
    SWITZERLAND,
)
from tests.payables import amend
from tests.rules import rows

Paper = dict[str, Any]
Story = Callable[[], Paper]

TWO_RATES: dict[str, Any] = {
    "pricing": "items",
    "total": "",
    "tax_label": "MwSt.",
    "more_taxes": [{"label": "MwSt.", "rate": "7"}],
    "items": [
        {"description": "Design and code", "quantity": "1", "unit_price": "10000.01", "tax": "0"},
        {"description": "Print and e-book rights", "quantity": "1", "unit_price": "2345.67", "tax": "1"},
    ],
}
IN_YEN = TWO_RATES | {
    "tax_label": "Consumption tax",
    "more_taxes": [{"label": "Consumption tax", "rate": "8"}],
    "items": [
        {**item, "unit_price": price} for item, price in zip(TWO_RATES["items"], ("1000005", "50003"), strict=True)
    ],
}
ODD = {"total": "10000.01"}
"""A price whose tax has to be rounded."""
LONG = "Straße & <Wort> 'ü' \u202e 🌱 " * 40


def house(settings: Mapping[str, Any]) -> Supplier:
    """A supplier with these settings who can issue invoices."""
    supplier = sign_up("Jule Harms", country_code=settings["country_code"])
    usual = {"email": "post@studio.example", "time_zone": "UTC"}
    change_settings(supplier.workspace_id, supplier.actor, usual | dict(settings))
    return supplier


def done(
    settings: Mapping[str, Any],
    buyer: Mapping[str, Any],
    upto: int = 2,
    order: str = "PO-7",
    reference: str = "",
    **draft: Any,
) -> Deal:
    """A deal that was told up to the sign-off of a milestone; 1 is the deposit of its acceptance."""
    supplier = house(settings)
    draft = {"milestones": shares("30", "45", "25", deposit=True)} | draft
    deal = a_quote(supplier, **{"currency": settings.get("currency", "EUR")} | draft)
    deal.send()
    party = Buyer({"registration_id": "", **buyer}, "PO-7", reference)
    decision.accept_quote(deal.workspace_id, deal.quote_id, deal.link(), signed(deal.offer_hash(), ACCEPT), party)
    for position in range(2, upto + 1):
        deal.submit(position)
        deal.sign_off(position)
    return deal


def paper_of(invoice_id: int) -> Paper:
    """The last version of an invoice; what chance gave it is replaced, so that its bytes can be kept."""
    version = max(rows(InvoiceVersion, InvoiceVersion.invoice_id == invoice_id), key=lambda row: row.number)
    with reading() as connection:
        paper = deepcopy(invoice_paper(connection, version.id))
    paper["proof"]["receipt"] = "R-7K3Q-9MZ2"
    return paper


def last(deal: Deal) -> Paper:
    """The last document of a deal."""
    return paper_of(last_invoice(deal))


def _taxed(settings: Mapping[str, Any], buyer: Mapping[str, Any], rate: str, category: str = "", **draft: Any) -> Story:
    terms = {"tax_rate": rate, "tax_category": category} | draft
    return lambda: last(done(settings, buyer, **terms))


def _deposit() -> Paper:
    return last(done(GERMANY, GERMAN, upto=1, **TWO_RATES))


def _final(style: str) -> Story:
    return lambda: last(done(GERMANY, GERMAN, upto=3, final_invoice=style, **TWO_RATES))


def _discount() -> Paper:
    items = [{**item, "discount": "10"} for item in TWO_RATES["items"]]
    return last(done(GERMANY, GERMAN, **TWO_RATES | {"items": items, "discount": "100"}))


def _credit(nets: Mapping[int, int] | None) -> Story:
    def tell() -> Paper:
        deal = done(GERMANY, GERMAN, **TWO_RATES)
        return paper_of(credit(deal.supplier, invoice_of(deal, 2), nets).id)

    return tell


def _corrected(
    settings: Mapping[str, Any], buyer: Mapping[str, Any], share: int = 0, upto: int = 2, **draft: Any
) -> Story:
    """`share` percent of the invoice had been paid."""

    def tell() -> Paper:
        deal = done(settings, buyer, upto=upto, **draft)
        invoice_id = invoice_of(deal, upto)
        if share:
            pay(deal.supplier, invoice_id, the_invoice(invoice_id).gross * share // 100, "first")
        return paper_of(correct(deal.supplier, invoice_id, **{**buyer, "legal_name": "Verlag am Fluss"}).id)

    return tell


def _amended() -> Paper:
    deal = done(GERMANY, GERMAN)
    amend(
        deal,
        invoice_id=invoice_of(deal, 2),
        purchase_order_number="4500-1",
        buyer_reference="Kst. Süd",
        cost_centre="0815",
        contact_name="Karl Ekman",
        contact_email="karl@spree.example",
    )
    return paper_of(invoice_of(deal, 2))


def _accounted() -> Paper:
    """VAT in the currency of its country besides: the content can hold it, no verb asks for a rate of exchange yet."""
    paper = last(done(BRITAIN, {**GERMAN, "country_code": "GB", "tax_id": ""}, currency="EUR", tax_rate="20"))
    return paper | {"accounting_tax": {"currency": "GBP", "tax": paper["tax"] * 85 // 100}}


def _long_text() -> Paper:
    milestones = shares("30", "70", deposit=True)
    milestones[1] |= {"title": LONG[:190]}
    paper = last(done(GERMANY, GERMAN, milestones=milestones, title=LONG[:190]))
    paper["lines"][0]["description"] = LONG * 5
    return paper | {"reason": LONG * 5}


def _many_lines() -> Paper:
    """More than 24 milestones of 4 tax groups come to."""
    paper = last(done(GERMANY, GERMAN))
    (line,) = paper["lines"]
    net = line["net"] // 300
    lines = [{**line, "net": net, "position": n, "description": f"Part {n}"} for n in range(1, 300)]
    return paper | {"lines": [*lines, {**line, "net": line["net"] - 299 * net, "position": 300}]}


SMALL = "Kein Ausweis von Umsatzsteuer, da Kleinunternehmer, § 19 UStG"

SCENARIOS: dict[str, Story] = {
    "standard": _taxed(GERMANY, GERMAN, "19", **ODD),
    "standard_swedish": _taxed(SWEDEN, SWEDE, "25", **ODD),
    "standard_dutch": _taxed(NETHERLANDS, DUTCH, "21", **ODD),
    "two_rates": lambda: last(done(GERMANY, GERMAN, **TWO_RATES)),
    "deposit": _deposit,
    "final_deducts": _final("deducts"),
    "final_own_share": _final("own_share"),
    "discount": _discount,
    "zero_rated": _taxed(BRITAIN, BRITON, "0"),
    "exempt": _taxed(GERMANY, GERMAN, "0", "E", tax_reason=SMALL),
    "reverse_charge": _taxed(GERMANY, FRENCH, "0", "AE"),
    "reverse_charge_greek": _taxed(GERMANY, GREEK, "0", "AE"),
    "reverse_charge_deducts": lambda: last(
        done(GERMANY, FRENCH, upto=3, tax_rate="0", tax_category="AE", final_invoice="deducts")
    ),
    "intra_community": _taxed(GERMANY, FRENCH, "0", "K"),
    "intra_community_deposit": lambda: last(done(GERMANY, FRENCH, upto=1, tax_rate="0", tax_category="K")),
    "export": _taxed(GERMANY, AMERICAN, "0", "G"),
    "out_of_scope": _taxed(GERMANY, AMERICAN, "0", "O"),
    "out_of_scope_swedish": _taxed(SWEDEN, BRITON, "0", "O"),
    "credit_whole": _credit(None),
    "credit_part": _credit({0: 100_000}),
    "corrected_german": _corrected(GERMANY, GERMAN, **TWO_RATES),
    "corrected_abroad": _corrected(GERMANY, FRENCH, tax_rate="0", tax_category="AE"),
    "corrected_final": _corrected(GERMANY, GERMAN, upto=3, final_invoice="deducts", **TWO_RATES),
    "fully_prepaid": _corrected(GERMANY, GERMAN, share=100, **ODD),
    "partly_prepaid": _corrected(SWEDEN, SWEDE, share=40, tax_rate="25"),
    "yen": _taxed(JAPAN, JAPANESE, "10", **IN_YEN),
    "pound_with_tax_in_euro": _accounted,
    "franc": _taxed(SWITZERLAND, SWISS, "8.1", total="15555.55"),
    "canadian_gst": _taxed(CANADA, {**AMERICAN, "country_code": "CA", "country_subdivision": "AB", "tax_id": ""}, "5"),
    "amended": _amended,
    "public_buyer": lambda: last(done(GERMANY, GERMAN, reference=LEITWEG)),
    "long_text": _long_text,
    "three_hundred_lines": _many_lines,
    "right_to_left": _taxed({**GERMANY, "legal_name": "سوق الكتب ش.م.م"}, ISRAELI, "0", "O"),
}  # fmt: skip


def for_a_public_buyer(paper: Paper) -> Paper:
    """The same with what an XRechnung needs: a Leitweg-ID, and whom to call."""
    return paper | {"buyer_reference": LEITWEG, "seller": {"phone": "+49 40 123456"} | paper["seller"]}

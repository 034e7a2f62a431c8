"""Lines (BG-25), VAT breakdown (BG-23) and totals (BG-22): the frozen figures, none of them counted anew."""

from collections.abc import Mapping
from typing import Any

from milebill.categories import Category, default_reason
from milebill.outbound.einvoice.amounts import amount, percent
from milebill.outbound.einvoice.plain_text import NAMELESS, cleaned, one_line
from milebill.outbound.einvoice.words import Words

Terms = dict[str, Any]

ONE = "C62"
"""The unit "one" of UN/ECE recommendation 20: a milestone is sold as a whole."""
_WITHOUT_REASON = frozenset({Category.STANDARD, Category.ZERO})


def lines(paper: Mapping[str, Any], words: Words) -> list[Terms]:
    """A line for each milestone and tax group. What is deducted has a quantity of -1: a price is never negative
    (BR-27)."""
    return [_line(paper, line, str(number), words) for number, line in enumerate(paper["lines"], 1)]


def _line(paper: Mapping[str, Any], line: Mapping[str, Any], number: str, words: Words) -> Terms:
    net, currency = line["net"], paper["currency"]
    terms = {
        "BT-126": number,
        "BT-129": "-1" if net < 0 else "1",
        "BT-130": ONE,
        "BT-131": amount(net, currency),
        "BT-146": amount(abs(net), currency),
        "BT-151": line["tax_category"],
        "BT-153": one_line(line["description"]) or NAMELESS,
    }
    if line["tax_category"] != Category.OUT_OF_SCOPE:  # BR-O-05
        terms["BT-152"] = percent(line["tax_rate"])
    if line.get("refers_to"):
        terms["BT-154"] = words.deducted(line)
    return terms


def breakdown(paper: Mapping[str, Any]) -> list[Terms]:
    """An entry for each category and rate (BR-CO-18), each rounded once (BR-CO-17)."""
    return [_entry(tax, paper["currency"]) for tax in paper["taxes"]]


def _entry(tax: Mapping[str, Any], currency: str) -> Terms:
    terms = {
        "BT-116": amount(tax["net"], currency),
        "BT-117": amount(tax["tax"], currency),
        "BT-118": tax["category"],
        "BT-119": percent(tax["rate"]),
    }
    if tax["category"] in _WITHOUT_REASON:  # BR-S-10, BR-Z-10
        return terms
    usual = default_reason(Category(tax["category"]))
    code = tax.get("reason_code") or usual.code
    words = cleaned(tax.get("reason")) or usual.text or one_line(tax.get("label")) or tax["category"]
    return terms | {"BT-120": words} | ({"BT-121": code} if code else {})


def totals(paper: Mapping[str, Any]) -> Terms:
    """BG-22. There are no allowances or charges: discounts were taken off before the price was split."""
    currency, prepaid = paper["currency"], int(paper.get("prepaid") or 0)
    terms = {
        "BT-106": amount(sum(line["net"] for line in paper["lines"]), currency),
        "BT-109": amount(paper["net"], currency),
        "BT-110": amount(paper["tax"], currency),
        "BT-112": amount(paper["gross"], currency),
        "BT-115": amount(paper["gross"] - prepaid, currency),
    }
    if prepaid:
        terms["BT-113"] = amount(prepaid, currency)
    accounted = paper.get("accounting_tax")
    if accounted and accounted["currency"] != currency:  # PEPPOL-EN16931-R005
        terms |= {"BT-6": accounted["currency"], "BT-111": amount(accounted["tax"], accounted["currency"])}
    return terms

"""What a reader finds in an e-invoice, without help from whoever wrote it."""

from collections import Counter
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from lxml import etree

NAMES = {
    "rsm": "urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100",
    "ram": "urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100",
    "udt": "urn:un:unece:uncefact:data:standard:UnqualifiedDataType:100",
    "cac": "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2",
    "cbc": "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2",
}
_CII = {
    "line": "//ram:IncludedSupplyChainTradeLineItem",
    "line_category": ".//ram:ApplicableTradeTax/ram:CategoryCode",
    "line_rate": ".//ram:ApplicableTradeTax/ram:RateApplicablePercent",
    "line_net": ".//ram:LineTotalAmount",
    "line_price": ".//ram:NetPriceProductTradePrice/ram:ChargeAmount",
    "line_quantity": ".//ram:BilledQuantity",
    "tax": "//ram:ApplicableHeaderTradeSettlement/ram:ApplicableTradeTax",
    "tax_category": "ram:CategoryCode",
    "tax_rate": "ram:RateApplicablePercent",
    "tax_net": "ram:BasisAmount",
    "tax_amount": "ram:CalculatedAmount",
    "BT-106": "//ram:SpecifiedTradeSettlementHeaderMonetarySummation/ram:LineTotalAmount",
    "BT-109": "//ram:TaxBasisTotalAmount",
    "BT-110": "//ram:SpecifiedTradeSettlementHeaderMonetarySummation/ram:TaxTotalAmount[1]",
    "BT-111": "//ram:SpecifiedTradeSettlementHeaderMonetarySummation/ram:TaxTotalAmount[2]",
    "BT-112": "//ram:GrandTotalAmount",
    "BT-113": "//ram:TotalPrepaidAmount",
    "BT-115": "//ram:DuePayableAmount",
}
_UBL = {
    "line": "/*/cac:InvoiceLine|/*/cac:CreditNoteLine",
    "line_category": "cac:Item/cac:ClassifiedTaxCategory/cbc:ID",
    "line_rate": "cac:Item/cac:ClassifiedTaxCategory/cbc:Percent",
    "line_net": "cbc:LineExtensionAmount",
    "line_price": "cac:Price/cbc:PriceAmount",
    "line_quantity": "cbc:InvoicedQuantity|cbc:CreditedQuantity",
    "tax": "/*/cac:TaxTotal/cac:TaxSubtotal",
    "tax_category": "cac:TaxCategory/cbc:ID",
    "tax_rate": "cac:TaxCategory/cbc:Percent",
    "tax_net": "cbc:TaxableAmount",
    "tax_amount": "cbc:TaxAmount",
    "BT-106": "/*/cac:LegalMonetaryTotal/cbc:LineExtensionAmount",
    "BT-109": "/*/cac:LegalMonetaryTotal/cbc:TaxExclusiveAmount",
    "BT-110": "/*/cac:TaxTotal[cac:TaxSubtotal]/cbc:TaxAmount",
    "BT-111": "/*/cac:TaxTotal[not(cac:TaxSubtotal)]/cbc:TaxAmount",
    "BT-112": "/*/cac:LegalMonetaryTotal/cbc:TaxInclusiveAmount",
    "BT-113": "/*/cac:LegalMonetaryTotal/cbc:PrepaidAmount",
    "BT-115": "/*/cac:LegalMonetaryTotal/cbc:PayableAmount",
}


@dataclass(frozen=True)
class Tax:
    """An entry of the breakdown."""

    category: str
    rate: Decimal
    net: Decimal
    tax: Decimal


class Read:
    """An e-invoice by its business terms."""

    def __init__(self, xml: bytes):
        self.root = etree.fromstring(xml)
        self.paths = _CII if self.root.tag.endswith("CrossIndustryInvoice") else _UBL

    def total(self, term: str) -> Decimal:
        """BT-106 to BT-115; 0 if it is not there."""
        return self._number(self.root, term)

    def lines(self) -> list[tuple[str, Decimal, Decimal]]:
        """Category, rate and net of each line, which is its quantity × price."""
        found = []
        for line in self._all(self.root, "line"):
            net = self._number(line, "line_net")
            assert net == self._number(line, "line_quantity") * self._number(line, "line_price")
            assert self._number(line, "line_price") >= 0, "BR-27"
            found.append((self._text(line, "line_category"), self._number(line, "line_rate"), net))
        return found

    def taxes(self) -> list[Tax]:
        """The breakdown."""
        return [
            Tax(
                self._text(row, "tax_category"),
                *(self._number(row, f"tax_{name}") for name in ("rate", "net", "amount")),
            )
            for row in self._all(self.root, "tax")
        ]

    def says(self, path: str) -> bool:
        """Whether the XPath is true, or finds something."""
        return bool(self.root.xpath(path, namespaces=NAMES))

    def _all(self, element: Any, name: str) -> list[Any]:
        return list(element.xpath(self.paths[name], namespaces=NAMES))

    def _text(self, element: Any, name: str) -> str:
        found = self._all(element, name)
        return str(found[0].text) if found else ""

    def _number(self, element: Any, name: str) -> Decimal:
        return Decimal(self._text(element, name) or "0")


def check_sums(read: Read, decimals: int) -> None:
    """Every sum of EN 16931 to the last digit; the public rules tolerate up to 0.99 of tax."""
    lines, taxes = read.lines(), read.taxes()
    smallest = Decimal(1).scaleb(-decimals)
    nets: Counter[tuple[str, Decimal]] = Counter()
    for category, rate, net in lines:
        nets[category, rate] += net  # type: ignore[assignment]
    assert {(tax.category, tax.rate): tax.net for tax in taxes} == dict(nets), "BR-S-08, BR-CO-18"
    assert len(taxes) == len(nets)
    for tax in taxes:
        assert tax.tax == (tax.net * tax.rate / 100).quantize(smallest, ROUND_HALF_UP), "BR-CO-17"
    assert read.total("BT-106") == sum(net for _, _, net in lines), "BR-CO-10"
    assert read.total("BT-109") == read.total("BT-106"), "BR-CO-13"
    assert read.total("BT-110") == sum(tax.tax for tax in taxes), "BR-CO-14"
    assert read.total("BT-112") == read.total("BT-109") + read.total("BT-110"), "BR-CO-15"
    assert read.total("BT-115") == read.total("BT-112") - read.total("BT-113"), "BR-CO-16"

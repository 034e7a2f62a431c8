"""The rules of XRechnung that no package of the registry carries, as paths that have to be true.

Source: XRechnung 3.0.2, section "Geschäftsregeln der CIUS XRechnung", as its schematron 2.2 reads them.
"""

from tests.outbound.einvoice.reading import Read

_UBL_SELLER = "/*/cac:AccountingSupplierParty/cac:Party"
_UBL_BUYER = "/*/cac:AccountingCustomerParty/cac:Party"
_SELLER, _BUYER, _SHIP = "//ram:SellerTradeParty", "//ram:BuyerTradeParty", "//ram:ShipToTradeParty"
_SETTLEMENT = "//ram:ApplicableHeaderTradeSettlement"
_MEANS = f"{_SETTLEMENT}/ram:SpecifiedTradeSettlementPaymentMeans"
_SPECIFICATION = "urn:cen.eu:en16931:2017#compliant#urn:xeinkauf.de:kosit:xrechnung_3.0"

RULES: dict[str, tuple[str, str]] = {
    "BR-DE-1": ("/*/cac:PaymentMeans/cbc:PaymentMeansCode/text()", f"{_MEANS}/ram:TypeCode/text()"),
    "BR-DE-3": (f"{_UBL_SELLER}/cac:PostalAddress/cbc:CityName/text()", f"{_SELLER}//ram:CityName/text()"),
    "BR-DE-4": (f"{_UBL_SELLER}/cac:PostalAddress/cbc:PostalZone/text()", f"{_SELLER}//ram:PostcodeCode/text()"),
    "BR-DE-5": (f"{_UBL_SELLER}/cac:Contact/cbc:Name/text()", f"{_SELLER}//ram:PersonName/text()"),
    "BR-DE-6": (f"{_UBL_SELLER}/cac:Contact/cbc:Telephone/text()", f"{_SELLER}//ram:CompleteNumber/text()"),
    "BR-DE-7": (
        f"{_UBL_SELLER}/cac:Contact/cbc:ElectronicMail/text()",
        f"{_SELLER}//ram:EmailURIUniversalCommunication/ram:URIID/text()",
    ),
    "BR-DE-8": (f"{_UBL_BUYER}/cac:PostalAddress/cbc:CityName/text()", f"{_BUYER}//ram:CityName/text()"),
    "BR-DE-9": (f"{_UBL_BUYER}/cac:PostalAddress/cbc:PostalZone/text()", f"{_BUYER}//ram:PostcodeCode/text()"),
    "BR-DE-10": (
        "not(//cac:DeliveryLocation/cac:Address) or //cac:DeliveryLocation/cac:Address/cbc:CityName/text()",
        f"not({_SHIP}/ram:PostalTradeAddress) or {_SHIP}//ram:CityName/text()",
    ),
    "BR-DE-11": (
        "not(//cac:DeliveryLocation/cac:Address) or //cac:DeliveryLocation/cac:Address/cbc:PostalZone/text()",
        f"not({_SHIP}/ram:PostalTradeAddress) or {_SHIP}//ram:PostcodeCode/text()",
    ),
    "BR-DE-14": (
        "not(//cac:TaxSubtotal[not(cac:TaxCategory/cbc:Percent/text())])",
        f"not({_SETTLEMENT}/ram:ApplicableTradeTax[not(ram:RateApplicablePercent/text())])",
    ),
    "BR-DE-15": ("/*/cbc:BuyerReference/text()", "//ram:ApplicableHeaderTradeAgreement/ram:BuyerReference/text()"),
    "BR-DE-16": (
        f"//cac:ClassifiedTaxCategory/cbc:ID = 'O' or {_UBL_SELLER}/cac:PartyTaxScheme/cbc:CompanyID/text()",
        f"//ram:CategoryCode = 'O' or {_SELLER}/ram:SpecifiedTaxRegistration/ram:ID/text()",
    ),
    "BR-DE-18": (
        "not(contains(concat('\n', /*/cac:PaymentTerms/cbc:Note), '\n#'))",
        "not(contains(concat('\n', //ram:SpecifiedTradePaymentTerms/ram:Description), '\n#'))",
    ),
    "BR-DE-21": (
        f"/*/cbc:CustomizationID = '{_SPECIFICATION}'",
        f"//ram:GuidelineSpecifiedDocumentContextParameter/ram:ID = '{_SPECIFICATION}'",
    ),
    "BR-DE-23-a": (
        "not(/*/cac:PaymentMeans[cbc:PaymentMeansCode[. = 30 or . = 58]][not(cac:PayeeFinancialAccount)])",
        f"not({_MEANS}[ram:TypeCode = 30 or ram:TypeCode = 58][not(ram:PayeePartyCreditorFinancialAccount)])",
    ),
    "BR-DE-26": (
        "not(/*/cbc:InvoiceTypeCode = 384) or /*/cac:BillingReference",
        f"not(//rsm:ExchangedDocument/ram:TypeCode = 384) or {_SETTLEMENT}/ram:InvoiceReferencedDocument",
    ),
    "PEPPOL-EN16931-R001": (
        "/*/cbc:ProfileID/text()",
        "//ram:BusinessProcessSpecifiedDocumentContextParameter/ram:ID/text()",
    ),
    "PEPPOL-EN16931-R010": (
        f"{_UBL_BUYER}/cbc:EndpointID/text()",
        f"{_BUYER}/ram:URIUniversalCommunication/ram:URIID/text()",
    ),
    "PEPPOL-EN16931-R020": (
        f"{_UBL_SELLER}/cbc:EndpointID/text()",
        f"{_SELLER}/ram:URIUniversalCommunication/ram:URIID/text()",
    ),
}
"""Rule → the same in UBL and in CII."""


def broken_rules(xml: bytes) -> list[str]:
    """The rules that an XRechnung does not keep."""
    read = Read(xml)
    nth = 1 if read.root.tag.endswith("CrossIndustryInvoice") else 0
    return [rule for rule, paths in RULES.items() if not read.says(paths[nth])]

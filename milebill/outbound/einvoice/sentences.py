"""Why there is no e-invoice, or no XRechnung, or none for Peppol, in one plain sentence for either side."""

from collections.abc import Mapping

from flask_babel import lazy_gettext as _l

SENTENCES: Mapping[str, object] = {
    "decimals": _l("E-invoices carry amounts with two decimals at most, and this currency has more."),
    "currency": _l("This currency is not yet in the list that e-invoices may use."),
    "country": _l("The country of one party has no code that e-invoices may use."),
    "two_taxes": _l("E-invoices know one tax for each line, and here two are charged."),
    "sales_tax": _l("E-invoices know value added tax, and this is a sales tax."),
    "mixed_scope": _l("In an e-invoice nothing may stand beside what is not subject to VAT."),
    "same_tax": _l("Two tax groups have the same category and rate, which an e-invoice cannot tell apart."),
    "seller_tax_id": _l("An e-invoice needs your tax id, for goods abroad the VAT identifier: see the settings."),
    "buyer_tax_id": _l("Reverse charge and supplies within the EU need the client’s VAT identifier."),
    "leitweg": _l("An XRechnung needs a Leitweg-ID as buyer reference."),
    "seller_contact": _l("An XRechnung needs your e-mail address and telephone number: see the settings."),
    "seller_address": _l("An XRechnung needs your post code and city: see the settings."),
    "buyer_address": _l("An XRechnung needs the client’s post code and city."),
    "electronic_address": _l("Peppol needs an electronic address of both sides; e-mail is none."),
    "national": _l("Peppol’s rules for your country ask for more than this document says."),
    "newer_currency": _l("This currency is not yet in Peppol’s list."),
}
"""By reason code, for the supplier."""

_FOR_CLIENT: Mapping[str, object] = {
    "seller_tax_id": _l("An e-invoice needs the seller’s tax id, for goods abroad the VAT identifier."),
    "buyer_tax_id": _l("Reverse charge and supplies within the EU need your VAT identifier."),
    "seller_contact": _l("An XRechnung needs the seller’s e-mail address and telephone number."),
    "seller_address": _l("An XRechnung needs the seller’s post code and city."),
    "buyer_address": _l("An XRechnung needs your post code and city."),
}
"""Those that speak of either side."""


def sentence(code: str | None, *, for_client: bool = False) -> str:
    """The sentence in the reader's language; "" without a reason."""
    if not code:
        return ""
    return str(_FOR_CLIENT.get(code, SENTENCES[code]) if for_client else SENTENCES[code])

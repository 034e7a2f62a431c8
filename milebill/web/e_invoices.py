"""An invoice's files in words that a bookkeeper understands, on both sides' pages."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from milebill.models import DocumentKind
from milebill.outbound import einvoice
from milebill.outbound.einvoice.sentences import sentence
from milebill.queries.invoice_page import InvoicePage
from milebill.queries.invoice_versions import EInvoice, Version
from milebill.web.translations import gettext as _

Address = Callable[[Version, EInvoice], str]

NAMES = {
    DocumentKind.UBL.value: "UBL",
    DocumentKind.XRECHNUNG.value: "XRechnung",
    DocumentKind.CII.value: "CII",
}
"""In the order in which they are offered; XRechnung in CII is for the command line and the year's archive."""


class Download(NamedTuple):
    """A link to an e-invoice."""

    name: str
    href: str


class FilesView(NamedTuple):
    """What can be fetched, and a sentence about it; "" while nothing is there yet."""

    downloads: tuple[Download, ...]
    about: str
    why_none: str
    """For the supplier: why there is no e-invoice, or no XRechnung."""


def document_address(_version: Version, file: EInvoice) -> str:
    """On the supplier's side."""
    return f"/documents/{file.id}"


def downloads(content: Mapping[str, Any], version: Version, address: Address) -> tuple[Download, ...]:
    """The e-invoices of a version of what was issued with `content`, as far as they could be made."""
    ready = {file.kind: file for file in version.e_invoices if file.ready}
    names = NAMES
    if DocumentKind.UBL in ready and einvoice.why_not_peppol(_paper(content, version)) is None:
        names = NAMES | {DocumentKind.UBL.value: "UBL (Peppol)"}
    return tuple(Download(name, address(version, ready[kind])) for kind, name in names.items() if kind in ready)


def paper_of(invoice: InvoicePage) -> dict[str, Any]:
    """What the version in force says, as far as whether it can be an e-invoice depends on it."""
    return _paper(invoice.content, invoice.version)


def _paper(content: Mapping[str, Any], version: Version) -> dict[str, Any]:
    return {**content, **version.fields, "buyer": version.buyer}


def files_view(invoice: InvoicePage, address: Address) -> FilesView:
    """The files of the version that is in force."""
    version = invoice.version
    found = downloads(invoice.content, version, address)
    if version.paper is None or not (version.paper.ready or found):
        return FilesView((), "", "")
    if not found:
        return FilesView((), str(_("The PDF is for people only.")), _why_none(invoice))
    if version.has_facturx:
        about = _("The PDF carries the invoice as data, too (Factur-X, ZUGFeRD). The other files are for accounting "
                  "programs alone.")  # fmt: skip
    else:
        about = _("The other files are the same invoice for accounting programs.")
    return FilesView(found, str(about), _why_no_xrechnung(invoice))


def _why_no_xrechnung(invoice: InvoicePage) -> str:
    """Only where somebody wants one: without a Leitweg-ID nobody does."""
    reason = einvoice.why_not_xrechnung(paper_of(invoice))
    return "" if reason == "leitweg" else sentence(reason)


def _why_none(invoice: InvoicePage) -> str:
    if invoice.version.e_invoices:
        return str(_("The e-invoice could not be made: an error of milebill, which is noted in its log."))
    reason = einvoice.why_not(paper_of(invoice))
    return sentence(reason) if reason else str(_("The e-invoice is being prepared."))

"""An invoice's files in words that a bookkeeper understands, on both sides' pages."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from milebill.models import DocumentKind
from milebill.outbound import einvoice
from milebill.outbound.einvoice.sentences import sentence
from milebill.queries.invoice_page import InvoicePage
from milebill.queries.invoice_versions import EInvoice, Version
from milebill.web.preflight import FORMATS
from milebill.web.translations import gettext as _

_XRECHNUNG = "xrechnung"
WANTED: Mapping[str, str] = {
    "facturx": DocumentKind.CII.value,
    "ubl": DocumentKind.UBL.value,
    _XRECHNUNG: DocumentKind.XRECHNUNG.value,
}
"""By the formats that a client may want: the file that they are, or that is made together with them."""
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
    missed: str
    """For the client: that the format they want is not there, and why."""


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
        return FilesView((), "", "", "")
    missed = _missed(invoice)
    if not found:
        return FilesView((), str(_("The PDF is for people only.")), _why_none(invoice), missed)
    if version.has_facturx:
        about = _("The PDF carries the invoice as data, too (Factur-X, ZUGFeRD). The other files are for accounting "
                  "programs alone.")  # fmt: skip
    else:
        about = _("The other files are the same invoice for accounting programs.")
    return FilesView(found, str(about), _why_no_xrechnung(invoice), missed)


def _why_no_xrechnung(invoice: InvoicePage) -> str:
    """Only where somebody wants one: without a Leitweg-ID nobody does, unless they said so."""
    reason = einvoice.why_not_xrechnung(paper_of(invoice))
    return "" if reason == "leitweg" and invoice.wanted != _XRECHNUNG else sentence(reason)


def _missed(invoice: InvoicePage) -> str:
    kind, version = WANTED.get(invoice.wanted), invoice.version
    if kind is None or any(file.kind == kind and file.ready for file in version.e_invoices):
        return ""
    paper = paper_of(invoice)
    reason = einvoice.why_not_xrechnung(paper) if invoice.wanted == _XRECHNUNG else einvoice.why_not(paper)
    if reason is None and not version.e_invoices:
        return ""  # it is being prepared
    why = sentence(reason, for_client=True) or _("The e-invoice could not be made: an error of milebill, which is "
                                                  "noted in its log.")  # fmt: skip
    return _("You want %(format)s, and there is none of this document.", format=FORMATS[invoice.wanted]) + f" {why}"


def _why_none(invoice: InvoicePage) -> str:
    if invoice.version.e_invoices:
        return str(_("The e-invoice could not be made: an error of milebill, which is noted in its log."))
    reason = einvoice.why_not(paper_of(invoice))
    return sentence(reason) if reason else str(_("The e-invoice is being prepared."))

"""E-invoices of EN 16931: an issued invoice, credit note or corrected invoice as XML that programs read.

`paper` is what `milebill.outbound.paper.invoice_paper` returns. Nothing is counted anew: what was frozen is what is
written, and the same paper gives the same bytes.
"""

from milebill.outbound.einvoice.documents import syntaxes_for, xml_of
from milebill.outbound.einvoice.expressible import why_not
from milebill.outbound.einvoice.networks import why_not_peppol, why_not_xrechnung
from milebill.outbound.einvoice.syntax import Syntax

__all__ = ["Syntax", "syntaxes_for", "why_not", "why_not_peppol", "why_not_xrechnung", "xml_of"]

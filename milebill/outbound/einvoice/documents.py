"""Which e-invoices a paper has, and their bytes."""

from collections.abc import Mapping
from typing import Any

from milebill.outbound.einvoice.expressible import why_not
from milebill.outbound.einvoice.networks import why_not_peppol, why_not_xrechnung
from milebill.outbound.einvoice.syntax import EN16931, PEPPOL, XRECHNUNG, Syntax
from milebill.outbound.einvoice.syntaxes import written
from milebill.outbound.einvoice.terms import terms_of

Paper = Mapping[str, Any]


def syntaxes_for(paper: Paper) -> tuple[Syntax, ...]:
    """The syntaxes in which the paper can be written; () if EN 16931 cannot express it."""
    if why_not(paper):
        return ()
    if why_not_xrechnung(paper):
        return Syntax.CII, Syntax.UBL
    return tuple(Syntax)


def xml_of(paper: Paper, syntax: Syntax) -> bytes:
    """The e-invoice as UTF-8 XML. Raises ValueError for a syntax that does not apply."""
    if syntax not in syntaxes_for(paper):
        raise ValueError(f"there is no {syntax} of {paper['number']}")
    return written(terms_of(paper, syntax), syntax, specification(paper, syntax))


def specification(paper: Paper, syntax: Syntax) -> str:
    """BT-24: which rules it keeps. A UBL that Peppol would not carry says that it keeps those of EN 16931."""
    if syntax.is_xrechnung:
        return XRECHNUNG
    return PEPPOL if syntax.is_ubl and not why_not_peppol(paper) else EN16931

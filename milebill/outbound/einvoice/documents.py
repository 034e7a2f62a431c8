"""Which e-invoices a paper has, and their bytes."""

from collections.abc import Mapping
from typing import Any

from milebill.outbound.einvoice.expressible import why_not
from milebill.outbound.einvoice.syntax import EN16931, Syntax
from milebill.outbound.einvoice.syntaxes import written
from milebill.outbound.einvoice.terms import terms_of

Paper = Mapping[str, Any]


def syntaxes_for(paper: Paper) -> tuple[Syntax, ...]:
    """The syntaxes in which the paper can be written; () if EN 16931 cannot express it."""
    return () if why_not(paper) else (Syntax.CII,)


def xml_of(paper: Paper, syntax: Syntax) -> bytes:
    """The e-invoice as UTF-8 XML. Raises ValueError for a syntax that does not apply."""
    if syntax not in syntaxes_for(paper):
        raise ValueError(f"no {syntax} of {paper['number']}: {why_not(paper)}")
    return written(terms_of(paper, syntax), syntax, EN16931)

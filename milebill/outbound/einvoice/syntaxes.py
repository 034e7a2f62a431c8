"""The XML itself: built by factur-x, whose only door this is, and set right where it is wrong."""

from copy import deepcopy
from functools import cache
from importlib import import_module
from typing import Any

from lxml import etree

from milebill.outbound.einvoice.syntax import Syntax

LEVEL = "en16931"
_NIL = "{http://www.w3.org/2001/XMLSchema-instance}nil"
_SPECIFICATION = (
    "{*}CustomizationID",
    "{*}ExchangedDocumentContext/{*}GuidelineSpecifiedDocumentContextParameter/{*}ID",
)


@cache
def _writer() -> Any:
    """factur-x takes 0.2 s to import, and only whoever writes an e-invoice needs it."""
    return import_module("facturx.generate_xml")


def written(terms: dict[str, Any], syntax: Syntax, specification: str) -> bytes:
    """The document as UTF-8. `specification` is BT-24. The same terms give the same bytes."""
    own = deepcopy(terms)  # factur-x changes what it is given
    generate = _writer().generate_ubl_xml if syntax.is_ubl else _writer().generate_cii_xml
    # Its schematron check passes without a word when there is no server for it.
    root = etree.fromstring(generate(own, level=LEVEL, check_xsd=False, check_schematron=False))
    _set_right(root, terms, specification)
    found: bytes = etree.tostring(root, pretty_print=True, xml_declaration=True, encoding="UTF-8")
    return found


def _set_right(root: etree._Element, terms: dict[str, Any], specification: str) -> None:
    for element in list(root.iter(etree.Element)):
        name = etree.QName(element).localname
        # An element without content is written with xsi:nil, which its schema forbids: a deposit has no delivery.
        element.attrib.pop(_NIL, None)
        if name == "PayableRoundingAmount":
            element.set("currencyID", terms["BT-5"])  # "EUR" is written, whatever the currency
        elif name == "UBLVersionID":
            root.remove(element)  # no term of EN 16931 (UBL-CR-001)
    # Of BT-24 it knows only its own value for the level.
    next(found for path in _SPECIFICATION if (found := root.find(path)) is not None).text = specification
    etree.cleanup_namespaces(root)

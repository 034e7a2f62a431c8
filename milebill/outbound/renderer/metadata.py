"""What a PDF/A says about itself, twice: in XMP and in the information dictionary, which must agree (ISO 19005-3)."""

import unicodedata
from dataclasses import dataclass
from datetime import datetime
from xml.sax.saxutils import escape

PRODUCER = "milebill (xhtml2pdf, pikepdf)"
CREATOR = "milebill"
FACTURX_NAME = "factur-x.xml"
FACTURX_NAMESPACE = "urn:factur-x:pdfa:CrossIndustryDocument:invoice:1p0#"
FACTURX_PROPERTIES = {
    "DocumentType": ("INVOICE", "The type of the embedded document"),
    "DocumentFileName": (FACTURX_NAME, "The name of the embedded XML document"),
    "Version": ("1.0", "The version of the standard that applies to the embedded XML document"),
    "ConformanceLevel": ("EN 16931", "The conformance level of the embedded XML document"),
}
"""Factur-X 1.0, "XMP extension schema": each property with its value and its description."""

_PACKET = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/">
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/">
<pdfaid:part>3</pdfaid:part><pdfaid:conformance>B</pdfaid:conformance>
</rdf:Description>
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/">
<dc:format>application/pdf</dc:format>
{said}
</rdf:Description>
<rdf:Description rdf:about="" xmlns:pdf="http://ns.adobe.com/pdf/1.3/">
<pdf:Producer>{producer}</pdf:Producer>
</rdf:Description>
<rdf:Description rdf:about="" xmlns:xmp="http://ns.adobe.com/xap/1.0/">
<xmp:CreatorTool>{creator}</xmp:CreatorTool>
<xmp:CreateDate>{at}</xmp:CreateDate><xmp:ModifyDate>{at}</xmp:ModifyDate>
</rdf:Description>
{extension}</rdf:RDF>
</x:xmpmeta>
<?xpacket end="w"?>"""

_SAID = {
    "title": '<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{}</rdf:li></rdf:Alt></dc:title>',
    "author": "<dc:creator><rdf:Seq><rdf:li>{}</rdf:li></rdf:Seq></dc:creator>",
    "subject": '<dc:description><rdf:Alt><rdf:li xml:lang="x-default">{}</rdf:li></rdf:Alt></dc:description>',
    "language": "<dc:language><rdf:Bag><rdf:li>{}</rdf:li></rdf:Bag></dc:language>",
}

_FACTURX = (
    """<rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
 xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
<pdfaSchema:schema>Factur-X PDFA Extension Schema</pdfaSchema:schema>
"""
    f"<pdfaSchema:namespaceURI>{FACTURX_NAMESPACE}</pdfaSchema:namespaceURI><pdfaSchema:prefix>fx</pdfaSchema:prefix>\n"
    "<pdfaSchema:property><rdf:Seq>\n"
    + "\n".join(
        f'<rdf:li rdf:parseType="Resource"><pdfaProperty:name>{name}</pdfaProperty:name>'
        "<pdfaProperty:valueType>Text</pdfaProperty:valueType><pdfaProperty:category>external</pdfaProperty:category>"
        f"<pdfaProperty:description>{description}</pdfaProperty:description></rdf:li>"
        for name, (_, description) in FACTURX_PROPERTIES.items()
    )
    + f"""
</rdf:Seq></pdfaSchema:property>
</rdf:li></rdf:Bag></pdfaExtension:schemas>
</rdf:Description>
<rdf:Description rdf:about="" xmlns:fx="{FACTURX_NAMESPACE}">
"""
    + "".join(f"<fx:{name}>{value}</fx:{name}>" for name, (value, _) in FACTURX_PROPERTIES.items())
    + "\n</rdf:Description>\n"
)


@dataclass(frozen=True)
class About:
    """What the metadata says of a document, each on one line."""

    title: str
    author: str
    language: str
    """BCP 47, like "de" or "pt-BR"."""
    subject: str

    def __post_init__(self) -> None:
        for name in ("title", "author", "language", "subject"):
            object.__setattr__(self, name, one_line(getattr(self, name)))


def one_line(text: str) -> str:
    """The text without what has no place in XML and in a title: control characters, line breaks, half characters."""
    seen = (char if char.isprintable() else "" if unicodedata.category(char) == "Cf" else " " for char in text)
    return " ".join("".join(seen).split())


def xmp(about: About, at: datetime, *, facturx: bool) -> bytes:
    """The XMP packet; with the extension schema of Factur-X when such an invoice is inside."""
    return _PACKET.format(
        said="\n".join(form.format(escape(text)) for name, form in _SAID.items() if (text := getattr(about, name))),
        producer=PRODUCER,
        creator=CREATOR,
        at=f"{at:%Y-%m-%dT%H:%M:%S}+00:00",
        extension=_FACTURX if facturx else "",
    ).encode()


def info(about: About, at: datetime) -> dict[str, str]:
    """The entries of the information dictionary: what the packet says, and nothing else."""
    date = pdf_date(at)
    said = {"/Title": about.title, "/Author": about.author, "/Subject": about.subject}
    return {
        **{name: text for name, text in said.items() if text},
        "/Creator": CREATOR,
        "/Producer": PRODUCER,
        "/CreationDate": date,
        "/ModDate": date,
    }


def pdf_date(at: datetime) -> str:
    """A UTC time as PDF writes it."""
    return f"D:{at:%Y%m%d%H%M%S}+00'00'"

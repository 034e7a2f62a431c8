"""PDF/A-3b, 6.6: XMP that is well formed, says what the information dictionary says, and explains its own additions."""

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from lxml import etree
from pikepdf import Name, Pdf

FACTURX = "factur-x.xml"
NS = {
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "dc": "http://purl.org/dc/elements/1.1/",
    "pdf": "http://ns.adobe.com/pdf/1.3/",
    "xmp": "http://ns.adobe.com/xap/1.0/",
    "pdfaid": "http://www.aiim.org/pdfa/ns/id/",
    "pdfaExtension": "http://www.aiim.org/pdfa/ns/extension/",
    "pdfaSchema": "http://www.aiim.org/pdfa/ns/schema#",
    "pdfaProperty": "http://www.aiim.org/pdfa/ns/property#",
    "fx": "urn:factur-x:pdfa:CrossIndustryDocument:invoice:1p0#",
}
PREDEFINED = {
    NS["dc"]: {"title", "creator", "description", "format", "language"},
    NS["pdf"]: {"Producer", "Keywords"},
    NS["xmp"]: {"CreatorTool", "CreateDate", "ModifyDate", "MetadataDate"},
    NS["pdfaid"]: {"part", "conformance"},
    NS["pdfaExtension"]: {"schemas"},
}
SAME = {
    "/Title": "dc:title/rdf:Alt/rdf:li",
    "/Author": "dc:creator/rdf:Seq/rdf:li",
    "/Subject": "dc:description/rdf:Alt/rdf:li",
    "/Keywords": "pdf:Keywords",
    "/Creator": "xmp:CreatorTool",
    "/Producer": "pdf:Producer",
    "/CreationDate": "xmp:CreateDate",
    "/ModDate": "xmp:ModifyDate",
}
FACTURX_FIELDS = {
    "DocumentType": "INVOICE",
    "DocumentFileName": FACTURX,
    "Version": "1.0",
    "ConformanceLevel": "EN 16931",
}


def faults(document: Pdf, files: set[str]) -> Iterator[str]:
    """What is wrong with the metadata of a document with these embedded files."""
    stream = document.Root.get("/Metadata")
    if stream is None:
        yield "missing"
        return
    if (stream.get("/Type"), stream.get("/Subtype")) != (Name.Metadata, Name.XML) or "/Filter" in stream:
        yield "its stream"
    packet = stream.read_bytes()
    if not re.match(rb'<\?xpacket begin="(\xef\xbb\xbf)?" id="W5M0MpCehiHzreSzNTczkc9d"\?>', packet):
        yield "its packet"
    try:
        tree = etree.fromstring(packet)
    except etree.XMLSyntaxError as error:
        yield f"not well formed: {error}"
        return
    yield from _identification(tree)
    yield from _same_as_info(tree, document.trailer.get("/Info", {}))
    yield from _explained(tree)
    yield from _facturx(tree, files)


def _text(tree: Any, path: str) -> list[str]:
    return [found.text or "" for found in tree.iterfind(f".//rdf:Description/{path}", NS)]


def _identification(tree: Any) -> Iterator[str]:
    if (_text(tree, "pdfaid:part"), _text(tree, "pdfaid:conformance")) != (["3"], ["B"]):
        yield "does not say that it is PDF/A-3b"
    for description in tree.iterfind(".//rdf:RDF/rdf:Description", NS):
        if description.get(f"{{{NS['rdf']}}}about") is None:
            yield "a description of nothing"


def _same_as_info(tree: Any, info: Any) -> Iterator[str]:
    for name, path in SAME.items():
        said = _text(tree, path)
        if len(said) > 1:
            yield f"{path} more than once"
        there = _moment(str(info[name])) if name.endswith("Date") and name in info else str(info.get(name, ""))
        here = _moment(said[0]) if name.endswith("Date") and said else "".join(said)
        if there != here:
            yield f"{name} is {there!r} and {here!r}"
    for name in set(info.keys()) - set(SAME):
        yield f"{name} has no counterpart"


def _moment(text: str) -> datetime | str:
    digits = re.sub(r"[D:'T-]", "", text.partition("+")[0])
    zone = re.sub(r"[:']", "", text.partition("+")[2])
    try:
        return datetime.strptime(f"{digits}+{zone}", "%Y%m%d%H%M%S%z")
    except ValueError:
        return f"no date: {text}"


def _explained(tree: Any) -> Iterator[str]:
    declared = {
        (schema.findtext("pdfaSchema:namespaceURI", namespaces=NS), name.text)
        for schema in tree.iterfind(".//pdfaExtension:schemas/rdf:Bag/rdf:li", NS)
        for name in schema.iterfind(".//pdfaProperty:name", NS)
    }
    for entry in tree.iterfind(".//rdf:RDF/rdf:Description/*", NS):
        tag = etree.QName(entry)
        if (
            tag.localname not in PREDEFINED.get(tag.namespace or "", set())
            and (tag.namespace, tag.localname) not in declared
        ):
            yield f"{tag.localname} is explained nowhere"
    for schema in tree.iterfind(".//pdfaExtension:schemas/rdf:Bag/rdf:li", NS):
        for part in ("schema", "namespaceURI", "prefix", "property"):
            if schema.find(f"pdfaSchema:{part}", NS) is None:
                yield f"an extension schema without its {part}"
        for entry in schema.iterfind("pdfaSchema:property/rdf:Seq/rdf:li", NS):
            parts = {etree.QName(part).localname for part in entry}
            if parts != {"name", "valueType", "category", "description"}:
                yield f"a property with only {sorted(parts)}"


def _facturx(tree: Any, files: set[str]) -> Iterator[str]:
    fields = {name: "".join(_text(tree, f"fx:{name}")) for name in FACTURX_FIELDS}
    if FACTURX in files and fields != FACTURX_FIELDS:
        yield f"Factur-X fields {fields}"
    if FACTURX not in files and any(fields.values()):
        yield "speaks of an invoice that is not there"

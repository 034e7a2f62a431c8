"""A guard for PDF/A-3b: what ISO 19005-3 demands of a whole document, as far as it can be read from its objects.

No full validator installs from the registries, so the rules that a document of ours could break are written down here,
each with the clause that it comes from. `faults` names every one that is broken; `pdf_a_pages` has those for what pages
consist of, and `pdf_a_metadata` those for what the document says of itself.
"""

import io
import re
from collections.abc import Iterator
from typing import Any

import pikepdf
from lxml import etree
from pikepdf import Dictionary, Name, Pdf, Stream

from tests.outbound import pdf_a_metadata, pdf_a_pages

LANGUAGE = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*")
ACTIONS = {"/GoTo", "/GoToR", "/URI", "/Named", "/Thread", "/SubmitForm"}
RELATIONSHIPS = {"/Source", "/Data", "/Alternative", "/Supplement", "/Unspecified"}
FILTERS = {"/FlateDecode", "/ASCII85Decode", "/ASCIIHexDecode", "/DCTDecode", "/RunLengthDecode", "/CCITTFaxDecode"}
CII = "{urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100}CrossIndustryInvoice"


def faults(pdf: bytes) -> list[str]:
    """Every rule that the document breaks, as "name: detail"; none for a PDF/A-3b."""
    found = list(header(pdf))
    with pikepdf.open(io.BytesIO(pdf)) as document:
        for rule in (*RULES, *pdf_a_pages.RULES):
            found += [f"{rule.__name__}: {detail}" for detail in rule(document)]
        found += [f"metadata: {detail}" for detail in pdf_a_metadata.faults(document, names_of_files(document))]
    return found


def header(pdf: bytes) -> Iterator[str]:
    """6.1.2: version 1.n, then a comment of at least four bytes that are no ASCII; 6.1.3: nothing after the end."""
    first, second = pdf.split(b"\n", 2)[:2]
    if not re.fullmatch(rb"%PDF-1\.[0-7]\r?", first):
        yield f"header: {first!r}"
    if not second.startswith(b"%") or len([byte for byte in second[1:5] if byte > 127]) < 4:
        yield "header: no binary comment"
    if not re.search(rb"%%EOF\r?\n?\Z", pdf):
        yield "header: something follows the end"


def trailer(document: Pdf) -> Iterator[str]:
    """6.1.3: an identifier, no encryption."""
    if "/Encrypt" in document.trailer or document.is_encrypted:
        yield "encrypted"
    identifier = document.trailer.get("/ID")
    if identifier is None or len(identifier) != 2 or not all(bytes(part) for part in identifier):
        yield "no identifier"


def limits(document: Pdf) -> Iterator[str]:
    """6.1.13: lengths of strings and names, sizes of numbers, how many objects."""
    if len(document.objects) > 8_388_607:
        yield "too many objects"
    for thing in every(document):
        if isinstance(thing, pikepdf.String) and len(bytes(thing)) > 32_767:
            yield "a string is too long"
        elif isinstance(thing, Name) and len(str(thing).encode()) - 1 > 127:
            yield f"a name is too long: {str(thing)[:20]}…"
        elif isinstance(thing, int) and not isinstance(thing, bool) and not -(2**31) <= thing < 2**31:
            yield f"a number is too large: {thing}"


def streams(document: Pdf) -> Iterator[str]:
    """6.1.7: known filters (LZW is none of them) and nothing outside of the file."""
    for thing in document.objects:
        if isinstance(thing, Stream):
            filters = thing.get("/Filter", [])
            for name in [filters] if isinstance(filters, Name) else filters:
                if str(name) not in FILTERS:
                    yield f"filter {name}"
            if {"/F", "/FFilter", "/FDecodeParms"} & set(thing.keys()):
                yield "an external file"


def catalogue(document: Pdf) -> Iterator[str]:
    """6.6.1: nothing runs by itself; 6.9: no optional contents; 6.4.1: no XFA; 6.10 and 6.11."""
    root = document.Root
    for name in ("/OpenAction", "/AA", "/AcroForm", "/OCProperties", "/NeedsRendering", "/Requirements", "/Perms"):
        if name in root:
            yield name
    for name in ("/JavaScript", "/AlternatePresentations"):
        if name in root.get("/Names", {}):
            yield f"/Names {name}"
    if not LANGUAGE.fullmatch(str(root.get("/Lang", ""))):
        yield f"/Lang {root.get('/Lang')}"


def actions(document: Pdf) -> Iterator[str]:
    """6.6.1: only actions that move the reader."""
    for thing in every(document):
        if isinstance(thing, Dictionary):
            if "/AA" in thing:
                yield "an additional action"
            if "/S" in thing and thing.get("/Type") == Name.Action and str(thing.S) not in ACTIONS:
                yield str(thing.S)
            if "/JS" in thing:
                yield "JavaScript"


def output_intent(document: Pdf) -> Iterator[str]:
    """6.2.3: one intent, with a profile that is an RGB one for output or display, and says so itself."""
    intents = document.Root.get("/OutputIntents", [])
    if len(intents) != 1 or intents[0].get("/S") != Name.GTS_PDFA1:
        yield f"{len(intents)} intents"
        return
    if "/OutputConditionIdentifier" not in intents[0]:
        yield "no identifier"
    profile = intents[0].get("/DestOutputProfile")
    if profile is None:
        yield "no profile"
        return
    data = profile.read_bytes()
    if len(data) < 128 or data[36:40] != b"acsp" or int.from_bytes(data[:4]) != len(data):
        yield "no ICC profile"
    elif (data[12:16], data[16:20], profile.N) not in {(b"mntr", b"RGB ", 3), (b"prtr", b"RGB ", 3)} or data[8] > 4:
        yield f"profile {data[12:20]!r}, version {data[8]}"


def attachments(document: Pdf) -> Iterator[str]:
    """6.8: each file says what it is and how it relates to the document, and is found both ways."""
    associated = [specification.objgen for specification in document.Root.get("/AF", [])]
    for name, specification in files(document):
        if not (specification.get("/F") == specification.get("/UF") == name):
            yield f"{name}: its names differ"
        if str(specification.get("/AFRelationship")) not in RELATIONSHIPS:
            yield f"{name}: relationship {specification.get('/AFRelationship')}"
        if specification.objgen not in associated:
            yield f"{name}: not associated with the document"
        file = specification.get("/EF", {}).get("/F")
        if file is None:
            yield f"{name}: no file"
            continue
        if not re.fullmatch(r"/\w+/[\w.+-]+", str(file.get("/Subtype"))):
            yield f"{name}: type {file.get('/Subtype')}"
        parameters = file.get("/Params", {})
        if "/ModDate" not in parameters or parameters.get("/Size") != len(file.read_bytes()):
            yield f"{name}: size or date"
    if len(associated) != len(list(files(document))):
        yield "what is associated is not what is embedded"


def facturx(document: Pdf) -> Iterator[str]:
    """Factur-X 1.0, 6.2.2 and 6.3: a Cross Industry Invoice, as an alternative of what the pages show."""
    for name, specification in files(document):
        if name == pdf_a_metadata.FACTURX and "/EF" in specification:
            file = specification.EF.F
            if specification.get("/AFRelationship") != Name.Alternative:
                yield f"relationship {specification.get('/AFRelationship')}"
            if file.get("/Subtype") != Name("/text/xml"):
                yield f"type {file.get('/Subtype')}"
            try:
                root = etree.fromstring(file.read_bytes())
            except etree.XMLSyntaxError as error:
                yield str(error)
            else:
                if root.tag != CII:
                    yield f"root {root.tag}"


def files(document: Pdf) -> Iterator[tuple[str, Any]]:
    """The embedded files by name, out of a tree of one level as ours is."""
    names = list(document.Root.get("/Names", {}).get("/EmbeddedFiles", {}).get("/Names", []))
    for name, specification in zip(names[::2], names[1::2], strict=True):
        yield str(name), specification


def names_of_files(document: Pdf) -> set[str]:
    """What is embedded."""
    return {name for name, _ in files(document)}


def every(document: Pdf) -> Iterator[Any]:
    """Each object, and what is written inside of it."""

    def inner(thing: Any) -> Iterator[Any]:
        yield thing
        parts: Any = ()
        if isinstance(thing, Dictionary | Stream):
            parts = [thing.get(name) for name in thing.keys()]  # noqa: SIM118  (a stream can't be walked)
        elif isinstance(thing, pikepdf.Array):
            parts = list(thing)
        for part in parts:
            if not getattr(part, "is_indirect", False):
                yield from inner(part)

    for thing in document.objects:
        yield from inner(thing)


RULES = (trailer, limits, streams, catalogue, actions, output_intent, attachments, facturx)

"""PDF to PDF/A-3b (ISO 19005-3), with an invoice as XML inside when there is one (Factur-X 1.0, ZUGFeRD 2).

One pass with pikepdf: factur-x's own embedding reads and writes the whole file once more through pypdf, which takes
twice as long as all of this. The tests read what is written here back with factur-x.
"""

import hashlib
import io
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf, String

from milebill.outbound.renderer import metadata
from milebill.outbound.renderer.metadata import About

PROFILE = Path(__file__).with_name("sRGB.icc").read_bytes()
_PRINT = 4
"""PDF 32000-1, table 165: the only flag that an annotation has in PDF/A: visible, printed."""


def archived(pdf: bytes, about: About, facturx: bytes | None = None) -> tuple[bytes, list[str]]:
    """The document as PDF/A-3b, and what keeps it from being one after all (normally nothing).

    What `about` leaves empty is taken from the document's own head. `facturx` is the invoice in Cross Industry Invoice
    syntax, profile EN 16931: it becomes the attachment factur-x.xml, an alternative of what the pages show.
    """
    at = datetime.now(UTC)
    with Pdf.open(io.BytesIO(pdf)) as document:
        about = _completed(about, document)
        _describe(document, about, at, facturx=facturx is not None)
        _colours(document)
        _quiet(document)
        if facturx is not None:
            _attach(document, facturx, at)
        complaints = list(dict.fromkeys(_faults(document)))
        target = io.BytesIO()
        document.save(
            target,
            min_version="1.7",
            object_stream_mode=pikepdf.ObjectStreamMode.generate,
            fix_metadata_version=False,  # it would parse and write our packet anew, without its rdf:about
        )
    return target.getvalue(), complaints


def _completed(about: About, document: Pdf) -> About:
    info = document.trailer.get("/Info", Dictionary())
    return About(
        about.title or str(info.get("/Title", "")),
        about.author or str(info.get("/Author", "")),
        about.language or str(document.Root.get("/Lang", "")),
        about.subject or str(info.get("/Subject", "")),
    )


def _describe(document: Pdf, about: About, at: datetime, *, facturx: bool) -> None:
    root = document.Root
    packet = document.make_stream(metadata.xmp(about, at, facturx=facturx))
    packet.Type, packet.Subtype = Name.Metadata, Name.XML
    root.Metadata = packet
    if about.language:
        root.Lang = String(about.language)
    root.ViewerPreferences = Dictionary(DisplayDocTitle=True)
    entries = {name: String(text) for name, text in metadata.info(about, at).items()}
    document.trailer.Info = document.make_indirect(Dictionary(entries))


def _colours(document: Pdf) -> None:
    """Say what the colours of the pages mean (6.2.3): sRGB."""
    profile = document.make_stream(PROFILE)
    profile.N = 3
    document.Root.OutputIntents = Array([
        Dictionary(
            Type=Name.OutputIntent,
            S=Name.GTS_PDFA1,
            OutputConditionIdentifier=String("sRGB IEC61966-2.1"),
            RegistryName=String("http://www.color.org"),
            Info=String("sRGB IEC61966-2.1"),
            DestOutputProfile=profile,
        )
    ])  # fmt: skip


def _quiet(document: Pdf) -> None:
    """Nothing happens by itself (6.6.1), and what can be clicked is printed, too (6.3.2)."""
    for name in ("/OpenAction", "/AA", "/JavaScript"):
        if name in document.Root:
            del document.Root[name]
    for page in document.pages:
        for annotation in page.get("/Annots", ()):
            annotation.F = _PRINT


def _attach(document: Pdf, facturx: bytes, at: datetime) -> None:
    """Embed the XML where readers look for it: in the names tree, and associated with the whole document (6.8)."""
    file = document.make_stream(facturx)
    file.Type, file.Subtype = Name.EmbeddedFile, Name("/text/xml")
    file.Params = Dictionary(
        ModDate=String(metadata.pdf_date(at)),
        Size=len(facturx),
        # The checksum that PDF asks for (32000-1, table 46); nobody's security rests on it.
        CheckSum=String(hashlib.md5(facturx, usedforsecurity=False).digest()),
    )
    specification = document.make_indirect(
        Dictionary(
            Type=Name.Filespec,
            F=String(metadata.FACTURX_NAME),
            UF=String(metadata.FACTURX_NAME),
            Desc=String("Factur-X invoice"),
            AFRelationship=Name.Alternative,
            EF=Dictionary(F=file, UF=file),
        )
    )
    names = Dictionary(Names=Array([String(metadata.FACTURX_NAME), specification]))
    document.Root.Names = Dictionary(EmbeddedFiles=document.make_indirect(names))
    document.Root.AF = Array([specification])


def _faults(document: Pdf) -> Iterator[str]:
    """What no later step can mend, and what our templates never cause: a picture of the supplier's may."""
    for thing in document.objects:
        if isinstance(thing, pikepdf.Stream) and thing.get("/Subtype") == Name.Image:
            if "/Interpolate" in thing:
                del thing["/Interpolate"]
            if thing.get("/ColorSpace") == Name.DeviceCMYK:
                yield "PDF/A: a picture in CMYK has no profile"
        elif isinstance(thing, Dictionary) and thing.get("/Type") == Name.Font:
            yield from _font_faults(thing)


def _font_faults(font: Any) -> Iterator[str]:
    if font.get("/Subtype") != Name.Type0 and not any(
        name in font.get("/FontDescriptor", {}) for name in ("/FontFile", "/FontFile2", "/FontFile3")
    ):
        yield f"PDF/A: the font {font.get('/BaseFont')} is not embedded"

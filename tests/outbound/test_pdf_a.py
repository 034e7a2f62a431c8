"""The guard finds nothing in a document of ours, and in one that is broken in just one way, that way."""

import io
import re
from collections.abc import Callable
from typing import Any

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, Pdf, Stream, String

from milebill.outbound import pdf
from tests.outbound import pdf_a
from tests.outbound.papers import picture
from tests.outbound.test_pdf_archive import CII

HTML = (
    '<html lang="en"><head><title>All</title></head><body style="font-family: Inter"><p>Ab жω €, <b>שלום</b> سلام 漢'
    f'<a href="https://a.example/">x</a></p>{{}}<img src="{picture(8, 8, "RGBA")}"><img src="{picture(4, 4, "P")}">'
)
Break = Callable[[Pdf], object]


@pytest.fixture(scope="module")
def good() -> bytes:
    """A link, pictures with and without transparency, four scripts, and an invoice inside."""
    return pdf.render(HTML.format("<p>Text</p>" * 120), archive=pdf.Archive(facturx_xml=CII))


def test_a_document_of_ours_breaks_no_rule(good: bytes) -> None:
    assert pdf_a.faults(good) == []


def test_nor_does_one_without_an_invoice() -> None:
    assert pdf_a.faults(pdf.render(HTML, strict=False, archive=pdf.Archive(author="Żółw & <Łoś>"))) == []


def test_what_the_renderer_makes_by_itself_is_none() -> None:
    assert {fault.partition(":")[0] for fault in pdf_a.faults(pdf.render("<p>x"))} >= {"metadata", "output_intent"}


def first(document: Pdf, **wanted: Any) -> Any:
    """The first object with these entries."""
    for thing in document.objects:
        if isinstance(thing, Dictionary | Stream) and all(thing.get(f"/{k}") == v for k, v in wanted.items()):
            return thing
    raise LookupError(wanted)


def font(document: Pdf) -> Any:
    return first(document, Type=Name.Font)


def image(document: Pdf) -> Any:
    return next(thing for thing in document.objects if isinstance(thing, Stream) and "/SMask" in thing)


def link(document: Pdf) -> Any:
    return document.pages[0].Annots[0]


def intent(document: Pdf) -> Any:
    return document.Root.OutputIntents[0]


def specification(document: Pdf) -> Any:
    return document.Root.AF[0]


def setting(find: Callable[[Pdf], Any], name: str, value: Any) -> Break:
    return lambda document: find(document).__setitem__(f"/{name}", value)


def without(find: Callable[[Pdf], Any], name: str) -> Break:
    return lambda document: find(document).__delitem__(f"/{name}")


def root(document: Pdf) -> Any:
    return document.Root


def page(document: Pdf) -> Any:
    return document.pages[0].obj


def drawing(code: bytes) -> Break:
    return lambda document: document.pages[0].contents_add(code)


def saying(old: str, new: str) -> Break:
    def change(document: Pdf) -> None:
        packet = document.Root.Metadata.read_bytes()
        assert old.encode() in packet
        document.Root.Metadata.write(packet.replace(old.encode(), new.encode()))

    return change


def with_profile(offset: int, data: bytes) -> Break:
    def change(document: Pdf) -> None:
        profile = bytearray(intent(document).DestOutputProfile.read_bytes())
        profile[offset : offset + len(data)] = data
        intent(document).DestOutputProfile.write(bytes(profile))

    return change


def _font_without_a_file(document: Pdf) -> None:
    del font(document).FontDescriptor["/FontFile2"]


def _other_widths(document: Pdf) -> None:
    widths = font(document).Widths
    font(document).Widths = Array([float(width) + 5 for width in widths])


def _unreadable(document: Pdf) -> None:
    font(document).ToUnicode.write(b"1 beginbfchar\n<41> <0000>\nendbfchar")


def _talkative(document: Pdf) -> None:
    table = font(document).ToUnicode.read_bytes()
    font(document).ToUnicode.write(re.sub(rb"\d+ beginbfchar", b"101 beginbfchar", table))


def _external(document: Pdf) -> None:
    image(document).F = Dictionary(Type=Name.Filespec, F=String("logo.png"))


def _nested_action(document: Pdf) -> None:
    document.Root.Outlines = document.make_indirect(Dictionary(A=Dictionary(Type=Name.Action, S=Name.Launch)))


def _another_size(document: Pdf) -> None:
    specification(document).EF.F.Params.Size = 1


def _other_xml(document: Pdf) -> None:
    data = b"<Invoice/>"
    specification(document).EF.F.write(data)
    specification(document).EF.F.Params.Size = len(data)


def _coloured_mask(document: Pdf) -> None:
    image(document).SMask.ColorSpace = Name.DeviceRGB


def _no_profile_for_a_group(document: Pdf) -> None:
    page(document).Group = Dictionary(S=Name.Transparency, CS=Name.DeviceRGB)
    del document.Root["/OutputIntents"]


def _blended(document: Pdf) -> None:
    page(document).Resources.ExtGState = Dictionary(G=Dictionary(BM=Name.Mystery))


def _transferred(document: Pdf) -> None:
    page(document).Resources.ExtGState = Dictionary(G=Dictionary(TR=Name.Identity))


def _postscript(document: Pdf) -> None:
    postscript = document.make_stream(b"", Type=Name.XObject, Subtype=Name.PS)
    page(document).Resources.XObject = Dictionary(PS=postscript)


def _script(document: Pdf) -> None:
    document.Root.Names.JavaScript = Dictionary(Names=Array())


def _no_file(document: Pdf) -> None:
    del specification(document)["/EF"]


BROKEN: dict[str, list[Break]] = {
    "limits: a string is too long": [setting(root, "X", String("x" * 32_768))],
    "limits: a name is too long": [setting(root, "X", Name("/" + "x" * 128))],
    "limits: a number is too large": [setting(root, "X", 2**31)],
    "streams: an external file": [_external],
    "catalogue: /OpenAction": [setting(root, "OpenAction", Dictionary(S=Name.GoTo))],
    "catalogue: /AcroForm": [setting(root, "AcroForm", Dictionary())],
    "catalogue: /OCProperties": [setting(root, "OCProperties", Dictionary())],
    "catalogue: /Names /JavaScript": [_script],
    "catalogue: /Lang": [without(root, "Lang"), setting(root, "Lang", String("en_US"))],
    "actions: /Launch": [setting(link, "A", Dictionary(Type=Name.Action, S=Name.Launch)), _nested_action],
    "actions: JavaScript": [setting(link, "A", Dictionary(S=Name.JavaScript, JS=String("app.alert(1)")))],
    "actions: an additional action": [setting(link, "AA", Dictionary())],
    "output_intent: 0 intents": [without(root, "OutputIntents")],
    "output_intent: no profile": [without(intent, "DestOutputProfile")],
    "output_intent: no identifier": [without(intent, "OutputConditionIdentifier")],
    "output_intent: profile": [with_profile(16, b"CMYK"), with_profile(12, b"abst"), with_profile(8, b"\5")],
    "output_intent: no ICC profile": [with_profile(36, b"none"), with_profile(0, b"\0\0\0\1")],
    "attachments: factur-x.xml: its names differ": [setting(specification, "UF", String("invoice.xml"))],
    "attachments: factur-x.xml: relationship": [without(specification, "AFRelationship")],
    "attachments: factur-x.xml: not associated": [without(root, "AF")],
    "attachments: factur-x.xml: no file": [_no_file],
    "attachments: factur-x.xml: type": [without(lambda document: specification(document).EF.F, "Subtype")],
    "attachments: factur-x.xml: size or date": [_another_size],
    "attachments: what is associated": [lambda document: document.Root.AF.append(document.make_indirect(Dictionary()))],
    "facturx: relationship": [setting(specification, "AFRelationship", Name.Data)],
    "facturx: root Invoice": [_other_xml],
    "metadata: missing": [without(root, "Metadata")],
    "metadata: its packet": [saying("xpacket begin", "xpacket bytes='1' begin")],
    "metadata: its stream": [without(lambda document: document.Root.Metadata, "Subtype")],
    "metadata: not well formed": [saying("</rdf:RDF>", "")],
    "metadata: does not say": [saying("part>3<", "part>2<"), saying("conformance>B<", "conformance>U<")],
    "metadata: a description of nothing": [saying('rdf:Description rdf:about=""', "rdf:Description")],
    "metadata: /Title": [saying(">All<", ">Nothing<"), lambda document: document.docinfo.__setitem__("/Title", "Else")],
    "metadata: /CreationDate": [saying("xmp:CreateDate>2", "xmp:CreateDate>1")],
    "metadata: /Trapped has no counterpart": [lambda document: document.docinfo.__setitem__("/Trapped", Name.true)],
    "metadata: Version is explained nowhere": [saying("Property:name>Version<", "Property:name>Edition<")],
    "metadata: an extension schema without its prefix": [saying("<pdfaSchema:prefix>fx</pdfaSchema:prefix>", "")],
    "metadata: a property with only": [saying("<pdfaProperty:category>external</pdfaProperty:category>", "")],
    "metadata: Factur-X fields": [saying(">EN 16931<", ">BASIC<")],
    "metadata: speaks of an invoice": [without(root, "Names")],
    "boxes: size": [setting(page, "MediaBox", Array([0, 0, 2, 800]))],
    "boxes: a crop box": [setting(page, "CropBox", Array([-1, 0, 100, 100]))],
    "boxes: presentation steps": [setting(page, "PresSteps", Dictionary())],
    "contents: operator": [drawing(b"hello")],
    "contents: a colour in CMYK": [drawing(b"0 0 0 1 k"), drawing(b"/DeviceCMYK cs")],
    "contents: nested too deep": [drawing(b"q " * 29 + b"Q " * 29)],
    "contents: /Font /Nowhere is not there": [drawing(b"BT /Nowhere 12 Tf ET")],
    "contents: /XObject /Nowhere is not there": [drawing(b"/Nowhere Do")],
    "pictures: interpolated": [setting(image, "Interpolate", True)],
    "pictures: alternates": [setting(image, "Alternates", Array())],
    "pictures: colours /DeviceCMYK": [setting(image, "ColorSpace", Name.DeviceCMYK)],
    "pictures: a mask that is not grey": [_coloured_mask],
    "transparency: a group in": [setting(page, "Group", Dictionary(S=Name.Transparency, CS=Name.DeviceCMYK))],
    "transparency: a group without a profile": [_no_profile_for_a_group],
    "transparency: a mask without a profile": [without(root, "OutputIntents")],
    "transparency: blend mode /Mystery": [_blended],
    "transparency: a transfer function": [_transferred],
    "forms: PostScript": [_postscript],
    "annotations: kind /Movie": [setting(link, "Subtype", Name.Movie)],
    "annotations: /Link with flags": [without(link, "F"), setting(link, "F", 0), setting(link, "F", 6)],
    "annotations: /Text without looks": [setting(link, "Subtype", Name.Text)],
    "fonts: /AAAAAA+Inter-Regular is /Type3": [setting(font, "Subtype", Name.Type3)],
    "fonts: /AAAAAA+Inter-Regular is not embedded": [_font_without_a_file],
    "fonts: /AAAAAA+Inter-Regular declares another width": [_other_widths],
    "fonts: /AAAAAA+Inter-Regular has no width": [setting(font, "FirstChar", 100)],
    "fonts: /AAAAAA+Inter-Regular has nothing for": [drawing(b"BT /F1+0 9 Tf (\xf0) Tj ET")],
    "fonts: /AAAAAA+Inter-Regular is symbolic": [setting(font, "Encoding", Name.WinAnsiEncoding)],
    "fonts: /AAAAAA+Inter-Regular can't be read": [without(font, "ToUnicode")],
    "fonts: /AAAAAA+Inter-Regular does not say": [_unreadable],
    "fonts: /AAAAAA+Inter-Regular says too much": [_talkative],
}


@pytest.mark.parametrize(
    ("fault", "change"), [(fault, change) for fault, changes in BROKEN.items() for change in changes]
)
def test_what_is_broken_is_found(good: bytes, fault: str, change: Break) -> None:
    target = io.BytesIO()
    with pikepdf.open(io.BytesIO(good)) as document:
        change(document)
        document.save(target, fix_metadata_version=False)
    found = pdf_a.faults(target.getvalue())
    assert any(one.startswith(fault) for one in found), found


def test_a_missing_identifier_is_found(good: bytes) -> None:
    assert good.count(b"/ID [") == 1  # what saves a document writes one
    assert "trailer: no identifier" in pdf_a.faults(good.replace(b"/ID [", b"/IX ["))


def test_a_header_that_tells_nothing_is_found(good: bytes) -> None:
    assert pdf_a.faults(good.replace(b"%PDF-1.7", b"%PDF-2.0", 1)) == ["header: b'%PDF-2.0'"]
    second = good.split(b"\n", 2)[1]
    assert pdf_a.faults(good.replace(second, b"%" + b"x" * (len(second) - 1), 1)) == ["header: no binary comment"]
    assert pdf_a.faults(good + b"more") == ["header: something follows the end"]


def test_encryption_and_odd_filters_are_found(good: bytes) -> None:
    target = io.BytesIO()
    with pikepdf.open(io.BytesIO(good)) as document:
        document.save(target, encryption=pikepdf.Encryption(owner="x", user=""))
    assert "trailer: encrypted" in pdf_a.faults(target.getvalue())
    target = io.BytesIO()
    with pikepdf.open(io.BytesIO(good)) as document:
        document.Root.X = Stream(document, b"\x80\x0b\x60\x50\x22\x0c\x0c\x85\x01", Filter=Name.LZWDecode)
        document.save(target, compress_streams=False)
    assert "streams: filter /LZWDecode" in pdf_a.faults(target.getvalue())

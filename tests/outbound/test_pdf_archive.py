"""PDF/A-3b with the invoice inside: what readers of archives and of e-invoices find."""

import io

import facturx
import pikepdf
import pytest
from pypdf import PdfReader

from milebill.outbound import pdf
from milebill.outbound.renderer import archive, conversion, metadata
from tests.outbound import samples

CII = (
    b'<?xml version="1.0" encoding="UTF-8"?>\n<rsm:CrossIndustryInvoice'
    b' xmlns:rsm="urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100"'
    b' xmlns:ram="urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100">'
    b"<rsm:ExchangedDocumentContext><ram:GuidelineSpecifiedDocumentContextParameter>"
    b"<ram:ID>urn:cen.eu:en16931:2017</ram:ID></ram:GuidelineSpecifiedDocumentContextParameter>"
    b"</rsm:ExchangedDocumentContext></rsm:CrossIndustryInvoice>"
)
ABOUT = pdf.Archive("Rechnung 7 <Żółw & Łoś>", "Studio\x00 Łódź\n", "de", "Neue\u00adr Shop", CII)


@pytest.fixture(scope="module")
def paper() -> bytes:
    """An invoice as it leaves the house."""
    return pdf.render(samples.printed("invoice", invoice=samples.invoice(24)), strict=True, archive=ABOUT)


def test_the_invoice_is_found_by_factur_x(paper: bytes) -> None:
    assert facturx.get_xml_from_pdf(paper, check_xsd=False) == ("factur-x.xml", CII)


def test_the_attachment_belongs_to_the_document(paper: bytes) -> None:
    with pikepdf.open(io.BytesIO(paper)) as document:
        (specification,) = document.Root.AF
        assert specification.AFRelationship == "/Alternative"
        assert specification.EF.F.Subtype == "/text/xml"
        assert specification.EF.F.Params.Size == len(CII)
        assert document.Root.Names.EmbeddedFiles.Names[1] == specification


def test_it_says_the_same_of_itself_in_both_places(paper: bytes) -> None:
    reader = PdfReader(io.BytesIO(paper))
    xmp, info = reader.xmp_metadata, reader.metadata
    assert xmp is not None
    assert info is not None
    assert info.title == xmp.dc_title["x-default"] == "Rechnung 7 <Żółw & Łoś>"
    assert [info.author] == xmp.dc_creator == ["Studio Łódź"]
    assert info.subject == xmp.dc_description["x-default"] == "Neuer Shop"
    assert (info.creator, info.producer) == (xmp.xmp_creator_tool, xmp.pdf_producer)
    assert info.creation_date == info.modification_date
    assert xmp.xmp_create_date is not None
    assert xmp.xmp_create_date.timestamp() == info.creation_date.timestamp()
    assert reader.trailer["/Root"]["/Lang"] == "de"


def test_the_extension_schema_is_factur_x_s_own() -> None:
    names = "title author subject producer creator_tool timestamp version documenttype xml_filename xmp_level"
    said = dict.fromkeys(names.split(), "x") | {"pdfa3_flavor": "B", "urn": metadata.FACTURX_NAMESPACE}
    theirs = facturx.facturx.generate_xmp_object(said)
    properties = {str(found) for found in theirs.xpath("//*[local-name()='name']")}
    assert set(metadata.FACTURX_PROPERTIES) == properties
    assert metadata.FACTURX_PROPERTIES["ConformanceLevel"][0] == facturx.facturx.FACTURX_LEVEL2xmp["en16931"]


def test_what_is_left_empty_comes_from_the_head_of_the_html() -> None:
    html = samples.printed("quote", quote=samples.quote(), draft=False)
    reader = PdfReader(io.BytesIO(pdf.render(html, strict=True, archive=pdf.Archive())))
    assert reader.metadata is not None
    assert reader.metadata.title == "Quote Q-2027-0007"
    assert reader.metadata.author == "Studio Lindqvist"
    assert reader.metadata.subject == samples.quote()["title"]
    assert reader.trailer["/Root"]["/Lang"] == "en"


def test_papers_without_an_invoice_are_archives_too() -> None:
    about = pdf.Archive("Quote Q-1", "", "en")
    paper = pdf.render("<p>x</p>", strict=True, archive=about)
    reader = PdfReader(io.BytesIO(paper))
    assert not reader.attachments
    assert reader.xmp_metadata is not None
    assert b"pdfaid:part>3<" in reader.trailer["/Root"]["/Metadata"].get_data()
    assert b"dc:creator" not in reader.trailer["/Root"]["/Metadata"].get_data()
    assert "/Author" not in (reader.metadata or {})


def test_what_can_be_clicked_is_printed() -> None:
    paper = pdf.render('<a href="https://a.example/">x</a>', strict=True, archive=pdf.Archive("T", "A", "en"))
    (annotation,) = PdfReader(io.BytesIO(paper)).pages[0]["/Annots"]
    assert annotation.get_object()["/F"] == 4


def test_a_font_that_is_not_inside_is_said() -> None:
    conversion.prepare()
    plain, _ = conversion.convert("<p style='font-family: Courier'>x</p>", 30)
    _, complaints = archive.archived(plain, metadata.About("T", "A", "en", ""))
    assert complaints == ["PDF/A: the font /Courier is not embedded"]

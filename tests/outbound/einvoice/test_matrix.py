"""Every scenario in every syntax: schemas, business rules, exact sums, and the very bytes."""

import os
from pathlib import Path
from typing import NamedTuple

import pytest
from lxml import etree

from milebill.money import exponent
from milebill.outbound import einvoice
from milebill.outbound.einvoice import Syntax
from milebill.outbound.einvoice.syntax import EN16931, XRECHNUNG
from tests.outbound.einvoice.german_rules import broken_rules
from tests.outbound.einvoice.matrix import SCENARIOS, Paper, for_a_public_buyer
from tests.outbound.einvoice.reading import Read, check_sums
from tests.outbound.einvoice.schemas import schema_error
from tests.outbound.einvoice.schematron import fatal, findings

GOLDEN = Path(__file__).with_name("golden")
WRITE_GOLDEN = os.environ.get("MILEBILL_GOLDEN") == "write"
XRECHNUNGEN = {"credit_whole", "corrected_german", "final_deducts", "public_buyer"}
"""Whose XRechnungen are kept too: they say what CII and UBL say, with another BT-24."""
TOO_LONG = {"three_hundred_lines"}
"""Whose bytes say nothing that others don't."""


class Written(NamedTuple):
    """One document of the matrix."""

    scenario: str
    syntax: Syntax
    paper: Paper
    xml: bytes


@pytest.fixture(scope="module")
def written(papers: dict[str, Paper]) -> list[Written]:
    """Each scenario in each syntax; the XRechnungen as for a public buyer."""
    found = []
    for name, paper in papers.items():
        for syntax in Syntax:
            own = for_a_public_buyer(paper) if syntax.is_xrechnung else paper
            found.append(Written(name, syntax, own, einvoice.xml_of(own, syntax)))
    return found


def test_there_are_enough(written: list[Written]) -> None:
    assert len(SCENARIOS) >= 24
    assert len(written) == 4 * len(SCENARIOS)
    assert {tax["category"] for one in written for tax in one.paper["taxes"]} == {"S", "Z", "E", "AE", "K", "G", "O"}


def test_they_fit_the_schemas(written: list[Written]) -> None:
    found = {one[:2]: schema_error(one.xml) for one in written}
    assert {place: error for place, error in found.items() if error} == {}


WARNINGS = {f"deposit-{syntax}.cii.xml": ["PEPPOL-EN16931-R008"] for syntax in (Syntax.CII, Syntax.XRECHNUNG_CII)}
"""A deposit delivers nothing, and its schema asks for the empty element that would tell."""


def test_no_business_rule_finds_anything(written: list[Written], tmp_path: Path) -> None:
    for one in written:
        _keep(one, tmp_path)
    found = findings(tmp_path)
    assert len(found) == len(written)
    assert {name: rows for name, rows in found.items() if any(row.is_fatal for row in rows)} == {}
    assert {name: [row.rule for row in rows] for name, rows in found.items() if rows} == WARNINGS


def _keep(one: Written, folder: Path) -> None:
    """The rules of Factur-X and Peppol take no BT-24 but their own, so an XRechnung is checked without its own."""
    ending = "cii" if not one.syntax.is_ubl else "ubl" if b"poacc:billing:3.0" in one.xml else "en"
    xml = one.xml.replace(XRECHNUNG.encode(), EN16931.encode())
    (folder / f"{one.scenario}-{one.syntax}.{ending}.xml").write_bytes(xml)


def test_xrechnungen_keep_the_german_rules(written: list[Written]) -> None:
    found = {one[:2]: broken_rules(one.xml) for one in written if one.syntax.is_xrechnung}
    assert {place: rules for place, rules in found.items() if rules} == {}


def test_sums_are_exact_and_those_of_the_paper(written: list[Written]) -> None:
    for one in written:
        read, paper = Read(one.xml), one.paper
        check_sums(read, exponent(paper["currency"]))
        unit = 10 ** exponent(paper["currency"])
        assert read.total("BT-109") * unit == paper["net"]
        assert read.total("BT-110") * unit == paper["tax"]
        assert read.total("BT-112") * unit == paper["gross"]
        assert read.total("BT-115") * unit == paper["gross"] - paper.get("prepaid", 0)
        assert len(read.lines()) == len(paper["lines"])


@pytest.mark.parametrize("name", sorted(set(SCENARIOS) - TOO_LONG))
def test_says_exactly_this(written: list[Written], name: str) -> None:
    """Read every change of these files; `MILEBILL_GOLDEN=write` writes them anew."""
    for one in written:
        if one.scenario != name or (one.syntax.is_xrechnung and name not in XRECHNUNGEN):
            continue
        path = GOLDEN / f"{name}.{one.syntax}.xml"
        if WRITE_GOLDEN:
            path.write_bytes(one.xml)
        assert path.read_bytes() == one.xml


def _broken(xml: bytes, path: str, text: str | None) -> bytes:
    """The same with another text there, or without the element."""
    root = etree.fromstring(xml)
    element = root.find(path)
    assert element is not None
    if text is None:
        element.getparent().remove(element)
    else:
        element.text = text
    return bytes(etree.tostring(root))


BREAKS = {
    "total.cii": (".//{*}GrandTotalAmount", "1.00", "BR-CO-15"),
    "total.en": (".//{*}TaxInclusiveAmount", "1.00", "BR-CO-15"),
    "number.cii": ("{*}ExchangedDocument/{*}ID", None, "BR-02"),
    "address.ubl": (".//{*}EndpointID", None, "PEPPOL-EN16931-R020"),
    "process.ubl": ("{*}ProfileID", None, "PEPPOL-EN16931-R001"),
}


def test_a_broken_document_is_found(written: list[Written], tmp_path: Path) -> None:
    """Else the rules might not have been run at all."""
    plain = {one.syntax: one.xml for one in written if one.scenario == "standard"}
    for name, (path, text, _) in BREAKS.items():
        xml = plain[Syntax.CII if name.endswith(".cii") else Syntax.UBL]
        (tmp_path / f"{name}.xml").write_bytes(_broken(xml, path, text))
    found = fatal(tmp_path)
    assert schema_error(_broken(plain[Syntax.CII], ".//{*}GrandTotalAmount", None))
    assert schema_error(_broken(plain[Syntax.UBL], "{*}ID", None))
    for name, (_, _, rule) in BREAKS.items():
        assert rule in " ".join(f"{row.rule} {row.text}" for row in found[f"{name}.xml"])


def test_a_broken_xrechnung_is_found(written: list[Written]) -> None:
    (xml,) = (one.xml for one in written if one[:2] == ("standard", Syntax.XRECHNUNG))
    assert broken_rules(_broken(xml, ".//{*}Telephone", None)) == ["BR-DE-6"]
    assert broken_rules(_broken(xml, ".//{*}PaymentTerms/{*}Note", "Bald\n#SKONTO")) == ["BR-DE-18"]
    assert broken_rules(_broken(xml, "{*}BuyerReference", None)) == ["BR-DE-15"]

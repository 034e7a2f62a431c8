"""Whatever is invoiced, and whatever people wrote: sums to the last digit, and XML that the schemas take."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from milebill.domain.invoice_lines import Billed, Share, breakdown, deducting, line, net_and_tax
from milebill.money import exponent
from milebill.outbound import einvoice
from milebill.outbound.einvoice import Syntax
from milebill.tax import tax_on
from tests.outbound import samples
from tests.outbound.einvoice.matrix import Paper, for_a_public_buyer
from tests.outbound.einvoice.reading import NAMES, Read, check_sums
from tests.outbound.einvoice.schemas import schema_error
from tests.outbound.einvoice.schematron import fatal

CATEGORIES = {"S": "", "Z": "", "E": "Exempt by law", "AE": "Reverse charge", "K": "Intra-Community supply"}
HOSTILE = (
    "\x00\x01\x1f\x7f\x85", "<b>&amp;\"'</b> ]]> <!-- <?xml", "\ud800 lone", "\ufffe\uffff", "\u202e\u2066evil\u2069",
    "a\r\nb\rc\nd", "🌱👩‍👩‍👧‍👦", "#SKONTO#TAGE=14#PROZENT=2.00#", "{http://x}y %s %(day)s", " \t\n ", "é" * 5000,
)  # fmt: skip
TEXTS = st.text(max_size=30) | st.sampled_from(HOSTILE)


@st.composite
def papers(draw: st.DrawFn) -> Paper:
    """The frozen content of some invoice, made of shares as the domain makes it."""
    currency = draw(st.sampled_from(["EUR", "GBP", "CHF", "JPY"]))
    groups = draw(
        st.lists(_groups(), min_size=1, max_size=4, unique_by=lambda group: (group["category"], group["rate"]))
    )
    steps = [(f"Step {n}", n, _shares(draw, groups)) for n in range(1, draw(st.integers(1, 5)) + 1)]
    content: dict[str, Any] = {"lines": [line(title, n, share) for title, n, share in _flat(steps[-1:])]}
    taxes = breakdown(steps[-1][2])
    net, tax = net_and_tax(taxes)
    if len(steps) > 1 and draw(st.booleans()):
        billed = [Billed(f"R-{n}", "2027-01-31", "milestone", 0, title, n, found) for title, n, found in steps[:-1]]
        content = deducting(_flat(steps), billed)
    kind = draw(st.sampled_from(["deposit", "milestone", "final", "credit_note", "corrected"]))
    prepaid = draw(st.sampled_from([0, 1, net + tax])) if kind == "corrected" else 0
    plain = samples.invoice(1) | {"currency": currency, "kind": kind, "taxes": taxes, "net": net, "tax": tax}
    return plain | content | {"gross": net + tax, "prepaid": prepaid}


@st.composite
def _groups(draw: st.DrawFn) -> dict[str, Any]:
    category = draw(st.sampled_from(sorted(CATEGORIES)))
    # The public BR-CO-17 takes a rate below half a percent for none at all.
    rate = (
        draw(st.sampled_from([7_000, 19_000, 5_500, 8_100, 25_000]) | st.integers(500, 50_000))
        if category == "S"
        else 0
    )
    return {"category": category, "rate": rate, "reason": CATEGORIES[category], "label": "VAT", "reason_code": ""}


def _shares(draw: st.DrawFn, groups: list[dict[str, Any]]) -> list[Share]:
    found = []
    for place, group in enumerate(groups):
        net = draw(st.integers(1, 10**4) | st.integers(1, 10**11))
        taxed = {"net": net, "tax": tax_on(net, group["rate"]), "second_tax": 0, "second_rate": 0, "second_label": ""}
        found.append(group | taxed | {"group": place})
    return found


def _flat(steps: list[tuple[str, int, list[Share]]]) -> list[tuple[str, int, Share]]:
    return [(title, n, share) for title, n, shares in steps for share in shares]


def _check(paper: Paper) -> None:
    assert einvoice.why_not(paper) is None
    for syntax in (Syntax.CII, Syntax.UBL):
        xml = einvoice.xml_of(paper, syntax)
        assert schema_error(xml) == ""
        read, unit = Read(xml), 10 ** exponent(paper["currency"])
        check_sums(read, exponent(paper["currency"]))
        found = [read.total(term) * unit for term in ("BT-109", "BT-110", "BT-112", "BT-115")]
        assert found == [paper["net"], paper["tax"], paper["gross"], paper["gross"] - paper["prepaid"]]


def _run(check: Callable[[Paper], None], examples: int) -> None:
    settings(max_examples=examples, suppress_health_check=list(HealthCheck))(given(papers())(check))()


def test_sums_are_those_of_the_paper() -> None:
    _run(_check, 25)


@pytest.mark.long
def test_sums_are_those_of_many_papers() -> None:
    _run(_check, 1500)


@pytest.mark.long
def test_no_rule_finds_any_paper_fatal(tmp_path: Path) -> None:
    def keep(paper: Paper) -> None:
        n = len(list(tmp_path.iterdir()))
        (tmp_path / f"{n}.cii.xml").write_bytes(einvoice.xml_of(paper, Syntax.CII))
        (tmp_path / f"{n}.en.xml").write_bytes(einvoice.xml_of(for_a_public_buyer(paper), Syntax.UBL))

    _run(keep, 150)
    assert fatal(tmp_path) == {}


@st.composite
def written_papers(draw: st.DrawFn) -> Paper:
    """An invoice whose every text came from somebody."""
    paper = samples.invoice(1) | {name: draw(TEXTS) for name in _TEXTS} | {"kind": draw(_KINDS)}
    paper["lines"] = [{**paper["lines"][0], "description": draw(TEXTS)}]
    for part, names in _PARTS.items():
        paper[part] = paper[part] | {name: draw(TEXTS) for name in names}
    return paper


_KINDS = st.sampled_from(["milestone", "credit_note"])
_TEXTS = (
    "title", "reason", "quote", "purchase_order_number", "buyer_reference", "cost_centre", "contact_name",
    "contact_email", "vendor_number",
)  # fmt: skip
_ADDRESS = (
    "legal_name",
    "address_line_1",
    "address_line_2",
    "post_code",
    "city",
    "country_subdivision",
    "registration_id",
)
_PARTS = {
    "seller": (*_ADDRESS, "name", "email", "phone"),
    "buyer": (*_ADDRESS, "tax_id"),
    "proof": ("name", "job_title", "milestone_title"),
    "payment": ("account_name", "text"),
}


def _check_text(paper: Paper) -> None:
    for syntax in einvoice.syntaxes_for(paper):
        xml = einvoice.xml_of(paper, syntax)
        assert schema_error(xml) == ""
        root = Read(xml).root
        assert not root.xpath("//*[not(*) and not(normalize-space())]"), "PEPPOL-EN16931-R008"
        (said,) = root.xpath("//cac:Item/cbc:Name|//ram:SpecifiedTradeProduct/ram:Name", namespaces=NAMES)
        kept = [sign for sign in paper["lines"][0]["description"] if sign.isalnum()]
        assert [sign for sign in said.text if sign.isalnum()] == kept


def test_any_text_gives_xml_that_can_be_read() -> None:
    settings(max_examples=40, suppress_health_check=list(HealthCheck))(given(written_papers())(_check_text))()


@pytest.mark.long
def test_many_texts_give_xml_that_can_be_read() -> None:
    settings(max_examples=2000, suppress_health_check=list(HealthCheck))(given(written_papers())(_check_text))()

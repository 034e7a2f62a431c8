"""The worked examples of docs/money.md: every figure here was computed by hand, none was copied from a run."""

from typing import Any

import pytest
from flask import Flask

from milebill import clock
from milebill.demo.worked import EXAMPLES, open_house, tell
from milebill.domain.buyer import Buyer
from milebill.errors import Invalid
from tests.actors import Deal, Supplier
from tests.dealings import credit, the_invoice
from tests.offers import contents, offered
from tests.rules import check_rules

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

Taxes = list[tuple[int, int, int]]
"""Rate in thousandths of a percent, net and tax in minor units."""

# Per invoice: its kind, its taxes, what is to be paid.
INVOICES: dict[str, list[tuple[str, Taxes, int]]] = {
    "Germany": [
        ("deposit", [(19_000, 300_000, 57_000), (7_000, 70_370, 4_926)], 432_296),
        ("milestone", [(19_000, 450_000, 85_500), (7_000, 105_555, 7_389)], 648_444),
        ("final", [(19_000, 250_001, 47_500), (7_000, 58_642, 4_105)], 360_248),
    ],
    "France": [
        ("deposit", [(20_000, 250_000, 50_000)], 300_000),
        ("milestone", [(20_000, 333_333, 66_667)], 400_000),
        ("final", [(20_000, 250_000, 50_000)], 300_000),
    ],
    "Reverse charge": [
        ("deposit", [(0, 300_000, 0)], 300_000),
        ("final", [(0, 900_000, 0)], 900_000),
    ],
    "United Kingdom": [
        ("milestone", [(20_000, 166_666, 33_333)], 199_999),
        ("milestone", [(20_000, 166_665, 33_333)], 199_998),
        ("final", [(20_000, 166_668, 33_334)], 200_002),
    ],
    "United States": [
        ("milestone", [(8_875, 493_827, 43_827)], 537_654),
        ("milestone", [(8_875, 493_827, 43_827)], 537_654),
        ("final", [(8_875, 246_913, 21_914)], 268_827),
    ],
    "British Columbia": [
        ("milestone", [(5_000, 333_337, 16_667), (7_000, 333_337, 23_334)], 373_338),
        ("milestone", [(5_000, 333_329, 16_666), (7_000, 333_329, 23_333)], 373_328),
        ("final", [(5_000, 333_333, 16_667), (7_000, 333_333, 23_333)], 373_333),
    ],
    "Quebec": [
        ("milestone", [(5_000, 300_000, 15_000), (9_975, 300_000, 29_925)], 344_925),
        ("milestone", [(5_000, 400_000, 20_000), (9_975, 400_000, 39_900)], 459_900),
        ("final", [(5_000, 299_999, 15_000), (9_975, 299_999, 29_925)], 344_924),
    ],
    "Switzerland": [
        ("milestone", [(8_100, 388_889, 31_500)], 420_389),
        ("milestone", [(8_100, 388_889, 31_500)], 420_389),
        ("milestone", [(8_100, 388_889, 31_500)], 420_389),
        ("final", [(8_100, 388_888, 31_500)], 420_388),
    ],
    "Japan": [
        ("milestone", [(10_000, 500_005, 50_001), (8_000, 25_002, 2_000)], 577_008),
        ("final", [(10_000, 500_000, 50_000), (8_000, 25_001, 2_000)], 577_001),
    ],
}

# What was accepted: net, tax, gross.
WHOLE = {
    "Germany": (1_234_568, 206_420, 1_440_988),
    "France": (833_333, 166_667, 1_000_000),
    "Reverse charge": (1_200_000, 0, 1_200_000),
    "United Kingdom": (499_999, 100_000, 599_999),
    "United States": (1_234_567, 109_568, 1_344_135),
    "British Columbia": (999_999, 120_000, 1_119_999),
    "Quebec": (999_999, 149_750, 1_149_749),
    "Switzerland": (1_555_555, 126_000, 1_681_555),
    "Japan": (1_050_008, 104_001, 1_154_009),
}


def told(name: str) -> Deal:
    example = EXAMPLES[name]
    workspace_id, person = open_house(example.house, clock.now())
    story = tell(example, workspace_id, person, clock.now())
    return Deal(Supplier(person.name, example.house.email, person.user_id or 0, workspace_id), story.quote_id)


@pytest.mark.parametrize("name", list(EXAMPLES))
def test_every_invoice_is_the_one_that_was_computed_by_hand(in_app: Flask, name: str) -> None:
    assert list(EXAMPLES) == list(INVOICES) == list(WHOLE)
    deal = told(name)
    offer, invoices = offered(deal), contents(deal)
    assert tuple(offer[part] for part in ("net", "tax", "gross")) == WHOLE[name]
    assert [
        (content["kind"], [(tax["rate"], tax["net"], tax["tax"]) for tax in content["taxes"]], content["gross"])
        for content in invoices
    ] == INVOICES[name]
    for place, part in enumerate(("net", "tax", "gross")):
        assert sum(content[part] for content in invoices) == WHOLE[name][place]
    check_rules(deal.workspace_id)


def test_the_german_schlussrechnung_lists_the_contract_and_deducts_with_tax(in_app: Flask) -> None:
    final = contents(told("Germany"))[-1]
    assert [(line["kind"], line["net"]) for line in final["lines"]] == [
        ("contract", 300_000),
        ("contract", 70_370),
        ("contract", 450_000),
        ("contract", 105_555),
        ("contract", 250_001),
        ("contract", 58_642),
        ("deduction", -300_000),
        ("deduction", -70_370),
        ("deduction", -450_000),
        ("deduction", -105_555),
    ]
    assert final["whole"]["gross"] == 1_440_988
    assert [(less["net"], less["tax"], less["gross"]) for less in final["deductions"]] == [
        (370_370, 61_926, 432_296),
        (555_555, 92_889, 648_444),
    ]
    assert 1_440_988 - 432_296 - 648_444 == final["gross"] == 360_248
    assert final["contract"] == {
        "gross": 1_440_988, "billed_before": 1_080_740, "this": 360_248, "remaining": 0, "credited": 0,
    }  # fmt: skip


def test_a_german_credit_of_a_part_and_of_the_rest(in_app: Flask) -> None:
    deal = told("Germany")
    second = deal.invoice_ids()[1]
    note = the_invoice(credit(deal.supplier, second, {0: 10_000}, once="part").id)
    assert (note.net, note.tax, note.gross) == (-10_000, -1_900, -11_900)
    assert the_invoice(second).gross - the_invoice(second).credited == 636_544
    rest = the_invoice(credit(deal.supplier, second, once="rest").id)
    assert (rest.net, rest.tax, rest.gross) == (-440_000 - 105_555, -83_600 - 7_389, -636_544)
    assert the_invoice(second).credited == 648_444
    check_rules(deal.workspace_id)


def test_the_french_solde_deducts_the_acompte(in_app: Flask) -> None:
    solde = contents(told("France"))[-1]
    assert (solde["whole"]["net"], solde["whole"]["tax"], solde["whole"]["gross"]) == (833_333, 166_667, 1_000_000)
    assert [(less["gross"], less["tax"]) for less in solde["deductions"]] == [(300_000, 50_000), (400_000, 66_667)]
    assert (solde["net"], solde["tax"], solde["gross"]) == (250_000, 50_000, 300_000)


def test_reverse_charge_says_why_and_needs_the_buyers_number(in_app: Flask) -> None:
    deal = told("Reverse charge")
    for content in contents(deal):
        (tax,) = content["taxes"]
        assert (tax["category"], tax["reason_code"], tax["reason"]) == ("AE", "VATEX-EU-AE", "Reverse charge")
        assert content["seller"]["tax_id"] == "DE136695976"
        assert content["buyer"]["tax_id"] == "FR40303265045"
    party: dict[str, Any] = EXAMPLES["Reverse charge"].sample.buyer | {"tax_id": ""}
    with pytest.raises(Invalid) as error:
        Buyer(party).check(offered(deal))
    assert error.value.errors == {"tax_id": "required"}

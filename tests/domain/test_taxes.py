"""Several taxes: read from a draft, priced by group, frozen, accepted and billed to the cent."""

from datetime import date
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import update

from milebill import clock
from milebill.canonical import digest
from milebill.db import reading, transaction
from milebill.domain.draft import read_draft
from milebill.domain.offer import freeze, read
from milebill.errors import Invalid, Refused
from milebill.models import Revision, TaxGroup, Workspace
from tests.actors import Deal, Supplier, a_draft, a_quote, shares, sign_up
from tests.offers import BC, REVERSE, accept, finish, taxed
from tests.rules import check_rules, rows

TODAY = date(2027, 3, 3)


def more(**row: str) -> dict[str, Any]:
    return {"more_taxes": [{"label": "VAT", "rate": "7"} | row]}


ERRORS: list[tuple[dict[str, Any], dict[str, str]]] = [
    ({"tax_rate": "x"}, {"tax_rate": "not_a_number"}),
    ({"tax_rate": "100.001"}, {"tax_rate": "too_large"}),
    ({"tax_rate": "1e400"}, {"tax_rate": "not_a_number"}),
    ({"tax_label": ""}, {"tax_label": "required"}),
    ({"tax_category": "S", "tax_rate": "0"}, {"tax_rate": "rate_required"}),
    ({"tax_category": "AE"}, {"tax_rate": "rate_forbidden"}),
    ({"tax_category": "Z", "tax_rate": "0", "second_tax_label": "B", "second_tax_rate": "5"},
     {"second_tax_rate": "rate_forbidden"}),
    ({"tax_category": "E", "tax_rate": "0"}, {"tax_reason": "reason_required"}),
    ({"tax_category": "XX"}, {"tax_category": "unknown"}),
    ({"tax_category": "S" * 9}, {"tax_category": "too_long"}),
    ({"tax_reason": "x" * 1001}, {"tax_reason": "too_long"}),
    ({"second_tax_rate": "7"}, {"second_tax_label": "required"}),
    ({"second_tax_label": "PST", "second_tax_rate": "50.001"}, {"second_tax_rate": "too_large"}),
    (more(label=""), {"more_taxes-0-label": "required"}),
    (more(rate="19"), {"more_taxes-0-rate": "same_tax"}),
    (more(rate="0", category="O"), {"more_taxes-0-category": "out_of_scope_alone"}),
    (REVERSE | {"tax_category": "O"} | more(), {"tax_category": "out_of_scope_alone"}),
    ({"more_taxes": [{"rate": str(n), "label": "VAT"} for n in range(1, 5)]}, {"more_taxes": "how_many_taxes"}),
    ({"milestones": taxed(shares("100"), "1")}, {"milestones-0-tax": "unknown"}),
    ({"milestones": taxed(shares("100"), "9")}, {"milestones-0-tax": "unknown"}),
    ({"milestones": taxed(shares("100"), "-1")}, {"milestones-0-tax": "unknown"}),
    ({"milestones": taxed(shares("100"), "1"), "more_taxes": [{}, {"label": "VAT", "rate": "7"}]},
     {"milestones-0-tax": "unknown"}),
]  # fmt: skip


@pytest.mark.parametrize(("changes", "errors"), ERRORS)
def test_each_error_of_a_tax_stands_beside_its_field(changes: dict[str, Any], errors: dict[str, str]) -> None:
    assert read_draft(a_draft(**{"valid_until": "2027-03-03"} | changes), "en", TODAY).errors == errors


def offered(**changes: Any) -> dict[str, Any]:
    return freeze(read_draft(a_draft(valid_until="2027-03-03", **changes), "en", TODAY), Workspace(), "Q-1", 1)


def test_two_taxes_are_two_entries_of_one_net() -> None:
    offer = offered(**BC, total="9999.99", milestones=shares("33.33", "33.33", "33.33"))
    assert [(tax["group"], tax["nth"], tax["label"], tax["net"], tax["tax"]) for tax in offer["taxes"]] == [
        (0, 1, "GST", 999_999, 50_000),
        (0, 2, "PST", 999_999, 70_000),
    ]
    assert (offer["net"], offer["tax"], offer["gross"]) == (999_999, 120_000, 1_119_999)
    assert offer["milestones"][0]["amounts"] == [{"group": 0, "net": 333_337, "tax": 16_667, "second_tax": 23_334}]


def test_groups_that_nothing_belongs_to_are_left_out_and_the_others_counted_anew() -> None:
    unused = {"label": "VAT", "rate": "7"}
    free = {"rate": "0", "category": "E", "reason": "Education"}
    steps = taxed(shares("50", "50", "0"), "2", "0", "0")
    offer = offered(more_taxes=[unused, free], milestones=steps)
    assert [(tax["group"], tax["rate"], tax["category"], tax["reason"]) for tax in offer["taxes"]] == [
        (0, 19_000, "S", ""),
        (1, 0, "E", "Education"),
    ]
    assert [[amount["group"] for amount in item["amounts"]] for item in offer["milestones"]] == [[1], [0], []]


def test_reasons_are_those_of_the_standard_unless_somebody_words_them() -> None:
    assert offered(**REVERSE)["taxes"][0]["reason"] == "Reverse charge"
    own = offered(**REVERSE, tax_reason="Steuerschuldnerschaft des Leistungsempfängers")["taxes"][0]
    assert (own["reason_code"], own["reason"]) == ("VATEX-EU-AE", "Steuerschuldnerschaft des Leistungsempfängers")
    plain = offered(tax_rate="0", tax_reason="no reason may stand here")["taxes"][0]
    assert (plain["category"], plain["reason_code"], plain["reason"]) == ("Z", "", "")


def test_a_small_business_says_why_it_charges_nothing(owner: Supplier) -> None:
    why = "No VAT is charged: small business, § 19 UStG"
    deal = a_quote(owner, tax_rate="0", tax_category="E", tax_reason=why, tax_label="")
    taxes = [tax for content in finish(deal) for tax in content["taxes"]]
    assert {(tax["category"], tax["reason"], tax["tax"]) for tax in taxes} == {("E", why, 0)}
    check_rules(owner.workspace_id)


def test_reverse_charge_needs_both_tax_ids_and_two_countries(owner: Supplier) -> None:
    deal = a_quote(owner, **REVERSE)
    deal.send()
    for party, errors in (
        ({"tax_id": ""}, {"tax_id": "required"}),
        ({"country_code": "SE"}, {"country_code": "category"}),
        ({"country_code": "US", "tax_id": " "}, {"tax_id": "required", "country_code": "category"}),
    ):
        with pytest.raises(Invalid) as error:
            accept(deal, **{"tax_id": "DE811907980"} | party)
        assert error.value.errors == errors
    accept(deal, tax_id="DE811907980")
    check_rules(owner.workspace_id)
    free = sign_up("Una Fri", tax_registered=False, tax_id="")
    with pytest.raises(Refused, match="seller_incomplete"):
        a_quote(free, **REVERSE).send()


def test_a_quote_of_the_first_version_is_still_accepted_and_billed(owner: Supplier) -> None:
    deal = a_quote(owner)
    deal.send()
    with reading() as connection:
        content = connection.execute(Revision.__table__.select()).one().content
    since = {"group", "nth", "reason_code", "reason"}
    old = {name: value for name, value in content.items() if name != "final_invoice"} | {"version": 1}
    old["taxes"] = [{name: value for name, value in tax.items() if name not in since} for tax in content["taxes"]]
    old["milestones"] = [
        {**item, "amounts": [{name: part[name] for name in ("group", "net", "tax")} for part in item["amounts"]]}
        for item in content["milestones"]
    ]
    assert read(old) == content | {"version": 1}
    with transaction() as session:
        session.execute(update(Revision).values(content=old, content_hash=digest(old)))
    assert len(finish(Sent(deal.supplier, deal.quote_id))) == 3
    check_rules(owner.workspace_id)
    group = rows(TaxGroup)[0]
    assert (group.position, group.rate, group.second_rate, group.reason) == (0, 19_000, 0, "")


class Sent(Deal):
    """A deal whose quote is out already."""

    def send(self) -> str:
        return ""


TAXES = st.sampled_from(
    [
        {},
        BC,
        {"more_taxes": [{"label": "VAT", "rate": "7"}, {"rate": "0", "category": "E", "reason": "Books"}]},
        BC | {"more_taxes": [{"label": "GST", "rate": "5"}]},
        {"more_taxes": [{"label": f"VAT {rate}", "rate": rate} for rate in ("7", "10.5", "5.5")]},
        {"tax_rate": "8.875", "more_taxes": [{"label": "Tax", "rate": "4.5", "second_label": "B", "second_rate": "9"}]},
    ]
)
STEPS = st.lists(st.tuples(st.integers(0, 100_000), st.integers(0, 3)), min_size=1, max_size=6).filter(
    lambda steps: any(value for value, _ in steps)
)


ORDERS = st.permutations(range(1, 7))


def tell(
    supplier: Supplier, taxes: dict[str, Any], steps: list[tuple[int, int]], deposit: bool, order: list[int]
) -> None:
    """Priced by amounts; every invoice, its lines and its taxes must come to what was accepted."""
    groups = 1 + len(taxes.get("more_taxes", []))
    milestones = shares(*(f"={cents // 100}.{cents % 100:02}" for cents, _ in steps), deposit=deposit)
    milestones = taxed(milestones, *(str(group % groups) for _, group in steps))
    terms = {"total": "", "milestones": milestones, **taxes}
    errors = read_draft(a_draft(**terms), "en", clock.now().date()).errors
    if errors:
        assert set(errors.values()) == {"too_small_to_split"}
        return
    issued = finish(a_quote(supplier, **terms), order)
    assert sum(content["net"] for content in issued) == sum(cents for cents, _ in steps)
    check_rules(supplier.workspace_id)


def stories(examples: int) -> None:
    @given(TAXES, STEPS, st.booleans(), ORDERS, st.sampled_from(["deducts", "own_share"]))
    @settings(max_examples=examples, suppress_health_check=list(HealthCheck))
    def any_taxes(
        taxes: dict[str, Any], steps: list[tuple[int, int]], deposit: bool, order: list[int], final: str
    ) -> None:
        tell(sign_up("Anna"), taxes | {"final_invoice": final}, steps, deposit, order)

    any_taxes()


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_any_taxes_are_billed_to_the_cent(in_app: Flask) -> None:
    stories(25)


@pytest.mark.long
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_any_taxes_are_billed_to_the_cent_for_long(in_app: Flask) -> None:
    stories(1_000)

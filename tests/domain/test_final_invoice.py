"""Both ways to write the last invoice of a project: its own share, or the whole contract less what was billed."""

from itertools import permutations
from typing import Any

import pytest

from milebill.domain.settings import change_settings
from milebill.models import Invoice, InvoiceLine, Project
from tests.actors import Deal, Supplier, a_quote, shares
from tests.dealings import credit, credit_milestone, reopen
from tests.offers import BC, REVERSE, accept, contents, finish, taxed
from tests.rules import check_rules, rows

THIRDS: dict[str, Any] = {"total": "10000.01", "milestones": shares("30", "45", "25", deposit=True)}
PARTS = ("net", "tax", "gross")


def asked(content: dict[str, Any]) -> tuple[int, ...]:
    return tuple(content[part] for part in PARTS)


def kinds(content: dict[str, Any]) -> list[str]:
    return [line["kind"] for line in content["lines"]]


@pytest.mark.parametrize(
    ("country", "habit", "quote", "style"),
    [
        ("DE", "", "", "deducts"),
        ("FR", "", "", "deducts"),
        ("SE", "", "", "own_share"),
        ("SE", "deducts", "", "deducts"),
        ("DE", "own_share", "", "own_share"),
        ("DE", "own_share", "deducts", "deducts"),
        ("DE", "", "own_share", "own_share"),
    ],
)
def test_the_quote_fixes_it_from_its_own_words_the_houses_or_the_countrys(
    owner: Supplier, country: str, habit: str, quote: str, style: str
) -> None:
    change_settings(owner.workspace_id, owner.actor, {"country_code": country, "final_invoice": habit})
    deal = a_quote(owner, **THIRDS, final_invoice=quote)
    deal.send()
    change_settings(owner.workspace_id, owner.actor, {"country_code": "GB", "final_invoice": ""})
    deal.accept()
    assert rows(Project)[0].final_invoice == style, "what was sent stands"


def test_both_ways_ask_for_the_same(owner: Supplier) -> None:
    own = finish(a_quote(owner, **THIRDS, final_invoice="own_share"))
    deducts = finish(a_quote(owner, **THIRDS, final_invoice="deducts"))
    assert [asked(content) for content in own] == [asked(content) for content in deducts]
    assert [content["kind"] for content in deducts] == ["deposit", "milestone", "final"]
    assert [set(kinds(content)) for content in deducts] == [{"share"}, {"share"}, {"contract", "deduction"}]
    assert all(set(kinds(content)) == {"share"} for content in own)
    check_rules(owner.workspace_id)


def test_it_lists_the_contract_and_deducts_with_the_tax(owner: Supplier) -> None:
    deposit, second, final = finish(a_quote(owner, **THIRDS, final_invoice="deducts"))
    whole = [sum(content[part] for content in (deposit, second, final)) for part in PARTS]
    assert [final["whole"][part] for part in PARTS] == whole == [1_000_001, 190_000, 1_190_001]
    assert kinds(final) == ["contract"] * 3 + ["deduction"] * 2
    assert sum(line["net"] for line in final["lines"]) == final["net"]
    assert sum(line["tax"] for line in final["lines"]) == final["tax"]
    for earlier, deducted, line in zip((deposit, second), final["deductions"], final["lines"][3:], strict=True):
        assert {name: deducted[name] for name in (*PARTS, "number", "issued_on", "kind", "taxes")} == {
            name: earlier[name] for name in (*PARTS, "number", "issued_on", "kind", "taxes")
        }
        assert (line["refers_to"], line["net"], line["tax"]) == (earlier["number"], -earlier["net"], -earlier["tax"])
    assert final["references"] == [
        {"kind": "deducts", "number": content["number"], "issued_on": content["issued_on"]}
        for content in (deposit, second)
    ]
    assert asked(final) == tuple(
        final["whole"][part] - sum(earlier[part] for earlier in final["deductions"]) for part in PARTS
    )
    stored = rows(InvoiceLine, InvoiceLine.invoice_id == rows(Invoice)[-1].id)
    assert [(row.kind, row.net) for row in stored] == [(line["kind"], line["net"]) for line in final["lines"]]


def test_what_was_credited_meanwhile_is_said_and_changes_no_sum(owner: Supplier) -> None:
    deal = a_quote(owner, **THIRDS, final_invoice="deducts")
    deal.send()
    deal.accept()
    credit(owner, deal.invoice_ids()[0], {0: 100_000})
    for position in (2, 3):
        deal.submit(position)
        deal.sign_off(position)
    final = contents(deal)[-1]
    assert final["kind"] == "final"
    assert [earlier["credited"] for earlier in final["deductions"]] == [119_000, 0]
    assert asked(final) == (250_001, 47_500, 297_501)
    check_rules(owner.workspace_id)


@pytest.mark.parametrize("order", list(permutations((2, 3, 4))))
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_last_sign_off_deducts_whatever_the_order(owner: Supplier, order: tuple[int, ...]) -> None:
    rates = {"more_taxes": [{"label": "VAT", "rate": "7"}]}
    steps = taxed(shares("=1000.01", "=2000.02", "=0.07", "=500", deposit=True), "0", "1", "1", "0")
    deal = a_quote(owner, total="", milestones=steps, final_invoice="deducts", **rates)
    deal.send()
    deal.accept()
    for position in order:
        deal.submit(position)
        deal.sign_off(position)
    final = contents(deal)[-1]
    assert final["kind"] == "final"
    assert final["lines"][order[-1] - 1]["kind"] == "contract"
    assert len(final["deductions"]) == 3
    check_rules(owner.workspace_id)


@pytest.mark.parametrize("terms", [BC, REVERSE, {"tax_rate": "0"}])
def test_deductions_of_two_taxes_and_of_none(owner: Supplier, terms: dict[str, Any]) -> None:
    deal = a_quote(owner, **THIRDS | terms, final_invoice="deducts")
    deal.send()
    accept(deal, tax_id="DE811907980")
    for position in (2, 3):
        deal.submit(position)
        deal.sign_off(position)
    final = contents(deal)[-1]
    assert len(final["deductions"][0]["taxes"]) == len(final["taxes"])
    check_rules(owner.workspace_id)


def test_a_project_of_one_invoice_has_nothing_to_deduct(owner: Supplier) -> None:
    (only,) = finish(a_quote(owner, milestones=shares("100"), final_invoice="deducts"))
    assert (only["kind"], kinds(only), only["references"]) == ("final", ["share"], [])
    assert "deductions" not in only


def test_what_is_billed_again_after_the_final_invoice_bills_its_own_share(owner: Supplier) -> None:
    deal = a_quote(owner, **THIRDS, final_invoice="deducts")
    finish(deal)
    _second_time(deal, 2)
    again = contents(deal)[-1]
    assert (again["kind"], kinds(again)) == ("milestone", ["share"])
    _second_time(deal, 3)
    final = contents(deal)[-1]
    assert final["kind"] == "final"
    assert [earlier["number"] for earlier in final["deductions"]][-1] == again["number"]
    check_rules(owner.workspace_id)


def _second_time(deal: Deal, position: int) -> None:
    """Its invoice is credited in full, and the work signed off again."""
    credit_milestone(deal, position)
    reopen(deal, position)
    deal.submit(position)
    deal.sign_off(position)

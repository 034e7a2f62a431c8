"""Whatever people do, in whatever order: cents, numbers, issued content and history keep their rules."""

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st

from milebill import clock
from milebill.domain.quotes import expire_quotes
from milebill.errors import MilebillError
from milebill.models import Invoice, Payment
from tests.actors import Deal, Supplier, a_quote, shares, sign_up
from tests.dealings import correct, credit_milestone, credit_part, invoice_of, refund, reopen, submit_part, undo
from tests.offers import BC, taxed
from tests.payables import amend, restore
from tests.rules import check_rules, rows

Verb = Callable[[Deal, int], Any]
VERBS: dict[str, Verb] = {
    "send": lambda deal, n: deal.send(),
    "accept": lambda deal, n: deal.accept(),
    "decline": lambda deal, n: deal.decline(),
    "withdraw": lambda deal, n: deal.withdraw(),
    "expire": lambda deal, n: expire_quotes(),
    "ask": lambda deal, n: deal.ask(),
    "answer": lambda deal, n: deal.answer(),
    "submit": lambda deal, n: deal.submit(n),
    "submit a part": lambda deal, n: submit_part(deal, n, n * 17_000),
    "reject one": lambda deal, n: deal.decide(n, second="Not yet."),
    "accept each": lambda deal, n: deal.decide(n),
    "take back": lambda deal, n: deal.take_back(n),
    "sign off": lambda deal, n: deal.sign_off(n),
    "request changes": lambda deal, n: deal.request_changes(n),
    "credit": credit_milestone,
    "credit a part": credit_part,
    "reopen": reopen,
    "refund": lambda deal, n: refund(deal.supplier, invoice_of(deal, n), n * 50, f"refund-{n}"),
    "undo": lambda deal, n: undo(deal.supplier, rows(Payment)[-n].id) if len(rows(Payment)) >= n else None,
    "correct": lambda deal, n: correct(deal.supplier, invoice_of(deal, n), f"k{n}"),
    "amend": lambda deal, n: amend(deal, purchase_order_number=f"PO-{n}", later=n > 2) if deal.invoice_ids() else None,
    "restore": lambda deal, n: restore(deal, n) if deal.invoice_ids() else None,
    "pay": lambda deal, n: deal.pay(n * 100, f"payment-{n}") if deal.invoice_ids() else None,
}
# The way to a project first, so that most stories get somewhere; then anything.
LIKELY = [*["submit", "sign off"] * 5, *["submit a part", "credit", "reopen"] * 2, *VERBS]
STEPS = st.lists(st.tuples(st.sampled_from(LIKELY), st.integers(1, 6)), max_size=16)
OFFERS = st.sampled_from(
    [
        {"milestones": shares("33.33", "33.33", "33.33"), "total": "9999.99"},
        {"milestones": shares("30", "45", "25", deposit=True), "total": "10000"},
        {"milestones": shares("=1234.56", "=765.44", "=0.07", "=0"), "total": ""},
        {"milestones": shares(*["14.29"] * 7, deposit=True), "total": "1234567.89"},
        {"milestones": shares("100", deposit=True), "total": "5000.01"},
        {"milestones": shares("33.33", "33.33", "33.33"), "total": "9999.99", **BC},
        {
            "milestones": taxed(shares("=1000.01", "=0.03", "=2345.67", deposit=True), "0", "1", "1"),
            "more_taxes": [{"label": "VAT", "rate": "5.5"}],
            "final_invoice": "deducts",
            "total": "",
        },
        {
            "pricing": "items",
            "items": [
                {"description": "Design", "quantity": "12.5", "unit_price": "95.33", "discount": "10"},
                {"description": "Rights", "quantity": "1", "unit_price": "2345.67", "tax": "1"},
            ],
            "discount": "100",
            "more_taxes": [{"label": "VAT", "rate": "5.5", "second_label": "B", "second_rate": "9.975"}],
            "milestones": shares("30", "45", "25", deposit=True),
            "final_invoice": "deducts",
        },
    ]
)
RATES = st.sampled_from(["0", "7", "8.875", "19", "25"])


def tell(supplier: Supplier, terms: dict[str, Any], rate: str, steps: list[tuple[str, int]]) -> None:
    deal = a_quote(supplier, **{"tax_rate": rate, **terms})
    before: dict[int, str] = {}
    for number, (name, n) in enumerate([("send", 0), ("accept", 0), *steps]):
        with clock.at(clock.now() + timedelta(minutes=number)), suppress(MilebillError):
            VERBS[name](deal, n)
        now = {row.id: row.content_hash for row in rows(Invoice, Invoice.workspace_id == supplier.workspace_id)}
        assert before.items() <= now.items()  # what was issued stays
        before = now
    check_rules(supplier.workspace_id)


def stories(in_app: Flask, examples: int, part: int = 0) -> None:
    @seed(part)
    @given(OFFERS, RATES, STEPS)
    @settings(max_examples=examples, derandomize=False, database=None, suppress_health_check=list(HealthCheck))
    def any_story(terms: dict[str, Any], rate: str, steps: list[tuple[str, int]]) -> None:
        tell(sign_up("Anna"), terms, rate, steps)

    any_story()


def test_any_sequence_of_verbs_keeps_the_rules(in_app: Flask) -> None:
    stories(in_app, 30)


# Ten thousand in parts, so that every core has some.
LONG = [("sqlite", part) for part in range(20)] + [("postgresql", part) for part in range(20, 22)]


@pytest.mark.long
@pytest.mark.parametrize(("database_url", "part"), LONG, indirect=["database_url"])
def test_any_sequence_of_verbs_keeps_the_rules_for_long(in_app: Flask, part: int) -> None:
    stories(in_app, 500, part)


@pytest.mark.parametrize("count", [1, 7, 24])
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_project_that_is_told_to_its_end_sums_to_the_cent(in_app: Flask, count: int) -> None:
    supplier = sign_up("Anna")
    values = [str(100 // count)] * (count - 1) + [str(100 - 100 // count * (count - 1))]
    deal = a_quote(supplier, milestones=shares(*values), total="9999.99")
    deal.send()
    deal.accept()
    for position in range(1, count + 1):
        deal.submit(position)
        deal.sign_off(position)
    check_rules(supplier.workspace_id)
    invoices = rows(Invoice)
    assert len(invoices) == count
    assert sum(row.gross for row in invoices) == 1_189_999


def test_stories_of_several_clients_share_one_history(owner: Supplier) -> None:
    deals = [a_quote(owner) for _ in range(3)]
    for deal in deals:
        deal.send()
    for deal in reversed(deals):
        deal.accept()
        deal.submit(2)
    for deal in deals:
        deal.sign_off(2)
    check_rules(owner.workspace_id)

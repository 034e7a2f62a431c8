"""Quotes that are kept as plans: what stays of them, how it is found again, and nothing of the client."""

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from milebill import clock
from milebill.db import reading
from milebill.domain import plans as domain
from milebill.domain.draft import read_draft
from milebill.domain.plans import begun_with, delete_plan, rename_plan, save_plan, without_client
from milebill.errors import Invalid, NotFound
from milebill.models import Event, Plan
from tests.actors import Supplier, a_draft, a_quote, a_sent_quote, shares
from tests.snapshots import everything

MONDAY = date(2026, 11, 23)
CLIENT = {
    "client_name": "Łoś Verlag GmbH", "client_locale": "de", "approver_name": "Ines Will",
    "approver_email": "i@los.example",
    "ap_name": "Otto Zahl", "ap_email": "ap@los.example", "second_name": "Zoë Zwei", "second_email": "z@los.example",
    "second_above": "500", "valid_until": "2026-12-24",
}  # fmt: skip


def kept() -> list[Any]:
    with reading() as connection:
        return list(connection.execute(select(Plan).order_by(Plan.id)))


def events() -> list[tuple[str, dict[str, Any]]]:
    with reading() as connection:
        rows = connection.execute(select(Event.kind, Event.content).order_by(Event.id))
        return [(row.kind, row.content["data"]) for row in rows if row.kind.startswith("plan_")]


def test_nothing_of_the_client_stays() -> None:
    draft = a_draft(
        **CLIENT,
        title="Web site for łoś verlag",
        introduction="Dear Ines,\nas we said, it will be quick.\nWrite to I@LOS.example.",
        milestones=[
            {**shares("100")[0], "title": "Design", "description": "For Zahl\nFor readers",
             "criteria": "Zoë has signed the sheet.\nThe page opens in 2 seconds."},
        ],
    )  # fmt: skip
    plan = without_client(draft, MONDAY)
    assert not set(plan) & {*CLIENT, "payment_terms_days"}
    assert plan["title"] == ""
    assert plan["introduction"] == "as we said, it will be quick.", "a Will is no will"
    assert plan["milestones"][0]["description"] == "For readers"
    assert plan["milestones"][0]["criteria"] == "The page opens in 2 seconds."
    text = json.dumps(plan, ensure_ascii=False).casefold()
    assert not [word for word in ("łoś", "ines", "zahl", "zoë", "otto", "los.example") if word in text]


def test_dates_move_with_the_day_on_which_one_begins() -> None:
    days = ("", (MONDAY + timedelta(days=4)).isoformat(), (MONDAY + timedelta(weeks=3)).isoformat())
    rows = [{**row, "planned_on": day} for row, day in zip(shares("30", "30", "40"), days, strict=True)]
    plan = without_client(a_draft(milestones=rows), MONDAY)
    assert [row["after"] for row in plan["milestones"]] == ["", "4", "15"]
    begun = begun_with(plan, {"title": "", "valid_until": "2027-01-31"}, date(2026, 12, 31))
    assert [row["planned_on"] for row in begun["milestones"]] == ["", "2027-01-06", "2027-01-21"]
    assert "after" not in json.dumps(begun)
    assert begun["valid_until"] == "2027-01-31"
    odd = [{**rows[0], "planned_on": "soon"}, {**rows[1], "planned_on": "2020-01-01"}]
    assert [row["after"] for row in without_client(a_draft(milestones=odd), MONDAY)["milestones"]] == ["", "0"]


@pytest.mark.parametrize("category", ["", "AE"])
def test_taxes_are_those_of_the_new_quote_unless_the_plan_has_several(category: str) -> None:
    rows = [{**shares("60")[0], "tax": "1"}, shares("40")[0]]
    habits = {"tax_label": "VAT", "tax_rate": "0", "tax_category": category} if category else {"tax_rate": "25"}
    several = a_draft(milestones=rows, more_taxes=[{"label": "VAT", "rate": "7"}])
    begun = begun_with(without_client(several, MONDAY), habits, MONDAY)
    assert ("more_taxes" in begun) == (not category)
    assert [row.get("tax") for row in begun["milestones"]] == ([None, None] if category else ["1", None])
    assert begun["tax_rate"] == ("0" if category else "19")
    abroad = a_draft(milestones=rows, more_taxes=[{"label": "VAT", "rate": "7"}], tax_category="AE", tax_rate="0")
    assert begun_with(without_client(abroad, MONDAY), habits, MONDAY)["tax_rate"] == habits["tax_rate"]
    assert begun_with(without_client(a_draft(), MONDAY), habits, MONDAY)["tax_rate"] == habits["tax_rate"]


@pytest.mark.parametrize(
    ("changes", "currency"),
    [
        ({"total": "", "milestones": shares("100")}, "USD"),
        ({"total": "", "milestones": shares("=100")}, "CHF"),
        ({"total": "9"}, "CHF"),
        ({"total": "", "pricing": "items", "items": [{"description": "Work", "unit_price": "5", "tax": "1"}]}, "CHF"),
    ],
)
def test_amounts_keep_their_currency(changes: dict[str, Any], currency: str) -> None:
    plan = without_client(a_draft(**{"currency": "CHF", **changes}), MONDAY)
    assert begun_with(plan, {"currency": "USD"}, MONDAY)["currency"] == currency
    assert "tax" not in json.dumps(plan.get("items", []))


def test_a_sent_quote_is_kept_as_it_is_priced_and_begins_another(owner: Supplier) -> None:
    with clock.at(datetime(2026, 11, 23, 12, tzinfo=UTC)):
        rows = [{**row, "planned_on": "2026-12-07"} for row in shares("=2500", "75")]
        deal = a_sent_quote(owner, milestones=rows, valid_until="2026-12-24")
    with clock.at(datetime(2026, 12, 24, 12, tzinfo=UTC)):
        plan_id = save_plan(owner.workspace_id, owner.actor, deal.quote_id, "  Small \n web site ")
        [plan] = kept()
        assert (plan.id, plan.name, plan.weights, plan.days) == (plan_id, "Small web site", [250_000, 750_000], 10)
        begun = begun_with(plan.draft, {**a_draft(), "valid_until": "2027-01-31"}, date(2026, 12, 24))
        read = read_draft(begun, "en", date(2026, 12, 24))
    assert read.errors == {}
    assert [row.planned_on for row in read.milestones] == [date(2027, 1, 7)] * 2
    assert events() == [("plan_saved", {"plan": "Small web site"})]


@pytest.mark.parametrize(
    ("changes", "weights"),
    [({"total": ""}, [30_000, 45_000, 25_000]), ({"milestones": shares("x", "70")}, [0, 0])],
)
def test_a_draft_is_kept_too(owner: Supplier, changes: dict[str, Any], weights: list[int]) -> None:
    deal = a_quote(owner, **changes)
    save_plan(owner.workspace_id, owner.actor, deal.quote_id, "Draft")
    assert kept()[0].weights == weights


def test_a_second_click_keeps_nothing_twice(owner: Supplier) -> None:
    deal = a_sent_quote(owner)
    first = save_plan(owner.workspace_id, owner.actor, deal.quote_id, "Plan")
    before = everything()
    assert save_plan(owner.workspace_id, owner.actor, deal.quote_id, "Plan") == first
    assert everything() == before


@pytest.mark.parametrize("name", ["", " \n", "x" * 81, "pLAN"])
def test_names_that_are_none(owner: Supplier, name: str) -> None:
    code = {"": "required", "x" * 81: "too_long", "pLAN": "name_taken"}[name.strip()]
    save_plan(owner.workspace_id, owner.actor, a_sent_quote(owner).quote_id, "Plan")
    other = a_quote(owner, title="Other").quote_id
    second = save_plan(owner.workspace_id, owner.actor, other, "Second")
    before = everything()
    for attempt in (
        lambda: save_plan(owner.workspace_id, owner.actor, other, name),
        lambda: rename_plan(owner.workspace_id, owner.actor, second, name),
    ):
        with pytest.raises(Invalid) as error:
            attempt()
        assert error.value.errors == {"name": code}
    assert everything() == before


def test_there_is_an_end_to_plans(owner: Supplier, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(domain, "MAX_PLANS", 1)
    deal = a_quote(owner)
    save_plan(owner.workspace_id, owner.actor, deal.quote_id, "One")
    with pytest.raises(Invalid) as error:
        save_plan(owner.workspace_id, owner.actor, deal.quote_id, "Two")
    assert error.value.errors == {"name": "too_many_plans"}


def test_renamed_and_deleted(owner: Supplier, rival: Supplier) -> None:
    deal = a_sent_quote(owner)
    plan_id = save_plan(owner.workspace_id, owner.actor, deal.quote_id, "Plan")
    before = everything()
    for attempt in (
        lambda: save_plan(rival.workspace_id, rival.actor, deal.quote_id, "Mine"),
        lambda: rename_plan(rival.workspace_id, rival.actor, plan_id, "Mine"),
        lambda: delete_plan(rival.workspace_id, rival.actor, plan_id),
    ):
        with pytest.raises(NotFound):
            attempt()
    rename_plan(owner.workspace_id, owner.actor, plan_id, "Plan")
    assert everything() == before
    rename_plan(owner.workspace_id, owner.actor, plan_id, "PLAN")
    assert [plan.name for plan in kept()] == ["PLAN"]
    assert delete_plan(owner.workspace_id, owner.actor, plan_id) == "PLAN"
    assert kept() == []
    with pytest.raises(NotFound):
        delete_plan(owner.workspace_id, owner.actor, plan_id)
    assert [kind for kind, _data in events()] == ["plan_saved", "plan_renamed", "plan_deleted"]
    assert events()[1][1] == {"plan": "PLAN", "before": "Plan"}

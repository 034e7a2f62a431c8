"""A new quote starts empty, from a trade's plan, or from one's own; a GET stores nothing."""

from datetime import date, timedelta
from itertools import pairwise
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from sqlalchemy import select

from milebill import clock, plans, working_days
from milebill.agreed_criteria import written_criteria
from milebill.db import reading, transaction
from milebill.models import Plan, Quote, Workspace
from tests.actors import Supplier, a_draft, a_quote, a_sent_quote, browser_of
from tests.browsers import Browser
from tests.snapshots import everything
from tests.web.supplier.forms import builder, errors, page, text, values

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def browser(app: Flask, owner: Supplier) -> Browser:
    return browser_of(app, owner)


def chosen_from(browser: Browser, address: str = "/quotes/new") -> dict[str, str]:
    """The names of what can be chosen, and where they lead."""
    links = page(browser.get(address)).xpath("//details//a[contains(@class, 'plan')]")
    return {link.xpath("string(./b)"): link.get("href") for link in links}


def own_ids() -> list[int]:
    with reading() as connection:
        return list(connection.scalars(select(Plan.id).order_by(Plan.id)))


def test_an_empty_start_comes_first_then_each_trade(browser: Browser) -> None:
    links = chosen_from(browser)
    assert next(iter(links.items())) == ("Empty", "/quotes/new")
    assert links["Website"] == "/quotes/new?plan=website"
    assert set(links) == {"Empty", *(plan.name for plan in plans.plans("en"))}
    shown = text(browser.get("/quotes/new"))
    assert "5 milestones, 11 weeks: 25%, 15%, 25%, 25%, 10%" in shown
    assert "Begun from" not in shown
    bars = page(browser.get("/quotes/new")).xpath("//svg[@class='plan-shape'][1]")
    for bar in bars:
        ends = [(int(rect.get("x")), int(rect.get("x")) + int(rect.get("width"))) for rect in bar]
        assert all(a[1] < b[0] for a, b in pairwise(ends))
        assert ends[-1][1] <= 1000


def test_a_plan_fills_the_form_with_the_suppliers_habits(browser: Browser, owner: Supplier) -> None:
    a_sent_quote(owner, tax_rate="8.1")
    before = everything()
    for plan in plans.plans("en"):
        response = browser.get(f"/quotes/new?plan={plan.key}")
        shown = values(response)
        assert (shown["title"], shown["tax_rate"], shown["currency"]) == (plan.title, "8.1", "EUR")
        assert (shown["payment_terms_days"], shown["total"], shown["client_name"]) == ("14", "", "")
        start = working_days.after(clock.today("Europe/Berlin"), 0)
        for n, step in enumerate(plan.steps):
            row = {name: shown[f"milestones-{n}-{name}"] for name in ("title", "criteria", "value", "trigger")}
            assert row["title"] == step.title
            assert row["criteria"].replace("\r\n", "\n") == written_criteria(step.criteria)
            assert (row["value"], row["trigger"]) == (str(step.share), "sign_off" if step.week else "acceptance")
            day = shown[f"milestones-{n}-planned_on"]
            assert day == ("" if step.week is None else (start + timedelta(weeks=step.week)).isoformat())
        assert f"Begun from the plan “{plan.name}”." in text(response)
        assert (plan.note in text(response)) is True
    assert everything() == before, "a GET stores nothing"


def test_what_was_begun_from_a_plan_is_saved_like_any_other(browser: Browser) -> None:
    shown = values(browser.get("/quotes/new?plan=kitchen-renovation"))
    saved = browser.post("/quotes/new", {**shown, "act": "save"})
    assert saved.status_code == 303
    again = values(browser.get(saved.location))
    assert {name: again[name] for name in again if name.startswith("milestones")} == {
        name: shown[name] for name in shown if name.startswith("milestones")
    }
    moved = browser.post("/quotes/new", {**shown, "act": "up-2"})
    assert "Start from" not in text(moved), "a link there would lose what was typed"


def test_the_client_stays_when_a_plan_is_chosen(browser: Browser, owner: Supplier) -> None:
    deal = a_sent_quote(owner)
    with reading() as connection:
        client = connection.scalar(select(Quote.client_id).where(Quote.id == deal.quote_id))
    links = chosen_from(browser, f"/quotes/new?client={client}")
    assert links["Empty"] == f"/quotes/new?client={client}"
    assert parse_qs(urlsplit(links["Film and video"]).query) == {"plan": ["film"], "client": [str(client)]}
    shown = values(browser.get(links["Film and video"]))
    assert (shown["client_name"], shown["title"]) == ("Łoś Verlag", "Image film")


@pytest.mark.parametrize("key", ["nothing", "..%2fen%2fwebsite", "Website", "0", "999999", "9" * 40, "-1", "%00", "１"])
def test_a_plan_that_is_none_is_not_found(browser: Browser, key: str) -> None:
    assert browser.get(f"/quotes/new?plan={key}").status_code == 404


def test_a_quote_is_kept_and_begins_another(browser: Browser, owner: Supplier) -> None:
    deal = a_sent_quote(owner)
    assert f'href="/quotes/{deal.quote_id}/plan"' in browser.get(f"/quotes/{deal.quote_id}").get_data(as_text=True)
    asked = browser.get(f"/quotes/{deal.quote_id}/plan")
    assert values(asked)["name"] == "A new web site"
    saved = browser.post(f"/quotes/{deal.quote_id}/plan", {"name": "<b>Mine</b>"})
    assert saved.location == f"/quotes/{deal.quote_id}"
    assert "Kept as a plan" in text(browser.get(saved.location))
    links = chosen_from(browser)
    assert list(links)[:2] == ["Empty", "<b>Mine</b>"], "one's own stand before those of the house"
    shown = values(browser.get(links["<b>Mine</b>"]))
    assert (shown["title"], shown["client_name"], shown["approver_email"]) == ("A new web site", "", "")
    assert [shown[f"milestones-{n}-value"] for n in range(3)] == ["30", "45", "25"]
    assert shown["valid_until"] > clock.today("Europe/Berlin").isoformat()


def test_a_draft_is_saved_before_it_becomes_a_plan(browser: Browser, owner: Supplier) -> None:
    deal = a_quote(owner)
    address = f"/quotes/{deal.quote_id}"
    assert page(browser.get(address)).xpath("//button[@name='act'][@value='plan']")
    assert not page(browser.get("/quotes/new")).xpath("//button[@value='plan']")
    kept = browser.post(address, builder(a_draft(title="Typed just now", approver_email=""), "plan"))
    assert kept.location == f"{address}/plan"
    assert values(browser.get(kept.location))["name"] == "Typed just now"
    assert browser.post(address, builder(a_draft(total="-1"), "plan")).status_code == 422


@pytest.mark.parametrize("send", [a_quote, a_sent_quote])
def test_a_title_that_names_the_client_is_not_proposed(browser: Browser, owner: Supplier, send: Any) -> None:
    deal = send(owner, title="A site for łoś verlag")
    assert values(browser.get(f"/quotes/{deal.quote_id}/plan"))["name"] == ""


def test_a_name_is_asked_again_beside_its_field(browser: Browser, owner: Supplier) -> None:
    deal, other = a_sent_quote(owner), a_quote(owner, title="Other")
    browser.post(f"/quotes/{deal.quote_id}/plan", {"name": "Mine"})
    for name, words in {"": "fill this in", "mine": "of this name already", "x" * 81: "too long"}.items():
        answer = browser.post(f"/quotes/{other.quote_id}/plan", {"name": name})
        assert answer.status_code == 422
        assert words in errors(answer)["name"]
        assert values(answer)["name"] == name
    assert len(own_ids()) == 1


def test_renamed_and_deleted(browser: Browser, owner: Supplier) -> None:
    deal, other = a_sent_quote(owner), a_quote(owner, title="Other")
    for quote, name in ((deal, "Mine"), (other, "Yours")):
        browser.post(f"/quotes/{quote.quote_id}/plan", {"name": name})
    first, second = own_ids()
    assert f"/plans/{first}" in browser.get("/quotes/new").get_data(as_text=True)
    assert values(browser.get(f"/plans/{first}"))["name"] == "Mine"
    refused = browser.post(f"/plans/{first}", {"name": "YOURS"})
    assert (refused.status_code, "already" in errors(refused)["name"]) == (422, True)
    assert browser.post(f"/plans/{first}", {"name": "Ours"}).location == "/quotes/new"
    assert "Ours" in chosen_from(browser)
    assert browser.post(f"/plans/{first}/removal").location == "/quotes/new"
    assert "“Ours” is deleted" in text(browser.get("/quotes/new"))
    assert own_ids() == [second]
    assert browser.post(f"/plans/{first}/removal").status_code == 404
    assert browser.get(f"/quotes/{deal.quote_id}").status_code == 200


def test_somebody_elses_plan_is_nobodys(app: Flask, browser: Browser, owner: Supplier, rival: Supplier) -> None:
    browser.post(f"/quotes/{a_sent_quote(owner).quote_id}/plan", {"name": "Mine"})
    [plan_id] = own_ids()
    stranger = browser_of(app, rival)
    assert "Mine" not in chosen_from(stranger)
    assert stranger.get(f"/quotes/new?plan={plan_id}").status_code == 404


def test_a_plan_without_prices_has_no_bar(browser: Browser, owner: Supplier) -> None:
    quote = a_quote(owner, milestones=[{"title": "Only", "basis": "percentage", "value": "", "planned_on": ""}])
    browser.post(f"/quotes/{quote.quote_id}/plan", {"name": "Mine"})
    [own] = page(browser.get("/quotes/new")).xpath("//a[./b='Mine']")
    assert own.xpath("./svg") == []
    assert own.xpath("string(./small)") == "1 milestone"


def test_plans_speak_the_suppliers_language(browser: Browser, owner: Supplier) -> None:
    with transaction() as session:
        session.get_one(Workspace, owner.workspace_id).locale = "de_CH"
    assert set(chosen_from(browser)) >= {plan.name for plan in plans.plans("de")}
    shown = values(browser.get("/quotes/new?plan=website"))
    assert shown["title"] == next(plan.title for plan in plans.plans("de") if plan.key == "website")
    assert date.fromisoformat(shown["milestones-1-planned_on"])

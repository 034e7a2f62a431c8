"""Writing a quote."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from milebill.db import reading
from milebill.models import Quote, Revision
from tests.actors import Supplier, a_draft, a_quote, a_sent_quote, browser_of, shares, sign_up
from tests.browsers import Browser
from tests.web.supplier.forms import builder, errors, page, text, values

PARTIAL = {"HX-Request": "true", "HX-Request-Type": "partial"}


@pytest.fixture
def browser(app: Flask, owner: Supplier) -> Browser:
    return browser_of(app, owner)


def kept(quote_id: int) -> dict[str, Any]:
    with reading() as connection:
        return dict(connection.execute(select(Revision.draft).where(Revision.quote_id == quote_id)).scalar_one())


def count_quotes() -> int:
    with reading() as connection:
        return connection.scalar(select(func.count()).select_from(Quote)) or 0


def test_a_new_quote_begins_with_the_suppliers_habits(browser: Browser) -> None:
    shown = values(browser.get("/quotes/new"))
    assert shown["currency"] == "EUR"
    assert shown["payment_terms_days"] == "14"
    assert shown["valid_until"]
    assert [shown[f"milestones-{n}-value"] for n in range(3)] == ["30", "40", "30"]
    assert shown["milestones-0-trigger"] == "acceptance"


def test_a_quote_for_somebody_known_begins_with_what_is_known(browser: Browser, owner: Supplier) -> None:
    deal = a_sent_quote(owner, currency="CHF", payment_terms_days="30", tax_rate="8.1")
    with reading() as connection:
        client = connection.scalar(select(Quote.client_id).where(Quote.id == deal.quote_id))
    shown = values(browser.get(f"/quotes/new?client={client}"))
    assert shown["client_name"] == "Łoś Verlag"
    assert (shown["currency"], shown["payment_terms_days"], shown["tax_rate"]) == ("CHF", "30", "8.1")
    assert shown["title"] == ""
    other = values(browser.get("/quotes/new"))
    assert (other["client_name"], other["tax_rate"]) == ("", "8.1")


def test_somebody_elses_client_is_nobody(app: Flask, browser: Browser, rival: Supplier, owner: Supplier) -> None:
    a_sent_quote(rival)
    with reading() as connection:
        client = connection.scalar(select(Quote.client_id))
    assert browser.get(f"/quotes/new?client={client}").status_code == 404
    assert browser.get("/quotes/new?client=99999999999999999999").status_code == 200


def test_who_charges_no_tax_begins_without_it(app: Flask, in_app: Flask) -> None:
    free = browser_of(app, sign_up("Una Fri", tax_registered=False))
    shown = values(free.get("/quotes/new"))
    assert (shown["tax_label"], shown["tax_rate"]) == ("", "0")


def test_saving_makes_a_draft_and_keeps_what_was_typed(browser: Browser) -> None:
    draft = a_draft(title="Ärger & <b>Co</b>", total=" 10.000,00 ")
    response = browser.post("/quotes/new", builder(draft))
    assert response.status_code == 303
    quote_id = int(response.location.rpartition("/")[2])
    assert kept(quote_id) == draft
    shown = browser.get(response.location)
    assert values(shown)["total"] == " 10.000,00 "
    assert "<b>Co" not in shown.get_data(as_text=True)
    assert "Nobody but you can see it" in text(shown)


def test_an_unfinished_draft_may_be_kept_but_not_sent(browser: Browser) -> None:
    draft = a_draft(title="", approver_email="", milestones=shares("30", "20"))
    response = browser.post("/quotes/new", builder(draft, "save"))
    assert response.status_code == 303
    again = browser.post(response.location, builder(draft, "save"))
    assert again.status_code == 303
    stopped = browser.post(response.location, builder(draft, "send"))
    assert stopped.status_code == 422
    assert errors(stopped)["title"] == "Please fill this in."
    assert "do not reach the whole price" in text(stopped)
    assert page(stopped).xpath("//*[@autofocus]/@name") == ["approver_email"]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"currency": "XYZ"}, "currency"),
        ({"valid_until": "2020-01-01"}, "valid_until"),
        ({"valid_until": "soon"}, "valid_until"),
        ({"tax_rate": "-1"}, "tax_rate"),
        ({"tax_rate": "NaN"}, "tax_rate"),
        ({"total": "-5"}, "total"),
        ({"total": "Infinity"}, "total"),
        ({"total": "1e9"}, "total"),
        ({"total": "0"}, "total"),
        ({"total": "9" * 30}, "total"),
        ({"payment_terms_days": "-3"}, "payment_terms_days"),
        ({"approver_email": "ines"}, "approver_email"),
        ({"ap_email": "x@y,z.example"}, "ap_email"),
        ({"milestones": shares("-30", "130")}, "milestones-0-value"),
        ({"milestones": shares("=12.345", "=1")}, "milestones-0-value"),
        ({"milestones": [{**shares("100")[0], "planned_on": "2020-01-01"}]}, "milestones-0-planned_on"),
        ({"milestones": [{**shares("100")[0], "trigger": "never"}]}, "milestones-0-trigger"),
    ],
)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_what_is_wrong_stands_beside_its_field(browser: Browser, changes: dict[str, Any], field: str) -> None:
    before = count_quotes()
    response = browser.post("/quotes/new", builder(a_draft(**changes), "send"))
    assert response.status_code == 422
    assert field in errors(response)
    assert f'href="#{field}"' in response.get_data(as_text=True), "the summary leads to it"
    assert count_quotes() == before
    assert values(response)["title"] == "A new web site", "nothing that was typed is lost"


@pytest.mark.parametrize(
    ("milestones", "words"), [(shares("50", "40"), "do not reach"), (shares("60", "60"), "more than")]
)
def test_shares_must_reach_the_whole(browser: Browser, milestones: list[dict[str, str]], words: str) -> None:
    response = browser.post("/quotes/new", builder(a_draft(milestones=milestones), "send"))
    assert response.status_code == 422
    assert words in errors(response)["milestones"], "below the rows"
    assert words in page(response).xpath("//*[@role='alert']//a[@href='#milestones']")[0].text
    for value in page(response).xpath("//input[contains(@name, '-value')]"):
        assert (value.get("aria-invalid"), value.get("aria-describedby")) == ("true", "milestones-error")


def test_an_amount_that_can_be_thousands_or_units_is_asked_for_beside_its_field(browser: Browser) -> None:
    response = browser.post("/quotes/new", builder(a_draft(total="€10.000", milestones=shares("=2.500", "75")), "send"))
    assert response.status_code == 422
    found = errors(response)
    assert found["total"] == "€10.000 can be 10000 or 10.00. Please write the one that you mean."
    assert found["milestones-0-value"].startswith("2.500 can be 2500 or 2.50.")
    assert values(response)["total"] == "€10.000"


def test_at_most_24_milestones(browser: Browser) -> None:
    many = a_draft(total="", milestones=shares(*["=10"] * 24))
    assert browser.post("/quotes/new", builder(many, "send")).status_code == 303
    for milestones in (shares(*["=10"] * 25), shares(*["=10"] * 200), []):
        response = browser.post("/quotes/new", builder(a_draft(total="", milestones=milestones), "send"))
        assert response.status_code == 422
        assert "1 to 24 milestones" in text(response)


def test_a_wrong_draft_that_was_saved_before_is_kept_all_the_same(browser: Browser, owner: Supplier) -> None:
    deal = a_quote(owner)
    response = browser.post(f"/quotes/{deal.quote_id}", builder(a_draft(total="-1"), "save"))
    assert response.status_code == 422
    assert kept(deal.quote_id)["total"] == "-1"
    assert values(browser.get(f"/quotes/{deal.quote_id}"))["total"] == "-1"


@pytest.mark.parametrize(
    ("act", "at_first", "later"),
    [
        ("send", "Nothing was sent.", "Nothing was sent."),
        ("preview", "Then you can see it as your client will.", "Then you can see it as your client will."),
        ("pdf", "Then the PDF can be made.", "Then the PDF can be made."),
        ("save", "Nothing was saved.", "It is saved as you typed it."),
        ("plan", "Nothing was saved.", "It is saved as you typed it."),
    ],
)
def test_what_is_said_above_the_errors_is_true_of_the_button(
    browser: Browser, owner: Supplier, act: str, at_first: str, later: str
) -> None:
    for address, said in (("/quotes/new", at_first), (f"/quotes/{a_quote(owner).quote_id}", later)):
        response = browser.post(address, builder(a_draft(total="-1"), act))
        assert response.status_code == 422
        assert page(response).xpath("//*[@role='alert']/strong")[0].text == f"Please look at this again. {said}"


def test_review_leads_to_sending(browser: Browser, owner: Supplier) -> None:
    deal = a_quote(owner)
    assert (
        browser.post(f"/quotes/{deal.quote_id}", builder(a_draft(), "send")).location == f"/quotes/{deal.quote_id}/send"
    )


def test_what_was_sent_is_not_edited(browser: Browser, owner: Supplier) -> None:
    deal = a_sent_quote(owner)
    response = browser.post(f"/quotes/{deal.quote_id}", builder(a_draft(title="Other"), "save"))
    assert response.status_code == 303
    assert kept(deal.quote_id)["title"] == "A new web site"
    assert "Nothing was saved" in browser.get(response.location).get_data(as_text=True)


@pytest.mark.parametrize(
    ("act", "titles", "focus"),
    [
        ("add", ["A", "B", "C", ""], "milestones-3-title"),
        ("remove-0", ["B", "C"], "undo"),
        ("remove-2", ["A", "B"], "undo"),
        ("move-2-0", ["C", "A", "B"], "down-0"),
        ("move-0-2", ["B", "C", "A"], "up-2"),
        ("move-0-9999", ["B", "C", "A"], "up-2"),
        ("undo", ["A", "B", "C"], ""),
        ("up-2", ["A", "C", "B"], "up-1"),
        ("up-1", ["B", "A", "C"], "down-0"),
        ("up-0", ["A", "B", "C"], "down-0"),
        ("down-0", ["B", "A", "C"], "down-1"),
        ("down-1", ["A", "C", "B"], "up-2"),
        ("duplicate-1", ["A", "B", "B", "C"], "milestones-2-title"),
        ("remove-9", ["A", "B", "C"], ""),
    ],
)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_milestones_are_moved_about_without_a_script(
    browser: Browser, owner: Supplier, act: str, titles: list[str], focus: str
) -> None:
    deal = a_quote(owner)
    draft = a_draft(
        milestones=[{**row, "title": title} for row, title in zip(shares("1", "2", "x"), "ABC", strict=True)]
    )
    for address in ("/quotes/new", f"/quotes/{deal.quote_id}"):
        response = browser.post(address, builder(draft, act))
        assert response.status_code == 200
        shown = values(response)
        assert [shown[f"milestones-{n}-title"] for n in range(len(titles))] == titles
        assert f"milestones-{len(titles)}-title" not in shown
        assert shown["introduction"] == draft["introduction"]
        focused = page(response).xpath("//main//*[@autofocus]")
        assert [element.get("id") or element.get("value") for element in focused] == ([focus] if focus else [])
    assert kept(deal.quote_id)["milestones"] == a_draft()["milestones"], "moving saves nothing"


def test_the_last_milestone_stays(browser: Browser) -> None:
    shown = values(browser.post("/quotes/new", builder(a_draft(milestones=shares("100")), "remove-0")))
    assert shown["milestones-0-title"] == "Step 1"


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_with_a_script_only_rows_and_sums_come_back(browser: Browser) -> None:
    response = browser.post("/quotes/new", builder(a_draft(), "add"), headers=PARTIAL)
    body = response.get_data(as_text=True)
    assert "<html" not in body
    assert 'hx-target="#milestones"' in body
    assert 'hx-target="#running"' in body
    assert "milestones-3-title" in body


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, ["€10,000.00", "€1,900.00", "€11,900.00", "100 %", "€3,000.00", "€4,500.00", "€2,500.00"]),
        ({"milestones": shares("30", "45")}, ["75%", "25% are missing", "€3,000.00", "€11,900.00"]),
        ({"milestones": shares("80", "45")}, ["125%", "25% too much"]),
        ({"milestones": shares("=2500", "75")}, ["25%", "€7,500.00"]),
        ({"total": "", "milestones": shares("=1000.50", "=2000")}, ["€3,000.50", "33.34%", "66.66%"]),
        ({"total": "", "milestones": shares("50", "50")}, ["Type a total"]),
        ({"total": "x"}, ["Type a total", "Total price, net: This is not a number that we can read"]),
        ({"total": "-4"}, ["Total price, net: This cannot be negative"]),
        ({"total": "€10,000"}, ["€10,000.00", "€11,900.00"]),
        ({"total": "£10,000"}, ["Total price, net: This is in another currency"]),
        ({"total": "10.000"}, ["Total price, net: 10.000 can be 10000 or 10.00."]),
        ({"milestones": shares("=EUR 2.500", "75")}, ["EUR 2.500 can be 2500 or 2.50."]),
        ({"currency": "QQQ"}, ["Currency: We do not know this currency"]),
        ({"currency": "JPY", "total": "1000"}, ["¥1,000"]),
        ({"tax_rate": "x"}, ["€10,000.00", "not a number"]),
        ({"tax_rate": "0"}, ["€10,000.00"]),
        ({"milestones": shares("-5", "100")}, ["cannot be negative"]),
        ({"milestones": shares("", "100")}, ["€10,000.00"]),
        ({"total": "0.03", "tax_rate": "50", "milestones": shares("33.33", "33.33", "33.34")}, ["€0.03"]),
        ({"milestones": []}, ["1 to 24 milestones"]),
    ],
)
def test_totals_while_typing(browser: Browser, owner: Supplier, changes: dict[str, Any], words: list[str]) -> None:
    deal = a_quote(owner)
    for address in ("/quotes/new/totals", f"/quotes/{deal.quote_id}/totals"):
        response = browser.post(address, builder(a_draft(**changes)), headers=PARTIAL)
        assert response.status_code == 200
        body = response.get_data(as_text=True)
        assert [word for word in words if word not in body] == []
        assert "<input" not in body, "fields are left alone, so nothing typed is lost"


def test_who_still_types_into_what_was_sent_is_told_so(browser: Browser, owner: Supplier) -> None:
    deal = a_sent_quote(owner)
    answer = browser.post(f"/quotes/{deal.quote_id}/totals", builder(a_draft()))
    assert answer.status_code == 409
    assert "This quote was sent meanwhile" in answer.get_data(as_text=True)


def test_what_steers_other_text_is_dropped(browser: Browser) -> None:
    response = browser.post("/quotes/new", builder(a_draft(title="A\0B\u202e\x1b"), "save"))
    assert kept(int(response.location.rpartition("/")[2]))["title"] == "AB"


def test_rows_that_are_too_many_are_told_and_do_not_grow_without_end(browser: Browser) -> None:
    """The form holds one more than a quote may have; asked for another one it once broke."""
    items = [{"description": "x", "quantity": "1", "unit": "", "unit_price": "1", "discount": ""}] * 61
    milestones = a_draft(milestones=shares(*["4"] * 25))
    for act, draft, carried in (
        ("add", milestones, ""),
        ("duplicate-24", milestones, ""),
        ("undo", milestones, '["milestones", 3, {"title": "Gone"}]'),
        ("add-item", a_draft(pricing="items", items=items), ""),
    ):
        answer = browser.post("/quotes/new", builder(draft, act, removed=carried), headers=PARTIAL)
        assert answer.status_code == 200, act

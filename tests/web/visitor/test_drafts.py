"""The builder of a visitor with no account: what is kept, where it opens, and what it refuses."""

import pytest
from flask import Flask
from lxml import html
from sqlalchemy import select

from milebill import links
from milebill.db import reading
from milebill.domain import open_drafts
from milebill.models import DraftLink
from milebill.web.visitor.blueprint import _settable
from tests.actors import Supplier, a_draft, browser_of
from tests.snapshots import everything
from tests.web.supplier.forms import builder, errors, text, values
from tests.web.visitor.people import PARTIAL, Visitor, drafts, kinds

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.mark.parametrize("language", ["en", "de", "fr", "es", "en-GB", "de-CH", "es-419", "da"])
def test_the_front_door_is_the_builder_with_an_example_that_is_priced(nora: Visitor, language: str) -> None:
    before = everything()
    answer = nora.client.get("/", headers={"Accept-Language": language})
    assert answer.status_code == 200
    assert "Set-Cookie" not in answer.headers
    shown = values(answer)
    assert shown["total"] == "6000"
    assert (shown["approver_email"], shown["client_name"]) == ("", "")
    tree = html.document_fromstring(answer.get_data(as_text=True))
    assert tree.xpath("//*[@id='running']//*[contains(@class, 'problem')]") == []
    assert "settings" not in tree.xpath("//*[@id='client_locale']/option[1]")[0].text_content()
    people = {"client_name": "C", "approver_name": "A", "approver_email": "a@example.com"}
    sent = nora.client.post("/d/new", data={**shown, **people, "act": "send"}, headers={"Accept-Language": language})
    assert sent.location.endswith("/send")
    assert everything() != before


def test_the_first_edit_makes_a_draft_at_an_address_of_its_own(nora: Visitor) -> None:
    answers = [nora.post("/d/new/totals", a_draft(title=title), headers=PARTIAL) for title in ("One", "Two")]
    addresses = {answer.headers["HX-Replace-Url"] for answer in answers}
    assert len(addresses) == 1
    assert "Saved " in answers[1].get_data(as_text=True)
    assert [draft["title"] for draft in drafts()] == ["Two"]
    shown = values(nora.client.get(addresses.pop()))
    assert (shown["title"], shown["total"]) == ("Two", "10000")


def test_it_is_kept_as_it_was_typed_and_opens_on_another_device(in_app: Flask, nora: Visitor) -> None:
    address = nora.begin()
    other = Visitor(in_app)
    answer = other.post(f"{address}/totals", a_draft(title="<b>", total="x"), headers=PARTIAL)
    assert answer.status_code == 200
    assert (drafts()[0]["title"], drafts()[0]["total"]) == ("<b>", "x")
    assert values(nora.client.get(address))["title"] == "<b>"
    assert errors(other.post(address, a_draft(total="x"), "save"))["total"]
    assert other.post(address, a_draft(approver_email=""), "save").location == address
    assert errors(other.post(address, a_draft(approver_email=""), "send"))["approver_email"]


def test_rows_move_and_stay_moved(nora: Visitor) -> None:
    address = nora.begin()
    answer = nora.post(address, a_draft(), "add", headers=PARTIAL)
    assert answer.headers["HX-Replace-Url"] == address
    assert len(drafts()[0]["milestones"]) == 4
    page = nora.post("/d/new", a_draft(), "remove-0")
    assert 'action="' + address in page.get_data(as_text=True)
    assert len(drafts()[0]["milestones"]) == 2


def test_the_front_door_leads_back_to_this_browsers_drafts(in_app: Flask, nora: Visitor) -> None:
    address = nora.begin(title="My site")
    assert address in nora.client.get("/").get_data(as_text=True)
    assert address not in Visitor(in_app).client.get("/").get_data(as_text=True)


def test_a_signed_in_supplier_goes_to_the_dashboard(in_app: Flask, owner: Supplier) -> None:
    assert browser_of(in_app, owner).get("/").location == "/dashboard"


def test_limits_are_said_in_words_and_nothing_typed_is_lost(nora: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    address = nora.begin()
    monkeypatch.setattr(open_drafts, "MAX_BYTES", 200)
    answer = nora.post(address, a_draft(title="Typed"), "save")
    assert (answer.status_code, values(answer)["title"]) == (422, "Typed")
    assert "too long" in text(answer)
    assert nora.post(f"{address}/totals", a_draft(), headers=PARTIAL).status_code == 422
    monkeypatch.setattr(open_drafts, "MAX_BYTES", 200_000)
    monkeypatch.setattr(open_drafts, "MAX_PER_HOUR", 1)
    for path in ("/d/new", "/d/new/totals"):
        answer = nora.client.post(path, data=builder(a_draft(title="Typed"), "save", once="another"), headers=PARTIAL)
        assert answer.status_code == 429
        assert "too many drafts" in answer.get_data(as_text=True)


def test_who_types_too_fast_loses_nothing_and_is_asked_again(nora: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    address = nora.begin(title="Kept")
    monkeypatch.setattr(open_drafts, "MAX_SAVES", 1)
    for path in (f"{address}/totals", "/d/new/totals"):
        answer = nora.post(path, a_draft(title="Typed"), headers=PARTIAL)
        shown = answer.get_data(as_text=True)
        assert answer.status_code == 429
        assert "too many changes" in shown
        assert 'hx-trigger="every 10s"' in shown
    for path in (address, "/d/new"):
        answer = nora.post(path, a_draft(title="Typed"), "save")
        assert (answer.status_code, values(answer)["title"]) == (429, "Typed")
    assert [draft["title"] for draft in drafts()] == ["Kept"]


def test_a_plan_is_chosen_by_a_button_and_replaces_nothing(nora: Visitor) -> None:
    for language, name in (("en", "Website"), ("de", "Website")):
        page = nora.client.get("/", headers={"Accept-Language": language})
        tree = html.document_fromstring(page.get_data(as_text=True))
        keys = tree.xpath("//button[@form='builder' and @name='act']/@value")
        assert len(keys) >= 10
        assert name in text(page)
    nothing = everything()
    shown = values(nora.client.get("/"))
    for key in keys:
        answer = nora.client.post("/d/new", data={**shown, "act": key})
        assert answer.location == f"/?plan={key.removeprefix('plan-')}"
        page = nora.client.get(answer.location)
        shown = values(page)
        assert shown["milestones-0-title"]
    assert everything() == nothing
    answer = nora.client.post("/d/new", data={**shown, "title": "Typed", "act": keys[0]})
    assert [draft["title"] for draft in drafts()] == ["Typed"]
    page = nora.client.get(answer.location)
    assert "Typed" in text(page)
    assert values(page)["title"] != "Typed"
    before = everything()
    assert nora.client.get("/?plan=unknown").status_code == 404
    assert nora.client.post("/d/new", data={**shown, "act": "plan-unknown"}).status_code == 404
    assert everything() == before


def test_no_plan_is_begun_where_what_was_typed_cannot_be_kept(nora: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(open_drafts, "MAX_PER_HOUR", 0)
    answer = nora.post("/d/new", a_draft(title="Typed"), "plan-website")
    assert (answer.status_code, values(answer)["title"]) == (429, "Typed")


def test_a_draft_is_discarded_after_a_question(nora: Visitor) -> None:
    address = nora.begin(title="My site")
    before = everything()
    assert f'href="{address}/removal"' in nora.client.get(address).get_data(as_text=True)
    assert "Discard this draft?" in text(nora.client.get(f"{address}/removal"))
    assert everything() == before
    for _ in range(2):
        assert nora.client.post(f"{address}/removal").location == "/"
    assert drafts() == []
    assert address not in nora.client.get("/").get_data(as_text=True)
    assert nora.client.get(address).status_code == 404
    assert nora.client.get(f"{address}/removal").status_code == 404
    assert nora.begin() != address


def test_preview_and_what_is_asked_before_sending(nora: Visitor) -> None:
    address = nora.begin()
    assert "This is a preview" in text(nora.client.get(f"{address}/preview"))
    asked = nora.client.get(f"{address}/send")
    assert "ines@los-verlag.example" in text(asked)
    assert kinds() == []
    for wrong in ("", "no address", "a@b"):
        assert errors(nora.client.post(f"{address}/send", data={"email": wrong}))["email"]
    nora.post(f"{address}/totals", a_draft(title=""))
    for path in ("preview", "send"):
        assert nora.client.get(f"{address}/{path}").location == f"{address}?check={path}"
    assert errors(nora.client.get(f"{address}?check=1"))["title"]


def test_a_link_opens_its_own_draft_and_nothing_else(in_app: Flask, nora: Visitor, owner: Supplier) -> None:
    keys = in_app.extensions["settings"].secret_keys
    address = nora.begin()
    token = address.removeprefix("/d/")
    signed = [links.sign(keys, purpose, 1) for purpose in links.Purpose if purpose != links.Purpose.DRAFT]
    signed += [links.sign(keys, links.Purpose.DRAFT, 99), links.sign(keys, links.Purpose.DRAFT, 1, 1)]
    before = everything()
    for wrong in (*signed, "x", "1", token[:-3], token + "x" * 300, "new%00"):
        assert nora.client.get(f"/d/{wrong}").status_code == 404
        assert nora.post(f"/d/{wrong}", a_draft(), "save").status_code == 404
    for path in (f"/q/{token}", f"/i/{token}", f"/login/{token}", f"/confirm/{token}"):
        assert nora.client.get(path).status_code == 404
    assert everything() == before


def test_the_browsers_time_zone_is_the_workspaces(nora: Visitor) -> None:
    for once, zone in (("1", "America/Lima"), ("2", "Nowhere/Land")):
        fields = builder(a_draft(), "save", once=once, zone=zone)
        answer = nora.client.post("/d/new", data=fields, headers={"Accept-Language": "es-PE"})
        with reading() as connection:
            row = connection.execute(
                select(DraftLink.locale, DraftLink.time_zone).order_by(DraftLink.id.desc()).limit(1)
            ).one()
        assert tuple(row) == ("es_MX", zone if once == "1" else "UTC")
        shown = nora.client.get(answer.location).get_data(as_text=True)
        assert (" UTC" in shown) == (once == "2")


@pytest.mark.parametrize(
    ("wanted", "given"),
    [("en", "en"), ("en_US", "en"), ("es_419", "es_MX"), ("de_LI", "de_CH"), ("de_AT", "de_AT")],
)
def test_a_locale_that_nobody_can_choose_becomes_one_that_writes_numbers_alike(
    app: Flask, wanted: str, given: str
) -> None:
    assert _settable(wanted) == given

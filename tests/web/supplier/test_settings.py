"""The settings."""

from datetime import date

import pytest
from flask import Flask

from milebill.domain.profile import change_own_name
from milebill.domain.work import Actor
from milebill.errors import NotFound
from milebill.money import parse_amount
from milebill.reader import read_in
from milebill.web.filters import day, money
from milebill.web.identifiers import BadIdentifier, tax_id
from milebill.web.supplier.settings_form import LOCALES, time_zones
from tests.actors import a_quote, a_sent_quote, an_accepted_project, browser_of
from tests.browsers import Browser
from tests.offers import contents
from tests.suppliers import SETTINGS, Supplier
from tests.web.supplier.forms import errors, page, text, values
from tests.web.supplier.settings_page import changes, form_of, present, save


@pytest.fixture
def browser(app: Flask, owner: Supplier) -> Browser:
    return browser_of(app, owner)


def test_every_setting_is_shown(browser: Browser) -> None:
    shown = values(browser.get("/settings"))
    assert {name: shown[name] for name in SETTINGS} == SETTINGS


def test_saving_what_is_there_changes_nothing(browser: Browser) -> None:
    before = changes()
    response = save(browser)
    assert (response.status_code, response.location) == (303, "/settings")
    assert changes() == before
    assert "Saved" in browser.get("/settings").get_data(as_text=True)


def test_saving_everything(browser: Browser) -> None:
    fields = {
        "own_name": "Mette",
        "name": "  Studio   Øst ",
        "email": "post@ost.example",
        "sender_name": " Mette at  Øst ",
        "reply_to": "mette@ost.example",
        "phone": "+45 33 12 34 56",
        "legal_name": "Øst ApS",
        "address_line_1": "Vej 1",
        "address_line_2": "2. sal",
        "post_code": "2100",
        "city": "København",
        "country_subdivision": "Hovedstaden",
        "country_code": "DK",
        "tax_id": "13585628",
        "registration_id": "CVR 13585628",
        "currency": "DKK",
        "locale": "da",
        "time_zone": "Europe/Copenhagen",
        "payment_terms_days": "30",
        "account_name": "Øst",
        "iban": "dk50 0040 0440 1162 43",
        "bic": "ndeadkkk",
        "payment_text": "MobilePay 12345\nor cash",
        "brand_colour": "#AA3300",
    }
    assert save(browser, **fields).status_code == 303
    assert fields.pop("own_name") == values(browser.get("/settings"))["own_name"]
    expected = fields | {
        "name": "Studio Øst",
        "sender_name": "Mette at Øst",
        "tax_id": "DK13585628",
        "payment_terms_days": 30,
        "iban": "DK5000400440116243",
        "bic": "NDEADKKK",
        "brand_colour": "#aa3300",
    }
    assert {name: present(name) for name in expected} == expected


def test_ones_own_name_stands_under_what_one_writes(browser: Browser, owner: Supplier) -> None:
    deal = a_sent_quote(owner)
    save(browser, own_name="  Anna   <b>Lindqvist</b> ")
    assert values(browser.get("/settings"))["own_name"] == "Anna <b>Lindqvist</b>"
    browser.post(f"/quotes/{deal.quote_id}/answers", {"text": "Hello", "once": "k"})
    shown = browser.get(f"/quotes/{deal.quote_id}")
    assert "Anna <b>Lindqvist</b>" in text(shown)
    before = changes()
    save(browser)
    assert changes() == before
    assert "own_name" in errors(save(browser, own_name="x" * 201))


def test_nobody_in_particular_has_no_name(owner: Supplier) -> None:
    for actor in (Actor("clock"), Actor("supplier", user_id=987654)):
        with pytest.raises(NotFound):
            change_own_name(owner.workspace_id, actor, "x")


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_an_address_for_e_invoices(browser: Browser) -> None:
    assert save(browser, electronic_scheme="0007", electronic_id="556703-7485").status_code == 303
    shown = values(browser.get("/settings"))
    assert (shown["electronic_scheme"], shown["electronic_id"]) == ("0007", "5567037485")
    assert page(browser.get("/settings")).xpath("//option[@value='9930']/text()") == ["Germany – VAT number (9930)"]
    wrong = save(browser, electronic_scheme="0007", electronic_id="556703-7486")
    assert errors(wrong)["electronic_id"] == "This is no number of this register: a sign is wrong or missing."
    assert values(wrong)["electronic_id"] == "556703-7486"
    assert save(browser, electronic_scheme="", electronic_id="").status_code == 303
    assert values(browser.get("/settings"))["electronic_id"] == ""


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_whom_to_call(browser: Browser, owner: Supplier) -> None:
    wrong = save(browser, phone="0" * 41)
    assert (wrong.status_code, values(wrong)["phone"]) == (422, "0" * 41)
    assert "phone" in errors(wrong)
    assert "phone" not in contents(an_accepted_project(owner))[0]["seller"], "an empty one is not said"
    save(browser, phone=" +46 8  123 ")
    assert contents(an_accepted_project(owner))[0]["seller"]["phone"] == "+46 8 123"


def test_somebody_who_charges_no_tax(browser: Browser) -> None:
    form = form_of(browser, tax_id="")
    del form["tax_registered"]
    browser.post("/settings", form, content_type="multipart/form-data")
    assert (present("tax_registered"), present("tax_id")) == (False, "")
    assert "checked" not in str(page(browser.get("/settings")).xpath("//input[@name='tax_registered']")[0].attrib)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", "x" * 201),
        ("email", ""),
        ("email", "nobody"),
        ("email", "a@b.example\nBcc: x"),
        ("sender_name", "x" * 101),
        ("reply_to", "nobody"),
        ("reply_to", "a@b.example\nBcc: x"),
        ("reply_to", "a@b.example, c@d.example"),
        ("country_code", "XX"),
        ("country_code", "EU"),
        ("tax_id", "SE1"),
        ("tax_id", "x" * 60),
        ("currency", "XAU"),
        ("currency", ""),
        ("locale", "tlh"),
        ("time_zone", "Mars/Olympus"),
        ("payment_terms_days", "-1"),
        ("payment_terms_days", "366"),
        ("payment_terms_days", "1.5"),
        ("payment_terms_days", ""),
        ("iban", "DE89370400440532013001"),
        ("bic", "NOPE"),
        ("payment_text", "x" * 2001),
        ("brand_colour", "red"),
        ("brand_colour", "#12345g"),
        ("account_name", "x" * 71),
        ("electronic_scheme", "9930"),
        ("electronic_scheme", "1234"),
        ("electronic_id", "5567037485"),
    ],
)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_what_is_wrong_stands_beside_its_field(browser: Browser, field: str, value: str) -> None:
    before = changes()
    response = save(browser, **{field: value})
    assert response.status_code == 422
    pair = {"electronic_scheme": "electronic_id", "electronic_id": "electronic_scheme"}
    field = pair[field] if value in {"9930", "5567037485"} else field  # the other one is missing
    assert set(errors(response)) == {field}
    assert "Nothing was saved" in text(response)
    assert page(response).xpath("//*[@autofocus]/@name") == [field]
    assert changes() == before


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_what_becomes_of_a_colour_is_said_beside_it(browser: Browser) -> None:
    save(browser, brand_colour="#ffd500")
    shown = browser.get("/settings")
    assert "It is too pale for text" in text(shown)
    assert "#806a00" in text(shown)
    assert page(shown).xpath("//*[@id='colour-look']/img/@src") == ["/brand/ffd500.svg"]
    wrong = save(browser, brand_colour="#00004z", name="Kept")
    assert page(wrong).xpath("//*[@id='colour-look']/img/@src") == ["/brand/ffd500.svg"], "the one in force"
    asked = {"HX-Request": "true", "HX-Request-Type": "partial"}
    part = browser.get("/settings/colour?brand_colour=%23000080", headers=asked)
    assert part.status_code == 200
    assert "we lighten it to #95b8ff" in part.text
    assert "<html" not in part.text
    assert browser.get("/settings/colour?brand_colour=%23000080").location == "/settings"
    for colour in ("", "red", "%2312345g", "%23000080%0a"):
        assert browser.get(f"/settings/colour?brand_colour={colour}", headers=asked).status_code == 404


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_who_answers_is_said_before_anything_is_sent(browser: Browser, owner: Supplier) -> None:
    address = f"/quotes/{a_quote(owner).quote_id}/send"
    assert "in the name of Studio Lindqvist, and answers to it go to anna@lindqvist.example." in text(
        browser.get(address)
    )
    save(browser, sender_name="Ana at Studio North", reply_to="ana@north.example")
    assert "Clients who answer a mail now write to ana@north.example." in text(browser.get("/settings"))
    save(browser)
    assert "Clients who answer" not in text(browser.get("/settings")), "it is told once"
    assert "in the name of Ana at Studio North, and answers to it go to ana@north.example." in text(
        browser.get(address)
    )


def test_back_to_the_quote_that_waited(browser: Browser) -> None:
    assert page(browser.get("/settings?for=7")).xpath("//a[@class='back']/@href") == ["/quotes/7/send"]
    assert save(browser, "/settings?for=7").location == "/quotes/7/send"
    assert save(browser, "/settings?for=//evil.example").location == "/settings"


@pytest.mark.parametrize(
    ("typed", "country", "shown"),
    [
        ("", "DE", ""),
        ("de 136 695 976", "DE", "DE136695976"),
        ("136695976", "DE", "DE136695976"),
        ("181/815/0815 5", "DE", "181/815/0815 5"),
        ("EL 094259216", "GR", "EL094259216"),
        ("094259216", "GR", "EL094259216"),
        ("CHE-107.787.577 MWST", "CH", "CHE-107.787.577 MWST"),
        ("12-3456789", "US", "12-3456789"),
        ("anything", "", "anything"),
    ],
)
def test_tax_ids(typed: str, country: str, shown: str) -> None:
    assert tax_id(typed, country) == shown


@pytest.mark.parametrize(
    ("typed", "country"), [("DE136695977", "DE"), ("SE556188840401", "DE"), ("12345", "CH"), ("x" * 41, "US")]
)
def test_tax_ids_that_cannot_be(typed: str, country: str) -> None:
    with pytest.raises(BadIdentifier):
        tax_id(typed, country)


def test_every_locale_writes_what_it_can_read() -> None:
    assert len(LOCALES) == len(set(LOCALES))
    for locale in LOCALES:
        read_in(locale, "UTC")
        assert day(date(2027, 3, 3))
        typed = "".join(sign for sign in money(123456, "EUR") if sign not in "€EUR")
        assert parse_amount(typed, "EUR", locale) == 123456, locale
    read_in("en", "UTC")


def test_the_zones_that_people_live_in() -> None:
    assert {"UTC", "Europe/Berlin", "America/New_York", "Asia/Tokyo"} <= set(time_zones())
    assert not [name for name in time_zones() if name.startswith(("Etc/", "US/", "posix/"))]


def test_a_profile_that_no_font_has_is_saved_and_told(browser: Browser) -> None:
    browser.post("/settings", form_of(browser, legal_name="株式会社 Lindqvist"))
    assert present("legal_name") == "株式会社 Lindqvist"
    assert "PDFs show numbers instead of 株 式 会 社" in text(browser.get("/settings"))

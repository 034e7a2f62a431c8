"""Signing in by a mailed link or code."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.test import Cookie, TestResponse

from milebill import clock, links
from milebill.db import reading
from milebill.models import LoginLink, Mail, Membership
from milebill.web.login import local_path
from tests.actors import Supplier
from tests.browsers import Browser
from tests.web.supplier.forms import errors, text

EMAIL = "ida@example.com"


@pytest.fixture
def browser(in_app: Flask) -> Browser:
    return Browser(in_app)


def ask(browser: Browser, email: str = EMAIL, **fields: str) -> TestResponse:
    return browser.post("/login", {"email": email, **fields})


def mailed(app: Flask) -> tuple[str, str]:
    """The address of the newest link and its code, as the mail names them."""
    with reading() as connection:
        row = connection.execute(select(LoginLink.id, LoginLink.code).order_by(LoginLink.id.desc())).first()
    assert row is not None
    return f"/login/{links.sign(app.extensions['settings'].secret_keys, links.Purpose.LOGIN, row.id)}", row.code


def browser_with(app: Flask, cookies: dict[str, Cookie | None]) -> Browser:
    """Another one that holds `cookies`."""
    other = Browser(app)
    for name, cookie in cookies.items():
        assert cookie is not None
        other.client.set_cookie(name, cookie.value, path=cookie.path)
    return other


def is_in(browser: Browser) -> bool:
    return browser.get("/dashboard").status_code == 200


def test_the_link_signs_in_where_it_was_asked_for(in_app: Flask, browser: Browser) -> None:
    assert browser.get("/login").status_code == 200
    response = ask(browser)
    assert (response.status_code, response.location) == (303, "/login/code")
    assert EMAIL in text(browser.get("/login/code"))
    address, _ = mailed(in_app)
    opened = browser.get(address)
    assert EMAIL in text(opened)
    assert not is_in(browser), "opening a link is no click: scanners do that too"
    done = browser.post(address)
    assert (done.status_code, done.location) == (303, "/dashboard")
    assert is_in(browser)


def test_the_secret_is_out_of_reach_of_scripts_and_other_sites(browser: Browser) -> None:
    cookie = next(line for line in ask(browser).headers.getlist("Set-Cookie") if line.startswith("login="))
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Path=/login" in cookie


def test_the_first_sign_in_makes_one_workspace(in_app: Flask, browser: Browser) -> None:
    for _ in range(2):
        ask(browser)
        browser.post(mailed(in_app)[0])
    with reading() as connection:
        assert len(connection.execute(select(Membership.id)).all()) == 1


def test_another_browser_needs_the_code(in_app: Flask, browser: Browser) -> None:
    ask(browser)
    address, code = mailed(in_app)
    other = Browser(in_app)
    assert EMAIL not in text(other.get(address)), "a forwarded mail tells nobody's address"
    refused = other.post(address)
    assert refused.status_code == 422
    assert errors(refused) == {"code": "Please type the code from the mail."}
    wrong = other.post(address, {"code": f"{(int(code) + 1) % 10**8:08}"})
    assert errors(wrong) == {"code": "This is not the code from the mail. Please look again."}
    assert other.post(address, {"code": f" {code[:4]} {code[4:]} "}).status_code == 303
    assert is_in(other)
    assert not is_in(browser)


def test_the_code_can_be_typed_where_the_mail_was_asked_for(in_app: Flask, browser: Browser) -> None:
    ask(browser)
    assert browser.post("/login/code", {"code": ""}).status_code == 422, "the browser alone proves no mailbox"
    assert browser.post("/login/code", {"code": "x"}).status_code == 422
    assert browser.post("/login/code", {"code": mailed(in_app)[1]}).location == "/dashboard"
    assert is_in(browser)


def test_five_wrong_codes_end_it(in_app: Flask, browser: Browser) -> None:
    ask(browser)
    code = mailed(in_app)[1]
    for _ in range(5):
        browser.post("/login/code", {"code": "00000000" if code != "00000000" else "1"})
    late = browser.post("/login/code", {"code": code})
    assert late.status_code == 422
    assert "five" in errors(late)["code"]


def test_without_having_asked_there_is_no_code_to_type(browser: Browser) -> None:
    assert browser.get("/login/code").location == "/login"
    assert browser.post("/login/code", {"code": "1"}).location == "/login"


def test_a_link_works_once(in_app: Flask, browser: Browser) -> None:
    ask(browser)
    address, _ = mailed(in_app)
    browser.post(address)
    opened = browser.get(address)
    assert opened.status_code == 410
    assert "signed in already" in text(opened)
    for response in (Browser(in_app).get(address), Browser(in_app).post(address)):
        assert response.status_code == 410
        assert "Mail me a new link" in text(response)


def test_a_second_click_finds_the_first_one_done(in_app: Flask, browser: Browser) -> None:
    ask(browser)
    address, _ = mailed(in_app)
    clicked = {"csrf_token": browser.token()}
    before = {
        name: browser.client.get_cookie(name, path=path) for name, path in (("login", "/login"), ("milebill", "/"))
    }
    assert browser.post(address).status_code == 303
    again = browser.client.post(address, data=clicked)  # the page's token is of the session that is gone
    assert (again.status_code, again.location) == (303, "/dashboard")

    late, thrown_away = browser_with(in_app, before), browser_with(in_app, before)
    assert thrown_away.client.post(address, data=clicked).location == "/dashboard"
    assert is_in(thrown_away), "the browser threw the first answer away, and its session with it"
    with clock.at(clock.now() + timedelta(seconds=11)):
        assert late.client.post(address, data=clicked).status_code == 410
        assert not is_in(late)


def test_somebody_elses_link_is_no_second_click(in_app: Flask, browser: Browser) -> None:
    other = Browser(in_app)
    for one, email in ((other, "otto@example.com"), (browser, EMAIL)):
        ask(one, email)
        used = mailed(in_app)[0]
        one.post(used)
    other._csrf = ""  # a new session has a new token
    assert other.post(used).status_code == 410
    assert other.client.post(used).status_code == 400, "nor is the token spared"


def test_a_link_runs_out(in_app: Flask, browser: Browser) -> None:
    ask(browser)
    address, code = mailed(in_app)
    with clock.at(clock.now() + timedelta(minutes=15)):
        assert browser.get(address).status_code == 410
        assert browser.post(address).status_code == 410
        late = browser.post("/login/code", {"code": code})
    assert late.status_code == 410
    assert "15 minutes" in text(late)


def test_a_link_that_nobody_made(in_app: Flask, browser: Browser) -> None:
    keys = in_app.extensions["settings"].secret_keys
    gone = links.sign(keys, links.Purpose.LOGIN, 987654)
    for token in ("nonsense", "x" * 5000, links.sign(keys, links.Purpose.CLIENT, 1), gone):
        assert browser.get(f"/login/{token}").status_code == 404
        assert browser.post(f"/login/{token}").status_code == 404


@pytest.mark.parametrize(
    "email", ["", "ida", "ida@", "@example.com", "ida@example", "a b@example.com", "a,b@example.com"]
)
def test_an_address_that_no_mail_reaches(browser: Browser, email: str) -> None:
    response = ask(browser, email)
    assert response.status_code == 422
    assert "email" in errors(response)
    with reading() as connection:
        assert connection.execute(select(Mail.id)).all() == []


def test_an_address_is_not_flooded(browser: Browser) -> None:
    for _ in range(5):
        assert ask(browser).status_code == 303
    response = ask(browser)
    assert response.status_code == 429
    assert "several mails" in errors(response)["email"]


def test_the_way_back_after_signing_in(in_app: Flask, browser: Browser) -> None:
    assert 'value="/quotes/new"' in browser.get("/login?next=/quotes/new").get_data(as_text=True)
    ask(browser, next="/quotes/new")
    assert browser.post(mailed(in_app)[0]).location == "/quotes/new"


@pytest.mark.parametrize(
    ("target", "safe"),
    [
        ("/quotes?state=sent", "/quotes?state=sent"),
        ("https://evil.example", ""),
        ("//evil.example", ""),
        ("/\\evil.example", ""),
        ("/a\\b", ""),
        ("/a\nb", ""),
        ("quotes", ""),
        ("", ""),
        (None, ""),
    ],
)
def test_nobody_is_led_to_another_site(target: str | None, safe: str) -> None:
    assert local_path(target) == safe


def test_signing_out(app: Flask, owner: Supplier) -> None:
    browser = Browser(app)
    browser.sign_in(owner.user_id, owner.workspace_id)
    assert browser.get("/logout").status_code == 405
    assert browser.post("/logout").location == "/"
    assert not is_in(browser)
    browser._csrf = ""
    assert browser.post("/logout").status_code == 303, "a second time changes nothing"


def test_the_front_door(app: Flask, owner: Supplier) -> None:
    browser = Browser(app)
    assert "The sign-off is the invoice" in text(browser.get("/"))
    browser.sign_in(owner.user_id, owner.workspace_id)
    assert browser.get("/").location == "/dashboard"


def test_who_left_the_workspace_is_out_at_once(app: Flask, owner: Supplier) -> None:
    browser = Browser(app)
    browser.sign_in(owner.user_id, 987654)
    assert not is_in(browser)

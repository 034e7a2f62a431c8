"""What every answer says and what every request must bring."""

import io
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from milebill.config import Settings
from milebill.web.security import client_address
from tests.actors import PAYABLE, Supplier, a_sent_quote, a_submitted_milestone, browser_of
from tests.servers.database import new_app
from tests.snapshots import everything

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HOSTILE_ORIGINS: list[dict[str, str]] = [
    {"Origin": "https://evil.example"},
    {"Origin": "null"},
    {"Origin": "http://milebill.test.evil.example"},
    {"Origin": "https://milebill.test"},
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Origin": "http://localhost", "Sec-Fetch-Site": "cross-site"},
]


@pytest.fixture
def pages(in_app: Flask, owner: Supplier) -> list[tuple[FlaskClient, str, str]]:
    """Answers of every kind: who asks, how, and where."""
    deal = a_submitted_milestone(owner)
    stranger, anna = in_app.test_client(), browser_of(in_app, owner).client
    client = f"/q/{deal.token(in_app)}"
    return [
        (stranger, "GET", "/"),
        (stranger, "GET", "/login"),
        (stranger, "GET", "/verify"),
        (stranger, "POST", "/verify"),
        (stranger, "GET", "/nowhere"),
        (stranger, "GET", "/healthz"),
        (stranger, "GET", in_app.extensions["assets"].url("css/client.css")),
        (stranger, "GET", "/brand/0f6b5c.css"),
        (stranger, "GET", "/dashboard"),
        (stranger, "POST", "/dashboard"),
        (stranger, "GET", client),
        (stranger, "GET", f"{client}/milestones/2/signoff"),
        (stranger, "POST", f"{client}/milestones/2/signoff"),
        (stranger, "GET", "/q/forged"),
        (stranger, "GET", f"/i/{deal.invoice_token(in_app)}"),
        (anna, "GET", "/dashboard"),
        (anna, "GET", "/settings"),
        (anna, "POST", "/settings"),
        (anna, "GET", "/quotes/new"),
    ]


def test_every_answer_carries_the_headers(pages: list[tuple[FlaskClient, str, str]]) -> None:
    for client, method, address in pages:
        headers = client.open(address, method=method).headers
        assert headers["Content-Security-Policy"] == CSP, address
        assert headers["Referrer-Policy"] == "same-origin"
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
        assert "Strict-Transport-Security" not in headers  # this installation has no HTTPS
        assert "Server" not in headers or "Werkzeug" not in headers["Server"]


def test_what_is_for_one_person_is_kept_by_no_cache(pages: list[tuple[FlaskClient, str, str]]) -> None:
    for client, method, address in pages:
        answer = client.open(address, method=method)
        if answer.status_code == 200 and address.startswith(("/q/", "/i/", "/dashboard", "/settings", "/quotes")):
            assert "private" in answer.headers["Cache-Control"] or "no-store" in answer.headers["Cache-Control"], (
                address
            )


def test_nothing_in_a_page_runs_or_styles_by_itself(pages: list[tuple[FlaskClient, str, str]]) -> None:
    for client, method, address in pages:
        text = client.open(address, method=method).get_data(as_text=True)
        if text.startswith("<!doctype"):
            assert " style=" not in text
            assert "<style" not in text
            assert " onclick=" not in text
            assert "javascript:" not in text
            assert "<script>" not in text


def test_the_clients_side_sets_no_cookie(in_app: Flask, owner: Supplier) -> None:
    deal = a_submitted_milestone(owner)
    base = f"/q/{deal.token(in_app)}"
    visits = [
        ("GET", base), ("GET", f"{base}/news"), ("GET", f"{base}/decision"), ("GET", f"{base}/milestones/2/signoff"),
        ("POST", f"{base}/milestones/2/signoff"), ("POST", f"{base}/milestones/2/changes"),
        ("POST", f"{base}/questions"), ("GET", f"/i/{deal.invoice_token(in_app)}"), ("GET", "/q/forged"),
        ("POST", f"{base}/decision"), ("GET", f"{base}/receipts/none"),
        ("GET", f"{base}/receipts/none.json"), ("GET", "/verify"), ("POST", "/verify"),
    ]  # fmt: skip
    for browser in (in_app.test_client(), browser_of(in_app, owner).client):
        for method, address in visits:
            assert "Set-Cookie" not in browser.open(address, method=method, data={}).headers, address
    signature = {"name": "Inês Duarte", "consent": "y", "content_hash": deal.submission_hash()}
    answer = in_app.test_client().post(f"{base}/milestones/2/signoff", data=signature)
    assert answer.status_code in (200, 303)
    assert "Set-Cookie" not in answer.headers
    assert deal.milestone_state() == "signed_off"


@pytest.mark.parametrize("headers", HOSTILE_ORIGINS)
def test_a_foreign_page_can_not_sign(in_app: Flask, owner: Supplier, headers: dict[str, str]) -> None:
    deal = a_submitted_milestone(owner)
    signature = {"name": "Inês Duarte", "consent": "y", "content_hash": deal.submission_hash()}
    before = everything()
    address = f"/q/{deal.token(in_app)}/milestones/2/signoff"
    assert in_app.test_client().post(address, data=signature, headers=headers).status_code == 403
    assert everything() == before


@pytest.mark.parametrize("headers", HOSTILE_ORIGINS)
def test_a_foreign_page_can_not_act_for_the_supplier(in_app: Flask, owner: Supplier, headers: dict[str, str]) -> None:
    quote, browser = a_sent_quote(owner).quote_id, browser_of(in_app, owner)
    before = everything()
    assert browser.post(f"/quotes/{quote}/withdrawal", headers=headers).status_code == 403
    assert everything() == before


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://milebill.test"},
        {"Origin": "http://localhost", "Sec-Fetch-Site": "same-origin"},
        {"Sec-Fetch-Site": "none"},
        {},
    ],
)
def test_our_own_pages_may(in_app: Flask, owner: Supplier, headers: dict[str, str]) -> None:
    quote, browser = a_sent_quote(owner).quote_id, browser_of(in_app, owner)
    assert browser.post(f"/quotes/{quote}/withdrawal", headers=headers).status_code == 303


@pytest.mark.parametrize("token", ["", "wrong", None])
def test_the_suppliers_forms_need_their_token(in_app: Flask, owner: Supplier, token: str | None) -> None:
    quote, browser = a_sent_quote(owner).quote_id, browser_of(in_app, owner)
    before = everything()
    form = {} if token is None else {"csrf_token": token}
    assert browser.client.post(f"/quotes/{quote}/withdrawal", data=form).status_code == 400
    assert browser.client.post("/logout", data=form).status_code == 400
    assert everything() == before
    other = browser_of(in_app, owner).token()
    assert browser.client.post(f"/quotes/{quote}/withdrawal", data={"csrf_token": other}).status_code == 400


@pytest.mark.parametrize("address", ["/login", "/q/any/questions"])
def test_a_chunked_form_is_refused(app: Flask, address: str) -> None:
    body = io.BytesIO(b"email=a%40example.com")
    environ: dict[str, Any] = {"HTTP_TRANSFER_ENCODING": "chunked", "wsgi.input_terminated": True}
    answer = app.test_client().post(
        address, input_stream=body, environ_overrides=environ, content_type="application/x-www-form-urlencoded"
    )
    assert answer.status_code in (400, 411)


def test_a_form_that_is_too_large_is_refused(in_app: Flask, owner: Supplier) -> None:
    deal = a_submitted_milestone(owner)
    answer = in_app.test_client().post(f"/q/{deal.token(in_app)}/questions", data={"text": "x" * 3_000_000})
    assert answer.status_code == 413
    assert "<h1" in answer.get_data(as_text=True)


@pytest.mark.parametrize("host", ["evil.example", "milebill.test.evil.example", "milebill.test@evil.example"])
def test_another_hosts_name_is_refused(app: Flask, host: str) -> None:
    assert app.test_client().get("/", headers={"Host": host}).status_code == 400


@pytest.mark.parametrize("host", ["milebill.test", "localhost", "127.0.0.1:8000"])
def test_our_own_names_are_known(app: Flask, host: str) -> None:
    assert app.test_client().get("/", headers={"Host": host}).status_code == 200


def test_the_session_cookie(in_app: Flask, owner: Supplier) -> None:
    browser = browser_of(in_app)
    cookie = browser.get("/login").headers["Set-Cookie"]
    assert cookie.startswith("milebill=")
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Domain=" not in cookie


def test_with_https_cookies_and_addresses_stay_on_it(settings: Settings) -> None:
    secure = replace(settings, base_url="https://bill.example.com", production=True, smtp_url="smtp://m.example")
    with new_app(secure) as app:
        browser = app.test_client()
        answer = browser.get("/login", base_url="https://bill.example.com")
        assert answer.headers["Set-Cookie"].startswith("__Host-milebill=")
        assert "Secure" in answer.headers["Set-Cookie"]
        assert "max-age=31536000" in answer.headers["Strict-Transport-Security"]
        assert browser.get("/login", base_url="http://localhost").status_code == 400  # production knows one name
        assert browser.get("/outbox", base_url="https://bill.example.com").status_code == 404


def test_proxies_are_believed_as_far_as_they_are_ours(settings: Settings) -> None:
    forwarded = {"X-Forwarded-For": "203.0.113.9, 198.51.100.7", "X-Forwarded-Proto": "https"}
    for proxies, seen in ((0, "127.0.0.1"), (1, "198.51.100.7"), (2, "203.0.113.9")):
        with new_app(replace(settings, trusted_proxies=proxies)) as app:
            from_where: list[str] = []
            app.before_request(lambda seen=from_where: seen.append(client_address()))  # type: ignore[misc]
            app.test_client().get("/healthz", headers=forwarded)
            assert from_where == [seen]


def test_a_dead_link_tells_a_stranger_nothing(in_app: Flask, owner: Supplier) -> None:
    deal = a_sent_quote(owner)
    browser, token = in_app.test_client(), deal.token(in_app, PAYABLE)
    forged = {browser.get(f"/q/{text}").get_data() for text in ("x", "WzFd.x", token[:-3], f"{token}x")}
    assert len(forged) == 1
    assert b"Studio Lindqvist" not in forged.pop()

"""What a hostile visitor gets: no mail to strangers, no text of theirs in any mail, nobody else's draft, no trace."""

import logging
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from milebill.db import reading
from milebill.domain import open_drafts, sign_in
from milebill.domain.draft import MAX_MILESTONES
from milebill.models import DraftLink, Mail, MailKind
from milebill.outbound.emails import write_mail
from tests.actors import Supplier, a_draft
from tests.domain.test_open_drafts import NEWCOMER
from tests.snapshots import everything
from tests.web.supplier.forms import builder
from tests.web.visitor.people import Visitor, confirm_address, drafts, login

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

LURE = "https://lure.example/win"
STRANGER = "stranger@example.org"
TEXTS = ("title", "introduction", "client_name", "approver_name", "ap_name", "tax_label")


def recipients() -> list[str]:
    with reading() as connection:
        return list(connection.scalars(select(Mail.recipient)))


def test_no_text_of_a_visitor_reaches_the_mailbox_of_a_stranger(in_app: Flask, nora: Visitor) -> None:
    draft = a_draft(**dict.fromkeys(TEXTS, LURE))
    draft["milestones"][0] |= {"title": LURE, "description": LURE, "criteria": LURE}
    address = nora.begin(**draft)
    headers = {"Accept-Language": "de", "User-Agent": LURE, "Referer": f"http://localhost/{LURE}"}
    nora.send(address, STRANGER, headers, title=LURE, name=LURE)
    nora.client.post("/login", data={"email": STRANGER, "next": LURE}, headers=headers)
    with reading() as connection:
        ids = connection.scalars(select(Mail.id).where(Mail.recipient == STRANGER)).all()
    assert ids
    for mail_id in ids:
        assert "lure" not in repr(write_mail(in_app, mail_id)).lower()


ADDRESSES = (
    f"{STRANGER}, other@example.org", f"{STRANGER};other@example.org", f"{STRANGER}\nBcc: other@example.org",
    f"{STRANGER}%0aBcc:other@example.org", f"{LURE} <{STRANGER}>", f"<{STRANGER}>", "a@b@example.org", "@example.org",
)  # fmt: skip


@pytest.mark.parametrize("typed", ADDRESSES)
def test_an_address_is_one_address_or_none(nora: Visitor, typed: str) -> None:
    address = nora.begin()
    assert nora.send(address, typed).status_code == 422
    assert recipients() == []


@pytest.mark.parametrize(("limit", "module"), [("MAX_LINKS_PER_LIFETIME", sign_in), ("MAX_LINKS_PER_NETWORK", sign_in)])
def test_mails_stop(nora: Visitor, monkeypatch: pytest.MonkeyPatch, limit: str, module: Any) -> None:
    monkeypatch.setattr(module, limit, 2)
    address = nora.begin()
    answers = [nora.send(address, NEWCOMER) for _ in range(4)]
    assert [answer.status_code for answer in answers] == [303, 303, 429, 429]
    assert len(recipients()) == 2


def test_the_cookie_is_only_a_convenience(in_app: Flask, nora: Visitor) -> None:
    address = nora.begin(title="Mine")
    other = Visitor(in_app)
    other.client.set_cookie("drafts", "guessed")
    assert other.client.get(address).status_code == 200
    assert address not in other.client.get("/").get_data(as_text=True)
    forged = Visitor(in_app)
    for value in ("", "x" * 3000, "';--", "browser"):
        forged.client.set_cookie("drafts", value)
        assert forged.client.get("/").status_code == 200


def test_whoever_has_the_cookie_of_a_browser_but_not_the_mail_claims_nothing(in_app: Flask, nora: Visitor) -> None:
    nora.ask(nora.begin())
    before = everything(without=("login_link",))
    other = Visitor(in_app)
    for code in ("", "1", "0" * 8, "9" * 400):
        answer = other.browser.post(confirm_address(in_app, login().id), {"code": code})
        assert answer.status_code == 422
    assert everything(without=("login_link",)) == before


def test_the_secret_address_goes_to_no_log_and_to_no_other_site(
    nora: Visitor, caplog: pytest.LogCaptureFixture
) -> None:
    address = nora.begin()
    token = address.removeprefix("/d/")
    with caplog.at_level(logging.DEBUG):
        for path in ("", "/preview", "/send", "/removal"):
            answer = nora.client.get(address + path)
            assert answer.headers["Referrer-Policy"] == "same-origin"
            assert "no-store" in answer.headers["Cache-Control"] or "private" in answer.headers["Cache-Control"]
            assert "https://" not in answer.get_data(as_text=True)
        nora.post(f"{address}/totals", a_draft())
    assert token not in caplog.text


def test_a_draft_has_a_size(nora: Visitor) -> None:
    address = nora.begin()
    fields = builder(a_draft(introduction="a" * open_drafts.MAX_BYTES), "save", once="page")
    assert nora.client.post(address, data=fields).status_code == 422
    huge = {**builder(a_draft(), "save"), "introduction": "a" * 2_000_000}
    assert nora.client.post(address, data=huge).status_code == 422
    many = {**builder(a_draft(), "save"), **{f"milestones-{n}-title": "x" for n in range(5000)}}
    nora.client.post(address, data=many)
    assert [len(draft["milestones"]) <= MAX_MILESTONES + 1 for draft in drafts()] == [True]


def test_a_supplier_is_no_different_with_somebody_elses_draft(in_app: Flask, nora: Visitor, owner: Supplier) -> None:
    """An address that has an account gets the same mail, and the page says nothing of it."""
    address = nora.begin()
    known = nora.send(address, owner.email)
    unknown = nora.send(address, STRANGER)
    assert (known.status_code, known.location) == (unknown.status_code, unknown.location)
    with reading() as connection:
        asked = select(func.count(Mail.id)).where(Mail.kind == MailKind.CONFIRM_DRAFT)
        assert connection.scalar(asked) == 2
        assert connection.scalar(select(func.count(DraftLink.id)).where(DraftLink.claimed_at.is_(None))) == 1

"""Login links: used once, for fifteen minutes, in the browser that asked or with the mailed code."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from milebill import clock
from milebill.db import reading
from milebill.domain.sign_in import DOUBLE_CLICK, redeem_login, request_login
from milebill.models import Event, LoginLink, Mail, Membership, User, Workspace
from tests.domain.outcomes import outcome
from tests.snapshots import everything


def code_of(link_id: int) -> str:
    with reading() as connection:
        return connection.scalar(select(LoginLink.code).where(LoginLink.id == link_id)) or ""


def test_the_first_sign_in_makes_a_workspace(in_app: Flask) -> None:
    first = redeem_login(request_login(" Anna@Example.com ", "secret"), "secret", None, "192.0.2.1")
    again = redeem_login(request_login("anna@example.com", "secret"), "secret", None, "192.0.2.1")
    assert first == again
    with reading() as connection:
        assert connection.scalars(select(User.email)).all() == ["anna@example.com"]
        assert connection.scalars(select(Membership.role)).all() == ["owner"]
        assert connection.scalars(select(Event.kind)).all() == ["workspace_created"]
        assert connection.execute(select(Workspace.email, Workspace.event_sequence)).one() == ("anna@example.com", 1)


def test_asking_queues_one_mail(in_app: Flask) -> None:
    link = request_login("anna@example.com", "secret")
    with reading() as connection:
        mail = connection.execute(select(Mail.kind, Mail.recipient, Mail.cause, Mail.workspace_id)).one()
    assert tuple(mail) == ("login", "anna@example.com", {"login_link_id": link}, None)


def test_a_link_works_once(in_app: Flask) -> None:
    link = request_login("anna@example.com", "secret")
    redeem_login(link, "secret", None, "")
    before = everything()
    assert outcome(lambda: redeem_login(link, None, code_of(link), "")) == "LinkUsed"
    with clock.at(clock.now() + DOUBLE_CLICK + timedelta(seconds=1)):
        assert outcome(lambda: redeem_login(link, "secret", None, "")) == "LinkUsed"
    assert everything() == before


def test_a_second_click_in_the_browser_that_asked_comes_in_again(in_app: Flask) -> None:
    link = request_login("anna@example.com", "secret")
    first = redeem_login(link, None, code_of(link), "")
    before = everything()
    assert redeem_login(link, "secret", None, "") == first
    assert outcome(lambda: redeem_login(link, "guessed", None, "")) == "LinkUsed"
    assert everything() == before


def test_another_browser_needs_the_code(in_app: Flask) -> None:
    link = request_login("anna@example.com", "secret")
    for secret in ("guessed", "", None):
        assert outcome(lambda secret=secret: redeem_login(link, secret, None, "")) == "Refused(code_needed)"  # type: ignore[misc]
        assert outcome(lambda secret=secret: redeem_login(link, secret, "", "")) == "Refused(code_needed)"  # type: ignore[misc]
    code = code_of(link)
    assert redeem_login(link, None, f" {code[:4]} {code[4:]} ", "").workspace_id


def test_five_wrong_codes_end_it(in_app: Flask) -> None:
    link = request_login("anna@example.com", "secret")
    wrong = "00000000" if code_of(link) != "00000000" else "11111111"
    for text in (wrong, "x", "٣", wrong, wrong):
        assert outcome(lambda text=text: redeem_login(link, None, text, "")) == "Refused(code_wrong)"  # type: ignore[misc]
    assert outcome(lambda: redeem_login(link, None, code_of(link), "")) == "Refused(too_many)"
    assert redeem_login(link, "secret", None, "").user_id  # who asked can still come in


def test_a_link_lives_fifteen_minutes(in_app: Flask) -> None:
    link, now = request_login("anna@example.com", "secret"), clock.now()
    with clock.at(now + timedelta(minutes=15, seconds=1)):
        assert outcome(lambda: redeem_login(link, "secret", None, "")) == "LinkExpired"
    with clock.at(now + timedelta(minutes=14, seconds=50)):
        assert redeem_login(link, "secret", None, "").user_id


def test_nobody_is_flooded_with_mails(in_app: Flask) -> None:
    for _ in range(5):
        request_login("anna@example.com", "secret")
    assert outcome(lambda: request_login("ANNA@example.com", "secret")) == "Refused(too_many)"
    assert request_login("other@example.com", "secret")
    with clock.at(clock.now() + timedelta(minutes=16)):
        assert request_login("anna@example.com", "secret")


@pytest.mark.parametrize("link_id", [0, -1, 10**9])
def test_no_link(in_app: Flask, link_id: int) -> None:
    assert outcome(lambda: redeem_login(link_id, "secret", None, "")) == "LinkUnknown"

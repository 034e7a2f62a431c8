"""Links that open nothing: each says what happened and what to do, and none tells a stranger whose it was."""

from datetime import timedelta

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from milebill import clock, links
from milebill.config import Settings
from milebill.domain.renewal import renew_link
from milebill.links import Purpose
from milebill.models import Event, EventKind, Mail, MailKind, Role
from tests.actors import PAYABLE, Deal, Supplier, a_sent_quote, an_accepted_project
from tests.rules import rows
from tests.snapshots import everything
from tests.ways_in import run_out, set_link, way_in
from tests.web.client.conftest import PARTIAL, Guest, Visit, on_sqlite, tree_of, words

PATHS = (
    "", "/news", "/decision?choice=accept", "/decision?choice=decline", "/questions", "/milestones/2/signoff",
    "/milestones/2/changes", "/documents/1", "/files/1", "/receipts/x", "/dates.ics", "/renewal",
)  # fmt: skip
INVOICE_PATHS = ("", "/document", "/amendment", "/correction", "/questions", "/versions", "/renewal")
NAMES = ("lindqvist", "łoś", "duarte", "karl", "web site", "los-verlag")


def told_nothing(response: TestResponse) -> None:
    """Nobody is named, neither in the page nor in its headers."""
    said = f"{response.get_data(as_text=True)} {response.headers}".casefold()
    assert not [name for name in NAMES if name in said]


def renewals() -> list[int]:
    return [mail.id for mail in rows(Mail, Mail.kind == MailKind.LINK_RENEWED)]


def invoice_guest(app: Flask, deal: Deal) -> Guest:
    return Guest(f"/i/{deal.invoice_token(app)}", app.test_client())


def test_one_that_has_run_out_offers_one_button(app: Flask, guest: Visit, owner: Supplier) -> None:
    deal = an_accepted_project(owner)
    visitor, payer = guest(deal), invoice_guest(app, deal)
    run_out(deal), run_out(deal, PAYABLE)
    before = everything()
    for someone, paths in ((visitor, PATHS), (payer, INVOICE_PATHS)):
        for path in paths:
            page = someone.open(path)
            assert (path, page.status_code) == (path, 410)
            assert "private" in page.headers["Cache-Control"]
            (form,) = tree_of(page).xpath("//form")
            assert (form.get("method"), form.get("action")) == ("post", f"{someone.base}/renewal")
            assert not form.xpath(".//input | .//textarea | .//select")
            assert [button.text for button in form.xpath(".//button")] == ["Send me a new link"]
            told_nothing(page)
    for path in ("/decision?choice=accept", "/milestones/2/signoff", "/milestones/2/changes", "/questions"):
        assert visitor.send(path, name="Inês Duarte", consent="y").status_code == 410
        assert visitor.swap(path, name="Inês Duarte", consent="y").status_code == 410
    assert everything() == before


def test_the_button_mails_a_way_in_that_works(app: Flask, guest: Visit, owner: Supplier) -> None:
    deal = a_sent_quote(owner)
    visitor = guest(deal)
    run_out(deal)
    answer = visitor.send("/renewal")
    assert (answer.status_code, "Look in your mailbox" in words(answer)) == (200, True)
    told_nothing(answer)
    (mail_id,) = renewals()
    fresh = Guest(way_in(app, mail_id), app.test_client())
    assert fresh.base != visitor.base
    assert fresh.open().status_code == 200
    assert visitor.open().status_code == 410  # whoever has the old mail still has nothing
    assert fresh.accept().status_code == 303
    assert fresh.send("/questions", text="And now?", name="Inês Duarte", once="1").status_code == 303
    deal.submit(2)
    assert fresh.sign_off(2).status_code == 303
    assert deal.milestone_state(2) == "signed_off"
    invoices = tree_of(fresh.open()).xpath("//ul[@id='invoices']//a[starts-with(@href, '/i/')]/@href")
    payer = Guest(invoices[0], app.test_client())
    assert payer.open().status_code == 200
    amended = {**payer.hidden("/amendment"), "purchase_order_number": "PO-8", "name": "Inês Duarte"}
    assert payer.send("/amendment", **amended).status_code == 303
    with clock.at(clock.now() + timedelta(days=31)):
        assert fresh.open().status_code == payer.open().status_code == 410
        assert fresh.send("/renewal").status_code == 200
    assert len(renewals()) == 2


@on_sqlite
def test_whatever_is_mailed_after_the_end_opens_the_page(app: Flask, guest: Visit, owner: Supplier) -> None:
    deal = an_accepted_project(owner)
    run_out(deal), run_out(deal, PAYABLE)
    deal.submit(2)
    mails = {mail.kind: mail.id for mail in rows(Mail)}
    assert app.test_client().get(way_in(app, mails[MailKind.MILESTONE_SUBMITTED])).status_code == 200
    assert app.test_client().get(way_in(app, mails[MailKind.INVOICE_ISSUED], "i")).status_code == 200
    set_link(deal, revoked_at=clock.now())
    assert app.test_client().get(way_in(app, mails[MailKind.MILESTONE_SUBMITTED])).status_code == 410


@on_sqlite
def test_the_answer_does_not_say_whether_a_mail_was_sent(app: Flask, guest: Visit, owner: Supplier) -> None:
    deal = an_accepted_project(owner)
    visitor, payer = guest(deal), invoice_guest(app, deal)
    run_out(deal), run_out(deal, PAYABLE)
    answers = [visitor.send("/renewal") for _ in range(3)] + [payer.send("/renewal") for _ in range(2)]
    assert len({seen(answer) for answer in answers}) == 1
    assert len(renewals()) == 2  # one for each person
    assert len(rows(Event, Event.kind == EventKind.LINK_RENEWED)) == 2
    assert way_in(app, renewals()[1]) != way_in(app, renewals()[0])


@on_sqlite
def test_a_link_that_runs_has_nothing_to_renew(app: Flask, guest: Visit, owner: Supplier) -> None:
    deal = an_accepted_project(owner)
    before = everything()
    for someone in (guest(deal), invoice_guest(app, deal)):
        for answer in (someone.send("/renewal"), someone.open("/renewal")):
            assert (answer.status_code, answer.headers["Location"]) == (303, someone.base)
    assert everything() == before


@on_sqlite
def test_only_the_page_itself_sends_its_button(guest: Visit, owner: Supplier) -> None:
    deal = a_sent_quote(owner)
    visitor = guest(deal)
    run_out(deal)
    before = everything()
    for headers in ({"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}):
        assert visitor.client.post(f"{visitor.base}/renewal", headers=headers).status_code == 403
    for method in ("PUT", "DELETE", "PATCH"):
        assert visitor.client.open(f"{visitor.base}/renewal", method=method).status_code in {403, 405}
    assert everything() == before


@on_sqlite
def test_one_that_was_switched_off_stays_off(app: Flask, guest: Visit, owner: Supplier) -> None:
    deal = an_accepted_project(owner)
    visitor, payer = guest(deal), invoice_guest(app, deal)
    for person in (None, PAYABLE):
        set_link(deal, *([person] if person else []), revoked_at=clock.now(), expires_at=clock.now())
    before = everything()
    for someone, paths in ((visitor, PATHS), (payer, INVOICE_PATHS)):
        for path in paths:
            page = someone.open(path)
            assert (path, page.status_code, "switched off" in words(page)) == (path, 410, True)
            assert not tree_of(page).xpath("//form")
            told_nothing(page)
        assert someone.send("/renewal").status_code == 410
    assert everything() == before


@on_sqlite
def test_a_way_in_dies_with_its_link(app: Flask, guest: Visit, owner: Supplier) -> None:
    """Also one that was mailed anew; and a second end ends that too."""
    deal = a_sent_quote(owner)
    run_out(deal, at=clock.now() - timedelta(days=2))
    with clock.at(clock.now() - timedelta(days=1)):
        renew_link(owner.workspace_id, deal.link(), "", "")
        fresh = Guest(way_in(app, renewals()[0]), app.test_client())
    assert fresh.open().status_code == 200
    run_out(deal)
    assert "run out" in words(fresh.open())
    set_link(deal, revoked_at=clock.now())
    assert "switched off" in words(fresh.open())


def seen(response: TestResponse) -> tuple[int, str, tuple[tuple[str, str], ...]]:
    """All that a stranger gets to see of an answer."""
    headers = tuple(sorted((name, value) for name, value in response.headers if name != "Date"))
    return response.status_code, response.get_data(as_text=True), headers


@on_sqlite
def test_every_link_that_is_none_gets_the_same_answer(app: Flask, guest: Visit, owner: Supplier) -> None:
    settings: Settings = app.extensions["settings"]
    deal = an_accepted_project(owner)
    keys, link, invoice = settings.secret_keys, deal.link(), deal.invoice_ids()[0]
    good, bill = deal.token(app), deal.invoice_token(app)
    signed = {
        "nobody's": links.sign(keys, Purpose.CLIENT, 10**9),
        "zero": links.sign(keys, Purpose.CLIENT, 0),
        "nobody's invoice": links.sign(keys, Purpose.INVOICE, 10**9, invoice),
        "too many": links.sign(keys, Purpose.CLIENT, link, 1, 2),
        "too few": links.sign(keys, Purpose.INVOICE, link),
        "many": links.sign(keys, Purpose.INVOICE, link, invoice, 1, 2),
        "a sign-in": links.sign(keys, Purpose.LOGIN, link),
        "another key": links.sign(["another secret of at least 32 signs"], Purpose.CLIENT, link),
    }
    tokens = [
        *signed.values(), "x", "1", "-1", "0", "9" * 40, "MQ", "MQ.forged", "a" * 3000, "%00", "1'--",
        "MQ.\N{PILE OF POO}", good[:-2], good.upper(), f"{good}x", good.replace(".", "")
    ]  # fmt: skip
    browser = app.test_client()
    for method, paths in (("GET", PATHS), ("POST", ("/decision?choice=accept", "/questions", "/renewal"))):
        answers = {
            seen(browser.open(f"/q/{token}{path}", method=method)) for token in [*tokens, bill] for path in paths
        }
        assert len(answers) == 1
    for method, paths in (("GET", INVOICE_PATHS), ("POST", ("/amendment", "/questions", "/renewal"))):
        answers |= {
            seen(browser.open(f"/i/{token}{path}", method=method)) for token in [*tokens, good] for path in paths
        }
    (answer,) = answers
    assert answer[0] == 404
    assert not [name for name in NAMES if name in f"{answer}".casefold()]


@on_sqlite
@pytest.mark.parametrize("roles", [{Role.VIEW}, {Role.VIEW, Role.ACCOUNTS_PAYABLE}], ids=["viewer", "payable"])
def test_htmx_tells_it_below_the_form(guest: Visit, owner: Supplier, roles: set[Role]) -> None:
    """The form keeps what was typed; the page of the dead link, with its button, stands in the place for failures."""
    deal = a_sent_quote(owner)
    visitor = guest(deal)
    set_link(deal, roles=frozenset(roles))
    page = tree_of(visitor.open())
    (failed,) = page.xpath("//form[contains(@action, '/questions')]/@*[contains(., 'questions-failed')]")[:1]
    assert "select:main" in failed
    run_out(deal)
    answer = visitor.client.post(f"{visitor.base}/questions", data={"text": "Hello?"}, headers=PARTIAL)
    assert answer.status_code == 410
    assert tree_of(answer).xpath("//main//form[contains(@action, '/renewal')]")


@on_sqlite
def test_a_colleagues_page_is_not_told_of_it(guest: Visit, owner: Supplier) -> None:
    """Whoever asked may be anybody, and nothing on the page has changed."""
    deal = an_accepted_project(owner)
    visitor, payer = guest(deal), guest(deal, PAYABLE)
    seen = visitor.seen()
    run_out(deal, PAYABLE)
    assert payer.send("/renewal").status_code == 200
    assert visitor.news(seen).status_code == 204
    deal.answer("Soon.")
    assert "Studio Lindqvist has answered." in words(visitor.news(seen))

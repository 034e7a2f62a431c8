"""Sending by an access point over real sockets: once, whatever breaks, and never while anything is locked."""

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from milebill import clock
from milebill.config import Settings
from milebill.db import db, transaction
from milebill.domain import leases, transmissions
from milebill.domain.transmissions import queue_transmission
from milebill.errors import NotFound, Refused
from milebill.models import Document, Event, EventKind, Transmission, Workspace
from milebill.outbound.delivery import next_attempt
from milebill.outbound.peppol import phoss
from milebill.outbound.peppol.access_point import Download, addressed
from milebill.outbound.peppol.queue import access_point, send_next_transmission
from tests.actors import Deal, Supplier, an_accepted_project
from tests.payables import amend
from tests.rules import check_rules, rows
from tests.servers.access_point import KEY, FakeAccessPoint
from tests.servers.database import settings_for
from tests.transmissions import a_peppol_invoice, last, make_papers, press

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
LATER = timedelta(hours=13)
"""Longer than any pause."""


@pytest.fixture
def settings(database_url: str, tmp_path: Path, point: FakeAccessPoint) -> Settings:
    """An installation that really sends."""
    return replace(settings_for(database_url, tmp_path / "var"), peppol_url=point.url, peppol_key=KEY)


@pytest.fixture
def deal(in_app: Flask, owner: Supplier, monkeypatch: pytest.MonkeyPatch) -> Deal:
    monkeypatch.setattr(phoss, "SECONDS", 0.3)
    monkeypatch.setattr(phoss.Phoss.__init__, "__defaults__", (0.3,))
    return a_peppol_invoice(in_app, owner, monkeypatch)


def work(app: Flask, rounds: int = 1) -> None:
    """The worker looks, and then again after each pause."""
    for n in range(rounds):
        with clock.at(clock.now() + n * LATER):
            while send_next_transmission(app):
                pass


def told() -> list[str]:
    return [row.kind for row in rows(Event) if row.kind.startswith("peppol")]


def reason_told() -> str:
    return rows(Event, Event.kind == EventKind.PEPPOL_REFUSED)[-1].content["data"]["reason"]


def test_what_is_pressed_is_sent(in_app: Flask, deal: Deal, point: FakeAccessPoint) -> None:
    assert press(deal)
    assert point.requests == 0, "nothing is sent inside of a request or a transaction"
    work(in_app)
    (sent,) = point.submitted
    (ubl,) = rows(Document, Document.kind == "ubl")
    assert sent.body == in_app.extensions["files"].get(ubl.sha256)
    assert sent.envelope == (
        "iso6523-actorid-upis::9930:DE136695976",
        "iso6523-actorid-upis::9930:DE811907980",
        "busdox-docid-qns::urn:oasis:names:specification:ubl:schema:xsd:Invoice-2::Invoice##"
        "urn:cen.eu:en16931:2017#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0::2.1",
        "cenbii-procid-ubl::urn:fdc:peppol.eu:2017:poacc:billing:01:1.0",
        "DE",
    )
    assert (sent.headers["X-Token"], sent.headers["Content-Type"]) == (KEY, "application/xml")
    row = last()
    assert (row.state, row.key, row.error, row.lease) == ("sent", sent.key, "", None)
    assert row.sent_at is not None
    assert told() == ["peppol_queued", "peppol_sent"]
    check_rules(deal.workspace_id)


def test_pressed_twice_is_sent_once(in_app: Flask, deal: Deal, point: FakeAccessPoint) -> None:
    pressed = [press(deal), press(deal)]
    work(in_app)
    pressed.append(press(deal))
    work(in_app, 3)
    assert pressed == [True, False, False]
    assert len(point.submitted) == len(rows(Transmission)) == 1
    assert told() == ["peppol_queued", "peppol_sent"]


def test_another_version_is_another_document(
    in_app: Flask, deal: Deal, point: FakeAccessPoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    press(deal)
    amend(deal, cost_centre="4711")
    with pytest.raises(Refused, match="not_ready"):
        press(deal)
    make_papers(in_app, monkeypatch)
    assert press(deal)
    work(in_app)
    assert [b"4711" in sent.body for sent in point.submitted] == [False, True]


@pytest.mark.parametrize(
    ("status", "body", "reason"),
    [
        (400, "Failed to parse the receiving participant ID '9930:x'", "Failed to parse the receiving participant ID"),
        (413, b"", "HTTP 413"),
        (422, {"message": "The\r\nreceiver <b> is\x00 not registered"}, "The receiver <b> is not registered"),
        (422, b"\xff" * 5000, "\ufffd" * 100),
    ],
)
def test_what_is_refused_is_told_and_not_tried_again(
    in_app: Flask, deal: Deal, point: FakeAccessPoint, status: int, body: Any, reason: str
) -> None:
    point.answer(status, body)
    press(deal)
    work(in_app, 3)
    assert (last().state, point.submitted) == ("refused", [])
    assert reason in last().error
    assert len(last().error) <= transmissions.MAX_REASON
    assert reason_told() == last().error
    # Something new is sent under a key of its own, once whoever it was put right what was wrong.
    assert press(deal)
    work(in_app)
    first, second = rows(Transmission)
    assert (second.state, first.key == second.key) == ("sent", False)
    assert told() == ["peppol_queued", "peppol_refused", "peppol_queued", "peppol_sent"]


def test_what_the_access_point_goes_on_trying_is_left_to_it(in_app: Flask, deal: Deal, point: FakeAccessPoint) -> None:
    press(deal)
    point.states[last().key] = {"status": "failed", "errorDetails": "timeout"}
    point.answer(422, "failed")
    work(in_app, 3)
    assert (last().state, last().error) == ("queued", "the access point has it, and goes on trying")
    assert point.submitted == []
    point.states[last().key] = {"status": "sent"}
    with clock.at(clock.now() + 4 * LATER):
        work(in_app)
    assert (last().state, point.submitted) == ("sent", [])


@pytest.mark.parametrize("status", ["permanently_failed", "rejected"])
def test_what_the_access_point_gave_up_is_refused(
    in_app: Flask, deal: Deal, point: FakeAccessPoint, status: str
) -> None:
    press(deal)
    point.states[last().key] = {"status": status, "errorDetails": "The receiver’s access point is gone."}
    point.answer(422)
    work(in_app)
    assert (last().state, last().error) == ("refused", "The receiver’s access point is gone.")


@pytest.mark.parametrize("answer", [429, 401])
def test_what_was_taken_is_asked_about_though_asking_was_not_possible(
    in_app: Flask, deal: Deal, point: FakeAccessPoint, answer: int
) -> None:
    press(deal)
    point.states[last().key] = {"status": "failed"}
    point.answer(422)
    point.answer(answer, method="GET", Retry_After="60")
    work(in_app)
    assert (last().state, last().attempts) == ("queued", 1)
    point.states[last().key] = {"status": "sent"}
    work(in_app, 2)
    assert (last().state, point.submitted) == ("sent", [])


def test_a_limit_is_kept(in_app: Flask, deal: Deal, point: FakeAccessPoint) -> None:
    point.answer(429, Retry_After="120")
    press(deal)
    now = clock.now()
    with clock.at(now):
        work(in_app)
    assert (last().state, last().attempts) == ("queued", 0)
    assert last().next_attempt_at == now + timedelta(seconds=120)
    with clock.at(now + timedelta(seconds=119)):
        assert not send_next_transmission(in_app)
    with clock.at(now + timedelta(seconds=121)):
        work(in_app)
    assert (last().state, len(point.submitted), point.asked) == ("sent", 1, [])


@pytest.mark.parametrize(
    ("trouble", "taken"),
    [
        (lambda point: point.answer(500, "oops"), 0),
        (lambda point: point.answer(503, Retry_After="yesterday"), 0),
        (lambda point: point.drop("before"), 0),
        (lambda point: point.drop("after"), 1),
        (lambda point: point.hang(), 1),
    ],
    ids=["500", "503", "dropped before it was taken", "dropped after it was taken", "no answer"],
)
def test_who_does_not_know_asks_before_sending_again(
    in_app: Flask, deal: Deal, point: FakeAccessPoint, trouble: Callable[[FakeAccessPoint], None], taken: int
) -> None:
    trouble(point)
    press(deal)
    now = clock.now()
    with clock.at(now):
        work(in_app)
    assert (last().state, last().attempts, len(point.submitted)) == ("queued", 1, taken)
    assert last().error
    assert last().next_attempt_at == now + (next_attempt(1) or LATER)
    work(in_app, 2)
    assert point.asked == [last().key]
    assert (last().state, len(point.submitted)) == ("sent", 1)


def test_killed_in_the_middle(in_app: Flask, deal: Deal, point: FakeAccessPoint) -> None:
    """Whoever takes over after the lease asks first; and the dead one's late answer counts no more."""
    press(deal)
    dead = leases.lease_transmission()
    assert dead is not None
    point.states[last().key] = {"status": "sent"}  # it had just got so far
    with clock.at(clock.now() + leases.TRANSMISSION_LEASE - timedelta(seconds=1)):
        assert not send_next_transmission(in_app)
    with clock.at(clock.now() + leases.TRANSMISSION_LEASE + timedelta(seconds=1)):
        work(in_app)
    assert (last().state, point.asked, point.submitted) == ("sent", [last().key], [])
    assert not transmissions.transmission_refused(deal.workspace_id, dead, "late")
    assert not leases.transmission_postponed(dead, clock.now(), "late")
    assert told() == ["peppol_queued", "peppol_sent"]


def test_killed_before_anything_was_sent(in_app: Flask, deal: Deal, point: FakeAccessPoint) -> None:
    press(deal)
    assert leases.lease_transmission() is not None
    work(in_app, 2)
    assert (last().state, len(point.submitted), len(point.asked)) == ("sent", 1, 1)


@pytest.mark.parametrize("answer", [(401, ""), (403, ""), (404, ""), (302, "")])
def test_what_the_operator_must_mend_is_no_attempt(
    in_app: Flask, deal: Deal, point: FakeAccessPoint, answer: tuple[int, str]
) -> None:
    for _ in range(20):
        point.answer(*answer, Location="http://127.0.0.1:1/")
    press(deal)
    work(in_app, 20)
    assert (last().state, last().attempts, point.requests) == ("queued", 0, 20)
    assert "MILEBILL_PEPPOL_" in last().error
    work(in_app, 22)
    assert last().state == "sent"


def test_after_days_without_an_answer_somebody_must_ask(in_app: Flask, deal: Deal, point: FakeAccessPoint) -> None:
    point.drop("after")
    for _ in range(30):
        point.answer(500, method="GET")
    press(deal)
    work(in_app, 20)
    assert (last().state, len(point.submitted)) == ("unknown", 1)
    assert told() == ["peppol_queued", "peppol_unknown"]
    point._scripts.clear()
    assert press(deal)
    work(in_app)
    assert len(rows(Transmission)) == len(point.submitted) == 1, "it had arrived all the time"
    assert last().state == "sent"


@pytest.mark.parametrize("body", [b"<html>", [], {"state": "sent"}, {"status": "lost"}])
def test_an_answer_that_is_none(in_app: Flask, deal: Deal, point: FakeAccessPoint, body: Any) -> None:
    point.drop("after")
    point.answer(200, body, method="GET")
    press(deal)
    work(in_app, 2)
    assert last().state == "queued"
    work(in_app, 3)
    assert (last().state, len(point.submitted)) == ("sent", 1)


def test_nothing_is_locked_while_it_is_sent(in_app: Flask, deal: Deal, point: FakeAccessPoint) -> None:
    held = []

    def somebody_else_writes() -> None:
        held.append([engine.pool.checkedout() for engine in db_engines])  # type: ignore[attr-defined]
        thread = threading.Thread(target=write)
        thread.start()
        thread.join(5)
        held.append(thread.is_alive())

    def write() -> None:
        with in_app.app_context(), transaction() as session:
            session.get_one(Workspace, deal.workspace_id).bic = "X"

    db_engines = list(db.engines.values())
    point.meanwhile(somebody_else_writes)
    press(deal)
    work(in_app)
    assert held == [[0, 0], False]


def test_only_an_authority_that_is_trusted_is(
    in_app: Flask,
    deal: Deal,
    tls_point: tuple[FakeAccessPoint, Path],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    server, authority = tls_point
    in_app.extensions["settings"] = replace(in_app.extensions["settings"], peppol_url=server.url)
    press(deal)
    work(in_app)
    assert (last().state, last().attempts, server.submitted) == ("queued", 0, [])
    assert "certificate" in last().error
    monkeypatch.setenv("SSL_CERT_FILE", str(authority))
    work(in_app, 2)
    assert (last().state, len(server.submitted)) == ("sent", 1)


def test_without_an_access_point_nothing_is_sent(in_app: Flask, deal: Deal, point: FakeAccessPoint) -> None:
    in_app.extensions["settings"] = replace(in_app.extensions["settings"], peppol_url=None)
    press(deal)
    assert not send_next_transmission(in_app)
    assert (last().state, last().attempts, point.requests) == ("queued", 0, 0)
    way = access_point(in_app.extensions["settings"])
    assert isinstance(way, Download)
    assert way.ask("key") is None
    assert not way.send(addressed("key", in_app.extensions["files"].get(ubl().sha256))).counts  # type: ignore[union-attr]


def ubl() -> Any:
    return rows(Document, Document.kind == "ubl")[0]


def test_what_is_not_for_peppol_is_refused_before_anybody_is_asked(
    in_app: Flask, owner: Supplier, point: FakeAccessPoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    deal = an_accepted_project(owner)  # Sweden has no 19 %, so it says that it only keeps EN 16931
    make_papers(in_app, monkeypatch)
    press(deal)
    work(in_app)
    assert (last().state, point.requests) == ("refused", 0)
    assert last().error == "this document does not say that it keeps the rules of Peppol"
    for broken in (b"<a/>", in_app.extensions["files"].get(ubl().sha256).replace(b"EndpointID", b"Endpoint")):
        with pytest.raises(ValueError, match=r"rules of Peppol|address is missing"):
            addressed("key", broken)


def test_a_strangers_invoice_is_none(deal: Deal, rival: Supplier) -> None:
    with pytest.raises(NotFound):
        queue_transmission(rival.workspace_id, rival.actor, deal.invoice_ids()[0])
    assert rows(Transmission) == []

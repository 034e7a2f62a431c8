"""The real product under a storm of real requests: one invoice, one receipt for all, and nothing lost by a kill."""

import http.client
import threading
import time
from collections import Counter
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from milebill.db import reading
from milebill.models import Invoice, Mail, Receipt
from tests.actors import BUYER, Deal, a_sent_quote, a_submitted_milestone, an_accepted_project, shares, sign_up
from tests.inside import PARTIAL, Answer, ask, inside, kill_at_once, receipt_in, wait_for
from tests.rules import check_rules, rows
from tests.servers.web import Product, StartProduct, launch

CROWD = 100


def processes_for(database_url: str) -> str:
    return "1" if database_url.startswith("sqlite") else "3"


def sign_off(product: Product, base: str, position: int, shown: str) -> Answer:
    form = {"name": "Inês Duarte", "consent": "y", "content_hash": shown, "job_title": "Publisher"}
    return ask(product, f"{base}/milestones/{position}/signoff", form, PARTIAL)


def accept(product: Product, base: str, shown: str) -> Answer:
    form = {**BUYER, "name": "Inês Duarte", "consent": "y", "content_hash": shown, "choice": "accept"}
    return ask(product, f"{base}/decision?choice=accept", form, PARTIAL)


def storm(*calls: tuple[object, ...]) -> list[Answer]:
    """Each (function, arguments …) in a thread of its own, at the same moment."""
    answers: list[Answer] = []
    barrier = threading.Barrier(len(calls))

    def run(function: object, *arguments: object) -> None:
        barrier.wait()
        answers.append(function(*arguments))  # type: ignore[operator]

    threads = [threading.Thread(target=run, args=call) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


@pytest.mark.long
def test_a_hundred_requests_accept_and_sign_off_once(start_product: StartProduct, empty_database_url: str) -> None:
    product = start_product(empty_database_url, WEB_PROCESSES=processes_for(empty_database_url))
    with inside(product) as app:
        anna = sign_up("Anna")
        sent, submitted = a_sent_quote(anna), a_submitted_milestone(anna)
        for deal, answers, invoices in (
            (sent, storm(*[(accept, product, _base(app, sent), sent.offer_hash())] * CROWD), 1),
            (
                submitted,
                storm(*[(sign_off, product, _base(app, submitted), 2, submitted.submission_hash())] * CROWD),
                2,
            ),
        ):
            assert Counter(status for status, _, _ in answers) == {200: CROWD}
            assert len({receipt_in(text) for _, _, text in answers}) == 1
            assert len(deal.invoice_ids()) == invoices
        check_rules(anna.workspace_id)


@pytest.mark.long
def test_a_kill_in_the_middle_of_a_storm_loses_nothing(empty_database_url: str, tmp_path: Path) -> None:
    settings = {"WEB_PROCESSES": processes_for(empty_database_url)}
    product = launch(tmp_path / "var", empty_database_url, **settings)
    again = None
    try:
        with inside(product) as app:
            anna = sign_up("Anna")
            deals = [an_accepted_project(anna, milestones=shares(*["10"] * 10), ap_email="") for _ in range(3)]
            for deal in deals:
                for position in range(1, 11):
                    deal.submit(position)
            acknowledged = _storm_until_killed(product, app, deals)
        again = launch(tmp_path / "var", empty_database_url, **settings)
        with inside(again):
            check_rules(anna.workspace_id)
            receipts = rows(Receipt, Receipt.kind == "sign_off")
            signed = {(row.content["subject"]["milestone"], row.quote_id) for row in receipts}
            assert acknowledged <= signed, "a client was told that it is signed, and it is not"
            assert len(signed) < 30 or len(acknowledged) < 30
            # Nobody needs that mail any more. The worker may have sent it before, or died while it had it leased.
            assert set(_dead()) <= {("login", "used")}
            mails = rows(Mail)
            sent = [row.id for row in mails if row.state == "sent"]
            assert Counter(row.kind for row in mails)["milestone_signed_off_client"] == len(signed)
            wait_for(lambda: _sent() > len(sent))
            deal = deals[0]
            answers = [
                sign_off(again, _base(app, deal), n, deal.submission_hash(n)) for n in range(1, 11)
            ]  # whoever got no answer asks again
            assert {status for status, _, _ in answers} == {200}
            check_rules(anna.workspace_id)
            assert len([row for row in rows(Invoice) if row.id in deal.invoice_ids()]) == 10
    finally:
        product.end()
        if again is not None:
            again.stop()


def _dead() -> list[tuple[str, str]]:
    return [(row.kind, row.error) for row in rows(Mail, Mail.state == "dead")]


def _storm_until_killed(product: Product, app: Flask, deals: list[Deal]) -> set[tuple[int, int]]:
    acknowledged: set[tuple[int, int]] = set()
    first = threading.Event()

    def sign(deal: Deal, base: str, position: int, shown: str) -> None:
        try:
            status, _, _ = sign_off(product, base, position, shown)
        except (OSError, http.client.HTTPException):
            return  # the power went
        if status == 200:
            acknowledged.add((position, deal.quote_id))
            first.set()

    threads = [
        threading.Thread(target=sign, args=(deal, _base(app, deal), position, deal.submission_hash(position)))
        for position in range(1, 11)
        for deal in deals
        for _ in range(3)
    ]
    for thread in threads:
        thread.start()
    assert first.wait(60)
    time.sleep(0.02)
    kill_at_once(product)
    for thread in threads:
        thread.join()
    return acknowledged


def _base(app: Flask, deal: Deal) -> str:
    return f"/q/{deal.token(app)}"


def _sent() -> int:
    with reading() as connection:
        return connection.scalar(select(func.count()).select_from(Mail).where(Mail.state == "sent")) or 0

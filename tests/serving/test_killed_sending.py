"""The product is killed while an access point holds its document: after the next start nothing is sent twice."""

import os
import signal
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from milebill import clock
from milebill.config import settings_from_environment
from milebill.db import transaction
from milebill.domain.billing_needs import Needs, change_needs
from milebill.models import Client, Document, Event, EventKind, Transmission
from tests.actors import a_sent_quote, sign_up
from tests.inside import wait_for
from tests.rules import rows
from tests.servers.access_point import KEY, FakeAccessPoint
from tests.servers.database import new_app
from tests.servers.web import Product, launch
from tests.transmissions import GERMAN, RECEIVER, last, press


def started(var: Path, point: FakeAccessPoint) -> Product:
    return launch(var, PEPPOL_URL=point.url, PEPPOL_KEY=KEY)


@pytest.mark.long
def test_a_kill_while_it_is_sent(tmp_path: Path, point: FakeAccessPoint) -> None:
    var = tmp_path / "var"
    point.hang()
    product = started(var, point)
    own = {"MILEBILL_VAR": str(var), "MILEBILL_DATABASE_URL": product.database_url}
    with new_app(settings_from_environment(own)) as app, app.app_context():
        try:
            owner = sign_up("Anna Lindqvist", **GERMAN)
            deal = a_sent_quote(owner)
            change_needs(owner.workspace_id, owner.actor, rows(Client)[0].id, Needs(), RECEIVER)
            deal.accept()
            wait_for(lambda: rows(Document, Document.kind == "ubl"))
            press(deal)
            wait_for(lambda: point.submitted)
            assert last().state == "sending"
        finally:
            os.killpg(product.process.pid, signal.SIGKILL)  # the web and the worker, too
            product.process.wait()
        with transaction() as session:  # five minutes later
            session.execute(update(Transmission).values(next_attempt_at=clock.now() - timedelta(seconds=1)))
        again = started(var, point)
        try:
            wait_for(lambda: last().state == "sent")
        finally:
            again.stop()
        assert len(point.submitted) == 1
        assert point.asked == [last().key]
        assert len(rows(Event, Event.kind == EventKind.PEPPOL_SENT)) == 1

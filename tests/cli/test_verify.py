"""`flask verify`: an operator asks whether every history is whole."""

import pytest
from flask import Flask
from sqlalchemy import delete, update

from milebill.db import transaction
from milebill.models import Event
from tests.actors import Supplier, a_sent_quote


def test_whole_histories(in_app: Flask, owner: Supplier, rival: Supplier) -> None:
    a_sent_quote(owner)
    result = in_app.test_cli_runner().invoke(args=["verify"])
    assert result.exit_code == 0
    assert result.output.count("whole") == 2
    assert "4 events" in result.output


@pytest.mark.parametrize("damage", ["changed", "cut off"])
def test_a_broken_history(in_app: Flask, owner: Supplier, rival: Supplier, damage: str) -> None:
    a_sent_quote(owner)
    last = Event.workspace_id == owner.workspace_id, Event.sequence == 4
    with transaction() as session:
        session.execute(
            delete(Event).where(*last) if damage == "cut off" else update(Event).where(*last).values(salt="00")
        )
    result = in_app.test_cli_runner().invoke(args=["verify"])
    assert result.exit_code == 1
    assert "broken at event" in result.output
    assert result.output.count("whole") == 1  # the rival's

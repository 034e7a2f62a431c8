"""The history proves itself: any change of it is found, and erasing what was said breaks nothing."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from milebill.canonical import digest
from milebill.db import reading
from milebill.domain import chain
from milebill.models import Event, Receipt, Workspace
from milebill.models.workspace import GENESIS
from tests.actors import Supplier, an_issued_invoice


@dataclass(frozen=True)
class Line:
    sequence: int
    content: dict[str, Any] | None
    salt: str | None
    commitment: str
    previous_hash: str
    hash: str


def history(length: int = 6) -> list[Line]:
    lines, head = [], GENESIS
    for n in range(1, length + 1):
        content = chain.event_content(
            "w", n, "kind", datetime(2027, 3, 3, tzinfo=UTC), {"name": f"N{n}"}, None, {"n": n}
        )
        salt = f"{n:064x}"
        committed = chain.commitment(salt, content)
        lines.append(Line(n, content, salt, committed, head, chain.link_hash(head, n, committed)))
        head = lines[-1].hash
    return lines


def test_a_whole_history_ends_in_its_head() -> None:
    lines = history()
    assert chain.verify(lines) == chain.verify(lines, lines[-1].hash) == lines[-1].hash
    assert chain.verify([]) == GENESIS


def test_the_form_never_changes() -> None:
    """Frozen: receipts that people hold were made with it."""
    content = chain.event_content(
        "w1", 3, "quote_sent", datetime(2027, 3, 3, 14, tzinfo=timezone(timedelta(hours=1))), {"side": "x"}, None, {}
    )
    assert content["at"] == "2027-03-03T13:00:00.000000+00:00"
    committed = chain.commitment("00" * 32, content)
    assert committed == "c4acb1003588b6c145d3dfebfe7515b6278a28e67164f19fbef081b401f7d0b5"
    assert chain.link_hash(GENESIS, 3, committed) == "3a3bb2f5c931cbda87cd6311c3e1b64c390509113c8bb80deed6aa046b908dc5"


PLACES = st.integers(0, 5)


@given(PLACES, st.sampled_from(["content", "salt", "commitment", "previous_hash", "hash", "sequence"]))
def test_a_changed_line_is_found(place: int, what: str) -> None:
    lines = history()
    line = lines[place]
    values: dict[str, Any] = {
        "content": {**(line.content or {}), "data": {"n": -1}},
        "salt": "f" * 64,
        "commitment": "f" * 64,
        "previous_hash": "f" * 64,
        "hash": "f" * 64,
        "sequence": 77,
    }
    lines[place] = replace(line, **{what: values[what]})
    with pytest.raises(chain.BrokenChain) as broken:
        chain.verify(lines)
    assert broken.value.sequence <= place + 2


@given(PLACES, st.booleans())
def test_a_changed_line_with_hashes_made_anew_is_found_by_the_next(place: int, salted: bool) -> None:
    lines = history()
    line = lines[place]
    content = {**(line.content or {}), "kind": "forged"}
    salt = "e" * 64 if salted else line.salt or ""
    committed = chain.commitment(salt, content)
    forged = chain.link_hash(line.previous_hash, line.sequence, committed)
    lines[place] = replace(line, content=content, salt=salt, commitment=committed, hash=forged)
    if place == 5:  # the last line: only the receipt, which holds the head, shows it
        assert chain.verify(lines) != line.hash
    else:
        with pytest.raises(chain.BrokenChain):
            chain.verify(lines)


@given(PLACES)
def test_a_dropped_line_is_found(place: int) -> None:
    lines = history()
    head = lines[-1].hash
    del lines[place]
    if place == 5:  # a cut-off tail is whole in itself; the head in the receipt tells
        assert chain.verify(lines) != head
        with pytest.raises(chain.BrokenChain, match="event 6: the end of the history is missing"):
            chain.verify(lines, head)
    else:
        with pytest.raises(chain.BrokenChain) as broken:
            chain.verify(lines)
        assert broken.value.sequence == place + 1


@given(PLACES, PLACES)
def test_swapped_lines_are_found(a: int, b: int) -> None:
    lines = history()
    lines[a], lines[b] = lines[b], lines[a]
    if a == b:
        chain.verify(lines)
        return
    with pytest.raises(chain.BrokenChain):
        chain.verify(lines)


@given(st.sets(PLACES))
def test_content_can_be_erased_without_a_break(places: set[int]) -> None:
    lines = history()
    for place in places:
        lines[place] = replace(lines[place], content=None, salt=None)
    assert chain.verify(lines) == history()[-1].hash


def test_an_inserted_line_is_found() -> None:
    lines = history()
    with pytest.raises(chain.BrokenChain):
        chain.verify([*lines[:3], lines[2], *lines[3:]])


def test_a_salt_is_never_used_twice() -> None:
    assert len({chain.new_salt() for _ in range(1000)}) == 1000


def test_what_the_database_keeps_verifies(owner: Supplier) -> None:
    deal = an_issued_invoice(owner)
    with reading() as connection:
        events = connection.execute(select(Event).order_by(Event.sequence)).all()
        head = connection.scalar(select(Workspace.event_head))
        receipts = connection.execute(select(Receipt).order_by(Receipt.id)).all()
    assert chain.verify(events) == head
    assert deal.milestone_state() == "signed_off"
    for receipt in receipts:
        assert chain.verify(events[: receipt.event_sequence]) == receipt.chain_head
        assert digest(receipt.content) == receipt.content_hash

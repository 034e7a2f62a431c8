"""How often a visitor's draft is saved, and how many mails one network may ask for."""

from datetime import timedelta
from functools import partial

import pytest
from flask import Flask

from milebill import clock
from milebill.domain import open_drafts, sign_in
from milebill.domain.claiming import request_confirmation
from milebill.domain.open_drafts import begin_open_draft, keep_open_draft
from milebill.domain.sign_in import request_login
from tests.actors import a_draft
from tests.domain.outcomes import outcome
from tests.domain.test_open_drafts import begun, visitor
from tests.snapshots import everything


@pytest.mark.parametrize(("limit", "refused"), [("MAX_SAVES", [0]), ("MAX_SAVES_PER_NETWORK", [0, 1])])
def test_a_draft_is_saved_so_often_within_a_minute(
    in_app: Flask, monkeypatch: pytest.MonkeyPatch, limit: str, refused: list[int]
) -> None:
    monkeypatch.setattr(open_drafts, limit, 4)
    links = [begun("1"), begun("2"), begin_open_draft(visitor(address="198.51.100.1"), "3", a_draft())]
    while outcome(lambda: keep_open_draft(links[0], a_draft(title="Kept"))) == "done":
        pass
    before = everything()
    save = [partial(keep_open_draft, link, a_draft(title="Late")) for link in links]
    for number in refused:
        assert outcome(save[number]) == "Refused(too_fast)"
    assert everything() == before
    for number in {0, 1, 2} - set(refused):
        assert outcome(save[number]) == "done"
    with clock.at(clock.now() + open_drafts.MINUTE):
        assert outcome(save[0]) == "done"


def test_one_network_asks_for_so_many_mails_within_an_hour(in_app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sign_in, "MAX_LINKS_PER_NETWORK", 3)
    link = begun()
    request_login("a@example.com", "secret", address="192.0.2.7")
    for name in "bc":
        request_confirmation(link, f"{name}@example.com", "secret", "192.0.2.7")
    before = everything()
    more = partial(request_confirmation, begun("another"), "d@example.com", "secret")
    assert outcome(partial(more, "192.0.2.7")) == "Refused(too_many)"
    assert outcome(lambda: request_login("d@example.com", "secret", address="192.0.2.7")) == "Refused(too_many)"
    assert len(everything()["mail"]) == len(before["mail"]) == 3
    assert outcome(partial(more, "198.51.100.1")) == "done"
    with clock.at(clock.now() + timedelta(hours=1, seconds=1)):
        assert outcome(partial(more, "192.0.2.7")) == "done"

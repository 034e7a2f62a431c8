"""What is due by the clock is done for everybody, also behind something that fails."""

from datetime import timedelta

import pytest

from milebill import clock
from milebill.domain import quotes
from tests.actors import Supplier, a_sent_quote

EXPIRE = quotes.expire_quote


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_one_that_fails_holds_up_nobody(owner: Supplier, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = a_sent_quote(owner), a_sent_quote(owner)

    def expire(workspace_id: int, quote_id: int) -> bool:
        if quote_id == first.quote_id:
            raise RuntimeError("out of order")
        return EXPIRE(workspace_id, quote_id)

    monkeypatch.setattr(quotes, "expire_quote", expire)
    with clock.at(clock.now() + timedelta(days=400)):
        with pytest.raises(ExceptionGroup, match="by the clock") as told:
            quotes.expire_quotes()
        assert told.group_contains(RuntimeError, match="out of order")
        assert (first.state(), second.state()) == ("sent", "expired")
        monkeypatch.setattr(quotes, "expire_quote", EXPIRE)
        assert quotes.expire_quotes() == 1

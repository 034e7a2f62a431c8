"""Somebody who sends mail."""

import pytest

from tests.actors import Deal, Supplier, a_sent_quote
from tests.outbound.mail_stories import forget_logins


@pytest.fixture
def sender(owner: Supplier) -> Supplier:
    """A supplier with an empty outbox."""
    forget_logins()
    return owner


@pytest.fixture
def deal(sender: Supplier) -> Deal:
    """A quote whose mail is queued."""
    return a_sent_quote(sender)

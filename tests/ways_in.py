"""Links that have run out, and the ways in that mails carry."""

import re
from datetime import datetime
from typing import Any

from flask import Flask
from sqlalchemy import update

from milebill import clock
from milebill.db import transaction
from milebill.models import Link
from milebill.outbound.emails import write_mail
from tests.actors import APPROVER, ClientPerson, Deal


def set_link(deal: Deal, person: ClientPerson = APPROVER, **values: Any) -> int:
    """Set columns of a person's link; returns its id."""
    link_id = deal.link(person)
    with transaction() as session:
        session.execute(update(Link).where(Link.id == link_id).values(**values))
    return link_id


def run_out(deal: Deal, person: ClientPerson = APPROVER, at: datetime | None = None) -> int:
    """The person's link runs out, at once or at a moment; returns its id."""
    return set_link(deal, person, expires_at=at or clock.now())


def way_in(app: Flask, mail_id: int, side: str = "q") -> str:
    """The first address of that side in a mail, as the mail is written now: "/q/…"."""
    found = re.search(rf"http://[^/]+(/{side}/[\w.-]+)", write_mail(app, mail_id).text)
    assert found, mail_id
    return found[1]

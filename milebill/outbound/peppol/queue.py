"""Sends what suppliers asked to be sent: leased, with pauses that grow, and never twice."""

import logging
from datetime import timedelta

from flask import Flask
from sqlalchemy import bindparam, select

from milebill import clock
from milebill.config import Settings
from milebill.db import reading
from milebill.domain import leases, transmissions
from milebill.domain.leases import Lease
from milebill.files import FileStore
from milebill.models import Document, Transmission
from milebill.outbound.delivery import next_attempt
from milebill.outbound.peppol.access_point import AccessPoint, Answer, Download, Refused, Sent, Unknown, addressed
from milebill.outbound.peppol.phoss import Phoss

log = logging.getLogger("milebill.peppol")

OPERATOR_PAUSE = timedelta(minutes=5)

_QUEUED = (
    select(Transmission.workspace_id, Transmission.key, Document.sha256)
    .join(Document, Document.id == Transmission.document_id)
    .where(Transmission.id == bindparam("transmission_id"))
)


def access_point(settings: Settings) -> AccessPoint:
    """The way that the installation was given; without one, files are only downloaded."""
    return Download() if settings.peppol_url is None else Phoss(settings.peppol_url, settings.peppol_key)


def send_next_transmission(app: Flask) -> bool:
    """Send the e-invoice that has waited longest; returns whether there was one. Needs an application context.

    At every attempt but the first the access point is asked what it has: whoever was killed in the middle, or got no
    answer, may have sent it.
    """
    point = access_point(app.extensions["settings"])
    lease = leases.lease_transmission() if point.sends else None
    if lease is None:
        return False
    with reading() as connection:
        row = connection.execute(_QUEUED, {"transmission_id": lease.id}).one()
    files: FileStore = app.extensions["files"]
    try:
        outgoing = addressed(row.key, files.get(row.sha256))
    except ValueError as error:
        transmissions.transmission_refused(row.workspace_id, lease, str(error))
        return True
    answer = point.ask(row.key) if lease.attempts > 1 else None
    _finish(row.workspace_id, lease, answer or point.send(outgoing))
    return True


def _finish(workspace_id: int, lease: Lease, answer: Answer) -> None:
    if isinstance(answer, Sent):
        transmissions.transmission_sent(workspace_id, lease)
    elif isinstance(answer, Refused):
        log.warning("transmission %s was refused: %s", lease.id, answer.reason)
        transmissions.transmission_refused(workspace_id, lease, answer.reason)
    else:
        _wait(workspace_id, lease, answer)


def _wait(workspace_id: int, lease: Lease, answer: Unknown) -> None:
    pause = next_attempt(lease.attempts)
    if not answer.counts:
        log.error("transmission %s waits: %s", lease.id, answer.reason)
        until = clock.now() + (answer.wait or OPERATOR_PAUSE)
        leases.transmission_postponed(lease, until, answer.reason, counts=False)
    elif pause is None:
        log.error("transmission %s: nobody answered for days: %s", lease.id, answer.reason)
        transmissions.transmission_unknown(workspace_id, lease, answer.reason)
    else:
        leases.transmission_postponed(lease, clock.now() + max(pause, answer.wait or pause), answer.reason)

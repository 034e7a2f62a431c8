"""Files that go with a message: kept aside while it is being written, and fetched from the thread."""

from typing import TypeVar

from flask import Response

from milebill.domain.stored_files import MAX_FILES
from milebill.errors import NotFound
from milebill.queries.client_papers import find_attached
from milebill.web import responses
from milebill.web.access import LinkHolder, link_holder
from milebill.web.client.blueprint import client_pages
from milebill.web.client.forms import FormWithFiles
from milebill.web.client.invoice_visit import invoice_visit
from milebill.web.client.papers import MAX_ID, send_stored
from milebill.web.responses import private
from milebill.web.staged import Desk, Staged, staged
from milebill.web.uploads import MEGABYTE

F = TypeVar("F", bound=FormWithFiles)

LONGEST = 10 * MEGABYTE
ROOM = 100 * MEGABYTE
"""For all that waits behind one link."""
PARTS = frozenset({"question", "changes", "criteria"})
"""The forms that take files."""


def desk_of(who: LinkHolder) -> Desk:
    """Where the files of a link's holder wait."""
    return Desk(f"link {who.link_id}", MAX_FILES, LONGEST, ROOM)


def with_files(form: F, who: LinkHolder) -> F:
    """The form with the files that were sent with it, now or in an earlier try."""
    form.staged = _staged(who)
    return form


def _staged(who: LinkHolder) -> Staged:
    return staged(desk_of(who), "files")


@client_pages.post("/q/<token>/attachments/<part>")
def stage(token: str, part: str) -> Response:
    """Keep what was just chosen, while the message is still being written. Raises NotFound."""
    return _stage(link_holder(token), f"/q/{token}", part)


@client_pages.post("/i/<token>/attachments/<part>")
def stage_from_invoice(token: str, part: str) -> Response:
    """The same on an invoice's page."""
    here = invoice_visit(token)
    return _stage(here.who, here.base, part) if here.may_pay else here.not_yours()


def _stage(who: LinkHolder, base: str, part: str) -> Response:
    if part not in PARTS:
        raise NotFound
    found = _staged(who)
    status = 422 if found.errors else 200
    return private(responses.partial("client/attachments.html", status, part=part, base=base, staged=found))


@client_pages.get(f"/q/<token>/messages/<int(max={MAX_ID}):message_id>/files/<int(max=99):nth>")
def attached_file(token: str, message_id: int, nth: int) -> Response:
    """A file of the thread, to be saved."""
    return send_stored(find_attached(link_holder(token).quote_id, message_id, nth))


@client_pages.get(f"/i/<token>/messages/<int(max={MAX_ID}):message_id>/files/<int(max=99):nth>")
def attached_of_invoice(token: str, message_id: int, nth: int) -> Response:
    """The same from an invoice's page."""
    here = invoice_visit(token)
    return send_stored(find_attached(here.who.quote_id, message_id, nth)) if here.may_pay else here.not_yours()

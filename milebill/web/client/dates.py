"""The dates of a project for the client's own calendar: what is planned, and what falls due."""

from collections.abc import Iterator
from urllib.parse import urlsplit

from flask import Response

from milebill import clock
from milebill.queries.client_dates import Dates, load_dates
from milebill.web.access import link_holder, settings
from milebill.web.calendar_lines import Entry, calendar
from milebill.web.client.blueprint import client_pages
from milebill.web.client.invoice_standing import name_of
from milebill.web.client.version import is_unchanged, marked, tag_of, unchanged
from milebill.web.filters import money
from milebill.web.translations import gettext as _


@client_pages.get("/q/<token>/dates.ics")
def dates(token: str) -> Response:
    """Planned days of the milestones and due days of the open invoices, once the quote is accepted.

    Not as an attachment: a phone then offers to add the entries, where it would only save the file.
    """
    who = link_holder(token)
    tag = f"dates-{tag_of(who)}"
    if is_unchanged(tag):
        return unchanged(tag)
    found, page = load_dates(who.quote_id), f"{settings().base_url}/q/{token}"
    response = Response(calendar(found.title, _entries(found, page)), mimetype="text/calendar")
    response.headers["Content-Disposition"] = 'inline; filename="dates.ics"'
    return marked(response, tag)


def _entries(found: Dates, page: str) -> Iterator[Entry]:
    """The day of the agreement comes first: a file of which everything is settled must not be empty."""
    host, changed = urlsplit(page).hostname, found.changed_at
    yield Entry(
        uid=f"agreement-{found.project_id}@{host}",
        day=clock.day_of(found.accepted_at, found.time_zone),
        summary=_("Agreed: %(project)s", project=found.title),
        description=_("The day on which the quote of %(supplier)s was accepted.", supplier=found.supplier),
        url=page,
        changed_at=changed,
    )
    for step in found.milestones:
        yield Entry(
            uid=f"milestone-{step.id}@{host}",
            day=step.planned_on,
            summary=_("Planned: %(title)s (%(project)s)", title=step.title, project=found.title),
            description=_("Milestone %(n)s, planned for this day by %(supplier)s.",
                          n=step.position, supplier=found.supplier),
            url=f"{page}#milestone-{step.position}",
            changed_at=changed,
            cancelled=step.is_cancelled,
        )  # fmt: skip
    for issued in found.invoices:
        amount, name = money(issued.open_amount, issued.currency), name_of(issued.kind, issued.number)
        yield Entry(
            uid=f"invoice-{issued.id}@{host}",
            day=issued.due_on,
            summary=_("Due: %(amount)s, %(invoice)s (%(supplier)s)",
                      amount=amount, invoice=name, supplier=found.supplier),
            description=_("For milestone %(n)s, %(title)s. Please quote %(number)s when you pay.",
                          n=issued.position, title=issued.title, number=issued.number),
            url=f"{page}#money",
            changed_at=changed,
        )  # fmt: skip

"""The book of clients in the quote builder: earlier ones are suggested, and a choice fills in what is known of them.

It only fills in fields of a draft. What stands on papers comes with each acceptance, and what was issued keeps its own.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l

from milebill.db import reading
from milebill.domain.draft_people import FIELDS as SECOND_FIELDS
from milebill.domain.draft_places import OF_CLIENT as PLACE_FIELDS
from milebill.models.revision import Draft
from milebill.queries.clients import BookEntry, client_called
from milebill.queries.quote import last_draft
from milebill.web.access import Supplier
from milebill.web.client.wording import invoiced_lines
from milebill.web.preflight import needs_in_words
from milebill.web.supplier.builder_places import first_place

UNKNOWN: Any = _l("You have no client of this name yet. Just go on: with this quote they come into your book.")
_PEOPLE = ("approver_name", "approver_email", "ap_name", "ap_email", *SECOND_FIELDS)


@dataclass(frozen=True)
class Known:
    """A client of the book, as the builder fills them in and tells of them."""

    entry: BookEntry
    people: Mapping[str, str]

    @property
    def address(self) -> Any:
        """Whom their invoices are made out to, in lines; nobody before an acceptance said it."""
        return invoiced_lines(self.entry.party)

    @property
    def needs(self) -> Any:
        """What their accounts department asks for."""
        return needs_in_words(self.entry.needs)

    def into(self, draft: Draft) -> Draft:
        """The draft for this client; the people of another one are gone from it."""
        others = {name: value for name, value in draft.items() if name not in (*SECOND_FIELDS, *PLACE_FIELDS)}
        return {
            **others,
            **self.people,
            "client_name": self.entry.needs.name,
            "client_locale": self.entry.locale,
        }


def known_client(who: Supplier, typed: str) -> Known | None:
    """The workspace's client of that name, with the people of the last quote to them; None if there is none."""
    with reading() as connection:
        entry = client_called(connection, who.workspace_id, typed)
        if entry is None:
            return None
        last = last_draft(connection, who.workspace_id, entry.needs.id) or {}
    people = {name: str(last.get(name) or "") for name in _PEOPLE}
    if entry.needs.invoice_email:  # noted in the book, and so newer than any quote
        people |= {"ap_name": entry.needs.invoice_name, "ap_email": entry.needs.invoice_email}
    people = {name: value for name, value in people.items() if value or name not in SECOND_FIELDS}
    return Known(entry, people | first_place(entry.party, last))

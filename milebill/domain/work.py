"""The unit of work that every verb of a workspace runs in: lock, change, event, mail, commit."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Session

from milebill import clock
from milebill.db import transaction
from milebill.domain import chain
from milebill.models import Document, Event, EventKind, Link, Mail, Quote, Workspace
from milebill.models.document import DocumentKind
from milebill.models.mail import MailKind

P = ParamSpec("P")
R = TypeVar("R")

MAX_ATTEMPTS = 3
_TRY_AGAIN = {"40001", "40P01"}  # PostgreSQL: serialization failure, deadlock


@dataclass(frozen=True)
class Actor:
    """Who does it and from where; goes into the event."""

    side: str
    """"supplier", "client" or "clock"."""
    name: str = ""
    user_id: int | None = None
    person_id: int | None = None
    link_id: int | None = None
    address: str = ""
    """The network address as the server saw it."""
    user_agent: str = ""

    def content(self) -> dict[str, Any]:
        """What the event keeps of it: only what is known."""
        known = {
            "side": self.side,
            "name": self.name,
            "user": self.user_id,
            "person": self.person_id,
            "link": self.link_id,
            "address": self.address,
            "user_agent": self.user_agent[:300],
        }
        return {key: value for key, value in known.items() if value not in ("", None)}


CLOCK = Actor(side="clock")


@dataclass
class Work:
    """What a verb has in its hands: the session, the locked workspace, one moment for everything that it writes."""

    session: Session
    workspace: Workspace
    now: datetime = field(default_factory=clock.now)
    events: int = 0

    @property
    def today(self) -> date:
        """The workspace's calendar day."""
        return clock.today(self.workspace.time_zone)

    def record(
        self,
        kind: EventKind,
        actor: Actor,
        quote: Quote | None = None,
        shown: str | None = None,
        **data: Any,
    ) -> Event:
        """Append an event to the workspace's history.

        `shown` is the hash of the content that the actor saw; `data` is what a reader of the history needs
        (names, titles, minor units), as plain JSON values.
        """
        workspace = self.workspace
        workspace.event_sequence += 1
        content = chain.event_content(
            workspace.public_id, workspace.event_sequence, kind, self.now, actor.content(), shown, data
        )
        salt = chain.new_salt()
        commitment = chain.commitment(salt, content)
        event = Event(
            workspace_id=workspace.id,
            sequence=workspace.event_sequence,
            version=chain.VERSION,
            kind=kind,
            at=self.now,
            quote_id=quote.id if quote else None,
            content=content,
            salt=salt,
            commitment=commitment,
            previous_hash=workspace.event_head,
            hash=chain.link_hash(workspace.event_head, workspace.event_sequence, commitment),
        )
        workspace.event_head = event.hash
        if quote is not None:
            quote.last_event_sequence = event.sequence
        self.session.add(event)
        self.events += 1
        return event

    def mail_client(self, kind: MailKind, link: Link, quote: Quote, **cause: Any) -> None:
        """Queue a mail to the person whom the link names; it will carry that person's own link."""
        self._mail(kind, quote, link_id=link.id, recipient="", recipient_name="", cause=cause)

    def mail_supplier(self, kind: MailKind, quote: Quote, **cause: Any) -> None:
        """Queue a mail to the workspace's own address."""
        workspace = self.workspace
        self._mail(kind, quote, link_id=None, recipient=workspace.email, recipient_name=workspace.name, cause=cause)

    def _mail(self, kind: MailKind, quote: Quote, **columns: Any) -> None:
        self.session.add(
            Mail(
                workspace_id=self.workspace.id,
                quote_id=quote.id,
                kind=kind,
                message_id=new_message_id(),
                next_attempt_at=self.now,
                created_at=self.now,
                **columns,
            )
        )

    def queue_document(self, kind: DocumentKind, subject_id: int, quote: Quote, file_name: str) -> Document:
        """Ask the worker for a PDF. Its record is flushed, so that a mail can wait for its id."""
        document = Document(
            workspace_id=self.workspace.id,
            quote_id=quote.id,
            kind=kind,
            subject_id=subject_id,
            file_name=file_name,
            next_attempt_at=self.now,
            created_at=self.now,
        )
        self.session.add(document)
        self.session.flush()
        return document


def new_message_id() -> str:
    """The left part of a Message-ID; fixed when the mail is queued, so that a second try is recognised as such."""
    return secrets.token_hex(16)


def verb(work: Callable[Concatenate[Work, P], R]) -> Callable[Concatenate[int, P], R]:
    """Make a business verb of a function: callers pass the workspace's id, the body gets a Work.

    The workspace's lock comes first and everything commits together. After a lost connection, a deadlock or a
    lost race for a unique key the whole verb runs again and sees what happened meanwhile.
    """

    @wraps(work)
    def run(workspace_id: int, /, *args: P.args, **kwargs: P.kwargs) -> R:
        for attempt in range(1, MAX_ATTEMPTS + 1):
            try:
                with transaction() as session:
                    unit = Work(session, Workspace.lock(session, workspace_id))
                    result = work(unit, *args, **kwargs)
                    _announce(unit)
                    return result
            except DBAPIError as error:
                if attempt == MAX_ATTEMPTS or not _worth_another_try(error):
                    raise
        raise AssertionError("unreachable")

    return run


def _announce(unit: Work) -> None:
    """Wake the tailers of other processes; PostgreSQL delivers this with the commit. SQLite's tailer sees it itself."""
    unit.session.flush()
    if unit.events and unit.session.get_bind().dialect.name == "postgresql":
        unit.session.execute(text("SELECT pg_notify('milebill', :id)"), {"id": str(unit.workspace.id)})


def _worth_another_try(error: DBAPIError) -> bool:
    state = getattr(error.orig, "sqlstate", None)
    return isinstance(error, IntegrityError) or error.connection_invalidated or state in _TRY_AGAIN

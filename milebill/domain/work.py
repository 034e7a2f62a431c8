"""The unit of work that every verb of a workspace runs in: lock, change, event, mail, commit."""

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from milebill import clock
from milebill.db import Model, transaction
from milebill.domain import chain
from milebill.errors import Refused
from milebill.models import Document, Event, EventKind, Link, Mail, Milestone, Quote, Workspace
from milebill.models.document import DocumentKind
from milebill.models.mail import MailKind
from milebill.rows import append, append_all, change_row
from milebill.write_queue import GroupLost

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


@dataclass(frozen=True)
class Recorded:
    """An event's place in the chain."""

    sequence: int
    version: int
    commitment: str
    previous_hash: str
    hash: str


@dataclass
class Work:
    """What a verb has in its hands: the session, the locked workspace, one moment for everything that it writes."""

    session: Session
    workspace: Workspace
    now: datetime = field(default_factory=clock.now)
    recorded: dict[Quote | None, int] = field(default_factory=dict)
    """The last event of each quote; written once, at the end."""
    events: list[dict[str, Any]] = field(default_factory=list)
    mails: list[dict[str, Any]] = field(default_factory=list)
    connection: Connection = field(init=False)
    """The session's own, for statements by Core."""

    def __post_init__(self) -> None:
        self.connection = self.session.connection()

    @property
    def today(self) -> date:
        """The workspace's calendar day of `now`, also when midnight passes meanwhile."""
        return clock.day_of(self.now, self.workspace.time_zone)

    def record(
        self,
        kind: EventKind,
        actor: Actor,
        quote: Quote | None = None,
        shown: str | None = None,
        **data: Any,
    ) -> Recorded:
        """Append an event to the workspace's history.

        `shown` is the hash of the content that the actor saw; `data` is what a reader of the history needs
        (names, titles, minor units), as plain JSON values.
        """
        workspace = self.workspace
        set_committed_value(workspace, "event_sequence", workspace.event_sequence + 1)
        content = chain.event_content(
            workspace.public_id, workspace.event_sequence, kind, self.now, actor.content(), shown, data
        )
        salt = chain.new_salt()
        commitment = chain.commitment(salt, content)
        place = Recorded(
            workspace.event_sequence,
            chain.VERSION,
            commitment,
            workspace.event_head,
            chain.link_hash(workspace.event_head, workspace.event_sequence, commitment),
        )
        self.events.append(
            {
                "workspace_id": workspace.id,
                "kind": kind,
                "at": self.now,
                "quote_id": quote.id if quote else None,
                "content": content,
                "salt": salt,
                **vars(place),
            }
        )
        set_committed_value(workspace, "event_head", place.hash)
        self.recorded[quote] = place.sequence
        return place

    def append(self, model: type[Model], **values: Any) -> int:
        """Insert a row that this verb will not change any more, and return its id."""
        return append(self.connection, model, **values)

    def append_all(self, model: type[Model], rows: Sequence[dict[str, Any]]) -> None:
        """Insert rows with the same keys in one statement."""
        append_all(self.connection, model, rows)

    def change(self, record: Model, **values: Any) -> None:
        """Set columns of a loaded record, by one plain UPDATE."""
        change_row(self.connection, record, **values)

    def move(self, record: Quote | Milestone, new: str, **values: Any) -> None:
        """Bring the record, whose predicate allowed it, to the state `new`.

        The row decides (`UPDATE … WHERE state = old`): behind the lock, a second guard. Raises Refused.
        """
        values["state"] = new
        if not change_row(self.connection, record, old_state=record.state, **values):
            raise Refused(record.state)

    def mail_client(self, kind: MailKind, link: Link, quote: Quote, **cause: Any) -> None:
        """Queue a mail to the person whom the link names; it will carry that person's own link."""
        self._mail(kind, quote, link_id=link.id, recipient="", recipient_name="", cause=cause)

    def mail_supplier(self, kind: MailKind, quote: Quote, **cause: Any) -> None:
        """Queue a mail to the workspace's own address."""
        workspace = self.workspace
        self._mail(kind, quote, link_id=None, recipient=workspace.email, recipient_name=workspace.name, cause=cause)

    def _mail(self, kind: MailKind, quote: Quote, **columns: Any) -> None:
        self.mails.append(
            {
                "workspace_id": self.workspace.id,
                "quote_id": quote.id,
                "kind": kind,
                "message_id": new_message_id(),
                "next_attempt_at": self.now,
                "created_at": self.now,
                **columns,
            }
        )

    def queue_document(self, kind: DocumentKind, subject_id: int, quote: Quote, file_name: str) -> int:
        """Ask the worker for a PDF; returns the document's id, so that a mail can wait for it."""
        return self.append(
            Document,
            workspace_id=self.workspace.id,
            quote_id=quote.id,
            kind=kind,
            subject_id=subject_id,
            file_name=file_name.replace("/", "-").replace(" ", "-"),  # numbers may have both
            next_attempt_at=self.now,
            created_at=self.now,
        )

    def finish(self) -> None:
        """Write what is still to be written, and wake the tailers of other processes.

        PostgreSQL delivers the notice with the commit; SQLite's tailer sees the commit itself.
        """
        self.session.flush()
        if self.recorded:
            workspace = self.workspace
            self.change(workspace, event_sequence=workspace.event_sequence, event_head=workspace.event_head)
        for quote, sequence in self.recorded.items():
            if quote is not None:
                self.change(quote, last_event_sequence=sequence)
        self.append_all(Event, self.events)
        self.append_all(Mail, self.mails)
        if self.recorded and self.connection.dialect.name == "postgresql":
            self.connection.execute(text("SELECT pg_notify('milebill', :id)"), {"id": str(self.workspace.id)})


def new_message_id() -> str:
    """The left part of a Message-ID; fixed when the mail is queued, so that a second try is recognised as such."""
    return secrets.token_hex(16)


def persistent(act: Callable[P, R]) -> Callable[P, R]:
    """Make something that is one transaction run again as a whole when that was lost, and see what happened meanwhile.

    After a lost connection or commit, a deadlock or a lost race for a unique key; the last error is raised.
    """

    @wraps(act)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        for attempt in range(1, MAX_ATTEMPTS + 1):
            try:
                return act(*args, **kwargs)
            except (DBAPIError, GroupLost) as error:
                if attempt == MAX_ATTEMPTS or not _worth_another_try(error):
                    raise
        raise AssertionError("unreachable")

    return run


def verb(work: Callable[Concatenate[Work, P], R]) -> Callable[Concatenate[int, P], R]:
    """Make a business verb of a function: callers pass the workspace's id, the body gets a Work.

    The workspace's lock comes first and everything commits together, or runs again (see `persistent`).
    """

    @wraps(work)
    @persistent
    def run(workspace_id: int, /, *args: P.args, **kwargs: P.kwargs) -> R:
        with transaction() as session:
            unit = Work(session, Workspace.lock(session, workspace_id))
            result = work(unit, *args, **kwargs)
            unit.finish()
            return result

    return run


def _worth_another_try(error: DBAPIError | GroupLost) -> bool:
    if isinstance(error, GroupLost):
        return True
    state = getattr(error.orig, "sqlstate", None)
    return isinstance(error, IntegrityError) or error.connection_invalidated or state in _TRY_AGAIN

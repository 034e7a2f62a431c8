"""The thread and the form below it as the client's page prints them."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from milebill.queries.client_thread import Said
from milebill.web.client.forms import QuestionForm
from milebill.web.filters import file_size, moment
from milebill.web.security import once_key
from milebill.web.staged import Staged
from milebill.web.translations import gettext as _


class MessageView(NamedTuple):
    """A line of the thread, every value as it is printed."""

    id: int
    author: str
    about: str
    text: str
    time: str
    machine_time: str
    theirs: bool
    files: tuple[tuple[str, str, str], ...]
    """Name, address and size of each."""


@dataclass(frozen=True, slots=True)
class Asked:
    """The form that asks: empty, or with what was typed and what is wrong with it."""

    once: str
    text: str = ""
    name: str = ""
    failed: str = ""
    """The first field with an error, which gets the focus."""
    text_errors: bool = False
    name_errors: bool = False
    form: QuestionForm | None = None
    staged: Staged = field(default_factory=Staged)


def asked(form: QuestionForm | None, kept: str = "") -> Asked:
    """The form for the template; without `form` nothing was typed yet, but for words `kept` from another form.

    WTForms is only asked when something was.
    """
    if form is None or not form.errors:
        return Asked(once_key(), kept)
    failed = next((name for name in ("text", "name") if form[name].errors), "")
    return Asked(
        once=form.once.data or once_key(),
        text=form.text.data or "",
        name=form.name.data or "",
        failed=failed,
        text_errors=bool(form.text.errors),
        name_errors=bool(form.name.errors),
        form=form,
        staged=form.staged,
    )


def message_views(thread: Iterable[Said], supplier: str, base: str) -> tuple[MessageView, ...]:
    """Everything that was said, oldest first; `supplier` is what the reader calls them, `base` their page's address."""
    return tuple(_message(said, supplier, base) for said in thread)


def _message(said: Said, supplier: str, base: str) -> MessageView:
    theirs = said.side == "supplier"
    about = _about(said) if said.kind not in ("question", "answer") else ""
    return MessageView(
        said.id,
        said.name,
        about or (supplier if theirs and said.name != supplier else ""),
        said.text,
        moment(said.at),
        said.at.isoformat(timespec="seconds"),
        theirs,
        attached(said, base),
    )


def attached(said: Said, base: str) -> tuple[tuple[str, str, str], ...]:
    """Name, address and size of each file that went with a message."""
    return tuple(
        (file["name"], f"{base}/messages/{said.id}/files/{nth}", file_size(file["size"]))
        for nth, file in enumerate(said.files, 1)
    )


def _about(said: Said) -> str:
    if said.kind == "submission":
        return _("handed over milestone %(n)s, %(title)s", n=said.position, title=said.title)
    if said.kind == "changes_requested":
        return _("requested changes to milestone %(n)s, %(title)s", n=said.position, title=said.title)
    if said.kind == "acceptance":
        return _("recorded that the quote was accepted, on the client’s behalf")
    return _("declined the quote")

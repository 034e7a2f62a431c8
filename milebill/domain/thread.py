"""A line of the one thread that a quote and its project have, whoever writes it and about what."""

from collections.abc import Sequence

from milebill.domain.stored_files import Attached, attach
from milebill.domain.work import Actor, Work
from milebill.models import Message, Quote


def write(
    work: Work,
    quote: Quote,
    kind: str,
    actor: Actor,
    words: str,
    once: str,
    *,
    milestone_id: int | None = None,
    files: Sequence[Attached] = (),
) -> Message:
    """Put what was written into the thread; `once` is what it belongs to, so that it can't stand there twice."""
    message = Message(
        workspace_id=work.workspace.id,
        quote_id=quote.id,
        milestone_id=milestone_id,
        side=actor.side,
        kind=kind,
        person_id=actor.person_id,
        user_id=actor.user_id,
        name=actor.name,
        text=words,
        files=attach(work, files),
        once=once,
        at=work.now,
    )
    work.session.add(message)
    return message

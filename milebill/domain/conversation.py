"""Questions and answers: one thread per quote and the project that it becomes."""

from collections.abc import Sequence

from sqlalchemy import select

from milebill.domain.contacts import approver_links
from milebill.domain.quotes import load_quote
from milebill.domain.signature import Signature, Signer, check_signed, signer
from milebill.domain.stored_files import Attached, told_of
from milebill.domain.thread import write
from milebill.domain.work import Actor, Work, verb
from milebill.errors import Invalid, Refused
from milebill.models import EventKind, Link, MailKind, Message, Quote, QuoteState, Role

MAX_TEXT = 4000
MAX_ONCE = 40


@verb
def ask_question(
    work: Work,
    quote_id: int,
    link_id: int,
    signature: Signature,
    words: str,
    once: str,
    files: Sequence[Attached] = (),
) -> None:
    """The client asks; the supplier gets it by mail. `once` is the form's key: a second click says nothing twice.

    Raises NotFound, LinkRevoked, LinkExpired, Invalid for "name" and "text".
    """
    quote = load_quote(work, quote_id)
    who = signer(work, quote.id, link_id, signature, Role.VIEW)
    errors = _text_errors(words)
    check_signed(signature, who, needs_consent=False, errors=errors)
    actor = who.actor(signature)
    message = say(work, quote, "question", actor, words, once, files)
    if message is not None:
        work.record(EventKind.QUESTION_ASKED, actor, quote, text=message.text, **told_of(files))
        work.mail_supplier(MailKind.QUESTION_ASKED, quote, message_id=message.id)


@verb
def answer_question(
    work: Work, actor: Actor, quote_id: int, words: str, once: str, files: Sequence[Attached] = ()
) -> None:
    """The supplier writes into the thread; everybody on the client's side who asked or approves gets it by mail.

    Raises NotFound, Refused("draft"), Invalid for "text".
    """
    quote = load_quote(work, quote_id)
    if quote.state == QuoteState.DRAFT:
        raise Refused("draft")
    errors = _text_errors(words)
    if errors:
        raise Invalid(errors)
    message = say(work, quote, "answer", actor, words, once, files)
    if message is None:
        return
    work.record(EventKind.QUESTION_ANSWERED, actor, quote, text=message.text, **told_of(files))
    for link in _listeners(work, quote):
        work.mail_client(MailKind.QUESTION_ANSWERED, link, quote, message_id=message.id)


def _text_errors(words: str) -> dict[str, str]:
    if not words.strip():
        return {"text": "required"}
    return {"text": "too_long"} if len(words) > MAX_TEXT else {}


def say(
    work: Work, quote: Quote, kind: str, actor: Actor, words: str, once: str, files: Sequence[Attached] = ()
) -> Message | None:
    """The new message, or None when this form was already taken."""
    once = once[:MAX_ONCE]
    known = select(Message.id).where(Message.quote_id == quote.id, Message.once == once)
    if not once or work.session.scalar(known) is not None:
        return None
    message = write(work, quote, kind, actor, words.strip(), once, files=files)
    work.session.flush()
    return message


def _listeners(work: Work, quote: Quote) -> list[Link]:
    asked = select(Message.person_id).where(Message.quote_id == quote.id, Message.side == "client")
    query = select(Link).where(Link.quote_id == quote.id, Link.revoked_at.is_(None), Link.person_id.in_(asked))
    links = {link.id: link for link in (*approver_links(work, quote), *work.session.scalars(query))}
    return list(links.values())


def is_repeated(work: Work, quote_id: int, once: str, who: Signer, words: str) -> bool:
    """Whether this person has said just this before, as a second click does. Somebody else's words are theirs."""
    query = select(Message.person_id, Message.text).where(Message.quote_id == quote_id, Message.once == once)
    return work.session.execute(query).one_or_none() == (who.person.id, words.strip())

"""What the supplier's templates say in words, so that they need no chains of ifs."""

from dataclasses import dataclass

from flask_babel import gettext as _
from flask_babel import ngettext

from milebill.models import QuoteState, Role
from milebill.queries.client_offer import Offer
from milebill.queries.client_thread import Said
from milebill.queries.quote import Reader, SentQuote
from milebill.queries.rows import AnyRow
from milebill.web.client.wording import rule_in_words
from milebill.web.filters import ago, day


@dataclass(frozen=True)
class Standing:
    """How something stands: `tone` as the notices know it, or as the badges do."""

    tone: str
    title: str
    text: str = ""


def roles_in_words(roles: frozenset[Role]) -> str:
    """What somebody on the client's side may do."""
    if {Role.APPROVE, Role.ACCOUNTS_PAYABLE} <= roles:
        return str(_("Decides, and gets the invoices"))
    if Role.APPROVE in roles:
        return str(_("Decides"))
    return str(_("Gets the invoices")) if Role.ACCOUNTS_PAYABLE in roles else str(_("Reads"))


def link_in_words(person: Reader) -> str:
    """Since when somebody has a link, or until when they had it."""
    if person.revoked_at is not None:
        return str(_("Taken off on %(day)s", day=day(person.revoked_at)))
    return str(_("Since %(day)s", day=day(person.since)))


def fetches_in_words(person: Reader) -> str:
    """How often their link was fetched, by whomever."""
    if person.last_at is None:
        return str(_("Link not fetched yet"))
    when = ago(person.last_at)
    return str(
        ngettext("Link fetched once, %(when)s", "Link fetched %(num)s times, last %(when)s", person.fetches, when=when)
    )


def about_message(said: Said) -> str:
    """What a line of the thread came with, if it was not only said."""
    if said.kind == "submission":
        return str(_("submitted milestone %(n)s", n=said.position))
    if said.kind == "changes_requested":
        return str(_("asks for changes to milestone %(n)s", n=said.position))
    if said.kind == "acceptance":
        return str(_("recorded the acceptance on the client’s behalf"))
    return str(_("declined")) if said.kind == "decline" else ""


def rule_of_offer(offer: Offer) -> str:
    """Which two people must approve what, if the quote asks for two."""
    return "" if offer.two_approvers is None else rule_in_words(offer.two_approvers, offer.currency)


def standing_of_quote(quote: SentQuote) -> Standing | None:
    """What became of a quote; None while it waits for the client."""
    decision = quote.decision
    if decision is not None:
        named = {"name": decision.name, "day": day(decision.at)}
        if quote.state == QuoteState.SENT:
            title = str(_("%(name)s accepted on %(day)s, as the first of two.", **named))
            return Standing("wait", title, str(_("It becomes a project once the other one has signed too.")))
        if quote.state == QuoteState.DECLINED:
            title = str(_("%(name)s declined on %(day)s.", **named))
            return Standing("bad", title, str(_("“%(reason)s”", reason=decision.reason)))
        return _accepted(named, on_behalf=decision.on_behalf is not None)
    if quote.state == QuoteState.EXPIRED:
        text = _(
            "Nobody decided until %(day)s. If your client still wants it, extend it; if more than the date has to "
            "change, revise it.",
            day=day(quote.offer.valid_until),
        )
        return Standing("wait", str(_("This quote has run out.")), str(text))
    if quote.state == QuoteState.WITHDRAWN:
        text = _("Your client’s link says so, and nobody can accept it.")
        return Standing("plain", str(_("You withdrew this quote.")), str(text))
    return None


def _accepted(named: dict[str, str], *, on_behalf: bool) -> Standing:
    if on_behalf:
        title = _("It was recorded on %(day)s, on the client’s behalf, that %(name)s accepted.", **named)
        text = _("It is a project now. Receipt and agreement say how it came about, and name the file.")
        return Standing("good", str(title), str(text))
    title = _("%(name)s accepted on %(day)s.", **named)
    return Standing("good", str(title), str(_("It is a project now, with a schedule that both sides see.")))


def standing_of_project(row: AnyRow) -> Standing:
    """How far a project in the list has come: what waits for the supplier comes first."""
    if row.done == row.steps:
        return Standing("good", str(_("All signed off")))
    if row.returned:
        return Standing("bad", str(_("Changes requested")))
    if row.submitted:
        return Standing("wait", str(_("Awaiting sign-off")))
    return Standing("out", str(_("%(done)s of %(steps)s signed off", done=row.done, steps=row.steps)))

"""Where a quote or project stands for its reader: one headline, one sentence of what happens next, one action."""

from dataclasses import dataclass
from datetime import date, timedelta

from milebill.models import MilestoneState, QuoteState, Role
from milebill.queries.client_offer import Offer
from milebill.queries.client_page import ClientPage, Schedule
from milebill.queries.client_schedule import Step
from milebill.web.access import LinkHolder, invoice_token
from milebill.web.client.turns import Turn, turn_of
from milebill.web.client.wording import rule_in_words, terms_in_words
from milebill.web.filters import day, money
from milebill.web.translations import gettext as _


@dataclass(frozen=True, slots=True)
class Action:
    """A button that leads to the next step. `opens` is the id of the part in which it opens a form, if it does."""

    label: str
    href: str
    opens: str = ""


@dataclass(frozen=True, slots=True)
class Standing:
    """What the head of the page and the bar with the total say. `minor` is in minor units."""

    tone: str
    headline: str
    next: str
    label: str
    minor: int
    about: str = ""
    action: Action | None = None
    other: Action | None = None


def standing_of(page: ClientPage, who: LinkHolder, base: str) -> Standing:
    """The answer to "what is this waiting for?", for this reader."""
    if page.schedule is not None:
        return _of_project(page, page.schedule, who)
    if page.state == QuoteState.SENT:
        return _offered(page, who, base)
    ended = {
        QuoteState.DECLINED: _declined,
        QuoteState.WITHDRAWN: _withdrawn,
        QuoteState.EXPIRED: _expired,
    }
    return ended[QuoteState(page.state)](page)


def what_follows(offer: Offer, today: date, *, may_decide: bool = True) -> tuple[str, ...]:
    """What acceptance sets off, one sentence after another; `today` is the supplier's calendar day."""
    supplier = offer.seller["name"]
    deducts = offer.final_invoice == "deducts" and len(offer.milestones) > 1
    return (
        what_accepting_causes(offer, today),
        (_("%(supplier)s puts each milestone before you on this page when it is done.", supplier=supplier)),
        (_("You sign it off here, or request changes. Each sign-off issues that milestone's invoice. %(terms)s",
           terms=terms_in_words(offer.payment_terms_days))
         if may_decide else
         _("Whoever decides signs it off here, or requests changes. Each sign-off issues that milestone's invoice. "
           "%(terms)s", terms=terms_in_words(offer.payment_terms_days))
        ),
        (_("All invoices together come to exactly %(total)s. Nothing else is charged.",
              total=money(offer.gross, offer.currency))
        ),
        *((_("The last invoice lists the whole contract and deducts what was billed before, with its tax."),)
          if deducts else ()),
        *((_("Two people have to approve: %(rule)s.", rule=rule_in_words(offer.two_approvers, offer.currency)),)
          if offer.two_approvers else ()),
    )  # fmt: skip


def what_accepting_causes(offer: Offer, today: date) -> str:
    """The money that acceptance asks for, in a sentence."""
    if offer.deposit:
        return _(
            "Accepting issues a deposit invoice over %(amount)s, due on %(day)s.",
            amount=money(offer.deposit, offer.currency),
            day=day(today + timedelta(days=offer.payment_terms_days)),
        )
    return _("Accepting asks for no money yet: nothing is invoiced before you sign off the first milestone.")


def what_signing_off_causes(page: ClientPage, step: Step) -> str:
    """The money that this sign-off asks for, in a sentence."""
    if not step.gross:
        return _("Signing off costs nothing: this milestone has no price of its own.")
    mailed = _("It is mailed to %(address)s.", address=page.invoices_go_to)
    return f"{_invoice_of(page, step)} {mailed}"


def _invoice_of(page: ClientPage, step: Step) -> str:
    currency, due = page.offer.currency, day(page.today + timedelta(days=page.offer.payment_terms_days))
    if step.part:
        return _(
            "Signing off accepts the split and issues the invoice over %(amount)s for the part that is done, due on "
            "%(day)s. The rest, %(rest)s, is billed when you sign that off.",
            amount=money(step.asked, currency),
            day=due,
            rest=money(step.gross - step.asked, currency),
        )
    return _(
        "Signing off issues the invoice over %(amount)s, due on %(day)s.", amount=money(step.gross, currency), day=due
    )


def _ask(label: str) -> Action:
    return Action(label, "#questions")


def _offered(page: ClientPage, who: LinkHolder, base: str) -> Standing:
    offer = page.offer
    may, turn = who.may(Role.APPROVE), turn_of(page, who, offer.gross)
    mine = may if turn is None else turn.mine
    decision = f"{base}/decision"
    return Standing(
        "wait" if mine else "plain",
        (turn.headline if turn else "")
        or (_("Waiting for your decision") if may else _("Waiting for a decision on your side")),
        (turn.follows if turn else "") or what_accepting_causes(offer, page.today),
        _("Total with tax") if offer.gross != offer.net else _("Total"),
        offer.gross,
        _("Valid until %(day)s", day=day(offer.valid_until)),
        Action(_("Accept"), f"{decision}?choice=accept", "decision") if mine else None,
        Action(_("Decline"), f"{decision}?choice=decline", "decision") if may else _ask(_("Ask a question")),
    )


def _declined(page: ClientPage) -> Standing:
    said = next((said for said in page.thread if said.kind == "decline"), None)
    return Standing(
        "plain",
        _("%(name)s declined this quote on %(day)s", name=said.name if said else "", day=day(page.decided_at)),
        _("%(supplier)s has been told, with the reason. Nothing is owed.", supplier=page.supplier.name),
        _("Declined"),
        page.offer.gross,
        other=_ask(_("Write to %(supplier)s", supplier=page.supplier.name)),
    )


def _withdrawn(page: ClientPage) -> Standing:
    return Standing(
        "plain",
        _("%(supplier)s took this quote back on %(day)s", supplier=page.supplier.name, day=day(page.decided_at)),
        _("There is nothing to decide any more, and nothing is owed."),
        _("Withdrawn"),
        page.offer.gross,
        other=_ask(_("Write to %(supplier)s", supplier=page.supplier.name)),
    )


def _expired(page: ClientPage) -> Standing:
    return Standing(
        "plain",
        _("This quote was valid until %(day)s", day=day(page.offer.valid_until)),
        _("It can no longer be accepted. Ask for a new one: your message reaches %(supplier)s by mail.",
          supplier=page.supplier.name),
        _("Expired"),
        page.offer.gross,
        action=_ask(_("Ask for a new quote")),
    )  # fmt: skip


def _of_project(page: ClientPage, schedule: Schedule, who: LinkHolder) -> Standing:
    submitted = next((step for step in schedule.steps if step.state == MilestoneState.SUBMITTED), None)
    if submitted is not None:
        return _awaiting(page, submitted, who)
    ahead = next((step for step in schedule.steps if step.state == MilestoneState.CHANGES_REQUESTED), None)
    ahead = ahead or next((step for step in schedule.steps if step.state == MilestoneState.PLANNED), None)
    headline, follows, tone = _in_words(page, ahead, schedule.owed, may_decide=who.may(Role.APPROVE))
    if schedule.owed:
        return _owing(page, schedule, who, headline, follows)
    left = page.offer.gross - schedule.billed
    return Standing(
        tone,
        headline,
        follows,
        _("Still to be billed") if left else _("Paid in full"),
        left or schedule.paid,
        other=_ask(_("Ask a question")),
    )


def _awaiting(page: ClientPage, step: Step, who: LinkHolder) -> Standing:
    turn = turn_of(page, who, step.gross, step.id)
    if turn is not None and turn.headline:
        return _awaiting_the_other(step, turn)
    may = who.may(Role.APPROVE)
    here = f"#milestone-{step.position}"
    return Standing(
        "wait" if may else "plain",
        _waits(step, may=may),
        " ".join(
            (
                (turn.follows if turn else "") or what_signing_off_causes(page, step),
                *((_("If something is missing, request changes."),) if may else ()),
            )
        ),
        _amount_of(step),
        step.asked,
        step.title,
        Action(_("Review and sign off"), here) if may else None,
        None if may else Action(_("See what was done"), here),
    )


def _awaiting_the_other(step: Step, turn: Turn) -> Standing:
    here = f"#milestone-{step.position}"
    return Standing(
        "wait" if turn.mine else "plain",
        _("Milestone %(n)s, %(title)s: %(standing)s", n=step.position, title=step.title, standing=turn.headline),
        turn.follows or _("With your signature its invoice is issued. If something is missing, request changes."),
        _amount_of(step),
        step.asked,
        step.title,
        Action(_("Review and sign off"), here) if turn.mine else None,
        None if turn.mine else Action(_("See what was done"), here),
    )


def _waits(step: Step, *, may: bool) -> str:
    named = {"n": step.position, "title": step.title}
    if step.part:
        return (
            _("Part of milestone %(n)s, %(title)s, is ready for your sign-off", **named)
            if may
            else _("Part of milestone %(n)s, %(title)s, is waiting for a sign-off on your side", **named)
        )
    return (
        _("Milestone %(n)s, %(title)s, is ready for your sign-off", **named)
        if may
        else _("Milestone %(n)s, %(title)s, is waiting for a sign-off on your side", **named)
    )


def _amount_of(step: Step) -> str:
    if step.part:
        return _("Part of milestone %(n)s with tax", n=step.position)
    return _("Milestone %(n)s with tax", n=step.position) if step.tax else _("Milestone %(n)s", n=step.position)


def _in_words(page: ClientPage, ahead: Step | None, owed: int, *, may_decide: bool) -> tuple[str, str, str]:
    if ahead is None and owed:
        return _("Everything is signed off"), "", "good"
    if ahead is None:
        return _("Everything is signed off and paid"), _("Your invoices and receipts stay here."), "good"
    named = {"supplier": page.supplier.name, "n": ahead.position, "title": ahead.title}
    if ahead.state == MilestoneState.CHANGES_REQUESTED:
        headline = _("%(supplier)s is working on your changes to milestone %(n)s, %(title)s", **named)
    else:
        headline = _("%(supplier)s is working on milestone %(n)s, %(title)s", **named)
    if may_decide:
        return headline, _("You get a mail when it is ready, and sign it off here."), "plain"
    return headline, _("Whoever decides gets a mail when it is ready, and signs it off here."), "plain"


def _owing(page: ClientPage, schedule: Schedule, who: LinkHolder, headline: str, follows: str) -> Standing:
    first = min((invoice for invoice in schedule.invoices if invoice.open_amount), key=lambda invoice: invoice.due_on)
    late = first.due_on < page.today
    when = (
        _("Invoice %(number)s was due on %(day)s", number=first.number, day=day(first.due_on))
        if late
        else _("Invoice %(number)s is due on %(day)s", number=first.number, day=day(first.due_on))
    )
    may = who.may(Role.APPROVE) or who.may(Role.ACCOUNTS_PAYABLE)
    return Standing(
        "bad" if late else "plain",
        headline,
        f"{when}. {follows}".strip(),
        _("To pay"),
        schedule.owed,
        when,
        Action(_("How to pay"), f"/i/{invoice_token(who.link_id, first.id)}") if may else None,
        None if may else _ask(_("Ask a question")),
    )

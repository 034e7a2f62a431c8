"""Signing a milestone off, as a whole or by criterion, and asking for changes.

Each is a GET that shows its form and a POST to the same address.
"""

from flask import Response

from milebill.domain.by_criterion import SentBack, decide_by_criterion
from milebill.domain.milestones import SignedOff, request_changes, sign_off_milestone
from milebill.models import MilestoneState, Role
from milebill.web.client import consent
from milebill.web.client.attachments import desk_of, with_files
from milebill.web.client.blueprint import client_pages
from milebill.web.client.forms import ChangesForm, SignOffForm, criteria_form
from milebill.web.client.turns import turn_of
from milebill.web.client.visit import Opened, Visit, visit
from milebill.web.forms import posted
from milebill.web.openings import note_opening
from milebill.web.staged import attached
from milebill.web.translations import gettext as _

SIGN_OFF = "/q/<token>/milestones/<int:position>/signoff"
CHANGES = "/q/<token>/milestones/<int:position>/changes"
CRITERIA = "/q/<token>/milestones/<int:position>/criteria"


@client_pages.get(SIGN_OFF)
def ask_sign_off(token: str, position: int) -> Response:
    """The page with the sign-off's form open."""
    here = visit(token)
    return _ask(here, position, _sign_off_form(here, position))


@client_pages.get(CHANGES)
def ask_changes(token: str, position: int) -> Response:
    """The page with the form open that sends a milestone back."""
    here = visit(token)
    return _ask(here, position, _changes_form(here, position))


@client_pages.get(CRITERIA)
def ask_criteria(token: str, position: int) -> Response:
    """The page with the form open that goes through the criteria."""
    here = visit(token)
    return _ask(here, position, _criteria_form(here, position))


@client_pages.post(SIGN_OFF)
def sign_off(token: str, position: int) -> Response:
    """Sign the milestone off; its invoice is issued at once."""
    here = visit(token)
    if not here.who.may(Role.APPROVE):
        return here.not_yours()
    opened = _sign_off_form(here, position)
    signed: list[SignedOff] = []

    def verb() -> None:
        signature = opened.form.signature(opened.consent)
        who = here.who
        signed.append(sign_off_milestone(who.workspace_id, who.quote_id, who.link_id, position, signature))

    answer = here.attempt(opened, verb, lambda: _shown(here, position))
    return answer or here.done(_changed(position), "milestone", _thanks(signed[0]), f"#milestone-{position}")


@client_pages.post(CHANGES)
def ask_for_changes(token: str, position: int) -> Response:
    """Send the milestone back with a reason."""
    here = visit(token)
    if not here.who.may(Role.APPROVE):
        return here.not_yours()
    opened = _changes_form(here, position)

    def verb() -> None:
        who, reason = here.who, opened.form.reason.data or ""
        signature, files = opened.form.signature(), attached(desk_of(here.who), opened.form.staged)
        request_changes(who.workspace_id, who.quote_id, who.link_id, position, signature, reason, files)

    answer = here.attempt(opened, verb, lambda: _shown(here, position))
    if answer is not None:
        return answer
    return _sent_back(here, position)


@client_pages.post(CRITERIA)
def decide_criteria(token: str, position: int) -> Response:
    """Accept or reject each criterion: all accepted is the sign-off."""
    here = visit(token)
    if not here.who.may(Role.APPROVE):
        return here.not_yours()
    opened = _criteria_form(here, position)
    decided: list[SignedOff | SentBack] = []

    def verb() -> None:
        who, signature = here.who, opened.form.signature(opened.consent)
        chosen = opened.form.decisions(_open_criteria(here, position))
        welcome, files = bool(opened.form.data.get("part_welcome")), attached(desk_of(here.who), opened.form.staged)
        ids = (who.workspace_id, who.quote_id, who.link_id, position)
        decided.append(decide_by_criterion(*ids, signature, chosen, files, part_welcome=welcome))

    answer = here.attempt(opened, verb, lambda: _shown(here, position))
    if answer is not None:
        return answer
    if isinstance(decided[0], SentBack):
        return _sent_back(here, position)
    return here.done(_changed(position), "milestone", _thanks(decided[0]), f"#milestone-{position}")


def _sent_back(here: Visit, position: int) -> Response:
    thanks = _("%(supplier)s gets your message and works on it. Nothing was invoiced.",
               supplier=here.page.supplier.name)  # fmt: skip
    return here.done((*_changed(position), "thread"), "milestone", thanks, f"#milestone-{position}")


def _ask(here: Visit, position: int, opened: Opened) -> Response:
    note_opening(here.who.link_id)
    step = here.step(position)
    if step.state != MilestoneState.SUBMITTED or not here.who.may(Role.APPROVE):
        return here.show()
    turn = turn_of(here.page, here.who, step.gross, step.id)
    if turn is not None and not turn.mine and opened.kind != "changes":  # whoever may not sign may still object
        return here.show()
    return here.open(opened)


def _sign_off_form(here: Visit, position: int) -> Opened:
    words = consent.to_sign_off(here.step(position), here.page.offer.currency)
    form = posted(SignOffForm, content_hash=_shown(here, position))
    form.consent.label.text = words
    return Opened("signoff", form, f"act-{position}", position, words)


def _changes_form(here: Visit, position: int) -> Opened:
    form = with_files(posted(ChangesForm, content_hash=_shown(here, position)), here.who)
    return Opened("changes", form, f"act-{position}", position)


def _criteria_form(here: Visit, position: int) -> Opened:
    """As a part of the page it is the whole milestone: what shows a criterion moves beside the decision about it."""
    words = consent.to_sign_off(here.step(position), here.page.offer.currency)
    in_part = here.step(position).part is not None
    form = posted(criteria_form(_open_criteria(here, position), in_part=in_part), content_hash=_shown(here, position))
    form = with_files(form, here.who)
    form.consent.label.text = words
    return Opened("criteria", form, f"milestone-{position}", position, words)


def _open_criteria(here: Visit, position: int) -> dict[int, str]:
    return {agreed.position: agreed.text for agreed in here.step(position).still_open}


def _shown(here: Visit, position: int) -> str:
    submission = here.step(position).submission
    return submission.content_hash if submission else ""


def _changed(position: int) -> tuple[str, ...]:
    return ("head", "progress", f"milestone-{position}", "following", "money", "agreement", "actions", "news")


def _thanks(signed: SignedOff) -> str:
    if signed.waits_for:
        return _("Signed. It takes effect once %(name)s has signed too; they have been asked by mail.",
                 name=signed.waits_for)  # fmt: skip
    if not signed.first:
        return str(
            _("This milestone had been signed off already. The receipt is number %(number)s.",
              number=signed.receipt_number)
        )  # fmt: skip
    if signed.invoice_number is None:
        return str(_("Signed off. Thank you. Your receipt is number %(number)s.", number=signed.receipt_number))
    return str(
        _(
            "Signed off. Thank you. Invoice %(invoice)s was issued, and your receipt is number %(number)s.",
            invoice=signed.invoice_number,
            number=signed.receipt_number,
        )
    )

"""One request to a client's page: who came, what the page holds, and how it is shown as a whole or in parts."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from flask import Response, request

from milebill.errors import Invalid, Refused, Stale
from milebill.models import QuoteState, Role
from milebill.outbound.clause_words import clause_sentences
from milebill.queries.client_page import ClientPage, deciders, load_client_page
from milebill.queries.client_schedule import Step
from milebill.web import responses
from milebill.web.access import LinkHolder, link_holder
from milebill.web.client.people_view import PersonRow
from milebill.web.client.seen import EVERYTHING, Seen, behind
from milebill.web.client.standing import what_follows
from milebill.web.client.thread_view import asked
from milebill.web.client.view import brand_of, view_of
from milebill.web.forms import add_errors, focus_first_error
from milebill.web.preflight import CheckRow
from milebill.web.responses import private, see_other, wants_partial
from milebill.web.translations import gettext as _


@dataclass(frozen=True, slots=True)
class Opened:
    """What stands open on the page: the list of people, or a form.

    accept, decline, signoff, changes, question; and of the people's part: forward, own, off.
    """

    kind: str
    form: Any
    part: str
    """The id of the part of the page that holds it."""
    position: int = 0
    consent: str = ""
    checks: tuple[CheckRow, ...] = ()
    """The pre-flight of the invoices that an acceptance leads to."""
    people: tuple[PersonRow, ...] = ()
    """Who has a link, or the one whose link is to end."""


@dataclass
class Visit:
    """Whoever opened /q/<token>, and what they find."""

    token: str
    who: LinkHolder
    told: dict[str, tuple[str, str]] = field(default_factory=dict)
    """What has just happened, as tone and text, by where it is told: head, milestone or questions."""
    kept: str = ""
    """Words that were typed for what is no longer possible: they wait in the message box."""
    open_forms: bool = False
    """Whether a form stands open on the page already."""

    @cached_property
    def page(self) -> ClientPage:
        """What is there now."""
        return load_client_page(self.who.quote_id, self.who.today)

    @property
    def base(self) -> str:
        """The page's own address."""
        return f"/q/{self.token}"

    def look_again(self) -> None:
        """Forget what was loaded: something has changed."""
        self.__dict__.pop("page", None)

    def context(self, opened: Opened | None = None) -> dict[str, Any]:
        """What the templates need."""
        page = self.page
        is_question = opened is not None and opened.kind == "question"
        is_aside = opened is not None and opened.kind in ("question", "people")
        return {
            "page": page,
            "offer": page.offer,
            "view": view_of(page, self.who, self.token),
            "brand": brand_of(page.supplier),
            "opened": opened,
            "asked": asked(opened.form if opened is not None and is_question else None, self.kept),
            "busy": self.open_forms or (opened is not None and not is_aside),
            "told": self.told,
            "follows": self._follows(),
            "clauses": clause_sentences(page.offer.review) if page.schedule is None else (),
            "deciders": deciders(page.quote_id) if page.waits_for_decisions and not self.who.may(Role.APPROVE) else (),
        }

    def _follows(self) -> tuple[str, ...]:
        if self.page.state != QuoteState.SENT:
            return ()
        return what_follows(self.page.offer, self.page.today, may_decide=self.who.may(Role.APPROVE))

    def show(self, opened: Opened | None = None, status: int = 200) -> Response:
        """The whole page."""
        return private(responses.page("client/page.html", status, **self.context(opened)))

    def show_parts(self, parts: Iterable[str], opened: Opened | None = None, status: int = 200) -> Response:
        """The named parts of the page, each to take the place of the one that is there."""
        return self._parts(parts, "outerHTML", status, opened)

    def catch_up(self, parts: Iterable[str], shown: Collection[str]) -> Response:
        """The named parts, changed where they are, so that focus and folds stay; see `Seen` and `behind`."""
        self.open_forms = bool(shown)
        return self._parts(parts, "outerMorph")

    def _parts(self, parts: Iterable[str], swap: str, status: int = 200, opened: Opened | None = None) -> Response:
        context = self.context(opened)
        return private(responses.partial("client/parts.html", status, parts=tuple(parts), swap=swap, **context))

    def open(self, opened: Opened) -> Response:
        """The page with a form open, or only that form when htmx asks."""
        return self.show_parts((opened.part, "actions"), opened) if wants_partial() else self.show(opened)

    def again(self, opened: Opened, status: int) -> Response:
        """The form once more, with everything that was typed, and what is wrong with it."""
        focus_first_error(opened.form)
        return self.show_parts((opened.part,), opened, status) if wants_partial() else self.show(opened, status)

    def conflict(self, text: str, opened: Opened | None = None) -> Response:
        """The page as it is now: somebody was faster."""
        self.look_again()
        self.told = {"head": ("wait", text)}
        return self.show_parts(EVERYTHING, opened, 409) if wants_partial() else self.show(opened, 409)

    def conflict_with(self, reason: str) -> Response:
        """The same, in words for the reason of a Refused: the state that the quote or the milestone is in."""
        text = _why_not(reason)
        typed = (request.form[name].strip() for name in request.form if name.partition("-")[0] == "reason")
        self.kept = "\n\n".join(filter(None, typed))
        if self.kept:
            text += " " + _("What you wrote is in the message box below, if you still want to send it.")
        return self.conflict(text)

    def done(self, parts: Iterable[str], place: str, thanks: str, anchor: str = "") -> Response:
        """After a success: a fresh page, or the parts of it that have changed, with thanks at a place (see `told`)."""
        if not wants_partial():
            return see_other(self.base + anchor)
        self.look_again()
        self.told = {place: ("good", thanks)}
        seen = Seen.of(request.form)
        if seen.is_version(self.who.version):
            return self.show_parts(parts)
        # Others acted in the meantime, and the page catches up with them too. No part may lie within another one.
        missed = behind(self.page, seen, request.form.getlist("content_hash"))
        return self.show_parts(EVERYTHING if "whole" in missed else dict.fromkeys((*missed, *parts)))

    def not_yours(self) -> Response:
        """The link does not sign; its page says whose does."""
        names = deciders(self.who.quote_id)
        return private(responses.page("errors/not_a_decider.html", 403, names=names, back=self.base))

    def attempt(self, opened: Opened, verb: Callable[[], object], fresh_hash: Callable[[], str]) -> Response | None:
        """Run a verb with what the form brought. None when it went through, else what has to be answered.

        `fresh_hash` gives the hash of what is there now, for a form that was filled in on an older page.
        """
        form = opened.form
        if not form.validate():
            return self.again(opened, 422)
        try:
            verb()
        except Invalid as error:
            add_errors(form, _in_words(error.errors))
            return self.again(opened, 422)
        except Stale:
            self.look_again()
            form.content_hash.data = fresh_hash()
            if "consent" in form:
                form.consent.data = False  # what it was ticked for is no longer what is shown
            text = _("This page changed since you opened it. Please look at it again; what you typed is still here.")
            return self.conflict(text, opened)
        except Refused as error:
            return self.not_yours() if error.reason == "role" else self.conflict_with(error.reason)
        return None

    def step(self, position: int) -> Step:
        """The milestone at a position. Raises NotFound."""
        return self.page.step(position)


def visit(token: str) -> Visit:
    """The visit behind a token. Raises LinkUnknown, LinkRevoked, LinkExpired."""
    return Visit(token, link_holder(token))


def _in_words(errors: Mapping[str, str]) -> Mapping[str, str]:
    """The codes that mean something else on these forms than on others."""
    return {**errors, "consent": str(_("Please tick the box if you agree."))} if "consent" in errors else errors


def _why_not(reason: str) -> str:
    words = {
        "accepted": _("This quote had been accepted already. Nothing was changed."),
        "declined": _("This quote had been declined already. Nothing was changed."),
        "withdrawn": _("The quote was taken back in the meantime. Nothing was changed."),
        "expired": _("The quote ran out in the meantime. Nothing was changed."),
        "signed_off": _("This milestone had been signed off already. Nothing was changed."),
        "changes_requested": _("Changes had been requested in the meantime. Nothing was changed."),
        "planned": _("The milestone was taken back in the meantime. Nothing was changed."),
        "cancelled": _("The milestone was cancelled in the meantime. Nothing was changed."),
        "not_named": _("Two people have to sign, whom the quote names. Nothing was changed: please ask one of them."),
        "named": _("The quote names them as one of two who have to sign, so they stay."),
        "last_approver": _("Nobody else could decide and sign off then. Give a colleague that right first."),
    }
    return str(words.get(reason) or _("The page changed in the meantime. Nothing else was changed."))

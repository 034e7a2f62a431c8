"""A draft that was discarded or claimed while it was open elsewhere: what is typed there stays, and is not lost.

Nothing brings a discarded draft back by itself: only a button makes a new one of what was typed.
"""

from collections.abc import Callable
from dataclasses import replace
from functools import wraps
from typing import Any

from flask import Response, request

from milebill.domain.open_drafts import KEPT
from milebill.errors import LinkUnknown, LinkUsed
from milebill.web.responses import wants_partial
from milebill.web.security import once_key
from milebill.web.supplier.builder import BuilderForm, draft_of
from milebill.web.supplier.overtaken import Overtaken
from milebill.web.supplier.rearranging import rearranged
from milebill.web.translations import gettext as _
from milebill.web.visitor.blueprint import NEW, Shown, link_id_of, show
from milebill.web.visitor.starting import front_desk

AGAIN = "again-"
"""What the value of the button begins with that makes a new draft of what was typed; then the key of that one."""


def keeping_what_was_typed(view: Callable[..., Response]) -> Callable[..., Response]:
    """Of a view that saves the builder's form: where the draft is gone, the form comes back as it was typed."""

    @wraps(view)
    def answering(**arguments: str) -> Response:
        if "token" in arguments:
            link_id_of(arguments["token"])  # whoever made it up gets nothing
        try:
            return view(**arguments)
        except LinkUsed:
            return _as_it_was_typed(_claimed(), 410)
        except LinkUnknown:
            return _as_it_was_typed(_discarded(), 404)

    return answering


def _as_it_was_typed(told: Overtaken, status: int) -> Response:
    address = request.path.removesuffix("/totals")
    desk, draft = replace(front_desk(), address=address), draft_of(BuilderForm())
    shown: dict[str, Any] = {"overtaken": told, "visitor": Shown(request.form.get("once", ""))}
    if request.path != address:
        return desk.totals(draft, status, **shown)
    moved = rearranged(draft, request.form.get("act", ""), request.form.get("removed", ""))
    context = {**desk.shows(moved.draft if moved else draft, moved=moved), **shown}
    return desk.moved(draft, context) if wants_partial() else show("draft.html", status, **context)


def _claimed() -> Overtaken:
    return Overtaken(
        title=_(
            "Somebody confirmed their address, so this draft belongs to their account now."
            " What you typed here is not saved."
        ),
        brief=_("Not saved: the draft has moved."),
        elsewhere="/login?next=/quotes",
        elsewhere_label=_("Sign in"),
        **_again(),
    )


def _discarded() -> Overtaken:
    return Overtaken(
        title=_(
            "This draft was discarded, or deleted after %(days)s days without a change."
            " What you typed here is not saved.",
            days=KEPT.days,
        ),
        brief=_("Not saved: the draft was discarded."),
        elsewhere="/",
        elsewhere_label=_("To your drafts"),
        **_again(),
    )


def _again() -> dict[str, Any]:
    return {"keep": AGAIN + once_key(), "keep_label": _("Start a new one with what is typed here"), "action": NEW}

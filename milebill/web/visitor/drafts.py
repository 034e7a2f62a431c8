"""The builder of a visitor: at the front door, and from the first edit on at the draft's own address."""

from dataclasses import replace
from typing import Any

from flask import Response, request
from flask_babel import lazy_gettext as _l

from milebill.db import reading
from milebill.domain.open_drafts import begin_open_draft, discard_open_draft, keep_open_draft
from milebill.domain.sign_in import browser_hash
from milebill.errors import Refused, Stale
from milebill.models.revision import Draft
from milebill.queries.open_drafts import OpenDraft, drafts_of_browser, link_of_page
from milebill.web.access import signed_in
from milebill.web.guide_start import begun_from_guide
from milebill.web.responses import page, replacing, see_other, wants_partial
from milebill.web.security import once_key
from milebill.web.supplier.builder import BuilderForm, draft_of
from milebill.web.supplier.desk import BESIDE_ONLY, CHECKED, KEEPS, Desk
from milebill.web.supplier.overtaken import Overtaken, overtaken, posted_act, posted_page
from milebill.web.supplier.plan_list import plans_of_house
from milebill.web.supplier.rearranging import Rearranged, rearranged
from milebill.web.supplier.shortcuts import SHORTCUTS
from milebill.web.visitor.blueprint import (
    NEW,
    Shown,
    address_of,
    browser_secret,
    desk_of,
    draft_pages,
    link_id_of,
    load,
    new_secret,
    opened,
    remember,
    show,
    shown_of,
    visitor,
)
from milebill.web.visitor.gone import AGAIN, keeping_what_was_typed
from milebill.web.visitor.paper import print_draft
from milebill.web.visitor.starting import PLAN, beginning, chosen_plan, front_desk, mark

MAX_KEY = 40
PROBLEMS = {
    "too_many": _l("Not saved: too many drafts were begun from here. Please go on with one of them, or wait an hour."),
    "too_large": _l("Not saved: this draft is too long."),
    "too_fast": _l("Not saved yet: there were too many changes within a minute. What you typed stays here."),
}
"""Why a draft is not kept, in words."""
STATUS = {"too_large": 422}
"""Of what is refused; else it is a matter of waiting."""


@draft_pages.get("/")
def front() -> Response:
    """The promise, and the builder itself; this browser's drafts, if it has any."""
    if signed_in() is not None:
        return see_other("/dashboard")
    desk, secret = front_desk(), browser_secret()
    mine: list[tuple[str, str, Any]] = []
    if secret:
        with reading() as connection:
            rows = drafts_of_browser(connection, browser_hash(secret))
        mine = [(address_of(row.id), row.title, row.used_at) for row in rows]
    chosen = chosen_plan(request.args.get("plan", ""), desk)
    usual = beginning(chosen, desk)
    figures = None if chosen else begun_from_guide(request.args, usual, desk.locale, desk.today)
    shown = desk.shows(figures or usual)
    begun = mark(draft_of(shown["form"]))
    listed = replace(plans_of_house(desk.locale, chosen), from_guide=figures is not None)
    return show("front.html", **shown, visitor=Shown(once_key()), mine=mine, plans=listed, begun=begun)


@draft_pages.get("/shortcuts")
def shortcuts() -> Response:
    """The builder's keys, for whom no script shows them over it."""
    return page("draft/shortcuts.html", shortcuts=SHORTCUTS)


@draft_pages.post(NEW)
@keeping_what_was_typed
def begin() -> Response:
    """Keep the example as it was changed, at an address of its own; or only move milestones about."""
    desk, draft, act = front_desk(), draft_of(BuilderForm()), posted_act()
    once = request.form.get("once", "")[:MAX_KEY]
    if act.startswith(AGAIN):
        once, act = act.removeprefix(AGAIN)[:MAX_KEY], "save"
    if act.startswith(PLAN):
        return _another_plan(once, draft, desk, act.removeprefix(PLAN))
    if moved := rearranged(draft, act, request.form.get("removed", "")):
        draft = moved.draft
    elif errors := desk.errors(draft, act):
        with reading() as connection:
            link_id = link_of_page(connection, once)
        if link_id is None:
            return show("draft.html", 422, **desk.shows(draft, errors), visitor=Shown(once))
    try:
        found, secret = _begun(once, draft, desk)
    except Stale:
        return _page(_of_page(once), draft, moved=moved)
    except Refused as refusal:
        problem, status = Shown(once, problem=PROBLEMS[refusal.reason]), STATUS.get(refusal.reason, 429)
        return show("draft.html", status, **desk.shows(draft), visitor=problem)
    if moved:
        response = _page(found, draft, moved=moved)
    elif act == "pdf":
        response = print_draft(found)
    else:
        response = see_other(_next(found, act, complete=not desk.errors(draft, act)))
    return remember(response, secret)


@draft_pages.post(f"{NEW}/totals")
@keeping_what_was_typed
def begin_and_sum() -> Response:
    """The first edit: the draft is kept, the sums come back, and the address becomes the draft's own."""
    desk, draft = front_desk(), draft_of(BuilderForm())
    if request.form.get("beside") == BESIDE_ONLY:
        return desk.preview(draft)
    once = request.form.get("once", "")[:MAX_KEY]
    try:
        found, secret = _begun(once, draft, desk)
    except Stale:
        return _sums(_of_page(once), draft)
    except Refused as refusal:
        told = Shown(once, problem=PROBLEMS[refusal.reason], again=refusal.reason == "too_fast")
        return desk.totals(draft, STATUS.get(refusal.reason, 429), visitor=told)
    response = _sums(found, draft)
    return remember(replacing(response, address_of(found.link_id)), secret)


@draft_pages.get("/d/<token>")
def open_draft(token: str) -> Response:
    """The builder with the draft in it, on any device."""
    found = opened(token)
    errors = desk_of(found).errors(found.draft, "send") if "check" in request.args else None
    return _page(found, found.draft, errors)


@draft_pages.post("/d/<token>")
@keeping_what_was_typed
def save(token: str) -> Response:
    """Keep what was typed, and say what is wrong with it; or move milestones about."""
    found, draft, act = opened(token), draft_of(BuilderForm()), posted_act()
    moved = rearranged(draft, act, request.form.get("removed", ""))
    draft = moved.draft if moved else draft
    if reason := _not_kept(found, draft):
        return _page(found, draft, moved=moved, problem=PROBLEMS[reason], status=STATUS.get(reason, 429))
    found = load(found.link_id)
    if moved or _by_others(found, draft):
        return _page(found, draft, moved=moved)
    if errors := desk_of(found).errors(draft, act):
        return _page(found, draft, errors, status=422)
    return print_draft(found) if act == "pdf" else see_other(_next(found, act))


@draft_pages.post("/d/<token>/totals")
@keeping_what_was_typed
def save_and_sum(token: str) -> Response:
    """Keep what is typed so far; the sums, and when it was saved."""
    found, draft = opened(token), draft_of(BuilderForm())
    if request.form.get("beside") == BESIDE_ONLY:
        return desk_of(found).preview(draft)
    if reason := _not_kept(found, draft):
        told = shown_of(found, PROBLEMS[reason], again=reason == "too_fast")
        return desk_of(found).totals(draft, STATUS.get(reason, 429), visitor=told)
    return _sums(load(found.link_id), draft)


@draft_pages.route("/d/<token>/removal", methods=["GET", "POST"])
def discard(token: str) -> Response:
    """What is lost then, and the button; a second click finds it done."""
    if request.method == "POST":
        discard_open_draft(link_id_of(token))
        return see_other("/")
    found = opened(token)
    return show("discard.html", title=found.title, address=address_of(found.link_id))


def rearranged_page(link_id: int, moved: Rearranged) -> Response:
    """The builder with a draft whose rows were rearranged and kept just now."""
    return _page(load(link_id), moved.draft, moved=moved)


def _another_plan(once: str, draft: Draft, desk: Desk, key: str) -> Response:
    """Keep what was typed at an address of its own, if something was, and begin with the plan."""
    chosen_plan(key, desk)
    response = see_other(f"/?plan={key}")
    if mark(draft) == request.form.get("begun"):
        return response
    try:
        _found, secret = _begun(once, draft, desk)
    except Stale:
        return _page(_of_page(once), draft)
    except Refused as refusal:
        problem, status = Shown(once, problem=PROBLEMS[refusal.reason]), STATUS.get(refusal.reason, 429)
        return show("draft.html", status, **desk.shows(draft), visitor=problem)
    return remember(response, secret)


def _begun(once: str, draft: Draft, desk: Desk) -> tuple[OpenDraft, str]:
    secret = new_secret()
    return load(begin_open_draft(visitor(secret, desk.locale), once, draft, posted_page())), secret


def _of_page(once: str) -> OpenDraft:
    """The draft that was begun from the page with that key. Raises LinkUnknown."""
    with reading() as connection:
        return load(link_of_page(connection, once) or 0)


def _by_others(found: OpenDraft, draft: Draft) -> Overtaken | None:
    """If the draft was changed elsewhere since the page was made that the form came from."""
    return overtaken(found.known_to, found.changed_at, address_of(found.link_id), found.draft, draft)


def _sums(found: OpenDraft, draft: Draft) -> Response:
    """Of what is typed, and whether that is what is kept."""
    others = _by_others(found, draft)
    return desk_of(found).totals(draft, 409 if others else 200, visitor=shown_of(found), overtaken=others)


def _not_kept(found: OpenDraft, draft: Draft) -> str:
    """Why not; "" if it is kept, or if somebody else was faster, which the page tells by itself."""
    try:
        keep_open_draft(found.link_id, draft, posted_page())
    except Stale:
        return ""
    except Refused as refusal:
        return refusal.reason
    return ""


def _next(found: OpenDraft, act: str, *, complete: bool = True) -> str:
    address = address_of(found.link_id)
    if not complete:
        return f"{address}?check={act if act in KEEPS | CHECKED.keys() else 'send'}"
    return f"{address}/{act}" if act in ("send", "preview", "import") else address


def _page(
    found: OpenDraft,
    draft: Draft,
    errors: Any = None,
    moved: Rearranged | None = None,
    problem: Any = "",
    status: int = 200,
) -> Response:
    desk, told, others = desk_of(found), shown_of(found, problem), _by_others(found, draft)
    context = {**desk.shows(draft, errors, moved, others), "visitor": told, "title": found.title}
    if wants_partial() and not errors:
        return replacing(desk.moved(draft, context), told.address)
    return show("draft.html", 409 if others else status, **context)

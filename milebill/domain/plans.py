"""A supplier's own quotes as plans to begin others with.

A plan is a draft without its client: no names, addresses or language, no line that names one of its people, and "after"
(working days from the start) in place of each planned date. Terms, currency and taxes are those of the new quote; only
what the plan's amounts can't be read without comes along.
"""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import select

from milebill import clock, working_days
from milebill.domain.draft import read_draft
from milebill.domain.draft_criteria import as_typed
from milebill.domain.quotes import current_revision, load_quote
from milebill.domain.work import Actor, Work, verb
from milebill.errors import Invalid, NotFound
from milebill.models import EventKind, Plan
from milebill.models.plan import MAX_PLAN_NAME
from milebill.models.revision import Draft

MAX_PLANS = 50
"""Of one workspace; more than anybody finds something in."""
_PEOPLE = ("approver_name", "ap_name", "second_name")
_ADDRESSES = ("approver_email", "ap_email", "second_email")
_KEPT = ("total", "pricing", "discount", "final_invoice")
_KEPT_ALSO_EMPTY = ("review_days",)
"""An empty one says that nothing is agreed, and a new quote's own would say something else."""
_TAXES = ("tax_label", "tax_rate", "second_tax_label", "second_tax_rate", "tax_reason", "more_taxes")
_LEGAL_FORM = re.compile(
    r"[\s,]+(?:gmbh|ag|kg|ug|se|ltd|limited|inc|llc|plc|sarl|sas|sa|srl|sl|bv|nv)\.?$", re.IGNORECASE
)


@verb
def save_plan(work: Work, actor: Actor, quote_id: int, name: str) -> int:
    """Keep the workspace's quote, as it is in force, as a plan called `name`; returns the plan's id.

    A second click finds the plan of the first. Raises NotFound, Invalid for "name".
    """
    quote = load_quote(work, quote_id)
    draft = current_revision(work, quote).draft
    start = clock.day_of(quote.sent_at, work.workspace.time_zone) if quote.sent_at else work.today
    kept = without_client(draft, start)
    name = _checked(name)
    others = _plans(work)
    if (same := _called(others, name)) is not None:
        if same.draft == kept:
            return same.id
        raise Invalid({"name": "name_taken"})
    if len(others) >= MAX_PLANS:
        raise Invalid({"name": "too_many_plans"})
    plan = Plan(workspace_id=work.workspace.id, name=name, draft=kept, created_at=work.now)
    plan.weights = _weights(draft, work.workspace.locale, work.today)
    plan.days = max((int(row["after"] or 0) for row in kept["milestones"]), default=0)
    work.session.add(plan)
    work.session.flush()
    work.record(EventKind.PLAN_SAVED, actor, plan=name)
    return plan.id


@verb
def rename_plan(work: Work, actor: Actor, plan_id: int, name: str) -> None:
    """Call it something else; its own name changes nothing. Raises NotFound, Invalid for "name"."""
    plan, name = _load(work, plan_id), _checked(name)
    same = _called(_plans(work), name)
    if same is not None and same is not plan:
        raise Invalid({"name": "name_taken"})
    if plan.name != name:
        work.record(EventKind.PLAN_RENAMED, actor, plan=name, before=plan.name)
        plan.name = name


@verb
def delete_plan(work: Work, actor: Actor, plan_id: int) -> str:
    """Forget it, and return its name; quotes that began with it stay. Raises NotFound."""
    plan = _load(work, plan_id)
    work.session.delete(plan)
    work.record(EventKind.PLAN_DELETED, actor, plan=plan.name)
    return plan.name


def without_client(draft: Draft, start: date) -> Draft:
    """What of a quote's draft serves another client, with its dates counted in working days from `start`."""
    named = _naming(draft)
    kept: Draft = {name: _unnamed(draft[name], named) for name in ("title", "introduction") if draft.get(name)}
    kept |= {name: draft[name] for name in _KEPT if draft.get(name)}
    kept |= {name: draft[name] for name in _KEPT_ALSO_EMPTY if name in draft}
    rows = [row for row in draft.get("milestones") or [] if isinstance(row, dict)]
    items = [row for row in draft.get("items") or [] if isinstance(row, dict)]
    if draft.get("total") or items or any(row.get("basis") == "amount" for row in rows):
        kept["currency"] = draft.get("currency", "")
    several = bool(draft.get("more_taxes")) and not draft.get("tax_category")
    if several:
        kept |= {name: draft[name] for name in _TAXES if name in draft}
    kept["milestones"] = [_undated(_own_words(row, named, taxed=several), start) for row in rows]
    if items:
        kept["items"] = [_own_words(row, named, taxed=several) for row in items]
    return kept


def begun_with(plan: Draft, habits: Draft, today: date) -> Draft:
    """A new quote's draft that begins with `plan`; what the plan says nothing of is as in `habits`.

    What the client's country makes of the taxes (`habits` has a category then) stands before the plan's.
    """
    own = dict(plan)
    taxed = "more_taxes" in plan and not habits.get("tax_category")
    if not taxed:
        own = {name: value for name, value in own.items() if name not in _TAXES}
    own["milestones"] = [_dated(_with_tax(row, taxed=taxed), today) for row in plan["milestones"]]
    if "items" in plan:
        own["items"] = [_with_tax(row, taxed=taxed) for row in plan["items"]]
    return {**habits, **own}


def _undated(row: Mapping[str, Any], start: date) -> Draft:
    planned = str(row.get("planned_on") or "")
    kept = {name: value for name, value in row.items() if name != "planned_on"}
    try:
        return {**kept, "after": str(working_days.between(start, date.fromisoformat(planned)))}
    except ValueError:  # nothing, or something that is no date
        return {**kept, "after": ""}


def _dated(row: Mapping[str, Any], today: date) -> Draft:
    kept = {name: value for name, value in row.items() if name != "after"}
    after = row.get("after")
    return {**kept, "planned_on": working_days.after(today, int(after)).isoformat() if after else ""}


def _with_tax(row: Mapping[str, Any], *, taxed: bool) -> Draft:
    return {name: value for name, value in row.items() if taxed or name != "tax"}


def _own_words(row: Mapping[str, Any], named: re.Pattern[str] | None, *, taxed: bool) -> Draft:
    texts = {name: _unnamed(row[name], named) for name in ("title", "description") if name in row}
    if "criteria" in row:
        texts["criteria"] = _unnamed_criteria(str(row["criteria"] or ""), named)
    return {**_with_tax(row, taxed=taxed), **texts}


def _unnamed_criteria(field: str, named: re.Pattern[str] | None) -> str:
    """Without the lines that name the client; how a criterion is checked goes with it."""
    kept = (one for one in as_typed(field) if named is None or not named.search(one.splitlines()[0]))
    return "\n".join(filter(None, (_unnamed(one, named) for one in kept)))


def _unnamed(text: Any, named: re.Pattern[str] | None) -> str:
    """Without the lines that name the client."""
    lines = str(text or "").splitlines()
    return "\n".join(line for line in lines if named is None or not named.search(line)).strip()


def _naming(draft: Draft) -> re.Pattern[str] | None:
    """The client's company and people, also by one of their names; words as they are written, so that not every
    "will" is taken for a Will."""
    people = [str(draft.get(name) or "").strip() for name in _PEOPLE]
    company = str(draft.get("client_name") or "").strip()
    whole = {company, _LEGAL_FORM.sub("", company), *people, *(str(draft.get(name) or "") for name in _ADDRESSES)}
    words = {word for person in people for word in person.split() if len(word) > 2}
    found = [f"(?i:{re.escape(text)})" for text in sorted(whole) if text] + [re.escape(word) for word in sorted(words)]
    return re.compile(rf"(?<!\w)(?:{'|'.join(found)})(?!\w)") if found else None


def _weights(draft: Draft, locale: str, today: date) -> list[int]:
    read = read_draft(draft, locale, today)
    if read.priced is not None:
        return [milestone.net or 0 for milestone in read.milestones]
    shares = [milestone.share.thousandths if milestone.share else None for milestone in read.milestones]
    return [share or 0 for share in shares] if None not in shares else [0] * len(shares)


def _checked(name: str) -> str:
    name = " ".join(name.split())
    if not name:
        raise Invalid({"name": "required"})
    if len(name) > MAX_PLAN_NAME:
        raise Invalid({"name": "too_long"})
    return name


def _plans(work: Work) -> list[Plan]:
    return list(work.session.scalars(select(Plan).where(Plan.workspace_id == work.workspace.id)))


def _called(plans: list[Plan], name: str) -> Plan | None:
    return next((plan for plan in plans if plan.name.casefold() == name.casefold()), None)


def _load(work: Work, plan_id: int) -> Plan:
    plan = work.session.get(Plan, plan_id)
    if plan is None or plan.workspace_id != work.workspace.id:
        raise NotFound
    return plan

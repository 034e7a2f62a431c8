"""A supplier's own plans: kept from a quote, renamed, deleted. They are listed where a new quote begins."""

from typing import Any

from flask import Response, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import StringField

from milebill.db import reading
from milebill.domain.plans import delete_plan, rename_plan, save_plan
from milebill.errors import Invalid
from milebill.models.plan import MAX_PLAN_NAME
from milebill.queries.plans import load_plan
from milebill.queries.quote import DraftQuote, SentQuote, load_quote_page
from milebill.web.access import for_suppliers, supplier
from milebill.web.forms import SupplierForm, add_errors, focus_first_error
from milebill.web.responses import see_other
from milebill.web.supplier.blueprint import say, show, supplier_pages

_WRONG = {
    "name_taken": _l("You have a plan of this name already. Please choose another one."),
    "too_many_plans": _l("You have 50 plans already. Please delete one of them first."),
}


class PlanForm(SupplierForm):
    """What it is called."""

    name = StringField(_l("Name of the plan"), description=_l("Such as “Small website”. Only you see it."))


@supplier_pages.route("/quotes/<id:quote_id>/plan", methods=["GET", "POST"])
@for_suppliers
def keep_as_plan(quote_id: int) -> Response:
    """Ask for a name, and keep the quote's milestones under it."""
    who = supplier()
    with reading() as connection:
        found = load_quote_page(connection, who.workspace_id, quote_id)
    title, client = _named(found)
    form = _form("" if client and client.casefold() in title.casefold() else title[:MAX_PLAN_NAME])
    if request.method == "POST":
        try:
            save_plan(who.workspace_id, who.actor(), quote_id, form.name.data or "")
        except Invalid as error:
            return _again("plan_of_quote.html", form, error, quote_id=quote_id, title=title)
        say(_("Kept as a plan. You find it where a new quote begins."))
        return see_other(f"/quotes/{quote_id}")
    return show("plan_of_quote.html", form=form, quote_id=quote_id, title=title)


@supplier_pages.route("/plans/<id:plan_id>", methods=["GET", "POST"])
@for_suppliers
def plan(plan_id: int) -> Response:
    """Rename it; or delete it, by a button of its own."""
    who = supplier()
    with reading() as connection:
        found = load_plan(connection, who.workspace_id, plan_id)
    form = _form(found.name)
    if request.method == "POST":
        try:
            rename_plan(who.workspace_id, who.actor(), plan_id, form.name.data or "")
        except Invalid as error:
            return _again("plan.html", form, error, plan=found)
        say(_l("The plan has its new name."))
        return see_other("/quotes/new")
    return show("plan.html", form=form, plan=found)


@supplier_pages.post("/plans/<id:plan_id>/removal")
@for_suppliers
def remove_plan(plan_id: int) -> Response:
    """Delete it; quotes that began with it stay."""
    who = supplier()
    say(_("The plan “%(name)s” is deleted.", name=delete_plan(who.workspace_id, who.actor(), plan_id)))
    return see_other("/quotes/new")


def _named(quote: DraftQuote | SentQuote) -> tuple[str, str]:
    """Its title and its client's name."""
    if isinstance(quote, DraftQuote):
        return quote.title, str(quote.draft.get("client_name") or "").strip()
    return quote.offer.title, quote.client


def _form(name: str) -> Any:
    """With `name` to begin with; what is sent without one has none."""
    return PlanForm(data={"name": "" if request.method == "POST" else name})


def _again(template: str, form: PlanForm, error: Invalid, **context: Any) -> Response:
    add_errors(form, {name: str(_WRONG.get(code, code)) for name, code in error.errors.items()})
    focus_first_error(form)
    return show(template, 422, form=form, **context)

"""From the guide's calculator into the builder: a draft with the reader's own price, dates and milestones."""

from collections.abc import Mapping
from datetime import date

from milebill.domain.plans import begun_with
from milebill.domain.three_deals import Figures, shares
from milebill.models.milestone import Trigger
from milebill.models.revision import Draft
from milebill.web.guide_form import amount_text, figures_to_begin
from milebill.web.supplier.builder import EMPTY_MILESTONE
from milebill.web.translations import gettext as _
from milebill.working_days import WEEK


def begun_from_guide(args: Mapping[str, str], habits: Draft, locale: str, today: date) -> Draft | None:
    """A new quote's draft that begins with the figures in an address; None if it brings none."""
    figures = figures_to_begin(args, locale)
    if figures is None:
        return None
    plan: Draft = {
        "title": "",
        "currency": figures.currency,
        "payment_terms_days": str(figures.payment_days),
        "total": amount_text(figures.price, figures.currency, locale),
        "milestones": _rows(figures),
    }
    return begun_with(plan, habits, today)


def _rows(figures: Figures) -> list[dict[str, str]]:
    """With "after" (working days from the start) in place of dates, as in a plan."""
    rows = []
    if figures.deposit:
        deposit = {"title": _("Deposit"), "value": str(figures.deposit), "trigger": str(Trigger.ACCEPTANCE)}
        rows.append({**EMPTY_MILESTONE, **deposit, "after": ""})
    for place, share in enumerate(shares(figures), 1):
        after = -(-figures.weeks * WEEK * place // figures.milestones)
        rows.append({**EMPTY_MILESTONE, "value": str(share), "after": str(after)})
    return rows

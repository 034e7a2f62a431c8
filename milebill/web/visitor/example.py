"""What the front door's builder begins with: a good quote, of which a newcomer changes what is different for them."""

from datetime import date, timedelta

from babel.numbers import get_territory_currencies

from milebill.models.milestone import Trigger
from milebill.models.revision import Draft
from milebill.web.countries import country_of
from milebill.web.supplier.builder import EMPTY_MILESTONE, REVIEW_DAYS, VALID_DAYS
from milebill.web.translations import gettext as _
from milebill.working_days import WEEK, after

_RATES = {"DE": "19", "AT": "20", "CH": "8.1", "FR": "20", "BE": "21", "ES": "21", "GB": "20", "IE": "23", "NL": "21"}
"""Usual rates, to begin with; everybody sees and may change them."""


def example(locale: str, today: date) -> Draft:
    """The builder's fields, in the language of the page; the client's people are left for the visitor to fill in."""
    country = country_of(locale)
    rate = _RATES.get(country, "")
    return {
        "title": _("New website"),
        "introduction": _("Thank you for the good talk. This is what we do, when, and what each step costs."),
        "currency": get_territory_currencies(country)[0] if country else "EUR",
        "tax_label": _("VAT") if rate else "",
        "tax_rate": rate or "0",
        "valid_until": (today + timedelta(days=VALID_DAYS)).isoformat(),
        "payment_terms_days": "14",
        "review_days": REVIEW_DAYS,
        "total": "6000",
        "milestones": [
            _milestone(_("Deposit"), "30", trigger=str(Trigger.ACCEPTANCE)),
            _milestone(
                _("Design"),
                "30",
                _(
                    "The home page and two inner pages are designed\n→ The design file, linked with the submission\n"
                    "Both widths were shown\n→ A call with a recording"
                ),
                planned_on=after(today, 3 * WEEK).isoformat(),
            ),
            _milestone(
                _("Launch"),
                "40",
                _(
                    "The site is online under your address\n→ Opening it together\n"
                    "Your team has changed a page\n→ The page’s history of changes"
                ),
                planned_on=after(today, 7 * WEEK).isoformat(),
            ),
        ],
    }


def _milestone(title: str, share: str, criteria: str = "", **fields: str) -> dict[str, str]:
    return {**EMPTY_MILESTONE, "title": title, "value": share, "criteria": criteria, **fields}

"""The taxes in the quote builder: the first one's fields, up to three more, and what each milestone chooses from."""

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import Form, SelectField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs

from milebill.categories import Category, proposed
from milebill.domain.draft_taxes import MAX_MORE_TAXES
from milebill.models import Workspace
from milebill.models.revision import Draft

CATEGORIES = (
    ("", _l("Taxed as usual")),
    (Category.ZERO, _l("Zero-rated")),
    (Category.EXEMPT, _l("Exempt, such as a small business")),
    (Category.REVERSE_CHARGE, _l("Reverse charge: your client pays the tax")),
    (Category.INTRA_COMMUNITY, _l("Goods to another country of the EU")),
    (Category.EXPORT, _l("Goods exported from the EU")),
    (Category.OUT_OF_SCOPE, _l("Outside the scope of the tax, such as services abroad")),
)
TAX_FIELDS = ("tax_label", "tax_rate", "tax_category", "tax_reason", "second_tax_label", "second_tax_rate")
ROW_FIELDS = ("label", "rate", "category", "reason", "second_label", "second_rate")

_TAX = _l("Tax")
_RATE = _l("Rate")
_KIND = _l("Kind")


def category_field() -> SelectField:
    """What kind of tax it is, in words."""
    choices = [SelectChoice(str(code), words) for code, words in CATEGORIES]
    return SelectField(_KIND, choices=choices, validate_choice=False)


class TaxForm(Form):
    """One more tax."""

    label = StringField(_TAX)
    rate = StringField(_RATE)
    category = category_field()
    reason = StringField(_l("Why no tax is charged"))
    second_label = StringField(_l("Second tax of the same amount"))
    second_rate = StringField(_l("Its rate"))


def tax_rows(draft: Draft) -> list[dict[str, str]]:
    """As many rows as the form shows, empty ones after those that were typed."""
    rows = [row for row in draft.get("more_taxes") or [] if isinstance(row, dict)]
    return [dict(row) for row in rows] + [{} for _row in range(MAX_MORE_TAXES - len(rows))]


def without_empty_rows(rows: list[dict[str, str]]) -> list[dict[str, str]]:
    """Without the empty rows at the end; those before keep the others' numbers."""
    while rows and not any(value.strip() for value in rows[-1].values()):
        rows = rows[:-1]
    return rows


def has_more(draft: Draft) -> bool:
    """Whether anything beyond a label and a rate was typed, so that it must be in view."""
    return any(str(draft.get(name) or "").strip() for name in (*TAX_FIELDS[2:], "final_invoice")) or bool(
        draft.get("more_taxes")
    )


def tax_choices(draft: Draft) -> list[SelectChoice]:
    """What a milestone chooses from, by number; one choice is none."""
    given = [(draft.get("tax_label"), draft.get("tax_rate"))]
    given += [(row.get("label"), row.get("rate")) for row in tax_rows(draft)[: len(draft.get("more_taxes") or [])]]
    return [SelectChoice(str(number), _named(number, *texts)) for number, texts in enumerate(given)]


def _named(number: int, label: str | None, rate: str | None) -> str:
    percent = f"{rate} %" if rate and "%" not in rate else rate or ""
    return " ".join(part for part in (label, percent) if part) or str(_("Tax %(n)s", n=number + 1))


def first_taxes(seller: Workspace, last: Draft, buyer: Mapping[str, Any]) -> Draft:
    """What a new quote is taxed with: what the two countries suggest, else as in the last quote."""
    suggested = proposed(
        seller.country_code,
        buyer.get("country_code", ""),
        registered=seller.tax_registered,
        buyer_tax_id=buyer.get("tax_id", ""),
    )
    kept = {name: last[name] for name in TAX_FIELDS if name in last}
    if suggested.category == last.get("tax_category"):
        return kept
    if suggested.category != Category.STANDARD:
        label = "" if not seller.tax_registered else last.get("tax_label", "")
        return {
            "tax_label": label,
            "tax_rate": "0",
            "tax_category": str(suggested.category),
            "tax_reason": suggested.reason.text,
        }
    usual = {"tax_label": _("VAT"), "tax_rate": ""}
    return usual if last.get("tax_category") else usual | kept  # another client's case is no habit

"""Line items in the quote builder: another way to make the price, which the milestones then bill shares of."""

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import Form, SelectField, StringField

from milebill.domain.draft import BY_ITEMS
from milebill.domain.items import MAX_ITEMS
from milebill.models.revision import Draft

ITEM_FIELDS = ("description", "quantity", "unit", "unit_price", "discount")
EMPTY_ITEM = dict.fromkeys(ITEM_FIELDS, "")


class ItemForm(Form):
    """One line of the price."""

    description = StringField(_l("What it is"))
    quantity = StringField(_l("Quantity"))
    unit = StringField(_l("Unit"))
    unit_price = StringField(_l("Price each"))
    discount = StringField(_l("Discount"))
    tax = SelectField(_l("Tax"), choices=[], validate_choice=False)


Repriced = tuple[Draft, str, tuple[int, Mapping[str, str]] | None]


def repriced(draft: Draft, act: str) -> Repriced | None:
    """The draft after "by-items", "by-milestones", "add-item" or "remove-item-2" (counted from 0), what should have
    the focus then, and the place and content of a row that was removed. None if `act` is none of these; nothing that
    was typed is lost by going back and forth."""
    rows = list(draft.get("items") or [])
    if act == "by-milestones":
        return {name: value for name, value in draft.items() if name != "pricing"}, "total", None
    if act in ("by-items", "add-item"):
        rows = rows if act == "by-items" and rows else [*rows, dict(EMPTY_ITEM)][: MAX_ITEMS + 1]
        milestones = [{**row, "basis": "percentage"} for row in draft["milestones"]]
        return {**draft, "pricing": BY_ITEMS, "items": rows, "milestones": milestones}, f"item-{len(rows) - 1}", None
    number = act.removeprefix("remove-item-")
    if number == act or not (number.isascii() and number.isdecimal()):
        return None
    place = int(number[:4])
    gone = (place, rows.pop(place)) if len(rows) > 1 and place < len(rows) else None
    return {**draft, "items": rows}, f"item-{max(min(place, len(rows) - 1), 0)}", gone


def item_texts(form: Any) -> dict[str, Any]:
    """The part of the draft that the form's items are; empty where the milestones have prices of their own."""
    rows = [_texts(entry.form) for entry in form.items.entries]
    found: dict[str, Any] = {"items": rows} if rows else {}
    if form.discount.data:
        found["discount"] = str(form.discount.data)
    if form.pricing.data == BY_ITEMS:
        found["pricing"] = BY_ITEMS
    return found


def _texts(row: Form) -> Mapping[str, str]:
    texts = {name: str(row[name].data or "") for name in ITEM_FIELDS}
    return texts if row["tax"].data in (None, "", "0") else {**texts, "tax": str(row["tax"].data)}

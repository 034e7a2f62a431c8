"""What changed between two revisions, in the reader's words: for pages, where every line is told, and for mails."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from milebill.domain.differences import Content, Difference, Kind, Line, differences, lines
from milebill.models.review import Review
from milebill.outbound.clause_words import review_days
from milebill.web.filters import day, excerpt, money, quantity, rate
from milebill.web.translations import gettext as _
from milebill.web.translations import ngettext

MOST_IN_MAIL = 8
_TEXTS = {"introduction", "description", "criteria"}


class Mark(NamedTuple):
    """A line that is gone or new: `kind` is "removed", "added", or "" for one that only says what happened."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Change:
    """One difference: what it is about ("Milestone “Design”", or nothing), which field of it, and its lines."""

    about: str
    field: str
    marks: tuple[Mark, ...]

    @property
    def name(self) -> str:
        """Both names on one line."""
        return ", ".join(filter(None, (self.about, self.field)))


@dataclass(frozen=True, slots=True)
class Changes:
    """Everything that changed since what was sent before."""

    title: str
    rows: tuple[Change, ...]


def changes_since(after: Content, before: Content, sent_at: datetime) -> Changes:
    """What changed since the revision `before`, which was sent at `sent_at` (UTC)."""
    return Changes(str(_("What changed since %(day)s", day=day(sent_at))), changed(after, before))


def changed(after: Content, before: Content) -> tuple[Change, ...]:
    """Every difference in words."""
    money_of = (str(before["currency"]), str(after["currency"]))
    return tuple(_change(difference, *money_of) for difference in differences(before, after))


def changes_in_brief(after: Content, before: Content | None) -> list[str]:
    """The first differences, one line each, for a mail: long texts are only named."""
    if before is None:
        return []
    found = changed(after, before)
    told = [_in_brief(change, long_text) for change, long_text in _with_length(found, after, before)][:MOST_IN_MAIL]
    if more := len(found) - len(told):
        told.append(str(ngettext("and %(num)s more", "and %(num)s more", more)))
    return told


def _with_length(found: Sequence[Change], after: Content, before: Content) -> list[tuple[Change, bool]]:
    kinds = (difference.field in _TEXTS for difference in differences(before, after))
    return list(zip(found, kinds, strict=True))


def _in_brief(change: Change, is_long: bool) -> str:
    if is_long:
        return str(_("%(name)s: changed", name=change.name))
    old = ", ".join(mark.text for mark in change.marks if mark.kind == Kind.REMOVED)
    new = ", ".join(mark.text for mark in change.marks if mark.kind != Kind.REMOVED)
    told = " → ".join(excerpt(text, 200) for text in (old, new) if text)
    return str(_("%(name)s: %(told)s", name=change.name, told=told))


def _change(found: Difference, old_currency: str, currency: str) -> Change:
    row, about = found.row, ""
    if row is not None:
        about = _row_name(found.part, row)
    if not found.field:
        return Change(about, "", _row_marks(found, old_currency, currency))
    label = _labels()[found.part, found.field]
    if found.field in _TEXTS:
        marks = tuple(Mark(str(kind), _line(line)) for kind, line in lines(_lines(found.before), _lines(found.after)))
        return Change(about, label, marks or _whole(found.before, found.after))
    write = _WRITERS.get((found.part, found.field), _as_it_is)
    old = write(found.before, found.after, old_currency) if _is_there(found.before) else ""
    new = write(found.after, found.before, currency) if _is_there(found.after) else ""
    return Change(about, label, _whole(old, new))


def _whole(old: str, new: str) -> tuple[Mark, ...]:
    return tuple(Mark(str(kind), text) for kind, text in ((Kind.REMOVED, old), (Kind.ADDED, new)) if text)


def _is_there(value: Any) -> bool:
    return value is not None and value != ""


def _lines(value: str | list[Line] | None) -> Sequence[Line]:
    return value.splitlines() if isinstance(value, str) else list(value or ())


def _line(line: Line) -> str:
    if isinstance(line, str):
        return line
    return (
        str(_("%(words)s (checked by: %(how)s)", words=line.text, how=line.checked_by))
        if line.checked_by
        else line.text
    )


def _row_name(part: str, row: Mapping[str, Any]) -> str:
    if part == "milestones":
        return str(_("Milestone “%(title)s”", title=row["title"]))
    if part == "items":
        return str(_("Item “%(title)s”", title=excerpt(row["description"], 80)))
    return _tax_name(row["label"], row["rate"], row["reason"])


def _row_marks(found: Difference, old_currency: str, currency: str) -> tuple[Mark, ...]:
    row = found.row or {}
    if found.kind == Kind.MOVED:
        before, after = (str(_("Place %(n)s", n=place)) for place in (found.before, found.after))
        return _whole(before, after)
    amount = "tax" if found.part == "taxes" else "net"
    if found.kind == Kind.ADDED:
        return (Mark(str(Kind.ADDED), str(_("New, %(amount)s", amount=money(row[amount], currency)))),)
    return (Mark(str(Kind.REMOVED), str(_("Left out, %(amount)s", amount=money(row[amount], old_currency)))),)


def _tax_name(label: str, thousandths: int, reason: str) -> str:
    return " ".join(filter(None, (label, rate(thousandths), reason and f"({reason})")))


def _as_it_is(value: Any, _other: Any, _currency: str) -> str:
    return str(value)


def _day(value: str, _other: Any, _currency: str) -> str:
    return day(value)


def _days(value: int, _other: Any, _currency: str) -> str:
    return str(ngettext("%(num)s day", "%(num)s days", value))


def _review(value: Mapping[str, Any], _other: Any, _currency: str) -> str:
    return review_days(Review(value["days"]))


def _final(value: str, _other: Any, _currency: str) -> str:
    words = _("Deducts what was billed before") if value == "deducts" else _("Bills its own share")
    return str(words)


def _trigger(value: str, _other: Any, _currency: str) -> str:
    return str(_("Billed on acceptance") if value == "acceptance" else _("Billed on sign-off"))


def _person(value: Mapping[str, Any], _other: Any, currency: str) -> str:
    who = ", ".join(filter(None, (value.get("name"), value.get("email"))))
    return f"{who}, > {money(value['above'], currency)}" if value.get("above") else who


def _seller(value: Mapping[str, Any], other: Mapping[str, Any], _currency: str) -> str:
    """Only what differs of it."""
    own = (value.get(key) for key in sorted({*value, *other}) if value.get(key) != other.get(key))
    return "\n".join(":".join(one.values()) if isinstance(one, Mapping) else str(one) for one in own if one)


def _step_price(value: Mapping[str, Any], other: Mapping[str, Any], currency: str) -> str:
    """Net, share and sum with tax, as far as they differ; else to which taxes it belongs."""
    told = []
    if value["net"] != other["net"]:
        told.append(money(value["net"], currency))
    elif value["gross"] != other["gross"]:
        told.append(str(_("%(gross)s with tax", gross=money(value["gross"], currency))))
    if value["share"] != other["share"]:
        told.append(rate(value["share"]))
    return ", ".join(told) or "\n".join(
        f"{_taxed(amount['taxed'], None, currency)}: {money(amount['net'], currency)}" for amount in value["amounts"]
    )


def _item_price(value: Mapping[str, Any], _other: Any, currency: str) -> str:
    told = f"{quantity(value['quantity'])} {value['unit']} × {money(value['unit_price'], currency)}"
    if value["discount"]:
        told += ", " + str(_("less %(rate)s", rate=rate(value["discount"])))
    return f"{told} = {money(value['net'], currency)}"


def _taxed(value: Sequence[Any], _other: Any, _currency: str) -> str:
    """The names of the taxes of a group, with category and code where there is a reason; then which of that name."""
    names = [
        _tax_name(label, thousandths, ", ".join(filter(None, (reason, code, "" if category == "S" else category))))
        for label, thousandths, category, code, reason, _nth in value[:-1]
    ]
    return ", ".join(names) + (f" ({value[-1]})" if value[-1] > 1 else "")


def _tax(value: Mapping[str, Any], other: Mapping[str, Any], currency: str) -> str:
    key = "tax" if value["tax"] != other["tax"] else "net"
    return money(value[key], currency)


def _total(value: Mapping[str, Any], other: Mapping[str, Any], currency: str) -> str:
    if value["gross"] != other["gross"]:
        return str(_("%(gross)s with tax", gross=money(value["gross"], currency)))
    return money(value["net"], currency)


_WRITERS: Mapping[tuple[str, str], Callable[[Any, Any, str], str]] = {
    ("offer", "valid_until"): _day,
    ("offer", "payment_terms_days"): _days,
    ("offer", "final_invoice"): _final,
    ("offer", "review"): _review,
    ("offer", "seller"): _seller,
    ("offer", "client"): _person,
    ("offer", "approver"): _person,
    ("offer", "second_approval"): _person,
    ("offer", "accounts_payable"): _person,
    ("milestones", "planned_on"): _day,
    ("milestones", "trigger"): _trigger,
    ("milestones", "price"): _step_price,
    ("items", "price"): _item_price,
    ("items", "taxed"): _taxed,
    ("taxes", "amount"): _tax,
    ("total", "total"): _total,
}


def _labels() -> dict[tuple[str, str], str]:
    return {
        ("offer", "title"): _("Title"),
        ("offer", "introduction"): _("Introduction"),
        ("offer", "currency"): _("Currency"),
        ("offer", "valid_until"): _("Valid until"),
        ("offer", "payment_terms_days"): _("Payment terms"),
        ("offer", "final_invoice"): _("Final invoice"),
        ("offer", "review"): _("Time to review"),
        ("offer", "seller"): _("Details of the supplier"),
        ("offer", "client"): _("Company"),
        ("offer", "approver"): _("Who decides"),
        ("offer", "second_approval"): _("Two approve"),
        ("offer", "accounts_payable"): _("Invoices go to"),
        ("milestones", "title"): _("Title"),
        ("milestones", "description"): _("Description"),
        ("milestones", "criteria"): _("Done when"),
        ("milestones", "planned_on"): _("Planned for"),
        ("milestones", "trigger"): _("When it is billed"),
        ("milestones", "price"): _("Price"),
        ("items", "description"): _("Description"),
        ("items", "price"): _("Price"),
        ("items", "taxed"): _("Tax"),
        ("taxes", "amount"): _("Tax"),
        ("total", "total"): _("Total"),
    }

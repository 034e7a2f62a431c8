"""Reading a draft: text as it was typed → an offer with exact amounts, or what is wrong with which field.

A draft keeps the builder's fields as strings, so that nothing that was typed is lost, valid or not. Error keys are
the builder's field names ("title", "milestones-2-value"); codes are short words that the web layer puts into sentences.
"""

from dataclasses import dataclass, field
from datetime import date

from milebill.domain.pricing import Priced, Share, price
from milebill.errors import Invalid, SplitImpossible
from milebill.models.milestone import Trigger
from milebill.models.revision import Draft
from milebill.money import InvalidAmount, is_currency, parse_amount, parse_thousandths
from milebill.tax import MAX_RATE

MAX_MILESTONES = 24
MAX_TITLE, MAX_TEXT, MAX_CRITERIA, MAX_TERMS_DAYS = 200, 8000, 40, 365


@dataclass(frozen=True)
class DraftMilestone:
    """A milestone as it can be read; `net` and `tax` are minor units once everything can be priced."""

    title: str
    description: str
    criteria: tuple[str, ...]
    planned_on: date | None
    trigger: Trigger
    share: Share | None
    net: int | None = None
    tax: int | None = None


@dataclass(frozen=True)
class ReadDraft:
    """What could be understood of a draft, and `errors` for the rest."""

    title: str
    introduction: str
    client_name: str
    approver_name: str
    approver_email: str
    ap_name: str
    ap_email: str
    currency: str
    tax_label: str
    tax_rate: int | None
    valid_until: date | None
    payment_terms_days: int | None
    milestones: tuple[DraftMilestone, ...]
    priced: Priced | None
    errors: dict[str, str] = field(default_factory=dict)

    def require_valid(self) -> None:
        """Raises Invalid with every error."""
        if self.errors:
            raise Invalid(self.errors)


class _Reader:
    """Collects values and errors field by field."""

    def __init__(self, fields: Draft, prefix: str = ""):
        self.fields, self.prefix = fields, prefix
        self.errors: dict[str, str] = {}

    def fail(self, name: str, code: str) -> None:
        self.errors.setdefault(self.prefix + name, code)

    def text(self, name: str, limit: int, required: bool = False) -> str:
        value = str(self.fields.get(name) or "").strip()
        if required and not value:
            self.fail(name, "required")
        if len(value) > limit:
            self.fail(name, "too_long")
        return value

    def email(self, name: str, required: bool) -> str:
        value = self.text(name, 254, required)
        local, _, domain = value.rpartition("@")
        if value and (not local or "." not in domain or any(sign.isspace() or sign in "<>,;" for sign in value)):
            self.fail(name, "email")
        return value

    def date(self, name: str, required: bool = False) -> date | None:
        value = self.text(name, 10, required)
        if not value:
            return None
        try:
            return date.fromisoformat(value)
        except ValueError:
            self.fail(name, "date")
            return None

    def whole(self, name: str, low: int, high: int) -> int | None:
        value = self.text(name, 6, required=True)
        if value and (not (value.isascii() and value.isdecimal()) or not low <= int(value) <= high):
            self.fail(name, "whole_number")
            return None
        return int(value) if value else None


def read_draft(draft: Draft, locale: str, today: date) -> ReadDraft:
    """Understand `draft`; amounts are read in the habits of `locale`, dates may not lie before `today`."""
    reader = _Reader(draft)
    currency = reader.text("currency", MAX_TITLE, required=True).upper()
    if currency and not is_currency(currency):
        reader.fail("currency", "currency")
        currency = ""
    rate = _rate(reader)
    valid_until = reader.date("valid_until", required=True)
    if valid_until and valid_until < today:
        reader.fail("valid_until", "past")
    raw_milestones = [row for row in draft.get("milestones") or [] if isinstance(row, dict)]
    if not 1 <= len(raw_milestones) <= MAX_MILESTONES:
        reader.fail("milestones", "how_many")
    milestones = [_milestone(reader, row, index, currency, locale, today) for index, row in enumerate(raw_milestones)]
    priced = _price(reader, milestones, currency, rate, locale)
    if priced is not None:
        milestones = [
            DraftMilestone(**{**vars(milestone), "net": net, "tax": tax})
            for milestone, net, tax in zip(milestones, priced.nets, priced.taxes, strict=True)
        ]
    approver_email = reader.email("approver_email", required=True)
    return ReadDraft(
        title=reader.text("title", MAX_TITLE, required=True),
        introduction=reader.text("introduction", MAX_TEXT),
        client_name=reader.text("client_name", MAX_TITLE, required=True),
        approver_name=reader.text("approver_name", MAX_TITLE, required=True),
        approver_email=approver_email,
        ap_name=reader.text("ap_name", MAX_TITLE),
        ap_email=reader.email("ap_email", required=False),
        currency=currency,
        tax_label=reader.text("tax_label", 40, required=bool(rate)),
        tax_rate=rate,
        valid_until=valid_until,
        payment_terms_days=reader.whole("payment_terms_days", 0, MAX_TERMS_DAYS),
        milestones=tuple(milestones),
        priced=priced,
        errors=reader.errors,
    )


def _rate(reader: _Reader) -> int | None:
    try:
        rate = parse_thousandths(str(reader.fields.get("tax_rate") or "0"))
    except InvalidAmount as error:
        reader.fail("tax_rate", error.code)
        return None
    if rate > MAX_RATE:
        reader.fail("tax_rate", "too_large")
        return None
    return rate


def _milestone(reader: _Reader, row: Draft, index: int, currency: str, locale: str, today: date) -> DraftMilestone:
    own = _Reader(row, prefix=f"milestones-{index}-")
    planned_on = own.date("planned_on")
    if planned_on and planned_on < today:
        own.fail("planned_on", "past")
    criteria = tuple(line.strip(" \t•-*") for line in own.text("criteria", MAX_TEXT).splitlines())
    criteria = tuple(line for line in criteria if line)
    if len(criteria) > MAX_CRITERIA:
        own.fail("criteria", "too_long")
    trigger = own.text("trigger", 12) or Trigger.SIGN_OFF
    if trigger not in set(Trigger):
        own.fail("trigger", "required")
        trigger = Trigger.SIGN_OFF
    milestone = DraftMilestone(
        title=own.text("title", MAX_TITLE, required=True),
        description=own.text("description", MAX_TEXT),
        criteria=criteria,
        planned_on=planned_on,
        trigger=Trigger(trigger),
        share=_share(own, currency, locale),
    )
    reader.errors |= own.errors
    return milestone


def _share(own: _Reader, currency: str, locale: str) -> Share | None:
    basis, value = own.text("basis", 10) or "percentage", own.text("value", 40)
    try:
        if basis == "amount":
            if not currency:
                return None
            share = Share(amount=parse_amount(value, currency, locale))
        else:
            share = Share(thousandths=parse_thousandths(value))
    except InvalidAmount as error:
        own.fail("value", "negative" if value.startswith("-") else error.code)
        return None
    if (share.amount or 0) < 0:
        own.fail("value", "negative")
        return None
    if (share.thousandths or 0) > 100_000:
        own.fail("value", "over_100")
        return None
    return share


def _price(
    reader: _Reader, milestones: list[DraftMilestone], currency: str, rate: int | None, locale: str
) -> Priced | None:
    """The exact split, as soon as every figure that it needs can be read."""
    typed, total = str(reader.fields.get("total") or "").strip(), None
    if typed and currency:
        try:
            total = parse_amount(typed, currency, locale)
        except InvalidAmount as error:
            reader.fail("total", "negative" if typed.startswith("-") else error.code)
            return None
        if total < 0:
            reader.fail("total", "negative")
            return None
    shares = [milestone.share for milestone in milestones]
    if not currency or rate is None or not shares or any(share is None for share in shares):
        return None
    try:
        return price(total, [share for share in shares if share is not None], rate)
    except Invalid as error:
        for name, code in error.errors.items():
            reader.fail(name, code)
    except SplitImpossible:
        reader.fail("total", "too_small_to_split")
    return None

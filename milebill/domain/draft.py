"""Reading a draft: text as it was typed → an offer with exact amounts, or what is wrong with which field.

A draft keeps the builder's fields as strings, so that nothing that was typed is lost, valid or not. Error keys are
the builder's field names ("title", "milestones-2-value"); codes are short words that the web layer puts into sentences.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from milebill.agreed_criteria import AgreedCriterion
from milebill.catalogues import is_spoken
from milebill.categories import DEDUCTS, OWN_SHARE
from milebill.domain.draft_clauses import read_review
from milebill.domain.draft_criteria import language_of_draft, typed_criteria, unsettled
from milebill.domain.draft_fields import Fields
from milebill.domain.draft_people import SecondApprover, read_second
from milebill.domain.draft_places import Place, read_places
from milebill.domain.draft_taxes import DraftGroup, DraftTaxes, needs_tax_ids, read_taxes
from milebill.domain.items import Item, group_nets, read_items
from milebill.domain.pricing import Amount, Priced, Share, price, price_items
from milebill.errors import Invalid, SplitImpossible
from milebill.models.milestone import Trigger
from milebill.models.review import Review
from milebill.models.revision import Draft
from milebill.money import InvalidAmount, is_currency, parse_thousandths

MAX_MILESTONES = 24
BY_ITEMS = "items"
MAX_TITLE, MAX_TEXT, MAX_CRITERIA, MAX_TERMS_DAYS, MAX_LOCALE = 200, 8000, 40, 365, 16


@dataclass(frozen=True)
class DraftMilestone:
    """A milestone as it can be read; `amounts` are there once everything can be priced."""

    title: str
    description: str
    criteria: tuple[AgreedCriterion, ...]
    planned_on: date | None
    trigger: Trigger
    share: Share | None
    group: int = 0
    """The number of its tax group."""
    amounts: tuple[Amount, ...] | None = None

    @property
    def net(self) -> int | None:
        """Minor units; None before it is priced."""
        return None if self.amounts is None else sum(amount.net for amount in self.amounts)


@dataclass(frozen=True)
class ReadDraft:
    """What could be understood of a draft, and `errors` for the rest."""

    title: str
    introduction: str
    client_name: str
    client_locale: str
    """In which they are spoken to; "" for what is known of them."""
    client_at: Place
    approver_name: str
    approver_email: str
    ap_name: str
    ap_email: str
    second: SecondApprover | None
    """Who must approve too, above an amount."""
    currency: str
    groups: tuple[DraftGroup | None, ...]
    """The tax groups by their numbers; None for one that is empty or can't be read."""
    valid_until: date | None
    payment_terms_days: int | None
    review: Review | None
    """How long the client may review a milestone, if that is to be agreed."""
    items: tuple[Item, ...] | None
    """What the price is made of, after every discount; None if it can't be read, empty if milestones have prices."""
    final_invoice: str
    """"deducts", "own_share", or "" for the house's habit."""
    milestones: tuple[DraftMilestone, ...]
    priced: Priced | None
    seller_at: Place
    """Where a visitor says that they are."""
    errors: dict[str, str] = field(default_factory=dict)

    def needs_tax_ids(self) -> bool:
        """Whether its taxes oblige both parties to state their tax ids."""
        return needs_tax_ids([group for group in self.groups if group is not None])

    def require_valid(self) -> None:
        """Raises Invalid with every error."""
        if self.errors:
            raise Invalid(self.errors)


def read_draft(draft: Draft, locale: str, today: date) -> ReadDraft:
    """Understand `draft`; amounts are read in the habits of `locale`, dates may not lie before `today`."""
    reader = Fields(draft)
    currency = reader.text("currency", MAX_TITLE, required=True).upper()
    if currency and not is_currency(currency):
        reader.fail("currency", "currency")
        currency = ""
    taxes = read_taxes(reader)
    valid_until = reader.date("valid_until", required=True)
    if valid_until and valid_until < today:
        reader.fail("valid_until", "past")
    rows = reader.rows("milestones")
    if not 1 <= len(rows) <= MAX_MILESTONES:
        reader.fail("milestones", "how_many")
    milestones = [_milestone(reader, row, index, currency, locale, today, taxes) for index, row in enumerate(rows)]
    for place in unsettled([milestone.criteria for milestone in milestones], language_of_draft(draft, locale)):
        reader.fail(f"milestones-{place}-criteria", "tbd")
    items = read_items(reader, taxes, currency, locale) if is_priced_by_items(draft) else ()
    priced = _price(reader, milestones, items, currency, taxes, locale)
    seller_at, client_at = read_places(reader)
    if priced is not None:
        milestones = [
            replace(milestone, amounts=own) for milestone, own in zip(milestones, priced.amounts, strict=True)
        ]
    return ReadDraft(
        title=reader.text("title", MAX_TITLE, required=True),
        introduction=reader.text("introduction", MAX_TEXT),
        client_name=reader.text("client_name", MAX_TITLE, required=True),
        client_locale=_locale(reader),
        client_at=client_at,
        approver_name=reader.text("approver_name", MAX_TITLE, required=True),
        approver_email=reader.email("approver_email", required=True),
        ap_name=reader.text("ap_name", MAX_TITLE),
        ap_email=reader.email("ap_email", required=False),
        second=read_second(reader, currency, locale),
        currency=currency,
        groups=taxes.groups,
        valid_until=valid_until,
        payment_terms_days=reader.whole("payment_terms_days", 0, MAX_TERMS_DAYS),
        review=read_review(reader),
        items=items,
        final_invoice=_final_invoice(reader),
        milestones=tuple(milestones),
        priced=priced,
        seller_at=seller_at,
        errors=reader.errors,
    )


def is_priced_by_items(draft: Mapping[str, Any]) -> bool:
    """Whether line items make the price, and milestones bill shares of it; else each milestone has its own price."""
    return draft.get("pricing") == BY_ITEMS


def _locale(reader: Fields) -> str:
    locale = reader.text("client_locale", MAX_LOCALE)
    if locale and not is_spoken(locale):
        reader.fail("client_locale", "unknown")
    return locale


def _final_invoice(reader: Fields) -> str:
    style = reader.text("final_invoice", 10)
    if style not in ("", DEDUCTS, OWN_SHARE):
        reader.fail("final_invoice", "unknown")
    return style


def _milestone(
    reader: Fields, row: Draft, index: int, currency: str, locale: str, today: date, taxes: DraftTaxes
) -> DraftMilestone:
    own = Fields(row, prefix=f"milestones-{index}-")
    planned_on = own.date("planned_on")
    if planned_on and planned_on < today:
        own.fail("planned_on", "past")
    criteria = tuple(typed.agreed for typed in typed_criteria(own.text("criteria", MAX_TEXT)))
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
        share=_share(own, currency, locale, only_percentages=is_priced_by_items(reader.fields)),
        group=taxes.chosen(own),
    )
    reader.errors |= own.errors
    return milestone


def _share(own: Fields, currency: str, locale: str, *, only_percentages: bool) -> Share | None:
    if (own.text("basis", 10) or "percentage") == "amount":
        if only_percentages:
            own.fail("value", "percentage_only")
            return None
        amount = own.amount("value", currency, locale)
        return None if amount is None else Share(amount=amount)
    value = own.text("value", 40)
    try:
        thousandths = parse_thousandths(value)
    except InvalidAmount as error:
        own.fail("value", "negative" if value.startswith("-") else error.code)
        return None
    if thousandths > 100_000:
        own.fail("value", "over_100")
        return None
    return Share(thousandths=thousandths)


def _price(
    reader: Fields,
    milestones: list[DraftMilestone],
    items: tuple[Item, ...] | None,
    currency: str,
    taxes: DraftTaxes,
    locale: str,
) -> Priced | None:
    """The exact split, as soon as every figure that it needs can be read."""
    total, by_items = None, is_priced_by_items(reader.fields)
    if not by_items and str(reader.fields.get("total") or "").strip() and currency:
        total = reader.amount("total", currency, locale)
        if total is None:
            return None
    shares = [milestone.share for milestone in milestones if milestone.share is not None]
    chosen = [item.group for item in items or ()] if by_items else [milestone.group for milestone in milestones]
    rates = [group.rates if group else () for group in taxes.groups]
    unknown = any(taxes.groups[number] is None for number in chosen)
    if not currency or not shares or len(shares) < len(milestones) or unknown or items is None:
        return None
    try:
        if by_items:
            return price_items(group_nets(items, len(rates)), shares, rates)
        return price(total, shares, rates, chosen)
    except Invalid as error:
        for name, code in error.errors.items():
            reader.fail(name, code)
    except SplitImpossible:
        reader.fail("total", "too_small_to_split")
    return None

"""The quote builder's form: what was typed stays as it was typed, valid or not."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import EmailField, FieldList, Form, FormField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.widgets import DateInput

from milebill.categories import DEDUCTS, OWN_SHARE
from milebill.domain.draft import MAX_MILESTONES
from milebill.domain.draft_people import FIELDS as SECOND_FIELDS
from milebill.domain.draft_places import FIELDS as PLACE_FIELDS
from milebill.domain.draft_taxes import MAX_MORE_TAXES
from milebill.domain.items import MAX_ITEMS
from milebill.models import Workspace
from milebill.models.milestone import Trigger
from milebill.models.revision import Draft
from milebill.web.forms import SupplierForm, add_errors, focus_first_error
from milebill.web.supplier.builder_items import ItemForm, item_texts
from milebill.web.supplier.builder_places import country_field, first_place, region_field
from milebill.web.supplier.builder_taxes import (
    ROW_FIELDS,
    TAX_FIELDS,
    TaxForm,
    category_field,
    first_taxes,
    tax_choices,
    tax_rows,
    without_empty_rows,
)
from milebill.web.supplier.client_language import for_a_quote

VALID_DAYS = 30
REVIEW_DAYS = "10"
"""Working days: two weeks, as long as it takes a client who is busy."""

EMPTY_MILESTONE = {
    "title": "",
    "description": "",
    "criteria": "",
    "planned_on": "",
    "basis": "percentage",
    "value": "",
    "trigger": str(Trigger.SIGN_OFF),
}

UNFINISHED = frozenset(
    {"required", "empty", "under_100", "how_many", "rate_required", "reason_required", "how_many_items", "tbd"}
)
"""Errors of a draft that is only not finished yet; it may be kept like this, but not sent."""


FINAL_INVOICES = [
    SelectChoice("", _l("is written as usual")),
    SelectChoice(DEDUCTS, _l("lists the whole contract and deducts what was billed before")),
    SelectChoice(OWN_SHARE, _l("bills its own share, like every other")),
]


class MilestoneForm(Form):
    """One row of the builder."""

    title = StringField(_l("Title"))
    description = TextAreaField(_l("What you do"), description=_l("In a few words."))
    criteria = TextAreaField(
        _l("We agree that it is done when …"),
        description=_l("One thing per line; below it, → how it is checked."),
    )
    planned_on = StringField(_l("Planned for"), widget=DateInput())
    basis = SelectField(
        _l("Price as"),
        choices=[SelectChoice("percentage", _l("Percentage")), SelectChoice("amount", _l("Amount"))],
        validate_choice=False,
    )
    value = StringField(_l("Price"))
    trigger = SelectField(
        _l("Falls due"),
        choices=[
            SelectChoice(str(Trigger.SIGN_OFF), _l("when it is signed off")),
            SelectChoice(str(Trigger.ACCEPTANCE), _l("on acceptance, as a deposit")),
        ],
        validate_choice=False,
    )
    tax = SelectField(_l("Tax"), choices=[], validate_choice=False)


class BuilderForm(SupplierForm):
    """The whole quote. Whether a token is asked for is the blueprint's affair: a visitor's draft has none."""

    class Meta(SupplierForm.Meta):
        csrf = False

    client_name = StringField(_l("Company"))
    client_locale = SelectField(_l("Their language"), choices=for_a_quote, validate_choice=False)
    client_country = country_field(_l("Their country"))
    client_region = region_field(_l("Their state"))
    seller_country = country_field(_l("Your country"))
    approver_name = StringField(_l("Who decides"), description=_l("Their name. They sign with it."))
    approver_email = EmailField(_l("Their e-mail address"), description=_l("The quote goes here."))
    ap_name = StringField(_l("Accounts payable"))
    ap_email = EmailField(_l("Their e-mail address"), description=_l("Invoices go here, else to whoever decides."))
    second_name = StringField(_l("Who approves too"), description=_l("Their name. They sign with it."))
    second_email = EmailField(_l("Their e-mail address"), description=_l("They get the quote as well."))
    second_above = StringField(
        _l("Above"), description=_l("With tax. Of the quote, and of each milestone. Empty means always.")
    )
    title = StringField(_l("Title"), description=_l("What the project is called, such as “New website”."))
    introduction = TextAreaField(_l("Introduction"), description=_l("A few words to your client."))
    currency = StringField(_l("Currency"))
    tax_label = StringField(_l("Tax"), description=_l("Such as VAT. Leave it empty if you charge none."))
    tax_rate = StringField(_l("Rate"))
    final_invoice = SelectField(_l("The last invoice …"), choices=FINAL_INVOICES, validate_choice=False)
    tax_category = category_field()
    tax_reason = TaxForm.reason
    second_tax_label = TaxForm.second_label
    second_tax_rate = TaxForm.second_rate
    more_taxes = FieldList(FormField(TaxForm), _l("More taxes"), max_entries=MAX_MORE_TAXES + 1)
    valid_until = StringField(_l("Valid until"), widget=DateInput())
    payment_terms_days = StringField(_l("Payment terms"))
    review_days = StringField(_l("Time to review a milestone"))
    total = StringField(
        _l("Total price, net"),
        description=_l("Percentages are taken of it."),
    )
    pricing = StringField(_l("Priced by"))
    items = FieldList(FormField(ItemForm), _l("Line items"), max_entries=MAX_ITEMS + 1)
    discount = StringField(_l("Discount on all of it"), description=_l("An amount, or a percentage such as 10 %."))
    milestones = FieldList(FormField(MilestoneForm), _l("Milestone"), max_entries=MAX_MILESTONES + 1)
    removed = StringField(_l("Undo"))


_ROWS_AND_TOKEN = ("milestones", "more_taxes", "items", "discount", "pricing", "removed")


def draft_of(form: BuilderForm) -> Draft:
    """The form's fields as text, the way a revision keeps them."""
    names = [field.name for field in form if field.name not in _ROWS_AND_TOKEN]
    draft: Draft = {name: str(form[name].data or "") for name in names}
    for name in (*TAX_FIELDS[2:], "final_invoice", "client_locale", *PLACE_FIELDS, *SECOND_FIELDS):
        if not draft[name]:
            del draft[name]  # most quotes have one plain tax and one approver, and their drafts say no more than that
    if taxes := without_empty_rows([_texts(row.form, ROW_FIELDS) for row in form.more_taxes.entries]):
        draft["more_taxes"] = taxes
    draft |= item_texts(form)
    draft["milestones"] = [_milestone(row.form) for row in form.milestones.entries]
    return draft


def _milestone(row: Form) -> dict[str, str]:
    texts = _texts(row, tuple(EMPTY_MILESTONE))
    return texts if row["tax"].data in (None, "", "0") else {**texts, "tax": str(row["tax"].data)}


def _texts(form: Form, names: tuple[str, ...]) -> dict[str, str]:
    return {name: str(form[name].data or "") for name in names}


def form_of(draft: Draft, errors: Mapping[str, str] | None = None) -> BuilderForm:
    """The builder showing `draft`, with the domain's error codes as sentences beside their fields."""
    form = BuilderForm(formdata=None, data={**draft, "more_taxes": tax_rows(draft)})
    choices = tax_choices(draft)
    for rows in (form.milestones, form.items):
        for row in rows.entries:
            row.form.tax.choices = choices
    if errors:
        if "shares" in errors:  # told below the rows that it is about
            errors = {"milestones": errors["shares"], **errors}
        add_errors(form, {name: code for name, code in errors.items() if name != "shares"})
        focus_first_error(form)
    return form


def first_draft(
    seller: Workspace, last: Draft | None, same_client: bool, today: date, buyer: Mapping[str, Any]
) -> Draft:
    """What a new quote begins with: the supplier's habits, and the client's people if there was a quote before.

    `buyer` is what an earlier acceptance told of the client, by the names of a party's fields.
    """
    last = last or {}
    draft: Draft = {
        "currency": seller.currency,
        "payment_terms_days": str(seller.payment_terms_days),
        "review_days": REVIEW_DAYS,
        **first_taxes(seller, last, buyer),
        "valid_until": (today + timedelta(days=VALID_DAYS)).isoformat(),
        "milestones": [
            {**EMPTY_MILESTONE, "title": _("Deposit"), "value": "30", "trigger": str(Trigger.ACCEPTANCE)},
            {**EMPTY_MILESTONE, "value": "40"},
            {**EMPTY_MILESTONE, "value": "30"},
        ],
    }
    if same_client:
        people = ("client_name", "approver_name", "approver_email", "ap_name", "ap_email", "currency", *SECOND_FIELDS)
        draft |= {name: last[name] for name in (*people, "payment_terms_days") if last.get(name)}
        draft |= first_place(buyer, last)
        draft |= {name: last[name] for name in ("review_days",) if name in last}
    return draft

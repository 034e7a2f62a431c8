"""The guide's calculator as a form that is sent by GET, so that its address can be kept and shared."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from babel.numbers import get_decimal_symbol, get_territory_currencies
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, SelectField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs

from milebill.domain.guide_figures import A_MONTH, A_WEEK, LIMITS, read_figures
from milebill.domain.three_deals import Figures
from milebill.errors import Invalid
from milebill.money import InvalidAmount, is_currency, plain
from milebill.typed_amounts import read_amount
from milebill.web.countries import country_of
from milebill.web.forms import ClientForm, add_errors, focus_first_error
from milebill.web.translations import gettext as _

WRITTEN = "written"
"""The field that says which sign the amounts' decimals have: an address may be opened by somebody with another one."""
_HABITS = {".": "en", ",": "de"}
_NUMBER = {"inputmode": "numeric", "autocomplete": "off"}
_AMOUNT = {"inputmode": "decimal", "autocomplete": "off"}


class GuideForm(ClientForm):
    """What somebody knows of their job."""

    written = HiddenField()
    currency = StringField(
        _l("Currency"), render_kw={"maxlength": 3, "autocapitalize": "characters", "autocomplete": "off"}
    )
    price = StringField(_l("Price, net"), render_kw=_AMOUNT)
    weeks = StringField(_l("Planned work"), render_kw=_NUMBER)
    deposit = StringField(_l("Deposit"), render_kw=_NUMBER)
    milestones = StringField(_l("Milestones besides the deposit"), render_kw=_NUMBER)
    cost = StringField(_l("What the work costs you"), description=_l("Your own pay, helpers, rent."), render_kw=_AMOUNT)
    cost_per = SelectField(
        _l("That is for"),
        choices=[SelectChoice(A_WEEK, _l("a week")), SelectChoice(A_MONTH, _l("a month"))],
        validate_choice=False,
    )
    review_days = StringField(_l("Until a milestone is signed off"), render_kw=_NUMBER)
    payment_days = StringField(_l("Until a bill is paid"), render_kw=_NUMBER)
    overrun = StringField(_l("How much longer it may take"), render_kw=_NUMBER)


FIELDS = tuple(field.name for field in GuideForm() if field.name != WRITTEN)
_STARTS = ("currency", "price", "weeks", "milestones", "deposit", "payment_days")
"""What a quote takes over."""


def first_figures(locale: str) -> dict[str, str]:
    """What the calculator begins with: a job of twelve weeks, as the guide itself advises."""
    home = country_of(locale)
    return {
        "currency": get_territory_currencies(home)[0] if home else "EUR",
        "price": "12000",
        "weeks": "12",
        "deposit": "25",
        "milestones": "5",
        "cost": "750",
        "cost_per": A_WEEK,
        "review_days": "5",
        "payment_days": "14",
        "overrun": "20",
    }


def form_with(args: Mapping[str, str], locale: str) -> tuple[GuideForm, Figures | None]:
    """The form with an address's figures in the habits of `locale`, and what they mean; None if something is wrong with
    them, which then stands beside its field."""
    typed, errors = _typed(args, locale)
    form = GuideForm(data={**typed, WRITTEN: get_decimal_symbol(locale)})
    try:
        figures = _read(typed, errors, locale)
    except Invalid as error:
        add_errors(form, {name: _outside(name) if code == "outside" else code for name, code in error.errors.items()})
        focus_first_error(form)
        return form, None
    return form, figures


def address_with(form: GuideForm, path: str = "/guide", names: tuple[str, ...] = FIELDS) -> str:
    """A page with these figures."""
    return f"{path}?{urlencode({name: form[name].data for name in (WRITTEN, *names)})}"


def builder_address(form: GuideForm, path: str) -> str:
    """The builder at `path`, beginning with these figures."""
    return address_with(form, path, _STARTS)


def figures_to_begin(args: Mapping[str, str], locale: str) -> Figures | None:
    """What a new quote is to begin with; None for an address without figures, or with some that can't be read."""
    if "price" not in args or "milestones" not in args:
        return None
    try:
        return _read(*_typed(args, locale), locale)
    except Invalid:
        return None


def amount_text(minor: int, currency: str, locale: str) -> str:
    """An amount as somebody of `locale` types it: without decimals where there are none."""
    text = plain(minor, currency)
    whole, _point, decimals = text.partition(".")
    return f"{whole}{get_decimal_symbol(locale)}{decimals}" if decimals.strip("0") else whole


def _typed(args: Mapping[str, str], locale: str) -> tuple[dict[str, str], dict[str, str]]:
    """The address's figures, the first ones for what it does not say, and the errors of amounts that cannot be read in
    the habits that they were written in. Those stay as they are; in other habits they could mean something else."""
    brought = {name: args[name].replace("\0", "") for name in FIELDS if name in args}
    found = first_figures(locale) | brought
    errors: dict[str, str] = {}
    sign, currency = args.get(WRITTEN, ""), found["currency"].strip().upper()
    if sign not in _HABITS or sign == get_decimal_symbol(locale) or not is_currency(currency):
        return found, errors
    for name in {"price", "cost"} & set(brought):
        try:
            found[name] = amount_text(read_amount(brought[name], currency, _HABITS[sign]), currency, locale)
        except InvalidAmount as error:
            errors[name] = error.code
    return found, errors


def _read(typed: Mapping[str, str], errors: Mapping[str, str], locale: str) -> Figures:
    try:
        figures = read_figures(typed, locale)
    except Invalid as error:
        raise Invalid(error.errors | dict(errors)) from None
    if errors:
        raise Invalid(errors)
    return figures


def _outside(name: str) -> Any:
    least, most = LIMITS[name]
    return _("Please give a whole number from %(least)s to %(most)s.", least=least, most=most)

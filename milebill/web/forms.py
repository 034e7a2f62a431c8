"""What forms share: codes of the domain become sentences beside the field, and nothing typed is lost."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from flask import request
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from wtforms import Field, FieldList, Form
from wtforms.meta import DefaultMeta

from milebill.typed_text import plain_text
from milebill.web.translations import gettext as _

MESSAGES: Mapping[str, Any] = {
    "required": _l("Please fill this in."),
    "choose": _l("Please choose one."),
    "too_long": _l("This is too long."),
    "email": _l("This does not look like an e-mail address."),
    "date": _l("Please give a date."),
    "past": _l("This day is over. Please choose today or later."),
    "earlier": _l("The quote is valid longer than that already. Please choose a later day."),
    "future": _l("This day has not come yet."),
    "whole_number": _l("Please give a whole number of days."),
    "review_days": _l("Please give a whole number of working days from 1 to 60, or leave it empty."),
    "number": _l("Please give a whole number from 1 on."),
    "currency": _l("We do not know this currency. Use its three letters, such as EUR or USD."),
    "empty": _l("Please give a number."),
    "not_a_number": _l("This is not a number that we can read."),
    "too_many_decimals": _l("This has more decimals than its currency."),
    "ambiguous": _l("This can be read in two ways. Please write it with two decimals, or without a point or comma."),
    "other_currency": _l("This is in another currency than the rest. If you mean the same one, give the number alone."),
    "too_large": _l("This is too large."),
    "negative": _l("This cannot be negative."),
    "positive": _l("Please give an amount above zero."),
    "zero": _l("A quote needs an amount above zero."),
    "under_100": _l("The milestones do not reach the whole price yet."),
    "over_100": _l("The milestones come to more than the whole price."),
    "too_small_to_split": _l("This amount is too small to split this way to the cent."),
    "how_many": _l("A quote has 1 to 24 milestones."),
    "how_many_items": _l("A quote that is priced by line items has 1 to 60 of them."),
    "over_whole": _l("This is as much as the whole price, or more."),
    "percentage_only": _l("With line items, each milestone bills a percentage of them."),
    "url": _l("Links begin with https:// or http://."),
    "other_person": _l(
        "This link was made for somebody else's name. Sign with the name that it was sent to, or get a link of your "
        "own under “People”."
    ),
    "unknown": _l("We do not know this value."),
    "switched_off": _l("This person’s link was switched off. Please name somebody else."),
    "same_person": _l("These have to be two people. Please give another address."),
    "yourself": _l("This is your own address."),
    "web_address": _l("Please write this without web addresses; the mail carries the right one."),
    "too_often": _l("This link was handed on five times within the hour. Please wait a little."),
    "too_many_people": _l("Ten people have a link already. Somebody has to be taken off before another one gets one."),
    "category": _l("This quote charges no tax, as between two countries of the EU. Please ask for another quote."),
    "pattern_signs": _l("Letters, digits, spaces and . / _ - are possible, and letters or digits at both ends."),
    "pattern_seq": _l("A number needs {seq} once: it is what counts."),
    "pattern_apart": _l("Please put a sign such as - beside {client}, so that no two numbers can be the same."),
    "taken": _l("This would come to numbers that are given already."),
    "in_use": _l("This series counts already. Its numbers have no gaps, so it cannot begin anew."),
    "rate_required": _l("Please give the rate, above zero."),
    "rate_forbidden": _l("No tax is charged in this case, so the rate is 0."),
    "reason_required": _l("Please say why no tax is charged. It is printed on every invoice."),
    "out_of_scope_alone": _l("What is outside the scope of the tax cannot stand beside other taxes."),
    "same_tax": _l("There is a tax like this already. Each rate is given once."),
    "tbd": _l("Something here is not agreed yet. Settle it or take it out, then the quote can be sent."),
    "how_many_taxes": _l("A quote has up to 4 taxes."),
}


_SPECIALS = frozenset('()<>[]:;,@\\"')
"""What stands in an address for something else than itself (RFC 5322, 3.2.3)."""


def is_email(text: str) -> bool:
    """Whether a mail can be addressed like this; that somebody reads it shows only when they answer."""
    local, _at, domain = text.rpartition("@")
    odd = any(sign.isspace() or not sign.isprintable() or sign in _SPECIALS for sign in local + domain)
    return bool(local) and "." in domain.strip(".") and len(text) <= 254 and not odd


NAME_KEYWORDS = {"autocomplete": "off", "autocapitalize": "words", "spellcheck": "false"}


class SupplierForm(FlaskForm):  # type: ignore[misc]
    """A form behind a session: carries a CSRF token."""

    class Meta(FlaskForm.Meta):  # type: ignore[misc]
        def wrap_formdata(self, form: Any, formdata: Any) -> Any:
            return without_unseen(super().wrap_formdata(form, formdata))


class ClientForm(Form):
    """A form on a client's page: no cookie, so no token; the request's origin is checked instead."""

    class Meta(DefaultMeta):
        def wrap_formdata(self, form: Any, formdata: Any) -> Any:
            return without_unseen(super().wrap_formdata(form, formdata))


def without_unseen(formdata: Any) -> Any:
    """The same fields without signs that nobody can type and that steer other text; nor can PostgreSQL store a NUL."""
    if formdata is None or all(plain_text(text) == text for text in _texts(formdata)):
        return formdata
    return MultiDict(
        (name, plain_text(value) if isinstance(value, str) else value) for name, value in formdata.items(multi=True)
    )


def _texts(formdata: Any) -> Iterator[str]:
    return (value for _name, value in formdata.items(multi=True) if isinstance(value, str))


def posted(form_class: type[ClientForm], **defaults: Any) -> Any:
    """A client's form: filled from a POST, else from `defaults`."""
    return form_class(request.form if request.method == "POST" else None, data=defaults)


def add_errors(form: Form, errors: Mapping[str, str]) -> None:
    """Put the domain's error codes beside the fields of the same names ("milestones-2-value" too)."""
    fields = {field.name: field for field in _all_fields(form)}
    for name, code in errors.items():
        field = fields.get(name)
        message = in_words(code, "" if field is None else field.data)
        if field is None:
            form.form_errors.append(message)
        else:
            field.errors = [*field.errors, message]
    for field in _all_fields(form):
        if isinstance(field, FieldList):  # so that form.errors, and with it the summary, knows of the fields inside
            own = [error for error in field.errors if not isinstance(error, dict)]
            field.errors = own + [entry.errors for entry in field.entries if entry.errors]


def in_words(code: str, typed: object = "") -> Any:
    """What a code of the domain says of `typed`; words stay as they are."""
    parts = re.findall(r"[0-9]+|[.,]", typed) if code == "ambiguous" and isinstance(typed, str) else []
    if len(parts) != 3:
        return MESSAGES.get(code, code)
    whole, sign, decimals = parts
    return _(
        "%(typed)s can be %(thousands)s or %(units)s. Please write the one that you mean.",
        typed=str(typed).strip(),
        thousands=whole + decimals,
        units=f"{whole}{sign}{decimals[:2]}",
    )


def focus_first_error(form: Form) -> None:
    """Lead the reader to what has to be mended."""
    for field in _all_fields(form):
        if field.errors and not hasattr(field, "entries"):
            field.render_kw = {**(field.render_kw or {}), "autofocus": True}
            return


def _all_fields(form: Form) -> list[Field]:
    found: list[Field] = []
    for field in form:
        found.append(field)
        for entry in getattr(field, "entries", []):
            inner = getattr(entry, "form", None)
            found.extend(_all_fields(inner) if inner is not None else [entry])
    return found

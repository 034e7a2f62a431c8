"""The forms of the client's page. The domain checks what matters; here are the lengths that a record can hold."""

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any

from babel import Locale
from flask_babel import get_locale
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.validators import Length, ValidationError

from milebill.catalogues import tag
from milebill.countries import is_country
from milebill.domain.by_criterion import MAX_REASON, Decision
from milebill.domain.signature import Signature
from milebill.errors import Stale
from milebill.reader import reader_locale
from milebill.web.access import mailed_at
from milebill.web.client.consent import ConsentBox
from milebill.web.countries import country_choices
from milebill.web.forms import MESSAGES, NAME_KEYWORDS, ClientForm
from milebill.web.security import client_address, user_agent
from milebill.web.staged import Staged


def as_typed(text: str | None) -> str:
    """What was typed, with one kind of line break."""
    return (text or "").replace("\r\n", "\n")


def _line(label: Any, longest: int, autocomplete: str = "off", **options: Any) -> StringField:
    keywords = {"autocomplete": autocomplete, "maxlength": longest, **options.pop("render_kw", {})}
    return StringField(
        label,
        [Length(max=longest, message=MESSAGES["too_long"])],
        filters=[as_typed],
        render_kw=keywords,
        **options,
    )


def _name(label: Any, field_id: str) -> StringField:
    """Empty at first, every time: a signature is typed. No placeholder either, which a scanner could copy."""
    return _line(label, 200, id=field_id, render_kw=NAME_KEYWORDS)


def _text(label: Any, longest: int, field_id: str) -> TextAreaField:
    return TextAreaField(
        label,
        [Length(max=longest, message=MESSAGES["too_long"])],
        filters=[as_typed],
        id=field_id,
        render_kw={"maxlength": longest},
    )


def _email(label: Any) -> StringField:
    return _line(label, 254, render_kw={"inputmode": "email", "autocapitalize": "none"})


class SignedForm(ClientForm):
    """A form under which a name is typed."""

    content_hash = HiddenField(filters=[as_typed])
    """The hash of what the page showed."""

    def signature(self, consent: str = "") -> Signature:
        """What was signed, under the words of `consent`. Raises Stale if others stood beside the box."""
        data = self.data
        box: Any = self["consent"] if data.get("consent") else None
        if box is not None and not box.is_beside(consent):
            raise Stale
        return Signature(
            name=data["name"],
            consented=bool(data.get("consent")),
            consent=consent,
            language=tag(reader_locale()),
            content_hash=data["content_hash"] or "",
            job_title=data.get("job_title") or "",
            address=client_address(),
            user_agent=user_agent(),
            mailed_at=mailed_at(),
        )


class FormWithFiles(SignedForm):
    """A form that files go with, see `attachments`."""

    staged = Staged()

    def validate(self, extra_validators: Any = None) -> bool:
        """Whether everything can be taken, the files too; what is wrong with them stands in the summary as well."""
        is_valid = super().validate(extra_validators)
        self.form_errors.extend(self.staged.errors)
        return is_valid and not self.staged.errors


class AcceptForm(SignedForm):
    """Who is invoiced, and the signature."""

    legal_name = _line(_l("Legal name"), 200, "organization")
    address_line_1 = _line(_l("Street and number"), 200, "address-line1")
    address_line_2 = _line(_l("Addition"), 200, "address-line2")
    post_code = _line(_l("Post code"), 40, "postal-code")
    city = _line(_l("Town"), 120, "address-level2")
    country_subdivision = _line(_l("State or region"), 120, "address-level1")
    country_code = SelectField(_l("Country"), render_kw={"autocomplete": "country"}, validate_choice=False)
    tax_id = _line(_l("Tax id"), 40)
    purchase_order_number = _line(_l("Purchase order number"), 80)
    buyer_reference = _line(_l("Your reference"), 80)
    cost_centre = _line(_l("Cost centre"), 80)
    vendor_number = _line(_l("Our number in your books"), 80)
    po_required = BooleanField(_l("We only pay invoices with a purchase order number"), id="accept-po-required")
    invoice_name = _line(_l("Their name"), 200)
    invoice_email = _email(_l("Their e-mail"))
    name = _name(_l("Your full name"), "accept-name")
    job_title = _line(_l("Job title"), 200, "organization-title")
    consent = ConsentBox(id="accept-consent")

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.country_code.choices = country_choices(_reader())

    def validate_country_code(self, field: SelectField) -> None:
        """Only a country that the select offers; a missing one is the domain's to name."""
        if field.data and not is_country(field.data):
            raise ValidationError(MESSAGES["unknown"])


class CountersignForm(SignedForm):
    """The second of two signatures under an acceptance: the first one said who is invoiced."""

    name = _name(_l("Your full name"), "accept-name")
    job_title = _line(_l("Job title"), 200, "organization-title")
    consent = ConsentBox(id="accept-consent")


class DeclineForm(SignedForm):
    """Why not, and the signature."""

    reason = _text(_l("Your reason"), 4000, "decline-reason")
    name = _name(_l("Your full name"), "decline-name")
    consent = ConsentBox(id="decline-consent")


class SignOffForm(SignedForm):
    """The signature under a milestone."""

    name = _name(_l("Your full name"), "signoff-name")
    job_title = _line(_l("Job title"), 200, "organization-title", id="signoff-job")
    consent = ConsentBox(id="signoff-consent")


class ChangesForm(FormWithFiles):
    """What is missing before the milestone is done."""

    reason = _text(_l("What is missing"), 8000, "changes-reason")
    name = _name(_l("Your full name"), "changes-name")


class CriteriaForm(FormWithFiles):
    """What was decided about each criterion, and the signature: see `criteria_form`."""

    def decisions(self, positions: Iterable[int]) -> dict[int, Decision]:
        """What was chosen for the criteria at these positions, with what was typed."""
        chosen = {"accept": True, "reject": False}
        return {
            n: Decision(chosen.get(self[f"decision-{n}"].data or ""), self[f"reason-{n}"].data or "") for n in positions
        }


def criteria_form(criteria: Mapping[int, str], *, in_part: bool) -> type[CriteriaForm]:
    """The form for these criteria, by position. Nothing is chosen at first: accepting is an act.

    Of what was not submitted `in_part` the client may say that they would accept a part.
    """
    fields: dict[str, Any] = {}
    for n, words in criteria.items():
        choices = [SelectChoice("accept", _l("Accept")), SelectChoice("reject", _l("Not yet"))]
        fields[f"decision-{n}"] = RadioField(words, choices=choices, validate_choice=False)
        fields[f"reason-{n}"] = _text(_l("What is missing"), MAX_REASON, f"reason-{n}")
    fields["name"] = _name(_l("Your full name"), "criteria-name")
    fields["job_title"] = _line(_l("Job title"), 200, "organization-title", id="criteria-job")
    fields["consent"] = ConsentBox(id="criteria-consent")
    if not in_part:
        label = _l("I would accept the finished part now, and the rest later")
        fields["part_welcome"] = BooleanField(label, id="criteria-part")
    return type("FormOfMilestone", (CriteriaForm,), fields)


class AmendmentForm(SignedForm):
    """What no total of an invoice depends on, and the signature."""

    purchase_order_number = _line(_l("Purchase order number"), 80)
    buyer_reference = _line(_l("Your reference"), 80)
    cost_centre = _line(_l("Cost centre"), 80)
    contact_name = _line(_l("Their name"), 200)
    contact_email = _email(_l("Their e-mail"))
    later = BooleanField(_l("Also for the invoices of this project that are still to come"), id="amendment-later")
    name = _name(_l("Your full name"), "amendment-name")


class CorrectionForm(SignedForm):
    """How the buyer should stand on the invoice; nothing is filled in, which a name could be copied from."""

    legal_name = _line(_l("Legal name"), 200, "organization")
    address_line_1 = _line(_l("Street and number"), 200, "address-line1")
    address_line_2 = _line(_l("Addition"), 200, "address-line2")
    post_code = _line(_l("Post code"), 40, "postal-code")
    city = _line(_l("Town"), 120, "address-level2")
    country_subdivision = _line(_l("State or region"), 120, "address-level1")
    country_code = SelectField(_l("Country"), render_kw={"autocomplete": "country"}, validate_choice=False)
    tax_id = _line(_l("Tax id"), 40)
    text = _text(_l("In your words"), 4000, "correction-text")
    name = _name(_l("Your full name"), "correction-name")
    once = HiddenField(filters=[as_typed])

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.country_code.choices = country_choices(_reader())

    def validate_country_code(self, field: SelectField) -> None:
        """Only a country that the select offers."""
        if field.data and not is_country(field.data):
            raise ValidationError(MESSAGES["unknown"])


class RestorationForm(SignedForm):
    """The signature under a version that is brought back."""

    name = _name(_l("Your full name"), "restoration-name")


class ForwardForm(SignedForm):
    """A colleague who is to have a link, and the signature of whoever gives it. Without a tick they may only read."""

    colleague_name = _line(_l("Their full name"), 200)
    colleague_email = _email(_l("Their e-mail"))
    approve = BooleanField(_l("They may also accept, decline and sign off"), id="forward-approve")
    payable = BooleanField(_l("They may also handle the invoices"), id="forward-payable")
    words = _text(_l("A sentence to them"), 300, "forward-words")
    name = _name(_l("Your full name"), "forward-name")


class OwnLinkForm(SignedForm):
    """Somebody who opened another person's link; that person's name is typed, as no scanner would."""

    own_name = _line(_l("Your full name"), 200)
    own_email = _email(_l("Your e-mail"))
    name = _name(_l("Whose link did you open?"), "own-link-of")


class StatementForm(SignedForm):
    """The signature of whoever asks for the project's statement."""

    name = _name(_l("Your full name"), "statement-name")


class TakeOffForm(SignedForm):
    """The signature of whoever ends somebody's link."""

    name = _name(_l("Your full name"), "take-off-name")


class QuestionForm(FormWithFiles):
    """A question to the supplier."""

    text = _text(_l("Your message"), 4000, "question-text")
    name = _name(_l("Your full name"), "question-name")
    once = HiddenField(filters=[as_typed])

    def key(self) -> str:
        """By which a second click is recognised. The words are part of it: a page that the browser kept and that is
        sent again with other words asks something else."""
        typed = f"{self.once.data}\n{self.text.data}"
        return hashlib.sha256(typed.encode("utf-8", "replace")).hexdigest()[:40]


def _reader() -> Locale:
    found: Locale = get_locale()
    return found

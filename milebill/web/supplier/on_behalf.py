"""An acceptance that came on paper or by mail: the supplier records it, with its proof, on the client's behalf."""

from typing import Any

from flask import Response, request
from flask_babel import get_locale
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField, MultipleFileField, SelectField, StringField, TextAreaField
from wtforms.widgets import DateInput

from milebill.catalogues import tag
from milebill.db import reading
from milebill.domain.billing_needs import Needs
from milebill.domain.buyer import Buyer
from milebill.domain.decision import Decided
from milebill.domain.on_behalf import Elsewhere, accept_on_behalf
from milebill.domain.signature import Signature
from milebill.errors import Invalid, Refused, Stale
from milebill.models import Role
from milebill.models.party import PARTY_FIELDS
from milebill.queries.client_papers import known_buyer
from milebill.queries.preflight import load_needs
from milebill.queries.quote import SentQuote, load_quote_page
from milebill.reader import reader_locale
from milebill.web.access import Supplier, for_suppliers, supplier
from milebill.web.countries import country_choices
from milebill.web.forms import SupplierForm, add_errors, focus_first_error
from milebill.web.responses import see_other
from milebill.web.security import client_address, user_agent
from milebill.web.staged import Staged, attached, desk_of_workspace, staged
from milebill.web.supplier.blueprint import say, show, supplier_pages
from milebill.web.supplier.sending import too_late

DECLARATION = _l(
    "I declare that the client accepted exactly this quote, as the attached file shows, and record it on their behalf."
)
_WORDS = {
    "other_person": _l("Whom you chose above has another name. To name somebody else, revise the quote."),
    "before_sent": _l("This revision had not been sent by then. What the client accepted was another one."),
    "after_end": _l("The quote was not valid any more on that day. Extend it, and ask the client to accept that."),
    "consent": _l("Please tick the box if it is so."),
    "file": _l("Please attach the proof: the signed paper as a PDF or picture, or the mail as a file."),
}


class OnBehalfForm(SupplierForm):
    """Who accepted, when, who is invoiced, and what proves it."""

    person = SelectField(_l("Who accepted"), validate_choice=False)
    name = StringField(_l("Their name, as they signed"))
    job_title = StringField(_l("Job title"))
    accepted_on = StringField(_l("Accepted on"), widget=DateInput())
    file = MultipleFileField(_l("The proof"), description=_l("One file: the signed paper, or their mail. Up to 25 MB."))
    note = TextAreaField(_l("How it came"))
    legal_name = StringField(_l("Legal name"))
    address_line_1 = StringField(_l("Street and number"))
    address_line_2 = StringField(_l("Addition"))
    post_code = StringField(_l("Post code"))
    city = StringField(_l("Town"))
    country_subdivision = StringField(_l("State or region"))
    country_code = SelectField(_l("Country"), validate_choice=False)
    tax_id = StringField(_l("Tax id"))
    purchase_order_number = StringField(_l("Purchase order number"))
    buyer_reference = StringField(_l("Their reference"))
    consent = BooleanField(DECLARATION)
    content_hash = HiddenField()

    def __init__(self, found: SentQuote, **options: Any):
        super().__init__(**options)
        deciders = [one for one in found.people if one.revoked_at is None and Role.APPROVE in one.roles]
        self.person.choices = [(str(one.link_id), f"{one.name}, {one.email}") for one in deciders]
        self.country_code.choices = country_choices(get_locale())
        self.staged = Staged()


@supplier_pages.route("/quotes/<id:quote_id>/acceptance-elsewhere", methods=["GET", "POST"])
@for_suppliers
def record_acceptance(quote_id: int) -> Response:
    """What is asked of an acceptance, and the file that proves it; recording it makes the project at once."""
    who = supplier()
    with reading() as connection:
        found = load_quote_page(connection, who.workspace_id, quote_id)
    if not isinstance(found, SentQuote) or not found.can_record_acceptance:
        return too_late(quote_id)
    if request.method != "POST":  # Werkzeug answers HEAD here too
        return _shown(found, OnBehalfForm(found, data=_so_far(found)), 200)
    form = OnBehalfForm(found)
    form.staged = staged(desk_of_workspace(who.workspace_id, 1), "file")
    if form.staged.errors:
        form.file.errors = [*form.staged.errors]
        return _shown(found, form, 422)
    return _recorded(who, found, form)


def _recorded(who: Supplier, found: SentQuote, form: OnBehalfForm) -> Response:
    """Record it, or say what is in the way."""
    try:
        decided = _record(who, found, form)
    except Invalid as error:
        add_errors(form, {name: _in_words(name, code) for name, code in error.errors.items()})
        return _shown(found, form, 422)
    except Stale:
        form.content_hash.data, form.consent.data = found.content_hash, False
        say(
            _l("The quote changed since you opened this form. Please look at it again; what you typed is here."), "wait"
        )
        return _shown(found, form, 409)
    except Refused:
        return too_late(found.id)
    if decided.first:
        say(_l("Recorded. The client is told by mail, with the receipt, and can object on their page."))
    else:
        say(_l("This quote had been accepted already. Nothing was changed."), "wait")
    return see_other(f"/quotes/{found.id}")


def _record(who: Supplier, found: SentQuote, form: Any) -> Decided:
    files = attached(desk_of_workspace(who.workspace_id, 1), form.staged)
    person = form.person.data or ""
    elsewhere = Elsewhere(
        int(person) if person.isascii() and person.isdecimal() and len(person) < 19 else 0,
        form.accepted_on.data or "",
        files[0] if files else None,
        form.note.data or "",
    )
    signature = Signature(
        name=form.name.data or "",
        consented=bool(form.consent.data),
        consent=str(DECLARATION),
        content_hash=form.content_hash.data or "",
        language=tag(reader_locale()),
        job_title=form.job_title.data or "",
        address=client_address(),
        user_agent=user_agent(),
    )
    return accept_on_behalf(who.workspace_id, who.actor(), found.id, signature, elsewhere, _buyer(who, found, form))


def _buyer(who: Supplier, found: SentQuote, form: Any) -> Buyer:
    """What was typed of the buyer; what their accounts need stays as it is known."""
    with reading() as connection:
        known = load_needs(connection, who.workspace_id, found.client_id)
    needs = Needs(po_required=known.po_required, vendor_number=known.vendor_number, cost_centre=known.cost_centre)
    party = {name: (form[name].data or "").strip() for name in PARTY_FIELDS if name in form}
    number, reference = ((form[name].data or "").strip()[:80] for name in ("purchase_order_number", "buyer_reference"))
    return Buyer(party, number, reference, needs)


def _so_far(found: SentQuote) -> dict[str, str]:
    known = known_buyer(found.client_id)
    known["legal_name"] = known["legal_name"] or known["name"]
    return {**{name: known[name] for name in PARTY_FIELDS}, "content_hash": found.content_hash}


def _in_words(name: str, code: str) -> Any:
    return _WORDS.get(name if name in ("consent", "file") else code, code)


def _shown(found: SentQuote, form: OnBehalfForm, status: int) -> Response:
    if status != 200:
        focus_first_error(form)
    return show("on_behalf.html", status, quote=found, form=form)

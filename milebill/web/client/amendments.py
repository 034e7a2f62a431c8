"""Amending an invoice, and the way back: a GET that shows the form, a POST to the same address that signs it."""

from typing import Any

from flask import Response

from milebill.db import reading
from milebill.domain.amendments import FOR_LATER, Amendment, amend_invoice, restore_version
from milebill.errors import NotFound
from milebill.models.invoice_version import AMENDABLE
from milebill.queries.client_papers import find_document
from milebill.queries.invoice_versions import Version, load_versions
from milebill.web import responses
from milebill.web.client.amendment_view import version_rows
from milebill.web.client.blueprint import client_pages
from milebill.web.client.forms import AmendmentForm, RestorationForm
from milebill.web.client.invoice_visit import InvoiceVisit, invoice_visit
from milebill.web.client.papers import MAX_ID, being_prepared, send_stored
from milebill.web.client.view import brand_of
from milebill.web.forms import posted
from milebill.web.openings import note_opening
from milebill.web.responses import private
from milebill.web.translations import gettext as _

ADDRESS = "/i/<token>/amendment"
VERSION = f"/i/<token>/versions/<int(max={MAX_ID}):version_number>"


@client_pages.get(ADDRESS)
def ask_amendment(token: str) -> Response:
    """The page with the form open; without it once the invoice is settled."""
    here = invoice_visit(token)
    note_opening(here.who.link_id)
    if not here.may_pay:
        return here.not_yours()
    return here.open("details", amending=_form(here)) if here.page.can_amend else here.open("details")


@client_pages.post(ADDRESS)
def amend(token: str) -> Response:
    """Write the next version."""
    here = invoice_visit(token)
    if not here.may_pay:
        return here.not_yours()
    form, who = _form(here), here.who

    def send() -> None:
        wanted = Amendment(**{name: form[name].data or "" for name in AMENDABLE})
        later = bool(form.data.get("later"))
        signature = form.signature()
        amend_invoice(who.workspace_id, who.quote_id, who.link_id, here.invoice_id, signature, wanted, later)

    answer = here.attempt("details", "amending", form, send)
    thanks = _("Done. %(supplier)s gets it by mail, and the invoice’s PDF is made anew.",
               supplier=here.page.supplier.name)  # fmt: skip
    return answer or here.done("details", thanks)


@client_pages.get("/i/<token>/versions")
def versions(token: str) -> Response:
    """Every version, what it changed, and its PDF."""
    here = invoice_visit(token)
    if not here.may_pay:
        return here.not_yours()
    return _versions_page(here)


@client_pages.get(f"{VERSION}/document")
def version_document(token: str, version_number: int) -> Response:
    """A version's PDF, or a page that waits for it."""
    here = invoice_visit(token)
    if not here.may_pay:
        return here.not_yours()
    version = _version(here, version_number)
    if version.paper is None or not version.paper.ready:
        return being_prepared(f"{here.base}/versions")
    return send_stored(find_document(here.who.quote_id, version.paper.id))


@client_pages.get(f"{VERSION}/restoration")
def ask_restoration(token: str, version_number: int) -> Response:
    """The list of versions, with the form that brings this one back."""
    here = invoice_visit(token)
    if not here.may_pay:
        return here.not_yours()
    _version(here, version_number)
    return _versions_page(here, version_number, _restoration(here))


@client_pages.post(f"{VERSION}/restoration")
def restore(token: str, version_number: int) -> Response:
    """Bring a version back, as a new one."""
    here = invoice_visit(token)
    if not here.may_pay:
        return here.not_yours()
    form, who = _restoration(here), here.who
    _version(here, version_number)

    def send() -> None:
        signature = form.signature()
        restore_version(who.workspace_id, who.quote_id, who.link_id, here.invoice_id, version_number, signature)

    # Every answer is a whole page here: the form stands on a page of its own.
    status = here.try_out("versions", form, send)
    if status is not None:
        return here.not_yours() if status == 403 else _versions_page(here, version_number, form, status)
    return responses.see_other(f"{here.base}#details")


def _versions_page(here: InvoiceVisit, restoring: int = 0, form: Any = None, status: int = 200) -> Response:
    page = here.page
    return private(
        responses.page(
            "client/invoice_versions.html",
            status,
            invoice=page,
            rows=version_rows(page, _all(here), here.address_of),
            brand=brand_of(page.supplier),
            base=here.base,
            restoring=restoring if page.can_amend else 0,
            form=form,
            told=here.told,
        )
    )


def _all(here: InvoiceVisit) -> tuple[Version, ...]:
    with reading() as connection:
        return load_versions(connection, here.invoice_id, here.page.content["buyer"])


def _version(here: InvoiceVisit, number: int) -> Version:
    """Raises NotFound."""
    found = [version for version in _all(here) if version.number == number]
    if not found:
        raise NotFound
    return found[0]


def _form(here: InvoiceVisit) -> Any:
    """What stands on the invoice now; but no person's name, which whatever fills forms in could copy below them."""
    version = here.page.version
    known = {name: version.fields[name] for name in FOR_LATER}
    form = posted(AmendmentForm, content_hash=version.content_hash, later=True, **known)
    if not here.page.more_to_come:
        del form.later
    return form


def _restoration(here: InvoiceVisit) -> Any:
    return posted(RestorationForm, content_hash=here.page.version.content_hash)

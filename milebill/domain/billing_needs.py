"""What a client's accounts department needs on an invoice, remembered so that no invoice comes back."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from milebill.domain.contacts import accounts_payable, name_payable
from milebill.domain.draft_fields import Fields
from milebill.domain.work import Actor, Work, verb
from milebill.electronic_address import BadElectronicAddress, checked
from milebill.errors import Invalid, NotFound, Refused
from milebill.models import Client, EventKind, Project, Quote, Role

FORMATS = ("pdf", "facturx", "ubl", "xrechnung")


@dataclass(frozen=True)
class Needs:
    """As the approver gives them with an acceptance, or the supplier on the client's page."""

    po_required: bool = False
    vendor_number: str = ""
    cost_centre: str = ""
    invoice_name: str = ""
    invoice_email: str = ""
    invoice_format: str = "pdf"

    def read(self) -> dict[str, Any]:
        """The columns of a client, stripped; a contact without a name is called by the address. Raises Invalid."""
        fields = Fields(vars(self))
        name = fields.line("invoice_name", 200)
        email = fields.email("invoice_email", required=bool(name)).lower()
        found = {
            "po_required": self.po_required,
            "vendor_number": fields.line("vendor_number", 80),
            "cost_centre": fields.line("cost_centre", 80),
            "invoice_name": name or email,
            "invoice_email": email,
            "invoice_format": self.invoice_format,
        }
        if self.invoice_format not in FORMATS:
            fields.fail("invoice_format", "unknown")
        if fields.errors:
            raise Invalid(fields.errors)
        return found


GIVEN_BY_CLIENT = ("po_required", "vendor_number", "cost_centre")
"""What each acceptance states anew; a contact and a format stay until somebody names another."""


def apply_needs(work: Work, quote: Quote, project: Project, client: Client, needs: Needs) -> None:
    """The project and the client's book learn what the acceptance said; its invoices go to whom it named.

    Without anybody named, and without an address for invoices in the quote, they go to whom the client named before.
    Raises Invalid.
    """
    given = needs.read()
    for name in GIVEN_BY_CLIENT:
        setattr(client, name, given[name])
    project.vendor_number, project.cost_centre = given["vendor_number"], given["cost_centre"]
    if given["invoice_email"]:
        client.invoice_name, client.invoice_email = given["invoice_name"], given["invoice_email"]
    elif not client.invoice_email or accounts_payable(work, quote).link.roles != _APPROVER_WHO_PAYS:
        return
    try:
        name_payable(work, quote, client.id, client.invoice_name or client.invoice_email, client.invoice_email)
    except Refused as error:
        raise Invalid({"invoice_email": error.reason}) from error


_APPROVER_WHO_PAYS = frozenset({Role.APPROVE, Role.ACCOUNTS_PAYABLE, Role.VIEW})
"""Whoever was given a quote that names nobody else for its invoices."""


Delivered = tuple[str, str]
"""A scheme of electronic_address.SCHEMES and the number under it; two empty ones for nowhere."""


@verb
def change_needs(work: Work, actor: Actor, client_id: int, needs: Needs, delivered: Delivered | None = None) -> None:
    """The supplier notes what a client needs; quotes that are accepted from now on start from it.

    `delivered` is where e-invoices go, if that was asked; every invoice that is issued from now on says so. What is
    noted already changes nothing. Raises NotFound, Invalid by field.
    """
    client = work.session.get(Client, client_id)
    if client is None or client.workspace_id != work.workspace.id:
        raise NotFound
    changed = _changed(client, {**needs.read(), **({} if delivered is None else _address(delivered))})
    for name, value in changed.items():
        setattr(client, name, value)
    if "electronic_id" in changed or "electronic_scheme" in changed:
        _tell_projects(work, client)
    if changed:
        work.record(EventKind.CLIENT_CHANGED, actor, client=client.name, id=client.id, fields=sorted(changed))


def _changed(client: Client, given: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in given.items() if getattr(client, name) != value}


def _address(delivered: Delivered) -> dict[str, str]:
    try:
        scheme, number = checked(*delivered)
    except BadElectronicAddress as error:
        raise Invalid({f"electronic_{error.field}": error.code}) from error
    return {"electronic_scheme": scheme, "electronic_id": number}


def _tell_projects(work: Work, client: Client) -> None:
    """An invoice copies its project's buyer: the sign-off, which many wait for, asks the client's book nothing."""
    for project in work.session.scalars(select(Project).where(Project.client_id == client.id)):
        buyer = {name: value for name, value in project.buyer.items() if name != "electronic_address"}
        work.change(project, buyer=client.addressed(buyer))

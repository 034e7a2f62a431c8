"""What accounts payable does with an invoice, told by the people of tests/actors.py."""

from typing import Any

from milebill.domain.amendments import Amended, Amendment, amend_invoice, restore_version
from milebill.domain.corrections import request_correction
from milebill.models import CorrectionRequest, InvoiceVersion
from milebill.models.invoice_version import AMENDABLE, version_hash
from tests.actors import PAYABLE, ClientPerson, Deal, signed
from tests.rules import rows


def versions(invoice_id: int) -> list[Any]:
    """The versions of an invoice, oldest first."""
    return sorted(rows(InvoiceVersion, InvoiceVersion.invoice_id == invoice_id), key=lambda row: row.number)


def shown_of(invoice_id: int) -> str:
    """The hash of the version that the page shows now."""
    present = versions(invoice_id)[-1]
    return version_hash(present.number, fields_of(present), present.buyer)


def fields_of(version: Any) -> dict[str, str]:
    """What can be amended, as a version says it."""
    return {name: getattr(version, name) for name in AMENDABLE}


def amend(
    deal: Deal,
    person: ClientPerson = PAYABLE,
    invoice_id: int = 0,
    shown: str | None = None,
    later: bool = False,
    name: str = "",
    **fields: str,
) -> Amended:
    """Somebody changes fields of an invoice (the first one); the others stay as they are."""
    invoice_id = invoice_id or deal.invoice_ids()[0]
    signature = signed(shown_of(invoice_id) if shown is None else shown, name=name or person.name)
    amendment = Amendment(**{**fields_of(versions(invoice_id)[-1]), **fields})
    return amend_invoice(
        deal.workspace_id, deal.quote_id, deal.link(person), invoice_id, signature, amendment, later=later
    )


def restore(deal: Deal, number: int, person: ClientPerson = PAYABLE, shown: str | None = None) -> Amended:
    """Somebody brings an earlier version of the first invoice back."""
    invoice_id = deal.invoice_ids()[0]
    signature = signed(shown_of(invoice_id) if shown is None else shown, name=person.name)
    return restore_version(deal.workspace_id, deal.quote_id, deal.link(person), invoice_id, number, signature)


def request(
    deal: Deal, words: str = "", person: ClientPerson = PAYABLE, once: str = "request", name: str = "", **party: str
) -> int:
    """Somebody asks for another buyer on the first invoice; returns the id of the last request about it."""
    invoice_id = deal.invoice_ids()[0]
    signature = signed("", name=name or person.name)
    request_correction(deal.workspace_id, deal.quote_id, deal.link(person), invoice_id, signature, party, words, once)
    return int(rows(CorrectionRequest, CorrectionRequest.invoice_id == invoice_id)[-1].id)

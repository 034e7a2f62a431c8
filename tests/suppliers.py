"""The supplier's side of the tests: people, and the workspace in which they act."""

import secrets
from dataclasses import dataclass
from typing import Any

from milebill.db import transaction
from milebill.domain.settings import change_settings
from milebill.domain.sign_in import redeem_login, request_login
from milebill.domain.work import Actor
from milebill.models import Membership, MembershipRole, User
from tests.servers.furnished import FURNISHED

SETTINGS: dict[str, Any] = {
    "name": "Studio Lindqvist",
    "legal_name": "Studio Lindqvist AB",
    "address_line_1": "Sveavägen 12",
    "post_code": "111 57",
    "city": "Stockholm",
    "country_code": "SE",
    "tax_id": "SE556677889901",
    "iban": "DE89370400440532013000",
}


@dataclass(frozen=True)
class Supplier:
    """Somebody on the supplier's side, in one workspace."""

    name: str
    email: str
    user_id: int
    workspace_id: int

    @property
    def actor(self) -> Actor:
        """As the events name them."""
        return Actor("supplier", self.name, user_id=self.user_id, address="192.0.2.1")


def sign_up(person: str, email: str = "", **settings: Any) -> Supplier:
    """A new supplier who owns a workspace that can issue invoices; without an address they get one of their own."""
    email = email or f"{secrets.token_hex(6)}@example.com"
    signed_in = redeem_login(request_login(email, "browser"), "browser", None, "192.0.2.1")
    supplier = Supplier(person, email, signed_in.user_id, signed_in.workspace_id)
    change_settings(supplier.workspace_id, supplier.actor, SETTINGS | settings)
    return supplier


def join(workspace: Supplier, name: str, email: str, role: MembershipRole) -> Supplier:
    """Somebody else in the workspace."""
    with transaction() as session:
        user = User(email=email, name=name)
        session.add(user)
        session.flush()
        session.add(Membership(workspace_id=workspace.workspace_id, user_id=user.id, role=role))
        return Supplier(name, email, user.id, workspace.workspace_id)


def an_owner() -> Supplier:
    """The owner of an empty database."""
    return sign_up("Anna Lindqvist", "anna@lindqvist.example")


FURNISHED["owner"] = lambda _app: {"owner": an_owner()}

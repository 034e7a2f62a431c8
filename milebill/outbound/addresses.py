"""The addresses that mails carry. They begin with the installation's own, never with a request's Host."""

from dataclasses import dataclass, field
from datetime import datetime

from milebill import links
from milebill.config import Settings
from milebill.links import Purpose
from milebill.models.link import mailed_second


@dataclass(frozen=True, slots=True)
class ClientAddresses:
    """The way in of one person on the client's side. Nobody else may be sent these."""

    base_url: str
    link_id: int
    keys: tuple[str, ...] = field(repr=False)
    mailed: int | None = None
    """The second that they carry once the link has run out (models/link.py, mailed_second)."""

    @property
    def page(self) -> str:
        """The quote, and what becomes of it."""
        return f"{self.base_url}/q/{self._signed(Purpose.CLIENT)}"

    def decision(self, choice: str) -> str:
        """The form for `choice`: "accept" or "decline"."""
        return f"{self.page}/decision?choice={choice}"

    def sign_off(self, position: int) -> str:
        """The form that signs the milestone at `position` off."""
        return f"{self.page}/milestones/{position}/signoff"

    def invoice(self, invoice_id: int) -> str:
        """The invoice, for whoever pays it."""
        return f"{self.base_url}/i/{self._signed(Purpose.INVOICE, invoice_id)}"

    def _signed(self, purpose: Purpose, *ids: int) -> str:
        carried = () if self.mailed is None else (self.mailed,)
        return links.sign(self.keys, purpose, self.link_id, *ids, *carried)


@dataclass(frozen=True, slots=True)
class SupplierAddresses:
    """The supplier's own pages. It holds no key, so that a client's link can't end up in a supplier's mail."""

    base_url: str

    def quote(self, quote_id: int) -> str:
        """The quote."""
        return f"{self.base_url}/quotes/{quote_id}"

    def project(self, project_id: int, position: int | None = None) -> str:
        """The project, at the milestone at `position`."""
        place = "" if position is None else f"#milestone-{position}"
        return f"{self.base_url}/projects/{project_id}{place}"

    def invoice(self, invoice_id: int) -> str:
        """The invoice with its payments."""
        return f"{self.base_url}/invoices/{invoice_id}"

    def versions(self, invoice_id: int) -> str:
        """What was amended, and the way back."""
        return f"{self.invoice(invoice_id)}/versions"


def client_addresses(settings: Settings, link_id: int, expires_at: datetime | None) -> ClientAddresses:
    """The addresses of the person whom the link names, for a mail that is written now."""
    return ClientAddresses(settings.base_url, link_id, settings.secret_keys, mailed_second(expires_at))


def login_address(settings: Settings, login_link_id: int) -> str:
    """Where a login link is redeemed."""
    return f"{settings.base_url}/login/{links.sign(settings.secret_keys, Purpose.LOGIN, login_link_id)}"


def confirm_address(settings: Settings, login_link_id: int) -> str:
    """Where a draft is confirmed and sent."""
    return f"{settings.base_url}/confirm/{links.sign(settings.secret_keys, Purpose.CONFIRM, login_link_id)}"

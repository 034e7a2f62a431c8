"""The addresses that mails carry. They begin with the installation's own, never with a request's Host."""

from dataclasses import dataclass, field

from milebill import links
from milebill.config import Settings
from milebill.links import Purpose


@dataclass(frozen=True, slots=True)
class ClientAddresses:
    """The way in of one person on the client's side. Nobody else may be sent these."""

    base_url: str
    link_id: int
    keys: tuple[str, ...] = field(repr=False)

    @property
    def page(self) -> str:
        """The quote, and what becomes of it."""
        return f"{self.base_url}/q/{links.sign(self.keys, Purpose.CLIENT, self.link_id)}"

    def decision(self, choice: str) -> str:
        """The form for `choice`: "accept" or "decline"."""
        return f"{self.page}/decision?choice={choice}"

    def sign_off(self, position: int) -> str:
        """The form that signs the milestone at `position` off."""
        return f"{self.page}/milestones/{position}/signoff"

    def invoice(self, invoice_id: int) -> str:
        """The invoice, for whoever pays it."""
        return f"{self.base_url}/i/{links.sign(self.keys, Purpose.INVOICE, self.link_id, invoice_id)}"


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


def client_addresses(settings: Settings, link_id: int) -> ClientAddresses:
    """The addresses of the person whom the link names."""
    return ClientAddresses(settings.base_url, link_id, settings.secret_keys)


def login_address(settings: Settings, login_link_id: int) -> str:
    """Where a login link is redeemed."""
    return f"{settings.base_url}/login/{links.sign(settings.secret_keys, Purpose.LOGIN, login_link_id)}"

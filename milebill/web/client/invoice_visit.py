"""One request to an invoice's page: who came, what the page holds, and how it is shown as a whole or in parts."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from flask import Response

from milebill.errors import Invalid, Refused, Stale
from milebill.models import Role
from milebill.queries.client_page import deciders
from milebill.queries.invoice_page import InvoicePage, load_invoice_page
from milebill.queries.invoice_versions import EInvoice, Version
from milebill.web import responses
from milebill.web.access import LinkHolder, invoice_holder, invoice_token
from milebill.web.client.amendment_view import details_view
from milebill.web.client.invoice_view import invoice_view
from milebill.web.client.people_view import Ways, ways_in
from milebill.web.client.thread_view import MessageView, asked, message_views
from milebill.web.client.view import brand_of
from milebill.web.e_invoices import files_view
from milebill.web.forms import add_errors, focus_first_error
from milebill.web.responses import private, see_other, wants_partial
from milebill.web.translations import gettext as _

EVERYTHING = ("invoice_content", "invoice_actions")


@dataclass(frozen=True, slots=True)
class Thread:
    """What templates/client/questions.html and people.html need of a page."""

    base: str
    messages: tuple[MessageView, ...]
    reader: str
    """Whom the link names."""
    ways: Ways


@dataclass
class InvoiceVisit:
    """Whoever opened /i/<token>, and what they find."""

    token: str
    who: LinkHolder
    invoice_id: int
    told: dict[str, tuple[str, str]] = field(default_factory=dict)
    """What has just happened, as tone and text, by the part of the page where it is told."""

    @cached_property
    def page(self) -> InvoicePage:
        """What is there now. Raises NotFound."""
        return load_invoice_page(self.who.quote_id, self.invoice_id, self.who.today)

    @property
    def base(self) -> str:
        """The page's own address."""
        return f"/i/{self.token}"

    def address_of(self, version: Version, file: EInvoice) -> str:
        """Of an e-invoice."""
        return f"{self.base}/versions/{version.number}/{file.kind}.xml"

    @property
    def may_pay(self) -> bool:
        """Whether the page is this person's to see: accounts payable, and whoever signed for it."""
        return self.who.may(Role.ACCOUNTS_PAYABLE) or self.who.may(Role.APPROVE)

    def look_again(self) -> None:
        """Forget what was loaded: something has changed."""
        self.__dict__.pop("page", None)

    def context(self, **opened: Any) -> dict[str, Any]:
        """What the templates need; `opened` are the forms that stand open, by name."""
        page = self.page
        return {
            "invoice": page,
            "content": page.content,
            "shown": invoice_view(page),
            "details": details_view(page),
            "files": files_view(page, self.address_of),
            "successor": self._successor(),
            "brand": brand_of(page.supplier),
            "base": self.base,
            "view": Thread(
                self.base,
                message_views(page.thread, page.supplier.name, self.base),
                self.who.name,
                ways_in(self.base),
            ),
            "asked": asked(opened.pop("asking", None)),
            "told": self.told,
            **opened,
        }

    def _successor(self) -> tuple[str, str] | None:
        """What takes its place: the sentence, and the reader's own address of it."""
        if self.page.successor is None:
            return None
        invoice_id, number = self.page.successor
        sentence = _("Invoice %(number)s takes its place.", number=number)
        return str(sentence), f"/i/{invoice_token(self.who.link_id, invoice_id)}"

    def show(self, status: int = 200, **opened: Any) -> Response:
        """The whole page."""
        return private(responses.page("client/invoice.html", status, **self.context(**opened)))

    def show_parts(self, parts: Iterable[str], status: int = 200, **opened: Any) -> Response:
        """The named parts of the page, each to take the place of the one that is there."""
        context = self.context(**opened)
        return private(responses.partial("client/invoice_parts.html", status, parts=tuple(parts), **context))

    def open(self, part: str, status: int = 200, **opened: Any) -> Response:
        """The page with a form open, or only its part when htmx asks."""
        return self.show_parts((part,), status, **opened) if wants_partial() else self.show(status, **opened)

    def done(self, part: str, thanks: str) -> Response:
        """After a success: a fresh page, or what has changed of it, with thanks in the part."""
        if not wants_partial():
            return see_other(f"{self.base}#{part}")
        self.look_again()
        self.told = {part: ("good", thanks)}
        return self.show_parts(EVERYTHING)

    def not_yours(self) -> Response:
        """The link does not pay; the page says whom to ask."""
        names = deciders(self.who.quote_id)
        return private(responses.page("errors/not_a_payer.html", 403, names=names))

    def attempt(
        self, part: str, name: str, form: Any, verb: Callable[[], object], shown: Any = None
    ) -> Response | None:
        """Run a verb with what the form `name` brought. None when it went through, else what has to be answered.

        `shown` is what the template `name`s, where that is more than the form.
        """
        status = self.try_out(part, form, verb)
        if status is None:
            return None
        if status == 403:
            return self.not_yours()
        opened = {name: shown or form} if self.page.can_amend or status == 422 else {}
        return self.open(part, status, **opened)

    def try_out(self, part: str, form: Any, verb: Callable[[], object]) -> int | None:
        """Run a verb. None when it went through, else the status of an answer that shows the form again."""
        if not form.validate():
            focus_first_error(form)
            return 422
        try:
            verb()
        except Invalid as error:
            add_errors(form, error.errors)
            focus_first_error(form)
            return 422
        except Stale:
            self.look_again()
            form.content_hash.data = self.page.version.content_hash
            text = _("Somebody changed these details since you opened the page. Please look again and send once more; "
                     "what you typed is still here.")  # fmt: skip
            self.told = {part: ("wait", text)}
            return 409
        except Refused as error:
            self.look_again()
            self.told = {part: ("wait", _why_not(error.reason))}
            return 403 if error.reason == "role" else 409
        return None


def _why_not(reason: str) -> str:
    if reason == "asked":
        return str(_("An earlier request still waits for its answer. Nothing was sent."))
    return str(_("The invoice was settled in the meantime. Nothing was changed."))


def invoice_visit(token: str) -> InvoiceVisit:
    """The visit behind a token. Raises LinkUnknown, LinkRevoked, LinkExpired."""
    who, invoice_id = invoice_holder(token)
    return InvoiceVisit(token, who, invoice_id)

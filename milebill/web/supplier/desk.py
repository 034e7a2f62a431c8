"""The builder, whoever the draft belongs to: a supplier's workspace, or a visitor's link."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import Response, make_response, request
from flask_babel import lazy_gettext as _l

from milebill.domain.draft import read_draft
from milebill.domain.draft_pages import is_same
from milebill.domain.draft_places import NOWHERE, Place
from milebill.models import Workspace
from milebill.models.revision import Draft
from milebill.web.responses import partial, private
from milebill.web.supplier.builder import UNFINISHED, form_of
from milebill.web.supplier.builder_taxes import has_more
from milebill.web.supplier.criteria_check import checks_of
from milebill.web.supplier.exposure_view import shown_exposure
from milebill.web.supplier.law import law_of
from milebill.web.supplier.overtaken import Overtaken, page_for
from milebill.web.supplier.preview_beside import preview_beside
from milebill.web.supplier.rearranging import Rearranged
from milebill.web.supplier.running import running_totals
from milebill.web.supplier.shortcuts import SHORTCUTS

BESIDE_ONLY = "only"
"""Of the field "beside": nothing but the preview is wanted, and nothing is to be kept."""
KEEPS = frozenset({"save", "plan", "import"})
"""Buttons that keep a draft as it is, finished or not."""

CHECKED: Mapping[str, Any] = {
    "send": _l("Please look at this again. Nothing was sent."),
    "preview": _l("Please look at this again. Then you can see it as your client will."),
    "pdf": _l("Please look at this again. Then the PDF can be made."),
}
"""Buttons that only a draft without errors gets by; what is said of one that does not."""
_KEPT = _l("Please look at this again. It is saved as you typed it.")
_NOT_KEPT = _l("Please look at this again. Nothing was saved.")
_NOT_FILLED_IN = _l("Please look at this again. Nothing was filled in.")


@dataclass(frozen=True)
class Desk:
    """Where a draft is written: in whose habits, on which day, and at which address."""

    locale: str
    today: date
    currency: str
    """Stands in for one that can't be read."""
    address: str
    seller: Workspace | None = None
    """Whose letterhead the preview beside the form has, and whose law has a word."""
    client: Place = NOWHERE
    """Where an acceptance told that the client is, for drafts that do not say it."""
    known_to: str = ""
    """Which pages know what is saved, see domain/draft_pages.py."""
    saved: Draft | None = None

    def errors(self, draft: Draft, act: str) -> Mapping[str, str]:
        """Those that this button can't live with: a draft may be kept unfinished, but not with wrong values."""
        errors = read_draft(draft, self.locale, self.today).errors
        return {} if act in KEEPS and set(errors.values()) <= UNFINISHED else errors

    def shows(
        self,
        draft: Draft,
        errors: Mapping[str, str] | None = None,
        moved: Rearranged | None = None,
        overtaken: Overtaken | None = None,
    ) -> dict[str, Any]:
        """What the builder's templates print of `draft`, its rows `moved` about, or `overtaken` by others."""
        moved = moved or Rearranged(draft)
        return {
            "form": form_of(draft, errors),
            "uneven": "shares" in (errors or {}),
            "refused": _refused(kept=not self.address.endswith("/new")) if errors else "",
            **self._sums(draft),
            "checks": checks_of(draft, self.locale),
            "address": self.address,
            "focus": moved.focus,
            "said": moved.said,
            "removed": moved.removed,
            "more_taxes": has_more(draft),
            "shortcuts": SHORTCUTS,
            "overtaken": overtaken,
            "writing": page_for(self.known_to, shows_it=self.saved is not None and is_same(self.saved, draft)),
        }

    def totals(self, draft: Draft, status: int = 200, **context: Any) -> Response:
        """The sums of what is typed so far, for a swap."""
        shown = {
            **self._sums(draft),
            "checks": checks_of(draft, self.locale, typing=True),
            "address": self.address,
            "overtaken": None,
            **self._beside(draft),
            **context,
        }
        return private(partial("supplier/builder_totals.html", status, **shown))

    def moved(self, draft: Draft, context: dict[str, Any]) -> Response:
        """Rows and sums after a row was moved, for a swap."""
        return private(partial("supplier/builder_moved.html", **context, **self._beside(draft)))

    def preview(self, draft: Draft) -> Response:
        """Only the client's page for beside the form; empty while the sums can't be known."""
        return private(make_response(self._preview(draft)))

    def _beside(self, draft: Draft) -> dict[str, Any]:
        return {"beside": self._preview(draft)} if request.form.get("beside") else {}

    def _preview(self, draft: Draft) -> str:
        return preview_beside(draft, self.seller, self.locale, self.today) if self.seller else ""

    def _sums(self, draft: Draft) -> dict[str, Any]:
        """What follows from the draft: its sums, what the law has a word on, and what it leaves uncovered."""
        read = read_draft(draft, self.locale, self.today)
        return {
            "running": running_totals(read, draft, self.currency, self.locale),
            "law": law_of(read, self.seller, self.client),
            "exposure": shown_exposure(draft, read, self.locale, self.today),
        }


def _refused(*, kept: bool) -> Any:
    """Of the button that was pressed just now, or on the page that led here: what came of it."""
    act = request.form.get("act") or request.args.get("check", "send")
    if act in KEEPS:
        return _KEPT if kept else _NOT_KEPT
    return _NOT_FILLED_IN if act == "client" else CHECKED.get(act, CHECKED["send"])

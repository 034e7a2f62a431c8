"""An open page asks whether it is behind, and catches up: nothing that is being typed is touched.

Forms that stand open are left as they are. Only where the very thing that a form decides on has
changed does the page stay as it is and say so.
"""

from flask import Response, request

from milebill.models import EventKind
from milebill.queries.client_news import Change, last_change
from milebill.web import responses
from milebill.web.client.blueprint import client_pages
from milebill.web.client.seen import MONEY, Seen, behind
from milebill.web.client.visit import visit
from milebill.web.responses import private
from milebill.web.translations import gettext as _


@client_pages.get("/q/<token>/news")
def news(token: str) -> Response:
    """What has changed since the version `seen`; `content_hash` is what the forms that stand open decide on."""
    here = visit(token)
    seen = Seen.of(request.args)
    if seen.is_version(here.who.version):
        return private(Response(status=204))
    change = last_change(here.who.quote_id)
    if seen.sequence >= change.sequence:
        is_same = seen.documents == here.who.version[1]
        return private(Response(status=204)) if is_same else here.show_parts(MONEY)
    shown = request.args.getlist("content_hash")
    told = _told(change, here.page.supplier.name)
    if not here.page.still_decides(shown):
        return private(responses.partial("client/news_behind.html", text=told[0], base=here.base))
    here.told = {"news": told}
    return here.catch_up(behind(here.page, seen, shown), shown)


def _told(change: Change, supplier: str) -> tuple[str, str]:
    """What happened, in words, and where on the page it is to be seen."""
    return _happened(change, supplier).get(EventKind(change.kind)) or (_touched(change.side, supplier), "#content")


def _happened(change: Change, supplier: str) -> dict[EventKind, tuple[str, str]]:
    n = change.position
    told = {
        EventKind.QUESTION_ANSWERED: (_("%(supplier)s has answered.", supplier=supplier), "#questions"),
        EventKind.PAYMENT_RECORDED: (
            _("%(supplier)s has recorded your payment. Thank you.", supplier=supplier),
            "#money",
        ),
        EventKind.QUOTE_REVISED: (_("%(supplier)s has sent a new revision of this quote.", supplier=supplier), "#head"),
        EventKind.QUOTE_EXTENDED: (
            _("%(supplier)s has extended the validity of this quote.", supplier=supplier),
            "#head",
        ),
        EventKind.QUOTE_WITHDRAWN: (_("%(supplier)s has taken this quote back.", supplier=supplier), "#head"),
    }
    if n is None:
        return told
    submitted = _("%(supplier)s has put milestone %(n)s before you.", supplier=supplier, n=n)
    taken_back = _("%(supplier)s has taken milestone %(n)s back to work on it.", supplier=supplier, n=n)
    return told | {
        EventKind.MILESTONE_SUBMITTED: (submitted, f"#milestone-{n}"),
        EventKind.MILESTONE_TAKEN_BACK: (taken_back, f"#milestone-{n}"),
    }


def _touched(side: str, supplier: str) -> str:
    if side == "supplier":
        return _("%(supplier)s updated this page.", supplier=supplier)
    return _("Somebody on your side updated this page.") if side == "client" else _("This page was updated.")

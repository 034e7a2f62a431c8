"""The dashboard, its stream, and what is done about mail that did not arrive."""

from flask import Response, request
from flask_babel import lazy_gettext as _l
from sqlalchemy import bindparam, select

from milebill import clock
from milebill.db import reading
from milebill.domain.leases import retry_mail
from milebill.errors import NotFound
from milebill.models import Mail
from milebill.outbound.clause_words import review_days
from milebill.queries.dashboard import dashboard, dashboard_version
from milebill.templating import render
from milebill.web import sentences
from milebill.web.access import for_suppliers, signed_in, supplier
from milebill.web.live import event_stream, last_seen
from milebill.web.responses import partial, private, see_other
from milebill.web.review_sentences import review_for_supplier, review_in_brief
from milebill.web.supplier.blueprint import say, show, supplier_pages

_MAIL = select(Mail.id).where(Mail.id == bindparam("id"), Mail.workspace_id == bindparam("workspace_id"))

supplier_pages.add_app_template_filter(sentences.sentence, "sentence")
supplier_pages.add_app_template_filter(sentences.tone, "event_tone")
supplier_pages.add_app_template_filter(review_in_brief)
supplier_pages.add_app_template_filter(review_for_supplier)
supplier_pages.add_app_template_filter(review_days)


@supplier_pages.get("/dashboard")
@for_suppliers
def watch() -> Response:
    """What is out, what waits, what is owed, and what happened."""
    who = supplier()
    with reading() as connection:
        shown = dashboard(connection, who.workspace_id, clock.today(who.time_zone))
    return show("dashboard.html", dashboard=shown)


@supplier_pages.get("/dashboard/live")
@for_suppliers
def dashboard_now() -> Response:
    """The changing part alone, for a browser whose stream was refused; unchanged, it costs one look-up."""
    who = supplier()
    today = clock.today(who.time_zone)
    with reading() as connection:
        response = Response()
        response.set_etag(dashboard_version(connection, who.workspace_id, today))
        if response.make_conditional(request).status_code == 304:
            return private(response)
        shown = dashboard(connection, who.workspace_id, today)
    full = partial("supplier/dashboard_live.html", dashboard=shown)
    full.headers["ETag"] = response.headers["ETag"]
    return private(full)


@supplier_pages.get("/events")
def events() -> Response:
    """The stream. Where there is no room for one more, the answer brings the markup that polls instead.

    401 and no way to the login for who is signed out: a dashboard that was left open would follow it for ever.
    """
    who = signed_in()
    if who is None:
        return Response("", 401)
    response = event_stream(who.workspace_id, last_seen())
    if response.status_code == 503:
        response.set_data(render("supplier/dashboard_poll.html", {}))
    return response


@supplier_pages.post("/mails/<id:mail_id>/retry")
@for_suppliers
def send_again(mail_id: int) -> Response:
    """Queue a dead mail once more."""
    who = supplier()
    with reading() as connection:
        if connection.scalar(_MAIL, {"id": mail_id, "workspace_id": who.workspace_id}) is None:
            raise NotFound
    if retry_mail(who.workspace_id, mail_id):
        say(_l("The mail is on its way again."))
    return see_other("/dashboard")

"""What the templates of the client's page print: every sentence and address ready, so that they decide nothing."""

from dataclasses import dataclass

from milebill.models import MilestoneState, QuoteState, Role
from milebill.outbound.clause_words import clause_sentences
from milebill.queries.client_page import ClientPage, Schedule, Supplier
from milebill.queries.client_schedule import Paper
from milebill.web.access import LinkHolder
from milebill.web.client.handed_view import Link
from milebill.web.client.invoice_rows import InvoiceRow, invoice_rows
from milebill.web.client.milestone_view import MilestoneView, StepperMark, milestone_views, stepper
from milebill.web.client.people_view import Ways, ways_in
from milebill.web.client.seen import seen_of
from milebill.web.client.standing import Action, Standing, standing_of
from milebill.web.client.thread_view import MessageView, message_views
from milebill.web.client.turns import turns_of
from milebill.web.client.wording import address_lines, recorded_in_words, terms_in_words
from milebill.web.difference_words import Changes, changes_since
from milebill.web.filters import day, moment
from milebill.web.public import brand_address
from milebill.web.translations import gettext as _


@dataclass(frozen=True, slots=True)
class Brand:
    """The letterhead."""

    name: str
    logo_url: str | None
    css_url: str


@dataclass(frozen=True, slots=True)
class View:
    """The page for one reader."""

    base: str
    kicker: str
    reader: str
    """Whom the link names."""
    ways: Ways
    standing: Standing
    bar: tuple[tuple[Action, str], ...]
    """The buttons beside the total, each with its kind."""
    progress: str
    agreed: tuple[tuple[str, str], ...]
    stepper: tuple[StepperMark, ...]
    milestones: tuple[MilestoneView, ...]
    invoices: tuple[InvoiceRow, ...]
    papers: tuple[Link, ...]
    messages: tuple[MessageView, ...]
    changes: Changes | None
    """What is new in a revision."""
    first_terms: tuple[tuple[str, str], ...]
    """What the first of two signers gave, which the second one signs."""
    may_decide: bool
    preparing: bool
    """Whether a PDF is on its way, so that the page asks again soon."""
    seen: str


def brand_of(supplier: Supplier) -> Brand:
    """The letterhead of a supplier."""
    logo = f"/brand/{supplier.logo_sha256}.png" if supplier.logo_sha256 else None
    return Brand(supplier.name, logo, brand_address(supplier.colour))


def view_of(page: ClientPage, who: LinkHolder, token: str) -> View:
    """The page as `who` sees it."""
    base, schedule = f"/q/{token}", page.schedule
    may_decide = who.may(Role.APPROVE)
    rows = invoice_rows(schedule, who, base) if schedule else ()
    standing = standing_of(page, who, base)
    turns = turns_of(page, who)
    buttons = ((standing.action, "primary"), (standing.other, ""))
    return View(
        base=base,
        kicker=_kicker(page, who),
        reader=who.name,
        ways=ways_in(base),
        standing=standing,
        bar=tuple((action, kind) for action, kind in buttons if action is not None),
        progress=_progress(schedule) if schedule else "",
        agreed=_agreed(page, schedule) if schedule else (),
        stepper=stepper(schedule, turns, may_decide=may_decide) if schedule else (),
        milestones=milestone_views(page, schedule, rows, base, turns, may_decide=may_decide) if schedule else (),
        invoices=rows,
        papers=_papers(page, base),
        messages=message_views(page.thread, page.supplier.name, base),
        changes=changes_since(page.content, *page.before) if page.before else None,
        first_terms=_first_terms(page),
        may_decide=may_decide,
        preparing=_is_preparing(page),
        seen=seen_of(page),
    )


def _kicker(page: ClientPage, who: LinkHolder) -> str:
    client = page.offer.client_name
    if page.schedule is None and page.offer.revision > 1:
        return _("A quote for %(name)s, %(client)s. Revision %(n)s takes the place of what you were sent before",
                 name=who.name, client=client, n=page.offer.revision)  # fmt: skip
    if page.schedule is None:
        return _("A quote for %(name)s, %(client)s", name=who.name, client=client)
    receipt = page.schedule.acceptance
    agreed, name = day(page.schedule.accepted_at), receipt.name
    if receipt.on_behalf is not None:
        return _("%(client)s. %(supplier)s recorded on %(day)s that %(name)s accepted, on your side’s behalf",
                 client=client, supplier=page.supplier.name, day=agreed, name=name)  # fmt: skip
    return _("%(client)s. Agreed on %(day)s by %(name)s", client=client, day=agreed, name=name)


def _progress(schedule: Schedule) -> str:
    done = sum(step.state == MilestoneState.SIGNED_OFF for step in schedule.steps)
    return _("%(done)s of %(count)s signed off", done=done, count=len(schedule.steps))


def _agreed(page: ClientPage, schedule: Schedule) -> tuple[tuple[str, str], ...]:
    receipt = schedule.acceptance
    return (
        (_("Accepted by"), ", ".join(filter(None, (receipt.name, receipt.job_title)))),
        (_("On"), day(receipt.on_behalf["accepted_on"]) if receipt.on_behalf else moment(receipt.at)),
        *recorded_in_words(receipt.on_behalf),
        (_("Buyer"), address_lines(schedule.buyer)),
        (_("Purchase order number"), schedule.purchase_order_number),
        (_("Your reference"), schedule.buyer_reference),
        (_("Payment terms"), terms_in_words(page.offer.payment_terms_days)),
        (_("Time to review"), " ".join(clause_sentences(page.offer.review))),
    )


def _first_terms(page: ClientPage) -> tuple[tuple[str, str], ...]:
    first = page.first_signature()
    terms = (first.terms or {}) if first is not None else {}
    if first is None or not terms:
        return ()
    return (
        (_("Signed by"), f"{first.name}\n{moment(first.at)}"),
        (_("Buyer"), address_lines(terms["buyer"])),
        (_("Purchase order number"), terms["purchase_order_number"]),
        (_("Your reference"), terms["buyer_reference"]),
        (_("Cost centre"), terms["needs"]["cost_centre"]),
        (_("Invoices go to"), terms["needs"]["invoice_email"]),
    )


def _papers(page: ClientPage, base: str) -> tuple[Link, ...]:
    """Documents of the agreement: the quote before it was accepted, then the agreed one and every receipt."""
    if page.schedule is None:
        return (_paper(_("This quote as PDF"), page.quote_paper, base),) if page.quote_paper else ()
    found = []
    for receipt in page.schedule.receipts:
        agreed = receipt.milestone_id is None
        name = _("The agreed quote with its receipt") if agreed else _("Receipt %(number)s", number=receipt.number)
        if receipt.paper is not None:
            found.append(_paper(name, receipt.paper, base))
    return (*found, (_("Statement of the project"), f"{base}/statement", "", False))


def _paper(name: str, paper: Paper, base: str) -> Link:
    return name, f"{base}/documents/{paper.id}", _("PDF") if paper.ready else _("being prepared"), False


def _is_preparing(page: ClientPage) -> bool:
    schedule = page.schedule
    if schedule is None:
        return page.state == QuoteState.SENT and page.quote_paper is not None and not page.quote_paper.ready
    papers = [invoice.paper for invoice in schedule.invoices] + [receipt.paper for receipt in schedule.receipts]
    return any(paper is not None and not paper.ready for paper in papers)

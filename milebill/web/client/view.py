"""What the templates of the client's page print: every sentence and address ready, so that they decide nothing."""

from dataclasses import dataclass
from datetime import date, datetime

from flask_babel import gettext as _

from milebill.models import MilestoneState, QuoteState, Role
from milebill.models.milestone import Trigger
from milebill.queries.client_page import ClientPage, Schedule, Supplier
from milebill.queries.client_schedule import IssuedInvoice, IssuedReceipt, Paper, Step
from milebill.queries.client_thread import Said
from milebill.web.access import LinkHolder, invoice_token
from milebill.web.client.standing import Action, Standing, standing_of, what_signing_off_causes
from milebill.web.client.wording import address_lines, brief, terms_in_words
from milebill.web.filters import day, file_size, moment
from milebill.web.public import brand_address

Link = tuple[str, str, str, bool]
"""Name, address, note, whether it leaves this site: as templates/shared/files.html takes them."""


@dataclass(frozen=True, slots=True)
class Brand:
    """The letterhead."""

    name: str
    logo_url: str | None
    css_url: str


@dataclass(frozen=True, slots=True)
class HandOver:
    """What the supplier says and shows of a milestone."""

    head: str
    note: str
    links: tuple[Link, ...]
    reason: str = ""
    reason_head: str = ""


@dataclass(frozen=True, slots=True)
class MilestoneView:
    """A milestone of the schedule. What is settled is folded: its text stands in `folded`."""

    position: int
    title: str
    description: str
    criteria: tuple[str, ...]
    planned_on: date | None
    trigger: str
    state: str
    net: int
    tax: int
    gross: int
    follows: str
    current: bool
    folded: bool
    folded_description: str
    folded_criteria: tuple[str, ...]
    handed: HandOver | None
    proof: str
    proof_links: tuple[tuple[str, str], ...]
    may_decide: bool
    next: str = ""


@dataclass(frozen=True, slots=True)
class InvoiceView:
    """A row of the list of invoices."""

    number: str
    title: str
    currency: str
    gross: int
    state: str
    issued_on: date
    due_on: date
    href: str
    paper: str
    preparing: bool


@dataclass(frozen=True, slots=True)
class MessageView:
    """A line of the thread."""

    id: int
    author: str
    about: str
    text: str
    at: datetime
    theirs: bool


@dataclass(frozen=True, slots=True)
class View:
    """The page for one reader."""

    base: str
    kicker: str
    standing: Standing
    bar: tuple[tuple[Action, str], ...]
    """The buttons beside the total, each with its kind."""
    progress: str
    agreed: tuple[tuple[str, str], ...]
    stepper: tuple[tuple[str, str, str, str], ...]
    milestones: tuple[MilestoneView, ...]
    invoices: tuple[InvoiceView, ...]
    papers: tuple[Link, ...]
    messages: tuple[MessageView, ...]
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
    base = f"/q/{token}"
    schedule = page.schedule
    may_decide = who.may(Role.APPROVE)
    invoices = _invoices(schedule, who, base) if schedule else ()
    standing = standing_of(page, who, base)
    buttons = ((standing.action, "primary"), (standing.other, ""))
    return View(
        base=base,
        kicker=_kicker(page, who),
        standing=standing,
        bar=tuple((action, kind) for action, kind in buttons if action is not None),
        progress=_progress(schedule) if schedule else "",
        agreed=_agreed(page, schedule) if schedule else (),
        stepper=_stepper(schedule) if schedule else (),
        milestones=_milestones(page, schedule, base, may_decide, invoices) if schedule else (),
        invoices=invoices,
        papers=_papers(page, base),
        messages=tuple(_message(said, page) for said in page.thread),
        may_decide=may_decide,
        preparing=_is_preparing(page),
        seen=f"{page.version[0]}-{page.version[1]}",
    )


def _kicker(page: ClientPage, who: LinkHolder) -> str:
    if page.schedule is not None:
        return str(
            _(
                "%(client)s. Agreed on %(day)s by %(name)s",
                client=page.offer.client_name,
                day=day(page.schedule.accepted_at),
                name=page.schedule.acceptance.name,
            )
        )
    return str(_("A quote for %(name)s, %(client)s", name=who.name, client=page.offer.client_name))


def _progress(schedule: Schedule) -> str:
    done = sum(step.state == MilestoneState.SIGNED_OFF for step in schedule.steps)
    return str(_("%(done)s of %(count)s signed off", done=done, count=len(schedule.steps)))


def _agreed(page: ClientPage, schedule: Schedule) -> tuple[tuple[str, str], ...]:
    receipt = schedule.acceptance
    return (
        (_("Accepted by"), ", ".join(filter(None, (receipt.name, receipt.job_title)))),
        (_("On"), moment(receipt.at)),
        (_("Buyer"), address_lines(schedule.buyer)),
        (_("Purchase order number"), schedule.purchase_order_number),
        (_("Your reference"), schedule.buyer_reference),
        (_("Payment terms"), terms_in_words(page.offer.payment_terms_days)),
    )


def _stepper(schedule: Schedule) -> tuple[tuple[str, str, str, str], ...]:
    current = _current(schedule)
    return tuple(
        (
            step.title,
            _step_note(step),
            "done" if step.state == MilestoneState.SIGNED_OFF else "current" if step is current else "",
            f"#milestone-{step.position}",
        )
        for step in schedule.steps
    )


def _current(schedule: Schedule) -> Step | None:
    """The step that somebody has to act on next."""
    for state in (MilestoneState.SUBMITTED, MilestoneState.CHANGES_REQUESTED, MilestoneState.PLANNED):
        for step in schedule.steps:
            if step.state == state:
                return step
    return None


def _step_note(step: Step) -> str:
    if step.state == MilestoneState.SIGNED_OFF:
        return brief(step.signed_off_at)
    if step.state == MilestoneState.SUBMITTED:
        return str(_("for your sign-off"))
    if step.state == MilestoneState.CHANGES_REQUESTED:
        return str(_("changes requested"))
    return brief(step.planned_on)


def _milestones(
    page: ClientPage, schedule: Schedule, base: str, may_decide: bool, invoices: tuple[InvoiceView, ...]
) -> tuple[MilestoneView, ...]:
    current = _current(schedule)
    receipts = {receipt.milestone_id: receipt for receipt in schedule.receipts}
    billed = {issued.milestone_id: row for issued, row in zip(schedule.invoices, invoices, strict=True)}
    found = []
    for step in schedule.steps:
        folded = step.state in {MilestoneState.SIGNED_OFF, MilestoneState.CANCELLED}
        proof, links = _proof(step, receipts, billed.get(step.id), base)
        found.append(
            MilestoneView(
                position=step.position,
                title=step.title,
                description="" if folded else step.description,
                criteria=() if folded else step.criteria,
                planned_on=None if folded else step.planned_on,
                trigger=step.trigger,
                state=step.state,
                net=step.net,
                tax=step.tax,
                gross=step.gross,
                follows=_follows(page, step, may_decide, step is current),
                current=step is current,
                folded=folded and bool(step.description or step.criteria or step.submission),
                folded_description=step.description if folded else "",
                folded_criteria=step.criteria if folded else (),
                handed=_handed(page, step, base),
                proof=proof,
                proof_links=links,
                may_decide=may_decide and step.state == MilestoneState.SUBMITTED,
            )
        )
    return tuple(found)


def _follows(page: ClientPage, step: Step, may_decide: bool, current: bool) -> str:
    if step.state == MilestoneState.SUBMITTED and may_decide:
        return what_signing_off_causes(page, step)
    if step.state == MilestoneState.SUBMITTED:
        return str(_("It is waiting for a sign-off on your side."))
    if step.state == MilestoneState.CHANGES_REQUESTED:
        return str(_("%(supplier)s is working on it and will put it before you again.", supplier=page.supplier.name))
    if current:
        return str(_("%(supplier)s is working on it. You get a mail when it is ready.", supplier=page.supplier.name))
    return ""


def _handed(page: ClientPage, step: Step, base: str) -> HandOver | None:
    submission = step.submission
    if submission is None:
        return None
    changes = step.state == MilestoneState.CHANGES_REQUESTED
    return HandOver(
        head=_("%(supplier)s on %(day)s", supplier=page.supplier.name, day=day(submission.submitted_at)),
        note=submission.note,
        links=tuple(
            (item.url, item.url, _("link"), True)
            if item.url
            else (item.file_name, f"{base}/files/{item.id}", file_size(item.size), False)
            for item in submission.evidence
        ),
        reason=submission.reason if changes else "",
        reason_head=_("Changes requested on %(day)s", day=day(submission.decided_at)) if changes else "",
    )


def _proof(
    step: Step, receipts: dict[int | None, IssuedReceipt], invoice: InvoiceView | None, base: str
) -> tuple[str, tuple[tuple[str, str], ...]]:
    """Who signed it off and when, and where that can be read."""
    if step.state != MilestoneState.SIGNED_OFF:
        return "", ()
    deposit = step.trigger == Trigger.ACCEPTANCE
    receipt = receipts.get(None if deposit else step.id)
    links = []
    if receipt is not None:
        links.append((_("Receipt %(number)s", number=receipt.number), f"{base}/receipts/{receipt.number}"))
    if invoice is not None:
        links.append((_("Invoice %(number)s", number=invoice.number), invoice.href or f"#invoice-{invoice.number}"))
    who = {"name": receipt.name if receipt else "", "day": day(step.signed_off_at)}
    words = _("Fell due when %(name)s accepted on %(day)s", **who) if deposit else ""
    return str(words or _("Signed off by %(name)s on %(day)s", **who)), tuple(links)


def _invoices(schedule: Schedule, who: LinkHolder, base: str) -> tuple[InvoiceView, ...]:
    may_open = who.may(Role.APPROVE) or who.may(Role.ACCOUNTS_PAYABLE)
    return tuple(_invoice(issued, who, base, may_open) for issued in schedule.invoices)


def _invoice(issued: IssuedInvoice, who: LinkHolder, base: str, may_open: bool) -> InvoiceView:
    return InvoiceView(
        number=issued.number,
        title=_("Milestone %(n)s, %(title)s", n=issued.position, title=issued.title),
        currency=issued.currency,
        gross=issued.gross,
        state=issued.state,
        issued_on=issued.issued_on,
        due_on=issued.due_on,
        href=f"/i/{invoice_token(who.link_id, issued.id)}" if may_open else "",
        paper=f"{base}/documents/{issued.paper.id}" if issued.paper and issued.paper.ready else "",
        preparing=bool(issued.paper and not issued.paper.ready),
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
    return tuple(found)


def _paper(name: str, paper: Paper, base: str) -> Link:
    return name, f"{base}/documents/{paper.id}", _("PDF") if paper.ready else _("being prepared"), False


def _is_preparing(page: ClientPage) -> bool:
    schedule = page.schedule
    if schedule is None:
        return page.state == QuoteState.SENT and page.quote_paper is not None and not page.quote_paper.ready
    papers = [invoice.paper for invoice in schedule.invoices] + [receipt.paper for receipt in schedule.receipts]
    return any(paper is not None and not paper.ready for paper in papers)


def _message(said: Said, page: ClientPage) -> MessageView:
    theirs = said.side == "supplier"
    return MessageView(
        id=said.id,
        author=said.name,
        about=_about(said) or (page.supplier.name if theirs and said.name != page.supplier.name else ""),
        text=said.text,
        at=said.at,
        theirs=theirs,
    )


def _about(said: Said) -> str:
    named = {"n": said.position, "title": said.title}
    if said.kind == "submission":
        return str(_("handed over milestone %(n)s, %(title)s", **named))
    if said.kind == "changes_requested":
        return str(_("requested changes to milestone %(n)s, %(title)s", **named))
    if said.kind == "decline":
        return str(_("declined the quote"))
    return ""

"""Mail scanners open, fill, tick and submit whatever a mail leads to, before anybody reads it; it changes nothing.

Rule 5 of the house: what is decided takes a name that the scanner does not know, and a login takes the browser that
asked for it or the code.
"""

from collections import Counter
from collections.abc import Collection

import pytest
from flask import Flask
from playwright.sync_api import Page
from sqlalchemy import or_, update

from milebill import clock
from milebill.db import transaction
from milebill.models import Document, LoginLink, Mail, MailKind, Quote, QuoteState
from milebill.models.document import DocumentState
from milebill.models.mail import MailState
from tests.actors import APPROVER, Supplier, a_sent_quote, a_submitted_milestone, sign_up
from tests.browser.conftest import OpenPage
from tests.browser.people import press
from tests.browser.scanner import ADDRESS, HABITS, Scanner, links_of
from tests.inside import wait_for
from tests.outbound.mail_stories import everything_happens, stored
from tests.rules import rows
from tests.servers.browser import OpenBrowser
from tests.servers.web import Product
from tests.snapshots import Snapshot, everything

VISITS = 200 // len(HABITS)
LOGS = ("link_opening",)
"""Which address fetched which link: no event, and no proof of a person."""
LOGINS = ("login_link", "mail")
"""Whoever finds the login page may ask for a mail; see `only_logins_of_its_own`."""
DRAFTS = ("draft_link", "quote", "revision")
"""Whoever finds the front door may write a draft; see `only_drafts_of_its_own`."""

pytestmark = pytest.mark.browser


def everything_is_written() -> bool:
    """Whether the worker has done what it had to do."""
    mails = {row.state for row in rows(Mail)} <= {MailState.SENT, MailState.DEAD}  # a login that is used needs no mail
    return mails and {row.state for row in rows(Document)} <= {DocumentState.READY}


def ask_for_a_login(page: Page, served: Product, supplier: Supplier) -> None:
    """In the supplier's own browser, which then holds what the mailed link asks for."""
    page.goto(f"{served.url}/login")
    page.get_by_label("Your e-mail address").fill(supplier.email)
    press(page, "Mail me a link")
    page.wait_for_url("**/login/code")


def ask_to_send(page: Page, served: Product, email: str) -> None:
    """Somebody with no account writes a quote, and is mailed the link that confirms it."""
    page.goto(served.url)
    page.get_by_label("Company", exact=True).fill("Halden Books")
    page.get_by_label("Who decides", exact=True).fill("Marta Halden")
    page.get_by_label("Their e-mail address").first.fill("marta@haldenbooks.example")
    press(page, "Review and send")
    page.get_by_label("Your e-mail address").fill(email)
    press(page, "Mail me the link")
    page.get_by_role("heading", name="Check your mail").wait_for()


def forms_first(addresses: Collection[str]) -> list[str]:
    """Of each form one, then of each another; papers and pages after them. What ends in a word is a form."""
    met: Counter[str] = Counter()
    ordered = []
    for address in sorted(addresses):
        last = address.rpartition("/")[2].partition("?")[0]
        word = last.replace("-", "")
        met[last] += 1
        ordered.append((not (word.isalpha() and word.islower()), met[last], last, address))
    return [address for *_, address in sorted(ordered)]


def only_logins_of_its_own(before: Snapshot, after: Snapshot) -> None:
    """It asked for mails to its own address, and typed wrong codes; no login was redeemed."""
    columns = [column.name for column in LoginLink.__table__.columns]
    attempts, email = columns.index("attempts"), columns.index("email")
    known = len(before["login_link"])

    def without_attempts(row: tuple[object, ...]) -> tuple[object, ...]:
        return (*row[:attempts], *row[attempts + 1 :])

    assert [*map(without_attempts, after["login_link"][:known])] == [*map(without_attempts, before["login_link"])]
    assert {row[email] for row in after["login_link"][known:]} <= {ADDRESS}
    assert not any(row[columns.index("redeemed_at")] for row in after["login_link"][known:])
    kinds = {(mail.kind, mail.recipient) for mail in rows(Mail)[len(before["mail"]) :]}
    assert after["mail"][: len(before["mail"])] == before["mail"]
    assert kinds <= {(MailKind.LOGIN, ADDRESS), (MailKind.CONFIRM_DRAFT, ADDRESS)}


def only_drafts_of_its_own(before: Snapshot, after: Snapshot) -> None:
    """It may have written some, which belong to nobody and went to nobody; nobody else's was touched."""
    for name in DRAFTS:
        assert after[name][: len(before[name])] == before[name]
    written = rows(Quote)[len(before["quote"]) :]
    assert {(quote.workspace_id, quote.state) for quote in written} <= {(None, QuoteState.DRAFT)}


@pytest.mark.long
@pytest.mark.parametrize("habit", HABITS)
def test_a_scanner_changes_nothing(
    served: Product, office: Flask, open_page: OpenPage, open_browser: OpenBrowser, habit: str
) -> None:
    supplier = sign_up("Anna Lindqvist")
    everything_happens(supplier)
    with transaction() as session:  # the quote expired a month from now, and so would its mail be sent then
        session.execute(update(Mail).values(next_attempt_at=clock.now()).where(Mail.next_attempt_at > clock.now()))
    offer, project = a_sent_quote(supplier), a_submitted_milestone(supplier)
    newcomer, desk = open_page(), open_page()
    email = f"nora{supplier.workspace_id}@newcomer.example"
    ask_to_send(newcomer, served, email)
    ask_for_a_login(desk, served, supplier)
    wait_for(everything_is_written, 90)
    before = everything(without=LOGS)
    mine = or_(Mail.workspace_id == supplier.workspace_id, Mail.recipient.in_((supplier.email, email)))
    mails = rows(Mail, Mail.state == MailState.SENT, mine)  # others use the same product
    assert {mail.kind for mail in mails} == set(MailKind)

    scanner = Scanner(open_browser().new_page(), served.url, habit)
    found: set[str] = set()
    for mail in mails:
        links = links_of(stored(mail.id).raw)
        assert links, mail.subject
        for link in links:
            found |= scanner.visit(link)
    for further in forms_first(found - set(scanner.visits))[: max(VISITS - len(scanner.visits), 0)]:
        scanner.visit(further)
    assert len(scanner.visits) >= VISITS

    after = everything(without=LOGS)
    free = (*LOGINS, *DRAFTS)
    assert {name: after[name] for name in after if name not in free} == {
        name: before[name] for name in before if name not in free
    }
    only_logins_of_its_own(before, after)
    only_drafts_of_its_own(before, after)
    posts = " ".join(scanner.posts)
    forms = "decision signoff criteria questions amendment correction login forwarding own-link confirm"
    for form in (f"/{name}" for name in forms.split()):
        assert form in posts, form
    # Whom the mails were for can still do what they say.
    desk.goto(next(link for link in links_of(stored(mails[-1].id).raw) if "/login/" in link))
    press(desk, "Sign in")
    desk.wait_for_url("**/dashboard")
    confirmations = [mail for mail in mails if mail.kind == MailKind.CONFIRM_DRAFT]
    newcomer.goto(next(link for link in links_of(stored(confirmations[-1].id).raw) if "/confirm/" in link))
    newcomer.get_by_role("button", name="Confirm and send to marta@haldenbooks.example").wait_for()
    offer.accept()
    project.sign_off(2)


def test_a_scanner_that_knew_the_name_would_decide(served: Product, office: Flask, open_browser: OpenBrowser) -> None:
    """So the scanner does press and send everything, and it is the name that it lacks."""
    deal = a_submitted_milestone(sign_up("Anna Lindqvist"))
    scanner = Scanner(open_browser().new_page(), served.url, APPROVER.name)
    scanner.visit(f"{served.url}/q/{deal.token(office)}/milestones/2/signoff")
    assert deal.milestone_state(2) in ("signed_off", "changes_requested")

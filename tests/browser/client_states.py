"""Every state that a client's page can be in. A new page or state is one more line here."""

from collections.abc import Mapping
from datetime import timedelta
from functools import partial
from types import MappingProxyType

from milebill import clock
from milebill.domain.evidence import Evidence
from milebill.domain.quotes import expire_quote
from milebill.models import Document, Receipt, Role
from tests.actors import (
    APPROVER,
    BUYER,
    PAYABLE,
    Deal,
    Supplier,
    a_sent_quote,
    an_accepted_project,
    an_issued_invoice,
    shares,
)
from tests.browser.scenes import (
    Scene,
    State,
    Tale,
    appears,
    at,
    doing,
    on_invoice,
    on_page,
    press,
    refused,
    send,
    then,
    told,
)
from tests.colleagues import COLLEAGUE, forward
from tests.dealings import credit_milestone, pay, submit_part, the_invoice, token_of
from tests.domain.test_priced_by_items import GERMAN
from tests.inside import wait_for
from tests.pairs import SECOND, a_milestone_for_two, a_quote_for_two, accept_as, sign_off_as
from tests.payables import amend, request
from tests.pictures import handed_over
from tests.proofs import as_bytes, forged, made_up, sign_off_of
from tests.revisions import revise
from tests.rules import rows
from tests.ways_in import run_out, set_link

LINK, LONG_LINK = "https://beta.example/", f"https://beta.example/{'a-long-way/' * 12}"
WORDS = "Two of five people could not find the basket.\n\nPlease make that clearer."


def _long_offer(supplier: Supplier) -> Deal:
    names = ("Deposit", "Interviews and a plan", "Design of six key pages", "Beta launch", "Public launch")
    wordy = {"description": "What it is.\nAnd why.", "planned_on": clock.now().date().isoformat()}
    steps = [
        {**row, **wordy, "title": name}
        for row, name in zip(shares("20", "25", "25", "20", "10", deposit=True), names, strict=True)
    ]
    return a_sent_quote(supplier, milestones=steps)


def _by_items(supplier: Supplier) -> Deal:
    return a_sent_quote(supplier, **GERMAN)


def _submit_with_evidence(deal: Deal) -> None:
    beside = (Evidence(text=WORDS, criterion=1), Evidence(url=LONG_LINK, criterion=2))
    deal.submit(2, f"It is done.\n\n{WORDS}", (Evidence(url=LINK), Evidence(url=LONG_LINK), *beside))


def _pay_all(deal: Deal) -> None:
    for invoice_id in deal.invoice_ids():
        invoice = the_invoice(invoice_id)
        pay(deal.supplier, invoice_id, invoice.gross - invoice.paid, f"all-{invoice_id}")


def _pass_its_day(deal: Deal) -> None:
    with clock.at(clock.now() + timedelta(days=32)):
        expire_quote(deal.workspace_id, deal.quote_id)


def _long_ago(supplier: Supplier) -> Deal:
    with clock.at(clock.now() - timedelta(days=40)):
        return an_accepted_project(supplier, valid_until=clock.now().date().isoformat())


def _talk(deal: Deal) -> None:
    deal.ask(f"When is it ready?\n\nSee {LONG_LINK}")
    deal.answer("In the second week of May.\n\nWith the texts.")


_switch_off = partial(set_link, revoked_at=clock.now())

_offer = then(_long_offer, _talk)
_project = then(_long_offer, Deal.accept, _talk)
_submitted = then(_project, _submit_with_evidence)
_sent_back = then(_submitted, lambda deal: deal.request_changes(2, WORDS))
_half_accepted = then(_submitted, lambda deal: deal.decide(second=WORDS))
_signed_off = then(_submitted, Deal.sign_off)
_finished = then(an_issued_invoice, lambda deal: deal.submit(3), lambda deal: deal.sign_off(3))

_accept = on_page(_offer, "/decision?choice=accept")
_decline = on_page(_offer, "/decision?choice=decline")
_sign_off = on_page(_submitted, "/milestones/2/signoff")
_statement = on_page(_submitted, "/statement")
_changes = on_page(_submitted, "/milestones/2/changes")
_criteria = on_page(_submitted, "/milestones/2/criteria")
_amend = on_invoice(an_accepted_project, "/amendment")
_correct = on_invoice(an_accepted_project, "/correction")
_amended = then(an_accepted_project, lambda deal: amend(deal, purchase_order_number="PO-8", cost_centre="Marketing"))


_with_a_colleague = then(_offer, lambda deal: forward(deal, roles={Role.APPROVE}))
_forward, _own_link = on_page(_offer, "/forwarding"), on_page(_offer, "/own-link")
_accepted_by_one = then(a_quote_for_two, lambda deal: accept_as(deal, APPROVER))
_signed_off_by_one = then(a_milestone_for_two, lambda deal: sign_off_as(deal, APPROVER))


def _stale(scene: Scene) -> None:
    """Signed on a page that has changed meanwhile."""
    deal = _submitted(scene.supplier)
    scene.open(scene.link(deal) + "/milestones/2/signoff")
    deal.take_back(2)
    deal.submit(2, "A better version.")
    send("Sign off milestone 2", name=APPROVER.name)(scene.page)
    appears("#head .told")(scene.page)


def _caught_up(scene: Scene) -> None:
    """The supplier has acted while the page stood open."""
    deal = _project(scene.supplier)
    wait_for(lambda: all(row.state == "ready" for row in rows(Document, Document.quote_id == deal.quote_id)))
    scene.page.clock.install()
    scene.open(scene.link(deal))
    _submit_with_evidence(deal)
    scene.page.clock.run_for(10_500)
    appears("#announced a")(scene.page)


def _with_a_file(scene: Scene) -> None:
    scene.open(scene.link(_project(scene.supplier)))
    file = {"name": "Übersicht.txt", "mimeType": "text/plain", "buffer": b"Home, basket, checkout."}
    scene.page.locator("#questions input[type='file']").set_input_files(file)
    appears("#questions :text('bersicht.txt')")(scene.page)


def _of_another(scene: Scene) -> None:
    """An invoice, opened by somebody who may only read the project."""
    deal = an_accepted_project(scene.supplier)
    forward(deal)
    scene.open(f"/i/{token_of(scene.office, deal, deal.invoice_ids()[0], COLLEAGUE)}")


def _in(language: str, tell: Tale, path: str = "") -> State:
    return lambda scene: scene.open(f"{scene.link(tell(scene.supplier))}~{language}{path}")


def _with_a_picture(scene: Scene) -> None:
    deal = _project(scene.supplier)
    deal.submit(2, "Look.", (handed_over(scene.office.extensions["files"], 1),))
    scene.open(scene.link(deal) + "/milestones/2/criteria")
    appears(".picture img")(scene.page)


def _receipt(scene: Scene, place: int) -> None:
    deal = an_issued_invoice(scene.supplier)
    number = rows(Receipt, Receipt.quote_id == deal.quote_id)[place].number
    scene.open(f"{scene.link(deal)}/receipts/{number}")


def _check(scene: Scene, text: str, found: str) -> None:
    scene.open("/verify")
    send("Check it", text=text)(scene.page)
    appears(found)(scene.page)


def _genuine(scene: Scene) -> str:
    return as_bytes(sign_off_of(scene.office, an_issued_invoice(scene.supplier))).decode()


def _forged(scene: Scene) -> str:
    file = sign_off_of(scene.office, an_issued_invoice(scene.supplier))
    return as_bytes({**forged(file), "receipt_hash": file["receipt_hash"]}).decode()


STATES: Mapping[str, State] = MappingProxyType(
    {
        # The offer
        "offer": on_page(_offer),
        "offer by items": on_page(_by_items),
        "offer for accounts payable": on_page(_offer, person=PAYABLE),
        "revised offer": on_page(then(a_sent_quote, lambda deal: revise(deal, "Another offer"))),
        "accept": _accept,
        "accept, refused": refused(_accept, "Accept quote"),
        "decline": _decline,
        "decline, refused": refused(_decline, "Decline quote"),
        "question, refused": refused(on_page(_offer), "Send message"),
        "question, sent": told(on_page(_offer), "Send message", text=WORDS, name=APPROVER.name),
        "accepted just now": told(_accept, "Accept quote", **BUYER, name=APPROVER.name),
        "declined just now": told(_decline, "Decline quote", reason=WORDS, name=APPROVER.name),
        "question with a file": _with_a_file,
        "offer in German": _in("de", _offer),
        "accept in French": _in("fr", _offer, "/decision?choice=accept"),
        # Its people
        "people": on_page(_with_a_colleague, "/people"),
        "people, for accounts payable": on_page(_with_a_colleague, "/people", person=PAYABLE),
        "forward": _forward,
        "forward, refused": refused(_forward, "Forward"),
        "forwarded just now": told(
            _forward, "Forward", colleague_name="Nora", colleague_email="nora@example.com", name=APPROVER.name
        ),
        "own link": _own_link,
        "own link, refused": refused(_own_link, "Mail me my link"),
        "take off": doing(
            on_page(_with_a_colleague, "/people"), press("Take Ben Vogt off"), appears("h3:has-text('Take Ben')")
        ),
        "invoice, forward": on_invoice(an_accepted_project, "/forwarding"),
        # Two who sign
        "offer for two": on_page(a_quote_for_two),
        "accepted by the first": on_page(_accepted_by_one),
        "accept too": on_page(_accepted_by_one, "/decision?choice=accept", person=SECOND),
        "accept too, refused": refused(
            on_page(_accepted_by_one, "/decision?choice=accept", person=SECOND), "Accept quote"
        ),
        "signed off by the first": on_page(_signed_off_by_one),
        "signed off by the other": on_page(_signed_off_by_one, person=SECOND),
        # The project
        "accepted": on_page(_project),
        "accepted by items": on_page(then(_by_items, Deal.accept)),
        "statement": _statement,
        "statement, refused": refused(_statement, "Make the PDF"),
        "overdue": on_page(_long_ago),
        "submitted": on_page(_submitted),
        "submitted, for accounts payable": on_page(_submitted, person=PAYABLE),
        "sign-off": _sign_off,
        "sign-off, refused": refused(_sign_off, "Sign off milestone 2"),
        "sign-off on an old page": _stale,
        "signed off just now": told(_sign_off, "Sign off milestone 2", name=APPROVER.name),
        "changes": _changes,
        "changes, refused": refused(_changes, "Request changes"),
        "changes requested just now": told(_changes, "Request changes", reason=WORDS, name=APPROVER.name),
        "changes requested": on_page(_sent_back),
        "criteria": _criteria,
        "criteria, refused": refused(_criteria, "Send my decisions"),
        "criteria with a picture": _with_a_picture,
        "changes requested by criterion": on_page(_half_accepted),
        "one criterion left": on_page(then(_half_accepted, _submit_with_evidence), "/milestones/2/criteria"),
        "signed off in two goes": on_page(then(_half_accepted, _submit_with_evidence, Deal.sign_off)),
        "submitted in part": on_page(then(_project, submit_part)),
        "sign-off of a part": on_page(then(_project, submit_part), "/milestones/2/signoff"),
        "signed off in part": on_page(then(_project, submit_part, Deal.sign_off)),
        "submitted while it was open": _caught_up,
        "criteria in German": _in("de", _submitted, "/milestones/2/criteria"),
        "signed off in Spanish": _in("es", _signed_off),
        "submitted again": on_page(then(_sent_back, _submit_with_evidence)),
        "signed off": on_page(_signed_off),
        "all signed off": on_page(_finished),
        "all paid": on_page(then(_finished, _pay_all)),
        # Receipts
        "receipt of an acceptance": partial(_receipt, place=0),
        "receipt of a sign-off": partial(_receipt, place=-1),
        "guide": at("/guide"),
        "guide, refused": at("/guide?price=x&weeks=0"),
        "verify": at("/verify"),
        "verify, refused": refused(at("/verify"), "Check it"),
        "verify, genuine": lambda scene: _check(scene, _genuine(scene), "#checked .notice.good"),
        "verify, forged": lambda scene: _check(scene, _forged(scene), "#checked .notice.bad"),
        "verify, unknown": lambda scene: _check(scene, as_bytes(made_up()).decode(), "#checked .notice"),
        # The invoice
        "invoice": on_invoice(an_accepted_project),
        "invoice, overdue": on_invoice(_long_ago),
        "invoice by items": on_invoice(then(_by_items, Deal.accept)),
        "amend": _amend,
        "amend, refused": refused(_amend, "Save"),
        "amended just now": told(_amend, "Save", purchase_order_number="PO-8", name=PAYABLE.name),
        "amended": on_invoice(_amended),
        "versions": on_invoice(_amended, "/versions"),
        "restore": on_invoice(_amended, "/versions/1/restoration"),
        "restore, refused": refused(on_invoice(_amended, "/versions/1/restoration"), "Bring version 1 back"),
        "correct": _correct,
        "correct, refused": refused(_correct, "Send request"),
        "correction requested": on_invoice(then(an_accepted_project, lambda deal: request(deal, WORDS, city="Bremen"))),
        "invoice, paid": on_invoice(then(an_accepted_project, _pay_all)),
        "invoice, question refused": refused(on_invoice(an_accepted_project), "Send message"),
        "invoice of another": _of_another,
        "credit note": on_invoice(then(an_issued_invoice, credit_milestone)),
        # Where it ends
        "expired": on_page(then(a_sent_quote, _pass_its_day)),
        "withdrawn": on_page(then(a_sent_quote, Deal.withdraw)),
        "declined": on_page(then(a_sent_quote, Deal.decline)),
        "link has run out": on_page(then(a_sent_quote, run_out)),
        "link was renewed": doing(
            on_page(then(a_sent_quote, run_out)), send("Send me a new link"), appears("h1:has-text('mailbox')")
        ),
        "link was switched off": on_page(then(a_sent_quote, _switch_off)),
        "link that nobody knows": at("/q/nobody"),
        "no such page": at("/nowhere"),
    }
)

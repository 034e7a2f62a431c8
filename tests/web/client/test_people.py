"""The people's part of the client's page: forward, the list, taking somebody off, and a link of one's own."""

import pytest
from flask import Flask

from milebill.models import Link, Mail, MailKind, Role
from tests.actors import APPROVER, PAYABLE, Supplier, a_sent_quote, an_accepted_project, browser_of
from tests.browsers import Browser
from tests.colleagues import COLLEAGUE, OTHERS, end, forward, roles_of
from tests.rules import rows
from tests.snapshots import everything
from tests.ways_in import way_in
from tests.web.client.conftest import Guest, Visit, errors, focused, on_sqlite, parts, tree_of, words

BEN = {"colleague_name": "Ben Vogt", "colleague_email": "ben@los-verlag.example"}


def last_mail(kind: MailKind) -> int:
    return int(rows(Mail, Mail.kind == kind)[-1].id)


def test_forwarding_lets_a_colleague_decide(app: Flask, guest: Visit, owner: Supplier) -> None:
    deal = a_sent_quote(owner)
    visitor = guest(deal)
    answer = visitor.send("/forwarding", **BEN, approve="y", words="Have a look.", name="Inês Duarte")
    assert (answer.status_code, answer.location) == (303, f"{visitor.base}/people#people")
    colleague = Guest(way_in(app, last_mail(MailKind.LINK_FORWARDED)), app.test_client())
    assert colleague.base != visitor.base
    page = colleague.open()
    assert "A quote for Ben Vogt, Łoś Verlag" in words(page)
    assert colleague.accept(name="Inês Duarte").status_code == 422  # evidence names who acted
    assert colleague.accept(name="Ben Vogt").status_code == 303
    assert deal.state() == "accepted"


@on_sqlite
def test_the_part_is_short_until_it_is_asked_for(guest: Visit, owner: Supplier) -> None:
    deal = a_sent_quote(owner)
    page = tree_of(guest(deal).open())
    (part,) = page.xpath("//section[@id='people']")
    assert [link.text for link in part.xpath(".//a")] == [
        "Forward to a colleague", "Who can see this", "This is not your name?",
    ]  # fmt: skip
    assert "Inês Duarte" in part.text_content()
    assert PAYABLE.email not in part.text_content()
    assert not part.xpath(".//form")


@on_sqlite
def test_by_htmx_only_the_part_comes_back(guest: Visit, owner: Supplier) -> None:
    visitor = guest(a_sent_quote(owner))
    answer = visitor.swap("/forwarding", **BEN, name="Inês Duarte")
    assert parts(answer) == ["people", "actions", "news", "announced"]
    assert "Forwarded. Ben Vogt gets a link of their own by mail." in words(answer)
    assert "reads and asks" in words(answer)
    again = visitor.swap("/forwarding", **BEN, name="Inês Duarte")
    assert "Nothing was sent again" in words(again)


ROLES = {
    "approver": (set(Role), ["approve", "payable"]),
    "accounts payable": ({Role.ACCOUNTS_PAYABLE, Role.VIEW}, ["payable"]),
    "viewer": ({Role.VIEW}, []),
}


@on_sqlite
@pytest.mark.parametrize("role", list(ROLES))
def test_the_form_offers_what_is_theirs_to_give(guest: Visit, owner: Supplier, role: str) -> None:
    deal = a_sent_quote(owner)
    forward(deal, roles=ROLES[role][0])
    visitor = guest(deal, COLLEAGUE)
    form = tree_of(visitor.open("/forwarding"))
    assert form.xpath("//section[@id='people']//input[@type='checkbox']/@name") == ROLES[role][1]
    assert not form.xpath("//section[@id='people']//input[@checked]")
    assert form.xpath("//input[@id='forward-name']/@value") == [""]
    to = {"colleague_name": OTHERS[0].name, "colleague_email": OTHERS[0].email}
    assert visitor.send("/forwarding", **to, approve="y", payable="y", name="Ben Vogt").status_code == 303
    assert roles_of(deal, OTHERS[0]) == {Role.VIEW} | (ROLES[role][0] - {Role.VIEW} if ROLES[role][1] else set())


@on_sqlite
def test_what_is_wrong_stands_beside_its_field_and_nothing_typed_is_lost(guest: Visit, owner: Supplier) -> None:
    visitor = guest(a_sent_quote(owner))
    before = everything(without=("link_opening",))
    answer = visitor.swap("/forwarding", colleague_name="Ben", colleague_email="ben", approve="y", words="Hi", name="")
    assert (answer.status_code, parts(answer)) == (422, ["people"])
    assert set(errors(answer)) == {"colleague_email", "forward-name"}
    assert focused(answer)[0] == "colleague_email"
    tree = tree_of(answer)
    assert tree.xpath("//input[@name='colleague_name']/@value") == ["Ben"]
    assert tree.xpath("//input[@name='approve']/@checked")
    assert tree.xpath("//textarea[@name='words']")[0].text.strip() == "Hi"
    assert everything(without=("link_opening",)) == before


@on_sqlite
def test_the_limit_is_said_in_a_sentence(guest: Visit, owner: Supplier) -> None:
    deal = a_sent_quote(owner)
    for other in OTHERS[:5]:
        forward(deal, other)
    answer = guest(deal).send("/forwarding", **BEN, name="Inês Duarte")
    assert answer.status_code == 422
    assert "handed on five times within the hour" in words(answer)
    assert tree_of(answer).xpath("//input[@name='colleague_name']/@value") == ["Ben Vogt"]


def test_addresses_are_for_approvers(guest: Visit, owner: Supplier) -> None:
    deal = a_sent_quote(owner)
    forward(deal)
    seen = words(guest(deal).open("/people"))
    assert "Inês Duarte (you) decides and signs off, since" in seen
    assert all(person.email in seen for person in (APPROVER, PAYABLE, COLLEAGUE))
    for person in (PAYABLE, COLLEAGUE):
        page = guest(deal, person).open("/people")
        assert person.email in words(page)
        assert APPROVER.email not in page.get_data(as_text=True)
        assert "i…@los-verlag.example" in words(page)
        assert not tree_of(page).xpath("//a[contains(@href, '/removal')]")


def test_an_approver_takes_a_colleague_off(guest: Visit, owner: Supplier) -> None:
    deal = a_sent_quote(owner)
    forward(deal)
    visitor, colleague = guest(deal), guest(deal, COLLEAGUE)
    (address,) = {
        link.removeprefix(visitor.base).removesuffix("#people")
        for link in tree_of(visitor.open("/people")).xpath("//a[starts-with(text(), 'Take Ben')]/@href")
    }
    assert "Take Ben Vogt off?" in words(visitor.open(address))
    wrong = errors(visitor.send(address, name="John Doe"))
    assert wrong["take-off-name"].endswith("or get a link of your own under “People”.")
    stale = colleague.open("/forwarding")
    assert visitor.send(address, name="Inês Duarte").location == f"{visitor.base}/people#people"
    assert roles_of(deal) is None
    assert "Ben Vogt" not in words(visitor.open("/people"))
    assert stale.status_code == 200
    for path in ("", "/people", "/news", "/forwarding", "/own-link", "/questions"):
        assert colleague.open(path).status_code == 410
    for path in ("/forwarding", "/own-link", "/questions", address):
        assert colleague.send(path, name="Ben Vogt", text="?", once="1").status_code == 410
    before = everything(without=("link_opening",))
    again = visitor.swap(address, name="Inês Duarte")
    assert (again.status_code, "was taken off" in words(again)) == (200, True)
    assert "Ben Vogt" not in words(visitor.open(address))
    assert everything(without=("link_opening",)) == before


@on_sqlite
def test_the_last_approver_is_told_why_not(guest: Visit, owner: Supplier) -> None:
    deal = a_sent_quote(owner)
    visitor = guest(deal)
    address = f"/people/{deal.link()}/removal"
    assert not [link for link in tree_of(visitor.open("/people")).xpath("//a/@href") if address in link]
    answer = visitor.send(address, name="Inês Duarte")
    assert (answer.status_code, "Give a colleague that right first" in words(answer)) == (409, True)
    forward(deal, roles={Role.APPROVE})
    assert visitor.send(address, name="Inês Duarte").location == visitor.base
    assert visitor.open().status_code == 410


@on_sqlite
def test_nobody_takes_off_people_of_another_quote(guest: Visit, owner: Supplier, rival: Supplier) -> None:
    deal = a_sent_quote(owner)
    for other in (a_sent_quote(owner), a_sent_quote(rival)):
        address = f"/people/{other.link()}/removal"
        assert guest(deal).open(address).status_code == 404
        assert guest(deal).send(address, name="Inês Duarte").status_code == 404
    assert guest(deal, PAYABLE).send(f"/people/{deal.link()}/removal", name="Karl Ekman").status_code == 403


def test_whoever_opened_another_link_gets_one_of_their_own(app: Flask, guest: Visit, owner: Supplier) -> None:
    deal = an_accepted_project(owner)
    visitor = guest(deal)
    form = {"own_name": "Ben Vogt", "own_email": COLLEAGUE.email}
    answers = [visitor.swap("/own-link", **form, name="Ines duarte")]
    deal.submit(2)
    answers.append(visitor.swap("/own-link", own_name="Karl", own_email=PAYABLE.email, name="Inês"))
    assert len({words(tree).split(". It reads")[0] for tree in answers}) == 1
    assert "Look in your mailbox" in words(answers[0])
    mails = [mail.id for mail in rows(Mail, Mail.kind == MailKind.LINK_ASKED)]
    colleague = Guest(way_in(app, mails[0]), app.test_client())
    assert colleague.open().status_code == 200
    assert colleague.sign_off(2, name="Ben Vogt").status_code == 403
    assert colleague.send("/questions", text="When?", name="Ben Vogt", once="1").status_code == 303


def test_accounts_payable_forwards_an_invoice(app: Flask, owner: Supplier) -> None:
    deal = an_accepted_project(owner)
    payer = Guest(f"/i/{deal.invoice_token(app)}", app.test_client())
    part = tree_of(payer.open()).xpath("//section[@id='people']")[0]
    assert [link.text for link in part.xpath(".//a")] == ["Forward to a colleague", "This is not your name?"]
    form = tree_of(payer.open("/forwarding"))
    assert form.xpath("//section[@id='people']//input[@type='checkbox']/@name") == ["payable"]
    wrong = payer.swap("/forwarding", **BEN, payable="y", name="Inês Duarte")
    assert (wrong.status_code, parts(wrong)) == (422, ["people"])
    assert "get a link of your own" in errors(wrong)["forward-name"]
    assert tree_of(wrong).xpath("//input[@name='colleague_name']/@value") == ["Ben Vogt"]
    told = payer.swap("/forwarding", **BEN, payable="y", name="Karl Ekman")
    assert "Forwarded. Ben Vogt gets a link of their own by mail." in words(told)
    assert roles_of(deal) == {Role.ACCOUNTS_PAYABLE, Role.VIEW}
    colleague = Guest(way_in(app, last_mail(MailKind.LINK_FORWARDED)), app.test_client())
    invoice = tree_of(colleague.open()).xpath("//ul[@id='invoices']//a[starts-with(@href, '/i/')]/@href")[0]
    assert app.test_client().get(invoice).status_code == 200


@on_sqlite
def test_whoever_opened_anothers_invoice_gets_a_link_too(app: Flask, owner: Supplier) -> None:
    deal = an_accepted_project(owner)
    payer = Guest(f"/i/{deal.invoice_token(app)}", app.test_client())
    assert "This link was made for Karl Ekman" in words(payer.open("/own-link"))
    form = {"own_name": COLLEAGUE.name, "own_email": COLLEAGUE.email, "name": "Karl Ekman"}
    assert set(errors(payer.send("/own-link", **{**form, "own_email": "", "name": ""}))) == {"own_email", "own-link-of"}
    assert payer.send("/own-link", **form).location == f"{payer.base}#people"
    assert roles_of(deal) == {Role.VIEW}
    assert rows(Mail, Mail.kind == MailKind.LINK_SHARED)[-1].link_id == deal.link(PAYABLE)


@on_sqlite
def test_no_scanner_gets_a_link(guest: Visit, owner: Supplier) -> None:
    visitor = guest(a_sent_quote(owner))
    before = everything(without=("link_opening",))
    for name in ("", "John Doe", "Whose link did you open?", "Your full name"):
        answer = visitor.send("/own-link", own_name="John Doe", own_email="scanner@example.com", name=name)
        assert answer.status_code == 422
        assert visitor.send("/forwarding", **BEN, name=name).status_code == 422
    assert everything(without=("link_opening",)) == before


def test_the_supplier_sees_who_has_a_link_and_ends_it(in_app: Flask, owner: Supplier) -> None:
    deal = a_sent_quote(owner)
    forward(deal, roles={Role.APPROVE})
    browser = browser_of(in_app, owner)
    address = f"/quotes/{deal.quote_id}/people/{deal.link(COLLEAGUE)}/removal"
    page = browser.get(f"/quotes/{deal.quote_id}")
    assert tree_of(page).xpath(f"//a[@href='{address}']/text()") == ["Take Ben Vogt off"]
    assert "ben@los-verlag.example Decides Since" in words(page)
    assert COLLEAGUE.email in words(browser.get(address))
    for _ in range(2):
        assert browser.post(address).location == f"/quotes/{deal.quote_id}"
    assert "Taken off on" in words(browser.get(f"/quotes/{deal.quote_id}"))
    assert browser.get(address).location == f"/quotes/{deal.quote_id}"
    last = f"/quotes/{deal.quote_id}/people/{deal.link()}/removal"
    assert _told(browser, last) == "Nobody else could decide and sign off then, so nothing was changed."
    assert browser.get(f"/quotes/{deal.quote_id}/people/{10**9}/removal").status_code == 404
    deal.accept()
    project = words(browser.get(browser.get(f"/quotes/{deal.quote_id}").location or f"/quotes/{deal.quote_id}"))
    assert "Ben Vogt" in project
    assert len(rows(Link, Link.revoked_at.is_not(None))) == 1
    feed = words(browser.get("/dashboard"))
    assert "forwarded quote" in feed
    assert "took Ben Vogt off quote" in feed


def _told(browser: Browser, address: str) -> str:
    answer = browser.post(address)
    page = tree_of(browser.get(answer.location))
    return " ".join(page.xpath("//*[@id='notices']")[0].text_content().split())


@on_sqlite
def test_the_end_of_a_link_is_no_news_on_a_page(guest: Visit, owner: Supplier) -> None:
    deal = a_sent_quote(owner)
    visitor = guest(deal)
    seen = visitor.seen()
    forward(deal)
    end(deal)
    assert visitor.news(seen).status_code == 204
    deal.withdraw()
    assert visitor.news(seen).status_code == 200

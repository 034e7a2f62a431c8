"""Asking on the client's page: whoever holds a link may, and a second click says nothing twice."""

from sqlalchemy import select

from milebill.db import reading
from milebill.models import Mail, Message
from tests.actors import APPROVER, PAYABLE, Supplier, a_sent_quote
from tests.web.client.conftest import Guest, Visit, errors, focused, on_sqlite, parts, tree_of, words


def said() -> list[str]:
    with reading() as connection:
        return list(connection.scalars(select(Message.text).order_by(Message.id)))


def once(visitor: Guest) -> str:
    return str(tree_of(visitor.open()).xpath("//input[@name='once']/@value")[0])


def test_a_question_reaches_the_supplier_and_the_thread(guest: Visit, owner: Supplier) -> None:
    visitor = guest(a_sent_quote(owner))
    answer = visitor.send("/questions", text="When\r\ncan you <b>begin</b>?", name="Inês", once=once(visitor))
    assert (answer.status_code, answer.location) == (303, visitor.base + "#questions")
    assert said() == ["When\ncan you <b>begin</b>?"]
    page = visitor.open()
    assert "<b>begin" not in page.get_data(as_text=True)
    assert "When can you <b>begin</b>?" in words(page)
    with reading() as connection:
        assert "question_asked" in connection.scalars(select(Mail.kind)).all()


@on_sqlite
def test_by_htmx_the_thread_comes_back_with_an_empty_form(guest: Visit, owner: Supplier) -> None:
    visitor = guest(a_sent_quote(owner))
    key = once(visitor)
    answer = visitor.swap("/questions", text="When?", name="Inês", once=key)
    assert parts(answer) == ["questions", "news", "announced"]
    tree = tree_of(answer)
    assert "Sent." in words(answer)
    assert (tree.xpath("//textarea")[0].text or "").strip() == ""
    assert tree.xpath("//input[@name='once']/@value") != [key]


def test_whoever_may_look_may_ask(guest: Visit, owner: Supplier) -> None:
    deal = a_sent_quote(owner)
    payable = guest(deal, PAYABLE)
    assert payable.send("/questions", text="Which PO?", name="Karl", once="k").status_code == 303
    assert said() == ["Which PO?"]
    deal.withdraw()
    assert payable.send("/questions", text="Why?", name="Karl", once="k2").status_code == 303


def test_a_second_click_says_nothing_twice_but_other_words_do(guest: Visit, owner: Supplier) -> None:
    visitor = guest(a_sent_quote(owner))
    key = once(visitor)
    for _ in range(3):
        visitor.send("/questions", text="When?", name="Inês", once=key)
    assert said() == ["When?"]
    visitor.send("/questions", text="And where?", name="Inês", once=key)  # the browser's back button kept the form
    assert said() == ["When?", "And where?"]


def test_what_is_missing(guest: Visit, owner: Supplier) -> None:
    visitor = guest(a_sent_quote(owner))
    empty = visitor.send("/questions", text=" ", name="", once="k")
    assert empty.status_code == 422
    assert set(errors(empty)) == {"question-text", "question-name"}
    assert focused(empty)[0] == "question-text"
    other = visitor.swap("/questions", text="Typed <i>well</i>", name="Karl Ekman", once="k")
    assert (other.status_code, parts(other)) == (422, ["questions"])
    assert "somebody else" in errors(other)["question-name"]
    assert focused(other)[0] == "question-name"
    tree = tree_of(other)
    assert tree.xpath("//textarea")[0].text.strip() == "Typed <i>well</i>"
    assert tree.xpath("//input[@name='name']/@value") == ["Karl Ekman"]
    assert tree.xpath("//input[@name='once']/@value") == ["k"]
    assert said() == []


def test_too_much(guest: Visit, owner: Supplier) -> None:
    visitor = guest(a_sent_quote(owner))
    assert errors(visitor.send("/questions", text="x" * 4001, name="Inês", once="k")) == {
        "question-text": "This is too long."
    }
    assert errors(visitor.send("/questions", text="x", name="Inês " * 99, once="k")) == {
        "question-name": "This is too long."
    }
    assert visitor.send("/questions", text="\x00hm", name=APPROVER.name, once="\x00").status_code == 303
    assert said() == ["hm"]


@on_sqlite
def test_the_address_of_the_form_shows_the_page(guest: Visit, owner: Supplier) -> None:
    visitor = guest(a_sent_quote(owner))
    assert "Your message" in words(visitor.open("/questions"))

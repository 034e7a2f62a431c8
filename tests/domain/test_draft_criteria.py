"""The field of criteria: one a line, and below it, behind an arrow, how it is checked."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from milebill.agreed_criteria import AgreedCriterion, written_criteria
from milebill.domain.draft_criteria import as_typed, replaced, typed_criteria, unsettled

Said = list[tuple[str, str]]


def said(field: str) -> Said:
    return [tuple(one.agreed) for one in typed_criteria(field)]  # type: ignore[misc]


@pytest.mark.parametrize(
    ("field", "found"),
    [
        ("", []),
        ("A\nB", [("A", ""), ("B", "")]),
        ("A\n→ x\nB", [("A", "x"), ("B", "")]),
        ("A\n-> x\nB\n=> y", [("A", "x"), ("B", "y")]),
        ("A\n⇒x\nB\n --> y", [("A", "x"), ("B", "y")]),
        ("A\r\n\r\n  → x\r\n", [("A", "x")]),
        ("A\n→ x.\n-> y", [("A", "x; y")]),
        ("A\n→ …\n→ y", [("A", "…; y")]),
        ("A\n→ .\n→ y", [("A", "y")]),
        ("• A\n  • → x\n- B\n- -> y", [("A", "x"), ("B", "y")]),
        ("Home → cart → checkout works\nA -> B\n=>c", [("Home → cart → checkout works", ""), ("A -> B", "c")]),
        ("→ A\n→ B\n→ C", [("A", ""), ("B", ""), ("C", "")]),
        ("-> A\n-> B\nC\n-> x", [("A", ""), ("B", ""), ("C", "x")]),
        ("→ → A", [("A", "")]),
        ("A\n→\n->\n- \nB", [("A", ""), ("B", "")]),
        ("- A\n* B\n• C *", [("A", ""), ("B", ""), ("C", "")]),
        ("-5 °C in the cold room\n> 5 rooms\n= 3", [("5 °C in the cold room", ""), ("> 5 rooms", ""), ("= 3", "")]),
        ("-->" * 3000, []),
    ],
)
def test_what_a_field_says(field: str, found: Said) -> None:
    assert said(field) == found


SIGNS = "ab →⇒->=•*.; \n\t"


@given(st.text(SIGNS, max_size=40))
@settings(max_examples=200)
def test_what_was_read_is_written_and_read_again(field: str) -> None:
    agreed = [one.agreed for one in typed_criteria(field)]
    assert said(written_criteria(agreed)) == agreed
    assert said("\n".join(as_typed(field))) == agreed
    letters = [letter for letter in field if letter in "ab"]
    assert [letter for letter in "".join(map("".join, agreed)) if letter in "ab"] == letters, "no word is lost"


@given(st.text(SIGNS, max_size=40), st.integers(0, 5), st.lists(st.sampled_from(["c", "d e"]), max_size=2))
@settings(max_examples=200)
def test_one_criterion_is_replaced_and_no_other(field: str, which: int, texts: list[str]) -> None:
    typed = typed_criteria(field)
    if which < len(typed):
        new = [AgreedCriterion(text, "f") for text in texts]
        others = [[one.agreed for one in part] for part in (typed[:which], typed[which + 1 :])]
        assert said(replaced(field, typed[which], new)) == [*others[0], *new, *others[1]]


def test_lines_stay_as_they_were_typed() -> None:
    field = "- A\n\n* B\n  -> x\nC"
    second = typed_criteria(field)[1]
    assert replaced(field, second, [AgreedCriterion("D", "y")]) == "- A\n\nD\n→ y\nC"
    assert as_typed(field) == ["- A", "* B\n  -> x", "C"]


@pytest.mark.parametrize(
    ("field", "blocks"),
    [("A\n→ TBD", True), ("A\n→ measured with […]", True), ("A\n→ a nice report, etc.", False), ("TBD\n→ x", True)],
)
def test_what_is_not_agreed_yet_may_stand_behind_the_arrow(field: str, blocks: bool) -> None:
    agreed = [one.agreed for one in typed_criteria(field)]
    assert unsettled([agreed], "en") == ([0] if blocks else [])
    assert unsettled([agreed], "tlh") == []

"""A draft that is open in several places: who may save, whoever else has saved since, and who is told."""

from collections import Counter
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st

from milebill.domain.draft_pages import MOST_NAMES, UNSAVED, DraftPage, is_same, is_to_write, state_of
from milebill.domain.open_drafts import begin_open_draft, keep_open_draft
from milebill.domain.quotes import save_draft
from milebill.domain.revising import begin_revision, discard_revision, save_revision
from milebill.errors import Stale
from milebill.models import Revision
from milebill.models.revision import Draft
from tests.actors import Supplier, a_draft, a_quote, a_sent_quote
from tests.crowds import at_once
from tests.domain.outcomes import outcome
from tests.domain.test_open_drafts import visitor
from tests.rules import rows

Save = tuple[str, str, int, str]
"""The key of a page, the state that it was made from, the turn, and what it saves."""
CASES: dict[str, tuple[list[Save], str, str]] = {
    "one page, one after the other": ([("a", "-", 1, "x"), ("a", "-", 2, "y")], "y", "done done"),
    "without a script": ([("a", "-", 0, "x"), ("a", "-", 0, "y")], "y", "done done"),
    "a double click": ([("a", "-", 0, "x"), ("a", "-", 0, "x")], "x", "done done"),
    "overtaken on the way": ([("a", "-", 2, "y"), ("a", "-", 1, "x")], "y", "done done"),
    "overtaken by taking it back": ([("a", "-", 2, ""), ("a", "-", 1, "x"), ("a", "-", 3, "z")], "z", "done done done"),
    "a second page, opened before": ([("a", "-", 1, "x"), ("b", "-", 1, "y")], "x", "done Stale"),
    "a second page, opened after": ([("a", "-", 1, "x"), ("b", "a.1", 1, "y")], "y", "done done"),
    "and back in the first": ([("a", "-", 1, "x"), ("b", "a.1", 1, "y"), ("a", "-", 2, "z")], "y", "done done Stale"),
    "the same in both": ([("a", "-", 1, "x"), ("b", "-", 1, "x"), ("a", "-", 2, "y")], "y", "done done done"),
    "and on in the other": ([("a", "-", 1, "x"), ("b", "-", 1, "x"), ("b", "-", 2, "y")], "y", "done done done"),
    "but not in both": (
        [("a", "-", 1, "x"), ("b", "-", 1, "x"), ("b", "-", 2, "y"), ("a", "-", 2, "z")],
        "y",
        "done done done Stale",
    ),
    "saved unchanged from elsewhere": (
        [("a", "-", 1, "x"), ("b", "a.1", 0, "x"), ("c", "a.1", 0, "x"), ("a", "-", 2, "y")],
        "y",
        "done done done done",
    ),
    "changed back elsewhere": ([("a", "-", 1, "x"), ("b", "a.1", 1, ""), ("a", "-", 2, "x")], "", "done done Stale"),
    "kept deliberately": ([("a", "-", 1, "x"), ("b", "-", 1, "y"), ("b", "a.1", 2, "y")], "y", "done Stale done"),
    "kept when a third had saved": (
        [("a", "-", 1, "x"), ("b", "-", 1, "y"), ("c", "a.1", 1, "z"), ("b", "a.1", 2, "y")],
        "z",
        "done Stale done Stale",
    ),
    "late, and another one was faster": (
        [("a", "-", 2, "y"), ("b", "a.2", 1, "z"), ("a", "-", 1, "x")],
        "z",
        "done done Stale",
    ),
    "filled in again by the browser": ([("a", "-", 6, "x"), ("b", "- a.8 a.7 a.6", 1, "y")], "y", "done done"),
}


@pytest.mark.parametrize("case", list(CASES))
def test_who_may_save(case: str) -> None:
    revision = Revision(draft={"title": ""}, known_to="")

    def save(draft: Draft, page: DraftPage) -> None:
        if is_to_write(revision, draft, page):
            revision.draft = draft

    saves, kept, answers = CASES[case]
    assert _answers(save, saves, UNSAVED) == answers
    assert revision.draft["title"] == kept


@pytest.mark.parametrize("kind", ["supplier", "visitor", "revision"])
def test_each_draft_is_saved_like_that(in_app: Flask, owner: Supplier, kind: str) -> None:
    saves = [("a", "-", 1, "x"), ("b", "-", 1, "y"), ("b", "a.1", 2, "y"), ("a", "-", 2, "z")]
    save, first = _a_draft(owner, kind)
    assert _answers(lambda draft, page: save(a_draft(**draft), page), saves, first) == "done Stale done Stale"
    assert rows(Revision)[-1].draft == a_draft(title="y")


def _answers(save: Callable[[Draft, DraftPage], None], saves: list[Save], first: str) -> str:
    pages = [DraftPage(key, tuple(made.replace("-", first).split()), turn) for key, made, turn, _title in saves]
    drafts = [{"title": save[-1]} for save in saves]
    got = [outcome(partial(save, *both)) for both in zip(drafts, pages, strict=True)]
    return " ".join(got).replace("(stale)", "")


def _a_draft(owner: Supplier, kind: str) -> tuple[Any, str]:
    """How it is saved, and the state that it begins with: without a title."""
    if kind == "supplier":
        return partial(save_draft, owner.workspace_id, a_quote(owner, title="").quote_id), UNSAVED
    if kind == "visitor":
        return partial(keep_open_draft, begin_open_draft(visitor(), "once", a_draft(title=""))), UNSAVED
    quote = a_sent_quote(owner).quote_id
    begin_revision(owner.workspace_id, quote)
    save_revision(owner.workspace_id, quote, a_draft(title=""))
    return partial(save_revision, owner.workspace_id, quote), rows(Revision)[-1].known_to


@pytest.mark.parametrize("kind", ["supplier", "visitor"])
def test_of_many_at_once_one_wins_and_the_others_are_told(in_app: Flask, owner: Supplier, kind: str) -> None:
    save, first = _a_draft(owner, kind)
    for turn in range(2):
        drafts = [a_draft(title=f"{turn}, {n}") for n in range(6)]
        pages = [DraftPage(f"p{turn}-{n}", (first,)) for n in range(6)]
        answers = at_once(in_app, [partial(outcome, partial(save, *both)) for both in zip(drafts, pages, strict=True)])
        assert Counter(answers) == {"done": 1, "Stale(stale)": 5}
        winner = answers.index("done")
        revision = rows(Revision)[-1]
        assert (revision.draft["title"], revision.known_to) == (f"{turn}, {winner}", pages[winner].name)
        first = state_of(revision.known_to)


def test_the_overlapping_saves_of_one_page_are_no_conflict_and_the_last_one_stays(in_app: Flask) -> None:
    link = begin_open_draft(visitor(), "once", a_draft(title=""))
    saves = [partial(keep_open_draft, link, a_draft(title=f"{n}"), DraftPage("a", (UNSAVED,), n)) for n in range(1, 25)]
    assert set(at_once(in_app, [partial(outcome, save) for save in saves])) == {"done"}
    assert rows(Revision)[-1].draft["title"] == "24"


def test_a_page_of_an_earlier_revision_is_none_of_the_next(in_app: Flask, owner: Supplier) -> None:
    deal = a_sent_quote(owner)
    begin_revision(owner.workspace_id, deal.quote_id)
    second = DraftPage("a", (state_of(rows(Revision)[-1].known_to),))
    save = partial(save_revision, owner.workspace_id, deal.quote_id)
    save(a_draft(title="Two"), second)
    discard_revision(owner.workspace_id, deal.quote_id)
    begin_revision(owner.workspace_id, deal.quote_id)
    opened = DraftPage("b", (state_of(rows(Revision)[-1].known_to),))
    save(a_draft(title="Again"), opened)
    assert outcome(partial(save, a_draft(title="Two"), second)) == "Stale(stale)"


NOTHING: dict[str, str] = {}
PAGES = st.lists(st.tuples(st.sampled_from("abc"), st.booleans(), st.sampled_from("xyz")), max_size=16)


@settings(max_examples=40)
@given(PAGES)
def test_nobody_overwrites_what_they_have_not_shown(steps: list[tuple[str, bool, str]]) -> None:
    """Pages save and are loaded anew in any order; a model knows what each one shows."""
    revision, known, shows = (
        Revision(draft={}, known_to=""),
        dict.fromkeys("abc", UNSAVED),
        dict.fromkeys("abc", NOTHING),
    )
    keys = {name: name for name in "abc"}
    for number, (name, reload, text) in enumerate(steps, 1):
        if reload:
            keys[name], known[name] = f"{name}{number}", state_of(revision.known_to)
            shows[name] = revision.draft
            continue
        before, draft = revision.draft, {"title": text}
        page = DraftPage(keys[name], (known[name],), number)
        try:
            is_written = is_to_write(revision, draft, page)
        except Stale:
            assert before != draft
            continue
        assert is_written == (before != draft)
        assert before in (shows[name], draft)
        revision.draft = shows[name] = draft
        assert len(revision.known_to.split()) <= MOST_NAMES


def test_browsers_end_lines_in_their_own_way() -> None:
    one, other = ({"a": [{"b": f"x{end}y"}], "c": "z"} for end in ("\n", "\r\n"))
    assert is_same(one, other)
    assert not is_same(one, {**other, "c": ""})

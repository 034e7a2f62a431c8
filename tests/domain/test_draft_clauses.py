"""What is typed as a clause: a value, or what is wrong with it."""

from milebill import clock
from milebill.domain.draft import read_draft
from tests.actors import a_draft

WRONG = {"0": "review_days", "61": "review_days", "soon": "review_days", "-1": "review_days", "10.5": "review_days",
         "1" * 41: "too_long", "٣": "review_days", "": None, "1": None, " 60 ": None}  # fmt: skip


def test_what_is_typed() -> None:
    read_ = {typed: read_draft(a_draft(review_days=typed), "en", clock.today("UTC")) for typed in WRONG}
    assert {typed: found.errors.get("review_days") for typed, found in read_.items()} == WRONG
    assert [read_[typed].review for typed in ("", "0")] == [None, None]
    assert read_[" 60 "].review is not None
    unknown = {name: value for name, value in a_draft().items() if name != "review_days"}
    assert read_draft(unknown, "en", clock.today("UTC")).review is None

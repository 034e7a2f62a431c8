"""Beside the criteria stands what two people could judge differently; a click writes it better, only TBD blocks."""

import zlib
from datetime import date

import pytest
from flask import Flask

from milebill.domain.draft import read_draft
from milebill.web.supplier.criteria_check import checks_of, rewritten_draft
from milebill.web.visitor.example import example
from tests.actors import Supplier, a_draft, browser_of, shares
from tests.browsers import Browser
from tests.web.supplier.forms import builder, errors, page, text, values

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

HOSTILE = '<b>"Fast" & user-friendly</b> {{ 7*7 }} %(n)s etc.'


@pytest.fixture
def browser(app: Flask, owner: Supplier) -> Browser:
    return browser_of(app, owner)


def with_criteria(criteria: str, **more: object) -> dict[str, object]:
    rows = shares("30", "70")
    return a_draft(milestones=[rows[0] | {"criteria": ""}, {**rows[1], "criteria": criteria}], **more)


def fixes(response: object, verb: str = "fix") -> dict[str, str]:
    """The buttons that write a criterion better, or say how it is checked, by their words."""
    found = page(response).xpath(f"//button[starts-with(@value, '{verb}-')]")  # type: ignore[arg-type]
    return {" ".join(button.text_content().split()): button.get("value") for button in found}


@ON_SQLITE
def test_a_page_marks_words_says_why_and_a_click_rewrites(browser: Browser) -> None:
    draft = with_criteria("- The site is fast\nSix pages are online at shop.example, etc.\nAnn Ames has signed.")
    shown = browser.post("/quotes/new", builder(draft, "up-1"))
    tree = page(shown)
    assert [mark.text for mark in tree.xpath("//mark")] == ["fast", "etc."]
    field = tree.xpath("//textarea[@id='milestones-0-criteria']")[0]
    said = tree.get_element_by_id(field.get("aria-describedby").split()[-1])
    assert "2 of these 3" in said.text_content()
    assert "“fast”" in text(shown) or "fast has no measure" in text(shown)
    act = fixes(shown)["Write: Six pages are online at shop.example"]
    again = browser.post("/quotes/new", {**values(shown), "act": act})
    written = ["- The site is fast", "Six pages are online at shop.example", "Ann Ames has signed."]
    assert values(again)["milestones-0-criteria"].splitlines() == written
    assert "autofocus" in page(again).get_element_by_id("milestones-0-criteria").attrib


@ON_SQLITE
def test_a_click_says_how_a_criterion_is_checked(browser: Browser) -> None:
    lines = ["- The log shows at most 2 s for 100 orders", "The plan is signed by Ann.", "-> her letter"]
    draft = with_criteria("\n".join(lines))
    shown = browser.post("/quotes/new", builder(draft, "up-1"))  # it comes first by that
    assert "The plan is signed by Ann. Checked by: her letter" in text(shown)
    assert text(shown).count("How will it be checked?") == 1
    offered = fixes(shown, "prove")
    words = "→ the measurement report, linked with the submission"
    assert list(offered) == [words, "→ the document itself, with the submission"]
    again = browser.post("/quotes/new", {**values(shown), "act": offered[words]})
    assert values(again)["milestones-0-criteria"].splitlines() == [
        "The log shows at most 2 s for 100 orders",
        words,
        *lines[1:],
    ]
    assert "How will it be checked?" not in text(again)
    assert "the criterion says now how it is checked" in text(again)
    assert "autofocus" in page(again).get_element_by_id("milestones-0-criteria").attrib
    twice = browser.post("/quotes/new", {**values(again), "act": offered[words]})
    assert values(twice)["milestones-0-criteria"] == values(again)["milestones-0-criteria"]


@pytest.mark.parametrize(
    ("criteria", "act", "written"),
    [
        ("→ A fast site\n→ It opens", "fix-en-1-0-0", "A fast site: at most […] s\nIt opens"),
        ("→ A fast site\n→ It opens", "prove-en-1-1-0", "→ A fast site\nIt opens\n→ "),
        ("A fast site\n=> a\n=> b\n- It opens", "fix-en-1-0-0", "A fast site: at most […] s\n→ a; b\n- It opens"),
    ],
)
def test_arrows_as_bullets_and_what_stands_behind_them_survive_a_click(criteria: str, act: str, written: str) -> None:
    draft = with_criteria(criteria)
    lines = [one.split("→ ")[-1].split("=> ")[-1] for one in criteria.splitlines()]
    total = f"{zlib.crc32(lines[int(act.split('-')[3])].encode()):x}"
    changed = rewritten_draft(draft, f"{act}-{total}")
    assert changed is not None
    assert str(changed[0]["milestones"][1]["criteria"]).startswith(written)


@ON_SQLITE
def test_typing_brings_sums_and_hints_in_one_answer(browser: Browser) -> None:
    answer = browser.post("/quotes/new/totals", builder(with_criteria("The site is user-friendly")))
    body = answer.get_data(as_text=True)
    assert answer.status_code == 200
    assert "<mark>user-friendly</mark>" in body
    assert 'hx-target="#running"' in body


def test_first_words_are_left_alone_while_they_are_typed() -> None:
    draft = with_criteria("A nice\nTBD")
    hints, quiet = checks_of(draft, "en")[1], checks_of(draft, "en", typing=True)[1]
    assert len(hints.criteria) == 2
    assert len(quiet.criteria) == 1


@pytest.mark.parametrize(
    ("criteria", "shown"),
    [
        ("Connection to the bank", 0),
        ("Connection to the bank\nThe logo is in the archive", 1),
        ("Connection to the bank\nA beautiful logo", 2),
        ("Main pages done", 1),
    ],
)
def test_a_last_line_may_go_on(criteria: str, shown: int) -> None:
    assert len(checks_of(with_criteria(criteria), "en", typing=True)[1].criteria) == shown


@ON_SQLITE
def test_hostile_text_is_text(browser: Browser) -> None:
    shown = browser.post("/quotes/new", builder(with_criteria(HOSTILE), "up-1"))
    assert not page(shown).xpath("//div[@class='checks']//b")
    assert page(shown).xpath("//div[@class='checks']//mark")
    assert "{{ 7*7 }} %(n)s" in text(shown)
    for act in fixes(shown).values():
        assert browser.post("/quotes/new", {**values(shown), "act": act}).status_code == 200


@pytest.mark.parametrize(("locale", "client", "found"), [
    ("en", "", True), ("en_GB", "", True), ("de", "", False), ("en", "de", False), ("de", "en_US", True),
])  # fmt: skip
def test_english_rules_read_english_drafts_only(locale: str, client: str, found: bool) -> None:
    draft = with_criteria("The budget is TBD", **({"client_locale": client} if client else {}))
    assert bool(checks_of(draft, locale)[1].criteria) == found
    errors_found = read_draft(draft, locale, date(2026, 1, 1)).errors
    assert (errors_found.get("milestones-1-criteria") == "tbd") == found


@ON_SQLITE
@pytest.mark.parametrize("act", [
    "fix", "fix-en-1-0-0", "fix-xx-1-0-0-0", "fix-en-1-0-0-0", "fix-en-9999-0-0-0", "fix-en-1-9-0-0", "fix-en-a-0-0-0",
    "fix-en-1-0-0-0-0", "fix-en--1-0-0-0", "fix-en-1-0-²-0", "fix-../en-1-0-0-0",
])  # fmt: skip
def test_a_button_that_fits_no_more_changes_nothing(browser: Browser, act: str) -> None:
    draft = with_criteria("A nice garden")
    assert (rewritten_draft(draft, act) or (draft, 0))[0] == draft
    assert browser.post("/quotes/new", builder(draft, act)).status_code in (200, 302, 303, 422)


@ON_SQLITE
def test_what_is_not_agreed_yet_is_saved_but_not_sent(browser: Browser) -> None:
    draft = with_criteria("Dinner is served\n→ by TBD, soon\nThe hall is nice")
    (_first, about) = checks_of(draft, "en")
    assert [[note.words for note in one.notes] for one in about.criteria] == [["nice"], ["TBD"]]
    draft = with_criteria("Catering TBD\nThe hall is nice")
    assert browser.post("/quotes/new", builder(with_criteria("It is there\n→ TBD"), "send")).status_code == 422
    saved = browser.post("/quotes/new", builder(draft, "save"))
    assert saved.status_code in (302, 303)
    sent = browser.post("/quotes/new", builder(draft, "send"))
    assert sent.status_code == 422
    assert "not agreed yet" in errors(sent)["milestones-1-criteria"]
    assert browser.post("/quotes/new", builder(with_criteria("The hall is nice"), "send")).status_code in (302, 303)


def test_the_front_door_has_no_fault_of_its_own() -> None:
    checks = checks_of(example("en", date(2026, 1, 1)), "en")
    assert not any(check.criteria for check in checks)
    assert all(proof.checked_by for check in checks for proof in check.proofs)
    assert sum(len(check.proofs) for check in checks) == 4


def test_a_draft_of_many_pages_is_read_in_part() -> None:
    row = {**shares("100")[0], "criteria": "A nice garden\n" * 5000}
    checks = checks_of(a_draft(milestones=[row] * 24), "en")
    assert sum(len(check.criteria) for check in checks) == 60

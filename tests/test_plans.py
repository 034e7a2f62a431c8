"""The plans that quotes start from: whole, testable, legal, and the same in each language."""

import re
import tomllib
from datetime import date, timedelta
from pathlib import Path

import pytest

from milebill import catalogues, plans, working_days
from milebill.domain.draft import read_draft
from milebill.domain.plans import begun_with
from milebill.plans import FOLDER, GROUPS, Plan, Step

FILES = sorted(FOLDER.glob("*/*.toml"))
COMPLETE = ("de", "es", "fr")
LANGUAGES = sorted({path.parent.name for path in FILES})
MONDAY = date(2026, 11, 23)
HABITS = {
    "currency": "EUR", "tax_label": "VAT", "tax_rate": "19", "valid_until": "2026-12-23", "payment_terms_days": "14",
    "client_name": "Acme", "approver_name": "Ann Ames", "approver_email": "ann@acme.example", "total": "10000",
}  # fmt: skip
LOW_DEPOSITS = {"kitchen-renovation": 10}
"""California, Business and Professions Code, section 7159.5: at most 10 % (and at most 1,000 dollars)."""

# What promises nothing that anybody could check, and the joining of two acts in one criterion.
WEAK = {
    "en": "and/or|and|user-friendly|robust|some|several|many|if possible|as appropriate|etc|including|adequate|timely|"
    "better|improved|soon|all|every|always|should|might|may|tbd|progress|ongoing|mostly|complete|properly|quickly",
    "de": "und/oder|und|benutzerfreundlich|robust|einige|mehrere|viele|möglichst|gegebenenfalls|ggf|usw|etc|"
    "einschließlich|angemessen|rechtzeitig|besser|verbessert|bald|alle|allen|immer|sollte|könnte|laufend|weitgehend|"
    "zeitnah|schnell|ordnungsgemäß",
    "fr": "et/ou|et|convivial|robuste|quelques|plusieurs|beaucoup|si possible|le cas échéant|etc|notamment|"
    "y compris|adéquat|approprié|meilleur|amélioré|bientôt|tous|toutes|toujours|devrait|pourrait|en cours|rapidement",
    "es": "y/o|y|e|fácil de usar|robusto|algunos|algunas|varios|varias|muchos|si es posible|en su caso|etc|incluido|"
    "incluida|adecuado|oportuno|mejor|mejorado|pronto|todos|todas|siempre|debería|podría|en curso|rápidamente",
}


def every_plan() -> list[tuple[str, Plan]]:
    return [(language, plan) for language in LANGUAGES for plan in plans.plans(language)]


@pytest.fixture(params=every_plan(), ids=lambda pair: f"{pair[0]}-{pair[1].key}")
def named(request: pytest.FixtureRequest) -> tuple[str, Plan]:
    found: tuple[str, Plan] = request.param
    return found


def test_there_are_plans_for_the_trades() -> None:
    known = {plan.key for plan in plans.plans("en")}
    assert known >= {
        "website", "brand-identity", "mobile-app", "software-mvp", "discovery", "consulting", "architecture",
        "kitchen-renovation", "film", "writing",
    }  # fmt: skip
    assert {plan.group for plan in plans.plans("en")} == set(GROUPS)
    assert all(re.fullmatch("[a-z][a-z-]*", key) for key in known), "a name that is all digits would be one's own plan"


def test_a_deposit_and_shares_that_make_a_whole(named: tuple[str, Plan]) -> None:
    plan = named[1]
    first, *others = plan.steps
    assert 4 <= len(plan.steps) <= 6
    assert sum(step.share for step in plan.steps) == 100
    assert first.week is None, "the deposit falls due on acceptance"
    low = LOW_DEPOSITS.get(plan.key)
    assert first.share == low if low else 20 <= first.share <= 30
    assert 5 <= others[-1].share <= 15, "so small that nobody puts off the last acceptance to keep the money"
    weeks = [step.week for step in others]
    assert all(weeks)
    assert weeks == sorted(set(weeks)), "one after the other"
    assert weeks[-1] <= 16


def test_criteria_can_be_seen_counted_and_signed(named: tuple[str, Plan]) -> None:
    language, plan = named
    weak = re.compile(rf"(?<!\w)(?:{WEAK[language]})(?!\w)", re.IGNORECASE)
    assert not plan.steps[0].criteria, "a deposit is not signed off"
    for step in plan.steps[1:]:
        assert 2 <= len(step.criteria) <= 3
        assert sum(bool(criterion.checked_by) for criterion in step.criteria) * 2 >= len(step.criteria)
        for criterion, _how in step.criteria:
            assert not weak.search(criterion), criterion
            assert re.search(r"\d", criterion), f"a number: {criterion}"
            assert criterion.endswith("."), criterion
            assert criterion.count(". ") == 0, f"one outcome in one sentence: {criterion}"
            assert len(criterion) <= 120


def test_a_quote_begins_with_it_and_could_be_sent(named: tuple[str, Plan]) -> None:
    draft = begun_with(named[1].draft(), HABITS, MONDAY)
    read = read_draft(draft, "en", MONDAY)
    assert read.errors == {}
    assert read.priced is not None
    assert [milestone.net for milestone in read.milestones] == [step.share * 10_000 for step in named[1].steps]
    for milestone, step in zip(read.milestones, named[1].steps, strict=True):
        assert milestone.criteria == step.criteria, "nothing is lost on the way"
        assert milestone.planned_on == (None if step.week is None else MONDAY + timedelta(weeks=step.week))


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_a_file_says_what_is_read_and_nothing_else(path: Path) -> None:
    source = tomllib.loads((FOLDER / "en" / path.name).read_text("utf-8"))
    texts = tomllib.loads(path.read_text("utf-8"))
    english = path.parent.name == "en"
    assert set(texts) - {"note"} == {"name", "title", "milestones", *(["group"] if english else [])}
    assert ("note" in texts) == ("note" in source)
    own = {"title", "description", "criteria", "checked_by"} | ({"share", "week"} if english else set())
    for row, first in zip(texts["milestones"], source["milestones"], strict=True):
        assert set(row) <= own, "shares and weeks stand in the English file alone"
        assert len(row.get("criteria", ())) == len(first.get("criteria", ()))
        assert [bool(how) for how in row.get("checked_by", ())] == [bool(how) for how in first.get("checked_by", ())]
        digits = [sorted(re.findall(r"\d", line)) for line in row.get("criteria", ())]
        assert digits == [sorted(re.findall(r"\d", line)) for line in first.get("criteria", ())], "the same figures"


def _texts(step: Step) -> set[str]:
    return {text for criterion in step.criteria for text in criterion if text}


@pytest.mark.parametrize("language", COMPLETE)
def test_what_we_promise_is_complete(language: str) -> None:
    assert {path.name for path in (FOLDER / language).iterdir()} == {path.name for path in (FOLDER / "en").iterdir()}
    english = {plan.key: plan for plan in plans.plans("en")}
    for plan in plans.plans(language):
        same = [step for step, first in zip(plan.steps, english[plan.key].steps, strict=True)
                if {step.description, *_texts(step)} & {first.description, *_texts(first)}]  # fmt: skip
        assert not same, "left in English"


def test_french_signs_do_not_begin_a_line() -> None:
    for path in (FOLDER / "fr").iterdir():
        assert not re.search(r"[“”]| [:;?!»%]|« ", path.read_text("utf-8")), path.name


@pytest.mark.parametrize("language", [name for name in LANGUAGES if name != "en"])
def test_a_translation_is_one(language: str) -> None:
    assert language in catalogues.languages()
    assert {path.name for path in (FOLDER / language).iterdir()} <= {path.name for path in (FOLDER / "en").iterdir()}


def test_what_is_not_translated_is_english(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "de").mkdir()
    (tmp_path / "en").symlink_to(FOLDER / "en")
    german = (FOLDER / "en" / "film.toml").read_text("utf-8").replace('name = "Film and video"', 'name = "Bewegtbild"')
    (tmp_path / "de" / "film.toml").write_text(german, "utf-8")
    monkeypatch.setattr(plans, "FOLDER", tmp_path)
    plans.forget()
    try:
        assert {plan.key: plan.name for plan in plans.plans("de_CH")} == {
            plan.key: "Bewegtbild" if plan.key == "film" else plan.name for plan in plans.plans("en_GB")
        }
    finally:
        plans.forget()


def test_what_is_no_plan_is_none() -> None:
    assert plans.plan("website", "en") is not None
    for key in ("", "../en/website", "website.toml", "Website", "%00"):
        assert plans.plan(key, "en") is None


def test_working_days_there_and_back() -> None:
    for first in range(14):
        start = MONDAY + timedelta(days=first)
        begin = start
        while begin.weekday() > 4:
            begin += timedelta(days=1)
        there = begin
        for days in range(30):
            assert working_days.after(start, days) == there
            assert working_days.between(start, there) == days
            there += timedelta(days=3 if there.weekday() == 4 else 1)
        assert working_days.between(start, start - timedelta(days=9)) == 0
    saturday = MONDAY + timedelta(days=5)
    assert working_days.between(MONDAY, saturday) == 5, "a weekend counts as its Monday"

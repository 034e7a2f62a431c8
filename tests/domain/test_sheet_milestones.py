"""Milestones from a spreadsheet: what is understood, what is told, and what is never guessed."""

import csv
import io
from contextlib import suppress
from datetime import date
from time import process_time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from milebill.domain.draft import read_draft
from milebill.domain.sheet_milestones import MAX_LETTERS, Sheet, read_sheet, with_milestones
from milebill.sheets import BadSheet
from tests.actors import a_draft, shares


def read(text: str, locale: str = "en", currency: str = "EUR", **draft: Any) -> Sheet:
    return read_sheet(text, draft, currency, locale)


def told(sheet: Sheet) -> list[tuple[str, int, int]]:
    return [(problem.code, problem.row, problem.column) for problem in sheet.problems]


HEADS = [
    ("en", "Title\tWhat you do\tCriteria\tDate\tAmount\tDeposit", "1,234.50", "yes"),
    ("de", "Meilenstein\tBeschreibung\tKriterien\tTermin\tBetrag (EUR)\tAnzahlung", "1.234,50", "ja"),
    ("fr", "Étape\tDescription\tCritères\tÉchéance\tMontant HT\tAcompte", "1\u202f234,50", "oui"),
    ("es", "Título\tDescripción\tCriterios\tFecha\tImporte\tAnticipo", "1.234,50", "sí"),
]


@pytest.mark.parametrize(("locale", "heads", "amount", "yes"), HEADS)
def test_heads_are_known_in_each_language(locale: str, heads: str, amount: str, yes: str) -> None:
    sheet = read(f'{heads}\nDesign\tPages\t"It loads\nIt prints"\t31/12/2027\t€ {amount}\t{yes}\n', locale)
    assert told(sheet) == []
    (row,) = sheet.milestones
    assert row == {
        "title": "Design", "description": "Pages", "criteria": "It loads\nIt prints", "planned_on": "2027-12-31",
        "basis": "amount", "value": "1234.50" if locale == "en" else "1234,50", "trigger": "acceptance",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("text", "columns"),
    [
        ("Design\t30%\nBuild\t70%", {"title": 0, "percent": 1}),
        ("Design\t30\nBuild\t70", {"title": 0, "percent": 1}),
        ("Design\t0.3\nBuild\t0.7", {"title": 0, "percent": 1}),
        ("Design\t300\nBuild\t70", {"title": 0, "amount": 1}),
        ("Design\tPages\tx; y\t300", {"title": 0, "description": 1, "criteria": 2, "amount": 3}),
        ("Design\tx; y\t300", {"title": 0, "criteria": 1, "amount": 2}),
        ("2027-03-04\tyes\tDesign", {"planned_on": 0, "trigger": 1, "title": 2}),
        ("Deposit\t30%", {"title": 0, "percent": 1}),
        ("One\nTwo", {"title": 0}),
        ("M1\t300\nM2\t400", {"title": 0, "amount": 1}),
    ],
)
def test_without_heads_the_cells_say_what_they_are(text: str, columns: dict[str, int]) -> None:
    assert dict(read(text).columns) == columns


@pytest.mark.parametrize("head", ["Evidence", "Checked by", "Verification", "Nachweis", "Vérifié par", "Evidencia"])
def test_evidence_goes_below_its_criterion(head: str) -> None:
    sheet = read(f"Title\tCriteria\t{head}\nA\tx; y\tp; q\nB\tx\tp, q\nC\tx; y\tp\nD\tx; → z\tp\nE\tx\t")
    fields = ["x\n→ p\ny\n→ q", "x\n→ p, q", "x\n→ p\ny\n→ p", "x\n→ z; p", "x"]
    assert ([row["criteria"] for row in sheet.milestones], told(sheet)) == (fields, [])
    few = read(f'Title\tCriteria\t{head}\nA\t"x\ny\nz"\t"p\nq"\nB\t\tp')
    assert told(few) == [("evidence", 2, 2), ("evidence", 3, 2)]


def test_evidence_of_no_criteria_is_not_used() -> None:
    sheet = read("Title\tProof\nA\ta photo")
    assert (told(sheet), sheet.unused, sheet.milestones[0]["criteria"]) == ([], (1,), "")


def test_arrows_in_a_cell_stay() -> None:
    assert read('Title\tCriteria\nA\t"- x\n-> p\ny"').milestones[0]["criteria"] == "- x\n-> p\ny"


@pytest.mark.parametrize("head", ["Due", "Fällig", "Vence"])
def test_what_is_due_on_a_day_is_planned_for_it(head: str) -> None:
    sheet = read(f"Title\t{head}\nA\t2027-04-03\nB\t")
    assert ([row["planned_on"] for row in sheet.milestones], told(sheet)) == (["2027-04-03", ""], [])
    assert told(read(f"Title\t{head}\nA\t2027-04-03\nB\tperhaps")) != []


def test_percentages_as_spreadsheets_keep_them() -> None:
    assert [row["value"] for row in read("Title\tShare\nA\t0,125\nB\t0,875", "de").milestones] == ["12,5", "87,5"]
    assert [row["value"] for row in read("Title\tShare\nA\t12.5 %\nB\t87.5%").milestones] == ["12.5", "87.5"]


@pytest.mark.parametrize(
    ("cell", "locale", "planned_on", "code"),
    [
        ("2027-04-03", "en", "2027-04-03", None),
        ("3.4.2027", "en", "2027-04-03", None),
        ("03/04/2027", "de", "2027-04-03", None),
        ("03/04/27", "en_GB", "2027-04-03", None),
        ("03/04/2027", "en_US", "2027-03-04", None),
        ("03/04/2027", "en", "", "ambiguous_day"),
        ("03/13/2027", "en", "2027-03-13", None),
        ("13/03/2027", "en_US", "2027-03-13", None),
        ("31/02/2027", "fr", "", "day"),
        ("in spring", "en", "", "day"),
        ("", "en", "", None),
    ],
)
def test_days(cell: str, locale: str, planned_on: str, code: str | None) -> None:
    sheet = read(f"Title\tDate\nA\t{cell}", locale)
    assert (sheet.milestones[0]["planned_on"], told(sheet)) == (planned_on, [(code, 2, 1)] if code else [])


@pytest.mark.parametrize(
    ("cell", "locale", "value"),
    [
        ("1.234,50", "de", "1234,50"),
        ("1,234.50", "en", "1234.50"),
        ("1 234,50 €", "fr", "1234,50"),
        ("EUR 12", "en", "12.00"),
        ("1'234.50", "de_CH", "1234.50"),
        ("6.000,- Euro", "de", "6000,00"),
        ("6.000", "en", "6.00"),  # a column has its habits, and the page shows it before it is used
        ("Fr. 12", "en", None),
        ("12 $", "en", None),
        ("USD 12", "en", None),
        ("£12", "en", None),
        ("5k", "en", None),
        ("1.5 m", "en", None),
        ("1e3", "en", None),
        ("8 h", "en", None),
        ("1.2345", "en", None),
        ("-5", "en", None),
        ("about 5", "en", None),
        ("=SUM(A1:A3)", "en", None),
    ],
)
def test_amounts(cell: str, locale: str, value: str | None) -> None:
    sheet = read(f"Title\tAmount\nA\t{cell}", locale)
    assert (sheet.milestones[0]["value"], told(sheet)) == (value or "", [] if value else [("amount", 2, 1)])


def test_what_is_not_used_and_what_only_adds_up_is_told() -> None:
    sheet = read("Title\tPercent\tAmount\tNotes\n\nA\t30\t300\tx\nB\t70\t700\t\nTotal\t100\t1000\t\n\t100\t1000\t")
    assert (sheet.unused, sheet.sums, len(sheet.milestones)) == ((2, 3), (5, 6), 2)
    assert told(sheet) == []


def test_formulas_are_text() -> None:
    sheet = read("=SUM(A1)\t@x\n+1+1\t-x")
    assert [row["title"] for row in sheet.milestones] == ["=SUM(A1)", "+1+1"]


def test_where_items_make_the_price_amounts_are_refused() -> None:
    assert told(read("Title\tAmount\nA\t300", pricing="items")) == [("percentage_only", 2, 1)]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "empty"),
        (" \n\t\n", "empty"),
        ("Title\tAmount", "empty"),
        ("x" * (MAX_LETTERS + 1), "too_large"),
        ("\t".join("abcdefghij" * 5), "too_many_columns"),
        ("x\n" * 201, "too_many_rows"),
        ("x\n" * 25, "too_many"),
        ('"open\tx\ny\tz', "quote"),
    ],
)
def test_what_is_no_sheet_of_milestones(text: str, code: str) -> None:
    with pytest.raises(BadSheet, match=f"^{code}$"):
        read(text)


@pytest.mark.parametrize("sign", [",", "\t", ";", '"', "\n", "(€", "1", "x\ty;", '"\n', ",\0", "\ud800", "A1,"])
def test_hostile_sheets_cost_little(sign: str) -> None:
    began = process_time()
    with suppress(BadSheet):
        read((sign * MAX_LETTERS)[:MAX_LETTERS])
    assert process_time() - began < 2


def test_milestones_replace_or_follow() -> None:
    rows = read("New\t100%").milestones
    draft = {"milestones": [*shares("30"), {"title": " ", "value": "", "trigger": "sign_off"}]}
    assert [row["title"] for row in with_milestones(draft, rows, instead=False)["milestones"]] == ["Step 1", "New"]
    assert [row["title"] for row in with_milestones(draft, rows, instead=True)["milestones"]] == ["New"]


WORDS = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")), min_size=1, max_size=20).map("q".__add__)
ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "title": WORDS,
            "description": WORDS | st.just(""),
            "criteria": st.lists(WORDS, max_size=3).map("\n".join),
            "planned_on": st.dates(date(2027, 1, 1), date(2030, 1, 1)).map(date.isoformat) | st.just(""),
            "basis": st.just("amount"),
            "value": st.integers(0, 10**9).map(lambda minor: f"{minor // 100}.{minor % 100:02}"),
            "trigger": st.sampled_from(["acceptance", "sign_off"]),
        }
    ),
    min_size=1,
    max_size=24,
)


@given(ROWS, st.sampled_from("\t;,"))
@settings(max_examples=100, deadline=None)
def test_what_is_written_as_a_sheet_comes_back(rows: list[dict[str, str]], delimiter: str) -> None:
    rows = [{**row, "criteria": row["criteria"].replace(";", "")} for row in rows]
    file = io.StringIO()
    writer = csv.writer(file, delimiter=delimiter)
    writer.writerow(["Title", "Description", "Criteria", "Date", "Amount", "Deposit"])
    names = ("title", "description", "criteria", "planned_on", "value")
    writer.writerows([*(row[name] for name in names), "yes" if row["trigger"] == "acceptance" else ""] for row in rows)
    sheet = read(file.getvalue())
    assert (list(sheet.milestones), told(sheet)) == (rows, [])


@given(st.text("ab1.,%;\t\n\"€/- '", max_size=120), st.sampled_from(["en", "de", "fr"]))
@settings(max_examples=200, deadline=None)
def test_any_cells_are_understood_or_refused(text: str, locale: str) -> None:
    try:
        sheet = read(text, locale)
    except BadSheet:
        return
    draft = with_milestones(a_draft(), sheet.milestones, instead=True)
    errors = read_draft(draft, locale, date(1, 1, 1)).errors
    rows = {code for name, code in errors.items() if name.startswith("milestones-")}
    assert sheet.problems or rows <= {"required", "empty"}

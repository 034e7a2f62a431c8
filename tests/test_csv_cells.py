"""CSV cells: nothing that somebody typed is ever calculated, and everything comes back as it was."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from milebill import csv_cells


@pytest.mark.parametrize(
    "typed",
    [
        "=1+1",
        "+1",
        "-1",
        "@SUM(A1)",
        "\tSUM",
        "\rSUM",
        "\nSUM",
        " =1",
        "\u00a0=1",
        "\u3000=1",
        "＝1",
        "＋1",
        "－1",
        "＠1",
        "﹦1",
    ],
)
def test_what_begins_like_a_formula_stays_text(typed: str) -> None:
    assert csv_cells.text(typed) == f"'{typed}"


@pytest.mark.parametrize(
    "typed", ["a;=1", "a; =1", "a;;-1", 'a;"=1', "a\n=1", "a\r\n@b", "a\t+1", "a\n\n＝1", "=1;=1", "\n=1", "\t=1"]
)
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_no_separator_of_another_country_makes_a_formula(typed: str, separator: str) -> None:
    file = "".join(csv_cells.lines([("2026-0001", csv_cells.text(typed), "1")]))
    cells = [cell for row in csv.reader(io.StringIO(file[1:], newline=""), delimiter=separator) for cell in row]
    assert not [cell for cell in cells if cell.lstrip()[:1] and cell.lstrip()[0] in "=+-@＝"]


def test_a_list_of_words_stays_as_it_is() -> None:
    assert csv_cells.text("One; two\nthree\t4;\n;") == "One; two\nthree\t4;\n;"


@pytest.mark.parametrize("typed", ["", " ", "Step 2", "1=1", "a@b.example", "Łoś Verlag", "'=1", "€5"])
def test_everything_else_is_left_alone(typed: str) -> None:
    assert csv_cells.text(typed) == typed


@pytest.mark.parametrize(("rate", "words"), [(0, "0"), (19000, "19"), (8875, "8.875"), (9975, "9.975"), (500, "0.5")])
def test_rates(rate: int, words: str) -> None:
    assert csv_cells.percent(rate) == words


@given(st.lists(st.lists(st.text(st.characters(exclude_categories=["Cs", "Cc"])), min_size=2, max_size=4), max_size=5))
def test_what_is_written_can_be_read(rows: list[list[str]]) -> None:
    file = "".join(csv_cells.lines(rows))
    assert file.startswith(csv_cells.BOM)
    assert list(csv.reader(io.StringIO(file[1:], newline=""))) == rows


def test_lines_end_as_the_format_says() -> None:
    assert "".join(csv_cells.lines([("a", 'b"c'), ("d\ne", "f,g")])) == '\ufeffa,"b""c"\r\n"d\ne","f,g"\r\n'

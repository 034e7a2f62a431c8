"""The typefaces: what they cover, which of them a text gets, and what becomes of text that none of them has."""

import io
import unicodedata
from pathlib import Path

import arabic_reshaper
import pytest
from pypdf import PdfReader
from reportlab.pdfbase import pdfmetrics

from milebill.outbound import pdf
from milebill.outbound.renderer import conversion, direction, faces
from tests.outbound.own_fonts import a_font
from tests.outbound.papers import pages, placed


@pytest.fixture(autouse=True)
def _prepared() -> None:
    conversion.prepare()


def letters(first: int, last: int) -> set[str]:
    return {chr(code) for code in range(first, last) if chr(code).isprintable() and chr(code).isalnum()}


def fonts_of(document: bytes) -> set[str]:
    return {
        font.get_object()["/BaseFont"].partition("+")[2]
        for page in PdfReader(io.BytesIO(document)).pages
        for font in page["/Resources"]["/Font"].values()
    }


class TestCoverage:
    def test_the_first_family_has_what_europe_writes_with(self) -> None:
        # Phonetic letters and a few that only old Slavonic manuscripts have.
        assert set("\u00a0\u202f€£₺₴₽₪ø−–—“”„‚«»‹›…·•→✓") <= faces.FACES.first
        rare = letters(0x1C0, 0x2B0) | letters(0x370, 0x37E) | letters(0x3D0, 0x400) | letters(0x460, 0x530) | {"ŉ"}
        assert letters(0x20, 0x530) - rare <= faces.FACES.first

    @pytest.mark.parametrize(("first", "last"), [(0x5D0, 0x5EB), (0x620, 0x64B), (0x66E, 0x6D4), (0x6F0, 0x700)])
    def test_hebrew_and_arabic_are_there(self, first: int, last: int) -> None:
        assert letters(first, last) <= faces.FACES.all

    def test_so_is_every_form_that_joining_makes(self) -> None:
        words = [a + b + c for a in "بلكیگهع" for b in sorted(letters(0x620, 0x64B)) for c in "اىبة"]
        assert set("".join(map(arabic_reshaper.reshape, words))) <= faces.FACES.all

    def test_digits_stand_under_each_other(self) -> None:
        for name in faces.FAMILIES["Inter"].values():
            widths = {pdfmetrics.stringWidth(digit, f"Inter/{name}", 10) for digit in "0123456789"}
            assert len(widths) == 1

    def test_lines_are_as_high_whatever_their_script(self) -> None:
        heights = {pdfmetrics.getAscentDescent(f"{f}/{files[0, 0]}", 1000) for f, files in faces.FAMILIES.items()}
        assert len({(round(up), round(down)) for up, down in heights}) == 1


class TestChoice:
    def test_each_script_gets_its_face_whatever_the_style_sheet_says(self) -> None:
        document = pdf.render("<p style='font-family: Inter'>Ab Ωμέγα <b>שלום</b> سلام</p>", strict=True)
        assert fonts_of(document) == {"Inter-Regular", "NotoSansHebrew-SemiBold", "NotoSansArabic-Regular"}

    def test_a_font_of_the_installation_comes_last(self, tmp_path: Path) -> None:
        own = a_font(tmp_path / "Own.ttf", "漢字A")
        restricted = a_font(tmp_path / "Restricted.ttf", "".join(map(chr, range(0x5000, 0x5140))), restricted=True)
        broken = tmp_path / "Broken.ttf"
        broken.write_bytes(b"\0\1\0\0 and then nothing")
        renderer = pdf.Renderer()
        try:
            document = renderer.render(
                "<p>A 漢\u202f漢 漢&nbsp;漢 x <b>字</b>",
                seconds=60,
                memory=pdf.GIB,
                folder=None,
                strict=True,
                fonts=(own, restricted, broken),
            )
            assert fonts_of(document) == {"Inter-Regular", "Own"}
            assert pages(document) == ["A 漢 漢 漢 漢 x 字"], "the font has no spaces"
            with pytest.raises(pdf.RenderingFailed, match=r"U\+6F22"):
                renderer.render("<p>漢", seconds=60, memory=pdf.GIB, folder=None, strict=True)
        finally:
            renderer.close()

    def test_files_of_one_family_belong_together(self) -> None:
        found = faces.families_of(map(Path, ["x/Sans-Regular.ttf", "x/Sans-Bold.ttf", "y/Fallback.ttf"]))
        assert found == {
            "Sans": {(0, 0): Path("x/Sans-Regular.ttf"), (1, 0): Path("x/Sans-Bold.ttf")},
            "Fallback": {(0, 0): Path("y/Fallback.ttf")},
        }


class TestWhatNoFaceHas:
    def test_it_is_printed_as_a_number_and_logged(self, caplog: pytest.LogCaptureFixture) -> None:
        (text,) = pages(pdf.render("<p>Ab 漢字 and a secret 🎉</p>"))
        assert text == "Ab [U+6F22][U+5B57] and a secret [U+1F389]"
        assert "no font has U+1F389, U+5B57, U+6F22" in caplog.text
        assert "secret" not in caplog.text

    def test_it_is_an_error_where_that_is_asked_for(self) -> None:
        with pytest.raises(pdf.RenderingFailed, match=r"U\+6F22"):
            pdf.render("<p>漢</p>", strict=True)

    def test_what_has_no_ink_is_left_out_in_silence(self) -> None:
        assert pages(pdf.render("<p>a\u200bb\ufe0fc\ufeffd\x01e</p>", strict=True)) == ["abcde"]

    def test_a_space_is_one_in_every_width(self) -> None:
        assert pages(pdf.render("<p>a\u3000b\u2003c\u2028d</p>", strict=True)) == ["a b c d"]

    def test_a_thousand_of_them_fill_no_log(self) -> None:
        _, (warning,) = conversion.convert("".join(map(chr, range(0x4E00, 0x5200))), 30)
        assert len(warning) < 300


class TestDirection:
    @pytest.mark.parametrize(
        ("text", "right"),
        [
            ("", False),
            ("12.50", False),
            ("Hello שלום", False),
            ("שלום Hello", True),
            ("12. سلام", True),
            ("\u2068שלום\u2069 accepted this quote", False),
            ("\u2068שלום\u2069 · 2027-0014", True),
            ("\u2068Ab\u2069 שלום", True),
            ("\u2069\u2069 שלום", True),
        ],
    )
    def test_a_paragraph_begins_where_its_own_words_do(self, text: str, *, right: bool) -> None:
        assert direction.starts_right(text) is right

    def test_letters_are_joined_in_the_body_only(self) -> None:
        html = "<head><title>سلام</title></head><body>سلام, <b>ب</b> 12"
        head, _, body = direction.joined(html).partition("</head>")
        assert "سلام" in head
        assert body == "<body>ﺳﻼﻡ, <b>ب</b> 12"

    @pytest.mark.parametrize(
        ("text", "pieces"),
        [
            ("Part 2, \u2068גרסה 3.0\u2069, 4 of \u2068דוד\u2069.", ["Part2,", "3.0", "גרסה", ",4of", "דוד", "."]),
            ("\u2068דוד\u2069 took 2 of 4", ["דוד", "took2of4"]),
            # The brackets are turned round when they are drawn, and back when they are read.
            ("\u2068גרסה 3.0 (בטא)\u2069", [")", "בטא", "(", "3.0", "גרסה"]),
        ],
    )
    def test_words_and_numbers_stand_where_they_are_read(self, text: str, pieces: list[str]) -> None:
        """`pieces`: from left to right, each as it is spelled."""
        drawn = "".join(char for _, _, char in placed(pdf.render(f"<p>{text}", strict=True)))
        assert drawn == "".join(piece if piece.isascii() else piece[::-1] for piece in pieces)

    def test_arabic_is_found_and_copied_by_its_letters(self) -> None:
        (text,) = pages(pdf.render("<p>سلام لا", strict=True))
        assert {"س", "ل", "ا", "م"} <= set(text)
        assert unicodedata.normalize("NFKC", text) == text

    def test_what_runs_over_several_lines_begins_on_the_right(self) -> None:
        found = placed(pdf.render("<p>" + "מילה " * 47, strict=True))
        lines: dict[int, list[int]] = {}
        for down, right, _ in found:
            lines.setdefault(down, []).append(right)
        assert len(lines) > 1
        assert len({max(line) for line in lines.values()}) == 1, "each begins at the right edge"
        assert len({min(line) for line in lines.values()}) > 1

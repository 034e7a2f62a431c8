"""Which characters documents can be printed with."""

import subprocess
import sys
from pathlib import Path

import pytest

from milebill import glyphs
from milebill.domain.preflight import Unprintable, unprintable
from milebill.outbound.renderer import faces
from tests.outbound.own_fonts import a_font


def test_it_is_what_the_renderer_finds() -> None:
    faces.prepare()
    ours = faces.Faces()
    for family, files in faces.FAMILIES.items():
        ours.add(family, {style: faces.FONTS / f"{stem}.ttf" for style, stem in files.items()})
    # The renderer gives marks of direction a glyph without width, and reportlab each font a soft hyphen.
    assert {char for char in ours.all ^ glyphs.covered() if glyphs.missing(char)} == set()
    assert glyphs.covered() <= ours.all


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", ""),
        ("Plain", ""),
        ("Żółw Ωμέγα Зима שלום سلام €", ""),
        ("漢字漢 a 🎉", "漢字🎉"),
        ("e\u0301 \u3000\u200b\ufe0f\u00ad\x00", ""),
    ],
)
def test_each_missing_character_is_named_once(text: str, found: str) -> None:
    assert glyphs.missing(text) == found


def test_fonts_of_the_installation_count(tmp_path: Path) -> None:
    own = (a_font(tmp_path / "Own-Regular.ttf", "漢字"), a_font(tmp_path / "Own-Bold.ttf", "漢"))
    assert glyphs.missing("漢字", own) == "字", "a bold one would be a box"
    assert glyphs.missing("漢字", own[:1]) == ""


@pytest.mark.parametrize("broken", [True, False])
def test_fonts_that_can_t_be_used_do_not_count(tmp_path: Path, broken: bool, caplog: pytest.LogCaptureFixture) -> None:
    path = a_font(tmp_path / "Own.ttf", "漢", restricted=True)
    if broken:
        path.write_bytes(b"\0\1\0\0 and then nothing")
    assert glyphs.missing("漢", (path,)) == "漢"
    assert "Own.ttf" in caplog.text


def test_each_place_of_an_offer_is_looked_at() -> None:
    offer = {
        "title": "漢",
        "net": 12,
        "second_approval": None,
        "client": {"name": "Los Verlag"},
        "milestones": [{"title": "Plain"}, {"title": "字", "criteria": ["x", "🎉🎉"]}],
    }
    assert list(unprintable(offer, ())) == [
        Unprintable(("title",), "漢"),
        Unprintable(("milestones", 2, "title"), "字"),
        Unprintable(("milestones", 2, "criteria", 2), "🎉"),
    ]


def test_the_library_is_imported_by_the_first_who_asks() -> None:
    code = "import sys, milebill.glyphs; milebill.glyphs.missing('plain'); sys.exit('fontTools' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0

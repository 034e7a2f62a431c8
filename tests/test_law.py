"""The files of law/: whole, dated, with their source, in every language; a mistake in one is found when it is read."""

import re
from collections.abc import Callable

import pytest

from milebill import law
from milebill.law import FOLDER, LANGUAGES, TOPICS, Note, notes

OFFICIAL = (
    "https://www.gesetze-im-internet.de/", "https://www.legifrance.gouv.fr/", "https://www.economie.gouv.fr/",
    "https://entreprendre.service-public.fr/", "https://www.boe.es/", "https://eur-lex.europa.eu/",
    "https://www.legislation.gov.uk/", "https://www.gov.uk/", "https://leginfo.legislature.ca.gov/",
    "https://malegislature.gov/", "https://www.nysenate.gov/",
)  # fmt: skip
GOOD = (FOLDER / "us-ma.toml").read_text("utf-8")


def test_what_was_asked_for_is_there() -> None:
    assert {note.key for note in notes()} >= {
        "us-ca/deposit", "de/silence", "gb/construction", "us-ny/freelance", "eu/terms", "eu/late",
    }  # fmt: skip
    assert {note.topic for note in notes()} == set(TOPICS)


def test_each_note_has_its_source_and_its_words_in_every_language() -> None:
    for note in notes():
        assert note.source.startswith(OFFICIAL), note.key
        assert set(note.texts) == set(LANGUAGES), note.key
        for language, (ask, says) in note.texts.items():
            assert ask.endswith("?"), (note.key, language, "for whom it is, is asked and never claimed")
            assert says.endswith("."), (note.key, language)
            assert len(ask) <= 140, (note.key, language)
            assert len(says) <= 420, (note.key, language)
        others = [pair for language, pair in note.texts.items() if language != "en"]
        assert note.texts["en"] not in others, (note.key, "left in English")


def test_the_documentation_says_what_each_note_was_checked_with() -> None:
    told = (FOLDER.parent / "docs" / "law.md").read_text("utf-8")
    rows = re.findall(r"(?m)^\| `([a-z-]+/[a-z-]+)` \| (\w+) \| (.+) \|$", told)
    assert rows == [(note.key, note.checked.how, note.checked.by) for note in notes()]


def test_figures_are_the_same_in_every_language() -> None:
    for note in notes():
        english = _figures(note, "en")
        for language in LANGUAGES:
            assert _figures(note, language) == english, (note.key, language)


def _figures(note: Note, language: str) -> list[str]:
    """Numbers of two digits and more, without the signs that group them; small ones are words in some languages."""
    says = re.sub(r"(?<=\d)[.,\u202f](?=\d{3})", "", note.texts[language][1])
    return sorted(re.findall(r"\d{2,}", says))


def test_french_signs_do_not_begin_a_line() -> None:
    for note in notes():
        assert not re.search(r"[“”]| [:;?!»%]|« ", " ".join(note.texts["fr"])), note.key


def test_a_reader_of_another_language_gets_english_and_the_page_says_so() -> None:
    note = notes()[0]
    assert note.text("de_CH") == (*note.texts["de"], "de")
    assert note.text("it_IT") == (*note.texts["en"], "en")


@pytest.mark.parametrize(
    ("change", "what"),
    [
        (lambda text: text.replace("https://", "http://"), "us-ma/deposit: source"),
        (lambda text: text.replace('"2026-11"', '"2026-13"'), "us-ma/deposit: as_of"),
        (lambda text: text.replace('"2026-11"', '"soon"'), "us-ma/deposit: as_of"),
        (lambda text: text.replace('"milestones"', '"footer"'), "us-ma/deposit: topic"),
        (lambda text: text.replace('"US-MA"', '"Boston"'), "us-ma/deposit: place"),
        (lambda text: text.replace('"US-MA"', '"*"'), "us-ma/deposit: place"),
        (lambda text: text.replace('how = "text"', 'how = "rumour"'), "us-ma/deposit: checked"),
        (lambda text: re.sub(r"on = 2026-11-23", 'on = "soon"', text), "us-ma/deposit: checked"),
        (lambda text: re.sub(r'by = ".*?"', 'by = " "', text), "us-ma/deposit: checked"),
        (lambda text: re.sub('(?m)^section = .*', 'section = " "', text), "us-ma/deposit: an empty field"),
        (lambda text: re.sub(r'(?m)^act = .*\n', "", text), "us-ma/deposit: its fields"),
        (lambda text: text.replace("[notes.es]", "[notes.it]"), "us-ma/deposit: its fields"),
        (lambda text: re.sub(r'(?m)^says = .*', 'says = " "', text, count=1), "us-ma/deposit: a text"),
        (lambda text: re.sub(r"(?m)^ask = .*\n", "", text, count=1), "us-ma/deposit: a text"),
        (lambda text: text.replace("[1, 3]", "[3, 1]"), "us-ma/deposit: deposit_over_share"),
        (lambda text: text.replace("[1, 3]", "[1, 3.0]"), "us-ma/deposit: deposit_over_share"),
        (lambda text: text.replace("deposit_over_share", "deposit_share"), "us-ma/deposit: when"),
        (lambda text: text.replace("{ deposit_over_share = [1, 3] }", "{ terms_over = -1 }"), "terms_over"),
        (lambda text: text.replace("{ deposit_over_share = [1, 3] }", "{ price_from = 80000 }"), "currency"),
        (lambda text: text + text[text.index("[[notes]]") :], "us-ma: two of one name"),
        (lambda text: "place = 1\n" + text, "us-ma: unknown fields"),
    ],
)  # fmt: skip
def test_a_file_with_a_mistake_is_refused_and_says_where(change: Callable[[str], str], what: str) -> None:
    assert [note.key for note in law.read("us-ma", GOOD)] == ["us-ma/deposit"]
    assert change(GOOD) != GOOD
    with pytest.raises(ValueError, match=re.escape(what)):
        law.read("us-ma", change(GOOD))

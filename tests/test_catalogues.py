"""Every language is complete: no text is missing, no placeholder is lost, and no plural form."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel import Locale
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

from milebill import catalogues
from milebill.catalogues import (
    FOLDER,
    SOURCE,
    catalogue,
    direction,
    in_region_of,
    language_of,
    languages,
    own_name,
    tag,
)
from tests.texts import texts

COMPLETE = ("de", "es", "fr")
# What must be the same in a translation: values, numbering patterns, tags and entities.
_FIXED = re.compile(r"%\(\w+\)[sd]|%%|\{\w+(?::\d)?\}|<[^>]+>|&\w+;")


def read(language: str) -> Catalog:
    """A language's catalogue as it stands in its file."""
    with (FOLDER / language / "LC_MESSAGES" / "messages.po").open("rb") as file:
        return read_po(file, locale=language)


def forms(text: object) -> tuple[str, ...]:
    """The forms of a text: one, or one for each plural."""
    return (text,) if isinstance(text, str) else tuple(text)  # type: ignore[arg-type]


def pairs(message: Message) -> Iterator[tuple[str, str]]:
    """Each translated form beside the text that it translates."""
    sources, translated = forms(message.id), forms(message.string)
    for position, form in enumerate(translated):
        yield sources[min(position, len(sources) - 1)], form


def test_the_languages_that_we_promise_are_there() -> None:
    assert set(languages()) >= {SOURCE, *COMPLETE}
    assert set(COMPLETE) == set(languages()) - {SOURCE}, "a new language is worth a line in COMPLETE"


@pytest.mark.parametrize("language", COMPLETE)
def test_nothing_is_missing(language: str) -> None:
    known = {message.id: message for message in read(language) if message.id}
    missing = [text for text in texts() if text not in known or known[text].fuzzy or not all(forms(known[text].string))]
    assert not missing, f"{language} lacks {len(missing)} texts; run `make messages` and translate: {missing[:20]}"


@pytest.mark.parametrize("language", COMPLETE)
def test_nothing_is_left_over(language: str) -> None:
    stale = [message.id for message in read(language) if message.id and message.id not in texts()]
    assert not stale, f"{language} translates what nobody says any more; run `make messages`: {stale[:20]}"


@pytest.mark.parametrize("language", COMPLETE)
def test_values_and_tags_are_the_same(language: str) -> None:
    for message in read(language):
        if message.id:
            for source, translated in pairs(message):
                assert sorted(_FIXED.findall(source)) == sorted(_FIXED.findall(translated)), translated


@pytest.mark.parametrize("language", COMPLETE)
def test_every_plural_has_its_forms(language: str) -> None:
    found = read(language)
    for message in found:
        if message.id and not isinstance(message.id, str):
            assert len(message.string) == found.num_plurals


@pytest.mark.parametrize("language", COMPLETE)
def test_is_written_with_the_signs_of_the_language(language: str) -> None:
    """English quotation marks in a German sentence, or a French colon that can begin a line, are slips."""
    wrong = {"de": re.compile("[“”](?<!“)|’(?=s )"), "fr": re.compile(r"[“”]| [:;?!»]|« "), "es": re.compile("[“”]")}
    for message in read(language):
        for form in forms(message.string):
            assert not wrong[language].search(form), form


def test_a_region_reads_its_language() -> None:
    assert catalogue("de_CH").gettext("Accept") == catalogue("de-AT").gettext("Accept") == "Annehmen"
    assert catalogue("da").gettext("Accept") == catalogue("en_GB").gettext("Accept") == "Accept"
    assert (language_of("de_CH"), language_of("da"), language_of("en_GB")) == ("de", "en", "en")


def test_what_is_said_of_a_text() -> None:
    assert (tag("de_CH"), tag("en_GB"), tag("da")) == ("de-CH", "en-GB", "en")
    assert {direction(name) for name in ("de", "en", "fr_CA", "da")} == {"ltr"}
    assert (own_name("de"), own_name("es"), own_name("fr_CH")) == ("Deutsch", "Español", "Français (Suisse)")


@pytest.mark.parametrize(
    ("language", "locale", "found"),
    [
        ("fr", "de_CH", "fr_CH"),
        ("en", "de_CH", "en_CH"),
        ("es", "de_CH", "es"),
        ("fr", "de", "fr"),
        ("en", "fr-CA", "en_CA"),
    ],
)
def test_the_habits_of_the_place_stay(language: str, locale: str, found: str) -> None:
    assert in_region_of(language, locale) == found
    Locale.parse(found)


def test_a_folder_that_is_added_is_a_language_that_is_added(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, words in (("ar", "قبول"), ("de", "Annehmen"), ("de_CH", "")):
        path = tmp_path / name / "LC_MESSAGES" / "messages.po"
        path.parent.mkdir(parents=True)
        path.write_text(
            f'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\nmsgid "Accept"\nmsgstr "{words}"\n'
        )
    monkeypatch.setattr(catalogues, "FOLDER", tmp_path)
    catalogues.forget()
    try:
        assert set(languages()) == {"ar", "de", "de_CH", "en"}
        assert direction("ar_EG") == "rtl"
        assert catalogue("ar_EG").gettext("Accept") == "قبول"
        assert catalogue("de_CH").gettext("Accept") == "Annehmen", "what the region does not say, its language says"
        assert catalogue("ar").gettext("Decline") == "Decline"
    finally:
        catalogues.forget()

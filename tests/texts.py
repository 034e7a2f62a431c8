"""The texts of the source, and languages that are made of them for a test."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from os import PathLike
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import write_po

from milebill import ROOT, catalogues

Text = str | tuple[str, str]

_KEYWORDS = {"_": None, "gettext": None, "_l": None, "lazy_gettext": None, "ngettext": (1, 2)}
_found: set[Text] = set()


def texts() -> set[Text]:
    """Every text of the source, collected like `make messages` does."""
    if not _found:
        with (ROOT / "babel.cfg").open() as file:
            methods, options = parse_mapping_cfg(file)
        for _path, _line, text, _comments, _context in extract_from_dir(
            ROOT,
            methods,
            options,
            keywords=_KEYWORDS,
            directory_filter=lambda path: not Path(path).name.startswith("."),
        ):
            _found.add(tuple(text) if isinstance(text, list | tuple) else text)
    return _found


def _is_ours(folder: str | PathLike[str]) -> bool:
    return not Path(folder).name.startswith(".")


@contextmanager
def spoken(folder: Path, patch: pytest.MonkeyPatch, language: str, say: Callable[[str], str]) -> Iterator[None]:
    """Besides English there is only this language, in which every text is what `say` makes of it."""
    catalogue = Catalog(locale=language)
    for text in texts():
        if isinstance(text, str):
            catalogue.add(text, say(text))
        else:
            catalogue.add(text, tuple(say(text[1]) for _form in range(catalogue.num_plurals)))
    path = folder / language / "LC_MESSAGES" / "messages.po"
    path.parent.mkdir(parents=True)
    with path.open("wb") as file:
        write_po(file, catalogue)
    with patch.context() as context:
        context.setattr(catalogues, "FOLDER", folder)
        catalogues.forget()
        try:
            yield
        finally:
            context.undo()
            catalogues.forget()


def marked(text: str) -> str:
    """The text between brackets that nobody types, which can't be missed."""
    return f"⟦{text}⟧"


_INNERMOST = re.compile(r"⟦[^⟦⟧]*⟧")


def unmarked(text: str) -> str:
    """What of a text stands outside of such brackets."""
    while (rest := _INNERMOST.sub(" ", text)) != text:
        text = rest
    return text

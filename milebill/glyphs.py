"""Which characters the documents' typefaces have: what lacks one is told to the supplier before it is sent."""

import logging
import struct
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from importlib import import_module
from pathlib import Path

log = logging.getLogger(__name__)

BUNDLED = Path(__file__).with_name("outbound") / "fonts"


@lru_cache(maxsize=4)
def covered(own: tuple[Path, ...] = ()) -> frozenset[str]:
    """Every character that a document can be printed with: the bundled typefaces and the installation's `own` files.

    A family has a character when each of its faces has it. Computed once; the renderer's process finds the same.
    """
    found: frozenset[str] = frozenset()
    for files in _families([*sorted(BUNDLED.glob("*.ttf")), *own]):
        found |= frozenset.intersection(*(_characters(path) for path in files))
    return found


def missing(text: str, own: tuple[Path, ...] = ()) -> str:
    """The characters of the text that no typeface has, each once, in the order in which they appear.

    Spaces and what has no ink are not missed: they are printed as a space or not at all.
    """
    if text.isascii():
        return ""
    odd = [char for char in unicodedata.normalize("NFC", text) if char not in covered(own) and _has_ink(char)]
    return "".join(dict.fromkeys(odd))


def _has_ink(char: str) -> bool:
    without = char.isspace() or unicodedata.category(char) in {"Cc", "Cf", "Cs"}
    return not without and "VARIATION SELECTOR" not in unicodedata.name(char, "")


def _families(paths: Iterable[Path]) -> Iterable[list[Path]]:
    """NotoSansSC-Regular.ttf and NotoSansSC-Bold.ttf belong together."""
    found: dict[str, list[Path]] = {}
    for path in paths:
        found.setdefault(path.stem.partition("-")[0], []).append(path)
    return found.values()


def _characters(path: Path) -> frozenset[str]:
    library = import_module("fontTools.ttLib")  # a tenth of the product's start, and seldom needed
    try:
        with path.open("rb") as file, library.TTFont(file, lazy=True) as font:
            # Bits of OS/2 fsType: no embedding, no subsetting, bitmaps only. The renderer leaves such a file out.
            restricted = font["OS/2"].fsType == 2 or font["OS/2"].fsType & 0x0300
            if restricted:
                log.warning("documents can't use %s: it may not be embedded", path)
                return frozenset()
            return frozenset(map(chr, font.getBestCmap() or ()))
    except (library.TTLibError, KeyError, struct.error) as error:
        log.warning("documents can't use %s: %s", path, error)
        return frozenset()

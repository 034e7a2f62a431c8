"""What a reader gets who searches a paper or copies from it: the letters that were typed."""

import unicodedata
from collections.abc import Sequence

from reportlab.pdfbase import ttfonts

MOST_IN_A_BLOCK = 100
"""Adobe note 5014, on character maps."""
_TABLE = """/CIDInit /ProcSet findresource begin
12 dict begin
begincmap
/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def
/CMapName /{name} def
/CMapType 2 def
1 begincodespacerange
<00> <FF>
endcodespacerange
{blocks}
endcmap
CMapName currentdict /CMap defineresource pop
end
end"""


def table(fontname: str, subset: Sequence[int]) -> str:
    """The ToUnicode map of an embedded font: what each code (the place in `subset`) is, as UTF-16.

    Arabic is drawn in joined forms, and read by its letters. Codes that stand for nothing are left out.
    """
    lines = [f"<{code:02X}> <{_letters(point)}>" for code, point in enumerate(subset) if point]
    blocks = [lines[start : start + MOST_IN_A_BLOCK] for start in range(0, len(lines), MOST_IN_A_BLOCK)]
    written = (f"{len(block)} beginbfchar\n" + "\n".join(block) + "\nendbfchar" for block in blocks)
    return _TABLE.format(name=fontname, blocks="\n".join(written))


def _letters(point: int) -> str:
    char = chr(point)
    if "\ufb50" <= char <= "\ufefc":
        char = unicodedata.normalize("NFKC", char)
    return char.encode("utf-16-be").hex().upper()


def prepare() -> None:
    """Make it reportlab's way, once for all documents."""
    ttfonts.makeToUnicodeCMap = table

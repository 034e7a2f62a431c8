"""PDF/A-3b for what pages consist of: their boxes, contents, fonts, pictures, transparency and annotations."""

import io
import re
from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pikepdf
from fontTools.ttLib import TTFont
from pikepdf import Dictionary, Name, Pdf, Stream

OPERATORS = (
    "b B b* B* BDC BI BMC BT BX c cm CS cs d d0 d1 Do DP EI EMC ET EX f F f* G g gs h i ID j J K k l m M MP n q Q re "
    "RG rg ri s S SC sc SCN scn sh T* Tc Td TD Tf Tj TJ TL Tm Tr Ts Tw Tz v w W W* y INLINE ' \""
)
KNOWN_OPERATORS = frozenset(OPERATORS.split())
SHOWS = {"Tj", "TJ", "'", '"'}
BLENDS = (
    "/Normal /Compatible /Multiply /Screen /Overlay /Darken /Lighten /ColorDodge /ColorBurn /HardLight /SoftLight "
    "/Difference /Exclusion /Hue /Saturation /Color /Luminosity"
)
CHARACTERS = re.compile(rb"^<([0-9A-Fa-f]+)> <([0-9A-Fa-f]+)>$", re.MULTILINE)
MOST_NESTED = 28
PRINTED, UNSEEN = 4, 1 | 2 | 32 | 256  # 32000-1, table 165: invisible, hidden, no view, toggle no view
ANNOTATIONS = {"/Link", "/Text", "/FreeText", "/Highlight", "/Underline", "/Stamp", "/FileAttachment"}


def boxes(document: Pdf) -> Iterator[str]:
    """6.1.13: 3 to 14,400 units; 32000-1, 14.11.2: each box inside the one around it."""
    for page in document.pages:
        media = [float(side) for side in page.mediabox]
        crop = [float(side) for side in page.cropbox]
        sizes = (media[2] - media[0], media[3] - media[1])
        if not all(3 <= size <= 14_400 for size in sizes):
            yield f"size {sizes}"
        if crop[0] < media[0] or crop[1] < media[1] or crop[2] > media[2] or crop[3] > media[3]:
            yield "a crop box around the page"
        if "/PresSteps" in page or "/AA" in page:
            yield "presentation steps or actions"


def contents(document: Pdf) -> Iterator[str]:
    """6.2.2: operators of the specification, named resources, nesting; 6.2.4.3: no CMYK where the intent is RGB."""
    for holder, resources in _drawn(document):
        depth = 0
        for operands, operator in pikepdf.parse_content_stream(holder):
            name = str(operator)
            depth += {"q": 1, "Q": -1}.get(name, 0)
            if name not in KNOWN_OPERATORS:
                yield f"operator {name}"
            if name in {"k", "K"} or (name in {"cs", "CS"} and operands[0] == Name.DeviceCMYK):
                yield "a colour in CMYK"
            if depth > MOST_NESTED:
                yield "nested too deep"
            for kind, key in {"Do": "/XObject", "Tf": "/Font", "gs": "/ExtGState"}.items():
                if name == kind and str(operands[0]) not in resources.get(key, {}):
                    yield f"{key} {operands[0]} is not there"


def pictures(document: Pdf) -> Iterator[str]:
    """6.2.8 and 6.2.4.3: no interpolation, no alternates, colours that the intent explains; masks in grey."""
    for image in _streams(document, Name.Image):
        if image.get("/Interpolate"):
            yield "interpolated"
        if {"/Alternates", "/OPI"} & set(image.keys()):
            yield "alternates"
        space = image.get("/ColorSpace")
        kind = str(space[0]) if isinstance(space, pikepdf.Array) else str(space)
        if kind == "/Indexed":
            kind = str(space[1][0]) if isinstance(space[1], pikepdf.Array) else str(space[1])
        if kind not in {"/DeviceRGB", "/DeviceGray", "/ICCBased"} and not image.get("/ImageMask"):
            yield f"colours {kind}"
        mask = image.get("/SMask")
        if mask is not None and (mask.get("/ColorSpace") != Name.DeviceGray or "/Matte" in mask or "/SMask" in mask):
            yield "a mask that is not grey"


def transparency(document: Pdf) -> Iterator[str]:
    """6.2.10: blend modes of the specification; a group's colours are those of the intent, or have a profile."""
    holders = [*document.pages, *_streams(document, Name.Form)]
    for holder in holders:
        group = holder.get("/Group")
        if group is not None and group.get("/S") == Name.Transparency:
            space = group.get("/CS")
            profiled = isinstance(space, pikepdf.Array) and space[0] == Name.ICCBased
            if not profiled and space not in {Name.DeviceRGB, Name.DeviceGray}:
                yield f"a group in {space}"
            if "/OutputIntents" not in document.Root and not profiled:
                yield "a group without a profile"
    if "/OutputIntents" not in document.Root and any("/SMask" in image for image in _streams(document, Name.Image)):
        yield "a mask without a profile"
    for state in _states(document):
        mode = state.get("/BM", Name.Normal)
        for one in mode if isinstance(mode, pikepdf.Array) else [mode]:
            if str(one) not in BLENDS.split():
                yield f"blend mode {one}"
        if "/TR" in state or state.get("/TR2", Name.Default) != Name.Default or "/HTP" in state:
            yield "a transfer function"


def forms(document: Pdf) -> Iterator[str]:
    """6.2.9: no PostScript, no references to other files."""
    for form in _streams(document, Name.Form):
        if {"/Ref", "/OPI", "/PS"} & set(form.keys()) or form.get("/Subtype2") == Name.PS:
            yield "a reference or PostScript"
    if any(True for _ in _streams(document, Name.PS)):
        yield "PostScript"


def annotations(document: Pdf) -> Iterator[str]:
    """6.3: of a kind that can be printed, and printed; how it looks is inside (a link has no looks)."""
    for page in document.pages:
        for annotation in page.get("/Annots", ()):
            kind, flags = str(annotation.get("/Subtype")), int(annotation.get("/F", 0))
            if kind not in ANNOTATIONS:
                yield f"kind {kind}"
            if not flags & PRINTED or flags & UNSEEN:
                yield f"{kind} with flags {flags}"
            if kind != "/Link" and "/AP" not in annotation:
                yield f"{kind} without looks"


def fonts(document: Pdf) -> Iterator[str]:
    """6.2.11: every font inside, with the widths that it declares, and each character that is shown in it."""
    for font, codes in _shown(document):
        name = str(font.get("/BaseFont"))
        if font.get("/Subtype") != Name.TrueType:
            yield f"{name} is {font.get('/Subtype')}"
            continue
        descriptor = font.get("/FontDescriptor", Dictionary())
        if "/FontFile2" not in descriptor:
            yield f"{name} is not embedded"
            continue
        with TTFont(io.BytesIO(descriptor.FontFile2.read_bytes())) as program:
            yield from _program(font, program, codes, name)
        yield from _to_unicode(font, codes, name)


def _program(font: Any, program: TTFont, codes: set[int], name: str) -> Iterator[str]:
    tables = program["cmap"].tables
    if int(font.FontDescriptor.get("/Flags", 0)) & 4:  # symbolic: 6.2.11.6
        if "/Encoding" in font:
            yield f"{name} is symbolic and has an encoding"
        if len(tables) != 1 and not any((table.platformID, table.platEncID) == (3, 0) for table in tables):
            yield f"{name} has {len(tables)} maps"
    glyphs = {code & 0xFF: glyph for table in tables for code, glyph in table.cmap.items()}
    first, widths = int(font.FirstChar), [float(width) for width in font.Widths]
    for code in sorted(codes):
        glyph = glyphs.get(code)
        if glyph is None or program.getGlyphID(glyph) == 0:
            yield f"{name} has nothing for {code}"
        elif not 0 <= code - first < len(widths):
            yield f"{name} has no width for {code}"
        elif abs(program["hmtx"][glyph][0] * 1000 / program["head"].unitsPerEm - widths[code - first]) > 1:
            yield f"{name} declares another width for {code}"


def _to_unicode(font: Any, codes: set[int], name: str) -> Iterator[str]:
    """6.2.11.7.2, which 3b does not ask for: text can be searched for and copied."""
    if "/ToUnicode" not in font:
        yield f"{name} can't be read"
        return
    written = font.ToUnicode.read_bytes()
    if any(int(size) > 100 for size in re.findall(rb"(\d+) beginbf", written)):
        yield f"{name} says too much at once"
    mapped = {int(code, 16): text for code, text in CHARACTERS.findall(written)}
    for code in sorted(codes):
        text = mapped.get(code)
        if text is None or int(text, 16) in {0, 0xFEFF, 0xFFFE}:
            yield f"{name} does not say what {code} is"


def _shown(document: Pdf) -> Iterator[tuple[Any, set[int]]]:
    """Each font, with the character codes that are shown in it."""
    found: dict[tuple[int, int], set[int]] = defaultdict(set)
    for holder, resources in _drawn(document):
        current = None
        for operands, operator in pikepdf.parse_content_stream(holder):
            if str(operator) == "Tf":
                current = resources.get("/Font", {}).get(str(operands[0]))
            elif str(operator) in SHOWS and current is not None:
                parts = operands[-1] if isinstance(operands[-1], pikepdf.Array) else [operands[-1]]
                texts = [part for part in parts if not isinstance(part, int | float | Decimal)]
                found[current.objgen].update(code for text in texts for code in bytes(text))
    for thing in document.objects:
        if isinstance(thing, Dictionary) and thing.get("/Type") == Name.Font:
            yield thing, found[thing.objgen]


def _drawn(document: Pdf) -> Iterator[tuple[Any, Any]]:
    for page in document.pages:
        yield page, page.get("/Resources", {})
    for form in _streams(document, Name.Form):
        yield form, form.get("/Resources", {})


def _streams(document: Pdf, kind: Name) -> Iterator[Any]:
    for thing in document.objects:
        if isinstance(thing, Stream) and thing.get("/Subtype") == kind:
            yield thing


def _states(document: Pdf) -> Iterator[Any]:
    for _, resources in _drawn(document):
        yield from (state for _, state in resources.get("/ExtGState", Dictionary()).items())


RULES = (boxes, contents, pictures, transparency, forms, annotations, fonts)

"""A ZIP archive that is sent while it is written: no more of it is in memory than a piece of one file."""

import re
import unicodedata
import zipfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import BinaryIO

PIECE = 64 * 1024
MAX_NAME = 120
_LEVEL = 1
"""What is in a PDF is compressed already, and XML shrinks to a tenth by the quickest way, too."""
_FORBIDDEN = re.compile(r'[<>:"/\\|?*]+')
_RESERVED = re.compile(r"(?:CON|PRN|AUX|NUL|(?:COM|LPT)[0-9¹²³])(?:\..*)?", re.IGNORECASE)
"""Windows opens a device by these names, whatever stands after the dot (Microsoft, "Naming Files")."""


@dataclass(frozen=True)
class Entry:
    """A file of the archive; `open` is called when its turn has come, and raises FileNotFoundError to leave it out."""

    name: str
    day: date
    open: Callable[[], BinaryIO]


class Names:
    """Names of one archive: each is safe on every system, and there once, however its letters are cased."""

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def safe(self, wanted: str) -> str:
        """`wanted` without what some system can't have in a name, and with a number where it is taken."""
        whole = _safe(wanted)
        stem, dot, extension = whole.rpartition(".")
        stem, ending = (stem, dot + extension) if stem else (whole, "")
        name, count = f"{stem[: MAX_NAME - len(ending)]}{ending}", 1
        while name.casefold() in self._taken:
            count += 1
            name = f"{stem[: MAX_NAME - 8 - len(ending)]}-{count}{ending}"
        self._taken.add(name.casefold())
        return name


def _safe(wanted: str) -> str:
    visible = "".join(sign for sign in unicodedata.normalize("NFC", wanted) if sign.isprintable())
    name = _FORBIDDEN.sub("-", visible).strip(" .") or "file"
    return f"_{name}" if _RESERVED.fullmatch(name) else name


class _Outgoing:
    """What zipfile writes to: it can't be sought in, so each entry says its size and checksum after its bytes."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []

    def write(self, piece: bytes) -> int:
        self._pieces.append(bytes(piece))
        return len(piece)

    def flush(self) -> None:
        """Nothing to do: `drain` takes it."""

    def drain(self) -> bytes:
        whole = b"".join(self._pieces)
        self._pieces.clear()
        return whole


def zip_stream(entries: Iterable[Entry], missing: Callable[[str], None]) -> Iterator[bytes]:
    """The archive's bytes, which are the same for the same entries. `missing` is told the names that were left out."""
    outgoing = _Outgoing()
    with zipfile.ZipFile(outgoing, "w", zipfile.ZIP_DEFLATED, compresslevel=_LEVEL) as archive:  # type: ignore[call-overload]
        for entry in entries:
            try:
                source = entry.open()
            except FileNotFoundError:
                missing(entry.name)
                continue
            about = zipfile.ZipInfo(entry.name, (max(entry.day.year, 1980), entry.day.month, entry.day.day, 0, 0, 0))
            about.compress_type, about.create_system, about.external_attr = zipfile.ZIP_DEFLATED, 3, 0o644 << 16
            with source, archive.open(about, "w", force_zip64=False) as target:
                while piece := source.read(PIECE):
                    target.write(piece)
                    yield outgoing.drain()
            yield outgoing.drain()
    yield outgoing.drain()

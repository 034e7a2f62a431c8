"""What numbers look like: patterns such as "{year}-{seq:4}" that people choose, read by their tokens and never run."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from milebill.errors import Invalid

MAX_NUMBER = 40
"""As many signs as the columns and the bank's references take."""
MAX_PATTERN = 60
MAX_CODE, DERIVED_CODE = 12, 6
LARGEST = 10**9

_TOKEN = re.compile(r"\{(year|yy|client|seq)(?::([1-9]))?\}", re.ASCII)
_PLAIN = re.compile(r"[A-Za-z0-9 ./_-]*", re.ASCII)
_SIGNS = {"year": r"\d{4}", "yy": r"\d{2}", "client": r"[A-Z0-9]{1,12}"}


@dataclass(frozen=True)
class Pattern:
    """{year}, {yy}, {client} and {seq}, or {seq:4} with at least four digits, between plain signs."""

    text: str

    @property
    def restarts(self) -> bool:
        """Whether every year counts from 1 again, because the year is part of the number."""
        return "year" in self._names() or "yy" in self._names()

    @property
    def names_client(self) -> bool:
        """Whether it needs the client's code."""
        return "client" in self._names()

    def render(self, year: int, sequence: int, client: str = "") -> str:
        """The number that comes out."""
        values = {"year": f"{year:04}", "yy": f"{year % 100:02}", "client": client}
        return _TOKEN.sub(
            lambda token: str(sequence).zfill(int(token[2] or 1)) if token[1] == "seq" else values[token[1]], self.text
        )

    def year_of_series(self, day: date) -> int:
        """The key of the series that counts on this day: its year, or 0 for one that goes on for ever."""
        return day.year if self.restarts else 0

    def is_ahead(self, number: str, series: int, upcoming: int) -> bool:
        """Whether `number`, which is taken, is one that this pattern would give later.

        `series` is the present series' year or 0, `upcoming` its next count; a later year begins again.
        """
        found = self.reads().fullmatch(number)
        if not found:
            return False
        groups = found.groupdict()
        year, short = groups.get("year"), groups.get("yy")
        if series and int(year or series) != series:
            return int(year or 0) > series
        if series and short and int(short) != series % 100:
            return int(short) > series % 100  # a hundred years are not looked ahead
        return int(groups["seq"]) >= upcoming

    def meets(self, other: "Pattern", day: date) -> bool:
        """Whether both could give the same number."""
        samples = [(day.year + later, count) for later in (0, 1) for count in (1, 12, 345, 6789, 12345)]
        return any(
            b.reads().fullmatch(a.render(year, count, client))
            for a, b in ((self, other), (other, self))
            for year, count in samples
            for client in ("A", "A1B2C3")
        )

    def _names(self) -> set[str]:
        return {token[1] for token in _TOKEN.finditer(self.text)}

    def reads(self) -> re.Pattern[str]:
        """What matches each number that this pattern can give, of any year and client."""
        parts, end, seen = [], 0, set()
        for token in _TOKEN.finditer(self.text):
            parts.append(re.escape(self.text[end : token.start()]))
            parts.append(_reading(token, again=token[1] in seen))
            seen.add(token[1])
            end = token.end()
        return re.compile("".join([*parts, re.escape(self.text[end:])]), re.ASCII)


def _reading(token: re.Match[str], *, again: bool) -> str:
    """What the token gives, as a group of its name unless it was there before."""
    width = int(token[2] or 1)
    signs = rf"\d{{{width}}}|[1-9]\d{{{width},}}" if token[1] == "seq" else _SIGNS[token[1]]
    return f"(?:{signs})" if again else f"(?P<{token[1]}>{signs})"


def read_pattern(text: str) -> Pattern:
    """Check what somebody typed. Raises Invalid for "pattern": required, too_long, pattern_signs, pattern_seq, or
    pattern_apart where the client's code would run into digits, so that two clients' numbers could be the same."""
    text = text.strip()
    plain = _PLAIN.fullmatch(_TOKEN.sub("", text))
    ends = re.fullmatch(r"[A-Za-z0-9{].*[A-Za-z0-9}]", text)
    if not text:
        raise Invalid({"pattern": "required"})
    if len(text) > MAX_PATTERN:
        raise Invalid({"pattern": "too_long"})
    if not plain or not ends or ".." in text or any(token[2] and token[1] != "seq" for token in _TOKEN.finditer(text)):
        raise Invalid({"pattern": "pattern_signs"})
    if sum(token[1] == "seq" for token in _TOKEN.finditer(text)) != 1:
        raise Invalid({"pattern": "pattern_seq"})
    if re.search(r"\{client\}[A-Za-z0-9{]|[A-Za-z0-9}]\{client\}", text):
        raise Invalid({"pattern": "pattern_apart"})
    pattern = Pattern(text)
    if len(pattern.render(2000, LARGEST, "X" * MAX_CODE)) > MAX_NUMBER:
        raise Invalid({"pattern": "too_long"})
    return pattern


def code_of(name: str, otherwise: str) -> str:
    """A client's code from their name: its first letters and digits without accents, "ŁOSVER"; else `otherwise`."""
    folded = unicodedata.normalize("NFKD", name.replace("ß", "ss").translate(_WITHOUT_STROKE)).upper()
    return re.sub(r"[^A-Z0-9]", "", folded)[:DERIVED_CODE] or otherwise


_WITHOUT_STROKE = str.maketrans("ŁłØøĐđ", "LlOoDd")


def taken_ahead(pattern: Pattern, numbers: Iterable[str], series: int, upcoming: int) -> bool:
    """Whether the pattern would come to a number that is given already."""
    return any(pattern.is_ahead(number, series, upcoming) for number in numbers)

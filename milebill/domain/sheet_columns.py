"""What each column of a spreadsheet of milestones holds: by its head in the product's languages, else by its cells."""

import re
from collections.abc import Sequence
from datetime import date

from babel import Locale
from babel.numbers import get_decimal_symbol

from milebill.money import InvalidAmount, parse_amount, parse_thousandths
from milebill.sheets import folded
from milebill.typed_amounts import figures_of, without_mark

TITLE, DESCRIPTION, CRITERIA, EVIDENCE, DAY, PERCENT, AMOUNT, DUE = (
    "title", "description", "criteria", "checked_by", "planned_on", "percent", "amount", "trigger",
)  # fmt: skip

_HEADS = {
    TITLE: {"title", "milestone", "name", "phase", "step", "stage", "task", "titel", "meilenstein", "bezeichnung",
            "schritt", "titre", "jalon", "etape", "intitule", "nom", "titulo", "hito", "nombre", "etapa", "fase"},
    DESCRIPTION: {"description", "what you do", "details", "scope", "beschreibung", "leistung", "was sie tun",
                  "descriptif", "prestation", "descripcion", "detalle", "alcance"},
    CRITERIA: {"criteria", "acceptance criteria", "criterion", "done when", "we agree that it is done when",
               "kriterien", "abnahmekriterien", "fertig wenn", "criteres", "criteres d acceptation",
               "criteres de reception", "critere", "criterios", "criterios de aceptacion", "criterio"},
    EVIDENCE: {"evidence", "checked by", "verification", "verified by", "proof", "how it is checked",
               "nachweis", "nachweise", "gepruft durch", "prufung", "prufverfahren", "preuve", "preuves", "verifie par",
               "verification par", "controle", "justificatif", "evidencia", "evidencias", "comprobado por",
               "verificacion", "prueba", "comprobacion"},
    DAY: {"date", "day", "due date", "planned", "planned for", "planned on", "deadline", "datum", "termin",
          "geplant", "geplant fur", "fallig am", "echeance", "date prevue", "prevu pour", "prevu le", "fecha",
          "fecha prevista", "previsto para", "plazo"},
    PERCENT: {"percent", "percentage", "share", "prozent", "anteil", "prozentsatz", "pourcentage", "pourcent", "part",
              "porcentaje", "por ciento", "parte"},
    AMOUNT: {"amount", "price", "net", "net amount", "cost", "total", "betrag", "preis", "netto", "nettobetrag",
             "kosten", "montant", "prix", "montant ht", "prix ht", "ht", "importe", "precio", "importe neto", "neto",
             "base imponible", "coste"},
    DUE: {"deposit", "due", "when due", "falls due", "trigger", "anzahlung", "fallig", "wird fallig", "acompte",
          "exigible", "exigibilite", "anticipo", "vence", "senal", "exigibilidad"},
}  # fmt: skip
"""Folded to small letters and spaces, as `folded` does: English, German, French, Spanish."""

_ACCEPTANCE = {"acceptance", "on acceptance", "on acceptance as a deposit", "deposit", "yes", "y", "x", "true",
               "anzahlung", "bei annahme", "ja", "j", "wahr", "acompte", "a l acceptation", "oui", "o", "vrai",
               "anticipo", "senal", "a la aceptacion", "al aceptar", "si", "s", "verdadero"}  # fmt: skip
_SIGN_OFF = {"sign off", "signoff", "when it is signed off", "no", "n", "false", "abnahme", "bei abnahme", "nein",
             "falsch", "reception", "a la reception", "non", "faux", "aprobacion", "al aprobar", "falso"}  # fmt: skip
SUMS = {"total", "sum", "subtotal", "grand total", "summe", "gesamt", "gesamtsumme", "zwischensumme", "somme",
        "total ht", "sous total", "total general", "suma", "importe total"}  # fmt: skip
"""Titles of a row that adds up the others."""

_FIGURE = re.compile(r"-?\d[\d.,\s\u00a0\u202f'’]{0,30}", re.ASCII)
"""What is meant as an amount; whether it is one, its cell is told."""
_NUMBERS_AND_DOTS = re.compile(r"(\d{1,4})([./-])(\d{1,2})\2(\d{1,4})", re.ASCII)


def by_heads(row: Sequence[str]) -> dict[str, int]:
    """What a row of heads says: meaning → column; empty for a row that is none."""
    found: dict[str, int] = {}
    for place, head in enumerate(row):
        words = PERCENT if head.strip() == "%" else folded(head)
        for meaning, known in _HEADS.items():
            if words in known or words == meaning == PERCENT:
                found.setdefault(meaning, place)
    return found if TITLE in found or len(found) > 1 else {}


def days_if_due(meant: dict[str, int], rows: Sequence[Sequence[str]]) -> dict[str, int]:
    """The same, but a column under "Due" that begins with a date says when, and not whether it is a deposit."""
    place = meant.get(DUE)
    if place is None or DAY in meant:
        return meant
    first = next((cell for row in rows for cell in row[place : place + 1] if cell.strip()), "")
    return {DAY if name == DUE else name: at for name, at in meant.items()} if is_day(first) else meant


def by_cells(rows: Sequence[Sequence[str]]) -> dict[str, int]:
    """The same without heads: what looks like a date, a price or a yes is one; texts go by order."""
    found: dict[str, int] = {}
    texts = []
    for place in range(max(map(len, rows))):
        cells = [cell for cell in (row[place].strip() if place < len(row) else "" for row in rows) if cell]
        meaning = _meaning(cells) if cells else ""
        if meaning and (place or meaning != DUE):  # a first column of nothing but "Deposit" holds titles
            found.setdefault(meaning, place)
        elif cells:
            texts.append((place, cells))
    if texts:
        found[TITLE] = texts.pop(0)[0]
    if len(texts) == 1 and any("\n" in cell or ";" in cell for cell in texts[0][1]):
        found[CRITERIA] = texts[0][0]
    else:
        found |= {name: place for name, (place, _) in zip((DESCRIPTION, CRITERIA), texts, strict=False)}
    return found


def _meaning(cells: Sequence[str]) -> str:
    if all(is_day(cell) for cell in cells):
        return DAY
    if all(deposit(cell) is not None for cell in cells):
        return DUE
    if all("%" in cell and percentage(cell) is not None for cell in cells):
        return PERCENT
    if all(_FIGURE.fullmatch(figures_of(cell) or "") for cell in cells):
        shares = [percentage(cell) for cell in cells]
        whole = None not in shares and len(shares) > 1 and sum(share or 0 for share in shares) in (100_000, 1_000)
        return PERCENT if whole else AMOUNT
    return ""


def deposit(cell: str) -> bool | None:
    """Whether it falls due on acceptance; None for words that we do not know. The words count, and a tick or a one."""
    words = folded(cell)
    if cell.strip() in {"1", "✓", "✔", "☑"} or words in _ACCEPTANCE:
        return True
    return False if cell.strip() in {"", "0", "-", "–", "☐"} or words in _SIGN_OFF else None


def percentage(cell: str) -> int | None:
    """Thousandths of a percent; None for what is none."""
    try:
        return parse_thousandths(cell)
    except InvalidAmount:
        return None


def amount(cell: str, currency: str, locale: str) -> int | None:
    """Minor units of `currency`; None for what is no such amount, or one of another currency.

    What a field would refuse as ambiguous is read in the habits of `locale`: it is shown before it is used.
    """
    try:
        return parse_amount(without_mark(cell, currency), currency, locale)
    except InvalidAmount:
        return None


def is_day(cell: str) -> bool:
    """Whether it looks like a date."""
    return _NUMBERS_AND_DOTS.fullmatch(cell.strip().split(" ")[0]) is not None


def month_comes_first(cells: Sequence[str], locale: str) -> bool | None:
    """In dates with strokes, such as 03/14/2027: what the column itself shows, else the habit of `locale`.

    None where nobody can tell: English is written in countries of both habits.
    """
    firsts, seconds = [], []
    for cell in cells:
        match = _NUMBERS_AND_DOTS.fullmatch(cell.strip())
        if match and match[2] == "/" and len(match[1]) < 3:
            firsts.append(int(match[1]))
            seconds.append(int(match[3]))
    if any(first > 12 for first in firsts) or any(second > 12 for second in seconds):
        return any(second > 12 for second in seconds)
    if locale in ("", "en"):
        return None
    pattern = str(Locale.parse(locale.replace("-", "_")).date_formats["short"].pattern)
    return pattern.find("M") < pattern.find("d")


def day(cell: str, month_first: bool | None) -> date | None:
    """The date; None for what is none. Raises ValueError("ambiguous") where `month_first` is needed and not known."""
    match = _NUMBERS_AND_DOTS.fullmatch(cell.strip())
    if match is None:
        return None
    first, sign, second, third = int(match[1]), match[2], int(match[3]), int(match[4])
    if len(match[1]) == 4:
        year, month, number = first, second, third
    elif sign == "/" and month_first is None and first != second:
        raise ValueError("ambiguous")
    else:
        month, number = (first, second) if sign == "/" and month_first else (second, first)
        year = third + (2000 if len(match[4]) == 2 else 0)
    try:
        return date(year, month, number)
    except ValueError:
        return None


def typed(number: str, locale: str) -> str:
    """A bare number with a point as people of `locale` type it: a point could be read as grouping there."""
    return number.replace(".", get_decimal_symbol(locale.replace("-", "_")))

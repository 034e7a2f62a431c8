"""The sums of an invoice as rows: its lines, its taxes and why none is charged; from frozen content of any version."""

from collections.abc import Mapping
from typing import Any

from milebill.queries.client_offer import TaxLine, tax_lines
from milebill.web.filters import day, money, rate
from milebill.web.translations import gettext as _

Content = Mapping[str, Any]
Line = tuple[str, str, int]
"""Description, what is said below it, net in minor units."""


def invoice_lines(content: Content) -> tuple[Line, ...]:
    """The lines; each names its tax where they are not all taxed alike."""
    mixed = len({part.get("group", 0) for part in (*content["lines"], *content["taxes"])}) > 1
    return tuple((_described(line), _detail(content, line, mixed=mixed), line["net"]) for line in content["lines"])


def invoice_taxes(content: Content) -> tuple[TaxLine, ...]:
    """One line for each tax."""
    return tax_lines(content["taxes"])


def _described(line: Content) -> str:
    if line.get("kind") == "deduction":
        named = {"number": line["refers_to"], "day": day(line["refers_on"]), "title": line["description"]}
        return str(_("Less invoice %(number)s of %(day)s, %(title)s", **named))
    return str(_("Milestone %(n)s, %(title)s", n=line["position"], title=line["description"]))


def _detail(content: Content, line: Content, *, mixed: bool) -> str:
    """The tax of the line where the document does not say it once; what is deducted is so with its tax."""
    if line.get("kind") == "deduction":
        return str(_("with %(tax)s, %(amount)s", tax=_taxed(line), amount=money(line["tax"], content["currency"])))
    return _taxed(line) if mixed else ""


def _taxed(line: Content) -> str:
    first = f"{line['tax_label']} {rate(line['tax_rate'])}".strip()
    return f"{first}, {line['second_label']} {rate(line['second_rate'])}" if line.get("second_rate") else first

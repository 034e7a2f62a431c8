"""A quote whose criteria say how they are checked."""

from typing import Any

from tests.actors import shares

HOW = "photographs, and <b>a key</b>"
CRITERIA = f"It is there.\n→ {HOW}\nIt works."


def checked(*values: str) -> list[dict[str, Any]]:
    """Milestones of a draft with such criteria, after a deposit."""
    return [{**row, "criteria": CRITERIA} for row in shares(*(values or ("30", "45", "25")), deposit=True)]

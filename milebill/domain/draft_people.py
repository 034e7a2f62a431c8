"""The rule of a draft that two people must approve above an amount."""

from dataclasses import dataclass

from milebill.domain.draft_fields import Fields

MAX_NAME = 200
FIELDS = ("second_name", "second_email", "second_above")


@dataclass(frozen=True)
class SecondApprover:
    """Who has to approve besides the one who decides."""

    name: str
    email: str
    above: int
    """Minor units with tax; nothing typed means 0, so whatever costs anything needs both."""


def read_second(reader: Fields, currency: str, locale: str) -> SecondApprover | None:
    """The second person, or None where none was named; an amount alone names nobody and is an error."""
    if not any(reader.text(name, 254) for name in FIELDS):
        return None
    name, email = reader.line("second_name", MAX_NAME, required=True), reader.email("second_email", required=True)
    typed = reader.text("second_above", 40)
    above = reader.amount("second_above", currency, locale) if typed else 0
    if email and email.casefold() == reader.text("approver_email", 254).casefold():
        reader.fail("second_email", "same_person")
    return None if above is None else SecondApprover(name, email, above)

"""The sentences inside of an e-invoice, in the client's language, which is given: nobody reads along."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from babel import Locale, UnknownLocaleError
from babel.dates import format_date

from milebill.catalogues import SOURCE, catalogue
from milebill.models.approval import ApprovalKind
from milebill.models.invoice import InvoiceKind
from milebill.outbound.einvoice.plain_text import one_line

Paper = Mapping[str, Any]


class Words:
    """What is said in one language. Every sentence is on one line."""

    def __init__(self, locale: str):
        self.locale = _known(locale)
        self.texts = catalogue(str(self.locale))

    def gettext(self, text: str, **variables: object) -> str:
        """A text of the catalogue with its variables."""
        return one_line(self.texts.gettext(text) % variables)

    def day(self, iso: str) -> str:
        """ "2027-03-03" → "3 March 2027"."""
        form = "d MMMM y" if self.locale.language == SOURCE else "long"  # as on the PDF
        return str(format_date(date.fromisoformat(iso), form, locale=self.locale))

    def deducted(self, line: Mapping[str, Any]) -> str:
        """What a negative line takes off (BT-154)."""
        number, day = line["refers_to"], self.day(line["refers_on"])
        return self.gettext("Already billed with invoice %(number)s of %(day)s", number=number, day=day)

    def terms_of_payment(self, paper: Paper) -> str:
        """BT-20: on one line, nothing in it looks like a structured discount (BR-DE-18)."""
        if paper["kind"] == InvoiceKind.CREDIT_NOTE:
            return self.gettext("Nothing is to be paid: this takes back what was invoiced.")
        if int(paper.get("prepaid") or 0) >= paper["gross"]:
            return self.gettext("It was paid before. Nothing is left to pay.")
        due = self.gettext("Payable by %(day)s.", day=self.day(paper["due_on"]))
        return one_line(f"{due} {one_line(paper['payment'].get('text'))}")

    def notes(self, paper: Paper) -> list[str]:
        """BT-22: the project, what the document takes back or stands in for and why, the sign-off in words."""
        found = [one_line(paper.get("title")), *(self._reference(entry) for entry in paper.get("references") or ())]
        if paper.get("reason"):
            found.append(self.gettext("Reason: %(reason)s", reason=paper["reason"]))
        if paper.get("proof"):
            found.append(f"{self._proof(paper)} {self.receipt(paper['proof'])}.")
        return [note for note in found if note]

    def receipt(self, proof: Mapping[str, Any]) -> str:
        """What proves it (BT-123)."""
        return self.gettext("Receipt %(receipt)s", receipt=proof["receipt"])

    def _reference(self, entry: Mapping[str, Any]) -> str:
        values = {"number": entry["number"], "day": self.day(entry["issued_on"])}
        if entry["kind"] == "credits":
            return self.gettext("This credits invoice %(number)s of %(day)s.", **values)
        if entry["kind"] == "corrects":
            return self.gettext("This invoice takes the place of invoice %(number)s of %(day)s.", **values)
        if entry["kind"] == "cancelled_by":
            return self.gettext("That one is cancelled by credit note %(number)s of %(day)s.", **values)
        return ""

    def _proof(self, paper: Paper) -> str:
        """The day of the signature is that of the delivery, in the seller's time zone."""
        proof = paper["proof"]
        who = f"{proof['name']} ({proof['job_title']})" if proof.get("job_title") else proof["name"]
        values = {
            "position": proof["milestone_position"],
            "count": proof["milestone_count"],
            "title": proof["milestone_title"],
            "who": who,
            "day": self.day(paper["delivered_on"]),
        }
        if proof["kind"] == ApprovalKind.ACCEPTANCE:
            return self.gettext(
                "Milestone %(position)s of %(count)s, %(title)s, due because %(who)s accepted the quote on %(day)s.",
                **values,
            )
        return self.gettext(
            "Milestone %(position)s of %(count)s, %(title)s, signed off by %(who)s on %(day)s.", **values
        )


def _known(locale: str) -> Locale:
    try:
        return Locale.parse((locale or SOURCE).replace("-", "_"))
    except (UnknownLocaleError, ValueError):
        return Locale.parse(SOURCE)

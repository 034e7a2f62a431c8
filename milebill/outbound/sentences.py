"""What a receipt and an invoice say in words."""

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _

from milebill.models.approval import ApprovalKind


def receipt_statement(receipt: Mapping[str, Any]) -> list[str]:
    """The sentences of a receipt: what was done, and what has to be said about the link."""
    subject, who = receipt["subject"], receipt["who"]
    if receipt["kind"] == ApprovalKind.ACCEPTANCE:
        first = _(
            "%(name)s accepted quote %(number)s, “%(title)s”.",
            name=who["name"],
            number=receipt["quote"],
            title=subject["title"],
        )
    else:
        first = _(
            "%(name)s signed off milestone %(position)s, “%(title)s”, of %(project)s.",
            name=who["name"],
            position=subject["milestone"],
            title=subject["title"],
            project=subject["project"],
        )
    sentences = [str(first), str(_("It was done with a personal link, sent to %(email)s.", email=who["email"]))]
    if receipt.get("held"):
        sentences.append(str(_("The supplier held this link as well.")))
    return sentences

"""What the page of a receipt says, from the content that was hashed when it was issued (domain/receipts.py)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from milebill.catalogues import own_name
from milebill.models.approval import ApprovalKind
from milebill.queries.client_papers import ReceiptPage
from milebill.web.client.wording import address_lines, recorded_in_words
from milebill.web.filters import day, moment, money
from milebill.web.translations import gettext as _

Pairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class ReceiptView:
    """Sentences and named values, ready to print."""

    title: str
    statement: str
    consent: str
    language: str
    """That of the words of consent; "" where the receipt does not say."""
    subject: Pairs
    who: Pairs
    proof: Pairs
    held: str
    """Said when the supplier had the link too, so that the receipt proves less."""


def receipt_view(receipt: ReceiptPage) -> ReceiptView:
    """The receipt in words."""
    content = receipt.content
    who, subject = content["who"], content["subject"]
    accepted = receipt.kind == ApprovalKind.ACCEPTANCE
    named = {"name": who["name"], "title": subject["title"], "day": day(content["at"])}
    behalf = content.get("on_behalf")
    statement = (
        _(
            "%(by)s recorded on %(day)s, on the client’s behalf, that %(name)s accepted “%(title)s” on %(given)s.",
            by=behalf["recorded_by"],
            given=day(behalf["accepted_on"]),
            **named,
        )
        if behalf
        else _("%(name)s accepted “%(title)s” on %(day)s.", **named)
        if accepted
        else _("%(name)s signed off milestone %(n)s, “%(title)s”, on %(day)s.", n=subject["milestone"], **named)
    )
    return ReceiptView(
        title=subject["title"],
        statement=statement,
        consent=content["consent"],
        language=content.get("language", ""),
        subject=_subject(receipt),
        who=_who(receipt),
        proof=(
            (_("Content that was shown, SHA-256"), content["content_hash"]),
            (_("This receipt, SHA-256"), receipt.content_hash),
            (_("Line of the history"), str(receipt.event_sequence)),
            (_("Head of the chain"), receipt.chain_head),
        ),
        held=_("The client did not sign here: the supplier recorded the acceptance from the file that is named below. "
               "Compare it with that file.")
        if behalf
        else _("The supplier held this link too when it was used, so this receipt alone does not show who acted.")
        if who["link_held_by_supplier"]
        else "",
    )  # fmt: skip


def _subject(receipt: ReceiptPage) -> Pairs:
    subject = receipt.content["subject"]
    total = money(subject["gross"], subject["currency"])
    if receipt.kind == ApprovalKind.ACCEPTANCE:
        return (
            (_("Quote"), receipt.content["quote"]),
            (_("Revision"), str(subject["revision"])),
            (_("Total"), total),
            (_("Buyer"), address_lines(subject["buyer"])),
            (_("Purchase order number"), subject["purchase_order_number"]),
        )
    return (
        (_("Project"), subject["project"]),
        (_("Quote"), receipt.content["quote"]),
        (_("Handed over"), _("for time number %(n)s", n=subject["submission"]) if subject["submission"] > 1 else ""),
        (_("Amount with tax"), total),
        (_("The rest of it"), _rest(subject)),
        # Receipts that were issued before criteria stood in them have none.
        (_("Accepted criteria"), "\n".join(_criterion(item, subject) for item in subject.get("criteria", ()))),
    )


def _rest(subject: Mapping[str, Any]) -> str:
    """What became of the rest of a milestone that was signed off in part."""
    rest = subject.get("remainder")
    if rest is None:
        return ""
    return _("%(gross)s with tax, as milestone %(n)s, “%(title)s”",
             gross=money(rest["gross"], subject["currency"]), n=rest["milestone"], title=rest["title"])  # fmt: skip


def _criterion(item: Mapping[str, Any], subject: Mapping[str, Any]) -> str:
    """A criterion, how it was to be checked, and who accepted it before if it was not this signature."""
    how = item.get("checked_by")  # not in receipts that were issued before that was agreed
    checked = "\n" + _("Checked by: %(how)s", how=how) if how else ""
    if item["submission"] == subject["submission"]:
        return f"– {item['text']}{checked}"
    return _("– %(words)s (accepted by %(name)s on %(day)s, when it was handed over for the %(n)s. time)",
             words=item["text"], name=item["name"], day=day(item["at"]), n=item["submission"]) + checked  # fmt: skip


def _first(receipt: ReceiptPage) -> Pairs:
    """Of two who signed, the one who did so first."""
    first = receipt.content["subject"].get("first")
    if first is None:
        return ()
    signed = ", ".join(filter(None, (first["name"], first["job_title"], moment(first["at"]))))
    return (
        (_("Signed first"), signed),
        (_("Link of"), f"{first['named']}, {first['email']}"),
        (_("Network address"), first["address"]),
    )


def _who(receipt: ReceiptPage) -> Pairs:
    content = receipt.content
    who, behalf = content["who"], content.get("on_behalf")
    at = datetime.fromisoformat(content["at"]).astimezone(UTC)
    return (
        (_("Accepted by") if behalf else _("Signed"), ", ".join(filter(None, (who["name"], who["job_title"])))),
        *(((_("Accepted on"), day(behalf["accepted_on"])),) if behalf else ()),
        *recorded_in_words(behalf),
        (_("Known as") if behalf else _("Link of"), f"{who['named']}, {who['email']}"),
        (_("Time, UTC"), f"{at:%Y-%m-%d %H:%M:%S} UTC"),
        (_("Local time"), moment(content["at"])),
        (_("Network address"), content["address"]),
        (_("Browser"), content["user_agent"]),
        (_("Language"), own_name(content["language"]) if content.get("language") else ""),
        *_first(receipt),
    )

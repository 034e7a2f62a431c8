"""Small things in words that several of the client's pages say alike."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from milebill.models.two_approvers import TwoApprovers
from milebill.web.filters import BRIEF, country, day, money
from milebill.web.translations import gettext as _
from milebill.web.translations import ngettext


def terms_in_words(days: int) -> str:
    """The payment terms of an invoice, `days` after its issue."""
    if days == 0:
        return str(_("Payable at once."))
    return str(ngettext("Payable within %(num)s day.", "Payable within %(num)s days.", days))


def rule_in_words(two: TwoApprovers, currency: str) -> str:
    """Who the two are that must approve, and what."""
    named = {"one": two.people[0].name, "other": two.people[1].name, "amount": money(two.above, currency)}
    if two.above:
        return str(_("%(one)s and %(other)s, whatever costs more than %(amount)s", **named))
    return str(_("%(one)s and %(other)s, the quote and each milestone", **named))


def brief(value: date | datetime | None) -> str:
    """A day in few signs, for where there is little room: "3 Mar 2027"."""
    return day(value, BRIEF)


def address_lines(party: Mapping[str, Any]) -> str:
    """A party's name and address, one line each."""
    town = " ".join(filter(None, (party.get("post_code"), party.get("city"))))
    lines = (
        party.get("legal_name"),
        party.get("address_line_1"),
        party.get("address_line_2"),
        town,
        party.get("country_subdivision"),
        country(party["country_code"]) if party.get("country_code") else "",
        party.get("tax_id"),
        party.get("registration_id"),
    )
    return "\n".join(line for line in lines if line)


def invoiced_lines(party: Mapping[str, Any]) -> str:
    """Whom a client's invoices are made out to, one line each; nothing before an acceptance said it."""
    return address_lines(party) if party["legal_name"] else ""


def recorded_in_words(behalf: Mapping[str, Any] | None) -> tuple[tuple[str, str], ...]:
    """By whom on the supplier's side an acceptance was recorded, and from which file; nothing if it was not."""
    if behalf is None:
        return ()
    return (
        (_("Recorded by the supplier"), behalf["recorded_by"]),
        (_("Proof"), behalf["file"]["name"]),
        (_("Proof, SHA-256"), behalf["file"]["sha256"]),
    )

"""Events about who has a link, and about the first of two signatures, as sentences; part of web/sentences.py."""

from collections.abc import Callable, Mapping
from typing import Any

from flask_babel import gettext as _

from milebill.models import EventKind, Role
from milebill.web.filters import money

Data = Mapping[str, Any]


def _forwarded(name: str, data: Data) -> str:
    to = {"name": name, "person": data["person"], "number": data["number"]}
    if Role.APPROVE in data["roles"]:
        return str(_("%(name)s forwarded quote %(number)s to %(person)s, who may decide and sign off.", **to))
    if Role.ACCOUNTS_PAYABLE in data["roles"]:
        return str(_("%(name)s forwarded quote %(number)s to %(person)s, who may handle its invoices.", **to))
    return str(_("%(name)s forwarded quote %(number)s to %(person)s, who may read and ask.", **to))


def _sum(data: Data) -> str:
    return money(data["gross"], data["currency"])


PEOPLE_SENTENCES: Mapping[str, Callable[[str, Data], str]] = {
    EventKind.LINK_RENEWED: lambda _name, data: _(
        "The link of %(person)s to quote %(number)s had run out; a new one was mailed to them.",
        person=data["person"],
        number=data["number"],
    ),
    EventKind.LINK_FORWARDED: _forwarded,
    EventKind.LINK_ASKED: lambda name, data: _(
        "%(name)s opened a colleague’s link to quote %(number)s, and got one of their own, at %(email)s.",
        name=name,
        number=data["number"],
        email=data["email"],
    ),
    EventKind.LINK_REPEATED: lambda _name, data: _(
        "The link of %(person)s to quote %(number)s was mailed to them again.",
        person=data["person"],
        number=data["number"],
    ),
    EventKind.QUOTE_APPROVED: lambda name, data: _(
        "%(name)s accepted quote %(number)s over %(sum)s, as the first of two; it waits for %(other)s.",
        name=name,
        number=data["number"],
        sum=_sum(data),
        other=data["waits_for"],
    ),
    EventKind.MILESTONE_APPROVED: lambda name, data: _(
        "%(name)s signed off milestone %(n)s, %(title)s, as the first of two; it waits for %(other)s.",
        name=name,
        n=data["milestone"],
        title=data["title"],
        other=data["waits_for"],
    ),
    EventKind.LINK_REVOKED: lambda name, data: _(
        "%(name)s took %(person)s off quote %(number)s; their link opens nothing any more.",
        name=name,
        person=data["person"],
        number=data["number"],
    ),
}

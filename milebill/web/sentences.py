"""Events as sentences: who did what to what, in the words of the screen."""

from collections.abc import Callable, Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from milebill.models import EventKind
from milebill.web.filters import day, excerpt, money
from milebill.web.money_sentences import MONEY_SENTENCES
from milebill.web.people_sentences import PEOPLE_SENTENCES
from milebill.web.review_sentences import REVIEW_SENTENCES

Data = Mapping[str, Any]

TONES: Mapping[str, str] = {
    EventKind.QUOTE_ACCEPTED: "good",
    EventKind.MILESTONE_SIGNED_OFF: "good",
    EventKind.PAYMENT_RECORDED: "good",
    EventKind.QUESTION_ASKED: "wait",
    EventKind.MILESTONE_SUBMITTED: "wait",
    EventKind.QUOTE_DECLINED: "bad",
    EventKind.CHANGES_REQUESTED: "bad",
    EventKind.PAYMENT_REVERSED: "bad",
    EventKind.CORRECTION_REQUESTED: "wait",
    EventKind.LINK_ASKED: "wait",
    EventKind.QUOTE_APPROVED: "good",
    EventKind.MILESTONE_APPROVED: "good",
    EventKind.CORRECTION_REFUSED: "bad",
    EventKind.REVIEW_REMINDED: "wait",
    EventKind.REVIEW_PASSED: "wait",
    EventKind.PEPPOL_SENT: "good",
    EventKind.PEPPOL_REFUSED: "bad",
    EventKind.PEPPOL_UNKNOWN: "bad",
}
"""How an event is marked in the feed: good, wait (it waits for somebody), bad, or nothing."""


def sentence(kind: str, content: Mapping[str, Any] | None) -> str:
    """What happened. `content` is the event's canonical content (domain/chain.py), or None once it was erased."""
    if content is None:
        return str(_("Something happened whose content was erased."))
    write = _SENTENCES.get(kind)
    name = content.get("actor", {}).get("name") or _("Somebody")
    return write(name, content.get("data", {})) if write else str(_("Something happened."))


def tone(kind: str) -> str:
    """The event's mark in the feed."""
    return TONES.get(kind, "")


def _sum(data: Data, key: str = "gross") -> str:
    return money(data[key], data["currency"])


def _settings_changed(name: str, data: Data) -> str:
    count = len(data.get("fields", ()))
    return str(ngettext("%(name)s changed a setting.", "%(name)s changed %(num)s settings.", count, name=name))


def _payment(name: str, data: Data) -> str:
    if data.get("open", 0) > 0:
        words = _(
            "%(name)s recorded %(amount)s for invoice %(number)s; %(open)s are still open.", **_payment_of(name, data)
        )
    else:
        words = _("%(name)s recorded %(amount)s; invoice %(number)s is paid.", **_payment_of(name, data))
    return str(words)


def _reversed(name: str, data: Data) -> str:
    undone = {"name": name, "amount": _sum(data, "amount"), "number": data["number"]}
    if data.get("undone") == "refund":
        return str(_("%(name)s undid a refund of %(amount)s for invoice %(number)s.", **undone))
    return str(_("%(name)s undid a payment of %(amount)s for invoice %(number)s.", **undone))


def _payment_of(name: str, data: Data) -> dict[str, str]:
    return {
        "name": name,
        "amount": _sum(data, "amount"),
        "number": data["number"],
        "open": _sum(data, "open"),
    }


def _milestone(words: str) -> Callable[[str, Data], str]:
    """A sentence about a milestone; `words` is looked up when it is written, in the reader's language."""

    def write(name: str, data: Data) -> str:
        return _MILESTONE_WORDS[words](name=name, n=data["milestone"], title=data["title"])

    return write


def _whole_or_part(whole: str, part: str) -> Callable[[str, Data], str]:
    """The same where it may be only a part of the milestone."""
    of_whole, of_part = _milestone(whole), _milestone(part)
    return lambda name, data: (of_part if "part" in data or "remainder" in data else of_whole)(name, data)


_MILESTONE_WORDS: Mapping[str, Callable[..., str]] = {
    "submitted": lambda **at: _("%(name)s submitted milestone %(n)s, %(title)s.", **at),
    "submitted_part": lambda **at: _("%(name)s submitted a part of milestone %(n)s, %(title)s.", **at),
    "signed_off_part": lambda **at: _("%(name)s signed off milestone %(n)s, %(title)s, in part.", **at),
    "taken_back": lambda **at: _("%(name)s took milestone %(n)s, %(title)s, back.", **at),
    "signed_off": lambda **at: _("%(name)s signed off milestone %(n)s, %(title)s.", **at),
}

_SENTENCES: Mapping[str, Callable[[str, Data], str]] = {
    **MONEY_SENTENCES,
    **PEOPLE_SENTENCES,
    **REVIEW_SENTENCES,
    EventKind.WORKSPACE_CREATED: lambda name, _data: _("%(name)s opened this account.", name=name),
    EventKind.SETTINGS_CHANGED: _settings_changed,
    EventKind.PLAN_SAVED: lambda name, data: _("%(name)s saved the plan “%(plan)s”.", name=name, plan=data["plan"]),
    EventKind.PLAN_RENAMED: lambda name, data: _(
        "%(name)s renamed the plan “%(before)s” to “%(plan)s”.", name=name, before=data["before"], plan=data["plan"]
    ),
    EventKind.PLAN_DELETED: lambda name, data: _("%(name)s deleted the plan “%(plan)s”.", name=name, plan=data["plan"]),
    EventKind.QUOTE_CREATED: lambda name, data: (
        _("%(name)s began the quote %(title)s.", name=name, title=data["title"])
        if data.get("title")
        else _("%(name)s began a quote.", name=name)
    ),
    EventKind.QUOTE_SENT: lambda name, data: _(
        "%(name)s sent quote %(number)s over %(sum)s to %(approver)s at %(client)s.",
        name=name,
        number=data["number"],
        sum=_sum(data),
        approver=data["approver"],
        client=data["client"],
    ),
    EventKind.QUOTE_REVISED: lambda name, data: _(
        "%(name)s sent revision %(n)s of quote %(number)s over %(sum)s to %(approver)s at %(client)s.",
        name=name,
        n=data["revision"],
        number=data["number"],
        sum=_sum(data),
        approver=data["approver"],
        client=data["client"],
    ),
    EventKind.QUOTE_EXTENDED: lambda name, data: _(
        "%(name)s extended quote %(number)s: it is valid until %(day)s.",
        name=name,
        number=data["number"],
        day=day(data["valid_until"]),
    ),
    EventKind.QUOTE_ACCEPTED: lambda name, data: (
        _(
            "%(name)s recorded, on the client’s behalf, that %(person)s accepted quote %(number)s over %(sum)s.",
            name=name,
            person=data["on_behalf"]["name"],
            number=data["number"],
            sum=_sum(data),
        )
        if "on_behalf" in data
        else _("%(name)s accepted quote %(number)s over %(sum)s.", name=name, number=data["number"], sum=_sum(data))
    ),
    EventKind.QUOTE_DECLINED: lambda name, data: _(
        "%(name)s declined quote %(number)s: “%(reason)s”",
        name=name,
        number=data["number"],
        reason=excerpt(data["reason"]),
    ),
    EventKind.QUOTE_WITHDRAWN: lambda name, data: _(
        "%(name)s withdrew quote %(number)s.", name=name, number=data["number"]
    ),
    EventKind.QUOTE_EXPIRED: lambda _name, data: _(
        "Quote %(number)s was not decided in time and has run out.", number=data["number"]
    ),
    EventKind.QUESTION_ASKED: lambda name, data: _("%(name)s asks: “%(text)s”", name=name, text=excerpt(data["text"])),
    EventKind.QUESTION_ANSWERED: lambda name, data: _(
        "%(name)s answered: “%(text)s”", name=name, text=excerpt(data["text"])
    ),
    EventKind.MILESTONE_SUBMITTED: _whole_or_part("submitted", "submitted_part"),
    EventKind.MILESTONE_TAKEN_BACK: _milestone("taken_back"),
    EventKind.MILESTONE_SIGNED_OFF: _whole_or_part("signed_off", "signed_off_part"),
    EventKind.CHANGES_REQUESTED: lambda name, data: _(
        "%(name)s asks for changes to milestone %(n)s, %(title)s: “%(reason)s”",
        name=name,
        n=data["milestone"],
        title=data["title"],
        reason=excerpt(data["reason"]),
    ),
    EventKind.INVOICE_ISSUED: lambda _name, data: _(
        "Invoice %(number)s over %(sum)s was issued; it is due on %(day)s.",
        number=data["number"],
        sum=_sum(data),
        day=day(data["due_on"]),
    ),
    EventKind.PAYMENT_RECORDED: _payment,
    EventKind.PAYMENT_REVERSED: _reversed,
}

"""What /verify answers, in words that need no knowledge of hashes."""

from collections.abc import Sequence
from dataclasses import dataclass

from milebill.canonical import digest
from milebill.domain import chain
from milebill.domain.receipt_file import ReceiptFile, walk_from
from milebill.queries.client_papers import ReceiptPage
from milebill.queries.proof import KeptReceipt, Standing
from milebill.reader import read_in, reader_locale
from milebill.web.client.receipt_view import Pairs, receipt_view
from milebill.web.translations import gettext as _
from milebill.web.translations import ngettext


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was checked. `tone` is good, plain, wait or bad."""

    tone: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Answer:
    """Everything that was checked, worst news in the title."""

    title: str
    number: str
    findings: Sequence[Finding]
    statement: str = ""
    """What the receipt says; only of one that is known, in our own words."""
    facts: Pairs = ()
    held: str = ""


def changed(file: ReceiptFile, wrong: Sequence[str]) -> Answer:
    """The file does not fit together; `wrong` as `misfits` says it."""
    words = {
        "receipt": _("What the receipt says is not what its hash was made of."),
        "event": _("What the history says of it is not what its commitment was made of."),
        "said": _("The history tells of something else than the receipt."),
        "place": _("The hash of its line in the history does not follow from the line before."),
        "later": _("The lines after it do not lead to the end that the file states."),
    }
    text = " ".join(str(words[code]) for code in wrong)
    finding = Finding("bad", _("The file was changed"), f"{text} {_('Please use the file as it was saved.')}")
    return Answer(_("This is not what was issued"), file.number, (finding,))


def unknown(file: ReceiptFile) -> Answer:
    """Whole in itself, but not ours. The same words for a number that we don't know and for another content."""
    text = _(
        "No receipt with this number and this content is kept here. If another installation issued it, please ask "
        "there. If it claims to be from here, do not rely on it."
    )
    fits = _("Its hashes fit each other. That alone proves nothing: anybody can write such a file.")
    findings = (Finding("plain", _("The file fits together"), fits), Finding("wait", _("It is not known here"), text))
    return Answer(_("We do not know this receipt"), file.number, findings)


def known(file: ReceiptFile, kept: KeptReceipt, standing: Standing) -> Answer:
    """Ours, and what has become of the history since."""
    read_in(reader_locale(), file.receipt["time_zone"])  # the day on which it was signed, there
    findings = (_whole(file), _kept(file, kept), _place(file, standing))
    # Of the file, whose hash is the one that we issued: the copy that is kept could have been changed.
    place = (file.place["sequence"], file.place["hash"], file.receipt, file.receipt_hash)
    shown = receipt_view(ReceiptPage(file.number, file.receipt["kind"], *place))
    good = all(finding.tone != "bad" for finding in findings)
    return Answer(
        title=_("This receipt is genuine") if good else _("This receipt is genuine, but our history was changed"),
        number=kept.number,
        findings=findings,
        statement=shown.statement,
        facts=(*shown.subject, *shown.who),
        held=shown.held,
    )


def _whole(file: ReceiptFile) -> Finding:
    text = _("Everything in it still fits the hashes that it was issued with.")
    if file.event is None:
        text = f"{text} {_('The event’s own content is not in the file, so that was not compared.')}"
    return Finding("good", _("The file is unchanged"), text)


def _kept(file: ReceiptFile, kept: KeptReceipt) -> Finding:
    """The lookup compared hashes; whether what is kept still has them is looked at here."""
    if digest(kept.content) != kept.content_hash:
        text = _("It was issued here, but the copy that is kept here was changed since. Your file is the original.")
        return Finding("bad", _("Our copy was changed"), text)
    erased = kept.event_content is None or kept.salt is None
    if not erased and chain.commitment(kept.salt or "", dict(kept.event_content or {})) != file.place["commitment"]:
        text = _("It is kept here, but what our history says of it was changed since. Your file is the original.")
        return Finding("bad", _("Our history was changed"), text)
    text = _("Receipt %(number)s is kept here, word for word as in your file.", number=kept.number)
    return Finding("good", _("It was issued here"), text)


def _place(file: ReceiptFile, standing: Standing) -> Finding:
    own, broken = file.place["sequence"], _("Its place in the history does not hold")
    try:
        head, sequence = walk_from(file, standing.lines)
    except chain.BrokenChain as error:
        text = _("The history was changed at line %(line)s. The receipt is line %(own)s.", line=error.sequence, own=own)
        return Finding("bad", broken, text)
    after = sequence - own
    if standing.left:
        text = ngettext(
            "It is line %(own)s. The line before it and the line after it follow from each other without a gap. "
            "%(more)s newer ones were not walked this time.",
            "It is line %(own)s. The line before it and the %(num)s lines after it follow from each other without a "
            "gap. %(more)s newer ones were not walked this time.",
            after,
            own=own,
            more=standing.left,
        )
        return Finding("good", _("Its place in the history holds"), text)
    if (head, sequence) != (standing.head, standing.head_sequence):
        return Finding("bad", broken, _("The history ends before it should: after line %(line)s.", line=sequence))
    if after == 0:
        text = _("It is line %(own)s, the last one so far, and follows from the line before it.", own=own)
    else:
        text = ngettext(
            "It is line %(own)s. The line before it and the line after it, the last one of today, follow from each "
            "other without a gap.",
            "It is line %(own)s. The line before it and the %(num)s lines after it, up to the last one of today, "
            "follow from each other without a gap.",
            after,
            own=own,
        )
    return Finding("good", _("Its place in the history holds"), text)

"""Which pages know a draft as it stands, so that no page overwrites what it never showed.

A revision keeps names of saves: of the one that wrote its draft, then of those that brought the same. A page may save
if it was made from such a state, or if one of these saves was its own: its requests may overlap, and their answers
get lost. Whoever saves holds the lock of the workspace or of the link, so that of two only one is the first.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from milebill.errors import Stale
from milebill.models import Revision
from milebill.models.revision import Draft

UNSAVED = "-"
"""The state of a draft that no page has saved."""
MOST_NAMES = 8
MAX_KEY, MAX_TURN = 24, 10**9


@dataclass(frozen=True)
class DraftPage:
    """A page in which a draft is written."""

    key: str
    """Its own, drawn at random: at most MAX_KEY letters, digits, - and _."""
    made_from: tuple[str, ...] = (UNSAVED,)
    """The state that it was made from, by its name; several names may be meant for one state."""
    turn: int = 0
    """Rises with each request of the page, below MAX_TURN; 0 where no script counts."""

    @property
    def name(self) -> str:
        """Of the save that it brings."""
        return f"{self.key}.{self.turn}"

    def knows(self, known_to: str) -> bool:
        """Whether it was made from the draft as it stands, or has itself made it what it is."""
        names = known_to.split()
        return state_of(known_to) in self.made_from or any(
            name in self.made_from or _parts(name)[0] == self.key for name in names
        )

    def is_late(self, known_to: str) -> bool:
        """Whether something that was typed later in the same page is here already."""
        return 0 < self.turn < max((turn for key, turn in map(_parts, known_to.split()) if key == self.key), default=0)

    def again(self, key: str, known_to: str) -> "DraftPage":
        """The page that answers its request with the same fields in it, made from what it knows or has just saved."""
        base = (state_of(known_to),) if self.knows(known_to) else self.made_from
        return DraftPage(key, (*base[1 - MOST_NAMES :], self.name))


def state_of(known_to: str) -> str:
    """What a page that shows the draft as it stands is made from."""
    return next(iter(known_to.split()), UNSAVED)


def is_same(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Whether two drafts say the same: browsers end lines in their own way."""
    return bool(_plain(one) == _plain(other))


def is_to_write(revision: Revision, draft: Draft, page: DraftPage | None) -> bool:
    """Whether the draft is to be put into the revision, which learns who knows it; not if it is there, or late.

    None is whoever asks no page. Raises Stale for a page that has never shown what it would overwrite.
    """
    names = (revision.known_to or "").split()
    if page is None:
        revision.known_to = secrets.token_urlsafe(12) + ".0" if revision.draft else ""
        return True
    if page.is_late(" ".join(names)):
        return False
    if is_same(revision.draft, draft):
        others = [name for name in names[1:] if _parts(name)[0] != page.key]
        revision.known_to = " ".join([*names[:1], *others[2 - MOST_NAMES :], *([page.name] if names else [])])
        return False
    if revision.draft and not page.knows(" ".join(names)):
        raise Stale
    revision.known_to = page.name
    return True


def _parts(name: str) -> tuple[str, int]:
    key, _dot, turn = name.partition(".")
    return key, int(turn or 0)


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return value.replace("\r\n", "\n") if isinstance(value, str) else value

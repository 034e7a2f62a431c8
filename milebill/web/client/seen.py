"""What an open page has seen, and which parts of it have to be changed to bring it up to date."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from milebill.queries.client_page import ClientPage

EVERYTHING = ("content", "actions", "news")
MONEY = ("money", "agreement", "papers")


@dataclass(frozen=True, slots=True)
class Seen:
    """The version that an open page shows: the last event, how many PDFs were ready, and whether it was an offer."""

    sequence: int
    documents: int
    was_offer: bool

    @classmethod
    def of(cls, sent: Mapping[str, str]) -> "Seen":
        """As the page says it, see `seen_of`; whatever is no version is older than everything."""
        sequence, _dash, rest = sent.get("seen", "").partition("-")
        documents, _dash, stage = rest.partition("-")
        return cls(_number(sequence), _number(documents), stage != "project")

    def is_version(self, version: tuple[int, int]) -> bool:
        """Whether nothing has happened since."""
        return (self.sequence, self.documents) == version


def seen_of(page: ClientPage) -> str:
    """What a page says of itself when it asks."""
    sequence, documents = page.version
    return f"{sequence}-{documents}-{'project' if page.schedule else 'offer'}"


def behind(page: ClientPage, seen: Seen, shown: Collection[str] = ()) -> tuple[str, ...]:
    """The parts of an open page that others may have changed.

    Not those in which something may be typed: a form that stands open, known by the hash in `shown` of what it decides
    on, and the one below the thread. The first elements that htmx finds with `autofocus` take the focus, so that they
    are left out here and not only skipped in the browser.
    """
    if seen.was_offer or page.schedule is None:  # which may have become a project, or another revision
        return ("head", "thread", "actions", "news") if shown else ("whole", "actions", "news")
    if not shown:
        return ("head", "schedule", "money", "agreement", "thread", "actions", "news")
    hashes = {step.position: step.submission.content_hash for step in page.schedule.steps if step.submission}
    others = (step for step in page.schedule.steps if hashes.get(step.position) not in shown)
    milestones = (f"milestone-{step.position}" for step in others)
    return ("head", "progress", *milestones, "money", "agreement", "thread", "actions", "news")


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 20 else 0

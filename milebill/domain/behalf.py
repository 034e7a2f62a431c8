"""Something was signed elsewhere, on paper or by mail, and the supplier recorded it: who, when, with which proof."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from milebill.domain.stored_files import Attached
from milebill.domain.work import Actor


@dataclass(frozen=True)
class OnBehalf:
    """An acceptance that the client's person gave elsewhere, recorded by `actor`, who is on the supplier's side."""

    actor: Actor
    accepted_on: date
    file: Attached

    def content(self) -> dict[str, Any]:
        """What receipt and event say of it, in the same words."""
        file = {"name": self.file.name, "sha256": self.file.sha256, "size": self.file.size}
        return {"recorded_by": self.actor.name, "accepted_on": self.accepted_on.isoformat(), "file": file}

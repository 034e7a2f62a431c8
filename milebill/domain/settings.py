"""What the supplier says of itself; it stands on every document issued from then on."""

from typing import Any

from milebill.domain.stored_files import claim_file
from milebill.domain.work import Actor, Work, verb
from milebill.errors import Invalid
from milebill.models import EventKind
from milebill.models.workspace import SETTINGS


@verb
def change_settings(work: Work, actor: Actor, values: dict[str, Any], logo: tuple[str, int] | None = None) -> None:
    """Set any of SETTINGS to checked `values`; `logo` is the stored PNG's hash and size in bytes.

    The event names the fields that changed, not their contents. Raises Invalid for a field that does not exist.
    """
    set_values(work, actor, values, logo)


def set_values(work: Work, actor: Actor, values: dict[str, Any], logo: tuple[str, int] | None = None) -> None:
    """The same inside of another verb. Raises Invalid."""
    unknown = set(values) - set(SETTINGS)
    if unknown:
        raise Invalid(dict.fromkeys(unknown, "unknown"))
    changed = [name for name, value in values.items() if getattr(work.workspace, name) != value]
    for name in changed:
        setattr(work.workspace, name, values[name])
    if logo is not None and work.workspace.logo_sha256 != logo[0]:
        claim_file(work, sha256=logo[0], size=logo[1], media_type="image/png")
        work.workspace.logo_sha256 = logo[0]
        changed.append("logo")
    if changed:
        work.record(EventKind.SETTINGS_CHANGED, actor, fields=sorted(changed))


@verb
def remove_logo(work: Work, actor: Actor) -> None:
    """Go back to the name in letters."""
    if work.workspace.logo_sha256 is not None:
        work.workspace.logo_sha256 = None
        work.record(EventKind.SETTINGS_CHANGED, actor, fields=["logo"])

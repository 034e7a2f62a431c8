"""Files that were uploaded before their form went through: kept aside for a week, named by a signed ticket.

So a form with errors keeps them, and a page may upload while somebody goes on typing. A ticket is worth something only
to whom it was given; what is never submitted is forgotten.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from flask import current_app, request
from itsdangerous import BadData, URLSafeTimedSerializer

from milebill.domain.evidence import MAX_DELIVERABLES, Evidence
from milebill.domain.stored_files import Attached
from milebill.errors import Invalid
from milebill.files import STAGED_SECONDS, FileStore, FolderStore, Staging
from milebill.web.translations import gettext as _
from milebill.web.uploads import MAX_FILE_BYTES, MEGABYTE, staged_file

MAX_AGE = STAGED_SECONDS
ROOM_OF_WORKSPACE = 2048 * MEGABYTE


@dataclass(frozen=True)
class Desk:
    """Whose files are kept aside, how many of which size (bytes) a field may hold, and the room for all that wait."""

    owner: str
    count: int
    longest: int
    room: int

    @property
    def store(self) -> FolderStore:
        """Where they wait."""
        staging: Staging = current_app.extensions["staging"]
        return staging.of(self.owner)


@dataclass
class Staged:
    """What a field of a form holds: the files of earlier tries that are still wanted, and those that came just now."""

    files: dict[str, Evidence] = field(default_factory=dict)
    """By their tickets."""
    errors: list[str] = field(default_factory=list)


def desk_of_workspace(workspace_id: int, count: int = MAX_DELIVERABLES) -> Desk:
    """The supplier's."""
    return Desk(f"workspace {workspace_id}", count, MAX_FILE_BYTES, ROOM_OF_WORKSPACE)


def staged(desk: Desk, name: str, criterion: int = 0) -> Staged:
    """The files of the field `name` of the present request; each new one is kept aside, or its error is told."""
    found = Staged()
    for ticket in request.form.getlist(f"kept-{name}")[: 2 * desk.count]:
        file = _read(desk.owner, ticket, criterion)
        if file is None or not _is_there(desk, file):
            found.errors.append(_("A file has been waiting for too long. Please choose it again."))
        elif len(found.files) < desk.count:
            found.files[ticket] = file
        else:
            found.errors.append(_("Please choose at most %(n)s files.", n=desk.count))
            break
    uploads = [upload for upload in request.files.getlist(name) if upload.filename]
    room = desk.room - desk.store.size() if uploads else 0
    for upload in uploads:
        if len(found.files) >= desk.count:
            found.errors.append(_("Please choose at most %(n)s files.", n=desk.count))
            break
        try:
            file = staged_file(upload, criterion, desk.longest, room, desk.store)
        except Invalid as error:
            found.errors += error.errors.values()
        else:
            room -= file.size
            if file not in found.files.values():  # chosen again
                found.files[_ticket(desk.owner, file)] = file
    return found


def keep(desk: Desk, files: Iterable[Evidence]) -> None:
    """Put the files among those that stay, just before they are submitted."""
    store: FileStore = current_app.extensions["files"]
    for file in files:
        if file.sha256:
            store.put(desk.store.get(file.sha256))


def attached(desk: Desk, found: Staged) -> list[Attached]:
    """The files for a message, from now on among those that stay."""
    files = list(found.files.values())
    keep(desk, files)
    return [Attached(file.file_name, file.media_type, file.sha256, file.size) for file in files]


def _ticket(owner: str, file: Evidence) -> str:
    about = [owner, file.file_name, file.media_type, file.sha256, file.size, file.width, file.height]
    ticket = _serializer(_keys()).dumps(about)
    return ticket if isinstance(ticket, str) else ticket.decode()


def _read(owner: str, ticket: str, criterion: int) -> Evidence | None:
    try:
        whose, name, media_type, sha256, size, width, height = _serializer(_keys()).loads(ticket, max_age=MAX_AGE)
    except BadData:
        return None
    if whose != owner:
        return None
    return Evidence(
        file_name=name,
        media_type=media_type,
        sha256=sha256,
        size=size,
        criterion=criterion,
        width=width,
        height=height,
    )


def _is_there(desk: Desk, file: Evidence) -> bool:
    """A ticket can outlive its file: what is only kept aside may be lost with a disk or a move."""
    try:
        desk.store.open(file.sha256 or "").close()
    except FileNotFoundError:
        return False
    return True


def _keys() -> tuple[str, ...]:
    keys: Sequence[str] = current_app.extensions["settings"].secret_keys
    return tuple(keys)


@lru_cache(maxsize=4)
def _serializer(keys: tuple[str, ...]) -> URLSafeTimedSerializer:
    options: dict[str, Any] = {"digest_method": hashlib.sha256}
    return URLSafeTimedSerializer(list(keys), salt="milebill.staged", signer_kwargs=options)

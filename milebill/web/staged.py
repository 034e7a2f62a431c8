"""Files that were uploaded before their form went through: stored under their hash, named by a signed ticket.

So a form with errors keeps them, and a page may upload while somebody goes on typing. A ticket is worth something only
to the workspace that uploaded the file; what is never submitted belongs to nobody.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from flask import current_app, request
from itsdangerous import BadData, URLSafeTimedSerializer

from milebill.domain.evidence import MAX_DELIVERABLES, Evidence
from milebill.errors import Invalid
from milebill.web.translations import gettext as _
from milebill.web.uploads import stored_file

MAX_AGE = 7 * 24 * 60 * 60
"""Seconds that a ticket is good for: a tab may stay open over a weekend."""


@dataclass
class Staged:
    """What a field of a form holds: the files of earlier tries that are still wanted, and those that came just now."""

    files: dict[str, Evidence] = field(default_factory=dict)
    """By their tickets."""
    errors: list[str] = field(default_factory=list)


def staged(workspace_id: int, name: str, criterion: int = 0) -> Staged:
    """The files of the field `name` of the present request; each new one is stored, or its error is told."""
    found = Staged()
    for ticket in request.form.getlist(f"kept-{name}")[: 2 * MAX_DELIVERABLES]:
        file = _read(workspace_id, ticket, criterion)
        if file is None:
            found.errors.append(_("A file has been waiting for too long. Please choose it again."))
        else:
            found.files[ticket] = file
    for upload in request.files.getlist(name):
        if not upload.filename:
            continue
        if len(found.files) >= MAX_DELIVERABLES:
            found.errors.append(_("Please choose at most %(n)s files.", n=MAX_DELIVERABLES))
            break
        try:
            file = stored_file(upload, criterion)
        except Invalid as error:
            found.errors += error.errors.values()
        else:
            if file not in found.files.values():  # chosen again
                found.files[_ticket(workspace_id, file)] = file
    return found


def _ticket(workspace_id: int, file: Evidence) -> str:
    about = [workspace_id, file.file_name, file.media_type, file.sha256, file.size, file.width, file.height]
    ticket = _serializer(_keys()).dumps(about)
    return ticket if isinstance(ticket, str) else ticket.decode()


def _read(workspace_id: int, ticket: str, criterion: int) -> Evidence | None:
    try:
        owner, name, media_type, sha256, size, width, height = _serializer(_keys()).loads(ticket, max_age=MAX_AGE)
    except BadData:
        return None
    if owner != workspace_id:
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


def _keys() -> tuple[str, ...]:
    keys: Sequence[str] = current_app.extensions["settings"].secret_keys
    return tuple(keys)


@lru_cache(maxsize=4)
def _serializer(keys: tuple[str, ...]) -> URLSafeTimedSerializer:
    options: dict[str, Any] = {"digest_method": hashlib.sha256}
    return URLSafeTimedSerializer(list(keys), salt="milebill.staged", signer_kwargs=options)

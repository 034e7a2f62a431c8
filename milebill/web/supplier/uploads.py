"""Files that come in by a form: checked, stored under their hash, and from then on only a name and a size."""

import mimetypes
from collections.abc import Sequence

from flask import current_app
from flask_babel import gettext as _
from werkzeug.datastructures import FileStorage

from milebill.domain.evidence import MAX_DELIVERABLES, Evidence
from milebill.errors import Invalid
from milebill.files import FileStore
from milebill.web.pictures import picture_of

MAX_FILE_BYTES = 25 * 1024 * 1024


def stored_evidence(files: Sequence[FileStorage], criterion: int = 0) -> list[Evidence]:
    """Keep the files and return them as evidence for a criterion, or for the milestone as a whole.

    Raises Invalid for "files", or "files-<criterion>"; then none was kept.
    """
    name_of_field = f"files-{criterion}" if criterion else "files"
    chosen = [file for file in files if file.filename]
    if len(chosen) > MAX_DELIVERABLES:
        raise Invalid({name_of_field: _("Please choose at most %(n)s files.", n=MAX_DELIVERABLES)})
    contents = [(file_name(file.filename or ""), file.stream.read(MAX_FILE_BYTES + 1)) for file in chosen]
    for name, content in contents:
        if len(content) > MAX_FILE_BYTES:
            raise Invalid({name_of_field: _("%(name)s is larger than 25 MB.", name=name)})
        if not content:
            raise Invalid({name_of_field: _("%(name)s is empty.", name=name)})
    return [_kept(name, content, criterion) for name, content in contents]


def _kept(name: str, content: bytes, criterion: int) -> Evidence:
    store: FileStore = current_app.extensions["files"]
    picture = picture_of(content)
    return Evidence(
        file_name=name,
        media_type=picture.media_type if picture else _by_name(name),
        sha256=store.put(content),
        size=len(content),
        criterion=criterion,
        width=picture.width if picture else 0,
        height=picture.height if picture else 0,
    )


def _by_name(name: str) -> str:
    """Never by what the browser says, and no picture by its name alone: it only decides what the download is called."""
    guessed = mimetypes.guess_type(name)[0] or ""
    return guessed if guessed and not guessed.startswith("image/") else "application/octet-stream"


def file_name(typed: str) -> str:
    """The last part of a path as plain text on one line, at most 255 signs, its ending kept."""
    name = typed.replace("\\", "/").rpartition("/")[2]
    name = "".join(sign for sign in name if sign.isprintable()).strip(" .") or "file"
    stem, dot, ending = name.rpartition(".")
    if len(name) <= 255:
        return name
    return f"{stem[: 255 - len(ending) - 1]}{dot}{ending}" if stem and len(ending) < 20 else name[:255]

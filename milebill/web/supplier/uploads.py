"""Files that come in by a form: checked, stored under their hash, and from then on only a name and a size."""

import mimetypes
from collections.abc import Sequence

from flask import current_app
from flask_babel import gettext as _
from werkzeug.datastructures import FileStorage

from milebill.domain.evidence import MAX_DELIVERABLES, Evidence
from milebill.errors import Invalid
from milebill.files import FileStore

MAX_FILE_BYTES = 25 * 1024 * 1024


def stored_evidence(files: Sequence[FileStorage]) -> list[Evidence]:
    """Keep the files and return them as evidence. Raises Invalid for "files"; then none was kept."""
    chosen = [file for file in files if file.filename]
    if len(chosen) > MAX_DELIVERABLES:
        raise Invalid({"files": _("Please choose at most %(n)s files.", n=MAX_DELIVERABLES)})
    contents = [(file_name(file.filename or ""), file.stream.read(MAX_FILE_BYTES + 1)) for file in chosen]
    for name, content in contents:
        if len(content) > MAX_FILE_BYTES:
            raise Invalid({"files": _("%(name)s is larger than 25 MB.", name=name)})
        if not content:
            raise Invalid({"files": _("%(name)s is empty.", name=name)})
    store: FileStore = current_app.extensions["files"]
    return [
        Evidence(
            file_name=name,
            # By its name, never by what the browser says: it only decides the icon somebody sees.
            media_type=mimetypes.guess_type(name)[0] or "application/octet-stream",
            sha256=store.put(content),
            size=len(content),
        )
        for name, content in contents
    ]


def file_name(typed: str) -> str:
    """The last part of a path as plain text on one line, at most 255 signs, its ending kept."""
    name = typed.replace("\\", "/").rpartition("/")[2]
    name = "".join(sign for sign in name if sign.isprintable()).strip(" .") or "file"
    stem, dot, ending = name.rpartition(".")
    if len(name) <= 255:
        return name
    return f"{stem[: 255 - len(ending) - 1]}{dot}{ending}" if stem and len(ending) < 20 else name[:255]

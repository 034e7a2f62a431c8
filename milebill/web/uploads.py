"""Files that come in by a form: checked, stored under their hash, and from then on only a name and a size."""

import mimetypes

from werkzeug.datastructures import FileStorage

from milebill.domain.evidence import Evidence
from milebill.errors import Invalid
from milebill.files import FileStore
from milebill.web.pictures import picture_of
from milebill.web.translations import gettext as _

MEGABYTE = 1024 * 1024
MAX_FILE_BYTES = 25 * MEGABYTE


def staged_file(upload: FileStorage, criterion: int, longest: int, room: int, store: FileStore) -> Evidence:
    """Keep the file in `store` and return it as evidence for a criterion, or for the milestone as a whole (0).

    Raises Invalid for "file", in words; then it was not kept. `longest` and `room` are in bytes.
    """
    name, content = file_name(upload.filename or ""), upload.stream.read(longest + 1)
    if len(content) > longest:
        raise Invalid({"file": _("%(name)s is larger than %(n)s MB.", name=name, n=longest // MEGABYTE)})
    if not content:
        raise Invalid({"file": _("%(name)s is empty.", name=name)})
    if len(content) > room:
        raise Invalid({"file": _("There is no more room for files that wait. Please send those that are there first.")})
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

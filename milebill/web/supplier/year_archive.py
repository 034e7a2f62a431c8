"""A ZIP of a year for the tax adviser: every document with its e-invoices, the journals, and an index to read."""

import tempfile
from collections.abc import Iterator
from datetime import date
from io import BytesIO
from typing import BinaryIO, cast

from flask import Response, current_app
from sqlalchemy import Connection

from milebill import csv_cells
from milebill.db import reading
from milebill.errors import NotFound
from milebill.files import FileStore
from milebill.queries.exports import EXPORTS, export_rows
from milebill.queries.year_archive import Issued, issued_in, years_with_documents
from milebill.web.access import for_suppliers, supplier
from milebill.web.client.invoice_standing import name_of
from milebill.web.filters import day, money
from milebill.web.responses import private
from milebill.web.supplier.blueprint import supplier_pages
from milebill.web.translations import gettext as _
from milebill.zip_stream import Entry, Names, zip_stream

INDEX = "00-index.txt"
_IN_MEMORY = 1024 * 1024
"""Of a journal; what is longer goes to the disk until it is sent."""


@supplier_pages.get("/exports/<int(fixed_digits=4):year>.zip")
@for_suppliers
def year_archive(year: int) -> Response:
    """All of a year. It is sent while it is written, when nothing of the database is held any more."""
    workspace_id = supplier().workspace_id
    with reading() as connection:
        if year not in years_with_documents(connection, workspace_id):
            raise NotFound
        issued = issued_in(connection, workspace_id, year)
        journals = {f"{kind}.csv": _journal(connection, kind, workspace_id, year) for kind in EXPORTS}
    archive = _Archive(year, issued, journals, current_app.extensions["files"])
    response = Response(archive.stream(), mimetype="application/zip")
    response.headers["Content-Disposition"] = f'attachment; filename="{year}.zip"'
    response.call_on_close(archive.close)
    return private(response)


def _journal(connection: Connection, kind: str, workspace_id: int, year: int) -> BinaryIO:
    file = tempfile.SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115  (closed once it was sent)
    for line in csv_cells.lines(export_rows(connection, kind, workspace_id, date(year, 1, 1), date(year, 12, 31))):
        file.write(line.encode())
    file.seek(0)
    return cast("BinaryIO", file)


class _Archive:
    """What is sent: documents, journals, and last the index, which can say what was missing."""

    def __init__(self, year: int, issued: list[Issued], journals: dict[str, BinaryIO], files: FileStore):
        self._files, self._journals = files, journals
        self._end = date(year, 12, 31)
        self._missing: list[str] = []
        names = Names()
        self._index_name = names.safe(INDEX)
        self._journal_names = {name: names.safe(name) for name in journals}
        self._documents = [(one, [(names.safe(file.file_name), file.sha256) for file in one.files]) for one in issued]
        # In words as long as there is a request that knows the language.
        self._index = _index(year, self._documents)
        self._missing_head = str(_("Missing in the file store, please tell whoever runs milebill:"))

    def stream(self) -> Iterator[bytes]:
        return zip_stream(self._entries(), self._missing.append)

    def close(self) -> None:
        """Also when nobody read to the end."""
        for file in self._journals.values():
            file.close()

    def _entries(self) -> Iterator[Entry]:
        for document, files in self._documents:
            for name, sha256 in files:
                yield Entry(name, document.issued_on, lambda sha256=sha256: self._files.open(sha256))  # type: ignore[misc]
        for name, file in self._journals.items():
            yield Entry(self._journal_names[name], self._end, lambda file=file: file)  # type: ignore[misc]
        yield Entry(self._index_name, self._end, self._finished_index)

    def _finished_index(self) -> BinaryIO:
        lines = [*self._index, "", self._missing_head, *self._missing] if self._missing else self._index
        return BytesIO((csv_cells.BOM + "\r\n".join([*lines, ""])).encode())


def _index(year: int, documents: list[tuple[Issued, list[tuple[str, str]]]]) -> list[str]:
    count = sum(len(files) for _document, files in documents)
    title = _("%(year)s: %(documents)s invoices and credit notes in %(files)s files", year=year,
              documents=len(documents), files=count)  # fmt: skip
    about = _("CSV files: invoices and credit notes, their lines, their taxes, and payments of the year.")
    lines = [str(title), str(about)]
    for document, files in documents:
        name, amount = name_of(document.kind, _plain(document.number)), money(document.gross, document.currency)
        lines += ["", " · ".join((name, day(document.issued_on), _plain(document.buyer), amount))]
        lines += [f"  {file_name}" for file_name, _sha256 in files]
        if document.waits:
            lines.append("  " + str(_("Still being prepared, and not in this archive.")))
        if document.failed:
            lines.append("  " + str(_("A file could not be made, and is not in this archive.")))
    return lines


def _plain(typed: str) -> str:
    """On one line."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in typed).split())

"""`flask document …`: what was issued, as files; and the e-invoices of what was issued before there were any."""

import os
import sys
from contextlib import suppress
from pathlib import Path

import click
from flask import current_app
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from milebill.db import reading
from milebill.domain.transmissions import queue_transmission
from milebill.domain.work import Actor
from milebill.errors import NotFound, Refused
from milebill.files import FileStore
from milebill.models import DocumentKind
from milebill.models.document import DocumentState
from milebill.outbound import einvoice
from milebill.outbound.einvoice import Syntax
from milebill.outbound.einvoice.sentences import sentence
from milebill.outbound.paper import invoice_paper
from milebill.outbound.xml_files import Completed, complete
from milebill.queries.exported_document import ExportedFile, find_file, find_version, find_workspaces, invoice_of

UNKNOWN, NOT_READY, NOT_POSSIBLE, EXISTS = 3, 4, 5, 6
MAX_VERSION = 2**31 - 1
FORMATS = {
    "pdf": DocumentKind.INVOICE,
    "cii": DocumentKind.CII,
    "ubl": DocumentKind.UBL,
    "xrechnung": DocumentKind.XRECHNUNG,
    "xrechnung-cii": DocumentKind.XRECHNUNG_CII,
}


class Failed(click.ClickException):
    """A sentence for the person at the terminal, and the exit code for their script."""

    def __init__(self, message: str, exit_code: int):
        super().__init__(message)
        self.exit_code = exit_code  # type: ignore[misc]  # click asks the instance


class DocumentCommands(click.Group):
    """Commands that say in a sentence when there is no database to read."""

    def invoke(self, ctx: click.Context) -> object:
        """Called by click."""
        try:
            return super().invoke(ctx)
        except DBAPIError as error:
            reason = str(error.orig).strip().partition("\n")[0]
            raise Failed(
                f"The database can't be used: {reason}. MILEBILL_DATABASE_URL or MILEBILL_VAR say where it is; "
                "milebill makes it at its first start.",
                1,
            ) from error


def _text(_context: click.Context, _argument: click.Parameter, typed: str) -> str:
    """Bytes that are no text in the terminal's encoding are the name of nothing, and no database takes them."""
    try:
        typed.encode()
    except UnicodeEncodeError:
        raise Failed(f"There is nothing called {typed!a}.", UNKNOWN) from None
    return typed


@click.group(cls=DocumentCommands)
def document() -> None:
    """Invoices and credit notes as files."""


@document.command("export")
@click.argument("workspace", callback=_text)
@click.argument("number", callback=_text)
@click.option("--format", "wanted", type=click.Choice(list(FORMATS)), default="pdf", show_default=True)
@click.option("--out", required=True, help='A file, a folder, or "-" for the standard output.')
@click.option("--version", type=click.IntRange(1, MAX_VERSION), help="An earlier version; otherwise the one in force.")
@click.option("--force", is_flag=True, help="Replace a file that is there.")
def export_one(workspace: str, number: str, wanted: str, out: str, version: int | None, *, force: bool) -> None:
    """Write the invoice or credit note NUMBER of WORKSPACE (its id or name) to a file.

    "xrechnung" is the one in UBL. Exits with 3 if there is no such workspace or number, 4 while the file is still being
    made, 5 if there is none in this format (the message says why), and 6 if the file exists.
    """
    kind = FORMATS[wanted]
    with reading() as connection:
        workspace_id = _only(find_workspaces(connection, workspace), workspace)
        version_id = _version(connection, workspace_id, number, version)
        found = find_file(connection, version_id, kind)
    if found is None:
        raise _why_none(version_id, kind, number)
    content = _content(found, number)
    if out == "-":
        click.echo(content, nl=False)
        return
    target = _target(out, found)
    _write(target, content, force=force)
    click.echo(f"{target}: {len(content)} bytes", err=True)


@document.command("send")
@click.argument("workspace", callback=_text)
@click.argument("number", callback=_text)
def send(workspace: str, number: str) -> None:
    """Have the worker send the invoice or credit note NUMBER of WORKSPACE through Peppol.

    Exits with 3 if there is no such workspace or number, 4 while the e-invoice is still being made, 5 if it can't be
    sent (the message says why). What is on its way or has arrived is not sent again.
    """
    if current_app.extensions["settings"].peppol_url is None:
        raise Failed("There is no access point: set MILEBILL_PEPPOL_URL and MILEBILL_PEPPOL_KEY.", NOT_POSSIBLE)
    with reading() as connection:
        workspace_id = _only(find_workspaces(connection, workspace), workspace)
        version_id = _version(connection, workspace_id, number)
        paper = invoice_paper(connection, version_id)
        invoice_id = invoice_of(connection, version_id)
    reason = einvoice.why_not_peppol(paper)
    if reason:
        raise Failed(sentence(reason), NOT_POSSIBLE)
    try:
        queued = queue_transmission(workspace_id, Actor("supplier", "Command line"), invoice_id)
    except Refused:
        raise Failed(f"The e-invoice of {number} is still being made.", NOT_READY) from None
    click.echo(f"{number}: " + ("the worker sends it" if queued else "is on its way, or has arrived"))


@document.command("complete")
def complete_all() -> None:
    """Make the e-invoices of what was issued before there were any, or failed. The worker does it when it starts."""
    done = Completed()
    while (part := complete(current_app, done.last)).last != done.last:
        done += part
    click.echo(f"made: {done.made}, can't be e-invoices: {done.not_expressible}, failed: {done.failed}")
    if done.failed:
        sys.exit(1)


def _only(found: list[tuple[int, str]], text: str) -> int:
    if not found:
        raise Failed(f"There is no workspace {text}. `flask verify` lists them.", UNKNOWN)
    if len(found) > 1:
        ids = ", ".join(str(workspace_id) for workspace_id, _name in found)
        raise Failed(f"Several workspaces are called {text}; please give the id of one: {ids}.", UNKNOWN)
    return found[0][0]


def _version(connection: Connection, workspace_id: int, number: str, version: int | None = None) -> int:
    try:
        return find_version(connection, workspace_id, number, version)
    except NotFound:
        which = number if version is None else f"{number}, version {version}"
        raise Failed(f"Workspace {workspace_id} has no such document: {which}.", UNKNOWN) from None


def _why_none(version_id: int, kind: DocumentKind, number: str) -> Failed:
    if kind is DocumentKind.INVOICE:
        return Failed(f"The PDF of {number} is still being made.", NOT_READY)
    with reading() as connection:
        paper = invoice_paper(connection, version_id)
    if Syntax(kind.value) in einvoice.syntaxes_for(paper):
        return Failed(f"The e-invoice of {number} is still being made.", NOT_READY)
    return Failed(sentence(einvoice.why_not(paper) or einvoice.why_not_xrechnung(paper)), NOT_POSSIBLE)


def _content(found: ExportedFile, number: str) -> bytes:
    if found.state == DocumentState.FAILED:
        raise Failed(f"This file of {number} could not be made. {found.error}", NOT_POSSIBLE)
    if found.state != DocumentState.READY:
        raise Failed(f"The PDF of {number} is still being made.", NOT_READY)
    files: FileStore = current_app.extensions["files"]
    try:
        return files.get(found.sha256 or "")
    except FileNotFoundError:
        raise Failed(f"The file {found.sha256} of {number} is missing in the store.", NOT_POSSIBLE) from None


def _own_name(found: ExportedFile) -> str:
    return found.file_name.replace("/", "-").replace("\\", "-").lstrip(".")


def _target(out: str, found: ExportedFile) -> Path:
    """The file to be written, behind links; never what is no file, because /dev/null would be replaced by one."""
    path = Path(out)
    target = Path(os.path.realpath(path / _own_name(found) if path.is_dir() else path))
    if out.endswith(os.sep) and not path.is_dir():
        raise Failed(f"There is no folder {out}.", 1)
    if target.exists() and not target.is_file():
        raise Failed(f'{target} is no file. "-" is the standard output.', 1)
    return target


def _write(target: Path, content: bytes, *, force: bool) -> None:
    """All of it or nothing: whoever reads the file meanwhile never sees a half."""
    if target.exists() and not force:
        raise Failed(f"{target} exists. With --force it is replaced.", EXISTS)
    part = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        with part.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        part.replace(target)
    except OSError as error:
        with suppress(OSError):
            part.unlink(missing_ok=True)
        raise Failed(f"{target} can't be written: {error.strerror or error}", 1) from error

"""The business rules of the standards, run over many documents by one start of Saxon, in a process of its own:
saxonche crashes where there are several threads."""

import json
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple


class Finding(NamedTuple):
    """What a rule says against a document."""

    severity: str
    rule: str
    text: str

    @property
    def is_fatal(self) -> bool:
        return self.severity not in {"warning", "information", "info"}


def findings(folder: Path) -> dict[str, list[Finding]]:
    """What the rules find in each document of the folder; raises if they could not be run.

    A document's name ends in ".cii.xml", in ".en.xml" (UBL of EN 16931 alone) or in ".ubl.xml" (UBL of Peppol).
    """
    command = [sys.executable, str(Path(__file__).with_name("schematron_child.py")), str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=580)
    return {name: [Finding(*row) for row in rows] for name, rows in json.loads(done.stdout).items()}


def fatal(folder: Path) -> dict[str, list[Finding]]:
    """The fatal ones, of the documents that have some."""
    found = {name: [row for row in rows if row.is_fatal] for name, rows in findings(folder).items()}
    return {name: rows for name, rows in found.items() if rows}

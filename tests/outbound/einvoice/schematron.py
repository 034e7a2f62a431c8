"""The business rules of the standards, run over many documents by one start of Saxon, in a process of its own:
saxonche crashes where there are several threads."""

import json
import subprocess
import sys
from pathlib import Path

Findings = dict[str, list[tuple[str, str]]]


def fatal_findings(folder: Path) -> Findings:
    """What the rules find fatal in each document of the folder; raises if they could not be run.

    A document's name ends in ".cii.xml", in ".en.xml" (UBL of EN 16931 alone) or in ".ubl.xml" (UBL of Peppol).
    """
    command = [sys.executable, str(Path(__file__).with_name("schematron_child.py")), str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=580)
    found = json.loads(done.stdout)
    return {name: [(rule, text) for rule, text in rows] for name, rows in found.items()}

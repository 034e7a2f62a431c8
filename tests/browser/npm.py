"""What the Makefile has fetched from npm, as tests/npm/package-lock.json pins it."""

from pathlib import Path

from milebill import ROOT
from tests.servers.run import missing

_MODULES = ROOT / ".venv" / "npm" / "node_modules"


def installed(path: str) -> Path:
    """A file of a package: "axe-core/axe.min.js"."""
    found = _MODULES / path
    if not found.exists():
        missing(f"{path.partition('/')[0]} could not be fetched from npm, so its tests are left out")
    return found

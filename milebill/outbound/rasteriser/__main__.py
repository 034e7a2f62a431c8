"""Started as `python -P <this folder>`: finds its own modules by their usual names, and nothing else of ours."""

import sys
from importlib import import_module
from pathlib import Path
from types import ModuleType

PACKAGE = "milebill.outbound.rasteriser"

if __name__ == "__main__":
    for name in ("milebill", "milebill.outbound", PACKAGE):
        package = ModuleType(name)
        package.__path__ = [str(Path(__file__).parent)] if name == PACKAGE else []
        sys.modules[name] = package
    sys.path.remove(str(Path(__file__).parent))
    sys.exit(import_module(f"{PACKAGE}.drawing").main())

"""Started as `python -P <this folder> <socket>`: finds its own modules by their usual names, and nothing else of ours.

The packages above this folder are stood in for by empty ones, so none of the product is loaded, not even by mistake.
"""

import sys
from importlib import import_module
from pathlib import Path
from types import ModuleType

PACKAGE = "milebill.outbound.renderer"

if __name__ == "__main__":
    for name in ("milebill", "milebill.outbound", PACKAGE):
        package = ModuleType(name)
        package.__path__ = [str(Path(__file__).parent)] if name == PACKAGE else []
        sys.modules[name] = package
    sys.path.remove(str(Path(__file__).parent))
    import_module(f"{PACKAGE}.serving").main()

"""Who may open funding's pages; each noun group keeps its rows in tests/funding/catalogue/."""

import importlib
import pkgutil

from tests.funding import catalogue
from tests.support.world import World

MODULES = [
    importlib.import_module(f"{catalogue.__name__}.{module.name}")
    for module in sorted(pkgutil.iter_modules(catalogue.__path__), key=lambda module: module.name)
]
ROWS = [row for module in MODULES for row in getattr(module, "ROWS", [])]


def build(world: World) -> None:
    for module in MODULES:
        if hasattr(module, "build"):
            module.build(world)

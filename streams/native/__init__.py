"""Inner loops that are compiled when Sada is installed; where no C compiler was at hand, the same is done in Python.

Each has a twin in Python, in the module that uses it, and a test that holds the two against each other.
"""

from __future__ import annotations

import os
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Final

PURE: Final = bool(os.environ.get("SADA_PURE_PYTHON"))
"""Somebody wants to see what Python alone does: a test, a bench, who looks for a fault."""

SOURCES: Final = Path(__file__).parent


def missing() -> list[str]:
    """List what is not compiled here."""
    return sorted(path.stem for path in SOURCES.glob("*.pyx") if compiled(path.stem) is None)


def compiled(name: str) -> ModuleType | None:
    """Give the compiled module `name`; None where there is none."""
    if PURE:
        return None
    try:
        return import_module(f".{name}", __name__)
    except ImportError:
        return None

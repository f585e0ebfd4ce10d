"""Keeps an idle server small: what it never uses isn't loaded, and what starting needed is given back."""

import ctypes
import gc
import sys
from contextlib import suppress
from types import ModuleType

NEVER_USED = ("pydantic", "rich")
"""Where a developer has them, Litestar and structlog load them on suspicion: 20 MB and half a second for nothing of ours."""

NEVER_CALLED = ("yaml",)
"""Litestar imports it to write its specification as YAML, which is served as JSON alone."""

M_ARENA_MAX = -8


def before_start() -> None:
    """Call before anything else of the product is imported."""
    for name in NEVER_USED:
        sys.modules.setdefault(name, None)  # type: ignore[arg-type]  # so says the import system: it isn't there
    for name in NEVER_CALLED:
        sys.modules.setdefault(name, ModuleType(name))
    with suppress(OSError, AttributeError):  # another C library has no such call; then it stays as it is
        ctypes.CDLL(None).mallopt(M_ARENA_MAX, 2)


def after_start() -> None:
    """Call when everything is loaded: later collections skip it, and free memory goes back to the system."""
    gc.collect()
    gc.freeze()
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).malloc_trim(0)

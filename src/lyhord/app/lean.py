"""Keeps an idle server small: what it never uses isn't loaded, and what starting needed is given back."""

import ctypes
import gc
import sys
from contextlib import suppress
from types import ModuleType

from lyhord.kit.memory import trim

NEVER_USED = ("pydantic", "rich", "greenlet")
"""Where a developer has them, Litestar and structlog load them on suspicion: 20 MB and half a second for nothing of ours."""

NOT_AT_START = ("attr",)
"""Litestar loads it on suspicion too, but the mail server that a mailbox may need uses it."""

NEVER_CALLED = {"yaml": (), "pdb": (), "uvicorn.main": ("Server", "main", "run")}
"""What is imported by others and called by nobody, and the names that they take from it.

Litestar writes its specification as YAML, where ours is served as JSON alone, and stops in a debugger; uvicorn reads a command line.
"""

M_ARENA_MAX = -8


def before_start() -> None:
    """Call before anything else of the product is imported."""
    for name in (*NEVER_USED, *NOT_AT_START):
        sys.modules.setdefault(name, None)  # type: ignore[arg-type]  # so says the import system: it isn't there
    for name, taken in NEVER_CALLED.items():
        empty = sys.modules.setdefault(name, ModuleType(name))
        vars(empty).update({one: None for one in taken if not hasattr(empty, one)})
    with suppress(OSError, AttributeError):  # another C library has no such call; then it stays as it is
        ctypes.CDLL(None).mallopt(M_ARENA_MAX, 2)


def starting() -> None:
    """Call when a server begins to start. Until `after_start` nothing is collected: nearly all that is made meanwhile stays."""
    gc.disable()


def after_making() -> None:
    """Call when the parts are made and don't run yet: whoever needs one of the libraries held back can have it now."""
    for name in (*NOT_AT_START, *NEVER_CALLED):
        if getattr(sys.modules.get(name), "__spec__", None) is None:
            sys.modules.pop(name, None)


def after_start() -> None:
    """Call when everything is loaded: later collections skip it, and free memory goes back to the system."""
    gc.collect()
    gc.freeze()
    gc.enable()
    trim()

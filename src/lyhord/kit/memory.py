"""Giving memory back: what was freed stays with the process until it is told to let go."""

import ctypes
from contextlib import suppress


def trim() -> None:
    """Give free memory back to the system. Takes milliseconds."""
    with suppress(OSError, AttributeError):  # another C library has no such call; then it stays as it is
        ctypes.CDLL(None).malloc_trim(0)

"""A clock of the machine that can be moved, for processes that are started with its environment (libfaketime)."""

from pathlib import Path

from lyhord.kit.clock import SECOND


class MovedClock:
    """What the product takes for the time of day is this far from the truth. Its other clock, which only runs, is left alone."""

    def __init__(self, folder: Path) -> None:
        found = sorted(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"))
        assert found, "these tests need Debian's package faketime: run tools/debian.sh"
        self._file = folder / "clock"
        self.offset = 0
        self.move(0)
        self.environment = {
            "LD_PRELOAD": str(found[0]),
            "FAKETIME_TIMESTAMP_FILE": str(self._file),
            "FAKETIME_CACHE_DURATION": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
            "NO_FAKE_STAT": "1",
        }

    def move(self, milliseconds: int) -> None:
        """Set it forward, or back; the product sees it within a second."""
        self.offset += milliseconds
        aside = self._file.with_suffix(".new")
        aside.write_text(f"{self.offset / SECOND:+.3f}\n")
        aside.rename(self._file)

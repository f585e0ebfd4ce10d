"""Where benchmarks write what they measured: `bench/results/latest.json`, and beside it when, where and on what in `runs.json`.

Nothing else writes there. A bench that runs again replaces its own rows, those of the same path, engine and size.
"""

import json
import os
import platform
import subprocess
import time
from pathlib import Path
from typing import NamedTuple

RESULTS = Path(__file__).parent / "results"
LATEST, RUNS = RESULTS / "latest.json", RESULTS / "runs.json"


class Row(NamedTuple):
    """One figure. Without a ceiling or a target these are None, and so are `ratio` and `met`."""

    path: str
    """What was measured, the same words at every engine and size: "inbox page"."""
    engine: str
    """`sqlite` or `postgresql`."""
    size: int
    """Messages in the database, or what the path counts: streams, callers."""
    figure: float
    unit: str
    """`ms`, `messages/s`, `KB` …"""
    ceiling: float | None
    """The same unit, measured in the same run."""
    ratio: float | None
    """The figure by the ceiling."""
    target: str | None
    """As the goal is written: "at most 1.5 times"."""
    met: bool | None

    @property
    def key(self) -> tuple[str, str, int, str]:
        """What a later run replaces."""
        return self.path, self.engine, self.size, self.unit


def record(*rows: Row) -> None:
    """Put rows into the latest results, in place of earlier ones of the same path, engine, size and unit; ordered by these."""
    kept = {row.key: row for row in [*read(), *rows]}
    RESULTS.mkdir(exist_ok=True)
    _write(LATEST, [kept[key]._asdict() for key in sorted(kept)])
    runs = json.loads(RUNS.read_text()) if RUNS.exists() else {}
    stamp = {
        "date": time.strftime("%Y-%m-%d"),
        "commit": _commit(),
        "machine": f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}",
        "load": round(os.getloadavg()[0], 1),
    }
    runs.update({f"{row.path}, {row.engine}": stamp for row in rows})
    _write(RUNS, dict(sorted(runs.items())))


def read() -> list[Row]:
    """The latest results."""
    return [Row(**row) for row in json.loads(LATEST.read_text())] if LATEST.exists() else []


def _write(path: Path, content: object) -> None:
    path.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n")


def _commit() -> str:
    asked = subprocess.run(["git", "describe", "--always", "--dirty"], capture_output=True, text=True, check=False)
    return asked.stdout.strip()

"""How well messages are understood, each task beside a baseline of the same run. Data that isn't ours is looked for in `../shared/data`."""

import sys
from pathlib import Path

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"


def need(*names: str) -> None:
    """Say which sets are missing, and end: nothing is measured without data."""
    missing = [name for name in names if not (DATA / name).is_dir()]
    if missing:
        sys.exit(f"Put {' and '.join(missing)} into {DATA}: nothing was measured.")

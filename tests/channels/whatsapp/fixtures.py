"""Meta's own examples of what comes and what leaves. Nobody here wrote them, and none is copied here."""

import json
import sys
import warnings
from pathlib import Path
from typing import Any

import pytest

FOLDER = Path(__file__).parents[4] / "shared" / "fixtures" / "whatsapp"
ABSENT = f"META'S OWN EXAMPLES ARE ABSENT: {FOLDER} is not there, so nothing was held against them."


def examples(side: str) -> dict[str, bytes]:
    """The examples of one side, `in` or `out`, by name; skips the test where they aren't there, and says so."""
    if not FOLDER.is_dir():
        with warnings.catch_warnings():
            warnings.simplefilter("always")
            warnings.warn(ABSENT, stacklevel=1)
        sys.stderr.write(f"\n{ABSENT}\n")
        pytest.skip(ABSENT)
    return {path.stem: path.read_bytes() for path in sorted((FOLDER / side).glob("*.json"))}


def example(name: str) -> Any:
    """One example of what leaves."""
    return json.loads(examples("out")[name])

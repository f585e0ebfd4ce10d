"""The product as its next release may be: a copy of its sources with one more step, which expands, and code that uses it."""

import shutil
from pathlib import Path

import lyhord

HERE = Path(__file__).parent
STEP = "0002.0001"
_JOINED = """
from lyhord.app.weighing import MessageWeighed, weigh
from lyhord.conversations.events import MessageReceived

EVENTS = (*EVENTS, MessageWeighed)
REACTIONS = {**REACTIONS, weigh: (MessageReceived,)}
"""


def make_later_version(folder: Path) -> Path:
    """Write the sources into `folder`; what `PYTHONPATH` must say for a process to run them."""
    app = folder / "lyhord" / "app"
    shutil.copytree(Path(lyhord.__file__).parent, app.parent, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(HERE / "steps" / "0002_weights.py", app / "migrations" / "versions")
    shutil.copy(HERE / "weighing.py", app)
    _change(app / "schema.py", 'HEAD = "0001"', f'HEAD = "{STEP}"')
    with (app / "wiring.py").open("a") as wiring:
        wiring.write(_JOINED)
    return folder


def _change(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert text.count(old) == 1
    path.write_text(text.replace(old, new))

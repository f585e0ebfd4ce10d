"""Which scripts the agents' app waits for."""

import re
from pathlib import Path

from tools import front_ends

APP = front_ends.ASSETS / "app"


def scripts_of_first_load() -> set[Path]:
    """What index.html names, all that it imports without waiting, and the texts of one language."""
    page = (APP / "index.html").read_text("utf-8")
    waiting = [APP / name for name in re.findall(r'src="/app/([^"]+\.js)"', page)]
    found: set[Path] = set()
    while waiting:
        path = waiting.pop()
        if path in found:
            continue
        found.add(path)
        imports = re.findall(r'(?:from|import)\s*"(\./[^"]+\.js)"', path.read_text("utf-8"))
        waiting += [path.parent / name for name in imports]
    texts = max(APP.glob("assets/fi-*.js"), key=lambda path: path.stat().st_size)
    return found | {texts}

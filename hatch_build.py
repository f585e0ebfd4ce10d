"""Refuses to build a wheel without its front ends: they are made by `python tools/front_ends.py` and carried inside."""

from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

NEEDED = ("app/index.html", "chat")


class FrontEnds(BuildHookInterface[Any]):
    """Looks, doesn't build: building needs Node, and installing a wheel must not."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # type: ignore[explicit-override]
        if version == "editable":
            return
        assets = Path(self.root) / "src/lyhord/web/assets"
        missing = [name for name in NEEDED if not (assets / name).exists()]
        if missing:
            raise RuntimeError(f"{assets} has no {', '.join(missing)}: run `make assets` first")
        build_data["artifacts"].append("/src/lyhord/web/assets/**")

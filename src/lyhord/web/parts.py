"""What the web needs of the rest of the product; `app` hands it over, nothing here is made by name."""

from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any, NamedTuple

from lyhord.conversations.channel import Account, Adapter
from lyhord.kit.bus import Bus
from lyhord.kit.database import Database
from lyhord.kit.events import Catalogue
from lyhord.kit.files import Files
from lyhord.kit.http import Gate

OpenDoor = Callable[[str, Account], Adapter]
"""Opens the adapter of a channel for one inbox."""

Lifespan = Callable[[Any], AbstractAsyncContextManager[None]]


class Parts(NamedTuple):
    """The running parts that routes and streams work with. `offered` are further dependencies that feature routes ask for by name."""

    database: Database
    catalogue: Catalogue
    files: Files
    bus: Bus
    gate: Gate
    folder: Path
    offered: Mapping[str, Any] = {}

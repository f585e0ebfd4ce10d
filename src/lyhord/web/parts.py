"""What the web needs of the rest of the product; `app` hands it over, nothing here is made by name."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any, NamedTuple

from lyhord.conversations.outgoing import Channels
from lyhord.kit.bus import Bus
from lyhord.kit.database import Database
from lyhord.kit.events import Catalogue
from lyhord.kit.files import Files
from lyhord.kit.http import Gate
from lyhord.web.doors import Unseal

Lifespan = Callable[[Any], AbstractAsyncContextManager[None]]


class Parts(NamedTuple):
    """The running parts that routes and streams work with.

    `folder` is where data lies, for readiness; `offered` are the further dependencies that features' routes ask for by name;
    `routes` are those of `app` itself.
    """

    database: Database
    catalogue: Catalogue
    files: Files
    bus: Bus
    gate: Gate
    channels: Channels
    sealer: Unseal
    folder: Path
    upload_bytes: int = 50_000_000
    offered: Mapping[str, Any] = {}
    routes: Sequence[Any] = ()

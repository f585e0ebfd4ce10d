"""Which bus the settings name."""

from lyhord.app.settings import Settings, list_servers
from lyhord.kit.bus.joined import SharedBus
from lyhord.kit.bus.wire import Link
from lyhord.kit.database import Database
from lyhord.kit.events import Catalogue


def make_bus(settings: Settings, database: Database, catalogue: Catalogue) -> SharedBus:
    """The bus of the setting `bus`, not yet started. Only the client that is used is loaded."""
    return SharedBus(database, catalogue, _make_link(settings))


def _make_link(settings: Settings) -> Link | None:
    if not settings.bus:
        return None
    from lyhord.kit.bus.nats import NatsLink

    return NatsLink(list_servers(settings.bus))

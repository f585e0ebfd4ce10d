"""Which database the settings name."""

from lyhord.app.folder import DataFolder
from lyhord.app.settings import Settings
from lyhord.kit.database.engine import Engine
from lyhord.kit.database.sqlite import Sqlite


def make_engine(settings: Settings, folder: DataFolder) -> Engine:
    """The engine of the setting `database`. Only the driver that is used is loaded."""
    if shares_nothing(settings):
        return Sqlite(folder.database)
    from lyhord.kit.database.postgres import Postgres

    return Postgres(settings.database, writers=settings.database_writers)


def shares_nothing(settings: Settings) -> bool:
    """Whether the database is embedded: then one process that does everything is best alone."""
    return settings.database.startswith("sqlite:")

"""Which database the settings name."""

from lyhord.app.backup import BackupRefused
from lyhord.app.folder import DataFolder
from lyhord.app.schema import prepare
from lyhord.app.settings import Settings
from lyhord.kit.database.engine import Engine
from lyhord.kit.database.sqlite import Sqlite


def make_engine(settings: Settings, folder: DataFolder) -> Engine:
    """The engine of the setting `database`. Only the driver that is used is loaded."""
    if shares_nothing(settings):
        return Sqlite(folder.database)
    from lyhord.kit.database.postgres import Postgres

    return Postgres(settings.database, writers=settings.database_writers)


def make_others(settings: Settings) -> dict[str, Engine]:
    """The engines of the setting `databases`, by name."""
    if not settings.databases:
        return {}
    from lyhord.kit.database.postgres import Postgres

    writers = settings.database_writers
    return {name: Postgres(address, writers=writers) for name, address in settings.databases.items()}


def prepare_all(settings: Settings, folder: DataFolder) -> None:
    """Bring every database to what this version needs; each must answer. Raises as `prepare` does."""
    for engine in (make_engine(settings, folder), *make_others(settings).values()):
        prepare(engine)


def the_only_engine(settings: Settings, folder: DataFolder) -> Engine:
    """The engine of an installation with one database. Raises `BackupRefused` where there are several: copies of them made one
    after another would miss a workspace that moves meanwhile, or have it twice.
    """
    if settings.databases:
        raise BackupRefused(
            "This installation has several databases. Back each server up with its own means, as docs/guides/operate.md says."
        )
    return make_engine(settings, folder)


def shares_nothing(settings: Settings) -> bool:
    """Whether the database is embedded: then one process that does everything is best alone."""
    return settings.database.startswith("sqlite:")

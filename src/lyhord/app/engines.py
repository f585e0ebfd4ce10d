"""Which database the settings name."""

from lyhord.app.backup import BackupRefused
from lyhord.app.folder import DataFolder
from lyhord.app.schema import prepare
from lyhord.app.settings import Settings
from lyhord.kit.database.directory import HOME
from lyhord.kit.database.engine import Engine
from lyhord.kit.database.sqlite import Sqlite


def make_engine(settings: Settings, folder: DataFolder) -> Engine:
    """The engine of the setting `database`. Only the driver that is used is loaded."""
    if shares_nothing(settings):
        return Sqlite(folder.database)
    from lyhord.kit.database.postgres import Postgres

    return Postgres(settings.database, writers=settings.database_writers)


def make_engines(settings: Settings, folder: DataFolder) -> dict[str, Engine]:
    """The engine of `database`, called home, and those of the setting `databases`, by name."""
    engines = {HOME: make_engine(settings, folder)}
    if settings.databases:
        from lyhord.kit.database.postgres import Postgres

        for name, address in settings.databases.items():
            engines[name] = Postgres(address, writers=settings.database_writers)
    return engines


def prepare_all(settings: Settings, folder: DataFolder) -> None:
    """Bring every database to what this version needs; each must answer. Raises as `prepare` does."""
    for engine in make_engines(settings, folder).values():
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

"""Which database the settings name."""

from msgspec.structs import replace

from lyhord.app.folder import DataFolder
from lyhord.app.refusals import BackupRefused
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


def make_scratch(settings: Settings, folder: DataFolder, told: str) -> dict[str, Engine]:
    """Empty databases by name that an operator names for a drill: one address, which stands for home, or as in the setting databases."""
    alone = told.startswith(("postgresql://", "postgres://"))
    named = {HOME: told} if alone else dict(part.partition("=")[::2] for part in told.split())
    unknown = named.keys() - make_engines(settings, folder).keys()
    if unknown:
        raise BackupRefused(f"The settings name no database {min(unknown)}.")
    return {name: make_engine(replace(settings, database=address), folder) for name, address in named.items()}


def prepare_all(settings: Settings, folder: DataFolder) -> None:
    """Bring every database to what this version needs; each must answer. Raises as `prepare` does."""
    for engine in make_engines(settings, folder).values():
        prepare(engine)


def shares_nothing(settings: Settings) -> bool:
    """Whether the database is embedded: then one process that does everything is best alone."""
    return settings.database.startswith("sqlite:")

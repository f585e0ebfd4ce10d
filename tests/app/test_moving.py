"""The commands around workspaces and databases: adding, listing, moving, and what they refuse."""

import asyncio
import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from msgspec.structs import replace

from lyhord.app.duties import FOLLOWERS
from lyhord.app.first_run import with_product
from lyhord.app.moving import add_workspace, list_workspace_lines, move_workspace
from lyhord.app.refusals import CommandRefused
from lyhord.app.schema import HEAD
from lyhord.app.settings import Settings, SettingsRefused, load_settings
from lyhord.app.wiring import Product
from lyhord.contacts.actions.edit import ContactChange, create_contact
from lyhord.contacts.search import find_contacts
from lyhord.kit.database import ReadTx
from lyhord.kit.followers import FollowerRunner
from tests.counterparts.postgres import Cluster


@pytest.fixture
def settings(tmp_path: Path, cluster: Cluster) -> Iterator[Settings]:
    """A company that began with the embedded database, and has a server now."""
    address = cluster.create()
    yield Settings(data_dir=str(tmp_path), databases={"big": address})
    cluster.drop(address)


def ids_of(lines: list[str]) -> list[tuple[str, str]]:
    """(id, database) of each line."""
    return [(line.split()[0], line.split()[1]) for line in lines]


def search(product: Product, workspace_id: str, typed: str) -> "asyncio.Future[list[str]]":
    def find(tx: ReadTx) -> list[str]:
        return [one.name for one in find_contacts(tx, typed)[0]]

    return asyncio.ensure_future(product.database.read(workspace_id, find))


def test_a_company_that_grew_moves_from_the_embedded_database_to_a_server(settings: Settings) -> None:
    assert "#/setup?token=" in add_workspace(replace(settings, databases={}), "Harbour")
    ((workspace_id, place),) = ids_of(list_workspace_lines(settings))
    assert place == "home"

    async def meet_somebody(product: Product) -> None:
        await product.database.write(workspace_id, create_contact, ContactChange(name="Anna Lind"))
        await FollowerRunner(product.database, product.catalogue, FOLLOWERS).catch_up(workspace_id)
        assert await search(product, workspace_id, "anna") == ["Anna Lind"]

    with_product(settings, meet_somebody)
    said: list[str] = []
    move_workspace(settings, workspace_id, "big", said.append)
    assert re.search(r"Moved \d+ rows .* waited 0\.\d\d s", "\n".join(said))
    assert ids_of(list_workspace_lines(settings)) == [(workspace_id, "big")]

    async def find_again(product: Product) -> None:
        assert await search(product, workspace_id, "anna") == ["Anna Lind"]

    with_product(settings, find_again)
    alone = replace(settings, database=settings.databases["big"], databases={}, data_dir=f"{settings.data_dir}/new")
    with_product(alone, find_again)  # and needs the embedded one no more
    assert ids_of(list_workspace_lines(alone)) == [(workspace_id, "home")]


def test_what_a_move_left_of_peoples_words_goes_from_the_search_index_too(settings: Settings) -> None:
    add_workspace(replace(settings, databases={}), "Harbour")
    ((workspace_id, _),) = ids_of(list_workspace_lines(settings))

    async def meet_somebody(product: Product) -> None:
        await product.database.write(workspace_id, create_contact, ContactChange(name="Anna Lind"))
        await FollowerRunner(product.database, product.catalogue, FOLLOWERS).catch_up(workspace_id)

    with_product(settings, meet_somebody)
    move_workspace(settings, workspace_id, "big", lambda _: None)
    with sqlite3.connect(f"{settings.data_dir}/lyhord.db") as connection:
        tables = [
            row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE sql LIKE 'CREATE %TABLE%'")
        ]
        tables = [name for name in tables if not name.endswith("_data")]  # segments of the index, which merge in time
        left = {
            name for name in tables if "anna" in str(connection.execute(f'SELECT * FROM "{name}"').fetchall()).lower()
        }
    assert left == set()


def test_moving_where_it_is_clears_away_and_changes_nothing(settings: Settings) -> None:
    add_workspace(replace(settings, databases={}), "Harbour")
    before = list_workspace_lines(settings)
    said: list[str] = []
    move_workspace(settings, ids_of(before)[0][0], "home", said.append)
    assert said[-1] == "The workspace is in home."
    assert list_workspace_lines(settings) == before


def test_what_is_not_there_is_refused(settings: Settings) -> None:
    add_workspace(settings, "Harbour")
    ((workspace_id, _),) = ids_of(list_workspace_lines(settings))
    with pytest.raises(CommandRefused, match="no database nowhere"):
        move_workspace(settings, workspace_id, "nowhere", print)
    with pytest.raises(CommandRefused, match="no workspace"):
        move_workspace(settings, "0" * 8, "big", print)


def test_new_workspaces_are_shared_out_among_the_databases(settings: Settings) -> None:
    for name in ("A", "B", "C", "D"):
        add_workspace(settings, name)
    assert sorted(place for _, place in ids_of(list_workspace_lines(settings))) == ["big", "big", "home", "home"]


def test_databases_are_named_in_the_file_and_in_the_environment(tmp_path: Path) -> None:
    file = tmp_path / "lyhord.toml"
    file.write_text('[databases]\neu = "postgresql://one/lyhord"\n')
    assert load_settings(file, {}).databases == {"eu": "postgresql://one/lyhord"}
    told = "eu=postgresql://one/lyhord?a=b us=postgresql://two,three/lyhord"
    wanted = {"eu": "postgresql://one/lyhord?a=b", "us": "postgresql://two,three/lyhord"}
    assert load_settings(file, {"LYHORD_DATABASES": told}).databases == wanted
    for wrong in ("home=postgresql://x", "eu=sqlite:x", "E U=postgresql://x", "eu"):
        with pytest.raises(SettingsRefused, match="setting databases"):
            load_settings(file, {"LYHORD_DATABASES": wrong})


def test_tables_of_a_later_version_are_not_moved_by_this_one(settings: Settings) -> None:
    """It would leave behind what stands in columns that it doesn't know."""
    add_workspace(replace(settings, databases={}), "Harbour")
    before = list_workspace_lines(settings)
    with psycopg.connect(settings.databases["big"]) as connection:
        connection.execute(f"UPDATE alembic_version SET version_num = '9999.{HEAD}'")
    with pytest.raises(CommandRefused, match="of big are of a later version"):
        move_workspace(settings, ids_of(before)[0][0], "big", print)
    assert list_workspace_lines(settings) == before

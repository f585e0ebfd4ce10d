"""PostgreSQL's own tools for a copy of the database: pg_dump and pg_restore, of the server's version or newer."""

import os
import shutil
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from lyhord.app.refusals import BackupRefused
from lyhord.kit.database.engine import Engine
from lyhord.kit.database.postgres import Postgres

LEAVING = 3.0
"""Seconds in which the server notices that a process which has just ended isn't connected any more."""
HOW_TO_GET = (
    "{program} isn't installed here. Install the client programs of PostgreSQL, of the server's version or newer "
    "(Debian: postgresql-client), or back the server up with its own means: docs/guides/operate.md says how."
)


def dump(engine: Engine, copy: Path, snapshot: str) -> None:
    """Write the database, as an exported snapshot shows it, into one compressed file. Raises `BackupRefused`."""
    what = ["--format=custom", "--enable-row-security", "--no-owner", "--no-acl", f"--snapshot={snapshot}"]
    _run("pg_dump", engine, [*what, f"--file={copy}"])
    _run("pg_restore", None, ["--list", str(copy)])


def load(engine: Engine, source: Path) -> None:
    """Fill the database from a dump; what is there stays in a schema of its own. Raises `BackupRefused`."""
    with psycopg.connect(_address(engine)) as connection:
        if _count_tables(connection):
            aside = f"before_{time.strftime('%Y%m%dt%H%M%S')}"
            connection.execute(f'ALTER SCHEMA public RENAME TO "{aside}"')
            connection.execute("CREATE SCHEMA public")
    arguments = ["--no-owner", "--no-acl", "--exit-on-error", "--single-transaction", "--schema=public"]
    _run("pg_restore", engine, [*arguments, str(source)])


def raise_epochs(engine: Engine) -> None:
    """Let every follower and every open page start afresh: the numbers of the restored log may be given again."""
    with psycopg.connect(_address(engine)) as connection:
        connection.execute("SELECT set_config('lyhord.workspace', '*', true)")
        connection.execute("UPDATE log SET epoch = greatest(epoch + 1, %s)", [int(time.time()) // 60])


def check_unused(engine: Engine, *, empty: bool = False) -> None:
    """Raise `BackupRefused` while a process of the product is connected to the database, and where it must be `empty` and isn't."""
    with psycopg.connect(_address(engine), autocommit=True) as connection:
        until = time.monotonic() + LEAVING
        while _in_use(connection):
            if time.monotonic() > until:
                raise BackupRefused("Lyhord is connected to this database. Stop every web and worker first.")
            time.sleep(0.1)
        if empty and _count_tables(connection):
            raise BackupRefused("The database has tables already. To put them aside and restore, add --replace.")


def _in_use(connection: "psycopg.Connection[tuple[Any, ...]]") -> bool:
    others = connection.execute(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'lyhord' "
        "AND pid <> pg_backend_pid()"
    ).fetchone()
    return others is not None and bool(others[0])


def create_scratch(engine: Engine) -> Postgres:
    """A new, empty database on the same server. Raises `BackupRefused` where the role may make none."""
    name = f"lyhord_drill_{os.getpid()}_{time.monotonic_ns()}"
    try:
        with psycopg.connect(_address(engine), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name} TEMPLATE template0")
    except psycopg.errors.InsufficientPrivilege:
        raise BackupRefused(
            "The drill needs an empty database to restore into, and this role may make none. Let it "
            "(ALTER ROLE … CREATEDB), or name one with --scratch."
        ) from None
    parts: dict[str, Any] = dict(conninfo_to_dict(_address(engine)))
    return Postgres(make_conninfo(**{**parts, "dbname": name}), writers=1)


def drop_scratch(engine: Engine, scratch: Postgres) -> None:
    """Remove what `create_scratch` made."""
    name = conninfo_to_dict(scratch.address)["dbname"]
    with psycopg.connect(_address(engine), autocommit=True) as connection:
        connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def _count_tables(connection: "psycopg.Connection[tuple[Any, ...]]") -> int:
    found = connection.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").fetchone()
    return int(found[0]) if found else 0


def _run(program: str, engine: Engine | None, arguments: Sequence[str]) -> None:
    path = shutil.which(program)
    if path is None:
        raise BackupRefused(HOW_TO_GET.format(program=program))
    environment = {**os.environ, "PGOPTIONS": "-c lyhord.workspace=*", "PGAPPNAME": "lyhord-backup"}
    command = [path, *arguments]
    if engine is not None:
        parts: dict[str, Any] = dict(conninfo_to_dict(_address(engine)))
        password = parts.pop("password", None)
        if password:  # the list of processes shows arguments to everybody
            environment["PGPASSWORD"] = str(password)
        command.insert(1, f"--dbname={make_conninfo(**parts)}")
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)  # noqa: S603 - by its full path
    if done.returncode:
        raise BackupRefused(f"{program} failed: {done.stderr.strip()[-600:]}")


def _address(engine: Engine) -> str:
    assert isinstance(engine, Postgres)
    return engine.address

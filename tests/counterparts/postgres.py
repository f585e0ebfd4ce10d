"""A real PostgreSQL on loopback: Debian's, with a cluster of its own on a free port.

Needs the package postgresql (tools/debian.sh installs it), and as root runs the server as the user `postgres`, since it refuses to run
as root. Unless told to be durable, it leaves out every sync: tests that are about behaviour needn't wait for a disk.
"""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from shlex import quote
from typing import Any, Self

import psycopg

from tests.counterparts.ports import free_ports

PROGRAMS = Path("/usr/lib/postgresql/15/bin")
ROLE = "lyhord"
STANDBY = "standby"
FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "shared_buffers=64MB", "autovacuum=off")
DURABLE = ("fsync=on", "synchronous_commit=on", "shared_buffers=128MB")
_FEW_BYTES = 65_536
"""Up to this size the rows of a table are deleted, which is quicker than making its files anew."""
_TABLES = (
    "SELECT format('%I', relname), pg_relation_size(oid) FROM pg_class "
    "WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
)
_HANG_UP = (
    "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity "
    "WHERE datname = current_database() AND pid <> pg_backend_pid()"
)
_SHAPE = "SELECT (SELECT count(*) FROM pg_db_role_setting), " + ", ".join(
    f"(SELECT count(*) FROM pg_{each})" for each in ("class", "attribute", "constraint", "policy", "proc", "trigger")
)
"""How much there is of everything that isn't rows."""
_FORGET = "DELETE FROM pg_statistic USING pg_class c WHERE c.oid = starelid AND relnamespace = 'public'::regnamespace"


class Cluster:
    """One server with its data. Databases belong to a role without special rights, as the product wants it."""

    def __init__(
        self, *, durable: bool = False, folder: Path | None = None, more: Sequence[str] = (), found: Path | None = None
    ) -> None:
        """`folder`: where its data lies, else in a temporary one. `more`: settings, as `name=value`. `found`: another cluster's root, as
        a copied disk has it; its data is served as it is.
        """
        assert PROGRAMS.exists(), "these tests need Debian's package postgresql: run tools/debian.sh"
        self._found = found is not None
        self._root = found or Path(tempfile.mkdtemp(prefix="lyhord-pg-", dir=folder))
        self._settings = (*(DURABLE if durable else FAST), *more)
        self._made = 0
        (self.port,) = free_ports(1)
        if os.geteuid() == 0:
            shutil.chown(self._root, "postgres", "postgres")

    def follow(self, *, port: int | None = None) -> "Cluster":
        """A standby on this port that every commit waits for from now on; end it like any other."""
        standby = Cluster(durable=True)
        standby.port = port or standby.port
        source = f"host=127.0.0.1 port={self.port} user=postgres application_name={STANDBY}"
        standby._run("pg_basebackup", "-D", standby._data, "-d", source, "-R", "-X", "stream", "--checkpoint=fast")
        standby.start()
        with self.administer() as connection:
            connection.execute(f"ALTER SYSTEM SET synchronous_standby_names = '{STANDBY}'")
            connection.execute("SELECT pg_reload_conf()")
        return standby

    def back_up(self, target: Path) -> None:
        """A base backup into an empty folder, which `come_back` starts from."""
        if os.geteuid() == 0:
            shutil.chown(target, "postgres", "postgres")
        source = f"host=127.0.0.1 port={self.port} user=postgres"
        self._run("pg_basebackup", "-D", str(target), "-d", source, "-X", "none", "--checkpoint=fast", "--no-sync")

    def come_back(self, base: Path, archive: Path, point: str) -> "Cluster":
        """Another server, from a base backup and the archived log up to a named restore point; end it like any other."""
        server = Cluster()
        server._settings = (
            *server._settings,
            f"restore_command=cp {archive}/%f %p",
            f"recovery_target_name={point}",
            "recovery_target_action=promote",
        )
        (base / "recovery.signal").touch()
        shutil.copytree(base, server._data)
        for path in (Path(server._data), *Path(server._data).rglob("*")):
            if os.geteuid() == 0:
                shutil.chown(path, "postgres", "postgres")
        Path(server._data).chmod(0o700)
        server.start()
        return server

    def promote(self) -> None:
        """Make a standby the server that takes changes; waits until it does."""
        self._run("pg_ctl", "-D", self._data, "-w", "promote")

    @property
    def root(self) -> Path:
        """The folder with its data and its log."""
        return self._root

    @property
    def runs(self) -> bool:
        """Whether there is a server; it ends by itself when it can't write what it must."""
        status = subprocess.run(self._command("pg_ctl", "-D", self._data, "status"), **self._as_itself(), check=False)
        return status.returncode == 0

    def kill(self) -> None:
        """Kill the server and all of its processes at once, as if its machine had fallen."""
        first = int((self._root / "data" / "postmaster.pid").read_text().split()[0])
        children = Path(f"/proc/{first}/task/{first}/children").read_text().split()
        for pid in (first, *map(int, children)):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    def remove(self) -> None:
        """Forget the data of a server that doesn't run."""
        shutil.rmtree(self._root, ignore_errors=True)

    def __enter__(self) -> Self:
        if self._found:
            (self._root / "data" / "postmaster.pid").unlink(missing_ok=True)  # that process isn't on this machine
            self.start()
            return self
        more = ["--auth=trust", "--username=postgres", "--encoding=UTF8", "--locale=C", "--no-sync"]
        self._run("initdb", "-D", self._data, *more)
        self.start()
        with self.administer() as connection:
            connection.execute(f"CREATE ROLE {ROLE} LOGIN")
        return self

    def __exit__(self, *_: object) -> None:
        self.stop("immediate")
        self.remove()

    @property
    def _data(self) -> str:
        return str(self._root / "data")

    def start(self) -> None:
        """Start the server and wait until it answers."""
        settings = (*self._settings, f"port={self.port}", "listen_addresses=127.0.0.1", "max_connections=400")
        options = " ".join(f"-c {quote(one)}" for one in (*settings, f"unix_socket_directories={self._root}"))
        self._run("pg_ctl", "-D", self._data, "-l", str(self._root / "log"), "-w", "-o", options, "start")

    def stop(self, mode: str = "fast") -> None:
        """Stop it: `fast` as an operator would, `immediate` as a crash does."""
        self._run("pg_ctl", "-D", self._data, "-m", mode, "-w", "stop")

    def administer(self, database: str = "postgres") -> "psycopg.Connection[tuple[object, ...]]":
        """A connection of the superuser."""
        return psycopg.connect(f"postgresql://postgres@127.0.0.1:{self.port}/{database}", autocommit=True)

    def create(self, template: str = "template0") -> str:
        """A new database, empty or a copy; its address."""
        self._made += 1
        name = f"lyhord_{self._made}"
        with self.administer() as connection:
            connection.execute(f"CREATE DATABASE {name} OWNER {ROLE} TEMPLATE {template} STRATEGY file_copy")
        return f"postgresql://{ROLE}@127.0.0.1:{self.port}/{name}"

    def drop(self, address: str) -> None:
        """Remove a database, whoever is connected to it."""
        with self.administer() as connection:
            connection.execute(f"DROP DATABASE {address.rpartition('/')[2]} WITH (FORCE)")

    def _run(self, program: str, *arguments: str) -> None:
        done = subprocess.run(self._command(program, *arguments), **self._as_itself(), check=False)
        log = self._root / "log"
        assert done.returncode == 0, f"{program}: {done.stderr}{log.read_text()[-2_000:] if log.exists() else ''}"

    def _command(self, program: str, *arguments: str) -> list[str]:
        return [str(PROGRAMS / program), *arguments]

    def _as_itself(self) -> dict[str, Any]:
        """How its programs are run."""
        user = pwd.getpwnam("postgres").pw_uid if os.geteuid() == 0 else None
        return {"user": user, "cwd": "/", "stdout": subprocess.DEVNULL, "stderr": subprocess.PIPE, "text": True}


class Databases:
    """Copies of a database with all tables, for one test after the other: taking out what a test put in costs a tenth of another copy."""

    def __init__(self, cluster: Cluster, template: str) -> None:
        self._cluster = cluster
        self._template = template
        self._idle: list[str] = []
        with cluster.administer(template) as connection:
            self._tables = _tables(connection)
            self._shape = connection.execute(_SHAPE).fetchall()

    def take(self) -> str:
        """The address of one that is as the template is, until it is given back."""
        return self._idle.pop() if self._idle else self._cluster.create(self._template)

    def give_back(self, address: str) -> None:
        """Leave nothing of what was done there, whoever is still connected; where more than rows and own tables changed, drop it."""
        with self._cluster.administer(address.rpartition("/")[2]) as connection:
            connection.execute(_HANG_UP)
            tables = _tables(connection)
            for name, size in tables.items():
                if name not in self._tables:
                    connection.execute(f"DROP TABLE {name}")
                elif size and not self._tables[name]:
                    connection.execute(f"DELETE FROM {name}" if size <= _FEW_BYTES else f"TRUNCATE {name}")
            for statement in (_FORGET, "SELECT pg_stat_force_next_flush()", "SELECT pg_stat_reset()"):
                connection.execute(statement)
            same = connection.execute(_SHAPE).fetchall() == self._shape
        if same:
            self._idle.append(address)
        else:
            self._cluster.drop(address)


def _tables(connection: "psycopg.Connection[tuple[Any, ...]]") -> dict[str, int]:
    """The size of every table, by its name as statements write it."""
    return dict(connection.execute(_TABLES).fetchall())

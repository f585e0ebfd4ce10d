"""The two databases that a benchmark runs on: embedded, and a PostgreSQL of its own on loopback, with every commit synced in both."""

from argparse import ArgumentParser
from collections.abc import Iterator
from typing import NamedTuple

from tests.counterparts.postgres import Cluster


class Place(NamedTuple):
    """`engine` as results name it; `address` for the setting `database`, "" for the built-in one."""

    engine: str
    address: str
    cluster: Cluster | None

    @property
    def settings(self) -> dict[str, str]:
        """What the product's settings say of it."""
        return {"database": self.address} if self.address else {}

    def settle(self) -> None:
        """Take statistics, as the worker does within ten seconds after a table has doubled; until then plans are guesses.

        A benchmark fills a database faster than that.
        """
        if self.cluster:
            with self.cluster.administer(self.address.rpartition("/")[2]) as connection:
                connection.execute("ANALYZE")


def choose_engine(parser: ArgumentParser) -> None:
    """Let whoever calls name one; without, both are measured."""
    parser.add_argument("--engine", choices=("sqlite", "postgresql"))


def each_place(chosen: str | None) -> Iterator[Place]:
    """An empty database on each engine."""
    if chosen != "postgresql":
        yield Place("sqlite", "", None)
    if chosen != "sqlite":
        with Cluster(durable=True) as cluster:
            yield Place("postgresql", cluster.create(), cluster)

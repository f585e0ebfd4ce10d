"""Reactions: what must be true at once when something happened. They run in the action's transaction, each in its own savepoint.

A reaction that fails is undone alone and recorded as a job, so that what a customer said stays stored whatever else breaks.
"""

from collections.abc import Callable, Mapping, Sequence

import structlog

from lyhord.kit.database.jobs_table import enqueue
from lyhord.kit.database.tx import Tx
from lyhord.kit.events import Event, Logged, kind_of

Reaction = Callable[[Tx, Sequence[Logged]], None]
ROUNDS = 5
"""Reactions may emit events that others react to; a chain longer than this is a mistake in the product."""

_log = structlog.get_logger()


class Reactions:
    """Which reactions follow which events, in the order in which they were given."""

    def __init__(self, table: Mapping[Reaction, Sequence[type[Event]]] | None = None) -> None:
        """`table` maps each reaction to the events that it follows; its function name is its name in the job that retries it."""
        self._table = [(reaction, frozenset(map(kind_of, events))) for reaction, events in (table or {}).items()]
        self.by_name = {reaction.__name__: reaction for reaction, _ in self._table}

    def run(self, tx: Tx, mark: int) -> None:
        """React to the events of `tx` from index `mark` on, and to what the reactions emit."""
        for _ in range(ROUNDS):
            fresh = tx.logged[mark:]
            mark = len(tx.logged)
            if not fresh:
                return
            for reaction, kinds in self._table:
                events = [logged for logged in fresh if logged.kind in kinds]
                if events:
                    self._react(tx, reaction, events)

    def _react(self, tx: Tx, reaction: Reaction, events: list[Logged]) -> None:
        try:
            with tx.alone():
                reaction(tx, events)
        except Exception:
            if not tx.goes_on:
                raise
            _log.exception("reaction failed; a job will retry it", reaction=reaction.__name__)
            enqueue(tx, f"reaction.{reaction.__name__}", {"seqs": [logged.seq for logged in events]})

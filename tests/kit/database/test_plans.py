"""No statement of the product reads a whole workspace for a few rows: each is one range of one index, or many points of one."""

import importlib
import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine

from lyhord.app.schema import all_tables
from lyhord.conversations import sending
from lyhord.insights.kept import store as kept
from lyhord.kit.database import Statement
from lyhord.kit.database.sqlite import Sqlite
from lyhord.tickets import list_store
from lyhord.tickets.filters import Filter, OneOf, place_of_names, shape_of, shelf_within
from lyhord.tickets.promises import store as promises

SOURCE = Path(__file__).parents[3] / "src"
WHOLE = re.compile(r"SEARCH (\w+) USING .*\(workspace_id=\?\)( LEFT-JOIN)?$|^SCAN (?!json_each|anon_)(\w+)")
"""A list of values, and an inner statement, whose own lines stand in the plan, may be read whole."""
HOLDERS = ("*store", "sending", "deliveries", "retention", "cursors", "leases")
"""The modules that hold statements of hot paths."""
SMALL = {
    "agent", "team", "team_agent", "team_inbox", "inbox", "workspace", "log", "api_token", "session", "one_time_link",
    "audit", "cursor", "early_status", "follower_cursor", "set_aside", "job", "raw_payload", "visitor",
    "canned_reply", "macro", "notification_preference", "ticket_kind", "role", "saved_view", "translator",
    "template_list", "attribute", "spent", "organization_domain", "keeping", "service_level", "schedule", "public_holiday", "route",
    "routing_agent", "routing_inbox", "rule", "reply_promise", "complaint_settings", "score_card", "replay", "surge",
    "survey", "survey_rules", "survey_telling", "silent_round", "reason", "trained_model", "complaint_week",
    "entity_book", "theme", "theme_round", "report", "language_model", "language_model_day",
}  # fmt: skip
"""Tables with few rows per workspace, or read whole on purpose by sweeps in the background."""
ON_PURPOSE = {
    "lyhord.app.demo.store": "takes away what it brought, once",
    "lyhord.contacts.store": "lists of contacts by name and exports walk the whole index",
    "lyhord.conversations.traffic_store._last": "the newest messages, as many as it says",
    "lyhord.conversations.traffic_store._waiting": "what waits to be sent: a partial index has nothing else",
    "lyhord.insights.store.first_hour": "the first entry of its key",
    "lyhord.tickets.complaints.store.count_open": "what is open: a partial index has nothing else",
    "lyhord.tickets.complaints.store.list_owned": "what is open: a partial index has nothing else",
    "lyhord.tickets.hints.store.list_looks": "what nobody has looked at yet: a partial index has nothing else",
    "lyhord.tickets.list_store.newest_tags": "the newest tickets, as many as it says",
}


def statements() -> Iterator[tuple[str, str, Statement]]:
    """Every module-level statement of the product: module, name, statement."""
    for path in sorted(path for name in HOLDERS for path in SOURCE.rglob(f"{name}.py")):
        module = ".".join(path.relative_to(SOURCE).with_suffix("").parts)
        for name, value in vars(importlib.import_module(module)).items():
            if isinstance(value, Statement):
                yield module, name, value
            elif isinstance(value, dict):
                for key, one in value.items():
                    if isinstance(one, Statement):
                        yield module, f"{name}[{key}]", one


def _name(one: object) -> str:
    return "" if isinstance(one, Statement) else str(one).removeprefix("lyhord.")


@pytest.fixture(scope="module")
def connection(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sqlite3.Connection]:
    """An empty database with the statistics that the product fixes."""
    path = tmp_path_factory.mktemp("plans") / "plans.db"
    all_tables().create_all(create_engine(f"sqlite:///{path}"))
    connection = Sqlite(path).connect(write=True)
    yield connection
    connection.close()


@pytest.mark.parametrize(("module", "name", "statement"), list(statements()), ids=_name)
def test_a_statement_reads_only_what_it_asks_for(
    connection: sqlite3.Connection, module: str, name: str, statement: Statement
) -> None:
    sql, constants = statement.on("sqlite")
    params = dict.fromkeys(re.findall(r":(\w+)", sql), "[]") | {"most": 5} | constants
    plan = _plan(connection, sql, params)
    wide = [line for line in plan if (found := WHOLE.search(line)) and (found[1] or found[3]) not in SMALL]
    if not {module, f"{module}.{name.partition('[')[0]}"} & ON_PURPOSE.keys():
        assert not wide, f"{name} reads a whole workspace: {wide}\n{sql}"


def test_every_file_that_is_called_a_store_is_looked_at() -> None:
    seen = {module.rpartition(".")[2] for module, _, _ in statements()}
    assert {"store", "list_store", "visitor_store", "amending_store", "traffic_store"} <= seen


def test_whose_turn_it_is_is_told_from_what_is_unfinished_alone(connection: sqlite3.Connection) -> None:
    for statement in (sending._due, sending._next_due):
        sql, constants = statement.on("sqlite")
        params = dict.fromkeys(re.findall(r":(\w+)", sql), "[]") | {"most": 5} | constants
        used = {line.split()[4] for line in _plan(connection, sql, params) if line.startswith("SEARCH delivery")}
        assert used == {"ix_delivery_due", "ix_delivery_unfinished"}


@pytest.mark.parametrize(
    ("statement", "used"),
    [
        (kept.over, ["ix_clock_began (workspace_id=? AND kind=? AND started_at>? AND started_at<?)"]),
        (kept.over_of_anybody, ["ix_clock_began (workspace_id=? AND kind=? AND started_at>? AND started_at<?)"]),
        (kept.running, ["ix_clock_running (workspace_id=? AND kind=? AND started_at>? AND started_at<?)"]),
        (kept.running_since_before, ["ix_clock_running (workspace_id=? AND kind=? AND started_at<?)"]),
        (kept.told_between, ["PRIMARY KEY (workspace_id=? AND id>? AND id<?)"]),
        (promises.answers_between, ["ix_clock_began (workspace_id=? AND kind=? AND started_at>? AND started_at<?)"]),
    ],
)
def test_a_figure_of_what_was_promised_is_one_range_in_its_order(
    connection: sqlite3.Connection, statement: Statement, used: list[str]
) -> None:
    sql, constants = statement.on("sqlite")
    plan = _plan(connection, sql, dict.fromkeys(re.findall(r":(\w+)", sql), "1") | {"most": 5} | constants)
    assert [line.partition(" USING ")[2].removeprefix("COVERING ").removeprefix("INDEX ") for line in plan] == used


@pytest.mark.parametrize("limited", [False, True])
@pytest.mark.parametrize("others", [(), (OneOf(field="status", values=("open",)), OneOf(field="tag", values=("x",)))])
def test_tickets_that_name_something_are_read_from_one_range_of_names(
    connection: sqlite3.Connection, others: tuple[OneOf, ...], *, limited: bool
) -> None:
    wanted = Filter((*others, OneOf(field="entity", values=("reference:A-1234",))))
    listing = list_store.filtered(shape_of(wanted), shelf_within(wanted), limited=limited, named=place_of_names(wanted))
    assert listing.end is None
    for statement in (listing.page, listing.size, list_store.tickets_naming):
        sql, constants = statement.on("sqlite")
        plan = _plan(connection, sql, dict.fromkeys(re.findall(r":(\w+)", sql), "[]") | {"most": 5} | constants)
        named = "ix_heard_named (workspace_id=? AND named=?)"
        assert any(named in line for line in plan) == (statement is list_store.tickets_naming)
        assert not [
            line
            for line in plan
            if re.search(r"SEARCH ticket USING (?!PRIMARY KEY \(workspace_id=\? AND id=\?\))", line)
        ]
        assert not [line for line in plan if WHOLE.search(line)], plan


def _plan(connection: sqlite3.Connection, sql: str, params: dict[str, object]) -> list[str]:
    return [row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {sql}", params)]


def test_every_statement_is_right_for_postgresql_too() -> None:
    for module, name, statement in statements():
        sql, _ = statement.on("postgresql")
        assert "json_each" not in sql, f"{module}.{name}"

"""The pages that agents read all day: inbox lists, conversations, contacts and one very long conversation, each beside hand-written SQL.

The SQL gives the same rows by the same driver, in one statement (two for a conversation) outside any transaction, and makes nothing of
them. Places are spread over each list: its first page and 19 others.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any, NamedTuple

from sqlalchemy import text

from bench.company import AGENT, SMALL, TEAM, WORKSPACE, Company
from bench.record import Row
from bench.timing import Clock, measure, rows
from lyhord.contacts.listing import Asker
from lyhord.conversations.contact_timelines import ContactTimelines
from lyhord.conversations.views import list_conversations, list_messages
from lyhord.kit.database import ReadTx, Statement
from lyhord.kit.database.engine import Connection
from lyhord.kit.database.shard import Shard
from lyhord.kit.http import encode_cursor
from lyhord.kit.ids import HIGHEST_ID, LOWEST_ID
from lyhord.tickets.model import FAR, Ticket
from lyhord.tickets.views import FIRST, MOST_MENTIONS, count_tickets, list_tickets
from lyhord.workspaces.reach import EVERYTHING, Reach

PAGE, PLACES, TURNS, DEEP = 50, 20, 10, 1_000
RATIO, P95 = 1.5, 5.0

LISTS = {
    "mine": "owner_agent_id = :agent AND shelf = 'active'",
    "unassigned": "owner_agent_id IS NULL AND shelf = 'active'",
    "all": "shelf = 'active'",
    "waiting": f"shelf = 'active' AND waits_at < {FAR // 2}",
    "snoozed": "shelf = 'snoozed'",
    "resolved": "shelf = 'resolved'",
    "team": "owner_team_id = :team AND shelf = 'active'",
    "mentioned": "t.current = 1 AND t.conversation_id IN (SELECT conversation_id FROM mention "
    f"WHERE workspace_id = :w AND agent_id = :agent ORDER BY message_id DESC LIMIT {MOST_MENTIONS})",
}
TICKETS = (
    f"SELECT {', '.join(f't.{name}' for name in Ticket.__struct_fields__)}, r.message_id FROM ticket t "
    "LEFT JOIN read_position r ON r.workspace_id = :w AND r.agent_id = :agent AND r.conversation_id = t.conversation_id "
    "WHERE t.workspace_id = :w AND {where} AND ({order}) > ({place}) ORDER BY {order} LIMIT 51"
)
ON_A_SHELF = {"order": "t.waits_at, t.id", "place": ":at, :id"}
EVERYWHERE = {"order": "t.shelf || '', t.waits_at, t.id", "place": ":shelf, :at, :id"}
CONVERSATION = (
    "id, kind, contact_id, title, inbox_id, scheme, value, last_message_id, last_inbound_id, last_inbound_at, "
    "contact_read_id, responder"
)
CONVERSATIONS = (
    f"SELECT {CONVERSATION} FROM conversation WHERE workspace_id = :w AND id < :before ORDER BY id DESC LIMIT 51"
)
ONE = f"SELECT {CONVERSATION} FROM conversation WHERE workspace_id = :w AND id = :id"
MESSAGES = (
    "SELECT m.id, m.conversation_id, m.direction, m.inbox_id, i.channel, m.scheme, m.value, m.agent_id, m.text, m.html IS NOT NULL, "
    "m.quoted, m.subject, m.more, m.claimed_at, m.removed_at, d.state, d.due_at, d.error, d.attempts, d.changed_at FROM message m "
    "LEFT JOIN inbox i ON i.workspace_id = :w AND i.id = m.inbox_id "
    "LEFT JOIN delivery d ON d.workspace_id = :w AND d.message_id = m.id "
    "WHERE m.workspace_id = :w AND m.conversation_id = :id AND m.id {side} :place ORDER BY m.id {order} LIMIT {most}"
)
BEFORE = MESSAGES.format(side="<", order="DESC", most=51)
AFTER = MESSAGES.format(side=">", order="ASC", most=50)
CONTACTS = (
    "SELECT c.id, c.name, c.language, c.about, c.attributes, c.merged_into, c.blocked_at, c.created_at, c.changed_at, v.id, "
    "a.scheme, a.value, a.shown, a.name, a.verification, a.verified_at, a.contact_id FROM ("
    "SELECT * FROM contact WHERE workspace_id = :w AND (name, id) > (:name, :id) AND merged_into IS NULL ORDER BY name, id LIMIT 51) c "
    "LEFT JOIN conversation v ON v.workspace_id = :w AND v.contact_id = c.id "
    "LEFT JOIN identity a ON a.workspace_id = :w AND a.contact_id = c.id ORDER BY c.name, c.id"
)


class Path(NamedTuple):
    """One kind of page: how the product reads it, by what SQL alone, and at which places."""

    name: str
    view: Callable[[ReadTx, Any], Any]
    sql: tuple[str, ...]
    parameters: Callable[[Any], dict[str, Any]]
    places: list[Any]
    ids: Callable[[Any], list[str]]
    """The ids on a page, to see that both read the same."""


class Plain:
    """A connection of the same driver, for hand-written SQL."""

    def __init__(self, connection: Connection, dialect: str) -> None:
        self._cursor = connection.cursor()
        self._dialect = dialect
        if dialect == "postgresql":
            self._cursor.execute(f"SET lyhord.workspace = '{WORKSPACE}'")

    def all(self, sql: str, parameters: dict[str, Any]) -> list[tuple[Any, ...]]:
        """The rows; a parameter stands as `:name`."""
        return self._cursor.execute(self.spell(sql), parameters).fetchall()

    def spell(self, sql: str) -> str:
        """The same in the words of the driver."""
        return sql if self._dialect == "sqlite" else _marked(sql)


def servers(shard: Shard, plain: Plain) -> list[int]:
    """The server's processes behind both connections; none where the database is this process."""
    if shard.engine.dialect == "sqlite":
        return []
    asked = "SELECT pg_backend_pid()"
    own = shard.read_now(WORKSPACE, lambda tx: int(tx.value(Statement(text(asked)))))
    return [int(plain.all(asked, {})[0][0]), own]


def _marked(sql: str) -> str:
    found = _SPELT.get(sql)
    if found is None:
        found = _SPELT[sql] = re.sub(r":(\w+)", r"%(\1)s", sql)
    return found


_SPELT: dict[str, str] = {}


def read(shard: Shard, company: Company, _admin: str | None) -> Iterator[Row]:
    """Measure every path in one filled database."""
    dialect = shard.engine.dialect
    with closing(shard.engine.connect(write=False)) as connection:
        plain = Plain(connection, dialect)
        clock = Clock(*servers(shard, plain))
        for path in (*tickets(plain), conversations(company), contacts(plain), *timeline(company)):

            def product(place: Any, path: Path = path) -> Any:
                return shard.read_now(WORKSPACE, lambda tx: path.view(tx, place))

            def ceiling(place: Any, path: Path = path) -> Any:
                return [plain.all(sql, path.parameters(place)) for sql in path.sql][-1]

            for place in path.places:
                ours, theirs = path.ids(product(place)), list(dict.fromkeys(row[0] for row in ceiling(place)))
                assert sorted(ours) == sorted(theirs[: len(ours)]), path.name
                assert len(ours) >= min(PAGE, len(theirs)), path.name
            timed = measure(clock, product, ceiling, path.places, TURNS)
            yield from rows(path.name, dialect, company.messages, timed, ratio=RATIO, p95=P95)
        for name, view in bounded().items():

            def whole(_: Any, view: Callable[[ReadTx], Any] = view) -> Any:
                return shard.read_now(WORKSPACE, view)

            timed = measure(clock, whole, None, range(PLACES), 1)
            yield from rows(name, dialect, company.messages, timed, ratio=None, p95=None)


def tickets(plain: Plain) -> Iterator[Path]:
    """Every list of an inbox."""
    for name, where in LISTS.items():
        whose = {"w": WORKSPACE, "agent": AGENT, "team": TEAM}
        some = f"SELECT shelf, waits_at, id FROM ticket t WHERE workspace_id = :w AND {where} ORDER BY random() LIMIT {PLACES - 1}"
        places = [FIRST, *plain.all(some, whose)]
        kind = f"team:{TEAM}" if name == "team" else name

        def view(tx: ReadTx, place: Any, kind: str = kind) -> Any:
            return list_tickets(tx, EVERYTHING, AGENT, kind, after=place, most=PAGE)

        def parameters(place: Any, whose: dict[str, Any] = whose) -> dict[str, Any]:
            return {**whose, "shelf": place[0], "at": place[1], "id": place[2]}

        sql = TICKETS.format(where=where, **(EVERYWHERE if name == "mentioned" else ON_A_SHELF))
        yield Path(f"inbox page, {name}", view, (sql,), parameters, places, lambda page: [one.id for one in page[0]])


def conversations(company: Company) -> Path:
    """All conversations, the newest first."""
    count = company.conversations
    places = [HIGHEST_ID, *(company.conversation_id(count * one // PLACES) for one in range(1, PLACES))]
    return Path(
        "conversations",
        lambda tx, place: list_conversations(tx, EVERYTHING, before=place, most=PAGE),
        (CONVERSATIONS,),
        lambda place: {"w": WORKSPACE, "before": place},
        places,
        lambda page: [one.id for one in page[0]],
    )


def contacts(plain: Plain) -> Path:
    """Contacts by name."""
    some = f"SELECT name, id FROM contact WHERE workspace_id = :w ORDER BY random() LIMIT {PLACES - 1}"
    places = [("", LOWEST_ID), *plain.all(some, {"w": WORKSPACE})]
    return Path(
        "contacts",
        lambda tx, place: Asker(tx, EVERYTHING, ContactTimelines()).by_name(encode_cursor(*place), PAGE),
        (CONTACTS,),
        lambda place: {"w": WORKSPACE, "name": place[0], "id": place[1]},
        places,
        lambda page: [one.id for one in page.items],
    )


def timeline(company: Company) -> Iterator[Path]:
    """The longest conversation: its end, its 1,000th page (its beginning where it has fewer), and what stands after any message."""
    said = [one for one in range(company.messages) if company.owner(one) == 0]
    messages = [company.message_id(one) for one in said]
    here = company.conversation_id(0)
    deep = messages[max(len(messages) - DEEP * PAGE, PAGE)]
    spread = [messages[(len(messages) - PAGE) * one // PLACES] for one in range(PLACES)]
    for what, side, sql, places in (
        ("its end", "before", BEFORE, [HIGHEST_ID] * PLACES),
        ("page 1,000", "before", BEFORE, [deep] * PLACES),
        ("from a link", "after", AFTER, spread),
    ):

        def view(tx: ReadTx, place: Any, side: str = side) -> Any:
            return list_messages(tx, EVERYTHING, here, **{side: place}, most=PAGE)

        def parameters(place: Any) -> dict[str, Any]:
            return {"w": WORKSPACE, "id": here, "place": place}

        yield Path(
            f"long conversation, {what}",
            view,
            (ONE, sql),
            parameters,
            places,
            lambda page: [one.id for one in page.items],
        )


def bounded() -> dict[str, Callable[[ReadTx], Any]]:
    """What is no single range of an index, but bounded: no SQL alone gives the same answer."""
    few = Reach(frozenset({SMALL}))
    return {
        "inbox page, all, 2 % within reach": lambda tx: list_tickets(tx, few, AGENT, "all", most=PAGE),
        "contacts, 2 % within reach": lambda tx: Asker(tx, few, ContactTimelines()).by_name(None, PAGE),
        "counts of all lists": lambda tx: count_tickets(tx, EVERYTHING, AGENT, [TEAM]),
    }

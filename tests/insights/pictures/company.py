"""A small company whose figures are asked, and the same figures the slow and obvious way."""

import json
import operator
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from functools import partial
from pathlib import Path
from statistics import quantiles
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam, select

from lyhord.app.duties import FOLLOWERS
from lyhord.app.wiring import EVENTS
from lyhord.conversations.model import read_more
from lyhord.conversations.tables import conversation, message
from lyhord.hearing.events import MessageHeard
from lyhord.hearing.findings.actions import write_findings
from lyhord.hearing.findings.model import MOOD, Finding
from lyhord.hearing.findings.tables import heard, heard_correction
from lyhord.insights.facts.desk import Desk as FactDesk
from lyhord.insights.facts.writing import write_workspace
from lyhord.insights.model import WAITS
from lyhord.insights.pictures.asking import Pictures
from lyhord.insights.pictures.model import NONE, Chart, Question
from lyhord.kit.clock import DAY, HOUR, MINUTE
from lyhord.kit.database import ReadTx, Statement, Tx
from lyhord.kit.database.log import event
from lyhord.kit.events import Catalogue
from lyhord.kit.followers import FollowerRunner
from lyhord.kit.ids import id_time, new_id
from lyhord.tickets.about import ticket_ids_of
from lyhord.tickets.actions import assign_ticket, set_kind, set_status
from lyhord.tickets.levels.tables import clock
from lyhord.tickets.rating import Rated, rate_ticket
from lyhord.tickets.tables import ticket
from lyhord.workspaces.actions.teams import create_team
from lyhord.workspaces.reach import EVERYTHING, Reach
from tests.conversations.desk import Desk

ROLLED = ("hearing", "reasons of tickets", "numbers", "clocks")
_W: Any = bindparam("workspace_id")
_tickets = Statement(select(*ticket.c).where(ticket.c.workspace_id == _W))
_messages = Statement(select(*message.c).where(message.c.workspace_id == _W).order_by(message.c.id))
_heard = Statement(select(*heard.c).where(heard.c.workspace_id == _W))
_corrected = Statement(
    select(heard_correction.c.message_id, heard_correction.c.kind, heard_correction.c.value)
    .where(heard_correction.c.workspace_id == _W)
    .order_by(heard_correction.c.at)
)
_clocks = Statement(select(*clock.c).where(clock.c.workspace_id == _W))
_reopened = Statement(
    select(event.c.body).where(event.c.workspace_id == _W, event.c.kind == "ticket.reopened").order_by(event.c.seq)
)
_talk_of = Statement(
    select(message.c.conversation_id).where(message.c.workspace_id == _W, message.c.id == bindparam("key"))
)
_talks = Statement(select(conversation.c.id, conversation.c.language).where(conversation.c.workspace_id == _W))


class Beside(NamedTuple):
    """What else is written of tickets: moods by message, clocks, and which were opened again."""

    moods: dict[str, str]
    clocks: list[dict[str, Any]]
    reopened: set[str]


class Company:
    """A desk with teams, and its figures."""

    def __init__(self, desk: Desk, root: Path) -> None:
        self.desk = desk
        self.facts = FactDesk(root)
        self.pictures = Pictures(desk.database, self.facts)
        self.traits: defaultdict[str, dict[str, str]] = defaultdict(dict)
        """By ticket what a test has said of it, by what charts are told."""

    async def open(self) -> "Company":
        """Make two teams."""
        self.teams = [await self.desk.write(create_team, name, [], []) for name in ("Crew", "Others")]
        return self

    async def close(self) -> None:
        """End DuckDB."""
        await self.facts.close()

    async def follow(self) -> None:
        """Let everything that facts are made of be written."""
        followers = [one for one in FOLLOWERS if one.name in ROLLED]
        await FollowerRunner(self.desk.database, Catalogue(EVENTS), followers).catch_up()

    async def write(self) -> bool:
        """Bring the files up to date."""
        await self.follow()
        return await write_workspace(self.desk.database, self.facts, self.desk.workspace_id, at_once=True)

    async def chart(self, measure: str, by: str, days: int = 28, reach: Reach = EVERYTHING, **only: str) -> Chart:
        """A figure, as screens get it."""
        await self.follow()
        question = Question(measure=measure, by=by, days=days, only=only)
        return await self.pictures.draw(self.desk.workspace_id, reach, question)

    async def behind(self, measure: str, most: int = 50, after: Any = None, **only: str) -> list[str]:
        """The ids behind a bar."""
        question = Question(measure=measure, by="kind", days=28, only=only)
        found = await self.pictures.behind(self.desk.workspace_id, EVERYTHING, question, after, most)
        return [one.id for one in found]

    async def ask(self, who: str, inbox: str | None = None) -> str:
        """A customer writes; the id of their ticket."""
        said = await self.desk.say("Where is it?", who=who, inbox=inbox)
        return (await self.desk.ticket(said.conversation_id)).id

    async def hear(self, who: str, *findings: Finding) -> None:
        """In what a customer said last this is heard."""
        await self.follow()
        await self.desk.write(_hear, (await self.last(who)).last_inbound_id, findings)

    async def answer(self, who: str) -> None:
        """We answer the customer."""
        await self.desk.answer((await self.last(who)).conversation_id)

    async def last(self, who: str) -> Any:
        """A customer's current ticket."""
        said: list[Any] = await self.desk.read(self._of, who)
        return await self.desk.ticket(said[-1])

    @staticmethod
    def _of(tx: ReadTx, who: str) -> list[str]:
        rows = (dict(zip(message.c.keys(), row, strict=True)) for row in tx.all(_messages))
        return [row["conversation_id"] for row in rows if row["direction"] == "in" and row["value"] == who]

    async def resolve(self, who: str) -> None:
        """Their ticket is done."""
        await self.desk.write(partial(set_status, ticket_id=(await self.last(who)).id, status="resolved"))

    async def give(self, who: str, team: int) -> None:
        """A team gets their ticket."""
        ticket_id = (await self.last(who)).id
        await self.desk.write(partial(assign_ticket, ticket_id=ticket_id, team_id=self.teams[team], agent_id=None))

    async def complain(self, who: str) -> None:
        """It is a complaint."""
        await self.desk.write(set_kind, (await self.last(who)).id, "complaint")

    async def fume(self, who: str) -> None:
        """They write that they are angry; what is heard in it is the least that a detector could say."""
        said = await self.desk.say("This is a disgrace", who=who)
        await self.follow()
        await self.desk.write(_hear, said.id, [Finding(MOOD, "angry", 0.9)])

    async def rate(self, who: str, which: int) -> None:
        """They answer a survey about their ticket, as satisfaction or as recommending, well or badly."""
        answers = ["csat 5 good", "csat 1 bad", "nps 9 good", "nps 3 bad", "effort 4 good", "effort 2 bad"]
        kind, score, mark = answers[which].split()
        await self.desk.write(rate_ticket, (await self.last(who)).id, Rated(new_id(), kind, int(score), mark))

    async def obvious_work(self) -> int:
        """How long all answers took, counted row by row."""
        found: int = await self.desk.read(_work)
        return found

    async def obvious(self, measure: str, by: str, days: int, zone: str = "UTC") -> dict[str, Any]:
        """What the chart must say, counted row by row in Python: by key (part, whole, part before, whole before)."""
        count = _count_messages if measure == "messages" else partial(_count, traits=self.traits)
        found: dict[str, Any] = await self.desk.read(partial(count, zone=ZoneInfo(zone)), measure, by, days)
        return found


def _hear(tx: Tx, message_id: str, findings: Sequence[Finding]) -> None:
    write_findings(tx, {message_id: [(one, "") for one in findings]})
    talk = tx.value(_talk_of, key=message_id)
    tx.emit(MessageHeard(conversation_id=talk, message_ids=(message_id,)))


def told(chart: Chart) -> dict[str, tuple[int, int, int, int]]:
    """The same of a chart."""
    return {one.key: (one.part, one.whole, one.part_before, one.whole_before) for one in chart.rows}


def _rows(tx: ReadTx, statement: Statement, names: Iterable[str]) -> list[dict[str, Any]]:
    return [dict(zip(names, row, strict=True)) for row in tx.all(statement)]


def _count(
    tx: ReadTx, measure: str, by: str, days: int, *, zone: ZoneInfo, traits: Mapping[str, Mapping[str, str]]
) -> dict[str, Any]:
    """Everything is read; nothing is remembered from the code that is tested."""
    tickets = [one for one in _rows(tx, _tickets, ticket.c.keys()) if one["spam_at"] is None]
    said = [one for one in _rows(tx, _messages, message.c.keys()) if one["removed_at"] is None]
    beside = Beside(
        moods={one["message_id"]: one["value"] for one in _rows(tx, _heard, heard.c.keys()) if one["kind"] == "mood"},
        clocks=_rows(tx, _clocks, clock.c.keys()),
        reopened={json.loads(row[0])["ticket_id"] for row in tx.all(_reopened)},
    )
    about = ticket_ids_of(tx, [one["id"] for one in said])
    languages: dict[str, str | None] = dict(tx.all(_talks))
    start, middle = _stretches(tx.now, days, zone)
    sums: defaultdict[str, list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    for one in tickets:
        if not start <= one["opened_at"] <= tx.now:
            continue
        its = [row for row in said if about.get(row["id"]) == one["id"]]
        part, whole = _weigh(measure, one, its, tickets, tx.now, beside)
        key = traits[one["id"]].get(by) or _key(by, one, its, (languages, beside.moods), zone)
        place = 0 if one["opened_at"] >= middle else 2
        sums[key][place] += part
        sums[key][place + 1] += whole
    return {key: tuple(found) for key, found in sums.items() if found[1] or found[3]}


def _weigh(
    measure: str,
    one: dict[str, Any],
    its: Sequence[dict[str, Any]],
    tickets: list[dict[str, Any]],
    now: int,
    beside: Beside,
) -> tuple[int, int]:
    waits = _waits(its)
    moods = [beside.moods[row["id"]] for row in its if row["id"] in beside.moods]
    kept = [row["kept"] for row in beside.clocks if row["ticket_id"] == one["id"] and not row["dropped"]]
    decided = [row for row in kept if row is not None]
    rated = {kind: int(one["rating_survey"] == kind) for kind in ("csat", "nps", "effort")}
    good, bad = (int(one["rating"] == mark) for mark in ("good", "bad"))
    resolved = one["status"] == "resolved"
    ripe = resolved and one["resolved_at"] < now - 7 * DAY
    theirs = [
        other["opened_at"]
        for other in tickets
        if other["contact_id"] == one["contact_id"] and other["opened_at"] > one["opened_at"]
    ]
    reopened = one["id"] in beside.reopened
    again = resolved and bool(theirs) and one["resolved_at"] <= min(theirs) < one["resolved_at"] + 7 * DAY
    weigh: dict[str, Callable[[], tuple[int, int]]] = {
        "contacts": lambda: (1, 1),
        "complaints": lambda: (int(one["kind"] == "complaint"), 1),
        "first_answer": lambda: (int(bool(waits) and waits[0] <= HOUR), int(bool(waits))),
        "repeats": lambda: (int(ripe and again), int(ripe)),
        "solved_first": lambda: (int(ripe and len(waits) <= 1 and not again and not reopened), int(ripe)),
        "unhappy": lambda: (int(bool(moods) and moods[-1] in ("angry", "unhappy")), int(bool(moods))),
        "promises": lambda: (sum(decided), len(decided)),
        "reopened": lambda: (int(resolved and reopened), int(resolved)),
        "work": lambda: (int(bool(waits)), int(bool(waits))),
        "satisfied": lambda: (rated["csat"] * good, rated["csat"]),
        "easy": lambda: (rated["effort"] * good, rated["effort"]),
        "promoters": lambda: (rated["nps"] * good, rated["nps"]),
        "detractors": lambda: (rated["nps"] * bad, rated["nps"]),
    }
    return weigh[measure]()


def _work(tx: ReadTx) -> int:
    said = _rows(tx, _messages, message.c.keys())
    about = ticket_ids_of(tx, [one["id"] for one in said])
    return sum(work_of([row for row in said if about[row["id"]] == one]) for one in set(about.values()))


def work_of(its: Sequence[dict[str, Any]]) -> int:
    """How long the answers took, each that ended a wait: since it was asked, or since the agent's own last words, if that is later."""
    total, asked = 0, None
    last: dict[str, int] = {}
    for row in its:
        at = id_time(row["id"])
        if row["direction"] == "in":
            asked = asked if asked is not None else at
            continue
        if row["direction"] == "out" and asked is not None:
            took = at - max(asked, last.get(row["agent_id"], 0))
            total += took if 0 < took <= 20 * MINUTE else 3 * MINUTE
            asked = None
        last[row["agent_id"]] = at
    return total


def _waits(its: Sequence[dict[str, Any]]) -> list[int]:
    asked, found = None, []
    for row in its:
        at = id_time(row["id"])
        if row["direction"] == "in" and asked is None:
            asked = at
        elif row["direction"] == "out" and asked is not None:
            found.append(at - asked)
            asked = None
    return found


def _stretches(now: int, days: int, zone: ZoneInfo) -> tuple[int, int]:
    wall = datetime.fromtimestamp(now / 1000, zone)
    minute = datetime(wall.year, wall.month, wall.day, wall.hour, wall.minute, tzinfo=zone)
    return (int(minute.timestamp() * 1000) - 2 * days * DAY, int(minute.timestamp() * 1000) - days * DAY)


def _count_messages(tx: ReadTx, _: str, by: str, days: int, *, zone: ZoneInfo) -> dict[str, Any]:
    heard_in: dict[tuple[str, str], str] = {
        (one["message_id"], one["kind"]): one["value"] for one in _rows(tx, _heard, heard.c.keys())
    }
    heard_in |= {(message_id, kind): value for message_id, kind, value in tx.all(_corrected)}
    start, middle = _stretches(tx.now, days, zone)
    sums: defaultdict[str, list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    for one in _rows(tx, _messages, message.c.keys()):
        at = id_time(one["id"])
        if one["direction"] != "in" or one["removed_at"] is not None or not start <= at <= tx.now:
            continue
        local = datetime.fromtimestamp(at / 1000, zone)
        translation = read_more(one["more"]).translation
        keys: dict[str, Any] = {
            "channel": "pigeon",
            "language": (translation and translation.language) or None,
            "inbox": one["inbox_id"],
            "hour": local.weekday() * 24 + local.hour,
            "day": local.date().toordinal() - date(1970, 1, 1).toordinal(),
        }
        found = keys.get(by) if by in keys else heard_in.get((one["id"], by))
        for place in (0, 1) if at >= middle else (2, 3):
            sums[NONE if found is None else str(found)][place] += 1
    return {key: tuple(found) for key, found in sums.items()}


def _key(
    by: str,
    one: dict[str, Any],
    its: Sequence[dict[str, Any]],
    heard_of: tuple[dict[str, str | None], dict[str, str]],
    zone: ZoneInfo,
) -> str:
    languages, moods = heard_of
    local = datetime.fromtimestamp(one["opened_at"] / 1000, zone)
    waits = _waits(its)
    keys: dict[str, Callable[[], Any]] = {
        "channel": lambda: one["channel"],
        "inbox": lambda: one["inbox_id"],
        "team": lambda: one["owner_team_id"],
        "kind": lambda: one["kind"],
        "language": lambda: languages[one["conversation_id"]],
        "hour": lambda: local.weekday() * 24 + local.hour,
        "day": lambda: local.date().toordinal() - date(1970, 1, 1).toordinal(),
        "agent": lambda: one["owner_agent_id"],
        "mood": lambda: next((moods[row["id"]] for row in its[::-1] if row["id"] in moods), None),
        "wait": lambda: sum(waits[0] > end for end in WAITS) if waits else None,
    }
    found = keys[by]() if by in keys else None
    return NONE if found is None else str(found)


def deciles(values: Sequence[int]) -> list[float]:
    """What 10, 50 and 90 of 100 stay below, as statistics has it."""
    return list(operator.itemgetter(0, 4, 8)(quantiles(values, n=10, method="inclusive")))

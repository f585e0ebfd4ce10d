"""Setting reports, and letting them leave when they are due."""

from collections.abc import Sequence
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from lyhord.insights.pictures.queries import check_question
from lyhord.insights.reports import store
from lyhord.insights.reports.events import ReportsChanged
from lyhord.insights.reports.model import MOST_REPORTS, Report, ReportWords, checked, next_after
from lyhord.kit.database import ReadTx, Tx
from lyhord.kit.database.jobs_table import enqueue
from lyhord.kit.problems import Invalid, NotFound, Taken
from lyhord.workspaces.actions.audit import record
from lyhord.workspaces.model import Power
from lyhord.workspaces.views import list_who_may, settings_of

JOB = "report"
READ: Power = "numbers.read"
AT_ONCE = 20

_words = msgspec.json.Decoder(ReportWords)


class Order(Struct, frozen=True):
    """What a job sends to whom. `now`: somebody asked for it, so it leaves although the report is paused."""

    report_id: str
    agent_id: str
    now: bool = False


def list_reports(tx: ReadTx) -> list[Report]:
    """Those of the workspace, the first made first; of who may no longer see the numbers nothing is said."""
    may = set(list_who_may(tx, READ))
    found = [read_report(row) for row in tx.all(store.list_reports)]
    return [replace(one, words=replace(one.words, agent_ids=_still(one, may))) for one in found]


def find_report(tx: ReadTx, report_id: str) -> Report | None:
    """One, or None."""
    row = tx.one(store.find_report, key=report_id)
    return read_report(row) if row else None


def read_report(row: Sequence[Any]) -> Report:
    """A row of `store.COLUMNS`."""
    report_id, body, made_by, next_at, sent_at, failed_at, error = row
    return Report(
        id=report_id,
        words=_words.decode(body),
        made_by=made_by,
        next_at=next_at,
        sent_at=sent_at,
        failed_at=failed_at,
        error=error,
    )


def create_report(tx: Tx, words: ReportWords, made_by: str) -> str:
    """Send it from now on; its id. Raises `Invalid`, and `Taken` past `MOST_REPORTS`."""
    words = _check(tx, words)
    if len(tx.all(store.list_reports)) >= MOST_REPORTS:
        raise Taken("There are 50 reports already; remove one first.", key="problem.too_many_reports")
    report_id = tx.new_id()
    row = {"id": report_id, "body": _body(words), "made_by": made_by, "next_at": _next(tx, words)}
    tx.run(store.insert_report, **row, sent_at=None, failed_at=None, error=None)
    _tell(tx, "report.created", report_id, words)
    return report_id


def change_report(tx: Tx, report_id: str, words: ReportWords) -> None:
    """Write it anew, also to pause it or to go on. Raises `NotFound`, `Invalid`."""
    _get(tx, report_id)
    words = _check(tx, words)
    tx.run(store.write_report, key=report_id, body=_body(words), next_at=_next(tx, words))
    _tell(tx, "report.changed", report_id, words)


def remove_report(tx: Tx, report_id: str) -> None:
    """Send it no more; what waits to leave stays here, too. Raises `NotFound`."""
    words = _get(tx, report_id).words
    tx.run(store.delete_report, key=report_id)
    _tell(tx, "report.removed", report_id, words)


def leave_report(tx: Tx, report_id: str, agent_id: str) -> None:
    """Send it to one agent no more, who asked for that; one that nobody gets any more is removed. Raises `NotFound`."""
    known = _get(tx, report_id)
    left = tuple(one for one in known.words.agent_ids if one != agent_id)
    if not left:
        remove_report(tx, report_id)
    elif left != known.words.agent_ids:
        words = replace(known.words, agent_ids=left)
        tx.run(store.write_report, key=report_id, body=_body(words), next_at=known.next_at)
        _tell(tx, "report.changed", report_id, words)


def send_now(tx: Tx, report_id: str, agent_id: str) -> None:
    """Let it leave to one agent at once. Raises `NotFound`."""
    _get(tx, report_id)
    enqueue(tx, JOB, msgspec.to_builtins(Order(report_id, agent_id, now=True)))


def send_due(tx: Tx) -> int:
    """Let those leave that are due, one mail for each agent who may still see it; a report that nobody may see any more is removed.

    What was due while nothing ran leaves once.
    """
    rows = tx.all(store.due, now=tx.now, most=AT_ONCE)
    may = set(list_who_may(tx, READ)) if rows else set()
    for one in map(read_report, rows):
        agent_ids = _still(one, may)
        if not agent_ids:
            remove_report(tx, one.id)
            continue
        for agent_id in agent_ids:
            enqueue(tx, JOB, msgspec.to_builtins(Order(one.id, agent_id)))
        tx.run(store.write_report, key=one.id, body=_body(one.words), next_at=_next(tx, one.words))
        tx.emit(ReportsChanged(report_id=one.id))
    return len(rows)


def note_outcome(tx: Tx, report_id: str, error: str | None) -> None:
    """Keep whether it could be sent the last time; nothing where it was removed meanwhile."""
    known = find_report(tx, report_id)
    if known is None:
        return
    sent_at, failed_at = (known.sent_at, tx.now) if error else (tx.now, None)
    tx.run(store.write_outcome, key=report_id, sent_at=sent_at, failed_at=failed_at, error=error and error[:500])
    tx.emit(ReportsChanged(report_id=report_id))


def _get(tx: ReadTx, report_id: str) -> Report:
    found = find_report(tx, report_id)
    if found is None:
        raise NotFound("There is no such report.")
    return found


def _check(tx: ReadTx, words: ReportWords) -> ReportWords:
    words = checked(words)
    for one in words.questions():
        check_question(one)
    if set(words.agent_ids) - set(list_who_may(tx, READ)):
        raise Invalid("Choose colleagues who may see the numbers.", fields={"agent_ids": "problem.report_agents"})
    return words


def _next(tx: ReadTx, words: ReportWords) -> int | None:
    return next_after(words.every, words.hour, tx.now, ZoneInfo(settings_of(tx).time_zone)) if words.on else None


def _still(report: Report, may: set[str]) -> tuple[str, ...]:
    return tuple(one for one in report.words.agent_ids if one in may)


def _body(words: ReportWords) -> str:
    return msgspec.json.encode(words).decode()


def _tell(tx: Tx, what: str, report_id: str, words: ReportWords) -> None:
    record(
        tx, what, f"report:{report_id}", name=words.name, every=words.every, on=words.on, agents=len(words.agent_ids)
    )
    tx.emit(ReportsChanged(report_id=report_id))

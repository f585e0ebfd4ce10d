"""Keep what was heard in messages, and what people say against it.

`heard` has what detectors and models told, and nothing else, so that they can be measured; what people say stands beside it, is never
overwritten, and wins wherever findings are read.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from lyhord.hearing.entities.model import found_by
from lyhord.hearing.findings import store
from lyhord.hearing.findings.model import ENTITY, PERHAPS, REASON, Finding
from lyhord.kit.database import ReadTx, Tx

THOUSAND = 1_000
TAKEN_BACK = "*"
"""The value by which somebody takes back what they said."""


class Row(NamedTuple):
    """A finding of a message as it is kept, in the order of `store.heard_of`; `confidence` is in thousandths.

    `model` is `agent:<id>` where somebody said so.
    """

    message_id: str
    kind: str
    value: str
    confidence: int
    start: int | None
    end: int | None
    why: str
    model: str


class Correction(NamedTuple):
    """What somebody said last of a message and a kind: the values that it has, none of them for nothing."""

    at: int
    agent_id: str
    values: tuple[str, ...]


def told_of(tx: ReadTx, message_ids: Collection[str]) -> dict[str, list[Row]]:
    """By message what detectors and models told, of each kind the surest first."""
    found: dict[str, list[Row]] = {}
    for row in tx.all(store.heard_of, ids=sorted(message_ids)) if message_ids else ():
        found.setdefault(row[0], []).append(Row(*row))
    return found


def findings_of(tx: ReadTx, message_ids: Collection[str]) -> dict[str, list[Row]]:
    """By message what is known of it: what was told, and in its place what somebody said."""
    found = told_of(tx, message_ids)
    for (message_id, kind), said in corrections_of(tx, message_ids).items():
        replaced = {REASON, PERHAPS} if kind == REASON else {kind}
        kept = [one for one in found.get(message_id, ()) if one.kind not in replaced]
        by = f"agent:{said.agent_id}"
        own = [Row(message_id, kind, value, THOUSAND, None, None, "", by) for value in said.values]
        found[message_id] = own + kept
    return found


def corrections_of(tx: ReadTx, message_ids: Collection[str]) -> dict[tuple[str, str], Correction]:
    """By message and kind what was said last, as far as it wasn't taken back."""
    found: dict[tuple[str, str], Correction] = {}
    rows = tx.all(store.corrections_of, ids=sorted(message_ids)) if message_ids else ()
    for message_id, kind, at, value, agent_id in rows:
        before = found.pop((message_id, kind), None)
        kept = before.values if before and before.at == at else ()
        if value != TAKEN_BACK:
            found[message_id, kind] = Correction(at, agent_id, (*kept, value) if value else kept)
    return found


def write_findings(tx: Tx, found: Mapping[str, Sequence[tuple[Finding, str]]]) -> set[str]:
    """Let these be the findings of these messages, each with the model that told it; which messages have others than before."""
    before = told_of(tx, found)
    rows = {message_id: _rows(message_id, findings) for message_id, findings in found.items()}
    changed = {one for one in found if sorted(rows[one]) != sorted(before.get(one, ()))}
    if gone := sorted(changed & before.keys()):
        tx.run(store.drop_heard, ids=gone)
    new = [row for one in sorted(changed) for row in rows[one]]
    named = [found_by(row.value) if row.kind == ENTITY else None for row in new]
    tx.run_many(store.insert_heard, [{**row._asdict(), "named": name} for row, name in zip(new, named, strict=True)])
    return changed


def forget_findings(tx: Tx, message_ids: Collection[str]) -> None:
    """Remove what was heard in messages whose words are gone."""
    tx.run(store.drop_heard, ids=sorted(message_ids))


def correct(
    tx: Tx,
    message_ids: Sequence[str],
    kind: str,
    values: Sequence[str] | None,
    agent_id: str,
    *,
    chance: bool = False,
    theme_id: str | None = None,
) -> None:
    """Keep that somebody said what these messages say of a kind: these values, or nothing; None takes back what was said before.

    `chance`: chance asked for it, not the model's doubt. `theme_id`: nobody looked at each, they were labelled together.
    """
    said = (TAKEN_BACK,) if values is None else tuple(values) or ("",)
    rows = [
        {
            "message_id": one,
            "kind": kind,
            "at": tx.now,
            "value": value,
            "agent_id": agent_id,
            "random": 1 if chance else None,
            "theme_id": theme_id,
        }
        for one in message_ids
        for value in said
    ]
    tx.run_many(store.keep_correction, rows)


def _rows(message_id: str, findings: Sequence[tuple[Finding, str]]) -> list[Row]:
    """Each kind and value once, the surest of them."""
    best: dict[tuple[str, str], Row] = {}
    for one, model in findings:
        sure = round(min(max(one.confidence, 0.0), 1.0) * THOUSAND)
        start, end = one.span or (None, None)
        row = Row(message_id, one.kind, one.value[:200], sure, start, end, one.why, model)
        before = best.get((row.kind, row.value))
        if before is None or row.confidence > before.confidence:
            best[row.kind, row.value] = row
    return list(best.values())

"""Keep the themes that were found, make reasons of them, dismiss them, and forget what must be forgotten."""

import hashlib
from collections.abc import Collection, Sequence

import msgspec
from msgspec import Struct

from lyhord.hearing.entities.redacting import redact
from lyhord.hearing.findings.actions import correct
from lyhord.hearing.findings.model import REASON
from lyhord.hearing.reasons import store as reason_store
from lyhord.hearing.reasons.actions import change_reason, create_reason, learn_soon
from lyhord.hearing.reasons.model import NewReason, Reason, ReasonChange
from lyhord.hearing.reasons.reading import list_reasons
from lyhord.hearing.themes import store
from lyhord.hearing.themes.events import ThemesChanged
from lyhord.hearing.themes.model import (
    EXAMPLES,
    LEAST,
    MOST_MEMBERS,
    MOST_THEMES,
    Found,
    Known,
    Named,
    match,
    trends_of,
)
from lyhord.kit.database import ReadTx, Tx
from lyhord.kit.problems import NotFound, Taken

EXAMPLE_LIMIT = 1_000


class Kept(Struct, frozen=True):
    """A theme as it stands in its row."""

    id: str
    words: tuple[str, ...]
    weeks: tuple[int, ...]
    looked_at: tuple[int, ...]
    trend: str
    chance: float
    found_at: int
    dismissed_at: int | None
    reason_id: str | None
    named: Named | None = None


class Made(Struct, frozen=True):
    """The reason that was made of a theme, and the messages that were labelled with it."""

    reason: Reason
    message_ids: tuple[str, ...]


def list_kept(tx: ReadTx) -> list[Kept]:
    """All of them, those that nobody sees any more, too."""
    return [_kept(row) for row in tx.all(store.list_themes)]


def get_theme(tx: ReadTx, theme_id: str) -> Kept:
    """One; raises `NotFound`."""
    row = tx.one(store.find_theme, key=theme_id)
    if row is None:
        raise NotFound("There is no such theme any more.")
    return _kept(row)


def keep_themes(tx: Tx, found: Sequence[Found], looked_at: Sequence[int]) -> None:
    """Let these be the themes of today. One that is known keeps its id, and stays dismissed, or a reason; others that aren't found go.

    Messages that are gone by now are left out, and themes of which too few are left.
    """
    asked = sorted({each.message_id for one in found for each in one.members})
    there = {row[0] for row in tx.all(store.those_there, ids=asked)} if asked else set()
    found = [Found(one.words, tuple(each for each in one.members if each.message_id in there)) for one in found]
    found = [one for one in found if len({each.conversation_id for each in one.members}) >= LEAST][:MOST_THEMES]
    before = {one.id: one for one in list_kept(tx)}
    members = _members_of(tx, before)
    known = [Known(one.id, one.words, frozenset(members.get(one.id, ()))) for one in before.values()]
    ids = match(found, known)
    trends = trends_of([one.weeks for one in found], looked_at)
    kept = [theme_id or tx.new_id() for theme_id in ids]
    rows = [
        {
            "id": theme_id,
            "words": _text(one.words),
            "weeks": _text(one.weeks),
            "looked_at": _text(looked_at),
            "trend": trend,
            "chance": chance,
            "found_at": tx.now,
            "dismissed_at": None,
            "reason_id": None,
            "named": None,
        }
        for theme_id, one, (trend, chance) in zip(kept, found, trends, strict=True)
    ]
    settled = {one.id for one in before.values() if one.reason_id}
    gone = [one.id for one in before.values() if one.id not in kept and not one.dismissed_at and not one.reason_id]
    if gone:
        tx.run(store.drop_themes, ids=gone)
    if again := sorted({*gone, *(one for one in kept if one in before and one not in settled)}):
        tx.run(store.drop_members_of, ids=again)
    tx.run_many(store.know_theme, rows)
    fresh = [(key, one) for key, one in zip(kept, found, strict=True) if key not in settled]
    tx.run_many(store.insert_member, [row for theme_id, one in fresh for row in _rows(theme_id, one)])
    _unname(tx, [before[key] for key, one in fresh if key in before and not _rests_on(before[key], one)])
    tx.run(store.write_round, looked_at=tx.now)
    if rows or gone:
        tx.emit(ThemesChanged())


def make_reason(tx: Tx, theme_id: str, name: str, parent_id: str | None, agent_id: str) -> Made:
    """Make a reason of a theme: what stands for it are its examples, and all its messages are labelled, as if the agent had said so of
    each; the labels are marked as coming from it.

    Personal data in examples is hidden. Raises `NotFound`, `Taken` for one of which a reason was made, and what `create_reason` raises.
    """
    if get_theme(tx, theme_id).reason_id:
        raise Taken("Somebody has made a reason of it.", key="problem.theme_taken")
    members = tx.all(store.members_of, ids=[theme_id])
    texts = {row[0]: f"{row[3]}\n{row[4]}" if row[3] else row[4] for row in _texts(tx, [row[1] for row in members])}
    shown = sorted((row for row in members if row[1] in texts), key=lambda row: (row[3] is None, row[3], row[1]))
    examples: dict[str, str] = {}
    for row in shown:
        example = " ".join(redact(texts[row[1]])[:EXAMPLE_LIMIT].split())
        if len(examples) < EXAMPLES and example not in examples.values():
            examples[row[1]] = example
    reason = create_reason(tx, NewReason(name=name, parent_id=parent_id, examples=tuple(examples.values())))
    tx.run_many(
        store.set_digest,
        [{"of": theme_id, "key": key, "value": digest(example)} for key, example in examples.items()],
    )
    tx.run(store.set_reason, key=theme_id, reason=reason.id)
    ids = tuple(sorted(texts))
    correct(tx, ids, REASON, [reason.id], agent_id, theme_id=theme_id)
    learn_soon(tx)
    tx.emit(ThemesChanged())
    return Made(reason, ids)


def dismiss_theme(tx: Tx, theme_id: str, *, dismissed: bool) -> None:
    """Show a theme no more, however often it is found again; or take that back. Raises `NotFound`."""
    get_theme(tx, theme_id)
    tx.run(store.set_dismissed, key=theme_id, at=tx.now if dismissed else None)
    tx.emit(ThemesChanged())


def name_theme(tx: Tx, theme_id: str, named: Named) -> None:
    """Call a theme as a language model does, unless it is gone by now."""
    if tx.run(store.set_named, key=theme_id, called=msgspec.json.encode(named).decode()):
        tx.emit(ThemesChanged())


def forget_themes(tx: Tx, conversation_ids: Sequence[str]) -> None:
    """Forget what these conversations said of themes: see `privacy.holdings.Forget`."""
    if conversation_ids:
        _forget(tx, tx.all(store.members_in, conversation_ids=list(conversation_ids)))


def forget_members(tx: Tx, message_ids: Collection[str]) -> None:
    """Forget messages whose words are gone."""
    if message_ids:
        _forget(tx, tx.all(store.members_among, ids=sorted(message_ids)))


def _forget(tx: Tx, rows: Sequence[tuple[str, str, str, int | None, str | None]]) -> None:
    """Their words may be examples of reasons. A theme with too few customers left goes as well: its words would point at them."""
    if not rows:
        return
    tx.run(store.drop_members, ids=sorted({row[1] for row in rows}))
    digests = {row[4] for row in rows if row[4]}
    taken = {one.id: one for one in list_kept(tx)}
    gone = {row[1] for row in rows}
    _unname(tx, [one for one in taken.values() if one.named and gone.intersection(one.named.message_ids)])
    for reason_id in {taken[row[0]].reason_id for row in rows if row[4] and row[0] in taken}:
        _drop_examples(tx, reason_id or "", digests)
    left: dict[str, set[str]] = {row[0]: set() for row in rows}
    for theme_id, _, conversation_id, _, _ in tx.all(store.members_of, ids=sorted(left)):
        left[theme_id].add(conversation_id)
    few = [one for one, talks in left.items() if len(talks) < LEAST]
    if few:
        tx.run(store.drop_themes, ids=few)
        tx.run(store.drop_members_of, ids=few)
    tx.emit(ThemesChanged())


def _unname(tx: Tx, themes: Sequence[Kept]) -> None:
    """Their names rest on messages that are theirs no more."""
    tx.run_many(store.set_named, [{"key": one.id, "called": None} for one in themes if one.named])


def _rests_on(kept: Kept, found: Found) -> bool:
    return kept.named is not None and {one.message_id for one in found.members}.issuperset(kept.named.message_ids)


def _drop_examples(tx: Tx, reason_id: str, digests: Collection[str | None]) -> None:
    """Even where too few are left: it is told no more then, until somebody adds others. What learned from them has to be learned again."""
    one = next((each for each in list_reasons(tx) if each.id == reason_id), None)
    kept = [each for each in one.examples if digest(each) not in digests] if one else []
    if one and len(kept) < len(one.examples):
        if one.archived or len(kept) >= EXAMPLES:
            change_reason(tx, reason_id, ReasonChange(examples=tuple(kept)))
        else:
            tx.run(reason_store.write_examples, key=reason_id, examples=_text(kept))
        learn_soon(tx, forget=True)


def digest(text: str) -> str:
    """By which an example is found again whose message nobody may know any more."""
    return hashlib.sha256(" ".join(text.split()).encode()).hexdigest()


def _members_of(tx: ReadTx, theme_ids: Collection[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for row in tx.all(store.members_of, ids=sorted(theme_ids)) if theme_ids else ():
        found.setdefault(row[0], []).append(row[1])
    return found


def _texts(tx: ReadTx, message_ids: Sequence[str]) -> Sequence[tuple[str, str, str | None, str | None, str]]:
    return tx.all(store.texts_of, ids=list(message_ids)) if message_ids else []


def _rows(theme_id: str, one: Found) -> list[dict[str, object]]:
    shown = [each for each in one.members if each.example is not None]
    rest = [each for each in one.members if each.example is None]
    return [
        {
            "theme_id": theme_id,
            "message_id": each.message_id,
            "conversation_id": each.conversation_id,
            "example": each.example,
            "digest": None,
        }
        for each in (*shown, *rest[-MOST_MEMBERS + EXAMPLES :])
    ]


def _text(value: Sequence[object]) -> str:
    return msgspec.json.encode(value).decode()


def _kept(row: Sequence[object]) -> Kept:
    values = dict(zip(store.ROW, row, strict=True))
    lists = {name: msgspec.json.decode(str(values[name])) for name in ("words", "weeks", "looked_at")}
    lists["named"] = msgspec.json.decode(str(values["named"])) if values["named"] else None
    return msgspec.convert({**values, **lists}, Kept)

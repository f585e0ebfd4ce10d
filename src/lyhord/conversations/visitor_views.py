"""The conversation as the visitor sees it: no notes, nothing taken back, nothing that may still be undone."""

from collections.abc import Sequence
from typing import Any, Literal

from msgspec import Struct

from lyhord.conversations import visitor_store
from lyhord.conversations.model import Attached, Attachment, More, read_more, said_at
from lyhord.conversations.visitors import Visitor, find_conversation_ids
from lyhord.kit.database import ReadTx
from lyhord.kit.ids import HIGHEST_ID
from lyhord.kit.text import preview
from lyhord.workspaces.views import settings_of


class Quote(Struct, frozen=True):
    """The beginning of a message that another one answers, on one line; of one without words, its subject or what its files are called."""

    id: str
    direction: Literal["in", "out"]
    text: str
    author: str


class VisitorMessage(Struct, frozen=True, kw_only=True):
    """One message. `key` is the browser's own where this browser wrote it, `mine` the emoji with which this visitor answered it.

    `quote` is there where somebody of the company answered a certain message, and the visitor may see that one too. `buttons` are
    answers to choose from.
    """

    id: str
    direction: Literal["in", "out"]
    text: str
    subject: str | None
    channel: str
    author: str
    attachments: tuple[Attachment, ...]
    at: int
    key: str | None
    edited: bool = False
    reactions: tuple[str, ...] = ()
    mine: str = ""
    quote: Quote | None = None
    buttons: tuple[str, ...] = ()


class VisitorPage(Struct, frozen=True):
    """Part of the timeline, oldest first; `next` is the `before` of the part above.

    The company has read up to `seen_id`, the visitor up to `read_id`.
    """

    items: list[VisitorMessage]
    next: str | None
    seen_id: str | None
    read_id: str | None


class Changes(Struct, frozen=True):
    """What happened after a message: new ones, earlier ones that are others now, those taken back, how far the company has read.

    `complete`: there isn't more.
    """

    items: list[VisitorMessage]
    removed: list[str]
    seen_id: str | None
    complete: bool


def list_visible(tx: ReadTx, who: Visitor, before: str | None = None, most: int = 30) -> VisitorPage:
    """The newest part of the visitor's timeline, or what stands before a message."""
    bound = _bound(tx, who)
    rows = (
        tx.all(visitor_store.seen_before, before=before or HIGHEST_ID, most=most + 1, **bound)
        if bound["conversations"]
        else []
    )
    following = rows[most - 1][0] if len(rows) > most else None
    items = _to_messages(tx, rows[:most][::-1], who, bound)
    read = tx.value(visitor_store.read_by_contact, conversations=bound["conversations"]) if items else None
    return VisitorPage(items, following, _seen_by_agents(tx, bound), read)


def list_changes(tx: ReadTx, who: Visitor, after: str, since: int, most: int = 100) -> Changes:
    """What stands after message `after`, and what was taken back since a moment (Unix milliseconds)."""
    bound = _bound(tx, who)
    if not bound["conversations"]:
        return Changes([], [], None, complete=True)
    rows = tx.all(visitor_store.seen_after, after=after, most=most + 1, **bound)
    changed = tx.all(visitor_store.changed_since, since=since, after=after, **bound)
    removed = [row[0] for row in tx.all(visitor_store.removed_since, since=since, **_without_now(bound))]
    items = _to_messages(tx, [*changed, *rows[:most]], who, bound)
    return Changes(items, removed, _seen_by_agents(tx, bound), complete=len(rows) <= most)


def find_visible(tx: ReadTx, who: Visitor, ids: Sequence[str]) -> list[VisitorMessage]:
    """Those of the messages that the visitor may see, in order."""
    bound = _bound(tx, who)
    if not bound["conversations"]:
        return []
    return _to_messages(tx, tx.all(visitor_store.seen_by_ids, ids=ids, **bound), who, bound)


def list_removed(tx: ReadTx, who: Visitor, ids: Sequence[str]) -> list[str]:
    """Those of the messages that were the visitor's to see and were taken back."""
    bound = _without_now(_bound(tx, who))
    return [row[0] for row in tx.all(visitor_store.removed_by_ids, ids=ids, **bound)] if bound["conversations"] else []


def list_unsettled(tx: ReadTx, who: Visitor, until: str, states: Sequence[str]) -> list[str]:
    """Messages up to `until` that left through the visitor's own inbox and whose deliveries stand at one of `states`."""
    bound = _without_now(_bound(tx, who))
    if not bound["conversations"]:
        return []
    return [row[0] for row in tx.all(visitor_store.unsettled, inbox=who.inbox_id, until=until, states=states, **bound)]


def find_file(tx: ReadTx, who: Visitor, attachment_id: str) -> Attached | None:
    """A file of a message that the visitor may see, or None."""
    bound = _bound(tx, who)
    row = tx.one(visitor_store.file_by_id, id=attachment_id, **bound) if bound["conversations"] else None
    return Attached(*row) if row else None


def seen_by_agents(tx: ReadTx, who: Visitor) -> str | None:
    """The visitor's last message that somebody in the company has read, where the workspace shows that."""
    return _seen_by_agents(tx, _bound(tx, who))


def _seen_by_agents(tx: ReadTx, bound: dict[str, Any]) -> str | None:
    """The visitor's own last message that was read: where the company stands in the rest is not theirs to know."""
    conversations = bound["conversations"]
    if not settings_of(tx).read_marks_out:
        return None
    until = tx.value(visitor_store.read_by_agents, conversations=conversations) if conversations else None
    found = tx.value(visitor_store.last_heard, until=until, **_without_now(bound)) if until else None
    return str(found) if found else None


def _bound(tx: ReadTx, who: Visitor) -> dict[str, Any]:
    return {
        "conversations": find_conversation_ids(tx, who),
        "signed": int(who.signed),
        "scheme_of": who.scheme,
        "value_of": who.value,
        "now": tx.now,
    }


def _without_now(bound: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in bound.items() if name != "now"}


def _to_messages(tx: ReadTx, rows: Sequence[Any], who: Visitor, bound: dict[str, Any]) -> list[VisitorMessage]:
    """Rows as values, those of the company with what they answer, as far as the visitor may see that. Calls are no words."""
    read = [(row, read_more(row[6])) for row in rows]
    rows, more = [row for row, one in read if one.call is None], [one for _, one in read if one.call is None]
    chosen = [one.answers if row[1] == "out" else None for row, one in zip(rows, more, strict=True)]
    answered = sorted({one for one in chosen if one})
    found = tx.all(visitor_store.seen_by_ids, ids=answered, **bound) if answered else []
    quotes = {row[0]: _to_quote(row) for row in found}
    return [
        _to_message(row, one, who, quotes.get(answers or ""))
        for row, one, answers in zip(rows, more, chosen, strict=True)
    ]


def _to_quote(row: tuple[Any, ...]) -> Quote:
    text = row[2] or row[3] or ", ".join(one.name for one in read_more(row[6]).attachments)
    return Quote(id=row[0], direction=row[1], text=preview(text), author=row[5] or "")


def _to_message(row: tuple[Any, ...], more: More, who: Visitor, quote: Quote | None) -> VisitorMessage:
    myself = f"{who.scheme}:{who.value}"
    mine = row[1] == "in" and row[8] == who.inbox_id and str(row[7]).startswith(f"{who.value}:")
    return VisitorMessage(
        id=row[0],
        direction=row[1],
        text=row[2],
        subject=row[3],
        channel=row[4] or "",
        author=row[5] or "",
        attachments=tuple(Attachment(one.id, one.name, one.type, one.size, one.inline_id) for one in more.attachments),
        at=said_at(row[0]),
        key=str(row[7])[len(who.value) + 1 :] if mine else None,
        edited=more.edited_at is not None,
        reactions=tuple(one.emoji for one in more.reactions if one.by != myself),
        mine=next((one.emoji for one in more.reactions if one.by == myself), ""),
        quote=quote,
        buttons=more.buttons if row[1] == "out" and row[4] == who.channel else (),
    )

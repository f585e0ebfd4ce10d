"""A message that is there and becomes another: how its row is read and written, and how what was done with it leaves."""

from collections.abc import Collection, Sequence
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from lyhord.conversations import amending_store, store
from lyhord.conversations.events import Change, MessageChanged, MessageRemoved
from lyhord.conversations.exchange import Deed
from lyhord.conversations.model import Amending, More, Reacted, read_more, write_more
from lyhord.kit.clock import SECOND
from lyhord.kit.database import ReadTx, Tx
from lyhord.kit.problems import NotFound

DONE = frozenset({"sent", "delivered", "read"})


class Row(Struct, frozen=True):
    """A message's row: its columns by name, and what stands in `more`."""

    facts: dict[str, Any]
    more: More

    @property
    def id(self) -> str:
        """The message's id."""
        return str(self.facts["id"])

    @property
    def by_us(self) -> bool:
        """Whether the company said it to the customer."""
        return bool(self.facts["direction"] == "out")


def get_row(tx: ReadTx, message_id: str) -> Row:
    """The row; raises `NotFound`."""
    row = find_row(tx, message_id)
    if row is None:
        raise NotFound("There is no such message.")
    return row


def find_row(tx: ReadTx, message_id: str) -> Row | None:
    """The row, or None where there is none."""
    found = tx.one(store.message_row, id=message_id)
    if found is None:
        return None
    facts = dict(zip(store.message_names, found, strict=True))
    return Row(facts, read_more(facts["more"]))


def keep_more(tx: Tx, row: Row, more: More) -> None:
    """Write what few messages have."""
    tx.run(
        amending_store.write_more,
        conversation=row.facts["conversation_id"],
        key=row.id,
        more=write_more(more),
        amended_at=tx.now,
    )


def tell_change(tx: Tx, row: Row, change: Change) -> None:
    """Say in the log that a message is another now."""
    tx.emit(
        MessageChanged(
            conversation_id=row.facts["conversation_id"],
            inbox_id=row.facts["inbox_id"],
            message_id=row.id,
            change=change,
        )
    )


def set_reactions(
    tx: Tx, row: Row, by: str, emojis: Collection[str], *, name: str = "", external_id: str | None = None
) -> Row:
    """Let these be a person's reactions to a message, and the row carry what all have. The same ones change nothing."""
    there, wanted = {one.emoji for one in row.more.reactions if one.by == by}, set(emojis)
    if there == wanted:
        return row
    for emoji in there - wanted:
        tx.run(amending_store.drop_reaction, of=row.id, person=by, sign=emoji)
    for emoji in wanted - there:
        tx.run(
            amending_store.add_reaction,
            message_id=row.id,
            by=by,
            emoji=emoji,
            name=name,
            inbox_id=row.facts["inbox_id"],
            external_id=external_id,
            at=tx.now,
        )
    return keep_reactions(tx, row)


def keep_reactions(tx: Tx, row: Row) -> Row:
    """Let the row carry its reactions as they are now."""
    reactions = tuple(Reacted(*one) for one in tx.all(amending_store.reactions_of, of=row.id))
    more = replace(row.more, reactions=reactions)
    keep_more(tx, row, more)
    tell_change(tx, row, "reacted")
    return replace(row, more=more)


def rewrite(tx: Tx, row: Row, text: str, html: str | None, *, by: str) -> Row:
    """Give a message other words. What stood there is kept for those who may read the audit."""
    _keep_earlier(tx, row, by)
    more = replace(row.more, edited_at=tx.now)
    words = {"text": text, "html": html, "quoted": "", "subject": row.facts["subject"]}
    write_words(tx, row, more, words)
    tell_change(tx, row, "edited")
    return Row({**row.facts, **words}, more)


def remove(tx: Tx, row: Row, *, by: str) -> Row:
    """Take the words out of a message. What stood there is kept for those who may read the audit."""
    _keep_earlier(tx, row, by)
    more = More(removed_by=by, expires_at=row.more.expires_at, place=row.more.place)
    words = {"text": "", "html": None, "quoted": "", "subject": None}
    write_words(tx, row, more, words, removed_at=tx.now)
    conversation_id = row.facts["conversation_id"]
    tx.run(store.reset_last_message, key=conversation_id)
    tx.emit(MessageRemoved(conversation_id=conversation_id, inbox_id=row.facts["inbox_id"], message_id=row.id))
    return Row({**row.facts, **words, "removed_at": tx.now}, more)


def write_words(tx: Tx, row: Row, more: More, words: dict[str, Any], *, removed_at: int | None = None) -> None:
    """Write what a message says: `words` are text, html, quoted and subject."""
    tx.run(
        amending_store.write_words,
        conversation=row.facts["conversation_id"],
        key=row.id,
        more=write_more(more),
        removed_at=removed_at,
        amended_at=tx.now,
        **words,
    )


def queue_amendment(tx: Tx, row: Row, deed: Deed, *, after_seconds: int = 0) -> None:
    """Let what was done with a message go where the message went. What waits to be done already takes it along."""
    waiting = tx.value(amending_store.waiting_amendment, of=row.id, what=deed)
    amendment_id = waiting or tx.new_id()
    if waiting is None:
        conversation_id = row.facts["conversation_id"]
        tx.run(
            store.insert_delivery,
            message_id=amendment_id,
            conversation_id=conversation_id,
            n=tx.value(amending_store.next_number, key=conversation_id),
            amends=row.id,
            deed=deed,
            inbox_id=row.facts["inbox_id"],
            state="queued",
            queued_at=tx.now,
            due_at=tx.now + after_seconds * SECOND,
            attempts=0,
            parts_sent=0,
            lease=None,
            lease_until=None,
            reference=amendment_id,
            error=None,
            trace=tx.trace,
            changed_at=tx.now,
        )
    keep_more(tx, row, replace(row.more, amending=Amending(amendment_id, deed, "queued")))


def note_amending(tx: Tx, message_id: str, amendment_id: str, state: str, why: str | None) -> None:
    """Show on a message how far its amendment has come. What got there is nothing to speak of."""
    row = get_row(tx, message_id)
    now = row.more.amending
    if now is not None and now.id == amendment_id:
        after = None if state in DONE else replace(now, state=state, error=why)
        keep_more(tx, row, replace(row.more, amending=after))
    tell_change(tx, row, "amendment")


def hide(tx: Tx, row: Row, by: str) -> Row:
    """Note who hid a public message, or that nobody has (""). The same changes nothing."""
    if row.more.hidden_by == by:
        return row
    row = replace(row, more=replace(row.more, hidden_by=by))
    keep_more(tx, row, row.more)
    tell_change(tx, row, "hidden" if by else "shown")
    return row


def has_left(left: Sequence[Any] | None) -> bool:
    """Whether something of a message may be at the other side, by what `amending_store.how_it_left` tells; what has no delivery is."""
    return left is None or left[0] not in ("queued", "failed") or bool(left[1])


def our_reaction(row: Row) -> str:
    """The emoji that stands for the company where it can have one: the last that an agent chose."""
    ours = [one.emoji for one in row.more.reactions if one.by.startswith("agent:")]
    return ours[-1] if ours else ""


def _keep_earlier(tx: Tx, row: Row, by: str) -> None:
    kept = {name: row.facts[name] for name in ("text", "html", "quoted", "subject", "more")}
    tx.run(amending_store.keep_words, message_id=row.id, id=tx.new_id(), replaced_by=by, **kept)

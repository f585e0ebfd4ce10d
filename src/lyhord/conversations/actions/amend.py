"""What we do with a message that is there: say it otherwise, withdraw it and bring it back, hide it, answer it with an emoji."""

from msgspec.structs import replace

from lyhord.conversations import amending_store, store
from lyhord.conversations.actions.reply import agent_of
from lyhord.conversations.amending import (
    Row,
    get_row,
    has_left,
    hide,
    keep_more,
    queue_amendment,
    remove,
    rewrite,
    set_reactions,
    tell_change,
    write_words,
)
from lyhord.conversations.model import ELSEWHERE, read_more
from lyhord.kit.clock import MINUTE
from lyhord.kit.database import Tx
from lyhord.kit.ids import id_time
from lyhord.kit.problems import Forbidden, Gone, Invalid, Taken
from lyhord.kit.text import clean_name

UNDO_SECONDS = 7
"""For how long a message that was withdrawn can be brought back before anybody else is told."""
LONGEST_EMOJI = 32


def edit_message(tx: Tx, message_id: str, text: str) -> None:
    """Say a note or a reply otherwise; where the reply has left, so it becomes there. The same words change nothing.

    Raises `Invalid` for no words and for a customer's, `Forbidden` for somebody else's note, `Gone` where it was removed.
    """
    row = _get_ours(tx, message_id)
    if not text.strip() and not row.more.attachments:
        raise Invalid("Write something.", fields={"text": "problem.empty"})
    if text == row.facts["text"]:
        return
    left = _has_left(tx, row, whole=True)
    row = rewrite(tx, row, text, None, by=tx.actor)
    if left:
        queue_amendment(tx, row, "edit")


def remove_message(tx: Tx, message_id: str) -> None:
    """Withdraw a note or a reply. Elsewhere it is withdrawn `UNDO_SECONDS` later, if nobody brings it back.

    Raises as `edit_message` does, and `Taken` for a reply that hasn't left: that one is taken back.
    """
    row = _get_ours(tx, message_id)
    left = _has_left(tx, row)
    if row.by_us and left is None:
        raise Taken("It hasn't left: take it back.", key="amend.not_left")
    row = remove(tx, row, by=tx.actor)
    if left:
        queue_amendment(tx, row, "remove", after_seconds=UNDO_SECONDS)


def restore_message(tx: Tx, message_id: str) -> None:
    """Bring back what was withdrawn a moment ago. Raises `Gone` when it is too late, or somebody else withdrew it."""
    row = get_row(tx, message_id)
    earlier = tx.one(amending_store.last_earlier, of=message_id)
    if earlier is None or row.more.removed_by != tx.actor or tx.now > id_time(earlier[0]) + MINUTE:
        raise Gone("It can't be brought back any more.", key="amend.too_late")
    if _has_left(tx, row):
        waiting = tx.value(amending_store.waiting_amendment, of=message_id, what="remove")
        if waiting is None or not tx.run(store.drop_delivery, id=waiting):
            raise Gone("It was withdrawn there already.", key="amend.too_late")
    _, text, html, quoted, subject, more, _ = earlier
    tx.run(amending_store.drop_earlier, of=message_id, key=earlier[0])
    words = {"text": text, "html": html, "quoted": quoted, "subject": subject}
    write_words(tx, row, replace(read_more(more), amending=None), words)
    tx.run(store.reset_last_message, key=row.facts["conversation_id"])
    tell_change(tx, row, "restored")


def react(tx: Tx, message_id: str, emoji: str) -> None:
    """Answer what was said with an emoji in place of the one before; an empty one takes it back.

    Raises `Invalid` for what is no emoji, `Gone` where the message was removed.
    """
    row = get_row(tx, message_id)
    _check_there(row)
    if emoji and (clean_name(emoji, LONGEST_EMOJI) != emoji or emoji.isascii() or any(map(str.isalpha, emoji))):
        raise Invalid("Choose an emoji.", fields={"emoji": "problem.no_emoji"})
    row = set_reactions(tx, row, f"agent:{agent_of(tx)}", {emoji} - {""})
    if row.facts["inbox_id"] is not None and (not row.by_us or ELSEWHERE in row.more.flags or _has_left(tx, row)):
        queue_amendment(tx, row, "react")


def hide_message(tx: Tx, message_id: str, *, hidden: bool) -> None:
    """Hide a customer's public message where it stands, or show it again. What is so already stays so.

    Raises `Invalid` for what isn't public or is ours, `Gone` where it was removed.
    """
    row = get_row(tx, message_id)
    _check_there(row)
    if row.facts["direction"] != "in" or row.more.place is None:
        raise Invalid("Only what customers said in public can be hidden.", key="amend.not_public")
    if bool(row.more.hidden_by) == hidden:
        return
    row = hide(tx, row, tx.actor if hidden else "")
    waiting = tx.value(amending_store.waiting_amendment, of=message_id, what="show" if hidden else "hide")
    if waiting is None or not tx.run(store.drop_delivery, id=waiting):
        queue_amendment(tx, row, "hide" if hidden else "show")
    else:
        keep_more(tx, row, replace(row.more, amending=None))


def _get_ours(tx: Tx, message_id: str) -> Row:
    row = get_row(tx, message_id)
    _check_there(row)
    if row.facts["direction"] == "in":
        raise Invalid("What customers said stays as they said it.", key="amend.not_ours")
    if ELSEWHERE in row.more.flags:
        raise Invalid("It was said in the channel's own app, and is changed there.", key="amend.elsewhere")
    if row.facts["direction"] == "note" and row.facts["agent_id"] != agent_of(tx):
        raise Forbidden("A note is its writer's.", key="amend.not_yours")
    return row


def _check_there(row: Row) -> None:
    if row.facts["removed_at"] is not None:
        raise Gone("The message was removed.", key="amend.removed")


def _has_left(tx: Tx, row: Row, *, whole: bool = False) -> bool | None:
    """Whether a reply may be with the customer. None while it is still here; False for notes and for what was refused.

    Raises `Taken` where it must be `whole` and left in several parts.
    """
    found = tx.one(amending_store.how_it_left, of=row.id)
    if found is None:
        return False
    if whole and found[1]:
        raise Taken("It left in several parts, which can't be changed.", key="amend.in_parts")
    return has_left(found) or (None if found[0] == "queued" else False)

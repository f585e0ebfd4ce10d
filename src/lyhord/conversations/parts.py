"""What left in several parts, of which the channel knows each by an id of its own: whoever names one of them means the message."""

from collections.abc import Collection

from lyhord.conversations import parts_store, store
from lyhord.kit.database import ReadTx, Tx


def name_part(tx: Tx, inbox_id: str, message_id: str, number: int, external_id: str) -> None:
    """Note what the channel calls part `number` (from 0) of a message. What is called so already stays what it is."""
    tx.run(parts_store.add_part, inbox_id=inbox_id, external_id=external_id, message_id=message_id, n=number)


def parts_of(tx: ReadTx, message_id: str) -> list[str]:
    """The channel's ids of the parts that stand there, in order; of what left as one, none."""
    return [external_id for (external_id,) in tx.all(parts_store.part_ids, of=message_id)]


def messages_of_parts(tx: ReadTx, inbox_id: str, external_ids: Collection[str]) -> list[tuple[str, str, str, str, str]]:
    """Of the parts among these ids: the id, the message, its conversation, and the scheme and value to which it went."""
    return tx.all(parts_store.messages_of, inbox_id=inbox_id, external_ids=sorted(external_ids)) if external_ids else []


def find_named(tx: ReadTx, inbox_id: str, external_ids: Collection[str]) -> dict[str, tuple[str, str]]:
    """The messages (id and conversation) that a channel calls so, or of which it calls a part so. Ids of nothing are left out."""
    rows = tx.all(store.known_messages, inbox_id=inbox_id, external_ids=sorted(external_ids))
    found = {external_id: (message_id, conversation_id) for external_id, message_id, conversation_id in rows}
    parts = messages_of_parts(tx, inbox_id, set(external_ids) - found.keys())
    return found | {
        external_id: (message_id, conversation_id) for external_id, message_id, conversation_id, *_ in parts
    }


def drop_part(tx: Tx, message_id: str, external_id: str) -> bool:
    """One part is there no more; whether others of the message are."""
    tx.run(parts_store.drop_part, of=message_id, called=external_id)
    return bool(parts_of(tx, message_id))

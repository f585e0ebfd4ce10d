"""Watch a conversation, and no more."""

from lyhord.conversations.timeline import get_conversation, timeline_ids
from lyhord.conversations.watching import store
from lyhord.conversations.watching.events import ConversationWatched
from lyhord.conversations.watching.model import MOST_WATCHED
from lyhord.kit.database import Tx
from lyhord.kit.problems import Taken


def watch(tx: Tx, agent_id: str, conversation_id: str) -> None:
    """Tell an agent from now on what is said there. Raises `NotFound`; `Taken` for one who watches `MOST_WATCHED` already."""
    if not watch_if_room(tx, agent_id, get_conversation(tx, conversation_id).id):
        raise Taken("You follow 500 conversations. Let some of them go first.", key="problem.too_many_watched")


def watch_if_room(tx: Tx, agent_id: str, conversation_id: str) -> bool:
    """The same without a word where it can't be; whether they watch it now."""
    if agent_id in {row[1] for row in tx.all(store.of_conversations, ids=[conversation_id])}:
        return True
    if tx.value(store.count, agent=agent_id, most=MOST_WATCHED) >= MOST_WATCHED:
        return False
    tx.run(store.add, agent_id=agent_id, conversation_id=conversation_id)
    tx.emit(ConversationWatched(conversation_id=conversation_id, agent_id=agent_id))
    return True


def unwatch(tx: Tx, agent_id: str, conversation_id: str) -> None:
    """Tell them no more; who doesn't watch it stays as they are. Raises `NotFound`."""
    conversation = get_conversation(tx, conversation_id)
    if tx.run(store.drop, agent=agent_id, ids=timeline_ids(tx, conversation)):
        tx.emit(ConversationWatched(conversation_id=conversation.id, agent_id=agent_id, watching=0))

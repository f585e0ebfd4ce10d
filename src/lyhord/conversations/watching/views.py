"""Who watches what, as screens and notifications read it."""

from collections.abc import Sequence

from lyhord.conversations.watching import store
from lyhord.kit.database import ReadTx


def watchers_of(tx: ReadTx, conversation_ids: Sequence[str]) -> list[str]:
    """The agents who watch a timeline, each once."""
    return list(dict.fromkeys(row[1] for row in tx.all(store.of_conversations, ids=conversation_ids)))


def watchers_by_conversation(tx: ReadTx, conversation_ids: Sequence[str]) -> dict[str, list[str]]:
    """The same for each conversation that somebody watches."""
    found: dict[str, list[str]] = {}
    for conversation_id, agent_id in tx.all(store.of_conversations, ids=conversation_ids) if conversation_ids else ():
        found.setdefault(conversation_id, []).append(agent_id)
    return found

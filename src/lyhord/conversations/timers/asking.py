"""Have a channel asked for the timer of a chat that may have had one before anybody here could hear of it."""

from collections.abc import Collection, Sequence

from lyhord.conversations import store as conversations
from lyhord.conversations.actions.reply import row_by_name
from lyhord.conversations.events import MessageReceived
from lyhord.conversations.groups.placing import group_of
from lyhord.conversations.model import Said
from lyhord.conversations.timers.model import JOB, Untimed
from lyhord.kit.database import Tx
from lyhord.kit.database.jobs_table import enqueue
from lyhord.kit.database.reactions import Reaction
from lyhord.kit.events import Logged


def make_asking(channels: Collection[str]) -> Reaction:
    """The reaction to messages on these channels. It costs others nothing, nor chats of which it is known."""

    def ask_for_timers(tx: Tx, logged: Sequence[Logged]) -> None:
        asked: set[str] = set()
        for event in (one.event for one in logged):
            said = tx.carried.get(event.message_id) if isinstance(event, MessageReceived) else None
            if (
                isinstance(said, Said)
                and said.channel in channels
                and not said.timed
                and said.conversation_id not in asked
            ):
                asked.add(said.conversation_id)
                _ask(tx, said)

    return ask_for_timers


def _ask(tx: Tx, said: Said) -> None:
    row = tx.one(conversations.message_row, id=said.id)
    if row is None or said.inbox_id is None:
        return
    message = row_by_name(row)
    group = group_of(tx, said.conversation_id) if said.contact_id is None else None
    group_id = group.group_id if group else None
    enqueue(tx, JOB, Untimed(said.inbox_id, said.id, message["scheme"], message["value"], group_id))

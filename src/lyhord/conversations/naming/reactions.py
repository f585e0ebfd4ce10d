"""Have the name asked for of whoever writes and has none, and of the group that they write in."""

from collections.abc import Collection, Sequence

from lyhord.conversations import store as conversations
from lyhord.conversations.actions.reply import row_by_name
from lyhord.conversations.events import MessageReceived
from lyhord.conversations.groups.placing import group_of
from lyhord.conversations.model import Said
from lyhord.conversations.naming.model import JOB, Nameless
from lyhord.kit.database import Tx
from lyhord.kit.database.jobs_table import enqueue
from lyhord.kit.database.reactions import Reaction
from lyhord.kit.events import Logged
from lyhord.kit.text import clean_name


def make_asking(channels: Collection[str]) -> Reaction:
    """The reaction to messages on these channels. It costs others nothing, and asks once a batch for a contact, or a group."""

    def ask_for_names(tx: Tx, logged: Sequence[Logged]) -> None:
        asked: set[str] = set()
        for event in (one.event for one in logged):
            if not isinstance(event, MessageReceived) or event.imported or event.conversation_id in asked:
                continue
            said = tx.carried.get(event.message_id)
            if isinstance(said, Said) and said.channel in channels and not said.blocked:
                asked.add(said.conversation_id)
                if said.contact_id:
                    _ask(tx, said)
                elif not said.title:
                    _ask_of_group(tx, said)

    return ask_for_names


def _ask(tx: Tx, said: Said) -> None:
    row = tx.one(conversations.message_row, id=said.id)
    message = row_by_name(row) if row else {}
    if said.inbox_id and message and said.name in ("", clean_name(message["value"])):
        enqueue(tx, JOB, Nameless(said.inbox_id, message["scheme"], message["value"]))


def _ask_of_group(tx: Tx, said: Said) -> None:
    group = group_of(tx, said.conversation_id)
    if group:
        enqueue(tx, JOB, Nameless(group.inbox_id, "", group.group_id, group=True))

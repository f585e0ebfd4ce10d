"""What an inbox lets be done with messages that are there: its channel's descriptor, as its settings narrow it."""

from collections.abc import Iterable

import msgspec
from msgspec import Struct

from lyhord.conversations import store
from lyhord.conversations.account import Account
from lyhord.conversations.channel import Descriptor, Within
from lyhord.conversations.exchange import Deed
from lyhord.conversations.model import Message
from lyhord.conversations.outgoing import Channels
from lyhord.kit.clock import SECOND
from lyhord.kit.database import ReadTx
from lyhord.kit.problems import Invalid


class Abilities(Struct, frozen=True):
    """What can be done in one inbox: our messages edited or withdrawn, within which time, reactions on both sides; whether some of what
    is said there can be read by everybody, and ours to hide.
    """

    inbox_id: str
    edit: Within | None
    delete: Within | None
    reactions: bool
    public: bool = False
    hide: bool = False


def list_abilities(tx: ReadTx, channels: Channels, inbox_ids: Iterable[str]) -> list[Abilities]:
    """Those of inboxes; one that was removed is left out: nothing goes there any more."""
    found = []
    for inbox_id in sorted(inbox_ids):
        can = _descriptor(tx, channels, inbox_id)
        if can is not None:
            found.append(Abilities(inbox_id, can.edit, can.delete, can.reactions, can.public, can.hide))
    return found


def check_able(tx: ReadTx, channels: Channels, message: Message, deed: Deed) -> None:
    """Raise `Invalid`, saying why, where a message's channel doesn't let that be done with it now. Notes are on no channel."""
    if message.inbox_id is None:
        return
    can = _descriptor(tx, channels, message.inbox_id)
    within = _within(can, deed) if can else None
    if within is None or (within.public and message.place is None):
        raise Invalid("This channel can't do that with a message that was sent.", key=f"amend.no_{deed}")
    if within.seconds is not None and tx.now > message.at + within.seconds * SECOND:
        raise Invalid("It is too late: the channel allows it only for a while.", key="amend.too_old")


def _within(can: Descriptor, deed: Deed) -> Within | None:
    if deed == "react":
        return Within() if can.reactions else None
    if deed in ("hide", "show"):
        return Within() if can.hide else None
    return can.edit if deed == "edit" else can.delete


def _descriptor(tx: ReadTx, channels: Channels, inbox_id: str) -> Descriptor | None:
    row = tx.one(store.inbox_account, id=inbox_id)
    if row is None:
        return None
    channel, key, name, settings = row
    account = Account(tx.workspace_id, inbox_id, key, name, msgspec.json.decode(settings), {})
    return channels.open(channel, account).descriptor

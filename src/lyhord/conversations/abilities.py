"""What an inbox lets be done with messages that are there: its channel's descriptor, as its settings narrow it."""

from collections.abc import Iterable, Sequence

import msgspec
from msgspec import Struct

from lyhord.conversations import store
from lyhord.conversations.account import Account
from lyhord.conversations.channel import Descriptor, Window, Within
from lyhord.conversations.exchange import Deed
from lyhord.conversations.model import Message
from lyhord.conversations.outgoing import Channels
from lyhord.conversations.publicity import last_private_from
from lyhord.conversations.views import last_from
from lyhord.kit.clock import SECOND
from lyhord.kit.database import ReadTx
from lyhord.kit.problems import Invalid


class Abilities(Struct, frozen=True, kw_only=True):
    """What can be done in one inbox: our messages edited or withdrawn, within which time, reactions on both sides; whether some of what
    is said there can be read by everybody, and ours to hide.

    `window` is how long the customer can be answered freely after they wrote there, which they did last at `heard_at` (Unix
    milliseconds), in private. `templates`: it has some, or may have.
    """

    inbox_id: str
    edit: Within | None
    delete: Within | None
    reactions: bool
    public: bool = False
    hide: bool = False
    window: Window | None = None
    heard_at: int | None = None
    templates: bool = False


def list_abilities(
    tx: ReadTx, channels: Channels, inbox_ids: Iterable[str], conversation_ids: Sequence[str] = ()
) -> list[Abilities]:
    """Those of inboxes in a timeline; one that was removed is left out: nothing goes there any more."""
    found = []
    for inbox_id in sorted(inbox_ids):
        can = _descriptor(tx, channels, inbox_id)
        if can is not None:
            found.append(
                Abilities(
                    inbox_id=inbox_id,
                    edit=can.edit,
                    delete=can.delete,
                    reactions=can.reactions,
                    public=can.public,
                    hide=can.hide,
                    window=can.window,
                    heard_at=_heard_at(tx, can, inbox_id, conversation_ids) if can.window else None,
                    templates=can.templates,
                )
            )
    return found


def _heard_at(tx: ReadTx, can: Descriptor, inbox_id: str, conversation_ids: Sequence[str]) -> int | None:
    heard = ((last_private_from if can.public else last_from)(tx, one, inbox_id) for one in conversation_ids)
    return max((at for at in heard if at is not None), default=None)


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

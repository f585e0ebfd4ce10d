"""What an agent writes, held against the channel that is to carry it before anything is stored."""

from typing import Literal, Protocol, runtime_checkable

import msgspec
from msgspec import Struct

from lyhord.conversations import store, views
from lyhord.conversations.channel import Account, Adapter, Descriptor
from lyhord.conversations.exchange import Address, Context, Outbound, Plan, Refusal
from lyhord.conversations.model import Reply
from lyhord.kit.database import Database, ReadTx
from lyhord.kit.http import Principal
from lyhord.kit.problems import Invalid, NotFound
from lyhord.workspaces.reach import Reach
from lyhord.workspaces.views import settings_of


@runtime_checkable
class Channels(Protocol):
    """The channels of the product, as `app` names them."""

    def descriptor(self, channel: str) -> Descriptor:
        """What a channel can do."""

    def open(self, channel: str, account: Account) -> Adapter:
        """The adapter of an inbox."""


class Words(Struct, kw_only=True, forbid_unknown_fields=True):
    """What an agent writes: a reply to the customer, or a note to colleagues."""

    kind: Literal["reply", "note"] = "reply"
    text: str = ""
    attachment_ids: tuple[str, ...] = ()
    inbox_id: str | None = None
    scheme: str | None = None
    value: str | None = None
    subject: str | None = None
    copies: tuple[Address, ...] = ()
    blind_copies: tuple[Address, ...] = ()
    mentions: tuple[str, ...] = ()
    answers: str | None = None
    resolve: bool = False


async def reply_of(
    database: Database,
    principal: Principal,
    channels: Channels,
    conversation_id: str,
    data: Words,
    *,
    aside: bool = False,
) -> Reply:
    """The reply to store, once the channel agrees to carry it. `aside`: it begins a side conversation.

    Raises `Invalid` with the rule that refuses.
    """
    planned = await plan_words(database, principal, channels, conversation_id, data, aside=aside)
    undo_seconds = 0
    if planned is not None:
        outcome, undo_seconds = planned
        if isinstance(outcome, Refusal):
            raise Invalid("The channel can't carry this now.", key=outcome.rule)
    return Reply(
        conversation_id=conversation_id,
        text=data.text,
        attachment_ids=data.attachment_ids,
        inbox_id=data.inbox_id,
        scheme=data.scheme,
        value=data.value,
        subject=data.subject,
        copies=data.copies,
        blind_copies=data.blind_copies,
        answers=data.answers,
        resolve=data.resolve,
        undo_seconds=undo_seconds,
    )


async def plan_words(
    database: Database,
    principal: Principal,
    channels: Channels,
    conversation_id: str,
    data: Words,
    *,
    aside: bool = False,
) -> tuple[Plan | Refusal, int] | None:
    """How it would leave, and for how many seconds it can be taken back; None where there is no way out to ask."""

    def look(tx: ReadTx) -> tuple[str, Account, Outbound, Context, int, bool] | None:
        reach = Reach(principal.inbox_ids)
        found = views.get_visible(tx, reach, conversation_id) if conversation_id else None
        inbox_id = data.inbox_id or (found.inbox_id if found else None)
        row = tx.one(store.inbox_account, id=inbox_id) if inbox_id else None
        if row is None or inbox_id is None:
            return None
        if not reach.covers(inbox_id):
            raise NotFound("There is no such inbox.")
        answered = views.answered_by(tx, found.id, data.answers) if found else None
        if answered is not None and not reach.covers(answered["inbox_id"]):
            raise NotFound("There is no such message.")
        to = Address(data.scheme or (found and found.scheme) or "", data.value or (found and found.value) or "")
        outbound = Outbound(
            to=to,
            text=data.text,
            subject=data.subject,
            media=views.media_of(tx, data.attachment_ids),
            copies=data.copies,
            blind_copies=data.blind_copies,
            quote=views.quote_of(answered),
        )
        last = views.last_from(tx, found.id, inbox_id) if found else None
        account = Account(tx.workspace_id, inbox_id, row[1], row[2], msgspec.json.decode(row[3]), {})
        threaded = aside or bool(found and found.parent_id)
        return row[0], account, outbound, Context(tx.now, last), settings_of(tx).undo_seconds, threaded

    looked = await database.read(principal.workspace_id, look)
    if looked is None:
        return None
    channel, account, outbound, context, undo_seconds, threaded = looked
    adapter = channels.open(channel, account)
    if threaded and not adapter.descriptor.threads:
        return Refusal("plan.no_threads"), 0
    return adapter.plan(outbound, context), undo_seconds if adapter.descriptor.undo_seconds else 0

"""What an agent writes, held against the channel that is to carry it before anything is stored."""

from typing import Annotated, Any, Literal, Protocol, runtime_checkable

import msgspec
from msgspec import Meta, Struct

from lyhord.conversations import store, views
from lyhord.conversations.account import Account
from lyhord.conversations.channel import Adapter, Descriptor
from lyhord.conversations.exchange import Address, Context, Outbound, Plan, Refusal
from lyhord.conversations.formatting import as_written, check_pictures
from lyhord.conversations.groups.placing import group_of
from lyhord.conversations.model import Conversation, Rendering, Reply, Translation
from lyhord.conversations.optouts.views import is_opted_out
from lyhord.conversations.publicity import Way, find_way
from lyhord.kit.database import Database, ReadTx
from lyhord.kit.http import Principal
from lyhord.kit.ids import HIGHEST_ID
from lyhord.kit.problems import Invalid, NotFound
from lyhord.workspaces.model import Language
from lyhord.workspaces.reach import Reach
from lyhord.workspaces.views import settings_of


@runtime_checkable
class Channels(Protocol):
    """The channels of the product, as `app` names them."""

    def descriptor(self, channel: str) -> Descriptor:
        """What a channel can do."""

    def open(self, channel: str, account: Account) -> Adapter:
        """The adapter of an inbox."""


class Written(Struct, forbid_unknown_fields=True):
    """What the agent wrote and in which language (`sv`), where `text` is a translation of it into `into`."""

    text: Annotated[str, Meta(min_length=1, max_length=100_000)]
    language: Language
    into: Language

    def translation(self) -> Translation:
        """As the message keeps it."""
        return Translation(self.into, (Rendering(self.language, self.text, own=True),))


class Words(Struct, kw_only=True, forbid_unknown_fields=True):
    """What an agent writes: a reply to the customer, or a note to colleagues.

    `html` is the same formatted, for channels that carry that; the others, and whoever reads plain text, get `text`, which is made
    from it where it is missing. Only the elements of `formatting` are kept; a picture is `cid:` and the id of its attachment.
    `shared_id` is the shared draft that it was. `public`: everybody can read it, as they can what it answers; left out, it goes the way of
    what it answers, of `answers` or else of the customer's last message there.
    """

    kind: Literal["reply", "note"] = "reply"
    text: str = ""
    html: str | None = None
    attachment_ids: tuple[str, ...] = ()
    inbox_id: str | None = None
    scheme: str | None = None
    value: str | None = None
    subject: str | None = None
    copies: tuple[Address, ...] = ()
    blind_copies: tuple[Address, ...] = ()
    mentions: tuple[str, ...] = ()
    answers: str | None = None
    public: bool | None = None
    written: Written | None = None
    shared_id: str | None = None
    resolve: bool = False


def as_said(data: Words) -> Words:
    """The same with HTML that may be kept and sent, and with text. Raises `Invalid` for what no channel could carry.

    A translation is plain text: the formatting is that of other words.
    """
    if data.html is None or data.written:
        return msgspec.structs.replace(data, html=None)
    if data.kind == "note":
        raise Invalid("A note is plain text: leave the HTML out.", fields={"html": "problem.note_is_plain"})
    text, html = as_written(data.text, data.html)
    check_pictures(html, data.attachment_ids)
    return msgspec.structs.replace(data, text=text, html=html)


async def reply_of(
    database: Database,
    principal: Principal,
    channels: Channels,
    conversation_id: str,
    data: Words,
    *,
    aside: bool = False,
) -> Reply:
    """The reply to store, once the channel agrees to carry it. `aside`: it begins a side conversation. Where the channel carries no
    formatting the reply has none: it is kept as it leaves.

    Raises `Invalid` with the rule that refuses.
    """
    data = as_said(data)
    planned = await plan_words(database, principal, channels, conversation_id, data, aside=aside)
    html, undo_seconds, way = data.html, 0, Way()
    if planned is not None:
        outcome, undo_seconds, way = planned
        if isinstance(outcome, Refusal):
            raise Invalid("The channel can't carry this now.", key=outcome.rule)
        html = next((part.html for part in outcome.parts if part.html), None)
    return Reply(
        conversation_id=conversation_id,
        text=data.text,
        html=html,
        attachment_ids=data.attachment_ids,
        inbox_id=data.inbox_id,
        scheme=data.scheme,
        value=data.value,
        subject=data.subject,
        copies=data.copies,
        blind_copies=data.blind_copies,
        answers=way.answers if way.answers and (way.place or _is_private_answer(planned)) else data.answers,
        place=way.place,
        translation=data.written.translation() if data.written else None,
        shared_id=data.shared_id,
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
    editing: str = HIGHEST_ID,
) -> tuple[Plan | Refusal, int, Way] | None:
    """How what `as_said` gave would leave, for how many seconds it can be taken back, and whether it is public; None where there is no
    way out to ask. `editing` is the message that it would be instead of.
    """

    def look(tx: ReadTx) -> tuple[str, Account, Outbound, Context, int, bool, Way] | None:
        reach = Reach(principal.inbox_ids)
        found = views.get_visible(tx, reach, conversation_id) if conversation_id else None
        group = group_of(tx, found.id) if found and found.kind == "group" else None
        inbox_id = group.inbox_id if group else data.inbox_id or (found.inbox_id if found else None)
        row = tx.one(store.inbox_account, id=inbox_id) if inbox_id else None
        if row is None or inbox_id is None:
            return None
        if not reach.covers(inbox_id):
            raise NotFound("There is no such inbox.")
        answered = views.answered_by(tx, found.id, data.answers) if found else None
        if answered is not None and not reach.covers(answered["inbox_id"]):
            raise NotFound("There is no such message.")
        to = _addressee(found, data, answered, in_group=group is not None)
        public = channels.descriptor(row[0]).public and not aside and group is None
        way = find_way(tx, found.id, inbox_id, answered, data.public, before=editing) if found and public else Way()
        outbound = Outbound(
            to=to,
            text=data.text,
            html=data.html,
            subject=data.subject,
            media=views.media_of(tx, data.attachment_ids),
            copies=data.copies,
            blind_copies=data.blind_copies,
            quote="" if way.place else views.quote_of(answered),
            group_id=group.group_id if group else None,
            place=way.place,
        )
        account = Account(tx.workspace_id, inbox_id, row[1], row[2], msgspec.json.decode(row[3]), {})
        threaded = aside or bool(found and found.parent_id)
        last = views.last_from(tx, found.id, inbox_id) if found else None
        if group:
            context = Context(tx.now, last, removed=group.removed_at is not None)
        else:
            context = Context(tx.now, last, is_opted_out(tx, inbox_id, to))
            context = way.inform(context) if public else context
        return row[0], account, outbound, context, settings_of(tx).undo_seconds, threaded, way

    looked = await database.read(principal.workspace_id, look)
    if looked is None:
        return None
    channel, account, outbound, context, undo_seconds, threaded, way = looked
    adapter = channels.open(channel, account)
    if threaded and not adapter.descriptor.threads:
        return Refusal("plan.no_threads"), 0, way
    if way.lost:
        return Refusal("plan.no_place", ("private",)), 0, way
    return adapter.plan(outbound, context), undo_seconds if adapter.descriptor.undo_seconds else 0, way


def _is_private_answer(planned: tuple[Plan | Refusal, int, Way] | None) -> bool:
    return planned is not None and isinstance(planned[0], Plan) and planned[0].parts[0].private_answer


def _addressee(found: Conversation | None, data: Words, answered: dict[str, Any] | None, *, in_group: bool) -> Address:
    """To whom it goes; in a group to whoever said what is answered, if anything is."""
    if in_group:
        heard = answered if answered and answered["direction"] == "in" else {}
        return Address(heard.get("scheme") or "", heard.get("value") or "")
    return Address(data.scheme or (found and found.scheme) or "", data.value or (found and found.value) or "")

"""What an agent writes, held against the channel that is to carry it before anything is stored."""

from typing import Annotated, Any, Literal, Protocol, runtime_checkable

import msgspec
from msgspec import Meta, Struct

from lyhord.conversations import store, views
from lyhord.conversations.account import Account
from lyhord.conversations.besides import Probing
from lyhord.conversations.buttons import clean_buttons
from lyhord.conversations.channel import Adapter, Descriptor
from lyhord.conversations.exchange import Address, Context, Outbound, Plan, Refusal
from lyhord.conversations.formatting import as_written, check_pictures
from lyhord.conversations.groups.placing import group_of
from lyhord.conversations.model import Conversation, Filling, Rendering, Reply, Translation
from lyhord.conversations.optouts.views import is_opted_out
from lyhord.conversations.peers.actions import ask_for_peer
from lyhord.conversations.peers.model import is_old
from lyhord.conversations.peers.views import find_peer
from lyhord.conversations.plan import BUTTONS_AS_TEXT, UNREACHABLE, is_out_of_reach
from lyhord.conversations.publicity import Way, find_way
from lyhord.conversations.templates.model import pressable, read_as
from lyhord.conversations.templates.views import fill_template
from lyhord.conversations.timers.views import timer_of
from lyhord.kit.database import Database, ReadTx
from lyhord.kit.http import Principal
from lyhord.kit.ids import HIGHEST_ID
from lyhord.kit.problems import Invalid, NotFound
from lyhord.workspaces.model import Language
from lyhord.workspaces.reach import Reach
from lyhord.workspaces.views import settings_of

CLOSES_FIRST = "plan.window_closes_first"
"""What is said of words that may leave now, and no more when they are due."""


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
    `shared_id` is the shared draft that it was. With `template` it leaves as that template of the inbox, and `text` is left out; what
    stands on its header goes as the one file. `buttons` are labels of answers to choose from. `public`: everybody can read it, as they
    can what it answers; left out, it goes the way of what it answers, of `answers` or else of the customer's last message there.
    `ticket_id`: the ticket that it is about; left out, that of what it answers, or the conversation's current one.
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
    buttons: tuple[str, ...] = ()
    template: Filling | None = None
    public: bool | None = None
    written: Written | None = None
    shared_id: str | None = None
    ticket_id: Annotated[str, Meta(min_length=36, max_length=36)] | None = None
    resolve: bool = False


class Moment(Struct, frozen=True):
    """When it would leave: at `due_at` (Unix milliseconds; None: now), after what was said `before` a message, the one that it replaces."""

    before: str = HIGHEST_ID
    due_at: int | None = None


NOW = Moment()


class Foreseen(Struct, frozen=True):
    """How `outbound` would leave, or the rule that refuses, for how many seconds it could be taken back, and whether it is public.

    `instead` is another way to the customer, where nothing arrives on this one. `life`: it vanishes so many seconds after it left.
    """

    outcome: Plan | Refusal
    outbound: Outbound
    undo_seconds: int = 0
    way: Way = Way()
    instead: views.WayOut | None = None
    life: int | None = None


def as_said(data: Words) -> Words:
    """The same with HTML that may be kept and sent, and with text. Raises `Invalid` for what no channel could carry.

    A translation is plain text: the formatting is that of other words. A template has nothing beside its file.
    """
    if data.kind == "note" and (data.buttons or data.template):
        raise Invalid("A note never leaves: it has no buttons and is no template.", fields={"kind": "field.invalid"})
    if data.template:
        return msgspec.structs.replace(data, text="", html=None, subject=None, buttons=(), written=None, answers=None)
    data = msgspec.structs.replace(data, buttons=clean_buttons(data.buttons))
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
    html, undo_seconds, way, text, template, numbered = data.html, 0, Way(), data.text, None, False
    if planned is not None:
        outcome, undo_seconds, way = planned.outcome, planned.undo_seconds, planned.way
        if isinstance(outcome, Refusal):
            raise Invalid("The channel can't carry this now.", key=outcome.rule)
        html = next((_as_written(part.html, data) for part in outcome.parts if part.html), None)
        text, template = planned.outbound.text, planned.outbound.template
        numbered = BUTTONS_AS_TEXT in outcome.changes
    elif data.template:
        raise Invalid("There is no way out for a template.", key="problem.no_way_out")
    return Reply(
        conversation_id=conversation_id,
        text=text,
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
        buttons=pressable(template.template) if template else data.buttons,
        numbered=numbered,
        template=template,
        translation=data.written.translation() if data.written else None,
        shared_id=data.shared_id,
        ticket_id=data.ticket_id,
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
    moment: Moment = NOW,
) -> Foreseen | None:
    """How what `as_said` gave would leave; None where there is no way out to ask."""
    reach = Reach(principal.inbox_ids)
    looked = await database.read(
        principal.workspace_id, _look, reach, channels, conversation_id, data, moment.before if not aside else None
    )
    if looked is None:
        return None
    outbound, context, way = looked.outbound, looked.context, looked.way
    adapter = channels.open(looked.channel, looked.account)
    if isinstance(adapter, Probing) and adapter.descriptor.peers and is_old(context.peer, context.now):
        await database.write(principal.workspace_id, ask_for_peer, looked.account.inbox_id, outbound.to)
    if (aside or looked.aside) and not adapter.descriptor.threads:
        return Foreseen(Refusal("plan.no_threads"), outbound, 0, way)
    if way.lost:
        return Foreseen(Refusal("plan.no_place", ("private",)), outbound, 0, way)
    outcome = _outcome(adapter, outbound, context, moment.due_at)
    if looked.instead and isinstance(outcome, Refusal) and outcome.rule == UNREACHABLE:
        outcome = msgspec.structs.replace(outcome, allowed=(*outcome.allowed, "elsewhere"))
    undo_seconds = looked.undo_seconds if adapter.descriptor.undo_seconds else 0
    return Foreseen(outcome, outbound, undo_seconds, way, looked.instead, looked.life)


class _Looked(Struct, frozen=True):
    """What a plan needs to know. `aside`: the conversation is one with third parties."""

    channel: str
    account: Account
    outbound: Outbound
    context: Context
    undo_seconds: int
    aside: bool
    way: Way
    instead: views.WayOut | None = None
    life: int | None = None


def _look(
    tx: ReadTx, reach: Reach, channels: Channels, conversation_id: str, data: Words, before: str | None
) -> _Looked | None:
    """What is there, as it was `before` a message; None: it begins a side conversation. None where there is no way out to ask."""
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
    media = views.media_of(tx, data.attachment_ids)
    filled = fill_template(tx, inbox_id, data.template, media) if data.template else None
    way = Way()
    last = views.last_from(tx, found.id, inbox_id) if found else None
    peer = find_peer(tx, inbox_id, to) if channels.descriptor(row[0]).peers else None
    context = Context(tx.now, last, is_opted_out(tx, inbox_id, to), peer=peer)
    if group:
        context = Context(tx.now, last, removed=group.removed_at is not None)
    elif channels.descriptor(row[0]).public and before is not None:
        chosen = False if filled else data.public  # a template goes to one person
        way = find_way(tx, found.id, inbox_id, answered, chosen, before=before) if found else way
        context = way.inform(context)
    outbound = Outbound(
        to=to,
        text=read_as(filled.template, filled.values) if filled else data.text,
        html=data.html,
        subject=data.subject,
        media=media,
        buttons=data.buttons,
        template=filled,
        copies=data.copies,
        blind_copies=data.blind_copies,
        quote="" if way.place else views.quote_of(answered),
        handle=views.handle_of(answered, inbox_id),
        group_id=group.group_id if group else None,
        place=way.place,
    )
    account = Account(tx.workspace_id, inbox_id, row[1], row[2], msgspec.json.decode(row[3]), {})
    aside = bool(found and found.parent_id)
    instead = _instead(tx, reach, channels, found, inbox_id) if found and is_out_of_reach(context) else None
    timed = found is not None and channels.descriptor(row[0]).expires
    timer = timer_of(tx, found.id, inbox_id, to, in_group=group is not None) if found and timed else None
    life = timer.seconds or None if timer else None
    return _Looked(row[0], account, outbound, context, settings_of(tx).undo_seconds, aside, way, instead, life)


def _instead(tx: ReadTx, reach: Reach, channels: Channels, found: Conversation, inbox_id: str) -> views.WayOut | None:
    """Another way to the customer that is open; one on which nothing arrives either is no way."""
    ways = views.list_ways_out(tx, reach, found, channels.descriptor)
    return next((way for way in ways if way.usable and way.reachable and way.inbox_id != inbox_id), None)


def _outcome(adapter: Adapter, outbound: Outbound, context: Context, due_at: int | None) -> Plan | Refusal:
    outcome = adapter.plan(outbound, context)
    if due_at is not None and isinstance(outcome, Plan):
        then = adapter.plan(outbound, msgspec.structs.replace(context, now=due_at))
        if isinstance(then, Refusal):
            return msgspec.structs.replace(outcome, changes=(*outcome.changes, CLOSES_FIRST))
    return outcome


def _as_written(html: str, data: Words) -> str:
    """The formatted form as it is kept: without the lines that buttons become where they can't be shown."""
    return data.html if data.buttons and data.html else html


def _is_private_answer(planned: Foreseen | None) -> bool:
    return planned is not None and isinstance(planned.outcome, Plan) and planned.outcome.parts[0].private_answer


def _addressee(found: Conversation | None, data: Words, answered: dict[str, Any] | None, *, in_group: bool) -> Address:
    """To whom it goes; in a group to whoever said what is answered, if anything is."""
    if in_group:
        heard = answered if answered and answered["direction"] == "in" else {}
        return Address(heard.get("scheme") or "", heard.get("value") or "")
    return Address(data.scheme or (found and found.scheme) or "", data.value or (found and found.value) or "")

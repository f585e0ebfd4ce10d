"""The REST routes of what is done with a message that is there."""

from functools import partial
from typing import Annotated, Any

from litestar import delete, get, patch, post, put
from msgspec import Meta, Struct

from lyhord.conversations import views
from lyhord.conversations.abilities import check_able
from lyhord.conversations.actions.amend import edit_message, hide_message, react, remove_message, restore_message
from lyhord.conversations.exchange import Deed, Refusal
from lyhord.conversations.model import Earlier, Message
from lyhord.conversations.outgoing import Channels, Moment, Words, plan_words
from lyhord.kit.database import Database, ReadTx
from lyhord.kit.http import Principal, requires
from lyhord.kit.problems import Forbidden, Invalid
from lyhord.workspaces.reach import Reach

_MESSAGE = "/api/v1/messages/{message_id:str}"
_WRITE: dict[str, Any] = {
    "guards": [requires("conversations.reply")],
    "tags": ["conversations"],
    "status_code": 200,
}


class Otherwise(Struct, forbid_unknown_fields=True):
    """The words in place of those that stand there."""

    text: str


class Hidden(Struct, forbid_unknown_fields=True):
    """Whether a public message is hidden from others."""

    hidden: bool


class Sign(Struct, forbid_unknown_fields=True):
    """The emoji with which somebody answers a message; an empty one takes theirs back."""

    emoji: Annotated[str, Meta(max_length=64)]


@patch(_MESSAGE, **_WRITE)
async def edit(
    database: Database, principal: Principal, channels: Channels, message_id: str, data: Otherwise
) -> Message:
    """Say a reply or a note otherwise, where its channel lets that be done. The words that stood there are kept."""
    message = await _checked(database, principal, channels, message_id, "edit")
    if message.direction == "out":
        words = Words(
            text=data.text,
            attachment_ids=tuple(file.id for file in message.attachments),
            inbox_id=message.inbox_id,
            scheme=message.scheme,
            value=message.value,
            buttons=message.buttons,
            answers=message.answers,
            public=message.place is not None,
        )
        if message.template:
            raise Invalid("A template says what was approved.", key="amend.no_edit")
        moment = Moment(before=message_id)
        planned = await plan_words(database, principal, channels, message.conversation_id, words, moment=moment)
        plan = planned.outcome if planned else None
        if isinstance(plan, Refusal):
            raise Invalid("The channel can't carry these words.", key=plan.rule)
        if plan is not None and len(plan.parts) > 1:
            raise Invalid("Too long for one message there.", key="amend.in_parts")
    return await _done(database, principal, edit_message, message_id, data.text)


@delete(_MESSAGE, **_WRITE)
async def remove(database: Database, principal: Principal, channels: Channels, message_id: str) -> Message:
    """Withdraw a reply or a note. For a few seconds it can be brought back."""
    await _checked(database, principal, channels, message_id, "remove")
    return await _done(database, principal, remove_message, message_id)


@put(f"{_MESSAGE}/hidden", **_WRITE)
async def hide(database: Database, principal: Principal, channels: Channels, message_id: str, data: Hidden) -> Message:
    """Hide what a customer said in public, so that others don't see it there, or show it again."""
    await _checked(database, principal, channels, message_id, "hide" if data.hidden else "show")
    await database.write(
        principal.workspace_id, partial(hide_message, hidden=data.hidden), message_id, actor=principal.subject
    )
    return await database.read(principal.workspace_id, views.get_message, Reach(principal.inbox_ids), message_id)


@post(f"{_MESSAGE}/restore", **_WRITE)
async def restore(database: Database, principal: Principal, message_id: str) -> Message:
    """Bring back what was withdrawn a moment ago."""
    await database.read(principal.workspace_id, views.get_message, Reach(principal.inbox_ids), message_id)
    return await _done(database, principal, restore_message, message_id)


@put(f"{_MESSAGE}/reaction", **_WRITE)
async def answer_with_emoji(
    database: Database, principal: Principal, channels: Channels, message_id: str, data: Sign
) -> Message:
    """Answer a message with an emoji, in place of one's own before it, or take that back."""
    if principal.agent_id is None:
        raise Forbidden("Only an agent reacts, a token has nobody to show.")
    await _checked(database, principal, channels, message_id, "react")
    return await _done(database, principal, react, message_id, data.emoji)


@get(f"{_MESSAGE}/earlier", guards=[requires("audit.read")], tags=["conversations"])
async def list_earlier_words(database: Database, principal: Principal, message_id: str) -> list[Earlier]:
    """What a message said before it was edited or removed, the latest first."""

    def look(tx: ReadTx) -> list[Earlier]:
        views.get_message(tx, Reach(principal.inbox_ids), message_id)
        return views.list_earlier(tx, message_id)

    return await database.read(principal.workspace_id, look)


async def _checked(
    database: Database, principal: Principal, channels: Channels, message_id: str, deed: Deed
) -> Message:
    """The message, if it is within reach and its channel lets that be done with it."""

    def look(tx: ReadTx) -> Message:
        message = views.get_message(tx, Reach(principal.inbox_ids), message_id)
        check_able(tx, channels, message, deed)
        return message

    return await database.read(principal.workspace_id, look)


async def _done(database: Database, principal: Principal, action: Any, message_id: str, *args: Any) -> Message:
    await database.write(principal.workspace_id, action, message_id, *args, actor=principal.subject)
    return await database.read(principal.workspace_id, views.get_message, Reach(principal.inbox_ids), message_id)


routes = [edit, remove, hide, restore, answer_with_emoji, list_earlier_words]

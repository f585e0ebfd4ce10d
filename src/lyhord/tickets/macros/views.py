"""Macros as screens read them, and what their texts say in a conversation."""

from collections.abc import Callable
from typing import Any

import msgspec

from lyhord.conversations.canned.model import Whose, fill, names, text_for
from lyhord.conversations.canned.views import FIRST, Place, get_canned_reply, values_for
from lyhord.conversations.timeline import get_conversation
from lyhord.kit.database import ReadTx
from lyhord.kit.problems import NotFound
from lyhord.tickets.about import find_worked
from lyhord.tickets.macros import store
from lyhord.tickets.macros.model import Macro, NoteStep, ReplyStep, Saying, Step, find_step
from lyhord.workspaces.views import get_agent

_steps = msgspec.json.Decoder(tuple[Step, ...])


def list_macros(tx: ReadTx, whose: Whose, *, before: Place = FIRST, most: int = 50) -> tuple[list[Macro], Place | None]:
    """A page of those that `whose` sees, the most used first, and where the next one begins."""
    rows = tx.all(
        store.page[whose.team_ids is None],
        viewer=whose.agent_id,
        teams=whose.team_ids or (),
        before_uses=before[0],
        before_id=before[1],
        most=most + 1,
    )
    page = [read_macro(row) for row in rows[:most]]
    return page, (page[-1].uses, page[-1].id) if len(rows) > most else None


def get_macro(tx: ReadTx, whose: Whose, macro_id: str) -> Macro:
    """One of those that `whose` sees; raises `NotFound`."""
    row = tx.one(store.by_id[whose.team_ids is None], id=macro_id, viewer=whose.agent_id, teams=whose.team_ids or ())
    if row is None:
        raise NotFound("There is no such macro.")
    return read_macro(row)


def say_in(tx: ReadTx, whose: Whose, macro_id: str, conversation_id: str, ticket_id: str | None = None) -> Saying:
    """What a macro would say in a conversation, in the contact's language, else the agent's: about a ticket, else the current one.

    Raises `NotFound`.
    """
    return say(tx, whose, get_macro(tx, whose, macro_id), conversation_id, ticket_id)


def say(
    tx: ReadTx,
    whose: Whose,
    macro: Macro,
    conversation_id: str,
    ticket_id: str | None = None,
    promised: Callable[[str | None], str] | None = None,
) -> Saying:
    """The same of steps that are no macro of the workspace.

    `promised` says by when an answer comes, in a language (None: the workspace's), where the reply names it.
    """
    conversation = get_conversation(tx, conversation_id)
    values, contact = values_for(tx, conversation, whose.agent_id)
    ticket = find_worked(tx, conversation.id, ticket_id)
    values["ticket.subject"] = (ticket.matter or ticket.subject or "") if ticket else ""
    reply, note = find_step(macro.steps, ReplyStep), find_step(macro.steps, NoteStep)
    said, buttons = (reply.text, reply.buttons) if reply else (None, ())
    files: tuple[str, ...] = ()
    language: str | None = None
    if reply is not None and reply.canned_reply_id:
        canned = get_canned_reply(tx, whose, reply.canned_reply_id)
        own = get_agent(tx, whose.agent_id).locale if whose.agent_id else None
        best = text_for(canned.texts, contact.language if contact else None, own)
        said, language = best.text, best.language
        files, buttons = tuple(file.id for file in canned.attachments), canned.buttons
    if promised is not None and said is not None and names(said, "promise"):
        values["promise"] = promised(language)
    return Saying(
        macro=macro,
        reply=fill(said, values) if said is not None else None,
        note=fill(note.text, values) if note else None,
        files=files,
        buttons=buttons,
        ticket_id=ticket_id,
    )


def read_macro(row: tuple[Any, ...]) -> Macro:
    """A row of `store.columns`."""
    macro_id, name, steps, team_id, agent_id, uses, changed_at = row
    return Macro(
        id=macro_id,
        name=name,
        steps=_steps.decode(steps),
        team_id=team_id,
        agent_id=agent_id,
        uses=uses,
        changed_at=changed_at,
    )

"""Write macros, remove them and put them back, and run them: all steps in one transaction, or none."""

from typing import Any

import msgspec

from lyhord.conversations.actions.note import add_note
from lyhord.conversations.actions.reply import agent_of, reply
from lyhord.conversations.answering import ANYBODY, Answering
from lyhord.conversations.canned import store as canned
from lyhord.conversations.canned.actions import owner_of, use_canned_reply
from lyhord.conversations.canned.model import Whose
from lyhord.conversations.model import Note, Reply
from lyhord.kit.clock import SECOND
from lyhord.kit.database import ReadTx, Tx
from lyhord.kit.problems import Forbidden, Invalid, NotFound, Taken
from lyhord.tickets.about import find_worked
from lyhord.tickets.actions import assign_ticket, set_attributes, set_kind, set_stage, set_status, tag_ticket
from lyhord.tickets.changing import check_values
from lyhord.tickets.kinds.reading import check_kind, list_kinds
from lyhord.tickets.macros import store
from lyhord.tickets.macros.events import MacroChanged
from lyhord.tickets.macros.model import (
    AssignStep,
    AttributesStep,
    KindStep,
    Macro,
    MacroWords,
    NoteStep,
    ReplyStep,
    Run,
    Saying,
    StageStep,
    StatusStep,
    Step,
    TagStep,
    checked,
    find_step,
)
from lyhord.tickets.owners import check_team, check_worker
from lyhord.tickets.reactions import ticket_outbound
from lyhord.workspaces.actions.audit import record

MOST_MACROS = 500
"""In one workspace."""

Row = tuple[Any, ...]


def create_macro(tx: Tx, whose: Whose, words: MacroWords, *, may_share: bool) -> str:
    """Keep steps under a name; the macro's id. Without `may_share` only the writer's own. Raises `Invalid`, `Forbidden`, `Taken`."""
    words = checked(words)
    agent_id = owner_of(tx, words.team_id, mine=words.mine, may_share=may_share)
    check_steps(tx, whose, words)
    if tx.value(store.count, most=MOST_MACROS) >= MOST_MACROS:
        raise Taken("There are 500 macros; remove some first.", key="problem.too_many_macros")
    macro_id = tx.new_id()
    tx.run(
        store.insert_macro,
        id=macro_id,
        name=words.name,
        steps=msgspec.json.encode(words.steps).decode(),
        team_id=words.team_id,
        agent_id=agent_id,
        uses=0,
        changed_at=tx.now,
        removed_at=None,
    )
    _tell(tx, "created", macro_id, words.name, shared=agent_id is None)
    return macro_id


def change_macro(tx: Tx, whose: Whose, macro_id: str, words: MacroWords, *, may_share: bool) -> None:
    """Write it anew. Raises as `create_macro` does, and `NotFound`."""
    old = _get(tx, whose, macro_id, may_share=may_share)
    words = checked(words)
    agent_id = owner_of(tx, words.team_id, mine=words.mine, may_share=may_share)
    check_steps(tx, whose, words)
    tx.run(
        store.write_macro,
        key=macro_id,
        name=words.name,
        steps=msgspec.json.encode(words.steps).decode(),
        team_id=words.team_id,
        agent_id=agent_id,
        changed_at=tx.now,
    )
    _tell(tx, "changed", macro_id, words.name, shared=agent_id is None or old[4] is None)


def remove_macro(tx: Tx, whose: Whose, macro_id: str, *, may_share: bool) -> None:
    """Take it out of every list; its row stays, so that it can be put back."""
    old = _get(tx, whose, macro_id, may_share=may_share)
    tx.run(store.set_removed, key=macro_id, at=tx.now)
    _tell(tx, "removed", macro_id, old[1], shared=old[4] is None)


def restore_macro(tx: Tx, whose: Whose, macro_id: str, *, may_share: bool) -> None:
    """Put back what was removed."""
    old = _get(tx, whose, macro_id, may_share=may_share)
    tx.run(store.set_removed, key=macro_id, at=None)
    _tell(tx, "restored", macro_id, old[1], shared=old[4] is None)


def run_macro(
    tx: Tx, whose: Whose, saying: Saying, conversation_id: str, said: Reply | None, answering: Answering = ANYBODY
) -> Run:
    """Do all steps on a conversation and the ticket named, or its current one. `said` is the reply, `saying` has what else it says there.

    The reply leaves as every reply does, with its time to take it back. Raises `Invalid` for steps on a ticket where there is none, and
    what `answering` raises.
    """
    reply_id = _reply(tx, whose, saying.macro, said, answering) if said is not None else None
    note_id = None
    if saying.note is not None:
        note_id = add_note(tx, Note(conversation_id=conversation_id, text=saying.note, ticket_id=saying.ticket_id))
    _work(tx, saying.macro.steps, conversation_id, saying.ticket_id)
    tx.run(store.count_use, key=saying.macro.id)
    return Run(reply_id=reply_id, note_id=note_id)


def _reply(tx: Tx, whose: Whose, macro: Macro, said: Reply, answering: Answering) -> str:
    step = find_step(macro.steps, ReplyStep)
    if step is not None and step.canned_reply_id:
        files = use_canned_reply(tx, whose, step.canned_reply_id)
        said = msgspec.structs.replace(said, attachment_ids=tuple(file.id for file in files))
    mark = len(tx.logged)
    reply_id = reply(tx, said, answering)
    ticket_outbound(tx, tx.logged[mark:])  # before the steps on the ticket, which have the last word
    return reply_id


_FIRST: tuple[type[Step], ...] = (KindStep, AttributesStep)
"""What others need: a kind its stages, and being resolved some attributes."""


def _work(tx: Tx, steps: tuple[Step, ...], conversation_id: str, ticket_id: str | None) -> None:
    work = [step for step in steps if not isinstance(step, ReplyStep | NoteStep)]
    work.sort(key=lambda step: _FIRST.index(type(step)) if type(step) in _FIRST else len(_FIRST))
    if not work:
        return
    ticket = find_worked(tx, conversation_id, ticket_id)
    if ticket is None:
        raise Invalid("There is no ticket to work on here yet.", key="problem.no_ticket")
    ticket_id = ticket.id
    for step in work:
        if isinstance(step, AssignStep):
            assign_ticket(tx, ticket_id, agent_id=agent_of(tx) if step.me else step.agent_id, team_id=step.team_id)
        elif isinstance(step, StatusStep):
            until = tx.now + step.snooze_seconds * SECOND if step.snooze_seconds else None
            set_status(tx, ticket_id, step.status, snoozed_until=until)
        elif isinstance(step, KindStep):
            set_kind(tx, ticket_id, step.ticket_kind)
        elif isinstance(step, StageStep):
            set_stage(tx, ticket_id, step.stage)
        elif isinstance(step, AttributesStep):
            set_attributes(tx, ticket_id, step.values)
        elif isinstance(step, TagStep):
            tag_ticket(tx, ticket_id, add=step.add, remove=step.remove)


def check_steps(tx: ReadTx, whose: Whose, words: MacroWords) -> None:
    """Raise `Invalid` for somebody or something that isn't there, or that those who will use the macro don't see."""
    assign, said = find_step(words.steps, AssignStep), find_step(words.steps, ReplyStep)
    kind = find_step(words.steps, KindStep)
    if kind is not None:
        check_kind(tx, kind.ticket_kind, "steps")
    values, stage = find_step(words.steps, AttributesStep), find_step(words.steps, StageStep)
    if values is not None:
        check_values(tx, values.values)
    if stage is not None and all(stage.stage != one.id for kind in list_kinds(tx) for one in kind.stages):
        raise Invalid("That stage is not here any more.", fields={"steps": "problem.no_such_stage"})
    if assign is not None:
        check_worker(tx, assign.agent_id or None, "steps")
        check_team(tx, assign.team_id or None, "steps")
    if said is not None and said.canned_reply_id:
        row = tx.one(
            canned.by_id[whose.team_ids is None],
            id=said.canned_reply_id,
            viewer=whose.agent_id if words.mine else None,
            teams=whose.team_ids or (),
        )
        if row is None or (not words.mine and row[5] not in (None, words.team_id)):
            raise Invalid(
                "Those who use the macro must see its canned reply.", fields={"steps": "problem.canned_unseen"}
            )


def _get(tx: Tx, whose: Whose, macro_id: str, *, may_share: bool) -> Row:
    row = tx.one(store.by_id[whose.team_ids is None], id=macro_id, viewer=whose.agent_id, teams=whose.team_ids or ())
    if row is None:
        raise NotFound("There is no such macro.")
    if row[4] is None and not may_share:
        raise Forbidden("This needs the power replies.manage.")
    return row


def _tell(tx: Tx, what: str, macro_id: str, name: str, *, shared: bool) -> None:
    if shared:
        record(tx, f"macro.{what}", f"macro:{macro_id}", name=name)
    tx.emit(MacroChanged(macro_id=macro_id))

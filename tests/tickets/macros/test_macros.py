"""Macros: what they may consist of, that they do all of it or nothing, and who may edit them."""

from typing import Any

import pytest

from lyhord.conversations.actions.attach import attach_file
from lyhord.conversations.canned.actions import create_canned_reply
from lyhord.conversations.canned.model import CannedWords, Text, Whose
from lyhord.conversations.model import Reply
from lyhord.kit.clock import HOUR
from lyhord.kit.database import Tx
from lyhord.kit.ids import new_id
from lyhord.kit.problems import Forbidden, Invalid, NotFound, Taken
from lyhord.tickets.actions import set_status, tag_ticket
from lyhord.tickets.macros import actions, views
from lyhord.tickets.macros.model import (
    AssignStep,
    Macro,
    MacroWords,
    NoteStep,
    ReplyStep,
    Run,
    StatusStep,
    Step,
    TagStep,
    checked,
)
from lyhord.workspaces.actions.teams import create_team
from lyhord.workspaces.views import list_audit
from tests.conversations.desk import Desk

ALL = Whose(None, None)
DONE = StatusStep(status="resolved")


async def make(desk: Desk, *steps: Step, may_share: bool = True, whose: Whose = ALL, **more: Any) -> Macro:
    words = MacroWords(**{"name": "Done", "steps": steps or (DONE,), **more})

    def create(tx: Tx) -> str:
        return actions.create_macro(tx, whose, words, may_share=may_share)

    macro_id = await desk.write(create, actor=f"agent:{desk.agent}")
    macro: Macro = await desk.read(views.get_macro, Whose(desk.agent, None), macro_id)
    return macro


async def run(desk: Desk, macro: Macro, conversation_id: str) -> Run:
    whose = Whose(desk.agent, None)
    saying = await desk.read(views.say_in, whose, macro.id, conversation_id)
    said = Reply(conversation_id=conversation_id, text=saying.reply) if saying.reply is not None else None
    ran: Run = await desk.write(actions.run_macro, whose, saying, conversation_id, said, actor=f"agent:{desk.agent}")
    return ran


@pytest.mark.parametrize(
    "steps",
    [
        (),
        (DONE, DONE),
        (ReplyStep(),),
        (ReplyStep(text="a", canned_reply_id="b"),),
        (ReplyStep(text="Hi {{nobody}}"),),
        (NoteStep(text="  "),),
        (StatusStep(status="snoozed"),),
        (StatusStep(status="open", snooze_seconds=60),),
        (TagStep(),),
        (TagStep(add=(" ",)),),
    ],
)
def test_steps_that_do_nothing_or_too_much_are_refused(steps: tuple[Step, ...]) -> None:
    with pytest.raises(Invalid):
        checked(MacroWords(name="a", steps=steps))


def test_a_name_is_needed() -> None:
    with pytest.raises(Invalid):
        checked(MacroWords(name=" ", steps=(DONE,)))
    assert checked(MacroWords(name="a", steps=(TagStep(add=("Needs Parts", "#vip")),))).steps == (
        TagStep(add=("needs-parts", "vip")),
    )


async def test_all_steps_are_done_and_those_on_the_ticket_have_the_last_word(desk: Desk) -> None:
    team = await desk.write(create_team, "Crew", [], [])
    asked = await desk.say("Where is it?", subject="Order 7")
    macro = await make(
        desk,
        ReplyStep(text="Hi {{contact.name}}, about {{ticket.subject}}"),
        NoteStep(text="Told {{contact.name}}"),
        AssignStep(agent_id=desk.colleague, team_id=team),
        StatusStep(status="snoozed", snooze_seconds=3_600),
        TagStep(add=("late",)),
    )
    desk.kinds()
    ran = await run(desk, macro, asked.conversation_id)
    ticket = await desk.ticket(asked.conversation_id)
    assert (ticket.status, ticket.snoozed_until) == ("snoozed", desk.clock.now + HOUR)
    assert (ticket.owner_agent_id, ticket.owner_team_id, ticket.tags) == (desk.colleague, team, ("late",))
    assert (ticket.preview, ticket.waiting_since) == ("Hi Ann, about Order 7", None)
    assert (await desk.message(str(ran.reply_id))).text == "Hi Ann, about Order 7"
    assert (await desk.message(str(ran.note_id))).text == "Told Ann"
    assert desk.kinds() == [
        "message.replied",
        "ticket.changed",
        "note.added",
        "ticket.assigned",
        "ticket.changed",
        "ticket.tagged",
    ]
    assert (await desk.read(views.get_macro, ALL, macro.id)).uses == 1


async def test_when_one_step_fails_nothing_was_done(desk: Desk) -> None:
    asked = await desk.say()
    macro = await make(desk, ReplyStep(text="Hi"), TagStep(add=("late",)))
    ticket = await desk.ticket(asked.conversation_id)
    await desk.write(lambda tx: tag_ticket(tx, ticket.id, add=[f"t{n}" for n in range(20)]))
    desk.kinds()
    with pytest.raises(Invalid):
        await run(desk, macro, asked.conversation_id)
    assert desk.kinds() == []
    assert len((await desk.timeline(asked.conversation_id)).items) == 1


async def test_an_answer_to_old_work_makes_the_new_ticket_that_the_steps_are_done_on(desk: Desk) -> None:
    asked = await desk.say()
    old = await desk.ticket(asked.conversation_id)
    await desk.write(set_status, old.id, "resolved")
    desk.clock.move(1_000 * HOUR)
    macro = await make(desk, ReplyStep(text="By the way"), AssignStep(me=True), TagStep(add=("again",)), DONE)
    await run(desk, macro, asked.conversation_id)
    ticket = await desk.ticket(asked.conversation_id)
    assert ticket.id != old.id
    assert (ticket.status, ticket.owner_agent_id, ticket.tags) == ("resolved", desk.agent, ("again",))


async def test_a_canned_reply_is_said_in_the_contacts_language_with_its_files(desk: Desk) -> None:
    file = await desk.write(
        lambda tx: attach_file(tx, "h" * 64, name="terms.txt", content_type="text/plain", size=3),
        actor=f"agent:{desk.agent}",
    )
    words = CannedWords(
        name="Terms", texts=(Text("sv", "Hej {{contact.name}}"), Text("en", "Hi")), attachment_ids=(file.id,)
    )

    def create(tx: Tx) -> str:
        return create_canned_reply(tx, words, may_share=True)

    canned = await desk.write(create, actor=f"agent:{desk.agent}")
    asked = await desk.say()
    macro = await make(desk, ReplyStep(canned_reply_id=canned))
    ran = await run(desk, macro, asked.conversation_id)
    said = await desk.message(str(ran.reply_id))
    assert (said.text, [one.name for one in said.attachments]) == ("Hi", ["terms.txt"])


async def test_a_shared_macro_says_nothing_that_others_cannot_see(desk: Desk) -> None:
    def create(tx: Tx) -> str:
        words = CannedWords(name="Mine", texts=(Text("en", "Hi"),), mine=True)
        return create_canned_reply(tx, words, may_share=False)

    own = await desk.write(create, actor=f"agent:{desk.agent}")
    whose = Whose(desk.agent, None)
    with pytest.raises(Invalid):
        await make(desk, ReplyStep(canned_reply_id=own), whose=whose)
    await make(desk, ReplyStep(canned_reply_id=own), whose=whose, mine=True)
    with pytest.raises(Invalid):
        await make(desk, ReplyStep(canned_reply_id=new_id()))


@pytest.mark.parametrize("step", [AssignStep(agent_id=new_id()), AssignStep(team_id=new_id())])
async def test_nobody_is_given_work_who_is_not_there(desk: Desk, step: AssignStep) -> None:
    with pytest.raises(Invalid):
        await make(desk, step)


async def test_shared_ones_are_edited_by_those_who_may(desk: Desk) -> None:
    with pytest.raises(Forbidden):
        await make(desk, may_share=False)
    macro = await make(desk)
    own = await make(desk, may_share=False, mine=True, name="Own")
    words = MacroWords(name="New", steps=(DONE,))
    whose = Whose(desk.agent, ())

    def change(tx: Tx) -> None:
        actions.change_macro(tx, whose, macro.id, words, may_share=False)

    with pytest.raises(Forbidden):
        await desk.write(change)
    with pytest.raises(NotFound):
        await desk.read(views.get_macro, Whose(desk.colleague, ()), own.id)
    await desk.write(lambda tx: actions.change_macro(tx, whose, macro.id, words, may_share=True))
    await desk.write(lambda tx: actions.remove_macro(tx, whose, macro.id, may_share=True))
    assert [one.name for one in (await desk.read(views.list_macros, whose))[0]] == ["Own"]
    await desk.write(lambda tx: actions.restore_macro(tx, whose, macro.id, may_share=True))
    assert [one.name for one in (await desk.read(views.list_macros, whose))[0]] == ["Own", "New"]
    audited = [entry.action for entry in await desk.read(list_audit, None, 10)]
    assert audited[:4] == ["macro.restored", "macro.removed", "macro.changed", "macro.created"]
    assert audited.count("macro.created") == 1


async def test_there_is_an_end_to_how_many(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(actions, "MOST_MACROS", 1)
    await make(desk)
    with pytest.raises(Taken):
        await make(desk)


async def test_work_without_a_ticket_is_refused(desk: Desk) -> None:
    old = await desk.receive(desk.words("Long ago"), imported=True)
    message = await desk.message(str(old.message_ids[0]))
    macro = await make(desk)
    with pytest.raises(Invalid):
        await run(desk, macro, message.conversation_id)


async def test_nothing_is_said_where_nobody_may_look(desk: Desk) -> None:
    macro = await make(desk, NoteStep(text="x"))
    with pytest.raises(NotFound):
        await desk.read(views.say_in, ALL, macro.id, new_id())

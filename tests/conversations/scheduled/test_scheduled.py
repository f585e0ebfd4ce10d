"""Replies that leave later: at their time, once, through restarts; held when the customer writes first."""

from typing import Any

import pytest

from lyhord.contacts.actions import merge_contacts
from lyhord.conversations import views as conversations
from lyhord.conversations.actions.attach import attach_file
from lyhord.conversations.actions.reply import reply
from lyhord.conversations.answering import ANYBODY
from lyhord.conversations.model import Reply
from lyhord.conversations.scheduled import actions, views
from lyhord.conversations.scheduled.jobs import make_send_scheduled
from lyhord.conversations.scheduled.model import Scheduled
from lyhord.conversations.timeline import get_conversation
from lyhord.kit.clock import DAY, HOUR, SECOND
from lyhord.kit.database import ReadTx, Tx
from lyhord.kit.events import Catalogue
from lyhord.kit.ids import new_id
from lyhord.kit.jobs import JobRunner, Work
from lyhord.kit.problems import Invalid, NotFound, Taken
from lyhord.workspaces.actions.inboxes import remove_inbox
from lyhord.workspaces.reach import EVERYTHING, Reach
from tests.conversations.desk import Desk, texts


async def later(desk: Desk, conversation_id: str, *, hours: int = 1, then: str = "hold", **more: Any) -> str:
    words = Reply(**{"conversation_id": conversation_id, "text": "Tomorrow", **more})
    return str(
        await desk.write(
            actions.schedule_reply, words, desk.clock.now + hours * HOUR, then, actor=f"agent:{desk.agent}"
        )
    )


async def waiting(desk: Desk, conversation_id: str, reach: Reach = EVERYTHING) -> list[Scheduled]:
    found: list[Scheduled] = await desk.read(views.list_scheduled, reach, [conversation_id])
    return found


async def said(desk: Desk, conversation_id: str) -> list[str]:
    return texts((await desk.timeline(conversation_id)).items)


async def do_jobs(desk: Desk) -> None:
    """As a worker that was just started does: everything that is due."""
    runner = JobRunner(desk.database, Catalogue([]), {actions.JOB: Work(make_send_scheduled(ANYBODY))})
    await runner.catch_up()


async def test_it_leaves_at_its_time_in_the_name_of_its_writer(desk: Desk) -> None:
    asked = await desk.say()
    scheduled_id = await later(desk, asked.conversation_id)
    [one] = await waiting(desk, asked.conversation_id)
    assert (one.state, one.text, one.due_at, one.agent_id) == (
        "waiting",
        "Tomorrow",
        desk.clock.now + HOUR,
        desk.agent,
    )
    assert (await desk.ticket(asked.conversation_id)).waiting_since is not None
    await do_jobs(desk)
    desk.clock.move(HOUR - SECOND)
    await do_jobs(desk)
    assert await said(desk, asked.conversation_id) == ["Hello"]
    desk.clock.move(SECOND)
    desk.kinds()
    await do_jobs(desk)
    assert await said(desk, asked.conversation_id) == ["Hello", "Tomorrow"]
    assert await waiting(desk, asked.conversation_id) == []
    assert desk.kinds() == ["message.replied", "scheduled.changed", "ticket.changed"]
    [*_, message] = (await desk.timeline(asked.conversation_id)).items
    assert message.agent_id == desk.agent
    assert message.delivery is not None
    assert message.delivery.due_at == desk.clock.now
    await do_jobs(desk)
    assert len(await said(desk, asked.conversation_id)) == 2
    with pytest.raises(NotFound):
        await desk.write(actions.take_back, scheduled_id)


async def test_a_worker_that_slept_past_the_moment_sends_it_when_it_wakes(desk: Desk) -> None:
    asked = await desk.say()
    await later(desk, asked.conversation_id)
    desk.clock.move(3 * DAY)
    await do_jobs(desk)
    assert await said(desk, asked.conversation_id) == ["Hello", "Tomorrow"]


async def test_it_is_held_when_the_customer_writes_first(desk: Desk) -> None:
    asked, other = await desk.say(), await desk.say(who="bo")
    scheduled_id = await later(desk, asked.conversation_id)
    await later(desk, other.conversation_id)
    desk.kinds()
    await desk.say("Never mind")
    assert "scheduled.changed" in desk.kinds()
    assert [one.state for one in await waiting(desk, asked.conversation_id)] == ["held"]
    desk.clock.move(2 * HOUR)
    await do_jobs(desk)
    assert await said(desk, asked.conversation_id) == ["Hello", "Never mind"]
    assert await said(desk, other.conversation_id) == ["Hello", "Tomorrow"]
    await desk.write(actions.reschedule, scheduled_id, desk.clock.now + HOUR, "send")
    await desk.say("Or wait")
    assert [one.state for one in await waiting(desk, asked.conversation_id)] == ["waiting"]
    desk.clock.move(HOUR)
    await do_jobs(desk)
    assert (await said(desk, asked.conversation_id))[-1] == "Tomorrow"


async def test_it_is_forgotten_or_sent_all_the_same_where_that_was_chosen(desk: Desk) -> None:
    asked = await desk.say()
    await later(desk, asked.conversation_id, then="drop")
    await later(desk, asked.conversation_id, then="send", text="Anyway")
    await desk.say("Hm")
    assert [one.text for one in await waiting(desk, asked.conversation_id)] == ["Anyway"]


async def test_a_machine_or_history_holds_up_nothing(desk: Desk) -> None:
    asked = await desk.say()
    await later(desk, asked.conversation_id)
    await desk.say("I am away", flags=frozenset({"auto_reply"}))
    await desk.receive(desk.words("Long ago"), imported=True)
    assert [one.state for one in await waiting(desk, asked.conversation_id)] == ["waiting"]


async def test_another_time_makes_the_first_one_void(desk: Desk) -> None:
    asked = await desk.say()
    scheduled_id = await later(desk, asked.conversation_id)
    await desk.write(actions.reschedule, scheduled_id, desk.clock.now + 5 * HOUR, "hold")
    desk.clock.move(HOUR)
    await do_jobs(desk)
    assert await said(desk, asked.conversation_id) == ["Hello"]
    desk.clock.move(4 * HOUR)
    await do_jobs(desk)
    assert await said(desk, asked.conversation_id) == ["Hello", "Tomorrow"]


async def attach(desk: Desk) -> str:
    file = await desk.write(
        lambda tx: attach_file(tx, "h" * 64, name="list.txt", content_type="text/plain", size=3),
        actor=f"agent:{desk.agent}",
    )
    return str(file.id)


async def test_what_is_taken_back_is_a_draft_again_with_its_files(desk: Desk) -> None:
    asked = await desk.say("Which?")
    file = await attach(desk)
    scheduled_id = await later(desk, asked.conversation_id, answers=asked.id, attachment_ids=(file,))
    with pytest.raises(Invalid):  # they wait with it, and nobody else can take them
        await desk.answer(asked.conversation_id, attachment_ids=(file,))
    draft = await desk.write(actions.take_back, scheduled_id, actor=f"agent:{desk.colleague}")
    assert (draft.text, draft.answers) == ("Tomorrow", asked.id)
    assert await desk.read(conversations.find_draft, desk.colleague, asked.conversation_id) == draft
    sent = await desk.write(
        reply,
        Reply(conversation_id=asked.conversation_id, text="Now", attachment_ids=draft.attachment_ids),
        actor=f"agent:{desk.colleague}",
    )
    assert [file.name for file in (await desk.message(sent)).attachments] == ["list.txt"]


async def test_a_colleague_may_send_it_now(desk: Desk) -> None:
    asked = await desk.say()
    scheduled_id = await later(desk, asked.conversation_id, attachment_ids=(await attach(desk),))
    message_id = await desk.write(actions.send_now, scheduled_id, 10, actor=f"agent:{desk.colleague}")
    message = await desk.message(message_id)
    assert (message.agent_id, [file.name for file in message.attachments]) == (desk.colleague, ["list.txt"])
    assert message.delivery is not None
    assert message.delivery.due_at == desk.clock.now + 10 * SECOND


async def test_what_cannot_leave_any_more_says_why(desk: Desk) -> None:
    asked = await desk.say()
    await later(desk, asked.conversation_id, inbox_id=desk.other_inbox, scheme="pigeon", value="ann")
    await desk.write(remove_inbox, desk.other_inbox)
    desk.clock.move(HOUR)
    await do_jobs(desk)
    [one] = await waiting(desk, asked.conversation_id)
    assert (one.state, one.error) == ("failed", "problem.inbox_removed")


async def test_after_a_merge_a_person_decides(desk: Desk) -> None:
    ann, bo = await desk.say(), await desk.say(who="bo")

    def contact_of(tx: ReadTx, conversation_id: str) -> str:
        return str(get_conversation(tx, conversation_id).contact_id)

    await later(desk, bo.conversation_id)
    source, target = await desk.read(contact_of, bo.conversation_id), await desk.read(contact_of, ann.conversation_id)
    await desk.write(merge_contacts, source, target)
    desk.clock.move(HOUR)
    await do_jobs(desk)
    [one] = await waiting(desk, bo.conversation_id)
    assert one.state == "held"
    await desk.write(actions.reschedule, one.id, desk.clock.now + HOUR, "hold")
    desk.clock.move(HOUR)
    await do_jobs(desk)
    assert "Tomorrow" in await said(desk, ann.conversation_id)


async def test_it_is_seen_by_those_who_reach_its_inbox(desk: Desk) -> None:
    asked = await desk.say()
    scheduled_id = await later(desk, asked.conversation_id)
    elsewhere = Reach(frozenset({desk.other_inbox}))
    assert await waiting(desk, asked.conversation_id, elsewhere) == []
    with pytest.raises(NotFound):
        await desk.read(views.get_scheduled, elsewhere, scheduled_id)


@pytest.mark.parametrize("wrong", [{"hours": 0}, {"hours": -1}, {"hours": 24 * 366}, {"text": " "}])
async def test_nothing_and_never_are_refused(desk: Desk, wrong: dict[str, Any]) -> None:
    asked = await desk.say()
    with pytest.raises(Invalid):
        await later(desk, asked.conversation_id, **wrong)


async def test_a_program_schedules_nothing(desk: Desk) -> None:
    asked = await desk.say()

    def schedule(tx: Tx) -> str:
        words = Reply(conversation_id=asked.conversation_id, text="x")
        return actions.schedule_reply(tx, words, desk.clock.now + HOUR, "hold")

    with pytest.raises(Invalid):
        await desk.write(schedule, actor=f"token:{new_id()}")


async def test_there_is_an_end_to_how_many_wait(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(actions, "MOST_SCHEDULED", 1)
    asked = await desk.say()
    await later(desk, asked.conversation_id)
    with pytest.raises(Taken):
        await later(desk, asked.conversation_id)

"""Tasks: asked, changed, done, approved, refused, and due."""

from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lyhord.kit.clock import DAY, HOUR
from lyhord.kit.problems import Invalid, NotFound, Taken
from lyhord.privacy.actions import erase_contact
from lyhord.tickets.actions import get_ticket
from lyhord.tickets.model import Ticket
from lyhord.tickets.moving import Moved, NewTicket, drop_ticket, open_ticket
from lyhord.tickets.tasks.actions import Wish, answer_task, ask, change_task, get_task, remind_of_tasks
from lyhord.tickets.tasks.model import MOST_TASKS, Task, TaskChange, stands_at
from lyhord.tickets.tasks.views import FIRST, list_tasks, tasks_of
from lyhord.workspaces.actions.teams import create_team
from lyhord.workspaces.reach import EVERYTHING, Reach
from tests.conversations.desk import Desk


async def asked(desk: Desk, ticket: Ticket, **more: Any) -> Task:
    """The first agent asks the second, unless `more` says otherwise."""
    wish = Wish(**{"text": "Look for the parcel", "owner_agent_id": desk.colleague, **more})
    task: Task = await desk.write(ask, ticket, wish, actor=f"agent:{desk.agent}")
    return task


async def a_ticket(desk: Desk, who: str = "ann") -> Ticket:
    return await desk.ticket((await desk.say(who=who)).conversation_id)


async def listed(desk: Desk, agent: str, whose: Any = "mine", reach: Reach = EVERYTHING) -> list[str]:
    """The words of somebody's open tasks, read two at a time."""
    words: list[str] = []
    place: Any = FIRST
    while place is not None:
        rows, place = await desk.read(list_tasks, reach, agent, whose, place, 2)
        words += [row.task.text for row in rows]
    return words


async def test_a_colleague_is_asked_and_does_it(desk: Desk) -> None:
    ticket = await a_ticket(desk)
    desk.kinds()
    task = await asked(desk, ticket)
    assert await listed(desk, desk.colleague) == ["Look for the parcel"] == await listed(desk, desk.agent, "asked")
    assert await listed(desk, desk.agent) == []
    done = await desk.write(change_task, task.id, TaskChange(state="done"), actor=f"agent:{desk.colleague}")
    assert (done.state, done.ended_by, done.ended_at) == ("done", f"agent:{desk.colleague}", desk.clock.now)
    assert await listed(desk, desk.colleague) == []
    assert await desk.read(tasks_of, [ticket.conversation_id]) == [done]
    assert await desk.write(change_task, task.id, TaskChange(state="open")) == task
    assert desk.kinds() == ["task.asked", "task.changed", "task.changed"]


async def test_a_change_that_changes_nothing_is_not_told(desk: Desk) -> None:
    task = await asked(desk, await a_ticket(desk))
    desk.kinds()
    assert await desk.write(change_task, task.id, TaskChange(text=task.text, state="open")) == task
    assert desk.kinds() == []


async def test_lists_begin_with_what_is_due_first_and_join_my_teams(desk: Desk) -> None:
    ticket = await a_ticket(desk)
    team = await desk.write(create_team, "Depot", [desk.colleague], [desk.inbox])
    now = desk.clock.now
    await asked(desk, ticket, text="some time")
    desk.clock.move(5_000)
    await asked(desk, ticket, text="some time later")
    await asked(desk, ticket, text="tomorrow", due_at=now + DAY)
    await asked(desk, ticket, text="soon, of the team", owner_agent_id=None, owner_team_id=team, due_at=now + HOUR)
    await asked(desk, ticket, text="both", owner_team_id=team, due_at=now + 2 * HOUR)
    wanted = ["soon, of the team", "both", "tomorrow", "some time", "some time later"]
    assert await listed(desk, desk.colleague) == wanted
    assert await listed(desk, desk.colleague, reach=Reach(frozenset({desk.inbox}))) == wanted
    assert await listed(desk, desk.colleague, reach=Reach(frozenset({await desk.add_inbox("Other")}))) == []


async def test_who_is_asked_to_approve_says_yes_or_why_not(desk: Desk) -> None:
    ticket = await a_ticket(desk)
    first = await asked(desk, ticket, asks="approve", text="Give back 80 euro")
    with pytest.raises(Invalid):
        await desk.write(change_task, first.id, TaskChange(state="done"))
    with pytest.raises(Taken) as others:
        await desk.write(answer_task, first.id, desk.agent, True, actor=f"agent:{desk.agent}")
    assert others.value.key == "problem.task_of_others"
    with pytest.raises(Invalid):
        await desk.write(answer_task, first.id, desk.colleague, False, " ", actor=f"agent:{desk.colleague}")
    no = await desk.write(answer_task, first.id, desk.colleague, False, "Too much", actor=f"agent:{desk.colleague}")
    assert (no.state, no.answer) == ("refused", "Too much")
    with pytest.raises(Taken) as settled:
        await desk.write(answer_task, first.id, desk.colleague, True, actor=f"agent:{desk.colleague}")
    assert settled.value.key == "problem.task_settled"
    again = await desk.write(change_task, first.id, TaskChange(state="open", text="Give back 20 euro"))
    assert (again.state, again.answer, again.text) == ("open", "", "Give back 20 euro")
    yes = await desk.write(answer_task, first.id, desk.colleague, True, actor=f"agent:{desk.colleague}")
    assert yes.state == "approved"


async def test_nobody_approves_what_they_asked_for_themselves(desk: Desk) -> None:
    team = await desk.write(create_team, "Desk", [desk.agent, desk.colleague], [desk.inbox])
    task = await asked(desk, await a_ticket(desk), asks="approve", owner_agent_id=None, owner_team_id=team)
    with pytest.raises(Taken) as own:
        await desk.write(answer_task, task.id, desk.agent, True, actor=f"agent:{desk.agent}")
    assert own.value.key == "problem.task_own"
    assert (await desk.write(answer_task, task.id, desk.colleague, True, actor=f"agent:{desk.colleague}")).answer == ""


@pytest.mark.parametrize(
    ("wish", "field"),
    [
        ({"text": "  "}, "text"),
        ({"owner_agent_id": None}, "owner_agent_id"),
        ({"owner_agent_id": "019cd277-ea00-7000-8000-000000000001"}, "owner_agent_id"),
        ({"owner_team_id": "019cd277-ea00-7000-8000-000000000002"}, "owner_team_id"),
        ({"due_at": 1}, "due_at"),
        ({"due_at": 9_000_000_000_000}, "due_at"),
    ],
)
async def test_a_wish_that_makes_no_sense_is_refused_by_its_field(desk: Desk, wish: dict[str, Any], field: str) -> None:
    ticket = await a_ticket(desk)
    with pytest.raises(Invalid) as refused:
        await asked(desk, ticket, **wish)
    assert list(refused.value.fields) == [field]


async def test_there_are_only_so_many_open_ones(desk: Desk) -> None:
    ticket = await a_ticket(desk)
    tasks = [await asked(desk, ticket) for _ in range(MOST_TASKS)]
    with pytest.raises(Invalid):
        await asked(desk, ticket)
    await desk.write(change_task, tasks[0].id, TaskChange(state="withdrawn"))
    await asked(desk, ticket)


async def test_what_is_due_is_told_once_and_again_after_another_date(desk: Desk) -> None:
    task = await asked(desk, await a_ticket(desk), due_at=desk.clock.now + HOUR)
    done = await asked(desk, await a_ticket(desk), due_at=desk.clock.now + HOUR)
    await desk.write(change_task, done.id, TaskChange(state="done"))
    assert await desk.write(remind_of_tasks) == 0
    desk.clock.move(HOUR)
    desk.kinds()
    assert [await desk.write(remind_of_tasks), await desk.write(remind_of_tasks)] == [1, 0]
    assert desk.kinds() == ["task.due"]
    await desk.write(change_task, task.id, TaskChange(due_at=desk.clock.now + HOUR))
    assert await desk.write(remind_of_tasks) == 0
    desk.clock.move(HOUR)
    assert await desk.write(remind_of_tasks) == 1
    await desk.write(change_task, task.id, TaskChange(text="Look for it again"))
    assert await desk.write(remind_of_tasks) == 0


async def test_erasing_the_customer_takes_their_tasks(desk: Desk) -> None:
    ticket = await a_ticket(desk)
    task = await asked(desk, ticket)
    await desk.write(erase_contact, ticket.contact_id)
    with pytest.raises(NotFound):
        await desk.read(get_task, task.id)


async def test_a_ticket_that_is_dropped_leaves_its_tasks_to_the_one_that_goes_on(desk: Desk) -> None:
    ticket = await a_ticket(desk)
    opened: Moved = await desk.write(open_ticket, ticket.conversation_id, NewTicket())
    task = await asked(desk, await desk.read(get_ticket, opened.ticket_id))
    await desk.write(drop_ticket, opened.ticket_id)
    assert (await desk.read(get_task, task.id)).ticket_id == ticket.id
    assert await listed(desk, desk.colleague) == ["Look for the parcel"]


def task_due(due_at: int | None, asked_at: int) -> Task:
    return Task("", "", "", "do", "", None, None, due_at, "system", asked_at, "open", "", None, None)


@given(st.lists(st.tuples(st.none() | st.integers(1, 2 * 10**12), st.integers(1, 2 * 10**12)), max_size=8))
def test_dates_come_first_then_the_order_of_asking(times: Sequence[tuple[int | None, int]]) -> None:
    tasks = sorted((task_due(*one) for one in times), key=stands_at)
    plain = sorted(times, key=lambda one: (one[0] is None, one[0] or one[1] // 1_000))
    assert [(one.due_at, one.due_at or one.asked_at // 1_000) for one in tasks] == [
        (due, due or asked_at // 1_000) for due, asked_at in plain
    ]

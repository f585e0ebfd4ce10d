"""Who is told of tasks: of whom something is asked, who asked once it is settled, and both of nothing of their own doing."""

from lyhord.kit.clock import HOUR
from lyhord.tickets.tasks.actions import Wish, ask, change_task, remind_of_tasks
from lyhord.tickets.tasks.model import Task, TaskChange
from tests.notifications.office import Office


async def asked(office: Office, **more: object) -> Task:
    """The first agent asks for something on a ticket that they own."""
    ticket = await office.ticket((await office.say()).conversation_id)
    wish = Wish(text="Look for the parcel", **more)  # type: ignore[arg-type]
    task: Task = await office.write(ask, ticket, wish, actor=f"agent:{office.agent}")
    return task


async def test_a_colleague_is_told_what_is_asked_of_them_and_who_asked_is_told_when_it_is_done(office: Office) -> None:
    task = await asked(office, owner_agent_id=office.colleague)
    assert (await office.kinds_told(office.colleague))[0] == "task"
    assert "task" not in await office.kinds_told()
    await office.write(change_task, task.id, TaskChange(state="done"), actor=f"agent:{office.colleague}")
    assert (await office.kinds_told())[0] == "task_ended"


async def test_a_team_is_told_its_author_aside_and_a_withdrawal_tells_nobody(office: Office) -> None:
    task = await asked(office, owner_team_id=office.team)
    assert "task" in await office.kinds_told(office.colleague)
    assert "task" not in await office.kinds_told()
    await office.write(change_task, task.id, TaskChange(state="withdrawn"), actor=f"agent:{office.colleague}")
    assert "task_ended" not in await office.kinds_told()


async def test_what_is_due_is_told_to_its_owner_even_if_they_asked_themselves(office: Office) -> None:
    await asked(office, owner_agent_id=office.agent, due_at=office.clock.now + HOUR)
    assert "task" not in await office.kinds_told()
    office.clock.move(HOUR)
    await office.write(remind_of_tasks)
    assert "task" in await office.kinds_told()

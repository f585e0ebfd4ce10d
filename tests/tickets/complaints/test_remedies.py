"""Severity, cause, remedy and cost; what must be approved; who complains again."""

import pytest

from lyhord.contacts.actions import merge_contacts
from lyhord.conversations.actions.reply import reply
from lyhord.conversations.model import Reply
from lyhord.kit.clock import DAY
from lyhord.kit.problems import Invalid
from lyhord.tickets.actions import set_attributes, set_status
from lyhord.tickets.answering import OwnersAnswer
from lyhord.tickets.complaints.model import MOST_MOVES, Move, minor_units, remember
from lyhord.tickets.complaints.views import show_complaint
from lyhord.tickets.tasks.actions import Wish, answer_task, ask, change_task
from lyhord.tickets.tasks.model import Task, TaskChange
from lyhord.tickets.tasks.views import tasks_of
from lyhord.workspaces.actions.teams import create_team
from lyhord.workspaces.reach import EVERYTHING
from tests.tickets.complaints.office import Office


@pytest.mark.parametrize(
    ("value", "currency", "units"),
    [(49.9, "EUR", 4990), (5, "JPY", 5), (1.5, "KWD", 1500), ("5", "EUR", 0), (True, "EUR", 0), (-3, "EUR", 0)],
)
def test_costs_are_kept_in_minor_units(value: float | str, currency: str, units: int) -> None:
    assert minor_units(value, currency) == units


async def asked(office: Office, conversation_id: str) -> list[Task]:
    found: list[Task] = await office.desk.read(tasks_of, [conversation_id])
    return found


async def test_a_dear_remedy_waits_for_a_yes(office: Office) -> None:
    desk = office.desk
    await office.ladder(approval_limit=10_000, approver_agent_id=desk.colleague)
    ticket = await office.complain()
    values = {"cost": 150, "remedy": "A new lamp", "severity": "critical", "cause": "product"}
    await desk.write(set_attributes, ticket.id, values, actor=f"agent:{desk.agent}")
    kept = await office.kept(ticket.id)
    assert (kept.cost, kept.severity, kept.cause) == (15_000, "critical", "product")
    [task] = await asked(office, ticket.conversation_id)
    assert (task.asks, task.owner_agent_id) == ("approve", desk.colleague)
    assert "150.00 EUR" in task.text
    assert "A new lamp" in task.text
    with pytest.raises(Invalid) as refused:
        await desk.write(set_status, ticket.id, "resolved")
    assert refused.value.key == "problem.remedy_unapproved"
    with pytest.raises(Invalid):
        await desk.write(
            reply, Reply(conversation_id=ticket.conversation_id, text="Done", resolve=True), OwnersAnswer()
        )
    await desk.write(answer_task, task.id, desk.colleague, True, actor=f"agent:{desk.colleague}")
    assert (await office.kept(ticket.id)).approved == 15_000
    await desk.write(set_status, ticket.id, "resolved")


async def test_a_no_leaves_it_open_and_a_lower_cost_needs_none(office: Office) -> None:
    desk = office.desk
    await office.ladder(approval_limit=10_000, approver_agent_id=desk.colleague)
    ticket = await office.complain()
    await desk.write(set_attributes, ticket.id, {"cost": 150}, actor=f"agent:{desk.agent}")
    [task] = await asked(office, ticket.conversation_id)
    await desk.write(answer_task, task.id, desk.colleague, False, "Too much", actor=f"agent:{desk.colleague}")
    with pytest.raises(Invalid):
        await desk.write(set_status, ticket.id, "resolved")
    await desk.write(set_attributes, ticket.id, {"cost": 100}, actor=f"agent:{desk.agent}")
    await desk.write(set_status, ticket.id, "resolved")


async def test_another_cost_is_asked_for_anew(office: Office) -> None:
    desk = office.desk
    await office.ladder(approval_limit=10_000, approver_agent_id=desk.colleague)
    ticket = await office.complain()
    for cost in (150, 200):
        await desk.write(set_attributes, ticket.id, {"cost": cost}, actor=f"agent:{desk.agent}")
    assert [one.state for one in await asked(office, ticket.conversation_id)] == ["withdrawn", "open"]


async def test_nobody_is_asked_to_approve_their_own(office: Office) -> None:
    desk = office.desk
    await office.ladder(approval_limit=0, approver_agent_id=desk.agent)
    ticket = await office.complain()
    await desk.write(set_attributes, ticket.id, {"cost": 5}, actor=f"agent:{desk.agent}")
    [task] = await asked(office, ticket.conversation_id)
    assert task.owner_agent_id == office.boss


async def test_a_yes_is_only_asked_of_who_may_say_it(office: Office) -> None:
    desk = office.desk
    await office.ladder(approval_limit=0, approver_agent_id=desk.colleague)
    friend = await office.hire("friend")
    ticket = await office.complain()
    await desk.write(set_attributes, ticket.id, {"cost": 5}, actor=f"agent:{desk.agent}")
    [task] = await asked(office, ticket.conversation_id)
    crew = await desk.write(create_team, "Crew", [friend, desk.colleague], [])
    for refused in ({"owner_agent_id": friend}, {"owner_agent_id": desk.agent}, {"owner_team_id": crew}):
        for actor in (desk.agent, friend, desk.colleague):
            with pytest.raises(Invalid) as problem:
                await desk.write(change_task, task.id, TaskChange(**refused), actor=f"agent:{actor}")
            assert problem.value.key == "problem.remedy_approver"
    await desk.write(change_task, task.id, TaskChange(owner_agent_id=office.boss), actor=f"agent:{friend}")
    await desk.write(answer_task, task.id, office.boss, True, actor=f"agent:{office.boss}")
    assert (await office.kept(ticket.id)).approved == 500


async def test_who_wrote_the_cost_never_says_yes_whoever_asks_and_as_whom(office: Office) -> None:
    desk = office.desk
    crew = await desk.write(create_team, "Crew", [desk.agent, desk.colleague], [])
    ticket = await office.complain()
    await desk.write(set_attributes, ticket.id, {"cost": 5}, actor=f"agent:{desk.agent}")
    await office.ladder(approval_limit=0, approver_team_id=crew)  # now it is asked for, by nobody in person
    [task] = await asked(office, ticket.conversation_id)
    assert (task.owner_team_id, task.asked_by) == (crew, "system")
    with pytest.raises(Invalid):
        await desk.write(answer_task, task.id, desk.agent, True, actor=f"agent:{desk.agent}")
    await desk.write(answer_task, task.id, desk.colleague, True, actor=f"agent:{desk.colleague}")
    assert (await office.kept(ticket.id)).approved == 500


async def test_who_may_approve_no_more_is_asked_no_more(office: Office) -> None:
    desk = office.desk
    director = await office.hire("director", "director")
    await office.ladder(approval_limit=0, approver_agent_id=director)
    ticket = await office.complain()
    await desk.write(set_attributes, ticket.id, {"cost": 5}, actor=f"agent:{desk.agent}")
    await office.ladder(approval_limit=0, approver_agent_id=desk.colleague)
    tasks = await asked(office, ticket.conversation_id)
    assert [(one.owner_agent_id, one.state) for one in tasks] == [(director, "withdrawn"), (desk.colleague, "open")]


async def test_other_tasks_go_to_anybody(office: Office) -> None:
    desk = office.desk
    await office.ladder(approval_limit=0, approver_agent_id=desk.colleague)
    ticket = await office.complain()
    await desk.write(set_attributes, ticket.id, {"cost": 5}, actor=f"agent:{desk.agent}")
    wish = Wish(asks="approve", text="May I go?", owner_agent_id=desk.colleague)
    own = await desk.write(ask, ticket, wish, actor=f"agent:{desk.agent}")
    changed = await desk.write(change_task, own.id, TaskChange(owner_agent_id=desk.agent))
    assert changed.owner_agent_id == desk.agent


async def test_who_complains_again_is_known(office: Office) -> None:
    desk = office.desk
    first = await office.complain()
    await desk.write(set_attributes, first.id, {"cause": "delivery"})
    await desk.write(set_status, first.id, "resolved")
    desk.clock.move(30 * DAY)
    second = await office.complain()
    assert second.id != first.id
    await desk.write(set_attributes, second.id, {"cause": "delivery"})
    kept = await office.kept(second.id)
    assert (kept.earlier, kept.alike) == (1, 1)
    assert (await desk.read(show_complaint, EVERYTHING, None, second.id)).recurring
    await desk.write(set_status, second.id, "resolved")
    desk.clock.move(400 * DAY)
    third = await office.complain("ann")
    assert (await office.kept(third.id)).earlier == 0


async def test_complaints_of_customers_who_are_one_count_together(office: Office) -> None:
    one = await office.complain("ann")
    office.desk.clock.move(1)
    other = await office.complain("ben")
    await office.desk.write(merge_contacts, other.contact_id, one.contact_id)
    await office.follow()
    assert ((await office.kept(one.id)).earlier, (await office.kept(other.id)).earlier) == (0, 1)


def test_the_oldest_moves_make_room_but_for_the_first() -> None:
    moves: tuple[Move, ...] = ()
    for at in range(MOST_MOVES + 5):
        moves = remember(moves, Move(at=at, why="late", step=0, agent_id=None))
    assert (len(moves), moves[0].at, moves[-1].at) == (MOST_MOVES, 0, MOST_MOVES + 4)

"""Whose a complaint is and by when: at the instant when it becomes one, as its owner comes and goes, and as time passes."""

from typing import Any

import pytest

from lyhord.conversations.actions.reply import undo_reply
from lyhord.kit.clock import DAY, HOUR, MINUTE
from lyhord.kit.problems import Invalid, NotFound, Taken
from lyhord.tickets.actions import set_kind, set_status
from lyhord.tickets.bulk import BulkChange, Who, change_chunk
from lyhord.tickets.complaints.actions import raise_complaint
from lyhord.tickets.complaints.model import Rung
from lyhord.tickets.moving import NewTicket, drop_ticket, open_ticket
from lyhord.tickets.views import FIRST
from lyhord.workspaces.actions.agents import AgentChange, change_agent
from lyhord.workspaces.actions.away import set_away
from lyhord.workspaces.actions.teams import create_team
from lyhord.workspaces.actions.workspace import change_workspace
from lyhord.workspaces.model import Opening
from lyhord.workspaces.reach import EVERYTHING
from tests.tickets.complaints.office import Office


async def away(office: Office, agent: str, until: int | None = None) -> None:
    await office.desk.write(set_away, agent, until or office.desk.clock.now + DAY, "")


async def test_a_complaint_has_an_owner_and_a_clock_at_the_instant(office: Office) -> None:
    await office.ladder(Rung(agent_id=office.desk.colleague, minutes=30), acknowledge_minutes=20)
    ticket = await office.complain()
    assert ticket.owner_agent_id == office.desk.colleague
    kept, now = await office.kept(ticket.id), office.desk.clock.now
    assert (kept.running_since, kept.due_at, kept.promised_at) == (now, now + 30 * MINUTE, now + 20 * MINUTE)
    assert [(one.why, one.agent_id) for one in kept.moves] == [("began", office.desk.colleague)]
    assert "complaint.moved" in office.desk.kinds()


async def test_one_that_is_opened_as_a_complaint_has_them_too(office: Office) -> None:
    said = await office.desk.say()
    moved = await office.desk.write(open_ticket, said.conversation_id, NewTicket(kind="complaint"))
    assert (await office.ticket(moved.ticket_id)).owner_agent_id == office.boss
    assert (await office.kept(moved.ticket_id)).running_since == office.desk.clock.now


async def test_without_a_ladder_whoever_has_it_keeps_it(office: Office) -> None:
    said = await office.desk.say()
    ticket = await office.desk.ticket(said.conversation_id)
    await office.give(ticket.id, office.desk.agent)
    await office.desk.write(set_kind, ticket.id, "complaint")
    assert (await office.ticket(ticket.id)).owner_agent_id == office.desk.agent


async def test_the_first_who_is_there_gets_it(office: Office) -> None:
    await office.ladder(Rung(agent_id=office.desk.agent), Rung(agent_id=office.desk.colleague))
    await away(office, office.desk.agent)
    ticket = await office.complain()
    assert ticket.owner_agent_id == office.desk.colleague
    assert (await office.kept(ticket.id)).step == 1
    await away(office, office.desk.colleague)
    assert (await office.complain("ben")).owner_agent_id == office.boss


async def test_who_had_it_is_known_also_where_it_was_handed_over_by_hand(office: Office) -> None:
    desk = office.desk
    await office.ladder(Rung(agent_id=desk.agent))
    ticket = await office.complain()
    await office.give(ticket.id, desk.colleague)
    await office.follow()
    await away(office, desk.colleague)
    await office.follow()
    moves = (await office.kept(ticket.id)).moves
    told = [(one.why, one.agent_id, one.before) for one in moves]
    assert told[1:] == [("handed", desk.colleague, desk.agent), ("away", desk.agent, desk.colleague)]
    await office.follow()
    assert (await office.kept(ticket.id)).moves == moves


async def test_whoever_goes_away_or_leaves_hands_it_on(office: Office) -> None:
    desk = office.desk
    team = await desk.write(create_team, "Care", [desk.agent, desk.colleague], [])
    await office.ladder(Rung(team_id=team))
    ticket = await office.complain()
    first = ticket.owner_agent_id
    assert first in (desk.agent, desk.colleague)
    await away(office, str(first))
    await office.follow()
    second = (await office.ticket(ticket.id)).owner_agent_id
    assert {first, second} == {desk.agent, desk.colleague}
    await desk.write(change_agent, str(second), AgentChange(disabled=True))
    await office.follow()
    assert (await office.ticket(ticket.id)).owner_agent_id == office.boss
    assert [one.why for one in (await office.kept(ticket.id)).moves] == ["began", "away", "left"]


async def test_where_everybody_is_away_somebody_has_it_all_the_same(office: Office) -> None:
    for one in (office.desk.agent, office.desk.colleague, office.boss):
        await away(office, one)
    ticket = await office.complain()
    assert ticket.owner_agent_id == office.boss
    await office.desk.write(set_away, office.desk.agent, None, "")
    await office.ladder(Rung(agent_id=office.desk.agent))
    assert (await office.ticket(ticket.id)).owner_agent_id == office.desk.agent


async def test_it_climbs_when_time_is_up_and_tells(office: Office) -> None:
    desk = office.desk
    await office.ladder(
        Rung(agent_id=desk.agent, minutes=30), Rung(agent_id=desk.colleague, minutes=60), acknowledge_minutes=600
    )
    ticket = await office.complain()
    desk.clock.move(29 * MINUTE)
    await office.ring()
    assert (await office.ticket(ticket.id)).owner_agent_id == desk.agent
    desk.clock.move(MINUTE)
    desk.events.clear()
    await office.ring()
    assert (await office.ticket(ticket.id)).owner_agent_id == desk.colleague
    moved: Any
    [moved] = [one.event for one in desk.events if one.kind == "complaint.moved"]
    assert (moved.why, moved.agent_ids) == ("late", (desk.agent,))
    desk.clock.move(HOUR)
    await office.ring()
    assert (await office.ticket(ticket.id)).owner_agent_id == office.boss
    desk.clock.move(DAY)
    await office.ring()
    kept = await office.kept(ticket.id)
    assert ([one.why for one in kept.moves][-1], kept.climbed) == ("again", 3)
    assert kept.due_at == desk.clock.now + DAY


async def test_somebody_raises_it_before_time_is_up(office: Office) -> None:
    desk = office.desk
    await office.ladder(Rung(agent_id=desk.agent, minutes=30), Rung(agent_id=desk.colleague, minutes=60))
    ticket = await office.complain()
    desk.clock.move(10 * MINUTE)
    desk.events.clear()
    await desk.write(raise_complaint, ticket.id, actor=f"agent:{desk.agent}")
    kept = await office.kept(ticket.id)
    assert (await office.ticket(ticket.id)).owner_agent_id == desk.colleague
    assert (kept.step, kept.climbed, kept.due_at) == (1, 0, desk.clock.now + HOUR)
    moved: Any
    [moved] = [one.event for one in desk.events if one.kind == "complaint.moved"]
    assert (moved.why, moved.before, moved.agent_ids) == ("raised", desk.agent, (desk.agent,))
    await office.ring()
    assert (await office.kept(ticket.id)).step == 1, "it stays where it was raised to"
    await desk.write(raise_complaint, ticket.id)
    assert (await office.ticket(ticket.id)).owner_agent_id == office.boss
    with pytest.raises(Taken):
        await desk.write(raise_complaint, ticket.id)
    await desk.write(set_status, ticket.id, "resolved")
    with pytest.raises(NotFound):
        await desk.write(raise_complaint, ticket.id)


async def test_a_customer_who_was_not_told_in_time_takes_it_up_once(office: Office) -> None:
    desk = office.desk
    await office.ladder(Rung(agent_id=desk.agent), Rung(agent_id=desk.colleague), acknowledge_minutes=10)
    ticket = await office.complain()
    desk.clock.move(10 * MINUTE)
    await office.ring()
    await office.ring()
    kept = await office.kept(ticket.id)
    assert [one.why for one in kept.moves] == ["began", "unacknowledged"]
    assert (await office.ticket(ticket.id)).owner_agent_id == desk.colleague


async def test_an_answer_tells_the_customer_and_taking_it_back_does_not(office: Office) -> None:
    desk = office.desk
    ticket = await office.complain()
    desk.clock.move(MINUTE)
    said = await desk.answer(ticket.conversation_id, undo_seconds=10)
    await office.follow()
    kept = await office.kept(ticket.id)
    assert (kept.told_by, kept.told_at) == (said.id, desk.clock.now)
    assert (kept.running_since, kept.runs) == (None, ((kept.began_at, desk.clock.now),))
    assert kept.alarm_at is None
    await desk.write(undo_reply, said.id)
    await office.follow()
    kept = await office.kept(ticket.id)
    assert (kept.told_at, kept.running_since) == (None, desk.clock.now)


async def test_one_that_is_over_has_an_owner_when_it_is_opened_again(office: Office) -> None:
    said = await office.desk.say()
    ticket = await office.desk.ticket(said.conversation_id)
    await office.desk.write(set_status, ticket.id, "resolved")
    await office.desk.write(set_kind, ticket.id, "complaint")
    await office.desk.say("And yet it moves")
    again = await office.ticket(ticket.id)
    assert (again.status, again.owner_agent_id) == ("open", office.boss)


async def test_the_clock_stands_still_while_the_customer_is_asked(office: Office) -> None:
    desk = office.desk
    await office.ladder(Rung(agent_id=desk.agent, minutes=60))
    ticket = await office.complain()
    desk.clock.move(10 * MINUTE)
    await desk.answer(ticket.conversation_id)
    desk.clock.move(DAY)
    await desk.say("Here it is")
    await office.ring()
    kept = await office.kept(ticket.id)
    assert kept.due_at == desk.clock.now + 50 * MINUTE
    assert kept.climbed == 0


async def test_only_open_hours_count(office: Office) -> None:
    desk = office.desk  # it is Sunday, 09:00
    await desk.write(change_workspace, None, {"hours": (Opening(0, 9 * 60, 17 * 60),)})
    await office.ladder(Rung(agent_id=desk.agent, minutes=60))
    ticket = await office.complain()
    assert (await office.kept(ticket.id)).due_at == desk.clock.now + DAY + HOUR


async def test_nobody_leaves_it_to_nobody(office: Office) -> None:
    ticket = await office.complain()
    with pytest.raises(Invalid) as refused:
        await office.give(ticket.id, None)
    assert refused.value.key == "problem.complaint_owner"
    who = Who("system", None, EVERYTHING)
    asked = BulkChange(list="all", owner_agent_id=None)
    done = await office.desk.write(change_chunk, who, asked, FIRST)
    assert (done.changed, done.left) == (0, 1)
    assert (await office.ticket(ticket.id)).owner_agent_id == office.boss


async def test_what_is_handed_to_a_team_is_one_of_its_members(office: Office) -> None:
    desk = office.desk
    team = await desk.write(create_team, "Care", [desk.agent, desk.colleague], [])
    ticket = await office.complain()
    await away(office, desk.agent)
    await office.give(ticket.id, None, team)
    after = await office.ticket(ticket.id)
    assert (after.owner_agent_id, after.owner_team_id) == (desk.colleague, team)


async def test_given_to_somebody_who_is_away_it_comes_back_to_the_ladder(office: Office) -> None:
    ticket = await office.complain()
    await away(office, office.desk.agent)
    await office.give(ticket.id, office.desk.agent)
    await office.follow()
    assert (await office.ticket(ticket.id)).owner_agent_id == office.boss


async def test_what_is_no_complaint_any_more_stays_in_the_register_without_a_clock(office: Office) -> None:
    ticket = await office.complain()
    office.desk.clock.move(MINUTE)
    await office.desk.write(set_kind, ticket.id, "question")
    kept = await office.kept(ticket.id)
    assert (kept.left_at, kept.alarm_at, kept.ended_at) == (office.desk.clock.now, None, office.desk.clock.now)
    await office.desk.write(set_kind, ticket.id, "complaint")
    kept = await office.kept(ticket.id)
    assert (kept.left_at, kept.ended_at, kept.running_since) == (None, None, office.desk.clock.now)


async def test_it_runs_on_when_it_is_opened_again(office: Office) -> None:
    ticket = await office.complain()
    await office.desk.write(set_status, ticket.id, "resolved")
    await office.follow()
    assert (await office.kept(ticket.id)).ended_at == office.desk.clock.now
    office.desk.clock.move(HOUR)
    await office.desk.say("It broke again")
    await office.follow()
    kept = await office.kept(ticket.id)
    assert (kept.ended_at, kept.running_since) == (None, office.desk.clock.now)


async def test_one_that_is_taken_away_leaves_nothing(office: Office) -> None:
    said = await office.desk.say()
    moved = await office.desk.write(open_ticket, said.conversation_id, NewTicket(kind="complaint"))
    await office.desk.write(drop_ticket, moved.ticket_id)
    with pytest.raises(KeyError):
        await office.kept(moved.ticket_id)

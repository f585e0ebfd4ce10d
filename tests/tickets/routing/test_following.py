"""What routing does as it follows the log."""

from functools import partial

from lyhord.hearing.actions import Ears, hear_messages
from lyhord.kit.clock import DAY, MINUTE
from lyhord.kit.database import Tx
from lyhord.tickets.actions import assign_ticket, set_kind, set_status
from lyhord.tickets.filters import Filter, OneOf
from lyhord.tickets.reasons.actions import conclude_messages
from lyhord.tickets.routing import actions
from lyhord.tickets.routing.following import forget_old
from lyhord.tickets.routing.model import Intake
from lyhord.tickets.routing.views import try_ticket
from lyhord.workspaces.actions.away import set_away
from lyhord.workspaces.reach import EVERYTHING
from tests.hearing.ears import Told
from tests.tickets.routing.conftest import Company


async def test_without_routes_a_ticket_lies_in_the_inbox(company: Company) -> None:
    ticket = await company.hear()
    await company.look()
    assert (ticket.owner_agent_id, ticket.owner_team_id) == (None, None)
    assert await company.why(ticket) == []


async def test_a_ticket_is_a_teams_at_once_and_soon_somebodys(company: Company) -> None:
    await company.route()
    said = await company.desk.say()
    at_once = await company.desk.ticket(said.conversation_id)
    assert (at_once.owner_agent_id, at_once.owner_team_id) == (None, company.crew)
    await company.follow()
    routed = await company.desk.ticket(said.conversation_id)
    assert routed.owner_agent_id in (company.desk.agent, company.desk.colleague)
    assert routed.owner_team_id == company.crew
    [why] = await company.why(routed)
    assert (why.outcome, why.agent_id) == ("least", routed.owner_agent_id)
    assert len(why.considered) == 2


async def test_its_first_team_is_the_inboxs_own_else_one_that_has_it(company: Company) -> None:
    readers = await company.team("Readers", inboxes=(company.desk.inbox,))
    own = await company.team("Own")
    await company.route()
    said = await company.desk.say()
    assert (await company.desk.ticket(said.conversation_id)).owner_team_id == readers
    await company.desk.write(actions.set_intake, company.desk.inbox, Intake(team_id=own))
    said = await company.desk.say(who="ben")
    assert (await company.desk.ticket(said.conversation_id)).owner_team_id == own


async def test_a_reason_or_a_sign_that_is_heard_leads_to_the_route_that_asks_for_it(company: Company) -> None:
    parcels, haste = await company.team("Parcels", company.desk.agent), await company.team("Haste", company.desk.agent)
    await company.route(name="Parcels", team_id=parcels, filter=Filter((OneOf(field="reason", values=("delivery",)),)))
    await company.route(name="Haste", team_id=haste, filter=Filter((OneOf(field="heard", values=("urgent",)),)))
    for team, text in ((parcels, "Where is my parcel?"), (haste, "This is urgent!")):
        said = await company.desk.say(text, who=team)
        await company.follow()
        await company.desk.write(partial(hear_messages, ears=Ears(Told(), conclude_messages)), [said.id])
        await company.follow()
        assert (await company.desk.ticket(said.conversation_id)).owner_team_id == team


async def test_work_is_spread(company: Company) -> None:
    await company.route()
    owners = [(await company.hear(who=f"c{number}")).owner_agent_id for number in range(4)]
    assert sorted(map(str, owners)) == sorted([company.desk.agent, company.desk.colleague] * 2)


async def test_what_nobody_has_room_for_waits_and_goes_to_whoever_gets_free(company: Company) -> None:
    await company.route()
    await company.working(company.desk.agent, capacity=1)
    await company.working(company.desk.colleague, capacity=0)
    first, second = await company.hear("ann"), await company.hear("ben")
    company.desk.clock.move(MINUTE)
    third = await company.hear("cat")
    assert [one.owner_agent_id for one in (first, second, third)] == [company.desk.agent, None, None]
    assert [one.outcome for one in await company.why(second)] == ["queued"]
    await company.desk.answer(first.conversation_id, agent=company.desk.agent)
    await company.follow()
    assert (await company.desk.ticket(second.conversation_id)).owner_agent_id == company.desk.agent
    assert (await company.desk.ticket(third.conversation_id)).owner_agent_id is None
    assert [one.outcome for one in await company.why(second)] == ["least", "queued"]


async def test_who_is_away_or_gone_gets_nothing_and_has_it_when_back(company: Company) -> None:
    await company.route()
    until = company.desk.clock.now + DAY
    for one in (company.desk.agent, company.desk.colleague):
        await company.desk.write(set_away, one, until, "")
    ticket = await company.hear()
    assert ticket.owner_agent_id is None
    await company.desk.write(set_away, company.desk.agent, None, "")
    await company.follow()
    assert (await company.desk.ticket(ticket.conversation_id)).owner_agent_id == company.desk.agent
    company.desk.clock.move(12 * MINUTE)  # nobody's app was seen since
    assert (await company.hear("ben")).owner_agent_id is None


async def test_a_customer_comes_to_who_had_them_last(company: Company) -> None:
    await company.route()
    for _ in range(2):
        ticket = await company.hear("ann")
        await company.desk.write(assign_ticket_to, ticket.id, company.desk.colleague)
        await company.desk.write(set_status, ticket.id, "resolved")
        company.desk.clock.move(30 * DAY)
        await company.come(company.desk.agent)
        await company.come(company.desk.colleague)
        again = await company.hear("ann")
        assert again.id != ticket.id
        assert again.owner_agent_id == company.desk.colleague
        assert (await company.why(again))[0].outcome == "known"
        await company.desk.write(set_status, again.id, "resolved")
        company.desk.clock.move(30 * DAY)
        await company.come(company.desk.agent)
        await company.come(company.desk.colleague)


def assign_ticket_to(tx: Tx, ticket_id: str, agent_id: str) -> None:
    assign_ticket(tx, ticket_id, agent_id=agent_id, team_id=None)


async def test_filters_and_words_choose_the_route(company: Company) -> None:
    money = await company.team("Money", company.desk.agent)
    grief = await company.team("Grief", company.desk.colleague)
    complaints = Filter((OneOf("kind", ("complaint",)),))
    await company.route(name="Complaints", filter=complaints, team_id=grief)
    await company.route(name="Bills", words=("invoice",), team_id=money)
    assert (await company.hear("ann", "Where is my invoice?")).owner_team_id == money
    plain = await company.hear("ben", "Hello")
    assert plain.owner_agent_id is None
    await company.desk.write(set_kind, plain.id, "complaint")
    await company.follow()
    now = await company.desk.ticket(plain.conversation_id)
    assert (now.owner_team_id, now.owner_agent_id) == (grief, company.desk.colleague)


async def test_what_somebody_handed_to_a_team_stays_there(company: Company) -> None:
    elsewhere = await company.team("Elsewhere", company.desk.colleague)
    await company.route()
    ticket = await company.hear()
    await company.desk.write(lambda tx: assign_ticket(tx, ticket.id, agent_id=None, team_id=elsewhere))
    await company.follow()
    await company.look()
    now = await company.desk.ticket(ticket.conversation_id)
    assert (now.owner_agent_id, now.owner_team_id) == (None, elsewhere)
    await company.route(team_id=elsewhere)
    await company.follow()
    assert (await company.desk.ticket(ticket.conversation_id)).owner_agent_id == company.desk.colleague


async def test_a_hand_that_was_quicker_keeps_the_ticket(company: Company) -> None:
    await company.route()
    said = await company.desk.say()
    ticket = await company.desk.ticket(said.conversation_id)
    stranger = await company.team("Others")
    await company.desk.write(lambda tx: assign_ticket(tx, ticket.id, agent_id=company.desk.agent, team_id=stranger))
    await company.follow()
    now = await company.desk.ticket(said.conversation_id)
    assert (now.owner_agent_id, now.owner_team_id) == (company.desk.agent, stranger)
    assert await company.why(now) == []


async def test_who_waited_long_for_somebody_absent_goes_to_another(company: Company) -> None:
    await company.route(return_minutes=30)
    ticket = await company.hear()
    owner = ticket.owner_agent_id
    other = next(one for one in (company.desk.agent, company.desk.colleague) if one != owner)
    await company.desk.write(set_away, owner, company.desk.clock.now + DAY, "")
    company.desk.clock.move(29 * MINUTE)
    await company.come(other)
    assert await company.look() == 0
    company.desk.clock.move(MINUTE)
    assert await company.look() == 1
    now = await company.desk.ticket(ticket.conversation_id)
    assert now.owner_agent_id == other
    assert await company.look() == 0


async def test_another_team_helps_out_when_it_took_too_long(company: Company) -> None:
    helpers = await company.team("Helpers", company.desk.colleague)
    only = await company.team("Only", company.desk.agent)
    await company.working(company.desk.agent, capacity=0)
    await company.route(team_id=only, overflow_team_id=helpers, overflow_minutes=5)
    ticket = await company.hear()
    assert (ticket.owner_agent_id, ticket.owner_team_id) == (None, only)
    company.desk.clock.move(5 * MINUTE)
    await company.look()
    now = await company.desk.ticket(ticket.conversation_id)
    assert (now.owner_agent_id, now.owner_team_id) == (company.desk.colleague, helpers)


async def test_the_first_route_takes_up_what_lay_there(company: Company) -> None:
    ticket = await company.hear()
    await company.route()
    await company.follow()
    assert (await company.desk.ticket(ticket.conversation_id)).owner_agent_id is not None


async def test_a_removed_route_leaves_its_queue_to_the_others(company: Company) -> None:
    await company.working(company.desk.agent, capacity=0)
    first = await company.route(team_id=await company.team("Few", company.desk.agent))
    await company.route()
    ticket = await company.hear()
    assert ticket.owner_agent_id is None
    await company.desk.write(actions.remove_route, first)
    await company.follow()
    assert (await company.desk.ticket(ticket.conversation_id)).owner_agent_id == company.desk.colleague


async def test_asking_where_a_ticket_would_go_changes_nothing(company: Company) -> None:
    await company.route(name="Never", words=("nothing",))
    ticket = await company.hear()
    assert await company.desk.read(try_ticket, EVERYTHING, None, ticket.id, frozenset()) is None
    await company.working(company.desk.agent, capacity=0)
    rest = await company.route()
    told = await company.desk.read(try_ticket, EVERYTHING, None, ticket.id, frozenset())
    assert (told.route_id, told.agent_id) == (rest, company.desk.colleague)
    assert (await company.desk.ticket(ticket.conversation_id)).owner_agent_id is None
    await company.working(company.desk.agent)
    await company.desk.write(assign_ticket_to, ticket.id, company.desk.colleague)
    told = await company.desk.read(try_ticket, EVERYTHING, None, ticket.id, frozenset())
    assert (told.outcome, told.agent_id) == ("least", company.desk.agent), "who has it doesn't know the customer by it"


async def test_decisions_are_kept_for_90_days(company: Company) -> None:
    await company.route()
    ticket = await company.hear()
    company.desk.clock.move(90 * DAY)
    assert await company.desk.write(forget_old) == 0
    company.desk.clock.move(1)
    assert await company.desk.write(forget_old) == 1
    assert await company.why(ticket) == []


async def test_a_language_that_is_heard_later_counts_for_who_still_waits(company: Company) -> None:
    await company.route(by_language=True)
    await company.working(company.desk.agent, languages=("fi",))
    await company.working(company.desk.colleague, languages=("sv",), capacity=0)
    await company.working(company.desk.agent, languages=("fi",), capacity=0)
    ticket = await company.hear(text="Hej, var är min beställning? Den skulle ha kommit i måndags.")
    assert ticket.owner_agent_id is None
    await company.desk.write(hear_messages, [ticket.last_message_id])
    await company.follow()
    await company.working(company.desk.agent, languages=("fi",), capacity=5)
    await company.follow()
    assert (await company.desk.ticket(ticket.conversation_id)).owner_agent_id is None
    await company.working(company.desk.colleague, languages=("sv",), capacity=5)
    await company.follow()
    assert (await company.desk.ticket(ticket.conversation_id)).owner_agent_id == company.desk.colleague


async def test_a_route_for_a_language_takes_who_is_heard_to_write_it(company: Company) -> None:
    nordic = await company.team("Nordic", company.desk.colleague)
    swedish = Filter(conditions=(OneOf("language", ("sv",)),))
    await company.route(name="Swedish", team_id=nordic, filter=swedish)
    await company.route(name="Rest")
    for agent in (company.desk.agent, company.desk.colleague):
        await company.working(agent, capacity=0)
    ticket = await company.hear(text="Hej, var är min beställning? Den skulle ha kommit i måndags.")
    assert ticket.owner_team_id == company.crew
    await company.desk.write(hear_messages, [ticket.last_message_id])
    await company.follow()
    assert (await company.desk.ticket(ticket.conversation_id)).owner_team_id == nordic

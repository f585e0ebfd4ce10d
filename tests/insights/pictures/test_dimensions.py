"""Each measure, by everything that it can be told by, says what a slow and obvious count says."""

from functools import partial

from lyhord.contacts.actions.attributes import define_attribute
from lyhord.contacts.actions.edit import ContactChange, change_contact
from lyhord.contacts.actions.organizations import OrganizationChange, change_organization, create_organization
from lyhord.hearing.entities.actions import change_book
from lyhord.hearing.entities.book import Book
from lyhord.hearing.findings.model import COMPLAINT, ENTITY, MOOD, REASON, Finding
from lyhord.hearing.reasons.reading import list_reasons
from lyhord.insights.pictures.model import DIMENSIONS, MEASURES, OF_MESSAGES
from lyhord.kit.clock import DAY, HOUR, MINUTE
from lyhord.tickets.actions import assign_ticket, tag_ticket
from lyhord.tickets.levels.model import Target
from lyhord.tickets.reasons.actions import say_reasons
from lyhord.workspaces.actions.workspace import change_workspace
from tests.insights.pictures.company import Company, told
from tests.tickets.levels.office import promise


async def settle_in(company: Company) -> str:
    """Lists of segments, names of products and places, an organization; its id."""
    desk = company.desk
    for subject in ("contact", "organization"):
        await desk.write(define_attribute, subject, "Tier", "choice", ("gold", "iron"))
    await desk.write(define_attribute, "ticket", "Product line", "choice", ("lamp", "chair"))
    await desk.write(change_book, Book(products=("Desk", "Sofa"), places=("Oulu",)))
    house = OrganizationChange(name="Firm of theirs", attributes={"Tier": "iron"})
    return str((await desk.write(create_organization, house)).id)


async def dress(company: Company, who: str, ticket_id: str, number: int, house: str) -> None:
    """Every third is a gold one with a tag, every third works at the organization, the others say nothing about themselves."""
    desk, traits = company.desk, company.traits[ticket_id]
    contact_id = (await company.last(who)).contact_id
    if number % 3 == 0:
        change = ContactChange(attributes={"Tier": "gold"}, add_tags=["loyal"])
        await desk.write(change_contact, contact_id, change)
        traits |= {"segment": "gold", "contact_tag": "loyal"}
    elif number % 3 == 1:
        await desk.write(change_contact, contact_id, ContactChange(organization_id=house))
        traits |= {"segment": "iron", "organization": house}
    if number % 2:
        names = [Finding(ENTITY, "place:Oulu", 0.9, (9, 13)), Finding(ENTITY, "product:Sofa", 0.9, (4, 8))]
        await company.hear(who, *names, Finding(ENTITY, "product:Nobody's", 0.9, (0, 3)), Finding(MOOD, "happy", 0.9))
        traits |= {"product": "Sofa", "place": "Oulu"}
    if number % 4 == 0:
        await desk.write(partial(tag_ticket, ticket_id=ticket_id, add=["recall"]))
        await desk.write(partial(assign_ticket, ticket_id=ticket_id, team_id=None, agent_id=desk.agent))
        reason = next(one.id for one in await desk.read(list_reasons) if one.parent_id is None)
        await desk.write(say_reasons, ticket_id, [reason], desk.agent)
        traits |= {"tag": "recall", "reason": reason}


async def test_every_measure_says_what_counting_says_by_everything_it_is_told_by(company: Company) -> None:
    zone, desk = "Asia/Kathmandu", company.desk
    await desk.write(change_workspace, None, {"time_zone": zone})
    await promise(desk, targets=(Target(clock="first_answer", minutes=60),))
    house = await settle_in(company)
    for number in range(18):
        who = f"c{number % 13}"
        ticket_id = await company.ask(who, [desk.inbox, desk.other_inbox][number % 2])
        await dress(company, who, ticket_id, number % 13, house)
        desk.clock.move((number * 7 % 5) * 17 * MINUTE + MINUTE)
        await company.answer(who)
        if number % 3:
            await company.resolve(who)
            await company.rate(who, number % 6)
        if number % 5 == 0:
            await company.fume(who)
        if number in (6, 15):
            await company.write()
        desk.clock.move(2 * DAY + 5 * HOUR)
    asked = [(measure, by) for measure in MEASURES if measure != "messages" for by in DIMENSIONS]
    for measure, by in [*asked, *(("messages", by) for by in OF_MESSAGES)]:
        shown = await company.chart(measure, by)
        assert told(shown) == await company.obvious(measure, by, 28, zone), (measure, by)


async def test_what_a_list_says_of_the_ticket_goes_before_what_was_heard(company: Company) -> None:
    from lyhord.tickets.actions import set_attributes

    await settle_in(company)
    await company.ask("ann")
    await company.hear("ann", Finding(ENTITY, "product:Sofa", 0.9, (0, 4)))
    assert told(await company.chart("contacts", "product")) == {"Sofa": (1, 1, 0, 0)}
    ticket_id = (await company.last("ann")).id
    await company.desk.write(partial(set_attributes, ticket_id=ticket_id, values={"Product line": "lamp"}))
    assert told(await company.chart("contacts", "product")) == {"lamp": (1, 1, 0, 0)}


async def test_the_segment_of_an_organization_is_that_of_all_its_people_at_once(company: Company) -> None:
    house = await settle_in(company)
    for who in ("ann", "ben"):
        await company.ask(who)
        change = ContactChange(organization_id=house)
        await company.desk.write(change_contact, (await company.last(who)).contact_id, change)
    await company.write()
    await company.desk.write(change_organization, house, OrganizationChange(attributes={"Tier": "gold"}))
    assert told(await company.chart("contacts", "segment")) == {"gold": (2, 2, 0, 0)}
    await company.write()
    assert told(await company.chart("contacts", "segment")) == {"gold": (2, 2, 0, 0)}


async def test_what_is_heard_later_in_an_old_message_is_told_of_it(company: Company) -> None:
    await company.ask("ann")
    await company.write()
    await company.hear("ann", Finding(MOOD, "angry", 0.9), Finding(REASON, "order", 0.9))
    for _ in range(2):
        assert told(await company.chart("messages", "mood")) == {"angry": (1, 1, 0, 0)}
        await company.write()


async def test_what_came_since_the_last_question_is_added_to_what_was_known_then(company: Company) -> None:
    for number in range(3):
        await company.ask(f"c{number}")
        assert told(await company.chart("contacts", "kind")) == {"question": (number + 1, number + 1, 0, 0)}
    await company.complain("c0")
    live = await company.pictures.read_live(company.desk.workspace_id)
    assert len(live.facts.tickets) == len({one.ticket_id for one in live.facts.tickets}) == 3
    assert told(await company.chart("contacts", "kind")) == {"question": (2, 2, 0, 0), "complaint": (1, 1, 0, 0)}


async def test_a_day_leads_to_what_stands_behind_it_and_is_compared_with_nothing(company: Company) -> None:
    first = await company.ask("ann")
    company.desk.clock.move(DAY)
    second = await company.ask("ben")
    days = [row.key for row in (await company.chart("contacts", "day")).rows]
    assert [await company.behind("contacts", day=day) for day in days] == [[first], [second]]


async def test_what_was_before_ends_at_this_very_minute(company: Company) -> None:
    for who in ("ann", "ben", "cid"):
        await company.ask(who)
        company.desk.clock.move(MINUTE)
    company.desk.clock.move(28 * DAY - 2 * MINUTE)
    for by in ("hour", "day", "kind"):
        shown = told(await company.chart("contacts", by))
        assert shown == await company.obvious("contacts", by, 28)
        assert [sum(one[place] for one in shown.values()) for place in (1, 3)] == [2, 1]


async def test_a_complaint_that_is_hardly_one_counts_as_little_as_elsewhere(company: Company) -> None:
    for who, how_sure in (("ann", 0.1), ("ben", 0.95)):
        ticket_id = await company.ask(who)
        await company.hear(who, Finding(COMPLAINT, "complaint", how_sure))
    assert await company.behind("complaints") == [ticket_id]
    assert told(await company.chart("complaints", "channel")) == {"pigeon": (1, 2, 0, 0)}


async def test_hours_come_with_the_longest_first(company: Company) -> None:
    for who, minutes in (("ann", 2), ("ben", 2), ("cid", 15)):
        await company.ask(who)
        if who == "cid":
            await company.complain(who)
        company.desk.clock.move(minutes * MINUTE)
        await company.answer(who)
    assert [row.key for row in (await company.chart("work", "kind")).rows] == ["complaint", "question"]

"""What a filter says to the database is what it means, page by page, by count, by conversation, and within everybody's reach."""

from random import Random
from typing import Any

import msgspec
import pytest
from sqlalchemy import insert

from lyhord.contacts.actions import change_contact, merge_contacts
from lyhord.contacts.actions.edit import ContactChange
from lyhord.contacts.consents.tables import consent
from lyhord.contacts.tables import contact, trait
from lyhord.conversations.tables import conversation_inbox, draft, read_position
from lyhord.kit.clock import HOUR, MINUTE
from lyhord.kit.database import Statement, Tx
from lyhord.kit.ids import new_id
from lyhord.kit.problems import Invalid
from lyhord.tickets import list_store, store, views
from lyhord.tickets.actions import write_attributes
from lyhord.tickets.filters import Filter, OneOf, Since, Whether, check_filter, shape_of, shelf_within
from lyhord.tickets.kinds import store as kinds
from lyhord.tickets.model import Ticket, TicketRow, shelf_of, waits_at
from lyhord.tickets.tasks.model import Task, stands_at
from lyhord.tickets.tasks.tables import task
from lyhord.tickets.views import count_list, find_tickets, list_tickets
from lyhord.workspaces.actions.teams import create_team
from lyhord.workspaces.reach import EVERYTHING, Reach
from tests.conversations.desk import Desk
from tests.tickets.filters import KINDS, Choices, Known, Viewer, means, random_filter, random_ticket

TICKETS = 80
Row = tuple[Any, dict[str, Any]]


async def rows(desk: Desk, wanted: Filter, reach: Reach = EVERYTHING, most: int = 7) -> list[TicketRow]:
    """All pages of a filter."""
    found: list[TicketRow] = []
    place: views.Place | None = views.FIRST
    while place:
        page, place = await desk.read(list_tickets, reach, desk.agent, wanted, after=place, most=most)
        found += page
    return found


async def furnish(desk: Desk, random: Random) -> tuple[Choices, list[Known], list[str]]:
    """Random tickets; what is known of each; the teams of whoever looks."""
    mine = await desk.write(create_team, "Mine", [desk.agent], [])
    other = await desk.write(create_team, "Other", [desk.colleague], [])
    choices = Choices([desk.agent, desk.colleague], [mine, other], [desk.inbox, desk.other_inbox], [new_id(), new_id()])
    known: list[Known] = []

    def fill(tx: Tx) -> None:
        for _ in range(TICKETS):
            who = new_id() if random.random() < 0.9 else None
            one = random_ticket(random, choices, tx.now, who)
            read_id = random.choice([None, one.last_inbound_id, new_id(one.opened_at - HOUR)])
            tasks = tuple(tx.now + random.randint(-60, 60) * MINUTE for _ in range(random.choice([0, 0, 1, 2])))
            facts = _random_facts(random, choices) if who else {}
            kept = Known(one, read_id, random.random() < 0.3, tasks=tasks, **facts)
            _store(tx, kept, desk.agent, random.choice(choices.inboxes))
            known.append(kept)

    await desk.write(fill)
    fault = next(one for one in KINDS if one.stages)
    stages = msgspec.json.encode(fault.stages).decode()
    row = {"key": fault.id, "name": "", "attributes": "[]", "stages": stages, "removed_at": None}
    await desk.write(lambda tx: tx.run(kinds.write_kind, **row))
    return choices, known, [mine]


def _random_facts(random: Random, choices: Choices) -> dict[str, Any]:
    """What may be known of a contact."""
    return {
        "language": random.choice([None, "sv", "fi"]),
        "contact_tags": tuple(random.sample(["vip", "fair"], random.randint(0, 2))),
        "organization": random.choice([None, *choices.organizations]),
        "plan": random.choice([None, "large", "small"]),
        "consents": tuple(random.sample(["offers", "surveys"], random.randint(0, 2))),
        "merged": random.choice([0, 0, 1, 2]),
    }


def _store(tx: Tx, kept: Known, agent_id: str, carrier: str) -> None:
    one = kept.ticket
    place = {
        "shelf": shelf_of(one.status),
        "waits_at": waits_at(one),
        "current": 1,
        "rating_score": None,
        "rating_survey": None,
    }
    tx.run_many(
        store.insert_ticket,
        [
            {
                **msgspec.structs.asdict(one),
                "tags": " ".join(one.tags),
                "signs": " ".join(one.signs),
                "attributes": "{}",
                **place,
            }
        ],
    )
    write_attributes(tx, one)
    about = {"workspace_id": tx.workspace_id, "conversation_id": one.conversation_id}
    added: list[Row] = [(conversation_inbox, {**about, "inbox_id": carrier})]
    if kept.read_id:
        added.append((read_position, {**about, "agent_id": agent_id, "message_id": kept.read_id}))
    if kept.draft:
        added.append((draft, {**about, "agent_id": agent_id, "body": "{}", "changed_at": 1}))
    added += [(task, about | _task(one, due_at)) for due_at in (*kept.tasks, None)]
    added.append((task, about | _task(one, tx.now) | {"state": "done"}))
    if one.contact_id:
        added += _contact(tx, kept)
    for table, values in added:
        tx.run(Statement(insert(table).values(values)))


def _task(ticket: Ticket, due_at: int | None) -> dict[str, Any]:
    """An open task of a ticket."""
    asked = Task(new_id(), ticket.id, "", "do", "", None, None, due_at, "system", 1, "open", "", None, None)
    return {**msgspec.structs.asdict(asked), "conversation_id": ticket.conversation_id, "stands_at": stands_at(asked)}


def _contact(tx: Tx, kept: Known) -> list[Row]:
    """The ticket's contact and whoever survived merging, of whom alone is true what is known."""
    ids = [str(kept.ticket.contact_id), *(new_id() for _ in range(kept.merged))]
    here = {"workspace_id": tx.workspace_id}
    added: list[Row] = []
    for one, into in zip(ids, [*ids[1:], None], strict=True):
        last = into is None
        person = {"id": one, "name": "Ann", "merged_into": into, "created_at": 1, "changed_at": 1}
        facts = {"language": kept.language, "organization_id": kept.organization} if last else {"language": "xx"}
        added.append((contact, {**here, **person, **facts}))
        tags = kept.contact_tags if last else ("vip", "fair")
        added += [(trait, {**here, "kind": "tag", "value": tag, "contact_id": one}) for tag in tags]
        plan = kept.plan if last else "large"
        if plan:
            added.append((trait, {**here, "kind": "attribute:Plan", "value": plan, "contact_id": one}))
    for purpose in ("offers", "surveys"):
        answers = [("given", 1), ("withdrawn", 2)] if purpose not in kept.consents else [("withdrawn", 1), ("given", 2)]
        for answer, at in answers:
            told = {"purpose": purpose, "channel": "", "answer": answer, "at": at, "source": "", "evidence": ""}
            recorded = {"id": new_id(), "contact_id": ids[-1], "recorded_by": "agent:1", "recorded_at": at}
            added.append((consent, {**here, **told, **recorded}))
    return added


@pytest.mark.parametrize("seed", range(3))
async def test_a_filter_finds_what_it_means(desk: Desk, seed: int) -> None:
    random = Random(seed)
    choices, known, teams = await furnish(desk, random)
    viewer = Viewer(desk.agent, teams, desk.clock.now)
    found_any = found_some = 0
    for _ in range(120):
        wanted = random_filter(random, choices)
        meant = {one.ticket.id for one in known if means(wanted, one, viewer)}
        found = await rows(desk, wanted, most=random.choice([3, 200]))
        assert {row.id for row in found} == meant, wanted
        places = [views.place_of(row) for row in found]
        assert places == sorted(places)
        assert (await desk.read(count_list, EVERYTHING, desk.agent, wanted)).count == len(meant)
        asked = [one.ticket.conversation_id for one in random.sample(known, 10)]
        spoken = await desk.read(find_tickets, EVERYTHING, desk.agent, wanted, asked)
        assert {row.id for row in spoken} == {row.id for row in found if row.conversation_id in asked}
        found_any += bool(meant)
        found_some += 0 < len(meant) < TICKETS
    assert found_any > 60
    assert found_some > 50


async def test_whoever_reaches_one_inbox_finds_only_what_they_may_see(desk: Desk) -> None:
    random = Random(7)
    choices, _, _ = await furnish(desk, random)
    reach = Reach(frozenset({desk.inbox}))
    within = {row.id for row in await rows(desk, Filter(), reach)}
    assert 0 < len(within) < TICKETS
    for _ in range(40):
        wanted = random_filter(random, choices)
        everything = {row.id for row in await rows(desk, wanted)}
        found = await rows(desk, wanted, reach)
        assert {row.id for row in found} == everything & within
        assert all(row.preview == "" for row in found if row.inbox_id == desk.other_inbox)
        assert (await desk.read(count_list, reach, desk.agent, wanted)).count == len(found)


async def test_a_sparse_filter_looks_through_a_part_at_a_time(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(views, "MOST_LOOKED_AT", 3)
    for n in range(8):
        await desk.say(who=f"a{n}")
    last = await desk.say(who="zoe")
    await desk.answer(last.conversation_id)
    wanted = Filter((OneOf(field="status", values=("pending",)),))
    page, place = await desk.read(list_tickets, EVERYTHING, desk.agent, wanted)
    assert (page, place is None) == ([], False)
    assert [row.conversation_id for row in await rows(desk, wanted)] == [last.conversation_id]
    count = await desk.read(count_list, EVERYTHING, desk.agent, wanted)
    assert (count.count, count.exact) == (0, False)


async def test_tags_of_a_customer_who_was_merged_are_those_of_whoever_survived(desk: Desk) -> None:
    asked, other = await desk.say(), await desk.say(who="ben")
    one, two = await desk.ticket(asked.conversation_id), await desk.ticket(other.conversation_id)
    vip = Filter((OneOf(field="contact_tag", values=("VIP",)),))
    await desk.write(change_contact, two.contact_id, ContactChange(add_tags=("vip",)))
    assert [row.id for row in await rows(desk, vip)] == [two.id]
    await desk.write(merge_contacts, one.contact_id, two.contact_id)
    assert {row.id for row in await rows(desk, vip)} == {one.id, two.id}
    await desk.write(change_contact, two.contact_id, ContactChange(remove_tags=("vip",)))
    assert await rows(desk, vip) == []


async def test_the_language_is_that_of_the_contact_now(desk: Desk) -> None:
    asked = await desk.say()
    ticket = await desk.ticket(asked.conversation_id)
    swedish = Filter((OneOf(field="language", values=("sv",)),))
    assert await rows(desk, swedish) == []
    await desk.write(change_contact, ticket.contact_id, ContactChange(language="sv"))
    assert [row.id for row in await rows(desk, swedish)] == [ticket.id]


@pytest.mark.parametrize(
    "condition",
    [
        OneOf(field="status", values=("closed",)),
        OneOf(field="owner", values=("mine",)),
        OneOf(field="team", values=("me",)),
        OneOf(field="inbox", values=("support",)),
        OneOf(field="last_words", values=("none",)),
    ],
)
def test_a_value_that_cannot_be_is_refused(condition: OneOf) -> None:
    with pytest.raises(Invalid) as refused:
        check_filter(Filter((condition,)))
    assert refused.value.fields == {"filter": "problem.filter"}


def test_filters_of_one_shape_share_their_statements() -> None:
    first = Filter((OneOf(field="owner", values=("me",)), Since(field="waiting", minutes=5)))
    other = Filter((OneOf(field="owner", values=(new_id(), "me")), Since(field="waiting", minutes=70)))
    one, two = (list_store.filtered(shape_of(each), None, limited=False) for each in (first, other))
    assert one is two
    third = Filter((OneOf(field="owner", values=("none",)), Since(field="waiting", minutes=5)))
    assert shape_of(third) != shape_of(first)


def test_a_filter_for_one_shelf_reads_no_other() -> None:
    is_open = OneOf(field="status", values=("open", "pending"))
    assert shelf_within(Filter((is_open, Whether(field="draft")))) == "active"
    assert shelf_within(Filter((is_open, Whether(field="draft")), "any")) is None
    assert shelf_within(Filter((OneOf(field="status", values=("open", "resolved")),))) is None
    assert shelf_within(Filter((OneOf(field="status", values=("open",), but=True),))) is None

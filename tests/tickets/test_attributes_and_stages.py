"""Tickets have attributes and stages as their kinds want them, and some can't be resolved without."""

from typing import Any

import msgspec
import pytest
from sqlalchemy import bindparam, select

from lyhord.contacts.actions.attributes import define_attribute, remove_attribute
from lyhord.conversations.actions.reply import reply
from lyhord.conversations.model import Reply
from lyhord.kit.clock import HOUR
from lyhord.kit.database import Statement
from lyhord.kit.problems import Invalid
from lyhord.privacy import store as privacy
from lyhord.tickets.actions import change_tickets, mark_spam, set_attributes, set_kind, set_stage, set_status
from lyhord.tickets.answering import OwnersAnswer
from lyhord.tickets.bulk import BulkChange, Who, change_chunk, undo_chunk
from lyhord.tickets.export import header, lines, read_names, read_page
from lyhord.tickets.filters import Attributed, Filter, OneOf
from lyhord.tickets.kinds.actions import change_kind
from lyhord.tickets.kinds.model import KindAttribute, KindChange, Stage
from lyhord.tickets.model import Change, Ticket
from lyhord.tickets.moving import NewTicket, drop_ticket, open_ticket
from lyhord.tickets.tables import ticket_trait
from lyhord.tickets.views import FIRST, list_tickets
from lyhord.workspaces.reach import EVERYTHING
from tests.conversations.desk import Desk

NEEDED = {"attributes.product": "problem.needed"}
traits = Statement(select(ticket_trait.c.value).where(ticket_trait.c.workspace_id == bindparam("workspace_id")))


async def fault(desk: Desk, who: str = "ann") -> Ticket:
    """A ticket of the kind whose flow is three stages: two open ones, one resolved."""
    ticket = await desk.ticket((await desk.say(who=who)).conversation_id)
    made: Ticket = await desk.write(set_kind, ticket.id, "fault")
    return made


@pytest.fixture
async def stages(desk: Desk) -> dict[str, str]:
    """The ids of the stages, by their names."""
    wanted = (Stage("reported", "open"), Stage("bench", "open"), Stage("mended", "resolved"))
    kind = await desk.write(change_kind, "fault", KindChange(stages=wanted))
    return {one.name: one.id for one in kind.stages}


@pytest.fixture
async def needy(desk: Desk) -> Desk:
    """A company whose faults are resolved only with the product's name."""
    await desk.write(change_kind, "fault", KindChange(attributes=(KindAttribute("product", True),)))
    return desk


async def test_attributes_are_kept_told_and_taken_away(desk: Desk) -> None:
    ticket = await fault(desk)
    desk.kinds()
    await desk.write(set_attributes, ticket.id, {"product": " Lamp ", "severity": "high"})
    await desk.write(set_attributes, ticket.id, {"severity": "high"})
    assert (await desk.ticket(ticket.conversation_id)).attributes == {"product": "Lamp", "severity": "high"}
    await desk.write(set_attributes, ticket.id, {"product": "  ", "severity": None})
    assert (await desk.ticket(ticket.conversation_id)).attributes == {}
    assert desk.kinds() == ["ticket.attributes_changed"] * 2
    assert await desk.read(lambda tx: tx.all(traits)) == []


@pytest.mark.parametrize(
    ("values", "wrong"),
    [
        ({"severity": "awful"}, {"attributes.severity": "field.attribute_choice"}),
        ({"product": 12}, {"attributes.product": "field.attribute_text"}),
        ({"weight": "12"}, {"attributes.weight": "problem.no_such_attribute"}),
    ],
)
async def test_values_that_do_not_fit_are_named(desk: Desk, values: dict[str, Any], wrong: dict[str, str]) -> None:
    ticket = await fault(desk)
    with pytest.raises(Invalid) as refused:
        await desk.write(set_attributes, ticket.id, values)
    assert refused.value.fields == wrong


async def test_values_outlive_their_definition_and_can_go(desk: Desk) -> None:
    await desk.write(define_attribute, "ticket", "Weight", "number")
    ticket = await fault(desk)
    await desk.write(set_attributes, ticket.id, {"Weight": 12.5})
    await desk.write(remove_attribute, "ticket", "Weight")
    assert (await desk.write(set_attributes, ticket.id, {"product": "Lamp"})).attributes["Weight"] == 12.5
    assert (await desk.write(set_attributes, ticket.id, {"Weight": None})).attributes == {"product": "Lamp"}


async def test_a_stage_sets_the_status_and_the_status_a_stage(desk: Desk, stages: dict[str, str]) -> None:
    ticket = await fault(desk)
    assert ticket.stage == stages["reported"]
    desk.kinds()
    after = await desk.write(set_stage, ticket.id, stages["bench"])
    assert (after.status, desk.kinds()) == ("open", ["ticket.stage_changed"])
    await desk.answer(ticket.conversation_id)  # pending, for which there is no stage: the work is as far as it was
    assert (await desk.ticket(ticket.conversation_id)).stage == stages["bench"]
    after = await desk.write(set_status, ticket.id, "resolved")
    assert after.stage == stages["mended"]
    assert (await desk.write(set_status, ticket.id, "open")).stage == stages["reported"]
    assert (await desk.write(set_stage, ticket.id, stages["mended"])).status == "resolved"
    assert (await desk.write(set_kind, ticket.id, "praise")).stage is None


async def test_an_answer_that_resolves_stands_on_the_stage_of_that(desk: Desk, stages: dict[str, str]) -> None:
    ticket = await fault(desk)
    await desk.answer(ticket.conversation_id, resolve=True)
    assert (await desk.ticket(ticket.conversation_id)).stage == stages["mended"]


async def test_a_stage_of_another_kind_is_refused(desk: Desk, stages: dict[str, str]) -> None:
    ticket = await desk.ticket((await desk.say()).conversation_id)
    with pytest.raises(Invalid) as refused:
        await desk.write(set_stage, ticket.id, stages["bench"])
    assert refused.value.fields == {"stage": "problem.no_such_stage"}
    both = Change(kind="fault", stage=stages["bench"])
    [after] = await desk.write(change_tickets, [ticket], both)
    assert (after.kind, after.stage) == ("fault", stages["bench"])


async def test_a_stage_of_waiting_needs_its_moment(desk: Desk) -> None:
    kind = await desk.write(change_kind, "fault", KindChange(stages=(Stage("parts ordered", "snoozed"),)))
    ticket, stage = await fault(desk), kind.stages[0].id
    for until in (None, 5):
        with pytest.raises(Invalid) as refused:
            await desk.write(change_tickets, [ticket], Change(stage=stage, snoozed_until=until))
        assert refused.value.fields == {"snoozed_until": "problem.moment"}
    [after] = await desk.write(change_tickets, [ticket], Change(stage=stage, snoozed_until=desk.clock.now + HOUR))
    assert (after.status, after.snoozed_until) == ("snoozed", desk.clock.now + HOUR)


async def test_what_is_needed_is_asked_for_whoever_resolves(needy: Desk) -> None:
    ticket = await fault(needy)
    with pytest.raises(Invalid) as refused:
        await needy.write(set_status, ticket.id, "resolved")
    assert (refused.value.key, refused.value.fields) == ("problem.needed", NEEDED)
    words = Reply(conversation_id=ticket.conversation_id, text="Mended", resolve=True)
    for actor in (f"agent:{needy.agent}", "program:1"):
        with pytest.raises(Invalid) as refused:
            await needy.write(reply, words, OwnersAnswer(), actor=actor)
        assert refused.value.fields == NEEDED
    assert await needy.write(reply, msgspec.structs.replace(words, resolve=False), OwnersAnswer())
    filled = Change(status="resolved", attributes={"product": "Lamp"})
    assert (await needy.write(change_tickets, [ticket], filled))[0].status == "resolved"


async def test_spam_and_an_attribute_that_is_no_more_need_nothing(needy: Desk) -> None:
    spam, other = await fault(needy), await fault(needy, "ben")
    assert (await needy.write(mark_spam, spam.id)).status == "resolved"
    await needy.write(remove_attribute, "ticket", "product")
    assert (await needy.write(set_status, other.id, "resolved")).status == "resolved"


async def test_of_many_those_that_lack_something_are_left_and_counted(needy: Desk) -> None:
    lacks, has = await fault(needy), await fault(needy, "ben")
    await needy.write(set_attributes, has.id, {"product": "Lamp"})
    who = Who(f"agent:{needy.agent}", needy.agent, EVERYTHING)
    wanted = BulkChange(ids=(lacks.id, has.id), status="resolved", note="Over")
    done = await needy.write(change_chunk, who, wanted, FIRST, actor=who.actor)
    assert (done.changed, done.left) == (1, 1)
    assert (await needy.ticket(lacks.conversation_id)).status == "open"
    assert len((await needy.timeline(lacks.conversation_id)).items) == 1
    done = await needy.write(
        change_chunk, who, BulkChange(ids=(lacks.id, has.id), attributes={"product": "Shade"}), FIRST, actor=who.actor
    )
    assert done.changed == 2
    await needy.write(undo_chunk, who, done.run_id)
    assert (await needy.ticket(lacks.conversation_id)).attributes == {}
    assert (await needy.ticket(has.conversation_id)).attributes == {"product": "Lamp"}


async def test_filters_find_a_stage_and_an_attribute_as_they_are(desk: Desk, stages: dict[str, str]) -> None:
    ticket = await fault(desk)
    await desk.write(set_attributes, ticket.id, {"product": "Lämp"})

    async def found(*conditions: Any) -> list[str]:
        rows, _ = await desk.read(list_tickets, EVERYTHING, desk.agent, Filter(conditions))
        return [row.id for row in rows]

    lamp = Attributed(key="product", values=("LÄMP",), subject="ticket")
    assert await found(lamp, OneOf(field="stage", values=(f"fault:{stages['reported']}",))) == [ticket.id]
    assert await found(Attributed(key="product", values=("Lämp",))) == []
    await desk.write(change_kind, "fault", KindChange(stages=()))
    assert await found(OneOf(field="stage", values=("none",))) == [ticket.id]


async def test_the_export_has_the_stage_and_a_column_for_each_attribute(desk: Desk, stages: dict[str, str]) -> None:
    ticket = await fault(desk)
    await desk.write(set_attributes, ticket.id, {"product": "=Lamp"})
    names = await desk.read(read_names, EVERYTHING)
    rows, _ = await desk.read(read_page, EVERYTHING, desk.agent, "all", FIRST)
    head, line = (header(names) + lines(rows, names, desk.clock.now)).splitlines()
    told = dict(zip(head.split(","), line.split(","), strict=True))
    assert (told["stage"], told["product"], told["severity"]) == ("reported", "'=Lamp", "")


async def test_nothing_is_left_of_a_ticket_that_goes_or_of_somebody_who_is_erased(desk: Desk) -> None:
    ticket = await fault(desk)
    opened = await desk.write(open_ticket, ticket.conversation_id, NewTicket(kind="fault"))
    await desk.write(set_attributes, opened.ticket_id, {"product": "Shade"})
    await desk.write(set_attributes, ticket.id, {"product": "Lamp"})
    await desk.write(drop_ticket, opened.ticket_id)
    assert await desk.read(lambda tx: tx.all(traits)) == [("lamp",)]

    def erase(tx: Any) -> None:
        for statement in privacy.drop_conversations:
            tx.run(statement, conversation_ids=[ticket.conversation_id])

    await desk.write(erase)
    assert await desk.read(lambda tx: tx.all(traits)) == []

"""Steps that rules share with the rest of tickets: several on one conversation, kinds with stages and attributes, tasks."""

import pytest

from lyhord.kit.clock import MINUTE
from lyhord.kit.problems import Invalid
from lyhord.tickets.actions import get_ticket
from lyhord.tickets.kinds.actions import change_kind
from lyhord.tickets.kinds.model import KindAttribute, KindChange, Stage
from lyhord.tickets.macros.model import AttributesStep, KindStep, StageStep
from lyhord.tickets.moving import NewTicket, open_ticket
from lyhord.tickets.rules.conditions import RuleCondition, Says, Through
from lyhord.tickets.rules.model import AskStep
from lyhord.tickets.tasks.views import tasks_of
from lyhord.workspaces.actions.teams import create_team, remove_team
from tests.conversations.desk import Desk
from tests.tickets.rules.office import firings, follow, make, outcomes, rule_of, tag


async def test_a_rule_works_on_the_ticket_that_its_message_is_about(desk: Desk) -> None:
    follows = await follow(desk)
    lamp = await desk.say("My lamp is broken")
    desk.clock.move(MINUTE)
    bill = await desk.say("And the bill is wrong")
    first = await desk.ticket(lamp.conversation_id)
    asked = NewTicket(message_ids=(bill.id,), kind="complaint")
    moved = await desk.write(open_ticket, lamp.conversation_id, asked, actor=f"agent:{desk.agent}")
    told = await make(desk, "customer_wrote", tag("lamp"), asked=[Says(values=("lamp",))])
    await follows.catch_up()
    assert [one.ticket_id for one in await firings(desk, told)] == [first.id], "not the one that goes on meanwhile"
    assert (await desk.write(get_ticket, first.id)).tags == ("lamp",)
    assert (await desk.write(get_ticket, moved.ticket_id)).tags == ()


async def test_a_rule_fills_in_fields_and_goes_on_a_stage(desk: Desk) -> None:
    follows = await follow(desk)
    stages = (Stage("reported", "open"), Stage("mended", "resolved"))
    needs = KindChange(stages=stages, attributes=(KindAttribute("product", True),))
    kind = await desk.write(change_kind, "fault", needs)
    mended = str(kind.stages[1].id)
    fill = AttributesStep(values={"product": "Lamp"})
    whole = await make(desk, "customer_wrote", StageStep(stage=mended), fill, KindStep(ticket_kind="fault"))
    said = await desk.say()
    await follows.catch_up()
    ticket = await desk.ticket(said.conversation_id)
    assert (ticket.kind, ticket.stage, ticket.status) == ("fault", mended, "resolved")
    assert ticket.attributes == {"product": "Lamp"}
    assert outcomes(await firings(desk, whole)) == ["done"]


async def test_what_a_kind_needs_is_told_as_the_reason_why_a_rule_failed(desk: Desk) -> None:
    follows = await follow(desk)
    stages = (Stage("mended", "resolved"),)
    needs = KindChange(stages=stages, attributes=(KindAttribute("product", True),))
    kind = await desk.write(change_kind, "fault", needs)
    step = StageStep(stage=str(kind.stages[0].id))
    rule = await make(desk, "customer_wrote", step, KindStep(ticket_kind="fault"))
    said = await desk.say()
    await follows.catch_up()
    (fired,) = await firings(desk, rule)
    assert (fired.outcome, fired.why) == ("failed", "problem.needed")
    assert (await desk.ticket(said.conversation_id)).kind != "fault", "all of it or nothing"


async def test_a_word_to_a_short_code_starts_all_that_a_rule_can(desk: Desk) -> None:
    follows = await follow(desk)
    to_the_code: list[RuleCondition] = [Says(values=("link",)), Through(field="inbox", values=(desk.inbox,))]
    steps = (tag("spring"), KindStep(ticket_kind="complaint"), AskStep(text="Call them", agent_id=desk.colleague))
    await make(desk, "customer_wrote", *steps, asked=to_the_code)
    said, elsewhere = await desk.say("LINK"), await desk.say("LINK", who="bob", inbox=desk.other_inbox)
    await follows.catch_up()
    ticket = await desk.ticket(said.conversation_id)
    assert (ticket.tags, ticket.kind) == (("spring",), "complaint")
    assert [one.text for one in await desk.read(tasks_of, [said.conversation_id])] == ["Call them"]
    assert (await desk.ticket(elsewhere.conversation_id)).tags == ()


async def test_a_colleague_is_asked_and_a_team_that_is_gone_is_a_reason_to_fail(desk: Desk) -> None:
    follows = await follow(desk)
    team = await desk.write(create_team, "Crew", [], [])
    rule = await make(desk, "customer_wrote", AskStep(text=" Look at this ", agent_id=desk.colleague, team_id=team))
    said = await desk.say()
    await follows.catch_up()
    (task,) = await desk.read(tasks_of, [said.conversation_id])
    assert (task.text, task.owner_agent_id, task.owner_team_id) == ("Look at this", desk.colleague, team)
    assert (task.asked_by, task.ticket_id) == (f"rule:{rule}", (await desk.ticket(said.conversation_id)).id)
    assert task.rule == (await rule_of(desk, rule)).name
    await desk.write(remove_team, team)
    await desk.say(who="bob")
    await follows.catch_up()
    assert [one.why for one in await firings(desk, rule)] == [None, "problem.no_such_team"]
    with pytest.raises(Invalid) as refused:
        await make(desk, "customer_wrote", AskStep(text="Look", team_id=team))
    assert refused.value.fields == {"steps": "problem.no_such_mention"}

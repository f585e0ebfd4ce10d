"""What rules do, in which order, and that neither a circle nor a faulty rule does harm."""

from typing import Any

import pytest

from lyhord.kit.clock import DAY, HOUR, MINUTE
from lyhord.kit.database import Tx
from lyhord.kit.problems import Invalid
from lyhord.tickets.actions import assign_ticket, set_kind, set_status, tag_ticket
from lyhord.tickets.filters import OneOf, Since
from lyhord.tickets.macros.model import AssignStep, KindStep, NoteStep, StatusStep
from lyhord.tickets.macros.views import say
from lyhord.tickets.rules import firing, following, views
from lyhord.tickets.rules.actions import change_rule, order_rules, remove_rule, restore_rule
from lyhord.tickets.rules.conditions import Attached, Says
from lyhord.tickets.rules.model import MOST_AN_HOUR, NotifyStep
from lyhord.workspaces.actions.teams import create_team, remove_team
from lyhord.workspaces.reach import EVERYTHING, Reach
from lyhord.workspaces.views import list_audit
from tests.conversations.desk import Desk, texts
from tests.tickets.rules.office import actors, firings, follow, make, outcomes, rule_of, switch, tag

COMPLAINT = KindStep(ticket_kind="complaint")
ANGRY = Says(values=("angry",))


async def test_what_a_customer_writes_sets_off_the_rules_that_are_meant_in_their_order(desk: Desk) -> None:
    follows = await follow(desk)
    complaint = await make(desk, "customer_wrote", COMPLAINT, tag("a"), asked=[ANGRY])
    other = await make(desk, "customer_wrote", tag("b"), asked=[OneOf(field="kind", values=("complaint",))])
    off = await make(desk, "customer_wrote", tag("c"), on=False)
    said = await desk.say("I am ANGRY!")
    calm = await desk.say("Hello", who="bob")
    await follows.catch_up()
    ticket = await desk.ticket(said.conversation_id)
    assert (ticket.kind, ticket.tags) == ("complaint", ("a", "b")), "the second sees what the first has done"
    assert (await desk.ticket(calm.conversation_id)).tags == ()
    assert actors(desk.events, "ticket.kind_changed") == [f"rule:{complaint}"]
    assert [one.ticket_id for one in await firings(desk, other)] == [ticket.id]
    assert await firings(desk, off) == []
    (fired,) = await firings(desk, complaint)
    assert (fired.outcome, fired.message_id, fired.title, fired.depth) == ("done", said.id, ticket.title, 1)
    assert (fired.steps, fired.event is not None) == ((COMPLAINT, tag("a")), True)


async def test_a_rule_that_stops_is_the_last_for_that_ticket(desk: Desk) -> None:
    follows = await follow(desk)
    first = await make(desk, "customer_wrote", tag("a"), asked=[ANGRY], stops=True)
    second = await make(desk, "customer_wrote", tag("b"))
    angry, calm = await desk.say("angry"), await desk.say("calm", who="bob")
    await follows.catch_up()
    assert (await desk.ticket(angry.conversation_id)).tags == ("a",)
    assert (await desk.ticket(calm.conversation_id)).tags == ("b",)
    await desk.write(order_rules, [second, first])
    again = await desk.say("angry", who="cid")
    await follows.catch_up()
    assert (await desk.ticket(again.conversation_id)).tags == ("b", "a")
    with pytest.raises(Invalid):
        await desk.write(order_rules, [second])


async def test_each_kind_of_event_sets_off_its_rules(desk: Desk) -> None:
    follows = await follow(desk)
    whens: Any = (
        "customer_wrote",
        "new_customer",
        "ticket_opened",
        "ticket_reopened",
        "ticket_resolved",
        "ticket_assigned",
        "ticket_tagged",
        "kind_changed",
        "agent_answered",
    )
    made = {when: await make(desk, when, NoteStep(text=when)) for when in whens}

    async def fired() -> dict[str, int]:
        await follows.catch_up()
        return {when: len(found) for when, rule_id in made.items() if (found := await firings(desk, rule_id))}

    said = await desk.say()
    assert await fired() == {"customer_wrote": 1, "new_customer": 1, "ticket_opened": 1}
    ticket = await desk.ticket(said.conversation_id)
    await desk.write(lambda tx: assign_ticket(tx, ticket.id, agent_id=desk.agent, team_id=None))
    await desk.write(lambda tx: tag_ticket(tx, ticket.id, add=["x"]))
    await desk.write(set_kind, ticket.id, "fault")
    await desk.answer(said.conversation_id)
    await desk.write(set_status, ticket.id, "resolved")
    await desk.say()
    assert await fired() == dict.fromkeys(whens, 1) | {"customer_wrote": 2}


@pytest.mark.parametrize("flags", [("auto_reply",), ("loop",)])
async def test_a_machine_and_history_set_nothing_off(desk: Desk, flags: tuple[str, ...]) -> None:
    follows = await follow(desk)
    rule = await make(desk, "customer_wrote", tag("a"))
    await desk.say("I am away", flags=flags)
    await desk.receive(desk.words("Long ago", who="bob"), imported=True)
    await follows.catch_up()
    assert await firings(desk, rule) == []


async def test_a_rule_never_reacts_to_its_own_doing_and_a_chain_ends(desk: Desk) -> None:
    """Two that take turns with a ticket's tags would go on for ever."""
    follows = await follow(desk)
    there = await make(desk, "ticket_tagged", tag("a"), NoteStep(text="there"))
    back = await make(desk, "ticket_tagged", NoteStep(text="back"), asked=[OneOf(field="tag", values=("a",))])
    flip = await make(desk, "kind_changed", KindStep(ticket_kind="order"))
    flop = await make(desk, "kind_changed", KindStep(ticket_kind="fault"))
    ticket = await desk.ticket((await desk.say()).conversation_id)
    await desk.write(lambda tx: tag_ticket(tx, ticket.id, add=["x"]))
    await follows.catch_up()
    assert outcomes(await firings(desk, there)) == ["done"], "what it tagged itself is nothing to it"
    assert outcomes(await firings(desk, back)) == ["done", "done"]
    await desk.write(set_kind, ticket.id, "praise")
    await follows.catch_up()
    told = [*await firings(desk, flip), *await firings(desk, flop)]
    assert {(one.depth, one.outcome) for one in told} == {(1, "done"), (2, "done"), (3, "done"), (4, "too_deep")}


async def test_a_rule_does_its_steps_on_a_ticket_so_often_an_hour(desk: Desk) -> None:
    follows = await follow(desk)
    rule = await make(desk, "customer_wrote", NoteStep(text="again"))
    for _ in range(MOST_AN_HOUR + 3):
        said = await desk.say()
    await desk.say(who="bob")
    await follows.catch_up()
    found = [one for one in await firings(desk, rule) if one.conversation_id == said.conversation_id]
    assert outcomes(found) == ["done"] * MOST_AN_HOUR + ["too_often"], "the limit is told once"
    assert len(await firings(desk, rule)) == len(found) + 1, "another ticket has an hour of its own"
    desk.clock.move(HOUR + MINUTE)
    await desk.say()
    await follows.catch_up()
    assert outcomes(await firings(desk, rule))[-1] == "done"


async def test_a_faulty_rule_holds_up_no_other_and_is_paused(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    follows = await follow(desk)
    poison = await make(desk, "customer_wrote", tag("half"), NoteStep(text="poison"))
    sound = await make(desk, "customer_wrote", tag("sound"))
    honest = say

    def fail(tx: Tx, whose: Any, macro: Any, *more: Any) -> Any:
        if macro.id == poison:
            tag_ticket(tx, more[1], add=["half"])
            raise RuntimeError("boom")
        return honest(tx, whose, macro, *more)

    monkeypatch.setattr(firing, "say", fail)
    for who in ("ann", "bob", "cid", "dan"):
        said = await desk.say(who=who)
    await follows.catch_up()
    assert (await desk.ticket(said.conversation_id)).tags == ("sound",), "and nothing of it is left half done"
    assert outcomes(await firings(desk, poison)) == ["failed"] * 3
    assert outcomes(await firings(desk, sound)) == ["done"] * 4
    rule = await rule_of(desk, poison)
    assert (rule.paused_at, rule.paused_why) == (desk.clock.now, firing.FAILED)
    assert "rule.paused" in desk.kinds()
    monkeypatch.undo()
    await switch(desk, poison)
    await desk.say(who="eve")
    await follows.catch_up()
    assert outcomes(await firings(desk, poison))[-1] == "done"
    assert (await rule_of(desk, poison)).paused_at is None


async def test_what_is_gone_makes_a_rule_fail_with_a_reason(desk: Desk) -> None:
    follows = await follow(desk)
    team = await desk.write(create_team, "Crew", [], [])
    rule = await make(desk, "customer_wrote", AssignStep(team_id=team))
    await desk.write(remove_team, team)
    await desk.say()
    await follows.catch_up()
    (fired,) = await firings(desk, rule)
    assert (fired.outcome, fired.why) == ("failed", "problem.no_such_team")


async def test_colleagues_are_told_with_a_note_that_names_them(desk: Desk) -> None:
    follows = await follow(desk)
    await make(desk, "customer_wrote", NotifyStep(mentions=(desk.colleague,), text="Look at this"))
    said = await desk.say()
    await follows.catch_up()
    timeline = await desk.timeline(said.conversation_id)
    assert texts(timeline.items) == ["Hello", "Look at this"]
    assert timeline.items[1].mentions == (desk.colleague,)


async def test_a_rule_fires_once_for_whoever_waits_too_long(desk: Desk) -> None:
    await make(desk, "nobody_answered", tag("early"), minutes=30)
    said, quick = await desk.say("angry"), await desk.say(who="bob")
    late = await make(desk, "nobody_answered", tag("late"), minutes=30, asked=[ANGRY])
    desk.clock.move(10 * MINUTE)
    await desk.answer(quick.conversation_id)
    assert await desk.write(following.ask_of_time) == 0
    desk.clock.move(21 * MINUTE)
    while await desk.write(following.ask_of_time):
        pass
    desk.clock.move(HOUR)
    assert await desk.write(following.ask_of_time) == 0, "not again for the same waiting"
    assert outcomes(await firings(desk, late)) == ["done"]
    assert (await desk.ticket(said.conversation_id)).tags == ("early", "late")
    assert (await desk.ticket(quick.conversation_id)).tags == ()


async def test_who_waited_already_when_a_rule_is_switched_on_is_left_alone(desk: Desk) -> None:
    said = await desk.say()
    desk.clock.move(HOUR)
    await make(desk, "nobody_answered", tag("late"), minutes=30)
    assert await desk.write(following.ask_of_time) == 0
    assert (await desk.ticket(said.conversation_id)).tags == ()


async def test_a_trial_says_what_would_have_been_and_changes_nothing(desk: Desk) -> None:
    follows = await follow(desk)
    rule = await make(desk, "customer_wrote", tag("a"), asked=[ANGRY], on=False)
    old = await desk.say("angry", who="old")
    desk.clock.move(3 * DAY)
    twice = await desk.say("angry")
    await desk.say("still angry")
    await desk.say("calm", who="bob")
    words = (await rule_of(desk, rule)).words()
    desk.events.clear()
    trial = await desk.read(views.try_rule, EVERYTHING, words, 1)
    assert [(one.ticket.conversation_id, one.times) for one in trial.found] == [(twice.conversation_id, 2)]
    assert (trial.fired, trial.looked) == (2, 9)
    trial = await desk.read(views.try_rule, EVERYTHING, words, 30)
    assert [one.ticket.conversation_id for one in trial.found] == [twice.conversation_id, old.conversation_id]
    hidden = await desk.read(views.try_rule, Reach(frozenset({desk.other_inbox})), words, 30)
    assert hidden.found == ()
    await follows.catch_up()
    assert desk.events == []


async def test_a_trial_of_waiting_shows_who_waits_now(desk: Desk) -> None:
    said = await desk.say()
    desk.clock.move(HOUR)
    await desk.say(who="bob")
    rule = await make(desk, "nobody_answered", tag("a"), minutes=30, on=False)
    trial = await desk.read(views.try_rule, EVERYTHING, (await rule_of(desk, rule)).words(), 1)
    assert [one.ticket.conversation_id for one in trial.found] == [said.conversation_id]


async def test_it_is_known_for_30_days_what_rules_did_in_a_conversation(desk: Desk) -> None:
    follows = await follow(desk)
    await make(desk, "customer_wrote", tag("a"))
    said = await desk.say()
    await follows.catch_up()
    view = views.list_firings_in
    assert outcomes(await desk.read(view, EVERYTHING, said.conversation_id)) == ["done"]
    desk.clock.move(29 * DAY)
    assert await desk.write(following.forget_firings) == 0
    desk.clock.move(2 * DAY)
    assert await desk.write(following.forget_firings) == 1
    assert await desk.read(view, EVERYTHING, said.conversation_id) == []


async def test_every_change_of_a_rule_stands_in_the_audit(desk: Desk) -> None:
    rule = await make(desk, "nobody_answered", tag("a"), minutes=5)
    words = (await rule_of(desk, rule)).words()
    await desk.write(change_rule, rule, words)
    await desk.write(order_rules, [rule])
    await switch(desk, rule, on=False)
    await desk.write(remove_rule, rule)
    await desk.write(restore_rule, rule)
    assert (await rule_of(desk, rule)).on_at is None
    done = [entry.action for entry in await desk.read(list_audit, None, 20) if entry.action.startswith("rule.")]
    assert done[::-1] == [
        f"rule.{what}"
        for what in ("created", "switched_on", "changed", "ordered", "switched_off", "removed", "restored")
    ]


async def test_a_condition_on_time_since_is_asked_of_the_ticket(desk: Desk) -> None:
    follows = await follow(desk)
    rule = await make(desk, "customer_wrote", tag("a"), asked=[Since(field="opened", minutes=60), Attached(but=True)])
    await desk.say()
    await follows.catch_up()
    assert await firings(desk, rule) == []
    desk.clock.move(2 * HOUR)
    await desk.say()
    await follows.catch_up()
    assert outcomes(await firings(desk, rule)) == ["done"]


async def test_a_rule_may_resolve_and_put_off(desk: Desk) -> None:
    follows = await follow(desk)
    await make(desk, "customer_wrote", StatusStep(status="snoozed", snooze_seconds=600), asked=[ANGRY])
    await make(desk, "customer_wrote", StatusStep(status="resolved"), asked=[Says(values=("thanks",))])
    angry, thanks = await desk.say("angry"), await desk.say("thanks", who="bob")
    await follows.catch_up()
    asleep = await desk.ticket(angry.conversation_id)
    assert (asleep.status, asleep.snoozed_until) == ("snoozed", desk.clock.now + 10 * MINUTE)
    assert (await desk.ticket(thanks.conversation_id)).status == "resolved"

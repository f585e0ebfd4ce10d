"""What is said to members: once to each, with their own parts, as the channel allows, and visibly."""

import pytest

from lyhord.app.channels import Channels
from lyhord.contacts.actions import block_identity
from lyhord.conversations.actions.reply import write_draft
from lyhord.conversations.canned.model import Text
from lyhord.conversations.exchange import Address
from lyhord.conversations.model import Draft
from lyhord.conversations.views import find_draft
from lyhord.kit.clock import DAY, MINUTE
from lyhord.kit.database.jobs_table import enqueue
from lyhord.kit.problems import Invalid, NotFound, Taken
from lyhord.tickets.surges import actions, jobs, saying
from lyhord.tickets.surges.model import Answer, Tally
from lyhord.tickets.surges.planning import Speaker, foresee, mean
from lyhord.tickets.surges.reading import list_updates
from tests.tickets.surges.conftest import UPDATE, Railway

HELLO = (Text("en", "Hello {{contact.first_name|there}}."), Text("sv", "Hej {{contact.first_name|där}}."))


async def answer(railway: Railway, surge_id: str, **more: object) -> str:
    given = Answer(**{"texts": HELLO, **more})  # type: ignore[arg-type]
    text_id = str(await railway.desk.write(saying.answer_all, surge_id, given, actor=railway.lead))
    await railway.follow()
    return text_id


async def test_whoever_writes_hears_the_update_once_a_version(railway: Railway) -> None:
    surge_id = await railway.begin()
    ann = await railway.hear("ann")
    await railway.hear("ann", "cancelled!")
    assert await railway.heard(ann) == ["No trains today."]
    await railway.change(surge_id, texts=(Text("en", "Trains at noon."),))
    assert await railway.heard(ann) == ["No trains today."]
    still = await railway.hear("ann", "And now?")
    assert await railway.heard(ann) == ["No trains today.", "Trains at noon."]
    assert still.waiting_since is not None, "what is said by itself ends nobody's waiting"


async def test_who_wrote_before_hears_it_when_somebody_says_so_and_nobody_twice(railway: Railway) -> None:
    ann = await railway.hear("ann")
    surge_id = await railway.begin()
    await railway.hear("ben")
    assert (await railway.heard(ann), (await railway.view(surge_id)).counts.untold) == ([], 1)
    [text] = (await railway.view(surge_id)).texts
    for _ in range(2):
        await railway.desk.write(saying.tell_all, surge_id, text.text.id, actor=railway.lead)
        await railway.follow()
    assert await railway.heard(ann) == ["No trains today."]
    [told] = (await railway.view(surge_id)).texts
    assert told.tally == Tally(said=2)
    assert (await railway.view(surge_id)).counts.untold == 0


async def test_an_old_version_is_told_to_nobody(railway: Railway) -> None:
    surge_id = await railway.begin(tells=False)
    await railway.hear("ann")
    [old] = (await railway.view(surge_id)).texts
    await railway.change(surge_id, tells=False, texts=(Text("en", "Newer"),))
    with pytest.raises(Taken):
        await railway.desk.write(saying.tell_all, surge_id, old.text.id, actor=railway.lead)


async def test_what_one_surge_says_is_not_told_to_members_of_another(railway: Railway) -> None:
    surge_id = await railway.begin(tells=False)
    ann = await railway.hear("ann")
    other_id = await railway.begin(tells=False, name="No buses", words=("bus",), texts=(Text("en", "No buses today."),))
    [text] = (await railway.view(other_id)).texts
    with pytest.raises(NotFound):
        await railway.desk.write(saying.tell_all, surge_id, text.text.id, actor=railway.lead)
    await railway.follow()
    assert await railway.heard(ann) == []


async def test_who_was_to_hear_the_version_before_hears_the_next(railway: Railway) -> None:
    surge_id = await railway.begin()
    said = await railway.say("ann")
    await railway.runner.catch_up(railway.desk.workspace_id)  # it waits for its job
    await railway.change(surge_id, texts=(Text("en", "Newer"),))
    ticket = await railway.desk.ticket(said.conversation_id)
    assert await railway.heard(ticket) == ["Newer"]


async def test_everybody_is_answered_with_their_own_parts(railway: Railway) -> None:
    surge_id = await railway.begin(tells=False)
    tickets = [await railway.hear(who) for who in ("ann", "ben")]
    other = await railway.hear("cat", "Hello")
    text_id = await answer(railway, surge_id, after="resolve")
    assert [await railway.heard(one) for one in tickets] == [["Hello Ann."], ["Hello Ben."]]
    assert await railway.heard(other) == []
    after = [await railway.desk.ticket(one.conversation_id) for one in tickets]
    assert [(one.status, one.waiting_since, one.owner_agent_id) for one in after] == [("resolved", None, None)] * 2
    text = next(one for one in (await railway.view(surge_id)).texts if one.text.id == text_id)
    assert text.tally == Tally(said=2)
    with pytest.raises(Taken):
        await railway.desk.write(saying.answer_all, surge_id, Answer(texts=HELLO), actor=railway.lead)


async def test_it_may_be_put_off_or_stay(railway: Railway) -> None:
    surge_id = await railway.begin(tells=False)
    ann = await railway.hear("ann")
    await answer(railway, surge_id, after="snooze", snooze_minutes=60)
    snoozed = await railway.desk.ticket(ann.conversation_id)
    assert (snoozed.status, snoozed.snoozed_until) == ("snoozed", railway.desk.clock.now + 60 * MINUTE)
    await answer(railway, surge_id)
    assert (await railway.desk.ticket(ann.conversation_id)).status in ("pending", "snoozed")
    with pytest.raises(Invalid):
        await railway.desk.write(saying.answer_all, surge_id, Answer(texts=HELLO, after="snooze"), actor=railway.lead)
    with pytest.raises(Invalid):
        await answer(railway, surge_id, texts=(Text("en", "{{contact.shoe}}"),))


async def test_only_who_waits_if_wanted(railway: Railway) -> None:
    surge_id = await railway.begin(tells=False)
    ann, ben = await railway.hear("ann"), await railway.hear("ben")
    await railway.desk.answer(ann.conversation_id, "By hand")
    await answer(railway, surge_id, waiting_only=True)
    assert (await railway.heard(ann), await railway.heard(ben)) == (["By hand"], ["Hello Ben."])
    await railway.hear("ben", "And my money?")
    await railway.hear("cat")
    await answer(railway, surge_id, waiting_only=True)
    assert await railway.heard(ben) == ["Hello Ben."], "who writes again needs a person"


async def test_who_is_blocked_is_left_out_and_it_is_said_why(railway: Railway) -> None:
    surge_id = await railway.begin(tells=False)
    ann, ben = await railway.hear("ann"), await railway.hear("ben")
    who = Address("sandbox", "ann")
    await railway.desk.write(block_identity, ann.contact_id, who, True)
    await answer(railway, surge_id)
    assert (await railway.heard(ann), await railway.heard(ben)) == ([], ["Hello Ben."])
    members = {one.ticket.title: one.heard for one in await railway.members(surge_id)}
    assert [(one.state, one.why) for one in members["Ann"]] == [("left", "surge.why.blocked")]
    assert [(one.state, one.why, one.delivery) for one in members["Ben"]] == [("said", None, "queued")]


async def test_it_can_be_stopped_and_goes_on(railway: Railway) -> None:
    surge_id = await railway.begin(tells=False)
    ann = await railway.hear("ann")
    text_id = str(await railway.desk.write(saying.answer_all, surge_id, Answer(texts=HELLO), actor=railway.lead))
    await railway.desk.write(saying.stop_saying, surge_id, text_id, actor=railway.lead)
    await railway.follow()
    assert await railway.heard(ann) == []
    await railway.desk.write(saying.tell_all, surge_id, text_id, actor=railway.lead)
    await railway.follow()
    assert await railway.heard(ann) == ["Hello Ann."]


async def test_a_job_that_is_done_again_says_nothing_again(railway: Railway) -> None:
    surge_id = await railway.begin(tells=False)
    ann = await railway.hear("ann")
    text_id = await answer(railway, surge_id)
    for _ in range(2):
        await railway.desk.write(lambda tx: enqueue(tx, saying.SAY_JOB, saying.Order(text_id)))
    await railway.follow()
    assert await railway.heard(ann) == ["Hello Ann."]


async def test_no_more_is_under_way_than_leaves(railway: Railway, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "AT_ONCE", 1)
    monkeypatch.setattr(jobs, "MOST_UNDER_WAY", 2)
    surge_id = await railway.begin(tells=False)
    tickets = [await railway.hear(f"c{number}") for number in range(3)]
    await answer(railway, surge_id)
    assert sorted([len(await railway.heard(one)) for one in tickets]) == [0, 1, 1]


async def test_what_its_writer_had_begun_stays(railway: Railway) -> None:
    surge_id = await railway.begin(tells=False)
    ann = await railway.hear("ann")
    agent = railway.desk.agent
    await railway.desk.write(write_draft, agent, ann.conversation_id, Draft(text="Begun"))
    await answer(railway, surge_id)
    draft = await railway.desk.read(find_draft, agent, ann.conversation_id)
    assert draft is not None
    assert draft.text == "Begun"


async def test_after_the_end_nobody_is_told(railway: Railway) -> None:
    surge_id = await railway.begin()
    said = await railway.say("ann")
    await railway.runner.catch_up(railway.desk.workspace_id)
    await railway.end(surge_id)
    assert await railway.heard(await railway.desk.ticket(said.conversation_id)) == []
    late = await railway.hear("ben")
    assert (await railway.heard(late), late.tags) == ([], ())
    with pytest.raises(Taken):
        await railway.desk.write(actions.end_surge, surge_id)


async def test_it_is_shown_beforehand_how_it_leaves(railway: Railway) -> None:
    ann = await railway.hear("ann")
    who = Speaker(railway.desk.workspace_id, railway.lead)
    meant = await railway.desk.read(mean, HELLO, who, ann.conversation_id, ann.id)
    shown = await foresee(railway.desk.database, Channels(), who, meant, "Ann")
    assert (shown.text, shown.why) == ("Hello Ann.", None)
    assert await railway.heard(ann) == []


async def test_doors_show_what_it_says_now(railway: Railway) -> None:
    assert await railway.desk.read(list_updates) == []
    surge_id = await railway.begin()
    await railway.begin(name="Quiet", texts=())
    [shown] = await railway.desk.read(list_updates)
    assert (shown.id, shown.version, shown.texts) == (surge_id, 1, UPDATE)
    railway.desk.clock.move(DAY)
    await railway.end(surge_id)
    assert await railway.desk.read(list_updates) == []

"""Shared drafts: seen by those who see the conversation, gone on with by one at a time, and no word of them is lost."""

from typing import Any

import pytest

from lyhord.contacts.actions import merge_contacts
from lyhord.conversations import views as conversations
from lyhord.conversations.actions.attach import attach_file
from lyhord.conversations.actions.reading import discard_draft, save_draft
from lyhord.conversations.actions.reply import reply
from lyhord.conversations.model import Draft, Reply
from lyhord.conversations.scheduled.actions import schedule_reply
from lyhord.conversations.sharing import actions, views
from lyhord.conversations.sharing.model import SharedDraft
from lyhord.conversations.timeline import get_conversation, timeline_ids
from lyhord.kit.clock import HOUR
from lyhord.kit.database import ReadTx
from lyhord.kit.ids import new_id
from lyhord.kit.problems import Invalid, NotFound, Taken
from lyhord.tickets.actions import set_status
from lyhord.workspaces.reach import EVERYTHING, Reach
from tests.conversations.desk import Desk


async def act(desk: Desk, action: Any, *args: Any, by: str | None = None) -> Any:
    return await desk.write(action, *args, actor=f"agent:{by or desk.agent}")


async def share(desk: Desk, conversation_id: str, text: str = "Dear Ann", **more: Any) -> str:
    return str(await act(desk, actions.share_draft, conversation_id, Draft(text=text, **more)))


async def shared(desk: Desk, conversation_id: str, reach: Reach = EVERYTHING) -> list[SharedDraft]:
    def look(tx: ReadTx) -> list[SharedDraft]:
        return views.list_shared(tx, reach, timeline_ids(tx, get_conversation(tx, conversation_id)))

    found: list[SharedDraft] = await desk.read(look)
    return found


async def own(desk: Desk, conversation_id: str, agent: str) -> str | None:
    draft = await desk.read(conversations.find_draft, agent, conversation_id)
    return draft.text if draft else None


async def attach(desk: Desk) -> str:
    def file(tx: Any) -> Any:
        return attach_file(tx, "h" * 64, name="list.txt", content_type="text/plain", size=3)

    return str((await act(desk, file)).id)


async def test_it_takes_the_place_of_the_own_draft_and_its_events_carry_no_words(desk: Desk) -> None:
    talk = (await desk.say()).conversation_id
    await act(desk, save_draft, desk.agent, talk, Draft(text="Dear"))
    desk.events.clear()
    draft_id = await share(desk, talk)
    [one] = await shared(desk, talk)
    assert (one.id, one.agent_id, one.words.text, one.version) == (draft_id, desk.agent, "Dear Ann", 1)
    assert await own(desk, talk, desk.agent) is None
    assert "Dear" not in str(desk.events)
    assert desk.kinds() == ["draft.changed", "draft.shared"]


async def test_what_its_writer_keeps_is_seen_and_an_older_version_becomes_their_own_draft(desk: Desk) -> None:
    talk = (await desk.say()).conversation_id
    draft_id = await share(desk, talk)
    assert await act(desk, actions.keep_shared, talk, draft_id, 1, Draft(text="Two"))
    assert not await act(desk, actions.keep_shared, talk, draft_id, 1, Draft(text="Other two"))
    [one] = await shared(desk, talk)
    assert (one.words.text, one.version) == ("Two", 2)
    assert await own(desk, talk, desk.agent) == "Other two"


async def test_a_colleague_goes_on_with_it_and_who_still_writes_loses_no_word(desk: Desk) -> None:
    talk = (await desk.say()).conversation_id
    draft_id = await share(desk, talk)
    desk.events.clear()
    await act(desk, actions.take_shared, draft_id, by=desk.colleague)
    await act(desk, actions.take_shared, draft_id, by=desk.colleague)  # once more changes nothing
    assert desk.kinds() == ["draft.shared", "draft.taken"]
    [one] = await shared(desk, talk)
    assert (one.agent_id, one.taken_from) == (desk.colleague, desk.agent)
    assert not await act(desk, actions.keep_shared, talk, draft_id, 1, Draft(text="Dear Ann, and"))
    assert await own(desk, talk, desk.agent) == "Dear Ann, and"
    for action in (actions.unshare, actions.discard_shared, actions.give_back):
        with pytest.raises(Taken):
            await act(desk, action, draft_id)
    await act(desk, actions.give_back, draft_id, by=desk.colleague)
    [one] = await shared(desk, talk)
    assert (one.agent_id, one.taken_from) == (desk.agent, None)


async def test_who_writes_it_sends_it_with_its_files_and_then_it_is_no_draft(desk: Desk) -> None:
    talk = (await desk.say()).conversation_id
    file = await attach(desk)
    draft_id = await share(desk, talk, attachment_ids=(file,))
    await act(desk, actions.take_shared, draft_id, by=desk.colleague)
    words = Reply(conversation_id=talk, text="Dear Ann", attachment_ids=(file,), shared_id=draft_id)
    with pytest.raises(Taken):
        await act(desk, reply, words)
    sent = await desk.message(await act(desk, reply, words, by=desk.colleague))
    assert (sent.agent_id, [one.name for one in sent.attachments]) == (desk.colleague, ["list.txt"])
    assert await shared(desk, talk) == []


async def test_it_may_be_scheduled(desk: Desk) -> None:
    talk = (await desk.say()).conversation_id
    file = await attach(desk)
    draft_id = await share(desk, talk, attachment_ids=(file,))
    words = Reply(conversation_id=talk, text="Dear Ann", attachment_ids=(file,), shared_id=draft_id)
    await act(desk, schedule_reply, words, desk.clock.now + HOUR, "hold")
    assert await shared(desk, talk) == []


async def test_unshared_it_is_ones_own_with_its_files_unless_that_would_lose_another(desk: Desk) -> None:
    talk = (await desk.say()).conversation_id
    file = await attach(desk)
    draft_id = await share(desk, talk, attachment_ids=(file,))
    await act(desk, save_draft, desk.agent, talk, Draft(text="@Bo is it right?", kind="note"))
    with pytest.raises(Taken):
        await act(desk, actions.unshare, draft_id)
    await act(desk, discard_draft, desk.agent, talk)
    await act(desk, actions.unshare, draft_id)
    assert await shared(desk, talk) == []
    assert await own(desk, talk, desk.agent) == "Dear Ann"
    await act(desk, reply, Reply(conversation_id=talk, text="Dear Ann", attachment_ids=(file,)))


async def test_discarded_it_is_gone_and_going_on_says_so(desk: Desk) -> None:
    talk = (await desk.say()).conversation_id
    draft_id = await share(desk, talk)
    await act(desk, actions.discard_shared, draft_id)
    assert await shared(desk, talk) == []
    with pytest.raises(NotFound):
        await act(desk, actions.take_shared, draft_id, by=desk.colleague)
    assert not await act(desk, actions.keep_shared, talk, draft_id, 1, Draft(text="Too late"))
    assert await own(desk, talk, desk.agent) == "Too late"


async def test_resolving_leaves_it_where_it_is(desk: Desk) -> None:
    talk = (await desk.say()).conversation_id
    await share(desk, talk)
    await act(desk, set_status, (await desk.ticket(talk)).id, "resolved")
    assert len(await shared(desk, talk)) == 1


async def test_after_a_merge_it_stands_in_the_one_timeline_and_goes_on_there(desk: Desk) -> None:
    ann, bo = (await desk.say()).conversation_id, (await desk.say(who="bo")).conversation_id
    draft_id = await share(desk, bo)

    def contact_of(tx: ReadTx, conversation_id: str) -> str:
        return str(get_conversation(tx, conversation_id).contact_id)

    await desk.write(merge_contacts, await desk.read(contact_of, bo), await desk.read(contact_of, ann))
    assert [one.id for one in await shared(desk, ann)] == [draft_id]
    await act(desk, actions.take_shared, draft_id, by=desk.colleague)
    assert [one.conversation_id for one in await shared(desk, ann)] == [ann]


async def test_it_is_seen_by_those_who_reach_the_conversation_and_its_inbox(desk: Desk) -> None:
    talk = (await desk.say()).conversation_id
    elsewhere, here = Reach(frozenset({desk.other_inbox})), Reach(frozenset({desk.inbox}))
    for inbox_id in (None, desk.inbox):
        draft_id = await share(desk, talk, inbox_id=inbox_id)
        assert (await desk.read(views.get_shared, here, draft_id)).id == draft_id
        with pytest.raises(NotFound):
            await desk.read(views.get_shared, elsewhere, draft_id)
    draft_id = await share(desk, talk, inbox_id=desk.other_inbox)
    assert draft_id not in [one.id for one in await shared(desk, talk, here)]


@pytest.mark.parametrize("wrong", [{"text": " "}, {"kind": "note"}, {"attachment_ids": (new_id(),)}])
async def test_nothing_notes_and_files_of_others_are_refused(desk: Desk, wrong: dict[str, Any]) -> None:
    talk = (await desk.say()).conversation_id
    with pytest.raises(Invalid):
        await share(desk, talk, **wrong)


async def test_a_program_shares_nothing(desk: Desk) -> None:
    talk = (await desk.say()).conversation_id
    with pytest.raises(Invalid):
        await desk.write(actions.share_draft, talk, Draft(text="x"), actor=f"token:{new_id()}")


async def test_there_is_an_end_to_how_many_are_shared(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(actions, "MOST_SHARED", 1)
    talk = (await desk.say()).conversation_id
    await share(desk, talk)
    with pytest.raises(Taken):
        await share(desk, talk)

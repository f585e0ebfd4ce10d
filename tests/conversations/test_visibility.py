"""Who may see what: one matrix, asked of the rule in Python, of the rule in SQL, and of every view."""

from itertools import product

import pytest

from lyhord.contacts.actions.edit import ContactChange, create_contact
from lyhord.conversations import views
from lyhord.conversations.actions.note import add_note
from lyhord.conversations.beginning import new_conversation
from lyhord.conversations.events import EVENTS, DraftChanged, MessageReceived, NoteAdded
from lyhord.conversations.model import Note
from lyhord.conversations.store import insert_conversation
from lyhord.conversations.visibility import PERSONAL, Viewer, may_see_event, may_see_message, visitor_may_see
from lyhord.kit.events import Event, Logged, kind_of
from lyhord.kit.ids import HIGHEST_ID
from lyhord.kit.problems import NotFound
from lyhord.notifications.events import EVENTS as NOTIFICATION_EVENTS
from lyhord.tickets.events import EVENTS as TICKET_EVENTS
from lyhord.workspaces.events import EVENTS as WORKSPACE_EVENTS
from lyhord.workspaces.reach import EVERYTHING, Reach
from tests.conversations.desk import Desk, texts

A, B = "inbox-a", "inbox-b"
REACHES = {"all": EVERYTHING, "a": Reach(frozenset({A})), "both": Reach(frozenset({A, B})), "none": Reach(frozenset())}
MESSAGES = [
    # what, inbox of the message, inboxes of its conversation, who sees it
    ("a message through a", A, {A, B}, {"all", "a", "both"}),
    ("a message through b", B, {A, B}, {"all", "both"}),
    ("a note where both went", None, {A, B}, {"all", "a", "both"}),
    ("a note where only b went", None, {B}, {"all", "both"}),
    ("a note where nothing came yet", None, set(), {"all", "a", "both", "none"}),
]


@pytest.mark.parametrize(("case", "name"), list(product(MESSAGES, REACHES)), ids=lambda one: str(one)[:40])
def test_a_message_is_seen_by_whom_the_matrix_says(case: tuple[str, str | None, set[str], set[str]], name: str) -> None:
    _, inbox_id, carriers, who = case
    assert may_see_message(REACHES[name], inbox_id, carriers) == (name in who)


@pytest.mark.parametrize("name", REACHES)
def test_events_follow_the_same_rule(name: str) -> None:
    viewer = Viewer("me", REACHES[name])
    for _, inbox_id, carriers, who in MESSAGES:
        event: Event = MessageReceived(conversation_id="c", inbox_id=inbox_id, message_id="m")
        if inbox_id is None:
            event = NoteAdded(conversation_id="c", message_id="m")
        logged = Logged(1, kind_of(event), 0, "system", event)
        assert may_see_event(viewer, logged, {"c": carriers}.__getitem__) == (name in who)


@pytest.mark.parametrize("kind", sorted(PERSONAL))
def test_personal_events_are_told_to_their_agent_alone(kind: str) -> None:
    event = DraftChanged(conversation_id="c", agent_id="me")
    logged = Logged(1, kind, 0, "agent:me", event)
    assert may_see_event(Viewer("me", EVERYTHING), logged, lambda _: {A})
    assert not may_see_event(Viewer("you", EVERYTHING), logged, lambda _: {A})
    assert not may_see_event(Viewer(None, EVERYTHING), logged, lambda _: {A})


def test_every_personal_event_exists_and_names_its_agent() -> None:
    kinds = {kind_of(event): event for event in (*EVENTS, *WORKSPACE_EVENTS, *TICKET_EVENTS, *NOTIFICATION_EVENTS)}
    assert all({"agent_id", "agent_ids"} & set(kinds[kind].__struct_fields__) for kind in PERSONAL)


def test_a_visitor_sees_no_notes_and_nothing_removed() -> None:
    assert visitor_may_see("in", None)
    assert visitor_may_see("out", None)
    assert not visitor_may_see("note", None)
    assert not visitor_may_see("out", 1)


async def test_views_agree_with_the_rule(desk: Desk) -> None:
    asked = await desk.say("through the first")
    await desk.say("through the second", inbox=desk.other_inbox)
    await desk.write(add_note, Note(conversation_id=asked.conversation_id, text="note"))
    only = await desk.say("elsewhere", who="bea", inbox=desk.other_inbox)
    first, nothing = Reach(frozenset({desk.inbox})), Reach(frozenset())
    seen = await desk.timeline(asked.conversation_id, first)
    assert (texts(seen.items), seen.hidden) == (["through the first", "note"], 1)
    listed, _ = await desk.read(views.list_conversations, first)
    assert [one.id for one in listed] == [asked.conversation_id]
    assert len((await desk.read(views.list_conversations, EVERYTHING))[0]) == 2
    assert await desk.read(views.list_conversations, nothing) == ([], None)
    with pytest.raises(NotFound):
        await desk.read(views.get_visible, first, only.conversation_id)
    with pytest.raises(NotFound):
        await desk.read(views.get_message, first, only.id)
    assert (await desk.read(views.get_message, EVERYTHING, only.id)).text == "elsewhere"


async def test_messages_are_seen_together_where_each_of_them_is(desk: Desk) -> None:
    asked = await desk.say("through the first")
    second = await desk.say("through the second", inbox=desk.other_inbox)
    note = await desk.write(add_note, Note(conversation_id=asked.conversation_id, text="note"))
    only = await desk.say("elsewhere", who="bea", inbox=desk.other_inbox)
    first = Reach(frozenset({desk.inbox}))
    ids = [asked.id, second.id, note, only.id]
    await desk.read(views.check_seen, EVERYTHING, [*ids, only.id])
    await desk.read(views.check_seen, first, [asked.id, note])
    for reach, wrong in ((first, second.id), (first, only.id), (first, HIGHEST_ID), (EVERYTHING, HIGHEST_ID)):
        with pytest.raises(NotFound):
            await desk.read(views.check_seen, reach, [asked.id, wrong])


async def test_what_never_went_through_an_inbox_is_seen_by_everyone_wherever_one_looks(desk: Desk) -> None:
    contact = await desk.write(create_contact, ContactChange(name="Ann"))
    await desk.write(lambda tx: tx.run(insert_conversation, **new_conversation(tx, contact_id=contact.id)))
    for reach in (EVERYTHING, Reach(frozenset({desk.inbox})), Reach(frozenset())):
        (listed,), _ = await desk.read(views.list_conversations, reach)
        assert (await desk.read(views.get_visible, reach, listed.id)).contact_id == contact.id


async def test_pages_of_conversations_together_are_all_within_reach(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views, "MOST_LOOKED_AT", 2)
    ours = [(await desk.say(who=f"a{n}", inbox=desk.inbox if n in (0, 5) else desk.other_inbox)) for n in range(7)]
    reach = Reach(frozenset({desk.inbox}))
    found, sizes = [], []
    before: str | None = HIGHEST_ID
    while before:
        page, before = await desk.read(views.list_conversations, reach, before=before, most=3)
        found += [one.id for one in page]
        sizes.append(len(page))
    assert found == [ours[5].conversation_id, ours[0].conversation_id]
    assert sizes == [1, 0, 0, 1]

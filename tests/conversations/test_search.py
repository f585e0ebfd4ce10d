"""Search over messages, notes and contacts: what is there is found, by those who may see it, and by nobody else."""

from typing import Any

import pytest

from lyhord.app.wiring import EVENTS
from lyhord.contacts.actions import (
    ContactChange,
    add_identity,
    change_contact,
    create_contact,
    merge_contacts,
    separate_contact,
)
from lyhord.contacts.search import index as contact_index
from lyhord.conversations import search as searching
from lyhord.conversations.actions.note import add_note
from lyhord.conversations.actions.reply import undo_reply
from lyhord.conversations.exchange import Address, Media
from lyhord.conversations.model import Note
from lyhord.conversations.search import FOLLOWER, Results, message_index, search
from lyhord.conversations.timeline import get_conversation
from lyhord.kit.events import Catalogue
from lyhord.kit.followers import FollowerRunner
from lyhord.kit.ids import new_id
from lyhord.kit.search import parse_query
from lyhord.workspaces.reach import EVERYTHING, Reach
from tests.conversations.desk import Desk

NOWHERE = Reach(frozenset())


async def follow(desk: Desk) -> None:
    """Let the follower see everything."""
    await FollowerRunner(desk.database, Catalogue(EVENTS), [FOLLOWER]).catch_up()


async def find(desk: Desk, typed: str, reach: Reach = EVERYTHING, **more: Any) -> Results:
    """What somebody with this reach finds, everything indexed."""
    await follow(desk)
    results: Results = await desk.read(search, reach, typed, **more)
    return results


async def words(desk: Desk, typed: str, reach: Reach = EVERYTHING) -> list[str]:
    """The snippets that are found."""
    return [one.snippet for one in (await find(desk, typed, reach)).messages]


async def names(desk: Desk, typed: str, reach: Reach = EVERYTHING) -> list[str]:
    """The names of the contacts that are found."""
    return [one.name for one in (await find(desk, typed, reach)).contacts]


async def test_everything_that_was_said_is_found_newest_first(desk: Desk) -> None:
    said = await desk.say("The parcel is late")
    desk.clock.move(5_000)
    await desk.answer(said.conversation_id, "Your parcel comes today")
    desk.clock.move(5_000)
    await desk.write(
        add_note, Note(conversation_id=said.conversation_id, text="Parcel: ask Bo"), actor=f"agent:{desk.agent}"
    )
    found = (await find(desk, "parcel")).messages
    assert [(one.direction, one.snippet, one.title) for one in found] == [
        ("note", "Parcel: ask Bo", "Ann"),
        ("out", "Your parcel comes today", "Ann"),
        ("in", "The parcel is late", "Ann"),
    ]
    assert found[-1].message_id == said.id
    assert found[-1].conversation_id == said.conversation_id
    assert found[-1].marks == ((4, 10),)
    assert found[-1].at == said.at
    assert await words(desk, "bo") == ["Parcel: ask Bo"]


async def test_subjects_and_names_of_files_are_found(desk: Desk) -> None:
    await desk.say(
        "See there", subject="Återbetalning", media=(Media("kvitto 77.pdf", "application/pdf", 1, file="f"),)
    )
    assert len(await words(desk, "aterbet")) == 1
    assert len(await words(desk, "kvitto")) == 1
    assert await words(desk, "quittance") == []


async def test_words_in_chinese_are_found(desk: Desk) -> None:
    await desk.say("我要退款,因为商品有问题。")
    assert await words(desk, "退款") == ["我要退款,因为商品有问题。"]
    assert await words(desk, "退货") == []


async def test_an_undone_reply_is_gone(desk: Desk) -> None:
    said = await desk.say("Hello")
    reply = await desk.answer(said.conversation_id, "A canary flew out")
    assert await words(desk, "canary") == ["A canary flew out"]
    await desk.write(undo_reply, reply.id, actor=f"agent:{desk.agent}")
    assert await words(desk, "canary") == []
    assert await desk.read(lambda tx: message_index.find(tx, parse_query("canary"))) == []


async def test_reach_decides_what_is_found(desk: Desk) -> None:
    first = await desk.say("secret of the first", who="ann", inbox=desk.inbox)
    second = await desk.say("secret of the second", who="bob", inbox=desk.other_inbox)
    await desk.write(
        add_note, Note(conversation_id=first.conversation_id, text="secret note"), actor=f"agent:{new_id()}"
    )
    some, other = Reach(frozenset({desk.inbox})), Reach(frozenset({desk.other_inbox}))
    assert await words(desk, "secret", some) == ["secret note", "secret of the first"]
    assert await words(desk, "secret", other) == ["secret of the second"]
    assert await words(desk, "secret", NOWHERE) == []
    assert len(await words(desk, "secret")) == 3
    await desk.say("secret on the other way", who="ann", inbox=desk.other_inbox)
    assert await words(desk, "secret", other) == ["secret on the other way", "secret note", "secret of the second"]
    assert second.conversation_id != first.conversation_id


async def test_reach_decides_which_contacts_are_found(desk: Desk) -> None:
    await desk.say(who="ann", inbox=desk.inbox)
    await desk.say(who="annika", inbox=desk.other_inbox)
    await desk.write(create_contact, ContactChange(name="Anna Nowhere"), None)
    assert await names(desk, "ann") == ["Ann", "Anna Nowhere", "Annika"]
    assert await names(desk, "ann", Reach(frozenset({desk.inbox}))) == ["Ann", "Anna Nowhere"]
    assert await names(desk, "ann", NOWHERE) == ["Anna Nowhere"]


PARTS = """anna
Ber
ÅNNA berg
anna.berg@ex
example.com
070-123
70 123 45
+4670123
0046 70
345
(070) 12345"""


async def test_contacts_are_found_by_any_part(desk: Desk) -> None:
    contact = await desk.write(
        create_contact, ContactChange(name="Anna Berg"), Address("email", "Anna.Berg@Example.com")
    )
    await desk.write(add_identity, contact.id, Address("tel", "+46 70-123 45"))
    await desk.write(create_contact, ContactChange(name="Bo"), Address("tel", "999"))
    for typed in PARTS.splitlines():
        assert await names(desk, typed) == ["Anna Berg"], typed


async def test_a_contact_is_found_by_what_holds_now(desk: Desk) -> None:
    contact = await desk.write(create_contact, ContactChange(name="Ann"), None)
    assert await names(desk, "ann") == ["Ann"]
    await desk.write(change_contact, contact.id, ContactChange(name="Eve"))
    assert await names(desk, "ann") == []
    assert await names(desk, "eve") == ["Eve"]


async def test_merged_contacts_are_found_as_one(desk: Desk) -> None:
    ann, bob = await desk.say(who="ann"), await desk.say(who="bob")
    a = (await desk.read(get_conversation, ann.conversation_id)).contact_id
    b = (await desk.read(get_conversation, bob.conversation_id)).contact_id
    await desk.write(merge_contacts, a, b)
    found = (await find(desk, "ann")).contacts
    assert [(one.id, one.conversation_id) for one in found] == [(b, bob.conversation_id)]
    assert {one.title for one in (await find(desk, "hello")).messages} == {"Bob"}
    await desk.write(separate_contact, a)
    assert [one.id for one in (await find(desk, "ann")).contacts] == [a]
    assert [one.id for one in (await find(desk, "bob")).contacts] == [b]


async def test_pages_go_on_where_they_ended(desk: Desk) -> None:
    for n in range(7):
        await desk.say(f"word {n}", who=f"c{n % 2}", inbox=desk.inbox if n % 2 else desk.other_inbox)
        desk.clock.move(1_000)
    for reach, wanted in [(EVERYTHING, [6, 5, 4, 3, 2, 1, 0]), (Reach(frozenset({desk.inbox})), [5, 3, 1])]:
        seen: list[str] = []
        page = await find(desk, "word", reach, most=2)
        assert page.contacts == []
        while True:
            seen += [one.snippet for one in page.messages]
            if page.next is None:
                break
            page = await find(desk, "word", reach, before=page.next, most=2)
        assert seen == [f"word {n}" for n in wanted]


async def test_somebody_who_may_see_little_gets_an_answer_that_can_go_on(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(searching, "MOST_LOOKED_AT", 2)
    monkeypatch.setattr(searching, "STEP", 2)
    await desk.say("word first", inbox=desk.inbox)
    for _ in range(3):
        desk.clock.move(1_000)
        await desk.say("word", who="bob", inbox=desk.other_inbox)
    reach = Reach(frozenset({desk.inbox}))
    page = await find(desk, "word", reach)
    assert page.messages == []
    assert page.next is not None
    assert [one.snippet for one in (await find(desk, "word", reach, before=page.next)).messages] == ["word first"]


async def test_a_lost_index_fills_itself_again(desk: Desk) -> None:
    await desk.say("before the loss")
    assert await words(desk, "before") == ["before the loss"]
    await desk.write(message_index.drop)
    await desk.write(contact_index.drop)
    assert await desk.read(search, EVERYTHING, "before") == Results(contacts=[], messages=[])
    await desk.say("after the loss")
    assert len(await words(desk, "loss")) == 2
    assert await names(desk, "ann") == ["Ann"]


async def test_following_twice_changes_nothing(desk: Desk) -> None:
    await desk.say("once")
    await follow(desk)
    for logged in list(desk.events):
        if logged.event.__class__ in (FOLLOWER.kinds or ()):
            await desk.write(FOLLOWER.handle, [logged])
    assert await words(desk, "once") == ["once"]


async def test_another_workspace_finds_nothing(desk: Desk) -> None:
    await desk.say("secret")
    await follow(desk)
    other = Desk(desk.database, desk.clock)
    other.workspace_id = new_id()
    await other.open()
    await other.say("nothing here")
    results = await find(other, "secret")
    assert (results.messages, results.contacts) == ([], [])
    assert await names(other, "ann") == ["Ann"]
    assert len((await find(other, "ann")).contacts[0].identities) == 1


async def test_what_customers_write_is_shown_as_it_is(desk: Desk) -> None:
    await desk.say("<script>alert(1)</script> 'quoted\" words")
    found = (await find(desk, "<script>")).messages
    assert found[0].snippet == "<script>alert(1)</script> 'quoted\" words"

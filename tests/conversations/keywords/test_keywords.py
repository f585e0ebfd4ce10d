"""A word that is sent alone is answered by itself and noted; everything else is a message like others."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lyhord.contacts.consents.actions import list_consents
from lyhord.contacts.model import MOST_TAGS, Contact
from lyhord.contacts.reading import get_contact
from lyhord.conversations.keywords.model import MOST, Keyword, read_keywords
from lyhord.conversations.model import Message
from lyhord.conversations.timeline import get_conversation
from lyhord.kit.database import ReadTx
from lyhord.tickets.views import current_of_conversations
from lyhord.workspaces.actions.inboxes import InboxChange, change_inbox
from tests.conversations.desk import Desk

LINES = (
    "LINK | subscribe | Spring | Here it is",
    "Ring | callback | | We call you",
    "Hours|answer||9 to 5",
    "vip | answer | vip",
)


@pytest.fixture
async def desk(desk: Desk) -> Desk:
    await desk.write(change_inbox, desk.inbox, InboxChange(settings={"keywords": list(LINES)}))
    return desk


async def contact_of(desk: Desk, said: Message) -> Contact:
    """Who wrote."""

    def view(tx: ReadTx) -> Contact:
        return get_contact(tx, get_conversation(tx, said.conversation_id).contact_id or "")

    found: Contact = await desk.read(view)
    return found


async def rest_of(desk: Desk, said: Message) -> list[tuple[str, str]]:
    """What followed a customer's word."""
    items = (await desk.timeline(said.conversation_id)).items
    return [(one.direction, one.text) for one in items if one.direction != "in"]


async def tickets_of(desk: Desk, said: Message) -> list[Any]:
    found: list[Any] = await desk.read(current_of_conversations, [said.conversation_id])
    return found


async def test_who_subscribes_is_answered_tagged_and_has_said_yes(desk: Desk) -> None:
    said = await desk.say(" link. ")
    contact = await contact_of(desk, said)
    consents = await desk.read(list_consents, contact.id)
    assert await rest_of(desk, said) == [("out", "Here it is")]
    assert contact.tags == ("spring",)
    assert [(one.purpose, one.answer, one.source) for one in consents.answers] == [("offers", "given", "first")]
    assert await tickets_of(desk, said) == []


async def test_who_asks_for_a_call_waits_for_it(desk: Desk) -> None:
    said = await desk.say("RING")
    ticket = await desk.ticket(said.conversation_id)
    assert await rest_of(desk, said) == [("out", "We call you"), ("note", "Asks to be called back (RING)")]
    assert (ticket.status, ticket.waiting_since is not None) == ("open", True)


async def test_an_answer_alone_and_a_tag_alone(desk: Desk) -> None:
    asked, tagged = await desk.say("hours"), await desk.say("VIP", who="ben")
    assert await rest_of(desk, asked) == [("out", "9 to 5")]
    assert await rest_of(desk, tagged) == []
    assert (await contact_of(desk, tagged)).tags == ("vip",)


async def test_only_the_word_alone_and_only_in_its_inbox(desk: Desk) -> None:
    for said in (
        await desk.say("link please"),
        await desk.say("LINK", inbox=desk.other_inbox),
        await desk.say("LINK", flags=frozenset({"auto_reply"})),
    ):
        assert await rest_of(desk, said) == []
    await desk.receive(desk.words("LINK", who="old"), imported=True)
    assert "message.replied" not in desk.kinds()


async def test_whoever_opted_out_gets_no_answer(desk: Desk) -> None:
    said = await desk.say("STOP", flags=frozenset({"opt_out", "opt_confirmed"}))
    await desk.say("LINK")
    assert await rest_of(desk, said) == []


async def test_too_many_tags_keep_nothing_from_happening(desk: Desk) -> None:
    said = await desk.say("LINK")
    lines = [f"w{number} | answer | t{number} | ok" for number in range(MOST_TAGS)]
    await desk.write(change_inbox, desk.inbox, InboxChange(settings={"keywords": lines}))
    for number in range(MOST_TAGS):
        await desk.say(f"w{number}")
    assert len(await rest_of(desk, said)) == MOST_TAGS + 1
    assert len((await contact_of(desk, said)).tags) == MOST_TAGS


@pytest.mark.parametrize(
    "line",
    [
        "",
        "LINK",
        "LINK | shout | a | b",
        "| answer | a | b",
        "STOP | answer | | no",
        "LINK | answer",
        "x " * 20 + "| answer | a",
    ],
)
def test_a_line_that_makes_no_sense_is_named(line: str) -> None:
    assert read_keywords({"keywords": [line]}) == ({}, [line[:100]])


def test_a_word_counts_once_and_lines_may_be_one_text() -> None:
    text = "LINK | subscribe | spring | a | b\nlink | answer | | c"
    assert read_keywords({"keywords": text}) == (
        {"link": Keyword("subscribe", "spring", "a | b")},
        ["link | answer | | c"],
    )
    assert read_keywords({}) == ({}, [])
    assert len(read_keywords({"keywords": [f"w{n} | answer | t" for n in range(MOST + 5)]})[1]) == 5


@given(
    st.fixed_dictionaries(
        {},
        optional={"keywords": st.text() | st.lists(st.text(alphabet="|ab ", max_size=20)) | st.none() | st.integers()},
    )
)
def test_no_setting_makes_the_reading_raise(settings: dict[str, object]) -> None:
    read_keywords(settings)

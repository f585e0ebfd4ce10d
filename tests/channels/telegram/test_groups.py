"""Groups and supergroups of Telegram: who says what there, what happens to them, and answers that go into them."""

from pathlib import Path
from typing import Any

import pytest

from lyhord.channels.telegram.groups import SERVICE
from lyhord.channels.telegram.payloads import GROUPS, Chat, Member, Message, Standing
from lyhord.channels.telegram.reading import UNSHOWN, read_update
from lyhord.conversations.exchange import (
    Accepted,
    Address,
    Amendment,
    Context,
    Failed,
    InboundEdit,
    InboundGroup,
    InboundMessage,
    InboundReaction,
    Outbound,
    Outcome,
    Plan,
    Retry,
    Topic,
    Unsupported,
)
from tests.channels.telegram.oracle import faults, fields_of, load
from tests.channels.telegram.said import ANNA, Script, bot, message, no, ok, update

GROUP: dict[str, Any] = {"id": -100, "type": "supergroup", "title": "Friends"}
BEN: dict[str, Any] = {"id": 6, "is_bot": False, "first_name": "Ben"}
ROBOT: dict[str, Any] = {"id": 9, "is_bot": True, "first_name": "Shop"}
SENDER = (Address("telegram", "5", "Anna Öst", verified=True),)
AT = 1_772_355_600_000
CONTEXT = Context(AT, AT)


def in_group(number: int = 7, **more: Any) -> dict[str, Any]:
    """What Anna says in the group, or what Telegram tells of it."""
    return message(number, **more) | {"chat": GROUP}


def read(**more: Any) -> Any:
    """The one thing that such a message says."""
    (found,) = read_update(update(message=in_group(**more)))
    return found


def test_words_in_a_group_are_somebodys_and_the_groups() -> None:
    assert read(text="Hi all", reply_to_message=in_group(3)) == InboundMessage(
        external_id="-100:7",
        sender=SENDER,
        text="Hi all",
        at=AT,
        answers=("-100:3",),
        group_id="-100",
        group_name="Friends",
    )


@pytest.mark.parametrize(
    ("told", "change"),
    [
        ({"new_chat_members": [ANNA, ROBOT]}, {"name": "Friends", "joined": SENDER}),
        ({"left_chat_member": ANNA}, {"left": SENDER}),
        ({"left_chat_member": ROBOT}, {}),
        ({"new_chat_title": "Best friends"}, {"name": "Best friends"}),
        ({"group_chat_created": True}, {"name": "Friends"}),
        ({"migrate_to_chat_id": -200}, {"name": "Friends", "moved_to": "-200"}),
        ({"migrate_from_chat_id": -50}, {"group_id": "-50", "name": "Friends", "moved_to": "-100"}),
    ],
)
def test_what_happens_to_a_group_is_told(told: Any, change: Any) -> None:
    assert read(**told) == InboundGroup(**{"group_id": "-100", "at": AT, **change})


@pytest.mark.parametrize(
    ("standing", "ended"),
    [
        ({"status": "member"}, False),
        ({"status": "administrator"}, False),
        ({"status": "restricted", "is_member": True}, False),
        ({"status": "restricted", "is_member": False}, True),
        ({"status": "left"}, True),
        ({"status": "kicked"}, True),
    ],
)
def test_whether_the_bot_is_in_a_group_is_told(standing: Any, ended: bool) -> None:
    changed = {"chat": GROUP, "from": BEN, "date": AT // 1000, "new_chat_member": standing}
    name = None if ended else "Friends"
    assert read_update(update(my_chat_member=changed)) == [InboundGroup(group_id="-100", name=name, ended=ended, at=AT)]


def test_who_stops_a_bot_in_private_changes_no_group() -> None:
    changed = {"chat": {"id": 5, "type": "private"}, "new_chat_member": {"status": "kicked"}}
    assert read_update(update(my_chat_member=changed)) == []


def test_whoever_speaks_as_a_chat_is_that_chat() -> None:
    anonymous = read(text="Rules!", sender_chat=GROUP)
    assert anonymous.sender == (Address("telegram", "-100", "Friends", verified=True),)
    channel = {"id": -300, "type": "channel", "title": "News"}
    post = read(text="News", sender_chat=channel, is_automatic_forward=True)
    assert post.sender == (Address("telegram", "-300", "News", verified=True),)
    assert "auto_reply" in post.flags
    assert "auto_reply" not in anonymous.flags


def test_another_bot_waits_for_nobody() -> None:
    (said,) = read_update(update(message=in_group(text="Beep") | {"from": ROBOT}))
    assert isinstance(said, InboundMessage)
    assert "auto_reply" in said.flags


def test_a_topic_is_named_where_its_beginning_comes_along() -> None:
    begun = in_group(40) | {"forum_topic_created": {"name": "Lamps", "icon_color": 1}}
    first = read(text="Which?", is_topic_message=True, message_thread_id=40, reply_to_message=begun)
    assert (first.topic, first.answers) == (Topic("40", "Lamps"), ())
    answer = read(text="This", is_topic_message=True, message_thread_id=40, reply_to_message=in_group(41))
    assert (answer.topic, answer.answers) == (Topic("40"), ("-100:41",))
    assert read(text="A thread of answers only", message_thread_id=40).topic is None


def test_edits_reactions_and_pressed_buttons_belong_to_the_group() -> None:
    assert read_update(update(edited_message=in_group(text="Hi!"))) == [
        InboundEdit(message="-100:7", sender=SENDER, text="Hi!", group_id="-100")
    ]
    reacted = {"chat": GROUP, "message_id": 7, "old_reaction": [], "new_reaction": [{"type": "emoji", "emoji": "👍"}]}
    by_anna = InboundReaction(message="-100:7", sender=SENDER, emoji="👍", alone=False, group_id="-100")
    assert read_update(update(message_reaction={**reacted, "user": ANNA})) == [by_anna]
    (by_chat,) = read_update(update(message_reaction={**reacted, "actor_chat": GROUP}))
    assert isinstance(by_chat, InboundReaction)
    assert by_chat.sender[0].value == "-100"
    pressed = {"id": "p", "from": ANNA, "message": in_group(3), "data": "1"}
    (press,) = read_update(update(callback_query=pressed))
    assert isinstance(press, InboundMessage)
    assert (press.group_id, press.group_name, press.text) == ("-100", "Friends", "1")


def test_pins_and_pictures_of_a_group_are_nobodys_words() -> None:
    contents: list[dict[str, Any]] = [
        {"pinned_message": in_group(3)},
        {"new_chat_photo": []},
        {"video_chat_started": {}},
    ]
    for content in contents:
        assert read_update(update(message=in_group(**content))) == []
    assert read(game={"title": "Chess"}) == Unsupported(
        external_id="-100:7", reason=UNSHOWN, sender=SENDER, group_id="-100"
    )


async def test_an_answer_goes_into_the_group_and_its_topic(tmp_path: Path) -> None:
    script = Script(ok(in_group(71)))
    adapter = bot(script, tmp_path)
    whole = Outbound(to=Address("telegram", ""), text="Hello all", answers="-100:7", group_id="-100")
    ben = Outbound(
        to=Address("telegram", "6"), text="You", answers="-100:8", group_id="-100", topic=Topic("40", "Lamps")
    )
    moved = Outbound(to=Address("telegram", "6"), text="You", answers="-50:8", quote="x", group_id="-100")
    for outbound in (whole, ben, moved):
        plan = adapter.plan(outbound, CONTEXT)
        assert isinstance(plan, Plan)
        assert await adapter.send(plan.parts[0], "key") == Accepted("-100:71")
    await adapter.show_typing_in("-100")
    react = Amendment(deed="react", message="-100:7", to=Address("telegram", "5"), group_id="-100", emoji="👍")
    assert await adapter.amend(react, "key") == Accepted("")
    assert [body for _, body in script.asked] == [
        {"chat_id": -100, "text": "Hello all"},
        {
            "chat_id": -100,
            "message_thread_id": 40,
            "text": "You",
            "reply_parameters": {"message_id": 8, "allow_sending_without_reply": True},
        },
        {"chat_id": -100, "text": "You"},
        {"chat_id": -100, "action": "typing"},
        {"chat_id": -100, "message_id": 7, "reaction": [{"type": "emoji", "emoji": "👍"}]},
    ]
    for method, body in script.asked:
        assert faults(method, body) == []


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (no(403, "Forbidden: bot was kicked from the supergroup chat"), Failed("channel.telegram.not_in_group")),
        (no(403, "Forbidden: bot is not a member of the group chat"), Failed("channel.telegram.not_in_group")),
        (no(400, "Bad Request: not enough rights to send text"), Failed("channel.telegram.may_not_write")),
        (
            no(400, "Bad Request: group chat was upgraded", migrate_to_chat_id=-200),
            Retry("channel.telegram.group_moved", 5.0),
        ),
    ],
)
async def test_what_a_group_refuses_is_said(tmp_path: Path, answer: bytes, outcome: Outcome) -> None:
    outbound = Outbound(to=Address("telegram", ""), text="Hi", group_id="-100")
    assert await bot(Script(answer), tmp_path).send(outbound, "key") == outcome


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [(Message, "Message"), (Chat, "Chat"), (Member, "ChatMemberUpdated"), (Standing, "ChatMemberRestricted")],
)
def test_what_we_read_is_what_telegram_tells(ours: Any, theirs: str) -> None:
    assert set(ours.__struct_encode_fields__) <= set(fields_of(theirs))


def test_what_is_passed_over_in_silence_is_known_to_telegram() -> None:
    names = fields_of("Message")
    assert [start for start in SERVICE if not any(name.startswith(start) for name in names)] == []
    assert all(f'"{kind}"' in load()["types"]["Chat"]["fields"][1]["description"] for kind in GROUPS)

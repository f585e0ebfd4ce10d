"""What people say and do in Telegram, as it stands in the conversation."""

from typing import Any

import pytest

from lyhord.channels.telegram.payloads import Life
from lyhord.channels.telegram.reading import UNSHOWN, Place, read_place, read_pressed, read_update
from lyhord.conversations.exchange import (
    Address,
    Inbound,
    InboundEdit,
    InboundMessage,
    InboundReaction,
    InboundRemoval,
    InboundTimer,
    Media,
    Unsupported,
)
from tests.channels.telegram.oracle import fields_of
from tests.channels.telegram.said import ANNA, CHAT, message, update

SENDER = (Address("telegram", "5", "Anna Öst", verified=True),)
CHATTER = (Address("telegram", "5", "Anna", verified=True),)


def read_message(**more: Any) -> InboundMessage:
    (found,) = read_update(update(message=message(**more)))
    assert isinstance(found, InboundMessage)
    return found


def test_words_belong_to_who_said_them_and_name_themselves() -> None:
    said = read_message(text="Where is my lamp?")
    assert said == InboundMessage(external_id="5:7", sender=SENDER, text="Where is my lamp?", at=1_772_355_600_000)


def test_formatting_is_kept_beside_the_plain_words() -> None:
    said = read_message(
        text="Read this", entities=[{"type": "text_link", "offset": 5, "length": 4, "url": "https://a.b"}]
    )
    assert said.text == "Read this (https://a.b)"
    assert said.html == 'Read <a href="https://a.b">this</a>'


def test_an_answer_names_what_it_answers() -> None:
    assert read_message(text="Yes", reply_to_message=message(3)).answers == ("5:3",)


@pytest.mark.parametrize(
    ("content", "name", "kind", "size"),
    [
        (
            {"photo": [{"file_id": "s", "file_size": 10}, {"file_id": "F", "file_size": 99}]},
            "photo.jpg",
            "image/jpeg",
            99,
        ),
        (
            {"document": {"file_id": "F", "file_name": "b.pdf", "mime_type": "application/pdf", "file_size": 7}},
            "b.pdf",
            "application/pdf",
            7,
        ),
        ({"voice": {"file_id": "F", "mime_type": "audio/ogg"}}, "voice.ogg", "audio/ogg", 0),
        ({"video": {"file_id": "F"}}, "video.mp4", "video/mp4", 0),
        ({"video_note": {"file_id": "F"}}, "video.mp4", "video/mp4", 0),
        ({"audio": {"file_id": "F", "file_name": "song.mp3"}}, "song.mp3", "audio/mpeg", 0),
        (
            {"animation": {"file_id": "F"}, "document": {"file_id": "F"}},
            "animation.mp4",
            "video/mp4",
            0,
        ),
        ({"sticker": {"file_id": "F", "emoji": "😀"}}, "sticker.webp", "image/webp", 0),
        ({"sticker": {"file_id": "F", "is_video": True}}, "sticker.webm", "video/webm", 0),
        ({"sticker": {"file_id": "F", "is_animated": True}}, "sticker.tgs", "application/gzip", 0),
    ],
)
def test_a_file_is_named_and_fetched_by_its_id(content: Any, name: str, kind: str, size: int) -> None:
    assert read_message(**content).media == (Media(name, kind, size, url="telegram:F"),)


def test_words_below_a_file_are_words() -> None:
    bold = [{"type": "bold", "offset": 0, "length": 4}]
    said = read_message(photo=[{"file_id": "F"}], caption="Look here", caption_entities=bold)
    assert (said.text, said.html) == ("Look here", "<b>Look</b> here")


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (
            {"location": {"latitude": 59.3293, "longitude": 18.0686}},
            "📍 59.32930, 18.06860\nhttps://www.openstreetmap.org/?mlat=59.32930&mlon=18.06860",
        ),
        (
            {"venue": {"location": {"latitude": 1, "longitude": -2}, "title": "Shop", "address": "Road 1"}},
            "Shop\nRoad 1\n📍 1.00000, -2.00000\nhttps://www.openstreetmap.org/?mlat=1.00000&mlon=-2.00000",
        ),
        ({"contact": {"phone_number": "+46701", "first_name": "Bo", "last_name": "Ek"}}, "👤 Bo Ek\n+46701"),
        ({"poll": {"question": "When?", "options": [{"text": "Now"}, {"text": "Later"}]}}, "📊 When?\n- Now\n- Later"),
        ({"checklist": {"title": "To do", "tasks": [{"text": "Call"}]}}, "☑ To do\n- Call"),
        ({"dice": {"emoji": "🎲", "value": 6}}, "🎲 6"),
    ],
)
def test_what_has_no_words_of_its_own_is_put_into_words(content: Any, text: str) -> None:
    assert read_message(**content).text == text


def test_an_edit_is_of_the_message_that_was_edited() -> None:
    (edit,) = read_update(update(edited_message=message(text="Otherwise", edit_date=1)))
    assert edit == InboundEdit(message="5:7", sender=SENDER, text="Otherwise")


def reaction(old: list[Any], new: list[Any], **more: Any) -> bytes:
    return update(
        message_reaction={
            "chat": CHAT, "message_id": 71, "user": ANNA, "date": 1, "old_reaction": old, "new_reaction": new, **more
        }
    )  # fmt: skip


def test_reactions_come_and_go() -> None:
    thumb, heart = {"type": "emoji", "emoji": "👍"}, {"type": "emoji", "emoji": "❤"}
    gone, come = read_update(reaction([thumb], [heart]))
    assert gone == InboundReaction(message="5:71", sender=SENDER, emoji="👍", removed=True, alone=False)
    assert come == InboundReaction(message="5:71", sender=SENDER, emoji="❤️", alone=False)
    assert read_update(reaction([thumb], [thumb, {"type": "custom_emoji", "custom_emoji_id": "1"}])) == []


def test_a_pressed_button_is_an_answer_in_its_words() -> None:
    keyboard = {"inline_keyboard": [[{"text": "Yes", "callback_data": "1"}], [{"text": "No", "callback_data": "2"}]]}
    pressed = {
        "id": "q1",
        "from": ANNA,
        "data": "2",
        "chat_instance": "c",
        "message": message(71, reply_markup=keyboard),
    }
    body = update(callback_query=pressed)
    (said,) = read_update(body)
    assert said == InboundMessage(external_id="button:q1", sender=SENDER, text="No", answers=("5:71",), chosen="2")
    assert read_pressed(body) == "q1"
    assert read_pressed(update(message=message(text="No"))) is None


def test_who_writes_to_the_business_account_is_the_same_person_with_another_way_back() -> None:
    (said,) = read_update(update(business_message=message(text="Hello", business_connection_id="conn")))
    assert isinstance(said, InboundMessage)
    assert said.external_id == "conn:5:7"
    assert [one.value for one in said.sender] == ["5@conn", "5"]


OWNER = {**ANNA, "id": 9, "first_name": "Owen"}
NAMED = {**CHAT, "first_name": "Anna", "last_name": "Öst"}
BUSINESS = (Address("telegram", "5@conn", "Anna Öst", verified=True), *SENDER)


def owned(kind: str = "business_message", **more: Any) -> list[Inbound]:
    """What the owner of the business account does in the chat with Anna."""
    said = message(business_connection_id="conn", **more) | {"from": OWNER, "chat": NAMED}
    return read_update(update(**{kind: said}))


def test_what_the_owner_of_the_business_account_says_is_the_companys() -> None:
    (said,) = owned(text="It is on its way")
    assert said == InboundMessage(
        external_id="conn:5:7", sender=BUSINESS, text="It is on its way", at=1_772_355_600_000, ours=True
    )
    (edit,) = owned("edited_business_message", text="It comes today")
    assert edit == InboundEdit(message="conn:5:7", sender=BUSINESS, text="It comes today", ours=True)


def test_what_left_from_here_is_no_news_and_a_greeting_is_a_machines() -> None:
    bot = {"id": 110201543, "first_name": "Bot"}
    assert owned(text="Hi", sender_business_bot=bot) == []
    assert owned("edited_business_message", text="Hi", sender_business_bot=bot) == []
    (greeting,) = owned(text="We are closed", is_from_offline=True)
    assert isinstance(greeting, InboundMessage)
    assert (greeting.ours, greeting.flags) == (True, frozenset({"automatic"}))


def test_what_the_owner_says_in_a_way_that_we_cannot_show_says_so() -> None:
    (said,) = owned(story={"id": 1})
    assert isinstance(said, InboundMessage)
    assert (said.ours, said.text, said.flags) == (True, UNSHOWN, frozenset({"unsupported"}))


def test_what_is_deleted_in_a_business_chat_is_gone() -> None:
    gone = {"business_connection_id": "conn", "chat": CHAT, "message_ids": [7, 8]}
    found = read_update(update(deleted_business_messages=gone))
    assert found == [InboundRemoval(message="conn:5:7"), InboundRemoval(message="conn:5:8")]


def test_a_channel_is_not_read() -> None:
    said = message(text="Hi all") | {"chat": {"id": -100, "type": "channel", "title": "News"}}
    assert read_update(update(message=said)) == []
    assert read_update(update(edited_message=said)) == []
    assert read_update(reaction([], [], chat=said["chat"])) == []


@pytest.mark.parametrize("content", [{"game": {"title": "Chess"}}, {"pinned_message": message(3)}, {"text": ""}])
def test_what_we_cannot_show_is_shown_as_such(content: Any) -> None:
    assert read_update(update(message=message(**content))) == [
        Unsupported(external_id="5:7", reason=UNSHOWN, sender=SENDER)
    ]


def test_an_update_of_a_kind_that_nobody_knows_keeps_its_number() -> None:
    (found,) = read_update(update(hologram={"id": 1}))
    assert found == Unsupported(external_id="update:10000", reason=UNSHOWN)


@pytest.mark.parametrize("name", ["5:7", "-100:7", "conn:5:7", "a:b:5:7"])
def test_a_place_is_read_from_its_name(name: str) -> None:
    place = read_place(name)
    assert place is not None
    assert place.name == name


@pytest.mark.parametrize("name", ["button:q1", "update:5", "", "5", "x:y"])
def test_what_names_no_message_is_no_place(name: str) -> None:
    assert read_place(name) is None


def test_places_are_told_apart_by_chat_and_connection() -> None:
    assert len({Place(5, 7).name, Place(6, 7).name, Place(5, 7, "conn").name}) == 3


def timed(seconds: int, kind: str = "message", **more: Any) -> list[Inbound]:
    """What Telegram tells where somebody changes the timer of a chat."""
    life = {"message_auto_delete_time": seconds}
    return read_update(update(**{kind: message(message_auto_delete_timer_changed=life) | more}))


def test_a_chats_timer_is_the_chats_whoever_set_it() -> None:
    at = 1_772_355_600_000
    assert timed(604_800) == [InboundTimer(seconds=604_800, sender=CHATTER, at=at)]
    assert timed(0) == [InboundTimer(seconds=0, sender=CHATTER, at=at)]
    (ours,) = timed(86_400, "business_message", business_connection_id="conn", chat=NAMED, **{"from": OWNER})
    assert isinstance(ours, InboundTimer)
    assert [who.value for who in ours.sender] == ["5@conn", "5"]


def test_a_groups_timer_is_the_groups_and_a_channels_nobodys() -> None:
    group = {"id": -100, "type": "supergroup", "title": "Friends"}
    at = 1_772_355_600_000
    assert timed(86_400, chat=group) == [InboundTimer(seconds=86_400, group_id="-100", group_name="Friends", at=at)]
    assert timed(86_400, chat={"id": -300, "type": "channel", "title": "News"}) == []


def test_telegram_tells_timers_as_we_read_them() -> None:
    assert set(Life.__struct_encode_fields__) == set(fields_of("MessageAutoDeleteTimerChanged"))

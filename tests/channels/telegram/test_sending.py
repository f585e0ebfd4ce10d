"""What leaves for Telegram: every call held against Telegram's own list, and what its answers mean."""

from pathlib import Path
from typing import Any

import pytest

from lyhord.channels.telegram.bot import Trouble
from lyhord.conversations.exchange import (
    Accepted,
    Address,
    Amendment,
    Context,
    Deed,
    Failed,
    Media,
    Outbound,
    Outcome,
    Plan,
    Retry,
    Unknown,
)
from lyhord.conversations.plan import measure
from lyhord.kit.egress import Refused, Unreachable
from lyhord.kit.problems import NotFound
from lyhord.kit.words import catalogue
from tests.channels.telegram.oracle import faults
from tests.channels.telegram.said import TOKEN, Script, bot, message, no, ok

ANNA = Address("telegram", "5")
AT_THE_COMPANY = Address("telegram", "5@conn")
CONTEXT = Context(1_772_355_600_000, 1_772_355_600_000)


def file(kind: str = "application/pdf", size: int = 100, name: str = "a.pdf") -> Media:
    return Media(name, kind, size, content=b"%PDF\x00\xff")


def planned(folder: Path, **more: Any) -> tuple[Outbound, ...]:
    plan = bot(Script(), folder).plan(Outbound(**{"to": ANNA, **more}), CONTEXT)
    assert isinstance(plan, Plan)
    return plan.parts


async def sent(folder: Path, **more: Any) -> list[tuple[str, Any]]:
    """The calls that carry it, each one held against the list."""
    script = Script(ok(message(71)))
    adapter = bot(script, folder)
    for part in planned(folder, **more):
        assert await adapter.send(part, "key") == Accepted("5:71" if "to" not in more else "conn:5:71")
    for method, body in script.asked:
        if isinstance(body, dict):
            assert faults(method, body) == []
    return script.asked


async def test_words_leave_as_words(tmp_path: Path) -> None:
    assert await sent(tmp_path, text="Hello") == [("sendMessage", {"chat_id": 5, "text": "Hello"})]


async def test_formatted_words_leave_with_entities(tmp_path: Path) -> None:
    ((_, body),) = await sent(tmp_path, text="Hi you", html='<b>Hi</b> <a href="https://a.b">you</a>')
    assert body == {
        "chat_id": 5,
        "text": "Hi you",
        "entities": [
            {"type": "bold", "offset": 0, "length": 2},
            {"type": "text_link", "offset": 3, "length": 3, "url": "https://a.b"},
        ],
    }


async def test_buttons_and_what_is_answered_go_along(tmp_path: Path) -> None:
    ((_, body),) = await sent(tmp_path, text="Which?", buttons=("Red", "Blue"), answers="5:3", quote="A lamp")
    assert body["reply_parameters"] == {"message_id": 3, "allow_sending_without_reply": True}
    assert body["reply_markup"]["inline_keyboard"] == [
        [{"text": "Red", "callback_data": "1"}],
        [{"text": "Blue", "callback_data": "2"}],
    ]


async def test_what_nobody_chose_to_answer_is_not_quoted(tmp_path: Path) -> None:
    assert "reply_parameters" not in (await sent(tmp_path, text="Hello", answers="5:3"))[0][1]


async def test_the_business_account_answers_in_its_own_name(tmp_path: Path) -> None:
    ((_, body),) = await sent(tmp_path, to=AT_THE_COMPANY, text="Hello")
    assert body == {"business_connection_id": "conn", "chat_id": 5, "text": "Hello"}


@pytest.mark.parametrize(
    ("kind", "method", "field"),
    [
        ("image/png", "sendPhoto", "photo"),
        ("image/gif", "sendAnimation", "animation"),
        ("image/tiff", "sendDocument", "document"),
        ("video/mp4", "sendVideo", "video"),
        ("audio/ogg", "sendVoice", "voice"),
        ("audio/mpeg", "sendAudio", "audio"),
        ("application/pdf", "sendDocument", "document"),
    ],
)
async def test_a_file_leaves_as_what_it_is(tmp_path: Path, kind: str, method: str, field: str) -> None:
    ((called, form),) = await sent(tmp_path, text="Look", media=(file(kind, name='a"\r\n.x'),))
    assert called == method
    assert f'name="{field}"; filename="a___.x"\r\nContent-Type: {kind}\r\n\r\n'.encode() in form
    assert b"%PDF\x00\xff\r\n--" in form
    assert b'name="caption"\r\n\r\nLook\r\n' in form
    assert faults(method, {"chat_id": 5, "caption": "Look"}, upload=field) == []


async def test_a_large_picture_leaves_as_a_document(tmp_path: Path) -> None:
    assert (await sent(tmp_path, media=(file("image/png", 10_000_001),)))[0][0] == "sendDocument"


async def test_a_file_from_the_store_is_read_there(tmp_path: Path) -> None:
    script = Script(ok(message(71)))
    adapter = bot(script, tmp_path)
    lost = Outbound(to=ANNA, media=(Media("a.pdf", "application/pdf", 3, file="0" * 64),))
    assert await adapter.send(lost, "key") == Failed("file.lost")
    assert script.calls == []


def test_files_are_messages_of_their_own_and_the_first_carries_the_words(tmp_path: Path) -> None:
    first, second = planned(tmp_path, text="Both", media=(file(), file()), buttons=("Yes",), answers="5:3", quote="x")
    assert (first.text, len(first.media), first.buttons, first.answers) == ("Both", 1, ("Yes",), "5:3")
    assert (second.text, len(second.media), second.buttons, second.answers) == ("", 1, (), None)


def test_words_too_long_for_a_caption_leave_before_the_file(tmp_path: Path) -> None:
    words, bare = planned(tmp_path, text="x" * 1025, media=(file(),))
    assert (len(words.text), words.media, bare.text, len(bare.media)) == (1025, (), "", 1)


def test_long_words_are_counted_as_telegram_counts(tmp_path: Path) -> None:
    parts = planned(tmp_path, text="😀" * 3000)
    assert [measure(part.text, "utf16") for part in parts] == [4096, 1904]


def test_formatted_words_that_are_too_long_leave_plain_and_say_so(tmp_path: Path) -> None:
    items = "".join("<li>item</li>" for _ in range(700))
    said = Outbound(to=ANNA, text="x" * 4000, html=f"<ul>{items}</ul>")
    plan = bot(Script(), tmp_path).plan(said, CONTEXT)
    assert isinstance(plan, Plan)
    assert plan.changes == ("plan.formatting_dropped",)
    assert [part.html for part in plan.parts] == [None]


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (
            no(429, "Too Many Requests: retry after 7", retry_after=7),
            Retry("channel.telegram.too_fast", 7, limit="either"),
        ),
        (no(401, "Unauthorized"), Retry("channel.telegram.bad_token")),
        (no(403, "Forbidden: bot was blocked by the user"), Failed("channel.telegram.blocked")),
        (no(403, "Forbidden: user is deactivated"), Failed("channel.telegram.blocked")),
        (no(400, "Bad Request: chat not found"), Failed("channel.telegram.not_started")),
        (no(400, "Bad Request: something else"), Failed("Bad Request: something else")),
        (no(502, "Bad Gateway"), Unknown("delivery.no_answer")),
        (b"<html>no JSON</html>", Unknown("delivery.no_answer")),
        (Unreachable(f"https://x/bot{TOKEN}", sent=False), Retry("channel.telegram.unreachable")),
        (Unreachable(f"https://x/bot{TOKEN}", sent=True), Unknown("delivery.no_answer")),
        (Refused("10.0.0.1 is not a public address"), Failed("channel.telegram.bad_server")),
    ],
)
async def test_an_answer_means_what_it_says(tmp_path: Path, answer: bytes | Exception, outcome: Outcome) -> None:
    assert await bot(Script(answer), tmp_path).send(Outbound(to=ANNA, text="Hello"), "key") == outcome


def change(deed: Deed, place: str = "5:71", **more: Any) -> Amendment:
    outbound = Outbound(to=ANNA, **{"text": "Otherwise", **more}) if deed == "edit" else None
    return Amendment(deed=deed, message=place, to=ANNA, outbound=outbound, emoji="❤️")


@pytest.mark.parametrize(
    ("amendment", "method", "body"),
    [
        (change("edit"), "editMessageText", {"chat_id": 5, "message_id": 71, "text": "Otherwise"}),
        (
            change("edit", media=(file(),)),
            "editMessageCaption",
            {"chat_id": 5, "message_id": 71, "caption": "Otherwise"},
        ),
        (
            change("edit", "conn:5:71"),
            "editMessageText",
            {"business_connection_id": "conn", "chat_id": 5, "message_id": 71, "text": "Otherwise"},
        ),
        (change("remove"), "deleteMessage", {"chat_id": 5, "message_id": 71}),
        (
            change("remove", "conn:5:71"),
            "deleteBusinessMessages",
            {"business_connection_id": "conn", "message_ids": [71]},
        ),
        (
            change("react", "5:7"),
            "setMessageReaction",
            {"chat_id": 5, "message_id": 7, "reaction": [{"type": "emoji", "emoji": "❤"}]},
        ),
    ],
)
async def test_what_left_is_changed_there(tmp_path: Path, amendment: Amendment, method: str, body: Any) -> None:
    script = Script(ok(True))
    assert await bot(script, tmp_path).amend(amendment, "key") == Accepted("")
    assert script.asked == [(method, body)]
    assert faults(method, body) == []


@pytest.mark.parametrize(
    ("amendment", "answer", "outcome"),
    [
        (change("edit"), no(400, "Bad Request: message is not modified: same"), Accepted("")),
        (change("remove"), no(400, "Bad Request: message to delete not found"), Accepted("")),
        (change("remove"), no(400, "Bad Request: message can't be deleted for everyone"), Failed("amend.too_old")),
        (change("react"), no(400, "Bad Request: REACTION_INVALID"), Failed("channel.telegram.no_such_reaction")),
        (change("edit"), Unreachable("x", sent=True), Retry("delivery.no_answer")),
        (change("react", "conn:5:7"), ok(True), Failed("amend.no_react")),
        (change("react", "button:q"), ok(True), Failed("amend.no_react")),
    ],
)
async def test_a_change_that_is_refused_says_why(
    tmp_path: Path, amendment: Amendment, answer: bytes | Exception, outcome: Outcome
) -> None:
    found = await bot(Script(answer), tmp_path).amend(amendment, "key")
    assert found == outcome
    assert not isinstance(found, (Failed, Retry)) or found.reason in catalogue("en")


async def test_typing_is_shown_where_the_inbox_wants_it(tmp_path: Path) -> None:
    script = Script(ok(True))
    adapter = bot(script, tmp_path)
    assert adapter.descriptor.typing_out
    await adapter.show_typing(AT_THE_COMPANY)
    ((method, body),) = script.asked
    assert body == {"business_connection_id": "conn", "chat_id": 5, "action": "typing"}
    assert faults(method, body) == []
    assert not bot(script, tmp_path, typing=False).descriptor.typing_out


async def test_a_file_is_fetched_by_its_id(tmp_path: Path) -> None:
    script = Script(ok({"file_id": "F", "file_unique_id": "u", "file_path": "photos/1.jpg"}), b"bytes of it")
    media = Media("photo.jpg", "image/jpeg", 9, url="telegram:F")
    assert await bot(script, tmp_path).fetch_media(media) == b"bytes of it"
    asked, fetched = script.calls
    assert asked.body == b'{"file_id":"F"}'
    assert fetched.url == f"https://api.telegram.org/file/bot{TOKEN}/photos/1.jpg"
    assert faults("getFile", {"file_id": "F"}) == []


@pytest.mark.parametrize(
    ("answer", "key"),
    [
        (no(400, "Bad Request: file is too big"), "channel.telegram.file_too_large"),
        (no(400, "Bad Request: wrong file_id"), "problem.not_found"),
    ],
)
async def test_a_file_that_is_not_given_is_given_up(tmp_path: Path, answer: bytes, key: str) -> None:
    with pytest.raises(NotFound) as refused:
        await bot(Script(answer), tmp_path).fetch_media(Media("a", "b", 1, url="telegram:F"))
    assert refused.value.key == key


async def test_a_file_that_may_come_later_is_not_given_up(tmp_path: Path) -> None:
    with pytest.raises(Trouble) as trouble:
        await bot(Script(Unreachable(f"/bot{TOKEN}/", sent=False)), tmp_path).fetch_media(
            Media("a", "b", 1, url="telegram:F")
        )
    assert TOKEN not in repr(trouble.value)
    assert trouble.value.__suppress_context__

"""What leaves for LINE: every body held against LINE's own description, what answers mean, and LINE's side of the webhook."""

import asyncio
import uuid
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from lyhord.channels.line.adapter import Line
from lyhord.channels.line.api import Trouble
from lyhord.channels.line.reading import to_handle
from lyhord.conversations.account import Health
from lyhord.conversations.exchange import (
    Accepted,
    Address,
    Context,
    Failed,
    Media,
    Outbound,
    Outcome,
    Plan,
    Refusal,
    Retry,
    Unknown,
)
from lyhord.kit.problems import NotFound
from lyhord.kit.words import catalogue
from tests.channels.line.said import ANNA, BASE, FIXTURES, GROUP, TOKEN, account, call, faults, fixture, means, signed
from tests.counterparts.loopback import Asked, Said, Service, loopback
from tests.counterparts.prism_server import prism
from tests.waiting import until

TO = Address("line", ANNA)
CONTEXT = Context(1_772_355_600_000, 1_772_355_600_000)
PUSH = "/v2/bot/message/push"
SENT = Said(body={"sentMessages": [{"id": "461230966842064897", "quoteToken": "q"}]})
PNG = Media("lamp.png", "image/png", 900, file="a" * 64)
FILM = Media("lamp.mp4", "video/mp4", 9_000_000, file="b" * 64)
BILL = Media("räkning.pdf", "application/pdf", 900, file="c" * 64)


@pytest.fixture
def service() -> Iterator[Service]:
    """LINE, which takes everything unless a test says otherwise."""
    with loopback(SENT) as found:
        yield found


def line(service: Service | None, folder: Path, **settings: Any) -> Line:
    address = {"api_address": service.address} if service else {}
    return Line(account(**address, **settings), means(folder))


def planned(folder: Path, **more: Any) -> tuple[Outbound, ...]:
    plan = line(None, folder).plan(Outbound(**{"to": TO, **more}), CONTEXT)
    assert isinstance(plan, Plan), plan
    return plan.parts


async def pushed(service: Service, folder: Path, **more: Any) -> list[Any]:
    """The bodies that carry it, each held against LINE's description where that is there."""
    for number, part in enumerate(planned(folder, **more)):
        assert await line(service, folder).send(part, f"key:{number}") == Accepted("461230966842064897")
    bodies = [asked.json for asked in service.to(PUSH)]
    if FIXTURES.is_dir():
        assert [faults(PUSH, body) for body in bodies] == [[] for _ in bodies]
    return bodies


async def test_words_leave_as_words(service: Service, tmp_path: Path) -> None:
    assert await pushed(service, tmp_path, text="Hej 😀") == [
        {"to": ANNA, "messages": [{"type": "text", "text": "Hej 😀"}]}
    ]
    (asked,) = service.asked
    assert asked.headers["authorization"] == f"Bearer {TOKEN}"


async def test_a_group_is_answered_in_the_group(service: Service, tmp_path: Path) -> None:
    (body,) = await pushed(service, tmp_path, text="Hej", group_id=GROUP)
    assert body["to"] == GROUP


async def test_buttons_are_quick_replies_below_the_last_message(service: Service, tmp_path: Path) -> None:
    long = "A button with more words than LINE shows"
    words, picture = await pushed(service, tmp_path, text="Which?", buttons=("Red", long), media=(PNG,))
    assert "quickReply" not in words["messages"][0]
    items = [item["action"] for item in picture["messages"][0]["quickReply"]["items"]]
    assert items == [
        {"type": "postback", "label": "Red", "data": "lyhord:1:Red", "displayText": "Red"},
        {"type": "postback", "label": "A button with more w", "data": f"lyhord:2:{long}", "displayText": long},
    ]


async def test_pictures_and_films_leave_by_their_addresses(service: Service, tmp_path: Path) -> None:
    picture, film = await pushed(service, tmp_path, media=(PNG, FILM))
    at = f"{BASE}/file/lamp.png?lent={'a' * 64}"
    assert picture["messages"] == [{"type": "image", "originalContentUrl": at, "previewImageUrl": at}]
    assert film["messages"][0]["originalContentUrl"].startswith(f"{BASE}/file/lamp.mp4")
    assert film["messages"][0]["previewImageUrl"] == f"{BASE}/app/icon-512.png"


def test_other_files_leave_as_links(tmp_path: Path) -> None:
    large = replace(PNG, name="large.png", size=1_000_001)
    words, picture = planned(tmp_path, text="Look", media=(BILL, large, PNG))
    assert words.text.splitlines() == [
        "Look",
        f"räkning.pdf: {BASE}/file/räkning.pdf?lent={'c' * 64}",
        f"large.png: {BASE}/file/large.png?lent={'a' * 64}",
    ]
    assert picture.media[0].name == "lamp.png"


def test_without_an_address_that_line_calls_files_are_refused(tmp_path: Path) -> None:
    adapter = Line(account(), means(tmp_path, "http://localhost:8000"))
    assert adapter.plan(Outbound(to=TO, media=(PNG,), text="Look"), CONTEXT) == Refusal("plan.file_unsupported")
    assert isinstance(adapter.plan(Outbound(to=TO, text="Look"), CONTEXT), Plan)


async def test_each_message_has_a_key_of_its_own_that_stays(service: Service, tmp_path: Path) -> None:
    adapter, part = line(service, tmp_path), planned(tmp_path, text="Hej")[0]
    for key in ("one", "one", "two"):
        await adapter.send(part, key)
    first, again, other = (uuid.UUID(asked.headers["x-line-retry-key"]) for asked in service.asked)
    assert first == again != other


def refusal(status: int, message: str = "No", **more: Any) -> Said:
    return Said(status, {"message": message, **more})


TWICE = refusal(409, "The retry key is already accepted", sentMessages=[{"id": "4612"}])


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (TWICE, Accepted("4612")),
        (refusal(429, "You have reached your monthly limit."), Failed("channel.line.quota")),
        (
            Said(429, {"message": "Too many"}, (("retry-after", "7"),)),
            Retry("channel.line.too_fast", 7, limit="account"),
        ),
        (refusal(401), Retry("channel.line.bad_token")),
        (refusal(403), Failed("channel.line.forbidden")),
        (refusal(400, "The property, 'to', is invalid"), Failed("channel.line.no_such_customer")),
        (
            refusal(400, "Bad", details=[{"message": "May not be empty", "property": "messages[0].text"}]),
            Failed("400: Bad; messages[0].text: May not be empty"),
        ),
        (refusal(503), Unknown("delivery.no_answer")),
        (Said(500, b"<html>"), Unknown("delivery.no_answer")),
        (Said(cut=True), Unknown("delivery.no_answer")),
    ],
)
async def test_an_answer_means_what_it_says(service: Service, tmp_path: Path, answer: Said, outcome: Outcome) -> None:
    service.answers = answer
    found = await line(service, tmp_path).send(planned(tmp_path, text="Hej")[0], "key")
    assert found == outcome
    assert not isinstance(found, Retry) or found.reason in catalogue("en")


async def test_nobody_there_means_that_nothing_left(service: Service, tmp_path: Path) -> None:
    adapter = Line(account(api_address="http://127.0.0.1:9"), means(tmp_path))
    assert await adapter.send(planned(tmp_path, text="Hej")[0], "key") == Retry("channel.line.unreachable")
    elsewhere = Line(account(api_address="http://10.1.2.3"), means(tmp_path))
    assert await elsewhere.send(planned(tmp_path, text="Hej")[0], "key") == Retry("problem.address_refused", ours=True)


async def test_a_silent_line_leaves_it_unknown(service: Service, tmp_path: Path) -> None:
    late = means(tmp_path)

    async def impatient(call: Any) -> Any:
        return await late.call(replace(call, seconds=1))

    service.answers = Said(hangs=True)
    adapter = Line(account(api_address=service.address), replace(late, call=impatient))
    assert await adapter.send(planned(tmp_path, text="Hej")[0], "key") == Unknown("delivery.no_answer")


async def test_typing_is_shown_to_people_alone(service: Service, tmp_path: Path) -> None:
    adapter = line(service, tmp_path)
    await adapter.show_typing(TO)
    await adapter.show_typing(Address("line", GROUP))
    (asked,) = service.asked
    assert (asked.path, asked.json) == ("/v2/bot/chat/loading/start", {"chatId": ANNA, "loadingSeconds": 10})
    if FIXTURES.is_dir():
        assert faults(asked.path, asked.json) == []
    assert adapter.descriptor.typing_out
    assert not line(service, tmp_path, typing=False).descriptor.typing_out


async def test_files_are_fetched_with_our_token_from_line_alone(service: Service, tmp_path: Path) -> None:
    service.answers = Said(body=b"bytes")
    adapter = line(service, tmp_path)
    assert await adapter.fetch_media(Media("a", "image/jpeg", 0, url="line:325708")) == b"bytes"
    assert await adapter.fetch_media(Media("a", "image/jpeg", 0, url=f"{service.address}/elsewhere")) == b"bytes"
    ours, theirs = service.asked
    assert (ours.path, ours.headers["authorization"]) == ("/v2/bot/message/325708/content", f"Bearer {TOKEN}")
    assert "authorization" not in theirs.headers


@pytest.mark.parametrize(("status", "error"), [(404, NotFound), (410, NotFound), (202, Trouble), (500, Trouble)])
async def test_a_file_that_isnt_there(service: Service, tmp_path: Path, status: int, error: type[Exception]) -> None:
    service.answers = Said(status, b"")
    with pytest.raises(error):
        await line(service, tmp_path).fetch_media(Media("a", "image/jpeg", 0, url="line:325708"))


async def test_names_are_told_on_asking(service: Service, tmp_path: Path) -> None:
    service.answers = Said(body={"displayName": "Anna Öst", "userId": ANNA})
    assert await line(service, tmp_path).fetch_name(TO) == "Anna Öst"
    assert service.asked[0].path == f"/v2/bot/profile/{ANNA}"
    for status, error in ((404, NotFound), (500, Trouble)):
        service.answers = Said(status, {"message": "Not found"})
        with pytest.raises(error):
            await line(service, tmp_path).fetch_name(TO)


async def test_groups_have_names_and_rooms_none(service: Service, tmp_path: Path) -> None:
    service.answers = Said(body={"groupId": GROUP, "groupName": "Lamp club"})
    assert await line(service, tmp_path).fetch_group_name(GROUP) == "Lamp club"
    assert await line(service, tmp_path).fetch_group_name("R123") == ""
    assert [asked.path for asked in service.asked] == [f"/v2/bot/group/{GROUP}/summary"]
    for status, error in ((404, NotFound), (500, Trouble)):
        service.answers = Said(status, {"message": "Not found"})
        with pytest.raises(error):
            await line(service, tmp_path).fetch_group_name(GROUP)


async def test_a_message_with_a_token_is_quoted_by_line_itself_once(service: Service, tmp_path: Path) -> None:
    long = "word " * 1_500
    first, second, _picture = await pushed(
        service, tmp_path, text=long, quote="Which?", handle=to_handle("q7", "r7"), media=(PNG,)
    )
    assert first["messages"][0]["quoteToken"] == "q7"
    assert first["messages"][0]["text"].startswith("word")
    assert "quoteToken" not in second["messages"][0]


@pytest.mark.parametrize("handle", ["", to_handle("", "r7")])
def test_a_message_without_a_token_is_quoted_in_words(tmp_path: Path, handle: str) -> None:
    (part,) = planned(tmp_path, text="That one", quote="Which?", handle=handle)
    assert (part.text, part.handle) == ("> Which?\n\nThat one", "")


async def test_a_message_is_marked_as_read_where_the_inbox_shows_such(service: Service, tmp_path: Path) -> None:
    service.answers = Said(body={})
    shows = line(service, tmp_path, reads=True)
    await line(service, tmp_path).show_read_by(to_handle("q7", "r7"))
    await shows.show_read_by(to_handle("q7", ""))
    assert service.asked == []
    await shows.show_read_by(to_handle("q7", "r7"))
    (asked,) = service.asked
    assert (asked.path, asked.json) == ("/v2/bot/chat/markAsRead", {"markAsReadToken": "r7"})
    if FIXTURES.is_dir():
        assert faults(asked.path, asked.json) == []


Answer = Callable[[Asked], Said]
BOT = {"displayName": "Norrsken Lamps", "basicId": "@123abcde", "userId": "U1", "chatMode": "bot"}


def answering(**answers: Said) -> Answer:
    """By the last word of the path; LINE's calls of our address fit the secret unless told otherwise."""
    usual = {
        "info": Said(body=BOT),
        "quota": Said(body={"type": "limited", "value": 200}),
        "consumption": Said(body={"totalUsage": 37}),
        "endpoint": Said(body={"endpoint": f"{BASE}/in/key", "active": True}),
        "test": Said(body={"success": True, "timestamp": "x", "statusCode": 200, "reason": "OK", "detail": "200"}),
    }
    return lambda asked: {**usual, **answers}[asked.path.rpartition("/")[2]]


async def test_health_says_who_it_is_and_what_is_left(service: Service, tmp_path: Path) -> None:
    service.answers = answering()
    assert await line(service, tmp_path).health() == Health(
        ok=True, who="Norrsken Lamps (37 / 200)", link="https://line.me/R/ti/p/@123abcde"
    )
    service.answers = answering(quota=Said(body={"type": "none"}))
    assert (await line(service, tmp_path).health()).who == "Norrsken Lamps"


@pytest.mark.parametrize(
    ("answer", "problem"),
    [
        (refusal(401), ("access_token", "channel.line.bad_token")),
        (refusal(403), ("access_token", "channel.line.forbidden")),
        (refusal(500), ("", "channel.line.unreachable")),
        (Said(cut=True), ("", "channel.line.unreachable")),
    ],
)
async def test_health_names_what_is_at_fault(
    service: Service, tmp_path: Path, answer: Said, problem: tuple[str, str]
) -> None:
    service.answers = answering(info=answer)
    health = await line(service, tmp_path).health()
    assert [(field, key) for field, key, _ in health.problems] == [problem]
    assert problem[1] in catalogue("en")


async def test_health_names_what_is_missing(tmp_path: Path) -> None:
    bare = Line(replace(account(), secrets={}), means(tmp_path))
    assert [field for field, *_ in (await bare.health()).problems] == ["access_token", "channel_secret"]
    plain = Line(account(), means(tmp_path, "http://localhost:8000"))
    assert (await plain.health()).problems[0][1] == "channel.line.no_https"


class Reports:
    """A door that keeps what is reported."""

    def __init__(self) -> None:
        self.healths: list[Health] = []

    async def report(self, health: Health) -> None:
        self.healths.append(health)


@asynccontextmanager
async def running(adapter: Line) -> AsyncIterator[Reports]:
    door = Reports()
    task = asyncio.create_task(adapter.run(door))  # type: ignore[arg-type]
    try:
        await until(lambda: door.healths or task.done())
        yield door
    finally:
        task.cancel()
        await asyncio.wait([task])


async def test_our_address_is_put_in_and_tried(service: Service, tmp_path: Path) -> None:
    set_at: list[str] = []

    def answers(asked: Asked) -> Said:
        if asked.method == "PUT":
            set_at.append(asked.json["endpoint"])
            return Said()
        if asked.path.endswith("endpoint"):
            return Said(body={"endpoint": set_at[0], "active": True}) if set_at else refusal(404)
        return answering()(asked)

    service.answers = answers
    async with running(line(service, tmp_path)) as door:
        assert door.healths == [Health(ok=True)]
    assert set_at == [f"{BASE}/in/key"]
    (tried,) = service.to("/v2/bot/channel/webhook/test")
    assert tried.json == {"endpoint": f"{BASE}/in/key"}
    if FIXTURES.is_dir():
        assert faults(tried.path, tried.json) == []


def tried(status: int, detail: str = "") -> Said:
    return Said(body={"success": False, "timestamp": "x", "statusCode": status, "reason": "R", "detail": detail})


@pytest.mark.parametrize(
    ("answers", "problem"),
    [
        ({"test": tried(401)}, ("channel_secret", "channel.line.bad_secret", "")),
        ({"test": tried(0, "TLS handshake failure")}, ("", "channel.line.cannot_call", "TLS handshake failure")),
        (
            {"endpoint": Said(body={"endpoint": f"{BASE}/in/key", "active": False})},
            ("", "channel.line.webhook_off", ""),
        ),
    ],
)
async def test_what_is_wrong_with_the_webhook_is_said(
    service: Service, tmp_path: Path, answers: dict[str, Said], problem: tuple[str, str, str]
) -> None:
    service.answers = answering(**answers)
    async with running(line(service, tmp_path)) as door:
        assert door.healths == [Health(ok=False, problems=(problem,))]


@pytest.mark.long
@pytest.mark.proves("line", "Prism", "sent")
async def test_a_server_made_of_lines_own_description_takes_what_we_send(tmp_path: Path) -> None:
    fixture("messaging-api.yml")
    with prism(FIXTURES / "messaging-api.yml") as address:
        adapter = Line(account(api_address=address), means(tmp_path))
        for part in planned(tmp_path, text="Hej 😀", buttons=("Red", "Blue"), media=(PNG, FILM, BILL)):
            assert isinstance(await adapter.send(part, "key"), Accepted)
        await adapter.show_typing(TO)
        assert isinstance(await adapter.fetch_media(Media("a", "image/jpeg", 0, url="line:325708")), bytes)
        nothing = replace(planned(tmp_path, text="Hej")[0], buttons=tuple("abcdefghijklmn"))
        assert isinstance(await adapter.send(nothing, "key"), Failed)


def test_a_call_without_events_is_genuine_too(tmp_path: Path) -> None:
    adapter = line(None, tmp_path)
    assert adapter.verify(signed(call())).ok
    assert adapter.parse(signed(call())) == []

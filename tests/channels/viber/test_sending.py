"""What leaves for Viber, beside what Viber's own library would send; what answers mean; and the webhook that we set."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace
from viberbot.api.messages import FileMessage, PictureMessage, TextMessage, VideoMessage

from lyhord.channels.viber.adapter import EVENTS, Viber
from lyhord.channels.viber.api import Trouble
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
from tests.channels.viber.said import ANNA, BASE, MESSAGE_TOKEN, TOKEN, account, means
from tests.counterparts.loopback import Asked, Said, Service, loopback
from tests.waiting import until

TO = Address("viber", ANNA)
CONTEXT = Context(1_772_355_600_000, 1_772_355_600_000)
SENT = Said(body={"status": 0, "status_message": "ok", "message_token": MESSAGE_TOKEN})
PNG = Media("lamp.png", "image/png", 900, file="a" * 64)
FILM = Media("lamp.mp4", "video/mp4", 9_000_000, file="b" * 64)
BILL = Media("räkning.pdf", "application/pdf", 900, file="c" * 64)


@pytest.fixture
def service() -> Iterator[Service]:
    """Viber, which takes everything unless a test says otherwise."""
    with loopback(SENT) as found:
        yield found


def viber(service: Service | None, folder: Path, **settings: Any) -> Viber:
    address = {"api_address": service.address} if service else {}
    return Viber(account(**address, **settings), means(folder))


def planned(folder: Path, **more: Any) -> tuple[Outbound, ...]:
    plan = viber(None, folder).plan(Outbound(**{"to": TO, **more}), CONTEXT)
    assert isinstance(plan, Plan), plan
    return plan.parts


async def sent(service: Service, folder: Path, **more: Any) -> list[Any]:
    """The bodies that carry it."""
    for number, part in enumerate(planned(folder, **more)):
        assert await viber(service, folder).send(part, f"key:{number}") == Accepted(str(MESSAGE_TOKEN))
    return [asked.json for asked in service.to("/pa/send_message")]


async def test_words_leave_as_words(service: Service, tmp_path: Path) -> None:
    (body,) = await sent(service, tmp_path, text="Hej 😀")
    assert body == {
        "receiver": ANNA,
        "min_api_version": 1,
        "sender": {"name": "Shop"},
        "tracking_data": "lyhord:key:0",
        "type": "text",
        "text": "Hej 😀",
    }
    assert service.asked[0].headers["x-viber-auth-token"] == TOKEN


async def test_files_leave_by_their_addresses(service: Service, tmp_path: Path) -> None:
    large = replace(PNG, name="large.png", size=1_000_001)
    bodies = await sent(service, tmp_path, text="Look", media=(PNG, FILM, BILL, large))
    kinds = [(body["type"], body.get("media", "").partition("?")[0], body.get("file_name")) for body in bodies]
    assert kinds == [
        ("text", "", None),
        ("picture", f"{BASE}/file/lamp.png", None),
        ("video", f"{BASE}/file/lamp.mp4", None),
        ("file", f"{BASE}/file/räkning.pdf", "räkning.pdf"),
        ("file", f"{BASE}/file/large.png", "large.png"),
    ]
    assert bodies[2]["size"] == 9_000_000


async def test_vibers_own_library_would_send_the_same(service: Service, tmp_path: Path) -> None:
    words, picture, film, bill = await sent(service, tmp_path, text="Look", media=(PNG, FILM, BILL))
    theirs = [
        TextMessage(text="Look"),
        PictureMessage(media=picture["media"], text=""),
        VideoMessage(media=film["media"], size=9_000_000),
        FileMessage(media=bill["media"], size=900, file_name="räkning.pdf"),
    ]
    for body, message in zip((words, picture, film, bill), theirs, strict=True):
        assert message.validate()
        wanted = {name: value for name, value in message.to_dict().items() if value is not None}
        assert {name: body[name] for name in wanted} == wanted


async def test_buttons_are_a_keyboard_below_the_last_message(service: Service, tmp_path: Path) -> None:
    words, picture = await sent(service, tmp_path, text="Which?", buttons=("Red", "Blue"), media=(PNG,))
    assert "keyboard" not in words
    keyboard = picture["keyboard"]
    assert picture["tracking_data"] == "lyhord?key:1"
    assert keyboard["Type"] == "keyboard"
    assert [(one["ActionType"], one["ActionBody"], one["Text"]) for one in keyboard["Buttons"]] == [
        ("reply", "Red", "Red"),
        ("reply", "Blue", "Blue"),
    ]


async def test_the_name_fits(service: Service, tmp_path: Path) -> None:
    await viber(service, tmp_path, sender_name="Norrsken Lamps and Lights of Lund").send(
        planned(tmp_path, text="x")[0], "k"
    )
    assert service.asked[0].json["sender"]["name"] == "Norrsken Lamps and Lights of"


def test_without_an_address_that_viber_calls_files_are_refused(tmp_path: Path) -> None:
    adapter = Viber(account(), means(tmp_path, "http://localhost:8000"))
    assert adapter.plan(Outbound(to=TO, media=(PNG,), text="Look"), CONTEXT) == Refusal("plan.file_unsupported")


def refusal(code: int, words: str = "no") -> Said:
    return Said(body={"status": code, "status_message": words})


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (refusal(2, "invalidAuthToken"), Retry("channel.viber.bad_token")),
        (refusal(5, "receiverNotRegistered"), Failed("channel.viber.no_such_customer")),
        (refusal(6, "receiverNotSubscribed"), Failed("channel.viber.not_subscribed")),
        (refusal(7, "publicAccountBlocked"), Failed("channel.viber.suspended")),
        (refusal(10, "webhookNotSet"), Retry("channel.viber.no_webhook")),
        (refusal(11, "receiverNoSuitableDevice"), Failed("channel.viber.old_app")),
        (refusal(12, "tooManyRequests"), Retry("channel.viber.too_fast", 10.0, limit="account")),
        (refusal(21, "unsupportedCountry"), Failed("channel.viber.wrong_country")),
        (refusal(24, "noBalance"), Failed("channel.viber.no_balance")),
        (refusal(3, "badData"), Failed("3: badData")),
        (Said(429, b""), Retry("channel.viber.too_fast", limit="account")),
        (Said(502, b"<html>"), Unknown("delivery.no_answer")),
        (Said(body={"status": 0}), Unknown("delivery.no_answer")),
        (Said(cut=True), Unknown("delivery.no_answer")),
    ],
)
async def test_an_answer_means_what_it_says(service: Service, tmp_path: Path, answer: Said, outcome: Outcome) -> None:
    service.answers = answer
    found = await viber(service, tmp_path).send(planned(tmp_path, text="Hej")[0], "key")
    assert found == outcome
    reason = getattr(found, "reason", "")
    assert not reason.startswith("channel.") or reason in catalogue("en")


async def test_nobody_there_means_that_nothing_left(tmp_path: Path) -> None:
    part = planned(tmp_path, text="Hej")[0]
    away = Viber(account(api_address="http://127.0.0.1:9"), means(tmp_path))
    assert await away.send(part, "key") == Retry("channel.viber.unreachable")
    inside = Viber(account(api_address="http://10.1.2.3"), means(tmp_path))
    assert await inside.send(part, "key") == Retry("problem.address_refused", ours=True)


async def test_a_silent_viber_leaves_it_unknown(service: Service, tmp_path: Path) -> None:
    late = means(tmp_path)

    async def impatient(call: Any) -> Any:
        return await late.call(replace(call, seconds=1.5))

    service.answers = Said(hangs=True)
    adapter = Viber(account(api_address=service.address), replace(late, call=impatient))
    assert await adapter.send(planned(tmp_path, text="Hej")[0], "key") == Unknown("delivery.no_answer")


async def test_files_are_fetched_without_our_token(service: Service, tmp_path: Path) -> None:
    service.answers = Said(body=b"bytes")
    media = Media("a.jpg", "image/jpeg", 0, url=f"{service.address}/1")
    assert await viber(service, tmp_path).fetch_media(media) == b"bytes"
    assert "x-viber-auth-token" not in service.asked[0].headers
    for status, error in ((404, NotFound), (500, Trouble)):
        service.answers = Said(status, b"")
        with pytest.raises(error):
            await viber(service, tmp_path).fetch_media(media)


INFO = {"status": 0, "name": "Norrsken Lamps", "uri": "norrsken", "webhook": "", "event_types": []}


async def test_health_says_who_it_is(service: Service, tmp_path: Path) -> None:
    service.answers = Said(body=INFO)
    health = await viber(service, tmp_path).health()
    assert health == Health(ok=True, who="Norrsken Lamps", link="viber://pa?chatURI=norrsken")


@pytest.mark.parametrize(
    ("answer", "problem"),
    [
        (refusal(2), ("auth_token", "channel.viber.bad_token")),
        (refusal(9), ("", "channel.viber.suspended")),
        (refusal(99), ("", "channel.viber.refused")),
        (Said(cut=True), ("", "channel.viber.unreachable")),
    ],
)
async def test_health_names_what_is_at_fault(
    service: Service, tmp_path: Path, answer: Said, problem: tuple[str, str]
) -> None:
    service.answers = answer
    health = await viber(service, tmp_path).health()
    assert [(field, key) for field, key, _ in health.problems] == [problem]
    assert problem[1] in catalogue("en")


async def test_health_names_what_is_missing(tmp_path: Path) -> None:
    bare = Viber(replace(account(), secrets={}), means(tmp_path))
    assert [field for field, *_ in (await bare.health()).problems] == ["auth_token"]
    plain = Viber(account(), means(tmp_path, "http://localhost:8000"))
    assert (await plain.health()).problems[0][1] == "channel.viber.no_https"


class Reports:
    """A door that keeps what is reported."""

    def __init__(self) -> None:
        self.healths: list[Health] = []

    async def report(self, health: Health) -> None:
        self.healths.append(health)


@asynccontextmanager
async def running(adapter: Viber) -> AsyncIterator[Reports]:
    door = Reports()
    task = asyncio.create_task(adapter.run(door))  # type: ignore[arg-type]
    try:
        await until(lambda: door.healths or task.done())
        yield door
    finally:
        task.cancel()
        await asyncio.wait([task])


async def test_our_address_is_told_once(service: Service, tmp_path: Path) -> None:
    told: dict[str, Any] = {}

    def answers(asked: Asked) -> Said:
        if asked.path == "/pa/set_webhook":
            told.update(webhook=asked.json["url"], event_types=asked.json["event_types"])
        return Said(body={**INFO, **told})

    service.answers = answers
    for _ in range(2):
        async with running(viber(service, tmp_path)) as door:
            assert door.healths == [Health(ok=True)]
    (asked,) = service.to("/pa/set_webhook")
    assert asked.json == {"url": f"{BASE}/in/key", "event_types": [*EVENTS], "send_name": True, "send_photo": False}


async def test_that_viber_cant_call_us_is_said(service: Service, tmp_path: Path) -> None:
    service.answers = lambda asked: refusal(1, "invalidUrl") if asked.path.endswith("webhook") else Said(body=INFO)
    async with running(viber(service, tmp_path)) as door:
        assert door.healths == [Health(ok=False, problems=(("", "channel.viber.cannot_call", "invalidUrl"),))]

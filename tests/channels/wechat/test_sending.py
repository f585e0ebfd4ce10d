"""What leaves for WeChat, what its numbers mean, and the token that all calls need."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from lyhord.channels.wechat.adapter import WeChat
from lyhord.channels.wechat.api import Trouble
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
from lyhord.kit.clock import HOUR
from lyhord.kit.problems import NotFound
from lyhord.kit.words import catalogue
from tests.channels.wechat.said import ANNA, APP_ID, BASE, SECRET, account, tools
from tests.counterparts.loopback import Answers, Asked, Said, Service, loopback

TO = Address("wechat", ANNA)
NOW = 1_772_355_600_000
CONTEXT = Context(NOW, NOW)
SEND, UPLOAD, STABLE = "/cgi-bin/message/custom/send", "/cgi-bin/media/upload", "/cgi-bin/stable_token"
OK = Said(body={"errcode": 0, "errmsg": "ok"})
PNG = Media("lamp.png", "image/png", 8, content=b"\x89PNG\r\n\x00\xff")
FILM = Media("lamp.mp4", "video/mp4", 9_000_000, content=b"film")
VOICE = Media("hej.amr", "audio/amr", 900, content=b"#!AMR")
BILL = Media("räkning.pdf", "application/pdf", 900, file="c" * 64)


class Office:
    """WeChat: hands out tokens, of which only the last is good, and answers the rest as told."""

    def __init__(self, then: Answers = OK) -> None:
        self.then = then
        self.good = 1
        self.lasts = 7_200

    def __call__(self, asked: Asked) -> Said:
        if asked.path == STABLE:
            self.good += asked.json["force_refresh"]
            return Said(body={"access_token": f"token-{self.good}", "expires_in": self.lasts})
        if f"access_token=token-{self.good}" not in asked.query:
            return Said(body={"errcode": 40001, "errmsg": "invalid credential, access_token is invalid"})
        if asked.path == UPLOAD:
            return Said(body={"type": "image", "media_id": "MEDIA", "created_at": 1})
        return self.then if isinstance(self.then, Said) else self.then(asked)


@pytest.fixture
def office() -> Office:
    return Office()


@pytest.fixture
def service(office: Office) -> Iterator[Service]:
    with loopback(office) as found:
        yield found


def wechat(service: Service | None, folder: Path, **settings: Any) -> WeChat:
    address: dict[str, Any] = {"api_address": service.address} if service else {}
    return WeChat(account(**address, **settings), tools(folder))


def planned(folder: Path, **more: Any) -> Plan:
    plan = wechat(None, folder).plan(Outbound(**{"to": TO, **more}), CONTEXT)
    assert isinstance(plan, Plan), plan
    return plan


async def sent(service: Service, folder: Path, **more: Any) -> list[Any]:
    """The bodies that carry it."""
    adapter = wechat(service, folder)
    for part in planned(folder, **more).parts:
        assert await adapter.send(part, "key") == Accepted("")
    return [asked.json for asked in service.to(SEND)]


async def test_words_leave_as_words(service: Service, tmp_path: Path) -> None:
    assert await sent(service, tmp_path, text="你好 😀") == [
        {"touser": ANNA, "msgtype": "text", "text": {"content": "你好 😀"}}
    ]
    assert "\\u" not in service.to(SEND)[0].body.decode(), "WeChat shows escapes as they are"


async def test_buttons_are_a_menu(service: Service, tmp_path: Path) -> None:
    (body,) = await sent(service, tmp_path, text="Which?", buttons=("Red", "Blue"))
    assert body["msgtype"] == "msgmenu"
    assert body["msgmenu"] == {
        "head_content": "Which?",
        "list": [{"id": "1", "content": "Red"}, {"id": "2", "content": "Blue"}],
        "tail_content": "",
    }


async def test_files_are_uploaded_and_leave_before_the_words(service: Service, tmp_path: Path) -> None:
    bodies = await sent(service, tmp_path, text="Look", media=(PNG, FILM, VOICE), buttons=("Thanks",))
    assert [body["msgtype"] for body in bodies] == ["image", "video", "voice", "msgmenu"]
    assert bodies[0]["image"] == {"media_id": "MEDIA"}
    assert bodies[1]["video"] == {"media_id": "MEDIA", "title": "lamp.mp4"}
    picture, film, voice = service.to(UPLOAD)
    assert ["type=image" in picture.query, "type=video" in film.query, "type=voice" in voice.query] == [True] * 3
    assert b'name="media"; filename="lamp.png"' in picture.body
    assert PNG.content is not None
    assert PNG.content in picture.body


def test_other_files_leave_as_links(tmp_path: Path) -> None:
    large = replace(PNG, name="large.png", size=10_000_001, content=None, file="a" * 64)
    plan = planned(tmp_path, text="Look", media=(BILL, large))
    (words,) = plan.parts
    assert words.text.splitlines() == [
        "Look",
        f"räkning.pdf: {BASE}/file/räkning.pdf?lent={'c' * 64}",
        f"large.png: {BASE}/file/large.png?lent={'a' * 64}",
    ]
    assert plan.changes == ("plan.file_as_link",)


async def test_a_file_that_is_lost_is_said_to_be(service: Service, tmp_path: Path) -> None:
    part = Outbound(to=TO, media=(replace(PNG, content=None, file="0" * 64),))
    assert await wechat(service, tmp_path).send(part, "key") == Failed("file.lost")
    assert service.to(SEND) == []


def test_after_48_hours_nothing_may_leave(tmp_path: Path) -> None:
    adapter, words = wechat(None, tmp_path), Outbound(to=TO, text="Hej")
    assert isinstance(adapter.plan(words, Context(NOW, NOW - 48 * HOUR + 1)), Plan)
    assert adapter.plan(words, Context(NOW, NOW - 48 * HOUR)) == Refusal("plan.window_closed")
    assert adapter.plan(words, Context(NOW, None)) == Refusal("plan.not_first")


def refusal(code: int, words: str = "no") -> Said:
    return Said(body={"errcode": code, "errmsg": words})


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (refusal(-1), Retry("channel.wechat.busy")),
        (refusal(40003), Failed("channel.wechat.no_such_customer")),
        (refusal(43004), Failed("channel.wechat.not_following")),
        (refusal(45009), Retry("channel.wechat.too_fast", 60.0, limit="account")),
        (refusal(45015), Failed("channel.wechat.too_late")),
        (refusal(45047), Failed("channel.wechat.too_many")),
        (refusal(48001), Failed("channel.wechat.forbidden")),
        (refusal(87014), Failed("channel.wechat.risky")),
        (refusal(45002, "content size out of limit"), Failed("45002: content size out of limit")),
        (Said(502, b"<html>"), Unknown("delivery.no_answer")),
        (Said(500, {"errcode": 0}), Unknown("delivery.no_answer")),
        (Said(cut=True), Unknown("delivery.no_answer")),
    ],
)
async def test_a_number_means_what_it_says(
    service: Service, office: Office, tmp_path: Path, answer: Said, outcome: Outcome
) -> None:
    office.then = answer
    found = await wechat(service, tmp_path).send(planned(tmp_path, text="Hej").parts[0], "key")
    assert found == outcome
    reason = getattr(found, "reason", "")
    assert not reason.startswith("channel.") or reason in catalogue("en")


async def test_an_upload_that_broke_left_nothing(service: Service, tmp_path: Path) -> None:
    office = Office()
    service.answers = lambda asked: Said(cut=True) if asked.path == UPLOAD else office(asked)
    outcome = await wechat(service, tmp_path).send(Outbound(to=TO, media=(PNG,)), "key")
    assert outcome == Retry("channel.wechat.unreachable")
    assert service.to(SEND) == []


async def test_nobody_there_means_that_nothing_left(tmp_path: Path) -> None:
    part = planned(tmp_path, text="Hej").parts[0]
    away = WeChat(account(api_address="http://127.0.0.1:9"), tools(tmp_path))
    assert await away.send(part, "key") == Retry("channel.wechat.unreachable")
    inside = WeChat(account(api_address="http://10.1.2.3"), tools(tmp_path))
    assert await inside.send(part, "key") == Retry("problem.address_refused", ours=True)


async def test_one_token_serves_all_calls(service: Service, tmp_path: Path) -> None:
    shared = tools(tmp_path)
    adapters = [WeChat(account(api_address=service.address), shared) for _ in range(3)]
    part = planned(tmp_path, text="Hej").parts[0]
    await asyncio.gather(*(adapter.send(part, "key") for adapter in adapters for _ in range(5)))
    (asked,) = service.to(STABLE)
    assert asked.json == {
        "grant_type": "client_credential",
        "appid": APP_ID,
        "secret": SECRET,
        "force_refresh": False,
    }


async def test_two_processes_take_no_token_from_each_other(service: Service, tmp_path: Path) -> None:
    part = planned(tmp_path, text="Hej").parts[0]
    for _ in range(2):
        for process in (wechat(service, tmp_path), wechat(service, tmp_path)):
            assert await process.send(part, "key") == Accepted("")
    assert not any(asked.json["force_refresh"] for asked in service.to(STABLE))


async def test_a_token_about_to_end_is_fetched_anew(service: Service, office: Office, tmp_path: Path) -> None:
    office.lasts = 300
    adapter, part = wechat(service, tmp_path), planned(tmp_path, text="Hej").parts[0]
    for _ in range(2):
        assert await adapter.send(part, "key") == Accepted("")
    assert len(service.to(STABLE)) == 2


async def test_a_token_that_ended_elsewhere_is_replaced_once(service: Service, office: Office, tmp_path: Path) -> None:
    adapter, part = wechat(service, tmp_path), planned(tmp_path, text="Hej").parts[0]
    assert await adapter.send(part, "key") == Accepted("")
    office.good += 1  # somebody forced a new one
    assert await adapter.send(part, "key") == Accepted("")
    assert [asked.json["force_refresh"] for asked in service.to(STABLE)] == [False, False]


async def test_a_token_that_is_never_taken_is_forced_once_and_then_said(service: Service, tmp_path: Path) -> None:
    def answers(asked: Asked) -> Said:
        if asked.path == STABLE:
            return Said(body={"access_token": "same", "expires_in": 7_200})
        return refusal(40001, "invalid credential")

    service.answers = answers
    adapter, part = wechat(service, tmp_path), planned(tmp_path, text="Hej").parts[0]
    for _ in range(2):
        assert await adapter.send(part, "key") == Retry("channel.wechat.bad_secret")
    assert [asked.json["force_refresh"] for asked in service.to(STABLE)] == [False, False, True, False]
    assert len(service.to(SEND)) == 4


async def test_typing_is_shown_where_the_inbox_wants_it(service: Service, tmp_path: Path) -> None:
    adapter = wechat(service, tmp_path)
    await adapter.show_typing(TO)
    (asked,) = service.to("/cgi-bin/message/custom/typing")
    assert asked.json == {"touser": ANNA, "command": "Typing"}
    assert adapter.descriptor.typing_out
    assert not wechat(service, tmp_path, typing=False).descriptor.typing_out


async def test_files_are_fetched_by_their_ids(service: Service, office: Office, tmp_path: Path) -> None:
    media = Media("a", "image/jpeg", 0, url="wechat:M")
    office.then = Said(body=b"\xff\xd8\xffbytes")
    assert await wechat(service, tmp_path).fetch_media(media) == b"\xff\xd8\xffbytes"
    assert "media_id=M" in service.to("/cgi-bin/media/get")[0].query


async def test_a_film_lies_elsewhere(service: Service, office: Office, tmp_path: Path) -> None:
    office.then = Said(body={"video_url": f"{service.address}/film"})
    service.answers = lambda asked: Said(body=b"film") if asked.path == "/film" else office(asked)
    assert await wechat(service, tmp_path).fetch_media(Media("a", "video/mp4", 0, url="wechat:M")) == b"film"
    assert "access_token" not in service.to("/film")[0].query


@pytest.mark.parametrize(
    ("answer", "error"), [(refusal(40007), NotFound), (refusal(-1), Trouble), (Said(500, b"x"), Trouble)]
)
async def test_a_file_that_isnt_there(
    service: Service, office: Office, tmp_path: Path, answer: Said, error: type[Exception]
) -> None:
    office.then = answer
    with pytest.raises(error):
        await wechat(service, tmp_path).fetch_media(Media("a", "image/jpeg", 0, url="wechat:M"))


async def test_health_tries_the_account(service: Service, tmp_path: Path) -> None:
    assert await wechat(service, tmp_path).health() == Health(ok=True, who=APP_ID)


@pytest.mark.parametrize(
    ("answer", "problem"),
    [
        (refusal(40013, "invalid appid"), ("app_id", "channel.wechat.bad_app_id", "")),
        (refusal(40125, "invalid appsecret"), ("app_secret", "channel.wechat.bad_secret", "")),
        (
            refusal(40164, "invalid ip 192.0.2.7, not in whitelist"),
            ("", "channel.wechat.not_listed", "invalid ip 192.0.2.7, not in whitelist"),
        ),
        (refusal(50004, "frozen"), ("", "channel.wechat.refused", "50004: frozen")),
        (Said(cut=True), ("", "channel.wechat.unreachable", "no answer")),
    ],
)
async def test_health_names_what_is_at_fault(
    service: Service, tmp_path: Path, answer: Said, problem: tuple[str, str, str]
) -> None:
    service.answers = answer
    assert await wechat(service, tmp_path).health() == Health(ok=False, problems=(problem,))
    assert problem[1] in catalogue("en")


async def test_health_names_what_is_missing(tmp_path: Path) -> None:
    bare = WeChat(replace(account(), secrets={}, settings={}), tools(tmp_path))
    assert [field for field, *_ in (await bare.health()).problems] == ["app_id", "app_secret", "token"]
    odd = WeChat(replace(account(), secrets={**account().secrets, "aes_key": "short"}), tools(tmp_path))
    assert (await odd.health()).problems == (("aes_key", "channel.wechat.bad_key", ""),)

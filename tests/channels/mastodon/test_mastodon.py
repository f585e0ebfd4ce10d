"""Posts that name us become messages, and answers become posts as public as what they answer."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lyhord.channels.mastodon import receiving
from lyhord.channels.mastodon.adapter import Mastodon
from lyhord.channels.mastodon.api import Server as Api
from lyhord.channels.mastodon.api import Trouble, streams_of
from lyhord.channels.mastodon.markup import to_text
from lyhord.channels.mastodon.receiving import Follower
from lyhord.conversations.exchange import (
    Accepted,
    Address,
    Amendment,
    Context,
    Failed,
    Inbound,
    InboundEdit,
    InboundMessage,
    InboundReaction,
    InboundRemoval,
    Media,
    Outbound,
    Outcome,
    Place,
    Plan,
    Raw,
    Retry,
    Unknown,
)
from lyhord.kit.egress import Call, Refused, Unreachable
from tests.channels.mastodon.said import (
    ANNA,
    MENTION,
    TOKEN,
    RecordingDoor,
    Server,
    account,
    notification,
    status,
    told,
)
from tests.waiting import until

HOST = "social.example"
TO = Address("mastodon", "anna@other.example", "Anna Öst", verified=True)
OURS = {
    "id": "200",
    "account": {"id": "1", "acct": "desk"},
    "content": "<p>Our <b>new</b> lamp</p>",
    "url": "https://x/200",
}


def read(**what: Any) -> list[Inbound]:
    return Mastodon(account()).parse(Raw(told(**what)))


def test_a_public_mention_stands_under_the_post_that_it_answers() -> None:
    answer = status(in_reply_to_id="200", visibility="unlisted")
    [said] = read(notification=notification(status=answer), under=OURS)
    assert said == InboundMessage(
        external_id="201",
        sender=(TO,),
        text="@desk Where is my lamp?",
        at=1_772_355_600_000,
        answers=("200",),
        place=Place("unlisted:200", "https://x/200", "Our new lamp"),
    )


def test_a_mention_by_itself_is_its_own_post() -> None:
    [said] = read(notification=notification())
    assert isinstance(said, InboundMessage)
    assert said.place == Place("public:201", "https://other.example/@Anna/201", "@desk Where is my lamp?")


def test_a_direct_post_is_private_and_a_content_warning_its_subject() -> None:
    [said] = read(notification=notification(status=status(visibility="direct", spoiler_text="money")))
    assert isinstance(said, InboundMessage)
    assert (said.place, said.subject) == (None, "money")


def test_files_have_their_addresses_and_machines_are_called_so() -> None:
    files = [
        {"id": "1", "type": "image", "url": "https://files.example/a/lamp.png", "description": "A lamp"},
        {"id": "2", "type": "gifv", "url": None, "remote_url": "https://files.example/wave"},
        {"id": "3", "type": "unknown", "url": None},
    ]
    [said] = read(notification=notification(status=status(media_attachments=files, account={**ANNA, "bot": True})))
    assert isinstance(said, InboundMessage)
    assert [(one.name, one.type) for one in said.media] == [("lamp.png", "image/png"), ("wave", "video/mp4")]
    assert said.flags == {"automatic"}


def test_favourites_edits_and_deletions() -> None:
    [star] = read(notification=notification(kind="favourite", status=status("200")))
    assert star == InboundReaction(message="200", sender=(TO,), emoji="⭐")
    assert read(again=status(content="<p>Found it</p>")) == [InboundEdit(message="201", sender=(TO,), text="Found it")]
    assert read(gone="201") == [InboundRemoval(message="201")]
    assert read(notification=notification(kind="follow", status=None)) == []


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>One</p><p>Two<br>lines &amp; more</p>", "One\n\nTwo\nlines & more"),
        (
            (
                '<p>See <a href="https://shop.example/lamp?x=1"><span class="invisible">https://</span>'
                '<span class="ellipsis">shop.example/la</span><span class="invisible">mp?x=1</span></a> now</p>'
            ),
            "See https://shop.example/lamp?x=1 now",
        ),
        (f"<p>{MENTION} hi</p>", "@desk hi"),
        (
            '<p>A <a href="https://social.example/tags/lamp" class="mention hashtag">#<span>lamp</span></a></p>',
            "A #lamp",
        ),
        ("<ul><li>one</li><li>two</li></ul>", "- one\n- two"),
        ("<p>" * 9_000 + "deep", "deep"),
    ],
)
def test_html_reads_as_it_is_meant(html: str, text: str) -> None:
    assert to_text(html) == text


@given(st.text())
def test_no_html_raises(html: str) -> None:
    assert isinstance(to_text(f"<p>{html}"), str)


def planned(outbound: Outbound, **settings: Any) -> Plan:
    plan = Mastodon(account(**settings)).plan(outbound, Context(2))
    assert isinstance(plan, Plan)
    return plan


async def sent(folder: Path, outbound: Outbound) -> tuple[Server, Outcome]:
    server = Server(lambda _: (200, {"id": "300"}))
    return server, await server.adapter(folder).send(planned(outbound).parts[0], "key-1")


async def test_an_answer_is_as_public_as_what_it_answers(tmp_path: Path) -> None:
    answer = Outbound(to=TO, text="In spring", answers="201", place=Place("unlisted:200"))
    server, outcome = await sent(tmp_path, answer)
    assert outcome == Accepted("300")
    [call] = server.calls
    assert (call.method, call.url) == ("POST", "https://social.example/api/v1/statuses")
    assert (call.headers["authorization"], call.headers["idempotency-key"]) == (f"Bearer {TOKEN}", "key-1")
    assert server.bodies() == [
        {"status": "@anna@other.example In spring", "visibility": "unlisted", "in_reply_to_id": "201"}
    ]
    assert planned(answer).readers == ""


async def test_a_private_one_is_direct_and_its_plan_warns_who_can_read_it(tmp_path: Path) -> None:
    answer = Outbound(to=TO, text="In spring", answers="201", subject="price")
    assert planned(answer).readers == "channel.mastodon.readers"
    server, _ = await sent(tmp_path, answer)
    assert server.bodies()[0] | {"status": ""} == {
        "status": "",
        "visibility": "direct",
        "in_reply_to_id": "201",
        "spoiler_text": "price",
    }
    named = Outbound(to=TO, text="Hello @Anna@other.example, it is here")
    server, _ = await sent(tmp_path, named)
    assert server.bodies()[0]["status"] == named.text


def test_long_words_fit_with_the_name_of_whom_they_are_to() -> None:
    text = "Ett två tre. " * 100
    parts = planned(Outbound(to=TO, text=text)).parts
    assert all(len(f"@anna@other.example {part.text}") <= 500 for part in parts)
    assert "".join(part.text for part in parts) == text
    assert len(planned(Outbound(to=TO, text=text), text_limit=5_000).parts) == 1


async def test_four_pictures_share_a_post_and_wait_until_the_server_is_done(tmp_path: Path) -> None:
    def still(number: int) -> Media:
        return Media(f"lamp {number}.png", "image/png", 3, content=b"png")

    film = Media("film.mp4", "video/mp4", 4, content=b"film")
    parts = planned(Outbound(to=TO, text="See", media=(*map(still, range(5)), film))).parts
    assert [[one.name for one in part.media] for part in parts] == [
        ["lamp 0.png", "lamp 1.png", "lamp 2.png", "lamp 3.png"],
        ["lamp 4.png"],
        ["film.mp4"],
    ]
    server = Server(lambda _: (200, {"id": "m1"}))
    assert await server.adapter(tmp_path).send(parts[1], "key") == Accepted("m1")
    upload, post = server.calls
    assert upload.url.endswith("/api/v2/media")
    assert b'name="description"\r\n\r\nlamp 4\r\n' in upload.body
    assert json.loads(post.body)["media_ids"] == ["m1"]


async def test_what_left_is_edited_with_its_files_and_withdrawn(tmp_path: Path) -> None:
    server = Server(lambda _: (200, {"id": "300", "media_attachments": [{"id": "m1"}]}))
    adapter = server.adapter(tmp_path)
    edit = Amendment(deed="edit", message="300", to=TO, outbound=Outbound(to=TO, text="In May"))
    assert await adapter.amend(edit, "key") == Accepted("")
    assert server.bodies() == [{"status": "@anna@other.example In May", "media_ids": ["m1"]}]
    assert server.calls[-1].method == "PUT"
    gone = Server(lambda _: (404, {"error": "Record not found"}))
    assert await gone.adapter(tmp_path).amend(Amendment(deed="remove", message="300", to=TO), "k") == Accepted("")
    assert gone.calls[0].method == "DELETE"
    assert await gone.adapter(tmp_path).amend(edit, "k") == Failed("channel.mastodon.gone")


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        ((401, {"error": "The access token is invalid"}), Retry("channel.mastodon.bad_token")),
        ((404, {"error": "Record not found"}), Failed("channel.mastodon.gone")),
        ((422, {"error": "Validation failed: Text can't be blank"}), Failed("Validation failed: Text can't be blank")),
        ((503, b"<html>"), Unknown("delivery.no_answer")),
        (Unreachable("x", sent=True), Unknown("delivery.no_answer")),
        (Unreachable("x", sent=False), Retry("channel.mastodon.unreachable")),
        (Refused("private"), Failed("channel.mastodon.bad_server")),
    ],
)
async def test_each_refusal_means_what_it_says(tmp_path: Path, answer: Any, outcome: Outcome) -> None:
    server = Server(lambda _: answer)
    assert await server.adapter(tmp_path).send(Outbound(to=TO, text="Hi"), "key") == outcome


async def test_too_many_calls_wait_until_the_server_says(tmp_path: Path) -> None:
    headers = {"x-ratelimit-reset": "2026-03-01T09:05:00.000000Z"}
    server = Server(lambda _: (429, {"error": "Too many requests"}, headers))
    with pytest.raises(Trouble) as caught:
        await Api(server.call, "https://social.example", TOKEN, lambda: 1_772_355_600_000).ask("GET", "/x")
    assert caught.value.outcome == Retry("channel.mastodon.too_fast", 300, limit="account")


async def test_health_says_whose_account_it_is_and_how_long_posts_may_be(tmp_path: Path) -> None:
    def answer(call: Call) -> tuple[int, Any]:
        if call.url.endswith("/verify_credentials"):
            return 200, {"id": "1", "acct": "desk", "url": "https://social.example/@desk"}
        return 200, {"configuration": {"statuses": {"max_characters": 500}}}

    health = await Server(answer).adapter(tmp_path).health()
    assert (health.ok, health.who, health.link) == (True, "@desk@social.example", "https://social.example/@desk")
    long = await Server(answer).adapter(tmp_path, text_limit=5_000).health()
    assert long.problems == (("text_limit", "channel.mastodon.shorter", "500"),)
    refused = await Server(lambda _: (401, {"error": "no"})).adapter(tmp_path).health()
    assert refused.problems[0][:2] == ("token", "channel.mastodon.bad_token")
    nothing = await Server(lambda _: (200, b"<html>")).adapter(tmp_path).health()
    assert nothing.problems[0][:2] == ("server", "channel.mastodon.bad_server")


class Feed:
    """A server with notifications and posts, as its account sees it."""

    def __init__(self) -> None:
        self.notifications: list[dict[str, Any]] = [notification("30", status=status("190"))]
        self.posts: dict[str, dict[str, Any]] = {"200": OURS}

    def answer(self, call: Call) -> tuple[int, Any]:
        """As the API does."""
        path, _, query = call.url.removeprefix("https://social.example").partition("?")
        if path == "/api/v1/notifications":
            since = next((one[7:] for one in query.split("&") if one.startswith("min_id=")), None)
            found = [one for one in self.notifications if since is None or int(one["id"]) > int(since)]
            return 200, found[::-1]
        if path == "/api/v1/statuses":
            return 200, [self.posts[key] for key in self.posts if f"id%5B%5D={key}" in query]
        return (200, self.posts[path.rpartition("/")[2]]) if path.rpartition("/")[2] in self.posts else (404, {})

    def hear(self, number: str, said: dict[str, Any]) -> None:
        """Somebody names us."""
        self.posts[said["id"]] = said
        self.notifications.append(notification(number, status=said))


async def test_what_is_said_from_now_on_comes_once_in_order_with_its_post_and_goes_on_after_a_pause() -> None:
    feed, door = Feed(), RecordingDoor()
    server = Api(Server(feed.answer).call, "https://social.example", TOKEN)
    task = asyncio.create_task(Follower(server, HOST, door, poll_seconds=0.01).run())
    await until(lambda: door.state)
    feed.hear("31", status("201", in_reply_to_id="200"))
    feed.hear("32", status("202"))
    await until(lambda: len(door.inbounds) == 2)
    assert [one.external_id for one in door.inbounds if isinstance(one, InboundMessage)] == ["201", "202"]
    assert isinstance(door.inbounds[0], InboundMessage)
    assert door.inbounds[0].place == Place("public:200", "https://x/200", "Our new lamp")
    feed.posts["201"] |= {"edited_at": "2026-03-01T09:01:00.000Z", "content": "<p>Found it</p>"}
    del feed.posts["202"]
    await until(lambda: len(door.inbounds) == 4)
    assert {type(one) for one in door.inbounds[2:]} == {InboundEdit, InboundRemoval}
    task.cancel()
    feed.hear("33", status("203"))
    again = asyncio.create_task(Follower(server, HOST, door, poll_seconds=0.01).run())
    await until(lambda: len(door.inbounds) == 5)
    again.cancel()
    assert isinstance(door.inbounds[-1], InboundMessage)
    assert door.inbounds[-1].external_id == "203"


async def test_what_the_server_tells_of_is_fetched_at_once_and_where_it_says_nothing_by_the_clock(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(receiving, "PAUSE", 10)
    feed, door = Feed(), RecordingDoor()
    said: asyncio.Queue[str] = asyncio.Queue()
    asked: list[Call] = []

    def answer(call: Call) -> tuple[int, Any]:
        urls = {"configuration": {"urls": {"streaming": "wss://streams.example"}}}
        return (200, urls) if call.url.endswith("/api/v2/instance") else feed.answer(call)

    async def lines(call: Call) -> AsyncIterator[str]:
        asked.append(call)
        while (line := await said.get()) != "end":
            yield line

    server = Api(Server(answer).call, "https://social.example", TOKEN, lines=lines)
    task = asyncio.create_task(Follower(server, HOST, door, poll_seconds=3600).run())
    await until(lambda: asked and door.state)
    feed.hear("31", status("201"))
    said.put_nowait(":)")
    await until(lambda: len(door.inbounds) == 1)
    feed.hear("32", status("202"))
    for line in ("event: notification", 'data: {"id":"32"}', ""):
        said.put_nowait(line)
    await until(lambda: len(door.inbounds) == 2)
    feed.hear("33", status("203"))
    for line in ("end", ":)"):
        said.put_nowait(line)
    await until(lambda: len(door.inbounds) == 3)
    task.cancel()
    assert len(asked) == 2
    assert asked[0].url == "https://streams.example/api/v1/streaming/user/notification"
    assert asked[0].headers["authorization"] == f"Bearer {TOKEN}"


@pytest.mark.parametrize(
    ("says", "where"),
    [
        (b'{"configuration":{"urls":{"streaming":"wss://a.example/"}}}', "https://a.example"),
        (b'{"configuration":{"urls":{"streaming":"ftp://a.example"}}}', ""),
        (b'{"configuration":[]}', ""),
        (b"<html>", ""),
    ],
)
def test_a_server_says_where_it_streams(says: bytes, where: str) -> None:
    assert streams_of(says) == where


async def test_trouble_is_told_and_ends() -> None:
    feed, door = Feed(), RecordingDoor()
    well = False

    def answer(call: Call) -> tuple[int, Any]:
        return feed.answer(call) if well else (401, {"error": "The access token was revoked"})

    server = Api(Server(answer).call, "https://social.example", TOKEN)
    task = asyncio.create_task(Follower(server, HOST, door, poll_seconds=0.01).run())
    await until(lambda: door.reports)
    assert door.reports[-1].problems == (("token", "channel.mastodon.bad_token", "The access token was revoked"),)
    well = True
    await until(lambda: door.reports[-1].ok)
    task.cancel()

"""Posts and private messages become messages, and answers become posts in their thread, or private messages."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lyhord.channels.bluesky.adapter import Bluesky
from lyhord.channels.bluesky.facets import from_facets, to_facets
from lyhord.channels.bluesky.keys import moment_of, record_key, said_at
from lyhord.channels.bluesky.reading import read_told
from lyhord.channels.bluesky.receiving import Follower
from lyhord.channels.bluesky.session import Server
from lyhord.conversations.exchange import (
    Accepted,
    Address,
    Amendment,
    Context,
    Failed,
    Inbound,
    InboundMessage,
    InboundReaction,
    InboundRemoval,
    Media,
    Outbound,
    Outcome,
    Place,
    Plan,
    Refusal,
    Retry,
    Unknown,
)
from lyhord.conversations.plan import measure
from lyhord.kit.egress import Call, Unreachable
from lyhord.kit.ids import id_time, new_id
from tests.channels.bluesky.said import (
    ANNA,
    ME,
    NAME,
    PASSWORD,
    Found,
    Services,
    account,
    entry,
    notification,
    record,
    uri,
)
from tests.channels.bluesky.said import told as as_told
from tests.channels.mastodon.said import RecordingDoor
from tests.waiting import until

TO = Address("bluesky", "did:plc:anna", "Anna Öst", verified=True)
ROOT = {"uri": uri("3root", ME), "cid": "bafyroot"}
PARENT = {"uri": uri("3mine", ME), "cid": "bafymine"}
KEY = "019ca8a0-3e80-72f8-bb5e-7ecaf086f265"


def read(**what: Any) -> list[Inbound]:
    return read_told(as_told(**what), ME)


def test_an_answer_stands_under_the_first_post_of_its_thread() -> None:
    answer = record(reply={"root": ROOT, "parent": PARENT})
    [said] = read(notification=notification(reason="reply", record=answer), root=record("Our new lamp"))
    assert said == InboundMessage(
        external_id=uri("3aaa"),
        sender=(TO,),
        text="Where is my lamp?",
        at=1_772_355_600_000,
        answers=(PARENT["uri"],),
        place=Place(ROOT["uri"], f"https://bsky.app/profile/{ME}/post/3root", "Our new lamp"),
    )
    [own] = read(notification=notification())
    assert isinstance(own, InboundMessage)
    assert own.place == Place(uri("3aaa"), "https://bsky.app/profile/did:plc:anna/post/3aaa", "Where is my lamp?")


def test_pictures_and_shortened_links_are_read() -> None:
    text = "Se 💡 shop.example/la... nu"
    start = len("Se 💡 ".encode())
    link = {"$type": "app.bsky.richtext.facet#link", "uri": "https://shop.example/lamp?x=1"}
    facet = {"index": {"byteStart": start, "byteEnd": start + len("shop.example/la...")}, "features": [link]}
    image = {"alt": "", "image": {"$type": "blob", "ref": {"$link": "bafypic"}, "mimeType": "image/png", "size": 9}}
    embed = {"$type": "app.bsky.embed.images", "images": [image, {"image": "broken"}]}
    [said] = read(notification=notification(record=record(text, facets=[facet, "no"], embed=embed)))
    assert isinstance(said, InboundMessage)
    assert said.text == "Se 💡 https://shop.example/lamp?x=1 nu"
    url = "https://cdn.bsky.app/img/feed_fullsize/plain/did:plc:anna/bafypic@jpeg"
    assert said.media == (Media("picture-1.jpg", "image/jpeg", 9, url=url),)


def test_likes_and_deletions_and_what_is_no_message() -> None:
    [like] = read(notification=notification("3like", "like", reasonSubject=PARENT["uri"]))
    assert like == InboundReaction(message=PARENT["uri"], sender=(TO,), emoji="❤️", external_id=uri("3like"))
    assert read(gone=uri("3aaa")) == [InboundRemoval(message=uri("3aaa"))]
    assert read(notification=notification(reason="follow")) == []


def test_private_messages_come_from_others_alone() -> None:
    [said] = read(entry=entry(), members=[ANNA])
    assert said == InboundMessage(external_id="c1", sender=(TO,), text="In private", at=1_772_355_600_000)
    assert read(entry=entry(message={"id": "c2", "text": "Ours", "sender": {"did": ME}}), members=[ANNA]) == []
    assert read(entry=entry("logDeleteMessage"), members=[ANNA]) == [InboundRemoval(message="c1")]
    sign = {"value": "🎉", "sender": {"did": ANNA["did"]}}
    [reaction] = read(entry=entry("logAddReaction", reaction=sign), members=[ANNA])
    assert reaction == InboundReaction(message="c1", sender=(TO,), emoji="🎉", alone=False)
    assert read(entry=entry("logBeginConvo", message={})) == []


@given(
    st.text(max_size=60), st.lists(st.dictionaries(st.sampled_from(["index", "features"]), st.integers()), max_size=3)
)
def test_no_facet_raises(text: str, facets: list[Any]) -> None:
    assert from_facets(text, facets) == text.encode("utf-8", "replace").decode("utf-8", "replace")


@given(st.text(max_size=40))
def test_facets_point_at_bytes(text: str) -> None:
    whole = f"{text} https://shop.example/lamp, @anna.example! {text}"
    raw = whole.encode("utf-8", "replace")
    shown = [
        raw[one["index"]["byteStart"] : one["index"]["byteEnd"]].decode("utf-8", "replace")
        for one in to_facets(whole, {"anna.example": "did:plc:anna"})
    ]
    assert {"https://shop.example/lamp", "@anna.example"} <= set(shown)


def test_a_record_is_named_by_its_delivery() -> None:
    assert record_key(KEY) == record_key(KEY)
    assert len({record_key(one) for one in (KEY, f"{KEY}.1", new_id(), "anything")}) == 4
    assert all(len(record_key(one)) == 13 for one in (KEY, "anything"))
    assert moment_of(f"{KEY}.1") == id_time(KEY)
    assert said_at(KEY).endswith("Z")


def planned(outbound: Outbound, **settings: Any) -> Plan:
    plan = Bluesky(account(**settings)).plan(outbound, Context(2))
    assert isinstance(plan, Plan), plan
    return plan


def test_posts_have_300_characters_as_people_see_them_and_3000_bytes() -> None:
    aloud = Outbound(to=TO, text="👩‍👩‍👧" * 300, place=Place(ROOT["uri"]))
    parts = planned(aloud).parts
    assert len(parts) > 1
    assert all(len(part.text.encode()) <= 3_000 and measure(part.text, "graphemes") <= 300 for part in parts)
    assert "".join(part.text for part in parts) == aloud.text
    assert len(planned(Outbound(to=TO, text="å" * 300, place=Place("x"))).parts) == 1
    assert len(planned(Outbound(to=TO, text="å" * 301, place=Place("x"))).parts) == 2
    assert len(planned(Outbound(to=TO, text="å" * 900)).parts) == 1


def test_pictures_go_into_posts_alone() -> None:
    stills = tuple(Media(f"{number}.png", "image/png", 9, file="0" * 64) for number in range(5))
    parts = planned(Outbound(to=TO, text="See", media=stills, place=Place("x"))).parts
    assert [len(part.media) for part in parts] == [4, 1]
    refused = Bluesky(account()).plan(Outbound(to=TO, text="See", media=stills), Context(2))
    assert refused == Refusal("plan.file_unsupported")


def test_without_private_messages_nobody_is_written_to_alone() -> None:
    refused = Bluesky(account(chat=False)).plan(Outbound(to=TO, text="Hello"), Context(2))
    assert refused == Refusal("plan.not_first")


async def test_a_private_message_goes_to_the_service_that_keeps_them(tmp_path: Path) -> None:
    def answer(name: str, _: Call) -> Found:
        return 200, {"convo": {"id": "k1"}} if name.endswith("getConvoForMembers") else {"id": "c9", "rev": "3"}

    services = Services(answer)
    said = Outbound(to=TO, text="See https://shop.example now")
    assert await services.adapter(tmp_path).send(said, KEY) == Accepted("c9")
    [body] = services.asked("chat.bsky.convo.sendMessage")
    assert (body["convoId"], body["message"]["text"], len(body["message"]["facets"])) == ("k1", said.text, 1)
    assert {one.headers["atproto-proxy"] for one in services.calls} == {"did:web:api.bsky.chat#bsky_chat"}
    private = Amendment(deed="remove", message="c9", to=TO)
    assert await services.adapter(tmp_path).amend(private, "k") == Failed("channel.bluesky.private_stays")


@pytest.mark.parametrize(
    ("found", "public", "private"),
    [
        ((401, {"error": "AuthMissing"}), *[Retry("channel.bluesky.bad_password")] * 2),
        ((400, {"error": "InvalidRequest", "message": "recipient has disabled incoming messages"}),
         *[Failed("recipient has disabled incoming messages")] * 2),
        (
            (429, {"error": "RateLimitExceeded"}, {"ratelimit-reset": "1772355660"}),
            *[Retry("channel.bluesky.too_fast", 60, limit="account")] * 2,
        ),
        ((502, b"<html>"), Retry("delivery.no_answer"), Unknown("delivery.no_answer")),
        (Unreachable("x", sent=True), Retry("delivery.no_answer"), Unknown("delivery.no_answer")),
        (Unreachable("x", sent=False), *[Retry("channel.bluesky.unreachable")] * 2),
    ],
)  # fmt: skip
async def test_each_refusal_means_what_it_says(tmp_path: Path, found: Found, public: Outcome, private: Outcome) -> None:
    adapter = Services(lambda *_: found).adapter(tmp_path)
    assert await adapter.send(Outbound(to=TO, text="Hi", place=Place("x")), KEY) == public
    assert await adapter.send(Outbound(to=TO, text="Hi"), KEY) == private


async def test_a_stale_session_is_renewed_once_for_all_who_wait(tmp_path: Path) -> None:
    def answer(_: str, call: Call) -> Found:
        fresh = call.headers["authorization"] == "Bearer a2"
        return (200, {"feeds": []}) if fresh else (400, {"error": "ExpiredToken", "message": "Token has expired"})

    services = Services(answer)
    tools = services.tools(tmp_path)
    one, other = (Server(tools, "https://bsky.social", "firm.example", PASSWORD) for _ in range(2))
    await asyncio.gather(*(each.get("app.bsky.x") for each in (one, other) for _ in range(5)))
    assert services.signed_in == 2


class Feed:
    """Bluesky as the account sees it."""

    def __init__(self) -> None:
        self.notifications = [notification("3old", indexedAt="2026-03-01T08:00:00.000Z")]
        self.entries: list[dict[str, Any]] = []
        self.posts = {uri("3one"), uri("3two")}

    def answer(self, name: str, call: Call) -> Found:
        """As the services do."""
        if name == NAME:
            return 200, {"notifications": self.notifications[::-1]}
        if name == "app.bsky.feed.getPosts":
            return 200, {"posts": [{"uri": one} for one in self.posts]}
        if name == "chat.bsky.convo.getLog":
            seen = int(call.url.partition("cursor=")[2] or 0)
            return 200, {"cursor": str(max(1, len(self.entries) + 1)), "logs": self.entries[max(0, seen - 1) :]}
        if name == "chat.bsky.convo.getConvo":
            return 200, {"convo": {"id": "k1", "members": [ANNA]}}
        return 200, {"uri": ROOT["uri"], "cid": ROOT["cid"], "value": record("Our new lamp")}

    def hear(self, key: str, minute: int, **more: Any) -> None:
        """Somebody says something to us."""
        self.notifications.append(notification(key, indexedAt=f"2026-03-01T09:0{minute}:00.000Z", **more))


async def test_what_is_said_from_now_on_comes_once_in_order_in_public_and_in_private(tmp_path: Path) -> None:
    feed, door = Feed(), RecordingDoor()
    server = Server(Services(feed.answer).tools(tmp_path), "https://bsky.social", "firm.example", PASSWORD)
    task = asyncio.create_task(Follower(server, door, chat=True, poll_seconds=0.01).run())
    await until(lambda: door.state.get("cursor"))
    feed.hear("3one", 1, reason="reply", record=record(reply={"root": ROOT, "parent": PARENT}))
    feed.hear("3two", 2)
    await until(lambda: len(door.inbounds) == 2)
    assert [one.external_id for one in door.inbounds if isinstance(one, InboundMessage)] == [uri("3one"), uri("3two")]
    assert isinstance(door.inbounds[0], InboundMessage)
    assert door.inbounds[0].place is not None
    assert door.inbounds[0].place.text == "Our new lamp"
    feed.entries.append(entry())
    await until(lambda: len(door.inbounds) == 3)
    assert isinstance(door.inbounds[2], InboundMessage)
    assert (door.inbounds[2].text, door.inbounds[2].place) == ("In private", None)
    feed.posts.remove(uri("3two"))
    await until(lambda: len(door.inbounds) == 4)
    assert door.inbounds[3] == InboundRemoval(message=uri("3two"))
    task.cancel()
    feed.hear("3three", 3)
    again = asyncio.create_task(Follower(server, door, chat=True, poll_seconds=0.01).run())
    await until(lambda: len(door.inbounds) >= 5)
    again.cancel()
    assert isinstance(door.inbounds[4], InboundMessage)
    assert door.inbounds[4].external_id == uri("3three")


async def test_trouble_is_told_and_ends(tmp_path: Path) -> None:
    feed, door = Feed(), RecordingDoor()
    well = False

    def answer(name: str, call: Call) -> Found:
        return feed.answer(name, call) if well else (502, b"<html>")

    server = Server(Services(answer).tools(tmp_path), "https://bsky.social", "firm.example", PASSWORD)
    task = asyncio.create_task(Follower(server, door, chat=False, poll_seconds=0.01).run())
    await until(lambda: door.reports)
    assert door.reports[-1].problems[0][:2] == ("", "channel.bluesky.unreachable")
    well = True
    await until(lambda: door.reports[-1].ok)
    task.cancel()


async def test_health_says_whose_account_it_is_and_whether_private_messages_can_be_read(tmp_path: Path) -> None:
    well = await Services(lambda *_: (200, {"convos": []})).adapter(tmp_path).health()
    assert (well.ok, well.who, well.link) == (True, "@firm.example", "https://bsky.app/profile/firm.example")
    refused = (403, {"error": "InvalidToken", "message": "Bad token method"})
    closed = await Services(lambda *_: refused).adapter(tmp_path).health()
    assert closed.problems[0][:2] == ("chat", "channel.bluesky.no_chat")

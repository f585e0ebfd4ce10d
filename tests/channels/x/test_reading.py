"""What X tells becomes messages, receipts and echoes; what it signs is believed, and nothing else."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lyhord.channels.x.adapter import X
from lyhord.channels.x.hooking import PRIVATE_EVENTS, PUBLIC_EVENTS
from lyhord.channels.x.signing import sign
from lyhord.conversations.exchange import (
    Address,
    Inbound,
    InboundMessage,
    InboundRemoval,
    InboundStatus,
    InboundTyping,
    Media,
    Place,
    Raw,
    Unsupported,
)
from lyhord.kit.words import catalogue
from tests.channels.x.accounts import ME, OTHER, account, direct, read, told, user

ANNA = Address("x", OTHER, "Anna Öst", verified=True)
POST: dict[str, Any] = {
    "id": "2080765813578191303",
    "conversation_id": "2080765813578191303",
    "created_at": "2026-07-24T21:23:23.000Z",
    "author_id": OTHER,
    "text": "hey @ExampleUser, 1 &lt; 2 &amp;amp; see https://t.co/abc",
    "edit_history_tweet_ids": ["2080765813578191303"],
    "display_text_range": [0, 16],
    "entities": {
        "mentions": [{"start": 4, "start_str": "4", "end": 16, "end_str": "16", "username": "ExampleUser", "id": ME}],
        "urls": [{"start": 30, "end": 46, "url": "https://t.co/abc", "expanded_url": "https://shop.example/lamp"}],
    },
    "reply_settings": "everyone",
    "lang": "und",
}
INCLUDES = {"users": [user(), user(ME, "Example User", "ExampleUser")]}
ROOT = {"id": "20", "text": "Our new lamp", "author_id": ME, "conversation_id": "20"}


def said(found: list[Inbound]) -> InboundMessage:
    [one] = found
    assert isinstance(one, InboundMessage)
    return one


def test_a_mention_is_a_public_message_with_whole_addresses() -> None:
    words = "hey @ExampleUser, 1 < 2 &amp; see https://shop.example/lamp"
    assert read("post.mention.create", POST, INCLUDES) == [
        InboundMessage(
            external_id="2080765813578191303",
            sender=(ANNA,),
            text=words,
            at=1_784_928_203_000,
            place=Place(
                "2080765813578191303",
                "https://x.com/i/web/status/2080765813578191303",
                "hey @ExampleUser, 1 < 2 &amp; see https://t.co/abc",
            ),
        )
    ]


def test_a_reply_stands_under_the_first_post_and_answers_the_nearest() -> None:
    reply = {**POST, "conversation_id": "20", "in_reply_to_user_id": ME}
    reply["referenced_tweets"] = [{"type": "quoted", "id": "9"}, {"type": "replied_to", "id": "21"}]
    one = said(read("post.reply.create", reply, {**INCLUDES, "tweets": [ROOT, POST]}))
    assert one.place == Place("20", "https://x.com/i/web/status/20", "Our new lamp")
    assert one.answers == ("21", "9")


def test_a_post_that_is_told_thrice_is_called_the_same() -> None:
    quote = {**POST, "referenced_tweets": [{"type": "quoted", "id": "20"}]}
    kinds = ("post.mention.create", "post.reply.create", "post.quote.create")
    assert {said(read(kind, quote, INCLUDES)).external_id for kind in kinds} == {POST["id"]}
    assert said(read("post.quote.create", quote, INCLUDES)).answers == ("20",)


def test_long_posts_and_their_files_are_whole() -> None:
    links = [{"url": "https://t.co/pic", "expanded_url": "https://x.com/anna/status/1/photo/1", "media_key": "3_1"}]
    film = {"media_key": "7_2", "type": "video", "preview_image_url": "https://pbs.twimg.com/p.jpg"}
    film["variants"] = [  # type: ignore[assignment]
        {"content_type": "application/x-mpegURL", "url": "https://video.twimg.com/a.m3u8"},
        {"content_type": "video/mp4", "bit_rate": 1, "url": "https://video.twimg.com/small.mp4"},
        {"content_type": "video/mp4", "bit_rate": 2, "url": "https://video.twimg.com/large.mp4?tag=1"},
    ]
    media = [{"media_key": "3_1", "type": "photo", "url": "https://pbs.twimg.com/media/lamp.png"}, film]
    post = {
        **POST,
        "text": "It begins… https://t.co/pic",
        "entities": {"urls": links},
        "note_tweet": {"text": "It begins and goes on", "entities": None},
        "attachments": {"media_keys": ["3_1", "7_2", "3_9"]},
    }
    one = said(read("post.mention.create", post, {"media": media}))
    assert one.text == "It begins and goes on"
    assert one.media == (
        Media("lamp.png", "image/png", 0, url="https://pbs.twimg.com/media/lamp.png"),
        Media("large.mp4", "video/mp4", 0, url="https://video.twimg.com/large.mp4?tag=1"),
    )
    short = said(read("post.mention.create", {**post, "note_tweet": None}, {"media": media}))
    assert short.text == "It begins…"
    without = said(read("post.mention.create", {**post, "note_tweet": None}))
    assert without.text == "It begins… https://x.com/anna/status/1/photo/1"


def test_the_companys_replies_to_others_are_ours_and_its_posts_are_nothing() -> None:
    own = {**POST, "author_id": ME}
    assert read("post.create", own, INCLUDES) == []
    reply = {**own, "in_reply_to_user_id": OTHER, "referenced_tweets": [{"type": "replied_to", "id": "50"}]}
    one = said(read("post.create", reply, INCLUDES))
    assert (one.ours, one.sender, one.answers) == (True, (ANNA,), ("50",))
    thread = said(read("post.create", {**reply, "in_reply_to_user_id": ME}, INCLUDES))
    assert (thread.ours, thread.sender) == (True, ())
    assert read("post.delete", {"id": "60", "author_id": ME}) == [InboundRemoval(message="60")]


def test_who_leaves_posts_aside_hears_none() -> None:
    assert read("post.mention.create", POST, INCLUDES, posts=False) == []
    assert not X(account(posts=False)).descriptor.public


def test_a_program_is_flagged() -> None:
    robot = user(affiliation={"description": "Automated", "badge_url": "https://pbs.twimg.com/x"})
    assert said(read("post.mention.create", POST, {"users": [robot]})).flags == {"automatic"}
    assert said(read("post.mention.create", POST, INCLUDES)).flags == frozenset()


def test_private_messages_are_told_from_posts() -> None:
    assert read("dm.received", direct()) == [
        InboundMessage(external_id="dm:2080765901528535096", sender=(ANNA,), text="hello!", at=1_784_928_224_372)
    ]
    echo = said(read("dm.sent", direct(ME, OTHER)))
    assert (echo.ours, echo.sender) == (True, (ANNA,))


def test_the_file_of_a_private_message() -> None:
    photo = {"id": 1, "media_url_https": "https://ton.twitter.com/1.1/ton/data/dm/1/2/lamp.jpg", "type": "photo"}
    photo["url"] = "https://t.co/pic"
    links = [{"url": "https://t.co/pic", "expanded_url": "https://twitter.com/messages/media/1"}]
    data = {"text": "look https://t.co/pic", "entities": {"urls": links}}
    one = said(read("dm.received", direct(data={**data, "attachment": {"type": "media", "media": photo}})))
    assert one.text == "look"
    assert one.media == (Media("lamp.jpg", "image/jpeg", 0, url=photo["media_url_https"]),)  # type: ignore[arg-type]


def test_what_customers_read_and_that_they_type() -> None:
    event = {"created_timestamp": "1784928300000", "sender_id": OTHER, "target": {"recipient_id": ME}}
    seen = {"direct_message_mark_read_events": [{**event, "last_read_event_id": "900"}], "users": {}}
    peer = Address("x", OTHER, verified=True)
    assert read("dm.read", seen) == [InboundStatus(reference="dm:900", state="read", at=1_784_928_300_000, peer=peer)]
    typing = {"direct_message_indicate_typing_events": [event], "users": {OTHER: user()}}
    assert read("dm.indicate_typing", typing) == [InboundTyping(sender=(ANNA,))]
    own = {**event, "sender_id": ME}
    assert read("dm.read", {"direct_message_mark_read_events": [own]}) == []
    assert read("dm.indicate_typing", {"direct_message_indicate_typing_events": [own]}) == []


def test_what_is_encrypted_is_said_to_be() -> None:
    chat = {"id": "e4f4d3fc", "sender_id": OTHER, "encoded_event": "CwAB", "conversation_id": f"{OTHER}:{ME}"}
    [one] = read("chat.received", chat)
    sender = (Address("x", OTHER, verified=True),)
    assert one == Unsupported(external_id="chat:e4f4d3fc", reason="channel.x.sealed", sender=sender)
    assert read("chat.sent", chat) == []
    assert "encrypted" in catalogue("en")["channel.x.sealed"]


def test_what_isnt_ours_or_isnt_known_is_said() -> None:
    [other] = X(account()).parse(Raw(told("dm.received", direct(), whose="3333")))
    assert other == Unsupported(external_id="-7", reason="channel.x.other_account")
    assert read("post.brandnew", {}) == [Unsupported(external_id="-7", reason="channel.x.unshown")]
    assert read("like.create", {}) == read("oauth.revoke", {}) == []
    for kind in (*PRIVATE_EVENTS, *PUBLIC_EVENTS):
        [odd] = read(kind, [1])
        assert isinstance(odd, Unsupported), kind


@given(
    kind=st.sampled_from([*PRIVATE_EVENTS, *PUBLIC_EVENTS]),
    payload=st.recursive(
        st.none() | st.text(max_size=5) | st.integers() | st.sampled_from([ME, OTHER]),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from([*POST, "direct_message_events", "message_create", "users", "data"]), inner
            )
        ),
        max_leaves=15,
    ),
)
def test_no_event_raises(kind: str, payload: Any) -> None:
    for one in read(kind, payload, payload if isinstance(payload, dict) else None):
        assert not isinstance(one, InboundMessage | Unsupported) or one.external_id


# Made by hand: printf '%s' BODY | openssl dgst -sha256 -hmac "the secret/of+app" -binary | base64
SIGNED = "sha256=O1R+oEVj7yeUOGlJUdLph58/ck4A/uyx3uLpLD3EOYc="
CRC = "sha256=uvDlx+x1+gRhCUpRsRuWCDXrJEqFJmiQC4BCEp1cZtU="


def test_a_signature_over_the_raw_bytes_proves_a_call() -> None:
    adapter, body = X(account()), b'{"data":{}}'
    headers = {"x-twitter-webhooks-signature": SIGNED}
    assert adapter.verify(Raw(body, headers)).ok
    assert not adapter.verify(Raw(body + b" ", headers)).ok
    assert not adapter.verify(Raw(body)).ok
    assert not X(account(consumer_secret="")).verify(Raw(body, headers)).ok


def test_the_newer_signature_counts_where_the_app_has_its_secret() -> None:
    body = b'{"data":{}}'
    newer = {"x-twitter-webhooks-signature-oauth2": sign("client", body)}
    assert X(account(client_secret="client")).verify(Raw(body, newer)).ok
    assert X(account(client_secret="client")).verify(Raw(body, {"x-twitter-webhooks-signature": SIGNED})).ok
    assert not X(account()).verify(Raw(body, newer)).ok
    wrong = {**newer, "x-twitter-webhooks-signature-oauth2": "sha256=", "x-twitter-webhooks-signature": SIGNED}
    assert not X(account(client_secret="client")).verify(Raw(body, wrong)).ok


def test_a_challenge_is_answered_and_never_signs_a_call() -> None:
    reply = X(account()).handshake(Raw(b"", {}, "crc_token=MTc4NDkyODIyNDM3Mg%3D%3D&nonce=1"))
    assert reply is not None
    assert json.loads(reply.body) == {"response_token": CRC}
    forged = X(account()).handshake(Raw(b"", {}, "crc_token=%7B%22data%22%3A%7B%7D%7D"))
    assert forged is not None
    assert forged.status == 400
    assert X(account()).handshake(Raw(told("dm.received", direct()))) is None


@pytest.mark.parametrize("token", ["", "nodash", "-x", "12a-x"])
def test_a_token_that_names_no_account(token: str) -> None:
    one = X(account(access_token=token)).parse(Raw(told("dm.sent", direct(ME, OTHER))))
    assert said(one).ours

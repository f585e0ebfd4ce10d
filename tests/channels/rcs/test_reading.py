"""What Google's calls say, and that they are Google's."""

import json
import subprocess
from base64 import b64decode, b64encode
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from lyhord.channels.rcs.adapter import Rcs
from lyhord.channels.rcs.reading import EXPIRED, OTHER_AGENT, UNSHOWN, read_call
from lyhord.conversations.exchange import (
    Address,
    InboundMessage,
    InboundStatus,
    InboundTyping,
    Media,
    Raw,
    Reply,
    Unsupported,
)
from lyhord.kit.words import catalogue
from tests.channels.rcs.said import ANNA, AT, CLIENT_TOKEN, account, call, happened, read, said, signed

WHO = (Address("tel", ANNA, verified=True),)


def one(body: bytes) -> InboundMessage:
    (found,) = read(body)
    assert isinstance(found, InboundMessage)
    return found


def carried(body: bytes) -> bytes:
    return b64decode(json.loads(body)["message"]["data"])


def test_our_signature_is_the_one_of_openssl() -> None:
    body = said(text="Hej 😀")
    told = subprocess.run(
        ["openssl", "dgst", "-sha512", "-hmac", CLIENT_TOKEN, "-binary"],
        input=carried(body),
        capture_output=True,
        check=True,
    ).stdout
    assert Rcs(account()).verify(Raw(body, {"x-goog-signature": b64encode(told).decode()})).ok


def test_only_what_the_client_token_signed_is_believed() -> None:
    body = said(text="Hej")
    adapter = Rcs(account())
    assert adapter.verify(signed(body, carried(body))).ok
    assert not adapter.verify(signed(body, carried(body), "another token")).ok
    assert not adapter.verify(signed(said(text="Ha"), carried(body))).ok
    assert not adapter.verify(signed(body, body)).ok
    assert not adapter.verify(Raw(b'{"message": {"data": "?"}}', {"x-goog-signature": ""})).ok
    assert not Rcs(replace(account(), secrets={})).verify(signed(body, carried(body), "")).ok


def test_setting_up_the_webhook_gets_its_secret_back_and_nobody_else_does() -> None:
    def tried(**body: Any) -> Reply | None:
        return Rcs(account()).handshake(Raw(json.dumps(body).encode()))

    assert tried(clientToken=CLIENT_TOKEN, secret="1234567890") == Reply(body=b"1234567890")
    assert tried(clientToken="another", secret="1234567890") == Reply(status=403)
    assert tried(clientToken=CLIENT_TOKEN) is None
    assert Rcs(account()).handshake(Raw(said(text="Hej"))) is None


def test_words() -> None:
    assert one(said(text="Hej 😀")) == InboundMessage(external_id="Ms1", sender=WHO, text="Hej 😀", at=AT)
    assert one(said(text="Stop")).flags == {"opt_out"}
    assert one(call({"senderPhoneNumber": ANNA, "text": "Hi", "eventId": "Ev1"})).external_id == "Ev1"


def test_files_come_with_the_address_at_which_they_lie() -> None:
    thumbnail = {"mimeType": "image/jpeg", "fileSizeBytes": 9, "fileUri": "https://storage.example/small"}
    payload = {
        "mimeType": "image/gif",
        "fileSizeBytes": 127806,
        "fileUri": "https://storage.example/77ddb795",
        "fileName": "4_animated.gif",
    }
    message = one(said(userFile={"thumbnail": thumbnail, "payload": payload}))
    assert message.media == (Media("4_animated.gif", "image/gif", 127806, url="https://storage.example/77ddb795"),)
    (bare,) = one(said(userFile={"payload": {"fileUri": "https://storage.example/1", "fileSizeBytes": "12"}})).media
    assert bare == Media("file", "application/octet-stream", 12, url="https://storage.example/1")


def test_a_place_comes_in_words_also_on_the_equator() -> None:
    assert one(said(location={"latitude": 59.33258, "longitude": 18.0649})).text == (
        "📍 59.33258, 18.06490\nhttps://www.openstreetmap.org/?mlat=59.33258&mlon=18.06490"
    )
    assert one(said(location={"longitude": 1})).text.startswith("📍 0.00000, 1.00000")


def test_a_pressed_button_of_ours_says_which_and_below_what() -> None:
    pressed = one(said(suggestionResponse={"postbackData": "lyhord:2:0199", "text": "Blue", "type": "REPLY"}))
    assert (pressed.text, pressed.chosen, pressed.answers) == ("Blue", "2", ("0199",))
    foreign = one(said(suggestionResponse={"postbackData": "postback_1234", "text": "Hello there!"}))
    assert (foreign.text, foreign.chosen, foreign.answers) == ("Hello there!", None, ())
    assert one(said(suggestionResponse={"postbackData": "share_location"})).text == "share_location"


@pytest.mark.parametrize(
    ("kind", "state", "error"),
    [("DELIVERED", "delivered", ""), ("READ", "read", ""), ("TTL_EXPIRATION_REVOKED", "failed", EXPIRED)],
)
def test_receipts(kind: str, state: Any, error: str) -> None:
    told = InboundStatus(reference="0199", state=state, external_id="0199", at=AT, error=error)
    assert read(happened(kind, messageId="0199")) == [told]


def test_typing_passes_and_an_unclear_revocation_says_nothing() -> None:
    assert read(happened("IS_TYPING")) == [InboundTyping(sender=WHO)]
    assert read(happened("TTL_EXPIRATION_REVOKE_FAILED", messageId="0199")) == []
    assert read(call({"newLaunchState": "LAUNCHED"}, type="agent_launch_event")) == []


def test_unsubscribing_is_an_opt_out_and_subscribing_undoes_it() -> None:
    left, came = one(happened("UNSUBSCRIBE")), one(happened("SUBSCRIBE", eventId="Ev2"))
    assert {"opt_out", "opt_confirmed"} < left.flags
    assert {"opt_in", "opt_confirmed"} < came.flags
    assert left.external_id != came.external_id
    assert left.sender == WHO


def test_what_another_agent_was_told_isnt_taken_for_ours() -> None:
    (shown,) = read(said(text="Hej", agentId="sofas@rbm.goog"))
    assert shown == Unsupported(external_id="Ms1", reason=OTHER_AGENT)
    assert read(happened("DELIVERED", messageId="0199", agentId="sofas@rbm.goog")) == []
    assert one(said(text="Hej", agentId="lamps")).text == "Hej"


@pytest.mark.parametrize(
    "body",
    [said(), said(hologram={}), said(text=5), happened("DANCES"), happened("READ"), call(b"?"), b"{}", b"\xff"],
)
def test_what_is_new_is_shown_as_not_understood(body: bytes) -> None:
    (unknown,) = read(body)
    assert isinstance(unknown, Unsupported)
    assert unknown.reason == UNSHOWN
    assert unknown.reason in catalogue("en")


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=8) | st.integers(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
FIELDS = ("senderPhoneNumber", "messageId", "eventId", "eventType", "sendTime", "text", "userFile", "location")
PARTS = ("payload", "fileUri", "fileSizeBytes", "latitude", "longitude", "text", "postbackData")


@given(
    st.dictionaries(
        st.sampled_from((*FIELDS, "suggestionResponse", "agentId")),
        ANYTHING | st.dictionaries(st.sampled_from(PARTS), ANYTHING),
    )
)
def test_nothing_makes_it_raise(event: dict[str, Any]) -> None:
    for inbound in read_call(call(event), "lamps"):
        assert not isinstance(inbound, InboundMessage | Unsupported) or inbound.external_id

"""What WeChat's calls say, beside what wechatpy reads in them."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from wechatpy import parse_message

from lyhord.channels.wechat.adapter import WeChat
from lyhord.channels.wechat.reading import read_message
from lyhord.conversations.exchange import Address, InboundMessage, InboundStatus, Media, Raw, Reply, Unsupported
from lyhord.kit.words import catalogue
from tests.channels.wechat.said import ANNA, AT, WHEN, account, event, read, said

WHO = (Address("wechat", ANNA, verified=True),)
ID = "23456789012345678"


def one(body: bytes) -> InboundMessage:
    (found,) = read(body)
    assert isinstance(found, InboundMessage)
    return found


def test_words() -> None:
    assert one(said(Content="你好 😀")) == InboundMessage(external_id=ID, sender=WHO, text="你好 😀", at=AT)
    assert one(said(Content="退订")).flags == {"opt_out"}


def test_a_pressed_line_of_a_menu_names_which_it_was() -> None:
    pressed = one(said(Content="满意", bizmsgmenuid="101"))
    assert (pressed.text, pressed.chosen) == ("满意", "101")


@pytest.mark.parametrize(
    ("body", "text", "media"),
    [
        (
            said("image", PicUrl="http://p.example/1", MediaId="M"),
            "",
            Media("photo.jpg", "image/jpeg", 0, url="wechat:M"),
        ),
        (said("voice", MediaId="M", Format="amr"), "", Media("voice.amr", "audio/amr", 0, url="wechat:M")),
        (
            said("voice", MediaId="M", Format="mp3", Recognition="Var är lampan"),
            "Var är lampan",
            Media("voice.mp3", "audio/mpeg", 0, url="wechat:M"),
        ),
        (said("video", MediaId="M", ThumbMediaId="T"), "", Media("video.mp4", "video/mp4", 0, url="wechat:M")),
        (said("shortvideo", MediaId="M", ThumbMediaId="T"), "", Media("video.mp4", "video/mp4", 0, url="wechat:M")),
    ],
)
def test_files_come_with_the_id_by_which_they_are_fetched(body: bytes, text: str, media: Media) -> None:
    message = one(body)
    assert (message.text, message.media) == (text, (media,))


def test_places_and_links_come_in_words() -> None:
    place = said("location", Location_X="23.134521", Location_Y="113.358803", Scale="20", Label="Tianhe")
    assert one(place).text.splitlines() == [
        "Tianhe",
        "📍 23.13452, 113.35880",
        "https://www.openstreetmap.org/?mlat=23.13452&mlon=113.35880",
    ]
    link = said("link", Title="Lamp", Description="A lamp", Url="https://shop.example/lamp")
    assert one(link).text == "Lamp\nA lamp\nhttps://shop.example/lamp"


def test_leaving_is_an_opt_out_and_following_undoes_it() -> None:
    left, came = one(event("unsubscribe")), one(event("subscribe", EventKey="qrscene_7"))
    assert {"opt_out", "opt_confirmed"} < left.flags
    assert {"opt_in", "opt_confirmed"} < came.flags
    assert (came.text, came.chosen) == ("🔔 qrscene_7", None)
    assert left.external_id != came.external_id


@pytest.mark.parametrize(
    ("body", "text", "waits"),
    [
        (event("CLICK", EventKey="V1_ORDERS"), "V1_ORDERS", True),
        (event("VIEW", EventKey="https://shop.example"), "🔗 https://shop.example", False),
        (event("SCAN", EventKey="7", Ticket="T"), "🔳 7", False),
        (
            event(
                "scancode_waitmsg", EventKey="6", ScanCodeInfo="<ScanType>qrcode</ScanType><ScanResult>42</ScanResult>"
            ),
            "🔳 42",
            True,
        ),
    ],
)
def test_what_is_pressed_and_scanned_is_shown(body: bytes, text: str, waits: bool) -> None:
    done = one(body)
    assert (done.text, done.chosen, "auto_reply" not in done.flags) == (text, None, waits)
    assert done.external_id.startswith(f"{ANNA}:{WHEN}:")


def test_a_retry_names_the_same() -> None:
    for body in (said(Content="Hej"), event("CLICK", EventKey="V1")):
        assert one(body).external_id == one(body).external_id


@pytest.mark.parametrize(
    ("status", "state", "error"), [("success", "delivered", ""), ("failed:user block", "failed", "failed:user block")]
)
def test_what_became_of_a_template(status: str, state: Any, error: str) -> None:
    assert read(event("TEMPLATESENDJOBFINISH", MsgID="200163836", Status=status)) == [
        InboundStatus(reference="200163836", state=state, at=AT, error=error)
    ]


def test_where_a_phone_is_isnt_shown() -> None:
    assert read(event("LOCATION", Latitude="23.1", Longitude="113.3", Precision="119.4")) == []
    assert read(event("kf_create_session", KfAccount="a@b")) == []


def test_what_is_new_is_shown_as_not_understood() -> None:
    for body in (said("hologram"), event("karaoke"), said("location", Location_X="x", Location_Y="nan?")):
        (unknown,) = read(body)
        assert isinstance(unknown, Unsupported)
        assert unknown.sender == WHO
        assert unknown.reason in catalogue("en")


def test_wechat_hears_success_and_says_nothing_to_the_customer() -> None:
    adapter, raw = WeChat(account()), Raw(said(Content="Hej"))
    assert adapter.ack(raw, ok=True) == Reply(body=b"success")
    assert adapter.ack(raw, ok=False).status == 503
    assert adapter.descriptor.ack_seconds == 5


@pytest.mark.parametrize(
    "body",
    [
        said(Content="你好 😀"),
        said("image", PicUrl="http://p.example/1", MediaId="M"),
        said("voice", MediaId="M", Format="amr", Recognition="Hej"),
        said("video", MediaId="M", ThumbMediaId="T"),
        said("shortvideo", MediaId="M", ThumbMediaId="T"),
        said("location", Location_X="23.134521", Location_Y="113.358803", Scale="20", Label="Tianhe"),
        said("link", Title="Lamp", Description="A lamp", Url="https://shop.example/lamp"),
        event("subscribe"),
        event("unsubscribe"),
        event("CLICK", EventKey="V1_ORDERS"),
        event("VIEW", EventKey="https://shop.example"),
        event("SCAN", EventKey="7", Ticket="T"),
    ],
)
def test_wechatpy_reads_the_same(body: bytes) -> None:
    theirs, ours = parse_message(body), one(body)
    assert ours.sender[0].value == theirs.source
    assert ours.at == int(theirs.create_time.timestamp()) * 1000
    if theirs.type == "event":
        about = getattr(theirs, "key", None) or getattr(theirs, "scene_id", None) or getattr(theirs, "url", None)
        assert ours.text.split(" ")[-1] == (about or ours.text)
        return
    assert ours.external_id == str(theirs.id)
    assert getattr(theirs, "content", ours.text) == ours.text
    media = getattr(theirs, "media_id", None)
    assert [file.url for file in ours.media] == ([f"wechat:{media}"] if media else [])


NAMES = ("MsgType", "Event", "FromUserName", "CreateTime", "MsgId", "Content", "MediaId", "Location_X", "EventKey")
KINDS = ("text", "image", "voice", "location", "link", "event", "subscribe", "CLICK", "TEMPLATESENDJOBFINISH")


@given(st.dictionaries(st.sampled_from(NAMES), st.sampled_from(KINDS) | st.text(max_size=12)))
def test_nothing_makes_it_raise(told: dict[str, str]) -> None:
    for inbound in read_message(told, b"body"):
        assert not isinstance(inbound, (InboundMessage, Unsupported)) or inbound.external_id

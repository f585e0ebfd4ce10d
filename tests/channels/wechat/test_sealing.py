"""Who calls and what was sealed, against wechatpy, which somebody else wrote; and XML that wants to do harm."""

from urllib.parse import parse_qs

import pytest
import xmltodict
from hypothesis import given
from hypothesis import strategies as st
from wechatpy.crypto import WeChatCrypto
from wechatpy.exceptions import InvalidAppIdException, InvalidSignatureException
from wechatpy.utils import check_signature

from lyhord.channels.wechat.adapter import WeChat
from lyhord.channels.wechat.sealing import Seal, Unreadable, read_xml, sign
from lyhord.conversations.exchange import InboundMessage, Raw, Reply, Unsupported
from tests.channels.wechat.said import AES_KEY, APP_ID, TOKEN, WHEN, account, event, query, said, xml

ORACLE = WeChatCrypto(TOKEN, AES_KEY, APP_ID)


def sealed(body: bytes, app_id: str = APP_ID, key: str = AES_KEY) -> Raw:
    """The call as wechatpy would seal it."""
    told = xmltodict.parse(WeChatCrypto(TOKEN, key, app_id).encrypt_message(body.decode(), "nonce", WHEN))["xml"]
    document = xml(ToUserName="gh_1", Encrypt=told["Encrypt"])
    return Raw(document, query=query(encrypt_type="aes", msg_signature=told["MsgSignature"]))


def test_wechatpy_takes_our_signature() -> None:
    given = parse_qs(query())["signature"][0]
    check_signature(TOKEN, given, WHEN, "nonce")
    assert given == sign(TOKEN, WHEN, "nonce")
    with pytest.raises(InvalidSignatureException):
        check_signature("another", given, WHEN, "nonce")


def test_we_open_what_wechatpy_sealed() -> None:
    raw, adapter = sealed(said(Content="Hej 你好 😀")), WeChat(account(sealed=True))
    assert adapter.verify(raw).ok
    (message,) = adapter.parse(raw)
    assert isinstance(message, InboundMessage)
    assert message.text == "Hej 你好 😀"


def test_wechatpy_opens_what_we_sealed() -> None:
    box = Seal(AES_KEY, APP_ID).close("<xml><Content>你好</Content></xml>".encode())
    signature = sign(TOKEN, WHEN, "nonce", box)
    document = f"<xml><Encrypt>{box}</Encrypt></xml>"
    assert ORACLE.decrypt_message(document, signature, WHEN, "nonce") == "<xml><Content>你好</Content></xml>"
    with pytest.raises(InvalidSignatureException):
        ORACLE.decrypt_message(document, sign("another", WHEN, "nonce", box), WHEN, "nonce")
    other = Seal(AES_KEY, "wxother").close(b"<xml/>")
    with pytest.raises(InvalidAppIdException):
        ORACLE.decrypt_message(
            f"<xml><Encrypt>{other}</Encrypt></xml>", sign(TOKEN, WHEN, "nonce", other), WHEN, "nonce"
        )


def test_what_isnt_for_us_is_refused() -> None:
    adapter = WeChat(account(sealed=True))
    assert not adapter.verify(sealed(said(Content="Hej"), app_id="wxother")).ok
    assert not adapter.verify(sealed(said(Content="Hej"), key=AES_KEY[::-1])).ok
    assert not adapter.verify(Raw(said(Content="Hej"), query=query())).ok, "plain where only sealed calls are believed"
    (unknown,) = adapter.parse(Raw(said(Content="Hej"), query=query()))
    assert isinstance(unknown, Unsupported)


def test_a_sealed_call_cant_be_altered() -> None:
    raw, adapter = sealed(said(Content="Hej")), WeChat(account(sealed=True))
    start = raw.body.index(b"<Encrypt>")
    for place in range(start + 20, len(raw.body) - 30, 7):
        body = raw.body[:place] + bytes([raw.body[place] ^ 1]) + raw.body[place + 1 :]
        assert not adapter.verify(Raw(body, query=raw.query)).ok


def test_a_plain_call_needs_the_token() -> None:
    adapter = WeChat(account())
    assert adapter.verify(Raw(said(Content="Hej"), query=query())).ok
    assert not adapter.verify(Raw(said(Content="Hej"), query=query(token="another"))).ok
    assert not adapter.verify(Raw(said(Content="Hej"))).ok


def test_wechat_hears_its_word_again_when_the_address_is_entered() -> None:
    for each in (account(), account(sealed=True)):
        adapter = WeChat(each)
        assert adapter.handshake(Raw(b"", query=query(echostr="5837 <b>"))) == Reply(body=b"5837 <b>")
        refused = adapter.handshake(Raw(b"", query=query(token="another", echostr="5837")))
        assert refused == Reply(401, b"Bad signature")
        assert adapter.handshake(Raw(said(Content="Hej"), query=query(echostr="5837"))) is None


@pytest.mark.parametrize("key", ["short", "abcdefghijklmnopqrstuvwxyz0123456789ABCDEF!", "å" * 43])
def test_a_key_that_is_none_opens_nothing(key: str) -> None:
    with pytest.raises(Unreadable):
        Seal(key, APP_ID)


BOMB = b"""<?xml version="1.0"?><!DOCTYPE xml [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>
<xml><FromUserName>&b;</FromUserName></xml>"""
THIEF = b"""<!DOCTYPE xml [<!ENTITY f SYSTEM "file:///etc/hostname">]><xml><Content>&f;</Content></xml>"""


@pytest.mark.parametrize(
    "body",
    [BOMB, THIEF, BOMB.decode().encode("utf-16"), b"<xml>" * 100_000, b"", b"<xml>&nothing;</xml>", b"<a/><b/>"],
)
def test_xml_that_wants_to_do_harm_is_not_understood(body: bytes) -> None:
    with pytest.raises(Unreadable):
        read_xml(body)
    (unknown,) = WeChat(account()).parse(Raw(body))
    assert isinstance(unknown, Unsupported)


@given(
    st.binary(max_size=200)
    | st.text(max_size=80).map(lambda text: f"<xml><A>{text}</A></xml>".encode("utf-8", "replace"))
)
def test_nothing_makes_it_raise(body: bytes) -> None:
    for each in (account(), account(sealed=True)):
        adapter, raw = WeChat(each), Raw(body, query=query())
        adapter.verify(raw)
        adapter.handshake(raw)
        assert all(getattr(inbound, "external_id", "x") for inbound in adapter.parse(raw))


@given(st.binary(max_size=200))
def test_what_is_sealed_comes_out_as_it_was(plain: bytes) -> None:
    box = Seal(AES_KEY, APP_ID)
    assert box.open(box.close(plain)) == plain


@given(st.text(alphabet="ABCabc019+/=", max_size=120))
def test_what_was_never_sealed_is_refused(box: str) -> None:
    with pytest.raises(Unreadable):
        Seal(AES_KEY, APP_ID).open(box)


def test_events_are_sealed_too() -> None:
    (left,) = WeChat(account(sealed=True)).parse(sealed(event("unsubscribe")))
    assert isinstance(left, InboundMessage)
    assert "opt_out" in left.flags

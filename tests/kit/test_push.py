"""Web push against RFC 8291's own example, and against a browser's end written apart from it."""

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from lyhord.kit.egress import Answer, Call, Egress, Refused
from lyhord.kit.problems import Invalid
from lyhord.kit.push import Pusher, Receiver, Unusable, check_receiver, encrypt
from tests.counterparts.pushservice import CURVE, Browser, PushService, check_sender, from_text, to_text

# RFC 8291, appendix A.
WORDS = b"When I grow up, I want to be a watermelon"
SENDER = "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"
PRIVATE = "q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94"
PUBLIC = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"
SALT, SECRET = "DGv6ra1nlYgDCS1FRnbzlw", "BTBZMqHH6r4Tts7J_aSIgg"
MESSAGE = (
    "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_"
    "yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
)
NOW = 1_772_355_600_000


def test_the_example_of_the_standard_comes_out_byte_for_byte() -> None:
    sender = ec.derive_private_key(int.from_bytes(from_text(SENDER)), CURVE)
    sealed = encrypt(WORDS, from_text(PUBLIC), from_text(SECRET), sender=sender, salt=from_text(SALT))
    assert to_text(sealed) == MESSAGE


def test_the_browser_of_the_example_opens_it() -> None:
    browser = Browser(PRIVATE, SECRET)
    assert to_text(browser.point) == PUBLIC
    assert browser.open(from_text(MESSAGE)) == WORDS


def test_no_two_messages_look_alike_and_both_open() -> None:
    browser = Browser()
    one, other = (encrypt(WORDS, browser.point, browser.secret) for _ in range(2))
    assert one[:86] != other[:86]
    assert browser.open(one) == browser.open(other) == WORDS


async def test_a_push_says_who_sends_it_and_for_how_long() -> None:
    egress = Egress(allow_private=["127.0.0.0/8"])
    pusher, browser = Pusher(b"k" * 32, "mailto:desk@firm.example", egress.call), Browser()
    with PushService() as service:
        receiver = Receiver(**browser.subscription(f"{service.base}/send/one?x=y"))
        answer = await pusher.send(receiver, WORDS, now=NOW, seconds=60, topic="a conversation")
        await egress.close()
        [posted] = service.posted
        claims = check_sender(posted, pusher.public_key(), service.base)
    assert answer.status == 201
    assert browser.open(posted.body) == WORDS
    assert (posted.path, posted.headers["ttl"], posted.headers["content-encoding"]) == (
        "/send/one?x=y",
        "60",
        "aes128gcm",
    )
    assert len(posted.headers["topic"]) == 32, "no more is allowed, and nothing is told by it"
    assert claims["sub"] == "mailto:desk@firm.example"
    assert NOW // 1000 < claims["exp"] <= NOW // 1000 + 24 * 3600, "longer is refused"


def test_an_installation_keeps_its_key_and_no_other_has_it() -> None:
    async def nowhere(_: Call) -> Answer:
        raise AssertionError

    one, again, other = (Pusher(key * 32, "https://a.example", nowhere).public_key() for key in (b"k", b"k", b"l"))
    assert one == again != other
    assert len(from_text(one)) == 65


async def test_an_address_that_is_not_called_is_unusable() -> None:
    async def refuse(_: Call) -> Answer:
        raise Refused("not a public address")

    pusher = Pusher(b"k" * 32, "https://a.example", refuse)
    with pytest.raises(Unusable):
        await pusher.send(Receiver(**Browser().subscription("http://10.0.0.1/x")), WORDS, now=NOW, seconds=1, topic="")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("p256dh", to_text(b"\4" + b"\1" * 64)),
        ("p256dh", "not base64 at all"),
        ("auth", to_text(b"short")),
        ("auth", "é"),
        ("endpoint", "javascript:alert(1)"),
    ],
)
def test_what_no_browser_says_is_refused_by_name(name: str, value: str) -> None:
    good = Browser().subscription("https://push.example/1")
    check_receiver(Receiver(**good))
    with pytest.raises(Invalid) as refused:
        check_receiver(Receiver(**{**good, name: value}))
    assert list(refused.value.fields) == [name]

"""All recorded calls about pages: what must come of the important ones, and that no call fails."""

from typing import Any

import pytest

from lyhord.conversations.exchange import (
    Address,
    Inbound,
    InboundEdit,
    InboundHiding,
    InboundMessage,
    InboundReaction,
    InboundRemoval,
    InboundStatus,
    Media,
    Place,
    Unsupported,
)
from tests.channels.messenger.pages import parse
from tests.channels.meta.recordings import names, owner_of, read, recorded, seen_from

pytestmark = recorded
UNSHOWN = "channel.messenger.unshown"
CUSTOMER = (Address("messenger", "987654321432", verified=True),)
TESTER = (Address("messenger", "1234567890321", "Tester", verified=True),)
POST = "1234567890321_901097836652708"
PLACE = Place(POST, f"https://www.facebook.com/{POST}")


def heard(name: str, *, elsewhere: bool = False, **settings: Any) -> list[Inbound]:
    """What an inbox of the recorded page understands, or (`elsewhere`) one whose page the recorded author isn't."""
    body = read("webhooks", name)
    body = seen_from(body, "77") if elsewhere else body
    return parse(body, page_id=owner_of(body), **settings)


def message(
    mid: str = "mid.1457764197618:41d102a3e1ae206a38", at: int = 1_457_764_197_627, **more: Any
) -> InboundMessage:
    return InboundMessage(**{"external_id": mid, "sender": CUSTOMER, "at": at, **more})


PRIVATE: dict[str, list[Inbound]] = {
    "messaging-message-basic": [message(text="hello, world!")],
    "messaging-message-basic-echo": [message(text="hello, world!", ours=True)],
    "standby-message-basic-echo": [message(text="hello, world!", ours=True, flags=frozenset({"standby"}))],
    "messaging-message-reply-1": [
        message(text="hello, world!", answers=("very_long_id_representing_the_original_message",))
    ],
    "messaging-message-quickreply": [
        message(
            "mid.1458696618141:b4ef9d19ec21086067",
            1_470_779_510_432,
            text="quick reply text",
            chosen="PAYLOAD_QUICK_REPLY",
        )
    ],
    "messaging-message-media-attachment": [
        message(
            "mid.1458696618141:b4ef9d19ec21086067",
            1_458_696_618_268,
            media=(Media("image.jpg", "image/jpeg", 0, url="IMAGE_URL"),),
        )
    ],
    "messaging-message-sticker": [
        message(
            "mid.12345654332:226a70a704",
            1_476_219_900_918,
            media=(Media("sticker.png", "image/png", 0, url="https://scontent.xx.fbcdn.net/sticker.png"),),
        )
    ],
    "messaging-message-sticker-thumbup": [message("mid.1487254148673:a082abc439", 1_487_254_148_673, text="👍")],
    "messaging-message-location-attachment": [
        message(
            "mid.1458696618141:b4ef9d19ec21086067",
            1_458_696_618_268,
            text="📍 12.34000, 43.21000\nhttps://www.openstreetmap.org/?mlat=12.34000&mlon=43.21000",
        )
    ],
    "messaging-message-fallback-attachment": [
        message(
            "mid.1458696618141:b4ef9d19ec21086067",
            1_458_696_618_268,
            text="Legacy Attachment\nhttps://www.messenger.com/",
        )
    ],
    "messaging-message-product-template": [
        message(
            "mid.$cAAJdkrCd2ORnva8ErFhjGm0X_Q_c",
            1_518_479_195_308,
            sender=(Address("messenger", "<PSID>", verified=True),),
            text="Some product title · $40",
        )
    ],
    "messaging-message-edits": [
        InboundEdit(message="mid.1457764197618:41d102a3e1ae206a38", sender=CUSTOMER, text="hello, world!")
    ],
    "messaging-message-isdeleted": [InboundRemoval(message="message_id", sender=CUSTOMER)],
    "messaging-message-isunsupported": [Unsupported(external_id="message_id", reason=UNSHOWN, sender=CUSTOMER)],
    "messaging-reaction-1": [
        InboundReaction(
            message="original_message_id", sender=(Address("messenger", "USER_ID", verified=True),), emoji="😢"
        )
    ],
    "messaging-reaction-2": [
        InboundReaction(
            message="original_message_id", sender=(Address("messenger", "USER_ID", verified=True),), removed=True
        )
    ],
    "messaging-read-basic": [InboundStatus(reference="", state="read", at=1_458_668_856_253, peer=CUSTOMER[0])],
    "messaging-delivery-basic": [
        InboundStatus(reference="mid.1458668856218:ed81099e15d3f4f233", state="delivered", at=1_458_668_856_253),
        InboundStatus(reference="", state="delivered", at=1_458_668_856_253, peer=CUSTOMER[0]),
    ],
    "messaging-take-thread-control": [],
    "messaging-request-thread-control": [],
    "messaging-approles": [],
    "messaging-accountlinking-linked": [],
}
COMMENT = "901097836652708_903438993085259"
EDITED = "900728623356296_900744590021366"
PUBLIC: dict[str, list[Inbound]] = {
    "feed-comment-add-25": [
        InboundMessage(
            external_id=COMMENT,
            sender=TESTER,
            text="and the next one",
            at=1_449_135_003_000,
            answers=(POST,),
            place=PLACE,
        )
    ],
    "feed-comment-add-with-video": [
        InboundMessage(
            external_id=COMMENT,
            sender=TESTER,
            text="and the next one",
            at=1_449_135_003_000,
            media=(Media("video.mp4", "video/mp4", 0, url="https://example.fbcdn.net/video.mp4"),),
            answers=(POST,),
            place=PLACE,
        )
    ],
    "feed-comment-edited-25": [InboundEdit(message=EDITED, sender=TESTER, text="Let's see the Webhooks in action :D")],
    "feed-comment-remove-25": [InboundRemoval(message="905578656204626_905579239537901")],
    "feed-comment-hide": [InboundHiding(message=EDITED)],
    "feed-comment-unhide": [InboundHiding(message=EDITED, hidden=False)],
    "feed-post-add-25": [
        InboundMessage(
            external_id="1234567890321_7293787835232",
            sender=(Address("messenger", "8423678347823", "John Doe", verified=True),),
            text="Let's check this",
            place=Place(
                "1234567890321_7293787835232",
                "https://www.facebook.com/1234567890321_7293787835232",
                "Let's check this",
            ),
        )
    ],
    "feed-post-hide": [InboundHiding(message="1234567890321_7293787835232")],
    "feed-post-remove-25": [InboundRemoval(message=POST)],
    "feed-photo-add-message": [
        InboundMessage(
            external_id="1234567890321_900767076685784",
            sender=(Address("messenger", "1234567890321", "Testers Paradise", verified=True),),
            text="A new really great Photo",
            at=1_448_555_796_000,
            media=(Media("photo.jpg", "image/jpeg", 0, url="https://www.example.org/test.jpg"),),
            place=Place(
                "1234567890321_900767076685784",
                "https://www.facebook.com/1234567890321_900767076685784",
                "A new really great Photo",
            ),
        )
    ],
    "feed-reaction-add-comment": [
        InboundReaction(
            message="1234567890321_1264545546974600",
            sender=(Address("messenger", "1234567890321", "John Doe", verified=True),),
            emoji="❤️",
        )
    ],
    "feed-reaction-remove": [
        InboundReaction(
            message="1234567890321_98735342324352",
            sender=(Address("messenger", "1234567890321", "John Doe", verified=True),),
            removed=True,
        )
    ],
    "ratings-rating-add-31": [
        InboundMessage(
            external_id="904801129604590",
            sender=(Address("messenger", "705955836155788", "Tester", verified=True),),
            text="★★★ 👍\nJa ziemlich coole Sache",
            at=1_537_369_512_000,
            place=Place("904801129604590", "https://www.facebook.com/904801129604590"),
        )
    ],
    "ratings-rating-remove-25": [InboundRemoval(message="904801129604590")],
    "ratings-like-add-25": [
        InboundReaction(
            message="904801129604590",
            sender=(Address("messenger", "705955836155788", "Tester", verified=True),),
            emoji="👍",
        )
    ],
    "mention-comment-add": [
        InboundMessage(
            external_id="7363534231324_3754798971271444",
            sender=(Address("messenger", "comment:7363534231324_3754798971271444"),),
            text="Just a test message",
            at=1_614_340_862_000,
            place=Place("1234567890321_7363534231324", "https://www.facebook.com/1234567890321_7363534231324"),
        )
    ],
    "feed-event-add": [],
    "feed-album-add": [],
    "feed-video-block": [],
    "feed-like-add-page-25": [],
}


@pytest.mark.parametrize("name", sorted(PRIVATE))
def test_what_is_said_in_private_is_read(name: str) -> None:
    assert heard(name) == PRIVATE[name]


@pytest.mark.parametrize("name", sorted(PUBLIC))
def test_what_happens_in_public_is_read(name: str) -> None:
    assert heard(name, elsewhere=True) == PUBLIC[name]


def test_the_pages_own_comment_is_an_answer_and_its_own_posts_are_no_conversation() -> None:
    (answer,) = heard("feed-comment-add-25")
    assert isinstance(answer, InboundMessage)
    assert (answer.ours, answer.sender, answer.answers) == (True, (), (POST,))
    assert heard("feed-photo-add-message") == heard("feed-status-add-25") == heard("feed-video-add") == []


def test_what_another_app_hands_over_is_told_where_it_is_to_us() -> None:
    (told,) = heard("messaging-pass-thread-control", app_id="NEW_OWNER_APP_ID")
    assert isinstance(told, Unsupported)
    assert told.reason == "channel.messenger.handed_over"
    assert heard("messaging-pass-thread-control") == []


def test_a_block_by_meta_is_told() -> None:
    (told,) = heard("messaging-policy-callback-block")
    assert isinstance(told, Unsupported)
    assert told.reason == "channel.messenger.policy_block"


@pytest.mark.parametrize("name", ["messaging-optin-basic", "messaging-referral-basic"])
def test_how_somebody_came_is_shown_but_nobody_waits(name: str) -> None:
    (told,) = heard(name)
    assert isinstance(told, InboundMessage)
    assert told.flags == {"arrival"}
    assert told.text.startswith("↪ ")


@pytest.mark.parametrize("elsewhere", [False, True])
@pytest.mark.parametrize("name", names("webhooks"))
def test_no_call_fails_and_each_says_the_same_again(name: str, elsewhere: bool) -> None:
    found = heard(name, elsewhere=elsewhere)
    assert found == heard(name, elsewhere=elsewhere)
    assert all(one.reason for one in found if isinstance(one, Unsupported))
    assert all(one.external_id for one in found if isinstance(one, InboundMessage | Unsupported))
    assert all(one.sender or one.ours for one in found if isinstance(one, InboundMessage))

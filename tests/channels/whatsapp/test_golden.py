"""Every official example of what comes, and beside it what a person expects to see of it, written by hand."""

from lyhord.conversations.exchange import (
    Address,
    Inbound,
    InboundGroup,
    InboundMessage,
    InboundReaction,
    Media,
    Unsupported,
)
from tests.channels.whatsapp.fixtures import examples
from tests.channels.whatsapp.said import NUMBER, read

SHEENA = (Address("tel", "+16505551234", "Sheena Nelson", verified=True),)
MANY = tuple(Address("tel", f"+1650555123{last}", verified=True) for last in (4, 5))
GROUP = "Y2FwaV9ncm91cDoxODA1NTU1MDE3MjoxMjAzNjMyMjI3NzE5NjMwNjcZD"
BEFORE = "wamid.HBgLMTY1MDM4Nzk0MzkVAgARGBI"
LATER = "wamid.HBgLMTY1MDM4Nzk0MzkVAgASGBQzQ"
PICTURE = "whatsapp:1003383421387256?SfInY0gGKTsJlUWbwxC1k%2BFAD0FZHvzwfpvO0zX0GUI%3D"


def said(name: str, at: int, text: str, *, answers: str = "", chosen: str | None = None, quoted: str = "") -> Inbound:
    """A message of Sheena's."""
    answered = (answers,) if answers else ()
    return InboundMessage(
        external_id=LATER + name,
        sender=SHEENA,
        text=text,
        at=at * 1000,
        answers=answered,
        chosen=chosen,
        quoted=quoted,
    )


PLACE = (
    "Philz Coffee\n101 Forest Ave, Palo Alto, CA 94301\n📍 37.44221, -122.16166\n"
    "https://www.openstreetmap.org/?mlat=37.44221&mlon=-122.16166\nhttps://philzcoffee.com/"
)
GOLDEN: dict[str, list[Inbound]] = {
    "button-message": [
        said(
            "UU0M0MxQzQzMUJCMTMwNUZFOQA=",
            1750091045,
            "Unsubscribe",
            answers=BEFORE.removesuffix("I") + "JFNjk2OTMwNEZCQjhGMzUyQUYA",
            chosen="Unsubscribe",
        )
    ],
    "contact-sharing-message": [
        said("TRBNjU5OUFFRTAzODEwMTQ0RgA=", 1744344496, "👤 Lucía Gómez\nGoogle\n+1 (983) 555-2319")
    ],
    "group-create-message": [InboundGroup(group_id=GROUP, name="your-group-subject", joined=MANY, at=1750269342000)],
    "group-remove-participants": [InboundGroup(group_id=GROUP, left=MANY, at=1750269342000)],
    "group-settings-update": [],
    "image-message": [
        InboundMessage(
            external_id=LATER + "TRBNjU5OUFFRTAzODEwMTQ0RgA=",
            sender=SHEENA,
            text="Taj Mahal",
            at=1744344496000,
            media=(Media("photo.jpg", "image/jpeg", 0, url=PICTURE),),
        )
    ],
    "interactive-button-reply-message": [
        said(
            "TZBQzg0MzQ4QjRCM0NGNkVGOAA=",
            1750025136,
            "Cancel",
            answers=BEFORE + "3MEM2RUJFNkI0RENGQTVDRjUA",
            chosen="cancel-button",
        )
    ],
    "interactive-list-reply-message": [
        said(
            "UJDQ0NDM0FEODY4ODkzOTc5RgA=",
            1749854575,
            "Priority Mail Express",
            answers=BEFORE.removesuffix("I") + "JGMzEyNzhENTZDMzNGODlDRDgA",
            chosen="priority_express",
            quoted="Next Day to 2 Days",
        )
    ],
    "location-message": [said("TU2MjZEMDBGRkE3MENEMDE0RQA=", 1744344496, PLACE)],
    "order-message": [
        said(
            "TEyQjFGNzI1QTQxMjI5QTMyOQA=",
            1750096325,
            "🛒 2 × di9ozbzfi4 (30 USD)\n🛒 1 × nqryix03ez (25 USD)",
        )
    ],
    "reaction-message": [InboundReaction(message=BEFORE + "0RTJEOTc2ODVERUY5RDlGNkYA", sender=SHEENA, emoji="👍")],
    "system-message": [
        InboundMessage(
            external_id="wamid.HBgLMTk4MzU1NTE5NzQVAgASGAoxMTgyMDg2MjY3AA==",
            sender=(Address("tel", "+12195555358", verified=True), Address("tel", "+16505551234", verified=True)),
            text="User Sheena Nelson changed from 16505551234 to 12195555358",
            at=1750269342000,
            flags=frozenset({"automatic"}),
        )
    ],
    "text-message": [said("TRBNjU5OUFFRTAzODEwMTQ0RgA=", 1749416383, "Does it come in another color?")],
    "text-message-from-click-to-whatsapp-ad": [
        said(
            "UQ0N0VFMDA2MTQ0RkJFNkNDNAA=",
            1750275992,
            "Hello! Can I get more info on this?",
            quoted="Chat with us\nSummer Succulents are here!\nhttps://fb.me/3cr4Wqqkv",
        )
    ],
    "text-message-with-context-product-inquiry": [
        said(
            "TA2NTUwRkNEMDdFQjJCRUU0NQA=",
            1750016800,
            "Is this still available?",
            answers="wamid.HBgLMTY1MDM4Nzk0MzkVAgARGA9wcm9kdWN0X2lucXVpcnkA",
            quoted="🛒 di9ozbzfi4",
        )
    ],
    "unsupported-message": [
        Unsupported(
            external_id="wamid.HBgLMTQyMDU1NTA3NDkVAgASGBI5N0MwRjg0RTVBNUI1RDA2OTkA",
            reason="channel.whatsapp.unshown",
            sender=SHEENA,
        )
    ],
}
NOT_SHOWN = {"unsupported-message"}
"""What WhatsApp itself hands on without its content."""


def test_every_example_has_its_golden_value() -> None:
    assert sorted(examples("in")) == sorted(GOLDEN)


def test_every_example_is_shown_as_expected() -> None:
    wrong = {name: read(body) for name, body in examples("in").items() if read(body) != GOLDEN[name]}
    assert wrong == {}


def test_none_is_lost_and_only_those_are_not_understood_that_have_nothing_to_show() -> None:
    told = {name: read(body) for name, body in examples("in").items()}
    assert {name for name, found in told.items() if any(isinstance(one, Unsupported) for one in found)} == NOT_SHOWN
    assert {name for name, found in told.items() if not found} == {"group-settings-update"}, "only its picture changed"


def test_another_number_of_the_account_is_left_to_its_own_inbox() -> None:
    for body in examples("in").values():
        assert read(body.replace(NUMBER.encode(), b"1")) == []

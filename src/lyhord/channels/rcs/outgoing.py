"""What leaves: the parts that a customer's phone takes, and the message that stands for each."""

from typing import Any

from msgspec.structs import replace

from lyhord.channels.rcs.options import Options
from lyhord.channels.rcs.reading import POSTBACK
from lyhord.conversations.channel import Descriptor
from lyhord.conversations.exchange import Context, Media, Outbound, Plan, Refusal
from lyhord.conversations.plan import measure, plan_by_descriptor

CARD, CAROUSEL, PDF_CARD = "RICHCARD_STANDALONE", "RICHCARD_CAROUSEL", "PDF_IN_RICH_CARDS"
"""Google's words for what a phone can show."""
_TEXT = frozenset({"text"})
_CARD_TEXT, _CARD_BUTTONS, _CARDS = 2_000, 4, 10
_PDF = "application/pdf"
_PICTURES = frozenset(f"image/{one}" for one in ("jpeg", "gif", "png"))
_FILMS = frozenset(f"video/{one}" for one in ("h263", "m4v", "mp4", "mpeg4", "mpeg", "webm"))
_SOUND = frozenset(f"audio/{one}" for one in ("aac", "mp3", "mpeg", "mpg", "mp4", "mp4-latm", "3gpp"))
_ON_CARDS = _PICTURES | _FILMS
_SHOWN = _ON_CARDS | _SOUND | {_PDF, "application/ogg"}


def plan_parts(descriptor: Descriptor, outbound: Outbound, context: Context) -> Plan | Refusal:
    """As the descriptor says, and as the phone can: words and their one picture as a card, several pictures as a row of cards. Where that
    isn't known each file is a message of its own; files that RCS doesn't carry are links. All need an address that starts with https.
    """
    shown = tuple(item for item in outbound.media if _is_shown(item))
    others = tuple(item for item in outbound.media if item not in shown)
    says = bool(others or outbound.text.strip() or outbound.html or outbound.buttons or not shown)
    fitting, rest = (replace(descriptor, kinds_out=_TEXT), others) if says else (descriptor, shown)
    plan = plan_by_descriptor(fitting, replace(outbound, media=rest), context)
    if isinstance(plan, Refusal):
        return plan
    words = plan.parts if says else ()
    buttons = plan.parts[-1].buttons if says else ()
    bare = replace(outbound, text="", html=None, quote="", subject=None, media=(), buttons=())
    plain = tuple(replace(part, buttons=()) for part in words)
    parts = _with_files(plain, bare, shown, context.peer.features if context.peer else frozenset())
    return replace(plan, parts=(*parts[:-1], replace(parts[-1], buttons=buttons)))


def _with_files(
    words: tuple[Outbound, ...], bare: Outbound, shown: tuple[Media, ...], features: frozenset[str]
) -> tuple[Outbound, ...]:
    on_cards = _ON_CARDS | {_PDF} if PDF_CARD in features else _ON_CARDS
    cards = all(item.type in on_cards for item in shown)
    if cards and len(shown) == 1 and len(words) == 1 and CARD in features:
        (said,) = words
        if measure(said.text, "utf16") <= _CARD_TEXT and said.text.strip():
            return (replace(said, media=shown),)
    if cards and 1 < len(shown) <= _CARDS and CAROUSEL in features:
        return (*words, replace(bare, media=shown))
    return (*words, *(replace(bare, media=(item,)) for item in shown))


def is_card(part: Outbound) -> bool:
    """Whether it leaves as one, which not every phone can show."""
    return len(part.media) > 1 or bool(part.media and part.text)


def to_message(part: Outbound, key: str, options: Options) -> dict[str, Any]:
    """The body that sends one planned part. Its key comes back with the button that is pressed."""
    reference = key.partition(".")[0]
    chips = [
        {"reply": {"text": label, "postbackData": f"{POSTBACK}{number}:{reference}"}}
        for number, label in enumerate(part.buttons, 1)
    ]
    below = {"suggestions": chips} if chips else {}
    message = {"contentMessage": _content(part, below), "messageTrafficType": "SERVICEREQUEST"}
    return {**message, "ttl": f"{options.wait_hours * 3600}s"} if options.wait_hours else message


def _content(part: Outbound, below: dict[str, Any]) -> dict[str, Any]:
    if not part.media:
        return {"text": part.text, **below}
    if not is_card(part):
        return {"contentInfo": _file(part.media[0]), **below}
    if len(part.media) > 1:
        cards = [{"media": {"height": "MEDIUM", "contentInfo": _file(item)}} for item in part.media]
        return {"richCard": {"carouselCard": {"cardWidth": "MEDIUM", "cardContents": cards}}, **below}
    inside = len(part.buttons) <= _CARD_BUTTONS
    card = {
        "description": part.text,
        "media": {"height": "TALL", "contentInfo": _file(part.media[0])},
        **(below if inside else {}),
    }
    whole = {"standaloneCard": {"cardOrientation": "VERTICAL", "cardContent": card}}
    return {"richCard": whole, **({} if inside else below)}


def _file(item: Media) -> dict[str, Any]:
    return {"fileUrl": item.url, "forceRefresh": False}


def _is_shown(item: Media) -> bool:
    return item.type in _SHOWN and item.url is not None and item.url.startswith("https://")

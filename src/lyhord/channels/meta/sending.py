"""What leaves for a private conversation, and what Meta's refusals of it mean."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import msgspec
from msgspec.structs import replace

from lyhord.channels.meta.graph import BUSY, Graph, Trouble, Upload
from lyhord.channels.meta.talk import MARK
from lyhord.conversations.exchange import Address, Failed, Media, Outbound, Outcome, Plan, Refusal, Retry, Unknown
from lyhord.kit.egress import Answer, Call, Refused, Unreachable
from lyhord.kit.files import Files
from lyhord.kit.problems import NotFound

MOST_BUTTONS, LONGEST_BUTTON = 13, 20
"""Quick replies beside a message, and how many characters of each are shown (Messenger Platform, quick replies)."""
HUMAN_WINDOW = 7 * 24 * 3600
"""Seconds within which a person may answer, where the app was granted the tag HUMAN_AGENT."""
WINDOW = 24 * 3600
"""Seconds within which anybody may."""
CLOSED, ABUSIVE = "plan.window_closed", "channel.meta.abusive"
MEANINGS: Mapping[int, Outcome] = {
    **dict.fromkeys((2018065, 2018278, 2534022), Failed(CLOSED)),
    **dict.fromkeys((551, 1545041, 2018108, 2018027), Failed("channel.meta.away")),
    **dict.fromkeys((2018001, 2534014), Failed("channel.meta.nobody")),
    **dict.fromkeys((2018109, 2018074), Failed("plan.file_too_large")),
    **dict.fromkeys((2018007, 2018008, 2018047, 2018294), Failed("channel.meta.bad_file")),
    **dict.fromkeys((2018300, 2018301), Failed("channel.meta.not_ours")),
    **dict.fromkeys((10900, 2534025), Failed("channel.meta.answered_already")),
    10903: Failed("channel.meta.no_private_answer"),
    33: Failed("channel.meta.gone"),
    368: Failed(ABUSIVE),
    1200: Retry(BUSY),
}
"""Codes and subcodes by what they mean (Messenger Platform, error codes; Page messages reference). What the Graph API means
everywhere stands in `graph`."""
LARGEST_FILE = 25_000_000
_GONE = {400, 401, 403, 404, 410}


def kind_of(media: Media) -> str:
    """As what a file is sent: image, audio, video or file."""
    kind = media.type.partition("/")[0]
    return kind if kind in {"image", "audio", "video"} else "file"


def quick_replies(labels: tuple[str, ...]) -> dict[str, Any]:
    """Buttons that vanish once one of them is pressed, or something else is said."""
    replies = [{"content_type": "text", "title": label, "payload": label} for label in labels]
    return {"quick_replies": replies} if replies else {}


def buttons_fit(outbound: Outbound) -> bool:
    """Whether buttons can stand below it: none would be cut, and there is something below which they stand."""
    whole = all(len(label) <= LONGEST_BUTTON for label in outbound.buttons)
    return whole and bool(outbound.text.strip() or outbound.media)


def mark(key: str) -> dict[str, str]:
    """What comes back with the echo, so that it is known as ours and proves that the message left."""
    return {"metadata": f"{MARK}{key}"}


def in_private(plan: Plan, *, quoting: bool, once: bool) -> Plan | Refusal:
    """A plan in the messages that Meta takes: words by themselves, then each file; buttons below the last.

    `quoting`: the first one says what it answers. `once`: it is the one private answer to something public, which it names.
    """
    parts = [*plan.parts[:-1], *_apart(plan.parts[-1])]
    if once and len(parts) > 1:
        return Refusal("plan.private_single", ("public",))
    if not (quoting or once):
        parts[0] = replace(parts[0], answers=None)
    return replace(plan, parts=(parts[0], *(replace(part, answers=None) for part in parts[1:])))


def _apart(part: Outbound) -> list[Outbound]:
    if not part.media:
        return [part]
    words = [replace(part, media=(), buttons=())] if part.text else []
    files = [replace(part, text="", media=(file,), buttons=()) for file in part.media]
    files[-1] = replace(files[-1], buttons=part.buttons)
    return [*words, *files]


def take_id(answer: msgspec.Raw, *names: str) -> str:
    """What Meta calls what was made, under the first of `names` that is there; "" where it doesn't say."""
    try:
        told = msgspec.json.decode(answer, type=dict[str, Any])
    except (msgspec.MsgspecError, ValueError):
        return ""
    return next((str(told[name]) for name in names if told.get(name)), "")


async def upload_of(files: Files, media: Media, field: str, *, name: str = "") -> Upload:
    """A file to send along, read from the store where it is there; raises `NotFound`."""
    content = await files.read(media.file or "") if media.content is None else media.content
    return Upload(field, name or media.name, media.type, content)


async def fetch_file(call: Callable[[Call], Awaitable[Answer]], media: Media) -> bytes:
    """A file that somebody sent, from where Meta says it is. The token isn't told there: the address lets in by itself.

    Raises `NotFound` where it is gone or nobody may go there, `Unreachable` for what may pass.
    """
    try:
        answer = await call(Call(url=media.url or "", seconds=100, size=LARGEST_FILE, hops=3))
    except Refused as error:
        raise NotFound(error.detail) from None
    if answer.status in _GONE:
        raise NotFound(f"the file is gone ({answer.status})")
    if answer.status != 200:
        raise Unreachable(f"the file can't be had now ({answer.status})", sent=True)
    return answer.body


async def ask_name(graph: Graph, address: Address, *fields: str) -> str:
    """What somebody is called, by the first of `fields` that Meta tells; "" where it doesn't, as of who never wrote in private.

    Raises `Trouble` for what may pass.
    """
    if not address.value.isdecimal():
        return ""
    try:
        return take_id(await graph.get(address.value, fields=",".join(fields)), *fields)
    except Trouble as trouble:
        if trouble.http and trouble.http < 500 and trouble.http != 429:
            return ""
        raise


def outcome_of(trouble: Trouble, *, again: bool = False) -> Outcome:
    """What a refusal means; `again`: done twice it is done once, so that no answer means trying again."""
    outcome = trouble.outcome
    return Retry(outcome.reason) if again and isinstance(outcome, Unknown) else outcome

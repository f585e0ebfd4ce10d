"""Files that leave: put where the server's upload service says (XEP-0363), so that their address can be sent."""

from collections.abc import Awaitable, Callable
from uuid import uuid4

from lyhord.channels.xmpp.options import Options
from lyhord.channels.xmpp.reading import reason_of
from lyhord.channels.xmpp.stanzas import Element, element
from lyhord.channels.xmpp.streams import Stream
from lyhord.conversations.exchange import Failed, Media, Outcome, Retry
from lyhord.kit.egress import Answer, Call, Refused, Unreachable

UPLOAD, ITEMS, INFO = (
    "urn:xmpp:http:upload:0",
    "http://jabber.org/protocol/disco#items",
    "http://jabber.org/protocol/disco#info",
)
_HEADERS = frozenset({"authorization", "cookie", "expires"})
"""The only ones that a service may ask for."""


class NoUpload(Exception):
    """The file couldn't be put anywhere; `outcome` is what that means for its message."""

    def __init__(self, outcome: Outcome) -> None:
        super().__init__(str(outcome))
        self.outcome = outcome


async def upload(
    stream: Stream, call: Callable[[Call], Awaitable[Answer]], options: Options, media: Media, content: bytes
) -> str:
    """The address under which everybody who has it can fetch the file. Raises `NoUpload`, `NotOpen`, `Lost`."""
    service = options.upload_service or await _find_service(stream, options)
    if not service:
        raise NoUpload(Failed("channel.xmpp.no_upload"))
    request = element("request", UPLOAD, filename=media.name, size=str(len(content)))
    request.attributes["content-type"] = media.type
    answer = await stream.ask(_iq(options, service, request))
    slot = answer.find("slot", UPLOAD)
    if slot is None:
        raise NoUpload(Failed(reason_of(answer)))
    put, get = slot.find("put", UPLOAD), slot.find("get", UPLOAD)
    if put is None or get is None or not (put.get("url") and get.get("url")):
        raise NoUpload(Failed("channel.xmpp.no_upload"))
    headers = {one.get("name").lower(): one.text for one in put.each(UPLOAD) if one.get("name").lower() in _HEADERS}
    headers |= {"content-type": media.type}
    try:
        done = await call(Call(url=put.get("url"), method="PUT", headers=headers, body=content, seconds=120))
    except Refused as error:
        raise NoUpload(Failed("channel.xmpp.upload_refused")) from error
    except Unreachable as error:  # putting a file twice does no harm: nobody has its address
        raise NoUpload(Retry("channel.xmpp.upload_away")) from error
    if done.status >= 500 or done.status == 429:
        raise NoUpload(Retry("channel.xmpp.upload_away"))
    if done.status >= 300:
        raise NoUpload(Failed("plan.file_too_large" if done.status == 413 else "channel.xmpp.upload_refused"))
    return get.get("url")


async def _find_service(stream: Stream, options: Options) -> str:
    """The upload service of the server that our domain is part of; "" where it has none."""
    server = options.domain.partition(".")[2]
    if not server:
        return ""
    listed = (await stream.ask(_iq(options, server, element("query", ITEMS)))).find("query", ITEMS)
    names = [one.get("jid") for one in listed.each(ITEMS)] if listed is not None else []
    for name in dict.fromkeys([*filter(None, names), server]):
        info = (await stream.ask(_iq(options, name, element("query", INFO)))).find("query", INFO)
        if info is not None and any(one.get("var") == UPLOAD for one in info.each(INFO)):
            return name
    return ""


def _iq(options: Options, to: str, query: Element) -> Element:
    made = element("iq", "", query, type="get", id=uuid4().hex, to=to)
    made.attributes["from"] = f"{options.address}/lyhord"
    return made

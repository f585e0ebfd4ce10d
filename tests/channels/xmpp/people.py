"""A customer with a client that somebody else wrote (slixmpp), and the door of an inbox as an adapter has it."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any, Literal

import msgspec
import slixmpp
from slixmpp.xmlstream.handler import Callback
from slixmpp.xmlstream.matcher import StanzaPath

from lyhord.channels.xmpp.adapter import Xmpp
from lyhord.channels.xmpp.tools import Tools
from lyhord.conversations.account import Account, Health, Means
from lyhord.conversations.exchange import Inbound, Raw
from lyhord.kit.database import Busy
from tests.counterparts.prosody import DESK, PASSWORD, ROOMS, SECRET, Prosody

US = f"support@{DESK}"
ROOM = f"neighbours@{ROOMS}"
PLUGINS = (30, 45, 54, 66, 85, 115, 184, 199, 308, 333, 359, 363, 424, 428, 444, 461)


class Person(slixmpp.ClientXMPP):
    """Somebody with a client. `heard` are the messages that came, `receipts` what was confirmed of theirs."""

    def __init__(self, address: str) -> None:
        super().__init__(address, PASSWORD)
        self.enable_direct_tls = self.enable_starttls = False
        self.enable_plaintext = True
        for number in PLUGINS:
            self.register_plugin(f"xep_{number:04}")
        self.plugin["xep_0184"].auto_ack = True
        self.plugin["xep_0184"].auto_request = True
        mechanisms = self.plugin["feature_mechanisms"]
        mechanisms.unencrypted_plain = mechanisms.unencrypted_scram = True
        self.heard: list[Any] = []
        self.receipts: list[str] = []
        self.there = asyncio.Event()
        self.add_event_handler("session_start", self._start)
        self.register_handler(Callback("everything", StanzaPath("message"), self.heard.append))
        self.add_event_handler("receipt_received", lambda stanza: self.receipts.append(str(stanza["receipt"])))

    async def come(self, server: Prosody) -> None:
        """Be online."""
        _ = self.connect("127.0.0.1", server.clients)
        await asyncio.wait_for(self.there.wait(), 20)

    async def go(self) -> None:
        """Be offline. What the library leaves running would end after its loop, and loudly."""
        await self.disconnect()
        rest = self._run_out_filters
        if rest is not None:
            rest.cancel()
            await asyncio.gather(rest, return_exceptions=True)

    def say(self, text: str, to: str = US, kind: Literal["chat", "groupchat"] = "chat", **more: Any) -> str:
        """Plain words; the id of the message. `more` are child elements as XML."""
        message = self.make_message(mto=to, mbody=text or None, mtype=kind)
        message["id"] = self.new_id()
        for xml in more.get("xml", ()):
            message.xml.append(slixmpp.xmlstream.ET.fromstring(xml))
        message.send()
        return str(message["id"])

    @property
    def words(self) -> list[str]:
        """What was said to them."""
        return [str(one["body"]) for one in self.heard if one["body"]]

    async def _start(self, _: object) -> None:
        self.send_presence()
        await self.get_roster()
        self.there.set()


class OpenDoor:
    """Keeps what comes; may be told that nothing can be stored."""

    def __init__(self) -> None:
        self.received: list[Inbound] = []
        self.raws: list[Raw] = []
        self.state = b"{}"
        self.reports: list[Health] = []
        self.full = False
        self.refused = 0

    async def receive(self, raw: Raw, inbounds: Sequence[Inbound]) -> None:
        if self.full:
            self.refused += 1
            raise Busy("full")
        self.raws.append(raw)
        self.received.extend(inbounds)

    async def recall(self) -> Mapping[str, object]:
        state: dict[str, Any] = msgspec.json.decode(self.state)
        return state

    async def remember(self, state: Mapping[str, object]) -> None:
        self.state = msgspec.json.encode(state)

    async def report(self, health: Health) -> None:
        self.reports.append(health)

    def found(self, kind: type[Any]) -> list[Any]:
        """What came of one kind."""
        return [one for one in self.received if isinstance(one, kind)]


def desk(server: Prosody, means: Means, secret: str = SECRET, **settings: Any) -> Xmpp:
    """The adapter of the inbox."""
    given = {"host": "127.0.0.1", "port": server.components, "domain": DESK, "localpart": "support", **settings}
    return Xmpp(Account("w", "inbox", "key", "Shop", given, {"secret": secret}), Tools(means))

"""RCS for Business as a channel: one agent."""

import hashlib
import hmac
import uuid
from base64 import b64encode

import msgspec
from msgspec.structs import replace

from lyhord.channels.rcs.api import BAD_ACCOUNT, FORBIDDEN, UNREACHABLE, Api, Trouble, id_of
from lyhord.channels.rcs.options import DESCRIPTOR, SCHEME, read_options
from lyhord.channels.rcs.outgoing import is_card, plan_parts, to_message
from lyhord.channels.rcs.reading import data_of, read_call
from lyhord.channels.rcs.sign_in import Tools
from lyhord.conversations.account import Account, Door, Health, Means
from lyhord.conversations.adapting import needed
from lyhord.conversations.deliveries import part_key
from lyhord.conversations.exchange import (
    Accepted,
    Address,
    Amendment,
    Context,
    Failed,
    Inbound,
    Media,
    Outbound,
    Outcome,
    Peer,
    Plan,
    Raw,
    Refusal,
    Reply,
    Verdict,
)
from lyhord.conversations.plan import with_addresses
from lyhord.kit.problems import NotFound
from lyhord.kit.text import fold

HEADER, MOST_PARTS = "x-goog-signature", 50
NOBODY = "+447700900123"
"""A number that the British regulator keeps for plays: what Google says of it proves who asks."""
INVALID, NOT_SIGNED_IN, REFUSED, NOT_THERE, KNOWN = 400, 401, 403, 404, 409

__all__ = ["DESCRIPTOR", "Rcs"]


class _SetUp(msgspec.Struct, frozen=True, rename="camel", forbid_unknown_fields=True):
    client_token: str
    secret: str


class Rcs:
    """One agent. Without `tools` it reads and plans, but can't reach Google."""

    @staticmethod
    def make_tools(means: Means) -> Tools:
        """Inboxes share the way out, and tokens where they share a service account."""
        return Tools(means)

    def __init__(self, account: Account, tools: Tools | None = None) -> None:
        self._options = read_options(account)
        self.descriptor = replace(DESCRIPTOR, typing_out=self._options.typing)
        self._tools = tools

    def verify(self, raw: Raw) -> Verdict:
        """Base64 of HMAC-SHA512 over what `message.data` carries, by the client token."""
        token, found = self._options.client_token, data_of(raw.body)
        if not token or found is None:
            return Verdict(ok=False, reason="no client token" if not token else "no message in the call")
        wanted = b64encode(hmac.new(token.encode(), found[1], hashlib.sha512).digest())
        ok = hmac.compare_digest(wanted, raw.headers.get(HEADER, "").encode("utf-8", "replace"))
        return Verdict(ok=ok, reason="" if ok else "signature doesn't fit the client token")

    def handshake(self, raw: Raw) -> Reply | None:
        """Google tries the address by a secret, which only whoever knows the client token gets back."""
        try:
            asked = msgspec.json.decode(raw.body, type=_SetUp)
        except (msgspec.MsgspecError, ValueError, RecursionError):
            return None
        token = self._options.client_token
        known = hmac.compare_digest(asked.client_token.encode("utf-8", "replace"), token.encode())
        return Reply(body=asked.secret.encode()) if token and known else Reply(status=403)

    def parse(self, raw: Raw) -> list[Inbound]:
        """What a call says."""
        return read_call(raw.body, self._options.agent_id)

    def ack(self, raw: Raw, *, ok: bool) -> Reply:
        """Nothing. What isn't taken is told again, for seven days."""
        return Reply(status=200 if ok else 503)

    def plan(self, outbound: Outbound, context: Context) -> Plan | Refusal:
        """As the descriptor says and the customer's phone can; files leave by their addresses."""
        means = self._tools.means if self._tools else None
        if means is not None and means.base_address.startswith("https://"):
            outbound = with_addresses(outbound, context, means.address_of)
        return plan_parts(self.descriptor, outbound, context)

    async def send(self, outbound: Outbound, key: str) -> Outcome:
        """One message. Google ignores a second one under the same id."""
        name = id_of(key)
        try:
            body = to_message(outbound, key, self._options)
            await self._api.ask("POST", f"{outbound.to.value}/agentMessages", {"messageId": name}, body, seconds=30)
        except Trouble as trouble:
            if trouble.code == INVALID and is_card(
                outbound
            ):  # another phone than the one that was asked: tried again, it leaves plain
                return Failed(trouble.words, Peer())
            return Accepted(name) if trouble.code == KNOWN else trouble.outcome
        return Accepted(name)

    async def amend(self, amendment: Amendment, key: str) -> Outcome:
        """Take back all parts of a message, where the phone hasn't got the first; nothing else can be changed."""
        if amendment.deed != "remove":
            return Failed("amend.not_here")
        for number in range(MOST_PARTS):
            name = id_of(part_key(amendment.message, number))
            try:
                await self._api.ask("DELETE", f"{amendment.to.value}/agentMessages/{name}", {})
            except Trouble as trouble:
                if trouble.code != NOT_THERE:
                    return trouble.outcome
                return Accepted("") if number else Failed("channel.rcs.already_there")
        return Accepted("")

    async def show_typing(self, to: Address) -> None:
        """For some seconds; raises `Trouble`."""
        await self._tell(to, {"eventType": "IS_TYPING"})

    async def show_read(self, to: Address, message: str, group_id: str | None = None) -> None:
        """The mark that it was read; raises `Trouble`."""
        if self._options.reads and group_id is None:
            await self._tell(to, {"eventType": "READ", "messageId": message})

    async def find_peer(self, to: Address) -> Peer:
        """What the phone can do; raises `Trouble` where Google doesn't say."""
        asked = {"requestId": str(uuid.uuid4())}
        try:
            said = await self._api.ask("GET", f"{to.value}/capabilities", asked, seconds=8)
        except Trouble as trouble:
            if trouble.code == NOT_THERE:
                return Peer(reachable=False)
            raise
        features = said.get("features")
        return Peer(features=frozenset(map(str, features)) if isinstance(features, list) else frozenset())

    async def fetch_media(self, media: Media) -> bytes:
        """The bytes behind the address that came with a message."""
        if not media.url:
            raise NotFound("there is no such file")
        return await self._api.fetch(media.url)

    async def run(self, door: Door) -> None:
        """Nothing: Google calls."""

    async def health(self) -> Health:
        """Whether Google knows the service account and lets it speak for the agent; with a number to try, whether that is reached."""
        missing = tuple(
            (name, "channel.rcs.missing", "")
            for name in ("service_account", "agent_id", "client_token")
            if not getattr(self._options, name)
        )
        if missing:
            return Health(ok=False, problems=missing)
        if not self._needed.means.base_address.startswith("https://"):
            return Health(ok=False, problems=(("", "channel.rcs.no_https", self._needed.means.base_address),))
        number = fold(SCHEME, self._options.test_number)
        try:
            peer = await self.find_peer(Address(SCHEME, number or NOBODY))
        except Trouble as trouble:
            return Health(ok=False, problems=(_problem(trouble),))
        if number and not peer.reachable:
            return Health(ok=False, problems=(("test_number", "channel.rcs.not_reached", ""),))
        return Health(ok=True, who=self._options.agent_id)

    async def _tell(self, to: Address, event: dict[str, str]) -> None:
        await self._api.ask("POST", f"{to.value}/agentEvents", {"eventId": str(uuid.uuid4())}, event, seconds=5)

    @property
    def _api(self) -> Api:
        return Api(self._needed, self._options)

    @property
    def _needed(self) -> Tools:
        return needed(self._tools)


def _problem(trouble: Trouble) -> tuple[str, str, str]:
    """As the inbox's page shows it."""
    if trouble.code == NOT_SIGNED_IN:
        return ("service_account", BAD_ACCOUNT, trouble.words)
    if trouble.code == REFUSED:
        return ("agent_id", FORBIDDEN, trouble.words)
    if 400 <= trouble.code < 429:
        return ("agent_id", "channel.rcs.refused", trouble.words)
    if getattr(trouble.outcome, "ours", False):
        return ("api_address", "problem.address_refused", trouble.words)
    return ("", UNREACHABLE, trouble.words)

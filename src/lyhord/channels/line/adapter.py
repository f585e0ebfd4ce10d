"""LINE as a channel: one official account."""

import asyncio
import hashlib
import hmac
from base64 import b64encode

from msgspec.structs import replace

from lyhord.channels.line.api import Api, Trouble
from lyhord.channels.line.hook import look_after_hook, problem_of, shown_quota
from lyhord.channels.line.options import DESCRIPTOR, SCHEME, read_options
from lyhord.channels.line.outgoing import plan_parts, to_message
from lyhord.channels.line.reading import read_call, tokens_of
from lyhord.conversations.account import Account, Door, Health, Means
from lyhord.conversations.adapting import judge, needed
from lyhord.conversations.exchange import (
    Address,
    Amendment,
    Context,
    Failed,
    Inbound,
    Media,
    Outbound,
    Outcome,
    Plan,
    Raw,
    Refusal,
    Reply,
    Verdict,
)
from lyhord.conversations.plan import with_addresses
from lyhord.kit.problems import NotFound

HEADER = "x-line-signature"
PREVIEW = "/app/icon-512.png"
TYPING_SECONDS = 10

__all__ = ["DESCRIPTOR", "Line"]


class Line:
    """One official account. Without `means` it reads and plans, but can't reach LINE."""

    @staticmethod
    def make_tools(means: Means) -> Means:
        """Inboxes share nothing but the way out."""
        return means

    def __init__(self, account: Account, means: Means | None = None) -> None:
        self._options = read_options(account)
        self.descriptor = replace(DESCRIPTOR, typing_out=self._options.typing)
        self._key = account.key
        self._means = means

    def verify(self, raw: Raw) -> Verdict:
        """Base64 of HMAC-SHA256 over the body, by the channel secret."""
        secret = self._options.channel_secret
        if not secret:
            return Verdict(ok=False, reason="no channel secret")
        wanted = b64encode(hmac.new(secret.encode(), raw.body, hashlib.sha256).digest()).decode()
        return judge(wanted, raw.headers.get(HEADER, ""), "signature doesn't fit the channel secret")

    def handshake(self, raw: Raw) -> Reply | None:
        """None: LINE tries us with a signed call without events."""
        return None

    def parse(self, raw: Raw) -> list[Inbound]:
        """What the events of a call say."""
        return read_call(raw.body)

    def ack(self, raw: Raw, *, ok: bool) -> Reply:
        """Nothing. What isn't taken is told again where redelivery is on."""
        return Reply(status=200 if ok else 503)

    def plan(self, outbound: Outbound, context: Context) -> Plan | Refusal:
        """As the descriptor says; files leave by their addresses."""
        if self._means is not None and self._means.base_address.startswith("https://"):
            outbound = with_addresses(outbound, context, self._means.address_of)
        return plan_parts(self.descriptor, outbound, context)

    async def send(self, outbound: Outbound, key: str) -> Outcome:
        """One message, to the customer or their group."""
        to = outbound.group_id or outbound.to.value
        preview = f"{needed(self._means).base_address.rstrip('/')}{PREVIEW}"
        return await self._line.push(to, to_message(outbound, preview), key)

    async def amend(self, amendment: Amendment, key: str) -> Outcome:
        """Refused: LINE lets accounts change nothing that left."""
        return Failed("amend.not_here")

    async def show_typing(self, to: Address) -> None:
        """LINE's animation, until the next message or for ten seconds. It has none for groups; raises `Trouble`."""
        if to.value.startswith("U"):
            body = {"chatId": to.value, "loadingSeconds": TYPING_SECONDS}
            await self._line.ask("POST", "/v2/bot/chat/loading/start", body)

    async def fetch_media(self, media: Media) -> bytes:
        """The bytes behind LINE's id of a message, or behind an address that came with it."""
        url = media.url or ""
        if url.startswith(f"{SCHEME}:"):
            return await self._line.fetch(url.removeprefix(f"{SCHEME}:"))
        if not url:
            raise NotFound("there is no such file")
        return await self._line.fetch_elsewhere(url)

    async def fetch_name(self, who: Address) -> str:
        """What a friend of the account calls themselves; raises `NotFound` for others, `Trouble` for what may pass."""
        try:
            profile = await self._line.ask("GET", f"/v2/bot/profile/{who.value}")
        except Trouble as trouble:
            if trouble.code in {400, 403, 404}:
                raise NotFound("LINE tells nothing of them") from None
            raise
        return str(profile.get("displayName") or "")

    async def fetch_group_name(self, group_id: str) -> str:
        """What a group is called; a room has no name. Raises as `fetch_name` does."""
        if not group_id.startswith("C"):
            return ""
        try:
            summary = await self._line.ask("GET", f"/v2/bot/group/{group_id}/summary")
        except Trouble as trouble:
            if trouble.code in {400, 403, 404}:
                raise NotFound("LINE tells nothing of the group") from None
            raise
        return str(summary.get("groupName") or "")

    async def show_read_by(self, handle: str) -> None:
        """Mark a message as read, where the inbox shows such and the message has a token; raises `Trouble`."""
        token = tokens_of(handle)[1]
        if token and self._options.reads:
            await self._line.ask("POST", "/v2/bot/chat/markAsRead", {"markAsReadToken": token})

    async def run(self, door: Door) -> None:
        """Tell LINE where to call, try it, and look after that, until cancelled."""
        await look_after_hook(self._line, door, f"{needed(self._means).base_address.rstrip('/')}/in/{self._key}")

    async def health(self) -> Health:
        """Whose token it is, and how many messages are left this month."""
        missing = tuple(
            (name, "channel.line.missing", "")
            for name in ("access_token", "channel_secret")
            if not getattr(self._options, name)
        )
        if missing:
            return Health(ok=False, problems=missing)
        if not needed(self._means).base_address.startswith("https://"):
            return Health(ok=False, problems=(("", "channel.line.no_https", needed(self._means).base_address),))
        try:
            async with asyncio.timeout(9):
                info = await self._line.ask("GET", "/v2/bot/info", seconds=8)
                quota = await shown_quota(self._line)
        except Trouble as trouble:
            return Health(ok=False, problems=(problem_of(trouble),))
        except TimeoutError:
            return Health(ok=False, problems=(("", "channel.line.unreachable", ""),))
        name, basic = (str(info.get(one) or "") for one in ("displayName", "basicId"))
        who = f"{name} ({quota})" if quota else name
        return Health(ok=True, who=who, link=f"https://line.me/R/ti/p/{basic}" if basic else "")

    @property
    def _line(self) -> Api:
        return Api(needed(self._means), self._options)

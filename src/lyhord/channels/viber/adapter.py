"""Viber as a channel: one bot."""

import hashlib
import hmac

from lyhord.channels.viber.api import BAD_TOKEN, UNREACHABLE, Api, Trouble
from lyhord.channels.viber.options import DESCRIPTOR, read_options
from lyhord.channels.viber.outgoing import plan_parts, to_message
from lyhord.channels.viber.reading import read_call
from lyhord.conversations.account import Account, Door, Health, Means
from lyhord.conversations.adapting import judge, look_after, needed
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
    Plan,
    Raw,
    Refusal,
    Reply,
    Unknown,
    Verdict,
)
from lyhord.conversations.plan import with_addresses
from lyhord.kit.problems import NotFound

HEADER = "x-viber-content-signature"
EVENTS = ("delivered", "seen", "failed", "subscribed", "unsubscribed", "conversation_started")
LOOK_SECONDS = 600.0
_INVALID_URL, _BAD_TOKEN = 1, 2

__all__ = ["DESCRIPTOR", "Viber"]


class Viber:
    """One bot. Without `means` it reads and plans, but can't reach Viber."""

    @staticmethod
    def make_tools(means: Means) -> Means:
        """Inboxes share nothing but the way out."""
        return means

    def __init__(self, account: Account, means: Means | None = None) -> None:
        self._options = read_options(account)
        self.descriptor = DESCRIPTOR
        self._key = account.key
        self._means = means

    def verify(self, raw: Raw) -> Verdict:
        """Hex of HMAC-SHA256 over the body, by the token."""
        token = self._options.auth_token
        if not token:
            return Verdict(ok=False, reason="no token")
        wanted = hmac.new(token.encode(), raw.body, hashlib.sha256).hexdigest()
        return judge(wanted, raw.headers.get(HEADER, ""), "signature doesn't fit the token")

    def handshake(self, raw: Raw) -> Reply | None:
        """None: Viber tries us with a signed call."""
        return None

    def parse(self, raw: Raw) -> list[Inbound]:
        """What a call says."""
        return read_call(raw.body)

    def ack(self, raw: Raw, *, ok: bool) -> Reply:
        """Nothing: whoever opens the chat is greeted by nobody."""
        return Reply(status=200 if ok else 503)

    def plan(self, outbound: Outbound, context: Context) -> Plan | Refusal:
        """As the descriptor says; files leave by their addresses."""
        if self._means is not None and self._means.base_address.startswith("https://"):
            outbound = with_addresses(outbound, context, self._means.address_of)
        return plan_parts(self.descriptor, outbound, context)

    async def send(self, outbound: Outbound, key: str) -> Outcome:
        """One message. Viber can't tell a second attempt from a second message, so that no answer is `Unknown`."""
        try:
            said = await self._api.ask("send_message", to_message(outbound, key, self._options), seconds=30)
        except Trouble as trouble:
            return trouble.outcome
        token = said.get("message_token")
        return Accepted(str(token)) if token else Unknown("delivery.no_answer")

    async def amend(self, amendment: Amendment, key: str) -> Outcome:
        """Refused: Viber lets bots change nothing that left."""
        return Failed("amend.not_here")

    async def show_typing(self, to: Address) -> None:
        """Nothing: Viber has no such sign for bots."""

    async def fetch_media(self, media: Media) -> bytes:
        """The bytes behind the address that came with a message."""
        if not media.url:
            raise NotFound("there is no such file")
        return await self._api.fetch(media.url)

    async def run(self, door: Door) -> None:
        """Tell Viber where to call and look after that, until cancelled."""
        await look_after(door, self._set_webhook, Trouble, _problem, seconds=LOOK_SECONDS, patient=True)

    async def health(self) -> Health:
        """Whose token it is, and whether Viber could call us."""
        if not self._options.auth_token:
            return Health(ok=False, problems=(("auth_token", "channel.viber.missing", ""),))
        if not needed(self._means).base_address.startswith("https://"):
            return Health(ok=False, problems=(("", "channel.viber.no_https", needed(self._means).base_address),))
        try:
            info = await self._api.ask("get_account_info", {}, seconds=9)
        except Trouble as trouble:
            return Health(ok=False, problems=(_problem(trouble),))
        name, uri = str(info.get("name") or ""), str(info.get("uri") or "")
        return Health(ok=True, who=name, link=f"viber://pa?chatURI={uri}" if uri else "")

    async def _set_webhook(self) -> None:
        """Viber calls the address before it takes it."""
        address = f"{needed(self._means).base_address.rstrip('/')}/in/{self._key}"
        info = await self._api.ask("get_account_info", {})
        told = info.get("event_types")
        if info.get("webhook") == address and isinstance(told, list) and set(EVENTS) <= set(map(str, told)):
            return
        wanted = {"url": address, "event_types": EVENTS, "send_name": True, "send_photo": False}
        await self._api.ask("set_webhook", wanted, seconds=30)

    @property
    def _api(self) -> Api:
        return Api(needed(self._means), self._options)


def _problem(trouble: Trouble) -> tuple[str, str, str]:
    """As the inbox's page shows it."""
    if trouble.code == _BAD_TOKEN:
        return ("auth_token", BAD_TOKEN, "")
    if trouble.code == _INVALID_URL:
        return ("", "channel.viber.cannot_call", trouble.words)
    if trouble.code:
        reason = getattr(trouble.outcome, "reason", "")
        return ("", reason if reason.startswith("channel.") else "channel.viber.refused", trouble.words)
    if getattr(trouble.outcome, "ours", False):
        return ("api_address", "problem.address_refused", trouble.words)
    return ("", UNREACHABLE, trouble.words)

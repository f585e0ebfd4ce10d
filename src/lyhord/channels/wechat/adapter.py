"""WeChat as a channel: one official account."""

from collections.abc import Mapping
from urllib.parse import parse_qsl

from msgspec.structs import replace

from lyhord.channels.wechat.api import UNREACHABLE, Api, Tools, Trouble
from lyhord.channels.wechat.options import DESCRIPTOR, SCHEME, read_options
from lyhord.channels.wechat.outgoing import kind_of, plan_parts, to_message
from lyhord.channels.wechat.reading import not_understood, read_message
from lyhord.channels.wechat.sealing import Seal, Unreadable, fits, read_xml, sign
from lyhord.conversations.account import Account, Door, Health, Means
from lyhord.conversations.adapting import needed
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
    Retry,
    Verdict,
)
from lyhord.conversations.plan import with_addresses
from lyhord.conversations.reaching import NO_ANSWER
from lyhord.kit.problems import NotFound

_SEND, _TYPING = "/cgi-bin/message/custom/send", "/cgi-bin/message/custom/typing"
_FIELDS = {
    "channel.wechat.bad_app_id": "app_id",
    "channel.wechat.bad_secret": "app_secret",
    "channel.wechat.not_listed": "",
}

__all__ = ["DESCRIPTOR", "WeChat"]


class WeChat:
    """One official account. Without `tools` it reads and plans, but can't reach WeChat."""

    @staticmethod
    def make_tools(means: Means) -> Tools:
        """Inboxes share the tokens of their accounts."""
        return Tools(means)

    def __init__(self, account: Account, tools: Tools | None = None) -> None:
        self._options = read_options(account)
        self.descriptor = replace(DESCRIPTOR, typing_out=self._options.typing)
        self._tools = tools
        try:
            self._seal = Seal(self._options.aes_key, self._options.app_id) if self._options.aes_key else None
            self._bad_key = False
        except Unreadable:
            self._seal, self._bad_key = None, True

    def verify(self, raw: Raw) -> Verdict:
        """By the token; of a sealed call over what is sealed, too. Where we have a key, only sealed calls are believed."""
        query = _query(raw)
        if not self._options.token or self._bad_key:
            return Verdict(ok=False, reason="no token, or a key that is none")
        if self._seal is None:
            return self._plainly(query)
        try:
            sealed = read_xml(raw.body).get("Encrypt", "")
            wanted = sign(self._options.token, query.get("timestamp", ""), query.get("nonce", ""), sealed)
            if not (sealed and fits(wanted, query.get("msg_signature", ""))):
                return Verdict(ok=False, reason="not sealed, or the signature doesn't fit the token and what is sealed")
            self._seal.open(sealed)
        except Unreadable as error:
            return Verdict(ok=False, reason=str(error))
        return Verdict(ok=True)

    def handshake(self, raw: Raw) -> Reply | None:
        """What WeChat wants to hear back when somebody enters our address there."""
        query = _query(raw)
        if raw.body or "echostr" not in query:
            return None
        if not (self._options.token and self._plainly(query).ok):
            return Reply(401, b"Bad signature")
        return Reply(body=query["echostr"].encode("utf-8", "replace"))

    def parse(self, raw: Raw) -> list[Inbound]:
        """What a call says, once it is opened."""
        try:
            told = read_xml(raw.body)
            if self._seal is not None:
                told = read_xml(self._seal.open(told.get("Encrypt", "")))
        except Unreadable:
            return not_understood(raw.body)
        return read_message(told, raw.body)

    def ack(self, raw: Raw, *, ok: bool) -> Reply:
        """The word with which WeChat says nothing to the customer, and doesn't call again."""
        return Reply(body=b"success") if ok else Reply(503)

    def plan(self, outbound: Outbound, context: Context) -> Plan | Refusal:
        """As the descriptor says; files that WeChat doesn't take leave as links."""
        if self._tools is not None and self._tools.means.base_address:
            outbound = with_addresses(outbound, context, self._tools.means.address_of)
        return plan_parts(self.descriptor, outbound, context)

    async def send(self, outbound: Outbound, key: str) -> Outcome:
        """One message, its file uploaded first. WeChat can't tell a second attempt, so that no answer is `Unknown`."""
        try:
            media_id = await self._upload(outbound.media[0]) if outbound.media else ""
            await self._api.ask(_SEND, to_message(outbound, media_id), seconds=30)
        except NotFound:
            return Failed("file.lost")
        except Trouble as trouble:
            return trouble.outcome
        return Accepted("")

    async def amend(self, amendment: Amendment, key: str) -> Outcome:
        """Refused: WeChat lets accounts change nothing that left."""
        return Failed("amend.not_here")

    async def show_typing(self, to: Address) -> None:
        """For some fifteen seconds; raises `Trouble`."""
        await self._api.ask(_TYPING, {"touser": to.value, "command": "Typing"})

    async def fetch_media(self, media: Media) -> bytes:
        """The bytes behind WeChat's id of a file."""
        return await self._api.fetch((media.url or "").removeprefix(f"{SCHEME}:"))

    async def run(self, door: Door) -> None:
        """Nothing to fetch."""

    async def health(self) -> Health:
        """Whether WeChat gives us a token."""
        missing = tuple(
            (name, "channel.wechat.missing", "")
            for name in ("app_id", "app_secret", "token")
            if not getattr(self._options, name)
        )
        if missing:
            return Health(ok=False, problems=missing)
        if self._bad_key:
            return Health(ok=False, problems=(("aes_key", "channel.wechat.bad_key", ""),))
        try:
            await self._api.token()
        except Trouble as trouble:
            return Health(ok=False, problems=(_problem(trouble),))
        return Health(ok=True, who=self._options.app_id)

    async def _upload(self, media: Media) -> str:
        content = (
            await needed(self._tools).means.files.read(media.file or "") if media.content is None else media.content
        )
        media_id = await self._api.upload(kind_of(media), media, content)
        if not media_id:
            raise Trouble(0, "no id of the file", Retry(NO_ANSWER))
        return media_id

    def _plainly(self, query: Mapping[str, str]) -> Verdict:
        wanted = sign(self._options.token, query.get("timestamp", ""), query.get("nonce", ""))
        ok = fits(wanted, query.get("signature", ""))
        return Verdict(ok=ok, reason="" if ok else "signature doesn't fit the token")

    @property
    def _api(self) -> Api:
        return Api(needed(self._tools), self._options)


def _query(raw: Raw) -> dict[str, str]:
    return dict(parse_qsl(raw.query, keep_blank_values=True))


def _problem(trouble: Trouble) -> tuple[str, str, str]:
    """As the inbox's page shows it."""
    reason = getattr(trouble.outcome, "reason", "")
    if reason in _FIELDS:
        return (_FIELDS[reason], reason, trouble.words if reason == "channel.wechat.not_listed" else "")
    if trouble.code:
        return ("", "channel.wechat.refused", f"{trouble.code}: {trouble.words}")
    if getattr(trouble.outcome, "ours", False):
        return ("api_address", "problem.address_refused", trouble.words)
    return ("", UNREACHABLE, trouble.words)

"""Telegram as a channel: one bot, with whatever business accounts have connected it."""

from typing import Any

import msgspec

from lyhord.channels.telegram.bot import Bot, Trouble, Upload
from lyhord.channels.telegram.groups import SCHEME
from lyhord.channels.telegram.options import DESCRIPTOR, read_options
from lyhord.channels.telegram.outgoing import (
    Request,
    plan_parts,
    sent_place,
    to_amending,
    to_request,
    to_typing,
    to_typing_in,
)
from lyhord.channels.telegram.payloads import Life
from lyhord.channels.telegram.reading import read_pressed, read_update
from lyhord.channels.telegram.receiving import hook, poll, problem_of
from lyhord.conversations.account import Account, Door, Health, Means
from lyhord.conversations.adapting import judge, needed
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
    Unknown,
    Verdict,
)
from lyhord.kit.problems import NotFound

HEADER = "x-telegram-bot-api-secret-token"
_DONE = ("message is not modified", "message to delete not found")
"""Refusals that say that it is so already."""

__all__ = ["DESCRIPTOR", "Telegram"]


class Telegram:
    """One bot. Without `means` it reads and plans, but can't reach Telegram."""

    @staticmethod
    def make_tools(means: Means) -> Means:
        """Inboxes share nothing but the way out and the files."""
        return means

    def __init__(self, account: Account, means: Means | None = None) -> None:
        self._options = read_options(account)
        self.descriptor = msgspec.structs.replace(DESCRIPTOR, typing_out=self._options.typing)
        self._key = account.key
        self._means = means

    def verify(self, raw: Raw) -> Verdict:
        """By the secret that we gave Telegram with the address; a bot whose updates are fetched takes no calls."""
        if not (self._options.by_webhook and self._options.token):
            return Verdict(ok=False, reason="updates are fetched")
        return judge(self._options.webhook_secret, raw.headers.get(HEADER, ""), "secret token doesn't fit")

    def handshake(self, raw: Raw) -> Reply | None:
        """None: nobody sets anything up."""
        return None

    def parse(self, raw: Raw) -> list[Inbound]:
        """What one update says."""
        return read_update(raw.body)

    def ack(self, raw: Raw, *, ok: bool) -> Reply:
        """Nothing, or for a pressed button the call that ends its waiting."""
        pressed = read_pressed(raw.body) if ok else None
        if pressed is None:
            return Reply(status=200 if ok else 503)
        call = {"method": "answerCallbackQuery", "callback_query_id": pressed}
        return Reply(body=msgspec.json.encode(call), content_type="application/json")

    def plan(self, outbound: Outbound, context: Context) -> Plan | Refusal:
        """As the descriptor says, each file in a message of its own."""
        return plan_parts(self.descriptor, outbound, context)

    async def send(self, outbound: Outbound, key: str) -> Outcome:
        """One message. Telegram can't tell a second attempt from a second message, so that no answer is `Unknown`."""
        try:
            answer = await self._ask(to_request(outbound))
        except NotFound:
            return Failed("file.lost")
        except Trouble as trouble:
            return trouble.outcome
        return Accepted(sent_place(answer, outbound.to))

    async def amend(self, amendment: Amendment, key: str) -> Outcome:
        """Edit, delete or react; done twice it is done once, so that no answer means trying again."""
        request = to_amending(amendment)
        if request is None:
            return Failed(f"amend.no_{amendment.deed}")
        try:
            await self._ask(request)
        except Trouble as trouble:
            if any(words in trouble.words for words in _DONE):
                return Accepted("")
            outcome = trouble.outcome
            return Retry(outcome.reason) if isinstance(outcome, Unknown) else outcome
        return Accepted("")

    async def show_typing(self, to: Address) -> None:
        """For some five seconds; raises `Trouble`."""
        await self._ask(to_typing(to))

    async def show_typing_in(self, group_id: str) -> None:
        """The same in a group."""
        await self._ask(to_typing_in(group_id))

    async def fetch_timer(self, to: Address, group_id: str | None) -> int:
        """What Telegram says of the chat. A bot may not ask about chats of a business account: there only changes are told."""
        if group_id is None and "@" in to.value:
            return 0
        try:
            answer = await self._bot.ask("getChat", {"chat_id": int(group_id or to.value)})
        except Trouble as trouble:
            if isinstance(trouble.outcome, Failed):
                raise NotFound(trouble.words) from None
            raise
        return msgspec.json.decode(answer, type=Life).message_auto_delete_time

    async def fetch_media(self, media: Media) -> bytes:
        """The bytes behind Telegram's id of a file."""
        return await self._bot.fetch((media.url or "").removeprefix(f"{SCHEME}:"))

    async def run(self, door: Door) -> None:
        """Fetch updates, or have them sent to our webhook, until cancelled."""
        if self._options.by_webhook:
            await hook(
                self._bot, door, f"{needed(self._means).base_address}/in/{self._key}", self._options.webhook_secret
            )
        else:
            await poll(self._bot, door)

    async def health(self) -> Health:
        """Asks Telegram whose token it is; for a webhook also whether our own address can be called."""
        if self._options.by_webhook and not needed(self._means).base_address.startswith("https://"):
            return Health(
                ok=False, problems=(("receive", "channel.telegram.no_https", needed(self._means).base_address),)
            )
        try:
            answer = await self._bot.ask("getMe", {}, seconds=9)
        except Trouble as trouble:
            return Health(ok=False, problems=(problem_of(trouble),))
        bot: dict[str, Any] = msgspec.json.decode(answer, type=dict[str, Any])
        name = str(bot.get("username") or "")
        return Health(ok=True, who=f"@{name}" if name else "", link=f"https://t.me/{name}" if name else "")

    async def _ask(self, request: Request) -> msgspec.Raw:
        media = request.media
        if media is None:
            return await self._bot.ask(request.method, request.body)
        content = await needed(self._means).files.read(media.file or "") if media.content is None else media.content
        upload = Upload(request.field, media.name, media.type, content)
        return await self._bot.ask(request.method, request.body, seconds=120, upload=upload)

    @property
    def _bot(self) -> Bot:
        return Bot(needed(self._means).call, self._options.server, self._options.token)

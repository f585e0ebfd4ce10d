"""X as a channel: one account, with what is said to it in posts and in private messages."""

from base64 import b64encode
from collections.abc import Sequence
from urllib.parse import urlsplit

from msgspec.structs import replace

from lyhord.channels.x.api import Service, Trouble, data_of
from lyhord.channels.x.hooking import check, keep_hooked
from lyhord.channels.x.options import DESCRIPTOR, read_options
from lyhord.channels.x.outgoing import plan_parts, to_direct, to_post
from lyhord.channels.x.reading import PRIVATE, read_call
from lyhord.channels.x.sent import Tools
from lyhord.channels.x.signing import answer_challenge, verify
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
    Unknown,
    Verdict,
)
from lyhord.kit.egress import Refused, Unreachable
from lyhord.kit.problems import NotFound

LARGEST_FILE = 100_000_000
_SIGNED_HOSTS = frozenset({"ton.twitter.com", "ton.x.com"})
"""Where files of private messages are, for whom they are alone."""

__all__ = ["DESCRIPTOR", "X"]


class X:
    """One account. Without `tools` it reads and plans, but can't reach X."""

    @staticmethod
    def make_tools(means: Means) -> Tools:
        """Inboxes share the way out and the files, and what was sent from here."""
        return Tools(means)

    def __init__(self, account: Account, tools: Tools | None = None) -> None:
        self._options = read_options(account)
        self._key = account.key
        self._inbox_id = account.inbox_id
        self._tools = tools
        self.descriptor = replace(DESCRIPTOR, public=self._options.posts, hide=self._options.posts)

    def verify(self, raw: Raw) -> Verdict:
        """By the signature with the consumer secret, or that of OAuth 2.0."""
        return verify(self._options, raw)

    def handshake(self, raw: Raw) -> Reply | None:
        """The answer to the challenge with which X sees, every now and then, that we know the secret."""
        return answer_challenge(self._options, raw)

    def parse(self, raw: Raw) -> list[Inbound]:
        """What one call tells, without what this process itself sent."""
        told = read_call(raw.body, self._options)
        tools = self._tools
        return told if tools is None else [one for one in told if not tools.knows(self._inbox_id, one)]

    def ack(self, raw: Raw, *, ok: bool) -> Reply:
        """Nothing but that it was stored."""
        return Reply(status=200 if ok else 503)

    def plan(self, outbound: Outbound, context: Context) -> Plan | Refusal:
        """As the descriptor says, with what it costs; in public as X weighs words."""
        return plan_parts(self._options, self.descriptor, outbound, context)

    async def send(self, outbound: Outbound, key: str) -> Outcome:
        """One post or private message. X can't tell a second attempt from a second message, but refuses the same words twice."""
        aloud = outbound.place is not None
        try:
            files = [await self._upload(media, aloud=aloud) for media in outbound.media]
        except NotFound:
            return Failed("file.lost")
        except Trouble as trouble:
            outcome = trouble.outcome
            return Retry("channel.x.unreachable") if isinstance(outcome, Unknown) else outcome
        try:
            with needed(self._tools).sending(self._inbox_id, outbound.text):
                name = await self._post(outbound, files) if aloud else await self._write(outbound, files)
                needed(self._tools).note(self._inbox_id, name)
        except Trouble as trouble:
            return trouble.outcome
        return Accepted(name)

    async def amend(self, amendment: Amendment, key: str) -> Outcome:
        """Delete what is ours, hide what others replied. Done twice it is done once, so that no answer means trying again."""
        name, deed = amendment.message, amendment.deed
        if deed not in {"remove", "hide", "show"}:
            return Failed(f"amend.no_{deed}")
        if name.startswith(PRIVATE):
            return Failed("channel.x.private_stays" if deed == "remove" else "amend.private")
        try:
            if deed == "remove":
                await self._service.ask("DELETE", f"/2/tweets/{name}")
            else:
                await self._service.ask("PUT", f"/2/tweets/{name}/hidden", {"hidden": deed == "hide"})
        except Trouble as trouble:
            return _outcome_of_deed(trouble, deed)
        return Accepted("")

    async def show_typing(self, to: Address) -> None:
        """Nothing: X takes no such thing."""

    async def fetch_media(self, media: Media) -> bytes:
        """The file behind an address that X told; those of private messages are asked for in the account's name."""
        url = media.url or ""
        try:
            signed = urlsplit(url).scheme == "https" and urlsplit(url).hostname in _SIGNED_HOSTS
            answer = await self._service.fetch(url, LARGEST_FILE, signed=signed)
        except (Refused, ValueError) as error:
            raise NotFound(str(error)) from None
        if answer.status in {403, 404, 410}:
            raise NotFound(f"the file is gone ({answer.status})")
        if answer.status != 200:
            raise Unreachable(f"the file can't be had now ({answer.status})", sent=True)
        return answer.body

    async def run(self, door: Door) -> None:
        """Be told what happens, until cancelled."""
        await keep_hooked(self._service, self._options, door, f"{self._means.base_address}/in/{self._key}")

    async def health(self) -> Health:
        """Asks X whose token it is, and of which app."""
        return await check(self._service, self._options, self._means.base_address)

    async def _post(self, part: Outbound, files: Sequence[str]) -> str:
        told = data_of(await self._service.ask("POST", "/2/tweets", to_post(part, files)))
        return str(told.get("id") or "")

    async def _write(self, part: Outbound, files: Sequence[str]) -> str:
        path = f"/2/dm_conversations/with/{part.to.value}/messages"
        name = data_of(await self._service.ask("POST", path, to_direct(part, files))).get("dm_event_id")
        return f"{PRIVATE}{name}" if name else ""

    async def _upload(self, media: Media, *, aloud: bool) -> str:
        """X's id of a picture; raises `NotFound`, `Trouble`."""
        content = await self._means.files.read(media.file or "") if media.content is None else media.content
        category = "tweet_image" if aloud else "dm_image"
        body = {"media": b64encode(content).decode(), "media_category": category}
        told = data_of(await self._service.ask("POST", "/2/media/upload", body, seconds=120))
        return str(told.get("id") or "")

    @property
    def _service(self) -> Service:
        return Service(self._means.call, self._options)

    @property
    def _means(self) -> Means:
        return needed(self._tools).means


def _outcome_of_deed(trouble: Trouble, deed: str) -> Outcome:
    if deed == "remove" and trouble.code == 404:
        return Accepted("")
    outcome = trouble.outcome
    if isinstance(outcome, Unknown):
        return Retry(outcome.reason)
    if deed != "remove" and trouble.code == 403 and isinstance(outcome, Failed):
        return Failed("channel.x.not_our_thread")
    return outcome

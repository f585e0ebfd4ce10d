"""WhatsApp as a channel: one phone number of a WhatsApp Business Account, over Meta's Cloud API."""

import hashlib
from base64 import b64decode
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote, unquote

import msgspec
from msgspec import Struct

from lyhord.channels.meta.graph import BUSY, Graph, GraphError, Trouble, Upload
from lyhord.channels.meta.webhook import answer_challenge, verify
from lyhord.channels.whatsapp.checking import can_be_called, check, stay_called
from lyhord.channels.whatsapp.errors import MEANINGS
from lyhord.channels.whatsapp.options import DESCRIPTOR, read_options
from lyhord.channels.whatsapp.outgoing import form_of, plan_parts, to_body, to_reaction, to_read
from lyhord.channels.whatsapp.reading import read_payload
from lyhord.channels.whatsapp.saying import SCHEME
from lyhord.channels.whatsapp.templates import Page, read_template
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
    Template,
    Unknown,
    Verdict,
)
from lyhord.conversations.reaching import NO_ANSWER
from lyhord.kit.problems import NotFound

LARGEST_FILE = 100_000_000
"""Bytes of the largest file that customers can send."""
MOST_PAGES = 50
_GONE = (403, 404, 410)
__all__ = ["DESCRIPTOR", "WhatsApp"]


class _Sent(Struct, frozen=True):
    id: str = ""


class _Answer(Struct, frozen=True):
    messages: list[_Sent] = []


class _Found(Struct, frozen=True):
    id: str | int = ""
    url: str = ""


class WhatsApp:
    """One number. Without `means` it reads and plans, but can't reach Meta."""

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
        """By the signature with the app's secret, over the bytes as they came."""
        return verify(self._options.app_secret, raw)

    def handshake(self, raw: Raw) -> Reply | None:
        """The challenge with which Meta tries an address before it calls there."""
        return answer_challenge(raw, self._options.verify_token)

    def parse(self, raw: Raw) -> list[Inbound]:
        """What one call tells of this number. A call of the whole app has those of others, too."""
        return read_payload(raw.body, self._options.number_id)

    def ack(self, raw: Raw, *, ok: bool) -> Reply:
        """Anything but 200 is sent again, for up to seven days."""
        return Reply(status=200 if ok else 503)

    def plan(self, outbound: Outbound, context: Context) -> Plan | Refusal:
        """As the descriptor says, each file in a message of its own; a template whenever it may."""
        return plan_parts(self.descriptor, outbound, context)

    async def send(self, outbound: Outbound, key: str) -> Outcome:
        """One message. WhatsApp tells no second attempt; `key` comes back in receipts and settles what wasn't answered."""
        try:
            media_id = await self._upload(outbound.media[0]) if outbound.media else None
        except NotFound:
            return Failed("file.lost")
        except Trouble as trouble:
            return Retry(BUSY) if isinstance(trouble.outcome, Unknown) else trouble.outcome
        return await self._post(to_body(outbound, key, media_id=media_id, opens_list=self._options.opens_list))

    async def amend(self, amendment: Amendment, key: str) -> Outcome:
        """React to a message; done twice it is done once, so that no answer means trying again. What was said stays as it was."""
        if amendment.deed != "react":
            return Failed(f"amend.no_{amendment.deed}")
        outcome = await self._post(to_reaction(amendment))
        return Retry(outcome.reason) if isinstance(outcome, Unknown) else outcome

    async def show_typing(self, to: Address) -> None:
        """Nothing: WhatsApp must be told which message is being answered; see `show_answering`."""

    async def show_answering(self, to: Address, message: str) -> None:
        """Show for 25 s that somebody answers `message`, which says that it was read. Raises `Trouble`."""
        await self._graph.post(f"{self._number}/messages", to_read(message, typing=True))

    async def show_read(self, to: Address, message: str, group_id: str | None = None) -> None:
        """Say that `message` was read, where the inbox wants that said. Raises `Trouble`."""
        if self._options.reads:
            await self._graph.post(f"{self._number}/messages", to_read(message, typing=False))

    async def fetch_media(self, media: Media) -> bytes:
        """The bytes behind Meta's id of a file, which it keeps for some days; checked against the digest that came with it."""
        name, _, digest = (media.url or "").removeprefix(f"{SCHEME}:").partition("?")
        try:
            told = await self._graph.get(quote(name, safe=""), phone_number_id=self._options.number_id)
        except Trouble as trouble:
            if trouble.code in (33, 100, 131052):
                raise NotFound(trouble.words, key="channel.whatsapp.file_gone") from None
            raise
        answer = await self._graph.fetch(msgspec.json.decode(told, type=_Found).url, size=LARGEST_FILE)
        if answer.status in _GONE:
            raise NotFound(f"the file is gone ({answer.status})", key="channel.whatsapp.file_gone")
        if answer.status != 200:
            raise Trouble(answer.status, GraphError(message="no file"), Retry(BUSY))
        if not _is(answer.body, unquote(digest)):
            raise Trouble(answer.status, GraphError(message="the file isn't what was sent"), Retry(BUSY))
        return answer.body

    async def list_templates(self) -> Sequence[Template]:
        """All templates of the account, whatever their state; raises `Trouble`."""
        found: list[Template] = []
        path = f"{quote(self._options.account_id, safe='')}/message_templates"
        fields = "id,name,language,category,status,components"
        later: dict[str, str] = {}
        for _ in range(MOST_PAGES):
            told = await self._graph.get(path, seconds=9, fields=fields, limit="100", **later)
            page = msgspec.json.decode(told, type=Page)
            found += map(read_template, page.data)
            if not (page.paging.next and page.paging.cursors.after):
                break
            later["after"] = page.paging.cursors.after
        return found

    async def run(self, door: Door) -> None:
        """Nothing is fetched; but that Meta calls us is seen to, where we can be called."""
        if can_be_called(self._options, needed(self._means).base_address):
            address = f"{needed(self._means).base_address.rstrip('/')}/in/{self._key}"
            await stay_called(self._graph, self._options, door, address)

    async def health(self) -> Health:
        """Asks Meta for the number and its account; and whether our own address can be called at all."""
        if not can_be_called(self._options, needed(self._means).base_address):
            return Health(ok=False, problems=(("", "channel.whatsapp.no_https", needed(self._means).base_address),))
        return await check(self._graph, self._options)

    async def _post(self, body: Mapping[str, Any]) -> Outcome:
        try:
            told = await self._graph.post(f"{self._number}/messages", body)
        except Trouble as trouble:
            return trouble.outcome
        try:
            sent = msgspec.json.decode(told, type=_Answer).messages
        except msgspec.MsgspecError:
            sent = []
        return Accepted(sent[0].id) if sent and sent[0].id else Unknown(NO_ANSWER)

    async def _upload(self, file: Media) -> str:
        """Meta's id of a file that we give it; raises `Trouble`, and `NotFound` where it isn't in our store."""
        content = await needed(self._means).files.read(file.file or "") if file.content is None else file.content
        form = form_of(file)
        kind = form.type if form else file.type
        fields = {"messaging_product": SCHEME, "type": kind}
        told = await self._graph.upload(f"{self._number}/media", fields, Upload("file", file.name, kind, content))
        return str(msgspec.json.decode(told, type=_Found).id)

    @property
    def _number(self) -> str:
        return quote(self._options.number_id, safe="")

    @property
    def _graph(self) -> Graph:
        options = self._options
        return Graph(
            needed(self._means).call,
            options.token,
            secret=options.app_secret,
            server=options.server,
            meanings=MEANINGS,
        )


def _is(content: bytes, digest: str) -> bool:
    """Whether content has this SHA-256, told in base64; True where none was told that can be read."""
    try:
        wanted = b64decode(digest, validate=True)
    except ValueError:
        return True
    return len(wanted) != 32 or hashlib.sha256(content).digest() == wanted

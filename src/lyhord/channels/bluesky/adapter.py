"""Bluesky as a channel: one account, with what is said to it in public and in private messages."""

from typing import Any

from lyhord.channels.bluesky.keys import record_key
from lyhord.channels.bluesky.options import DESCRIPTOR, narrowed, read_options
from lyhord.channels.bluesky.outgoing import POST, facets_of, hide, plan_parts, to_post
from lyhord.channels.bluesky.reading import read_told
from lyhord.channels.bluesky.receiving import Follower, problem_of
from lyhord.channels.bluesky.session import Server, Tools, Trouble
from lyhord.conversations.account import Account, Door, Health
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
from lyhord.kit.problems import NotFound

__all__ = ["DESCRIPTOR", "Bluesky"]


class Bluesky:
    """One account. Without `tools` it reads and plans, but can't reach its server."""

    make_tools = staticmethod(Tools.lent)

    def __init__(self, account: Account, tools: Tools | None = None) -> None:
        self._options = read_options(account)
        self.descriptor = narrowed(self._options)
        self._tools = tools

    def verify(self, raw: Raw) -> Verdict:
        """Nobody calls us: posts are fetched."""
        return Verdict(ok=False, reason="posts are fetched")

    def handshake(self, raw: Raw) -> Reply | None:
        """None: nobody sets anything up."""
        return None

    def parse(self, raw: Raw) -> list[Inbound]:
        """What one thing that was fetched says."""
        return read_told(raw.body)

    def ack(self, raw: Raw, *, ok: bool) -> Reply:
        """Nothing."""
        return Reply(status=200 if ok else 503)

    def plan(self, outbound: Outbound, context: Context) -> Plan | Refusal:
        """As the descriptor says, for a post or for a private message."""
        return plan_parts(self.descriptor, outbound, context)

    async def send(self, outbound: Outbound, key: str) -> Outcome:
        """One post, under a name that follows from `key`: written twice it is there once. A private message has no such name."""
        try:
            return Accepted(await (self._publish(outbound, key) if outbound.place else self._whisper(outbound)))
        except NotFound:
            return Failed("file.lost")
        except Trouble as trouble:
            outcome = trouble.outcome
            return Retry(outcome.reason) if outbound.place and isinstance(outcome, Unknown) else outcome

    async def amend(self, amendment: Amendment, key: str) -> Outcome:
        """Delete, hide or show; done twice it is done once, so that no answer means trying again."""
        try:
            if amendment.deed in {"hide", "show"}:
                done = await hide(self._server, amendment.message, hidden=amendment.deed == "hide")
                return Accepted("") if done else Failed("channel.bluesky.not_our_thread")
            if amendment.deed != "remove":
                return Failed(f"amend.no_{amendment.deed}")
            await self._remove(amendment)
        except Trouble as trouble:
            outcome = trouble.outcome
            return Retry(outcome.reason) if isinstance(outcome, Unknown) else outcome
        return Accepted("")

    async def show_typing(self, to: Address) -> None:
        """Nothing: there is no such thing."""

    async def fetch_media(self, media: Media) -> bytes:
        """The bytes behind the address of a picture."""
        return await self._server.fetch(media.url or "")

    async def run(self, door: Door) -> None:
        """Fetch until cancelled."""
        await Follower(self._server, door, chat=self._options.chat).run()

    async def health(self) -> Health:
        """Signs in; with private messages on also whether the app password may read them."""
        try:
            session = await self._server.who()
            if self._options.chat:
                await self._server.get("chat.bsky.convo.listConvos", [("limit", "1")], chat=True)
        except Trouble as trouble:
            return Health(ok=False, problems=(problem_of(trouble),))
        return Health(ok=True, who=f"@{session.handle}", link=f"https://bsky.app/profile/{session.handle}")

    async def _publish(self, outbound: Outbound, key: str) -> str:
        server = self._server
        files: list[tuple[str, Any]] = []
        for media in outbound.media:
            content = await needed(self._tools).files.read(media.file or "") if media.content is None else media.content
            files.append((media.name, await server.upload(content, media.type)))
        record = await to_post(server, outbound, files, key)
        me = (await server.who()).did
        body = {"repo": me, "collection": POST, "rkey": record_key(key), "record": record}
        return str((await server.post("com.atproto.repo.putRecord", body))["uri"])

    async def _whisper(self, outbound: Outbound) -> str:
        server = self._server
        found = await server.get("chat.bsky.convo.getConvoForMembers", [("members", outbound.to.value)], chat=True)
        facets = await facets_of(server, outbound.text)
        message = {"text": outbound.text, **({"facets": facets} if facets else {})}
        body = {"convoId": found["convo"]["id"], "message": message}
        return str((await server.post("chat.bsky.convo.sendMessage", body, chat=True))["id"])

    async def _remove(self, amendment: Amendment) -> None:
        """A post is deleted for everybody; a private message can't be."""
        if not amendment.message.startswith("at://"):
            raise Trouble(0, "", "private", Failed("channel.bluesky.private_stays"))
        repo, collection, key = amendment.message.removeprefix("at://").split("/")
        await self._server.post("com.atproto.repo.deleteRecord", {"repo": repo, "collection": collection, "rkey": key})

    @property
    def _server(self) -> Server:
        options = self._options
        return Server(needed(self._tools), options.service, options.handle, options.password)

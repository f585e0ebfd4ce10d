"""Mastodon as a channel: one account, with what is said to it in public and in posts to it alone."""

import asyncio
from typing import Any

import msgspec

from lyhord.channels.mastodon.api import Server, Trouble
from lyhord.channels.mastodon.options import DESCRIPTOR, read_options
from lyhord.channels.mastodon.outgoing import plan_parts, to_post, to_words
from lyhord.channels.mastodon.reading import read_told
from lyhord.channels.mastodon.receiving import Follower, files_of, problem_of
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
from lyhord.kit.problems import NotFound

READY_TRIES, READY_SECONDS = 30, 2.0
"""How often, and how far apart, a server is asked whether it is done with a file."""

__all__ = ["DESCRIPTOR", "Mastodon"]


class Mastodon:
    """One account. Without `means` it reads and plans, but can't reach its server."""

    @staticmethod
    def make_tools(means: Means) -> Means:
        """Inboxes share nothing but the way out and the files."""
        return means

    def __init__(self, account: Account, means: Means | None = None) -> None:
        self._options = read_options(account)
        self.descriptor = msgspec.structs.replace(DESCRIPTOR, text_limit=self._options.text_limit)
        self._means = means

    def verify(self, raw: Raw) -> Verdict:
        """Nobody calls us: posts are fetched."""
        return Verdict(ok=False, reason="posts are fetched")

    def handshake(self, raw: Raw) -> Reply | None:
        """None: nobody sets anything up."""
        return None

    def parse(self, raw: Raw) -> list[Inbound]:
        """What one thing that was fetched says."""
        return read_told(raw.body, self._options.host)

    def ack(self, raw: Raw, *, ok: bool) -> Reply:
        """Nothing."""
        return Reply(status=200 if ok else 503)

    def plan(self, outbound: Outbound, context: Context) -> Plan | Refusal:
        """As the descriptor says, with who can read what is private."""
        return plan_parts(self.descriptor, outbound, context)

    async def send(self, outbound: Outbound, key: str) -> Outcome:
        """One post. The server tells duplicates by key for an hour."""
        try:
            files = [await self._upload(media) for media in outbound.media]
            answer = await self._server.ask("POST", "/api/v1/statuses", to_post(outbound, files), key=key)
        except NotFound:
            return Failed("file.lost")
        except TimeoutError:
            return Failed("channel.mastodon.file_stuck")
        except Trouble as trouble:
            return trouble.outcome
        return Accepted(str(msgspec.json.decode(answer, type=dict[str, Any])["id"]))

    async def amend(self, amendment: Amendment, key: str) -> Outcome:
        """Edit or delete; done twice it is done once, so that no answer means trying again."""
        path = f"/api/v1/statuses/{amendment.message}"
        try:
            if amendment.deed == "remove":
                await self._server.ask("DELETE", path)
            elif amendment.deed == "edit" and amendment.outbound is not None:
                files = files_of(await self._server.ask("GET", path))
                words: dict[str, Any] = {"status": to_words(amendment.outbound), "media_ids": files}
                words |= {"spoiler_text": amendment.outbound.subject} if amendment.outbound.subject else {}
                await self._server.ask("PUT", path, words)
            else:
                return Failed(f"amend.no_{amendment.deed}")
        except Trouble as trouble:
            if trouble.code in {404, 410} and amendment.deed == "remove":
                return Accepted("")
            outcome = trouble.outcome
            return Retry(outcome.reason) if isinstance(outcome, Unknown) else outcome
        return Accepted("")

    async def show_typing(self, to: Address) -> None:
        """Nothing: there is no such thing."""

    async def fetch_media(self, media: Media) -> bytes:
        """The bytes behind the address of a file."""
        return await self._server.fetch(media.url or "")

    async def run(self, door: Door) -> None:
        """Fetch until cancelled."""
        await Follower(self._server, self._options.host, door).run()

    async def health(self) -> Health:
        """Asks the server whose token it is, and how long a post may be."""
        if not self._options.host:
            return Health(ok=False, problems=(("server", "channel.mastodon.bad_server", ""),))
        try:
            me = msgspec.json.decode(await self._server.ask("GET", "/api/v1/accounts/verify_credentials", seconds=4))
            limit = _limit_of(await self._server.ask("GET", "/api/v2/instance", seconds=4))
        except Trouble as trouble:
            return Health(ok=False, problems=(problem_of(trouble),))
        except (msgspec.MsgspecError, ValueError):
            return Health(ok=False, problems=(("server", "channel.mastodon.bad_server", ""),))
        if limit is not None and limit < self._options.text_limit:
            return Health(ok=False, problems=(("text_limit", "channel.mastodon.shorter", str(limit)),))
        known = me if isinstance(me, dict) else {}
        return Health(ok=True, who=f"@{known.get('acct', '')}@{self._options.host}", link=str(known.get("url") or ""))

    async def _upload(self, media: Media) -> str:
        """Raises `TimeoutError` where the server isn't done with the file in a minute."""
        content = await needed(self._means).files.read(media.file or "") if media.content is None else media.content
        media_id, ready = await self._server.upload(media, content)
        for _ in range(READY_TRIES):
            if ready:
                return media_id
            await asyncio.sleep(READY_SECONDS)
            ready = await self._server.is_ready(media_id)
        raise TimeoutError

    @property
    def _server(self) -> Server:
        means = needed(self._means)
        return Server(means.call, self._options.server, self._options.token, lines=means.lines)


def _limit_of(answer: bytes) -> int | None:
    """How many characters a post may have, as the server says in its configuration."""
    try:
        found = msgspec.json.decode(answer)["configuration"]["statuses"]["max_characters"]
    except (msgspec.MsgspecError, KeyError, TypeError):
        return None
    return found if isinstance(found, int) else None

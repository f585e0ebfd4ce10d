"""How posts and private messages come in: asked for again and again, and a second look at the latest posts for deletions."""

import asyncio
from collections.abc import Sequence
from typing import Any

import msgspec
import structlog

from lyhord.channels.bluesky.outgoing import get_record
from lyhord.channels.bluesky.reading import SAID, Entry, Notification, Person, Told, read_told, uri_of
from lyhord.channels.bluesky.session import Server, Trouble
from lyhord.conversations.account import Door, Health
from lyhord.conversations.exchange import Failed, Raw
from lyhord.kit.clock import SECOND
from lyhord.kit.pacing import full_jitter
from lyhord.kit.storing import Busy, StorageFull

POLL_SECONDS = 10.0
LOOK_EVERY = 12
"""Polls between two looks at posts that came before."""
WATCHED = 25
"""Posts that are looked at again: as many as a server tells of at once."""
MOST_PAGES = 20
FULL_SECONDS = 5.0
_log = structlog.get_logger()


class Follower:
    """What one inbox knows of its account: how far it has read, in public and in private, and which posts it looks at again."""

    def __init__(self, server: Server, door: Door, *, chat: bool, poll_seconds: float = POLL_SECONDS) -> None:
        self._server = server
        self._door = door
        self._chat = chat
        self._poll_seconds = poll_seconds
        self._since = ""
        self._cursor = ""
        self._watched: list[str] = []

    async def run(self) -> None:
        """Until cancelled. What was said before the inbox was connected stays where it is."""
        kept = await self._door.recall()
        self._since, self._cursor = str(kept.get("since") or ""), str(kept.get("cursor") or "")
        watched = kept.get("watched")
        self._watched = [str(one) for one in watched] if isinstance(watched, list) else []
        turn, tries = 0, 0
        while True:
            try:
                await self._read_notifications()
                if turn % LOOK_EVERY == 0:
                    await self._look_again()
                if self._chat:
                    await self._read_chat()
            except Trouble as trouble:
                tries += 1
                await self._door.report(Health(ok=False, problems=(problem_of(trouble),)))
                await asyncio.sleep(getattr(trouble.outcome, "after_seconds", None) or full_jitter(tries) / SECOND)
                continue
            if tries or not turn:
                await self._door.report(Health(ok=True))
            turn, tries = turn + 1, 0
            await asyncio.sleep(self._poll_seconds)

    async def _read_notifications(self) -> None:
        """The newest come first: pages until what is known, then in the order in which it happened."""
        fresh: list[Notification] = []
        cursor = ""
        for _ in range(MOST_PAGES):
            query = [("limit", "50"), *([("cursor", cursor)] if cursor else [])]
            page = await self._server.get("app.bsky.notification.listNotifications", query)
            found = _as_list(page, "notifications", Notification)
            news = [one for one in found if one.indexed_at > self._since]
            if not self._since:
                await self._remember(found[0].indexed_at if found else "0")
                return
            fresh += news
            cursor = str(page.get("cursor") or "")
            if len(news) < len(found) or not cursor:
                break
        for one in sorted(fresh, key=lambda each: each.indexed_at):
            await self._take(Told(notification=one, root=await self._root(one)))
            if one.reason in SAID:
                self._watched = [*self._watched, one.uri][-WATCHED:]
            await self._remember(one.indexed_at)

    async def _root(self, one: Notification) -> dict[str, Any] | None:
        """The first post of the thread, where anybody may see it."""
        root = uri_of(one.record, "root") if one.reason in SAID else ""
        if not root:
            return None
        try:
            return msgspec.convert((await get_record(self._server, root))["value"], dict[str, Any])
        except (Trouble, KeyError, msgspec.ValidationError):
            return None

    async def _look_again(self) -> None:
        """Whether posts that came were deleted since."""
        if not self._watched:
            return
        found = await self._server.get("app.bsky.feed.getPosts", [("uris", one) for one in self._watched])
        there = {one.get("uri") for one in found.get("posts", ())}
        for uri in [one for one in self._watched if one not in there]:
            await self._take(Told(gone=uri))
            self._watched.remove(uri)
            await self._remember(self._since)

    async def _read_chat(self) -> None:
        for _ in range(MOST_PAGES):
            query = [("cursor", self._cursor)] if self._cursor else []
            page = await self._server.get("chat.bsky.convo.getLog", query, chat=True)
            entries = _as_list(page, "logs", Entry)
            began = bool(self._cursor)
            members: dict[str, tuple[Person, ...]] = {}
            for one in entries if began else ():
                if one.convo_id not in members:
                    members[one.convo_id] = await self._members(one.convo_id)
                await self._take(Told(entry=one, members=members[one.convo_id]))
            cursor = str(page.get("cursor") or "")
            if cursor and cursor != self._cursor:
                self._cursor = cursor
                await self._remember(self._since)
            if not entries:
                return

    async def _members(self, convo_id: str) -> tuple[Person, ...]:
        try:
            found = await self._server.get("chat.bsky.convo.getConvo", [("convoId", convo_id)], chat=True)
        except Trouble as trouble:
            if trouble.code != 400:
                raise
            return ()
        return tuple(_as_list(found.get("convo", {}), "members", Person))

    async def _take(self, told: Told) -> None:
        """Store it, however long our own storage makes it wait."""
        body, me = msgspec.json.encode(told), (await self._server.who()).did
        while True:
            try:
                await self._door.receive(Raw(body), read_told(body, me))
                return
            except (Busy, StorageFull) as error:
                _log.warning("bluesky.put_off", reason=type(error).__name__)
                await asyncio.sleep(FULL_SECONDS)

    async def _remember(self, since: str) -> None:
        self._since = since
        await self._door.remember({"since": since, "cursor": self._cursor, "watched": self._watched})


def problem_of(trouble: Trouble) -> tuple[str, str, str]:
    """A problem as the inbox's page shows it."""
    if trouble.code == 401:
        return ("password", "channel.bluesky.bad_password", trouble.words)
    if "scope" in trouble.name.lower() or "DMs" in trouble.words or "Bad token" in trouble.words:
        return ("chat", "channel.bluesky.no_chat", trouble.words)
    if trouble.code == 404 or isinstance(trouble.outcome, Failed):
        return ("service", "channel.bluesky.bad_server", trouble.words)
    return ("", "channel.bluesky.unreachable", trouble.words)


def _as_list(page: Any, name: str, kind: type[Any]) -> Sequence[Any]:
    try:
        return msgspec.convert(page[name], list[kind])  # type: ignore[valid-type]
    except (msgspec.ValidationError, KeyError, TypeError) as error:
        raise Trouble(200, "", str(error), Failed("channel.bluesky.bad_server")) from None

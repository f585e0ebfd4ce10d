"""How posts come in: notifications are asked for when the server says that there are some, and by the clock in case it doesn't.

The latest posts are looked at once more, for edits and deletions.
"""

import asyncio
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

import msgspec
import structlog

from lyhord.channels.mastodon.api import Server, Trouble
from lyhord.channels.mastodon.payloads import Notification, Status, Told
from lyhord.channels.mastodon.reading import read_told
from lyhord.conversations.account import Door, Health
from lyhord.conversations.exchange import Failed, Raw
from lyhord.kit.clock import MINUTE, SECOND
from lyhord.kit.pacing import Pulse, full_jitter
from lyhord.kit.storing import Busy, StorageFull

POLL_SECONDS = 10.0
HEAL_SECONDS = 60.0
"""How often is asked where the server tells of itself."""
PAUSE, LONGEST_PAUSE = 5 * SECOND, 10 * MINUTE
"""Between two tries to be told (milliseconds)."""
LOOK_EVERY = 12
"""Polls between two looks at posts that came before."""
WATCHED = 20
"""Posts that are looked at again: as many as a server tells of at once."""
FULL_SECONDS = 5.0
_KINDS = [("types[]", kind) for kind in ("mention", "favourite", "update")]
_log = structlog.get_logger()


class Follower:
    """What one inbox knows of its account: how far it has read, and which posts it looks at again (id to when they were edited)."""

    def __init__(self, server: Server, host: str, door: Door, *, poll_seconds: float = POLL_SECONDS) -> None:
        self._server = server
        self._host = host
        self._door = door
        self._poll_seconds = poll_seconds
        self._since = ""
        self._watched: dict[str, str] = {}
        self._pulse = Pulse()
        self._is_told = False

    async def run(self) -> None:
        """Until cancelled. What was said before the inbox was connected stays where it is."""
        listening = asyncio.create_task(self._listen())
        try:
            await self._fetch()
        finally:
            listening.cancel()

    async def _listen(self) -> None:
        """Fetch at once when the server says that there is something; while it says nothing it is asked more often."""
        tries = 0
        while True:
            try:
                async for happened in self._server.tells():
                    if happened or not self._is_told:  # something may have happened before
                        self._pulse.poke()
                    self._is_told, tries = True, 0
            except Trouble as trouble:
                _log.info("mastodon.not_told", reason=trouble.words)
            self._is_told, tries = False, tries + 1
            await asyncio.sleep(full_jitter(tries, base=PAUSE, cap=LONGEST_PAUSE) / SECOND)

    async def _fetch(self) -> None:
        kept = await self._door.recall()
        self._since = str(kept.get("since") or "")
        watched = kept.get("watched")
        self._watched = {str(key): str(at) for key, at in watched.items()} if isinstance(watched, dict) else {}
        turn, tries, poked = 0, 0, False
        while True:
            try:
                await self._poll()
                if turn % LOOK_EVERY == 0 or (self._is_told and not poked):
                    await self._look_again()
            except Trouble as trouble:
                tries += 1
                await self._door.report(Health(ok=False, problems=(problem_of(trouble),)))
                await asyncio.sleep(getattr(trouble.outcome, "after_seconds", None) or full_jitter(tries) / SECOND)
                continue
            if tries or not turn:
                await self._door.report(Health(ok=True))
            turn, tries = turn + 1, 0
            poked = await self._pulse.wait(HEAL_SECONDS if self._is_told else self._poll_seconds)

    async def _poll(self) -> None:
        if not self._since:
            newest = await self._list([("limit", "1")])
            await self._remember(newest[0].id if newest else "0")
        while True:
            found = await self._list([("limit", "40"), ("min_id", self._since), *_KINDS])
            for one in sorted(found, key=lambda each: (len(each.id), each.id)):
                await self._take(Told(notification=one, under=await self._under(one)))
                if one.type == "mention" and one.status:
                    self._watched[one.status.id] = one.status.edited_at or ""
                    self._watched = dict(list(self._watched.items())[-WATCHED:])
                await self._remember(one.id)
            if len(found) < 40:
                return

    async def _list(self, query: list[tuple[str, str]]) -> list[Notification]:
        answer = await self._server.ask("GET", f"/api/v1/notifications?{urlencode(query)}")
        try:
            return msgspec.json.decode(answer, type=list[Notification])
        except msgspec.MsgspecError as error:
            raise Trouble(200, str(error), Failed("channel.mastodon.bad_server")) from None

    async def _under(self, one: Notification) -> Status | None:
        """The post that was answered, where anybody may see it."""
        answered = one.status.in_reply_to_id if one.status and one.type == "mention" else None
        if answered is None:
            return None
        try:
            return msgspec.json.decode(await self._server.ask("GET", f"/api/v1/statuses/{answered}"), type=Status)
        except (Trouble, msgspec.MsgspecError):
            return None

    async def _look_again(self) -> None:
        """Whether posts that came were edited or deleted since."""
        if not self._watched:
            return
        query = urlencode([("id[]", one) for one in self._watched])
        answer = await self._server.ask("GET", f"/api/v1/statuses?{query}")
        there = {one.id: one for one in msgspec.json.decode(answer, type=list[Status])}
        changed = False
        for key, edited_at in list(self._watched.items()):
            now = there.get(key)
            if now is None:
                await self._take(Told(gone=key))
                del self._watched[key]
            elif (now.edited_at or "") != edited_at:
                await self._take(Told(again=now))
                self._watched[key] = now.edited_at or ""
            changed = changed or now is None or (now.edited_at or "") != edited_at
        if changed:
            await self._remember(self._since)

    async def _take(self, told: Told) -> None:
        """Store it, however long our own storage makes it wait."""
        body = msgspec.json.encode(told)
        while True:
            try:
                await self._door.receive(Raw(body), read_told(body, self._host))
                return
            except (Busy, StorageFull) as error:
                _log.warning("mastodon.put_off", reason=type(error).__name__)
                await asyncio.sleep(FULL_SECONDS)

    async def _remember(self, since: str) -> None:
        self._since = since
        await self._door.remember({"since": since, "watched": self._watched})


def problem_of(trouble: Trouble) -> tuple[str, str, str]:
    """A problem as the inbox's page shows it."""
    if trouble.code in {401, 403}:
        return ("token", "channel.mastodon.bad_token", trouble.words)
    if trouble.code in {404, 410} or isinstance(trouble.outcome, Failed):
        return ("server", "channel.mastodon.bad_server", trouble.words)
    return ("", "channel.mastodon.unreachable", trouble.words)


def files_of(answer: bytes) -> Sequence[str]:
    """The ids of a post's files."""
    post: dict[str, Any] = msgspec.json.decode(answer, type=dict[str, Any])
    return [str(one["id"]) for one in post.get("media_attachments") or []]

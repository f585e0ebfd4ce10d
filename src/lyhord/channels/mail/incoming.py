"""Mail on its way in: kept first, parsed then, handed over last; and the loop that fetches it from an IMAP folder."""

import asyncio
import random
from collections.abc import AsyncIterator, Coroutine, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import structlog
from msgspec import Struct

from lyhord.channels.mail.faults import TROUBLE, tell
from lyhord.channels.mail.mailbox import Folder
from lyhord.channels.mail.options import Options, make_reading
from lyhord.channels.mail.payloads import Reading, read_refused
from lyhord.channels.mail.sign_in import SignIn
from lyhord.channels.mail.tools import Tools
from lyhord.conversations.account import Account, Door, Health
from lyhord.conversations.exchange import Inbound, Raw
from lyhord.kit.clock import system_clock
from lyhord.kit.storing import Busy, StorageFull

ROW_BYTES = 64_000
"""A mail up to this size is kept with its message; a larger one in the file store."""
BATCH = 100
"""Mails that are asked for together, and marked as seen together once all of them are durable."""
TOGETHER = 25
"""Small ones of these that come in one answer; the next come while they are parsed."""
RENEW_SECONDS = 120.0
LONGEST_PAUSE = 60.0
TRIES = 3

_log = structlog.get_logger()


class Intake:
    """Takes one mail for one inbox, from wherever it comes."""

    def __init__(self, account: Account, options: Options, tools: Tools) -> None:
        self._reading: Reading = make_reading(account, options, tools.signing_key)
        self._tools = tools
        self._failures: dict[str, int] = {}

    async def take(self, door: Door, content: bytes, envelope: Sequence[str] = ()) -> None:
        """Keep, parse and hand over a mail that is in memory. When it returns the mail is durable; what it raises means the opposite."""
        await self._hand_over(door, *await self._parse(content, envelope))

    async def take_all(self, door: Door, contents: Sequence[bytes]) -> None:
        """As `take`, for several that are handed over in their order. Raises the first error, once every other one is durable or failed."""
        parsing = [self._parse(content) for content in contents]
        parsed = await asyncio.gather(*parsing, return_exceptions=True)
        handing = [self._hand_over(door, *one) for one in parsed if not isinstance(one, BaseException)]
        _raise_first([*await asyncio.gather(*handing, return_exceptions=True), *parsed])

    async def _parse(self, content: bytes, envelope: Sequence[str] = ()) -> tuple[Raw, list[Inbound]]:
        if len(content) > ROW_BYTES:
            stored = await self._tools.files.put(content)
            return await self._parse_stored(stored.sha256, envelope)
        reading = msgspec.structs.replace(self._reading, envelope=tuple(envelope))
        return Raw(content), await self._tools.parsers.parse(reading, content)

    async def keep(self, pieces: AsyncIterator[bytes]) -> str:
        """Put a mail into the file store while it comes in; its name there."""
        return (await self._tools.files.put(pieces)).sha256

    async def take_stored(self, door: Door, file: str, envelope: Sequence[str] = ()) -> None:
        """As `take`, for a mail that lies in the file store."""
        await self._hand_over(door, *await self._parse_stored(file, envelope))

    async def _parse_stored(self, file: str, envelope: Sequence[str]) -> tuple[Raw, list[Inbound]]:
        reading = msgspec.structs.replace(self._reading, envelope=tuple(envelope))
        return Raw(b"", file=file), await self._tools.parsers.parse(reading, await self._head(file), file)

    async def refuse(self, door: Door, head: bytes, reason: str) -> None:
        """Say that a mail came whose body we don't take."""
        await door.receive(Raw(head[:ROW_BYTES]), [read_refused(head, self._reading, reason)])

    async def _hand_over(self, door: Door, raw: Raw, inbounds: list[Inbound]) -> None:
        """A mail on which the core fails three times is handed over as not understood, so that it holds up nothing behind it."""
        try:
            await door.receive(raw, inbounds)
        except (Busy, StorageFull, OSError):
            raise
        except Exception:
            mark = raw.file or str(hash(raw.body))
            self._failures[mark] = self._failures.get(mark, 0) + 1
            if self._failures[mark] < TRIES:
                raise
            _log.exception("mail.not_taken", inbounds=len(inbounds))
            head = raw.body or await self._head(raw.file or "")
            await door.receive(raw, [read_refused(head, self._reading, "problem.mail.unreadable")])
            del self._failures[mark]

    async def _head(self, file: str) -> bytes:
        def read() -> bytes:
            with self._tools.files.open(file) as stored:
                return stored.read(ROW_BYTES)

        return await asyncio.to_thread(read)


class Cursor(Struct, frozen=True):
    """How far we have read: everything up to `uid` of the folder while it has this `validity`. `at` is when we looked last."""

    folder: str = ""
    validity: int = 0
    uid: int = 0
    at: int = 0


class Listener:
    """Fetches what comes into an IMAP folder for as long as it runs."""

    def __init__(self, intake: Intake, options: Options, sign_in: SignIn) -> None:
        self._intake = intake
        self._options = options
        self._sign_in = sign_in
        self._pause = 0.0

    async def run(self, door: Door) -> None:
        """Until cancelled. Trouble of any kind is reported, and tried again after a pause that grows to a minute."""
        while True:
            folder = Folder(self._options)
            try:
                await self._follow(folder, door)
            except TROUBLE as error:
                self._sign_in.forget()
                await self._report(door, Health(ok=False, problems=(tell(error, "imap"),)))
            except Exception as error:  # noqa: BLE001 - told on the inbox's page and in the log; the mail stays unseen
                _log.exception("mail.intake_failed")
                await self._report(
                    door, Health(ok=False, problems=(("", "problem.mail.own_fault", type(error).__name__),))
                )
            finally:
                folder.drop()
            self._pause = min(LONGEST_PAUSE, max(1.0, self._pause * 2))
            await asyncio.sleep(self._pause * random.uniform(0.5, 1.0))  # noqa: S311 - spreads load, guards nothing

    async def _follow(self, folder: Folder, door: Door) -> None:
        await folder.open(await self._sign_in.credentials())
        cursor = _read_cursor(await door.recall())
        uids, cursor = await self._begin(folder, cursor)
        healthy = False
        while True:
            await self._take_all(folder, door, uids, cursor)
            cursor = Cursor(cursor.folder, cursor.validity, max([cursor.uid, *uids]), system_clock())
            if uids or not healthy:
                await door.remember(_written(cursor))
            if not healthy:
                await door.report(Health(ok=True))
                healthy, self._pause = True, 0.0
            uids = await folder.list_after(cursor.uid)
            if not uids:  # what came while we were busy was announced then, and wouldn't be again
                await folder.wait(RENEW_SECONDS)
                uids = await folder.list_after(cursor.uid)

    async def _begin(self, folder: Folder, cursor: Cursor) -> tuple[list[int], Cursor]:
        """What to fetch first: all above the cursor; where UIDs lost their meaning, what came since; at the start, yesterday's unread."""
        here = Cursor(self._options.folder, folder.validity, folder.next_uid - 1, cursor.at)
        if (cursor.folder, cursor.validity) == (here.folder, here.validity):
            return await folder.list_after(cursor.uid), cursor
        known = cursor.validity != 0 and cursor.folder == here.folder
        since = datetime.fromtimestamp((cursor.at if known else system_clock()) / 1_000, UTC) - timedelta(days=1)
        return await folder.list_since(since.date(), unseen=not known), here

    async def _take_all(self, folder: Folder, door: Door, uids: list[int], cursor: Cursor) -> None:
        """Batch by batch, each handed over together; seen and behind the cursor only once all of it is durable."""
        for at in range(0, len(uids), BATCH):
            batch = uids[at : at + BATCH]
            sizes = await folder.sizes(batch)
            taking: list[asyncio.Task[None]] = []
            try:
                async for several in self._fetched(folder, door, sizes):
                    taking.append(asyncio.create_task(several))  # noqa: PERF401 - what has begun is awaited if fetching fails
            finally:
                results = await asyncio.gather(*taking, return_exceptions=True)
            _raise_first(results)
            if sizes:
                await folder.mark_seen(list(sizes))
            if batch[-1] > cursor.uid:
                await door.remember(_written(Cursor(cursor.folder, cursor.validity, batch[-1], system_clock())))

    async def _fetched(
        self, folder: Folder, door: Door, sizes: Mapping[int, int]
    ) -> AsyncIterator[Coroutine[Any, Any, None]]:
        """Fetch these mails; what comes out hands them over."""
        small = [uid for uid, size in sizes.items() if size <= min(ROW_BYTES, self._options.limit)]
        for at in range(0, len(small), TOGETHER):
            contents = await folder.read_whole(small[at : at + TOGETHER])
            yield self._intake.take_all(door, [contents[uid] for uid in sorted(contents)])
        for uid in sorted(sizes.keys() - set(small)):
            if sizes[uid] > self._options.limit:
                yield self._intake.refuse(door, await folder.head(uid), "problem.mail.too_large")
            else:
                yield self._intake.take_stored(door, await self._intake.keep(folder.read(uid)))

    async def _report(self, door: Door, health: Health) -> None:
        try:
            await door.report(health)
        except Exception:  # noqa: BLE001 - the report may fail for the reason that it tells; the log has both
            _log.exception("mail.report_failed", problems=[key for _, key, _ in health.problems])


def _raise_first(results: Sequence[object]) -> None:
    """Raise the first error among what tasks returned."""
    for result in results:
        if isinstance(result, BaseException):
            raise result


def _read_cursor(state: Mapping[str, object]) -> Cursor:
    try:
        return msgspec.convert(dict(state), Cursor)
    except msgspec.ValidationError:
        return Cursor()


def _written(cursor: Cursor) -> dict[str, object]:
    return {"folder": cursor.folder, "validity": cursor.validity, "uid": cursor.uid, "at": cursor.at}

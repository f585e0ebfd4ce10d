"""Parses mails in a few processes that come and go: a mail never costs more than one of them."""

from pathlib import Path

import msgspec
import structlog

from lyhord.channels.mail.child import OWN_FAULT, Job
from lyhord.channels.mail.payloads import Reading, read_refused
from lyhord.conversations.exchange import Inbound
from lyhord.kit.children import IDLE_SECONDS, ChildDied, Pool
from lyhord.kit.pipes import frame
from lyhord.kit.storing import StorageFull

WALL_SECONDS = 30.0
PROCESSES = 2
TOGETHER = 16
"""Mails that one child is given at once."""

_HEAD = 256_000
_CARES = ("full", "plain", "headers")
"""What is asked of the three attempts, each less than the one before."""

_log = structlog.get_logger()


class Parsers:
    """Parses mails over the file store at `root`."""

    def __init__(
        self,
        root: Path,
        *,
        wall_seconds: float = WALL_SECONDS,
        idle_seconds: float = IDLE_SECONDS,
        processes: int = PROCESSES,
    ) -> None:
        self.pool = Pool(
            "lyhord.channels.mail.child",
            str(root),
            processes=processes,
            idle_seconds=idle_seconds,
            together=TOGETHER,
        )
        self._wall_seconds = wall_seconds

    async def parse(self, reading: Reading, raw: bytes, file: str | None = None) -> list[Inbound]:
        """What the mail says; `raw` may be its beginning only where `file` names it in the store.

        Three attempts, the second and third on less of it; after those, an `Unsupported` that tells who wrote. Raises `StorageFull`
        where the file store can't be written or read.
        """
        for care in _CARES:
            job = Job(msgspec.structs.replace(reading, care=care), 0 if file else len(raw), file)
            answer = await self._ask(job, b"" if file else raw)
            if answer is not None and answer.startswith(OWN_FAULT):
                raise StorageFull(answer[1:].decode("utf-8", "replace"))
            if answer is not None:
                return msgspec.json.decode(answer, type=list[Inbound])
            _log.warning("mail.parse_failed", workspace_id=reading.workspace_id, care=care, file=file)
        return [read_refused(raw[:_HEAD], reading, "problem.mail.unreadable")]

    async def close(self) -> None:
        """End the processes; what they were at is not answered."""
        await self.pool.close()

    async def _ask(self, job: Job, raw: bytes) -> bytes | None:
        """One attempt: the answer, or None when the child died of it, was killed, or was too slow."""
        try:
            return await self.pool.ask(frame(msgspec.json.encode(job)) + raw, seconds=self._wall_seconds)
        except (ChildDied, TimeoutError):
            return None
        except OSError as error:
            raise StorageFull(str(error)) from error

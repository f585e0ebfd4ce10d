"""Where messages are thought of: processes beside the server, which come with the first message and end when all is quiet.

Each has the models, and knows no database. One thinks of what was just said, the other one of its meaning.
"""

from collections.abc import Mapping

import msgspec

from lyhord.hearing.child import CLOSELY, FAULT, NOTHING
from lyhord.hearing.reasons.closely import NothingCloser
from lyhord.hearing.thinking import Answer, Reading, Unthinkable
from lyhord.kit.children import IDLE_SECONDS, ChildDied, Pool
from lyhord.kit.database import Busy
from lyhord.kit.files import Files
from lyhord.kit.pipes import frame

SECONDS, CLOSELY_SECONDS = 30.0, 120.0
"""For a batch of messages, and for its meaning: what takes longer has no end."""
CLOSELY_IDLE_SECONDS = 10.0
"""The one with an embedder takes much memory, and is ready again in two seconds."""

_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(dict[str, Answer]).decode


class Thinkers:
    """For the models in a file store. One for each process of the product that hears."""

    def __init__(self, files: Files, *, seconds: float = SECONDS, idle_seconds: float = IDLE_SECONDS) -> None:
        self.files = files
        root = str(files.root)
        self.pool = Pool("lyhord.hearing.child", root, processes=1, idle_seconds=idle_seconds)
        idle = min(idle_seconds, CLOSELY_IDLE_SECONDS)
        self.closer = Pool("lyhord.hearing.child", root, CLOSELY, processes=1, idle_seconds=idle)
        self._seconds = seconds

    async def think(self, reading: Reading) -> Mapping[str, Answer]:
        """`thinking.think` with the models of workspaces. Raises `Unthinkable`, and `Busy` where no process can be started."""
        return await _ask(self.pool, reading, self._seconds)

    async def think_closely(self, reading: Reading) -> Mapping[str, Answer]:
        """`Closer.think` with the embedder that is installed; raises `NothingCloser` beside these."""
        return await _ask(self.closer, reading, CLOSELY_SECONDS)

    async def close(self) -> None:
        """End the processes."""
        await self.pool.close()
        await self.closer.close()


async def _ask(pool: Pool, reading: Reading, seconds: float) -> Mapping[str, Answer]:
    try:
        answer = await pool.ask(frame(_encode(reading)), seconds=seconds)
    except (ChildDied, TimeoutError) as error:
        raise Unthinkable(repr(error)) from error
    except OSError as error:
        raise Busy(str(error)) from error
    if answer.startswith(FAULT):
        raise Unthinkable(answer[1:].decode())
    if answer == NOTHING:
        raise NothingCloser
    return _decode(answer)

"""What an agent's answer costs to write, whatever the size: the action with its reactions, its events and its commit, one after another.

The CPU is that of the whole process and of the server's for the writing connection. The replies stay in the database.
"""

import asyncio
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

from sqlalchemy import text

from bench.company import AGENT, WORKSPACE, Company
from bench.record import Row
from bench.timing import Timed, rows
from lyhord.conversations.actions.reply import reply
from lyhord.conversations.model import Reply
from lyhord.kit.database import Statement, Tx
from lyhord.kit.database.shard import Shard
from lyhord.kit.database.writer import Action, Call

REPLIES, WARM_UPS = 200, 20


async def write(shard: Shard, company: Company) -> AsyncIterator[Row]:
    """Answer in conversations spread over all of them."""
    server = await _do(shard, _backend)
    taken = Timed([], [], [])
    for number in range(-WARM_UPS, REPLIES):
        conversation = company.conversation_id((number + WARM_UPS) * company.conversations // (REPLIES + WARM_UPS))
        words = Reply(
            conversation_id=conversation, text="Thank you for writing. It left this morning, and arrives by Friday."
        )
        began, wall = _cpu(server), time.perf_counter()
        await _do(shard, reply, words)
        wall = time.perf_counter() - wall
        if number >= 0:
            taken.product.append(_cpu(server) - began)
            taken.wall.append(wall * 1e3)
    found = Timed(sorted(taken.product), [0.0], sorted(taken.wall))
    for row in rows("reply, written", shard.engine.dialect, company.messages, found, ratio=None, p95=None):
        yield row


async def _do(shard: Shard, action: Action, *args: Any) -> Any:
    answer = asyncio.get_running_loop().create_future()
    return await shard.write(Call(WORKSPACE, action, args, f"agent:{AGENT}", answer), bulk=False)


def _backend(tx: Tx) -> int | None:
    """The server's process behind the writer, where there is one."""
    return None if tx.dialect == "sqlite" else int(tx.value(Statement(text("SELECT pg_backend_pid()"))))


def _cpu(server: int | None) -> float:
    theirs = int(Path(f"/proc/{server}/schedstat").read_bytes().split()[0]) if server else 0
    return (time.process_time_ns() + theirs) / 1e6

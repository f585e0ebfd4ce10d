"""A mail server that has a bad day: each connection meets another mood. What it took is noted, whatever it said about it."""

import asyncio
import random
import re
import struct
from collections.abc import Callable
from socket import SO_LINGER, SOL_SOCKET

from tests.faults.checker import Journal

MOODS = (
    "good",
    "good",
    "slow",
    "answers late",
    "resets at once",
    "says nothing",
    "421 at MAIL",
    "451 at RCPT",
    "452 after the mail",
    "550 at RCPT",
    "554 after the mail",
    "hangs up at DATA",
    "hangs up within the mail",
    "takes it and hangs up",
    "takes it and says nothing",
    "takes it and cuts its answer",
)
REFUSALS = {
    "MAIL": {"421 at MAIL": b"421 4.3.2 come back later\r\n"},
    "RCPT": {"451 at RCPT": b"451 4.7.1 greylisted\r\n", "550 at RCPT": b"550 5.1.1 nobody\r\n"},
}
_REPLY = re.compile(rb"reply-\d+")
_RECIPIENT = re.compile(rb"RCPT TO:<([^>]+)>", re.IGNORECASE)


class TroubledServer:
    """`choose` gives the mood of the next connection."""

    def __init__(self, journal: Journal, choose: Callable[[], str]) -> None:
        self.choose = choose
        self._journal = journal
        self._open: set[asyncio.StreamWriter] = set()

    async def start(self) -> int:
        """Listen on a free port of the loopback."""
        self._server = await asyncio.start_server(self._talk, "127.0.0.1", 0)
        return int(self._server.sockets[0].getsockname()[1])

    async def stop(self) -> None:
        """Hang up on everybody."""
        self._server.close()
        for writer in tuple(self._open):
            writer.transport.abort()
        await asyncio.sleep(0.05)

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._open.add(writer)
        try:
            await self._serve(self.choose(), reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            self._open.discard(writer)
            writer.close()

    async def _serve(self, mood: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if mood == "resets at once":
            writer.get_extra_info("socket").setsockopt(SOL_SOCKET, SO_LINGER, struct.pack("ii", 1, 0))
            writer.transport.abort()
            return
        if mood == "says nothing":
            await reader.read(1)
            return
        writer.write(b"220 mx.customer.test\r\n")
        recipient = b""
        while line := await reader.readline():
            if mood == "slow":
                await asyncio.sleep(0.01)
            verb = line[:4].upper().decode()
            recipient = found[1] if (found := _RECIPIENT.match(line)) else recipient
            if verb == "DATA":
                if not await self._take(mood, recipient, reader, writer):
                    return
            elif verb == "QUIT":
                writer.write(b"221 bye\r\n")
                return
            else:
                writer.write(REFUSALS.get(verb, {}).get(mood, b"250 fine\r\n"))

    async def _take(
        self, mood: str, recipient: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> bool:
        """The mail itself; whether the conversation goes on."""
        if mood == "hangs up at DATA":
            return False
        writer.write(b"354 go on\r\n")
        if mood == "hangs up within the mail":
            await reader.readexactly(100)
            return False
        mail = await reader.readuntil(b"\r\n.\r\n")
        if mood in ("452 after the mail", "554 after the mail"):
            writer.write(mood[:3].encode() + b" no\r\n")
            return True
        found = _REPLY.search(mail)
        assert found, mail
        self._journal.note("received", id=found[0].decode(), conversation=recipient.decode())
        if mood == "answers late":
            await asyncio.sleep(0.15)
        if mood == "takes it and says nothing":
            await reader.read(1)
        if mood == "takes it and cuts its answer":
            writer.write(b"25")
        if mood.startswith("takes it"):
            return False
        writer.write(b"250 taken\r\n")
        return True


def moody(seed: int, moods: tuple[str, ...] = MOODS) -> Callable[[], str]:
    """A mood at random, the same ones at every run."""
    dice = random.Random(seed)
    return lambda: dice.choice(moods)

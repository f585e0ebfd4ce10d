"""One IMAP mailbox, spoken to from a thread of its own and awaited from the event loop."""

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import date
from typing import Any, TypeVar

from imapclient import SEEN, IMAPClient, SocketTimeout

from lyhord.channels.mail.options import Options
from lyhord.channels.mail.sign_in import Credentials

CHUNK = 1 << 20
CONNECT_SECONDS = 10
READ_SECONDS = 60
HEAD_BYTES = 256_000

T = TypeVar("T")


class Folder:
    """The folder of an inbox. Every method may raise `OSError` or `IMAPClientError`; after that only `drop` makes sense."""

    def __init__(self, options: Options, seconds: float = READ_SECONDS) -> None:
        self._options = options
        self._seconds = seconds
        self._client: _Client | None = None
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="imap")
        self.validity = 0
        self.next_uid = 1

    async def open(self, credentials: Credentials) -> None:
        """Connect, sign in and select the folder; sets `validity` and `next_uid`."""
        await self._do(lambda: self._open(credentials))

    async def list_after(self, uid: int) -> list[int]:
        """The UIDs above `uid`, rising."""
        found: list[int] = await self._do(lambda: self._connected.search(["UID", f"{uid + 1}:*"]))
        return sorted(one for one in found if one > uid)

    async def list_since(self, day: date, *, unseen: bool) -> list[int]:
        """The UIDs of mails that came on `day` or later, rising."""
        criteria: list[Any] = ["SINCE", day, *(["UNSEEN"] if unseen else [])]
        found: list[int] = await self._do(lambda: self._connected.search(criteria))
        return sorted(found)

    async def sizes(self, uids: Sequence[int]) -> dict[int, int]:
        """The size in bytes of each of these that is still there."""
        answer = await self._do(lambda: self._connected.fetch(uids, ["RFC822.SIZE"]))
        return {uid: fields[b"RFC822.SIZE"] for uid, fields in answer.items() if b"RFC822.SIZE" in fields}

    async def head(self, uid: int) -> bytes:
        """The header fields, `HEAD_BYTES` at most."""
        return await self._piece(uid, "HEADER", 0, HEAD_BYTES)

    async def read_whole(self, uids: Sequence[int]) -> dict[int, bytes]:
        """Several small mails in one round trip, those that are still there; they aren't marked as seen."""
        answer = await self._do(lambda: self._connected.fetch(uids, ["BODY.PEEK[]"])) if uids else {}
        return {uid: fields[b"BODY[]"] or b"" for uid, fields in answer.items() if b"BODY[]" in fields}

    async def read(self, uid: int) -> AsyncIterator[bytes]:
        """The mail in pieces of at most `CHUNK`; it isn't marked as seen."""
        at = 0
        while piece := await self._piece(uid, "", at, CHUNK):
            yield piece
            if len(piece) < CHUNK:
                return
            at += len(piece)

    async def mark_seen(self, uids: Sequence[int]) -> None:
        """Say that we have these."""
        await self._do(lambda: self._connected.add_flags(uids, [SEEN], silent=True))

    async def wait(self, seconds: float) -> None:
        """Until something happens in the folder (IDLE), or `seconds` have passed; without IDLE half a minute at most."""
        if not await self._do(lambda: self._connected.has_capability("IDLE")):
            await asyncio.sleep(min(seconds, 30))
            await self._do(self._connected.noop)
            return
        await self._do(lambda: self._idle(seconds))

    def drop(self) -> None:
        """Let go of the connection at once, also while the thread waits for it."""
        if self._client is not None:
            with suppress(OSError, AttributeError):
                self._client.socket().shutdown(socket.SHUT_RDWR)
            with suppress(OSError, AttributeError):
                self._client.shutdown()
        self._thread.shutdown(wait=False, cancel_futures=True)

    @property
    def _connected(self) -> "_Client":
        if self._client is None:
            raise ConnectionError("not connected")
        return self._client

    async def _do(self, ask: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, ask)

    async def _piece(self, uid: int, section: str, at: int, length: int) -> bytes:
        answer = await self._do(lambda: self._connected.fetch([uid], [f"BODY.PEEK[{section}]<{at}.{length}>"]))
        fields = answer.get(uid, {})
        return next((value or b"" for name, value in fields.items() if name.startswith(b"BODY[")), b"")

    def _open(self, credentials: Credentials) -> None:
        server = self._options.imap
        context = ssl.create_default_context()
        timeout = SocketTimeout(min(CONNECT_SECONDS, self._seconds), self._seconds)
        encrypted = server.security == "tls"
        client = _Client(
            server.host, server.port, ssl=encrypted, ssl_context=context if encrypted else None, timeout=timeout
        )
        self._client = client
        if server.security == "starttls":
            client.starttls(context)
        if credentials.token:
            client.oauth2_login(credentials.username, credentials.token)
        else:
            client.login(credentials.username, credentials.password)
        answer = client.select_folder(self._options.folder)
        self.validity = int(answer.get(b"UIDVALIDITY", 0))
        self.next_uid = int(answer.get(b"UIDNEXT", 1))

    def _idle(self, seconds: float) -> None:
        client = self._connected
        client.idle()
        client.idle_check(timeout=seconds)
        client.idle_done()


class _Client(IMAPClient):  # type: ignore[misc]  # the library has no types
    """Looks at what was read already before it waits: a push that came with the answer to IDLE would else lie there unseen."""

    def _poll_socket(self, sock: socket.socket, timeout: float | None = None) -> Any:
        read = getattr(self._imap, "file", None) or getattr(self._imap, "_file", None)
        with suppress(OSError):
            if read is not None and read.peek(1):
                return True
        return super()._poll_socket(sock, timeout)

"""The way to a Mastodon server: one call of its client API, and what its answer means."""

import secrets
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from datetime import datetime
from typing import Any

import msgspec
from msgspec import Struct

from lyhord.channels.mastodon.options import MEDIA_LIMIT
from lyhord.conversations.account import no_lines
from lyhord.conversations.exchange import Failed, Media, Outcome, Retry, Unknown
from lyhord.kit.clock import SECOND, Clock, system_clock
from lyhord.kit.egress import Answer, Call, Refused, Unreachable
from lyhord.kit.problems import NotFound, Problem

SILENT_SECONDS = 60.0
"""A stream says every few seconds that it is there: after so long without a word it isn't."""
_WEB = {"wss": "https", "ws": "http", "https": "https", "http": "http"}


class Trouble(Problem):
    """The server refused, or wasn't there. `outcome` is what it means for something that we send; `code` is 0 without an answer."""

    status = 502

    def __init__(self, code: int, words: str, outcome: Outcome) -> None:
        super().__init__(f"Mastodon: {code or ''} {words}".strip())
        self.code = code
        self.words = words
        self.outcome = outcome


class _Said(Struct, frozen=True):
    error: str = ""
    error_description: str = ""


class Server:
    """One account at one server."""

    def __init__(
        self,
        call: Callable[[Call], Awaitable[Answer]],
        origin: str,
        token: str,
        clock: Clock = system_clock,
        lines: Callable[[Call], AsyncIterator[str]] = no_lines,
    ) -> None:
        self._call = call
        self._lines = lines
        self._origin = origin
        self._token = token
        self._clock = clock

    async def ask(
        self, method: str, path: str, body: Mapping[str, Any] | None = None, *, key: str = "", seconds: float = 30
    ) -> bytes:
        """What a call answers, as JSON; raises `Trouble`."""
        headers = {"authorization": f"Bearer {self._token}", "accept": "application/json"}
        headers |= {"content-type": "application/json"} if body is not None else {}
        headers |= {"idempotency-key": key} if key else {}
        content = msgspec.json.encode(body) if body is not None else b""
        return (await self._open(method, path, headers, content, seconds)).body

    async def tells(self) -> AsyncIterator[bool]:
        """For as long as the server tells of itself what happens: whether something did, or it only shows that it is there.

        Raises `Trouble`. Where its streams are it says itself, as an address of a WebSocket (Streaming API, `urls.streaming`).
        """
        there = streams_of(await self.ask("GET", "/api/v2/instance")) or self._origin
        headers = {"authorization": f"Bearer {self._token}", "accept": "text/event-stream"}
        url = f"{there}/api/v1/streaming/user/notification"
        try:
            async for line in self._lines(Call(url=url, headers=headers, seconds=SILENT_SECONDS)):
                yield line.startswith("event:")
        except (Unreachable, Refused) as error:
            raise Trouble(0, error.detail, Retry("channel.mastodon.unreachable")) from None

    async def upload(self, media: Media, content: bytes) -> tuple[str, bool]:
        """The server's id of a file, with its name as the description, and whether it is ready; raises `Trouble`."""
        kind, form = _form(media, content)
        headers = {"authorization": f"Bearer {self._token}", "content-type": kind}
        answer = await self._open("POST", "/api/v2/media", headers, form, 120)
        return str(msgspec.json.decode(answer.body, type=dict[str, Any])["id"]), answer.status == 200

    async def is_ready(self, media_id: str) -> bool:
        """Whether the server is done with a file that was uploaded; raises `Trouble`."""
        headers = {"authorization": f"Bearer {self._token}"}
        return (await self._open("GET", f"/api/v1/media/{media_id}", headers, b"", 30)).status == 200

    async def fetch(self, url: str) -> bytes:
        """A file of a post; raises `NotFound` where it isn't any more, `Trouble` for what may pass."""
        answer = await self._reach(Call(url=url, seconds=100, size=MEDIA_LIMIT * 4, hops=3))
        if answer.status in {403, 404, 410}:
            raise NotFound("the file isn't there")
        if answer.status != 200:
            raise Trouble(answer.status, "no file", Retry("no file"))
        return answer.body

    async def _open(self, method: str, path: str, headers: Mapping[str, str], content: bytes, seconds: float) -> Answer:
        call = Call(url=f"{self._origin}{path}", method=method, headers=headers, body=content, seconds=seconds)
        answer = await self._reach(call)
        if answer.status < 300:
            return answer
        try:
            said = msgspec.json.decode(answer.body, type=_Said)
        except (msgspec.MsgspecError, ValueError):
            said = _Said()
        words = said.error_description or said.error
        raise Trouble(answer.status, words, self._meaning(answer, words))

    async def _reach(self, call: Call) -> Answer:
        try:
            return await self._call(call)
        except Unreachable as error:
            outcome = Unknown("delivery.no_answer") if error.sent else Retry("channel.mastodon.unreachable")
            raise Trouble(0, "can't be reached", outcome) from None
        except Refused as error:
            raise Trouble(0, error.detail, Failed("channel.mastodon.bad_server")) from None

    def _meaning(self, answer: Answer, words: str) -> Outcome:
        """What a refusal means for something that we send."""
        if answer.status == 429:
            return Retry("channel.mastodon.too_fast", self._wait(answer), limit="account")
        if answer.status in {401, 403}:
            return Retry("channel.mastodon.bad_token")
        if answer.status in {404, 410}:
            return Failed("channel.mastodon.gone")
        if not 400 <= answer.status < 500:
            return Unknown("delivery.no_answer")
        return Failed(words or str(answer.status))

    def _wait(self, answer: Answer) -> float | None:
        """Until when the server asks us to wait (`X-RateLimit-Reset`), in seconds from now."""
        try:
            until = datetime.fromisoformat(answer.headers["x-ratelimit-reset"]).timestamp() * SECOND
        except (KeyError, ValueError, OverflowError):
            return None
        return max(0.0, (until - self._clock()) / SECOND)


def streams_of(answer: bytes) -> str:
    """Where a server streams, as it says in its configuration; "" where it doesn't."""
    try:
        found = str(msgspec.json.decode(answer)["configuration"]["urls"]["streaming"])
    except (msgspec.MsgspecError, KeyError, TypeError):
        return ""
    scheme, mark, rest = found.rstrip("/").partition("://")
    return f"{_WEB[scheme]}{mark}{rest}" if scheme in _WEB else ""


def _form(media: Media, content: bytes) -> tuple[str, bytes]:
    """A form with a file and its description: its media type and bytes."""
    mark = secrets.token_hex(16)
    shown = "".join("_" if one in '"\\' or not one.isprintable() else one for one in media.name)
    words = shown.rpartition(".")[0] or shown
    head = f'--{mark}\r\nContent-Disposition: form-data; name="description"\r\n\r\n{words}\r\n'
    file = f'--{mark}\r\nContent-Disposition: form-data; name="file"; filename="{shown}"\r\nContent-Type: {media.type}\r\n\r\n'
    body = head.encode() + file.encode() + content + f"\r\n--{mark}--\r\n".encode()
    return f"multipart/form-data; boundary={mark}", body

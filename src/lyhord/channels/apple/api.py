"""The way to Apple: one call of the API for providers, and what its answer means; and files, which lie elsewhere, sealed."""

import asyncio
import uuid
from collections.abc import Mapping
from typing import Any

import msgspec

from lyhord.channels.apple.options import LARGEST_FILE, Options
from lyhord.channels.apple.payloads import Stored
from lyhord.channels.apple.sealing import seal, unseal
from lyhord.channels.apple.tokens import make_token
from lyhord.conversations.account import Means
from lyhord.conversations.exchange import Accepted, Failed, Media, Outcome, Retry, Unknown
from lyhord.conversations.reaching import NO_ANSWER, reach
from lyhord.kit.egress import Answer, Call
from lyhord.kit.problems import NotFound, Problem
from lyhord.kit.text import preview

BAD_SECRET = "channel.apple.bad_secret"  # noqa: S105 - a message key
UNREACHABLE = "channel.apple.unreachable"
AGENT = "Lyhord"
_FILE_SECONDS = 100.0
_KEYS = uuid.UUID("8a4e3f6b-27c5-4d1e-9b0c-5d2f7e1a6c94")
"""The namespace of the ids of our messages, chosen once at random."""
_LOST = {400, 404, 410}
_CODES: Mapping[int, Outcome] = {
    **dict.fromkeys((401, 403), Retry(BAD_SECRET)),
    **dict.fromkeys((404, 410), Failed("channel.apple.gone")),
    413: Failed("plan.file_too_large"),
}


class Trouble(Problem):
    """Apple refused, or wasn't there. `code` is the HTTP status, 0 without an answer; `outcome` what it means for what we send."""

    status = 502

    def __init__(self, code: int, words: str, outcome: Outcome) -> None:
        super().__init__(f"Apple: {code or ''} {words}".strip())
        self.code = code
        self.words = words
        self.outcome = outcome


def id_of(key: str) -> str:
    """The id of what is sent under a key: Apple takes each once."""
    return str(uuid.uuid5(_KEYS, key))


class Api:
    """One business account."""

    def __init__(self, means: Means, options: Options) -> None:
        self._means = means
        self._options = options

    async def send(self, to: str, content: Mapping[str, Any], key: str, *, automatic: bool = False) -> Outcome:
        """Hand over one message, or that somebody writes. `automatic`: no person says it."""
        message = {"id": id_of(key), "sourceId": self._options.business_id, "destinationId": to, "v": 1, **content}
        told = {"auto-reply": "true" if automatic else "false", "msp-agent": AGENT, "content-type": "application/json"}
        headers = {"id": message["id"], "destination-id": to, **told}
        try:
            await self._ask("POST", "/message", headers, msgspec.json.encode(message), seconds=30)
        except Trouble as trouble:
            return trouble.outcome
        return Accepted(message["id"])

    async def check(self) -> None:
        """Try secret and ids without sending anything. Raises `Trouble`."""
        await self._prepare(16)

    async def upload(self, media: Media, plain: bytes) -> dict[str, str]:
        """How a message names a file that was sealed and brought to Apple. Raises `Trouble`, never one of something that may have left."""
        sealed, key = await asyncio.to_thread(seal, plain)
        try:
            place = await self._prepare(len(sealed))
            call = Call(url=place.get("upload-url", ""), method="POST", body=sealed, seconds=_FILE_SECONDS)
            checksum = (_said(_checked(await self._open(call))).get("singleFile") or {}).get("fileChecksum", "")
        except Trouble as trouble:
            if isinstance(trouble.outcome, Unknown):
                trouble.outcome = Retry(UNREACHABLE)
            raise
        where = {"url": place.get("mmcs-url"), "owner": place.get("mmcs-owner"), "signature-base64": checksum}
        if not all(where.values()):
            raise Trouble(0, "no place for the file", Retry(UNREACHABLE))
        return {"name": media.name, "mimeType": media.type, "size": str(len(sealed)), "key": key, **where}

    async def fetch(self, stored: Stored) -> bytes:
        """What lies at Apple, opened. Raises `NotFound` where it can't be had any more, `Trouble` for what may pass."""
        headers = _twice(url=stored.url, owner=stored.owner, signature=stored.checksum)
        try:
            url = str(_said(await self._ask("GET", "/preDownload", headers)).get("download-url") or "")
            call = Call(url=url, seconds=_FILE_SECONDS, size=LARGEST_FILE, hops=3)
            sealed = _checked(await self._open(call)).body
        except Trouble as trouble:
            if trouble.code in _LOST:
                raise NotFound(f"Apple has no such file ({trouble.code})") from None
            raise
        if stored.length and len(sealed) != stored.length:
            raise Trouble(0, "the file came in part", Retry(UNREACHABLE))
        return await asyncio.to_thread(unseal, sealed, stored.key)

    async def decode(self, stored: Stored) -> bytes:
        """The answer that was too large for its message, as JSON; raises as `fetch`."""
        packed = await self.fetch(stored)
        answer = await self._ask("POST", "/decodePayload", {"bid": stored.bid, "accept": "*/*"}, packed)
        inner = _said(answer).get("interactiveData")
        return msgspec.json.encode(inner) if isinstance(inner, dict) else answer.body

    async def _prepare(self, size: int) -> dict[str, Any]:
        return _said(await self._ask("GET", "/preUpload", _twice(size=str(size)), seconds=9))

    async def _ask(
        self, method: str, path: str, headers: Mapping[str, str], body: bytes = b"", *, seconds: float = 15
    ) -> Answer:
        own = {
            "authorization": f"Bearer {make_token(self._options)}",
            "source-id": self._options.business_id,
            **headers,
        }
        url = f"{self._options.api_address}{path}"
        return _checked(await self._open(Call(url=url, method=method, headers=own, body=body, seconds=seconds)))

    async def _open(self, call: Call) -> Answer:
        return await reach(self._means.call(call), Trouble, UNREACHABLE)


def _twice(**headers: str) -> dict[str, str]:
    """Under both names: Apple's reference says the plain ones, its newer examples those that begin with MMCS."""
    return {**headers, **{f"mmcs-{name}": value for name, value in headers.items()}}


def _said(answer: Answer) -> dict[str, Any]:
    try:
        return msgspec.json.decode(answer.body, type=dict[str, Any])
    except (msgspec.MsgspecError, ValueError):
        return {}


def _checked(answer: Answer) -> Answer:
    """The answer where it is a yes. Raises `Trouble`."""
    if 200 <= answer.status < 300:
        return answer
    words = preview(answer.body[:1_000].decode("utf-8", "replace")) or f"HTTP {answer.status}"
    raise Trouble(answer.status, words, _meaning(answer, words))


def _meaning(answer: Answer, words: str) -> Outcome:
    if answer.status == 429:
        wait = answer.headers.get("retry-after", "")
        seconds = float(wait) if wait.isascii() and wait.isdigit() else None
        return Retry("channel.apple.too_fast", seconds, limit="account")
    known = _CODES.get(answer.status)
    other = Failed(f"{answer.status}: {words}"[:200]) if 400 <= answer.status < 500 else Unknown(NO_ANSWER)
    return known or other

"""The way to LINE: one call of the Messaging API, and what its answer means."""

import uuid
from collections.abc import Mapping
from typing import Any

import msgspec
from msgspec import Struct

from lyhord.channels.line.options import Options
from lyhord.conversations.account import Means
from lyhord.conversations.exchange import Accepted, Failed, Outcome, Retry, Unknown
from lyhord.conversations.reaching import NO_ANSWER, reach
from lyhord.kit.egress import Answer, Call
from lyhord.kit.problems import NotFound, Problem

BAD_TOKEN = "channel.line.bad_token"  # noqa: S105 - a message key
UNREACHABLE = "channel.line.unreachable"
_LARGEST, _FILE_SECONDS = 50_000_000, 100.0
_KEYS = uuid.UUID("5f1a7a52-6f0e-4a5c-9c43-3b6f6f1b6b0c")
"""The namespace of our retry keys, chosen once at random."""
_GONE = {400, 404, 410}


class Trouble(Problem):
    """LINE refused, or wasn't there. `outcome` is what it means for something that we send; `code` is 0 without an answer."""

    status = 502

    def __init__(self, code: int, words: str, outcome: Outcome) -> None:
        super().__init__(f"LINE: {code or ''} {words}".strip())
        self.code = code
        self.words = words
        self.outcome = outcome


class _Detail(Struct, frozen=True):
    message: str = ""
    property: str = ""


class _Sent(Struct, frozen=True):
    id: str = ""


class _Said(Struct, frozen=True, rename="camel"):
    message: str = ""
    details: tuple[_Detail, ...] = ()
    sent_messages: tuple[_Sent, ...] = ()


class Api:
    """One official account."""

    def __init__(self, means: Means, options: Options) -> None:
        self._means = means
        self._options = options

    async def ask(
        self, method: str, path: str, body: Mapping[str, Any] | None = None, *, seconds: float = 15
    ) -> dict[str, Any]:
        """The answer of one call; raises `Trouble`."""
        answer = await self._call(method, path, body, {}, seconds)
        if not 200 <= answer.status < 300:
            raise _trouble(answer)
        try:
            return msgspec.json.decode(answer.body or b"{}", type=dict[str, Any])
        except (msgspec.MsgspecError, ValueError):
            raise Trouble(answer.status, "an answer that isn't JSON", Unknown(NO_ANSWER)) from None

    async def push(self, to: str, message: Mapping[str, Any], key: str) -> Outcome:
        """Send one message. LINE takes each key once for a day: that it has it already is as good as a yes."""
        headers = {"x-line-retry-key": str(uuid.uuid5(_KEYS, key))}
        body = {"to": to, "messages": [message]}
        try:
            answer = await self._call("POST", "/v2/bot/message/push", body, headers, 30)
        except Trouble as trouble:
            return trouble.outcome
        if 200 <= answer.status < 300 or answer.status == 409:
            sent = _said(answer).sent_messages
            return Accepted(sent[0].id) if sent and sent[0].id else Accepted("")
        return _trouble(answer).outcome

    async def fetch(self, message_id: str) -> bytes:
        """The file of a message; raises `NotFound` where LINE has it no more, `Trouble` for what may pass."""
        url = f"{self._options.content_address}/v2/bot/message/{message_id}/content"
        return await self._file(Call(url=url, headers=self._headers(), seconds=_FILE_SECONDS, size=_LARGEST))

    async def fetch_elsewhere(self, url: str) -> bytes:
        """The file at an address that isn't LINE's, as `fetch`."""
        return await self._file(Call(url=url, seconds=_FILE_SECONDS, size=_LARGEST, hops=3))

    async def _file(self, call: Call) -> bytes:
        answer = await self._open(call)
        if answer.status in _GONE:
            raise NotFound(f"LINE has no such file ({answer.status})")
        if answer.status != 200:  # 202: still being made ready
            raise Trouble(answer.status, "the file can't be had yet", Retry(UNREACHABLE))
        return answer.body

    async def _call(
        self, method: str, path: str, body: Mapping[str, Any] | None, headers: Mapping[str, str], seconds: float
    ) -> Answer:
        content = msgspec.json.encode(body) if body is not None else b""
        kind = {"content-type": "application/json"} if content else {}
        return await self._open(
            Call(
                url=f"{self._options.api_address}{path}",
                method=method,
                headers={**self._headers(), **kind, **headers},
                body=content,
                seconds=seconds,
            )
        )

    async def _open(self, call: Call) -> Answer:
        return await reach(self._means.call(call), Trouble, UNREACHABLE)

    def _headers(self) -> dict[str, str]:
        return {"authorization": f"Bearer {self._options.access_token}"}


def _said(answer: Answer) -> _Said:
    try:
        return msgspec.json.decode(answer.body, type=_Said)
    except (msgspec.MsgspecError, ValueError):
        return _Said()


def _trouble(answer: Answer) -> Trouble:
    said = _said(answer)
    words = "; ".join(filter(None, [said.message, *(f"{one.property}: {one.message}" for one in said.details)]))
    return Trouble(answer.status, words, _meaning(answer, words))


def _meaning(answer: Answer, words: str) -> Outcome:
    if answer.status == 429:
        if "monthly limit" in words:
            return Failed("channel.line.quota")
        wait = answer.headers.get("retry-after", "")
        return Retry(
            "channel.line.too_fast", float(wait) if wait.isascii() and wait.isdigit() else None, limit="account"
        )
    if answer.status == 401:
        return Retry(BAD_TOKEN)
    if answer.status == 403:
        return Failed("channel.line.forbidden")
    if not 400 <= answer.status < 500:
        return Unknown(NO_ANSWER)
    if "'to'" in words:
        return Failed("channel.line.no_such_customer")
    return Failed(f"{answer.status}: {words}"[:200])

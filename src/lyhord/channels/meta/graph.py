"""The way to Meta: one call of the Graph API, and what its answer means. The token travels in a header, so no address tells it."""

import hashlib
import hmac
import secrets
from collections.abc import Awaitable, Callable, Mapping
from typing import Any
from urllib.parse import urlencode

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from lyhord.conversations.exchange import Failed, Outcome, Retry, Unknown
from lyhord.conversations.reaching import NO_ANSWER, reach
from lyhord.kit.egress import Answer, Call
from lyhord.kit.problems import Problem

SERVER = "https://graph.facebook.com"
VERSION = "v23.0"
"""The version of the Graph API whose description (facebook/openapi, `business-messaging-api_v23.0.yaml`) our calls are held against."""
NOT_LET_IN = "channel.meta.bad_token"
WRONG_APP = "channel.meta.bad_secret"
NO_PERMISSION = "channel.meta.no_permission"
TOO_FAST = "channel.meta.too_fast"
UNREACHABLE = "channel.meta.unreachable"
BUSY = "channel.meta.busy"
"""Message keys."""

_SHARED: Mapping[int, Outcome] = {
    **dict.fromkeys((0, 102, 190, 463, 467), Retry(NOT_LET_IN)),
    **dict.fromkeys((3, 10, *range(200, 300)), Retry(NO_PERMISSION)),
    **dict.fromkeys((4, 17, 32, 341, 613, 80007), Retry(TOO_FAST, limit="account")),
    2: Retry(BUSY),
    1: Unknown(NO_ANSWER),
}
"""Codes of the Graph API that mean the same everywhere (Graph API, error handling). What somebody can put right loses nothing."""


class Trouble(Problem):
    """Meta refused, or wasn't there. `outcome` is what it means for something that we send; `status` of HTTP is 0 without an answer."""

    status = 502

    def __init__(self, http: int, error: "GraphError", outcome: Outcome) -> None:
        super().__init__(f"Meta: {http or ''} {error.code or ''} {error.words}".strip())
        self.http = http
        self.code = error.code
        self.subcode = error.error_subcode
        self.words = error.words
        self.outcome = outcome


class _Details(Struct, frozen=True):
    details: str = ""


class GraphError(Struct, frozen=True):
    """An error as Meta tells it, in answers and in webhooks. `words` is the best there is to read."""

    code: int = 0
    error_subcode: int = 0
    title: str = ""
    message: str = ""
    error_user_msg: str = ""
    is_transient: bool = False
    error_data: _Details | str | None = None

    @property
    def words(self) -> str:
        """What Meta says about it, for people."""
        told = self.error_data.details if isinstance(self.error_data, _Details) else ""
        return (told or self.error_user_msg or self.message or self.title)[:300]


class _Said(Struct, frozen=True):
    error: GraphError | None = None


class Upload(Struct, frozen=True):
    """A file to send along: the field that carries it, its name, type and bytes."""

    field: str
    name: str
    type: str
    content: bytes


class Graph:
    """The Graph API in the name of one token. `meanings` maps a channel's own error codes, or subcodes, to what they mean."""

    def __init__(
        self,
        call: Callable[[Call], Awaitable[Answer]],
        token: str,
        *,
        secret: str = "",
        server: str = SERVER,
        meanings: Mapping[int, Outcome] | None = None,
    ) -> None:
        """With the app's `secret` each call proves that it comes from the app, which Meta may demand and always checks."""
        self._call = call
        self._token = token
        self._secret = secret
        self._server = server.rstrip("/")
        self._meanings = {**_SHARED, **(meanings or {})}

    async def get(self, path: str, *, seconds: float = 9, **query: str) -> msgspec.Raw:
        """What stands at `path`, as JSON; raises `Trouble`."""
        return await self._ask("GET", path, query, seconds=seconds)

    async def post(self, path: str, body: Mapping[str, Any], *, seconds: float = 30) -> msgspec.Raw:
        """The answer to `body`, as JSON; raises `Trouble`."""
        content = msgspec.json.encode(body)
        return await self._ask("POST", path, {}, "application/json", content, seconds=seconds)

    async def delete(self, path: str, **query: str) -> msgspec.Raw:
        """Take away what stands at `path`; raises `Trouble`."""
        return await self._ask("DELETE", path, query)

    async def upload(self, path: str, fields: Mapping[str, str], file: Upload, *, seconds: float = 120) -> msgspec.Raw:
        """The answer to a form that carries a file; raises `Trouble`."""
        kind, content = form_of(fields, file)
        return await self._ask("POST", path, {}, kind, content, seconds=seconds)

    async def fetch(self, url: str, *, seconds: float = 100, size: int) -> Answer:
        """A file at an address that Meta told, at most `size` bytes, whatever the status; raises `Trouble` where no answer came."""
        headers = {"authorization": f"Bearer {self._token}"}
        return await self._open(Call(url=url, headers=headers, seconds=seconds, size=size, hops=2))

    async def _ask(
        self,
        method: str,
        path: str,
        query: Mapping[str, str],
        kind: str = "",
        content: bytes = b"",
        *,
        seconds: float = 30,
    ) -> msgspec.Raw:
        asked = {**query, **({"appsecret_proof": prove(self._secret, self._token)} if self._secret else {})}
        url = f"{self._server}/{VERSION}/{path.lstrip('/')}" + (f"?{urlencode(asked)}" if asked else "")
        headers = {"authorization": f"Bearer {self._token}", **({"content-type": kind} if kind else {})}
        answer = await self._open(Call(url=url, method=method, headers=headers, body=content, seconds=seconds))
        error = _error_in(answer)
        if error is None:
            return msgspec.Raw(answer.body)
        raise Trouble(answer.status, error, self.meaning(answer, error))

    def meaning(self, answer: Answer, error: GraphError) -> Outcome:
        """What a refusal means for something that we send."""
        finer = self._meanings.get(error.error_subcode) if error.error_subcode else None
        known = finer or self._meanings.get(error.code)
        wait = _waiting(answer)
        if "appsecret_proof" in error.message:
            return Retry(WRONG_APP)
        if known is not None and (error.code or answer.status == 401):
            return replace(known, after_seconds=wait) if isinstance(known, Retry) and wait else known
        if answer.status == 429:
            return Retry(TOO_FAST, wait, limit="account")
        if answer.status == 401:
            return Retry(NOT_LET_IN)
        if error.code and error.is_transient:
            return Retry(BUSY, wait)
        if answer.status >= 500 or not error.code:
            return Unknown(NO_ANSWER)
        return Failed(f"{error.words} ({error.code})")

    async def _open(self, call: Call) -> Answer:
        return await reach(self._call(call), _unreached, UNREACHABLE)


def _unreached(code: int, words: str, outcome: Outcome) -> Trouble:
    return Trouble(code, GraphError(message=words), outcome)


def prove(secret: str, token: str) -> str:
    """The `appsecret_proof` of a call: that whoever has the token is the app (Graph API, securing requests)."""
    return hmac.new(secret.encode(), token.encode(), hashlib.sha256).hexdigest()


def problem_of(trouble: Trouble) -> tuple[str, str, str]:
    """A problem as the inbox's page shows it, at the field `token`, `app_secret` or `server`; other troubles at none."""
    reason = getattr(trouble.outcome, "reason", "")
    fields = {NOT_LET_IN: "token", NO_PERMISSION: "token", WRONG_APP: "app_secret", "problem.address_refused": "server"}
    if reason in fields:
        return (fields[reason], reason, trouble.words)
    if reason in {UNREACHABLE, TOO_FAST, BUSY, NO_ANSWER}:
        return ("", UNREACHABLE if reason == NO_ANSWER else reason, trouble.words)
    return ("", "channel.meta.refused", trouble.words)


def form_of(fields: Mapping[str, str], file: Upload) -> tuple[str, bytes]:
    """A form that carries a file: its media type and bytes."""
    mark = secrets.token_hex(16)
    pieces = [
        f'--{mark}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in fields.items()
    ]
    shown = "".join("_" if one in '"\\' or not one.isprintable() else one for one in file.name)
    head = f'--{mark}\r\nContent-Disposition: form-data; name="{file.field}"; filename="{shown}"\r\n'
    pieces += [f"{head}Content-Type: {file.type}\r\n\r\n".encode(), file.content, f"\r\n--{mark}--\r\n".encode()]
    return f"multipart/form-data; boundary={mark}", b"".join(pieces)


def _error_in(answer: Answer) -> GraphError | None:
    """The error of an answer; None for a good one."""
    try:
        said = msgspec.json.decode(answer.body, type=_Said)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return GraphError(message=f"HTTP {answer.status}")
    if said.error is None and 200 <= answer.status < 300:
        return None
    return said.error or GraphError(message=f"HTTP {answer.status}")


def _waiting(answer: Answer) -> float | None:
    """For how many seconds Meta wants to be left alone, where it says so."""
    told = answer.headers.get("retry-after", "")
    return float(told) if told.isascii() and told.isdigit() and len(told) < 6 else None

"""The way to Telegram: one call of the Bot API, and what its answer means. The token stands in addresses, so these are told nobody."""

import secrets
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import msgspec
from msgspec import Struct

from lyhord.conversations.exchange import Failed, Outcome, Retry, Unknown
from lyhord.kit.egress import Answer, Call, Refused, Unreachable
from lyhord.kit.problems import NotFound, Problem

LARGEST_FILE = 20_000_000
"""Bytes that Telegram lets a bot fetch."""
MOVED_SECONDS = 5.0
_KNOWN = {
    "blocked": "channel.telegram.blocked",
    "deactivated": "channel.telegram.blocked",
    "chat not found": "channel.telegram.not_started",
    "can't initiate": "channel.telegram.not_started",
    "REACTION_INVALID": "channel.telegram.no_such_reaction",
    "message can't be": "amend.too_old",
    "was kicked": "channel.telegram.not_in_group",
    "not a member": "channel.telegram.not_in_group",
    "not enough rights": "channel.telegram.may_not_write",
    "CHAT_WRITE_FORBIDDEN": "channel.telegram.may_not_write",
    "TOPIC_CLOSED": "channel.telegram.topic_closed",
    "BUSINESS_CONNECTION": "channel.telegram.disconnected",
}
"""Words of Telegram's refusals, and the message keys that say the same to agents."""


class Trouble(Problem):
    """Telegram refused, or wasn't there. `outcome` is what it means for something that we send; `code` is 0 without an answer."""

    status = 502

    def __init__(self, code: int, words: str, outcome: Outcome) -> None:
        super().__init__(f"Telegram: {code or ''} {words}".strip())
        self.code = code
        self.words = words
        self.outcome = outcome


class _Rest(Struct, frozen=True):
    retry_after: float | None = None
    migrate_to_chat_id: int = 0


class _Said(Struct, frozen=True):
    ok: bool
    result: msgspec.Raw = msgspec.Raw(b"null")
    description: str = ""
    error_code: int = 0
    parameters: _Rest = _Rest()


class Upload(Struct, frozen=True):
    """A file to send along: the field that carries it, its name, type and bytes."""

    field: str
    name: str
    type: str
    content: bytes


class Bot:
    """One bot at one server of the Bot API."""

    def __init__(self, call: Callable[[Call], Awaitable[Answer]], server: str, token: str) -> None:
        self._call = call
        self._server = server.rstrip("/")
        self._token = token

    async def ask(
        self, method: str, body: Mapping[str, Any], *, seconds: float = 30, upload: Upload | None = None
    ) -> msgspec.Raw:
        """The result of a method, as JSON; raises `Trouble`."""
        kind, content = _form(body, upload) if upload else ("application/json", msgspec.json.encode(body))
        answer = await self._open(
            Call(
                url=f"{self._server}/bot{self._token}/{method}",
                method="POST",
                headers={"content-type": kind},
                body=content,
                seconds=seconds,
            )
        )
        try:
            said = msgspec.json.decode(answer.body, type=_Said)
        except (msgspec.MsgspecError, ValueError):
            said = _Said(ok=False, error_code=answer.status)
        if said.ok:
            return said.result
        code = said.error_code or answer.status
        raise Trouble(code, said.description, _meaning(code, said))

    async def fetch(self, file_id: str) -> bytes:
        """A file that somebody sent; raises `NotFound` where Telegram doesn't give it, `Trouble` for what may pass."""
        try:
            found = msgspec.json.decode(await self.ask("getFile", {"file_id": file_id}), type=dict[str, Any])
        except Trouble as trouble:
            if trouble.code != 400:
                raise
            large = "too big" in trouble.words
            raise NotFound(trouble.words, key="channel.telegram.file_too_large" if large else None) from None
        path = str(found.get("file_path") or "")
        answer = await self._open(
            Call(url=f"{self._server}/file/bot{self._token}/{path}", seconds=100, size=LARGEST_FILE)
        )
        if answer.status != 200:
            raise Trouble(answer.status, "no file", Retry("no file"))
        return answer.body

    async def _open(self, call: Call) -> Answer:
        try:
            return await self._call(call)
        except Unreachable as error:
            words = "Telegram can't be reached" if not error.sent else "no answer"
            outcome = Unknown("delivery.no_answer") if error.sent else Retry("channel.telegram.unreachable")
            raise Trouble(0, words, outcome) from None
        except Refused as error:
            raise Trouble(0, error.detail, Failed("channel.telegram.bad_server")) from None


def _meaning(code: int, said: _Said) -> Outcome:
    """What a refusal means for something that we send."""
    if code == 429:
        return Retry("channel.telegram.too_fast", said.parameters.retry_after, limit="either")
    if said.parameters.migrate_to_chat_id:
        return Retry("channel.telegram.group_moved", MOVED_SECONDS)  # the update that tells us is on its way
    if code in {401, 404}:
        return Retry("channel.telegram.bad_token")
    if not 400 <= code < 500:
        return Unknown("delivery.no_answer")
    return Failed(next((key for words, key in _KNOWN.items() if words in said.description), said.description))


def _form(body: Mapping[str, Any], upload: Upload) -> tuple[str, bytes]:
    """A form that carries a file: its media type and bytes."""
    mark = secrets.token_hex(16)
    pieces = []
    for name, value in body.items():
        text = value if isinstance(value, str) else msgspec.json.encode(value).decode()
        pieces.append(f'--{mark}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{text}\r\n'.encode())
    shown = "".join("_" if one in '"\\' or not one.isprintable() else one for one in upload.name)
    head = f'--{mark}\r\nContent-Disposition: form-data; name="{upload.field}"; filename="{shown}"\r\n'
    pieces += [f"{head}Content-Type: {upload.type}\r\n\r\n".encode(), upload.content, f"\r\n--{mark}--\r\n".encode()]
    return f"multipart/form-data; boundary={mark}", b"".join(pieces)

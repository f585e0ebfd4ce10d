"""The way to the homeserver: one call of its Client-Server API as our user, and what its answer means."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any
from urllib.parse import quote, urlencode

import msgspec

from lyhord.channels.matrix.options import Options
from lyhord.conversations.exchange import Failed, Outcome, Retry, Unknown
from lyhord.conversations.reaching import NO_ANSWER, reach
from lyhord.kit.egress import Answer, Call
from lyhord.kit.problems import NotFound, Problem

LARGEST_FILE = 50_000_000
CLIENT = "/_matrix/client/v3"
UNREACHABLE = "channel.matrix.unreachable"
_KNOWN = {
    "M_FORBIDDEN": "channel.matrix.forbidden",
    "M_GUEST_ACCESS_FORBIDDEN": "channel.matrix.forbidden",
    "M_NOT_FOUND": "channel.matrix.gone",
    "M_TOO_LARGE": "plan.file_too_large",
}
"""Words of refusals that hold for good, and the message keys that say the same to agents."""
NO_TOKEN = frozenset({"M_UNKNOWN_TOKEN", "M_MISSING_TOKEN"})


class Trouble(Problem):
    """The homeserver refused, or wasn't there. `outcome` is what it means for something that we send; `code` its word for it."""

    status = 502

    def __init__(self, code: str, words: str, outcome: Outcome) -> None:
        super().__init__(f"Matrix: {code} {words}".strip())
        self.code = code
        self.words = words
        self.outcome = outcome

    @property
    def lasting(self) -> bool:
        """Whether asking again would be answered alike."""
        return isinstance(self.outcome, Failed)


class _Said(msgspec.Struct, frozen=True):
    errcode: str = ""
    error: str = ""
    retry_after_ms: float | None = None


class Homeserver:
    """One user of one homeserver."""

    def __init__(self, call: Callable[[Call], Awaitable[Answer]], options: Options) -> None:
        self._call = call
        self._address = options.homeserver
        self._token = options.as_token

    async def ask(
        self, method: str, path: str, body: Mapping[str, Any] | None = None, *, seconds: float = 20
    ) -> dict[str, Any]:
        """The answer to a call, as JSON; raises `Trouble`."""
        content = b"" if body is None else msgspec.json.encode(body)
        answer = await self._open(method, path, content, "application/json", seconds)
        return _decode(answer.body)

    async def upload(self, name: str, kind: str, content: bytes) -> str:
        """The address (`mxc:`) under which the homeserver keeps a file; raises `Trouble`."""
        path = f"/_matrix/media/v3/upload?{urlencode({'filename': name})}"
        answer = await self._open("POST", path, content, kind, 120)
        return str(_decode(answer.body).get("content_uri") or "")

    async def fetch(self, address: str) -> bytes:
        """The bytes behind an `mxc:` address; raises `NotFound` where there are none, `Trouble` for what may pass.

        Homeservers from before 2024 have files only at the old place.
        """
        place = address.removeprefix("mxc://")
        server, _, media = place.partition("/")
        if not (address.startswith("mxc://") and server and media and "/" not in media):
            raise NotFound("not the address of a file", key="channel.matrix.no_file")
        named = f"{quote(server, safe='')}/{quote(media, safe='')}"
        for path in (f"/_matrix/client/v1/media/download/{named}", f"/_matrix/media/v3/download/{named}"):
            try:
                return (await self._open("GET", path, b"", "", 100)).body
            except Trouble as trouble:
                if not trouble.lasting:
                    raise
        raise NotFound("the homeserver has no such file", key="channel.matrix.no_file")

    async def _open(self, method: str, path: str, body: bytes, kind: str, seconds: float) -> Answer:
        headers = {"authorization": f"Bearer {self._token}"} | ({"content-type": kind} if body else {})
        call = Call(
            url=self._address + path,
            method=method,
            headers=headers,
            body=body,
            seconds=seconds,
            size=LARGEST_FILE,
            hops=2,
        )
        answer = await reach(self._call(call), _unreached, UNREACHABLE)
        if answer.status >= 300:
            raise _trouble(answer)
        return answer


def _unreached(_code: int, words: str, outcome: Outcome) -> Trouble:
    return Trouble("", words, outcome)


def _decode(body: bytes) -> dict[str, Any]:
    try:
        return msgspec.json.decode(body, type=dict[str, Any])
    except (msgspec.MsgspecError, ValueError):
        raise Trouble("", "an odd answer", Unknown(NO_ANSWER)) from None


def _trouble(answer: Answer) -> Trouble:
    try:
        said = msgspec.json.decode(answer.body, type=_Said)
    except (msgspec.MsgspecError, ValueError):
        said = _Said(error=f"HTTP {answer.status}")
    outcome: Outcome
    if answer.status == 429:
        wait = None if said.retry_after_ms is None else said.retry_after_ms / 1000
        outcome = Retry("channel.matrix.too_fast", wait, limit="account")
    elif said.errcode in NO_TOKEN or (answer.status == 401 and not said.errcode):
        outcome = Retry("channel.matrix.not_registered")
    elif answer.status >= 500:
        outcome = Unknown(NO_ANSWER)
    else:
        outcome = Failed(_KNOWN.get(said.errcode) or said.error or f"HTTP {answer.status}")
    return Trouble(said.errcode, said.error, outcome)

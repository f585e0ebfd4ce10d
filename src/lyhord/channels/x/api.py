"""The way to X: one call of its API, and what its refusals mean."""

import secrets
from base64 import b64encode
from collections.abc import Awaitable, Callable, Mapping
from typing import Any
from urllib.parse import quote

import msgspec
from msgspec import Struct

from lyhord.channels.x.options import Options
from lyhord.channels.x.signing import authorize
from lyhord.conversations.exchange import Failed, Outcome, Retry, Unknown
from lyhord.kit.clock import SECOND, Clock, system_clock
from lyhord.kit.egress import Answer, Call, Refused, Unreachable
from lyhord.kit.problems import Problem

BAD_TOKEN, NO_PERMISSION, NO_CREDIT = "channel.x.bad_token", "channel.x.no_permission", "channel.x.no_credit"
UNREACHABLE, BAD_SERVER = "channel.x.unreachable", "channel.x.bad_server"
_DAY_SECONDS = 86_400.0
_WORDS: tuple[tuple[str, Outcome], ...] = (
    ("duplicate content", Failed("channel.x.duplicate")),
    ("otherwise engaged", Failed("channel.x.not_summoned")),
    ("where you are mentioned", Failed("channel.x.not_summoned")),
    ("restricted who can reply", Failed("channel.x.reply_restricted")),
    ("messages to this user", Failed("channel.x.no_dm")),
    ("permission to dm", Failed("channel.x.no_dm")),
    ("deleted or not visible", Failed("channel.x.gone")),
    ("too long", Failed("channel.x.too_long")),
    ("daily status update limit", Retry("channel.x.too_fast", 3600, limit="account")),
    ("temporarily locked", Retry("channel.x.locked")),
    ("is suspended", Retry("channel.x.locked")),
    ("oauth1-permissions", Retry(NO_PERMISSION)),
    ("client-not-enrolled", Retry(NO_PERMISSION)),
    ("app permissions", Retry(NO_PERMISSION)),
)
"""How X says what is wrong, in words that lately stand where numbers stood."""
_CODES: Mapping[int, Outcome] = {
    32: Retry(BAD_TOKEN),
    64: Retry("channel.x.locked"),
    89: Retry(BAD_TOKEN),
    144: Failed("channel.x.gone"),
    185: Retry("channel.x.too_fast", 3600, limit="account"),
    186: Failed("channel.x.too_long"),
    187: Failed("channel.x.duplicate"),
    326: Retry("channel.x.locked"),
    349: Failed("channel.x.no_dm"),
    385: Failed("channel.x.gone"),
    433: Failed("channel.x.reply_restricted"),
    453: Retry(NO_PERMISSION),
}


class Trouble(Problem):
    """X refused, or wasn't there. `outcome` is what it means for something that we send; `code` is 0 without an answer."""

    status = 502

    def __init__(self, code: int, words: str, outcome: Outcome) -> None:
        super().__init__(f"X: {code or ''} {words}".strip())
        self.code = code
        self.words = words
        self.outcome = outcome


class _Error(Struct, frozen=True):
    code: int | None = None
    message: str = ""
    detail: str = ""


class _Said(Struct, frozen=True):
    title: str = ""
    detail: str = ""
    type: str = ""
    errors: tuple[_Error, ...] = ()


class Service:
    """One account, as its app asks for it."""

    def __init__(
        self, call: Callable[[Call], Awaitable[Answer]], options: Options, clock: Clock = system_clock
    ) -> None:
        self._call = call
        self._options = options
        self._clock = clock

    async def ask(
        self, method: str, path: str, body: Mapping[str, Any] | None = None, *, seconds: float = 30, bearer: str = ""
    ) -> Answer:
        """What a call in the account's name answers, or with `bearer` in the app's; raises `Trouble`."""
        url = f"{self._options.server}{path}"
        headers = {"authorization": f"Bearer {bearer}" if bearer else self._authorize(method, url)}
        headers |= {"content-type": "application/json"} if body is not None else {}
        content = msgspec.json.encode(body) if body is not None else b""
        return await self._open(Call(url=url, method=method, headers=headers, body=content, seconds=seconds))

    async def bearer(self) -> str:
        """What proves that the app itself asks (OAuth 2.0, app only); raises `Trouble`."""
        pair = f"{quote(self._options.consumer_key, safe='')}:{quote(self._options.consumer_secret, safe='')}"
        kind = "application/x-www-form-urlencoded;charset=UTF-8"
        headers = {"authorization": f"Basic {b64encode(pair.encode()).decode()}", "content-type": kind}
        url = f"{self._options.server}/oauth2/token"
        form = b"grant_type=client_credentials"
        answer = await self._open(Call(url=url, method="POST", headers=headers, body=form, seconds=4))
        token = read_json(answer).get("access_token")
        if not isinstance(token, str):
            raise Trouble(answer.status, "no token", Failed(BAD_SERVER))
        return token

    async def fetch(self, url: str, size: int, *, signed: bool) -> Answer:
        """What is at an address of X, asked for in the account's name only where that is needed. Raises what the way out raises."""
        headers = {"authorization": self._authorize("GET", url)} if signed else {}
        return await self._call(Call(url=url, headers=headers, seconds=100, size=size, hops=0 if signed else 3))

    def _authorize(self, method: str, url: str) -> str:
        return authorize(self._options, method, url, secrets.token_hex(16), int(self._clock() / SECOND))

    async def _open(self, call: Call) -> Answer:
        try:
            answer = await self._call(call)
        except Unreachable as error:
            outcome = Unknown("delivery.no_answer") if error.sent else Retry(UNREACHABLE)
            raise Trouble(0, "can't be reached", outcome) from None
        except Refused as error:
            raise Trouble(0, error.detail, Failed(BAD_SERVER)) from None
        if answer.status < 300:
            return answer
        try:
            said = msgspec.json.decode(answer.body, type=_Said)
        except (msgspec.MsgspecError, ValueError):
            said = _Said()
        first = said.errors[0] if said.errors else _Error()
        words = said.detail or first.detail or first.message or said.title
        raise Trouble(answer.status, words, self._meaning(answer, said, words))

    def _meaning(self, answer: Answer, said: _Said, words: str) -> Outcome:
        """What a refusal means for something that we send."""
        if answer.status == 429:
            return Retry("channel.x.too_fast", self._wait(answer), limit="account")
        if answer.status == 402 or "problems/credits" in said.type:
            return Retry(NO_CREDIT)
        if answer.status >= 500:
            return Unknown("delivery.no_answer")
        for error in said.errors:
            if error.code is not None and error.code in _CODES:
                return _CODES[error.code]
        told = f"{words} {said.type}".lower()
        for part, outcome in _WORDS:
            if part in told:
                return outcome
        if answer.status == 401:
            return Retry(BAD_TOKEN)
        return Failed("channel.x.gone") if answer.status == 404 else Failed(words or str(answer.status))

    def _wait(self, answer: Answer) -> float | None:
        """Until when X asks us to wait (`x-rate-limit-reset`, Unix seconds), in seconds from now."""
        told = answer.headers.get("x-rate-limit-reset", "")
        if not told.isdecimal():
            return None
        return min(max(0.0, int(told[:12]) - self._clock() / SECOND), _DAY_SECONDS)


def read_json(answer: Answer) -> dict[str, Any]:
    """An answer as a mapping; an empty one where it is none."""
    try:
        found = msgspec.json.decode(answer.body)
    except (msgspec.MsgspecError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def data_of(answer: Answer) -> dict[str, Any]:
    """What an answer has under `data`, or an empty mapping."""
    found = read_json(answer).get("data")
    return found if isinstance(found, dict) else {}


def list_of(answer: Answer) -> list[dict[str, Any]]:
    """The mappings that an answer has under `data`."""
    found = read_json(answer).get("data")
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []

"""The way to Viber: one call of the REST Bot API, and what its answer means. It answers 200 and says in the body how it went."""

from collections.abc import Mapping
from typing import Any

import msgspec

from lyhord.channels.viber.options import Options
from lyhord.conversations.account import Means
from lyhord.conversations.exchange import Failed, Outcome, Retry, Unknown
from lyhord.conversations.reaching import NO_ANSWER, reach
from lyhord.kit.egress import Answer, Call
from lyhord.kit.problems import NotFound, Problem

BAD_TOKEN = "channel.viber.bad_token"  # noqa: S105 - a message key
UNREACHABLE = "channel.viber.unreachable"
_LARGEST, _FILE_SECONDS = 50_000_000, 100.0
_CODES: dict[int, Outcome] = {
    2: Retry(BAD_TOKEN),
    5: Failed("channel.viber.no_such_customer"),
    6: Failed("channel.viber.not_subscribed"),
    **dict.fromkeys((7, 8, 9, 15), Failed("channel.viber.suspended")),
    10: Retry("channel.viber.no_webhook"),
    **dict.fromkeys((11, 14), Failed("channel.viber.old_app")),
    12: Retry("channel.viber.too_fast", 10.0, limit="account"),
    21: Failed("channel.viber.wrong_country"),
    **dict.fromkeys((23, 24), Failed("channel.viber.no_balance")),
}
"""What Viber's own numbers of refusals mean for something that we send."""
_GATEWAY: dict[int, Outcome] = {401: _CODES[2], 403: _CODES[2], 429: Retry("channel.viber.too_fast", limit="account")}
"""The same of HTTP's, where Viber itself says nothing."""


class Trouble(Problem):
    """Viber refused, or wasn't there. `code` is Viber's own number, 0 without an answer; `outcome` what it means for what we send."""

    status = 502

    def __init__(self, code: int, words: str, outcome: Outcome) -> None:
        super().__init__(f"Viber: {code or ''} {words}".strip())
        self.code = code
        self.words = words
        self.outcome = outcome


class Api:
    """One bot."""

    def __init__(self, means: Means, options: Options) -> None:
        self._means = means
        self._options = options

    async def ask(self, method: str, body: Mapping[str, Any], *, seconds: float = 15) -> dict[str, Any]:
        """The answer of one call; raises `Trouble`."""
        answer = await self._open(
            Call(
                url=f"{self._options.api_address}/pa/{method}",
                method="POST",
                headers={"x-viber-auth-token": self._options.auth_token, "content-type": "application/json"},
                body=msgspec.json.encode(body),
                seconds=seconds,
            )
        )
        said = _said(answer)
        code = said.get("status")
        if code == 0:
            return said
        words = str(said.get("status_message") or f"HTTP {answer.status}")
        if not isinstance(code, int):
            raise Trouble(0, words, _GATEWAY.get(answer.status, Unknown(NO_ANSWER)))
        raise Trouble(code, words, _CODES.get(code) or Failed(f"{code}: {words}"[:200]))

    async def fetch(self, url: str) -> bytes:
        """The file of a message; raises `NotFound` where it is gone, `Trouble` for what may pass."""
        answer = await self._open(Call(url=url, seconds=_FILE_SECONDS, size=_LARGEST, hops=3))
        if answer.status in {400, 403, 404, 410}:
            raise NotFound(f"the file is gone ({answer.status})")
        if answer.status != 200:
            raise Trouble(0, f"no file ({answer.status})", Retry(UNREACHABLE))
        return answer.body

    async def _open(self, call: Call) -> Answer:
        return await reach(self._means.call(call), Trouble, UNREACHABLE)


def _said(answer: Answer) -> dict[str, Any]:
    try:
        return msgspec.json.decode(answer.body, type=dict[str, Any])
    except (msgspec.MsgspecError, ValueError):
        return {}

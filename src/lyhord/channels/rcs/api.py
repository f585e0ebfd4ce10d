"""The way to Google: one call of the RCS Business Messaging API, and what its answer means."""

import uuid
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlencode

import msgspec

from lyhord.channels.rcs.options import Options
from lyhord.channels.rcs.sign_in import NotAdmitted, Tools
from lyhord.conversations.exchange import Failed, Outcome, Peer, Retry
from lyhord.conversations.plan import UNREACHABLE as OUT_OF_REACH
from lyhord.conversations.reaching import reach
from lyhord.kit.egress import Answer, Call, Refused, Unreachable
from lyhord.kit.problems import NotFound, Problem

BAD_ACCOUNT = NotAdmitted.key
FORBIDDEN = "channel.rcs.forbidden"
TOO_FAST = "channel.rcs.too_fast"
UNREACHABLE = "channel.rcs.unreachable"
_OK, _NOT_SIGNED_IN, _FAST = 200, 401, 429
_OUTCOMES: dict[int, Outcome] = {
    _NOT_SIGNED_IN: Retry(BAD_ACCOUNT),
    403: Failed(FORBIDDEN),
    404: Failed(OUT_OF_REACH, Peer(reachable=False)),
}
_LARGEST, _FILE_SECONDS = 104_857_600, 100.0
_KEYS = uuid.UUID("6d1b3c0e-0e0a-4f0c-9b3e-2f8d6a1c7e54")


class Trouble(Problem):
    """Google refused, or wasn't there. `code` is the HTTP status, 0 without an answer; `outcome` what it means for what we send."""

    status = 502

    def __init__(self, code: int, words: str, outcome: Outcome) -> None:
        super().__init__(f"RCS: {code or ''} {words}".strip())
        self.code = code
        self.words = words
        self.outcome = outcome


class Api:
    """One agent."""

    def __init__(self, tools: Tools, options: Options) -> None:
        self._tools = tools
        self._options = options

    async def ask(
        self, method: str, place: str, query: Mapping[str, str], body: object = None, *, seconds: float = 15
    ) -> dict[str, Any]:
        """The answer of one call, `place` being what follows `phones/`; raises `Trouble`."""
        asked = urlencode({**query, "agentId": self._options.agent_id})
        url = f"{self._options.api_address}/v1/phones/{quote(place, safe='/+')}?{asked}"
        content = b"" if body is None else msgspec.json.encode(body)
        token = await self._token()
        for again in (True, False):
            headers = {"authorization": f"Bearer {token}", "content-type": "application/json"}
            answer = await self._open(Call(url=url, method=method, headers=headers, body=content, seconds=seconds))
            if not again or answer.status != _NOT_SIGNED_IN:
                break
            token = await self._token(refused=token)
        if answer.status == _OK:
            return _said(answer)
        raise _trouble(answer)

    async def fetch(self, url: str) -> bytes:
        """The file that a customer sent; raises `NotFound` where it is gone, `Trouble` for what may pass."""
        answer = await self._open(Call(url=url, seconds=_FILE_SECONDS, size=_LARGEST, hops=3))
        if answer.status in {400, 403, 404, 410}:
            raise NotFound(f"the file is gone ({answer.status})")
        if answer.status != _OK:
            raise Trouble(answer.status, f"no file ({answer.status})", Retry(UNREACHABLE))
        return answer.body

    async def _token(self, refused: str = "") -> str:
        """Nothing has left without one."""
        try:
            return await self._tools.token(self._options.service_account, refused)
        except NotAdmitted as error:
            raise Trouble(_NOT_SIGNED_IN, error.detail, Retry(BAD_ACCOUNT)) from None
        except Unreachable:
            raise Trouble(0, "can't be reached", Retry(UNREACHABLE)) from None
        except Refused as error:
            raise Trouble(0, error.detail, Retry("problem.address_refused", ours=True)) from None

    async def _open(self, call: Call) -> Answer:
        return await reach(self._tools.means.call(call), Trouble, UNREACHABLE)


def id_of(key: str) -> str:
    """The UUID by which Google tells a second attempt from a second message; ours where the key is one."""
    try:
        return str(uuid.UUID(key))
    except ValueError:
        return str(uuid.uuid5(_KEYS, key))


def _said(answer: Answer) -> dict[str, Any]:
    try:
        return msgspec.json.decode(answer.body, type=dict[str, Any])
    except (msgspec.MsgspecError, ValueError):
        return {}


def _trouble(answer: Answer) -> Trouble:
    status = answer.status
    error = _said(answer).get("error")
    words = str((error.get("message") if isinstance(error, dict) else None) or f"HTTP {status}")[:200]
    after = answer.headers.get("retry-after", "")
    if status == _FAST:
        seconds = float(after) if after.isascii() and after.isdigit() else 10.0
        return Trouble(status, words, Retry(TOO_FAST, seconds, limit="account"))
    later = Retry(UNREACHABLE) if status >= 500 else Failed(f"{status}: {words}")
    return Trouble(status, words, _OUTCOMES.get(status, later))

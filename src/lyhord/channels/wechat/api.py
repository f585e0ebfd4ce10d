"""The way to WeChat: its access token, shared by all that one process does, and calls with it. What went wrong stands in the body."""

import asyncio
import hashlib
import secrets
from collections.abc import Mapping
from time import monotonic
from typing import Any, NamedTuple
from urllib.parse import urlencode

import msgspec

from lyhord.channels.wechat.options import Options
from lyhord.conversations.account import Means
from lyhord.conversations.exchange import Failed, Media, Outcome, Retry, Unknown
from lyhord.conversations.reaching import NO_ANSWER, reach
from lyhord.kit.egress import Answer, Call
from lyhord.kit.problems import NotFound, Problem

UNREACHABLE = "channel.wechat.unreachable"
_LARGEST, _FILE_SECONDS = 50_000_000, 100.0
_MARGIN_SECONDS, _FORCE_SECONDS = 300, 30.0
"""A token is fetched anew so long before it ends: then WeChat gives the next, and both hold for a while. Forcing one sooner is refused."""
_STALE = {40001, 40014, 42001}
_SETUP = {
    40013: "channel.wechat.bad_app_id",
    40125: "channel.wechat.bad_secret",
    41004: "channel.wechat.bad_secret",
    40001: "channel.wechat.bad_secret",
    40164: "channel.wechat.not_listed",
}
_CODES: dict[int, Outcome] = {
    -1: Retry("channel.wechat.busy"),
    **{code: Retry(key) for code, key in _SETUP.items()},
    40003: Failed("channel.wechat.no_such_customer"),
    43004: Failed("channel.wechat.not_following"),
    **dict.fromkeys((45009, 45011), Retry("channel.wechat.too_fast", 60.0, limit="account")),
    45015: Failed("channel.wechat.too_late"),
    45047: Failed("channel.wechat.too_many"),
    **dict.fromkeys((48001, 50001, 50002), Failed("channel.wechat.forbidden")),
    48002: Failed("channel.wechat.not_following"),
    87014: Failed("channel.wechat.risky"),
}
"""What WeChat's own numbers mean for something that we send."""


class Trouble(Problem):
    """WeChat refused, or wasn't there. `code` is WeChat's own number, 0 without one; `outcome` what it means for what we send."""

    status = 502

    def __init__(self, code: int, words: str, outcome: Outcome) -> None:
        super().__init__(f"WeChat: {code or ''} {words}".strip())
        self.code = code
        self.words = words
        self.outcome = outcome


class _Kept(NamedTuple):
    token: str
    until: float


class Tools:
    """What the inboxes of one process share: tokens by account. Other processes get the same ones from WeChat, so that nobody is told."""

    def __init__(self, means: Means) -> None:
        self.means = means
        self.tokens: dict[str, _Kept] = {}
        self.forced: dict[str, float] = {}
        self.lock = asyncio.Lock()

    async def close(self) -> None:
        """Let go of connections."""
        await self.means.close()


class Api:
    """One official account."""

    def __init__(self, tools: Tools, options: Options) -> None:
        self._tools = tools
        self._options = options
        facts = f"{options.api_address} {options.app_id} {options.app_secret}"
        self._name = hashlib.sha256(facts.encode("utf-8", "replace")).hexdigest()

    async def ask(self, path: str, body: Mapping[str, Any], *, seconds: float = 15) -> dict[str, Any]:
        """The answer of one call; raises `Trouble`."""
        headers = {"content-type": "application/json"}
        content = msgspec.json.encode(body)
        answer = await self._with_token(
            path, {}, Call(url="", method="POST", headers=headers, body=content, seconds=seconds)
        )
        return _checked(answer)

    async def upload(self, kind: str, media: Media, content: bytes) -> str:
        """WeChat's id of a file to send, good for three days; raises `Trouble`, whose outcome never is that something may have left."""
        form, body = _form(media, content)
        call = Call(url="", method="POST", headers={"content-type": form}, body=body, seconds=_FILE_SECONDS)
        try:
            said = _checked(await self._with_token("/cgi-bin/media/upload", {"type": kind}, call))
        except Trouble as trouble:
            if isinstance(trouble.outcome, Unknown):
                trouble.outcome = Retry(UNREACHABLE)
            raise
        return str(said.get("media_id") or "")

    async def fetch(self, media_id: str) -> bytes:
        """The file behind WeChat's id; raises `NotFound` where it is gone, `Trouble` for what may pass."""
        call = Call(url="", seconds=_FILE_SECONDS, size=_LARGEST)
        answer = await self._with_token("/cgi-bin/media/get", {"media_id": media_id}, call)
        said = _said(answer)
        if said.get("errcode"):
            if said["errcode"] == 40007:
                raise NotFound("WeChat has no such file any more")
            _checked(answer)
        if said.get("video_url"):  # films lie elsewhere
            answer = await self._open(Call(url=str(said["video_url"]), seconds=_FILE_SECONDS, size=_LARGEST, hops=3))
        if answer.status != 200:
            raise Trouble(0, f"no file ({answer.status})", Retry(UNREACHABLE))
        return answer.body

    async def token(self, refused: str = "") -> str:
        """One that holds: that which is kept, unless it is about to end or is the one that WeChat `refused`. Raises `Trouble`."""
        async with self._tools.lock:
            kept = self._tools.tokens.get(self._name)
            if kept is not None and kept.token != refused and monotonic() < kept.until:
                return kept.token
            found = await self._new_token(force=False)
            if (
                found.token == refused
                and monotonic() > self._tools.forced.get(self._name, -_FORCE_SECONDS) + _FORCE_SECONDS
            ):
                self._tools.forced[self._name] = monotonic()
                found = await self._new_token(force=True)
            self._tools.tokens[self._name] = found
            return found.token

    async def _new_token(self, *, force: bool) -> _Kept:
        """WeChat's stable token: who asks again while it holds gets the same one, and nobody else's ends by it."""
        wanted = {"grant_type": "client_credential", "appid": self._options.app_id, "secret": self._options.app_secret}
        url = f"{self._options.api_address}/cgi-bin/stable_token"
        body = msgspec.json.encode({**wanted, "force_refresh": force})
        try:
            said = _checked(
                await self._open(
                    Call(url=url, method="POST", headers={"content-type": "application/json"}, body=body, seconds=8)
                )
            )
        except Trouble as trouble:
            if isinstance(trouble.outcome, Unknown):
                trouble.outcome = Retry(UNREACHABLE)
            raise
        left = said.get("expires_in")
        seconds = left if isinstance(left, int) else 0
        return _Kept(str(said.get("access_token") or ""), monotonic() + seconds - _MARGIN_SECONDS)

    async def _with_token(self, path: str, query: Mapping[str, str], call: Call) -> Answer:
        """The answer, after a token that WeChat doesn't take was replaced once."""
        token = await self.token()
        for again in (True, False):
            url = f"{self._options.api_address}{path}?{urlencode({'access_token': token, **query})}"
            answer = await self._open(msgspec.structs.replace(call, url=url))
            if not again or _said(answer).get("errcode") not in _STALE:
                break
            token = await self.token(refused=token)
        return answer

    async def _open(self, call: Call) -> Answer:
        return await reach(self._tools.means.call(call), Trouble, UNREACHABLE)


def _said(answer: Answer) -> dict[str, Any]:
    if not answer.body.startswith(b"{"):
        return {}
    try:
        return msgspec.json.decode(answer.body, type=dict[str, Any])
    except (msgspec.MsgspecError, ValueError):
        return {}


def _checked(answer: Answer) -> dict[str, Any]:
    """What WeChat said, where it said yes."""
    said = _said(answer)
    code = said.get("errcode", 0)
    words = str(said.get("errmsg") or f"HTTP {answer.status}")[:200]
    if not said or not isinstance(code, int) or answer.status != 200:
        raise Trouble(0, words, _CODES[45009] if answer.status == 429 else Unknown(NO_ANSWER))
    if code:
        raise Trouble(code, words, _CODES.get(code) or Failed(f"{code}: {words}"))
    return said


def _form(media: Media, content: bytes) -> tuple[str, bytes]:
    """A form that carries a file: its media type and bytes."""
    mark = secrets.token_hex(16)
    shown = "".join("_" if one in '"\\' or not one.isprintable() else one for one in media.name)
    head = (
        f'--{mark}\r\nContent-Disposition: form-data; name="media"; filename="{shown}"; filelength={len(content)}\r\n'
    )
    body = b"".join([f"{head}Content-Type: {media.type}\r\n\r\n".encode(), content, f"\r\n--{mark}--\r\n".encode()])
    return f"multipart/form-data; boundary={mark}", body

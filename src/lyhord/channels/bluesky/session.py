"""The way to a server of the AT Protocol: a session with an app password, renewed when it must be, and what answers mean."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any
from urllib.parse import urlencode

import msgspec
from msgspec import Struct

from lyhord.conversations.account import Means
from lyhord.conversations.exchange import Failed, Outcome, Retry, Unknown
from lyhord.kit.clock import SECOND, Clock, system_clock
from lyhord.kit.egress import Answer, Call, Refused, Unreachable
from lyhord.kit.files import Files
from lyhord.kit.problems import NotFound, Problem

CHAT = "did:web:api.bsky.chat#bsky_chat"
"""The service that keeps private messages, reached through the account's own server."""
LARGEST_PICTURE = 20_000_000
_STALE = {"ExpiredToken", "InvalidToken"}


class Trouble(Problem):
    """The server refused, or wasn't there. `outcome` is what it means for something that we send; `code` is 0 without an answer."""

    status = 502

    def __init__(self, code: int, name: str, words: str, outcome: Outcome) -> None:
        super().__init__(f"Bluesky: {code or ''} {name} {words}".strip())
        self.code = code
        self.name = name
        self.words = words
        self.outcome = outcome


class Session(Struct, frozen=True, rename="camel"):
    """Signed in: who the account is, and the tokens that say so."""

    did: str
    handle: str
    access_jwt: str
    refresh_jwt: str


class Tools:
    """What the inboxes of one process share: the way out, the files, and their sessions, which servers count."""

    def __init__(self, call: Callable[[Call], Awaitable[Answer]], files: Files, clock: Clock = system_clock) -> None:
        self.call = call
        self.files = files
        self.clock = clock
        self.sessions: dict[tuple[str, str, str], Session] = {}
        self.lock = asyncio.Lock()
        self.close: Callable[[], Awaitable[None]] = _nothing

    @classmethod
    def lent(cls, means: Means) -> "Tools":
        """Of what the process lends."""
        tools = cls(means.call, means.files)
        tools.close = means.close
        return tools


async def _nothing() -> None:
    """Nothing to let go of."""


class _Said(Struct, frozen=True):
    error: str = ""
    message: str = ""


class Server:
    """One account at one server."""

    def __init__(self, tools: Tools, service: str, handle: str, password: str) -> None:
        self._tools = tools
        self._service = service
        self._handle = handle
        self._password = password

    async def who(self) -> Session:
        """The session, begun where there is none; raises `Trouble`."""
        return self._tools.sessions.get(self._place) or await self._sign_in(None)

    async def get(self, method: str, query: Any = (), *, chat: bool = False) -> Any:
        """What a query answers; raises `Trouble`."""
        asked = f"?{urlencode(query)}" if query else ""
        return await self._ask("GET", f"{method}{asked}", b"", "", chat=chat)

    async def post(self, method: str, body: Mapping[str, Any], *, chat: bool = False) -> Any:
        """What a procedure answers; raises `Trouble`."""
        return await self._ask("POST", method, msgspec.json.encode(body), "application/json", chat=chat)

    async def upload(self, content: bytes, kind: str) -> Any:
        """The blob that stands for a file; raises `Trouble`."""
        return (await self._ask("POST", "com.atproto.repo.uploadBlob", content, kind, chat=False))["blob"]

    async def fetch(self, url: str) -> bytes:
        """A picture; raises `NotFound` where it isn't any more, `Trouble` for what may pass."""
        answer = await self._reach(Call(url=url, seconds=100, size=LARGEST_PICTURE, hops=3))
        if answer.status in {400, 403, 404, 410}:
            raise NotFound("the picture isn't there")
        if answer.status != 200:
            raise Trouble(answer.status, "", "no file", Retry("no file"))
        return answer.body

    @property
    def _place(self) -> tuple[str, str, str]:
        return self._service, self._handle, self._password

    async def _ask(self, method: str, path: str, content: bytes, kind: str, *, chat: bool) -> Any:
        session = await self.who()
        try:
            return await self._open(method, path, content, kind, session.access_jwt, chat=chat)
        except Trouble as trouble:
            if trouble.name not in _STALE:
                raise
        session = await self._sign_in(session)
        return await self._open(method, path, content, kind, session.access_jwt, chat=chat)

    async def _sign_in(self, stale: Session | None) -> Session:
        """One at a time: servers let nobody sign in very often."""
        async with self._tools.lock:
            now = self._tools.sessions.get(self._place)
            if now is not None and now is not stale:
                return now
            found = await self._renew(stale) if stale else None
            if found is None:
                body = msgspec.json.encode({"identifier": self._handle, "password": self._password})
                found = await self._open(
                    "POST", "com.atproto.server.createSession", body, "application/json", "", chat=False
                )
            session = msgspec.convert(found, Session)
            self._tools.sessions[self._place] = session
            return session

    async def _renew(self, stale: Session) -> Any:
        try:
            return await self._open("POST", "com.atproto.server.refreshSession", b"", "", stale.refresh_jwt, chat=False)
        except Trouble as trouble:
            if trouble.code in {400, 401}:
                return None
            raise

    async def _open(self, method: str, path: str, content: bytes, kind: str, token: str, *, chat: bool) -> Any:
        headers = {"accept": "application/json"}
        headers |= {"authorization": f"Bearer {token}"} if token else {}
        headers |= {"content-type": kind} if kind else {}
        headers |= {"atproto-proxy": CHAT} if chat else {}
        url = f"{self._service}/xrpc/{path}"
        answer = await self._reach(Call(url=url, method=method, headers=headers, body=content, seconds=60))
        if answer.status < 300:
            try:
                return msgspec.json.decode(answer.body) if answer.body else {}
            except (msgspec.MsgspecError, ValueError):
                raise Trouble(answer.status, "", "no JSON", Failed("channel.bluesky.bad_server")) from None
        try:
            said = msgspec.json.decode(answer.body, type=_Said)
        except (msgspec.MsgspecError, ValueError):
            said = _Said()
        raise Trouble(answer.status, said.error, said.message, self._meaning(answer, said))

    async def _reach(self, call: Call) -> Answer:
        try:
            return await self._tools.call(call)
        except Unreachable as error:
            outcome = Unknown("delivery.no_answer") if error.sent else Retry("channel.bluesky.unreachable")
            raise Trouble(0, "", "can't be reached", outcome) from None
        except Refused as error:
            raise Trouble(0, "", error.detail, Failed("channel.bluesky.bad_server")) from None

    def _meaning(self, answer: Answer, said: _Said) -> Outcome:
        """What a refusal means for something that we send."""
        if answer.status == 429:
            reset = answer.headers.get("ratelimit-reset", "")
            wait = max(0.0, int(reset) - self._tools.clock() / SECOND) if reset.isdecimal() else None
            return Retry("channel.bluesky.too_fast", wait, limit="account")
        if answer.status == 401 or said.error in _STALE:
            return Retry("channel.bluesky.bad_password")
        if said.error in {"RecordNotFound", "NotFound"}:
            return Failed("channel.bluesky.gone")
        if not 400 <= answer.status < 500:
            return Unknown("delivery.no_answer")
        return Failed(said.message or said.error or str(answer.status))

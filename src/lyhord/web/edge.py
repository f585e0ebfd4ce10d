"""The outermost layer: sorts requests by address, names each one, guards each answer's headers, and writes the access log."""

import time
from collections.abc import Callable
from typing import NamedTuple

import structlog
from structlog.contextvars import bind_contextvars

from lyhord.kit.ids import new_reference
from lyhord.kit.lending import PLACE as LENT
from lyhord.kit.tracing import caller, span
from lyhord.surveys.links import PLACE as RATE
from lyhord.web.asgi import App, Message, Receive, Scope, Send, answer, header

STREAM = "/api/v1/stream"
HOOKS = "/in/"
STREAMS = ("/stream", "/health", "/ready")
TRACED = ("/api/", "/visitor/")
API = ("/api/", "/visitor/", LENT, RATE, "/health", "/ready", "/metrics")
_GUARD = (
    (b"x-content-type-options", b"nosniff"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-resource-policy", b"same-origin"),
)
_TLS = (b"strict-transport-security", b"max-age=31536000")
_PRIVATE = (b"cache-control", b"no-store")
_log = structlog.get_logger()


class Places(NamedTuple):
    """Where requests go. `hooks` and `stream` run without a framework; `api` also handles start and stop of the server."""

    api: App
    assets: App
    hooks: App
    stream: App


class Edge:
    """The ASGI app that the server runs. Call `stop` when the server is told to end: open streams would hold it up."""

    def __init__(self, places: Places, *, stop: Callable[[], None]) -> None:
        self.places = places
        self.stop = stop

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request, or the server's lifespan."""
        if scope["type"] == "lifespan":
            await self.places.api(scope, receive, send)
        elif scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.close", "code": 1000})
        elif scope["path"].startswith(HOOKS):
            await self.places.hooks(scope, receive, send)
        else:
            await self._guarded(scope, receive, send)

    def _place(self, path: str) -> App:
        if path == STREAM:
            return self.places.stream
        return self.places.api if path.startswith(API) else self.places.assets

    async def _guarded(self, scope: Scope, receive: Receive, send: Send) -> None:
        path: str = scope["path"]
        answered = _Answer(scope, send, private=path.startswith(API))
        began = time.perf_counter()
        scope.setdefault("state", {})["reference"] = answered.reference
        scope["state"]["server_send"] = send
        try:
            bind_contextvars(reference=answered.reference)  # in the context of this request alone
            await self._pass_on(scope, receive, answered)
        except Exception:
            _log.exception("request failed", reference=answered.reference, method=scope["method"], path=path)
            if not answered.status:
                await answer(answered.send, 500, b"Something went wrong")
            else:
                raise
        finally:
            spent = round((time.perf_counter() - began) * 1000, 1)
            _log.info(
                "request",
                reference=answered.reference,
                method=scope["method"],
                path=path,
                status=answered.status,
                milliseconds=spent,
            )

    async def _pass_on(self, scope: Scope, receive: Receive, answered: "_Answer") -> None:
        """Let the request's place answer it. What asks for little or lasts for hours has no span of its own."""
        path: str = scope["path"]
        place = self._place(path)
        if path.startswith(LENT) and scope["method"] == "HEAD":
            await place({**scope, "method": "GET"}, receive, _bodiless(answered.send))
            return
        if not path.startswith(TRACED) or path.endswith(STREAMS):
            await place(scope, receive, answered.send)
            return
        method = str(scope["method"])
        cause = caller(header(scope, b"traceparent"))
        with span(method, cause, "server", reference=answered.reference) as mine:
            try:
                await place(scope, receive, answered.send)
            finally:
                mine.name(f"{method} {scope.get('path_template', '')}".strip())
                mine.note(status=answered.status or None)


def _bodiless(send: Send) -> Send:
    """The answer to a HEAD: some who fetch files ask for the size first."""

    async def pass_on(message: Message) -> None:
        await send({**message, "body": b""} if message["type"] == "http.response.body" else message)

    return pass_on


class _Answer:
    """One answer on its way out: completes its headers and remembers its status. What a route set itself stands."""

    def __init__(self, scope: Scope, send: Send, *, private: bool) -> None:
        self.reference = new_reference()
        self.status = 0
        self._send = send
        self._extra = [*_GUARD, (b"x-request-id", self.reference.encode())]
        if private:
            self._extra.append(_PRIVATE)
        if scope.get("scheme") == "https":
            self._extra.append(_TLS)

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            headers = list(message.get("headers", ()))
            present = {name.lower() for name, _ in headers}
            headers += [pair for pair in self._extra if pair[0] not in present]
            message = {**message, "headers": headers}
        await self._send(message)

"""ASGI without a framework, for the few paths where a framework costs too much: bodies, answers, and cutting a connection."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from typing import Any, Protocol

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]
Headers = Iterable[tuple[bytes, bytes]]


class BodyTooLarge(Exception):
    """More bytes arrived than the path takes. The rest is left unread."""


class Disconnected(Exception):
    """The caller went away before its body was complete."""


def header(scope: Scope, name: bytes) -> bytes | None:
    """The first value of a header, by its lower-case name."""
    for key, value in scope["headers"]:
        if key == name:
            return bytes(value)
    return None


async def read_body(scope: Scope, receive: Receive, *, most: int) -> bytes:
    """The whole body of at most `most` bytes; raises `BodyTooLarge` as soon as that is certain, and `Disconnected`."""
    length = header(scope, b"content-length")
    if length is not None and length.isdigit() and int(length) > most:
        raise BodyTooLarge
    message = await receive()
    body: bytes = message.get("body", b"")
    if not message.get("more_body"):
        if message["type"] == "http.disconnect":
            raise Disconnected
        if len(body) > most:
            raise BodyTooLarge
        return body
    chunks, size = [body], len(body)
    while message.get("more_body"):
        message = await receive()
        if message["type"] == "http.disconnect":
            raise Disconnected
        chunk = message.get("body", b"")
        chunks.append(chunk)
        size += len(chunk)
        if size > most:
            raise BodyTooLarge
    return b"".join(chunks)


async def answer(
    send: Send,
    status: int,
    body: bytes = b"",
    *,
    content_type: bytes = b"text/plain; charset=utf-8",
    headers: Headers = (),
) -> None:
    """Send a complete response."""
    fixed = [(b"content-type", content_type), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": [*fixed, *headers]})
    await send({"type": "http.response.body", "body": body})


class Flow(Protocol):
    """Whether what is sent now would wait for the other side to read."""

    @property
    def write_paused(self) -> bool: ...


class _Unknown:
    write_paused = True


def flow_of(send: Send) -> Flow:
    """How it stands with the connection behind the server's own `send`; on a server that doesn't tell, sending may always wait.

    ASGI has no word for this: it is the flow control of uvicorn's request cycle.
    """
    flow: Flow = getattr(getattr(send, "__self__", None), "flow", _Unknown())
    return flow


def cut(send: Send) -> None:
    """Abort the connection behind the server's own `send`, unread bytes and all.

    Closing would wait for a reader that never reads: measured, such sockets stay for good. ASGI has no word for this, so it takes
    the transport from uvicorn's request cycle; on another server nothing happens and the caller must end the request.
    """
    transport = getattr(getattr(send, "__self__", None), "transport", None)
    if isinstance(transport, asyncio.WriteTransport) or hasattr(transport, "abort"):
        transport.abort()  # type: ignore[union-attr]

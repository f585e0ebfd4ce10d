"""Who may call from where: a visitor's token, the origins that an inbox allows, and how often.

An inbox with listed origins answers pages of those origins and our own. Without any it answers pages of every origin, but then
nobody can be signed in from them. Cookies play no part, so no other site can act for a visitor.
"""

from collections.abc import Mapping
from typing import Any

from litestar import Request
from litestar.datastructures import State
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from lyhord.conversations.visitors import Visitor, find_visitor, list_origins
from lyhord.kit.clock import HOUR, MINUTE
from lyhord.kit.database import Database
from lyhord.kit.http import Gate
from lyhord.kit.http.network import client_address, origin_of, own_origins
from lyhord.kit.problems import Forbidden, NotSignedIn
from lyhord.kit.rates import Limiter, Rate, caller_block
from lyhord.kit.tokens import read_token

AnyRequest = Request[Any, Any, Any]

VISITS = Rate("visit", 40, 10 * MINUTE)
WORDS = Rate("visitor words", 30, MINUTE)
WORDS_OF_ADDRESS = Rate("visitor words of an address", 120, MINUTE)
UPLOADS = Rate("visitor upload", 60, HOUR)
SIGNS = Rate("visitor signs", 120, MINUTE)
STREAMS = Rate("visitor stream", 60, MINUTE)
UPDATES = Rate("public updates", 120, MINUTE)

_REFUSED = "visitor_origin_refused"
_ALLOWED = [
    (b"access-control-allow-methods", b"GET, POST, PUT, DELETE"),
    (b"access-control-allow-headers", b"authorization, content-type, last-event-id, lyhord-upload"),
    (b"access-control-max-age", b"7200"),
]


def check_origin(request: AnyRequest, settings: Mapping[str, Any], *, signed: bool) -> None:
    """Raise `Forbidden` where a page of the calling origin may not do this. A caller that names no origin is no page."""
    given = request.headers.get("origin")
    if given is None:
        return
    gate: Gate = request.app.state.gate
    origin, listed = origin_of(given), list_origins(settings)
    if origin in own_origins(request, gate.network) or origin in listed or not (listed or signed):
        return
    request.scope["state"][_REFUSED] = True
    raise Forbidden("Pages of this origin may not use this chat.", key="chat.problem.origin")


async def provide_visitor(request: AnyRequest, database: Database) -> Visitor:
    """The visitor whose token the call carries; raises `NotSignedIn` once it no longer holds."""
    scheme, _, text = request.headers.get("authorization", "").partition(" ")
    named = read_token(text.strip()) if scheme.lower() == "bearer" else None
    who = await database.read(named[0], find_visitor, named[1]) if named else None
    if who is None:
        raise NotSignedIn("The chat session has ended.", key="chat.problem.session")
    check_origin(request, who.settings, signed=who.signed)
    return who


def take(request: AnyRequest, rate: Rate, caller: str = "") -> None:
    """Count a call of `caller`, by default of the network address; raises `TooMany`."""
    state: State = request.app.state
    gate: Gate = state.gate
    if "visitor_limiter" not in state:
        state.visitor_limiter = Limiter()
    state.visitor_limiter.take(rate, caller or caller_block(client_address(request, gate.network)))


def cross_origin(app: ASGIApp) -> ASGIApp:
    """Middleware that lets the calling page read the answer, unless its origin was refused."""

    async def allow(scope: Scope, receive: Receive, send: Send) -> None:
        origin = next((value for name, value in scope["headers"] if name == b"origin"), None)

        async def send_allowed(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = [*message.get("headers", ()), (b"vary", b"Origin")]
                if origin is not None and not scope["state"].get(_REFUSED):
                    headers.append((b"access-control-allow-origin", origin))
                    headers.append((b"access-control-expose-headers", b"retry-after"))
                    headers.extend(_ALLOWED if scope.get("method") == "OPTIONS" else ())
                message = {**message, "headers": headers}
            await send(message)

        await app(scope, receive, send_allowed)

    return allow

"""Who calls and what they may do. One function finds it out for every way in: cookie or bearer token."""

from collections.abc import Awaitable, Callable, Collection, Mapping
from typing import Literal, NamedTuple

from litestar.handlers import BaseRouteHandler
from msgspec import Struct

from lyhord.kit.http.network import Caller, Network, is_secure
from lyhord.kit.http.origin import check_origin
from lyhord.kit.problems import Forbidden, NotSignedIn
from lyhord.kit.tokens import read_token

Way = Literal["session", "token"]


class Credential(NamedTuple):
    """What proves who calls: the hash of a session's or a token's text."""

    token_hash: str
    way: Way


class Principal(Struct, frozen=True):
    """A signed-in caller. `subject` is "agent:<id>" or "token:<id>"; `inbox_ids` None means all.

    With `credential`, a long answer can ask the gate again.
    """

    workspace_id: str
    subject: str
    agent_id: str | None
    powers: frozenset[str]
    inbox_ids: frozenset[str] | None
    locale: str
    credential: Credential = Credential("", "session")

    def may(self, power: str) -> bool:
        """Whether the caller has `power`."""
        return power in self.powers

    def check(self, *powers: str) -> None:
        """Raise `Forbidden` without any of `powers`."""
        if self.powers.isdisjoint(powers):
            raise Forbidden(f"This needs the power {' or '.join(powers)}.")


class Gate(Struct, frozen=True):
    """What the edge needs to recognise callers; lies in the application's state as `gate`.

    `find_principal(workspace_id, credential)` returns today's grants; None for what is unknown or ended. `list_principals` reads
    those of many at once and leaves out what is unknown or ended.
    """

    find_principal: Callable[[str, Credential], Awaitable[Principal | None]]
    list_principals: Callable[[str, Collection[Credential]], Awaitable[Mapping[Credential, Principal]]]
    network: Network
    cookie: str = "lyhord"


def cookie_name(connection: Caller, gate: Gate) -> str:
    """The session cookie's name: with the `__Host-` prefix whenever the browser speaks TLS."""
    return f"__Host-{gate.cookie}" if is_secure(connection, gate.network) else gate.cookie


async def authenticate(connection: Caller) -> Principal:
    """The caller, looked up once a request. Raises `NotSignedIn`; `Forbidden` for a forged cross-site call."""
    known = connection.scope["state"].get("principal")
    if isinstance(known, Principal):
        return known
    gate: Gate = connection.app.state.gate
    text, way = _credential(connection, gate)
    if way == "session":
        check_origin(connection, gate.network)
    named = read_token(text)
    principal = await gate.find_principal(named[0], Credential(named[1], way)) if named else None
    if principal is None:
        raise NotSignedIn("Sign in and try again.")
    connection.scope["state"]["principal"] = principal
    return principal


def requires(*powers: str) -> Callable[[Caller, BaseRouteHandler], Awaitable[None]]:
    """A route guard: only signed-in callers who have one of `powers`."""

    async def guard(connection: Caller, _: BaseRouteHandler) -> None:
        (await authenticate(connection)).check(*powers)

    return guard


async def signed_in(connection: Caller, _: BaseRouteHandler) -> None:
    """A route guard: any signed-in caller."""
    await authenticate(connection)


def _credential(connection: Caller, gate: Gate) -> tuple[str, Way]:
    """A bearer token where one is sent (and nothing else then), the cookie otherwise."""
    header = connection.headers.get("authorization")
    if header is not None:
        scheme, _, text = header.partition(" ")
        if scheme.lower() != "bearer":
            raise NotSignedIn("Send the token as: Authorization: Bearer <token>.")
        return text.strip(), "token"
    text = connection.cookies.get(cookie_name(connection, gate), "")
    if not text:
        raise NotSignedIn("Sign in and try again.")
    return text, "session"

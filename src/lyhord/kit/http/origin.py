"""Against forged cross-site calls: what changes something must come from our own pages."""

from litestar.handlers import BaseRouteHandler

from lyhord.kit.http.network import Caller, Network, origin_of, own_origins
from lyhord.kit.problems import Forbidden

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
UPLOAD_HEADER = "lyhord-upload"
"""A raw body (a file) is taken only with this header: another site can't send it without asking first."""


def check_origin(connection: Caller, network: Network) -> None:
    """Raise `Forbidden` for an unsafe call that doesn't provably come from our own pages, or that a form could send."""
    if str(connection.scope.get("method", "GET")) in SAFE:
        return
    origin = connection.headers.get("origin")
    if origin is None:
        if connection.headers.get("sec-fetch-site") not in {"same-origin", "none"}:
            raise Forbidden("The browser didn't say which page calls.", key="problem.origin")
    elif origin_of(origin) not in own_origins(connection, network):
        raise Forbidden(
            "Another site's page calls. If it is ours, set base_address or trusted_proxies.", key="problem.origin"
        )
    _check_type(connection)


async def same_origin(connection: Caller, _: BaseRouteHandler) -> None:
    """A route guard for what strangers may do from our own pages only, such as signing in."""
    check_origin(connection, connection.app.state.gate.network)


def _check_type(connection: Caller) -> None:
    headers = connection.headers
    empty = headers.get("content-length", "0") == "0" and "transfer-encoding" not in headers
    plain = headers.get("content-type", "").partition(";")[0].strip().lower()
    if not empty and plain != "application/json" and UPLOAD_HEADER not in headers:
        raise Forbidden("Send application/json.", key="problem.content_type")

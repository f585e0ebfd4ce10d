"""What routes share: who calls, what they may, problems, paging, doing things once. Without product words."""

from typing import Any

from litestar.connection import Request
from litestar.di import Provide

from lyhord.kit.http.idempotency import IdempotencyKey, once
from lyhord.kit.http.network import Network, make_network
from lyhord.kit.http.origin import same_origin
from lyhord.kit.http.paging import Cursor, Limit, Page, decode_cursor, encode_cursor, page_of
from lyhord.kit.http.principal import Credential, Gate, Principal, authenticate, requires, signed_in
from lyhord.kit.http.problems import exception_handlers

__all__ = [
    "Credential",
    "Cursor",
    "Gate",
    "IdempotencyKey",
    "Limit",
    "Network",
    "Page",
    "Principal",
    "authenticate",
    "decode_cursor",
    "dependencies",
    "encode_cursor",
    "exception_handlers",
    "make_network",
    "once",
    "page_of",
    "requires",
    "same_origin",
    "signed_in",
]


async def _principal(request: Request[Any, Any, Any]) -> Principal:
    return await authenticate(request)


dependencies = {"principal": Provide(_principal)}
"""`principal` by name. The application adds `database`, and puts a `Gate` into its state as `gate`."""

"""Who is really calling, and under which address we are called: proxies are believed only where they are named."""

import ipaddress
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from litestar.connection import ASGIConnection
from msgspec import Struct

Caller = ASGIConnection[Any, Any, Any, Any]
Block = ipaddress.IPv4Network | ipaddress.IPv6Network


class Network(Struct, frozen=True):
    """How the server is reached. `base_address` is its public origin ("https://help.example.org"), "" when not set."""

    base_address: str = ""
    trusted_proxies: tuple[Block, ...] = ()

    def trusts(self, address: str) -> bool:
        """Whether `address` is one of our proxies; anything that is no IP address isn't."""
        try:
            ip = ipaddress.ip_address(address)
        except ValueError:
            return False
        return any(ip in block for block in self.trusted_proxies)


def make_network(base_address: str, trusted_proxies: Sequence[str]) -> Network:
    """A `Network` from settings; raises ValueError for a proxy that is neither an address nor a block."""
    blocks = tuple(ipaddress.ip_network(proxy, strict=False) for proxy in trusted_proxies)
    return Network(base_address.rstrip("/"), blocks)


def client_address(connection: Caller, network: Network) -> str:
    """The caller's IP address: the peer's, or behind trusted proxies the nearest address that isn't one of them."""
    peer = connection.client.host if connection.client else ""
    if not network.trusts(peer):
        return peer
    hops = [hop.strip() for hop in connection.headers.get("x-forwarded-for", "").split(",") if hop.strip()]
    for hop in reversed(hops):
        if not network.trusts(hop):
            return hop if _is_address(hop) else peer
    return hops[0] if hops else peer


def is_secure(connection: Caller, network: Network) -> bool:
    """Whether the browser speaks TLS: by the base address, by a trusted proxy's word, or on this very connection."""
    if network.base_address.startswith("https://"):
        return True
    peer = connection.client.host if connection.client else ""
    if network.trusts(peer):
        told = connection.headers.get("x-forwarded-proto", "").split(",")[0].strip().lower()
        if told:
            return told == "https"
    return str(connection.scope.get("scheme", "http")) in {"https", "wss"}


def own_origins(connection: Caller, network: Network) -> frozenset[str]:
    """The origins that count as ours for this call: the base address, and scheme and host as the browser used them."""
    scheme = "https" if is_secure(connection, network) else "http"
    origins = {origin_of(f"{scheme}://{connection.headers.get('host', '')}"), origin_of(network.base_address)}
    return frozenset(origin for origin in origins if origin)


def origin_of(address: str) -> str:
    """Scheme, host and port of an address in the form that browsers send; "" for what is no http address."""
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        return ""
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        return ""
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    usual = {"http": 80, "https": 443}[parts.scheme]
    return f"{parts.scheme}://{host}" + (f":{port}" if port and port != usual else "")


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True

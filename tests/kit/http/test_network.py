"""Who calls and under which address: proxies are believed only where they are named."""

from typing import Any

import pytest
from litestar.connection import ASGIConnection

from lyhord.kit.http.network import client_address, is_secure, make_network, origin_of, own_origins

PROXIES = ["10.0.0.0/8", "fd00::/8", "192.0.2.1"]


def call(peer: str, *, scheme: str = "http", **headers: str) -> ASGIConnection[Any, Any, Any, Any]:
    pairs = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    scope: Any = {"type": "http", "scheme": scheme, "headers": pairs, "client": (peer, 1), "path": "/", "method": "GET"}
    return ASGIConnection(scope)


@pytest.mark.parametrize(
    ("peer", "forwarded", "address"),
    [
        ("203.0.113.5", "", "203.0.113.5"),
        ("203.0.113.5", "198.51.100.1", "203.0.113.5"),
        ("10.0.0.1", "", "10.0.0.1"),
        ("10.0.0.1", "198.51.100.1", "198.51.100.1"),
        ("fd00::1", "2001:db8::1", "2001:db8::1"),
        ("192.0.2.1", "198.51.100.1, 10.9.9.9", "198.51.100.1"),
        ("10.0.0.1", "1.2.3.4, 198.51.100.1, 10.0.0.2", "198.51.100.1"),
        ("10.0.0.1", "10.0.0.2, 10.0.0.3", "10.0.0.2"),
        ("10.0.0.1", "<script>", "10.0.0.1"),
        ("10.0.0.1", "1.2.3.4, <script>", "10.0.0.1"),
        ("10.0.0.1", " , ,", "10.0.0.1"),
    ],
)
def test_the_address_of_the_caller(peer: str, forwarded: str, address: str) -> None:
    network = make_network("", PROXIES)
    headers = {"x_forwarded_for": forwarded} if forwarded else {}
    assert client_address(call(peer, **headers), network) == address


@pytest.mark.parametrize(
    ("base", "peer", "scheme", "told", "secure"),
    [
        ("", "203.0.113.5", "http", "", False),
        ("", "203.0.113.5", "https", "", True),
        ("", "203.0.113.5", "http", "https", False),
        ("", "10.0.0.1", "http", "https", True),
        ("", "10.0.0.1", "http", "HTTPS, http", True),
        ("", "10.0.0.1", "https", "http", False),
        ("", "10.0.0.1", "http", "", False),
        ("https://desk.example", "203.0.113.5", "http", "", True),
        ("http://desk.example", "203.0.113.5", "http", "https", False),
    ],
)
def test_whether_the_browser_speaks_tls(base: str, peer: str, scheme: str, told: str, secure: bool) -> None:
    headers = {"x_forwarded_proto": told} if told else {}
    assert is_secure(call(peer, scheme=scheme, **headers), make_network(base, PROXIES)) is secure


def test_our_origins_are_the_base_address_and_what_the_browser_used() -> None:
    network = make_network("https://desk.example/", [])
    assert own_origins(call("203.0.113.5", host="10.1.1.1:8000"), network) == {
        "https://desk.example",
        "https://10.1.1.1:8000",
    }
    assert own_origins(call("203.0.113.5", host="localhost:8000"), make_network("", [])) == {"http://localhost:8000"}
    assert own_origins(call("203.0.113.5"), make_network("", [])) == frozenset()


@pytest.mark.parametrize(
    ("address", "origin"),
    [
        ("http://Desk.Example/", "http://desk.example"),
        ("http://desk.example:80", "http://desk.example"),
        ("https://desk.example:443/x?y", "https://desk.example"),
        ("https://desk.example:8443", "https://desk.example:8443"),
        ("http://[::1]:8000", "http://[::1]:8000"),
        ("null", ""),
        ("", ""),
        ("ftp://desk.example", ""),
        ("http://", ""),
        ("http://a:b", ""),
        ("http://[::1", ""),
        ("javascript:alert(1)", ""),
    ],
)
def test_the_origin_of_an_address(address: str, origin: str) -> None:
    assert origin_of(address) == origin


def test_a_proxy_that_is_no_address_is_refused() -> None:
    with pytest.raises(ValueError, match="proxy"):
        make_network("", ["proxy"])

"""The one way out to addresses that users give: webhooks, avatars, previews, feeds.

A name is resolved once, every address that it has must be public, and the connection goes to the address that was checked, so a
name that changes its answer in between gains nothing. Proxies of the environment are not used.
"""

import asyncio
import ipaddress
import re
import socket
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Container, Iterable, Mapping
from functools import cached_property
from typing import Any

import httpx
from msgspec import Struct

from lyhord.kit.problems import Problem

WEB_PORTS: Container[int] = frozenset({80, 443})
SECONDS = 10.0
SIZE = 5_000_000

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
IpAddress = ipaddress.IPv4Address | ipaddress.IPv6Address
Resolver = Callable[[str, int], Awaitable[Collection[str]]]
"""All addresses of a host, as text; raises `OSError` where there is none."""

_ODD = re.compile(r"[\x00-\x20\x7f\\]")
_HOST = re.compile(r"[0-9a-z._:-]+", re.IGNORECASE)
_PRIVATE_TO_ORIGIN = {"authorization", "cookie", "proxy-authorization"}
_REDIRECTS = {301, 302, 303, 307, 308}


class Refused(Problem):
    """The address isn't one that we call, whoever asks."""

    status = 422
    key = "problem.address_refused"


class Unreachable(Problem):
    """Nothing usable came back. `sent` tells whether the request may have arrived all the same."""

    status = 502
    key = "problem.unreachable"

    def __init__(self, detail: str, *, sent: bool) -> None:
        super().__init__(detail)
        self.sent = sent


class Call(Struct, frozen=True, kw_only=True):
    """What to ask for. `seconds` and `size` (bytes of the answer) are caps on the whole; `hops` is how many redirects to follow."""

    url: str
    method: str = "GET"
    headers: Mapping[str, str] = {}
    body: bytes = b""
    seconds: float = SECONDS
    size: int = SIZE
    hops: int = 0


class Answer(Struct, frozen=True):
    """What came back, whatever its status. Header names are lower case; `url` is where it came from in the end."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    url: str


async def resolve(host: str, port: int) -> Collection[str]:
    """The system's answer; see `Resolver`."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


class Egress:
    """Calls addresses of the open internet, and of the networks of ours that the settings name."""

    def __init__(
        self,
        *,
        allow_private: Iterable[str] = (),
        ports: Container[int] = WEB_PORTS,
        resolver: Resolver = resolve,
        trust: ssl.SSLContext | bool = True,
    ) -> None:
        """`allow_private` are networks such as `10.1.0.0/16`, where any port may be called; `trust` is for TLS."""
        self._private = tuple(ipaddress.ip_network(network) for network in allow_private)
        self._ports = ports
        self._resolver = resolver
        self._trust = trust

    @cached_property
    def _client(self) -> httpx.AsyncClient:
        """Made when somebody is called: reading whom TLS trusts takes 25 ms."""
        return httpx.AsyncClient(
            verify=self._trust,
            trust_env=False,
            follow_redirects=False,
            limits=httpx.Limits(max_connections=50, max_keepalive_connections=0),
        )

    @cached_property
    def _streams(self) -> httpx.AsyncClient:
        """Answers that go on hold their connections: they have their own, and take none of the others'."""
        limits = httpx.Limits(max_connections=None, max_keepalive_connections=0)
        return httpx.AsyncClient(verify=self._trust, trust_env=False, follow_redirects=False, limits=limits)

    async def close(self) -> None:
        """Let go of connections."""
        for name in {"_client", "_streams"} & vars(self).keys():
            await getattr(self, name).aclose()

    async def call(self, call: Call) -> Answer:
        """The answer to `call`, whatever its status.

        Raises `Refused` for an address that isn't public, a redirect to one or too many of them, and an answer larger than
        allowed; `Unreachable` when it can't be had in time.
        """
        progress = _Progress()
        try:
            async with asyncio.timeout(call.seconds):
                return await self._follow(call, progress)
        except (httpx.HTTPError, TimeoutError) as error:
            raise Unreachable(f"{call.url}: {error!r}", sent=progress.sent) from error

    async def lines(self, call: Call) -> AsyncIterator[str]:
        """The lines of an answer that goes on, as they come, each of at most `call.size` bytes, one at least every `call.seconds`.

        Raises as `call` does; `Unreachable`, too, for a status other than 200. Ends where the other side ends it.
        """
        progress, held = _Progress(), b""
        try:
            async with asyncio.timeout(call.seconds):
                response = await self._open(call, progress, self._streams)
            try:
                if response.status_code != 200:
                    raise Unreachable(f"{call.url}: {response.status_code}", sent=True)
                async for chunk in response.aiter_raw():
                    *whole, held = (held + chunk).split(b"\n")
                    for line in whole:
                        yield line.decode("utf-8", "replace").rstrip("\r")
                    if len(held) > call.size:
                        raise Refused(f"a line of more than {call.size} bytes")
            finally:
                await response.aclose()
        except (httpx.HTTPError, TimeoutError) as error:
            raise Unreachable(f"{call.url}: {error!r}", sent=progress.sent) from error

    async def addresses(self, host: str, port: int) -> list[str]:
        """Where `host` may be reached, each address checked. For connections other than HTTP: connect to these, not to the name.

        Raises `Refused` if one of them isn't public, `Unreachable` if there is none.
        """
        try:
            found = await self._resolver(host, port)
        except (OSError, UnicodeError) as error:
            raise Unreachable(f"no address for {host}", sent=False) from error
        checked = [self._check(text, port) for text in found]
        if not checked:
            raise Unreachable(f"no address for {host}", sent=False)
        return checked

    def _check(self, text: str, port: int) -> str:
        address: IpAddress = ipaddress.ip_address(text.partition("%")[0])
        if not any(address in network for network in self._private):
            if not is_public(address):
                raise Refused(f"{address} is not a public address")
            if port not in self._ports:
                raise Refused(f"port {port} is not called")
        return str(address)

    async def _follow(self, call: Call, progress: "_Progress") -> Answer:
        for _ in range(call.hops + 1):
            response = await self._open(call, progress)
            try:
                target = _redirect(call, response)
                if target is None:
                    return Answer(response.status_code, _lower(response), await _body(response, call.size), call.url)
            finally:
                await response.aclose()
            call = target
        raise Refused("redirected too often")

    async def _open(self, call: Call, progress: "_Progress", client: httpx.AsyncClient | None = None) -> httpx.Response:
        url, host, port = _parse(call.url)
        failure: Exception | None = None
        for address in await self.addresses(host, port):
            request = self._request(call, url, host, address)
            request.extensions["trace"] = progress.note
            try:
                return await (client or self._client).send(request, stream=True)
            except (httpx.ConnectError, httpx.ConnectTimeout) as error:
                failure = error
        raise Unreachable(f"{host}: {failure!r}", sent=progress.sent) from failure

    def _request(self, call: Call, url: httpx.URL, host: str, address: str) -> httpx.Request:
        """To the checked address, in the name of the host: the certificate must be the host's."""
        headers = {name.lower(): value for name, value in call.headers.items()}
        headers |= {"host": url.netloc.decode("ascii"), "accept-encoding": "identity"}
        return self._client.build_request(
            call.method,
            url.copy_with(host=address),
            headers=headers,
            content=call.body or None,
            timeout=httpx.Timeout(call.seconds, connect=min(call.seconds, 5.0)),
            extensions={"sni_hostname": host.rstrip(".")},
        )


class _Progress:
    """Whether anything of a request has left."""

    def __init__(self) -> None:
        self.sent = False

    async def note(self, event: str, _info: Any) -> None:
        self.sent = self.sent or event.endswith("send_request_headers.started")


def is_public(address: IpAddress) -> bool:
    """Whether anybody on the internet may be there: not private, local, shared, multicast, reserved, or a tunnel to such."""
    if isinstance(address, ipaddress.IPv6Address) and (
        address.ipv4_mapped or address.sixtofour or address.teredo or address.is_site_local
    ):
        return False
    return address.is_global and not (address.is_multicast or address.is_reserved or address.is_unspecified)


def _parse(text: str) -> tuple[httpx.URL, str, int]:
    """The address in parts: what isn't plainly an http(s) address of a host is refused."""
    if _ODD.search(text):
        raise Refused("odd characters in the address")
    try:
        url = httpx.URL(text)
        host = url.raw_host.decode("ascii")
        port = url.port or {"http": 80, "https": 443}.get(url.scheme, 0)
    except (httpx.InvalidURL, UnicodeError, ValueError) as error:
        raise Refused(f"not an address: {error}") from error
    if url.userinfo or "@" in url.netloc.decode("ascii", "replace"):
        raise Refused("no user names in addresses")
    if not port or url.scheme not in {"http", "https"} or not _HOST.fullmatch(host):
        raise Refused("not an http or https address of a host")
    return url, host, port


def _redirect(call: Call, response: httpx.Response) -> Call | None:
    """The next call, if this answer sends us on and we follow at all."""
    location = response.headers.get("location", "")
    if not call.hops or response.status_code not in _REDIRECTS or not location:
        return None
    here = httpx.URL(call.url)
    try:
        there = here.join(location).copy_with(fragment=None)
    except (httpx.InvalidURL, ValueError) as error:
        raise Refused("redirected to no address") from error
    if here.scheme == "https" and there.scheme != "https":
        raise Refused("redirected from https to http")
    plain = response.status_code not in {307, 308} and call.method != "HEAD"
    same = (here.scheme, here.host, here.port) == (there.scheme, there.host, there.port)
    drop = (set() if same else _PRIVATE_TO_ORIGIN) | ({"content-type", "content-length"} if plain else set())
    return Call(
        url=str(there),
        method="GET" if plain else call.method,
        headers={name: value for name, value in call.headers.items() if name.lower() not in drop},
        body=b"" if plain else call.body,
        seconds=call.seconds,
        size=call.size,
        hops=call.hops,
    )


async def _body(response: httpx.Response, size: int) -> bytes:
    """The bytes as they came. Compressed ones weren't asked for: they could be of any size once unpacked."""
    if response.headers.get("content-encoding", "identity").lower() != "identity":
        raise Refused("a compressed answer that wasn't asked for")
    held = bytearray()
    async for chunk in response.aiter_raw(65_536):
        held += chunk
        if len(held) > size:
            raise Refused(f"an answer of more than {size} bytes")
    return bytes(held)


def _lower(response: httpx.Response) -> dict[str, str]:
    return {name.lower(): value for name, value in response.headers.items()}

"""No address that a user gives leads to our own machines, however it is written, answered or redirected."""

import asyncio
import datetime as dt
import ipaddress
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Collection
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from lyhord.kit.egress import Answer, Call, Egress, Refused, Unreachable, is_public, resolve

Serve = Callable[[str, dict[str, str]], bytes]
PUBLIC = "93.184.215.14"


def reply(body: bytes = b"hello", status: str = "200 OK", **headers: str) -> bytes:
    lines = [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    head = "\r\n".join([f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", "Connection: close", *lines])
    return head.encode() + b"\r\n\r\n" + body


class Server:
    """A real server on loopback that remembers what it was asked."""

    def __init__(self) -> None:
        self.port = 0
        self.asked: list[tuple[str, dict[str, str]]] = []
        self.answer: Callable[[str], bytes] = lambda _path: reply()
        self.stall: Callable[[asyncio.StreamWriter], Awaitable[None]] | None = None

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            line, *headers = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")[:-2]
            fields = {name.lower(): value for name, value in (header.split(": ", 1) for header in headers)}
            self.asked.append((line, fields))
            writer.write(self.answer(line.split(" ")[1]))
            await writer.drain()
            if self.stall:
                await self.stall(writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()


@asynccontextmanager
async def serving(tls: ssl.SSLContext | None = None) -> AsyncIterator[Server]:
    server = Server()
    listening = await asyncio.start_server(server.talk, "127.0.0.1", 0, ssl=tls)
    server.port = listening.sockets[0].getsockname()[1]
    try:
        yield server
    finally:
        listening.close()
        await listening.wait_closed()


@asynccontextmanager
async def calling(**settings: object) -> AsyncIterator[Egress]:
    egress = Egress(**settings)  # type: ignore[arg-type]
    try:
        yield egress
    finally:
        await egress.close()


def answering(*rounds: Collection[str]) -> Callable[[str, int], Awaitable[Collection[str]]]:
    """A name server that changes its answer; the last one stays."""
    left = list(rounds)

    async def answer(_host: str, _port: int) -> Collection[str]:
        return left.pop(0) if len(left) > 1 else left[0]

    return answer


LOCAL = {"allow_private": ["127.0.0.1/32"]}


async def ask(egress: Egress, url: str, **settings: object) -> Answer:
    return await egress.call(Call(url=url, **settings))  # type: ignore[arg-type]


async def test_an_allowed_address_is_called_in_the_name_of_its_host() -> None:
    async with serving() as server, calling(**LOCAL, resolver=answering(["127.0.0.1"])) as egress:
        url = f"http://door.example:{server.port}/a?b=1"
        answer = await ask(egress, url, headers={"X-One": "1", "Host": "other"})
        assert (answer.status, answer.body, answer.url) == (200, b"hello", url)
        line, headers = server.asked[0]
        assert line == "GET /a?b=1 HTTP/1.1"
        assert headers["host"] == f"door.example:{server.port}"
        assert (headers["x-one"], headers["accept-encoding"]) == ("1", "identity")


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "127.1",
        "0x7f.1",
        "0x7f000001",
        "2130706433",
        "017700000001",
        "0177.0.0.1",
        "0",
        "0.0.0.0",
        "localhost",
        "localhost.",
        "LOCALHOST",
        "[::1]",
        "[::]",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
        "[::127.0.0.1]",
        "[64:ff9b::7f00:1]",
        "[2002:7f00:1::]",
        "[fe80::1]",
        "[fd00::1]",
        "169.254.169.254",
        "[::ffff:169.254.169.254]",
        "10.0.0.1",
        "172.16.0.1",
        "192.168.1.1",
        "100.64.0.1",
        "198.18.0.1",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
    ],
)
async def test_our_own_machines_are_refused_however_they_are_written(host: str) -> None:
    async with serving() as server, calling(ports=range(1, 65536)) as egress:
        with pytest.raises((Refused, Unreachable)) as raised:
            await ask(egress, f"http://{host}:{server.port}/")
        assert server.asked == []
        if host[0] not in "lL":
            assert isinstance(raised.value, Refused)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "nothing",
        "//door.example/",
        "http://",
        "http:///path",
        "file:///etc/passwd",
        "ftp://door.example/",
        "gopher://door.example/",
        "http://user@door.example/",
        "http://user:word@door.example/",
        "http://door.example@127.0.0.1/",
        "http://door.example\\@127.0.0.1/",
        "http://127.0.0.1\\@door.example/",
        "http://door.example /",
        "http://door.example/\r\nX: y",
        "http://door.example:99999/",
        "http://door%00.example/",
        "http://①②⑦.⓪.⓪.①/",
    ],
)
async def test_what_is_not_plainly_an_address_is_refused(url: str) -> None:
    async with calling(resolver=answering([PUBLIC])) as egress:
        with pytest.raises(Refused):
            await ask(egress, url)


async def test_only_web_ports_are_called_on_the_internet() -> None:
    async with calling(resolver=answering([PUBLIC])) as egress:
        for port in (22, 25, 6379, 8080):
            with pytest.raises(Refused):
                await ask(egress, f"http://door.example:{port}/")


async def test_one_private_address_among_public_ones_refuses_the_name() -> None:
    async with calling(resolver=answering([PUBLIC, "10.0.0.1"])) as egress:
        with pytest.raises(Refused):
            await ask(egress, "http://door.example/")


async def test_a_name_that_changes_its_answer_gains_nothing() -> None:
    """Resolved once: the second answer is never asked for, since the connection goes to the address that was checked."""
    connected: list[str] = []
    async with serving() as server, calling(resolver=answering([PUBLIC], ["127.0.0.1"]), ports=[server.port]) as egress:
        real = asyncio.get_running_loop().create_connection

        async def connect(*args: object, **kwargs: object) -> object:
            connected.append(str(args[1]))
            raise OSError("no route")

        loop = asyncio.get_running_loop()
        loop.create_connection = connect  # type: ignore[method-assign, assignment]
        try:
            with pytest.raises(Unreachable) as raised:
                await ask(egress, f"http://door.example:{server.port}/")
        finally:
            loop.create_connection = real  # type: ignore[method-assign]
        assert set(connected) == {PUBLIC}
        assert not raised.value.sent
        assert server.asked == []


async def test_redirects_are_answers_unless_asked_for() -> None:
    async with serving() as server, calling(**LOCAL) as egress:
        server.answer = lambda _path: reply(status="302 Found", Location="/there")
        answer = await ask(egress, f"http://127.0.0.1:{server.port}/")
        assert (answer.status, answer.headers["location"], len(server.asked)) == (302, "/there", 1)


async def test_each_hop_is_checked_anew() -> None:
    async with serving() as inside, serving() as outside:
        outside.answer = lambda _path: reply(status="302 Found", Location=f"http://127.0.0.2:{inside.port}/secret")
        async with calling(**LOCAL, ports=range(1, 65536)) as egress:
            with pytest.raises(Refused):
                await ask(egress, f"http://127.0.0.1:{outside.port}/", hops=3)
        assert inside.asked == []


async def test_redirects_end() -> None:
    async with serving() as server, calling(**LOCAL) as egress:
        server.answer = lambda _path: reply(status="302 Found", Location="/again")
        with pytest.raises(Refused):
            await ask(egress, f"http://127.0.0.1:{server.port}/", hops=2)
        assert len(server.asked) == 3


async def test_a_followed_redirect_takes_no_secrets_elsewhere_and_repeats_no_post() -> None:
    resolver = answering(["127.0.0.1"])
    async with serving() as one, serving() as two, calling(**LOCAL, resolver=resolver) as egress:
        one.answer = lambda _path: reply(status="303 See Other", Location=f"http://other.example:{two.port}/")
        answer = await egress.call(
            Call(
                url=f"http://door.example:{one.port}/",
                method="POST",
                body=b"{}",
                headers={"Authorization": "Bearer x", "Cookie": "a=b", "X-Kept": "1"},
                hops=1,
            )
        )
        assert (answer.status, answer.url) == (200, f"http://other.example:{two.port}/")
        line, headers = two.asked[0]
        assert line.startswith("GET ")
        assert headers["x-kept"] == "1"
        assert not {"authorization", "cookie", "content-length"} & set(headers)


async def test_an_answer_larger_than_allowed_is_given_up() -> None:
    async with serving() as server, calling(**LOCAL) as egress:
        server.answer = lambda _path: reply(b"x" * 1001)
        with pytest.raises(Refused):
            await ask(egress, f"http://127.0.0.1:{server.port}/", size=1000)
        assert len((await ask(egress, f"http://127.0.0.1:{server.port}/", size=1001)).body) == 1001


async def test_a_compressed_answer_is_not_unpacked() -> None:
    async with serving() as server, calling(**LOCAL) as egress:
        server.answer = lambda _path: reply(b"\x1f\x8b", Content_Encoding="gzip")
        with pytest.raises(Refused):
            await ask(egress, f"http://127.0.0.1:{server.port}/")


async def test_an_answer_that_never_ends_is_given_up_and_may_have_arrived() -> None:
    async def drip(writer: asyncio.StreamWriter) -> None:
        while True:
            writer.write(b"x")
            await writer.drain()
            await asyncio.sleep(0.01)

    async with serving() as server, calling(**LOCAL) as egress:
        server.answer = lambda _path: b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n"
        server.stall = drip
        with pytest.raises(Unreachable) as raised:
            await ask(egress, f"http://127.0.0.1:{server.port}/", seconds=1)
        assert raised.value.sent


async def test_a_silent_server_may_have_got_the_request_and_a_closed_port_has_not() -> None:
    async with serving() as server, calling(**LOCAL) as egress:
        server.answer = lambda _path: b""
        with pytest.raises(Unreachable) as raised:
            await ask(egress, f"http://127.0.0.1:{server.port}/", seconds=5)
        assert raised.value.sent
        port = server.port
    async with calling(**LOCAL) as egress:
        with pytest.raises(Unreachable) as raised:
            await ask(egress, f"http://127.0.0.1:{port}/")
        assert not raised.value.sent


async def test_a_name_without_address_is_unreachable() -> None:
    async def none(_host: str, _port: int) -> Collection[str]:
        raise OSError("no such name")

    for resolver in (none, answering([])):
        async with calling(resolver=resolver) as egress:
            with pytest.raises(Unreachable) as raised:
                await ask(egress, "http://door.example/")
            assert not raised.value.sent


async def test_the_certificate_must_be_that_of_the_host(tmp_path: Path) -> None:
    certificate, context = _certificate("door.example", tmp_path)
    asked_for: list[str | None] = []
    context.sni_callback = lambda _socket, name, _context: asked_for.append(name)
    trust = ssl.create_default_context(cafile=str(certificate))
    resolver = answering(["127.0.0.1"])
    async with serving(context) as server, calling(**LOCAL, trust=trust, resolver=resolver) as egress:
        assert (await ask(egress, f"https://door.example:{server.port}/")).body == b"hello"
        with pytest.raises(Unreachable) as raised:
            await ask(egress, f"https://other.example:{server.port}/")
        assert not raised.value.sent
    assert asked_for == ["door.example", "other.example"]


async def test_the_systems_resolver_gives_each_address_once() -> None:
    found = list(await resolve("localhost", 80))
    assert found
    assert len(found) == len(set(found))
    assert all(ipaddress.ip_address(address).is_loopback for address in found)


@pytest.mark.parametrize("address", ["8.8.8.8", "2606:4700::1111", "1.1.1.1"])
def test_the_internet_is_public(address: str) -> None:
    assert is_public(ipaddress.ip_address(address))


def _certificate(name: str, folder: Path) -> tuple[Path, ssl.SSLContext]:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = dt.datetime.now(dt.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path, key_path = folder / "certificate.pem", folder / "key.pem"
    path.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    key_path.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path, key_path)
    return path, context


def flowing(*pieces: bytes) -> Callable[[asyncio.StreamWriter], Awaitable[None]]:
    """What comes after the beginning of an answer, piece by piece."""

    async def flow(writer: asyncio.StreamWriter) -> None:
        for piece in pieces:
            writer.write(piece)
            await writer.drain()

    return flow


STREAM = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n"


async def lines(egress: Egress, server: Server, **settings: object) -> list[str]:
    call = Call(url=f"http://127.0.0.1:{server.port}/", **settings)  # type: ignore[arg-type]
    return [line async for line in egress.lines(call)]


async def test_an_answer_that_goes_on_comes_line_by_line() -> None:
    async with serving() as server, calling(**LOCAL) as egress:
        server.answer = lambda _path: STREAM
        server.stall = flowing(b"event: a\r\nda", "ta: å".encode()[:-1], "å".encode()[-1:] + b"\n\nrest")
        assert await lines(egress, server) == ["event: a", "data: å", ""]


async def test_a_stream_that_is_refused_falls_silent_or_never_ends_a_line_is_no_stream() -> None:
    async with serving() as server, calling(**LOCAL) as egress:
        server.answer = lambda _path: reply(status="403 Forbidden")
        with pytest.raises(Unreachable):
            await lines(egress, server)
        server.answer = lambda _path: STREAM
        server.stall = flowing(b"x" * 101)
        with pytest.raises(Refused):
            await lines(egress, server, size=100)
        silence = asyncio.Event()

        async def be_silent(_writer: asyncio.StreamWriter) -> None:
            await silence.wait()

        server.stall = be_silent
        with pytest.raises(Unreachable) as raised:
            await lines(egress, server, seconds=0.2)
        assert raised.value.sent
        silence.set()


async def test_a_stream_of_our_own_network_is_refused_like_any_call() -> None:
    async with serving() as server, calling() as egress:
        with pytest.raises(Refused):
            await lines(egress, server)
        assert server.asked == []

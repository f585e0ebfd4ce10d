"""The built front ends as browsers get them, and that no address leads out of their folders."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from lyhord.web.assets import Assets

INDEX = b"<!doctype html><title>App</title>"


@pytest.fixture
async def client(tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    """A small built front end, with a secret beside it."""
    files = {
        "app/index.html": INDEX,
        "app/icon.svg": b"<svg/>",
        "app/assets/index-Dh-qKHm0.js": b"let a",
        "app/assets/index-Dh-qKHm0.js.br": b"brotli",
        "app/assets/index-Dh-qKHm0.js.gz": b"gzip",
        "app/service-worker.js": b"worker",
        "chat/chat.js": b"load()",
        "chat/panel.js": b"panel()",
        "chat/try.html": b"try",
        "chat/push.html": b"push",
        "chat/push-worker.js": b"worker",
        "sandbox/index.html": b"sandbox",
    }
    for name, content in files.items():
        path = tmp_path / "built" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    (tmp_path / "secret.key").write_bytes(b"secret")
    transport = httpx.ASGITransport(Assets(tmp_path / "built"))
    async with httpx.AsyncClient(transport=transport, base_url="http://test.invalid") as client:
        yield client


async def get(client: httpx.AsyncClient, path: str, **headers: str) -> httpx.Response:
    """A request without what httpx accepts by itself."""
    return await client.get(path, headers={"accept-encoding": "", **headers})


async def test_the_root_leads_to_the_app(client: httpx.AsyncClient) -> None:
    for path in ("/", "/app"):
        answer = await client.get(path)
        assert (answer.status_code, answer.headers["location"]) == (307, "/app/")
    assert (await client.get("/sandbox")).headers["location"] == "/sandbox/"


async def test_every_place_of_the_app_shows_the_app(client: httpx.AsyncClient) -> None:
    for path in ("/app/", "/app/tickets/mine", "/app/index.html"):
        answer = await client.get(path)
        assert answer.content == INDEX
        assert answer.headers["cache-control"] == "no-cache"
    assert (await client.get("/app/missing.js")).status_code == 404
    assert (await client.get("/sandbox/x")).content == b"sandbox"


async def test_pages_are_kept_from_doing_what_they_need_not(client: httpx.AsyncClient) -> None:
    policy = (await client.get("/app/")).headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy
    assert "http" not in policy
    assert "frame-ancestors 'none'" in policy
    assert "require-trusted-types-for 'script'" in policy


async def test_what_carries_a_hash_is_kept_for_ever_and_nothing_else(client: httpx.AsyncClient) -> None:
    answer = await get(client, "/app/assets/index-Dh-qKHm0.js")
    assert "immutable" in answer.headers["cache-control"]
    assert answer.headers["content-type"] == "text/javascript; charset=utf-8"
    for path in ("/app/icon.svg", "/app/service-worker.js"):
        assert (await get(client, path)).headers["cache-control"] == "no-cache"


@pytest.mark.parametrize(
    ("accepted", "encoding", "body"),
    [
        ("br, gzip", "br", b"brotli"),
        ("gzip;q=1.0, br;q=0", "gzip", b"gzip"),
        ("identity", None, b"let a"),
        ("", None, b"let a"),
        ("brotli, gzipped", None, b"let a"),
    ],
)
async def test_the_form_that_the_browser_takes_is_sent(
    client: httpx.AsyncClient, accepted: str, encoding: str | None, body: bytes
) -> None:
    request = client.build_request("GET", "/app/assets/index-Dh-qKHm0.js", headers={"accept-encoding": accepted})
    answer = await client.send(request, stream=True)
    raw = b"".join([chunk async for chunk in answer.aiter_raw()])
    assert (answer.headers.get("content-encoding"), raw) == (encoding, body)
    assert answer.headers["vary"] == "accept-encoding"


async def test_what_the_browser_has_is_not_sent_again(client: httpx.AsyncClient) -> None:
    tag = (await get(client, "/app/")).headers["etag"]
    answer = await get(client, "/app/", **{"if-none-match": tag})
    assert (answer.status_code, answer.content) == (304, b"")
    assert (await get(client, "/app/", **{"if-none-match": '"other"'})).status_code == 200


async def test_the_chat_is_for_pages_of_any_origin(client: httpx.AsyncClient) -> None:
    for path, body in (("/chat.js", b"load()"), ("/chat/panel.js", b"panel()")):
        answer = await get(client, path)
        assert answer.content == body
        assert answer.headers["access-control-allow-origin"] == "*"
        assert answer.headers["cross-origin-resource-policy"] == "cross-origin"
    assert "access-control-allow-origin" not in (await get(client, "/app/")).headers


@pytest.mark.parametrize("name", ["try", "push"])
async def test_our_own_pages_for_visitors_stand_alone(client: httpx.AsyncClient, name: str) -> None:
    answer = await client.get(f"/chat/{name}.html")
    assert answer.content == name.encode()
    assert "access-control-allow-origin" not in answer.headers
    policy = answer.headers["content-security-policy"]
    assert "script-src 'self';" in policy
    assert "frame-ancestors 'none'" in policy


async def test_the_worker_of_visitors_pushes_only_shows_them(client: httpx.AsyncClient) -> None:
    answer = await client.get("/chat/push-worker.js")
    assert answer.headers["content-security-policy"] == "default-src 'none'; connect-src 'self'"
    assert "access-control-allow-origin" not in answer.headers


@pytest.mark.parametrize(
    "path",
    [
        "/app/../../secret.key",
        "/app/%2e%2e/%2e%2e/secret.key",
        "/app/..%2f..%2fsecret.key",
        "/chat/../../secret.key",
        "/chat//etc/passwd",
        "/app/assets/..%5c..%5csecret.key",
        "/app/assets/index-Dh-qKHm0.js.br",
        "/secret.key",
        "/app/%00",
    ],
)
async def test_no_address_leads_anywhere_else(client: httpx.AsyncClient, path: str) -> None:
    request = client.build_request("GET", "http://test.invalid/")
    request.url = request.url.copy_with(raw_path=path.encode())
    answer = await client.send(request)
    assert b"secret" not in answer.content
    assert answer.status_code == 404 or answer.content == INDEX


async def test_only_reading_is_possible(client: httpx.AsyncClient) -> None:
    assert (await client.post("/app/")).status_code == 405
    head = await client.head("/app/", headers={"accept-encoding": ""})
    assert (head.status_code, head.headers["content-length"]) == (200, str(len(INDEX)))


async def test_without_a_built_front_end_there_is_nothing(tmp_path: Path) -> None:
    transport = httpx.ASGITransport(Assets(tmp_path))
    async with httpx.AsyncClient(transport=transport, base_url="http://test.invalid") as client:
        assert (await client.get("/app/")).status_code == 404

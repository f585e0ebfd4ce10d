"""Every error becomes a problem that says what to do and tells nothing of the inside."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
import structlog
from litestar import Litestar, get, post
from msgspec import Struct

from lyhord.kit.database import Busy, Conflict, StorageFull
from lyhord.kit.http import Limit, exception_handlers
from lyhord.kit.problems import Forbidden, Gone, Invalid, NotFound, NotSignedIn, Problem, Taken, TooLarge, TooMany

ERRORS: dict[str, Exception] = {
    "problem": Problem("No."),
    "not_signed_in": NotSignedIn("Sign in."),
    "forbidden": Forbidden("Ask."),
    "not_found": NotFound("Gone fishing."),
    "taken": Taken("Somebody has it.", key="problem.last_one"),
    "gone": Gone("Over."),
    "too_large": TooLarge("Less."),
    "invalid": Invalid("Correct.", fields={"name": "field.missing"}),
    "too_many": TooMany(17),
    "busy": Busy("writer's queue"),
    "full": StorageFull("disk I/O error at page 7"),
    "conflict": Conflict("UNIQUE constraint failed: agent.email"),
    "unexpected": RuntimeError("secret detail"),
}


class Inner(Struct, forbid_unknown_fields=True):
    depth: int


class Body(Struct, forbid_unknown_fields=True):
    name: str
    inner: Inner | None = None


@get("/raise/{name:str}")
async def fail(name: str) -> None:
    raise ERRORS[name]


@post("/body")
async def take(data: Body, limit: Limit = 5) -> Body:
    return data


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    app = Litestar([fail, take], exception_handlers=exception_handlers, logging_config=None)
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)  # type: ignore[arg-type]
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        yield client


@pytest.mark.parametrize(
    ("name", "status", "key"),
    [
        ("problem", 400, "problem.refused"),
        ("not_signed_in", 401, "problem.not_signed_in"),
        ("forbidden", 403, "problem.forbidden"),
        ("not_found", 404, "problem.not_found"),
        ("taken", 409, "problem.last_one"),
        ("gone", 410, "problem.gone"),
        ("too_large", 413, "problem.too_large"),
        ("invalid", 422, "problem.invalid"),
        ("too_many", 429, "problem.too_many"),
        ("busy", 503, "problem.busy"),
        ("full", 503, "problem.storage_full"),
        ("conflict", 409, "problem.taken"),
        ("unexpected", 500, "problem.unexpected"),
    ],
)
async def test_an_error_as_callers_see_it(client: httpx.AsyncClient, name: str, status: int, key: str) -> None:
    with structlog.testing.capture_logs() as logs:
        answer = await client.get(f"/raise/{name}")
    body = answer.json()
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["cache-control"] == "no-store"
    assert (answer.status_code, body["status"], body["key"]) == (status, status, key)
    assert body["title"]
    assert [entry["reference"] for entry in logs] == [body["reference"]]
    for inside in ("secret", "UNIQUE", "disk I/O", "queue", "Traceback"):
        assert inside not in answer.text


async def test_the_log_has_what_the_caller_does_not_see(client: httpx.AsyncClient) -> None:
    with structlog.testing.capture_logs() as logs:
        await client.get("/raise/unexpected")
    [entry] = logs
    assert (entry["log_level"], str(entry["exc_info"])) == ("error", "secret detail")


@pytest.mark.parametrize(("name", "seconds"), [("too_many", "17"), ("busy", "1"), ("full", "30")])
async def test_when_to_try_again(client: httpx.AsyncClient, name: str, seconds: str) -> None:
    assert (await client.get(f"/raise/{name}")).headers["retry-after"] == seconds


async def test_fields_and_detail_of_a_refusal(client: httpx.AsyncClient) -> None:
    body = (await client.get("/raise/invalid")).json()
    assert (body["detail"], body["fields"]) == ("Correct.", {"name": "field.missing"})


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({}, {"name": "field.missing"}),
        ({"name": 5}, {"name": "field.invalid"}),
        ({"name": "x", "admin": True}, {"admin": "field.unknown"}),
        ({"name": "x", "inner": {"depth": "deep"}}, {"inner.depth": "field.invalid"}),
        ({"name": "x", "inner": {}}, {"inner.depth": "field.missing"}),
        ({"name": "x", "inner": {"depth": 1, "x": 1}}, {"inner.x": "field.unknown"}),
        ([], {"data": "field.invalid"}),
    ],
)
async def test_a_body_that_does_not_fit_names_its_fields(
    client: httpx.AsyncClient, body: Any, fields: dict[str, str]
) -> None:
    answer = await client.post("/body", json=body)
    assert (answer.status_code, answer.json()["fields"]) == (422, fields)


@pytest.mark.parametrize("content", [b"{", b"\xff\xfe", b'{"name": "\xff"}', b"[" * 100_000])
async def test_what_is_no_json_is_refused(client: httpx.AsyncClient, content: bytes) -> None:
    answer = await client.post("/body", content=content, headers={"content-type": "application/json"})
    assert answer.status_code in {400, 422}
    assert answer.headers["content-type"] == "application/problem+json"


async def test_the_value_that_did_not_fit_is_not_repeated(client: httpx.AsyncClient) -> None:
    answer = await client.post("/body?limit=<script>", json={"name": "x"})
    assert (answer.status_code, answer.json()["fields"]) == (422, {"limit": "field.invalid"})
    assert "script" not in answer.text


@pytest.mark.parametrize(
    ("method", "path", "status", "key"),
    [("GET", "/nowhere", 404, "problem.not_found"), ("DELETE", "/body", 405, "problem.method")],
)
async def test_unknown_paths_and_methods(
    client: httpx.AsyncClient, method: str, path: str, status: int, key: str
) -> None:
    answer = await client.request(method, path)
    assert (answer.status_code, answer.json()["key"]) == (status, key)

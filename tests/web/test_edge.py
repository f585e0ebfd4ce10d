"""What holds for every request: headers, names, limits, the log, and whether the server says that it is well."""

from pathlib import Path
from typing import Any

import msgspec
import pytest
from structlog.testing import capture_logs

from lyhord.kit.database import Busy, Database, StorageFull
from lyhord.web import health
from tests.web.site import Company, Site


async def test_every_answer_is_guarded(site: Site, company: Company) -> None:
    for path in (
        "/health",
        "/api/v1/tickets",
        "/api/v1/nothing",
        "/app/nothing.js",
        "/visitor/v1/messages",
        "/nothing",
    ):
        answer = await site.client.get(path)
        assert answer.headers["x-content-type-options"] == "nosniff", path
        assert "default-src 'none'" in answer.headers["content-security-policy"], path
        assert answer.headers["referrer-policy"] == "no-referrer", path
        assert len(answer.headers["x-request-id"]) == 16, path


async def test_tls_is_remembered_where_there_is_tls(site: Site) -> None:
    assert "strict-transport-security" not in (await site.client.get("/health")).headers
    answer = await site.client.get("https://test.invalid/health")
    assert answer.headers["strict-transport-security"] == "max-age=31536000"


@pytest.mark.parametrize("path", ["/api/v1/nothing", "/api/v1/conversations/x/nothing", "/visitor/v1/nothing"])
async def test_what_is_not_there_is_a_problem(site: Site, path: str) -> None:
    answer = await site.client.get(path)
    assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")
    assert answer.json()["key"] == "problem.not_found"


async def test_a_fault_of_ours_says_nothing_of_the_inside(
    site: Site, company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*_: Any, **__: Any) -> None:
        raise RuntimeError("a secret of the inside")

    await site.get(company.agent, "/me")
    monkeypatch.setattr(site.database, "read", fail)
    answer = await site.client.get("/api/v1/me", headers=company.agent.headers)
    assert (answer.status_code, answer.json()["key"]) == (500, "problem.unexpected")
    assert "secret" not in answer.text


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"[" * 100_000, 400),
        (b'{"kind":' * 50_000, 400),
        (b'{"name": "' + b"x" * 1_100_000 + b'"}', 413),
        (b"\xff\xfe", 400),
        (b"null", 422),
        (b'{"kind": "note", "text": 5}', 422),
        (b'{"kind": "note", "text": "", "unknown": 1}', 422),
    ],
)
async def test_bodies_that_are_no_good_are_refused(site: Site, company: Company, body: bytes, status: int) -> None:
    await site.say(company.inbox)
    [ticket] = (await site.get(company.agent, "/tickets?list=all"))["items"]
    answer = await site.client.post(
        f"/api/v1/conversations/{ticket['conversation_id']}/messages",
        content=body,
        headers={**company.agent.headers, "content-type": "application/json"},
    )
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"


async def test_the_log_names_requests_and_keeps_secrets(site: Site, company: Company) -> None:
    with capture_logs() as logs:
        await site.call(company.agent, "PATCH", "/me?token=secret-in-address", {"name": "Secret name"})
        await site.client.get("/api/v1/me", headers={"authorization": "Bearer secret-token"})
    entries = [entry for entry in logs if entry["event"] == "request"]
    assert [(entry["method"], entry["path"], entry["status"]) for entry in entries] == [
        ("PATCH", "/api/v1/me", 200),
        ("GET", "/api/v1/me", 401),
    ]
    assert all(entry["reference"] and entry["milliseconds"] >= 0 for entry in entries)
    said = repr(logs).lower()
    assert not [word for word in ("secret", company.agent.headers["cookie"].lower()) if word in said]


async def test_websockets_are_not_spoken(site: Site) -> None:
    sent: list[Any] = []

    async def receive() -> Any:
        return {"type": "websocket.connect"}

    async def send(message: Any) -> None:
        sent.append(message)

    await site.app({"type": "websocket", "path": "/api/v1/stream"}, receive, send)
    assert [message["type"] for message in sent] == ["websocket.close"]


async def test_the_document_describes_every_route_under_its_own_name(site: Site) -> None:
    document = (await site.client.get("/api/v1/openapi.json")).json()
    operations = {
        f"{method.upper()} {path}": operation
        for path, item in document["paths"].items()
        for method, operation in item.items()
    }
    assert "PATCH /api/v1/tickets/{ticket_id}" in operations
    names = [operation["operationId"] for operation in operations.values()]
    assert len(names) == len(set(names))
    assert operations["PATCH /api/v1/tickets/{ticket_id}"]["operationId"] == "patch_tickets_by_id"
    assert {"session", "token"} <= document["components"]["securitySchemes"].keys()
    assert all(operation.get("tags") for operation in operations.values())
    assert "http" not in msgspec.json.encode(document["info"]).decode()


async def test_a_healthy_server_says_so(site: Site) -> None:
    for path in ("/health", "/api/v1/health"):
        assert (await site.client.get(path)).json()["alive"] is True
    for path in ("/ready", "/api/v1/ready"):
        answer = await site.client.get(path)
        assert (answer.status_code, answer.json()) == (200, {"ready": True, "problems": [], "degraded": []})


@pytest.mark.parametrize(
    ("fault", "problem"),
    [
        (Busy("full"), "ready.database"),
        (StorageFull("no room"), "ready.storage"),
        (RuntimeError("gone"), "ready.database"),
    ],
)
async def test_a_database_that_cannot_write_is_not_ready(
    site: Site, monkeypatch: pytest.MonkeyPatch, fault: Exception, problem: str
) -> None:
    async def fail(*_: Any, **__: Any) -> None:
        raise fault

    monkeypatch.setattr(site.database, "write", fail)
    answer = await site.client.get("/ready")
    assert (answer.status_code, answer.json()["problems"]) == (503, [problem])


async def test_a_full_queue_and_a_full_disk_are_not_ready(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Database, "load", 0.9)
    monkeypatch.setattr(health, "LEAST_FREE_DISK", 1.1)
    assert await health.find_problems(site.database, tmp_path) == ["ready.queue", "ready.disk"]

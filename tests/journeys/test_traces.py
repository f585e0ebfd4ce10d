"""One trace tells of a customer's words from the webhook to the screen, and one of the answer, over two processes."""

import hashlib
import hmac
import json
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.counterparts.collector import Collector, Seen
from tests.journeys.cluster import SIGNING_KEY, Screen
from tests.journeys.running import Office, Running, eventually

pytestmark = pytest.mark.long

CALLER = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
NAME, ADDRESS, WORDS = "Canary Nightingale", "canary@nightingale.example", "canary words"
ANSWER = "answer to the canary"


class Company:
    """A web and a worker on one data folder, both telling a collector, with a sandbox inbox."""

    def __init__(self, root: Path, collector: Collector) -> None:
        shared = {
            "data_dir": str(root / "data"),
            "tracing_endpoint": collector.address,
            "tracing_callers": "followed",
            "log_level": "info",
        }
        self.collector = collector
        self.web, self.worker = Running(root / "web", "web", **shared), Running(root / "worker", "worker", **shared)

    def start(self) -> None:
        """Set up, past the first run."""
        self.web.start()
        self.worker.start()
        self.boss = Office(self.web)
        self.boss.set_up()
        self.boss.post("/workspace/ready")
        settings = {"signing_key": SIGNING_KEY}
        self.inbox = self.boss.post("/inboxes", {"channel": "sandbox", "name": NAME, "settings": settings})

    def stop(self) -> None:
        """Everything."""
        self.boss.client.close()
        self.web.stop()
        self.worker.stop()

    def customer_writes(self) -> None:
        """A signed call of a channel that names its own trace."""
        said = {"kind": "message", "id": "m1", "sender": {"id": ADDRESS, "name": NAME}, "text": WORDS}
        body = json.dumps({"events": [said]}).encode()
        signature = hmac.new(SIGNING_KEY.encode(), body, hashlib.sha256).hexdigest()
        headers = {"x-sandbox-signature": f"sha256={signature}", "traceparent": CALLER}
        address = f"{self.web.base}/in/{self.inbox['key']}"
        assert httpx.post(address, content=body, headers=headers, timeout=20).status_code == 200


@pytest.fixture
def company(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Company]:
    monkeypatch.setenv("OTEL_BSP_SCHEDULE_DELAY", "100")
    with Collector() as collector:
        company = Company(tmp_path, collector)
        try:
            company.start()
            yield company
        finally:
            company.stop()


def whole(spans: list[Seen], trace: str, *names: str) -> dict[str, Seen]:
    """The spans of a trace by name, the first of each; empty while one is missing."""
    mine = {seen.name: seen for seen in reversed(spans) if seen.trace == trace}
    return mine if mine.keys() >= set(names) else {}


def test_a_trace_leads_from_the_webhook_to_screen_and_search_and_from_the_answer_to_its_delivery(
    company: Company,
) -> None:
    screen = Screen(company.boss)
    company.customer_writes()
    spans = company.collector
    parts = ("POST /in/{key}", "take in", "write", "commit", "stream", "follow")
    said = eventually(lambda: whole(spans.spans, CALLER[3:35], *parts))
    assert said["POST /in/{key}"].parent == CALLER[36:52]
    assert said["take in"].parent == said["POST /in/{key}"].id
    stored = next(seen for seen in spans.named("write") if seen.parent == said["take in"].id)
    assert stored.facts["action"] == "receive_messages"
    assert stored.id in {said["commit"].parent, said["stream"].parent, said["follow"].parent}
    assert said["follow"].process != said["stream"].process == said["take in"].process

    (ticket,) = company.boss.get("/tickets", list="all")["items"]
    where = f"/conversations/{ticket['conversation_id']}/messages"
    company.boss.post(where, {"text": ANSWER, "inbox_id": company.inbox["id"]})
    delivery = eventually(lambda: spans.named("delivery"))[0]
    answered = eventually(lambda: whole(spans.spans, delivery.trace, "delivery", "stream"))
    request = next(seen for seen in answered.values() if seen.name.startswith("POST /api/v1/conversations/"))
    assert request.name.endswith("/messages")
    assert "{conversation_id" in request.name
    assert delivery.facts["outcome"] == "accepted"
    assert delivery.facts["attempt"] == 1
    assert delivery.process != request.process
    asked = next(seen for seen in spans.spans if seen.id == delivery.parent)
    assert (asked.name, asked.parent) == ("write", request.id)
    settled = [seen for seen in spans.named("write") if seen.parent == delivery.id]
    assert len(settled) == 1
    screen.close()
    check_that_nobody_is_named(company)


def check_that_nobody_is_named(company: Company) -> None:
    """Neither the spans nor the logs of both processes hold a word that people wrote, or the key of an inbox."""
    company.stop()
    logs = "".join((one.folder / "server.log").read_text() for one in (company.web, company.worker))
    told = b"".join(company.collector.bodies).decode("latin-1")
    secret = (company.inbox["key"], "canary", "nightingale", "boss@firm.example")
    assert [word for word in secret if word.lower() in told.lower()] == []
    assert [word for word in secret[1:] if word in logs.lower()] == []

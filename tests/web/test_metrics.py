"""The page of metrics: for those who may, with numbers that follow what happens, and nothing personal anywhere."""

import json
import re
from typing import Any

import httpx
import msgspec
import pytest
import structlog
from prometheus_client.parser import text_string_to_metric_families
from structlog.testing import capture_logs
from structlog.typing import EventDict

from lyhord.conversations import deliveries
from lyhord.conversations.deliveries import count_ends
from lyhord.conversations.events import DeliveryChanged, DraftChanged
from lyhord.kit.database import Busy, Database
from lyhord.kit.events import Logged
from lyhord.kit.http import make_network
from lyhord.kit.measures import Measures, Spread
from lyhord.kit.problems import NotFound
from lyhord.web import fanout, metrics
from lyhord.web.exposition import Standing, expose
from lyhord.web.metrics import Watch
from tests.architecture.sources import ROOT
from tests.conftest import log_plainly
from tests.waiting import until
from tests.web.site import Company, Site

GUIDE = ROOT / "docs/guides/operate.md"
NAMES = re.compile(r"`([a-z]+(?:_[a-z]+)*)(?:\{[^`]*\})?`")
CANARY_NAME, CANARY_ADDRESS, CANARY_WORDS = "Canary Nightingale", "canary@nightingale.example", "canary words"
STANDING = Standing(
    inbound_lag=0,
    outbox=[("sandbox", 1.0, 1)],
    jobs_due=0,
    jobs_oldest=0,
    followers=[("search", 3)],
    writer_queue=0,
    writer_load=0,
    disk_free=0.5,
    workers=1,
    backup_age=3.0,
    database_answers=True,
)


async def read(site: Site, headers: dict[str, str] | None = None, host: str = "localhost") -> httpx.Response:
    return await site.client.get(f"http://{host}/metrics", headers=headers or {})


async def samples(site: Site) -> dict[str, float]:
    """Each sample by its name and labels."""
    text = (await read(site)).text
    return {
        sample.name.removeprefix("lyhord_")
        + "".join(f",{key}={value}" for key, value in sorted(sample.labels.items())): (sample.value)
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


async def test_a_program_on_this_machine_reads_every_metric(site: Site) -> None:
    answer = await read(site)
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    assert {family.name.removeprefix("lyhord_") for family in text_string_to_metric_families(answer.text)} >= {
        "commit_seconds"
    }


async def test_the_guide_explains_every_metric_and_no_other(site: Site) -> None:
    page = expose(Measures(), STANDING).decode()
    kinds = {family.name.removeprefix("lyhord_"): family for family in text_string_to_metric_families(page)}
    shown = {name + "_total" if family.type == "counter" else name for name, family in kinds.items()}
    told = GUIDE.read_text().partition("### What to alarm on\n")[2].partition("\n## ")[0]
    assert set(NAMES.findall(told)) == shown
    assert [name for name, family in kinds.items() if not family.documentation] == []


@pytest.mark.parametrize(
    "hint",
    [
        {"x-forwarded-for": "203.0.113.7"},
        {"forwarded": "for=203.0.113.7"},
        {"via": "1.1 proxy"},
        {"x-real-ip": "203.0.113.7"},
    ],
)
async def test_without_a_token_a_proxy_is_told_that_nothing_is_there(site: Site, hint: dict[str, str]) -> None:
    assert (await read(site, hint)).status_code == 404


async def test_without_a_token_a_public_name_or_a_foreign_machine_finds_nothing(site: Site) -> None:
    assert (await read(site, host="help.example.org")).status_code == 404
    transport = httpx.ASGITransport(site.app, client=("203.0.113.7", 1234))
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as stranger:
        assert (await stranger.get("/metrics")).status_code == 404


@pytest.mark.parametrize("network", [make_network("https://help.example.org", ()), make_network("", ("127.0.0.1",))])
def test_without_a_token_settings_that_speak_of_a_proxy_close_the_page(network: Any) -> None:
    class Request:
        def __init__(self) -> None:
            self.headers: dict[str, str] = {}

        client = httpx.URL("http://127.0.0.1")
        url = type("Url", (), {"hostname": "localhost"})

    local: Any = Request()
    metrics.check_watcher(local, Watch())
    with pytest.raises(NotFound):
        metrics.check_watcher(local, Watch(network=network))


async def test_with_a_token_only_the_token_opens_it(site: Site) -> None:
    site.watch.token = "a long word"
    assert (await read(site)).status_code == 401
    assert (await read(site, {"authorization": "Bearer another"})).status_code == 401
    right = {"authorization": "Bearer a long word", "x-forwarded-for": "203.0.113.7"}
    assert (await read(site, right, "help.example.org")).status_code == 200


async def test_the_numbers_follow_what_happens(site: Site, company: Company) -> None:
    before = await samples(site)
    body = msgspec.json.encode(
        {"events": [{"kind": "message", "id": "m1", "sender": {"id": "ann", "name": "Ann"}, "text": "Hello"}]}
    )
    for _ in range(2):
        assert (await site.call_hook(company.inbox, body)).status_code == 200
    after = await samples(site)

    def grown(name: str) -> float:
        return after[name] - before.get(name, 0)

    assert grown("inbound_ack_seconds_count") == 2
    assert grown("webhooks_total,outcome=stored") == 2
    assert grown("dedupe_hits_total") == 1
    assert grown("commit_seconds_count") >= 1
    assert 0 < after["disk_free_ratio"] <= 1
    assert after["database_up"] == 1


async def test_what_waits_to_be_sent_shows_its_age_by_channel(site: Site, company: Company, clock: Any) -> None:
    await site.say(company.inbox)
    (ticket,) = (await site.call(company.agent, "GET", "/tickets?list=all")).json()["items"]
    where = f"/conversations/{ticket['conversation_id']}/messages"
    assert (await site.call(company.agent, "POST", where, {"kind": "reply", "text": "Hello"})).status_code < 300
    clock.move(90_000)
    now = await samples(site)
    # On PostgreSQL the age is by its own clock, which stands where the transaction began.
    assert now["outbox_waiting,channel=sandbox"] == 1
    assert now["outbox_oldest_seconds,channel=sandbox"] >= 80


async def test_while_the_database_is_away_the_page_says_so(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    async def away(*_: Any, **__: Any) -> None:
        raise Busy("away")

    monkeypatch.setattr(Database, "read_reachable", away)
    now = await samples(site)
    assert now["database_up"] == 0
    assert "commit_seconds_count" in now


async def test_neither_metrics_nor_log_hold_what_people_wrote_or_are_called(site: Site, company: Company) -> None:
    with capture_logs() as logs:
        await site.say(company.inbox, CANARY_WORDS, who=CANARY_ADDRESS)
        await site.client.post(f"/in/{company.inbox.key}", content=CANARY_WORDS)
        site.channels.adapter = Stumbling
        await site.say(company.other_inbox, CANARY_WORDS, who=CANARY_ADDRESS)
        await site.call(company.agent, "GET", f"/contacts?query={CANARY_ADDRESS}")
        await site.call(company.agent, "GET", f"/search?q={CANARY_WORDS}")
        await site.call(company.administrator, "PATCH", "/me", {"name": CANARY_NAME})
        page = (await read(site)).text
    said = (json.dumps(logs, default=repr) + page).lower()
    assert [word for word in ("canary", "nightingale") if word in said] == []


def test_labels_are_words_of_this_program(company_free: Measures) -> None:
    names = {
        label
        for family in text_string_to_metric_families(expose(company_free, STANDING).decode())
        for sample in family.samples
        for label in sample.labels
    }
    assert names == {"outcome", "kind", "where", "whose", "channel", "follower", "le"}


@pytest.fixture
def company_free() -> Measures:
    measures = Measures()
    measures.webhooks["stored"] += 1
    return measures


def test_a_spread_counts_up_to_each_bound() -> None:
    spread = Spread((0.1, 1.0))
    for seconds in (0.1, 0.5, 7.0):
        spread.add(seconds)
    assert (spread.counts, spread.total) == ([1, 1, 1], 7.6)


def test_deliveries_that_ended_badly_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    counted = Measures()
    monkeypatch.setattr(deliveries, "measured", counted)
    states = ("sent", "unknown", "failed", "failed")
    events = [
        Logged(n, "delivery.changed", 0, "system", DeliveryChanged(message_id="m", state=state))
        for n, state in enumerate(states, start=1)
    ]
    count_ends("w", 1, events)
    assert (counted.unknown, counted.dead) == (1, {"delivery": 2})


async def test_every_line_of_a_request_carries_its_reference(site: Site, company: Company) -> None:
    lines: list[EventDict] = []

    def keep(_: Any, __: str, event: EventDict) -> EventDict:
        lines.append(event)
        raise structlog.DropEvent

    async def fail(*_: Any, **__: Any) -> None:
        structlog.get_logger().warning("on the way")
        raise RuntimeError("broken")

    structlog.configure(processors=[structlog.contextvars.merge_contextvars, keep])
    try:
        site.database.write = fail  # type: ignore[method-assign, assignment]
        await site.say(company.inbox)
        answer = await site.call(company.administrator, "PATCH", "/workspace", {"name": "New"})
    finally:
        log_plainly()
    by_reference: dict[str, list[str]] = {}
    for line in lines:
        by_reference.setdefault(line.get("reference", ""), []).append(line["event"])
    assert "" not in by_reference, lines
    assert len(by_reference) == 2
    assert {"on the way", "request"} <= set(by_reference[answer.headers["x-request-id"]])


async def test_a_stream_lends_its_reference_to_nobody(
    site: Site, company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What follows the bus is started by one reader's request and serves all."""
    seen: list[dict[str, Any]] = []

    def frame(*_: Any) -> None:
        seen.append(structlog.contextvars.get_contextvars())

    async with site.listen(company.agent) as stream:
        assert (await stream.next()).event == "hello"
        monkeypatch.setattr(fanout.Fanout, "_all_behind", frame)
        monkeypatch.setattr(fanout.Fanout, "_framed", frame)
        site.bus.publish(company.id, 1, [Logged(1, "draft.changed", 0, "system", DraftChanged(agent_id="a"))])
        await until(lambda: seen)
    assert not any(seen)


class Stumbling:
    """An adapter that breaks its word with a customer's words in its mouth."""

    def __init__(self, account: Any) -> None:
        from lyhord.channels.sandbox.adapter import Sandbox

        self._honest = Sandbox(account)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._honest, name)

    def parse(self, raw: Any) -> Any:
        """Raise what a parser raises: the text that it choked on."""
        raise ValueError(f"can't read {raw.body!r}")

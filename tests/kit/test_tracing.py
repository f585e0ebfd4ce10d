"""Spans: free where nobody records them, whole where somebody does, and without a word that people wrote."""

import asyncio
import subprocess
import sys
import threading
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import suppress

import pytest
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.trace.export import BatchSpanProcessor

from lyhord.app.settings import Settings
from lyhord.app.traces import traced
from lyhord.kit.database import Database, Tx, batched
from lyhord.kit.database.engine import Engine
from lyhord.kit.database.jobs_table import enqueue
from lyhord.kit.database.log import read_events
from lyhord.kit.database.reactions import Reactions
from lyhord.kit.events import Catalogue, Event, Logged
from lyhord.kit.ids import new_id
from lyhord.kit.jobs import Context, JobRunner, Work
from lyhord.kit.leases import GiveUp, Job, Later
from lyhord.kit.tracing import UNRECORDED, caller, shared, span
from tests.counterparts.collector import Collector
from tests.waiting import PATIENCE

WORKSPACE = new_id()
CALLER = b"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


class Said(Event, frozen=True, tag="thing.said"):
    """Something that tests log."""


class Followed(Event, frozen=True, tag="thing.followed"):
    """What a reaction to it logs."""


@pytest.fixture
def collector() -> Iterator[Collector]:
    with Collector() as collector:
        yield collector


@pytest.fixture
async def database(engine: Engine) -> AsyncIterator[Database]:
    database = Database(engine)
    await database.open()
    yield database
    await database.close()


def settings(collector: Collector, callers: str = "ignored") -> Settings:
    return Settings(tracing_endpoint=collector.address, tracing_callers=callers)  # type: ignore[arg-type]


def test_without_an_address_nothing_is_loaded_and_nothing_recorded() -> None:
    program = (
        "import sys; from lyhord.app.running import traced, Settings; from lyhord.kit.tracing import UNRECORDED, span\n"
        "with traced(Settings()):\n"
        "    assert span('a') is UNRECORDED\n"
        "print([name for name in sys.modules if name.startswith(('opentelemetry', 'google', 'requests'))])"
    )
    told = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert told.stdout == "[]\n"
    assert span("a") is shared("b", ["00-x"]) is UNRECORDED
    assert caller(CALLER) is None


def test_spans_lie_within_each_other_and_within_their_cause(collector: Collector) -> None:
    with traced(settings(collector)):
        with span("outer", size=3) as outer, span("inner"):
            cause = outer.parent
        with span("later", cause):
            pass
    outer_seen, inner, later = (collector.named(name)[0] for name in ("outer", "inner", "later"))
    assert inner.parent == later.parent == outer_seen.id
    assert {seen.trace for seen in collector.spans} == {outer_seen.trace}
    assert outer_seen.facts == {"size": 3}


def test_what_is_done_once_for_several_stands_in_the_trace_of_each(collector: Collector) -> None:
    with traced(settings(collector)):
        causes = []
        for _ in range(3):
            with span("cause") as one:
                causes.append(one.parent)
        with shared("work", [None, *causes, causes[0]]), span("inside"):
            pass
        with shared("idle", [None]) as nothing:
            assert nothing is UNRECORDED
    work = {seen.trace: seen for seen in collector.named("work")}
    assert work.keys() == {seen.trace for seen in collector.named("cause")}
    (inside,) = collector.named("inside")
    done = work.pop(inside.trace)
    assert inside.parent == done.id
    assert [seen.links for seen in work.values()] == [(done.id,)] * 2


@pytest.mark.parametrize(
    "word",
    ["Canary Nightingale", "canary@nightingale.example", "+46 70 123", "+46701234567", "小鳥", "a" * 121, "one\ntwo"],
)
def test_what_might_be_somebodys_words_is_left_out(collector: Collector, word: str) -> None:
    with traced(settings(collector)), suppress(ValueError), span("a", first=word, kept="id-1") as one:
        one.note(second=word, third=None)
        raise ValueError(word)
    (seen,) = collector.named("a")
    assert seen.facts == {"kept": "id-1", "error.type": "ValueError"}
    assert seen.failed
    assert word.encode() not in b"".join(collector.bodies)


@pytest.mark.parametrize(("callers", "within"), [("ignored", ""), ("followed", "b7ad6b7169203331")])
def test_callers_are_followed_only_where_that_is_wanted(collector: Collector, callers: str, within: str) -> None:
    with traced(settings(collector, callers)):
        with span("request", caller(CALLER)):
            pass
        assert caller(b"00-nonsense") is None
        assert caller(None) is None
    (seen,) = collector.named("request")
    assert seen.parent == within
    assert (seen.trace == CALLER[3:35].decode()) is bool(within)


def test_what_isnt_sampled_leaves_nothing_behind(collector: Collector, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OTEL_TRACES_SAMPLER", "always_off")
    with traced(settings(collector)), span("a") as one, span("b") as two:
        assert one.parent is two.parent is None
    assert collector.spans == []


def test_an_address_that_takes_nothing_holds_nobody_up(collector: Collector, monkeypatch: pytest.MonkeyPatch) -> None:
    taken, waited = threading.Event(), []
    for place, name in ((OTLPSpanExporter, "export"), (BatchSpanProcessor, "shutdown")):
        monkeypatch.setattr(place, name, lambda *_: waited.append(taken.wait(PATIENCE)))
    with traced(settings(collector)), span("a"):
        pass
    assert waited == []
    taken.set()


async def test_each_call_has_a_span_and_one_commit(collector: Collector, database: Database) -> None:
    @batched
    def say(tx: Tx, items: Sequence[int]) -> list[str | None]:
        tx.emit(Said())
        return [tx.trace for _ in items]

    logged: list[str | None] = []
    database.listen(lambda _, __, events: logged.extend(one.trace for one in events))
    with traced(settings(collector)):

        async def call() -> str | None:
            with span("call"):
                return await database.write(WORKSPACE, say, 1)

        told = await asyncio.gather(*(call() for _ in range(5)))
    writes = {seen.id: seen for seen in collector.named("write")}
    assert len(writes) == 5
    assert sorted(told, key=str) == sorted(logged, key=str)
    assert {str(one)[36:52] for one in told} == set(writes)
    commits = {seen.id: seen for seen in collector.named("commit")}
    assert sum(seen.facts["calls"] for seen in commits.values()) == 5
    assert len(commits) < 5
    for seen in writes.values():
        mine = [one for one in commits.values() if one.parent == seen.id]
        assert len(mine) + len(set(seen.links) & set(commits)) == 1
    assert {seen.facts["workspace_id"] for seen in writes.values()} == {WORKSPACE}


async def test_untraced_calls_still_run_together(database: Database) -> None:
    sizes: list[int] = []

    @batched
    def note(_tx: Tx, items: Sequence[int]) -> list[None]:
        sizes.append(len(items))
        return [None] * len(items)

    await asyncio.gather(*(database.write(WORKSPACE, note, number) for number in range(50)))
    assert sum(sizes) == 50
    assert max(sizes) > 1


async def test_each_attempt_at_a_job_goes_on_with_the_trace_of_what_wrote_it(
    collector: Collector, database: Database
) -> None:
    failures = [Later(0), GiveUp("no use")]

    async def work(context: Context, _: Job) -> None:
        await context.database.write(context.workspace_id, lambda tx: tx.emit(Said()))
        raise failures.pop(0)

    with traced(settings(collector)):
        await database.write(WORKSPACE, enqueue, "call", {})
    with traced(settings(collector)):  # as after a restart
        await JobRunner(database, Catalogue([Said]), {"call": Work(work)}).catch_up()
    (wrote,) = [seen for seen in collector.named("write") if seen.facts["action"] == "enqueue"]
    attempts = collector.named("job")
    assert [(seen.trace, seen.parent) for seen in attempts] == [(wrote.trace, wrote.id)] * 2
    assert [(seen.facts["attempt"], seen.facts["outcome"]) for seen in attempts] == [(1, "again"), (2, "ended")]
    assert {seen.facts["job"] for seen in attempts} == {"call"}
    events = await database.read(WORKSPACE, lambda tx: tx.all(read_events, after=0, most=10))
    assert {event[5][3:35] for event in events} == {wrote.trace}


async def test_a_reaction_that_is_tried_again_stays_in_the_trace_of_its_events(
    collector: Collector, engine: Engine
) -> None:
    failures = [ValueError("at first")]

    def react(tx: Tx, _: Sequence[Logged]) -> None:
        if failures:
            raise failures.pop()
        tx.emit(Followed())

    database = Database(engine, reactions=Reactions({react: [Said]}))
    await database.open()
    try:
        with traced(settings(collector)):
            await database.write(WORKSPACE, lambda tx: tx.emit(Said()))
            await JobRunner(database, Catalogue([Said, Followed]), {}).catch_up()
        said, followed = await database.read(WORKSPACE, lambda tx: tx.all(read_events, after=0, most=10))
    finally:
        await database.close()
    assert said[5][3:35] == followed[5][3:35]
    (job,) = collector.named("job")
    assert (job.parent, job.facts["outcome"]) == (said[5][36:52], "done")

"""What `/metrics` answers, in the text format of Prometheus. Loaded by the first who asks: a server that nobody scrapes stays smaller."""

from collections.abc import Iterable, Iterator

from msgspec import Struct
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector
from typing_extensions import override

from lyhord.kit.measures import Measures, Spread

PREFIX = "lyhord_"


class Standing(Struct, frozen=True, kw_only=True):
    """How things stand in this moment; the rest was counted. Ages are in seconds; `outbox` is (channel, oldest, how many)."""

    inbound_lag: float
    outbox: list[tuple[str, float, int]]
    jobs_due: int
    jobs_oldest: float
    followers: list[tuple[str, int]]
    writer_queue: int
    writer_load: float
    disk_free: float
    workers: int
    backup_age: float | None
    database_answers: bool


def expose(measures: Measures, standing: Standing) -> bytes:
    """Everything, as one page."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Told([*_spreads(measures), *_counts(measures), *_gauges(standing)]))
    return generate_latest(registry)


class _Told(Collector):
    def __init__(self, metrics: Iterable[Metric]) -> None:
        self._metrics = metrics

    @override
    def collect(self) -> Iterable[Metric]:
        return self._metrics


def _spreads(measures: Measures) -> Iterator[Metric]:
    yield _spread("inbound_ack_seconds", "From a channel's call to its answer", measures.inbound_ack)
    yield _spread("commit_seconds", "Making a transaction durable, the sync of the disk included", measures.commit)
    yield _spread("event_fanout_seconds", "From an event to its offer to the open pages", measures.fanout)


def _counts(measures: Measures) -> Iterator[Metric]:
    webhooks = CounterMetricFamily(
        PREFIX + "webhooks", "Calls of channels by how they were answered", labels=["outcome"]
    )
    for outcome, count in sorted(measures.webhooks.items()):
        webhooks.add_metric([outcome], count)
    yield webhooks
    yield CounterMetricFamily(
        PREFIX + "dedupe_hits", "Messages that came again and changed nothing", value=measures.dedupe_hits
    )
    yield CounterMetricFamily(PREFIX + "unknown", "Deliveries that nobody confirmed", value=measures.unknown)
    dead = CounterMetricFamily(PREFIX + "dead", "What was given up: job, event, delivery", labels=["kind"])
    for kind in ("delivery", "event", "job"):
        dead.add_metric([kind], measures.dead[kind])
    yield dead
    gaps = CounterMetricFamily(
        PREFIX + "seq_gap", "Numbers missing: bus, healed from the log; log, which must not be", labels=["where"]
    )
    for where in ("bus", "log"):
        gaps.add_metric([where], measures.gaps[where])
    yield gaps
    streams = GaugeMetricFamily(PREFIX + "streams_open", "Live streams of this process", labels=["whose"])
    for whose in ("agents", "visitors"):
        streams.add_metric([whose], measures.streams[whose])
    yield streams
    yield CounterMetricFamily(
        PREFIX + "streams_dropped", "Streams cut because they took nothing", value=measures.streams_dropped
    )


def _gauges(standing: Standing) -> Iterator[Metric]:
    oldest = GaugeMetricFamily(PREFIX + "outbox_oldest_seconds", "Age of the oldest unsent message", labels=["channel"])
    waiting = GaugeMetricFamily(PREFIX + "outbox_waiting", "Messages that aren't sent yet", labels=["channel"])
    for channel, age, count in standing.outbox:
        oldest.add_metric([channel], age)
        waiting.add_metric([channel], count)
    distances = GaugeMetricFamily(PREFIX + "follower_distance", "Events behind the log", labels=["follower"])
    for name, distance in standing.followers:
        distances.add_metric([name], distance)
    yield from (oldest, waiting, distances)
    plain = {
        "inbound_lag_seconds": (
            "Age of the oldest message whose consequences are still to be drawn",
            standing.inbound_lag,
        ),
        "jobs_due": ("Jobs that wait for a worker", standing.jobs_due),
        "jobs_oldest_seconds": ("How long the longest of them has been due", standing.jobs_oldest),
        "writer_queue": ("Actions that wait for a writer of this process", standing.writer_queue),
        "writer_queue_ratio": ("The share of the fullest writer's queue that is taken", standing.writer_load),
        "disk_free_ratio": ("Free share of the disk of the data folder", standing.disk_free),
        "workers": ("Workers that gave a sign of life within two minutes", standing.workers),
        "database_up": ("Whether the database answered just now", int(standing.database_answers)),
    }
    for name, (meaning, value) in plain.items():
        yield GaugeMetricFamily(PREFIX + name, meaning, value=value)
    if standing.backup_age is not None:
        yield GaugeMetricFamily(PREFIX + "backup_age_seconds", "Age of the newest backup", value=standing.backup_age)


def _spread(name: str, meaning: str, spread: Spread) -> Metric:
    buckets, so_far = [], 0
    for bound, count in zip([*map(str, spread.bounds), "+Inf"], spread.counts, strict=True):
        so_far += count
        buckets.append((bound, float(so_far)))
    return HistogramMetricFamily(PREFIX + name, meaning, buckets=buckets, sum_value=spread.total)

"""Payloads that are meant to hurt cost little, and nobody else waits for them.

Others of the kind stand with what they hurt: events that a follower chokes on (tests/kit/test_followers.py), mails that kill their parser
(tests/channels/mail/test_parsers.py, tests/journeys/test_bad_mail.py), readers that never read (tests/web/test_stream_grants.py).
"""

import gzip
import hashlib
import hmac
import statistics
from collections.abc import Callable

import httpx
import pytest

from tests.faults.rig import SIGNING_KEY, Scene, cpu_seconds, slowness

DEEP = 200_000
POISON = {
    "large": b'{"events":[],"rest":"' + b"y" * 2_900_000 + b'"}',
    "too large": b" " * 4_000_000,
    "deep lists": b"[" * DEEP + b"]" * DEEP,
    "deep objects": b'{"a":' * DEEP + b"1" + b"}" * DEEP,
    "deep and open": b'{"events":' + b"[" * 1_000_000,
    "a gzip bomb": gzip.compress(bytes(100_000_000), 9, mtime=0),
    "a number without end": b'{"events":[{"kind":"message","id":' + b"9" * 1_000_000 + b"}]}",
    "many events": b'{"events":[' + b",".join([b'{"kind":"none"}'] * 100_000) + b"]}",
}
DEAR = 2.0
"""Seconds of CPU for one call, what the crowd says meanwhile included."""
SLOWEST = 3.0
"""Seconds that somebody else may wait for an answer, on a machine of its own."""


@pytest.mark.parametrize("scene", ["sqlite"], indirect=True)
def test_poison_costs_little_and_slows_nobody(scene: Scene, record_property: Callable[[str, object], None]) -> None:
    scene.wait_for_acks(50)
    before = scene.running.memory_megabytes()
    scene.crowd.slowest = 0.0
    cost: dict[str, float] = {}
    with httpx.Client(base_url=scene.running.base, timeout=60) as client:
        for name, body in POISON.items():
            signature = hmac.new(SIGNING_KEY.encode(), body, hashlib.sha256).hexdigest()
            headers = {"x-sandbox-signature": f"sha256={signature}"}
            if "gzip" in name:
                headers["content-encoding"] = "gzip"
            doors: tuple[tuple[str, dict[str, str]], ...] = (
                (f"/in/{scene.inbox['key']}", headers),
                ("/api/v1/sign-in", {}),
                ("/api/v1/contacts", {"cookie": scene.watcher.cookie, "origin": scene.running.base}),
            )
            for path, more in doors:
                used = cpu_seconds(scene.running.pid)
                answer = client.post(path, content=body, headers={**more, "content-type": "application/json"})
                cost[f"{name} at {path[:15]}"] = cpu_seconds(scene.running.pid) - used
                assert answer.status_code in {200, 400, 401, 403, 413, 415, 422}, (name, path, answer.status_code)
                assert client.get("/health").status_code == 200
    record_property("cpu", {name: round(used, 2) for name, used in cost.items() if used > 0.1})
    assert statistics.median(cost.values()) < DEAR / 4, cost
    assert max(cost.values()) < DEAR, cost
    assert scene.running.memory_megabytes() - before < 120
    assert scene.crowd.slowest < SLOWEST * slowness()
    scene.wait_for_acks(50)

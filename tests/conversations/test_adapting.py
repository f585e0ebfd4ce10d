"""What adapters do alike: look after being called, judge signatures, say what they lack."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import pytest

from lyhord.conversations.account import Health
from lyhord.conversations.adapting import Problem, judge, look_after, needed
from lyhord.conversations.exchange import Outcome, Retry

OFF: Problem = ("", "off", "")


class Trouble(Exception):
    """What the other side says."""

    def __init__(self, outcome: Outcome | None = None) -> None:
        super().__init__("trouble")
        self.outcome = outcome


class Watched:
    """A door that notes what is reported."""

    def __init__(self) -> None:
        self.reports: list[Health] = []

    async def report(self, health: Health) -> None:
        self.reports.append(health)


async def looked(
    monkeypatch: pytest.MonkeyPatch, finds: Sequence[Problem | Exception | None], **more: Any
) -> tuple[list[tuple[bool, str]], list[float]]:
    """What was reported, and how long was waited after each look."""
    waits: list[float] = []
    left = list(finds)

    async def look() -> Problem | None:
        if not left:
            raise asyncio.CancelledError
        found = left.pop(0)
        if isinstance(found, Exception):
            raise found
        return found

    async def sleep(seconds: float) -> None:
        waits.append(seconds)

    monkeypatch.setattr("asyncio.sleep", sleep)
    monkeypatch.setattr("lyhord.conversations.adapting.full_jitter", lambda tries: 10_000 * tries)
    door: Any = Watched()
    run: Callable[..., Awaitable[None]] = look_after
    with pytest.raises(asyncio.CancelledError):
        await run(door, look, Trouble, lambda caught: ("", str(caught), ""), seconds=15, **more)
    return [(one.ok, one.problems[0][1] if one.problems else "") for one in door.reports], waits


async def test_it_reports_what_stands_in_the_way_and_looks_again_in_its_time(monkeypatch: pytest.MonkeyPatch) -> None:
    assert await looked(monkeypatch, [None, OFF, None]) == ([(True, ""), (False, "off"), (True, "")], [15, 15, 15])


async def test_after_trouble_it_looks_sooner_then_later_and_never_later_than_usual(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    reports, waits = await looked(monkeypatch, [Trouble(), Trouble(), None, Trouble()])
    assert reports == [(False, "trouble"), (False, "trouble"), (True, ""), (False, "trouble")]
    assert waits == [10, 15, 15, 10]


async def test_the_other_side_says_when(monkeypatch: pytest.MonkeyPatch) -> None:
    assert (await looked(monkeypatch, [Trouble(Retry("busy", 60)), Trouble(Retry("busy"))]))[1] == [60, 15]


async def test_the_patient_make_nothing_of_a_single_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    finds = [Trouble(), None, Trouble(), Trouble(), None]
    reports, _ = await looked(monkeypatch, finds, patient=True)
    assert reports == [(True, ""), (False, "trouble"), (True, "")]


async def test_a_fault_of_ours_is_no_trouble(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ValueError, match="ours"):
        await looked(monkeypatch, [ValueError("ours")])


@pytest.mark.parametrize("given", ["", "sign", "signé", "\udc80"])
def test_a_signature_fits_or_says_why_not(given: str) -> None:
    assert judge("signature", "signature", "no").ok
    verdict = judge("signature", given, "it doesn't fit")
    assert (verdict.ok, verdict.reason) == (False, "it doesn't fit")


def test_what_wasnt_lent_is_missed_aloud() -> None:
    assert needed("means") == "means"
    with pytest.raises(RuntimeError, match="without means"):
        needed(None)

"""From tests marked with `proves` to `app/proofs.json`: what a run showed, and nothing that it didn't."""

import re
from collections.abc import Container, Iterable, Mapping
from pathlib import Path
from typing import NamedTuple, cast

import pytest

from lyhord.app.channels import CHANNELS
from lyhord.app.proofs import Counterpart, Proofs, Way, decode, encode

TESTS = Path(__file__).with_name("channels")
_MARK = re.compile(r'mark\.proves\("(\w+)", "([^"]+)"((?:, "\w+")*)\)')
WAYS: tuple[Way, ...] = ("read", "sent")


class Claim(NamedTuple):
    """What a marked test proves."""

    channel: str
    counterpart: str
    ways: tuple[Way, ...] = WAYS


def claims_of(item: pytest.Item) -> list[Claim]:
    """What a test proves; raises `ValueError` for a marker that no channel or way has."""
    marks = [each.args for each in item.iter_markers("proves")]
    found = [Claim(channel, counterpart, tuple(ways) or WAYS) for channel, counterpart, *ways in marks]
    wrong = [one for one in found if one.channel not in CHANNELS or not set(one.ways) <= set(WAYS)]
    if wrong:
        raise ValueError(f"{item.nodeid} proves what there isn't: {wrong}")
    return found


def mark(item: pytest.Item) -> None:
    """Let the reports of a test carry what it proves."""
    item.user_properties += [("proves", tuple(claim)) for claim in claims_of(item)]


def claimed() -> dict[tuple[str, str], set[str]]:
    """What tests in the tree claim to prove, whether they run or not: the ways by (channel, counterpart)."""
    found: dict[tuple[str, str], set[str]] = {}
    for path in TESTS.rglob("test_*.py"):
        for channel, name, ways in _MARK.findall(path.read_text(encoding="utf-8")):
            found.setdefault((channel, name), set()).update(re.findall(r"\w+", ways) or WAYS)
    return found


def still_claimed(proofs: Proofs, claims: Container[tuple[str, str]]) -> Proofs:
    """Without counterparts whose tests are gone."""
    return {channel: [one for one in found if (channel, one.name) in claims] for channel, found in proofs.items()}


def settle(kept: Proofs, outcomes: Mapping[tuple[Claim, str], bool], day: str) -> Proofs:
    """What is proved after a run; `outcomes` is whether a test of this name passed. A counterpart with a test that failed proves nothing
    any more; one that took no part keeps what it had.
    """
    tried = {(claim.channel, claim.counterpart) for claim, _ in outcomes}
    settled = {channel: [one for one in found if (channel, one.name) not in tried] for channel, found in kept.items()}
    for channel, name in tried:
        run = {key: passed for key, passed in outcomes.items() if key[0][:2] == (channel, name)}
        if all(run.values()):
            ways = _in_order(way for claim, _ in run for way in claim.ways)
            settled.setdefault(channel, []).append(Counterpart(name, ways, len(run), day))
    return {channel: found for channel, found in settled.items() if found}


def _in_order(ways: Iterable[Way]) -> tuple[Way, ...]:
    found = set(ways)
    return tuple(way for way in WAYS if way in found)


class Recorder:
    """Hears how tests went, and writes it into a file at the end of a run that came to its end."""

    def __init__(self, file: Path, day: str) -> None:
        self._file, self._day = file, day
        self.outcomes: dict[tuple[Claim, str], bool] = {}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Passed is what passed and came and went without a fault; what was skipped took no part."""
        for name, value in report.user_properties:
            if name != "proves":
                continue
            channel, counterpart, ways = cast("tuple[str, str, tuple[Way, ...]]", value)
            key = (Claim(channel, counterpart, tuple(ways)), report.nodeid)
            if report.failed:
                self.outcomes[key] = False
            elif report.when == "call" and report.passed:
                self.outcomes.setdefault(key, True)

    def pytest_sessionfinish(self, exitstatus: int) -> None:
        """Write it."""
        if exitstatus in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED):
            kept = still_claimed(decode(self._file.read_bytes()), claimed())
            self._file.write_bytes(encode(settle(kept, self.outcomes, self._day)))

"""The labels of channels: what follows from which tests passed, and that the file in the tree says what could have happened."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from lyhord.app.channels import CHANNELS, Channels
from lyhord.app.proofs import OURS, Counterpart, Proofs, decode, encode, judge, load
from lyhord.workspaces.doors import Proof
from tests.proofs import Claim, Recorder, claimed, settle, still_claimed

KANNEL = Counterpart("Kannel", ("read", "sent"), 2, "2026-11-01")
LOFT = Claim("pigeon", "Loft")


def test_what_is_written_down_has_tests_that_claim_it() -> None:
    claims = claimed()
    for channel, found in load().items():
        assert channel in set(CHANNELS) - OURS
        for one in found:
            assert set(one.ways) == claims.get((channel, one.name)), f"run `make channels`: {channel}, {one.name}"
            assert one.tests > 0
            assert datetime.fromisoformat(one.on).replace(tzinfo=UTC) <= datetime.now(UTC)


def test_a_channel_without_such_tests_has_recordings_only() -> None:
    some = {channel for channel, _ in claimed()}
    assert some
    for channel in set(CHANNELS) - some - OURS:
        assert Channels().proof_of(channel) == Proof("recordings")


@pytest.mark.parametrize(
    ("found", "label"),
    [
        ([], Proof("recordings")),
        ([KANNEL], Proof("proved", ("Kannel",), "2026-11-01")),
        ([Counterpart("Prism", ("sent",), 1, "2026-11-02")], Proof("recordings", ("Prism",), "2026-11-02")),
        ([Counterpart("Talker", ("read",), 1, "2026-11-02")], Proof("recordings")),
        (
            [Counterpart("Prism", ("sent",), 1, "2026-11-02"), KANNEL],
            Proof("proved", ("Prism", "Kannel"), "2026-11-01"),
        ),
    ],
)
def test_a_label_takes_both_ways_and_the_earliest_day(found: list[Counterpart], label: Proof) -> None:
    assert judge("sms", {"sms": found}) == label


def test_where_both_ends_are_ours_there_is_nothing_to_prove() -> None:
    assert {judge(channel, {channel: [KANNEL]}) for channel in OURS} == {Proof("ours")}


@pytest.mark.parametrize(
    ("outcomes", "proofs"),
    [
        ({}, {"sms": [KANNEL]}),
        (
            {(LOFT, "one"): True, (LOFT, "two"): True},
            {"sms": [KANNEL], "pigeon": [Counterpart("Loft", ("read", "sent"), 2, "2026-11-27")]},
        ),
        ({(LOFT, "one"): True, (LOFT, "two"): False}, {"sms": [KANNEL]}),
        (
            {(Claim("sms", "Kannel", ("sent",)), "one"): True},
            {"sms": [Counterpart("Kannel", ("sent",), 1, "2026-11-27")]},
        ),
        ({(Claim("sms", "Kannel"), "one"): False}, {}),
    ],
)
def test_a_run_settles_what_took_part_in_it(outcomes: dict[tuple[Claim, str], bool], proofs: Proofs) -> None:
    assert settle({"sms": [KANNEL]}, outcomes, "2026-11-27") == proofs


def test_a_counterpart_whose_tests_are_gone_is_struck_out() -> None:
    proofs = {"sms": [KANNEL], "mail": [KANNEL]}
    assert settle(still_claimed(proofs, {("sms", "Kannel")}), {}, "2026-11-27") == {"sms": [KANNEL]}


def report(test: str, when: str, outcome: str) -> pytest.TestReport:
    """What is heard of one phase of a marked test."""
    marks = [("proves", tuple(LOFT))]
    return pytest.TestReport(test, ("x.py", 1, test), {}, outcome, None, when, user_properties=marks)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("heard", "exitstatus", "tests"),
    [
        ([("a", "setup", "passed"), ("a", "call", "passed"), ("a", "teardown", "passed")], 0, 1),
        ([("a", "setup", "skipped"), ("a", "teardown", "passed")], 0, None),
        ([("a", "setup", "failed"), ("a", "teardown", "passed")], 1, None),
        ([("a", "call", "passed"), ("a", "teardown", "failed")], 1, None),
        ([("a", "call", "passed"), ("b", "call", "failed")], 1, None),
        ([("a", "call", "passed")], 2, None),
    ],
)
def test_only_what_ran_and_passed_is_written(
    tmp_path: Path, heard: list[tuple[str, str, str]], exitstatus: int, tests: int | None
) -> None:
    file = tmp_path / "proofs.json"
    file.write_bytes(encode({}))
    recorder = Recorder(file, "2026-11-27")
    for one in heard:
        recorder.pytest_runtest_logreport(report(*one))
    recorder.pytest_sessionfinish(exitstatus)
    assert [one.tests for one in decode(file.read_bytes()).get("pigeon", [])] == ([tests] if tests else [])


def test_the_file_is_always_in_one_order() -> None:
    other = Counterpart("A", ("sent",), 1, "2026-11-01")
    assert encode({"sms": [KANNEL, other], "mail": [KANNEL]}) == encode({"mail": [KANNEL], "sms": [other, KANNEL]})

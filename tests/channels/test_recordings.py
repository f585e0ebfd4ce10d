"""No call that others recorded makes an adapter fail, and the table of channels says what became of each."""

import json

import pytest
from typing_extensions import override

from lyhord.app.channels import CHANNELS
from lyhord.conversations.channel import Adapter
from lyhord.kit.words import catalogue
from tests.contract.accounts import Subject
from tests.recordings import FILE, FIXTURES, Figures, Recording, calls, count, decode, encode, figures_of

recorded = pytest.mark.skipif(not FIXTURES.is_dir(), reason="the recordings of ../shared/fixtures aren't here")
WRITTEN = decode(FILE.read_bytes())


@recorded
def test_what_is_written_is_what_becomes_of_them() -> None:
    assert count() == WRITTEN, "run `make channels`, then `make reference`"


@recorded
def test_every_recording_is_counted() -> None:
    counted = {channel: one.read + one.nothing + len(one.unsupported) for channel, one in count().items()}
    assert counted == {channel: len(recordings) for channel, (_, recordings) in calls().items()}
    whole = {folder: len(list((FIXTURES / folder).glob("*.*"))) for folder in ("mail", "meta/webhooks", "whatsapp/in")}
    assert list(whole.values()) == [counted["mail"], counted["messenger"], counted["whatsapp"]]
    assert counted["line"] == len(json.loads((FIXTURES / "line" / "webhook.json").read_bytes())["events"])


@pytest.mark.parametrize("channel", sorted(WRITTEN))
def test_none_failed_and_what_is_not_understood_says_so_in_words(channel: str) -> None:
    found = WRITTEN[channel]
    assert found.failed == {}
    assert found.read
    assert [name for name, reason in found.unsupported.items() if reason not in catalogue("en")] == []


def test_the_file_is_of_channels_that_there_are_and_always_in_the_same_order() -> None:
    assert set(WRITTEN) <= set(CHANNELS)
    assert encode(dict(reversed(WRITTEN.items()))) == FILE.read_bytes()


class _Choking(Subject, frozen=True, kw_only=True):
    """A channel that raises where it should read."""

    @override
    def adapter(self, **settings: object) -> Adapter:
        raise ValueError("words")


def test_what_raises_is_told_by_name() -> None:
    found = figures_of("nobody", _Choking(name="x", place="", customer=""), [Recording("odd", b"")])
    nothing: dict[str, str] = {}
    assert found == Figures(
        whose="nobody", read=0, nothing=0, unsupported=nothing, failed={"odd": "ValueError('words')"}
    )

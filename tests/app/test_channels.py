"""The table of channels: every line opens, nothing else does, and what can't be had says why."""

from typing import cast

import pytest

from lyhord.app.channels import CHANNELS, LIVE, NOT_OFFERED, Channels, UnknownChannel
from lyhord.conversations.account import Account, Means
from lyhord.kit.words import catalogue


@pytest.mark.parametrize("name", CHANNELS)
def test_a_channel_is_what_its_folder_says(name: str) -> None:
    assert Channels().descriptor(name).channel == name


def test_descriptors_come_in_the_order_of_the_page() -> None:
    assert [descriptor.channel for descriptor in Channels().list_descriptors()] == list(CHANNELS)


def test_live_are_those_on_which_customers_are_seen_typing() -> None:
    assert {one.channel for one in Channels().list_descriptors() if one.typing_in} == LIVE


def test_an_adapter_opens_for_an_account() -> None:
    account = Account("w", "i", "k", "Shop", {}, {})
    assert Channels().open("webchat", account).descriptor.channel == "webchat"


def test_a_channel_of_another_version_is_named() -> None:
    with pytest.raises(UnknownChannel, match="telepathy"):
        Channels().descriptor("telepathy")


def test_what_cannot_be_had_says_why_and_is_not_offered() -> None:
    assert all(missing.why.endswith(".") for missing in NOT_OFFERED)
    assert not {missing.channel for missing in NOT_OFFERED} & set(CHANNELS)


@pytest.mark.parametrize("name", CHANNELS)
def test_every_field_of_a_channel_has_words(name: str) -> None:
    english = catalogue("en")
    missing = [
        field.name for field in Channels().descriptor(name).fields if f"channel.{name}.{field.name}" not in english
    ]
    assert missing == []


async def test_tools_are_made_for_the_first_inbox_and_ended_at_the_end() -> None:
    class Tools:
        made = 0
        closed = 0

        def __init__(self, lent: str) -> None:
            Tools.made += lent == "lent to pigeon"

        async def close(self) -> None:
            Tools.closed += 1

    class Pigeon:
        make_tools = Tools

        def __init__(self, account: Account, tools: Tools) -> None:
            self.account, self.tools = account, tools

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("lyhord.app.channels._adapter_class", lambda _: Pigeon)
        channels = Channels(lambda channel: cast("Means", f"lent to {channel}"))
        await channels.close()
        assert (Tools.made, Tools.closed) == (0, 0)
        first = channels.open("pigeon", Account("w", "1", "k", "A", {}, {}))
        second = channels.open("pigeon", Account("w", "2", "k", "B", {}, {}))
        assert getattr(first, "tools") is getattr(second, "tools")  # noqa: B009 - an adapter's own affair
        await channels.close()
        assert (Tools.made, Tools.closed) == (1, 1)

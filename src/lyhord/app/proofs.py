"""Which channels are proved. Nobody writes it by hand: `make channels` does, from the tests marked with `proves` that passed.

A channel is *proved* when software that nobody here wrote accepted what we send and produced what we read. With less than both it has
*recordings only*. A change of its adapter leaves the label, which therefore always has its day.
"""

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Literal

import msgspec
from msgspec import Struct

from lyhord.workspaces.doors import Proof

FILE = Path(__file__).with_name("proofs.json")
OURS = frozenset({"webchat", "sandbox"})
"""Channels whose other side is our own, too: there is nothing to prove."""

Way = Literal["read", "sent"]


class Counterpart(Struct, frozen=True):
    """Software that took part: how many `tests` with it passed `on` a day (YYYY-MM-DD), and in which ways it was ours to talk with."""

    name: str
    ways: tuple[Way, ...]
    tests: int
    on: str


Proofs = Mapping[str, Sequence[Counterpart]]
"""By channel."""


def decode(written: bytes) -> Proofs:
    """What such a file says; raises what msgspec raises for another file."""
    return msgspec.json.decode(written, type=dict[str, list[Counterpart]])


def encode(proofs: Proofs) -> bytes:
    """Such a file, always in the same order."""
    ordered = {channel: sorted(proofs[channel], key=lambda one: one.name) for channel in sorted(proofs)}
    return msgspec.json.format(msgspec.json.encode(ordered), indent=2) + b"\n"


def judge(channel: str, proofs: Proofs) -> Proof:
    """A channel's label. Its day is the earliest of its counterparts', so that it never says more than holds for all of them."""
    if channel in OURS:
        return Proof(label="ours")
    took = [one for one in proofs.get(channel, ()) if one.ways]
    proved = {way for one in took for way in one.ways} == {"read", "sent"}
    named = took if proved else [one for one in took if "sent" in one.ways]
    names = tuple(one.name for one in named)
    return Proof(label="proved" if proved else "recordings", names=names, on=min((one.on for one in named), default=""))


@cache
def load() -> Proofs:
    """What the last runs showed."""
    return decode(FILE.read_bytes())

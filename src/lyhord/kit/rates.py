"""How often somebody may try: token buckets in memory, one per kind of call and caller."""

import ipaddress
import math
from collections import OrderedDict
from typing import NamedTuple

from lyhord.kit.clock import Clock, system_clock
from lyhord.kit.problems import TooMany

MOST_BUCKETS = 50_000


class Rate(NamedTuple):
    """`times` calls at once, and as many again over `period` milliseconds. `name` keeps kinds of call apart."""

    name: str
    times: int
    period: int


class Limiter:
    """Counts calls. It forgets when the process ends, and the callers seen longest ago when there are too many."""

    def __init__(self, clock: Clock = system_clock) -> None:
        self._clock = clock
        self._buckets: OrderedDict[tuple[str, str], tuple[float, int]] = OrderedDict()

    def take(self, rate: Rate, caller: str) -> None:
        """Count one call; raises `TooMany` when the caller's bucket is empty, without counting it."""
        left = self._level(rate, caller)
        if left < 1:
            raise TooMany(math.ceil((1 - left) * rate.period / rate.times / 1000))
        self._put(rate, caller, left - 1)

    def give_back(self, rate: Rate, caller: str) -> None:
        """Undo one `take`: the call turned out to be a good one."""
        self._put(rate, caller, min(self._level(rate, caller) + 1, rate.times))

    def _level(self, rate: Rate, caller: str) -> float:
        left, since = self._buckets.get((rate.name, caller), (float(rate.times), 0))
        return min(float(rate.times), left + (self._clock() - since) * rate.times / rate.period)

    def _put(self, rate: Rate, caller: str, left: float) -> None:
        self._buckets[rate.name, caller] = (left, self._clock())
        self._buckets.move_to_end((rate.name, caller))
        if len(self._buckets) > MOST_BUCKETS:
            self._buckets.popitem(last=False)


def caller_block(address: str) -> str:
    """The part of an IP address that one caller commands: all of IPv4, the first 64 bits of IPv6."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return address
    if ip.version == 6 and ip.ipv4_mapped is None:
        return str(ipaddress.ip_network((ip, 64), strict=False))
    return address

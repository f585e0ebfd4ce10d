"""What the keys of charts are called in a mail, as the screens call them."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime

from msgspec import Struct

from lyhord.insights.model import WAITS
from lyhord.insights.pictures.model import NONE, Chart
from lyhord.kit.clock import DAY, HOUR, MINUTE
from lyhord.kit.database import ReadTx
from lyhord.kit.words import catalogue, nearest_locale, say
from lyhord.tickets.kinds.reading import list_kinds
from lyhord.workspaces.views import list_agents, list_inboxes, list_teams

_POINT = {"en": ".", "zh-CN": "."}
_SEPARATOR = {"en": ",", "zh-CN": ","}


class Names(Struct, frozen=True):
    """By what charts are told, what its keys are called."""

    of: Mapping[str, Mapping[str, str]]


def read_names(tx: ReadTx) -> Names:
    """Those that the workspace gave."""
    return Names(
        {
            "inbox": {one.id: one.name for one in list_inboxes(tx, None, whole=False)},
            "team": {one.id: one.name for one in list_teams(tx)},
            "agent": {one.id: one.name for one in list_agents(tx)},
            "kind": {one.id: one.name for one in list_kinds(tx) if one.name},
        }
    )


def name_of(locale: str, chart: Chart, key: str, names: Names) -> str:
    """What a row of a chart is called in a language."""
    by = chart.by
    if key == NONE:
        none = f"picture.none.{by}"
        return say(locale, none if none in catalogue("en") else "picture.none.other")
    known = chart.names.get(key) or names.of.get(by, {}).get(key)
    if known:
        return known
    named = _NAMED.get(by)
    if named is not None:
        return named(locale, key)
    return say(locale, "numbers.gone") if by in ("inbox", "team", "agent", "organization") else key


def _worded(pattern: str) -> Callable[[str, str], str]:
    def word(locale: str, key: str) -> str:
        text = pattern.format(key)
        return say(locale, text) if text in catalogue("en") else key

    return word


def _wait(locale: str, key: str) -> str:
    place = int(key)
    if place < len(WAITS):
        return say(locale, "numbers.up_to", time=length(locale, WAITS[place]))
    return say(locale, "numbers.longer", time=length(locale, WAITS[-1]))


def _day(_: str, key: str) -> str:
    return datetime.fromtimestamp(int(key) * DAY / 1000, UTC).date().isoformat()


def _hour(locale: str, key: str) -> str:
    day, hour = divmod(int(key), 24)
    return f"{weekday(locale, day)} {hour:02}–{(hour + 1) % 24:02}"


_NAMED: Mapping[str, Callable[[str, str], str]] = {
    "reason": _worded("reason.{}"),
    "channel": _worded("channel.{}.name"),
    "kind": _worded("kind.{}"),
    "mood": _worded("picture.mood.{}"),
    "wait": _wait,
    "day": _day,
    "hour": _hour,
}


def weekday(locale: str, day: int) -> str:
    """A day of the week in two or three letters; 0 is Monday."""
    return say(locale, "mailed.weekdays").split()[day]


def number(locale: str, value: float, digits: int = 1) -> str:
    """A number as people write it there, with no more digits than it needs."""
    near = nearest_locale([locale])
    whole, _, rest = f"{value:,.{digits}f}".partition(".")
    rest = rest.rstrip("0")
    whole = whole.replace(",", _SEPARATOR.get(near, "\u00a0"))
    return f"{whole}{_POINT.get(near, ',')}{rest}" if rest else whole


def length(locale: str, ms: float) -> str:
    """A stretch of time in the largest unit of which there is one, as the screens say it."""
    for unit, size in (("days", DAY), ("hours", HOUR), ("minutes", MINUTE)):
        if ms >= size:
            return say(locale, f"time.short_{unit}", count=int(ms // size))
    return "<" + say(locale, "time.short_minutes", count=1)

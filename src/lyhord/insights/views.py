"""The numbers as a screen reads them: sums of roll-ups, within reach, by days of the workspace's time zone."""

from collections import Counter
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from lyhord.insights import store
from lyhord.insights.model import CLASSES, COUNTS, WAITS, Day, Numbers, Totals, day_of
from lyhord.kit.clock import HOUR
from lyhord.kit.database import ReadTx
from lyhord.workspaces.reach import Reach
from lyhord.workspaces.views import settings_of

TOLD = COUNTS[:4]


def show_numbers(
    tx: ReadTx,
    reach: Reach,
    length: int,
    *,
    team_id: str | None = None,
    channel: str | None = None,
    kind: str | None = None,
) -> Numbers:
    """The last `length` days, today included, and as many before them; of one team, channel or kind of ticket if wanted."""
    settings = settings_of(tx)
    zone = ZoneInfo(settings.time_zone)
    today = date.fromisoformat(day_of(tx.now, zone))
    days = [(today - timedelta(days=back)).isoformat() for back in reversed(range(2 * length))]
    begins = int(datetime.fromisoformat(days[0]).replace(tzinfo=zone).timestamp() * 1000)
    inboxes = _inboxes(tx, reach, channel)
    bounds = {
        "start": begins - begins % HOUR,
        "end": tx.now + HOUR,
        "inboxes": inboxes or (),
        "team": team_id,
        "kind": kind,
    }
    which = inboxes is not None, team_id is not None
    sorted_out = kind is not None
    sums: dict[str, Counter[str]] = {day: Counter() for day in days}
    for hour, *values in tx.all(store.hours[sorted_out][which], **bounds):
        if (found := sums.get(day_of(hour, zone))) is not None:
            found.update({name: int(value) for name, value in zip(COUNTS, values, strict=True)})
    people: dict[str, set[str]] = {day: set() for day in days}
    for hour, contact_id in tx.all(store.writers[sorted_out][which], **bounds):
        people.get(day_of(hour, zone), set()).add(contact_id)
    before, now = days[:length], days[length:]
    waits, waits_open = (_waits(now, sums, name) for name in ("waited", "waited_open"))
    shown = [Day(day, len(people[day]), *(sums[day][name] for name in TOLD)) for day in now]
    totals = _total(now, sums, people), _total(before, sums, people)
    return Numbers(shown, *totals, list(WAITS), waits, waits_open if settings.hours else None)


def _waits(days: list[str], sums: dict[str, Counter[str]], name: str) -> list[int]:
    return [sum(sums[day][f"{name}_{n}"] for day in days) for n in range(CLASSES)]


def _inboxes(tx: ReadTx, reach: Reach, channel: str | None) -> frozenset[str] | None:
    """Those that count, also such as were removed since; None for all."""
    if channel is None:
        return reach.inbox_ids
    found = frozenset(str(row[0]) for row in tx.all(store.inboxes_of_channel, of=channel))
    return found if reach.inbox_ids is None else found & reach.inbox_ids


def _total(days: list[str], sums: dict[str, Counter[str]], people: dict[str, set[str]]) -> Totals:
    everybody = set[str]().union(*(people[day] for day in days))
    return Totals(len(everybody), *(sum(sums[day][name] for day in days) for name in TOLD))

"""Ratings as screens read them, within reach."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from msgspec import Struct

from lyhord.contacts.views import contacts_by_id
from lyhord.kit.database import ReadTx
from lyhord.kit.ids import HIGHEST_ID
from lyhord.surveys import store
from lyhord.surveys.model import Asking, Kind, Mark
from lyhord.surveys.reading import asking_of, talks_of
from lyhord.surveys.results import Counted, Part, Spread, Step, counted_of, parts_of, spread_of, steps_of
from lyhord.workspaces.reach import Reach
from lyhord.workspaces.views import settings_of

MOST = 50_000
"""Askings that are counted of one stretch, the latest ones."""
MOST_OF_ONE = 200
PARTS = {
    "agents": "agent_id",
    "teams": "team_id",
    "inboxes": "inbox_id",
    "channels": "channel",
    "kinds": "ticket_kind",
    "languages": "language",
    "tags": "tags",
    "organizations": "organization_id",
    "reasons": "reason_id",
    "surveys": "survey_id",
}
Place = tuple[int, str]
FIRST: Place = (2**53, HIGHEST_ID)


class Only(Struct, frozen=True, kw_only=True):
    """Of which alone it is told; None: of all. `about`: answer, attitude or company."""

    about: str | None = None
    survey_id: str | None = None
    agent_id: str | None = None
    team_id: str | None = None
    inbox_id: str | None = None
    channel: str | None = None
    ticket_kind: str | None = None
    language: str | None = None
    organization_id: str | None = None
    reason_id: str | None = None
    tag: str | None = None


class Wanted(Struct, frozen=True):
    """Which ratings are listed: of a kind, with a mark, only those with words (`said`), given since then (Unix milliseconds)."""

    kind: Kind | None = None
    mark: Mark | None = None
    said: bool = False
    since: int = 0

    def means(self, one: Asking) -> bool:
        """Whether a rating is one of them; when it was given aside."""
        return (
            (self.kind is None or one.kind == self.kind)
            and (self.mark is None or one.mark == self.mark)
            and (not self.said or bool(one.words))
        )


class Results(Struct, frozen=True, kw_only=True):
    """What was asked in a stretch of days that ends today, and in the one of the same length before.

    `counted_since` (Unix milliseconds): where more than 50,000 were asked, only those since then count.
    """

    kind: Kind
    since: int
    counted_since: int | None
    now: Spread
    before: Spread
    steps: list[Step]
    agents: list[Part]
    teams: list[Part]
    inboxes: list[Part]
    channels: list[Part]
    kinds: list[Part]
    languages: list[Part]
    tags: list[Part]
    organizations: list[Part]
    reasons: list[Part]
    surveys: list[Part]


class RatingRow(Struct, frozen=True):
    """What somebody was asked and answered, who they are, and how far whoever looks after it has come (`task`: a state, or None)."""

    rating: Asking
    title: str
    task: str | None = None


def show_results(tx: ReadTx, reach: Reach, kind: Kind, length: int, only: Only) -> Results:
    """Ratings of one kind of survey that were asked for in the last `length` days, today included."""
    days, middle, first = _stretch(tx, length)
    rows, cut = _asked(tx, reach, kind, middle, tx.now + 1, only)
    before, _ = _asked(tx, reach, kind, first, middle, only)
    return Results(
        kind=kind,
        since=middle,
        counted_since=cut,
        now=spread_of(kind, rows),
        before=spread_of(kind, before),
        steps=steps_of(kind, rows, days),
        **{name: parts_of(kind, rows, by) for name, by in PARTS.items()},
    )


def list_ratings(
    tx: ReadTx, reach: Reach, wanted: Wanted, before: Place, most: int
) -> tuple[list[RatingRow], Place | None]:
    """A page of ratings, the latest first. It may be short, even empty, and more follow."""
    looked = [
        asking_of(row)
        for row in tx.all(store.answered_page, since=wanted.since, before=before[0], before_id=before[1], most=most + 1)
    ]
    page = looked[:most]
    found = [one for one in page if wanted.means(one) and reach.covers(one.inbox_id or "")]
    more = (page[-1].answered_at or 0, page[-1].id) if len(looked) > most else None
    return rows_of(tx, found), more


def of_conversations(tx: ReadTx, reach: Reach, conversation_ids: list[str]) -> list[RatingRow]:
    """What was asked in these conversations, and answered, the latest first."""
    rows = tx.all(store.of_conversations, ids=conversation_ids) if conversation_ids else ()
    latest = sorted(map(asking_of, rows), key=lambda one: one.id, reverse=True)[:MOST_OF_ONE]
    shown = [one for one in latest if one.asked_at is not None and reach.covers(one.inbox_id or "")]
    return rows_of(tx, shown)


def of_contact(tx: ReadTx, reach: Reach, contact_id: str) -> list[RatingRow]:
    """The same of a contact and of everybody who is one with them."""
    return of_conversations(tx, reach, talks_of(tx, contact_id))


def rows_of(tx: ReadTx, askings: list[Asking]) -> list[RatingRow]:
    """With names, and how far their tasks are."""
    contacts = contacts_by_id(tx, sorted({one.contact_id for one in askings})) if askings else {}
    ids = sorted({one.task_id for one in askings if one.task_id})
    tasks: dict[str, str] = dict(tx.all(store.states_of_tasks, ids=ids)) if ids else {}
    return [
        RatingRow(
            one,
            contacts[one.contact_id].name if one.contact_id in contacts else "",
            tasks.get(one.task_id or ""),
        )
        for one in askings
    ]


def _asked(tx: ReadTx, reach: Reach, kind: str, start: int, end: int, only: Only) -> tuple[list[Counted], int | None]:
    rows = tx.all(store.asked_between, start=start, end=end, most=MOST)
    cut = rows[-1][0] if len(rows) == MOST else None
    found = [one for one in map(counted_of, rows) if one.kind == kind and reach.covers(one.inbox_id or "")]
    for name in Only.__struct_fields__:
        wanted = getattr(only, name)
        if wanted is not None:
            found = [one for one in found if (wanted in one.tags if name == "tag" else getattr(one, name) == wanted)]
    return found, cut


def _stretch(tx: ReadTx, length: int) -> tuple[dict[str, int], int, int]:
    """When each step of it begins in the workspace's time zone, its first day, and the first of as many before (Unix milliseconds)."""
    zone = ZoneInfo(settings_of(tx).time_zone)
    today = datetime.fromtimestamp(tx.now / 1000, zone).date()
    by = 1 if length <= 35 else 7 if length <= 200 else 30
    shown = [today - timedelta(days=back) for back in range(length - 1, -1, -by)]
    begun = {day.isoformat(): _begin(day, zone) for day in shown}
    first, before = (_begin(today - timedelta(days=back), zone) for back in (length - 1, 2 * length - 1))
    return begun, first, before


def _begin(day: date, zone: ZoneInfo) -> int:
    return int(datetime(day.year, day.month, day.day, tzinfo=zone).timestamp() * 1000)

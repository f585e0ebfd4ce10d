"""Samples, reviews and their figures as screens read them. Who coaches sees all of it, an agent what is about their own work."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from msgspec import Struct

from lyhord.kit.clock import DAY, SECOND
from lyhord.kit.database import ReadTx
from lyhord.kit.ids import HIGHEST_ID, first_id_at
from lyhord.kit.problems import Invalid, NotFound
from lyhord.tickets.filters import Filter
from lyhord.tickets.model import FAR, TicketRow
from lyhord.tickets.reviews import store
from lyhord.tickets.reviews.model import Agreement, Review, Spread, agreement, paired, pick_sample, spreads
from lyhord.tickets.reviews.reading import get_card, get_review, read_review
from lyhord.tickets.views import open_list
from lyhord.workspaces.reach import Reach
from lyhord.workspaces.views import list_agents, settings_of

MOST_FINISHED = 2_000
"""Tickets of one agent and week among which lots are drawn."""
MOST_SHOWN = 100
MOST_COUNTED = 2_000
WEEKS_BACK = 12


class Drawn(Struct, frozen=True):
    """A ticket of a sample, and who has reviewed it by the card."""

    ticket: TicketRow
    reviewer_ids: list[str]


class Sample(Struct, frozen=True):
    """What was drawn by lot of what an agent finished in a week: of `finished` tickets within reach that nobody reviewed before."""

    agent_id: str
    finished: int
    drawn: list[Drawn]


class Figures(Struct, frozen=True):
    """How work was scored: by criterion the whole distribution, of all and by agent, and how two reviewers of one ticket agree.

    `reviews` is how many there are; by agent it is told with each, and no average: of a few reviews it says nothing about a person.
    """

    reviews: int
    all: list[Spread]
    agents: dict[str, list[Spread]]
    counts: dict[str, int]
    agreement: Agreement


def draw_sample(tx: ReadTx, reach: Reach, card_id: str, week: date, most: int) -> list[Sample]:
    """By agent the lots of a week (which begins on a Monday, in the workspace's time zone). The same for whoever asks, as often as they do.

    What was reviewed by the card before the week ended isn't drawn; what was reviewed since says by whom. Raises `Invalid` for another
    week than one of the last twelve that are over, and `NotFound`.
    """
    card = get_card(tx, card_id)
    zone = ZoneInfo(settings_of(tx).time_zone)
    start, end = (_begins(one, zone) for one in (week, week + timedelta(days=7)))
    if week.weekday() or not tx.now - WEEKS_BACK * 7 * DAY <= end <= tx.now:
        raise Invalid("Choose one of the last twelve weeks.", fields={"week": "review.week"})
    samples = []
    for agent in list_agents(tx):
        rows = tx.all(store.resolved_of, agent=agent.id, first=FAR - end, last=FAR - start, most=MOST_FINISHED)
        within = {one.id: one for one in open_list(tx, reach, None, Filter()).named(tx, [row[0] for row in rows])}
        known = [read_review(row) for row in tx.all(store.of_tickets, ids=sorted(within))] if within else []
        by_card = [one for one in known if one.card_id == card.id]
        before = {one.ticket_id for one in by_card if one.created_at < end}
        free = [one for one in within if one not in before]
        lots = pick_sample(f"{tx.workspace_id} {card.id} {week} {agent.id}", free, most)
        drawn = [Drawn(within[one], [each.reviewer_id for each in by_card if each.ticket_id == one]) for one in lots]
        if drawn:
            samples.append(Sample(agent.id, len(free), drawn))
    return samples


def list_reviews(tx: ReadTx, agent_id: str, before: str = HIGHEST_ID) -> list[Review]:
    """Those of an agent's work, the latest first."""
    return [read_review(row) for row in tx.all(store.of_agent, agent=agent_id, before=before, most=MOST_SHOWN)]


def list_reviews_of(tx: ReadTx, ticket_id: str, viewer: str | None, *, coaches: bool) -> list[Review]:
    """Those of a ticket that the viewer may see."""
    found = [read_review(row) for row in tx.all(store.of_tickets, ids=[ticket_id])]
    return sorted((one for one in found if coaches or one.agent_id == viewer), key=lambda one: one.id)


def show_review(tx: ReadTx, review_id: str, viewer: str | None, *, coaches: bool) -> Review:
    """One of them. Raises `NotFound` where the viewer may not see it."""
    found = get_review(tx, review_id)
    if not coaches and found.agent_id != viewer:
        raise NotFound("There is no such review.")
    return found


def show_figures(tx: ReadTx, card_id: str, days: int) -> Figures:
    """How work was scored by a card in so many days; at most the last 2,000 reviews count. Raises `NotFound`."""
    card = get_card(tx, card_id)
    rows = tx.all(store.of_card, card=card_id, first=first_id_at(tx.now - days * DAY), most=MOST_COUNTED)
    reviews = [read_review(row) for row in rows]
    by_agent: dict[str, list[Review]] = {}
    for one in reviews:
        by_agent.setdefault(one.agent_id, []).append(one)
    return Figures(
        reviews=len(reviews),
        all=spreads(card, [one.scores for one in reviews]),
        agents={key: spreads(card, [one.scores for one in its]) for key, its in sorted(by_agent.items())},
        counts={key: len(its) for key, its in sorted(by_agent.items())},
        agreement=agreement(paired(reviews), card.steps),
    )


def _begins(day: date, zone: ZoneInfo) -> int:
    return int(datetime.combine(day, datetime.min.time(), zone).timestamp() * SECOND)

"""Surges as screens read them."""

from collections.abc import Sequence

from msgspec import Struct

from lyhord.kit.database import ReadTx
from lyhord.kit.ids import HIGHEST_ID, id_time
from lyhord.tickets.filters import Filter
from lyhord.tickets.model import TicketRow
from lyhord.tickets.surges import store
from lyhord.tickets.surges.joining import MOST_LOOKED_AT, list_meant
from lyhord.tickets.surges.model import Call, Said, State, Surge, SurgeWords, Tally
from lyhord.tickets.surges.reading import calls_of, find_version, get_surge, read_surge, texts_of
from lyhord.tickets.views import open_list
from lyhord.workspaces.reach import Reach

MOST_SHOWN = 5
ARRIVED = ("delivered", "read")


class Counts(Struct, frozen=True):
    """How many conversations are in a surge, of them unresolved, and with a customer who waits; and how many haven't heard its update."""

    members: int
    unresolved: int
    waiting: int
    untold: int


class SurgeRow(Struct, frozen=True):
    """A surge in a list, with what the one who looks was asked: None where they weren't called in."""

    surge: Surge
    counts: Counts
    mine: Call | None = None


class Spoken(Struct, frozen=True):
    """Something said to members, and how far that is."""

    text: Said
    tally: Tally


class SurgeView(Struct, frozen=True):
    """A surge whole: all that it said, the latest first, and who was called in."""

    surge: Surge
    counts: Counts
    texts: list[Spoken]
    calls: list[Call]


class Heard(Struct, frozen=True):
    """What became of a text for a member: `delivery` is the message's state, `why` (a key) why it couldn't be said or delivered."""

    text_id: str
    state: State
    why: str | None
    delivery: str | None


class MemberRow(Struct, frozen=True):
    """A member as the list shows it. `came_at` is when the customer wrote that by which it came, `by_hand` whether somebody added it."""

    ticket: TicketRow
    came_at: int
    by_hand: bool
    heard: list[Heard]


class Looked(Struct, frozen=True):
    """How many wait now about something, of the latest `of`, and the first of them."""

    count: int
    of: int
    rows: list[TicketRow]


def list_surges(tx: ReadTx, agent_id: str | None, *, before: str = HIGHEST_ID, most: int = 50) -> list[SurgeRow]:
    """Those that last and those that are over, the latest first."""
    return [_row(tx, read_surge(row), agent_id) for row in tx.all(store.list_surges, before=before, most=most)]


def list_lasting(tx: ReadTx, agent_id: str | None) -> list[SurgeRow]:
    """Those that last, the first begun first."""
    return [_row(tx, read_surge(row), agent_id) for row in tx.all(store.list_running)]


def show_surge(tx: ReadTx, surge_id: str) -> SurgeView:
    """One surge; raises `NotFound`."""
    surge, texts = get_surge(tx, surge_id), texts_of(tx, surge_id)
    tallies = tallies_of(tx, [one.id for one in texts])
    spoken = [Spoken(one, tallies.get(one.id, Tally())) for one in texts]
    return SurgeView(surge, count(tx, surge), spoken, calls_of(tx, surge_id))


def show_text(tx: ReadTx, text: Said) -> Spoken:
    """One thing that was said."""
    return Spoken(text, tallies_of(tx, [text.id]).get(text.id, Tally()))


def count(tx: ReadTx, surge: Surge) -> Counts:
    """How many are in it."""
    members, unresolved, waiting = tx.one(store.count_members, of=surge.id) or (0, 0, 0)
    text = find_version(tx, surge)
    untold = tx.value(store.count_untold, of=surge.id, text=text.id) if text is not None and text.texts else 0
    return Counts(members, int(unresolved), int(waiting), untold or 0)


def tallies_of(tx: ReadTx, text_ids: Sequence[str]) -> dict[str, Tally]:
    """By text how far it is; those that are for nobody aside."""
    sums: dict[str, dict[str, int]] = {}
    for text_id, state, delivery, number in tx.all(store.tally, ids=list(text_ids)) if text_ids else ():
        mine = sums.setdefault(text_id, dict.fromkeys(Tally.__struct_fields__, 0))
        mine[state] += number
        mine["arrived"] += number if delivery in ARRIVED else 0
        mine["failed"] += number if delivery == "failed" else 0
    return {text_id: Tally(**found) for text_id, found in sums.items()}


def list_members(
    tx: ReadTx, reach: Reach, agent_id: str | None, surge_id: str, *, before: str = HIGHEST_ID, most: int = 50
) -> tuple[list[MemberRow], str | None]:
    """A page of members, who came last first, and where the next one begins. What is out of reach is left out: a page may be short."""
    rows = tx.all(store.page_of, of=surge_id, before=before, most=most + 1)
    page = rows[:most]
    place = page[-1][2] if len(rows) > most else None
    if not page:
        return [], None
    tickets = {one.id: one for one in open_list(tx, reach, agent_id, Filter()).named(tx, [row[1] for row in page])}
    ours = {one.id for one in texts_of(tx, surge_id)}
    heard: dict[str, list[Heard]] = {}
    for text_id, talk, state, why, delivery, error in tx.all(store.sayings_in, ids=[row[0] for row in page]):
        if text_id in ours:
            heard.setdefault(talk, []).append(Heard(text_id, state, why or error, delivery))
    shown = [
        MemberRow(tickets[ticket_id], id_time(message_id), how == "hand", heard.get(talk, []))
        for talk, ticket_id, message_id, how, _, _ in page
        if ticket_id in tickets
    ]
    return shown, place


def look(tx: ReadTx, reach: Reach, words: SurgeWords) -> Looked:
    """Who waits now about what these words say: how many, and the latest few."""
    found = sorted(list_meant(tx, words, reach), key=lambda one: (one.waiting_since or 0, one.id), reverse=True)
    rows = {
        one.id: one for one in open_list(tx, reach, None, Filter()).named(tx, [one.id for one in found[:MOST_SHOWN]])
    }
    return Looked(len(found), MOST_LOOKED_AT, [rows[one.id] for one in found[:MOST_SHOWN] if one.id in rows])


def first_members(tx: ReadTx, surge_id: str, most: int = MOST_SHOWN) -> list[tuple[str, str]]:
    """(conversation, ticket) of members to show an answer with, who came last first."""
    return [(row[0], row[1]) for row in tx.all(store.page_of, of=surge_id, before=HIGHEST_ID, most=most)]


def _row(tx: ReadTx, surge: Surge, agent_id: str | None) -> SurgeRow:
    mine = next((one for one in calls_of(tx, surge.id) if one.agent_id == agent_id), None)
    return SurgeRow(surge, count(tx, surge), mine)

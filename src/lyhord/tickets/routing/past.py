"""What is known of a day on which routing is to be tried: what was said, about which tickets, who was there, and by which routes."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec
from msgspec import structs

from lyhord.kit.clock import DAY, SECOND
from lyhord.kit.database import ReadTx
from lyhord.kit.ids import first_id_at, id_time
from lyhord.tickets.levels.clocks import KINDS
from lyhord.tickets.model import Ticket
from lyhord.tickets.routing import store
from lyhord.tickets.routing.arrivals import Facts, Said, Stretch, stretches
from lyhord.tickets.routing.comparing import Draft, Past
from lyhord.tickets.routing.model import Decision, Route
from lyhord.tickets.routing.presence import list_presence
from lyhord.tickets.routing.views import (
    Live,
    list_active_routes,
    list_intakes,
    match_tickets,
    read_world,
    weight_of,
)
from lyhord.tickets.views import rows_by_id
from lyhord.workspaces.views import settings_of

LOOK_BACK = 3 * DAY
"""Who wrote so long before the day and had no answer yet was waiting as it began."""

_decision = msgspec.json.Decoder(Decision)


def read_past(tx: ReadTx, draft: Draft, live: Live) -> Past:
    """The day of a draft. Filters are held against tickets as they are now, and agents do and read what they do now."""
    zone = ZoneInfo(settings_of(tx).time_zone)
    start, end = (
        int(datetime.combine(one, datetime.min.time(), zone).timestamp() * SECOND)
        for one in (draft.day, draft.day + timedelta(days=1))
    )
    rows = tx.all(store.said_between, first=first_id_at(start - LOOK_BACK), before=first_id_at(end))
    tickets = rows_by_id(tx, sorted({row[1] for row in rows if row[1] is not None}))
    channels = {one.id: one.channel for one in tickets}
    said = [
        Said(id_time(row_id), about if about in channels else None, by, agent_id, channels.get(about, ""))
        for row_id, about, by, agent_id in rows
    ]
    now = list_active_routes(tx)
    drafted = [Route(id=f"{place:03}", **structs.asdict(one)) for place, one in enumerate(draft.routes)]
    world = read_world(tx, now, list_presence(tx), live)
    members = {key: structs.replace(one, present=False, load=0, given_at=0) for key, one in world.members.items()}
    return Past(
        start=start,
        end=end,
        said=said,
        facts=_facts(tx, tickets, live),
        members=members,
        there=_there(tx, said, start, end),
        teams=world.teams,
        now=world.routes,
        now_of=_routes_of(tx, now, tickets),
        draft={one.id: one for one in drafted},
        draft_of=_routes_of(tx, drafted, tickets),
    )


def _routes_of(tx: ReadTx, routes: Sequence[Route], tickets: Sequence[Ticket]) -> dict[str, str]:
    return {ticket_id: one.id for ticket_id, one in match_tickets(tx, routes, tickets).items()}


def _facts(tx: ReadTx, tickets: Sequence[Ticket], live: Live) -> dict[str, Facts]:
    intakes = list_intakes(tx)
    had: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
    for ticket_id, talk, who in tx.all(store.list_known, ids=sorted({one.conversation_id for one in tickets})):
        had[talk].append((ticket_id, who))
    contacts = sorted({one.contact_id for one in tickets if one.contact_id})
    spoken = {row[0]: row[1] for row in tx.all(store.languages_of, ids=contacts)}
    promised: defaultdict[str, dict[int, int]] = defaultdict(dict)
    kinds = [name for name, kind in KINDS.items() if kind.ends == "answered"]
    for ticket_id, started_at, due_at in tx.all(store.promised_of, ids=[one.id for one in tickets], kinds=kinds):
        promised[ticket_id][started_at] = due_at - started_at
    return {
        one.id: Facts(
            weight=weight_of(one.inbox_id, one.channel, intakes, live),
            inbox_id=one.inbox_id,
            language=(spoken.get(one.contact_id or "") or "").split("-")[0] or None,
            known_id=next((who for ticket_id, who in had[one.conversation_id] if ticket_id < one.id), None),
            waits=one.waiting_since is not None,
            promised=promised[one.id],
        )
        for one in tickets
    }


def _there(tx: ReadTx, said: Sequence[Said], start: int, end: int) -> dict[str, tuple[Stretch, ...]]:
    """Who was there: whoever wrote something was, and routing noted at each decision who was and who wasn't."""
    seen: defaultdict[str, list[tuple[int, bool]]] = defaultdict(list)
    for one in said:
        if one.agent_id is not None and one.at >= start:
            seen[one.agent_id].append((one.at, True))
    for row_id, stored in tx.all(store.decided_between, first=first_id_at(start), before=first_id_at(end)):
        for other in _decision.decode(stored).considered:
            if other.no in ("", "full", "absent"):
                seen[other.agent_id].append((id_time(row_id), other.no != "absent"))
    return {agent_id: stretches(one, start, end) for agent_id, one in seen.items()}

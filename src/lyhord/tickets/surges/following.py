"""The follower by which conversations join surges. It runs behind the log: nobody who writes waits for it."""

from collections.abc import Sequence

from lyhord.kit.database import Tx
from lyhord.kit.events import Logged
from lyhord.kit.followers import Follower
from lyhord.tickets.rules.matching import KINDS, Occurrence, occurrences_of
from lyhord.tickets.rules.model import When
from lyhord.tickets.surges.events import SurgeBegun, SurgeChanged
from lyhord.tickets.surges.joining import fitting, gather, join
from lyhord.tickets.surges.model import Surge, finds_any, is_about
from lyhord.tickets.surges.reading import find_version, list_running, surges_among
from lyhord.tickets.surges.saying import say_to

WANTED: tuple[When, ...] = ("customer_wrote", "ticket_tagged", "kind_changed")
"""What may make a conversation a member."""


def follow(tx: Tx, events: Sequence[Logged]) -> None:
    """Let join what is about a surge that lasts, and have its public update said to whoever writes."""
    running = list_running(tx)
    if not running:
        return
    anew = {one.event.surge_id for one in events if isinstance(one.event, SurgeBegun | SurgeChanged)}
    for surge in running:
        if surge.id in anew:
            gather(tx, surge)
    found = occurrences_of(tx, events, WANTED)
    if not found:
        return
    for surge in running:
        if finds_any(surge):
            _take_in(tx, surge, found)
    _tell(tx, running, found)


FOLLOWER = Follower(name="surges", kinds=(*KINDS, SurgeBegun, SurgeChanged), handle=follow, batch=200, start="head")


def _take_in(tx: Tx, surge: Surge, found: Sequence[Occurrence]) -> None:
    meant = [one for one in found if one.ticket.status != "resolved" and is_about(surge, one.message)]
    fits = fitting(tx, surge, sorted({one.ticket.id for one in meant}))
    tickets = {one.ticket.id: one.ticket for one in meant if one.ticket.id in fits}
    join(tx, surge, list(tickets.values()), "found")


def _tell(tx: Tx, running: Sequence[Surge], found: Sequence[Occurrence]) -> None:
    """Say it to those who wrote: a machine isn't answered, and whoever heard this version hears it no more."""
    wrote = {one.ticket.conversation_id for one in found if one.when == "customer_wrote"}
    among = surges_among(tx, wrote)
    for surge in running:
        text = find_version(tx, surge) if surge.tells else None
        if text is not None and text.texts:
            say_to(tx, text, (talk for talk, there in among.items() if there.get(surge.id)))

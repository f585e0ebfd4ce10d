"""The follower that plans what is asked: when a ticket was resolved, or opened. Nobody who writes or answers waits for it."""

from collections.abc import Sequence

from lyhord.conversations.events import MessageReplied
from lyhord.kit.database import Tx
from lyhord.kit.events import Logged
from lyhord.kit.followers import Follower
from lyhord.surveys import store
from lyhord.surveys.actions import plan_askings
from lyhord.surveys.reading import asking_of, list_surveys
from lyhord.tickets.about import ticket_ids_of
from lyhord.tickets.events import TicketChanged, TicketOpened
from lyhord.tickets.views import rows_by_id


def follow(tx: Tx, logged: Sequence[Logged]) -> None:
    """Plan to ask about tickets that began, and about those that are done with; once about each."""
    if not any(one.on for one in list_surveys(tx)):
        return
    events = [one.event for one in logged]
    opened = {one.ticket_id for one in events if isinstance(one, TicketOpened) and not one.beside}
    done = {one.ticket_id for one in events if isinstance(one, TicketChanged) and one.status == "resolved"}
    with_answer = [one.message_id for one in events if isinstance(one, MessageReplied) and one.resolve]
    done |= set(ticket_ids_of(tx, with_answer).values()) if with_answer else set()
    tickets = {one.id: one for one in rows_by_id(tx, sorted(opened | done))}
    plan_askings(
        tx, [tickets[one] for one in sorted(opened) if one in tickets and tickets[one].last_inbound_id], "before"
    )
    resolved = [tickets[one] for one in sorted(done) if one in tickets and tickets[one].status == "resolved"]
    plan_askings(tx, [one for one in resolved if not _was_planned(tx, one.id)], "after")


def _was_planned(tx: Tx, ticket_id: str) -> bool:
    """Whether it is to be asked about still, or was asked about: a ticket that is resolved twice is asked about once."""
    found = map(asking_of, tx.all(store.of_ticket, ticket=ticket_id))
    return any(one.moment == "after" and one.state != "dropped" for one in found)


FOLLOWER = Follower("surveys", (TicketOpened, TicketChanged, MessageReplied), follow, batch=200, start="head")

"""What must be true at once: a customer who wrote has a ticket, and the list row tells the last words.

They run for the whole batch in the transaction of the message; when they fail, the message stays and a job tries again.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from lyhord.contacts.events import ContactChanged, ContactUnblocked
from lyhord.contacts.lineage import members_of, survivors
from lyhord.contacts.model import write_tags
from lyhord.conversations.events import MessageChanged, MessageReceived, MessageRemoved, MessageReplied, NoteAdded
from lyhord.conversations.groups.events import GroupChanged
from lyhord.conversations.model import QUIET, SETTLED, Said, gist, is_public, post_of, read_more
from lyhord.kit.clock import DAY, SECOND
from lyhord.kit.database import Tx
from lyhord.kit.events import Logged
from lyhord.kit.ids import id_time
from lyhord.kit.text import preview
from lyhord.tickets import about_store, store
from lyhord.tickets.about import (
    find_answered,
    find_meant,
    last_said,
    move_words,
    take_up,
    ticket_ids_of,
    tickets_of_messages,
)
from lyhord.tickets.actions import ticket_changed, write
from lyhord.tickets.changing import settled
from lyhord.tickets.events import TicketOpened, TicketReopened, TicketRetold
from lyhord.tickets.kinds.model import QUESTION
from lyhord.tickets.model import FAR, Ticket, read_ticket, shelf_of, waits_at
from lyhord.workspaces.views import settings_of

PREVIEW_LENGTH = 140
LONGEST_REOPEN = 365 * DAY
VANISHED = "talk.vanished"
"""Message key that stands where the words were."""
_REWORDED = ("edited", "call")


def ticket_inbound(tx: Tx, logged: Sequence[Logged]) -> None:
    """Open a ticket for whoever wrote, or move the open one on. History opens none, and a machine's answer moves none."""
    live = [one.event for one in logged if isinstance(one.event, MessageReceived) and not one.event.imported]
    if not live:
        return
    hear(tx, [one for one in _words(tx, [event.message_id for event in live]) if not one.blocked])


def let_in(tx: Tx, logged: Sequence[Logged]) -> None:
    """Who isn't blocked any more, and said something that nobody has answered, waits."""
    for event in (one.event for one in logged):
        if isinstance(event, ContactUnblocked):
            rows = tx.all(store.last_heard_of, contact_ids=list(survivors(tx, [event.contact_id]).values()))
            words = [said_of(row) for row in tx.all(store.words_of, ids=[row[0] for row in rows if row[0]])]
            waiting = [msgspec.structs.replace(one, blocked=False) for one in words if one.blocked]
            hear(tx, waiting)
            for ticket in _current(tx, waiting).values():
                tx.emit(ticket_changed(ticket))


def hear(tx: Tx, words: Sequence[Said]) -> None:
    """Let each open a ticket, or move one on: the one that it answers, else the current one."""
    current = _current(tx, words)
    aside = find_answered(tx, words, current, _reopens_since(tx)) if any(one.answers for one in words) else {}
    if aside:
        words = [one for one in words if not _hear_aside(tx, one, aside, current)]
    _pass_on(tx, words, current)
    before = dict(current)
    changed: dict[str, Ticket] = {}
    fresh: dict[str, Ticket] = {}
    for one in words:
        ticket = fresh.get(one.conversation_id) or current.get(one.conversation_id)
        if ticket is not None and one.quiet:
            after = _overheard(ticket, one)
        elif ticket is None and one.settled:
            continue
        elif ticket is not None and _goes_on(tx, ticket):
            after = _heard(ticket, one)
            if ticket.status == "resolved":
                tx.emit(TicketReopened(conversation_id=one.conversation_id, ticket_id=ticket.id))
        else:
            after = opened_ticket(tx, one, waiting=True)
            fresh[one.conversation_id] = after
            tx.emit(TicketOpened(conversation_id=one.conversation_id, inbox_id=one.inbox_id, ticket_id=after.id))
        if one.conversation_id in fresh:
            fresh[one.conversation_id] = after
        else:
            current[one.conversation_id] = changed[one.conversation_id] = after
    insert_tickets(tx, fresh, current)
    moved = [ticket for ticket in changed.values() if _place(ticket) != _place(before[ticket.conversation_id])]
    stayed = [ticket for ticket in changed.values() if _place(ticket) == _place(before[ticket.conversation_id])]
    tx.run_many(store.write_ticket, [write(ticket) for ticket in moved])
    tx.run_many(store.touch_ticket, [_touch(ticket) for ticket in stayed])


def _hear_aside(tx: Tx, one: Said, aside: dict[str, Ticket], current: Mapping[str, Ticket]) -> bool:
    """Move the ticket on that these words answer, where that isn't the current one. `aside` has it as it is then."""
    ticket = aside.get(one.id)
    if ticket is None or ticket.id == current[one.conversation_id].id:
        return False
    after = _overheard(ticket, one) if one.quiet else _heard(ticket, one)
    if after.status != ticket.status and ticket.status == "resolved":
        tx.emit(TicketReopened(conversation_id=one.conversation_id, ticket_id=ticket.id))
    aside.update({key: after for key, other in aside.items() if other.id == after.id})
    tx.run_many(store.write_ticket, [write(after)])
    move_words(tx, after, [one.id])
    return True


def _pass_on(tx: Tx, words: Sequence[Said], current: dict[str, Ticket]) -> None:
    """Where the current ticket is over and another one isn't, what is said now is about that one, the one last active."""
    over: dict[str, str] = {}
    for one in words:
        ticket = current.get(one.conversation_id)
        if ticket is not None and not one.quiet and not _goes_on(tx, ticket):
            over.setdefault(one.conversation_id, one.id)
    rows = tx.all(about_store.going_on, ids=sorted(over), since=FAR) if over else ()
    for ticket in sorted(map(read_ticket, rows), key=lambda one: one.last_activity_at):
        current[ticket.conversation_id] = ticket
    for conversation_id, message_id in over.items():
        if current[conversation_id].status != "resolved":
            take_up(tx, current[conversation_id], conversation_id, message_id)


def ticket_outbound(tx: Tx, logged: Sequence[Logged]) -> None:
    """An answer ends the waiting; whoever answers first owns a ticket that nobody owned. What was said elsewhere opens none."""
    for event in (one.event for one in logged):
        if not isinstance(event, MessageReplied) or event.imported:
            continue
        for one in _words(tx, [event.message_id]):
            before = _meant(tx, one, event)
            if before is not None and before.last_message_id == one.id:
                continue  # told already, by who had more to do with the ticket
            if event.automatic or (event.elsewhere and (before is None or before.status == "resolved")):
                _show_words(tx, before, one)
                if not event.automatic:
                    _answer_merged(tx, one, event)
                continue
            opened = before is None or not _goes_on(tx, before)
            ticket = opened_ticket(tx, one, waiting=False) if opened or before is None else before
            after = _answered(tx, ticket, one, event)
            if opened:
                insert_tickets(tx, {one.conversation_id: after}, _current(tx, [one]))
                tx.emit(TicketOpened(conversation_id=one.conversation_id, inbox_id=one.inbox_id, ticket_id=after.id))
            else:
                tx.run_many(store.write_ticket, [write(after)])
                if after.status != ticket.status:
                    tx.emit(ticket_changed(after))
            if event.ticket_id is None:
                _answer_merged(tx, one, event)


def _meant(tx: Tx, one: Said, event: MessageReplied) -> Ticket | None:
    """The ticket that our words are about: the one that somebody said, the one that they answer, or the current one.

    It has its turn from then on, unless nobody chose it.
    """
    current = _current(tx, [one])
    ticket = current.get(one.conversation_id)
    if event.automatic or event.elsewhere:
        return ticket
    wanted = find_meant(tx, one.conversation_id, event.ticket_id, one.answers) or ticket
    if wanted is None or (ticket is not None and wanted.id == ticket.id and _goes_on(tx, ticket)):
        return wanted
    if not _goes_on(tx, wanted):
        _pass_on(tx, [one], current)
        return current.get(one.conversation_id)
    return wanted if ticket is not None and wanted.id == ticket.id else take_up(tx, wanted, one.conversation_id, one.id)


def place_notes(tx: Tx, logged: Sequence[Logged]) -> None:
    """A note is about the ticket that its writer had before them."""
    for event in (one.event for one in logged):
        if isinstance(event, NoteAdded) and event.ticket_id and event.conversation_id:
            ticket = find_meant(tx, event.conversation_id, event.ticket_id, None)
            if ticket is not None and ticket_ids_of(tx, [event.message_id]).get(event.message_id) != ticket.id:
                move_words(tx, ticket, [event.message_id])


def _show_words(tx: Tx, ticket: Ticket | None, one: Said) -> None:
    """The row shows what we said, and nothing else changes: whoever waits goes on waiting. It opens no ticket."""
    if ticket is not None:
        shown = msgspec.structs.replace(
            ticket,
            preview=shown_words(one),
            preview_by="out",
            place=one.place,
            last_message_id=one.id,
            last_activity_at=id_time(one.id),
        )
        tx.run_many(store.write_ticket, [write(shown)])


def _answer_merged(tx: Tx, one: Said, event: MessageReplied) -> None:
    """Whoever is one with the customer who was answered has been answered, too."""
    merged = members_of(tx, [one.contact_id]).keys() - {one.contact_id} if one.contact_id else ()
    for row in tx.all(store.waiting_of, contact_ids=sorted(merged)) if merged else ():
        done = bool(event.resolve)
        after = msgspec.structs.replace(
            read_ticket(row),
            status="resolved" if done else "pending",
            resolved_at=tx.now if done else None,
            snoozed_until=None,
            waiting_since=None,
        )
        tx.run_many(store.write_ticket, [write(after)])
        tx.emit(ticket_changed(after))


def ticket_removal(tx: Tx, logged: Sequence[Logged]) -> None:
    """Last words that were taken back leave the row as it was before them: a customer who was answered waits again.

    Brought back they stand there again, and edited ones as they are now. Those that vanished were said all the same: only the words go.
    """
    for event in (one.event for one in logged):
        if (
            not isinstance(event, (MessageRemoved, MessageChanged))
            or event.conversation_id is None
            or event.inbox_id is None
        ):
            continue  # a note, which no row shows
        ticket = tickets_of_messages(tx, [event.message_id]).get(event.message_id)
        if ticket is None:
            continue
        after = _without_words(ticket, event) if _is_vanished(event) else _as_it_is_now(tx, ticket, event)
        if after != ticket:
            tx.run_many(store.write_ticket, [write(after)])
            if ticket.id not in (row[0] for row in tx.all(store.current_of, ids=[event.conversation_id])):
                tx.emit(TicketRetold(conversation_id=ticket.conversation_id, ticket_id=ticket.id))


def _is_vanished(event: MessageRemoved | MessageChanged) -> bool:
    return isinstance(event, MessageRemoved) and bool(event.vanished)


def _without_words(ticket: Ticket, event: MessageRemoved | MessageChanged) -> Ticket:
    if ticket.last_message_id != event.message_id:
        return ticket
    return msgspec.structs.replace(ticket, preview=VANISHED, subject=None)


def _as_it_is_now(tx: Tx, ticket: Ticket, event: MessageRemoved | MessageChanged) -> Ticket:
    message_id = last_said(tx, ticket)
    if message_id is None:  # nothing that was said is left
        only = isinstance(event, MessageRemoved) and event.message_id == ticket.last_message_id
        return msgspec.structs.replace(ticket, preview="", subject=None) if only else ticket
    [(direction, inbox_id, text, stored)] = tx.all(store.words_by_id, id=message_id)
    more, shown = read_more(stored), shown_words(_said_now(tx, message_id, text))
    if message_id == ticket.last_message_id:
        told = isinstance(event, MessageChanged) and event.message_id == message_id and event.change in _REWORDED
        return msgspec.structs.replace(ticket, preview=shown) if told else ticket
    if more.call is not None and more.call.state == "ringing":
        return ticket  # what becomes of it is told when it is known
    waits = direction == "in" and ticket.status != "resolved" and QUIET.isdisjoint(more.flags)
    return msgspec.structs.replace(
        ticket,
        preview=shown,
        preview_by=direction,
        place=post_of(more.place),
        inbox_id=inbox_id,
        last_message_id=message_id,
        last_activity_at=id_time(message_id),
        waiting_since=id_time(message_id) if waits else None,
        status="open" if waits else ticket.status,
    )


def rename_tickets(tx: Tx, logged: Sequence[Logged]) -> None:
    """A contact's new name stands on their tickets, a group's on its own."""
    for one in logged:
        if isinstance(one.event, GroupChanged) and "renamed" in one.event.changes:
            tx.run(store.rename_group, of=one.event.conversation_id)
        if isinstance(one.event, ContactChanged):
            name = tx.value(store.contact_name, of=one.event.contact_id)
            if name is not None:
                tx.run(store.rename_tickets, of=one.event.contact_id, title=name)


def shown_words(one: Said) -> str:
    """The beginning of what was said, in a group after who said it."""
    words = one.text or one.subject or ""
    return preview(f"{one.speaker}: {words}" if one.speaker and words else words, PREVIEW_LENGTH)


def _said_now(tx: Tx, message_id: str, text: str) -> Said:
    """A message as it is now."""
    rows = tx.all(store.words_of, ids=[message_id])
    return said_of(rows[0]) if rows else Said(message_id, "", text, None, None, None, None, None, None, "")


def _place(ticket: Ticket) -> tuple[str, int | None, int]:
    """What decides where a ticket that heard something stands: who waits already, keeps their place."""
    return ticket.status, ticket.waiting_since, waits_at(ticket)


def _touch(ticket: Ticket) -> dict[str, Any]:
    return {"key": ticket.id, **{name: getattr(ticket, name) for name in store.TOUCHING}}


def _words(tx: Tx, message_ids: Sequence[str]) -> list[Said]:
    """In the order in which they were said, since the last one is what the row shows."""
    carried = [tx.carried[message_id] for message_id in message_ids if message_id in tx.carried]
    if len(carried) < len(message_ids):
        carried = [said_of(row) for row in tx.all(store.words_of, ids=message_ids)]
    return sorted(carried, key=lambda one: one.id)


def said_of(row: tuple[Any, ...]) -> Said:
    """A row of `store.words_of`."""
    more = read_more(row[-1])
    said, flags = Said(*row[:-3]), more.flags
    return msgspec.structs.replace(
        said,
        text=gist(row[-3], said.text, None, more.call),
        quiet=not QUIET.isdisjoint(flags),
        blocked="blocked" in flags,
        settled=not SETTLED.isdisjoint(flags),
        place=post_of(more.place),
        speaker="" if "unsupported" in flags else row[-2] or "",
        answers=more.answers,
    )


def place_in(more: str) -> str | None:
    """Of a message's `more` column, as a ticket has it: how the post begins under which everybody can read it."""
    return post_of(read_more(more).place) if is_public(more) else None


def _current(tx: Tx, words: Sequence[Said]) -> dict[str, Ticket]:
    ids = sorted({one.conversation_id for one in words})
    return {row[1]: read_ticket(row) for row in tx.all(store.current_of, ids=ids)}


def _goes_on(tx: Tx, ticket: Ticket) -> bool:
    """Whether new words belong to this ticket: it isn't resolved, or was so a short while ago."""
    return ticket.status != "resolved" or (ticket.resolved_at is not None and ticket.resolved_at >= _reopens_since(tx))


def _reopens_since(tx: Tx) -> int:
    """Words reopen what was resolved then or later (Unix milliseconds)."""
    return tx.now - min(settings_of(tx).reopen_seconds * SECOND, LONGEST_REOPEN)


def _heard(ticket: Ticket, one: Said) -> Ticket:
    return msgspec.structs.replace(
        _overheard(ticket, one),
        status="open",
        snoozed_until=None,
        resolved_at=None,
        spam_at=None,
        waiting_since=ticket.waiting_since or id_time(one.id),
    )


def _overheard(ticket: Ticket, one: Said) -> Ticket:
    """The row shows the words, and nothing else changes: what a machine answers wakes nobody."""
    return msgspec.structs.replace(
        ticket,
        preview=shown_words(one),
        preview_by="in",
        place=one.place,
        subject=one.subject or ticket.subject,
        channel=one.channel or ticket.channel,
        inbox_id=one.inbox_id,
        last_message_id=one.id,
        last_inbound_id=one.id,
        last_activity_at=id_time(one.id),
    )


def _answered(tx: Tx, ticket: Ticket, one: Said, event: MessageReplied) -> Ticket:
    if ticket.last_inbound_id and ticket.last_inbound_id > one.id:
        # Of one batch: the customer wrote again before we heard of it.
        return msgspec.structs.replace(ticket, waiting_since=id_time(ticket.last_inbound_id))
    after = msgspec.structs.replace(
        ticket,
        status="resolved" if event.resolve else "pending",
        resolved_at=tx.now if event.resolve else None,
        snoozed_until=None,
        owner_agent_id=ticket.owner_agent_id or event.agent_id,
        preview=shown_words(one),
        preview_by="out",
        place=one.place,
        channel=one.channel or ticket.channel,
        inbox_id=one.inbox_id,
        last_message_id=one.id,
        waiting_since=None,
        last_activity_at=id_time(one.id),
    )
    return settled(tx, after) if event.resolve else after


def opened_ticket(tx: Tx, one: Said, *, waiting: bool) -> Ticket:
    """A ticket that these words open, not yet written."""
    said_at = id_time(one.id)
    return Ticket(
        id=tx.new_id(),
        conversation_id=one.conversation_id,
        contact_id=one.contact_id,
        kind=QUESTION,
        status="open" if waiting else "pending",
        owner_agent_id=None,
        owner_team_id=None,
        title=one.name or one.title or one.value or "",
        preview=shown_words(one),
        preview_by="in" if waiting else "out",
        place=one.place,
        subject=one.subject,
        channel=one.channel or "",
        inbox_id=one.inbox_id,
        last_message_id=one.id,
        last_inbound_id=one.id if waiting else None,
        waiting_since=said_at if waiting else None,
        last_activity_at=said_at,
        snoozed_until=None,
        opened_at=tx.now,
        resolved_at=None,
        spam_at=None,
        begins_id=one.id,
    )


def insert_tickets(tx: Tx, fresh: Mapping[str, Ticket], current: Mapping[str, Ticket]) -> None:
    """Write new tickets, by conversation; `current` has the current one of those conversations that had one."""
    aged = [conversation_id for conversation_id in fresh if conversation_id in current]
    tx.run_many(store.age_tickets, [{"of": conversation_id} for conversation_id in aged])
    tx.run_many(store.insert_ticket, [_row(ticket, current=1) for ticket in fresh.values()])


def insert_row(tx: Tx, ticket: Ticket) -> None:
    """Write a new ticket that isn't its conversation's current one."""
    tx.run_many(store.insert_ticket, [_row(ticket, current=None)])


def _row(ticket: Ticket, *, current: int | None) -> dict[str, Any]:
    return {
        **{name: getattr(ticket, name) for name in ticket.__struct_fields__},
        "signs": " ".join(ticket.signs),
        "attributes": msgspec.json.encode(ticket.attributes).decode(),
        "tags": write_tags(ticket.tags),
        "shelf": shelf_of(ticket.status),
        "waits_at": waits_at(ticket),
        "current": current,
        "rating_score": None,
        "rating_survey": None,
    }

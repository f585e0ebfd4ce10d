"""Which reactions follow which events, for everything from tickets down. `app` hands this to the database."""

from lyhord.contacts.events import ContactChanged, ContactMerged, ContactSeparated, ContactUnblocked
from lyhord.conversations.events import (
    MessageChanged,
    MessageReceived,
    MessageRemoved,
    MessageReplied,
    MessagesMoved,
    NoteAdded,
)
from lyhord.conversations.groups.events import GroupChanged
from lyhord.conversations.keywords.reactions import heed_keywords
from lyhord.conversations.optouts.reactions import heed_wishes
from lyhord.conversations.reactions import give_messages_back
from lyhord.conversations.scheduled.reactions import hold_scheduled
from lyhord.conversations.sides.events import SideAnswered
from lyhord.conversations.sides.reactions import move_sides
from lyhord.conversations.templates.reactions import follow_inboxes
from lyhord.conversations.timers.reactions import carry_timers
from lyhord.conversations.watching.reactions import watch_on
from lyhord.hearing.language_model.events import LanguageModelChanged
from lyhord.hearing.reasons.reactions import know_reasons
from lyhord.hearing.themes.events import ThemesChanged
from lyhord.hearing.themes.titling import ask_for_names
from lyhord.kit.database.reactions import Reaction
from lyhord.kit.events import Event
from lyhord.tickets.complaints.reactions import drop_complaints, keep_complaints
from lyhord.tickets.events import (
    TicketAttributesChanged,
    TicketDropped,
    TicketKindChanged,
    TicketMessagesMoved,
    TicketOpened,
)
from lyhord.tickets.kinds.reactions import know_kinds
from lyhord.tickets.reactions import (
    let_in,
    place_notes,
    rename_tickets,
    ticket_inbound,
    ticket_outbound,
    ticket_removal,
)
from lyhord.tickets.routing.reactions import own_at_once
from lyhord.tickets.separation import follow_moved_words
from lyhord.tickets.tasks.events import TaskChanged
from lyhord.tickets.tasks.reactions import hand_tasks_on
from lyhord.tickets.wordings.actions import drop_wordings
from lyhord.workspaces.events import InboxChanged, WorkspaceChanged

REACTIONS: dict[Reaction, tuple[type[Event], ...]] = {
    give_messages_back: (ContactSeparated,),
    carry_timers: (ContactMerged, ContactSeparated),
    heed_wishes: (MessageReceived,),
    heed_keywords: (MessageReceived,),
    ticket_inbound: (MessageReceived,),
    hold_scheduled: (MessageReceived, SideAnswered),
    watch_on: (ContactMerged,),
    ticket_outbound: (MessageReplied,),
    own_at_once: (TicketOpened,),
    keep_complaints: (TicketOpened, TicketKindChanged, TicketAttributesChanged, TaskChanged),
    drop_complaints: (TicketDropped,),
    place_notes: (NoteAdded,),
    ticket_removal: (MessageRemoved, MessageChanged),
    let_in: (ContactUnblocked,),
    rename_tickets: (ContactChanged, GroupChanged),
    follow_moved_words: (MessagesMoved,),
    hand_tasks_on: (TicketDropped,),
    move_sides: (MessagesMoved,),
    know_kinds: (WorkspaceChanged,),
    know_reasons: (WorkspaceChanged,),
    follow_inboxes: (InboxChanged,),
    ask_for_names: (LanguageModelChanged, ThemesChanged),
    drop_wordings: (MessageChanged, MessageRemoved, MessagesMoved, TicketMessagesMoved, TicketDropped),
}

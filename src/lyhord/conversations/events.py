"""What happens in conversations. Each names what changed by id; the words stay in their rows."""

from typing import Literal

from lyhord.conversations.canned import events as canned
from lyhord.conversations.groups import events as groups
from lyhord.conversations.scheduled import events as scheduled
from lyhord.conversations.sharing import events as shared
from lyhord.conversations.sides import events as sides
from lyhord.conversations.signatures import events as signatures
from lyhord.conversations.templates import events as templates
from lyhord.conversations.timers import events as timers
from lyhord.conversations.translation import events as translation
from lyhord.conversations.watching import events as watching
from lyhord.kit.events import Event

Change = Literal["edited", "reacted", "restored", "amendment", "fetched", "call", "hidden", "shown", "timed"]


class MessageReceived(Event, frozen=True, kw_only=True, tag="message.received"):
    """A contact said something. `imported` is 1 for history, which nobody waits for, `answered` for a call that somebody took."""

    message_id: str
    contact_id: str | None = None
    imported: int = 0
    answered: int = 0


class MessageReplied(Event, frozen=True, kw_only=True, tag="message.replied"):
    """The company said something; its delivery is queued. `resolve` is 1 when the work is done with it, `automatic` when no person did.

    `elsewhere` is 1 where it was said in the app of the channel's owner: there is no delivery, and nobody knows by which agent.
    `ticket_id`: the ticket that it is about, where somebody said so.
    """

    message_id: str
    agent_id: str | None = None
    imported: int = 0
    resolve: int = 0
    automatic: int = 0
    elsewhere: int = 0
    ticket_id: str | None = None


class NoteAdded(Event, frozen=True, kw_only=True, tag="note.added"):
    """An agent wrote something that never leaves. `mentions` are the agents named, those of named teams among them.

    `ticket_id`: the ticket that it is about, where somebody said so.
    """

    message_id: str
    agent_id: str | None = None
    mentions: tuple[str, ...] = ()
    ticket_id: str | None = None


class MessageChanged(Event, frozen=True, kw_only=True, tag="message.changed"):
    """A message that was there has other words, other reactions, is back, is hidden or shown, or its amendment or call came further;
    `timed`: only now it is known when it vanishes.
    """

    message_id: str
    change: Change


class MessageRemoved(Event, frozen=True, kw_only=True, tag="message.removed"):
    """A message was undone or deleted; its words are gone from it. `vanished` is 1 where its time was up: it was said all the same."""

    message_id: str
    vanished: int = 0


class DeliveryChanged(Event, frozen=True, kw_only=True, tag="delivery.changed"):
    """An outbound message came further, or didn't."""

    message_id: str
    state: str


class ConversationStarted(Event, frozen=True, kw_only=True, tag="conversation.started"):
    """The first word between the company and a contact, or in a group."""

    contact_id: str | None = None


class ConversationRead(Event, frozen=True, kw_only=True, tag="conversation.read"):
    """The customer has read up to a message."""

    message_id: str


class ConversationSeen(Event, frozen=True, kw_only=True, tag="conversation.seen"):
    """An agent has read up to a message. Told to that agent alone."""

    agent_id: str
    message_id: str


class DraftChanged(Event, frozen=True, kw_only=True, tag="draft.changed"):
    """An agent's unsent words changed. Told to that agent alone."""

    agent_id: str


class MessagesMoved(Event, frozen=True, kw_only=True, tag="conversation.moved"):
    """Messages went back to a contact who was separated: both timelines are to be read afresh.

    `into_id` is the conversation that they went into; None in the event of that conversation itself.
    """

    contact_id: str
    into_id: str | None = None


EVENTS = (
    MessageReceived,
    MessageReplied,
    NoteAdded,
    MessageChanged,
    MessageRemoved,
    DeliveryChanged,
    ConversationStarted,
    ConversationRead,
    ConversationSeen,
    DraftChanged,
    MessagesMoved,
    *canned.EVENTS,
    *groups.EVENTS,
    *scheduled.EVENTS,
    *shared.EVENTS,
    *sides.EVENTS,
    *signatures.EVENTS,
    *templates.EVENTS,
    *timers.EVENTS,
    *translation.EVENTS,
    *watching.EVENTS,
)

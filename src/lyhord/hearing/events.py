"""What is heard in messages."""

from lyhord.hearing.entities import events as entities
from lyhord.hearing.language_model import events as language_models
from lyhord.hearing.reasons import events as reasons
from lyhord.hearing.themes import events as themes
from lyhord.kit.events import Event


class MessageHeard(Event, frozen=True, kw_only=True, tag="message.heard"):
    """More is known of messages of a conversation: their language, which stands in their rows, or what else was heard in them.

    One event for a conversation, an inbox and a moment. `told_contact` is 1 where the language of one is the contact's from now on.
    """

    message_ids: tuple[str, ...]
    told_contact: int = 0


class AllHeard(Event, frozen=True, kw_only=True, tag="hearing.all_heard"):
    """Everything that was ever said has been heard anew, without an event for each: whoever made something of it makes it anew."""


EVENTS = (MessageHeard, AllHeard, *entities.EVENTS, *language_models.EVENTS, *reasons.EVENTS, *themes.EVENTS)

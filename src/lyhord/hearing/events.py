"""What is heard in messages."""

from lyhord.kit.events import Event


class MessageHeard(Event, frozen=True, kw_only=True, tag="message.heard"):
    """It is known in which language a message is; that stands in its row. `told_contact` is 1 where it is the contact's from now on."""

    message_id: str
    told_contact: int = 0


EVENTS = (MessageHeard,)

"""What happens to watching."""

from lyhord.kit.events import Event


class ConversationWatched(Event, frozen=True, kw_only=True, tag="conversation.watched"):
    """An agent watches a conversation from now on, or with `watching` 0 no more."""

    agent_id: str
    watching: int = 1


EVENTS = (ConversationWatched,)

"""What happens to coaching notes. The words stand in the rows."""

from lyhord.kit.events import Event


class CoachingNoteWritten(Event, frozen=True, kw_only=True, tag="coaching.written"):
    """Somebody wrote to an agent, or with `answer` the agent to them. Told to `agent_ids` alone: the agent, and who coaches.

    `agent_id` is for whom it is new.
    """

    note_id: str
    agent_id: str
    agent_ids: tuple[str, ...]
    answer: bool = False


class CoachingNoteChanged(Event, frozen=True, kw_only=True, tag="coaching.changed"):
    """A coaching note was read, or taken back. Told to `agent_ids` alone."""

    note_id: str
    agent_ids: tuple[str, ...]


EVENTS = (CoachingNoteWritten, CoachingNoteChanged)

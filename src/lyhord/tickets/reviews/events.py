"""What happens to score cards and reviews. The words stand in the rows."""

from lyhord.kit.events import Event


class ScoreCardChanged(Event, frozen=True, kw_only=True, tag="score_card.changed"):
    """A score card was made, changed or removed."""

    card_id: str


class ReviewChanged(Event, frozen=True, kw_only=True, tag="review.changed"):
    """Somebody's work was reviewed, the review was changed or taken back, or the agent answered.

    Told to `agent_ids` alone: whose work it was, and who coaches. `agent_id` is for whom it says something new; empty: for nobody.
    """

    review_id: str
    agent_ids: tuple[str, ...]
    ticket_id: str = ""
    agent_id: str = ""


EVENTS = (ScoreCardChanged, ReviewChanged)

"""What happens to reasons and to the models that tell them."""

from lyhord.hearing.findings.model import REASON
from lyhord.kit.events import Event


class ReasonChanged(Event, frozen=True, kw_only=True, tag="reason.changed"):
    """A reason was added, changed, placed elsewhere, archived or merged into another one."""

    reason_id: str


class ModelTrained(Event, frozen=True, kw_only=True, tag="model.trained"):
    """What tells findings of a kind (reason, complaint) learned from corrections: a version was made, or another one is in use.

    `current` is the one in use, 0 for the one that came with the product.
    """

    version: int
    current: int
    of: str = REASON


EVENTS = (ReasonChanged, ModelTrained)

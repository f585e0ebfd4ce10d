"""What happens to rules. What one did is told by the events of its steps, whose actor it is."""

from lyhord.kit.events import Event


class RuleChanged(Event, frozen=True, kw_only=True, tag="rule.changed"):
    """A rule was made, changed, moved, switched on or off, removed or put back."""

    rule_id: str


class RulePaused(Event, frozen=True, kw_only=True, tag="rule.paused"):
    """A rule failed several times one after another, last on this ticket, and rests until somebody switches it on."""

    rule_id: str
    ticket_id: str


EVENTS = (RuleChanged, RulePaused)

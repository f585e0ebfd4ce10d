"""What happens to signatures."""

from lyhord.kit.events import Event


class SignatureChanged(Event, frozen=True, kw_only=True, tag="signature.changed"):
    """An agent, or else the inbox that is named, has another signature, or none any more."""

    agent_id: str | None = None


EVENTS = (SignatureChanged,)

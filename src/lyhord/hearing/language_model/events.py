"""What happens to a workspace's language model."""

from lyhord.kit.events import Event


class LanguageModelChanged(Event, frozen=True, kw_only=True, tag="language_model.changed"):
    """The workspace has a language model, another one, other uses of it, or none any more."""


EVENTS = (LanguageModelChanged,)

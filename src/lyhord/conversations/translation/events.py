"""What happens to the translator and to what it has translated."""

from lyhord.kit.events import Event


class TranslatorChanged(Event, frozen=True, kw_only=True, tag="translator.changed"):
    """The workspace has a translator, another one, other words that it must know, or none any more."""


class MessageTranslated(Event, frozen=True, kw_only=True, tag="message.translated"):
    """A message is there in more languages, or it couldn't be translated; the words stand in its row."""

    message_id: str


EVENTS = (TranslatorChanged, MessageTranslated)

"""What a customer states of themselves in a message, as it is kept."""

from lyhord.contacts.facts.model import Told


def say(text: str, language: str) -> list[Told]:
    """What somebody states in a text of a language (`sv`; "" unknown): nothing, too."""
    from lyhord.hearing.facts.detector import find_facts, opposite_of  # noqa: PLC0415 - a server spares it

    return [
        Told(each.kind, each.text, each.quote, each.confidence, each.topic, opposite_of(each.topic), each.holds)
        for each in find_facts(text, language)
    ]

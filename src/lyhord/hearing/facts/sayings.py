"""What a customer states of themselves in a message, as it is kept."""

from lyhord.contacts.facts.heard import Saying, Told


def say(message_id: str, contact_id: str, text: str, language: str) -> Saying:
    """What a contact, merged or not, states in a text of a language (`sv`; "" unknown): nothing, too."""
    from lyhord.hearing.facts.detector import find_facts, opposite_of  # noqa: PLC0415 - an idle server spares it

    told = [
        Told(each.kind, each.text, each.quote, each.confidence, each.topic, opposite_of(each.topic), each.holds)
        for each in find_facts(text, language)
    ]
    return Saying(message_id, contact_id, told)

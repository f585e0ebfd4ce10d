"""Answer buttons: what may stand on them, and which one somebody pressed or named by its number."""

import re
from collections.abc import Mapping, Sequence

from msgspec import Struct

from lyhord.conversations import store
from lyhord.conversations.exchange import InboundMessage
from lyhord.conversations.model import read_more
from lyhord.kit.database import ReadTx
from lyhord.kit.problems import Invalid
from lyhord.kit.text import clean_name

MOST_BUTTONS = 10
LABEL_LIMIT = 60

_NUMBER = re.compile(r"\s*(\d{1,2})\ufe0f?\u20e3?\s*[.):]?\s*")


class Choice(Struct, frozen=True):
    """Which button of which message, from 1."""

    message_id: str
    number: int


def clean_buttons(labels: Sequence[str]) -> tuple[str, ...]:
    """The labels without empty ones. Raises `Invalid` for more than ten, for one twice, and for one too long."""
    found = tuple(filter(None, (clean_name(label, LABEL_LIMIT + 1) for label in labels)))
    if len(found) > MOST_BUTTONS or len({label.casefold() for label in found}) < len(found):
        raise Invalid("At most ten buttons, each once.", key="problem.buttons", fields={"buttons": "problem.buttons"})
    if any(len(label) > LABEL_LIMIT for label in found):
        raise Invalid("A button is too long.", key="problem.button_long", fields={"buttons": "problem.button_long"})
    return found


def may_choose(inbound: InboundMessage) -> bool:
    """Whether it is worth looking for the buttons that it answers: most messages aren't, and what the company says never is."""
    return not inbound.ours and (inbound.chosen is not None or _NUMBER.fullmatch(inbound.text) is not None)


def find_choice(
    tx: ReadTx, conversation_id: str, inbound: InboundMessage, answered: Mapping[tuple[str, str], str]
) -> Choice | None:
    """Which button is meant: of the message that is answered, else of what we said last in the conversation.

    A number is one only where the buttons had left as numbered lines.
    """
    named = (answered.get((conversation_id, reference)) for reference in inbound.answers)
    message_id = next(filter(None, named), None) or tx.value(store.last_said_to, id=conversation_id)
    body = tx.value(store.more_of, id=message_id) if message_id else None
    if body is None:
        return None
    more = read_more(body)
    number = _pressed(more.buttons, inbound) or (_numbered(inbound.text) if more.numbered else 0)
    return Choice(message_id, number) if 1 <= number <= len(more.buttons) else None


def _pressed(labels: tuple[str, ...], inbound: InboundMessage) -> int:
    if inbound.chosen is None:
        return 0
    for said in (inbound.text, inbound.chosen):
        if said in labels:
            return labels.index(said) + 1
    return _numbered(inbound.chosen)


def _numbered(text: str) -> int:
    found = _NUMBER.fullmatch(text)
    return int(found[1]) if found else 0

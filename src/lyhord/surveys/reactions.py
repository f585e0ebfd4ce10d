"""What must be true at once when somebody answers a survey: it is a rating, and nobody waits for an answer to it.

Who was asked is only looked for where a message reads like a rating, which few do: receiving pays for a regular expression.
"""

from collections.abc import Sequence
from typing import Any

from msgspec.structs import replace

from lyhord.conversations import store as conversations
from lyhord.conversations.actions.reply import row_by_name
from lyhord.conversations.events import MessageReceived
from lyhord.conversations.model import RATING, More, Said, is_public, read_more, write_more
from lyhord.kit.database import Tx
from lyhord.kit.events import Logged
from lyhord.surveys import store
from lyhord.surveys.actions import take_rating
from lyhord.surveys.model import HOLDS, SECOND_THOUGHT, Asking, mark_of
from lyhord.surveys.reading import asking_of
from lyhord.surveys.understanding import Parsed, needs_person, parse, score_of


def heed_ratings(tx: Tx, logged: Sequence[Logged]) -> None:
    """Take the ratings among what customers said. One with words that want an answer is a message like others, too."""
    said = [one.event for one in logged if isinstance(one.event, MessageReceived)]
    heard = [(event, parsed) for event in said if (parsed := _parsed(tx, event)) is not None]
    if not heard:
        return
    talks = sorted({event.conversation_id for event, _ in heard if event.conversation_id})
    rows = tx.all(store.open_among, ids=talks, since=tx.now - HOLDS)
    asked = {one.conversation_id: one for one in map(asking_of, rows)}
    for event, parsed in heard:
        asking = asked.get(event.conversation_id or "")
        if asking is not None:
            _heed(tx, event, parsed, asking)


def _parsed(tx: Tx, event: MessageReceived) -> Parsed | None:
    """What a message says as a rating. One that isn't carried (it is told of again) is read."""
    if event.imported or event.contact_id is None:
        return None
    said = tx.carried.get(event.message_id)
    if isinstance(said, Said):
        return None if said.quiet or said.blocked or said.place is not None else parse(said.text)
    row = tx.one(conversations.message_row, id=event.message_id)
    return parse(row_by_name(row)["text"]) if row else None


def _heed(tx: Tx, event: MessageReceived, parsed: Parsed, asking: Asking) -> None:
    score = score_of(parsed, asking.kind)
    row = tx.one(conversations.message_row, id=event.message_id)
    if score is None or row is None:
        return
    message = row_by_name(row)
    more = read_more(message["more"])
    if is_public(message["more"]) or RATING in more.flags or not _is_answer(tx, message, more, asking, parsed):
        return
    take_rating(tx, asking, score, parsed.words, event.message_id)
    if needs_person(parsed.words, mark_of(asking.kind, score)):
        return
    flagged = replace(more, flags=tuple(sorted({*more.flags, RATING})))
    tx.run(store.set_more, key=event.message_id, more=write_more(flagged))
    said = tx.carried.get(event.message_id)
    if isinstance(said, Said):
        tx.carried[event.message_id] = replace(said, quiet=True, settled=True)


def _is_answer(tx: Tx, message: dict[str, Any], more: More, asking: Asking, parsed: Parsed) -> bool:
    """Whether it answers the question: it says so, or the question is the last thing that we said.

    Who answered already may think better of it, for a while and without other words.
    """
    if asking.state == "answered" and (parsed.words or tx.now > (asking.answered_at or 0) + SECOND_THOUGHT):
        return False
    if more.answers is not None:
        return more.answers == asking.message_id
    last = tx.value(conversations.last_said_to, id=message["conversation_id"])
    return bool(last == asking.message_id)

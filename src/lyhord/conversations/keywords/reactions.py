"""What must be true at once when somebody sends a keyword: it was answered, and what it stands for is noted."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec
from typing_extensions import TypeIs

from lyhord.contacts.actions.edit import ContactChange, change_contact
from lyhord.contacts.consents.actions import Answered, record_consent
from lyhord.contacts.model import MOST_TAGS
from lyhord.contacts.reading import get_contact
from lyhord.conversations import store as conversations
from lyhord.conversations.actions.note import add_note
from lyhord.conversations.actions.reply import answer_by_itself, row_by_name
from lyhord.conversations.events import MessageReceived
from lyhord.conversations.exchange import Address
from lyhord.conversations.keywords import store
from lyhord.conversations.keywords.model import Keyword, read_keywords
from lyhord.conversations.model import QUIET, Note, Said, is_public, read_more
from lyhord.conversations.optouts.model import only_word
from lyhord.conversations.optouts.views import is_opted_out
from lyhord.kit.database import Tx
from lyhord.kit.events import Logged
from lyhord.kit.words import say
from lyhord.workspaces.views import settings_of

OFFERS = "offers"
_NOBODYS = QUIET | {"blocked"}


def heed_keywords(tx: Tx, logged: Sequence[Logged]) -> None:
    """For each message that is nothing but a word. What an answer settles makes no work; who wants a call waits for it."""
    live = [event for event in (one.event for one in logged) if _is_said_now(event)]
    read = _rows(tx, [event.message_id for event in live if not isinstance(tx.carried.get(event.message_id), Said)])
    short = [(event, word) for event, text in _said(tx, live, read) if (word := only_word(text))]
    if not short:
        return
    rows = tx.all(store.settings_of_inboxes, ids=sorted({event.inbox_id or "" for event, _ in short}))
    keywords = {inbox_id: read_keywords(msgspec.json.decode(settings))[0] for inbox_id, settings in rows}
    found = [(event, keywords.get(event.inbox_id or "", {}).get(word)) for event, word in short]
    read |= _rows(tx, [event.message_id for event, keyword in found if keyword and event.message_id not in read])
    for event, keyword in found:
        if keyword is not None:
            _heed(tx, event, read[event.message_id], keyword)


def _is_said_now(event: object) -> TypeIs[MessageReceived]:
    return isinstance(event, MessageReceived) and not event.imported and bool(event.contact_id)


def _rows(tx: Tx, message_ids: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Messages by id, each by column name."""
    found = tx.all(conversations.message_rows, ids=list(message_ids)) if message_ids else []
    return {message["id"]: message for message in map(row_by_name, found)}


def _said(
    tx: Tx, live: Sequence[MessageReceived], read: Mapping[str, dict[str, Any]]
) -> Iterator[tuple[MessageReceived, str]]:
    """What persons say in private whom nobody has blocked; `read` has what isn't carried. Under a post words mean what they say."""
    for event in live:
        said, message = tx.carried.get(event.message_id), read.get(event.message_id)
        if isinstance(said, Said):
            if not (said.quiet or said.blocked or said.place is not None):
                yield event, said.text
        elif (
            message is not None
            and not is_public(message["more"])
            and _NOBODYS.isdisjoint(read_more(message["more"]).flags)
        ):
            yield event, message["text"]


def _heed(tx: Tx, event: MessageReceived, message: dict[str, Any], keyword: Keyword) -> None:
    assert event.contact_id is not None
    if keyword.tag:
        _tag(tx, event.contact_id, keyword.tag)
    if keyword.does == "subscribe":
        _subscribe(tx, event, message["text"])
    _answer(tx, message, keyword.answer)
    said = tx.carried.get(event.message_id)
    if keyword.does == "callback":
        text = say(settings_of(tx).locale, "keyword.call_back", word=message["text"].strip())
        add_note(tx, Note(conversation_id=message["conversation_id"], text=text))
    elif isinstance(said, Said):
        tx.carried[event.message_id] = msgspec.structs.replace(said, quiet=True, settled=True)


def _tag(tx: Tx, contact_id: str, tag: str) -> None:
    """A contact who has as many tags as there can be gets no other one, and everything else happens all the same."""
    if len(get_contact(tx, contact_id).tags) < MOST_TAGS:
        change_contact(tx, contact_id, ContactChange(add_tags=(tag,)))


def _subscribe(tx: Tx, event: MessageReceived, words: str) -> None:
    inbox = tx.one(conversations.active_inbox, id=event.inbox_id)
    if inbox is not None and event.contact_id is not None:
        answered = Answered(purpose=OFFERS, answer="given", source=inbox[2], channel=inbox[1], evidence=words)
        record_consent(tx, event.contact_id, answered)


def _answer(tx: Tx, message: dict[str, Any], text: str) -> None:
    """To whoever opted out nothing is said."""
    to = Address(message["scheme"], message["value"])
    if text and not is_opted_out(tx, message["inbox_id"], to):
        answer_by_itself(tx, message, text)

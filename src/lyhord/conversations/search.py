"""Search over messages, notes and contacts: a follower that keeps the index, and the view with its rule of who may see what."""

from collections.abc import Iterable, Sequence
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from lyhord.contacts.events import ContactChanged, ContactCreated, ContactMerged, ContactSeparated
from lyhord.contacts.lineage import survivors
from lyhord.contacts.model import Contact
from lyhord.contacts.search import best_first, find_contacts, index_contacts
from lyhord.contacts.search import index as contact_index
from lyhord.contacts.views import contacts_by_id
from lyhord.conversations import search_store
from lyhord.conversations.contact_timelines import ContactTimelines, visible_contacts
from lyhord.conversations.events import MessageChanged, MessageReceived, MessageRemoved, MessageReplied, NoteAdded
from lyhord.conversations.model import Attached, Attachment, Translation, read_more, said_at
from lyhord.conversations.sides.events import SideAnswered, SideAsked
from lyhord.conversations.timeline import carriers_of, find_conversation, timeline_ids
from lyhord.conversations.translation.events import MessageTranslated
from lyhord.conversations.views import conversations_by_id, messages_by_id
from lyhord.conversations.visibility import may_see_message
from lyhord.kit.cursors import start_over
from lyhord.kit.database import ReadTx, Tx
from lyhord.kit.events import Logged
from lyhord.kit.followers import Follower
from lyhord.kit.search import NEWEST, Document, Index, Query, make_snippet, parse_query
from lyhord.workspaces.reach import Reach

message_index = Index("message")
MOST_CONTACTS = 8
CONTACTS_LOOKED_AT = 50
STEP = 500
MOST_LOOKED_AT = 4_000
"""Hits that one answer looks through for somebody who may see few of them; `next` goes on from there."""

_NAME = "search"


class FoundMessage(Struct, frozen=True, kw_only=True):
    """A message that matches. `title` is whose conversation it is; `marks` are ranges of `snippet` in UTF-16 units. `public`: everybody
    can read it.
    """

    message_id: str
    conversation_id: str
    title: str
    snippet: str
    marks: tuple[tuple[int, int], ...]
    direction: str
    public: bool = False
    at: int


class Results(Struct, frozen=True, kw_only=True):
    """What was found: messages newest first, and on the first page contacts. `next` is the place to go on from."""

    contacts: list[Contact]
    messages: list[FoundMessage]
    next: int | None = None


def index_events(tx: Tx, events: Sequence[Logged]) -> None:
    """Bring the index up to date with what happened. The words come from the rows as they are now, so twice is as good as once.

    Where the index is missing it is made, and the log followed from its beginning.
    """
    fresh = [one.prepare(tx) for one in (message_index, contact_index)]
    if any(fresh):
        start_over(tx, _NAME)
        return
    message_ids: set[str] = set()
    contact_ids: set[str] = set()
    for logged in events:
        event: Any = logged.event
        if isinstance(event, (ContactCreated, ContactChanged)):
            contact_ids.add(event.contact_id)
        elif isinstance(event, ContactMerged):
            contact_ids |= {event.contact_id, event.into_id}
        elif isinstance(event, ContactSeparated):
            contact_ids |= {event.contact_id, event.from_id}
        else:
            message_ids.add(event.message_id)
    if message_ids:
        _index_messages(tx, message_ids)
    if contact_ids:
        index_contacts(tx, contact_ids)


FOLLOWER = Follower(
    name=_NAME,
    kinds=(
        MessageReceived,
        MessageReplied,
        NoteAdded,
        MessageChanged,
        MessageRemoved,
        MessageTranslated,
        SideAsked,
        SideAnswered,
        ContactCreated,
        ContactChanged,
        ContactMerged,
        ContactSeparated,
    ),
    handle=index_events,
    batch=100,
)
"""Small batches: indexing shares the one writer with people who wait."""


def search(tx: ReadTx, reach: Reach, typed: str, *, before: int | None = None, most: int = 30) -> Results:
    """What somebody with this reach finds by what they typed so far. `before` is the `next` of the page before."""
    query = parse_query(typed)
    ids, following = _find_messages(tx, reach, query, before or NEWEST, most)
    return Results(
        contacts=[] if before else _find_contacts(tx, reach, typed),
        messages=_shown(tx, ids, query),
        next=following,
    )


def _index_messages(tx: Tx, message_ids: set[str]) -> None:
    rows = sorted(tx.all(search_store.words_of_messages, ids=message_ids))
    message_index.remove(tx, message_ids - {row[0] for row in rows})
    message_index.put(tx, [Document(row[0], said_at(row[0]), _words(*row[1:])) for row in rows])


def _words(subject: str | None, text: str, more: str) -> str:
    """Subject, text, its translations and names of files."""
    rest = read_more(more)
    return _joined(subject, text, rest.translation, rest.attachments)


def _joined(
    subject: str | None, text: str, translation: Translation | None, files: Iterable[Attached | Attachment]
) -> str:
    others = (one.text for one in translation.texts) if translation else ()
    return "\n".join([subject or "", text, *others, *(file.name for file in files)])


def _find_contacts(tx: ReadTx, reach: Reach, typed: str) -> list[Contact]:
    contacts, _ = find_contacts(tx, typed, most=CONTACTS_LOOKED_AT)
    seen = visible_contacts(tx, reach, [one.id for one in contacts])
    best = best_first((one for one in contacts if one.id in seen), typed)[:MOST_CONTACTS]
    conversations = ContactTimelines().conversations(tx, best)
    return [replace(one, conversation_id=conversations.get(one.id)) for one in best]


def _find_messages(tx: ReadTx, reach: Reach, query: Query, before: int, most: int) -> tuple[list[str], int | None]:
    """Ids of messages within reach, and where to go on when there may be more."""
    found: list[str] = []
    timelines: dict[str, frozenset[str]] = {}
    step = most + 1 if reach.inbox_ids is None else STEP
    for _ in range(MOST_LOOKED_AT // STEP):
        hits = message_index.find(tx, query, before=before, most=step)
        rows = {row[0]: row for row in tx.all(search_store.places_of_messages, ids=[hit.ref for hit in hits])}
        for hit in hits:
            row = rows.get(hit.ref)
            if row is None or not _may_see(tx, reach, row, timelines):
                continue
            if len(found) == most:
                return found, before
            found.append(hit.ref)
            before = hit.place
        if len(hits) < step:
            return found, None
        before = hits[-1].place
    return found, before


def _may_see(tx: ReadTx, reach: Reach, row: tuple[Any, ...], timelines: dict[str, frozenset[str]]) -> bool:
    """The one rule of visibility; what has no inbox of its own follows the whole timeline in which it stands."""
    if reach.inbox_ids is None:
        return True
    _, conversation_id, inbox_id, parent_id = row
    inbox_id = None if parent_id is not None else inbox_id
    if inbox_id is None and conversation_id not in timelines:
        conversation = find_conversation(tx, conversation_id)
        ids = timeline_ids(tx, conversation) if conversation else [conversation_id]
        timelines[conversation_id] = carriers_of(tx, ids)
    return may_see_message(reach, inbox_id, timelines.get(conversation_id, ()))


def _shown(tx: ReadTx, message_ids: Sequence[str], query: Query) -> list[FoundMessage]:
    messages = {one.id: one for one in messages_by_id(tx, message_ids)}
    titles = _titles(tx, {one.conversation_id for one in messages.values()})
    shown = []
    for message_id in message_ids:
        one = messages[message_id]
        words = _joined(one.subject, one.text, one.translation, one.attachments)
        snippet = make_snippet(words.strip(), query)
        shown.append(
            FoundMessage(
                message_id=one.id,
                conversation_id=one.conversation_id,
                title=titles.get(one.conversation_id, ""),
                snippet=snippet.text,
                marks=snippet.marks,
                direction=one.direction,
                public=one.place is not None,
                at=one.at,
            )
        )
    return shown


def _titles(tx: ReadTx, conversation_ids: set[str]) -> dict[str, str]:
    """The name of the surviving contact, or of the group; for a side conversation that of its parent, and its subject."""
    asides = {one.id: one for one in conversations_by_id(tx, sorted(conversation_ids)) if one.parent_id}
    titles = _own_titles(tx, (conversation_ids - asides.keys()) | {one.parent_id or "" for one in asides.values()})
    return titles | {
        key: " · ".join(filter(None, (titles.get(one.parent_id or ""), one.title))) for key, one in asides.items()
    }


def _own_titles(tx: ReadTx, conversation_ids: set[str]) -> dict[str, str]:
    conversations = conversations_by_id(tx, sorted(conversation_ids))
    ends = survivors(tx, {one.contact_id for one in conversations if one.contact_id})
    contacts = contacts_by_id(tx, ends.values()) if ends else {}
    return {
        one.id: contacts[ends[one.contact_id]].name if one.contact_id in ends else one.title for one in conversations
    }

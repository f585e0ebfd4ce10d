"""What a member would be told, word for word, and whether the channel carries it: for the preview, and for saying it."""

import msgspec
from msgspec import Struct

from lyhord.conversations.canned.model import Text, fill, text_for
from lyhord.conversations.canned.views import values_for
from lyhord.conversations.exchange import Refusal
from lyhord.conversations.model import Reply
from lyhord.conversations.outgoing import Channels, Words, plan_words, reply_of
from lyhord.conversations.timeline import get_conversation
from lyhord.kit.database import Database, ReadTx
from lyhord.kit.http import Principal
from lyhord.kit.problems import Problem
from lyhord.tickets.views import rows_by_id
from lyhord.workspaces.model import agent_named
from lyhord.workspaces.views import settings_of

NO_GROUPS, BLOCKED, UNSEEN = "surge.why.group", "surge.why.blocked", "surge.why.no_way"


class Meant(Struct, frozen=True):
    """What is to be said in a conversation; `why` (a key) says why it can't be."""

    conversation_id: str
    ticket_id: str
    text: str = ""
    why: str | None = None


class Planned(Struct, frozen=True):
    """The same with the reply that says it."""

    meant: Meant
    reply: Reply | None


class Foreseen(Struct, frozen=True):
    """How it would be said to a member: `title` is whom, `changes` are what the channel loses, `why` is a key if it carries it not."""

    conversation_id: str
    title: str
    text: str
    changes: tuple[str, ...] = ()
    why: str | None = None


class Speaker(Struct, frozen=True):
    """Who says it: the transaction's actor, of which agents have names and addresses to fill in."""

    workspace_id: str
    actor: str

    def principal(self) -> Principal:
        """Who reaches every inbox: what is said to all is said wherever they are."""
        return Principal(self.workspace_id, self.actor, None, frozenset(), None, "en")


def mean(tx: ReadTx, texts: tuple[Text, ...], who: Speaker, conversation_id: str, ticket_id: str) -> Meant:
    """The words for a member, in their language as far as it is known, with what is known of them."""
    conversation = get_conversation(tx, conversation_id)
    if conversation.kind == "group":
        return Meant(conversation_id, ticket_id, why=NO_GROUPS)
    values, contact = values_for(tx, conversation, agent_named(who.actor))
    for one in contact.identities if contact else ():
        if one.blocked_at is not None and (one.scheme, one.value) == (conversation.scheme, conversation.value):
            return Meant(conversation_id, ticket_id, why=BLOCKED)
    if contact is not None and contact.blocked_at is not None:
        return Meant(conversation_id, ticket_id, why=BLOCKED)
    tickets = rows_by_id(tx, [ticket_id])
    values["ticket.subject"] = (tickets[0].matter or tickets[0].subject or "") if tickets else ""
    language = contact.language if contact else None
    said = text_for(texts, language, conversation.language, settings_of(tx).locale)
    return Meant(conversation_id, ticket_id, fill(said.text, values))


async def plan(database: Database, channels: Channels, who: Speaker, meant: Meant) -> Planned:
    """The reply that says it, held against the channel as every reply is; without one where a rule refuses."""
    if meant.why is not None:
        return Planned(meant, None)
    try:
        said = await reply_of(database, who.principal(), channels, meant.conversation_id, _words(meant))
    except Problem as problem:
        return Planned(msgspec.structs.replace(meant, why=_key(problem)), None)
    return Planned(meant, msgspec.structs.replace(said, undo_seconds=0))


async def foresee(database: Database, channels: Channels, who: Speaker, meant: Meant, title: str) -> Foreseen:
    """How it would be said, for who is about to."""
    why = meant.why
    changes: tuple[str, ...] = ()
    if why is None:
        try:
            found = await plan_words(database, who.principal(), channels, meant.conversation_id, _words(meant))
            if found is None:
                why = UNSEEN
            elif isinstance(found.outcome, Refusal):
                why = found.outcome.rule
            else:
                changes = found.outcome.changes
        except Problem as problem:
            why = _key(problem)
    return Foreseen(meant.conversation_id, title, meant.text, changes, why)


def _words(meant: Meant) -> Words:
    """Never public: it has parts that are for one person."""
    return Words(text=meant.text, public=False, ticket_id=meant.ticket_id)


def _key(problem: Problem) -> str:
    return next(iter(problem.fields.values()), problem.key)

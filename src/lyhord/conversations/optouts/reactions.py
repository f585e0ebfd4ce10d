"""What must be true at once when somebody asks for no more messages: none leaves from then on but the one that confirms it."""

from collections.abc import Sequence

from msgspec.structs import replace

from lyhord.contacts.consents.actions import Answered, record_consent
from lyhord.contacts.consents.model import Answer
from lyhord.conversations import store as conversations
from lyhord.conversations.actions.reply import answer_by_itself, row_by_name
from lyhord.conversations.events import MessageReceived
from lyhord.conversations.model import Said, is_public, read_more
from lyhord.conversations.optouts import store
from lyhord.conversations.optouts.model import CONFIRMED, PURPOSE, RETURNED, Wish, language_of_wish
from lyhord.kit.database import Tx
from lyhord.kit.events import Logged
from lyhord.kit.words import say
from lyhord.workspaces.actions.workspace import get_workspace
from lyhord.workspaces.views import settings_of


def heed_wishes(tx: Tx, logged: Sequence[Logged]) -> None:
    """For each private message that its channel marked with a wish. What is settled so makes no work for anybody.

    Whoever writes after the channel's owner had ended it for them is to be answered as anybody: that settles nothing.
    """
    for event in (one.event for one in logged):
        if not isinstance(event, MessageReceived) or event.imported or event.contact_id is None:
            continue
        said = tx.carried.get(event.message_id)
        if isinstance(said, Said) and not said.wishes:
            continue
        if _heed(tx, event) and isinstance(said, Said):
            tx.carried[event.message_id] = replace(said, quiet=True, settled=True)


def _heed(tx: Tx, event: MessageReceived) -> bool:
    row = tx.one(conversations.message_row, id=event.message_id)
    message = row_by_name(row) if row else {}
    flags = read_more(message["more"]).flags if row and not is_public(message["more"]) else ()
    wish: Wish | None = "opt_out" if "opt_out" in flags else "opt_in" if "opt_in" in flags else None
    if wish is None and RETURNED not in flags:
        return False
    door = {"inbox": message["inbox_id"], "scheme_of": message["scheme"], "value_of": message["value"]}
    known = tx.one(store.find, **door)
    if wish is None:
        if known is not None and known[1] is None:
            tx.run(store.drop, **door)
            _record(tx, event, message["text"], "given")
        return False
    if (known is None) == (wish == "opt_in"):
        return (
            wish == "opt_out"
        )  # as it was already: who asks twice is heard once, and START alone is a word like others
    if wish == "opt_in":
        tx.run(store.drop, **door)
    confirmation = None if CONFIRMED in flags else _confirm(tx, event, message, wish)
    if wish == "opt_out":
        tx.run(
            store.add,
            inbox_id=message["inbox_id"],
            scheme=message["scheme"],
            value=message["value"],
            asked_at=tx.now,
            confirmation_id=confirmation,
        )
    _record(tx, event, message["text"], "withdrawn" if wish == "opt_out" else "given")
    return True


def _confirm(tx: Tx, event: MessageReceived, message: dict[str, str], wish: Wish) -> str:
    """Say that it was heard, in the language of the word, else the contact's, else the workspace's; the message's id."""
    language = language_of_wish(message["text"]) or tx.value(store.language_of, of=event.contact_id)
    text = say(language or settings_of(tx).locale, f"{wish}.confirmed", name=get_workspace(tx).name)
    return answer_by_itself(tx, message, text)


def _record(tx: Tx, event: MessageReceived, words: str, answer: Answer) -> None:
    inbox = tx.one(conversations.active_inbox, id=event.inbox_id)
    if inbox is not None and event.contact_id is not None:
        answered = Answered(purpose=PURPOSE, answer=answer, source=inbox[2], channel=inbox[1], evidence=words)
        record_consent(tx, event.contact_id, answered)

"""Hear a batch of messages, and keep what was heard."""

from collections.abc import Callable, Collection, Sequence

from msgspec import Struct

from lyhord.contacts.actions.languages import hear_languages
from lyhord.contacts.facts.heard import forget_told, keep_told
from lyhord.conversations.translation.store import set_language, set_more
from lyhord.hearing import store
from lyhord.hearing.events import AllHeard, MessageHeard
from lyhord.hearing.findings.actions import forget_findings, write_findings
from lyhord.hearing.themes.actions import forget_members
from lyhord.hearing.thinking import Memory, Said, Teller, read_said, think
from lyhord.kit.database import ReadTx, Tx
from lyhord.kit.database.jobs_table import enqueue
from lyhord.kit.ids import LOWEST_ID

JOB = "hear"
CLOSER_JOB = "hear closely"
Conclude = Callable[[Tx, Collection[str], Collection[str]], None]
"""What follows for those above from what was heard in these messages; nothing is told of those in the second list."""


class Ears(Struct, frozen=True):
    """With what it is heard. Without a teller what is pure is heard alone; without `conclude` nothing follows.

    `closely`: what customers say is heard a second time, by its meaning, in a job: that takes too long for whoever waits for this.
    """

    teller: Teller | None = None
    conclude: Conclude | None = None
    closely: bool = False


DEAF = Ears()


def hear_messages(
    tx: Tx,
    message_ids: Collection[str],
    quiet: Collection[str] = (),
    *,
    again: bool = False,
    ears: Ears = DEAF,
    memory: Memory | None = None,
) -> None:
    """Write what messages say, in which language they are, and what follows for conversations and contacts; twice is as good as once.

    Nothing is told of those that are `quiet`: history, at which nobody looks. `again`: what was heard before counts no more, and contacts
    whose language is known keep it. `memory`: of who has thought of them before.
    """
    thought = think(tx, message_ids, ears.teller, memory or Memory(), again=again)
    said, batch = thought.said, thought.languages
    if not said:
        return
    tx.run_many(set_more, batch.rows)
    spoken = [{"key": key, "spoken": language, "said": said} for key, (language, said) in batch.last.items()]
    tx.run_many(set_language, spoken)
    hear_languages(tx, batch.contacts)
    found = write_findings(tx, thought.found)
    keep_told(tx, thought.sayings, quiet)
    changed = {row["key"] for row in batch.rows} | found
    _tell(tx, said, {one.id for one in batch.heard if one.told}, {one for one in changed if one not in quiet})
    if found and ears.conclude is not None:
        ears.conclude(tx, found, quiet)
    if ears.closely and (loud := [one.id for one in said if one.theirs and one.id not in quiet]):
        enqueue(tx, CLOSER_JOB, {"ids": loud})


def read_words(tx: ReadTx, message_ids: Collection[str]) -> dict[str, str]:
    """What customers say in these messages, by their ids, as the workspace's model is asked about it."""
    return {one.id: one.words for one in read_said(tx, message_ids) if one.theirs}


def think_before(tx: ReadTx, message_ids: Collection[str], ears: Ears = DEAF, *, again: bool = False) -> Memory:
    """What `hear_messages` needn't think of any more if nothing changes until then. A reader's work: nobody who writes waits for it."""
    memory = Memory()
    think(tx, message_ids, ears.teller, memory, again=again)
    return memory


def forget_messages(tx: Tx, message_ids: Collection[str], ears: Ears = DEAF) -> None:
    """Their words are gone, and what was heard in them goes, too."""
    forget_findings(tx, message_ids)
    forget_members(tx, message_ids)
    forget_told(tx, message_ids)
    if ears.conclude is not None:
        ears.conclude(tx, message_ids, ())


def _tell(tx: Tx, said: Sequence[Said], news: Collection[str], changed: Collection[str]) -> None:
    """One event for each conversation, and each inbox that carried what changed: who may see one of its messages sees all."""
    talks: dict[tuple[str, str | None], list[str]] = {}
    for one in said:
        if one.id in news or one.id in changed:
            talks.setdefault((one.conversation_id, one.inbox_id), []).append(one.id)
    for (conversation_id, inbox_id), ids in talks.items():
        told = int(any(one in news for one in ids))
        tx.emit(
            MessageHeard(conversation_id=conversation_id, inbox_id=inbox_id, message_ids=tuple(ids), told_contact=told)
        )


def think_of_stretch(tx: ReadTx, after: str, most: int, ears: Ears = DEAF) -> Memory:
    """The same for `hear_stretch`."""
    return think_before(tx, _stretch(tx, after, most), ears, again=True)


def hear_stretch(tx: Tx, after: str, most: int, ears: Ears = DEAF, memory: Memory | None = None) -> str | None:
    """Hear the next `most` messages of the workspace again; the id to go on after, None at the end."""
    ids = _stretch(tx, after, most)
    hear_messages(tx, ids, ids, again=True, ears=ears, memory=memory)
    if len(ids) == most:
        return ids[-1]
    tx.emit(AllHeard())
    return None


def _stretch(tx: ReadTx, after: str, most: int) -> list[str]:
    return [str(row[0]) for row in tx.all(store.messages_after, after=after, most=most)]


def hear_again(tx: Tx, after: str = LOWEST_ID) -> None:
    """Queue all messages of the workspace to be heard again, those said from now on aside."""
    enqueue(tx, JOB, {"after": after})

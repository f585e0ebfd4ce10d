"""Hear a batch of messages, and keep what was heard."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence

from msgspec import Struct

from lyhord.contacts.actions.languages import hear_languages
from lyhord.contacts.facts.heard import forget_told, keep_told
from lyhord.conversations.translation.store import set_language, set_more
from lyhord.hearing.events import MessageHeard
from lyhord.hearing.findings.actions import forget_findings, write_findings
from lyhord.hearing.reading import read
from lyhord.hearing.themes.actions import forget_members
from lyhord.hearing.thinking import Answer, Reading, Said, Teller, Thoughts, put_together, think
from lyhord.kit.database import ReadTx, Tx
from lyhord.kit.database.jobs_table import enqueue
from lyhord.kit.followers import Read
from lyhord.kit.ids import LOWEST_ID

JOB = "hear"
CLOSER_JOB = "hear closely"
Conclude = Callable[[Tx, Collection[str], Collection[str]], None]
"""What follows for those above from what was heard in these messages; nothing is told of those in the second list."""
Ponder = Callable[[Reading], Awaitable[Mapping[str, Answer]]]
"""`thinking.think` in another process."""


class Ears(Struct, frozen=True):
    """With what it is heard. Without a teller what is pure is heard alone; without `conclude` nothing follows.

    `closely`: what customers say is heard a second time, by its meaning, in a job: that takes too long for whoever waits for this.
    `ponder`: who thinks; without, a thread of this process does.
    """

    teller: Teller | None = None
    conclude: Conclude | None = None
    closely: bool = False
    ponder: Ponder | None = None


DEAF = Ears()


def hear_messages(
    tx: Tx,
    message_ids: Collection[str],
    quiet: Collection[str] = (),
    *,
    again: bool = False,
    ears: Ears = DEAF,
    thoughts: Thoughts | None = None,
) -> None:
    """Write what messages say, in which language they are, and what follows for conversations and contacts; twice is as good as once.

    Nothing is told of those that are `quiet`: history, at which nobody looks. `again`: what was heard before counts no more, and contacts
    whose language is known keep it. `thoughts`: of who has thought of them before; raises `Outdated` where these aren't true any more.
    """
    reading = read(tx, message_ids, ears.teller, again=again)
    thought = put_together(reading, thoughts or Thoughts(reading, think(reading, ears.teller)))
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


async def think_before(
    read_tx: Read, find: Callable[[ReadTx], Collection[str]], ears: Ears = DEAF, *, again: bool = False
) -> Thoughts:
    """What is thought of the messages that `find` finds, for `hear_messages`: nobody who writes waits for it."""
    reading = await read_tx(lambda tx: read(tx, find(tx), ears.teller, again=again))
    if not reading.said:
        return Thoughts(reading, {})
    if ears.ponder is None:
        return Thoughts(reading, await asyncio.to_thread(think, reading, ears.teller))
    return Thoughts(reading, await ears.ponder(reading))


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


def hear_again(tx: Tx, after: str = LOWEST_ID) -> None:
    """Queue all messages of the workspace to be heard again, those said from now on aside."""
    enqueue(tx, JOB, {"after": after})

"""What was done elsewhere with messages that are there, as their channel tells it: other words, none any more, an emoji."""

from collections.abc import Sequence

from lyhord.conversations import amending_store
from lyhord.conversations.amending import Row, get_row, hide, keep_reactions, remove, rewrite, set_reactions
from lyhord.conversations.exchange import (
    Address,
    InboundAmendment,
    InboundEdit,
    InboundHiding,
    InboundReaction,
    InboundRemoval,
)
from lyhord.conversations.model import ELSEWHERE
from lyhord.conversations.parts import drop_part, find_named, parts_of
from lyhord.kit.database import Tx
from lyhord.kit.text import clean_name, fold


def hear_amendments(tx: Tx, inbox_id: str, amendments: Sequence[InboundAmendment]) -> bool:
    """Do in order what a channel tells; whether any of it is about words that vanish.

    What is about nothing of ours, or about somebody else's words, changes nothing. Told twice it is done once. What left in several
    parts stands until the last of them was taken back, and keeps its words when one of them gets others.
    """
    fleeting = False
    known = find_named(tx, inbox_id, {one.message for one in amendments})
    for one in amendments:
        if one.message in known:
            row = get_row(tx, known[one.message][0])
            fleeting = fleeting or row.more.expires_at is not None
            _hear(tx, row, one)
        elif isinstance(one, InboundRemoval):
            _forget_reaction(tx, inbox_id, one.message)
    return fleeting


def person_of(sender: Sequence[Address]) -> str:
    """By whom a reaction is: the first identity of its sender."""
    return f"{sender[0].scheme}:{fold(sender[0].scheme, sender[0].value)}"


def _hear(tx: Tx, row: Row, amendment: InboundAmendment) -> None:
    if row.facts["removed_at"] is not None:
        return
    if isinstance(amendment, InboundReaction):
        _hear_reaction(tx, row, amendment)
    elif isinstance(amendment, InboundHiding):
        if amendment.hidden != bool(row.more.hidden_by):
            hide(tx, row, "channel" if amendment.hidden else "")
    elif not _may_change(row, amendment):
        return
    elif isinstance(amendment, InboundRemoval):
        if not (row.by_us and drop_part(tx, row.id, amendment.message)):
            remove(tx, row, by=ELSEWHERE if amendment.ours else "contact" if amendment.sender else "channel")
    elif amendment.text != row.facts["text"] and not (row.by_us and parts_of(tx, row.id)):
        rewrite(tx, row, amendment.text, amendment.html, by=ELSEWHERE if amendment.ours else "contact")


def _hear_reaction(tx: Tx, row: Row, heard: InboundReaction) -> None:
    by, emoji = ELSEWHERE if heard.ours else person_of(heard.sender), clean_name(heard.emoji, 32)
    there = {one.emoji for one in row.more.reactions if one.by == by}
    others = set[str]() if not emoji or (heard.alone and not heard.removed) else there - {emoji}
    wanted = set[str]() if heard.removed or not emoji else {emoji}
    name = "" if heard.ours else heard.sender[0].name
    set_reactions(tx, row, by, others | wanted, name=name, external_id=heard.external_id)


def _forget_reaction(tx: Tx, inbox_id: str, external_id: str) -> None:
    message_id = tx.value(amending_store.drop_reaction_called, inbox=inbox_id, external=external_id)
    if message_id is not None:
        keep_reactions(tx, get_row(tx, message_id))


def _may_change(row: Row, amendment: InboundEdit | InboundRemoval) -> bool:
    """Whether somebody may change a message: whoever said it, or the channel itself, which names nobody."""
    if amendment.ours:
        return row.by_us
    if not amendment.sender:
        return True
    said = (row.facts["scheme"], row.facts["value"])
    return not row.by_us and any((one.scheme, fold(one.scheme, one.value)) == said for one in amendment.sender)

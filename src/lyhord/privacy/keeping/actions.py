"""Setting the rules, and removing what is old by them, a chunk at a time: rows are emptied, and numbers stay."""

from collections.abc import Callable, Sequence

from msgspec import Struct
from msgspec.structs import replace

from lyhord.conversations.actions.vanish import vanish
from lyhord.conversations.amending import find_row, keep_more, tell_change
from lyhord.conversations.events import MessageReceived, MessageReplied
from lyhord.kit.clock import DAY
from lyhord.kit.database import ReadTx, Tx
from lyhord.kit.events import Logged
from lyhord.kit.ids import LOWEST_ID, first_id_at
from lyhord.privacy.keeping import store
from lyhord.privacy.keeping.model import FOR_EVER, PAYLOAD_DAYS, Rule, Span, What, check_rules, span_of
from lyhord.privacy.store import drop_payloads
from lyhord.tickets.model import FAR
from lyhord.tickets.reactions import VANISHED
from lyhord.workspaces.actions.audit import record
from lyhord.workspaces.actions.inboxes import get_inbox

AT_ONCE = 200
GONE = "talk.vanished"
"""Message key: why the bytes of a file aren't here."""
_USUAL = Rule("payloads", PAYLOAD_DAYS)


class Kept(Struct, frozen=True):
    """A rule as it is stored: where it goes on (see `tables`), how many it removed, and when that was last."""

    rule: Rule
    done_to: str = ""
    removed: int = 0
    removed_at: int | None = None


def list_kept(tx: ReadTx) -> list[Kept]:
    """The rules, the usual one for payloads among them."""
    kept = [
        Kept(Rule(what, days, None if inbox_id == LOWEST_ID else inbox_id), *rest)
        for what, days, inbox_id, *rest in tx.all(store.list_rules)
    ]
    usual = any(one.rule.what == "payloads" and one.rule.inbox_id is None for one in kept)
    return kept if usual else [Kept(_USUAL), *kept]


def set_rules(tx: Tx, rules: Sequence[Rule]) -> None:
    """Let these be the rules. What is old by them goes within the hour. Raises `Invalid`, and `NotFound` for an inbox."""
    check_rules(rules)
    for inbox_id in {one.inbox_id for one in rules if one.inbox_id}:
        get_inbox(tx, inbox_id)
    before = {_key(one.rule): one.rule for one in list_kept(tx)}
    after = {_key(one): one for one in (_USUAL, *rules)}
    if before == after:
        return
    for key in before.keys() - after.keys():
        tx.run(store.drop_rule, of=key[0], kind=key[1])
    for one in after.values():
        _put(tx, one)
    was, now = ([[*_key(one), one.days] for one in each.values()] for each in (before, after))
    record(tx, "keeping.changed", f"workspace:{tx.workspace_id}", rules=[was, now])


def remove_old(tx: Tx) -> int:
    """Remove the next of what is old by the rules, at most `AT_ONCE`; how much was looked at, 0 once nothing is left to do."""
    kept = list_kept(tx)
    rules = [one.rule for one in kept]
    for one in kept:
        if one.rule.days != FOR_EVER:
            looked = _STEPS[one.rule.what](tx, one, span_of(one.rule, rules))
            if looked:
                return looked
    return 0


def look_back(tx: Tx, logged: Sequence[Logged]) -> None:
    """History that comes is old already: everything is looked at again."""
    events = (one.event for one in logged)
    if any(isinstance(event, (MessageReceived, MessageReplied)) and event.imported for event in events):
        tx.run(store.start_over)


def old_before(tx: ReadTx, days: int) -> int:
    """What is older than this moment (Unix milliseconds) is old by a rule of so many days."""
    return tx.now - days * DAY


def forget(tx: Tx, message_ids: Sequence[str]) -> None:
    """Take everything out of these messages, as out of those whose sender lets them vanish: words, files, payloads, what lists show."""
    ids = list(message_ids)
    subjects = [row[0] for row in tx.all(store.subjects_of, ids=ids)]
    vanish(tx, ids)
    tx.run(drop_payloads, payload_ids=ids)
    conversation_ids = [row[0] for row in tx.all(store.conversations_of, ids=ids)]
    tx.run(store.show_no_words, conversation_ids=conversation_ids, ids=ids, shown=VANISHED)
    tx.run(store.show_no_subject, conversation_ids=conversation_ids, subjects=subjects)
    tx.run(store.name_no_sides, conversation_ids=conversation_ids)


def _messages(tx: Tx, kept: Kept, span: Span) -> int:
    page = tx.all(store.messages_page, **_range(tx, kept))
    ids = [row[0] for row in page if span.covers(row[1])]
    forget(tx, ids)
    return _go_on(tx, kept, page, len(ids))


def _files(tx: Tx, kept: Kept, span: Span) -> int:
    page = tx.all(store.files_page, **_range(tx, kept))
    ids = [row[0] for row in page if span.covers(row[1])]
    tx.run(store.empty_files, ids=ids)
    for row in filter(None, (find_row(tx, message_id) for message_id in ids)):
        files = tuple(replace(one, file="", size=0) for one in row.more.attachments)
        missing = dict.fromkeys((one.id for one in files), GONE)
        keep_more(tx, row, replace(row.more, attachments=files, missing=missing))
        tell_change(tx, row, "fetched")
    return _go_on(tx, kept, page, len(ids))


def _payloads(tx: Tx, kept: Kept, span: Span) -> int:
    page = tx.all(store.payloads_page, **_range(tx, kept))
    ids = [row[0] for row in page if span.covers(row[1])]
    tx.run(drop_payloads, payload_ids=ids)
    return _go_on(tx, kept, page, len(ids))


def _closed(tx: Tx, kept: Kept, _: Span) -> int:
    """What was said by then in conversations whose last ticket ended before; side conversations about them go along."""
    before = old_before(tx, kept.rule.days)
    at, _slash, after = kept.done_to.partition("/")
    place = {"at": int(at or FAR), "after": after or LOWEST_ID}
    page = tx.all(store.closed_page, over=FAR - before, most=AT_ONCE, **place)
    for waits_at, ticket_id, conversation_id, last in page:
        ids = [conversation_id, *(row[0] for row in tx.all(store.sides_of, conversation_ids=[conversation_id]))]
        said = tx.all(store.said_in, conversation_ids=ids, before=first_id_at(before), most=AT_ONCE + 1) if last else []
        forget(tx, [row[0] for row in said[:AT_ONCE]])
        if len(said) <= AT_ONCE:
            _move_on(tx, kept, f"{waits_at}/{ticket_id}", int(bool(said)))
        if said:
            return len(said)
    return len(page)


_STEPS: dict[What, Callable[[Tx, Kept, Span], int]] = {
    "messages": _messages,
    "files": _files,
    "payloads": _payloads,
    "closed": _closed,
}


def _range(tx: Tx, kept: Kept) -> dict[str, str | int]:
    before = first_id_at(old_before(tx, kept.rule.days))
    return {"after": kept.done_to or LOWEST_ID, "before": before, "most": AT_ONCE}


def _go_on(tx: Tx, kept: Kept, page: Sequence[Sequence[str]], removed: int) -> int:
    if page:
        _move_on(tx, kept, page[-1][0], removed)
    return len(page)


def _move_on(tx: Tx, kept: Kept, to: str, removed: int) -> None:
    of, kind = _key(kept.rule)
    at = tx.now if removed else None
    if not tx.run(store.move_on, of=of, kind=kind, to=to, more=removed, at=at):  # the usual rule, for the first time
        tx.run(store.add_rule, **_row(kept.rule, done_to=to, removed=removed, removed_at=at))


def _put(tx: Tx, rule: Rule) -> None:
    """Store a rule: whatever it covers now is looked at from the beginning."""
    tx.run(store.put_rule, **_row(rule))


def _row(rule: Rule, *, done_to: str = "", removed: int = 0, removed_at: int | None = None) -> dict[str, object]:
    inbox_id, what = _key(rule)
    return {
        "inbox_id": inbox_id,
        "what": what,
        "days": rule.days,
        "done_to": done_to,
        "removed": removed,
        "removed_at": removed_at,
    }


def _key(rule: Rule) -> tuple[str, str]:
    return rule.inbox_id or LOWEST_ID, rule.what

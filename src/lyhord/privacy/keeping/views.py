"""What the page of keeping shows: the rules, what they removed, and what others would remove now."""

from collections.abc import Sequence

from lyhord.kit.database import ReadTx
from lyhord.kit.ids import LOWEST_ID, first_id_at
from lyhord.privacy.keeping import store
from lyhord.privacy.keeping.actions import list_kept, old_before
from lyhord.privacy.keeping.model import FOR_EVER, MOST_COUNTED, Due, Keeping, Rule, check_rules, span_of
from lyhord.tickets.model import FAR

_OLD = {"messages": store.old_messages, "files": store.old_files, "payloads": store.payloads_page}
READ_AT_MOST = 10 * MOST_COUNTED
"""Rows of other inboxes are read, too; with so many the count ends."""


def show_keeping(tx: ReadTx) -> Keeping:
    """The rules in force, and what they removed."""
    kept = list_kept(tx)
    removed: dict[str, tuple[int, int | None]] = {}
    for one in kept:
        count, at = removed.get(one.rule.what, (0, None))
        removed[one.rule.what] = (count + one.removed, max(filter(None, (at, one.removed_at)), default=None))
    return Keeping([one.rule for one in kept], removed)


def count_due(tx: ReadTx, rules: Sequence[Rule]) -> list[Due]:
    """What each of these rules would remove now. Raises `Invalid` where they don't fit together."""
    check_rules(rules)
    return [Due(one.what, one.inbox_id, _count(tx, one, rules)) for one in rules if one.days != FOR_EVER]


def _count(tx: ReadTx, rule: Rule, rules: Sequence[Rule]) -> int:
    moment = old_before(tx, rule.days)
    before = first_id_at(moment)
    if rule.what == "closed":
        return len(tx.all(store.old_closed, over=FAR - moment, before=before, most=MOST_COUNTED))
    span = span_of(rule, rules)
    rows = tx.all(_OLD[rule.what], after=LOWEST_ID, before=before, most=READ_AT_MOST)
    return min(sum(span.covers(row[1]) for row in rows), MOST_COUNTED)

"""Write rules, order them, switch them on and off, remove them and put them back. Each is written into the audit."""

from collections.abc import Sequence

import msgspec

from lyhord.conversations.canned.model import Whose
from lyhord.kit.clock import MINUTE
from lyhord.kit.database import ReadTx, Tx
from lyhord.kit.ids import HIGHEST_ID, is_id
from lyhord.kit.problems import Invalid, NotFound, Taken
from lyhord.tickets.macros.actions import check_steps
from lyhord.tickets.macros.model import MacroWords
from lyhord.tickets.owners import check_worker
from lyhord.tickets.rules import store
from lyhord.tickets.rules.events import RuleChanged, RulePaused
from lyhord.tickets.rules.model import MOST_RULES, PATIENCE, AskStep, NotifyStep, RuleWords, checked_rule, macro_steps
from lyhord.workspaces.actions.audit import record
from lyhord.workspaces.store import list_known_agents
from lyhord.workspaces.views import list_teams

EVERYBODY = Whose(None, None)

_words = msgspec.json.Decoder(RuleWords)


def create_rule(tx: Tx, words: RuleWords, secret: str) -> str:
    """Keep a rule, switched off, as the last one; its id. `secret` is sealed. Raises `Invalid`, `Taken`."""
    words = check_words(tx, words)
    count, last = tx.one(store.count_rules) or (0, None)
    if count >= MOST_RULES:
        raise Taken("There are 200 rules; remove some first.", key="problem.too_many_rules")
    rule_id = tx.new_id()
    tx.run(
        store.insert_rule,
        id=rule_id,
        **_row(words),
        place=(last or 0) + 1,
        secret=secret,
        on_at=None,
        paused_at=None,
        paused_why=None,
        failures=0,
        seen_waits_at=0,
        seen_id=HIGHEST_ID,
        changed_at=tx.now,
        removed_at=None,
        rests_for=None,
    )
    _tell(tx, "created", rule_id, words.name)
    return rule_id


def change_rule(tx: Tx, rule_id: str, words: RuleWords) -> None:
    """Write it anew. One that is switched on goes on with the new words. Raises `Invalid`, `NotFound`."""
    before = _get(tx, rule_id)
    words = check_words(tx, words)
    tx.run(store.write_rule, key=rule_id, **_row(words), changed_at=tx.now)
    row = tx.one(store.find_rule, key=rule_id)
    if row and row[2] is not None and (before.when, before.minutes) != (words.when, words.minutes):
        _switch(tx, rule_id, words, row[2])
    _tell(tx, "changed", rule_id, words.name)


def switch_rule(tx: Tx, rule_id: str, *, on: bool) -> None:
    """Switch it on, also after it was paused, or off. It heeds what happens from then on. Raises `NotFound`, and `Invalid` for steps that
    can't be done any more.
    """
    words = _get(tx, rule_id)
    if on:
        check_words(tx, words)
    _switch(tx, rule_id, words, tx.now if on else None)
    _tell(tx, "switched_on" if on else "switched_off", rule_id, words.name)


def let_rules_rest(tx: Tx, rule_ids: Sequence[str], surge_id: str) -> None:
    """Let those of these rules rest that are switched on, until `wake_rules`, or until somebody switches them on or off."""
    for rule_id in rule_ids:
        if tx.run(store.let_rest, key=rule_id, surge=surge_id):
            tx.emit(RuleChanged(rule_id=rule_id))


def wake_rules(tx: Tx, surge_id: str, keep: Sequence[str] = ()) -> None:
    """Those that rest for a surge, `keep` aside, heed again what happens from now on. What somebody changed meanwhile stays as it is."""
    for row in tx.all(store.list_resting, surge=surge_id):
        if row[0] not in keep:
            seen = tx.now - (_words.decode(row[1]).minutes or 0) * MINUTE
            tx.run(store.wake_rule, key=row[0], surge=surge_id, seen=seen, seen_id=HIGHEST_ID)
            tx.emit(RuleChanged(rule_id=row[0]))


def order_rules(tx: Tx, rule_ids: Sequence[str]) -> None:
    """Ask rules in this order. Raises `Invalid` where they aren't all that there are: somebody made or removed one meanwhile."""
    there = [row[0] for row in tx.all(store.list_rules)]
    if sorted(there) != sorted(rule_ids):
        raise Invalid("There are other rules now; look again.", key="problem.rules_changed")
    for place, rule_id in enumerate(rule_ids, 1):
        tx.run(store.set_place, key=rule_id, place=place)
    record(tx, "rule.ordered", "rules", ids=list(rule_ids))
    if rule_ids:
        tx.emit(RuleChanged(rule_id=rule_ids[0]))


def remove_rule(tx: Tx, rule_id: str) -> None:
    """Switch it off and take it out of the list; its row stays, so that it can be put back. Raises `NotFound`."""
    words = _get(tx, rule_id)
    tx.run(store.set_removed, key=rule_id, at=tx.now)
    _tell(tx, "removed", rule_id, words.name)


def restore_rule(tx: Tx, rule_id: str) -> None:
    """Put back what was removed, switched off. Raises `NotFound`."""
    row = tx.one(store.find_any, key=rule_id)
    if row is None:
        raise NotFound("There is no such rule.")
    tx.run(store.set_removed, key=rule_id, at=None)
    _tell(tx, "restored", rule_id, _words.decode(row[1]).name)


def note_failure(tx: Tx, rule_id: str, ticket_id: str, conversation_id: str, why: str) -> None:
    """Count a failure of a rule; after several it is paused, and that is told. `why` is a key."""
    row = tx.one(store.find_rule, key=rule_id)
    if row is None or row[3] is not None:
        return
    failures = row[6] + 1
    over = failures >= PATIENCE
    paused_at = tx.now if over else None
    tx.run(store.set_failures, key=rule_id, failures=failures, paused_at=paused_at, why=why if over else None)
    if over:
        record(tx, "rule.paused", f"rule:{rule_id}", name=_words.decode(row[1]).name, why=why)
        tx.emit(RulePaused(conversation_id=conversation_id, ticket_id=ticket_id, rule_id=rule_id))


def _switch(tx: Tx, rule_id: str, words: RuleWords, on_at: int | None) -> None:
    """What waits longer already when it is switched on isn't touched."""
    seen = tx.now - (words.minutes or 0) * MINUTE
    tx.run(store.switch_rule, key=rule_id, on_at=on_at, seen=seen, seen_id=HIGHEST_ID)


def _row(words: RuleWords) -> dict[str, str]:
    return {"name": words.name, "starts": words.when, "body": msgspec.json.encode(words).decode()}


def check_words(tx: ReadTx, words: RuleWords) -> RuleWords:
    """The same, cleaned. Raises `Invalid` for what can't be done, and for somebody or something that isn't there any more."""
    words = checked_rule(words)
    check_steps(tx, EVERYBODY, MacroWords(name=words.name, steps=macro_steps(words.steps)))
    named = {one for step in words.steps if isinstance(step, NotifyStep) for one in step.mentions}
    asked = [step for step in words.steps if isinstance(step, AskStep)]
    named |= {one for step in asked for one in (step.agent_id, step.team_id) if one}
    known = {row[0] for row in tx.all(list_known_agents, ids=sorted(filter(is_id, named)))} if named else set()
    if named - {team.id for team in list_teams(tx)} - known:
        raise Invalid("Somebody who is named isn't here any more.", fields={"steps": "problem.no_such_mention"})
    for one in asked:
        check_worker(tx, one.agent_id or None, "steps")
    return words


def _get(tx: Tx, rule_id: str) -> RuleWords:
    row = tx.one(store.find_rule, key=rule_id)
    if row is None:
        raise NotFound("There is no such rule.")
    return _words.decode(row[1])


def _tell(tx: Tx, what: str, rule_id: str, name: str) -> None:
    record(tx, f"rule.{what}", f"rule:{rule_id}", name=name)
    tx.emit(RuleChanged(rule_id=rule_id))

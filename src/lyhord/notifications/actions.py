"""What agents do with notifications: read them, say how they want to be told, let a browser be told."""

import hashlib
from collections.abc import Mapping, Sequence

import msgspec

from lyhord.kit.clock import MINUTE
from lyhord.kit.database import Tx
from lyhord.kit.database.jobs_table import enqueue
from lyhord.kit.problems import Invalid, NotFound
from lyhord.notifications import store
from lyhord.notifications.events import NotificationChanged
from lyhord.notifications.model import DEFAULTS, Preferences, check_preferences, quiet_until
from lyhord.workspaces.model import changed
from lyhord.workspaces.views import list_agents

MAIL_JOB = "notification_mail"
KEPT = 500
MOST_DEVICES = 20
AT_ONCE = 200


def mark_read(tx: Tx, agent_id: str, *, ids: Sequence[str] = (), conversation_id: str | None = None) -> int:
    """These of an agent's notifications are read, and all of a conversation; how many became so."""
    touched = tx.run(store.mark_ids, agent=agent_id, ids=list(ids), now=tx.now) if ids else 0
    if conversation_id is not None:
        touched += tx.run(store.mark_conversation, agent=agent_id, conversation=conversation_id, now=tx.now)
    return _told(tx, agent_id, touched)


def mark_all_read(tx: Tx, agent_id: str, until: str) -> int:
    """All of an agent's notifications up to the one `until` are read: what came since wasn't looked at."""
    return _told(tx, agent_id, tx.run(store.mark_all, agent=agent_id, until=until, now=tx.now))


def forget_conversations(tx: Tx, conversation_ids: Sequence[str]) -> None:
    """Nobody was ever told anything about these."""
    told = sorted({row[0] for row in tx.all(store.delete_about, conversation_ids=list(conversation_ids))})
    if told:
        tx.emit(NotificationChanged(agent_ids=tuple(told)))


def change_preferences(tx: Tx, agent_id: str, changes: Mapping[str, object]) -> Preferences:
    """Change what an agent is told, and how; raises `Invalid` naming what doesn't fit."""
    row = tx.one(store.find_preferences, agent=agent_id)
    preferences = changed(read_preferences(row[0]) if row else DEFAULTS, changes)
    check_preferences(preferences)
    tx.run(
        store.write_preferences,
        agent_id=agent_id,
        settings=msgspec.json.encode(preferences).decode(),
        active_at=None,
    )
    tx.emit(NotificationChanged(agent_ids=(agent_id,)))
    return preferences


def read_preferences(settings: str) -> Preferences:
    """A row's settings."""
    return msgspec.json.decode(settings, type=Preferences)


def subscribe(tx: Tx, agent_id: str, session: str, endpoint: str, sealed: str, client: str) -> str:
    """Let a browser be told as long as `session` (a token's hash) lasts; the subscription's id. The same address takes its own place."""
    mark = hashlib.sha256(endpoint.encode()).hexdigest()
    known = tx.value(store.find_device, agent=agent_id, hash=mark)
    if known is None and tx.value(store.count_devices, agent=agent_id) >= MOST_DEVICES:
        raise Invalid("So many browsers are enough. Take one away first.", key="problem.too_many_devices")
    tx.run(
        store.write_subscription,
        id=tx.new_id(),
        agent_id=agent_id,
        session=session,
        endpoint_hash=mark,
        sealed=sealed,
        client=client[:200],
        created_at=tx.now,
    )
    return str(tx.value(store.find_device, agent=agent_id, hash=mark))


def unsubscribe(tx: Tx, agent_id: str, device_id: str) -> None:
    """Tell one of an agent's browsers no more; raises `NotFound`."""
    if not tx.run(store.delete_device, agent=agent_id, id=device_id):
        raise NotFound("There is no such browser.")


def drop_subscription(tx: Tx, device_id: str) -> None:
    """A browser isn't there any more, or may be told nothing."""
    tx.run(store.delete_subscription, id=device_id)


def mail_who_is_away(tx: Tx) -> int:
    """Queue mails to agents who were told something a while ago and haven't come since; how many notifications were looked at.

    Who has done something lately, or wants quiet, is mailed later, if it is still unread then.
    """
    due: dict[str, list[str]] = {}
    for agent_id, notification_id in tx.all(store.list_mails_due, now=tx.now, most=AT_ONCE):
        due.setdefault(agent_id, []).append(notification_id)
    for agent_id, ids in due.items():
        row = tx.one(store.find_preferences, agent=agent_id)
        preferences = read_preferences(row[0]) if row else DEFAULTS
        here_until = (row[1] if row and row[1] else 0) + preferences.mail_after_minutes * MINUTE
        later = max(here_until, quiet_until(preferences, tx.now) or 0)
        later_at = later if later > tx.now else None
        if later_at is None:
            enqueue(tx, MAIL_JOB, {"agent_id": agent_id, "ids": ids})
        tx.run(store.write_mail_at, agent=agent_id, ids=ids, at=later_at)
    return sum(map(len, due.values()))


def forget_old(tx: Tx) -> int:
    """Keep the newest `KEPT` of each agent's notifications; 0, since nothing is left to do after it."""
    for agent in list_agents(tx):
        tx.run(store.forget_old, agent=agent.id, kept=KEPT)
    return 0


def _told(tx: Tx, agent_id: str, touched: int) -> int:
    if touched:
        tx.emit(NotificationChanged(agent_ids=(agent_id,)))
    return touched

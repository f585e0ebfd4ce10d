"""The jobs that leave the house: a push to one browser, a mail to one agent who is away."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import msgspec

from lyhord.kit.database import Database, ReadTx
from lyhord.kit.http.principal import Credential, Principal
from lyhord.kit.leases import GiveUp, Later
from lyhord.kit.push import Pusher, Receiver, Unusable
from lyhord.kit.secrets import Sealer, Unreadable
from lyhord.kit.words import reason, say
from lyhord.notifications import store
from lyhord.notifications.actions import drop_subscription
from lyhord.notifications.model import Notification
from lyhord.notifications.views import get_summary, list_unread
from lyhord.workspaces.actions.workspace import get_workspace
from lyhord.workspaces.letters import SystemMail
from lyhord.workspaces.reach import Reach
from lyhord.workspaces.views import get_agent, list_reaches, list_seen

PUSH_SECONDS = 4 * 3600
"""How long a push service keeps what it can't deliver; later it would be no news."""
GONE = frozenset({404, 410})

Work = Callable[[Database, str, Mapping[str, Any]], Awaitable[None]]
"""Does a job of a workspace, given its body."""


class Push(msgspec.Struct, frozen=True):
    """Where a push goes, and what it says; `topic`: it takes the place of what waits under the same."""

    sealed: str
    content: bytes
    topic: str


class Courier(msgspec.Struct, frozen=True):
    """Brings pushes to browsers' services."""

    pusher: Pusher
    sealer: Sealer

    def open(self, sealed: str) -> dict[str, str]:
        """What was sealed about a browser; raises `Unreadable`."""
        return self.sealer.open(sealed)

    async def deliver(self, push: Push, *, now: int, seconds: int, forget: Callable[[], Awaitable[None]]) -> None:
        """Hand over a push, to be kept for `seconds`; `now` is Unix milliseconds. `forget` is called where the browser is there no more.

        Raises `Later` or an error when it is to be tried again, `GiveUp` when it can't arrive.
        """
        try:
            receiver = msgspec.convert(self.open(push.sealed), Receiver)
            answer = await self.pusher.send(receiver, push.content, now=now, seconds=seconds, topic=push.topic)
        except (Unusable, Unreadable) as error:
            await forget()
            raise GiveUp(f"the browser's address can't be used: {error}") from error
        if answer.status in GONE:
            await forget()
        elif answer.status == 429 or answer.status >= 500:
            raise _later(answer.headers.get("retry-after", ""))
        elif answer.status >= 300:
            raise GiveUp(f"the push service answered {answer.status}: {answer.body[:200]!r}")


class _Ready(msgspec.Struct, frozen=True):
    """A browser that may be told; nothing to say when it was read meanwhile."""

    push: Push | None


def make_push(courier: Courier) -> Work:
    """The work of a push: a browser that isn't there any more, or isn't signed in, is told no more."""

    async def push(database: Database, workspace_id: str, body: Mapping[str, Any]) -> None:
        device_id = str(body["device_id"])

        async def forget() -> None:
            await database.write(workspace_id, drop_subscription, device_id)

        ready = await database.read(workspace_id, _prepare, device_id, str(body.get("id", "")))
        if ready is None:
            await forget()
        elif ready.push is not None:
            await courier.deliver(ready.push, now=database.clock(), seconds=PUSH_SECONDS, forget=forget)

    return push


def make_mail(send: SystemMail, address: str) -> Work:
    """The work of a mail: what is still unread of the named notifications, with links and without customers' words."""

    async def mail(database: Database, workspace_id: str, body: Mapping[str, Any]) -> None:
        letter = await database.read(workspace_id, _write_letter, str(body["agent_id"]), list(body["ids"]), address)
        if letter is not None:
            await send(*letter)

    return mail


def _prepare(tx: ReadTx, device_id: str, notification_id: str) -> _Ready | None:
    """What to push to a browser now; None when it may be told nothing any more. Without a notification it is a trial."""
    row = tx.one(store.find_subscription, id=device_id)
    credential = Credential(row[1] if row else "", "session")
    seen = list_seen(tx, [credential]).get(credential)
    if row is None or seen is None or seen.principal.agent_id != row[0] or not seen.principal.may("conversations.read"):
        return None
    principal, reach = seen.principal, Reach(seen.principal.inbox_ids)
    if not notification_id:
        text = {"title": say(principal.locale, "push.trial"), "body": say(principal.locale, "push.trial_how")}
        content = msgspec.json.encode({**text, "url": "/app/settings/notifications", "tag": "trial"})
        return _Ready(Push(row[2], content, ""))
    found = list_unread(tx, reach, row[0], [notification_id])
    if not found:
        return _Ready(None)
    return _Ready(Push(row[2], _content(tx, principal, found[0]), _topic(found[0])))


def _topic(one: Notification) -> str:
    """What is pushed of the same takes its place."""
    return one.surge_id or one.conversation_id or ""


def _content(tx: ReadTx, principal: Principal, one: Notification) -> bytes:
    unread = get_summary(tx, Reach(principal.inbox_ids), principal.agent_id or "").unread
    return msgspec.json.encode(
        {
            "title": one.title or say(principal.locale, "contact.unnamed"),
            "body": _line(tx, principal.locale, one)
            + (f": {reason(principal.locale, one.words)}" if one.words else ""),
            "url": _place(one),
            "tag": _topic(one),
            "unread": unread,
        }
    )


def _place(one: Notification) -> str:
    """Where it is shown."""
    if one.surge_id:
        return f"/app/surges/{one.surge_id}"
    return f"/app/conversations/{one.conversation_id}" + (f"?ticket={one.ticket_id}" if one.ticket_id else "")


def _line(tx: ReadTx, locale: str, one: Notification) -> str:
    """What happened, in a few words."""
    name = get_agent(tx, one.agent_id).name if one.agent_id else ""
    return say(locale, f"notification.{one.kind}{'_by' if name else ''}", name=name)


def _write_letter(tx: ReadTx, agent_id: str, ids: list[str], address: str) -> tuple[str, str, str] | None:
    """(address, subject, text) of a mail to an agent; None when nothing is unread, or they work here no more."""
    reach = list_reaches(tx).get(agent_id)
    found = list_unread(tx, reach, agent_id, ids) if reach is not None else []
    if not found:
        return None
    agent = get_agent(tx, agent_id)
    lines = [
        f"{one.title or say(agent.locale, 'contact.unnamed')}\n{_line(tx, agent.locale, one)}\n{address}{_place(one)}"
        for one in found
    ]
    subject = say(agent.locale, "mail.notifications.subject", n=len(found), workspace=get_workspace(tx).name)
    settings = f"{address}/app/settings/notifications"
    return agent.email, subject, say(agent.locale, "mail.notifications.text", list="\n\n".join(lines), link=settings)


def _later(retry_after: str) -> Exception:
    """When a push service asks to wait, as long as it asks within reason."""
    seconds = int(retry_after) if retry_after.isdecimal() else 0
    why = "the push service is busy"
    return Later(min(seconds, PUSH_SECONDS), why) if seconds else RuntimeError(why)

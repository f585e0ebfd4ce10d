"""Visitors who asked for it are told that an answer came, when they aren't there to see it."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import msgspec

from lyhord.conversations.events import DeliveryChanged
from lyhord.conversations.pushes import store
from lyhord.conversations.pushes.actions import claim, drop
from lyhord.conversations.visitors import list_origins, tells_of_answers
from lyhord.kit.clock import SECOND
from lyhord.kit.database import Database, ReadTx, Tx
from lyhord.kit.database.jobs_table import enqueue
from lyhord.kit.events import Logged
from lyhord.kit.followers import Follower
from lyhord.kit.http.network import origin_of
from lyhord.kit.leases import GiveUp
from lyhord.kit.secrets import Unreadable
from lyhord.kit.text import preview
from lyhord.kit.words import say
from lyhord.notifications.jobs import Courier, Push, Work
from lyhord.workspaces.actions.workspace import get_workspace

JOB = "visitor_push"
TELL_AFTER = 10 * SECOND
"""So that who has the chat open before them, whose page says so at once, is told nothing."""
KEPT_SECONDS = 2 * 24 * 3600
"""How long a push service keeps it for a browser that is closed."""
OPENED = "#lyhord-chat"
"""Where it stands behind an address, the chat opens by itself."""


def tell_visitors(tx: Tx, events: Sequence[Logged]) -> None:
    """Queue a push to each browser of those to whom these messages have gone."""
    changes = [logged.event for logged in events if isinstance(logged.event, DeliveryChanged)]
    ids = {one.message_id for one in changes if one.state == "sent"}
    for push_id, message_id in tx.all(store.concerned, ids=sorted(ids)) if ids else ():
        enqueue(tx, JOB, {"push_id": push_id, "message_id": message_id}, due_at=tx.now + TELL_AFTER)


FOLLOWER = Follower(
    name="visitors told of answers", kinds=(DeliveryChanged,), handle=tell_visitors, batch=200, start="head"
)


class _Answer(NamedTuple):
    """What a browser is to hear, for whom it is sealed, and where its inbox lets the chat stand."""

    sealed: str
    title: str
    words: str
    logo: str
    origins: frozenset[str]


def make_tell_visitor(courier: Courier, base_address: str) -> Work:
    """The work of telling one browser of one message. `base_address` is our own: the chat stands on a page of ours, too."""

    async def tell(database: Database, workspace_id: str, body: Mapping[str, Any]) -> None:
        push_id, message_id = str(body["push_id"]), str(body["message_id"])
        answer = await database.read(workspace_id, _prepare, push_id, message_id)
        if answer is None or not await database.write(workspace_id, claim, push_id, message_id):
            return

        async def forget() -> None:
            await database.write(workspace_id, drop, push_id)

        try:
            page = courier.open(answer.sealed)["page"]
        except Unreadable as error:
            await forget()
            raise GiveUp(f"the browser's address can't be read: {error}") from error
        if answer.origins and origin_of(page) not in {*answer.origins, origin_of(base_address)}:
            await forget()
            return
        said = {"title": answer.title, "body": answer.words, "icon": answer.logo, "url": page + OPENED, "tag": push_id}
        push = Push(answer.sealed, msgspec.json.encode(said), push_id)
        await courier.deliver(push, now=database.clock(), seconds=KEPT_SECONDS, forget=forget)

    return tell


def _prepare(tx: ReadTx, push_id: str, message_id: str) -> _Answer | None:
    """None when there is nothing to tell any more, or the inbox tells nobody."""
    row = tx.one(store.found, id=push_id, message=message_id)
    settings = msgspec.json.decode(row[2]) if row else {}
    if row is None or not tells_of_answers(settings):
        return None
    company, logo = str(settings.get("company") or get_workspace(tx).name), str(settings.get("logo") or "")
    return _Answer(
        row[0],
        say(row[1], "push.answer", company=company),
        preview(row[3]) if settings.get("push_words") is True else "",
        logo if logo.startswith("https://") and len(logo) < 500 else "",
        list_origins(settings),
    )

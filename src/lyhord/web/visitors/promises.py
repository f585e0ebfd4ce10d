"""What visitors are promised: to whoever asks what holds for an inbox now, and to who waits what they are told, which is noted."""

from typing import Annotated, Any

from litestar import get, post
from litestar.params import QueryParameter
from msgspec import Struct

from lyhord.conversations.visitors import Visitor, find_conversation_ids
from lyhord.kit.database import Database, ReadTx, Tx
from lyhord.kit.problems import NotFound
from lyhord.tickets.model import Ticket
from lyhord.tickets.promises.actions import tell
from lyhord.tickets.promises.model import Promise
from lyhord.tickets.promises.views import promise_for, told_or_now
from lyhord.tickets.views import current_of_conversations
from lyhord.web.doors import Doors
from lyhord.web.visitors import access
from lyhord.web.visitors.access import AnyRequest
from lyhord.workspaces.hours import opens_at
from lyhord.workspaces.schedules.views import own_schedule

InboxKey = Annotated[str, QueryParameter(name="inbox", max_length=200, description="the public key of a chat")]


class Offer(Struct, frozen=True):
    """What is promised to who writes now; `promise` None: nothing. `opens_at` (Unix milliseconds): nobody is there before."""

    promise: Promise | None
    opens_at: int | None


class Waiting(Struct, frozen=True):
    """What a visitor who waits was told; None where nobody waits or nothing is promised. `again`: it took longer than they were told."""

    promise: Promise | None
    again: bool = False


@get("/promise")
async def get_promise(request: AnyRequest, database: Database, doors: Doors, inbox_key: InboxKey) -> Offer:
    """For pages that say beforehand how long an answer takes, such as a help centre's; it begins no visit."""
    access.take(request, access.VISITS)
    door = await doors.find(inbox_key)
    if door is None or door.adapter.descriptor.ingress != "visitor":
        raise NotFound("There is no such chat.")
    access.check_origin(request, door.account.settings, signed=False)
    inbox_id = door.account.inbox_id
    return await database.read(door.account.workspace_id, _offer, inbox_id)


@post("/promise", status_code=200)
async def tell_promise(request: AnyRequest, database: Database, visitor: Visitor) -> Waiting:
    """Tell the visitor by when they have an answer. It holds until its time is up; then they are told anew."""
    access.take(request, access.SIGNS, visitor.token_hash)
    ticket = await database.read(visitor.workspace_id, _waiting, visitor)
    if ticket is None:
        return Waiting(None)
    told = await database.read(visitor.workspace_id, told_or_now, ticket)
    if told is not None and told.fresh:
        told = await database.write(visitor.workspace_id, _tell, visitor)
    return Waiting(told.promise, told.again) if told else Waiting(None)


def _offer(tx: ReadTx, inbox_id: str) -> Offer:
    return Offer(promise_for(tx, inbox_id), opens_at(own_schedule(tx), tx.now))


def _waiting(tx: ReadTx, who: Visitor) -> Ticket | None:
    """The ticket on which the visitor has waited longest, of those that their words are about now."""
    tickets = current_of_conversations(tx, find_conversation_ids(tx, who))
    waiting = [one for one in tickets if one.waiting_since is not None]
    return min(waiting, key=lambda one: one.waiting_since or 0, default=None)


def _tell(tx: Tx, who: Visitor) -> Any:
    ticket = _waiting(tx, who)
    return tell(tx, ticket, "chat") if ticket else None


PATHS = ["/promise"]
handlers = [get_promise, tell_promise]

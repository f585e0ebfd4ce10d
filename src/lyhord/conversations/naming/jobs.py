"""The job that asks a channel for a name."""

from typing import Protocol, runtime_checkable

from lyhord.contacts.actions.find import find_or_make_contacts
from lyhord.conversations.exchange import Address, InboundGroup
from lyhord.conversations.groups.joining import hear_groups
from lyhord.conversations.jobs import Adapters
from lyhord.conversations.model import Received
from lyhord.conversations.naming.model import Nameless
from lyhord.kit.clock import HOUR
from lyhord.kit.database import Tx
from lyhord.kit.jobs import Context, Handler
from lyhord.kit.leases import Job, Patience
from lyhord.kit.problems import NotFound

PATIENCE = Patience(attempts=6, seconds=60, cap=HOUR)
"""A name isn't urgent, and the next message asks again."""


@runtime_checkable
class Naming(Protocol):
    """What an adapter has besides where its channel brings no names; `app.channels.NAMED_ON_ASKING` lists those."""

    async def fetch_name(self, who: Address) -> str:
        """What somebody is called there; "" where nobody may know. Raises `NotFound` where they don't exist, else it is tried again."""


@runtime_checkable
class GroupNaming(Protocol):
    """The same for groups, where they come without names."""

    async def fetch_group_name(self, group_id: str) -> str:
        """What a group is called there; "" where it has no name. Raises as `fetch_name` does."""


def make_namer(adapters: Adapters) -> Handler:
    """The work of asking for one name, of a contact or a group. A name that an agent gave meanwhile stands."""

    async def name(context: Context, job: Job) -> None:
        nameless = job.read(Nameless)
        who = Address(nameless.scheme, nameless.value)
        try:
            adapter = await adapters.adapter(context.workspace_id, nameless.inbox_id)
            found = await _ask(adapter, nameless, who)
        except NotFound:
            found = ""

        def learn(tx: Tx) -> None:
            job.complete(tx)
            if found and nameless.group:
                named = InboundGroup(group_id=nameless.value, name=found)
                hear_groups(tx, [Received(inbox_id=nameless.inbox_id, channel="", inbounds=(named,))])
            elif found:
                find_or_make_contacts(tx, [(Address(who.scheme, who.value, found, verified=True),)])

        await context.database.write(context.workspace_id, learn)

    return name


async def _ask(adapter: object, nameless: Nameless, who: Address) -> str:
    if nameless.group:
        return await adapter.fetch_group_name(nameless.value) if isinstance(adapter, GroupNaming) else ""
    return await adapter.fetch_name(who) if isinstance(adapter, Naming) else ""

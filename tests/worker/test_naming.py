"""People of whom a channel tells only an id: it is asked what they are called once they wrote, and nobody loses a name that they have."""

import json

import pytest

from lyhord.contacts.views import list_contacts
from lyhord.conversations.actions.naming import JOB
from lyhord.conversations.exchange import Address
from lyhord.conversations.jobs import make_naming
from lyhord.kit.files import Files
from lyhord.kit.jobs import Context
from lyhord.kit.leases import Job
from lyhord.worker.accounts import Accounts
from tests.conversations.desk import Desk
from tests.waiting import grace, until
from tests.worker.pigeon import Loft
from tests.worker.test_runner import working

NAMELESS = (Address("pigeon", "987", verified=True),)


async def called(desk: Desk) -> list[str]:
    return [contact.name for contact in await desk.database.read(desk.workspace_id, list_contacts)]


async def attempt(desk: Desk, accounts: Accounts) -> None:
    body = {"inbox_id": desk.inbox, "address": {"scheme": "pigeon", "value": "987"}}
    job = Job("job", JOB, json.dumps(body), 1, 0, "token")
    await make_naming(accounts)(Context(desk.database, desk.workspace_id), job)


async def test_who_came_without_a_name_gets_the_one_that_the_channel_knows(
    desk: Desk, loft: Loft, files: Files
) -> None:
    await desk.say(sender=NAMELESS, nameless=True)
    assert await called(desk) == ["987"]
    loft.names = ["Anna Öst"]
    async with working(desk, loft, files):
        await until(lambda: any(logged.kind == "contact.changed" for logged in desk.events))
    assert await called(desk) == ["Anna Öst"]


async def test_who_has_a_name_is_not_asked_about(desk: Desk, loft: Loft, files: Files) -> None:
    await desk.say(nameless=True)
    await desk.say(sender=NAMELESS)
    loft.names = [AssertionError("nobody is to be asked about")]
    async with working(desk, loft, files):
        await grace(0.2)
    assert len(loft.names) == 1


async def test_a_name_that_is_not_told_changes_nothing_and_a_fault_is_tried_again(
    desk: Desk, loft: Loft, accounts: Accounts
) -> None:
    await desk.say(sender=NAMELESS, nameless=True)
    loft.names = ["", OSError("away"), "Anna Öst"]
    await attempt(desk, accounts)
    with pytest.raises(OSError, match="away"):
        await attempt(desk, accounts)
    assert await called(desk) == ["987"]
    await attempt(desk, accounts)
    assert await called(desk) == ["Anna Öst"]

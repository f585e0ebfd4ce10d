"""An inbox that another process changed is another one here within five seconds."""

import pytest

from lyhord.kit.database import Database
from lyhord.kit.problems import NotFound
from lyhord.worker import accounts as accounts_module
from lyhord.worker.accounts import CHECK_SECONDS, Accounts
from lyhord.workspaces.actions.inboxes import InboxChange, change_inbox, remove_inbox
from tests.conversations.desk import Desk
from tests.waiting import until
from tests.worker.pigeon import Loft


@pytest.fixture
async def elsewhere(desk: Desk) -> Database:
    """The desk's database as another process has it."""
    other = Database(desk.database.engine, clock=desk.clock)
    await other.open()
    return other


async def test_a_change_of_another_process_arrives_and_what_stayed_the_same_is_kept(
    desk: Desk, elsewhere: Database, loft: Loft, accounts: Accounts
) -> None:
    first = await accounts.adapter(desk.workspace_id, desk.inbox)
    other = await accounts.adapter(desk.workspace_id, desk.other_inbox)
    change = InboxChange(settings={"a": 1}, secrets="word", new_secrets=("a",))
    await elsewhere.write(desk.workspace_id, change_inbox, desk.inbox, change)

    async def another() -> bool:
        return await accounts.adapter(desk.workspace_id, desk.inbox) is not first

    await until(another)
    assert CHECK_SECONDS <= 5
    assert (loft.opened[-1].settings, loft.opened[-1].secrets) == ({"a": 1}, {"secret": "word"})
    assert await accounts.adapter(desk.workspace_id, desk.other_inbox) is other
    assert len(loft.opened) == 3
    await elsewhere.close()


async def test_an_inbox_that_another_process_removed_is_gone(
    desk: Desk, elsewhere: Database, accounts: Accounts, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(accounts_module, "CHECK_SECONDS", 0.0)
    await accounts.adapter(desk.workspace_id, desk.inbox)
    await elsewhere.write(desk.workspace_id, remove_inbox, desk.inbox)
    with pytest.raises(NotFound):
        await accounts.adapter(desk.workspace_id, desk.inbox)
    await elsewhere.close()

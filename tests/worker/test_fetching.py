"""Files that a channel names by an address: fetched after their message is stored, shown as missing until then, given up with words."""

import json

import pytest

from lyhord.conversations.actions.fetch import COMING, LOST, Wanted, keep_file
from lyhord.conversations.exchange import InboundRemoval, Media
from lyhord.conversations.jobs import PATIENCE, make_fetch
from lyhord.conversations.model import Message
from lyhord.kit.files import Files
from lyhord.kit.jobs import Context
from lyhord.kit.leases import Job
from lyhord.kit.problems import NotFound
from lyhord.worker.accounts import Accounts
from tests.conversations.desk import Desk
from tests.waiting import until
from tests.worker.pigeon import Loft
from tests.worker.test_runner import working

PNG = b"\x89PNG\r\n\x1a\nand the rest of it"
PICTURE = Media("lamp.jpg", "image/jpeg", 0, url="pigeon:1")


async def say_it(desk: Desk) -> Message:
    return await desk.say("Look", media=(PICTURE,))


async def wanted_of(desk: Desk, message: Message) -> Wanted:
    (file,) = message.attachments
    return Wanted(desk.inbox, message.id, file.id, PICTURE)


async def attempt(desk: Desk, files: Files, accounts: Accounts, message: Message, number: int = 1) -> None:
    """One attempt at the job that the message left."""
    wanted = await wanted_of(desk, message)
    body = {"inbox_id": wanted.inbox_id, "message_id": message.id, "attachment_id": wanted.attachment_id}
    body["media"] = {"name": PICTURE.name, "type": PICTURE.type, "size": 0, "url": PICTURE.url}  # type: ignore[assignment]
    job = Job("job", "fetch", json.dumps(body), number, 0, "token")
    await make_fetch(files, accounts)(Context(desk.database, desk.workspace_id), job)


async def test_a_file_comes_after_its_message(desk: Desk, loft: Loft, files: Files) -> None:
    message = await say_it(desk)
    assert [file.missing for file in message.attachments] == [COMING]
    loft.files = [PNG]
    async with working(desk, loft, files):
        await until(lambda: any(logged.kind == "message.changed" for logged in desk.events))
    (file,) = (await desk.message(message.id)).attachments
    assert (file.name, file.type, file.size) == ("lamp.jpg", "image/png", len(PNG))
    assert file.missing is None


async def test_a_file_that_cannot_be_had_says_why(desk: Desk, loft: Loft, files: Files, accounts: Accounts) -> None:
    message = await say_it(desk)
    loft.files = [NotFound("too big", key="channel.pigeon.too_heavy")]
    await attempt(desk, files, accounts, message)
    (file,) = (await desk.message(message.id)).attachments
    assert file.missing == "channel.pigeon.too_heavy"


async def test_after_the_last_attempt_it_is_lost(desk: Desk, loft: Loft, files: Files, accounts: Accounts) -> None:
    message = await say_it(desk)
    loft.files = [OSError("away"), OSError("away"), NotFound("gone")]
    with pytest.raises(OSError, match="away"):
        await attempt(desk, files, accounts, message)
    assert (await desk.message(message.id)).attachments[0].missing == COMING
    with pytest.raises(OSError, match="away"):
        await attempt(desk, files, accounts, message, PATIENCE.attempts)
    assert (await desk.message(message.id)).attachments[0].missing == LOST
    await attempt(desk, files, accounts, message)
    assert (await desk.message(message.id)).attachments[0].missing == LOST


async def test_of_a_deleted_message_nothing_is_kept(desk: Desk) -> None:
    message = await say_it(desk)
    wanted = await wanted_of(desk, message)
    await desk.receive(InboundRemoval(message="x1"))
    desk.kinds()
    await desk.write(keep_file, wanted, "0" * 64, "image/png", 5)
    assert desk.kinds() == []
    assert (await desk.message(message.id)).attachments == ()


async def test_what_comes_with_its_bytes_is_not_fetched(desk: Desk) -> None:
    message = await desk.say("Look", media=(Media("a.txt", "text/plain", 3, file="0" * 64, url="pigeon:1"),))
    assert [file.missing for file in message.attachments] == [None]

"""The SMTP receiver: only for the inbox's own addresses, 250 only once it is durable, our own faults answered with "later"."""

import asyncio
import re
import smtplib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from unittest import mock

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lyhord.channels.mail import receiver
from lyhord.channels.mail.adapter import Mail
from lyhord.channels.mail.reply_address import Marks
from lyhord.channels.mail.tools import Tools
from lyhord.conversations.account import Account
from lyhord.conversations.exchange import Unsupported
from lyhord.kit.storing import StorageFull
from tests.channels.mail.doors import RecordingDoor, running
from tests.channels.mail.letters import INBOX, KEY, letter
from tests.counterparts.ports import free_ports

CONVERSATION = "01890a5d-ac96-774b-bcce-b302099a8057"


def mailbox(tools: Tools, port: int, **settings: object) -> Mail:
    usual = {"address": INBOX, "receive": "smtp", "listen_port": port, "smtp_host": "127.0.0.1", "smtp_port": port}
    return Mail(Account("workspace", "inbox", "key", "Care", {**usual, **settings}, {}), tools)


@asynccontextmanager
async def listening(mail: Mail, door: RecordingDoor, port: int) -> AsyncIterator[None]:
    async with running(mail, door):
        for _ in range(500):
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", port)
            except ConnectionRefusedError:
                await asyncio.sleep(0.02)
                continue
            writer.close()
            break
        yield


def send(port: int, raw: bytes, *recipients: str) -> int:
    """The code with which the server ends."""
    try:
        with smtplib.SMTP("127.0.0.1", port, timeout=60) as server:
            server.sendmail("anna@customer.test", list(recipients), raw)
    except smtplib.SMTPRecipientsRefused as refused:
        return next(iter(refused.recipients.values()))[0]
    except smtplib.SMTPResponseException as refused:
        return refused.smtp_code
    return 250


async def post(port: int, raw: bytes, *recipients: str) -> int:
    return await asyncio.to_thread(send, port, raw, *recipients)


async def test_forwarded_mail_is_taken(tools: Tools, door: RecordingDoor) -> None:
    (port,) = free_ports(1)
    async with listening(mailbox(tools, port, aliases="help@example.com"), door, port):
        assert await post(port, letter("To the alias"), "help@example.com") == 250
        assert await post(port, letter("Long line " + "x" * 5_000), INBOX) == 250
        assert await post(port, letter("x" * 200_000, Subject="Large"), INBOX) == 250
    assert [message.text[:12] for message in door.messages] == ["To the alias", "Long line xx", "x" * 12]
    assert door.taken[2][0].file is not None


async def test_the_envelope_leads_to_the_conversation(tools: Tools, door: RecordingDoor) -> None:
    (port,) = free_ports(1)
    address = Marks(KEY, "workspace").reply_address(INBOX, CONVERSATION) or ""
    async with listening(mailbox(tools, port), door, port):
        assert await post(port, letter(To="undisclosed-recipients:;"), address) == 250
    assert door.messages[0].thread == CONVERSATION


@pytest.mark.parametrize("stranger", ["other@example.com", "care@evil.test", "x@y.z", "care@example.com.evil.test"])
async def test_nothing_is_relayed(tools: Tools, door: RecordingDoor, stranger: str) -> None:
    (port,) = free_ports(1)
    async with listening(mailbox(tools, port), door, port):
        assert await post(port, letter(), stranger) == 550
    assert door.taken == []


@pytest.mark.parametrize(("fault", "code"), [(StorageFull("full"), 452), (RuntimeError("broken"), 451)])
async def test_our_own_faults_are_answered_with_later(
    tools: Tools, door: RecordingDoor, fault: Exception, code: int
) -> None:
    (port,) = free_ports(1)
    door.refuse = lambda _: fault
    async with listening(mailbox(tools, port), door, port):
        assert await post(port, letter(), INBOX) == code
        door.refuse = lambda _: None
        assert await post(port, letter(), INBOX) == 250
    assert len(door.taken) == 1


async def test_over_the_limit_the_sender_hears_of_it(tools: Tools, door: RecordingDoor) -> None:
    (port,) = free_ports(1)
    async with listening(mailbox(tools, port, limit_megabytes=1), door, port):
        assert await post(port, letter("line\r\n" * 250_000), INBOX) == 552
        assert await post(port, letter("line\r\n" * 100), INBOX) == 250
    assert len(door.taken) == 1


@given(
    st.lists(st.sampled_from([b".", b"\r\n", b"\r", b"\n", b"a", b"..", b"x" * 40]), max_size=60).map(b"".join),
    st.integers(1, 30),
)
@settings(max_examples=400, deadline=None)
def test_what_follows_data_is_read_as_it_was_written(content: bytes, step: int) -> None:
    async def read() -> tuple[bytes, bytes]:
        reader = asyncio.StreamReader(limit=8)
        sent = re.sub(rb"(?:^|(?<=\r\n))\.", b"..", content) + b"\r\n.\r\nQUIT\r\n"

        async def feed() -> None:
            for at in range(0, len(sent), step):
                reader.feed_data(sent[at : at + step])
                await asyncio.sleep(0)
            reader.feed_eof()

        feeding = asyncio.create_task(feed())
        pieces = [piece async for piece in receiver.read_data(reader, lambda: None)]
        await feeding
        return b"".join(pieces), await reader.read()

    with mock.patch.object(receiver, "BLOCK", 16):
        assert asyncio.run(read()) == (content + b"\r\n", b"QUIT\r\n")


async def test_a_mail_without_a_single_byte_ends_too(tools: Tools, door: RecordingDoor) -> None:
    (port,) = free_ports(1)
    async with listening(mailbox(tools, port), door, port):
        assert await post(port, b"", INBOX) == 250
    assert isinstance(door.inbounds[0], Unsupported)


async def test_an_inbox_that_went_away_while_its_mail_came_loses_none(tools: Tools) -> None:
    async def pieces() -> AsyncIterator[bytes]:
        yield letter()

    assert (await receiver._Port(tools.files).take([INBOX], pieces())).startswith("451")


async def test_two_inboxes_share_a_port(tools: Tools, door: RecordingDoor) -> None:
    (port,) = free_ports(1)
    other = RecordingDoor()
    async with (
        listening(mailbox(tools, port), door, port),
        listening(mailbox(tools, port, address="sales@example.com"), other, port),
    ):
        assert await post(port, letter("For both"), INBOX, "sales@example.com") == 250
    assert [message.text for message in (*door.messages, *other.messages)] == ["For both", "For both"]


async def test_a_taken_port_is_told(tools: Tools, door: RecordingDoor) -> None:
    server = await asyncio.start_server(lambda _, writer: writer.close(), "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    mail = mailbox(tools, port, auth="none")
    async with running(mail, door):
        await door.until(lambda: any(not health.ok for health in door.reports))
    assert door.reports[-1].problems[0][:2] == ("listen_port", "problem.mail.port_taken")
    assert ("listen_port", "problem.mail.port_taken") in [problem[:2] for problem in (await mail.health()).problems]
    server.close()

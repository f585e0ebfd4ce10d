"""A number behind a real Kannel, which is bound to a real SMS centre: what it calls us with, and what it makes of our calls."""

import asyncio
from collections.abc import AsyncIterator
from typing import NamedTuple
from urllib.parse import quote

import pytest

from lyhord.channels.sms.adapter import Sms
from lyhord.channels.sms.tools import Tools
from lyhord.conversations.account import Account
from lyhord.conversations.exchange import Accepted, Address, Inbound, InboundMessage, InboundStatus, Raw
from lyhord.kit.egress import Egress
from tests.channels.sms.numbers import CUSTOMER, outbound
from tests.counterparts import kannel as gateway
from tests.counterparts.smsc import PASSWORD, SmsCentre
from tests.waiting import until

pytestmark = [pytest.mark.long, pytest.mark.proves("sms", "Kannel")]
FROM = CUSTOMER.lstrip("+")
CALLS = "a-password-for-calls"
LONG = "Åä€ and so on. " * 20


class Behind(NamedTuple):
    """A number behind Kannel, the centre behind that, and what Kannel called us with."""

    number: Sms
    centre: SmsCentre
    came: list[Inbound]

    async def messages(self, count: int) -> list[InboundMessage]:
        await until(lambda: len([one for one in self.came if isinstance(one, InboundMessage)]) >= count, seconds=20)
        return [one for one in self.came if isinstance(one, InboundMessage)]

    async def states(self, *wanted: str) -> None:
        await until(lambda: [one.state for one in self.came if isinstance(one, InboundStatus)] == [*wanted], seconds=20)


@pytest.fixture
async def behind() -> AsyncIterator[Behind]:
    came: list[Inbound] = []
    number: Sms | None = None

    async def take(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        first, *rest = head.split("\r\n")
        headers = {name.lower(): text.strip() for name, _, text in (line.partition(":") for line in rest if line)}
        raw = Raw(b"", headers, first.split(" ")[1].partition("?")[2])
        assert number is not None
        good = number.verify(raw).ok
        came.extend(number.parse(raw) if good else [])
        status = number.ack(raw, ok=True).status if good else 401
        writer.write(f"HTTP/1.1 {status} x\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".encode())
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(take, "127.0.0.1", 0)
    here = f"127.0.0.1:{server.sockets[0].getsockname()[1]}"
    egress = Egress(allow_private=["127.0.0.0/8"])
    calls = f"http://kannel:{quote(CALLS, safe='')}@{here}/in/key"
    async with SmsCentre() as centre:
        enter = gateway.kannel(centre=centre.port, centre_password=PASSWORD, calls=calls)
        address = await asyncio.to_thread(enter.__enter__)
        try:
            settings = {"way": "kannel", "number": "71550", "kannel_address": address, "kannel_user": gateway.USER}
            secrets = {"kannel_password": gateway.PASSWORD, "call_password": CALLS}
            number = Sms(Account("w", "i", "key", "n", settings, secrets), Tools(egress.call, f"http://{here}"))
            yield Behind(number, centre, came)
        finally:
            await asyncio.to_thread(enter.__exit__, None, None, None)
            server.close()
            await egress.close()


async def test_both_ways_and_their_receipts(behind: Behind) -> None:
    assert (await behind.number.health()).ok
    for text, coding in (("Hej då €", 0), ("Привет 😀", 8), ("Sluta", 0)):
        assert await behind.centre.deliver(FROM, text, source_addr_ton=1, source_addr_npi=1, data_coding=coding) == 0
    messages = sorted(await behind.messages(3), key=lambda one: one.text)
    assert [one.text for one in messages] == ["Hej då €", "Sluta", "Привет 😀"]
    assert {one.sender for one in messages} == {(Address("tel", CUSTOMER, verified=True),)}
    assert [set(one.flags) for one in messages] == [set(), {"opt_out"}, set()]
    assert len({one.external_id for one in messages}) == 3

    assert await behind.number.send(outbound("Hej då €"), "k.1") == Accepted("k.1")
    (got,) = await behind.centre.submitted(1)
    assert (got["text"], got["to"], got["from"]) == ("Hej då €", FROM, "71550")
    await behind.states("sent")
    receipt = f"id:{got['submitted']} sub:001 dlvrd:001 submit date:2611220800 done date:2611220801 stat:DELIVRD err:000 text:"
    await behind.centre.deliver(FROM, receipt, esm_class=4)
    await behind.states("sent", "delivered")
    assert {one.reference for one in behind.came if isinstance(one, InboundStatus)} == {"k.1"}

    assert await behind.number.send(outbound("你好 😀"), "k.2") == Accepted("k.2")
    assert (await behind.centre.submitted(2))[1]["text"] == "你好 😀"
    assert await behind.number.send(outbound(LONG), "k.3") == Accepted("k.3")
    assert "".join(one["text"] for one in (await behind.centre.submitted(5))[2:]) == LONG


async def test_a_wrong_password_is_found_by_the_check(behind: Behind) -> None:
    address = behind.number._options.kannel_address
    settings = {"way": "kannel", "number": "71550", "kannel_address": address, "kannel_user": "nobody"}
    secrets = {"kannel_password": "x", "call_password": CALLS}
    egress = Egress(allow_private=["127.0.0.0/8"])
    health = await Sms(Account("w", "i", "key", "n", settings, secrets), Tools(egress.call, "http://x")).health()
    assert health.problems == (("kannel_password", "problem.sms.bad_login", ""),)
    await egress.close()

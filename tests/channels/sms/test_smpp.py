"""A number at an SMS centre that somebody else wrote: both ways, long and short, through interruptions."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress

import pytest

from lyhord.channels.sms.adapter import Sms
from lyhord.channels.sms.joining import PATIENCE
from lyhord.channels.sms.tools import Tools
from lyhord.conversations.account import Account
from lyhord.conversations.exchange import Accepted, Address, Failed, Retry, Unknown
from tests.channels.sms.doors import OpenDoor
from tests.channels.sms.numbers import CUSTOMER, PUBLIC, Outside, outbound
from tests.conftest import StoppedClock
from tests.counterparts.smsc import PASSWORD, SmsCentre
from tests.waiting import until

pytestmark = [pytest.mark.long, pytest.mark.proves("sms", "node-smpp")]
FROM = CUSTOMER.lstrip("+")
LONG = "Åä€ and so on. " * 20
Number = Callable[..., Sms]


@pytest.fixture
async def centre() -> AsyncIterator[SmsCentre]:
    async with SmsCentre() as centre:
        yield centre


@pytest.fixture
async def tools(clock: StoppedClock) -> AsyncIterator[Tools]:
    tools = Tools(Outside().call, PUBLIC, clock)
    yield tools
    await tools.close()


@pytest.fixture
def number(centre: SmsCentre, tools: Tools) -> Number:
    def make(password: str = PASSWORD, **settings: object) -> Sms:
        given = {
            "way": "smpp",
            "number": "71550",
            "smpp_host": "127.0.0.1",
            "smpp_port": centre.port,
            "system_id": "firm",
        }
        return Sms(Account("w", "inbox", "key", "Number", {**given, **settings}, {"smpp_password": password}), tools)

    return make


@asynccontextmanager
async def serving(number: Sms, door: OpenDoor) -> AsyncIterator[asyncio.Task[None]]:
    """The door is open, and its session bound."""
    bound = len([one for one in door.reports if one.ok])
    running = asyncio.create_task(number.run(door))
    await until(lambda: len([one for one in door.reports if one.ok]) > bound)
    try:
        yield running
    finally:
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running


async def test_the_check_binds_for_real(centre: SmsCentre, number: Number) -> None:
    assert (await number().health()).ok
    wrong = await number(password="wrong").health()
    assert wrong.problems == (("smpp_password", "problem.sms.bad_login", ""),)
    await centre.stop()
    assert (await number().health()).problems == (("smpp_host", "problem.sms.unreachable", ""),)


async def test_what_customers_write_is_stored_in_order(centre: SmsCentre, number: Number) -> None:
    door = OpenDoor()
    async with serving(number(), door):
        assert await centre.deliver(FROM, "Hej då €", source_addr_ton=1, data_coding=0) == 0
        assert await centre.deliver(FROM, "Привет 😀", source_addr_ton=1, data_coding=8) == 0
        assert await centre.deliver("Min Bank", "Stopp", source_addr_ton=5) == 0
        assert await centre.ask() == 0
    first, second, third = door.messages
    assert (first.text, second.text) == ("Hej då €", "Привет 😀")
    assert first.sender == (Address("tel", CUSTOMER, verified=True),)
    assert (third.sender[0].scheme, set(third.flags)) == ("sms_name", {"opt_out"})
    assert len({one.external_id for one in door.messages}) == 3


async def test_what_cant_be_stored_stays_with_the_centre(centre: SmsCentre, number: Number) -> None:
    door = OpenDoor()
    async with serving(number(), door):
        door.full = True
        assert await centre.deliver(FROM, "Hello") == 0x64
        door.full = False
        assert await centre.deliver(FROM, "Hello") == 0
    assert [one.text for one in door.messages] == ["Hello"]


async def test_parts_in_any_order_are_one_message_also_over_a_restart(centre: SmsCentre, number: Number) -> None:
    door = OpenDoor()
    async with serving(number(), door):
        await centre.deliver(FROM, "three", udh="050003070303")
        await centre.deliver(FROM, "one, ", udh="050003070301")
    assert door.received == []
    async with serving(number(), door):
        assert await centre.deliver(FROM, "two, ", udh="050003070302") == 0
    assert [one.text for one in door.messages] == ["one, two, three"]


async def test_a_part_that_never_comes_leaves_a_gap(centre: SmsCentre, number: Number, clock: StoppedClock) -> None:
    door = OpenDoor()
    async with serving(number(), door):
        await centre.deliver(FROM, "three", udh="050003070303")
    clock.move(PATIENCE)
    async with serving(number(), door):
        await until(lambda: door.messages)
    assert [one.text for one in door.messages] == ["[…] three"]


async def test_a_message_leaves_and_its_receipt_comes(centre: SmsCentre, number: Number) -> None:
    door, adapter = OpenDoor(), number()
    async with serving(adapter, door):
        outcome = await adapter.send(outbound("Hej då €"), "k")
        (got,) = await centre.submitted(1)
        assert outcome == Accepted(got["submitted"])
        assert (got["from"], got["from_ton"], got["to"], got["text"]) == ("71550", 3, FROM, "Hej då €")
        receipt = f"id:{got['submitted']} sub:001 dlvrd:001 stat:DELIVRD err:000 text:"
        await centre.deliver(FROM, receipt, esm_class=4)
    (status,) = door.statuses
    assert (status.reference, status.state) == (got["submitted"], "delivered")
    assert [one["bound"] for one in centre.those("bound")] == ["transceiver"]


async def test_a_process_without_the_door_sends_by_a_session_of_its_own(centre: SmsCentre, number: Number) -> None:
    assert isinstance(await number().send(outbound("你好"), "k"), Accepted)
    (got,) = await centre.submitted(1)
    assert (got["text"], got["coding"]) == ("你好", 8)
    assert [one["bound"] for one in centre.those("bound")] == ["transmitter"]


@pytest.mark.parametrize("way", ["udh", "payload"])
async def test_a_long_message_arrives_whole(centre: SmsCentre, number: Number, way: str) -> None:
    outcome = await number(smpp_long=way).send(outbound(LONG), "k")
    got = await centre.submitted(1 if way == "payload" else 3)
    assert "".join(one["text"] for one in got) == LONG
    assert outcome == Accepted(got[-1]["submitted"])
    assert [one["receipt"] for one in got] == [*(0 for _ in got[1:]), 1]
    assert len({tuple(one["udh"]) for one in got}) == len(got)


async def test_what_the_centre_refuses_is_said(centre: SmsCentre, number: Number) -> None:
    await centre.wish("0606", 0x0B)
    assert await number().send(outbound(), "k") == Failed("problem.sms.bad_number")
    await centre.wish("0606", 0x58)
    assert await number().send(outbound(), "k") == Retry("problem.sms.busy", 2)
    await centre.wish("0606", 0x45)
    assert await number().send(outbound(), "k") == Failed("SMPP 0x45")
    assert await number(password="wrong").send(outbound(), "k") == Retry("problem.sms.bad_login")


async def test_a_session_that_ends_before_the_answer_leaves_it_unknown(centre: SmsCentre, number: Number) -> None:
    door, adapter = OpenDoor(), number()
    async with serving(adapter, door):
        await centre.wish("0606", "silence")
        sending = asyncio.create_task(adapter.send(outbound(), "k"))
        await centre.submitted(1)
        centre.tell("cut")
        assert await sending == Unknown("problem.sms.no_answer")


async def test_a_session_that_ended_is_opened_again(centre: SmsCentre, number: Number) -> None:
    door, adapter = OpenDoor(), number()
    async with serving(adapter, door):
        await centre.stop()
        await until(lambda: door.reports and not door.reports[-1].ok, seconds=20)
        assert await adapter.send(outbound(), "k") == Retry("problem.sms.unreachable")
        await centre.start()
        await until(lambda: door.reports[-1].ok, seconds=30)
        assert await centre.deliver(FROM, "Still there?") == 0
        assert isinstance(await adapter.send(outbound("Yes"), "k2"), Accepted)
    assert [one.text for one in door.messages] == ["Still there?"]


async def test_receipts_may_name_in_decimal_what_was_hexadecimal(centre: SmsCentre, number: Number) -> None:
    outcome = await number(smpp_receipts="decimal").send(outbound(), "k")
    assert outcome == Accepted("m1"), "an id that is no number stays"

"""Replies leave through a mail server that does everything wrong: in order, once, and where nobody can know, that is said."""

from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import pytest

from lyhord.channels.mail import outgoing
from lyhord.channels.mail.adapter import Mail
from lyhord.channels.mail.tools import Tools
from lyhord.conversations.account import Account
from lyhord.conversations.actions.reply import retry_delivery
from lyhord.conversations.channel import Adapter
from lyhord.conversations.events import DeliveryChanged
from lyhord.conversations.exchange import Address
from lyhord.kit.clock import MINUTE
from lyhord.kit.database.engine import Engine
from lyhord.worker.senders import Sender
from tests.channels.mail.doors import make_tools
from tests.conftest import StoppedClock
from tests.conversations.desk import Desk, make_database
from tests.faults.checker import Holdings, Journal, check, replies_arrived, replies_in_order
from tests.faults.rig import times
from tests.faults.smtp_in_trouble import MOODS, TroubledServer, moody

CUSTOMERS = 4
REPLIES = times(10, 60)
"""To each customer."""
PATIENCE = 0.4
"""Seconds after which the mail server counts as silent."""


class OneMailbox:
    """Every inbox is this mailbox."""

    def __init__(self, port: int, tools: Tools) -> None:
        server = {"smtp_host": "127.0.0.1", "smtp_port": port, "smtp_security": "plain", "auth": "none"}
        settings = {"address": "desk@support.test", **server}
        self._mail = Mail(Account("workspace", "inbox", "key", "Desk", settings, {}), tools)

    def native(self) -> Sequence[str]:
        return ()

    async def adapter(self, _workspace_id: str, _inbox_id: str) -> Adapter:
        return self._mail


class Outbox:
    """A company that answers its customers, and what became of it."""

    def __init__(self, desk: Desk, journal: Journal, server: TroubledServer, sender: Sender) -> None:
        self.desk, self.journal, self.server, self.sender = desk, journal, server, sender
        self.replies: dict[str, str] = {}

    async def answer_all(self, count: int) -> None:
        """As many replies to each customer, in turns."""
        conversations = {}
        for number in range(CUSTOMERS):
            address = f"customer{number}@customer.test"
            asked = await self.desk.say(sender=(Address("email", address, verified=True),), subject="Lamps")
            conversations[address] = asked.conversation_id
        for round_ in range(count):
            for number, (address, conversation_id) in enumerate(conversations.items()):
                text = f"reply-{round_ * CUSTOMERS + number}"
                message = await self.desk.answer(conversation_id, text)
                self.replies[message.id] = text
                self.journal.note("asked", id=text, conversation=address)

    async def send_all(self) -> dict[str, list[str]]:
        """Let time pass until nothing is left to do; message ids by the state in which they ended."""
        for _ in range(600):
            await self.sender.catch_up()
            states: dict[str, list[str]] = {}
            for message_id in self.replies:
                delivery = (await self.desk.message(message_id)).delivery
                assert delivery
                states.setdefault(delivery.state, []).append(message_id)
            if not {"queued", "sending"} & states.keys():
                return states
            self.desk.clock.move(MINUTE)
        raise AssertionError(f"not done: {states}")

    def held(self) -> Holdings:
        """What the log says about doubt."""
        return Holdings(
            unknown={
                self.replies[event.message_id]
                for event in (one.event for one in self.desk.events)
                if isinstance(event, DeliveryChanged) and event.state == "unknown"
            }
        )


@pytest.fixture
async def outbox(
    engine: Engine, clock: StoppedClock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Outbox]:
    monkeypatch.setattr(outgoing, "SECONDS", PATIENCE)
    database = make_database(engine, clock)
    await database.open()
    desk = await Desk(database, clock).open()
    journal = Journal(tmp_path / "journal.jsonl")
    server = TroubledServer(journal, moody(5))
    port = await server.start()
    tools = make_tools(tmp_path)
    yield Outbox(desk, journal, server, Sender(database, OneMailbox(port, tools)))
    await server.stop()
    await tools.close()
    await database.close()
    journal.close()


async def test_a_bad_day_of_the_mail_server_reorders_and_doubles_nothing(outbox: Outbox) -> None:
    await outbox.answer_all(REPLIES)
    states = await outbox.send_all()
    assert {"sent", "failed", "unknown"} == states.keys(), "the day was bad enough"
    assert check(outbox.journal, outbox.held(), (replies_in_order,)) == []
    taken = [op["id"] for op in outbox.journal.of("received")]
    assert len(taken) == len(set(taken)), "nothing is repeated of itself where it may have arrived"
    arrived_surely = {outbox.replies[one] for one in states["sent"]}
    refused_surely = {outbox.replies[one] for one in states["failed"]}
    assert arrived_surely <= set(taken)
    assert not refused_surely & set(taken)
    assert set(taken) - arrived_surely <= outbox.held().unknown

    # a person asks for those again that failed or may have failed
    outbox.server.choose = moody(6, ("good",))
    for message_id in (*states["failed"], *states["unknown"]):
        await outbox.desk.write(retry_delivery, message_id)
    assert (await outbox.send_all()).keys() == {"sent"}
    assert check(outbox.journal, outbox.held(), (replies_arrived,)) == []


@pytest.mark.parametrize("mood", sorted(set(MOODS)))
async def test_each_trouble_alone_ends_as_it_must(outbox: Outbox, mood: str) -> None:
    once = iter([mood])
    outbox.server.choose = lambda: next(once, "good")
    await outbox.answer_all(1)
    states = await outbox.send_all()
    in_doubt = mood.startswith("takes it") or mood == "hangs up within the mail"
    refused = mood.startswith("55")
    wanted = "unknown" if in_doubt else "failed" if refused else "sent"
    assert len(states.get(wanted, [])) == (CUSTOMERS if wanted == "sent" else 1), states
    taken = [op["id"] for op in outbox.journal.of("received")]
    assert len(taken) == len(set(taken))

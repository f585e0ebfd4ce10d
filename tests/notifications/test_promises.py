"""Whoever a warning is for is told of it, by the ways that they chose."""

from typing import Any

from lyhord.kit.database import Tx
from lyhord.tickets.levels.events import ClockBroken, ClockWarned
from tests.notifications.office import Office


async def test_a_warning_reaches_those_whom_it_names(office: Office) -> None:
    said = await office.say()
    ticket = await office.ticket(said.conversation_id)
    await office.follow()

    def warn(tx: Tx) -> None:
        about: Any = {
            "conversation_id": said.conversation_id,
            "ticket_id": ticket.id,
            "clock": "first_answer",
            "due_at": 1,
        }
        tx.emit(ClockWarned(agent_ids=(office.agent,), **about))
        tx.emit(ClockBroken(agent_ids=(office.agent,), **about))

    await office.write(warn)
    assert await office.kinds_told() == ["due", "unassigned"], "told once, the latest"
    assert await office.kinds_told(office.colleague) == ["unassigned"]

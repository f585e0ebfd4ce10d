"""Macros that sort a ticket, say how far it is and fill in what its kind needs: in the order in which one needs the other."""

import pytest

from lyhord.kit.problems import Invalid
from lyhord.tickets.kinds.actions import change_kind
from lyhord.tickets.kinds.model import KindAttribute, KindChange, Stage
from lyhord.tickets.macros.model import AttributesStep, KindStep, NoteStep, StageStep, StatusStep
from tests.conversations.desk import Desk
from tests.tickets.macros.test_macros import DONE, make, run


@pytest.fixture
async def mended(desk: Desk) -> str:
    """The id of the stage that faults end on, which need their product."""
    stages = (Stage("reported", "open"), Stage("mended", "resolved"))
    needs = KindChange(stages=stages, attributes=(KindAttribute("product", True),))
    kind = await desk.write(change_kind, "fault", needs)
    return str(kind.stages[1].id)


async def test_what_one_step_needs_another_has_done_before(desk: Desk, mended: str) -> None:
    asked = await desk.say()
    fill = AttributesStep(values={"product": "Lamp"})
    macro = await make(desk, StageStep(stage=mended), fill, KindStep(ticket_kind="fault"))
    await run(desk, macro, asked.conversation_id)
    ticket = await desk.ticket(asked.conversation_id)
    assert (ticket.kind, ticket.stage, ticket.status) == ("fault", mended, "resolved")
    assert ticket.attributes == {"product": "Lamp"}


async def test_a_macro_that_lacks_what_is_needed_does_nothing(desk: Desk, mended: str) -> None:
    asked = await desk.say()
    macro = await make(desk, NoteStep(text="Over"), KindStep(ticket_kind="fault"), DONE)
    desk.kinds()
    with pytest.raises(Invalid) as refused:
        await run(desk, macro, asked.conversation_id)
    assert refused.value.fields == {"attributes.product": "problem.needed"}
    assert desk.kinds() == []
    assert (await desk.ticket(asked.conversation_id)).kind == "question"


@pytest.mark.parametrize(
    "step",
    [AttributesStep(values={"product": 7}), AttributesStep(values={"weight": "7"}), StageStep(stage="gone")],
)
async def test_a_macro_of_what_is_not_there_cannot_be_made(desk: Desk, step: AttributesStep | StageStep) -> None:
    with pytest.raises(Invalid):
        await make(desk, step, StatusStep(status="open"))

"""The tree of reasons is edited by whoever may, never into a knot, and a model learns when what it learns from changes."""

import pytest

from lyhord.hearing.reasons import store
from lyhord.hearing.reasons.actions import JOBS, change_reason, create_reason
from lyhord.hearing.reasons.model import DEFAULTS, NewReason, ReasonChange
from lyhord.hearing.reasons.reading import list_reasons, read_tree
from lyhord.hearing.reasons.seeding import list_keys
from lyhord.kit.database import ReadTx
from lyhord.kit.problems import Invalid, NotFound, Taken
from lyhord.workspaces.actions.workspace import change_workspace
from tests.conversations.desk import Desk

EXAMPLES = ("Can I rent a boat?", "What does a boat cost for a day?", "boat for sunday pls")


def is_to_learn(tx: ReadTx) -> bool:
    return tx.one(store.waiting_job, kind=JOBS["reason"]) is not None


async def test_a_workspace_begins_with_the_reasons_that_everybody_has(desk: Desk) -> None:
    reasons = await desk.read(list_reasons)
    assert sorted(one.id for one in reasons) == sorted(list_keys())
    assert [one.id for one in reasons if one.parent_id is None] == list(DEFAULTS)
    assert {one.id for one in reasons if one.parent_id == "delivery"} == {"late", "damaged"}
    await desk.write(change_workspace, "Renamed", {})
    assert len(await desk.read(list_reasons)) == len(reasons)
    assert not await desk.read(is_to_learn)


async def test_one_s_own_reason_needs_a_name_and_three_examples(desk: Desk) -> None:
    with pytest.raises(Invalid) as few:
        await desk.write(create_reason, NewReason(name="Boats", examples=(*EXAMPLES[:2], f" {EXAMPLES[1]}  ")))
    assert few.value.fields == {"examples": "problem.few_examples"}
    with pytest.raises(Invalid):
        await desk.write(create_reason, NewReason(name="  ", examples=EXAMPLES))
    made = await desk.write(create_reason, NewReason(name="Boats", examples=EXAMPLES, parent_id="order"))
    assert (made.name, made.examples, made.parent_id, made.place) == ("Boats", EXAMPLES, "order", 0)
    assert await desk.read(is_to_learn)
    with pytest.raises(Taken):
        await desk.write(create_reason, NewReason(name="boats", examples=EXAMPLES))


async def test_reasons_are_placed_among_their_siblings(desk: Desk) -> None:
    await desk.write(change_reason, "praise", ReasonChange(place=0))
    roots = [one.id for one in await desk.read(list_reasons) if one.parent_id is None]
    assert roots == ["praise", *(one for one in DEFAULTS if one != "praise")]
    assert not await desk.read(is_to_learn)  # nothing changed of what it tells


async def test_no_reason_stands_below_itself(desk: Desk) -> None:
    for parent in ("late", "delivery", "nobody"):
        with pytest.raises(Invalid) as refused:
            await desk.write(change_reason, "delivery", ReasonChange(parent_id=parent))
        assert refused.value.fields == {"parent_id": "field.invalid"}
    with pytest.raises(NotFound):
        await desk.write(change_reason, "nobody", ReasonChange(name="New"))


async def test_a_merged_reason_counts_as_the_other_until_it_is_taken_up_again(desk: Desk) -> None:
    merged = await desk.write(change_reason, "invoice", ReasonChange(merged_into="refund"))
    assert (merged.archived, merged.merged_into) == (True, "refund")
    assert (await desk.read(read_tree)).stands_for("invoice") == "refund"
    assert await desk.read(is_to_learn)
    for wrong in ("refund", "invoice", "nobody"):
        with pytest.raises(Invalid):
            await desk.write(change_reason, "refund", ReasonChange(merged_into=wrong))
    back = await desk.write(change_reason, "invoice", ReasonChange(archived=False))
    assert (back.archived, back.merged_into) == (False, None)


async def test_each_change_is_told_and_stands_in_the_audit(desk: Desk) -> None:
    desk.kinds()
    await desk.write(change_reason, "other", ReasonChange(archived=True))
    assert desk.kinds() == ["reason.changed"]
    await desk.write(change_reason, "other", ReasonChange(archived=True))
    assert desk.kinds() == []

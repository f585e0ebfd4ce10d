"""Kinds are the workspace's own: added, changed, put in order, removed and taken up again; told and written down each time."""

from pathlib import Path
from typing import Any, get_args

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lyhord.contacts.actions.attributes import define_attribute, list_attributes, remove_attribute
from lyhord.kit.problems import Invalid, NotFound, Taken
from lyhord.tickets.actions import set_kind
from lyhord.tickets.kinds.actions import change_kind, create_kind
from lyhord.tickets.kinds.model import (
    BUILT_IN,
    DEFAULTS,
    Kind,
    KindAttribute,
    KindChange,
    NewKind,
    Stage,
    stage_of,
    stands,
)
from lyhord.tickets.kinds.reading import list_kinds
from lyhord.tickets.model import Status
from lyhord.workspaces.actions.workspace import change_workspace
from lyhord.workspaces.views import list_audit
from tests.conversations.desk import Desk


async def ids(desk: Desk) -> list[str]:
    """Those that are offered, in their order."""
    return [one.id for one in await desk.read(list_kinds) if not one.removed]


async def test_a_kind_is_added_behind_the_others_and_told(desk: Desk) -> None:
    desk.kinds()
    made = await desk.write(create_kind, NewKind(name="  Lost \n property "))
    assert (made.name, await ids(desk)) == ("Lost property", [*DEFAULTS, made.id])
    assert desk.kinds() == ["kind.changed"]
    ticket = await desk.ticket((await desk.say()).conversation_id)
    assert (await desk.write(set_kind, ticket.id, made.id)).kind == made.id


async def test_a_kind_is_called_otherwise_and_stands_elsewhere(desk: Desk) -> None:
    await desk.write(change_kind, "praise", KindChange(name="Thanks", place=0))
    first = (await desk.read(list_kinds))[0]
    assert (first.id, first.name) == ("praise", "Thanks")
    await desk.write(change_kind, "praise", KindChange(place=3))
    assert await ids(desk) == ["question", "complaint", "order", "praise", "fault", "information", "call_back"]
    audit = [entry.action for entry in (await desk.read(list_audit, None, 20)) if entry.action.startswith("kind.")]
    assert audit == ["kind.changed", "kind.changed"]


async def test_what_is_removed_is_offered_no_more_and_can_come_back(desk: Desk) -> None:
    ticket = await desk.ticket((await desk.say()).conversation_id)
    await desk.write(set_kind, ticket.id, "praise")
    await desk.write(change_kind, "praise", KindChange(removed=True))
    assert "praise" not in await ids(desk)
    assert (await desk.ticket(ticket.conversation_id)).kind == "praise"
    other = await desk.ticket((await desk.say(who="ben")).conversation_id)
    with pytest.raises(Invalid):
        await desk.write(set_kind, other.id, "praise")
    await desk.write(change_workspace, "Renamed", {})
    assert "praise" not in await ids(desk)
    await desk.write(change_kind, "praise", KindChange(removed=False))
    assert await ids(desk) == list(DEFAULTS)


async def test_the_attributes_that_come_with_a_workspace_are_optional_and_stay_away_once_removed(desk: Desk) -> None:
    kinds = {one.id: one.attributes for one in await desk.read(list_kinds)}
    assert {key: tuple(one.key for one in kept) for key, kept in kinds.items()} == DEFAULTS
    assert not any(one.required for kept in kinds.values() for one in kept)
    defined = {one.key: one.choices for one in await desk.read(list_attributes) if one.subject == "ticket"}
    assert defined == BUILT_IN
    await desk.write(remove_attribute, "ticket", "product")
    await desk.write(change_workspace, "Renamed", {})
    assert "product" not in {one.key for one in await desk.read(list_attributes)}


async def test_stages_keep_their_ids_and_new_ones_get_one(desk: Desk) -> None:
    stages = (Stage("Reported", "open"), Stage("Mended", "resolved"))
    made = (await desk.write(change_kind, "fault", KindChange(stages=stages))).stages
    assert len({one.id for one in made} - {""}) == 2
    again = (made[1], Stage("On the bench", "open"), Stage("Heard of", "open", made[0].id))
    after = (await desk.write(change_kind, "fault", KindChange(stages=again))).stages
    assert [one.id for one in after][::2] == [made[1].id, made[0].id]
    assert [one.name for one in after] == ["Mended", "On the bench", "Heard of"]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        (KindChange(name=" "), None),
        (KindChange(attributes=(KindAttribute("nothing"),)), "attributes"),
        (KindChange(attributes=(KindAttribute("product"), KindAttribute("product", True))), "attributes"),
        (KindChange(stages=(Stage("", "open"),)), "stages"),
        (KindChange(stages=(Stage("Here", "open"), Stage("here", "pending"))), "stages"),
        (KindChange(stages=(Stage("Here", "open", "made up"),)), "stages"),
    ],
)
async def test_what_cannot_be_is_refused_by_its_field(desk: Desk, change: KindChange, field: str | None) -> None:
    if field is None:  # one of ours goes by our name again
        assert (await desk.write(change_kind, "fault", change)).name == ""
        return
    with pytest.raises(Invalid) as refused:
        await desk.write(change_kind, "fault", change)
    assert list(refused.value.fields) == [field]


async def test_names_are_needed_and_one_each_and_what_tickets_begin_as_stays(desk: Desk) -> None:
    made = await desk.write(create_kind, NewKind(name="Lost property"))
    for wrong, action in (
        (Taken, (create_kind, NewKind(name="LOST property"))),
        (Invalid, (create_kind, NewKind(name=""))),
        (Invalid, (change_kind, made.id, KindChange(name=""))),
        (Invalid, (change_kind, "question", KindChange(removed=True))),
        (NotFound, (change_kind, "gossip", KindChange(name="Gossip"))),
    ):
        with pytest.raises(wrong):
            await desk.write(*action)
    assert await ids(desk) == [*DEFAULTS, made.id]


async def test_an_attribute_of_tickets_stands_on_no_customer(desk: Desk) -> None:
    made: Any = await desk.write(define_attribute, "ticket", "Serial number", "text")
    kind = await desk.write(create_kind, NewKind(name="Recall", attributes=(KindAttribute(made.key, True),)))
    assert kind.attributes == (KindAttribute("Serial number", True),)


CASES = msgspec.json.decode((Path(__file__).parent / "stages.json").read_bytes())


@pytest.mark.parametrize(("chosen", "status", "wanted"), CASES["stands"])
def test_screens_and_server_agree_where_a_ticket_stands(chosen: str | None, status: str, wanted: str | None) -> None:
    stage = stage_of(msgspec.convert(CASES["stages"], tuple[Stage, ...]), chosen, status)
    assert (stage.id if stage else None) == wanted


STATUSES: tuple[Status, ...] = get_args(Status)
_stages = st.lists(st.sampled_from(STATUSES), max_size=5).map(
    lambda all_of: tuple(Stage(f"S{at}", status, f"s{at}") for at, status in enumerate(all_of))
)


@given(_stages, st.sampled_from([None, "s0", "s1", "s2", "s3", "s4", "gone"]), st.sampled_from(STATUSES))
def test_a_ticket_stands_on_one_stage_and_filters_know_which(
    stages: tuple[Stage, ...], chosen: str | None, status: str
) -> None:
    stage = stage_of(stages, chosen, status)
    free = status not in {one.status for one in stages}
    assert stage is None or stage.status == status or free
    assert (stage is None) <= (not stages or free)
    if chosen in {one.id for one in stages if one.status == status or free}:
        assert stage is not None
        assert stage.id == chosen
    kinds = [Kind("k", "", stages=stages)]
    found = []
    for one in stages:
        whole, first, others = stands(kinds, "k", one.id)
        triple, pair = f"k:{chosen or ''}:{status}", f"k:{status}"
        if triple in whole or (pair in first and triple not in others):
            found.append(one)
    assert found == ([stage] if stage else [])

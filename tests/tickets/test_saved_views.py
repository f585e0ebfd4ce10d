"""Saved views: whose they are, who uses them, and who may change them."""

import pytest

from lyhord.kit.ids import new_id
from lyhord.kit.problems import Forbidden, Invalid, NotFound
from lyhord.tickets import saved_views
from lyhord.tickets.filters import Filter, OneOf, Whether
from lyhord.tickets.saved_views import (
    Audience,
    NewView,
    SavedView,
    ViewChange,
    change_saved_view,
    create_saved_view,
    find_saved_view,
    list_saved_views,
    remove_saved_view,
)
from lyhord.tickets.views import list_tickets
from lyhord.workspaces.actions.teams import create_team, remove_team
from lyhord.workspaces.reach import EVERYTHING
from tests.conversations.desk import Desk

AUDIENCES: dict[str, Audience] = {"Mine": "me", "Ours": "team", "All": "everyone"}
WAITING = Filter((Whether(field="waiting"),))


async def usable(desk: Desk, agent: str, *teams: str) -> list[str]:
    return [one.name for one in await desk.read(list_saved_views, agent, teams)]


async def test_a_view_is_seen_by_those_whom_it_is_for(desk: Desk) -> None:
    crew = await desk.write(create_team, "Crew", [desk.agent], [])
    for name, audience in AUDIENCES.items():
        await desk.write(create_saved_view, desk.agent, NewView(name, WAITING, audience, crew))
    assert await usable(desk, desk.agent) == ["Mine", "Ours", "All"]
    assert await usable(desk, desk.colleague, crew) == ["Ours", "All"]
    assert await usable(desk, desk.colleague) == ["All"]
    assert [one.team_id for one in await desk.read(list_saved_views, desk.agent, [])] == [None, crew, None]


async def test_a_view_is_a_list_like_the_others_for_those_who_may_use_it(desk: Desk) -> None:
    asked = await desk.say()
    await desk.answer((await desk.say(who="bea")).conversation_id)
    view = await desk.write(create_saved_view, desk.agent, NewView("Waits", WAITING))
    page, place = await desk.read(list_tickets, EVERYTHING, desk.agent, f"view:{view.id}")
    assert ([row.conversation_id for row in page], place) == ([asked.conversation_id], None)
    with pytest.raises(Invalid):
        await desk.read(list_tickets, EVERYTHING, desk.colleague, f"view:{view.id}")


async def test_a_shared_view_means_whoever_looks(desk: Desk) -> None:
    asked = await desk.say()
    await desk.answer(asked.conversation_id, agent=desk.colleague)
    own = Filter((OneOf(field="owner", values=("me",)),))
    view = await desk.write(create_saved_view, desk.agent, NewView("Own", own, "everyone"))
    found = [
        len((await desk.read(list_tickets, EVERYTHING, who, f"view:{view.id}"))[0])
        for who in (desk.agent, desk.colleague)
    ]
    assert found == [0, 1]


async def test_others_change_what_is_shared_only_when_they_lead(desk: Desk) -> None:
    shared = await desk.write(create_saved_view, desk.agent, NewView("Shared", WAITING, "everyone"))
    private = await desk.write(create_saved_view, desk.agent, NewView("Private", WAITING))

    async def rename(view: SavedView, who: str, *, lead: bool) -> SavedView:
        found: SavedView = await desk.write(
            lambda tx: change_saved_view(tx, who, [], view.id, ViewChange(name=" New  name "), lead=lead)
        )
        return found

    with pytest.raises(Forbidden):
        await rename(shared, desk.colleague, lead=False)
    with pytest.raises(NotFound):
        await rename(private, desk.colleague, lead=True)
    changed = await rename(shared, desk.colleague, lead=True)
    assert (changed.name, changed.agent_id, changed.filter) == ("New name", desk.agent, WAITING)
    with pytest.raises(Forbidden):
        await desk.write(lambda tx: remove_saved_view(tx, desk.colleague, [], shared.id, lead=False))
    await desk.write(lambda tx: remove_saved_view(tx, desk.agent, [], shared.id, lead=False))
    assert await desk.read(find_saved_view, desk.agent, [], shared.id) is None
    assert desk.kinds() == ["saved_view.changed"] * 4


@pytest.mark.parametrize(
    "new",
    [
        NewView("  ", WAITING),
        NewView("A", Filter((OneOf(field="status", values=("closed",)),))),
        NewView("A", WAITING, "team"),
        NewView("A", WAITING, "team", new_id()),
    ],
)
async def test_what_makes_no_view_is_refused(desk: Desk, new: NewView) -> None:
    with pytest.raises(Invalid):
        await desk.write(create_saved_view, desk.agent, new)


async def test_a_view_of_a_team_that_is_gone_stays_its_makers(desk: Desk) -> None:
    crew = await desk.write(create_team, "Crew", [desk.agent], [])
    view = await desk.write(create_saved_view, desk.agent, NewView("Ours", WAITING, "team", crew))
    await desk.write(remove_team, crew)
    assert await usable(desk, desk.agent) == ["Ours"]
    change = ViewChange(audience="me")
    kept = await desk.write(lambda tx: change_saved_view(tx, desk.agent, [], view.id, change, lead=False))
    assert (kept.audience, kept.team_id) == ("me", None)


async def test_there_is_an_end_to_views(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(saved_views, "MOST_VIEWS", 1)
    await desk.write(create_saved_view, desk.agent, NewView("One", WAITING))
    with pytest.raises(Invalid) as refused:
        await desk.write(create_saved_view, desk.agent, NewView("Two", WAITING))
    assert refused.value.key == "problem.too_many_views"

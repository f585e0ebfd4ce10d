"""Being away: told to colleagues, over by itself, and nobody's business but one's own. And the name that customers see."""

from collections.abc import Callable

import pytest

from lyhord.kit.clock import DAY, HOUR
from lyhord.kit.events import Logged
from lyhord.workspaces.actions.away import LONGEST, come_and_go
from tests.workspaces.house import House


@pytest.fixture
def heard(house: House) -> list[Logged]:
    heard: list[Logged] = []
    house.database.listen(lambda _workspace, _epoch, events: heard.extend(events))
    return heard


async def test_colleagues_see_until_when_and_why(house: House, heard: list[Logged]) -> None:
    bo = await house.hire("bo@example.org")
    heard.clear()
    until = house.clock.now + DAY
    assert (await bo.client.put("/api/v1/me/away", json={"until": until, "note": " Ask\nAda "})).status_code == 204
    agent = next(one for one in (await house.admin.get("/agents")).json() if one["id"] == bo.agent_id)
    assert (agent["away_until"], agent["away_note"]) == (until, "Ask Ada")
    assert (await bo.client.put("/api/v1/me/away", json={"until": None})).status_code == 204
    me = (await bo.get("/me")).json()["agent"]
    assert (me["away_until"], me["away_note"]) == (None, "")
    assert [each.kind for each in heard] == ["agent.changed"] * 2


async def test_they_are_back_by_themselves_at_that_moment(house: House, heard: list[Logged]) -> None:
    bo = await house.hire("bo@example.org")
    await bo.client.put("/api/v1/me/away", json={"until": house.clock.now + HOUR})
    await house.admin.client.put("/api/v1/me/away", json={"until": house.clock.now + DAY})
    heard.clear()
    house.clock.move(HOUR - 1)
    assert await house.database.write(house.workspace_id, come_and_go) == 0
    house.clock.move(1)
    assert await house.database.write(house.workspace_id, come_and_go) == 1
    assert (await bo.get("/me")).json()["agent"]["away_until"] is None
    assert (await house.admin.get("/me")).json()["agent"]["away_until"] is not None
    assert [(each.kind, getattr(each.event, "agent_id", "")) for each in heard] == [("agent.changed", bo.agent_id)]


async def test_who_will_be_away_is_so_at_that_moment_and_everybody_hears(house: House, heard: list[Logged]) -> None:
    bo = await house.hire("bo@example.org")
    begins, until = house.clock.now + HOUR, house.clock.now + DAY
    assert (
        await bo.client.put("/api/v1/me/away", json={"begins": begins, "until": until, "note": "Ask Ada"})
    ).status_code == 204
    agent = (await bo.get("/me")).json()["agent"]
    assert (agent["away_from"], agent["away_until"], agent["away_note"]) == (begins, until, "Ask Ada")
    heard.clear()
    house.clock.move(HOUR - 1)
    assert await house.database.write(house.workspace_id, come_and_go) == 0
    house.clock.move(1)
    assert await house.database.write(house.workspace_id, come_and_go) == 1
    assert await house.database.write(house.workspace_id, come_and_go) == 0
    agent = (await bo.get("/me")).json()["agent"]
    assert (agent["away_from"], agent["away_until"], agent["away_note"]) == (None, until, "Ask Ada")
    house.clock.move(DAY)
    assert await house.database.write(house.workspace_id, come_and_go) == 1
    agent = (await bo.get("/me")).json()["agent"]
    assert (agent["away_from"], agent["away_until"], agent["away_note"]) == (None, None, "")
    assert [each.kind for each in heard] == ["agent.changed"] * 2


async def test_what_ends_before_it_begins_is_refused(house: House) -> None:
    times = {"begins": house.clock.now + DAY, "until": house.clock.now + HOUR}
    answer = await house.admin.client.put("/api/v1/me/away", json=times)
    assert (answer.status_code, answer.json()["fields"]) == (422, {"until": "field.ends_first"})


@pytest.mark.parametrize("late", [lambda now: now, lambda now: now + LONGEST + 1, lambda _: -5])
async def test_a_moment_that_does_not_fit_is_refused(house: House, late: Callable[[int], int]) -> None:
    answer = await house.admin.client.put("/api/v1/me/away", json={"until": late(house.clock.now)})
    assert (answer.status_code, answer.json()["fields"]) == (422, {"until": "field.moment"})


async def test_the_name_for_customers_is_ones_own_unless_chosen(house: House) -> None:
    agent = (await house.admin.patch("/me", {"shown_name": " Ada from Harbour "})).json()["agent"]
    assert (agent["name"], agent["shown_name"]) == ("Ada", "Ada from Harbour")
    agent = (await house.admin.patch("/me", {"shown_name": ""})).json()["agent"]
    assert agent["shown_name"] == ""

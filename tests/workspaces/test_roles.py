"""Roles: sets of powers that a workspace makes for itself. Nobody gives what they lack, and what somebody has isn't removed."""

from typing import Any

import pytest

from lyhord.kit.events import Logged
from lyhord.kit.ids import new_id
from lyhord.kit.words import LOCALES, catalogue
from lyhord.workspaces.model import POWERS, ROLES
from tests.workspaces.house import Browser, House, key_of

STAFF = ["agents.manage", "roles.manage", "conversations.read"]


async def make_role(house: House, name: str, *powers: str) -> str:
    answer = await house.admin.post("/roles", {"name": name, "powers": powers})
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


async def role_named(browser: Browser, name: str) -> dict[str, Any]:
    found: dict[str, Any] = next(one for one in (await browser.get("/roles")).json() if one["name"] == name)
    return found


async def test_the_roles_built_in_come_first_and_stay_as_they_are(house: House) -> None:
    roles = (await house.admin.get("/roles")).json()
    assert [(one["id"], one["builtin"]) for one in roles] == [(one, True) for one in ROLES]
    assert {one["id"]: one["agents"] for one in roles}["administrator"] == 1
    for role in ROLES:
        for answer in (
            await house.admin.patch(f"/roles/{role}", {"powers": []}),
            await house.admin.delete(f"/roles/{role}"),
        ):
            assert (answer.status_code, key_of(answer)) == (403, "problem.builtin_role")


async def test_a_role_opens_what_it_names_and_changes_count_at_once(house: House) -> None:
    role = await make_role(house, "Auditor", "audit.read")
    bo = await house.hire("bo@example.org", role)
    assert (await bo.get("/me")).json()["powers"] == ["audit.read"]
    assert (await bo.get("/audit")).status_code == 200
    assert (await bo.get("/agents")).status_code == 403
    heard: list[Logged] = []
    house.database.listen(lambda _workspace, _epoch, events: heard.extend(events))
    answer = await house.admin.patch(f"/roles/{role}", {"powers": ["conversations.read"]})
    assert answer.status_code == 204
    assert (await bo.get("/audit")).status_code == 403
    assert (await bo.get("/agents")).status_code == 200
    assert [each.kind for each in heard] == ["role.changed"]
    assert (await role_named(house.admin, "Auditor"))["agents"] == 1


async def test_a_role_is_removed_only_when_nobody_has_it(house: House) -> None:
    role = await make_role(house, "Guest", "conversations.read")
    bo = await house.hire("bo@example.org", role)
    answer = await house.admin.delete(f"/roles/{role}")
    assert (answer.status_code, key_of(answer)) == (409, "problem.role_used")
    await house.admin.patch(f"/agents/{bo.agent_id}", {"role": "agent"})
    assert (await house.admin.delete(f"/roles/{role}")).status_code == 204
    assert (await house.admin.delete(f"/roles/{role}")).status_code == 404
    answer = await house.admin.patch(f"/agents/{bo.agent_id}", {"role": role})
    assert (answer.status_code, answer.json()["fields"]) == (422, {"role": "field.invalid"})


async def test_nobody_gives_a_power_that_they_lack(house: House) -> None:
    staff = await make_role(house, "Staff", *STAFF)
    strong = await make_role(house, "Strong", "conversations.read", "workspace.manage")
    weak = await make_role(house, "Weak", "conversations.read")
    bo, cy = await house.hire("bo@example.org", staff), await house.hire("cy@example.org", weak)
    ada = (await house.admin.get("/me")).json()["agent"]["id"]
    refused = [
        await bo.post("/roles", {"name": "Mine", "powers": ["workspace.manage"]}),
        await bo.patch(f"/roles/{weak}", {"powers": ["conversations.read", "audit.read"]}),
        await bo.patch(f"/roles/{strong}", {"powers": []}),
        await bo.patch(f"/agents/{cy.agent_id}", {"role": "administrator"}),
        await bo.patch(f"/agents/{cy.agent_id}", {"role": strong}),
        await bo.patch(f"/agents/{bo.agent_id}", {"role": strong}),
        await bo.patch(f"/agents/{ada}", {"disabled": True}),
        await bo.patch(f"/agents/{ada}", {"role": weak}),
        await bo.post("/agents", {"email": "x@example.org", "role": "administrator"}),
        await bo.post("/agents", {"email": "x@example.org"}),
    ]
    assert [(one.status_code, key_of(one)) for one in refused] == [(403, "problem.power_beyond")] * len(refused)
    assert (await bo.post("/agents", {"email": "x@example.org", "role": weak})).status_code == 201
    assert (await bo.patch(f"/agents/{cy.agent_id}", {"disabled": True})).status_code == 200


async def test_a_role_needs_a_name_of_its_own_and_powers_that_there_are(house: House) -> None:
    role = await make_role(house, "Night shift", "conversations.read")
    again = await house.admin.post("/roles", {"name": " night SHIFT", "powers": []})
    assert (again.status_code, again.json()["fields"]) == (409, {"name": "field.taken"})
    assert (await house.admin.patch(f"/roles/{role}", {"name": "Night Shift"})).status_code == 204
    assert (await house.admin.post("/roles", {"name": "x", "powers": ["fly"]})).status_code == 422
    assert (await house.admin.post("/roles", {"name": " ", "powers": []})).status_code == 422
    assert (await house.admin.patch(f"/roles/{new_id()}", {"name": "x"})).status_code == 404


async def test_the_audit_says_what_changed_about_a_role(house: House) -> None:
    role = await make_role(house, "Guest", "conversations.read")
    await house.admin.patch(f"/roles/{role}", {"name": "Visitor", "powers": ["audit.read"]})
    await house.admin.delete(f"/roles/{role}")
    entries = (await house.admin.get("/audit")).json()["items"][:3]
    assert [each["action"] for each in entries] == ["role.removed", "role.changed", "role.created"]
    assert entries[1]["detail"] == {"name": ["Guest", "Visitor"], "powers": [["conversations.read"], ["audit.read"]]}


@pytest.mark.parametrize("role", list(ROLES))
async def test_every_role_built_in_can_be_given(house: House, role: str) -> None:
    bo = await house.hire("bo@example.org", role)
    assert set((await bo.get("/me")).json()["powers"]) == ROLES[role] <= POWERS


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("power", sorted(POWERS))
def test_each_power_says_what_it_lets_do_in_every_language(power: str, locale: str) -> None:
    own = catalogue(locale)
    name, how = own[f"power.{power}"], own[f"power.{power}_how"]
    assert name
    assert how not in ("", name)
    if locale != "en":
        assert how != catalogue("en")[f"power.{power}_how"]

"""Agents and teams: inviting, roles, the last administrator, and what agents may not do."""

import pytest

from lyhord.kit.events import Logged
from lyhord.kit.ids import new_id
from tests.workspaces.house import PASSWORD, House, key_of, token_of


async def test_everybody_sees_who_works_here(house: House) -> None:
    bo = await house.hire("bo@example.org")
    await house.admin.post("/agents", {"email": "cy@example.org", "name": "Cy"})
    agents = (await bo.get("/agents")).json()
    assert [(each["email"], each["role"], each["invited"]) for each in agents] == [
        ("ada@example.org", "administrator", False),
        ("cy@example.org", "agent", True),
        ("bo@example.org", "agent", False),
    ]


@pytest.mark.parametrize("email", ["ada@example.org", " ADA@EXAMPLE.ORG"])
async def test_an_address_is_taken_whatever_its_case(house: House, email: str) -> None:
    answer = await house.admin.post("/agents", {"email": email})
    assert (answer.status_code, answer.json()["fields"]) == (409, {"email": "field.taken"})


@pytest.mark.parametrize(
    "email",
    [
        "bob",
        "bo@",
        "@example.org",
        "bo ek@example.org",
        "a@b@c.example",
        "bo@example.org\nBcc: x@y.example",
        "a,b@c.de",
    ],
)
async def test_what_is_no_address_is_refused(house: House, email: str) -> None:
    answer = await house.admin.post("/agents", {"email": email})
    assert (answer.status_code, answer.json()["fields"]) == (422, {"email": "field.email"})
    assert await house.letters() == []


async def test_an_invitation_sent_again_voids_the_one_before(house: House) -> None:
    agent = (await house.admin.post("/agents", {"email": "bo@example.org"})).json()
    answer = await house.admin.post(f"/agents/{agent['id']}/invitation")
    assert answer.json() == {"sent": True, "link": None}
    first, second = [token_of(letter.link) for letter in await house.letters()]
    body = {"password": PASSWORD}
    assert (await house.browser().post("/links/invitation", {"token": first, **body})).status_code == 410
    assert (await house.browser().post("/links/invitation", {"token": second, **body})).status_code == 200
    answer = await house.admin.post(f"/agents/{agent['id']}/invitation")
    assert (answer.status_code, key_of(answer)) == (409, "problem.not_invited")


async def test_where_no_mail_can_be_sent_the_administrator_hands_the_link_over(house: House) -> None:
    quiet = House(house.database, house.clock, mails=False)
    await quiet.settle()
    agent = (await quiet.admin.post("/agents", {"email": "bo@example.org"})).json()
    assert await quiet.letters() == []
    sent = (await quiet.admin.post(f"/agents/{agent['id']}/invitation")).json()
    assert sent["sent"] is False
    answer = await quiet.browser().post("/links/invitation", {"token": token_of(sent["link"]), "password": PASSWORD})
    assert answer.status_code == 200
    await quiet.close()


async def test_the_last_administrator_stays(house: House) -> None:
    me = (await house.admin.get("/me")).json()["agent"]["id"]
    await house.admin.post("/agents", {"email": "invited@example.org", "role": "administrator"})
    for change in ({"role": "agent"}, {"disabled": True}):
        answer = await house.admin.patch(f"/agents/{me}", change)
        assert (answer.status_code, key_of(answer)) == (409, "problem.last_administrator")
    bo = await house.hire("bo@example.org", "administrator")
    assert (await house.admin.patch(f"/agents/{me}", {"role": "agent"})).status_code == 200
    answer = await bo.patch(f"/agents/{bo.agent_id}", {"disabled": True})
    assert (answer.status_code, key_of(answer)) == (409, "problem.last_administrator")


async def test_another_role_ends_the_sessions_and_counts_at_once(house: House) -> None:
    bo = await house.hire("bo@example.org", "administrator")
    assert (await bo.get("/audit")).status_code == 200
    assert (await house.admin.patch(f"/agents/{bo.agent_id}", {"role": "agent"})).status_code == 200
    assert (await bo.get("/me")).status_code == 401
    await bo.sign_in("bo@example.org")
    assert (await bo.get("/audit")).status_code == 403


async def test_another_name_ends_nothing(house: House) -> None:
    bo = await house.hire("bo@example.org")
    await house.admin.patch(f"/agents/{bo.agent_id}", {"name": "Bo \u202eEk\u0000", "role": "agent", "disabled": False})
    assert (await bo.get("/me")).json()["agent"]["name"].startswith("Bo Ek")


@pytest.mark.parametrize("body", [{"role": "owner"}, {"email": "x@example.org"}, {"password_hash": "x"}, {"id": "x"}])
async def test_only_named_fields_can_be_changed(house: House, body: dict[str, str]) -> None:
    bo = await house.hire("bo@example.org")
    before = (await house.admin.get("/agents")).json()
    assert (await house.admin.patch(f"/agents/{bo.agent_id}", body)).status_code == 422
    assert (await house.admin.get("/agents")).json() == before


ADMINISTRATORS_ONLY = [
    ("POST", "/agents", {"email": "x@example.org"}),
    ("PATCH", "/agents/{me}", {"role": "administrator"}),
    ("POST", "/agents/{me}/invitation", None),
    ("POST", "/teams", {"name": "x"}),
    ("PATCH", "/teams/x", {"name": "x"}),
    ("DELETE", "/teams/x", None),
    ("PATCH", "/workspace", {"name": "x"}),
    ("POST", "/workspace/ready", None),
    ("GET", "/tokens", None),
    ("POST", "/tokens", {"name": "x", "powers": ["conversations.read"]}),
    ("DELETE", "/tokens/x", None),
    ("GET", "/audit", None),
    ("POST", "/inboxes", {"channel": "window", "name": "x"}),
    ("POST", "/inboxes/check", {"channel": "window", "name": "x"}),
    ("POST", "/inboxes/x/check", None),
    ("PATCH", "/inboxes/x", {"name": "x"}),
    ("DELETE", "/inboxes/x", None),
]
ANY_AGENT = ["/me", "/agents", "/teams", "/workspace", "/inboxes", "/channels", "/sessions"]


@pytest.mark.parametrize(("method", "path", "body"), ADMINISTRATORS_ONLY)
async def test_what_only_administrators_may(house: House, method: str, path: str, body: object) -> None:
    bo = await house.hire("bo@example.org")
    address = f"/api/v1{path.format(me=bo.agent_id)}"
    answer = await bo.client.request(method, address, json=body)
    assert (answer.status_code, key_of(answer)) == (403, "problem.forbidden")
    answer = await house.browser().client.request(method, address, json=body)
    assert (answer.status_code, key_of(answer)) == (401, "problem.not_signed_in")


@pytest.mark.parametrize("path", ANY_AGENT)
async def test_what_any_agent_may_and_no_stranger(house: House, path: str) -> None:
    bo = await house.hire("bo@example.org")
    assert (await bo.get(path)).status_code == 200
    assert (await house.browser().get(path)).status_code == 401


async def test_changing_oneself(house: House) -> None:
    change = {"name": "Ada L", "locale": "fi", "theme": "dark", "keys": False}
    agent = (await house.admin.patch("/me", change)).json()["agent"]
    assert {name: agent[name] for name in change} == change
    assert (await house.admin.patch("/me", {"locale": "xx"})).status_code == 422
    assert (await house.admin.patch("/me", {"role": "agent"})).status_code == 422
    assert (await house.admin.get("/me")).json()["agent"]["locale"] == "fi"


async def test_keys_and_the_order_of_views_are_told_to_their_agent_alone(house: House) -> None:
    own = {"shortcuts": {"note": "y", "take": ""}, "view_order": ["b", "a"]}
    me = (await house.admin.patch("/me", own)).json()
    assert {name: me[name] for name in own} == own
    assert not own.keys() & (await house.admin.get("/agents")).json()[0].keys()
    assert (await house.admin.patch("/me", {"shortcuts": {"note": "y" * 41}})).status_code == 422
    assert (await house.admin.patch("/me", {"shortcuts": {}})).json()["shortcuts"] == {}


async def test_teams(house: House) -> None:
    bo = await house.hire("bo@example.org")
    inbox = (await house.admin.post("/inboxes", {"channel": "window", "name": "Site"})).json()
    body = {"name": "Quay", "agent_ids": [bo.agent_id, bo.agent_id], "inbox_ids": [inbox["id"]]}
    team = (await house.admin.post("/teams", body)).json()
    assert (team["name"], team["agent_ids"], team["inbox_ids"]) == ("Quay", [bo.agent_id], [inbox["id"]])
    assert (await bo.get("/me")).json()["team_ids"] == [team["id"]]
    changed = (await house.admin.patch(f"/teams/{team['id']}", {"agent_ids": []})).json()
    assert (changed["name"], changed["agent_ids"], changed["inbox_ids"]) == ("Quay", [], [inbox["id"]])
    assert (await house.admin.delete(f"/teams/{team['id']}")).status_code == 204
    assert (await bo.get("/teams")).json() == []
    assert (await house.admin.patch(f"/teams/{team['id']}", {"name": "x"})).status_code == 404


@pytest.mark.parametrize("field", ["agent_ids", "inbox_ids"])
async def test_a_team_of_what_is_not_there_is_refused_whole(house: House, field: str) -> None:
    answer = await house.admin.post("/teams", {"name": "Quay", field: [new_id()]})
    assert (answer.status_code, answer.json()["fields"]) == (422, {field: "field.unknown_id"})
    assert (await house.admin.get("/teams")).json() == []


async def test_restricted_reach_follows_teams_at_once(house: House) -> None:
    bo = await house.hire("bo@example.org")
    one = (await house.admin.post("/inboxes", {"channel": "window", "name": "One"})).json()["id"]
    two = (await house.admin.post("/inboxes", {"channel": "window", "name": "Two"})).json()["id"]
    assert (await bo.get("/me")).json()["inbox_ids"] is None
    await house.admin.patch("/workspace", {"settings": {"restricted_reach": True}})
    assert (await bo.get("/me")).json()["inbox_ids"] == []
    assert (await bo.get("/inboxes")).json() == []
    team = (await house.admin.post("/teams", {"name": "Quay", "agent_ids": [bo.agent_id], "inbox_ids": [one]})).json()
    assert (await bo.get("/me")).json()["inbox_ids"] == [one]
    assert [each["id"] for each in (await bo.get("/inboxes")).json()] == [one]
    assert (await house.admin.get("/me")).json()["inbox_ids"] is None
    await house.admin.patch(f"/teams/{team['id']}", {"inbox_ids": [two]})
    assert (await bo.get("/me")).json()["inbox_ids"] == [two]
    await house.admin.delete(f"/inboxes/{two}")
    assert (await bo.get("/me")).json()["inbox_ids"] == []


async def test_what_changes_is_said_in_the_log(house: House) -> None:
    heard: list[Logged] = []
    house.database.listen(lambda _workspace, _epoch, events: heard.extend(events))
    bo = await house.hire("bo@example.org")
    await house.admin.patch(f"/agents/{bo.agent_id}", {"disabled": True})
    await house.admin.post("/teams", {"name": "Quay"})
    await house.admin.patch("/workspace", {"name": "Port"})
    kinds = [(each.kind, each.actor.partition(":")[0]) for each in heard]
    assert kinds == [
        ("agent.changed", "agent"),
        ("agent.changed", "link"),
        ("agent.changed", "agent"),
        ("team.changed", "agent"),
        ("workspace.changed", "agent"),
    ]

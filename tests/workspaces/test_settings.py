"""Settings of the workspace, tokens of programs, and the audit that tells who changed what."""

import asyncio
from typing import Any

import msgspec
import pytest

from lyhord.kit.database.database import NOWHERE
from lyhord.kit.ids import new_id
from lyhord.kit.problems import Forbidden, Taken
from lyhord.workspaces.actions.ending import GRACE
from lyhord.workspaces.actions.proving import FRESH
from lyhord.workspaces.actions.tokens import create_token
from lyhord.workspaces.actions.workspace import create_workspace
from lyhord.workspaces.jobs import make_system_mail
from lyhord.workspaces.letters import JOB
from lyhord.workspaces.model import POWERS, ROLES, WorkspaceSettings
from lyhord.workspaces.views import list_workspace_ids, settings_of
from tests.workspaces.house import PASSWORD, House, key_of


async def test_settings_are_replaced_by_name(house: House) -> None:
    before = (await house.admin.get("/workspace")).json()
    change = {
        "name": "Port",
        "settings": {"time_zone": "Europe/Helsinki", "undo_seconds": 0, "reply_promise_minutes": 30},
    }
    after = (await house.admin.patch("/workspace", change)).json()
    assert after["name"] == "Port"
    assert after["settings"] == {**before["settings"], **change["settings"]}  # type: ignore[dict-item]
    after = (await house.admin.patch("/workspace", {"settings": {"reply_promise_minutes": None}})).json()
    assert after["settings"]["reply_promise_minutes"] is None
    settings = await house.database.read(house.workspace_id, settings_of)
    assert settings.time_zone == "Europe/Helsinki"


@pytest.mark.parametrize(
    ("settings", "fields"),
    [
        ({"undo_seconds": 61}, {"undo_seconds": "field.invalid"}),
        ({"reopen_seconds": -1}, {"reopen_seconds": "field.invalid"}),
        ({"locale": "tlh"}, {"locale": "field.invalid"}),
        ({"typing_in": 1}, {"typing_in": "field.invalid"}),
        ({"colour": "red"}, {"colour": "field.unknown"}),
        ({"time_zone": "Mars/Olympus"}, {"time_zone": "field.time_zone"}),
        ({"base_address": "javascript:alert(1)"}, {"base_address": "field.address"}),
        ({"base_address": "https://a.example/path"}, {"base_address": "field.address"}),
    ],
)
async def test_settings_that_do_not_fit_change_nothing(
    house: House, settings: dict[str, Any], fields: dict[str, str]
) -> None:
    before = (await house.admin.get("/workspace")).json()
    answer = await house.admin.patch("/workspace", {"name": "Port", "settings": settings})
    assert (answer.status_code, answer.json()["fields"]) == (422, fields)
    assert (await house.admin.get("/workspace")).json() == before


async def test_the_first_run_is_finished_once(house: House) -> None:
    assert (await house.admin.get("/workspace")).json()["ready_at"] is None
    assert (await house.admin.post("/workspace/ready")).json()["ready_at"] == house.clock.now
    then = house.clock.now
    house.clock.move(1000)
    assert (await house.admin.post("/workspace/ready")).json()["ready_at"] == then


async def test_who_ends_a_workspace_shows_first_who_they_are_and_names_it(house: House) -> None:
    name = (await house.admin.get("/workspace")).json()["name"]
    assert key_of(await house.admin.post("/workspace/end", {"name": "Another"})) == "problem.invalid"
    house.clock.move(FRESH)
    assert key_of(await house.admin.post("/workspace/end", {"name": name})) == "problem.confirm"
    assert (await house.admin.post("/confirm", {"password": PASSWORD})).status_code == 204
    ends_at = (await house.admin.post("/workspace/end", {"name": name})).json()["ends_at"]
    assert ends_at == house.clock.now + GRACE
    assert (await house.admin.get("/me")).json()["workspace"]["ends_at"] == ends_at
    assert (await house.admin.delete("/workspace/end")).json()["ends_at"] is None
    audit = (await house.admin.get("/audit")).json()["items"]
    assert [one["action"] for one in audit[:2]] == ["workspace.stays", "workspace.ends"]


async def test_a_workspace_is_made_once(house: House) -> None:
    with pytest.raises(Taken):
        await house.database.write(house.workspace_id, create_workspace, "Again", WorkspaceSettings())
    assert await house.database.read(NOWHERE, list_workspace_ids) == [house.workspace_id]


async def test_settings_before_the_workspace_is_made_are_those_built_in(house: House) -> None:
    assert await house.database.read(new_id(), settings_of) == WorkspaceSettings()


async def test_a_token_opens_what_it_was_given_until_it_is_revoked(house: House) -> None:
    answer = await house.admin.post("/tokens", {"name": "Sync", "powers": ["conversations.read"]})
    made = answer.json()
    program = house.browser(authorization=f"Bearer {made['text']}")
    me = (await program.get("/me")).json()
    assert (me["agent"], me["powers"], me["team_ids"]) == (None, ["conversations.read"], [])
    assert (await program.get("/agents")).status_code == 200
    assert (await program.get("/audit")).status_code == 403
    for answer in (await program.patch("/me", {"name": "x"}), await program.get("/sessions")):
        assert answer.status_code == 403
    async with asyncio.timeout(10):  # nobody waits for that note: it may be made at a later use
        while not (listed := (await house.admin.get("/tokens")).json()[0])["used_at"]:
            await program.get("/me")
    assert (listed["name"], listed["used_at"]) == ("Sync", house.clock.now)
    assert made["text"] not in (await house.admin.get("/tokens")).text
    assert (await house.admin.delete(f"/tokens/{listed['id']}")).status_code == 204
    assert (await program.get("/me")).status_code == 401
    assert (await house.admin.get("/tokens")).json() == []
    assert (await house.admin.delete(f"/tokens/{listed['id']}")).status_code == 404


async def test_a_token_never_makes_tokens(house: House) -> None:
    made = (await house.admin.post("/tokens", {"name": "All", "powers": sorted(POWERS)})).json()
    program = house.browser(authorization=f"Bearer {made['text']}")
    answer = await program.post("/tokens", {"name": "More", "powers": ["conversations.read"]})
    assert (answer.status_code, key_of(answer)) == (403, "problem.forbidden")


async def test_nobody_gives_away_powers_that_they_lack(house: House) -> None:
    own = frozenset({"tokens.manage", "conversations.read"})
    for powers in (["audit.read"], ["conversations.read", "agents.manage"]):
        with pytest.raises(Forbidden):
            await house.database.write(house.workspace_id, create_token, new_id(), "x", powers, own)
    token, _ = await house.database.write(house.workspace_id, create_token, new_id(), "x", ["conversations.read"], own)
    assert [each["id"] for each in (await house.admin.get("/tokens")).json()] == [token.id]


@pytest.mark.parametrize("powers", [[], ["everything"], "conversations.read"])
async def test_a_token_of_no_known_power_is_refused(house: House, powers: object) -> None:
    assert (await house.admin.post("/tokens", {"name": "x", "powers": powers})).status_code == 422


def test_only_administrators_manage() -> None:
    assert ROLES["administrator"] == POWERS
    assert {power for power in ROLES["agent"] if power.endswith(".manage") or power == "audit.read"} == set()


async def test_the_audit_tells_who_changed_what(house: House) -> None:
    bo = await house.hire("bo@example.org")
    await house.admin.patch(f"/agents/{bo.agent_id}", {"role": "administrator"})
    await house.admin.patch("/workspace", {"name": "Port", "settings": {"undo_seconds": 5}})
    token = (await house.admin.post("/tokens", {"name": "Sync", "powers": ["conversations.read"]})).json()["token"]
    await house.admin.delete(f"/tokens/{token['id']}")
    team = (await house.admin.post("/teams", {"name": "Quay"})).json()
    await house.admin.delete(f"/teams/{team['id']}")
    me = (await house.admin.get("/me")).json()["agent"]["id"]
    entries = (await house.admin.get("/audit")).json()["items"]
    told = [(entry["action"], entry["target"], entry["actor"]) for entry in reversed(entries)]
    own = f"agent:{me}"
    assert told == [
        ("workspace.created", f"workspace:{house.workspace_id}", "system"),
        ("agent.invited", own, "system"),
        ("agent.joined", own, "link"),
        ("agent.invited", f"agent:{bo.agent_id}", own),
        ("agent.joined", f"agent:{bo.agent_id}", "link"),
        ("agent.changed", f"agent:{bo.agent_id}", own),
        ("workspace.changed", f"workspace:{house.workspace_id}", own),
        ("token.created", f"token:{token['id']}", own),
        ("token.revoked", f"token:{token['id']}", own),
        ("team.created", f"team:{team['id']}", own),
        ("team.removed", f"team:{team['id']}", own),
    ]
    assert entries[5]["detail"] == {"role": ["agent", "administrator"]}
    assert entries[4]["detail"] == {"name": ["Harbour", "Port"], "undo_seconds": [10, 5]}


async def test_no_change_leaves_no_entry(house: House) -> None:
    before = (await house.admin.get("/audit")).text
    me = (await house.admin.get("/me")).json()["agent"]["id"]
    await house.admin.patch("/workspace", {"name": "Harbour", "settings": {"undo_seconds": 10}})
    await house.admin.patch(f"/agents/{me}", {"role": "administrator"})
    assert (await house.admin.get("/audit")).text == before


async def test_the_audit_is_read_in_pages(house: House) -> None:
    for number in range(7):
        await house.admin.patch("/workspace", {"name": f"Port {number}"})
    whole = [entry["id"] for entry in (await house.admin.get("/audit")).json()["items"]]
    seen: list[str] = []
    cursor = ""
    while True:
        page = (await house.admin.get(f"/audit?limit=3{cursor}")).json()
        seen += [entry["id"] for entry in page["items"]]
        if page["next"] is None:
            break
        cursor = f"&cursor={page['next']}"
        await house.admin.patch("/workspace", {"name": f"Later {len(seen)}"})
    assert seen == whole
    for query in ("?cursor=nonsense", "?limit=0", "?limit=201"):
        assert (await house.admin.get(f"/audit{query}")).status_code == 422


async def test_nothing_answered_or_written_down_holds_a_password_or_its_hash(house: House) -> None:
    bo = await house.hire("bo@example.org")
    answers = [await bo.get(path) for path in ("/me", "/agents", "/sessions", "/teams")]
    answers.append(await house.admin.get("/audit"))
    text = "".join(answer.text for answer in answers)
    assert "argon2" not in text
    assert "password_hash" not in text
    assert bo.client.cookies["lyhord"] not in text


@pytest.mark.parametrize("locale", ["en", "sv", "nb", "fi", "zh-CN"])
async def test_letters_speak_the_workspaces_language(house: House, locale: str) -> None:
    await house.admin.patch("/workspace", {"settings": {"locale": locale}})
    await house.admin.post("/agents", {"email": "bo@example.org", "name": "Bo"})
    [letter] = await house.letters()
    sent: list[tuple[str, str, str]] = []

    async def send(to: str, subject: str, text: str) -> None:
        sent.append((to, subject, text))

    sealed = house.sealer.seal({name: str(value) for name, value in msgspec.structs.asdict(letter).items()})
    await make_system_mail(house.sealer, send)({"sealed": sealed})
    [(to, subject, text)] = sent
    assert JOB == "system_mail"
    assert to == "bo@example.org"
    assert "Harbour" in subject
    assert letter.link in text
    assert "Bo" in text
    assert "{" not in text + subject

"""Inboxes: tried before they are saved, secrets sealed and never shown again."""

from typing import Any

import msgspec
import pytest
from sqlalchemy import bindparam, select

from lyhord.kit.database import Statement
from lyhord.kit.database.log import event
from lyhord.kit.events import Logged
from lyhord.kit.tokens import workspace_of_key
from lyhord.workspaces.actions.inboxes import recall_state, remember_state, report_health
from lyhord.workspaces.tables import audit, inbox
from tests.workspaces.house import BASE, House, all_rows, key_of

PAPER: dict[str, Any] = {
    "channel": "paper",
    "name": "Post",
    "settings": {
        "host": "mail.example.org",
        "sender": "Desk@Example.org",
        "origins": "https://a.example\n\nhttps://b.example",
    },
    "secrets": {"password": "right", "spare": "a spare secret"},
}
SECURE = {"password": "right", "certificate": "signed"}
SECRETS = ("right", "a spare secret", "brand new")


async def connect(house: House, **changes: Any) -> dict[str, Any]:
    answer = await house.admin.post("/inboxes", {**PAPER, **changes})
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


async def test_connecting_an_inbox(house: House) -> None:
    made = await connect(house)
    assert made["settings"] == {
        "host": "mail.example.org",
        "port": 25,
        "mode": "plain",
        "sender": "desk@example.org",
        "origins": ["https://a.example", "https://b.example"],
    }
    assert made["has_secrets"] is True
    assert made["health"]["ok"] is True
    assert made["address"] == f"{BASE}/in/{made['key']}"
    assert workspace_of_key(made["key"]) == house.workspace_id
    [tried] = house.channels.tried
    assert (tried.inbox_id, tried.key, tried.secrets) == (made["id"], made["key"], PAPER["secrets"])
    assert (await house.admin.get("/inboxes")).json() == [made]
    assert "right" not in repr(tried), "an account in a log line must not tell its secrets"


async def test_the_snippet_of_a_channel_for_visitors(house: House) -> None:
    made = (await house.admin.post("/inboxes", {"channel": "window", "name": "Site"})).json()
    assert made["address"] == f'<script async src="{BASE}/chat.js" data-inbox="{made["key"]}"></script>'
    assert made["has_secrets"] is False


async def test_an_account_that_does_not_work_is_not_saved(house: House) -> None:
    answer = await house.admin.post("/inboxes", {**PAPER, "secrets": {"password": "wrong"}})
    assert (answer.status_code, key_of(answer)) == (422, "problem.inbox_check")
    assert answer.json()["fields"] == {"password": "inbox.wrong_password"}
    assert answer.json()["detail"] == "535 no"
    assert (await house.admin.get("/inboxes")).json() == []


async def test_an_account_that_only_waits_for_its_other_side_is_connected(house: House) -> None:
    settings = {**PAPER["settings"], "host": "not-yet.example"}
    made = await connect(house, settings=settings)
    assert made["health"]["ok"] is False
    checked = (await house.admin.post(f"/inboxes/{made['id']}/check")).json()
    assert (checked["ok"], checked["waits"]) == (False, True)


async def test_the_file_for_the_other_side_is_a_download_for_those_who_manage_inboxes(house: House) -> None:
    made = await connect(house)
    answer = await house.admin.get(f"/inboxes/{made['id']}/handout")
    assert (answer.status_code, answer.text) == (200, f"key: {made['key']}")
    assert answer.headers["content-disposition"] == 'attachment; filename="paper.txt"'
    window = (await house.admin.post("/inboxes", {"channel": "window", "name": "Site"})).json()
    assert (await house.admin.get(f"/inboxes/{window['id']}/handout")).status_code == 404


async def test_trying_without_saving(house: House) -> None:
    answer = await house.admin.post("/inboxes/check", {**PAPER, "secrets": {"password": "wrong"}})
    problem = {"field": "password", "key": "inbox.wrong_password", "detail": "535 no"}
    nobody = {"who": "", "link": "", "waits": False}
    assert answer.json() == {"ok": False, "problems": [problem], **nobody}
    known = {"who": "@paper", "link": "https://paper.example/firm", "waits": False}
    assert (await house.admin.post("/inboxes/check", PAPER)).json() == {"ok": True, "problems": [], **known}
    assert (await house.admin.get("/inboxes")).json() == []


@pytest.mark.parametrize(
    ("error", "key"), [(RuntimeError("the password is right"), "inbox.check_failed"), (TimeoutError(), "inbox.timeout")]
)
async def test_a_check_that_breaks_is_told_without_internals(house: House, error: Exception, key: str) -> None:
    house.channels.error = error
    answer = await house.admin.post("/inboxes/check", PAPER)
    assert answer.json()["problems"] == [{"field": "", "key": key, "detail": ""}]


@pytest.mark.parametrize(
    ("settings", "secrets", "fields"),
    [
        ({}, {}, {"host": "field.missing", "password": "field.missing"}),
        (
            {"host": "", "port": "25"},
            {"password": "right"},
            {"host": "field.missing", "port": "field.invalid"},
        ),
        ({"host": "h", "port": True}, {"password": "right"}, {"port": "field.invalid"}),
        ({"host": "h", "mode": "x"}, {"password": "right"}, {"mode": "field.invalid"}),
        (
            {"host": "h", "mode": "tls"},
            {"password": "right"},
            {"socket": "field.missing", "certificate": "field.missing"},
        ),
        ({"host": "h", "sender": "x"}, {"password": "right"}, {"sender": "field.email"}),
        ({"host": "h", "loud": "yes"}, {"password": "right"}, {"loud": "field.invalid"}),
        ({"host": ["h"]}, {"password": "right"}, {"host": "field.invalid"}),
        ({"host": "h", "origins": [1]}, {"password": "right"}, {"origins": "field.invalid"}),
        ({"host": "h", "password": "x"}, {"password": "right"}, {"password": "field.unknown"}),
        ({"host": "h"}, {"password": "right", "host": "x"}, {"host": "field.unknown"}),
    ],
)
async def test_values_must_fit_the_channels_fields(
    house: House, settings: dict[str, Any], secrets: dict[str, str], fields: dict[str, str]
) -> None:
    answer = await house.admin.post("/inboxes", {**PAPER, "settings": settings, "secrets": secrets})
    assert (answer.status_code, answer.json()["fields"]) == (422, fields)
    assert house.channels.tried == []


@pytest.mark.parametrize(
    "body", [{"channel": "pigeon"}, {"name": " \u200b "}, {"id": "x"}, {"key": "x"}, {"health": {}}]
)
async def test_nothing_but_the_named_fields_is_taken(house: House, body: dict[str, Any]) -> None:
    assert (await house.admin.post("/inboxes", {**PAPER, **body})).status_code == 422
    assert (await house.admin.get("/inboxes")).json() == []


async def test_changing_settings_keeps_secrets_and_tries_with_them(house: House) -> None:
    made = await connect(house)
    answer = await house.admin.patch(
        f"/inboxes/{made['id']}", {"name": "Letters", "settings": {"host": "b.example", "port": 587}}
    )
    assert answer.status_code == 200
    assert (answer.json()["name"], answer.json()["settings"]["port"]) == ("Letters", 587)
    assert answer.json()["settings"] == {"host": "b.example", "port": 587, "mode": "plain"}
    assert house.channels.tried[-1].secrets == PAPER["secrets"]


async def test_a_change_that_does_not_work_leaves_everything_as_it_was(house: House) -> None:
    made = await connect(house)
    change = {"name": "Letters", "settings": {"host": "b.example"}, "secrets": {"password": "wrong"}, "paused": True}
    answer = await house.admin.patch(f"/inboxes/{made['id']}", change)
    assert (answer.status_code, key_of(answer)) == (422, "problem.inbox_check")
    assert (await house.admin.get("/inboxes")).json() == [made]
    assert (await house.admin.post(f"/inboxes/{made['id']}/check")).json()["ok"] is True


async def test_a_secret_given_empty_goes_and_a_needed_one_cannot(house: House) -> None:
    made = await connect(house)
    assert (await house.admin.patch(f"/inboxes/{made['id']}", {"secrets": {"spare": ""}})).status_code == 200
    assert house.channels.tried[-1].secrets == {"password": "right"}
    answer = await house.admin.patch(f"/inboxes/{made['id']}", {"secrets": {"password": ""}})
    assert answer.json()["fields"] == {"password": "field.missing"}


async def test_pausing_resuming_and_removing_are_said_each_once(house: House) -> None:
    made = await connect(house)
    heard: list[Logged] = []
    house.database.listen(lambda _workspace, _epoch, events: heard.extend(events))
    path = f"/inboxes/{made['id']}"
    assert (await house.admin.patch(path, {"paused": True})).json()["paused_at"] == house.clock.now
    await house.admin.patch(path, {"paused": True})
    assert (await house.admin.patch(path, {"paused": False})).json()["paused_at"] is None
    await house.admin.patch(path, {"name": "Letters"})
    assert (await house.admin.delete(path)).status_code == 204
    assert [(each.kind, each.event.inbox_id, getattr(each.event, "change", "")) for each in heard] == [
        ("inbox.changed", made["id"], change) for change in ("paused", "resumed", "changed", "removed")
    ]
    assert (await house.admin.get("/inboxes")).json() == []
    for answer in (await house.admin.patch(path, {"name": "x"}), await house.admin.delete(path)):
        assert answer.status_code == 404


async def test_secrets_stand_nowhere_in_the_clear(house: House) -> None:
    made = await connect(house)
    answers = [await house.admin.patch(f"/inboxes/{made['id']}", {"secrets": {"spare": "brand new"}})]
    answers += [await house.admin.get(path) for path in ("/inboxes", "/audit", "/channels", "/me")]
    everything = "".join(answer.text for answer in answers)

    for table in (inbox, audit, event):
        statement = Statement(select(table).where(table.c.workspace_id == bindparam("workspace_id")))
        everything += str(await house.database.read(house.workspace_id, all_rows, statement))
    assert [secret for secret in SECRETS if secret in everything] == []
    entries = (await house.admin.get("/audit")).json()["items"]
    assert entries[0]["detail"] == {"secrets": ["spare"]}


async def test_removing_an_inbox_deletes_its_secrets(house: House) -> None:
    made = await connect(house)
    await house.admin.delete(f"/inboxes/{made['id']}")
    statement = Statement(select(inbox.c.secrets).where(inbox.c.workspace_id == bindparam("workspace_id")))
    assert await house.database.read(house.workspace_id, all_rows, statement) == [(None,)]


async def test_what_the_answers_do_not_call_for_is_not_needed(house: House) -> None:
    made = await connect(house, settings={"host": "h", "mode": "tls", "socket": "s"}, secrets=SECURE)
    path = f"/inboxes/{made['id']}"
    answer = await house.admin.patch(path, {"settings": {"host": "h"}, "secrets": {"certificate": ""}})
    assert (answer.status_code, answer.json()["settings"]["mode"]) == (200, "plain")
    answer = await house.admin.patch(path, {"settings": {"host": "h", "mode": "tls", "socket": "s"}})
    assert answer.json()["fields"] == {"certificate": "field.missing"}


async def test_agents_see_names_not_settings(house: House) -> None:
    made = await connect(house)
    bo = await house.hire("bo@example.org")
    [seen] = (await bo.get("/inboxes")).json()
    assert (seen["id"], seen["name"], seen["channel"]) == (made["id"], "Post", "paper")
    assert (seen["settings"], seen["health"], seen["address"]) == ({}, None, "")


async def test_the_channels_on_offer(house: House) -> None:
    paper, window = (await house.admin.get("/channels")).json()
    assert (paper["channel"], paper["name_key"], window["channel"]) == ("paper", "channel.paper.name", "window")
    assert [field["name"] for field in paper["fields"]][:3] == ["host", "port", "mode"]
    assert paper["descriptor"]["ingress"] == "webhook"
    assert paper["proof"] == {"label": "proved", "names": ["a printer"], "on": "2026-03-01"}
    assert window["proof"] == {"label": "recordings", "names": [], "on": ""}


async def test_live_checks_are_limited(house: House) -> None:
    for _ in range(30):
        assert (await house.admin.post("/inboxes/check", PAPER)).status_code == 200
    assert (await house.admin.post("/inboxes/check", PAPER)).status_code == 429
    assert len(house.channels.tried) == 30


async def test_health_is_kept_and_said_only_when_it_changes(house: House) -> None:
    made = await connect(house)
    heard: list[Logged] = []
    house.database.listen(lambda _workspace, _epoch, events: heard.extend(events))
    problems = (("password", "inbox.wrong_password", "535 no"),)
    for ok, found in ((True, ()), (False, problems), (False, problems), (True, ())):
        house.clock.move(1000)
        await house.database.write(house.workspace_id, report_health, made["id"], ok, found)
    assert [getattr(each.event, "change", "") for each in heard] == ["health", "health"]
    [shown] = (await house.admin.get("/inboxes")).json()
    assert shown["health"] == {"ok": True, "problems": [], "at": house.clock.now}


async def test_the_state_of_an_adapter_is_remembered(house: House) -> None:
    made = await connect(house)
    assert await house.database.read(house.workspace_id, recall_state, made["id"]) == {}
    await house.database.write(house.workspace_id, remember_state, made["id"], {"uid": 42})
    assert await house.database.read(house.workspace_id, recall_state, made["id"]) == {"uid": 42}
    [shown] = (await house.admin.get("/inboxes")).json()
    assert "uid" not in msgspec.json.encode(shown).decode()

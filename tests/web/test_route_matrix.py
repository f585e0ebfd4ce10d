"""Every route of the product as a stranger, as another workspace, as each role, and with credentials that are no longer good.

The routes are the application's own: a new one fails here until `expected_routes.py` says what it needs.
"""

import re
from typing import Any, NamedTuple

import httpx
import msgspec
import pytest
from litestar import Litestar
from litestar.routes import HTTPRoute
from sqlalchemy import bindparam, delete

from lyhord.conversations.translation.actions import change_terms, connect_translator
from lyhord.conversations.translation.model import Settings, Term
from lyhord.hearing.language_model.actions import connect_language_model
from lyhord.hearing.language_model.model import Settings as Model
from lyhord.kit.database import Statement
from lyhord.kit.database.log import read_head
from lyhord.kit.ids import new_id
from lyhord.tickets.routing.actions import end_replay
from lyhord.workspaces.actions.agents import AgentChange, change_agent
from lyhord.workspaces.actions.sessions import ABSOLUTE
from lyhord.workspaces.actions.tokens import end_token
from lyhord.workspaces.model import ROLES
from lyhord.workspaces.tables import session
from tests.conftest import StoppedClock
from tests.counterparts.pushservice import Browser
from tests.web.expected_routes import LATER, NOBODY, REPORT, ROWS, SIGNED_IN, VISITOR, YESTERDAY
from tests.web.site import Company, Site

CANARY = "canary words that nobody else may read"
_PARAMETER = re.compile(r"\{(\w+)(?::\w+)?\}")
end_sessions = Statement(delete(session).where(session.c.workspace_id == bindparam("workspace_id")))
RAW = ("/files", "/photo", "/contact-imports")
SEVERAL = {"POST /api/v1/tickets/within", "POST /api/v1/tickets/bulk"}
"""Routes that are asked about several things, and pass over those that aren't there."""
PHONE = Browser().subscription("http://127.0.0.1/push/theirs")


def routes_of(api: Litestar) -> set[str]:
    """`METHOD /path/{parameter}` of every route."""
    found = set()
    for route in api.routes:
        if isinstance(route, HTTPRoute):
            path = _PARAMETER.sub(r"{\1}", route.path_format)
            found |= {f"{method} {path}" for method in route.methods - {"OPTIONS", "HEAD"}}
    return {one for one in found if not one.startswith("GET /api/v1/openapi.json/")}


class Things(NamedTuple):
    """Ids of what a company has."""

    ids: dict[str, str]
    seq: int


async def furnish(site: Site, company: Company) -> Things:
    """Give the company one of everything, with words in it that must not leak."""
    picture = {"name": f"{CANARY}.txt", "type": "text/plain", "content": "Y2FuYXJ5"}
    who = new_id()
    inbox = await site.add_inbox(company.id)
    await site.say(inbox, CANARY, who=who, files=[picture])
    admin = await site.add_person(company.id, "administrator")
    rows = (await site.get(admin, "/tickets?list=all"))["items"]
    row = next(row for row in rows if row["title"] == who.title())
    [message] = (await site.get(admin, f"/conversations/{row['conversation_id']}/messages"))["items"]
    report = {**REPORT, "name": CANARY, "agent_ids": [admin.id]}
    reports = await site.call(admin, "POST", "/insights/reports", report)
    team = (await site.call(admin, "POST", "/teams", {"name": CANARY, "agent_ids": [], "inbox_ids": []})).json()
    words = {"name": CANARY, "texts": [{"language": "en", "text": CANARY}]}
    canned = (await site.call(admin, "POST", "/canned-replies", words)).json()
    steps = [{"kind": "status", "status": "open"}, {"kind": "tag", "add": ["canary"]}]
    targets = [{"clock": "first_answer", "minutes": 60}]
    level = (await site.call(admin, "POST", "/levels", {"name": CANARY, "targets": targets})).json()
    schedule = (await site.call(admin, "POST", "/schedules", {"name": CANARY, "time_zone": "UTC"})).json()
    macro = (await site.call(admin, "POST", "/macros", {"name": CANARY, "steps": steps})).json()
    rule = {"name": CANARY, "when": "customer_wrote", "steps": steps}
    ruled = (await site.call(admin, "POST", "/rules", rule)).json()
    route = (await site.call(admin, "POST", "/routing/routes", {"name": CANARY, "team_id": team["id"]})).json()
    card_words = {"name": CANARY, "criteria": [{"key": "warm", "name": CANARY}]}
    card = (await site.call(admin, "POST", "/score-cards", card_words)).json()
    coached = {"agent_id": company.agent.id, "text": CANARY}
    path = f"/conversations/{row['conversation_id']}/coaching-notes"
    coaching = (await site.call(admin, "POST", path, coached)).json()
    draft = {"day": YESTERDAY, "routes": [{"name": CANARY, "team_id": team["id"]}]}
    replayed = (await site.call(admin, "POST", "/routing/replays", draft)).json()
    await site.database.write(company.id, end_replay, replayed["id"], None)
    path = f"/conversations/{row['conversation_id']}/scheduled"
    later = (await site.call(admin, "POST", path, {"text": CANARY, "due_at": LATER})).json()
    path = f"/conversations/{row['conversation_id']}/shared-drafts"
    draft = (await site.call(admin, "POST", path, {"text": CANARY})).json()
    asked = {"to": {"scheme": "sandbox", "value": f"mill {who}"}, "inbox_id": inbox.id, "text": CANARY}
    side = (await site.call(admin, "POST", f"/conversations/{row['conversation_id']}/sides", asked)).json()
    body = {"name": CANARY, "domains": [f"{who}.example"]}
    organization = (await site.call(admin, "POST", "/organizations", body)).json()
    attribute = {"subject": "contact", "name": f"{CANARY} {who}", "kind": "text"}
    await site.call(admin, "POST", "/attributes", attribute)
    view = await site.call(admin, "POST", "/saved-views", {"name": CANARY, "filter": {}, "audience": "everyone"})
    path = f"/contacts/{row['contact_id']}"
    fact = (await site.call(admin, "POST", f"{path}/facts", {"text": CANARY})).json()
    consent = {"purpose": CANARY, "answer": "given", "source": CANARY}
    await site.call(admin, "POST", f"{path}/consents", consent)
    headers = {**admin.headers, "lyhord-upload": "1"}
    upload = f"/api/v1/contact-imports?name={CANARY}"
    prepared = await site.client.post(upload, content=f"email\n{who}@{CANARY}".encode(), headers=headers)
    run = await site.call(admin, "POST", "/tickets/bulk", {"list": "all", "ids": [row["id"]], "status": "pending"})
    nowhere = Settings(kind="libretranslate", address=f"https://translate.example/{who}")
    await site.database.write(company.id, connect_translator, nowhere, None)
    elsewhere = Model(address=f"https://model.example/{who}", model=CANARY, uses=("summaries", "cases"))
    await site.database.write(company.id, connect_language_model, elsewhere, None)
    await site.database.write(company.id, change_terms, [Term(CANARY)])
    wish = {"text": CANARY, "owner_agent_id": company.agent.id}
    task = (await site.call(admin, "POST", f"/tickets/{row['id']}/tasks", wish)).json()
    boats = {"name": f"Canary {who}", "examples": [f"{CANARY} {n}" for n in range(3)]}
    reason = (await site.call(admin, "POST", "/reasons", boats)).json()
    kind = (await site.call(admin, "POST", "/kinds", {"name": f"Canary {who}"})).json()
    said = {"name": CANARY, "texts": [{"language": "en", "text": CANARY}]}
    for lasting in await site.get(admin, "/surges/lasting"):  # there may be 20 of them at most
        await site.call(admin, "POST", f"/surges/{lasting['surge']['id']}/end")
    surge = (await site.call(admin, "POST", "/surges", said)).json()
    for one in (await site.get(admin, "/surveys"))["surveys"]:  # of these, too
        await site.call(admin, "DELETE", f"/surveys/{one['id']}")
    surveys = (await site.call(admin, "POST", "/surveys", {"name": CANARY, "kind": "csat"})).json()["surveys"]
    ids = {
        "surge_id": surge["surge"]["id"],
        "text_id": surge["texts"][0]["text"]["id"],
        "task_id": task["id"],
        "kind_id": kind["id"],
        "reason_id": reason["id"],
        "theme_id": reason["id"],
        "survey_id": surveys[-1]["id"],
        "canned_reply_id": canned["id"],
        "level_id": level["id"],
        "schedule_id": schedule["id"],
        "macro_id": macro["id"],
        "rule_id": ruled["id"],
        "route_id": route["id"],
        "replay_id": replayed["id"],
        "card_id": card["id"],
        "review_id": new_id(),
        "note_id": coaching["id"],
        "scheduled_id": later["id"],
        "draft_id": draft["id"],
        "side_id": side["conversation"]["id"],
        "organization_id": organization["id"],
        "subject": "contact",
        "attribute": attribute["name"],
        "fact_id": fact["id"],
        "import_id": prepared.json()["made"]["id"],
        "ticket_id": row["id"],
        "view_id": view.json()["id"],
        "run_id": run.json()["run_id"],
        "conversation_id": row["conversation_id"],
        "contact_id": row["contact_id"],
        "message_id": message["id"],
        "attachment_id": message["attachments"][0]["id"],
        "agent_id": company.agent.id,
        "inbox_id": inbox.id,
        "team_id": team["id"],
        "token_id": (await site.add_program(company.id)).id,
        "session_id": (await site.get(admin, "/sessions"))[0]["id"],
        "factor_id": new_id(),
        "role_id": (await site.call(admin, "POST", "/roles", {"name": new_id(), "powers": []})).json()["id"],
        "device_id": (await site.call(admin, "POST", "/push/devices", PHONE)).json()["id"],
        "report_id": reports.json()["reports"][-1]["id"],
        "purpose": "invitation",
    }
    return Things(ids, await log_ends(site, company))


async def log_ends(site: Site, company: Company) -> int:
    """The number of the company's last event."""
    head = await site.database.read(company.id, lambda tx: tx.one(read_head))
    assert head is not None
    return int(head[0])


async def ask(site: Site, route: str, headers: dict[str, str], ids: dict[str, str]) -> httpx.Response:
    """Call a route with the body of its row, about the things named by `ids`."""
    method, path = route.split(" ")
    row = ROWS[route]
    path = _PARAMETER.sub(lambda found: ids[found[1]], path)
    body: Any = None
    if row.body is not None:
        text = msgspec.json.encode(row.body).decode()
        body = re.sub(r"<(\w+)>", lambda found: ids[found[1]], text).encode()
    elif path.endswith(RAW) and method in ("POST", "PUT"):
        body, headers = b"raw", {**headers, "lyhord-upload": "1"}
    kind = {"content-type": "application/json"} if body is not None else {}
    query = re.sub(r"<(\w+)>", lambda found: ids[found[1]], row.query)
    return await site.client.request(
        method, path + query, content=body, headers={"sec-fetch-site": "same-origin", **kind, **headers}
    )


def lacks_power(answer: httpx.Response) -> bool:
    """Whether the caller's role is in the way: what only its maker may change is refused with a reason of its own."""
    return answer.status_code == 403 and answer.json()["key"] == "problem.forbidden"


def guarded() -> list[str]:
    """Routes that want an agent or a program."""
    return [route for route, row in ROWS.items() if row.needs not in (NOBODY, VISITOR)]


async def test_every_route_says_what_it_needs(site: Site) -> None:
    assert routes_of(site.api) == set(ROWS)


async def test_strangers_are_refused(site: Site, company: Company) -> None:
    things = await furnish(site, company)
    strangers: list[dict[str, str]] = [
        {},
        {"authorization": "Bearer nonsense"},
        {"authorization": f"Basic {'x' * 40}"},
        {"cookie": "lyhord=nonsense"},
        {"cookie": company.agent.headers["cookie"][:-4] + "AAAA"},
        {"authorization": "Bearer " + company.agent.headers["cookie"].removeprefix("lyhord=")},
    ]
    wrong = []
    for route, row in ROWS.items():
        for headers in strangers if row.needs != NOBODY else ():
            answer = await ask(site, route, {"origin": "http://test.invalid", **headers}, things.ids)
            if answer.status_code != 401 or CANARY in answer.text:
                wrong.append((route, headers, answer.status_code))
    assert not wrong, "\n".join(map(str, wrong))
    assert await log_ends(site, company) == things.seq


async def test_credentials_that_have_ended_open_nothing(site: Site, company: Company, clock: StoppedClock) -> None:
    things = await furnish(site, company)
    revoked, removed = await site.add_program(company.id), await site.add_person(company.id, "agent")
    await site.database.write(company.id, end_token, revoked.id)
    await site.database.write(company.id, change_agent, removed.id, AgentChange(disabled=True))
    opened = [
        route
        for route in guarded()
        for person in (revoked, removed)
        if (await ask(site, route, person.headers, things.ids)).status_code != 401
    ]
    clock.move(ABSOLUTE)
    opened += [
        route for route in guarded() if (await ask(site, route, company.agent.headers, things.ids)).status_code != 401
    ]
    assert not opened


async def test_each_power_opens_its_routes_and_no_others(site: Site, company: Company) -> None:
    things = await furnish(site, company)
    powers = sorted(ROLES["administrator"])
    only = {power: await site.add_program(company.id, power) for power in powers}
    without = {power: await site.add_program(company.id, *(set(powers) - {power})) for power in powers}
    wrong = []
    for route in guarded():
        needs = ROWS[route].needs
        if needs == SIGNED_IN:
            continue
        instead = ROWS[route].instead
        unable = without[needs]
        if instead:
            unable = await site.add_program(company.id, *(set(powers) - {needs, *instead}))
        answer = await ask(site, route, unable.headers, things.ids)
        if answer.status_code != 403 or answer.json()["key"] != "problem.forbidden" or CANARY in answer.text:
            wrong.append((route, "without", answer.status_code))
        more = ROWS[route].more
        able = await site.add_program(company.id, needs, *more) if more else only[needs]
        answer = await ask(site, route, able.headers, things.ids)
        if (answer.status_code == 403) != ROWS[route].people_only or answer.status_code >= 500:
            wrong.append((route, "with", answer.status_code))
        if answer.is_success and route.startswith("DELETE"):
            things = await furnish(site, company)
        for other in instead:
            answer = await ask(site, route, only[other].headers, things.ids)
            if not answer.is_success:
                wrong.append((route, other, answer.status_code))
    assert not wrong, "\n".join(map(str, wrong))


@pytest.mark.parametrize("role", list(ROLES))
async def test_each_role_opens_what_its_powers_open(site: Site, company: Company, role: str) -> None:
    things = await furnish(site, company)
    wrong = []
    for route in guarded():
        person = await site.add_person(company.id, role)
        answer = await ask(site, route, person.headers, things.ids)
        row = ROWS[route]
        allowed = not {SIGNED_IN, *ROLES[role]}.isdisjoint({row.needs, *row.instead})
        if lacks_power(answer) == allowed or answer.status_code >= 500:
            wrong.append((route, answer.status_code, answer.text))
        if answer.is_success and route.startswith("DELETE"):
            things = await furnish(site, company)
    assert not wrong, "\n".join(map(str, wrong))


async def test_another_workspace_sees_and_changes_nothing(site: Site, company: Company) -> None:
    things = await furnish(site, company)
    ids = {value for value in things.ids.values() if len(value) == 36}
    stranger = await site.add_company()
    wrong = []
    for route in guarded():
        person = await site.add_person(stranger.id, "administrator")
        answer = await ask(site, route, person.headers, things.ids)
        named = "{" in route or "<" in msgspec.json.encode(ROWS[route].body).decode()
        nothing = not answer.content or route in SEVERAL
        kept_out = answer.status_code in (403, 404, 422) or (answer.is_success and (nothing or not named))
        if not kept_out or CANARY in answer.text or any(one in answer.text for one in ids):
            wrong.append((route, answer.status_code, answer.text))
    assert not wrong, "\n".join(map(str, wrong))
    assert await log_ends(site, company) == things.seq


async def test_pages_of_other_sites_change_nothing(site: Site, company: Company) -> None:
    things = await furnish(site, company)
    cookie = company.administrator.headers["cookie"]
    wrong = []
    for route in (one for one in guarded() if not one.startswith("GET")):
        for headers in ({"origin": "https://evil.example"}, {"sec-fetch-site": "cross-site"}, {"origin": "null"}):
            answer = await ask(site, route, {"cookie": cookie, **headers}, things.ids)
            if answer.status_code != 403:
                wrong.append((route, headers, answer.status_code))
    assert not wrong, "\n".join(map(str, wrong))
    assert await log_ends(site, company) == things.seq


async def test_no_answer_about_a_workspace_may_be_kept_by_anybody(site: Site, company: Company) -> None:
    things = await furnish(site, company)
    wrong = []
    for route in guarded():
        person = await site.add_person(company.id, "administrator")
        answer = await ask(site, route, person.headers, things.ids)
        guard = answer.headers["content-security-policy"], answer.headers["x-content-type-options"]
        if (
            answer.headers["cache-control"] != "no-store"
            or "default-src 'none'" not in guard[0]
            or guard[1] != "nosniff"
        ):
            wrong.append((route, dict(answer.headers)))
        if answer.is_success and route.startswith("DELETE"):
            things = await furnish(site, company)
    assert not wrong, "\n".join(map(str, wrong))

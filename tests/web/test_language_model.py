"""An administrator connects a language model over the API: tried before it is kept, its key never shown, each change in the audit."""

from collections.abc import Iterator
from typing import Any

import pytest

from lyhord.hearing.language_model.store import find_model
from tests.counterparts.languagemodels import KEY, MODEL, LanguageModelServer
from tests.web.site import Company, Site

PATH = "/language-model"


@pytest.fixture
def server() -> Iterator[LanguageModelServer]:
    with LanguageModelServer() as server:
        yield server


@pytest.fixture
async def company(site: Site) -> Company:
    return await site.add_company()


def body(server: LanguageModelServer, **more: Any) -> dict[str, Any]:
    return {"address": server.address, "model": MODEL, "key": KEY, "uses": ["summaries"], **more}


async def put(site: Site, company: Company, given: dict[str, Any]) -> Any:
    return await site.call(company.administrator, "PUT", PATH, given)


async def test_it_is_tried_kept_and_shown_without_its_key(
    site: Site, company: Company, server: LanguageModelServer
) -> None:
    assert await site.get(company.administrator, PATH) == {"language_model": None}
    answer = await put(site, company, body(server, address=f" {server.address}/chat/completions "))
    assert answer.status_code == 200
    assert KEY not in answer.text
    assert answer.json()["language_model"] == {
        "address": server.address,
        "model": MODEL,
        "has_key": True,
        "uses": ["summaries"],
        "hides": True,
        "most_a_day": 200,
        "today": {"calls": 0, "tokens": 0, "failed": 0, "problem": ""},
    }
    row = await site.database.read(company.id, lambda tx: tx.one(find_model))
    assert KEY not in str(row)
    entries = (await site.get(company.administrator, "/audit"))["items"]
    entry = next(one for one in entries if one["action"] == "language_model.connected")
    assert entry["detail"]["uses"] == ["summaries"]
    assert KEY not in str(entry)


async def test_an_agent_sees_that_it_is_there_and_not_where(
    site: Site, company: Company, server: LanguageModelServer
) -> None:
    await put(site, company, body(server))
    seen = (await site.get(company.agent, PATH))["language_model"]
    assert (seen["address"], seen["model"]) == ("", MODEL)
    assert (await site.call(company.agent, "PUT", PATH, body(server))).status_code == 403


async def test_what_does_not_work_is_not_kept_and_the_field_says_why(
    site: Site, company: Company, server: LanguageModelServer
) -> None:
    answer = await put(site, company, body(server, key="wrong"))
    assert (answer.status_code, answer.json()["fields"]) == (422, {"key": "language_model.bad_key"})
    answer = await put(site, company, body(server, address="http://10.0.0.1:11434/v1"))
    assert answer.json()["fields"] == {"address": "language_model.not_called"}
    assert await site.get(company.administrator, PATH) == {"language_model": None}


async def test_a_kept_key_goes_to_its_own_address_alone(
    site: Site, company: Company, server: LanguageModelServer
) -> None:
    await put(site, company, body(server))
    assert (await put(site, company, body(server, key=None, hides=False))).status_code == 200
    with LanguageModelServer() as other:
        answer = await put(site, company, body(other, key=None))
        assert answer.json()["fields"] == {"key": "language_model.bad_key"}
        other.key = ""
        assert (await put(site, company, body(other, key=None))).json()["language_model"]["has_key"] is False


async def test_it_is_disconnected_and_nothing_can_be_written(
    site: Site, company: Company, server: LanguageModelServer
) -> None:
    await put(site, company, body(server))
    await site.say(company.inbox, "My machine leaks and I need a new gasket.")
    [ticket] = (await site.get(company.agent, "/tickets?list=all"))["items"]
    path = f"/tickets/{ticket['id']}/wording"
    assert (await site.call(company.agent, "POST", path, {"use": "cases"})).status_code == 404
    assert (await site.call(company.agent, "POST", path, {"use": "summaries"})).status_code == 202
    summary = await site.get(company.agent, f"/tickets/{ticket['id']}/summary")
    assert summary["written"]["state"] == "asked"
    assert (await site.call(company.administrator, "DELETE", PATH)).is_success
    assert (await site.call(company.agent, "POST", path, {"use": "summaries"})).status_code == 404
    assert (await site.get(company.agent, f"/tickets/{ticket['id']}/summary"))["written"] is None
    actions = [one["action"] for one in (await site.get(company.administrator, "/audit"))["items"]]
    assert actions[0] == "language_model.removed"

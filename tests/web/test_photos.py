"""Pictures of agents: small, seen in their bytes, shown to colleagues, and kept as long as somebody has them."""

import pytest

from lyhord.conversations.retention import referenced_files
from tests.journeys.desk import PICTURE
from tests.web.site import Company, Person, Site

UPLOAD = {"lyhord-upload": "1", "sec-fetch-site": "same-origin"}


async def put(site: Site, person: Person, body: bytes) -> int:
    answer = await site.client.put("/api/v1/me/photo", content=body, headers={**person.headers, **UPLOAD})
    return answer.status_code


async def test_a_picture_is_shown_to_colleagues_and_kept(site: Site, company: Company) -> None:
    assert await put(site, company.agent, PICTURE) == 204
    agents = await site.get(company.administrator, "/agents")
    [name] = [one["photo"] for one in agents if one["id"] == company.agent.id]
    path = f"/agents/{company.agent.id}/photo"
    answer = await site.call(company.administrator, "GET", path)
    assert (answer.content, answer.headers["content-type"]) == (PICTURE, "image/png")
    assert "sandbox" in answer.headers["content-security-policy"]
    [file] = [one.name for one in site.files.root.rglob(f"{name}*")]
    assert await site.database.read(company.id, referenced_files, [file]) == {file}
    assert (await site.call(company.agent, "DELETE", "/me/photo")).status_code == 204
    assert (await site.call(company.administrator, "GET", path)).status_code == 404
    assert await site.database.read(company.id, referenced_files, [file]) == set()


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 422),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", 422),
        (b"MZ words", 422),
        (PICTURE + bytes(300_000), 413),
    ],
)
async def test_what_is_no_small_picture_is_refused(site: Site, company: Company, body: bytes, status: int) -> None:
    assert await put(site, company.agent, body) == status
    assert (await site.get(company.agent, "/me"))["agent"]["photo"] is None

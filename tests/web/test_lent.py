"""Files at addresses that were given away: who has one has that file, as a download, until it is over."""

from lyhord.kit.clock import DAY
from tests.conftest import StoppedClock
from tests.web.site import Site

PNG = b"\x89PNG\r\n\x1a\n" + b"pixels" * 50


async def lend(site: Site, content: bytes, name: str, kind: str) -> str:
    """The path and query of a file's address."""
    stored = await site.files.put(content)
    address = site.lending.address(stored.sha256, name=name, type=kind, until=site.database.clock() + DAY)
    return address.removeprefix("https://desk.example")


async def test_who_has_the_address_has_the_file(site: Site) -> None:
    answer = await site.client.get(await lend(site, PNG, "läge.png", "image/png"))
    assert answer.content == PNG
    assert answer.headers["content-type"] == "image/png"
    assert answer.headers["content-disposition"].startswith("inline;")
    assert answer.headers["cache-control"] == "no-store"


async def test_what_could_act_is_saved_and_not_shown(site: Site) -> None:
    answer = await site.client.get(await lend(site, b"<script>alert(1)</script>", "a.html", "text/html"))
    assert answer.headers["content-disposition"].startswith("attachment;")
    assert "sandbox" in answer.headers["content-security-policy"]
    assert answer.headers["x-content-type-options"] == "nosniff"


async def test_its_size_can_be_asked_alone(site: Site) -> None:
    answer = await site.client.head(await lend(site, PNG, "a.png", "image/png"))
    assert (answer.status_code, answer.content, answer.headers["content-length"]) == (200, b"", str(len(PNG)))
    assert (await site.client.head("/file/file.png?lent=x.y")).status_code == 404


async def test_once_it_is_over_nobody_has_it(site: Site, clock: StoppedClock) -> None:
    address = await lend(site, PNG, "a.png", "image/png")
    clock.move(DAY)
    assert (await site.client.get(address)).status_code == 404


async def test_what_was_not_lent_is_not_there(site: Site) -> None:
    address = await lend(site, PNG, "a.png", "image/png")
    stored = await site.files.put(b"another file")
    for wrong in (f"/file/{stored.sha256}", f"/file/{stored.sha256}?lent={stored.sha256}", address[:-1], f"{address}A"):
        assert (await site.client.get(wrong)).status_code in (400, 404)


async def test_a_file_that_is_gone_is_gone_at_its_address_too(site: Site) -> None:
    address = await lend(site, PNG, "a.png", "image/png")
    for path in site.files.root.glob("??/*"):
        path.unlink()
    assert (await site.client.get(address)).status_code == 404

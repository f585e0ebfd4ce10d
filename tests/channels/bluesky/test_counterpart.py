"""Posts, answers, links, pictures, deleting and hiding at a server that nobody here wrote."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from lyhord.channels.bluesky.adapter import Bluesky
from lyhord.channels.bluesky.session import Tools
from lyhord.conversations.account import Account
from lyhord.conversations.exchange import Accepted, Address, Amendment, Context, Failed, Media, Outbound, Place, Plan
from lyhord.kit.egress import Egress
from lyhord.kit.files import Files
from lyhord.kit.ids import new_id
from tests.counterparts.bluesky_pds import Pds, Person, pds
from tests.journeys.desk import PICTURE

__all__ = ["pds"]
pytestmark = [pytest.mark.long, pytest.mark.proves("bluesky", "PDS", "sent")]


@pytest.fixture(scope="module")
def people(pds: Pds) -> tuple[Person, Person]:
    """The company, and a customer."""
    return pds.register("acmedesk"), pds.register("alice")


@pytest.fixture
async def tools(tmp_path: Path) -> AsyncIterator[Tools]:
    """The real way out, which may go to loopback here."""
    egress = Egress(allow_private=["127.0.0.0/8"])
    yield Tools(egress.call, Files(tmp_path))
    await egress.close()


def channel(pds: Pds, desk: Person, tools: Tools, password: str) -> Bluesky:
    settings = {"handle": desk.handle, "service": pds.address, "chat": False}
    return Bluesky(Account("w", "i", "key", "Desk", settings, {"password": password}), tools)


async def answer(adapter: Bluesky, to: Person, comment: dict[str, Any], text: str, *media: Media, key: str = "") -> str:
    """Answer a post in public; the external id."""
    said = Outbound(
        to=Address("bluesky", to.did), text=text, media=media, answers=comment["uri"], place=Place(comment["uri"])
    )
    plan = adapter.plan(said, Context(1))
    assert isinstance(plan, Plan)
    outcome = await adapter.send(plan.parts[0], key or new_id())
    assert isinstance(outcome, Accepted), outcome
    return outcome.external_id


async def test_an_answer_stands_in_its_thread_with_links_names_and_a_picture(
    pds: Pds, people: tuple[Person, Person], tools: Tools
) -> None:
    desk, alice = people
    adapter = channel(pds, desk, tools, desk.app_password())
    health = await adapter.health()
    assert (health.ok, health.who) == (True, "@acmedesk.pds.test")
    root = alice.post("Look what I bought")
    comment = alice.post("Where is my lämp 💡?", reply={"root": root, "parent": root})
    text = "På väg 💡 @alice.pds.test, se https://shop.example/lamp?x=1."
    picture = Media("a lamp.png", "image/png", len(PICTURE), content=PICTURE)
    uri = await answer(adapter, alice, comment, text, picture)
    [stored] = [one["value"] for one in desk.records() if one["uri"] == uri]
    assert stored["reply"] == {"root": root, "parent": comment}
    raw = text.encode()
    shown = [raw[one["index"]["byteStart"] : one["index"]["byteEnd"]].decode() for one in stored["facets"]]
    assert shown == ["@alice.pds.test", "https://shop.example/lamp?x=1"]
    assert stored["facets"][0]["features"][0]["did"] == alice.did
    [image] = stored["embed"]["images"]
    assert (image["alt"], image["image"]["mimeType"]) == ("a lamp", "image/png")


async def test_tried_twice_it_is_there_once_and_withdrawn_it_is_gone(
    pds: Pds, people: tuple[Person, Person], tools: Tools
) -> None:
    desk, alice = people
    adapter = channel(pds, desk, tools, desk.app_password())
    comment, key = alice.post("Hello?"), new_id()
    before = len(desk.records())
    uri = await answer(adapter, alice, comment, "Yes?", key=key)
    assert await answer(adapter, alice, comment, "Yes?", key=key) == uri
    assert len(desk.records()) == before + 1
    gone = Amendment(deed="remove", message=uri, to=Address("bluesky", alice.did))
    for _ in range(2):
        assert await adapter.amend(gone, "key") == Accepted("")
    assert len(desk.records()) == before


async def test_what_was_deleted_meanwhile_cannot_be_answered(
    pds: Pds, people: tuple[Person, Person], tools: Tools
) -> None:
    desk, alice = people
    adapter = channel(pds, desk, tools, desk.app_password())
    uri = f"at://{alice.did}/app.bsky.feed.post/3zzzzzzzzzzzz"
    said = Outbound(to=Address("bluesky", alice.did), text="Yes?", answers=uri, place=Place(uri))
    assert await adapter.send(said, new_id()) == Failed("channel.bluesky.gone")


async def test_an_answer_in_our_own_thread_is_hidden_and_shown(
    pds: Pds, people: tuple[Person, Person], tools: Tools
) -> None:
    desk, alice = people
    adapter = channel(pds, desk, tools, desk.app_password())
    root = desk.post("Our new lamp")
    rude = alice.post("Thieves!", reply={"root": root, "parent": root})
    for deed, left in (("hide", [rude["uri"]]), ("hide", [rude["uri"]]), ("show", [])):
        amendment = Amendment(deed=deed, message=rude["uri"], to=Address("bluesky", alice.did), ours=False)  # type: ignore[arg-type]
        assert await adapter.amend(amendment, "key") == Accepted("")
        [gate] = desk.records("app.bsky.feed.threadgate")
        assert (gate["value"]["post"], gate["value"]["hiddenReplies"]) == (root["uri"], left)
    theirs = alice.post("My own thread")
    other = alice.post("Thieves!", reply={"root": theirs, "parent": theirs})
    amendment = Amendment(deed="hide", message=other["uri"], to=Address("bluesky", alice.did), ours=False)
    assert await adapter.amend(amendment, "key") == Failed("channel.bluesky.not_our_thread")


async def test_a_session_that_ended_is_begun_again_and_a_wrong_password_is_told(
    pds: Pds, people: tuple[Person, Person], tools: Tools
) -> None:
    desk, _ = people
    adapter = channel(pds, desk, tools, desk.app_password())
    assert (await adapter.health()).ok
    [(place, session)] = tools.sessions.items()
    spoilt = type(session)(session.did, session.handle, session.access_jwt[:-4] + "AAAA", session.refresh_jwt)
    tools.sessions[place] = spoilt
    assert await adapter._server.get("com.atproto.server.getSession")
    assert tools.sessions[place].access_jwt != spoilt.access_jwt
    refused = await channel(pds, desk, tools, "not-the-pass-word").health()
    assert refused.problems[0][:2] == ("password", "channel.bluesky.bad_password")

"""The agents' live stream: replay, resume, what is skipped, who is cut off."""

import asyncio
import contextlib
from collections.abc import Callable

import pytest

from lyhord.web import fanout
from tests.waiting import until
from tests.web.site import Company, Site


async def test_begins_with_where_the_log_stands(site: Site, company: Company) -> None:
    async with site.listen(company.agent) as stream:
        hello = await stream.next()
    assert stream.status == 200
    assert hello.event == "hello"
    assert hello.id == f"{hello.data['epoch']}:{hello.data['seq']}"
    assert hello.data["present"] == [company.agent.id]


async def test_shows_what_happens_with_the_rows_as_they_are_now(site: Site, company: Company) -> None:
    async with site.listen(company.agent) as stream:
        hello = await stream.next()
        await site.say(company.inbox, "Where is my parcel?")
        frames = [await stream.next() for _ in range(4)]
    kinds = {frame.data["kind"]: frame.data for frame in frames}
    assert [frame.data["seq"] for frame in frames] == [hello.data["seq"] + n for n in range(1, 5)]
    received = kinds["message.received"]
    assert received["message"]["text"] == "Where is my parcel?"
    assert received["ticket"]["preview"] == "Where is my parcel?"
    assert received["conversation"]["id"] == received["conversation_id"]
    assert kinds["contact.created"]["contact"]["conversation_id"] == received["conversation_id"]
    assert kinds["ticket.opened"]["ticket"]["id"] == received["ticket"]["id"]


async def test_resumes_where_it_was(site: Site, company: Company) -> None:
    async with site.listen(company.agent) as stream:
        hello = await stream.next()
        await site.say(company.inbox, "One")
        seen = [await stream.next() for _ in range(4)]
    for text in ("Two", "Three"):
        await site.say(company.inbox, text)
    async with site.listen(company.agent, seen[-1].id) as stream:
        again = await stream.next()
        assert again.id == seen[-1].id
        replayed = [await stream.next() for _ in range(2)]
        await site.say(company.inbox, "Four")
        live = await stream.next()
    texts = [frame.data["message"]["text"] for frame in (*replayed, live)]
    assert texts == ["Two", "Three", "Four"]
    assert [frame.data["seq"] for frame in (*replayed, live)] == [hello.data["seq"] + n for n in (5, 6, 7)]


async def test_two_readers_get_the_same_bytes(site: Site, company: Company) -> None:
    async with site.listen(company.agent) as one, site.listen(company.administrator) as other:
        first = await one.next()
        await other.next()
        before = len(one.raw), len(other.raw)
        await site.say(company.inbox)
        async for _ in one.until(first.data["seq"] + 4):
            pass
        async for _ in other.until(first.data["seq"] + 4):
            pass
    tails = [
        b"\n\n".join(p for p in raw[n:].split(b"\n\n") if b"signal" not in p)
        for raw, n in zip((one.raw, other.raw), before, strict=True)
    ]
    assert b"event: change" in tails[0]
    assert tails[0] == tails[1]


async def test_an_unknown_epoch_or_place_means_reading_afresh(site: Site, company: Company) -> None:
    for last in ("99:1", "1:100000", "nonsense", "-1:0", "1:" + "9" * 50):
        async with site.listen(company.agent, last) as stream:
            hello = await stream.next()
            reset = await stream.next()
            assert (reset.event, reset.id) == ("reset", hello.id), last


async def test_a_reader_who_was_away_too_long_reads_afresh(site: Site, company: Company) -> None:
    from lyhord.kit.database import Tx
    from lyhord.workspaces.events import WorkspaceChanged

    def much(tx: Tx) -> None:
        for _ in range(5_001):
            tx.emit(WorkspaceChanged())

    async with site.listen(company.agent) as stream:
        place = (await stream.next()).id
    await site.database.write(company.id, much)
    async with site.listen(company.agent, place) as stream:
        await stream.next()
        assert (await stream.next()).event == "reset"


async def test_strangers_and_other_methods_are_refused(site: Site, company: Company) -> None:
    for headers in ({}, {"authorization": "Bearer nobody"}, {"cookie": "lyhord=x.y"}):
        answer = await site.client.get("/api/v1/stream", headers=headers)
        assert answer.status_code == 401
        assert answer.headers["content-type"] == "application/problem+json"
    assert (await site.client.post("/api/v1/stream", headers=company.agent.headers)).status_code == 405
    program = await site.add_program(company.id, "contacts.edit")
    assert (await site.client.get("/api/v1/stream", headers=program.headers)).status_code == 403


async def test_another_workspace_hears_nothing(site: Site, company: Company) -> None:
    other = await site.add_company()
    async with site.listen(other.agent) as stream:
        place = await stream.next()
        await site.say(company.inbox, "Secret")
        await site.say(other.inbox, "Ours")
        texts = [
            frame.data["message"]["text"]
            async for frame in stream.until(place.data["seq"] + 4)
            if "message" in frame.data
        ]
    assert texts == ["Ours"]
    assert b"Secret" not in stream.raw


async def test_presence_is_told(site: Site, company: Company) -> None:
    async with site.listen(company.agent) as stream:
        await stream.next()
        async with site.listen(company.administrator) as other:
            assert (await other.next()).data["present"] == sorted([company.agent.id, company.administrator.id])
            while (came := await stream.next_signal())["agent_id"] != company.administrator.id:
                pass
        left = await stream.next_signal()
    assert (came["name"], came["present"]) == ("presence", True)
    assert (left["agent_id"], left["present"]) == (company.administrator.id, False)


async def test_presence_is_not_told_where_each_would_be_told_of_too_many(
    site: Site, company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fanout, "MOST_PRESENT", 1)
    async with site.listen(company.agent) as stream:
        assert (await stream.next()).data["present"] == [company.agent.id]
        async with site.listen(company.administrator) as other:
            assert (await other.next()).data["present"] is None
            assert (await stream.next_signal())["present"] is None
        await site.say(company.inbox, "Still told")
        assert (await stream.next(signals=True)).event == "change"
    async with site.listen(company.agent) as stream:
        assert (await stream.next()).data["present"] == [company.agent.id]


async def test_those_who_come_back_together_share_a_reading_of_the_log(
    site: Site, company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with site.listen(company.agent) as stream:
        place = (await stream.next()).id
    await site.say(company.inbox, "Missed")
    readings, read = [], site.database.read

    async def counted(workspace_id: str, view: Callable[..., object], *asked: object) -> object:
        readings.append(view.__name__)
        return await read(workspace_id, view, *asked)

    monkeypatch.setattr(site.database, "read", counted)
    async with contextlib.AsyncExitStack() as stack:
        several = [await stack.enter_async_context(site.listen(company.agent, place)) for _ in range(20)]
        for stream in several:
            assert (await stream.next()).id == place
            assert (await stream.next()).event == "change"
    assert readings.count("list_seen") < 5
    assert readings.count("read_stretches") < 5


async def test_the_server_can_end_every_stream(site: Site, company: Company) -> None:
    async with site.listen(company.agent) as stream:
        await stream.next()
        site.app.stop()
        await stream.end()
    assert stream.ended


async def test_nothing_is_left_running_after_the_last_reader(site: Site, company: Company) -> None:
    async with site.listen(company.agent) as stream:
        await stream.next()
    await until(lambda: not {task.get_name().split()[0] for task in asyncio.all_tasks()} & {"fanout", "streams"})

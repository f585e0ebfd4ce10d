"""What a stream leaves out, and when it ends: grants are today's, never those of the moment of connecting."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Callable
from typing import NoReturn

import pytest
import uvicorn

from lyhord.kit.database import Busy, ReadTx, Statement, Tx
from lyhord.kit.events import Event
from lyhord.kit.http import Principal
from lyhord.kit.ids import new_id
from lyhord.web import fanout, readers
from lyhord.workspaces.actions.agents import AgentChange, change_agent, end_all_sessions
from lyhord.workspaces.actions.teams import change_team, create_team
from lyhord.workspaces.actions.tokens import end_token
from lyhord.workspaces.events import WorkspaceChanged
from lyhord.workspaces.store import list_open_sessions
from tests.waiting import until
from tests.web.site import Company, Listener, Person, Sent, Site


@pytest.fixture
async def divided(site: Site) -> Company:
    """A workspace where agents read only the inboxes of their teams, and the agent's team has the first inbox."""
    company = await site.add_company(restricted_reach=True)
    await site.database.write(company.id, create_team, "Crew", [company.agent.id], [company.inbox.id])
    return company


async def up_to_now(site: Site, company: Company, stream: Listener) -> list[Sent]:
    """Everything that the stream says until it has told of the log's last event."""
    head = (await site.get(company.administrator, "/me"))["stream"]["seq"]
    return [sent async for sent in stream.until(head)]


async def test_what_is_out_of_reach_is_skipped_as_ranges(site: Site, divided: Company) -> None:
    async with site.listen(divided.agent) as stream, site.listen(divided.administrator) as other:
        start = (await stream.next()).data["seq"]
        await other.next()
        await site.say(divided.inbox, "For us")
        await site.say(divided.other_inbox, "For them", who="bob")
        await site.say(divided.inbox, "For us again")
        seen = await up_to_now(site, divided, stream)
        everything = await up_to_now(site, divided, other)
    numbers: list[int] = []
    for sent in seen:
        numbers += range(sent.data["from"], sent.data["to"] + 1) if sent.event == "skip" else [sent.data["seq"]]
    assert numbers == list(range(start + 1, everything[-1].data["seq"] + 1))
    texts = [sent.data["message"]["text"] for sent in seen if "message" in sent.data]
    assert texts == ["For us", "For us again"]
    assert b"For them" not in stream.raw
    assert b"Bob" not in stream.raw
    assert all(sent.event == "change" for sent in everything)


async def test_a_replay_skips_the_same(site: Site, divided: Company) -> None:
    async with site.listen(divided.agent) as stream:
        place = (await stream.next()).id
    await site.say(divided.inbox, "For us")
    await site.say(divided.other_inbox, "For them", who="bob")
    async with site.listen(divided.agent, place) as stream:
        await stream.next()
        seen = await up_to_now(site, divided, stream)
    assert seen[-1].event == "skip"
    assert b"For them" not in stream.raw


async def test_an_event_of_a_kind_that_only_a_later_version_knows_is_shown_to_nobody(
    site: Site, divided: Company
) -> None:
    class Weighed(Event, frozen=True, tag="message.weighed"):
        agent_id: str

    places = []
    for person in (divided.agent, divided.administrator):
        async with site.listen(person) as stream:
            places.append((person, (await stream.next()).id))
    await site.database.write(divided.id, lambda tx: tx.emit(Weighed(agent_id=divided.agent.id)))
    await site.say(divided.inbox, "For us")
    for person, place in places:
        async with site.listen(person, place) as stream:
            await stream.next()
            first, *rest = await up_to_now(site, divided, stream)
        assert first.event == "skip"
        assert {sent.event for sent in rest} == {"change"}
        assert b"weighed" not in stream.raw


async def test_a_conversation_in_reach_hides_what_another_inbox_carried(site: Site, divided: Company) -> None:
    await site.say(divided.inbox, "Seen")
    async with site.listen(divided.agent) as stream:
        await stream.next()
        await site.say(divided.other_inbox, "Unseen")
        [ticket] = (await site.get(divided.administrator, "/tickets?list=all"))["items"]
        status = {"status": "pending"}
        assert (await site.call(divided.administrator, "PATCH", f"/tickets/{ticket['id']}", status)).is_success
        seen = await up_to_now(site, divided, stream)
    assert seen[-1].data["ticket"]["status"] == "pending"
    assert b"Unseen" not in stream.raw
    assert (seen[-1].data["ticket"]["preview"], seen[-1].data["ticket"]["subject"]) == ("", None)


async def test_grants_are_asked_again_when_they_may_have_changed(site: Site, divided: Company) -> None:
    team = (await site.get(divided.administrator, "/teams"))[0]
    async with site.listen(divided.agent) as stream:
        await stream.next()
        await site.say(divided.inbox, "Before")
        await site.database.write(divided.id, change_team, team["id"], None, None, [divided.other_inbox.id])
        await site.say(divided.inbox, "After")
        await site.say(divided.other_inbox, "New to us", who="bob")
        seen = await up_to_now(site, divided, stream)
    texts = [sent.data["message"]["text"] for sent in seen if "message" in sent.data]
    assert texts == ["Before", "New to us"]


async def test_personal_events_go_to_their_agent_alone(site: Site, company: Company) -> None:
    await site.say(company.inbox)
    [ticket] = (await site.get(company.agent, "/tickets?list=all"))["items"]
    path = f"/conversations/{ticket['conversation_id']}"
    async with site.listen(company.agent) as mine, site.listen(company.administrator) as theirs:
        await mine.next()
        await theirs.next()
        await site.call(company.agent, "POST", f"{path}/read", {"message_id": ticket["last_message_id"]})
        await site.call(company.agent, "PUT", f"{path}/draft", {"text": "Not yet"})
        own = [sent.data.get("kind") for sent in await up_to_now(site, company, mine)]
        others = await up_to_now(site, company, theirs)
    assert own == ["conversation.seen", "draft.changed"]
    assert [sent.event for sent in others] == ["skip"] * len(others)


async def test_signals_reach_only_who_may_see_the_conversation(site: Site, divided: Company) -> None:
    await site.say(divided.other_inbox)
    [ticket] = (await site.get(divided.administrator, "/tickets?list=all"))["items"]
    path = f"/conversations/{ticket['conversation_id']}/signals"
    async with site.listen(divided.agent) as stream, site.listen(divided.administrator) as other:
        await stream.next()
        await other.next()
        assert (await site.call(divided.agent, "POST", path, {"name": "typing"})).status_code == 404
        assert (await site.call(divided.administrator, "POST", path, {"name": "typing"})).status_code == 204
        while (heard := await other.next_signal())["name"] != "typing":
            pass
        await site.say(divided.inbox, "Afterwards", who="carl")
        await up_to_now(site, divided, stream)
    assert heard["agent_id"] == divided.administrator.id
    assert heard["until"] > site.database.clock()
    assert b"typing" not in stream.raw


def test_grants_are_asked_often_enough_for_the_five_seconds_that_are_promised() -> None:
    assert max(readers.CHECK_SECONDS, readers.HOLD_SECONDS) < 5


Ending = Callable[[Tx, str], object]


@pytest.mark.parametrize("end", [end_all_sessions, lambda tx, who: change_agent(tx, who, AgentChange(disabled=True))])
async def test_an_agents_stream_ends_with_their_grants(site: Site, company: Company, end: Ending) -> None:
    async with site.listen(company.agent) as stream:
        await stream.next()
        await site.database.write(company.id, end, company.agent.id)
        await site.say(company.inbox, "Too late")
        await stream.end()
    assert (await site.client.get("/api/v1/stream", headers=company.agent.headers)).status_code == 401
    with contextlib.suppress(EOFError):
        while True:
            sent = await stream.next()
            assert sent.data.get("kind") != "agent.changed"


async def test_a_revoked_token_ends_its_stream(site: Site, company: Company) -> None:
    program = await site.add_program(company.id)
    async with site.listen(program) as stream:
        await stream.next()
        await site.database.write(company.id, end_token, program.id)
        await stream.end()


async def test_the_grants_of_all_readers_are_read_at_once(
    site: Site, divided: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fanout, "CHECK_SECONDS", 0)
    people = [divided.agent, divided.administrator, await site.add_program(divided.id)]
    people += [await site.add_person(divided.id, "agent") for _ in range(12)]
    statements: list[Statement] = []
    every = ReadTx.all

    def noted(tx: ReadTx, statement: Statement, **params: object) -> list[tuple[object, ...]]:
        statements.append(statement)
        return every(tx, statement, **params)

    async with contextlib.AsyncExitStack() as stack:
        for person in people:
            await (await stack.enter_async_context(site.listen(person))).next()
        monkeypatch.setattr(ReadTx, "all", noted)
        await until(lambda: statements.count(list_open_sessions) >= 2)
        assert site.streams.readers == len(people)
    assert len(statements) <= 4 * statements.count(list_open_sessions), "settings, sessions, tokens, reach"


async def test_while_grants_cannot_be_read_streams_stay_and_tell_nothing(
    site: Site, company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fanout, "CHECK_SECONDS", 0)
    monkeypatch.setattr(fanout, "HOLD_SECONDS", 0)
    program = await site.add_program(company.id)
    failed, read = [], site.database.read

    async def fail(workspace_id: str, view: Callable[..., object], *asked: object) -> object:
        if view.__name__ == "list_seen":
            failed.append(view)
            raise Busy
        return await read(workspace_id, view, *asked)

    async with site.listen(company.agent) as stays, site.listen(program) as ends:
        start = (await stays.next()).data["seq"]
        await ends.next()
        with monkeypatch.context() as patch:
            patch.setattr(site.database, "read", fail)
            await until(lambda: len(failed) >= 2)
            assert site.streams.readers == 2
            await site.database.write(company.id, end_token, program.id)
        await site.say(company.inbox, "Back again")
        heard = [sent.data async for sent in stays.until(start + 4)]
        await ends.end()
    assert "Back again" in [data["message"]["text"] for data in heard if "message" in data]
    assert b"Back again" not in ends.raw


def test_an_answer_about_grants_gives_way_to_none_that_was_asked_for_earlier() -> None:
    async def nothing(*_: object) -> NoReturn:
        raise AssertionError

    known = Principal(new_id(), "agent:a", "a", frozenset({readers.POWER}), None, "en")
    less = Principal(new_id(), "agent:a", "a", frozenset({readers.POWER}), frozenset(), "en")
    reader = readers.Reader(known, send=nothing, fetch=nothing, renew=nothing)
    first, second = readers.asked(), readers.asked()
    reader.grant(less, second)
    reader.grant(known, first)
    assert reader.viewer.reach.inbox_ids == frozenset()


async def test_who_falls_behind_reads_on_from_the_log(
    site: Site, company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(readers, "MOST_EVENTS", 8)

    def much(tx: Tx) -> None:
        for _ in range(30):
            tx.emit(WorkspaceChanged())

    async with site.listen(company.agent) as stream:
        start = (await stream.next()).data["seq"]
        for _ in range(5):
            await site.database.write(company.id, much)
        numbers = [sent.data["seq"] for sent in await up_to_now(site, company, stream)]
    assert numbers == list(range(start + 1, start + 151))


async def test_who_does_not_read_is_dropped_and_holds_up_nobody(
    site: Site, company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(readers, "MOST_ITEMS", 3)
    async with site.listen(company.agent) as stuck, site.listen(company.administrator) as reading:
        await stuck.next()
        await reading.next()
        stuck.hold()
        for number in range(12):
            await site.say(company.inbox, f"Message {number}")
            await up_to_now(site, company, reading)
        await stuck.end()
    assert not site.streams.readers


async def test_a_connection_that_fails_ends_alone(
    site: Site, company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with site.listen(company.agent) as failing, site.listen(company.administrator) as reading:
        await failing.next()
        place = await reading.next()
        monkeypatch.setattr(failing, "_sent", None)
        await site.say(company.inbox, "Heard")
        heard = [sent.data async for sent in reading.until(place.data["seq"] + 4)]
        await failing.end()
    assert "Heard" in [data["message"]["text"] for data in heard if "message" in data]


@contextlib.asynccontextmanager
async def served(site: Site) -> AsyncIterator[tuple[int, set[object]]]:
    """The app on a real server on loopback: its port, and the connections that it holds."""
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    config = uvicorn.Config(site.app, lifespan="off", log_config=None, access_log=False, ws="none")
    server = uvicorn.Server(config)
    task = asyncio.create_task(server.serve(sockets=[listening]))
    await until(lambda: server.started)
    try:
        yield listening.getsockname()[1], server.server_state.connections  # type: ignore[misc]
    finally:
        server.should_exit = True
        site.app.stop()
        await task


async def open_socket(port: int, person: Person) -> socket.socket:
    """A connection that asks for the stream and then never reads."""
    loop = asyncio.get_running_loop()
    connection = socket.socket()
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    connection.setblocking(False)
    await loop.sock_connect(connection, ("127.0.0.1", port))
    head = "".join(f"{name}: {value}\r\n" for name, value in person.headers.items())
    await loop.sock_sendall(connection, f"GET /api/v1/stream HTTP/1.1\r\nhost: x\r\n{head}\r\n".encode())
    return connection


async def test_a_socket_that_never_reads_is_aborted(
    site: Site, company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(readers, "MOST_ITEMS", 20)
    async with served(site) as (port, connections):
        with contextlib.closing(await open_socket(port, company.agent)):
            await until(lambda: site.streams.readers)
            for _ in range(400):
                await site.say(company.inbox, "x" * 20_000)
                if not site.streams.readers:
                    break
            assert not site.streams.readers
            await until(lambda: not connections)


async def test_a_client_that_goes_away_leaves_nothing_behind(site: Site, company: Company) -> None:
    async with served(site) as (port, _):
        with contextlib.closing(await open_socket(port, company.agent)):
            await until(lambda: site.streams.readers)
        await until(lambda: not site.streams.readers)
    assert not site.bus.list_present(company.id)


async def test_a_silent_stream_is_greeted(site: Site, company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readers, "SILENT_SECONDS", 0.5)
    async with site.listen(company.agent) as stream:
        await stream.next()
        asking = asyncio.ensure_future(stream.next())
        await until(lambda: b"\n\n: " in stream.raw)
        asking.cancel()

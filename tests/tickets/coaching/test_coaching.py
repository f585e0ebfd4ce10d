"""Coaching notes stay between the agent and who coaches, are told, read and answered, and go with the person."""

from functools import partial
from typing import Any

import pytest
from msgspec.structs import replace

from lyhord.app.wiring import EVENTS
from lyhord.conversations.visibility import Viewer, may_see_event
from lyhord.kit.database import Tx
from lyhord.kit.events import Catalogue
from lyhord.kit.followers import FollowerRunner
from lyhord.kit.problems import Invalid, NotFound, Taken
from lyhord.notifications.telling import FOLLOWER
from lyhord.notifications.views import list_notifications
from lyhord.tickets.coaching.actions import answer_note, get_note, read_note, remove_note, write_note
from lyhord.tickets.coaching.model import CoachingNote, CoachingWords
from lyhord.tickets.coaching.views import list_notes, list_own_notes, show_note
from lyhord.workspaces.actions.agents import add_agent, get_agent, store_agent
from lyhord.workspaces.reach import EVERYTHING, Reach
from tests.conversations.desk import Desk


def join(tx: Tx, agent_id: str) -> None:
    """They accepted their invitation."""
    store_agent(tx, replace(get_agent(tx, agent_id), joined_at=tx.now))


class Scene:
    """Lena leads; she writes to Anna, and Bo works beside them."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    async def open(self) -> "Scene":
        desk = self.desk
        self.lead = (await desk.write(add_agent, "l@firm.example", "Lena", "lead", "en")).id
        for agent in (self.lead, desk.agent, desk.colleague):
            await desk.write(partial(join, agent_id=agent))
        self.said = await desk.say("Where is my order?")
        self.talk = self.said.conversation_id
        desk.events.clear()
        return self

    async def write(self, text: str = "Ask for the number first", **more: Any) -> str:
        words = CoachingWords(agent_id=more.pop("agent_id", self.desk.agent), text=text, **more)
        actor = f"agent:{self.lead}"
        return str(await self.desk.write(write_note, self.talk, words, self.lead, actor=actor))

    async def seen(self, viewer: str, *, coaches: bool = False, reach: Reach = EVERYTHING) -> list[str]:
        def view(tx: Any) -> list[CoachingNote]:
            return list_notes(tx, reach, self.talk, viewer, coaches=coaches)

        return [one.id for one in await self.desk.read(view)]


@pytest.fixture
async def scene(desk: Desk) -> Scene:
    return await Scene(desk).open()


async def test_only_the_agent_and_who_coaches_see_a_note(scene: Scene) -> None:
    note_id = await scene.write(message_id=scene.said.id)
    assert await scene.seen(scene.desk.agent) == [note_id]
    assert await scene.seen(scene.desk.colleague) == []
    assert await scene.seen(scene.desk.colleague, coaches=True) == [note_id]
    with pytest.raises(NotFound):
        await scene.seen(scene.desk.agent, reach=Reach(frozenset()))
    with pytest.raises(NotFound):
        await scene.desk.read(lambda tx: show_note(tx, EVERYTHING, note_id, scene.desk.colleague, coaches=False))
    assert [one.id for one in await scene.desk.read(list_own_notes, EVERYTHING, scene.desk.agent)] == [note_id]
    assert await scene.desk.read(list_own_notes, Reach(frozenset({scene.desk.other_inbox})), scene.desk.agent) == []


async def test_nothing_of_it_stands_in_the_conversation(scene: Scene) -> None:
    await scene.write()
    timeline = await scene.desk.timeline(scene.talk)
    assert [one.id for one in timeline.items] == [scene.said.id]


async def test_its_events_are_told_to_those_who_may_see_it_and_to_nobody_else(scene: Scene) -> None:
    note_id = await scene.write()
    await scene.desk.write(read_note, note_id, scene.desk.agent)
    await scene.desk.write(answer_note, note_id, scene.desk.agent, "I will")
    told = [one for one in scene.desk.events if one.kind.startswith("coaching.")]
    assert [one.kind for one in told] == ["coaching.written", "coaching.changed", "coaching.written"]
    for one in told:
        seeing = {
            agent
            for agent in (scene.lead, scene.desk.agent, scene.desk.colleague)
            if may_see_event(Viewer(agent, EVERYTHING), one, lambda _: ())
        }
        assert seeing == {scene.lead, scene.desk.agent}


async def test_it_is_read_and_answered_by_the_agent_alone(scene: Scene) -> None:
    note_id = await scene.write()
    for nobody in (scene.desk.colleague, scene.lead):
        with pytest.raises(NotFound):
            await scene.desk.write(read_note, note_id, nobody)
        with pytest.raises(NotFound):
            await scene.desk.write(answer_note, note_id, nobody, "Mine")
    await scene.desk.write(read_note, note_id, scene.desk.agent)
    at = scene.desk.clock.now
    scene.desk.clock.move(1_000)
    await scene.desk.write(read_note, note_id, scene.desk.agent)
    await scene.desk.write(answer_note, note_id, scene.desk.agent, " I will ")
    note = await scene.desk.read(get_note, note_id)
    assert (note.read_at, note.answer, note.answered_at) == (at, "I will", at + 1_000)
    with pytest.raises(Invalid):
        await scene.desk.write(answer_note, note_id, scene.desk.agent, " ")


async def test_the_agent_is_told_and_so_is_who_wrote_it_of_the_answer(scene: Scene) -> None:
    runner = FollowerRunner(scene.desk.database, Catalogue(EVENTS), [FOLLOWER])
    await runner.catch_up()
    note_id = await scene.write()
    await scene.desk.write(answer_note, note_id, scene.desk.agent, "I will", actor=f"agent:{scene.desk.agent}")
    await runner.catch_up()
    for agent in (scene.desk.agent, scene.lead):
        found = await scene.desk.read(list_notifications, EVERYTHING, agent)
        assert "coached" in str(found)
    assert "coached" not in str(await scene.desk.read(list_notifications, EVERYTHING, scene.desk.colleague))


async def test_who_wrote_it_takes_it_back(scene: Scene) -> None:
    note_id = await scene.write()
    with pytest.raises(Taken):
        await scene.desk.write(remove_note, note_id, scene.desk.agent)
    await scene.desk.write(remove_note, note_id, scene.lead)
    assert await scene.seen(scene.desk.agent) == []


@pytest.mark.parametrize("wrong", ["nothing", "oneself", "nobody", "elsewhere"])
async def test_a_note_that_makes_no_sense_is_refused(scene: Scene, wrong: str) -> None:
    other = await scene.desk.say(who="ben")
    ways: dict[str, dict[str, Any]] = {
        "nothing": {"text": " "},
        "oneself": {"agent_id": scene.lead},
        "nobody": {"agent_id": other.id},
        "elsewhere": {"message_id": other.id},
    }
    with pytest.raises(Invalid):
        await scene.write(**ways[wrong])

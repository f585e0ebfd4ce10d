"""Messages are thought of in a process beside the server: it comes with the first one and goes when all is quiet, and costs nobody else."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from pathlib import Path

import pytest
from msgspec.structs import replace

from lyhord.app.wiring import EVENTS
from lyhord.conversations.timeline import get_conversation
from lyhord.hearing import actions, jobs
from lyhord.hearing.actions import JOB, Ears, hear_again
from lyhord.hearing.entities.actions import change_book
from lyhord.hearing.entities.book import Book
from lyhord.hearing.findings.actions import told_of
from lyhord.hearing.findings.model import ENTITY, MOOD, PERHAPS
from lyhord.hearing.following import make_follower
from lyhord.hearing.reading import read
from lyhord.hearing.reasons.embedders import is_installed
from lyhord.hearing.reasons.points import EMBEDDER
from lyhord.hearing.reasons.telling import Models
from lyhord.hearing.thinkers import Thinkers
from lyhord.hearing.thinking import Answer, Reading, Unthinkable, think
from lyhord.kit.cursors import list_set_aside
from lyhord.kit.database import Busy, Tx
from lyhord.kit.events import Catalogue, Logged
from lyhord.kit.files import Files
from lyhord.kit.followers import Follower, FollowerRunner
from lyhord.kit.jobs import JobRunner, Work
from tests.conversations.desk import Desk
from tests.waiting import until

PARCEL = "My parcel with the Lamp 4 never came, and I am so angry with all of you!"
POISON = "This one is poison"


@pytest.fixture
async def thinkers(tmp_path: Path) -> AsyncIterator[Thinkers]:
    made = Thinkers(Files(tmp_path))
    yield made
    await made.close()


def follow(desk: Desk, ears: Ears, *others: Follower) -> FollowerRunner:
    return FollowerRunner(
        desk.database, Catalogue(EVENTS), [make_follower(ears), *others], patience_seconds=0, late_seconds=0.05
    )


async def language_of(desk: Desk, conversation_id: str) -> str | None:
    language: str | None = (await desk.read(get_conversation, conversation_id)).language
    return language


async def ponder(reading: Reading) -> Mapping[str, Answer]:
    """Thinks, but not of poison."""
    if any(one.text == POISON for one in reading.said):
        raise Unthinkable("it died")
    return think(reading, None)


async def test_it_says_what_would_be_thought_here(desk: Desk, thinkers: Thinkers) -> None:
    said = [
        await desk.say(text)
        for text in (PARCEL, "Hej, var är mitt paket? Det skulle ha kommit i måndags.", "4711 thanks")
    ]
    await desk.write(change_book, Book(products=("Lamp 4",)))
    models = Models(thinkers.files)
    reading = await desk.read(read, [one.id for one in said], models)
    there, here = await thinkers.think(reading), think(reading, models)
    assert list(there) == list(here)
    for one, other in zip(there.values(), here.values(), strict=True):
        assert (one.likely, one.heard, one.language, one.told) == (
            other.likely,
            other.heard,
            other.language,
            other.told,
        )
        shares = [[found.confidence for found, _ in each.found] for each in (one, other)]
        assert shares[0] == pytest.approx(shares[1])
        plain = [[(replace(found, confidence=0.0), model) for found, model in each.found] for each in (one, other)]
        assert plain[0] == plain[1] != []


async def test_a_server_that_hears_thinks_of_nothing_itself(
    desk: Desk, thinkers: Thinkers, monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(*_: object) -> None:
        raise AssertionError("thought of here")

    monkeypatch.setattr(actions, "think", never)
    await desk.write(change_book, Book(products=("Lamp 4",)))
    said = await desk.say(PARCEL)
    await follow(desk, Ears(Models(thinkers.files), ponder=thinkers.think)).catch_up()
    found = {(one.kind, one.value) for one in (await desk.read(told_of, [said.id]))[said.id]}
    assert {(MOOD, "angry"), (ENTITY, "product:Lamp 4")} <= found
    assert PERHAPS in {kind for kind, _ in found}
    assert await language_of(desk, said.conversation_id) == "en"


async def test_the_process_ends_when_all_is_quiet(desk: Desk, tmp_path: Path) -> None:
    thinkers = Thinkers(Files(tmp_path), idle_seconds=0.05)
    await desk.say(PARCEL)
    await follow(desk, Ears(Models(thinkers.files), ponder=thinkers.think)).catch_up()
    await until(lambda: not thinkers.pool.processes)
    await thinkers.close()


async def test_one_that_takes_too_long_is_killed_and_one_that_does_not_start_is_waited_for(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = await desk.say(PARCEL)
    reading = await desk.read(read, [said.id], None)
    hasty = Thinkers(Files(tmp_path), seconds=0.0)
    with pytest.raises(Unthinkable):
        await hasty.think(reading)
    await hasty.close()
    monkeypatch.setattr("sys.executable", str(tmp_path / "gone"))
    away = Thinkers(Files(tmp_path))
    with pytest.raises(Busy):
        await away.think(reading)
    await away.close()


async def test_a_message_of_which_nobody_can_think_is_set_aside_and_the_others_are_heard(desk: Desk) -> None:
    before = await desk.say(PARCEL, who="ann")
    poison = await desk.say(POISON, who="ben")
    after = await desk.say(PARCEL, who="cat")
    runner = follow(desk, Ears(ponder=ponder))
    for _ in range(3):
        await runner.catch_up()
    heard = [await language_of(desk, one.conversation_id) for one in (before, poison, after)]
    assert heard == ["en", None, "en"]
    [aside] = await desk.read(list_set_aside)
    assert (aside.follower, aside.error) == ("hearing", "Unthinkable('it died')")


async def test_others_follow_while_somebody_thinks(desk: Desk) -> None:
    free, other = asyncio.Event(), asyncio.Event()
    loop = asyncio.get_running_loop()

    async def slowly(reading: Reading) -> Mapping[str, Answer]:
        await free.wait()
        return await ponder(reading)

    def look(_tx: Tx, _events: Sequence[Logged]) -> None:
        loop.call_soon_threadsafe(other.set)

    said = await desk.say(PARCEL)
    following = asyncio.create_task(follow(desk, Ears(ponder=slowly), Follower("other", None, look)).catch_up())
    await other.wait()
    assert await language_of(desk, said.conversation_id) is None
    free.set()
    await following
    assert await language_of(desk, said.conversation_id) == "en"


async def test_hearing_all_again_passes_over_what_nobody_can_think_of(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = [await desk.say(text, who=who) for who, text in (("ann", PARCEL), ("ben", POISON), ("cat", PARCEL))]
    monkeypatch.setattr(jobs, "AT_ONCE", 2)
    await desk.write(hear_again)
    work = {JOB: Work(jobs.make_hear_all(Ears(ponder=ponder)), jobs.PATIENCE)}
    await JobRunner(desk.database, Catalogue(EVENTS), work).catch_up()
    assert [await language_of(desk, one.conversation_id) for one in said] == ["en", None, "en"]


async def test_what_a_workspace_calls_its_own_meanwhile_counts(desk: Desk) -> None:
    said = await desk.say(PARCEL)
    thought: list[str] = []

    async def slowly(reading: Reading) -> Mapping[str, Answer]:
        answers = think(reading, None)
        if not thought:
            await desk.write(change_book, Book(products=("Lamp 4",)))
        thought.append(reading.book)
        return answers

    await follow(desk, Ears(ponder=slowly)).catch_up()
    assert len(thought) == 2
    found = (await desk.read(told_of, [said.id]))[said.id]
    assert "product:Lamp 4" in {one.value for one in found}


async def test_a_closer_look_is_a_process_of_its_own_that_has_the_embedder_or_says_what_is_missing(
    desk: Desk, thinkers: Thinkers
) -> None:
    said = await desk.say(PARCEL)
    reading = await desk.read(read, [said.id], Models(thinkers.files))
    if not is_installed(EMBEDDER):
        with pytest.raises(Unthinkable, match=r"Install lyhord\[embed\]"):
            await thinkers.think_closely(reading)
    else:
        assert list(await thinkers.think_closely(reading)) == [said.id]
    assert (len(thinkers.closer.processes), thinkers.pool.processes) == (1, [])

"""What customers say is heard a second time by its meaning, where an embedder is installed: later, and in nobody's way."""

import asyncio
import random
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from typing_extensions import override

from lyhord.app.wiring import EVENTS
from lyhord.conversations.exchange import InboundEdit
from lyhord.hearing import jobs
from lyhord.hearing.actions import CLOSER_JOB, Ears, Ponder
from lyhord.hearing.findings.actions import told_of
from lyhord.hearing.findings.model import REASON
from lyhord.hearing.following import make_follower
from lyhord.hearing.reasons import store, telling
from lyhord.hearing.reasons.closely import Closer
from lyhord.hearing.reasons.embedders import EMBEDDERS, Found, NoEmbedderError, bounded, is_installed
from lyhord.hearing.reasons.learner import Classifier, Example, train
from lyhord.hearing.reasons.points import EMBEDDER, POINTS_OF, Remembering
from lyhord.hearing.reasons.telling import Models, seed_model
from lyhord.hearing.thinking import Answer, Reading
from lyhord.kit.events import Catalogue
from lyhord.kit.files import Files
from lyhord.kit.followers import FollowerRunner
from lyhord.kit.jobs import JobRunner, Work
from lyhord.tickets.reasons.actions import conclude_messages
from lyhord.tickets.reasons.telling import list_unsure
from tests.conversations.desk import Desk
from tests.hearing.reasons.talk import Meanings
from tests.waiting import until

KEYS = ("delivery", "payment", "broken")


class Sums:
    """An embedder for made-up words, whose letters say nothing: what a text means is the sum of its signs."""

    id = "sums 1"
    dimension = 3

    def __init__(self) -> None:
        self.asked: list[str] = []

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.asked.extend(texts)
        return np.eye(3, dtype=np.float32)[[meaning(text) for text in texts]]


def meaning(text: str) -> int:
    return sum(map(ord, text)) % 3


def made_up(count: int) -> list[str]:
    rng = random.Random(0)
    return ["".join(rng.choices("abcdefghij", k=8)) for _ in range(count)]


NEW = next(text for text in reversed(made_up(400)) if KEYS[meaning(text)] == "broken")


class Listener:
    """A desk whose model tells nothing by words, and all by meaning."""

    def __init__(self, desk: Desk, files: Files) -> None:
        self.desk, self.models, self.sums = desk, Models(files), Sums()
        self.ears = Ears(self.models, conclude_messages, closely=True)

    async def listen(self) -> None:
        await FollowerRunner(self.desk.database, Catalogue(EVENTS), [make_follower(self.ears)]).catch_up()

    async def listen_closely(self, closely: Ponder | None = None) -> None:
        async def think(reading: Reading) -> Mapping[str, Answer]:
            return await asyncio.to_thread(Closer(self.models, Sums.id, lambda: self.sums).think, reading)

        work = {CLOSER_JOB: Work(jobs.make_hear_closely(closely or think, self.ears))}
        await JobRunner(self.desk.database, Catalogue(EVENTS), work).catch_up()

    async def waits(self) -> bool:
        return bool(await self.desk.read(lambda tx: tx.all(store.waiting_job, kind=CLOSER_JOB)))

    async def reason(self, message_id: str) -> str | None:
        rows = (await self.desk.read(told_of, [message_id])).get(message_id, [])
        return next((one.value for one in rows if one.kind == REASON), None)


@pytest.fixture
def listener(desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Listener:
    model = Classifier.load(train([Example(text, KEYS[meaning(text)]) for text in made_up(200)], Sums()))
    monkeypatch.setattr(telling, "seed_model", lambda: model)
    return Listener(desk, Files(tmp_path))


async def test_a_reason_of_which_words_say_nothing_is_told_by_meaning_a_moment_later(
    listener: Listener,
) -> None:
    asked = listener.sums.asked
    said = await listener.desk.say(NEW)
    await listener.listen()
    assert (await listener.reason(said.id), asked) == (None, [])
    assert len(await listener.desk.read(list_unsure)) == 1
    await listener.listen_closely()
    assert (await listener.reason(said.id), asked) == ("broken", [NEW])
    assert not await listener.waits()
    assert await listener.desk.read(list_unsure) == []


async def test_what_we_say_and_history_are_heard_once(listener: Listener) -> None:
    said = await listener.desk.say(NEW)
    await listener.listen()
    await listener.listen_closely()
    await listener.desk.answer(said.conversation_id, NEW)
    await listener.desk.receive(listener.desk.words(NEW[::-1]), imported=True)
    await listener.listen()
    assert not await listener.waits()


async def test_a_model_without_points_is_asked_once(listener: Listener, monkeypatch: pytest.MonkeyPatch) -> None:
    plain = Classifier.load(train([Example(text, KEYS[meaning(text)]) for text in made_up(40)]))
    monkeypatch.setattr(telling, "seed_model", lambda: plain)
    await listener.desk.say(NEW)
    await listener.listen()
    await listener.listen_closely()
    assert listener.sums.asked == []
    assert not await listener.waits()


async def test_words_that_change_meanwhile_are_looked_at_again(listener: Listener) -> None:
    said = await listener.desk.say(NEW)
    await listener.listen()
    other = next(text for text in reversed(made_up(400)) if KEYS[meaning(text)] == "payment")
    edit = InboundEdit(message="x1", sender=listener.desk.words().sender, text=other)
    thought: list[str] = []

    async def slowly(reading: Reading) -> Mapping[str, Answer]:
        answers = Closer(listener.models, Sums.id, Sums).think(reading)
        if not thought:
            await listener.desk.receive(edit)
        thought.extend(one.text for one in reading.said)
        return answers

    await listener.listen_closely(slowly)
    assert thought == [NEW, other]
    assert await listener.reason(said.id) == "payment"
    assert not await listener.waits()


def test_each_text_is_asked_about_once_and_a_customer_s_is_in_no_file(tmp_path: Path) -> None:
    class Counting(Meanings):
        count = 0

        @override
        def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
            self.count += len(texts)
            return super().embed(texts)

    path, counting = tmp_path / "points" / "kept.npz", Counting()
    first = Remembering(counting, path, ["parcel", "invoice"]).embed(["parcel", "invoice", "broken", "parcel"])
    assert counting.count == 3
    again = Remembering(counting, path, ["parcel", "invoice"])
    assert np.allclose(again.embed(["parcel", "invoice", "broken", "parcel"]), first, atol=1e-3)
    assert counting.count == 4
    path.write_bytes(b"not whole")
    assert np.array_equal(Remembering(counting, path, []).embed(["parcel"]), first[:1])
    assert Remembering(counting, path, []).embed([]).shape == (0, counting.dimension)


def test_who_is_stopped_while_it_finds_points_goes_on_from_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Stopped(Sums):
        @override
        def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
            if "three" in texts:
                raise KeyboardInterrupt
            return super().embed(texts)

    monkeypatch.setattr("lyhord.hearing.reasons.points.AT_ONCE", 2)
    words, path = ["one", "two", "three", "four"], tmp_path / "points.npz"
    with pytest.raises(KeyboardInterrupt):
        Remembering(Stopped(), path, words).embed(words)
    again = Remembering(Stopped(), path, words)
    assert np.array_equal(again.embed(words[:2]), Sums().embed(words[:2]))
    assert again.embed(["four"]).shape == (1, 3)


def test_a_closer_look_needs_what_is_installed_or_what_is_missing_is_said() -> None:
    texts = ["where is my parcel", "has my package arrived", "x" * 5_000, "\ud800"]
    if not is_installed(EMBEDDER):
        with pytest.raises(NoEmbedderError, match=r"Install lyhord\[embed\]"):
            EMBEDDERS[EMBEDDER]()
        return
    embedder = EMBEDDERS[EMBEDDER]()
    found = Found(embedder.id, texts, embedder.embed([bounded(text) for text in texts]))
    assert (found.id, found.dimension) == (embedder.id, embedder.dimension) == (POINTS_OF, 384)
    assert np.array_equal(found.embed(texts[:1]), embedder.embed(texts[:1]))
    assert "something else" not in found


def test_the_model_that_came_with_the_product_knows_the_points_of_the_extra() -> None:
    assert seed_model().wants == POINTS_OF


async def test_who_finds_another_at_it_comes_again_and_holds_up_no_other_job(listener: Listener) -> None:
    free, begun = asyncio.Event(), asyncio.Event()
    asked: list[str] = []

    async def slowly(reading: Reading) -> Mapping[str, Answer]:
        asked.extend(one.text for one in reading.said)
        begun.set()
        await free.wait()
        return Closer(listener.models, Sums.id, Sums).think(reading)

    for text in made_up(3):
        await listener.desk.say(text)
        await listener.listen()
    working = asyncio.create_task(listener.listen_closely(slowly))
    await begun.wait()
    await until(listener.waits)
    free.set()
    await working
    assert len(asked) < 3
    listener.desk.clock.move(jobs.LATER)
    await listener.listen_closely(slowly)
    listener.desk.clock.move(jobs.LATER)
    await listener.listen_closely(slowly)
    assert len(asked) == 3
    assert not await listener.waits()

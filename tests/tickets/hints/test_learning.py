"""Answers to "is this a complaint?" teach what it takes for one: measured before it tells, taken back by one row, without a word kept."""

from functools import partial
from pathlib import Path

import msgspec
import pytest

from lyhord.app.wiring import EVENTS
from lyhord.hearing.actions import Ears
from lyhord.hearing.findings.actions import told_of
from lyhord.hearing.findings.model import COMPLAINT
from lyhord.hearing.following import make_follower
from lyhord.hearing.mood.answers import Answered
from lyhord.hearing.mood.detector import read_signs
from lyhord.hearing.mood.judging import Own, complains
from lyhord.hearing.mood.trials import LEAST_COMPLAINTS, threshold, train_and_measure
from lyhord.hearing.reasons import store
from lyhord.hearing.reasons.actions import JOBS, forget_learned, take_version
from lyhord.hearing.reasons.routes import KindModel, read_model
from lyhord.hearing.reasons.telling import Models
from lyhord.kit.clock import MINUTE
from lyhord.kit.events import Catalogue
from lyhord.kit.files import Files
from lyhord.kit.followers import FollowerRunner
from lyhord.kit.jobs import JobRunner, Work
from lyhord.tickets.hints.actions import answer_hint
from lyhord.tickets.hints.following import FOLLOWER
from lyhord.tickets.hints.learning import PATIENCE, make_learn
from lyhord.tickets.hints.store import hints_of
from lyhord.tickets.reasons.actions import conclude_messages
from tests.conversations.conftest import desk
from tests.conversations.desk import Desk

__all__ = ["desk"]

BLAME = "This is a disgrace, I am so disappointed, I want my money back for the {} or I will cancel!"
FAULT = "The {} broke again, I am so disappointed. Please send me a new one."
THINGS = ("lamp", "chair", "table", "shelf", "bed", "sofa", "door", "desk", "rug", "pot", "pan", "cup")


class Class:
    """A desk whose answers are learned from."""

    def __init__(self, desk: Desk, folder: Path) -> None:
        self.desk = desk
        files = Files(folder)
        ears = Ears(Models(files), conclude_messages)
        self.follower = FollowerRunner(desk.database, Catalogue(EVENTS), [make_follower(ears), FOLLOWER])
        self.jobs = JobRunner(desk.database, Catalogue(EVENTS), {JOBS[COMPLAINT]: Work(make_learn(files), PATIENCE)})

    async def open(self) -> "Class":
        await self.follower.catch_up(self.desk.workspace_id)
        return self

    async def say(self, text: str, who: str) -> tuple[str, float, str]:
        """Say it; the ticket, how surely it is heard as a complaint, and by which model."""
        said = await self.desk.say(text, who=who)
        await self.follower.catch_up(self.desk.workspace_id)
        rows = (await self.desk.read(told_of, [said.id])).get(said.id, [])
        sure, model = next(((one.confidence, one.model) for one in rows if one.kind == COMPLAINT), (0, ""))
        return (await self.desk.ticket(said.conversation_id)).id, sure, model

    async def answer(self, count: int = len(THINGS)) -> None:
        """Say of so many messages of each sort whether they are complaints, and learn."""
        for at, thing in enumerate(THINGS[:count]):
            for text, yes in ((BLAME, True), (FAULT, False)):
                ticket_id, sure, _ = await self.say(text.format(thing), f"{thing}{yes}{at}")
                assert sure >= 500
                say = partial(answer_hint, ticket_id=ticket_id, is_complaint=yes, agent_id=self.desk.agent)
                await self.desk.write(say)
        await self.learn()

    async def learn(self) -> None:
        self.desk.clock.move(MINUTE)
        await self.jobs.catch_up()

    async def model(self) -> KindModel:
        found: KindModel = await self.desk.read(read_model, COMPLAINT)
        return found


@pytest.fixture
async def room(desk: Desk, tmp_path: Path) -> Class:
    return await Class(desk, tmp_path / "files").open()


async def test_answers_change_what_is_asked_and_going_back_takes_them_back(room: Class) -> None:
    _, before, by = await room.say(FAULT.format("clock"), "zoe")
    assert (before >= 500, by) == (True, "")
    await room.answer()
    model = await room.model()
    assert (model.current, model.corrections) == (1, 2 * len(THINGS))
    figures = model.versions[0].figures
    assert figures.held_out
    assert figures.right is not None
    assert figures.before is not None
    assert figures.right > figures.before
    ticket_id, after, by = await room.say(FAULT.format("clock"), "yan")
    assert (after < 500, by) == (True, "complaint 1" if after else "")
    assert await room.desk.read(lambda tx: tx.one(hints_of, ids=[ticket_id])) is None
    assert (await room.say(BLAME.format("clock"), "xia"))[1] >= 500
    await room.desk.write(take_version, 0, COMPLAINT)
    assert (await room.say(FAULT.format("clock"), "wim"))[1] == before


async def test_before_there_are_enough_conversations_nothing_is_learned(room: Class) -> None:
    await room.answer(4)
    model = await room.model()
    assert (model.current, model.versions, model.learns) == (0, (), False)


async def test_who_is_erased_has_taught_nothing(room: Class) -> None:
    await room.answer()
    rows = await room.desk.read(lambda tx: tx.all(store.corrected, of=COMPLAINT, most=100))
    talks = sorted({row[4] for row in rows})
    await room.desk.write(forget_learned, talks[:1])
    await room.learn()
    assert [one.version for one in (await room.model()).versions] == [2]


def test_what_is_learned_holds_no_words_and_nothing_where_nobody_answered() -> None:
    answered = [
        _answer(text.format(thing), yes, thing) for thing in THINGS for text, yes in ((BLAME, True), (FAULT, False))
    ]
    own, outcome = train_and_measure(answered)
    assert outcome.good
    assert not any(thing in msgspec.json.encode(own).decode() for thing in THINGS)
    signs = read_signs(BLAME, "en")
    assert complains(signs, Own()) == complains(signs)


def test_answers_that_say_nothing_of_others_leave_what_is_in_use() -> None:
    answered = [_answer(BLAME.format(thing), at % 2 == 0, thing) for at, thing in enumerate(THINGS)]
    _, outcome = train_and_measure(answered)
    assert outcome.figures.right is not None
    assert outcome.good == (outcome.figures.right >= (outcome.figures.before or 0))


def test_a_threshold_misses_few_and_what_chance_found_counts_as_often_as_it_stands_for() -> None:
    import numpy as np

    sure = np.linspace(0.3, 0.9, LEAST_COMPLAINTS)
    ones = np.ones(LEAST_COMPLAINTS)
    assert threshold(sure[:-1], ones[:-1]) is None
    low = threshold(sure, ones)
    assert low == pytest.approx(0.3)
    light = np.where(sure < 0.4, 0.01, 1.0)
    high = threshold(sure, light)
    assert high is not None
    assert high > 0.35


def _answer(text: str, yes: bool, talk: str) -> Answered:
    return Answered(text, "en", yes, talk)

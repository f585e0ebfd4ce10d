"""A workspace's model learns from corrections in a process of its own, takes over only where it isn't worse, and can be gone back from."""

from pathlib import Path

import msgspec
import pytest

from lyhord.app.wiring import EVENTS
from lyhord.hearing.actions import Ears
from lyhord.hearing.findings.actions import told_of
from lyhord.hearing.findings.model import REASON
from lyhord.hearing.following import make_follower
from lyhord.hearing.reasons import jobs, store
from lyhord.hearing.reasons.actions import JOBS, change_reason, create_reason, forget_learned, learn_soon, take_version
from lyhord.hearing.reasons.files import referenced_models
from lyhord.hearing.reasons.learner import Classifier
from lyhord.hearing.reasons.model import NewReason, ReasonChange
from lyhord.hearing.reasons.seeding import list_keys, read_seeds
from lyhord.hearing.reasons.telling import Models, seed_model
from lyhord.hearing.reasons.trials import Figures, Labelled, Outcome, Phrase, Task, fold_of, is_sure, train_and_measure
from lyhord.kit.database import ReadTx, Tx
from lyhord.kit.events import Catalogue
from lyhord.kit.files import Files
from lyhord.kit.followers import FollowerRunner
from lyhord.kit.jobs import JobRunner, Work
from lyhord.kit.leases import Job
from lyhord.kit.problems import NotFound
from lyhord.tickets.reasons.actions import conclude_messages, say_reasons
from tests.conversations.desk import Desk
from tests.hearing.reasons.talk import Meanings

BOATS = ("Can I rent a rowing boat on Sunday?", "What does a boat cost for a day?", "Is the motor boat free in June?")


class School:
    """A desk with a file store: what is heard by the workspace's model, and what it learns."""

    def __init__(self, desk: Desk, files: Files) -> None:
        self.desk = desk
        self.files = files
        self.ears = Ears(Models(files), conclude_messages)

    async def listen(self) -> None:
        await FollowerRunner(self.desk.database, Catalogue(EVENTS), [make_follower(self.ears)]).catch_up()

    async def learn(self) -> None:
        """Everything that waits to be learned, without its pause."""
        self.desk.clock.move(60_000)
        await JobRunner(
            self.desk.database, Catalogue(EVENTS), {JOBS[REASON]: Work(jobs.make_learn(self.files), jobs.PATIENCE)}
        ).catch_up()

    async def told(self, text: str, who: str) -> str | None:
        """The reason that a new customer's words have."""
        said = await self.desk.say(text, who=who)
        await self.listen()
        rows = (await self.desk.read(told_of, [said.id])).get(said.id, [])
        return next((one.value for one in rows if one.kind == REASON), None)

    async def versions(self) -> list[tuple[int, str]]:
        rows = await self.desk.read(lambda tx: tx.all(store.list_models, of=REASON))
        return [(row[0], row[3]) for row in rows]


@pytest.fixture
def school(desk: Desk, tmp_path: Path) -> School:
    return School(desk, Files(tmp_path))


def test_the_model_that_came_with_the_product_knows_its_own_phrases() -> None:
    """Else `tools/seed_model.py` has to be run: seeds or the tree have changed."""
    model, seeds = seed_model(), read_seeds()[::7]
    assert sorted(model.labels) == sorted(list_keys())
    told = model.tell([one.text for one in seeds])
    right = sum(found[0][0] == one.key for found, one in zip(told, seeds, strict=True))
    assert right / len(seeds) > 0.95


async def test_reasons_are_told_from_the_first_minute_with_what_spoke_for_them(school: School) -> None:
    said = await school.desk.say("I want my money back, please pay it to my card")
    await school.listen()
    [first, *_] = [one for one in (await school.desk.read(told_of, [said.id]))[said.id] if one.kind == REASON]
    assert (first.value, first.model) == ("refund", "reason 0")
    assert "money" in first.why
    assert await school.told("👍", "ben") is None


async def test_after_corrections_the_next_one_is_told_right_and_one_can_go_back(
    school: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    some = read_seeds()[::9]  # all of them take a core for half a minute; the journey of sorting learns from all
    monkeypatch.setattr(jobs, "read_seeds", lambda: some)
    desk = school.desk
    boats = await desk.write(create_reason, NewReason(name="Boats", examples=BOATS))
    for who, text in (("ann", "Do you have a sailing boat for two?"), ("ben", "Rowing boat for Friday, what is it?")):
        said = await desk.say(text, who=who)
        await school.listen()
        await desk.write(say_reasons, (await desk.ticket(said.conversation_id)).id, [boats.id], desk.agent)
    desk.kinds()
    await school.learn()
    assert await school.versions() == [(1, "current")]
    assert desk.kinds() == ["model.trained"]
    assert await school.told("Can we rent the rowing boat on Saturday?", "cid") == boats.id
    assert (
        await school.told("I want my money back, please pay it to my card", "dot") == "refund"
    )  # and it forgot nothing
    await desk.write(take_version, 0)
    assert await school.versions() == [(1, "earlier")]
    assert await school.told("Could we rent the big sailing boat on Monday?", "eve") != boats.id
    await desk.write(take_version, 1)
    assert await school.told("Can we rent the rowing boat on Saturday?", "fay") == boats.id
    with pytest.raises(NotFound):
        await desk.write(take_version, 7)


async def test_many_corrections_are_learned_from_together(school: School) -> None:
    def waiting(tx: ReadTx) -> int:
        return len(tx.all(store.waiting_job, kind=JOBS["reason"]))

    for _ in range(3):
        await school.desk.write(learn_soon)
    assert await school.desk.read(waiting) == 1


def label(text: str, reason: str, talk: int, *, fresh: bool = True, random: bool = False) -> Labelled:
    return Labelled(text, reason, f"conversation {talk}", fresh=fresh, random=random)


def test_whole_conversations_are_held_out_and_those_of_chance_measured_alone() -> None:
    words = ("parcel", "box", "letter", "crate"), ("money", "card", "bank", "cash")
    phrases = tuple(
        Phrase(f"my {word} is {how}", reason)
        for reason, some in zip(("delivery", "payment"), words, strict=True)
        for word in some
        for how in ("gone", "late", "wrong")
    )
    labelled = tuple(
        label(f"the {word} again", reason, talk, random=talk % 4 == 0)
        for talk, (word, reason) in enumerate(
            (word, reason) for reason, some in zip(("delivery", "payment"), words, strict=True) for word in some * 2
        )
    )
    made, outcome = train_and_measure(Task(phrases, labelled, ""), lambda texts: [[("delivery", 1.0)] for _ in texts])
    assert made
    assert outcome.figures.held_out
    assert (outcome.figures.corrections, outcome.figures.conversations, outcome.figures.randoms) == (16, 16, 4)
    assert outcome.figures.right is not None
    assert outcome.figures.before is not None
    assert outcome.good == (outcome.figures.right >= outcome.figures.before)
    assert {fold_of(one.conversation_id) for one in labelled} == {0, 1, 2}


def test_few_corrections_are_compared_with_what_is_in_use() -> None:
    phrases = tuple(Phrase(f"{word} {how}", word) for word in ("parcel", "money") for how in ("a", "b", "c", "d", "e"))
    right = lambda texts: [[("parcel", 1.0)] for _ in texts]  # noqa: E731 - what is in use, in a line
    labelled = (label("the parcel", "parcel", 1), label("the money", "parcel", 2))
    _, outcome = train_and_measure(Task(phrases, labelled, ""), right)
    assert not outcome.figures.held_out
    assert outcome.figures.before == 1.0
    assert train_and_measure(Task(phrases, (), ""), right)[1] == Outcome(
        msgspec.structs.replace(Figures(0, 0), phrases=10, seconds=pytest.approx(0, abs=60)), good=True
    )


async def keep(school: School, outcome: Outcome, file_id: str, *, forget: bool = False) -> None:
    def act(tx: Tx) -> None:
        job = Job("0" * 36, JOBS["reason"], f'{{"forget":{int(forget)}}}', 1, tx.now, "", None)
        jobs.keep_version(tx, job, file_id, outcome)

    await school.desk.write(act)


async def test_what_is_worse_is_kept_but_not_used_and_old_versions_go(
    school: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Job, "complete", lambda *_: None)
    good, worse = Outcome(Figures(9, 9, 0.9, 0.8), good=True), Outcome(Figures(9, 9, 0.7, 0.8), good=False)
    await keep(school, good, "a" * 64)
    await keep(school, worse, "b" * 64)
    assert await school.versions() == [(2, "worse"), (1, "current")]
    for n in range(jobs.KEPT + 1):
        await keep(school, worse, f"{n:064}")
    assert (await school.versions())[-1] == (1, "current")
    assert len(await school.versions()) == jobs.KEPT + 1
    assert await school.desk.read(referenced_models, ["a" * 64, "b" * 64, f"{jobs.KEPT:064}"]) == {
        "a" * 64,
        f"{jobs.KEPT:064}",
    }
    await keep(school, worse, "c" * 64, forget=True)
    assert await school.versions() == [(jobs.KEPT + 4, "current")]


async def test_models_forget_whom_nobody_may_know_any_more(school: School) -> None:
    desk = school.desk
    said = await desk.say("Where is my parcel?")
    other = await desk.say("Hello", who="ben")
    await desk.write(say_reasons, (await desk.ticket(said.conversation_id)).id, ["order"], desk.agent)

    def bodies(tx: ReadTx) -> list[str]:
        from sqlalchemy import bindparam, select

        from lyhord.kit.database import Statement
        from lyhord.kit.database.jobs_table import job

        rows = Statement(
            select(job.c.body).where(job.c.workspace_id == bindparam("workspace_id"), job.c.kind == JOBS["reason"])
        )
        return sorted(row[0] for row in tx.all(rows))

    await desk.write(forget_learned, [other.conversation_id])
    assert await desk.read(bodies) == ['{"forget":0}']
    await desk.write(forget_learned, [said.conversation_id])
    assert await desk.read(bodies) == ['{"forget":0}', '{"forget":1}']


async def test_what_is_learned_from_stands_for_what_the_tree_says_now(school: School) -> None:
    desk = school.desk
    for who, reason in (("ann", "invoice"), ("ben", "refund"), ("cid", "other")):
        said = await desk.say(f"{who} has a question", who=who)
        await desk.write(say_reasons, (await desk.ticket(said.conversation_id)).id, [reason], desk.agent)
    await desk.write(change_reason, "invoice", ReasonChange(merged_into="refund"))
    await desk.write(change_reason, "other", ReasonChange(archived=True))
    given = await desk.read(jobs.gather)
    assert sorted((one.text, one.label) for one in given.labelled) == [
        ("ann has a question", "refund"),
        ("ben has a question", "refund"),
    ]
    assert {one.label for one in given.phrases} == {*list_keys()} - {"invoice", "other"}


def test_who_is_sure_is_so_at_the_top_of_the_tree_as_its_threshold_is() -> None:
    told = [("late", 0.5), ("delivery", 0.4), ("payment", 0.1)]
    assert is_sure(told, {"late": "delivery"}, 0.9 - 1e-9)
    assert not is_sure(told, {}, 0.9 - 1e-9)
    assert not is_sure([], {}, 0.1)


def test_with_an_embedder_a_version_learns_meaning_too() -> None:
    phrases = tuple(
        Phrase(f"{word} {at}", label)
        for word, label in (("parcel", "delivery"), ("invoice", "payment"))
        for at in range(20)
    )
    task = Task(phrases, (label("my package", "delivery", 1),), "")
    made, _ = train_and_measure(task, lambda _: [[("delivery", 1.0)]], Meanings())
    assert Classifier.load(made).wants == Meanings.id

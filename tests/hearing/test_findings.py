"""What is heard in messages is kept once, told once for a conversation, goes with the words, and gives way to what people say."""

from collections.abc import Sequence

import pytest
from msgspec.structs import replace
from typing_extensions import override

from lyhord.app.wiring import EVENTS
from lyhord.conversations.exchange import InboundEdit
from lyhord.hearing import thinking
from lyhord.hearing.actions import Ears, forget_messages, hear_messages
from lyhord.hearing.events import MessageHeard
from lyhord.hearing.findings.actions import correct, corrections_of, findings_of, told_of, write_findings
from lyhord.hearing.findings.model import MOOD, PERHAPS, REASON, THANKS, Finding
from lyhord.hearing.following import make_follower, think_of_events
from lyhord.hearing.thinking import Means, Thoughts
from lyhord.kit.database import Tx
from lyhord.kit.events import Catalogue, Logged
from lyhord.kit.followers import FollowerRunner, Read
from tests.conversations.desk import Desk
from tests.hearing.ears import Told


def politely(text: str, language: str) -> Sequence[Finding]:
    """Hears thanks, and says in which language."""
    at = text.find("thanks")
    return [Finding(THANKS, language or "unknown", 0.9, (at, at + 6), "thanks")] if at >= 0 else []


@pytest.fixture
def polite(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(thinking, "list_detectors", lambda *_: (politely,))


def runner(desk: Desk, ears: Ears) -> FollowerRunner:
    return FollowerRunner(desk.database, Catalogue(EVENTS), [make_follower(ears)])


async def values(desk: Desk, message_id: str) -> list[tuple[str, str]]:
    found = await desk.read(findings_of, [message_id])
    return [(one.kind, one.value) for one in found.get(message_id, ())]


async def test_each_detector_is_asked_with_the_language_and_the_workspace_s_model_beside_them(
    desk: Desk, polite: None
) -> None:
    said = await desk.say("My parcel came late, but thanks a lot for all of your help with it")
    await runner(desk, Ears(Told({"parcel": "delivery"}))).catch_up()
    rows = (await desk.read(told_of, [said.id]))[said.id]
    assert [(one.kind, one.value, one.confidence, one.model) for one in rows] == [
        (PERHAPS, "question", 30, "reason 1"),
        (REASON, "delivery", 960, "reason 1"),
        (THANKS, "en", 900, ""),
    ]
    assert said.text[rows[2].start : rows[2].end] == rows[2].why == "thanks"


async def test_what_we_say_and_notes_are_not_asked_about(desk: Desk, polite: None) -> None:
    said = await desk.say("Hello")
    answer = await desk.answer(said.conversation_id, "thanks for writing")
    await runner(desk, Ears(Told())).catch_up()
    assert await values(desk, answer.id) == []


async def test_one_event_tells_of_all_messages_of_a_conversation_that_were_heard_together(desk: Desk) -> None:
    first = await desk.say("Where is my parcel? It should have come on Monday.")
    second = await desk.say("And the money for the other one, where did that go?")
    other = await desk.say("It broke on the first day, and nobody answers me.", who="ben")
    await runner(desk, Ears(Told())).catch_up()
    told = [one.event for one in desk.events if isinstance(one.event, MessageHeard)]
    assert [one.message_ids for one in told] == [(first.id, second.id), (other.id,)]


async def test_hearing_twice_changes_and_tells_nothing(desk: Desk) -> None:
    said = await desk.say("parcel")
    ears = Ears(Told())
    await runner(desk, ears).catch_up()
    desk.kinds()

    def again(tx: Tx) -> None:
        hear_messages(tx, [said.id], ears=ears)

    await desk.write(again)
    assert desk.kinds() == []


async def test_what_people_say_wins_and_what_was_told_stays_beside_it(desk: Desk) -> None:
    said = await desk.say("parcel")
    ears = Ears(Told())
    await runner(desk, ears).catch_up()

    def change(tx: Tx, values: Sequence[str] | None) -> None:
        correct(tx, [said.id], REASON, values, desk.agent)

    await desk.write(change, ["payment", "order"])
    assert await values(desk, said.id) == [(REASON, "order"), (REASON, "payment")]
    assert (await desk.read(told_of, [said.id]))[said.id][1].value == "delivery"
    desk.clock.move(1)
    await desk.write(change, [])
    assert await values(desk, said.id) == []
    desk.clock.move(1)
    await desk.write(change, None)
    assert (REASON, "delivery") in await values(desk, said.id)
    assert await desk.read(corrections_of, [said.id]) == {}


async def test_another_kind_is_left_alone_by_a_correction(desk: Desk) -> None:
    said = await desk.say("parcel")

    def change(tx: Tx) -> None:
        write_findings(tx, {said.id: [(Finding(MOOD, "angry", 0.8), ""), (Finding(REASON, "delivery", 0.9), "")]})
        correct(tx, [said.id], REASON, ["order"], desk.agent)

    await desk.write(change)
    assert sorted(await values(desk, said.id)) == [(MOOD, "angry"), (REASON, "order")]


async def test_the_surest_of_one_kind_and_value_is_kept(desk: Desk) -> None:
    said = await desk.say("parcel")
    twice = [(Finding(REASON, "delivery", share), "") for share in (0.3, 1.7, 0.9)]
    assert await desk.write(write_findings, {said.id: twice}) == {said.id}
    assert [one.confidence for one in (await desk.read(told_of, [said.id]))[said.id]] == [1000]
    assert await desk.write(write_findings, {said.id: [twice[1]]}) == set()


async def test_what_was_heard_goes_with_the_words(desk: Desk) -> None:
    said = await desk.say("parcel")
    await runner(desk, Ears(Told())).catch_up()
    assert await values(desk, said.id) != []
    await desk.write(forget_messages, [said.id])
    assert await values(desk, said.id) == []


async def test_what_was_thought_of_before_is_asked_once(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    class Counted(Told):
        @override
        def tell(self, means: Means, texts: Sequence[str], languages: Sequence[str]) -> list[list[tuple[Finding, str]]]:
            asked.extend(f"model: {text}" for text in texts)
            return super().tell(means, texts, languages)

    def attentive(text: str, _language: str) -> Sequence[Finding]:
        asked.append(text)
        return ()

    monkeypatch.setattr(thinking, "list_detectors", lambda *_: (attentive,))
    await desk.say("parcel")
    await desk.say("money")
    await runner(desk, Ears(Counted())).catch_up()
    assert sorted(asked) == ["model: money", "model: parcel", "money", "parcel"]


async def test_a_message_that_is_edited_while_somebody_thinks_of_it_is_heard_as_it_is_then(
    desk: Desk, polite: None
) -> None:
    said = await desk.say("Where is my parcel? I have waited for it since Monday, thanks")
    ears = Ears(Told())
    follower = make_follower(ears)
    edit = InboundEdit(
        message="x1", sender=desk.words().sender, text="Jag vill ha mina pengar tillbaka, money, nu i dag"
    )

    thought: list[str] = []

    async def prepare(read: Read, events: Sequence[Logged]) -> Thoughts:
        thoughts = await think_of_events(read, events, ears)
        if not thought:
            await desk.receive(edit)
        thought.append(said.id)
        return thoughts

    seen: list[list[tuple[str, str]]] = []

    def handle(tx: Tx, events: Sequence[Logged], thoughts: Thoughts) -> None:
        follower.handle(tx, events, thoughts)
        seen.append([(one.kind, one.value) for one in findings_of(tx, [said.id]).get(said.id, ())])

    await FollowerRunner(
        desk.database, Catalogue(EVENTS), [replace(follower, prepare=prepare, handle=handle)]
    ).catch_up()
    assert seen[0] == [(PERHAPS, "question"), (REASON, "payment")]
    translation = (await desk.message(said.id)).translation
    assert translation is not None
    assert translation.language == "sv"

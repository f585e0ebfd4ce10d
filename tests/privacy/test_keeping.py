"""What is old by a rule goes, and nothing else does: the log, numbers and everything younger stay."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lyhord.app.invariants import list_broken
from lyhord.app.wiring import _reactions
from lyhord.conversations.actions.amend import remove_message
from lyhord.conversations.actions.note import add_note
from lyhord.conversations.exchange import Media
from lyhord.conversations.model import Note
from lyhord.conversations.retention import referenced_files
from lyhord.kit.clock import DAY
from lyhord.kit.database import Database
from lyhord.kit.database.engine import Engine
from lyhord.kit.database.reactions import Reactions
from lyhord.kit.files import Files
from lyhord.kit.ids import new_id
from lyhord.kit.problems import Invalid, NotFound
from lyhord.privacy.keeping.actions import GONE, remove_old, set_rules
from lyhord.privacy.keeping.model import PAYLOAD_DAYS, Due, Rule, span_of
from lyhord.privacy.keeping.views import count_due, show_keeping
from lyhord.tickets.actions import set_status
from lyhord.tickets.reactions import VANISHED
from lyhord.worker.timers import sweep_files
from lyhord.workspaces.views import list_audit
from tests.conversations.desk import Desk
from tests.privacy.test_erasing import MARK, House, found_in_files, found_in_rows

MONTH = 30 * DAY


@pytest.fixture
def house(desk: Desk, tmp_path: Path) -> House:
    return House(desk, Files(tmp_path / "files"))


async def run(desk: Desk) -> int:
    """As the worker does every hour; how much was looked at."""
    looked = 0
    while found := await desk.write(remove_old):
        looked += found
    return looked


async def say(house: House, text: str = MARK, *, inbox: str | None = None, raw: bool = False, **more: Any) -> str:
    desk = house.desk
    if inbox:
        return str((await desk.receive(desk.words(text, **more), inbox=inbox)).message_ids[0])
    (said,) = await house.come(desk.words(text, **more), raw=MARK.encode() if raw else None)
    return str(said)


async def texts(desk: Desk, *ids: str) -> list[str]:
    return [(await desk.message(one)).text for one in ids]


def rules(**days: int) -> list[Rule]:
    return [Rule(what, n) for what, n in days.items()]  # type: ignore[arg-type]


async def test_old_words_are_nowhere_any_more_and_younger_ones_stay(house: House, engine: Engine) -> None:
    desk = house.desk
    picture = Media(f"{MARK}.jpg", "image/jpeg", 9, content=f"JPEG {MARK}".encode())
    old = await say(house, subject=MARK, html=f"<p>{MARK}</p>", quoted=MARK, media=(picture,), raw=True)
    talk = (await desk.message(old)).conversation_id
    taken_back = await desk.write(add_note, Note(conversation_id=talk, text=f"{MARK} again"), actor=house.by)
    await desk.write(remove_message, taken_back, actor=house.by)
    await desk.answer(talk, f"Your {MARK} comes")
    await house.followers.catch_up()
    assert found_in_rows(engine, desk.workspace_id).keys() >= {"message", "earlier_words", "attachment", "raw_payload"}
    desk.clock.move(MONTH)
    young = await say(house, "Anything new?")
    await desk.write(set_rules, rules(messages=29))
    before = desk.events[-1].seq
    await run(desk)
    await house.followers.catch_up()
    assert found_in_rows(engine, desk.workspace_id) == {}
    assert await texts(desk, old, young) == ["", "Anything new?"]
    assert desk.events[-1].seq > before
    await sweep_files(desk.database, house.files, referenced_files, seconds=-1)
    assert found_in_files(house.files) == []
    assert list_broken(engine, house.files.root) == []
    assert await run(desk) == 0


async def test_the_last_words_of_a_list_go_with_the_message_and_waiting_stays(house: House) -> None:
    desk = house.desk
    said = await desk.message(await say(house))
    desk.clock.move(MONTH)
    await desk.write(set_rules, rules(messages=29))
    await run(desk)
    ticket = await desk.ticket(said.conversation_id)
    assert (ticket.preview, ticket.status, ticket.waiting_since) == (VANISHED, "open", said.at)


async def test_an_inbox_may_keep_longer_or_shorter_than_the_workspace(house: House) -> None:
    desk = house.desk
    first, other = await say(house), await say(house, inbox=desk.other_inbox, who="bo")
    desk.clock.move(MONTH)
    await desk.write(set_rules, [*rules(messages=29), Rule("messages", 0, desk.inbox)])
    await run(desk)
    assert await texts(desk, first, other) == [MARK, ""]
    third = await say(house, inbox=desk.other_inbox, who="bo")
    desk.clock.move(2 * DAY)
    await desk.write(set_rules, [*rules(messages=0), Rule("messages", 1, desk.inbox)])
    await run(desk)
    assert await texts(desk, first, third) == ["", MARK]


async def test_a_file_may_go_before_its_message(house: House) -> None:
    desk = house.desk
    picture = Media("lamp.jpg", "image/jpeg", 9, content=f"JPEG {MARK}".encode())
    said = await say(house, "See the picture", media=(picture,))
    desk.clock.move(MONTH)
    await desk.write(set_rules, rules(files=29))
    await run(desk)
    message = await desk.message(said)
    assert [(one.name, one.missing) for one in message.attachments] == [("lamp.jpg", GONE)]
    assert message.text == "See the picture"
    await sweep_files(desk.database, house.files, referenced_files, seconds=-1)
    assert found_in_files(house.files) == []


async def test_payloads_go_after_thirty_days_where_no_rule_says_otherwise(house: House, engine: Engine) -> None:
    desk = house.desk
    await say(house, "Hello", raw=True)
    desk.clock.move(PAYLOAD_DAYS * DAY)
    await run(desk)
    assert "raw_payload" in found_in_rows(engine, desk.workspace_id)
    desk.clock.move(1)
    await run(desk)
    assert "raw_payload" not in found_in_rows(engine, desk.workspace_id)
    kept = await desk.read(show_keeping)
    assert (kept.rules, kept.removed) == ([Rule("payloads", PAYLOAD_DAYS)], {"payloads": (1, desk.clock.now)})


async def test_conversations_go_a_while_after_their_work_is_done(house: House, engine: Engine) -> None:
    desk = house.desk
    done, waits = await say(house), await say(house, "I wait", who="bo")
    talk = (await desk.message(done)).conversation_id
    ticket = await desk.ticket(talk)
    await desk.write(lambda tx: set_status(tx, ticket.id, "resolved"))
    await desk.write(set_rules, rules(closed=7))
    desk.clock.move(7 * DAY)
    await run(desk)
    assert await texts(desk, done, waits) == [MARK, "I wait"]
    desk.clock.move(1)
    assert await desk.read(count_due, rules(closed=7)) == [Due("closed", None, 1)]
    await run(desk)
    await house.followers.catch_up()
    assert await texts(desk, done, waits) == ["", "I wait"]
    assert "message" not in found_in_rows(engine, desk.workspace_id)
    assert await desk.read(count_due, rules(closed=7)) == [Due("closed", None, 0)]
    assert await run(desk) == 0
    again = await say(house, "One more thing")
    desk.clock.move(8 * DAY)
    await run(desk)
    assert await texts(desk, again) == ["One more thing"], "they came back, and wait"


async def test_long_conversations_go_in_several_steps(house: House) -> None:
    desk = house.desk
    ids = [await say(house, f"{n}") for n in range(3)]
    await desk.receive(*(desk.words(f"more {n}") for n in range(420)))
    ticket = await desk.ticket((await desk.message(ids[0])).conversation_id)
    await desk.write(lambda tx: set_status(tx, ticket.id, "resolved"))
    await desk.write(set_rules, rules(closed=7))
    desk.clock.move(8 * DAY)
    await run(desk)
    assert await desk.read(count_due, rules(messages=1)) == [Due("messages", None, 0)]


async def test_history_that_is_imported_later_is_old_too(house: House, engine: Engine) -> None:
    desk = house.desk
    database = Database(engine, clock=desk.clock, reactions=Reactions(_reactions()))
    await database.open()
    desk.database = database
    await say(house, "Hello")
    desk.clock.move(MONTH)
    await desk.write(set_rules, rules(messages=29))
    await run(desk)
    late = desk.words(MARK, who="eve", at=desk.clock.now - 2 * MONTH)
    (said,) = (await desk.receive(late, imported=True)).message_ids
    assert await texts(desk, str(said)) == [MARK]
    await run(desk)
    assert await texts(desk, str(said)) == [""]
    await database.close()


async def test_counting_removes_nothing_and_says_what_setting_would(house: House) -> None:
    desk = house.desk
    said = await say(house, raw=True)
    await say(house, inbox=desk.other_inbox, who="bo")
    desk.clock.move(MONTH)
    wanted = [*rules(messages=29, payloads=1), Rule("messages", 40, desk.other_inbox)]
    assert await desk.read(count_due, wanted) == [
        Due("messages", None, 1),
        Due("payloads", None, 1),
        Due("messages", desk.other_inbox, 0),
    ]
    await run(desk)
    assert await texts(desk, said) == [MARK]


async def test_rules_that_make_no_sense_are_refused_and_changes_are_audited(house: House) -> None:
    desk = house.desk
    for wrong in ([Rule("messages", 1), Rule("messages", 2)], [Rule("closed", 1, desk.inbox)]):
        with pytest.raises(Invalid):
            await desk.write(set_rules, wrong)
    with pytest.raises(NotFound):
        await desk.write(set_rules, [Rule("files", 1, new_id())])
    await desk.write(set_rules, rules(files=3), actor=house.by)
    await desk.write(set_rules, rules(files=3), actor=house.by)
    entries = await desk.read(list_audit, None, 10)
    assert [one.action for one in entries].count("keeping.changed") == 1
    await desk.write(set_rules, [])
    assert (await desk.read(show_keeping)).rules == [Rule("payloads", PAYLOAD_DAYS)]


@given(st.lists(st.sampled_from(["a", "b", None]), unique=True), st.sampled_from(["a", "b", "c", None]))
def test_whatever_rules_there_are_one_at_most_covers_an_inbox(owners: list[str | None], inbox: str | None) -> None:
    all_rules = [Rule("messages", 1, one) for one in owners]
    covering = [one for one in all_rules if span_of(one, all_rules).covers(inbox)]
    expected = inbox if inbox in owners and inbox else None
    assert [one.inbox_id for one in covering] == ([expected] if expected or None in owners else [])

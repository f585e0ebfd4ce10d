"""What customers write about that no reason covers is found each day, becomes a reason or is dismissed, and is forgotten by ids."""

from collections.abc import Sequence

import pytest

from lyhord.app.erasures import OTHERS
from lyhord.app.wiring import EVENTS
from lyhord.conversations.tables import message
from lyhord.hearing.actions import Ears
from lyhord.hearing.findings.actions import findings_of
from lyhord.hearing.findings.model import REASON
from lyhord.hearing.following import make_follower
from lyhord.hearing.reasons.reading import list_reasons
from lyhord.hearing.themes import store
from lyhord.hearing.themes.actions import digest, dismiss_theme, forget_members, keep_themes, list_kept
from lyhord.hearing.themes.jobs import look, look_for_themes
from lyhord.hearing.themes.model import LEAST, NEW, Found, Member
from lyhord.hearing.themes.reading import read_day
from lyhord.hearing.themes.views import Themes, read_themes
from lyhord.kit.clock import DAY
from lyhord.kit.database import Statement, Tx
from lyhord.kit.events import Catalogue
from lyhord.kit.followers import FollowerRunner
from lyhord.kit.problems import NotFound, Taken
from lyhord.privacy.actions import erase_contact
from lyhord.tickets.reasons.actions import conclude_messages, reasons_of
from lyhord.tickets.reasons.themes import make_reason
from lyhord.workspaces.reach import EVERYTHING, Reach
from tests.conversations.desk import Desk
from tests.hearing.ears import Told

ASKS = (
    "I need a receipt with VAT for my company",
    "Please send a receipt with VAT, our company asks for it",
    "Can I have the receipt with VAT on it for the company",
    "The receipt lacks VAT, my company needs it",
    "Our company wants a receipt that shows VAT",
    "Could you make out a receipt with VAT to my company",
)
EARS = Ears(Told(), conclude_messages)


async def listen(desk: Desk) -> None:
    await FollowerRunner(desk.database, Catalogue(EVENTS), [make_follower(EARS)]).catch_up()


async def ask(desk: Desk, words: Sequence[str] = ASKS) -> list[str]:
    ids = [(await desk.say(text, who=f"asker{at}")).id for at, text in enumerate(words)]
    await listen(desk)
    return ids


async def themes(desk: Desk, reach: Reach = EVERYTHING) -> Themes:
    found: Themes = await desk.read(read_themes, reach)
    return found


async def find(desk: Desk) -> Themes:
    await look(desk.database, desk.workspace_id, desk.clock.now)
    return await themes(desk)


async def test_what_no_reason_covers_is_a_theme_with_words_and_examples(desk: Desk) -> None:
    await ask(desk)
    await desk.say("Where is my parcel, I have waited for two weeks", who="bo")
    await listen(desk)
    [one] = (await find(desk)).themes
    assert {"receipt", "vat"} & set(one.words)
    assert one.weeks == (0, 0, 0, 6)
    assert one.looked_at == (0, 0, 0, 7)
    assert len({each.conversation_id for each in one.examples}) == 3
    assert all("VAT" in each.text for each in one.examples)


async def test_a_share_that_is_larger_than_in_the_weeks_before_is_new(desk: Desk) -> None:
    for at in range(30):
        await desk.say(f"Where is my parcel, number {at}, I have waited long", who=f"other{at}")
    desk.clock.move(8 * DAY)
    await ask(desk)
    [one] = (await find(desk)).themes
    assert one.trend == NEW
    assert one.looked_at[-1] == 6
    assert sum(one.looked_at) == 36


async def test_it_is_looked_once_a_day(desk: Desk) -> None:
    await ask(desk)
    assert await look_for_themes(desk.database) == 1
    assert await look_for_themes(desk.database) == 0
    desk.clock.move(DAY)
    assert await look_for_themes(desk.database) == 1


async def test_a_theme_keeps_its_id_and_stays_dismissed(desk: Desk) -> None:
    await ask(desk)
    [one] = (await find(desk)).themes
    await ask(desk, ["And a receipt with VAT for this company as well"])
    [again] = (await find(desk)).themes
    assert again.id == one.id
    desk.kinds()
    await desk.write(_dismiss, one.id, True)
    assert desk.kinds() == ["themes.changed"]
    assert (await themes(desk)).themes == ()
    desk.clock.move(2 * DAY)
    await ask(desk, [f"{text} this month" for text in ASKS])
    assert (await find(desk)).themes == ()
    await desk.write(_dismiss, one.id, False)
    assert [each.id for each in (await themes(desk)).themes] == [one.id]


def _dismiss(tx: Tx, theme_id: str, dismissed: bool) -> None:
    dismiss_theme(tx, theme_id, dismissed=dismissed)


async def test_one_click_makes_a_reason_and_labels_its_messages(desk: Desk) -> None:
    ids = await ask(desk)
    [one] = (await find(desk)).themes
    reason = await desk.write(make_reason, one.id, "VAT receipts", None, desk.agent)
    assert len(reason.examples) == 3
    assert set(reason.examples) <= set(ASKS)
    known = await desk.read(findings_of, ids)
    assert {(each.value, each.model) for found in known.values() for each in found if each.kind == REASON} == {
        (reason.id, f"agent:{desk.agent}")
    }
    ticket = await desk.ticket((await desk.message(ids[0])).conversation_id)
    assert ticket.reason_id == reason.id
    [stands] = (await desk.read(reasons_of, [ticket.id]))[ticket.id]
    assert stands.by == f"agent:{desk.agent}"
    assert (await find(desk)).themes == ()
    with pytest.raises(Taken):
        await desk.write(make_reason, one.id, "Again", None, desk.agent)
    with pytest.raises(NotFound):
        await desk.write(make_reason, desk.agent, "Again", None, desk.agent)


async def test_labels_say_that_they_came_together(desk: Desk) -> None:
    from sqlalchemy import bindparam, select

    from lyhord.hearing.findings.tables import heard_correction

    marks = Statement(
        select(heard_correction.c.theme_id, heard_correction.c.random).where(
            heard_correction.c.workspace_id == bindparam("workspace_id")
        )
    )
    await ask(desk)
    [one] = (await find(desk)).themes
    await desk.write(make_reason, one.id, "VAT receipts", None, desk.agent)
    assert set(await desk.read(lambda tx: tx.all(marks))) == {(one.id, None)}


async def test_examples_become_part_of_a_reason_without_personal_data(desk: Desk) -> None:
    await ask(desk, [f"{text}, mail {at}@buyer.example" for at, text in enumerate(ASKS)])
    [one] = (await find(desk)).themes
    reason = await desk.write(make_reason, one.id, "VAT receipts", None, desk.agent)
    assert all("[email]" in each and "buyer" not in each for each in reason.examples)


async def test_who_is_erased_is_in_no_theme_and_no_example(desk: Desk) -> None:
    await ask(desk)
    [one] = (await find(desk)).themes
    reason = await desk.write(make_reason, one.id, "VAT receipts", None, desk.agent)
    first = one.examples[0]
    ticket = await desk.ticket(first.conversation_id)
    await desk.write(erase_contact, ticket.contact_id, OTHERS)
    [after] = [each for each in await desk.read(list_reasons) if each.id == reason.id]
    assert len(after.examples) == 2
    assert digest(first.text) not in map(digest, after.examples)
    members = await desk.read(lambda tx: tx.all(store.members_of, ids=[one.id]))
    assert len(members) == 5
    assert first.conversation_id not in {row[2] for row in members}


async def test_a_theme_of_too_few_goes_when_messages_go(desk: Desk) -> None:
    ids = await ask(desk)
    await find(desk)
    await desk.write(forget_members, ids[:1])
    assert len((await themes(desk)).themes) == 1
    await desk.write(forget_members, ids[1 : 7 - LEAST + 1])
    assert (await themes(desk)).themes == ()


async def test_examples_are_shown_within_reach_alone(desk: Desk) -> None:
    await ask(desk)
    await find(desk)
    [one] = (await themes(desk, Reach(frozenset([desk.other_inbox])))).themes
    assert one.examples == ()
    [one] = (await themes(desk, Reach(frozenset([desk.inbox])))).themes
    assert len(one.examples) == 3


async def test_messages_that_went_meanwhile_are_not_kept(desk: Desk) -> None:
    members = tuple(Member(desk.agent[:-1] + str(at), f"c{at}", 3) for at in range(6))
    await desk.write(keep_themes, [Found(("vat",), members)], [0, 0, 0, 6])
    assert await desk.read(list_kept) == []


async def test_of_a_conversation_a_days_first_words_count(desk: Desk) -> None:
    await desk.say("I need a receipt with VAT for my company")
    await desk.say("And please send it to the office in town")
    await listen(desk)
    day = await desk.read(read_day, 27, desk.clock.now + 1)
    assert day.looked_at == 1
    assert [one.text for one in day.said] == ["I need a receipt with VAT for my company"]


def test_no_words_of_customers_stand_in_the_rows_of_themes() -> None:
    assert "text" not in {*store.ROW, *store.MEMBER}
    assert "text" in message.c

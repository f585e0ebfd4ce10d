"""Who is in a surge, and what a person did there stays."""

import pytest
from msgspec.structs import replace

from lyhord.kit.problems import Invalid, Taken
from lyhord.tickets.actions import tag_ticket
from lyhord.tickets.filters import Filter, OneOf
from lyhord.tickets.surges import actions
from lyhord.tickets.surges.likeness import rank, suggest
from lyhord.tickets.surges.model import MOST_RUNNING, SurgeWords, checked, tag_of
from lyhord.tickets.surges.reading import get_surge
from lyhord.tickets.surges.views import look
from lyhord.workspaces.reach import EVERYTHING
from tests.tickets.surges.conftest import UPDATE, Railway


async def test_who_wrote_before_and_who_writes_later_join_by_themselves(railway: Railway) -> None:
    await railway.hear("ann")
    await railway.hear("ben", "Where is my invoice?")
    surge_id = await railway.begin()
    cat = await railway.hear("cat", "It is CANCELLED again")
    await railway.hear("dan", "They cancelledit")
    assert await railway.names(surge_id) == ["Ann", "Cat"]
    assert cat.tags == ("no-trains",)
    counts = (await railway.view(surge_id)).counts
    assert (counts.members, counts.unresolved, counts.waiting) == (2, 2, 2)


async def test_nobody_joins_without_words_and_conditions(railway: Railway) -> None:
    await railway.hear("ann")
    surge_id = await railway.begin(words=())
    await railway.hear("ben")
    assert await railway.names(surge_id) == []


async def test_filter_and_words_must_both_fit(railway: Railway) -> None:
    wanted = Filter((OneOf("tag", ("north",)),))
    surge_id = await railway.begin(filter=wanted)
    ann, ben = await railway.hear("ann"), await railway.hear("ben", "Hello")
    assert await railway.names(surge_id) == []
    for one in (ann, ben):
        await railway.desk.write(lambda tx, which=one: tag_ticket(tx, which.id, add=["north"]))
    await railway.follow()
    assert await railway.names(surge_id) == ["Ann"]


async def test_what_a_person_did_stays(railway: Railway) -> None:
    ann, ben = await railway.hear("ann"), await railway.hear("ben", "Hello")
    surge_id = await railway.begin()
    await railway.desk.write(actions.take_member_out, surge_id, ann.id, actor=railway.lead)
    await railway.desk.write(actions.add_member, surge_id, ben.id, actor=railway.lead)
    out = await railway.hear("ann", "cancelled, I say")
    assert await railway.names(surge_id) == ["Ben"]
    assert out.tags == ()
    assert (await railway.members(surge_id))[0].by_hand
    await railway.change(surge_id, words=("cancelled", "train"))
    assert await railway.names(surge_id) == ["Ben"]


async def test_a_conversation_is_in_one_surge_and_goes_to_another_by_hand_alone(railway: Railway) -> None:
    first, second = await railway.begin(), await railway.begin(name="Buses", texts=())
    ann = await railway.hear("ann")
    assert (await railway.names(first), await railway.names(second)) == (["Ann"], [])
    await railway.desk.write(actions.add_member, second, ann.id, actor=railway.lead)
    assert (await railway.names(first), await railway.names(second)) == ([], ["Ann"])
    assert (await railway.desk.ticket(ann.conversation_id)).tags == ("buses",)


async def test_a_machine_is_no_customer(railway: Railway) -> None:
    surge_id = await railway.begin()
    await railway.hear("ann", "cancelled", flags=frozenset({"auto_reply"}))
    assert await railway.names(surge_id) == []


async def test_it_is_seen_beforehand_how_many_wait(railway: Railway) -> None:
    for who in ("ann", "ben"):
        await railway.hear(who)
    await railway.hear("cat", "Hello")
    found = await railway.desk.read(look, EVERYTHING, SurgeWords(name="x", words=("cancelled",)))
    assert (found.count, [one.title for one in found.rows]) == (2, ["Ben", "Ann"])


async def test_what_is_alike_is_suggested_and_never_added(railway: Railway) -> None:
    surge_id = await railway.begin()
    await railway.hear("ann", "My train to the coast is cancelled")
    near = await railway.hear("ben", "Is there no train to the coast?")
    await railway.hear("cat", "Please send the invoice once more")
    surge = await railway.desk.read(get_surge, surge_id)
    found = await railway.desk.read(suggest, EVERYTHING, None, surge)
    assert [one.ticket.id for one in found] == [near.id]
    assert "coast" in found[0].words
    assert await railway.names(surge_id) == ["Ann"]
    await railway.desk.write(actions.take_member_out, surge_id, near.id, actor=railway.lead)
    assert await railway.desk.read(suggest, EVERYTHING, None, surge) == []


def test_words_are_near_in_scripts_without_spaces_too() -> None:
    [found] = rank(["去海边的火车取消了吗"], {"near": "火车取消了，怎么办", "far": "请再寄一次发票"})
    assert (found[0], found[2]) == ("near", ("火车取消",))
    assert rank([], {"one": "anything"}) == []
    assert rank(["same words"], {"one": "same words"})[0][1] == pytest.approx(1, abs=0.01)


TRAINS = {
    "en": (
        "The train to Boden is not running, is it on track 4?",
        "Hello, what is going on with the train on the 14:10 line to you?",
    ),
    "sv": (
        "Hej, när går tåget till er, det är inte på spår 4 nu?",
        "Jag önskar att ni gör något, tåget är inte här 14:10 och vi fryser",
    ),
    "nb": (
        "Hei, når går toget til dere, det er ikke på spor 4 nå?",
        "Jeg ønsker at dere hjelper, toget er ikke her 14:10 og vi fryser",
    ),
    "fi": (
        "Hei, milloin juna lähtee, se ei ole raiteella 4 nyt?",
        "Minä haluan tietää, milloin juna on täällä, se ei ollut 14:10",
    ),
    "zh": ("你好，4号的火车还没有来", "请问火车什么时候可以到？14:10了"),
}


@pytest.mark.parametrize(
    ("language", "word"), [("en", "train"), ("sv", "tåget"), ("nb", "toget"), ("fi", "juna"), ("zh", "火车")]
)
def test_what_says_why_one_is_near_are_words_that_tell_something(language: str, word: str) -> None:
    member, other = TRAINS[language]
    apart = "In the on is 4 14:10 hej det är inte på hei det er ikke se ei ole nyt 你好 请问 可以 没有"
    [found] = rank([member], {"near": other, "apart": apart})
    assert (found[0], found[2]) == ("near", (word,))


async def test_two_of_one_name_have_each_their_tag(railway: Railway) -> None:
    first, second = await railway.begin(), await railway.begin()
    tags = [(await railway.desk.read(get_surge, one)).tag for one in (first, second)]
    assert tags == ["no-trains", "no-trains-2"]
    assert (tag_of("Åska & blixt!"), tag_of("…"), tag_of("火山灰")) == ("aska-blixt", "surge", "火山灰")
    assert len(tag_of("word " * 30, 12)) <= 40


async def test_there_is_a_limit(railway: Railway) -> None:
    for _ in range(MOST_RUNNING):
        await railway.desk.write(actions.begin_surge, SurgeWords(name="One", tells=False))
    with pytest.raises(Taken):
        await railway.begin()


def test_a_surge_needs_a_name_and_its_update_has_no_variables() -> None:
    with pytest.raises(Invalid):
        checked(SurgeWords(name=" "))
    with pytest.raises(Invalid):
        checked(SurgeWords(name="One", texts=(replace(UPDATE[0], text="Hello {{contact.name}}"),)))
    with pytest.raises(Invalid):
        checked(SurgeWords(name="One", texts=(UPDATE[0], UPDATE[0])))
    assert checked(SurgeWords(name="One", texts=(replace(UPDATE[0], text="  "),))).texts == ()

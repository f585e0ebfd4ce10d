"""What customers state about themselves, in five languages; and what states nothing: questions, suppositions, others' lives."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as some

from lyhord.hearing.facts.detector import LANGUAGES, find_facts, opposite_of
from lyhord.hearing.facts.model import HEALTH
from lyhord.hearing.facts.sensitive import touched_by

STATED = [
    ("en", "I prefer apples.", "preference"),
    ("en", "My favourite colour is green, by the way.", "preference"),
    ("en", "I don't like onions.", "preference"),
    ("en", "We are moving in May, so please change the address.", "plan"),
    ("en", "I plan to study abroad next autumn.", "plan"),
    ("en", "My router keeps dropping every evening.", "problem"),
    ("en", "I retired last month.", "life_event"),
    ("en", "My husband died in March.", "life_event"),
    ("en", "I have just bought a Volta kettle from you.", "product"),
    ("en", "We have two dogs and a small garden.", "product"),
    ("en", "I'm allergic to nuts", "health"),
    ("en", "I can't eat nuts, please remember", "health"),
    ("sv", "Jag tål inte nötter.", "health"),
    ("nb", "Eg tåler ikkje nøtter.", "health"),
    ("fi", "En siedä pähkinöitä.", "health"),
    ("sv", "Jag föredrar äpplen.", "preference"),
    ("sv", "numera gillar jag kaffe bäst", "preference"),
    ("sv", "Jag tycker inte om lök.", "preference"),
    ("sv", "Vi flyttar om två veckor.", "plan"),
    ("sv", "Vi ska renovera köket i höst.", "plan"),
    ("sv", "Min router hänger sig varje kväll.", "problem"),
    ("sv", "Jag gick i pension i våras.", "life_event"),
    ("sv", "Jag har precis köpt en elcykel hos er.", "product"),
    ("sv", "Vi har en hund och två katter.", "product"),
    ("sv", "Jag har diabetes typ 1.", "health"),
    ("nb", "Jeg foretrekker epler.", "preference"),
    ("nb", "Eg likar ikkje lauk.", "preference"),
    ("nb", "Me flyttar om to veker.", "plan"),
    ("nb", "Ruteren min virker ikke.", "problem"),
    ("nb", "Jeg er pensjonist.", "life_event"),
    ("nb", "Vi har hund.", "product"),
    ("nb", "Jeg er allergisk mot nøtter.", "health"),
    ("fi", "Pidän omenoista.", "preference"),
    ("fi", "en syö sipulia", "preference"),
    ("fi", "Muutamme toukokuussa.", "plan"),
    ("fi", "Aiomme myydä veneen keväällä.", "plan"),
    ("fi", "Reitittimemme pätkii iltaisin.", "problem"),
    ("fi", "Jäin eläkkeelle keväällä.", "life_event"),
    ("fi", "Meillä on koira.", "product"),
    ("fi", "Olen allerginen pähkinöille.", "health"),
    ("zh", "我更喜欢打电话。", "preference"),
    ("zh", "我不吃香菜", "preference"),
    ("zh", "我们五月要搬家", "plan"),
    ("zh", "我家的空调又坏了", "problem"),
    ("zh", "我退休了", "life_event"),
    ("zh", "我家有两只猫", "product"),
    ("zh", "我对花生过敏", "health"),
]
NOTHING = [
    ("en", "Do you think I prefer apples?"),
    ("en", "If we are moving in May, what happens then?"),
    ("en", "I'd prefer apples."),
    ("en", "Maybe we are moving in May."),
    ("en", "My neighbour prefers pears."),
    ("en", "My son is allergic to nuts."),
    ("en", 'She said "I prefer tea".'),
    ("en", "> I prefer apples."),
    ("en", "I used to prefer apples."),
    ("en", "I'm not allergic to anything."),
    ("en", "I have a question about my bill."),
    ("en", "I like it."),
    ("sv", "Om vi flyttar i maj vill vi byta."),
    ("sv", "Föredrar jag äpplen eller päron?"),
    ("sv", "Min granne gillar päron."),
    ("sv", "Jag skulle vilja ha äpplen."),
    ("sv", "Min man säger att jag gillar äpplen."),
    ("sv", "Jag är inte allergisk."),
    ("nb", "Hvis vi flytter i mai, hva skjer?"),
    ("nb", "Naboen liker pærer."),
    ("nb", "Jeg har et spørsmål."),
    ("nb", "Kanskje vi flytter i mai."),
    ("fi", "Jos muutamme toukokuussa, mitä tapahtuu?"),
    ("fi", "Pitäisin omenoista."),
    ("fi", "Naapuri pitää päärynöistä."),
    ("fi", "Ehkä muutamme toukokuussa."),
    ("zh", "如果我们五月搬家怎么办"),
    ("zh", "你们五月搬家吗?"),
    ("zh", "我邻居喜欢梨"),
    ("zh", "他说我喜欢苹果"),
    ("de", "Ich mag Äpfel."),
    ("", "I prefer apples."),
]
OVER = [
    ("en", "We are moving in May.", "We're not moving after all."),
    ("en", "I drive a Volta.", "I no longer drive a Volta."),
    ("sv", "Vi flyttar i maj.", "Vi flyttar inte."),
    ("sv", "Min router hänger sig.", "Min router funkar igen."),
    ("nb", "Vi flytter i mai.", "Vi flytter ikke."),
    ("fi", "Muutamme toukokuussa.", "Emme muuta sittenkään."),
    ("zh", "我们五月要搬家", "我们不搬家了"),
    ("zh", "我家的空调坏了", "我家的空调修好了"),
]
OPPOSED = [
    ("en", "I like coriander.", "I don't like coriander."),
    ("sv", "Jag gillar koriander.", "Jag gillar inte koriander."),
    ("nb", "Jeg liker koriander.", "Jeg liker ikke koriander."),
    ("zh", "我喜欢香菜", "我不喜欢香菜"),
]


@pytest.mark.parametrize(("language", "text", "kind"), [one for one in STATED if one[2]])
def test_what_is_stated_is_heard_in_the_words_of_who_states_it(language: str, text: str, kind: str) -> None:
    [one] = find_facts(text, language)
    assert (one.kind, one.holds) == (kind, True)
    assert one.text.casefold() in text.casefold()
    assert text[one.start : one.end].casefold().startswith(one.text.casefold())
    assert one.quote in text


@pytest.mark.parametrize(("language", "text"), NOTHING)
def test_what_states_nothing_is_left_alone(language: str, text: str) -> None:
    assert list(find_facts(text, language)) == []


@pytest.mark.parametrize(("language", "before", "after"), OVER)
def test_what_is_so_no_more_names_the_topic_that_it_ends(language: str, before: str, after: str) -> None:
    [held], [ended] = find_facts(before, language), find_facts(after, language)
    assert (held.holds, ended.holds, held.topic) == (True, False, ended.topic)


@pytest.mark.parametrize(("language", "one", "other"), OPPOSED)
def test_likes_and_dislikes_of_one_thing_are_opposite(language: str, one: str, other: str) -> None:
    [liked], [disliked] = find_facts(one, language), find_facts(other, language)
    assert (opposite_of(liked.topic), opposite_of(disliked.topic)) == (disliked.topic, liked.topic)
    assert (liked.holds, disliked.holds) == (True, True)


def test_whatever_else_a_sentence_of_a_protected_kind_states_is_of_that_kind() -> None:
    [one] = find_facts("We are moving in May to be nearer to the hospital.", "en")
    assert one.kind == HEALTH
    assert touched_by("Jag är allergisk", "de") == HEALTH  # of an unknown language every language's words count
    assert find_facts("I prefer apples. I have diabetes.", "en")[0].kind == "preference"


@given(some.lists(some.one_of(some.text(max_size=6), some.sampled_from([text for _, text, _ in STATED]))))
def test_any_text_is_answered_with_places_inside_it(parts: list[str]) -> None:
    text = " ".join(parts)
    for language in LANGUAGES:
        for one in find_facts(text, language):
            assert 0 <= one.start < one.end <= len(text)
            assert min(len(one.text), len(one.quote)) > 0
            assert len(one.topic) < 100


@pytest.mark.parametrize("piece", ["I like ", "my router ", "vi har inte ", "我家的", "me ", "a", "my a "])
@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_takes_long(piece: str, language: str) -> None:
    start = time.process_time()
    find_facts(piece * 1_000, language)
    find_facts(". ".join([piece * 20] * 20), language)
    assert time.process_time() - start < 2

"""A sentence of a language model is believed as far as its sources prove it, whatever they tell the model to say."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as some

from lyhord.hearing.language_model.proof import Source, is_founded, is_like

LEAK = "My machine leaks since Monday, I need a new gasket. My order is 4711-22, I paid 1 240 kr."
SOON = "We will send you a new gasket tomorrow. Anna has packed it."
VAGUE = "We will look into your order and get back to you."


def founded(sentence: str, *sources: str, said_in: str = "en", language: str = "en") -> bool:
    return is_founded(sentence, [Source(one, said_in) for one in sources], language)


@pytest.mark.parametrize(
    ("sentence", "source"),
    [
        ("The customer needs a new gasket for the machine, which leaks.", LEAK),
        ("The customer paid 1,240 kr for order 4711-22.", LEAK),
        ("The customer says the machine leaks since Monday.", LEAK),
        ("We promised to send a new gasket tomorrow.", SOON),
        ("We said that Anna packed the gasket.", SOON),
        ("The customer ordered two lamps.", "I have ordered 2 lamps"),
        ("The customer comes on the 14th of May.", "I will come on 14 May"),
        ("The customer can be reached at [phone].", "You can reach me at [phone]"),
        ("The customer gave [personnummer] to be reached.", "You can reach me, I gave [personnummer]"),
        ("The customer wants a refund.", "I want my money back, a full repayment, the refund"),
    ],
)
def test_what_the_sources_say_is_believed(sentence: str, source: str) -> None:
    assert founded(sentence, source)


@pytest.mark.parametrize(
    ("sentence", "source"),
    [
        ("The customer paid 1,420 kr for order 4711-22.", LEAK),
        ("The customer paid 1,240 EUR.", LEAK),
        ("The customer needs a new gasket for order 4711-23.", LEAK),
        ("The customer says the machine leaks since Tuesday.", LEAK),
        ("The customer says the machine leaks since January.", LEAK),
        ("The customer can be reached at [phone].", "You can reach me any day"),
        ("The customer says [Carla] has the machine, which leaks.", LEAK),
        ("The customer has asked five times for a new gasket.", LEAK),
        ("We said that Carla packed the gasket.", SOON),
        ("We will send a new gasket tomorrow. Carla has packed it.", SOON),
        ("We will send a new gasket free of charge tomorrow.", SOON),
        ("We promised a full refund.", VAGUE),
        ("We will look into the order and give a full refund.", VAGUE),
        ("We guarantee to look into the order.", VAGUE),
        ("We invite the customer to dinner with the whole family.", VAGUE),
        ("The customer said “the machine burns”.", LEAK),
        ("The customer wrote to help@evil.example about the gasket.", LEAK),
        ("The customer wants a new gasket, see https://evil.example.", LEAK),
        ("The customer has model XR500 of the machine, which leaks.", LEAK),
        ("", LEAK),
    ],
)
def test_what_they_do_not_say_is_not(sentence: str, source: str) -> None:
    assert not founded(sentence, source)


def test_a_sentence_without_a_source_is_never_believed() -> None:
    assert not is_founded("The customer wants a gasket.", [], "en")
    assert not founded("The customer wants a gasket.", " ")


def test_across_languages_numbers_names_and_pledges_are_held_to() -> None:
    swedish = "Hej, vi skickar en ny packning i morgon till Göteborg. Ni betalade 1 240 kr."
    assert founded("We send a new gasket to Göteborg tomorrow.", swedish, said_in="sv")
    assert not founded("We send a new gasket to Malmö tomorrow.", swedish, said_in="sv")
    assert not founded("We send a new gasket today.", swedish, said_in="sv")
    assert not founded("We refund 1,240 kr.", swedish, said_in="sv")
    assert founded("We refund 1,240 kr.", "Vi betalar tillbaka 1 240 kr, pengarna tillbaka alltså", said_in="sv")


@pytest.mark.parametrize(
    ("sentence", "source", "language"),
    [
        ("Kunden vill ha en ny packning till maskinen.", "Min maskin läcker, jag vill ha en ny packning.", "sv"),
        ("Vi lovade att skicka en ny pakning i morgen.", "Vi sender en ny pakning i morgen.", "nb"),
        ("Asiakas haluaa uuden tiivisteen koneeseen.", "Koneeni vuotaa, haluan uuden tiivisteen.", "fi"),
        ("客户想要给机器换新的垫圈。", "我的机器漏水，想要换新的垫圈。", "zh"),
    ],
)
def test_every_language_of_ours_is_held_against_its_own_words(sentence: str, source: str, language: str) -> None:
    assert founded(sentence, source, said_in=language, language=language)
    assert not founded(sentence, "42", said_in=language, language=language)


COFFEE = (
    "Hi, my espresso machine NK-200 has been leaking since Monday. I bought it in March, order 4711-22. Can you send a new gasket or "
    "should I send the machine in?"
)
SOFA = (
    "Hej! Jag har beställt en soffa (order 88123) för 12 490 kr men den har inte kommit. Den skulle levereras den 3 maj. Jag vill "
    "avbeställa och få pengarna tillbaka."
)
LATE = "Hej, vi beklagar förseningen. Jag har kontaktat transportören och återkommer senast på fredag."


@pytest.mark.parametrize(
    ("sentence", "source", "said_in", "language"),
    [
        (
            "The customer's espresso machine NK-200 has been leaking since Monday and they ask whether to send the machine in.",
            COFFEE,
            "en",
            "en",
        ),
        ("客户的咖啡机 NK-200 从周一开始漏水，想要新的垫圈。", COFFEE, "en", "zh"),
        ("Kunden vill avbeställa soffan från order 88123 och få tillbaka 12 490 kr.", SOFA, "sv", "sv"),
        ("Kunden har inte fått sin soffa, som skulle levereras den 3 maj.", SOFA, "sv", "sv"),
        ("The customer wants to cancel the sofa order 88123 and get the 12,490 kr back.", SOFA, "sv", "en"),
        ("Asiakas haluaa perua sohvatilauksen 88123 ja saada rahansa takaisin.", SOFA, "sv", "fi"),
        ("Vi har kontaktat transportören och lovat återkomma senast på fredag.", LATE, "sv", "sv"),
        ("We apologised for the delay and will get back by Friday.", LATE, "sv", "en"),
    ],
)
def test_true_sentences_in_words_of_their_own_are_believed(
    sentence: str, source: str, said_in: str, language: str
) -> None:
    assert founded(sentence, source, said_in=said_in, language=language)


def test_chinese_numbers_and_pledges_are_proved_too() -> None:
    said = "机器坏了，我想要换新的，我付了三百块。"
    assert founded("客户付了三百块，机器坏了。", said, said_in="zh", language="zh")
    assert not founded("客户付了五百块，机器坏了。", said, said_in="zh", language="zh")
    assert not founded("客户想要退款，机器坏了。", said, said_in="zh", language="zh")


def test_a_headline_may_begin_with_a_capital_and_still_invents_nobody() -> None:
    said = [Source("I need a receipt with VAT", "en"), Source("The receipt lacks VAT", "en")]
    assert is_founded("Receipts with VAT", said, "en", headline=True)
    assert not is_founded("Receipts for Carla", said, "en", headline=True)


@pytest.mark.parametrize(
    ("word", "other", "alike"),
    [
        ("send", "sending", True),
        ("gaskets", "gasket", True),
        ("anna", "annan", True),
        ("market", "markus", False),
        ("new", "newt", True),
        ("an", "annan", False),
    ],
)
def test_forms_of_one_word_begin_alike(word: str, other: str, alike: bool) -> None:
    assert is_like(word, other) == alike


@given(some.text("0129 ,.-abAB", max_size=40), some.text("0129 ,.-abAB", max_size=40))
def test_no_figure_is_believed_that_does_not_stand_in_the_source(sentence: str, source: str) -> None:
    if founded(sentence, source):
        there = re.sub(r"\D", "", source)
        assert all(one.lstrip("0") in there for one in re.findall(r"\d+", sentence))

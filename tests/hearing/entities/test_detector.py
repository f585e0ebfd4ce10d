"""What a message names, in five languages, and what only looks like it."""

import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as some

from lyhord.hearing.entities.amounts import han_number
from lyhord.hearing.entities.detector import find_entities, hear_entities
from lyhord.hearing.entities.model import SECRET
from lyhord.hearing.entities.own import Names, Patterns
from lyhord.hearing.entities.redacting import redact
from lyhord.kit.problems import Invalid

NAMED = [
    (
        "sv",
        "Ring mig på 070-123 45 67, pnr 811218-9876, betalade 1 240,50 kr i går",
        "phone 0701234567|personnummer 811218-9876|amount SEK 1240.50|date -1",
    ),
    (
        "sv",
        "mitt ordernr är 4711-22 och kostade 349:- den 3 maj 2026, lördag funkar",
        "reference 4711-22|amount SEK 349|date 2026-05-03|date sat",
    ),
    ("sv", "Maila anna.berg@exempel.se eller se www.exempel.se.", "email anna.berg@exempel.se|url www.exempel.se"),
    ("sv", "besök exempel.se eller NattAgenda.se", "url exempel.se|url NattAgenda.se"),
    (
        "nb",
        "Telefonen min er 912 34 567. Bestilling 88231, 450 kroner i overmorgen",
        "phone 91234567|reference 88231|amount NOK 450|date +2",
    ),
    ("nb", "fnr 01010750160, IBAN NO93 8601 1117 947 takk", "fødselsnummer 01010750160|iban NO9386011117947"),
    (
        "fi",
        "Soita 040 123 4567, hetu 131052-308T, 129,90 € 12.5.2026, huomenna",
        "phone 0401234567|henkilötunnus 131052-308T|amount EUR 129.90|date 2026-05-12|date +1",
    ),
    ("fi", "Tilausnumero: 55012 tuli 3. toukokuuta", "reference 55012|date --05-03"),
    (
        "zh",
        "我的手机13812345678,身份证11010519491231002X,邮箱abc@test.cn",
        "phone 13812345678|chinese_id 11010519491231002X|email abc@test.cn",
    ),
    (
        "zh",
        "订单号2024A8891,花了五百块,周五或者5月3日送,价格¥99.5",
        "reference 2024A8891|amount CNY 500|date fri|date --05-03|amount CNY 99.50",
    ),
    (
        "en",
        "My card 4111 1111 1111 1111, from 192.168.0.1 and fe80::1ff:fe23:4567:890a",
        "card 4111111111111111|ip 192.168.0.1|ip fe80::1ff:fe23:4567:890a",
    ),
    (
        "en",
        "Order #123456, paid $1,299.99 on May 3rd. Call (555) 010-9999 ext 12 tomorrow",
        "reference 123456|amount USD 1299.99|date --05-03|phone 5550109999|date +1",
    ),
    ("en", "SSN 531 21 7351. See https://example.com/a_(b).", "ssn 531 21 7351|url https://example.com/a_(b)"),
    ("en", "reach me at +46 (0)70-123 45 67 or 0046701234567", "phone +46701234567|phone 0046701234567"),
    ("", "12/31/2024, 2024-02-29 but not 2023-02-29", "date 2024-12-31|date 2024-02-29"),
]
NAMELESS = [
    ("en", "I waited 20-30 minutes with 10 000 people, 2 500 000 views, open 24/7, 9-17"),
    ("en", "version 10.2.3.4 of std::vector at 12:30:45"),
    ("en", "may I have 5 of those? march on, the second one"),
    ("sv", "klart.se till att fixa, 1.5 kg, kl 10.30, 12345 67890 st"),
    ("en", "my card 4111 1111 1111 1112 is no card"),
    ("nb", "vi er 12 345 678 mennesker"),
    ("zh", "我等了20分钟,一共3个人"),
]


@pytest.mark.parametrize(("language", "text", "named"), NAMED)
def test_what_is_named_is_found_in_one_form(language: str, text: str, named: str) -> None:
    assert "|".join(f"{one.kind} {one.value}" for one in find_entities(text, language)) == named


@pytest.mark.parametrize(("language", "text"), NAMELESS)
def test_what_only_looks_like_something_is_left_alone(language: str, text: str) -> None:
    assert find_entities(text, language) == []


@given(
    some.lists(
        some.one_of(
            some.text(max_size=8),
            some.sampled_from([text for _, text, _ in NAMED] + ["+46", "@", "://", "€", ".", "1"]),
        )
    ),
    some.sampled_from(["", "en", "sv", "nb", "fi", "zh"]),
)
def test_in_any_text_they_stand_apart_and_inside_it(parts: list[str], language: str) -> None:
    text = "".join(parts)
    found = find_entities(text, language)
    assert all(0 <= one.start < one.end <= len(text) for one in found)
    assert all(one.end <= later.start for one, later in pairwise(found))


def test_a_finding_never_repeats_the_number_of_a_person_or_an_account() -> None:
    texts = [text for _, text, _ in NAMED]
    secrets = [one for text in texts for one in find_entities(text) if one.kind in SECRET]
    values = [one.value for text in texts for one in hear_entities(text, "")]
    assert len(secrets) > 5
    assert not [one for one in secrets if any(one.value in value for value in values)]
    assert "card:…1111" in values


def test_redacting_hides_what_is_personal_and_nothing_else() -> None:
    text = "Jag heter Anna, ring 070-123 45 67. Kort 4111 1111 1111 1111, 349 kr, order 88231."
    assert redact(text, "sv") == "Jag heter Anna, ring [phone]. Kort [card], 349 kr, order 88231."
    assert redact(text, "sv", {"card"}) == text.replace("4111 1111 1111 1111", "[card]")


@given(some.text(max_size=30), some.text(max_size=30))
def test_a_redacted_text_has_nothing_left_to_hide(before: str, after: str) -> None:
    once = redact(f"{before} anna@exempel.se {after}")
    assert "anna@exempel.se" not in once
    assert redact(once) == once


@pytest.mark.parametrize(
    ("said", "number"),
    [
        ("五百", 500),
        ("八千五", 8500),
        ("二十", 20),
        ("一千零五", 1005),
        ("三万", 30_000),
        ("十二", 12),
        ("三万五千", 35_000),
        ("一百二", 120),
        ("两", 2),
        ("一亿二千万", 120_000_000),
    ],
)
def test_chinese_numbers_are_read(said: str, number: int) -> None:
    assert han_number(said) == number


def test_names_of_a_workspace_are_whole_words_and_the_longest_counts() -> None:
    names = Names({"product": ["Volta", "Volta Max", "电饭煲"], "place": ["Åre"]})
    text = "My volta  MAX and the Voltaic in ÅRE, 我的电饭煲坏了"
    assert [(one.kind, one.value) for one in find_entities(text, "", names)] == [
        ("product", "Volta Max"),
        ("place", "Åre"),
        ("product", "电饭煲"),
    ]


def test_patterns_of_a_workspace_are_of_re2_and_what_is_in_their_group_counts() -> None:
    patterns = Patterns([("locker", r"locker ([A-Z]\d{2})\b")])
    [found] = find_entities("It is in Locker b12, thanks", "en", patterns=patterns)
    assert (found.kind, found.value) == ("locker", "b12")
    with pytest.raises(Invalid):
        Patterns([("x", r"(a)\1")])
    with pytest.raises(Invalid):
        Patterns([("x", "a")] * 101)


@pytest.mark.parametrize("piece", ["1 ", "1-", "a.", "a@", "1.", "(1", "A1", "http://", "i ", "十", "00 ", "%+-", "1:"])
def test_no_text_takes_long(piece: str) -> None:
    text = piece * (20_000 // len(piece))
    start = time.process_time()
    find_entities(text, "sv")
    assert time.process_time() - start < 5  # for 20,000 characters; what is quadratic needs minutes

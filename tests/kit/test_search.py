"""Search: what was typed finds what was written, in any language, and is never taken for syntax."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lyhord.kit.database import Database, ReadTx, Tx
from lyhord.kit.ids import HIGHEST_ID
from lyhord.kit.search import NEWEST, Document, Hit, Index, make_snippet, parse_query
from lyhord.kit.search.codes import bare, codes_of
from lyhord.kit.text import clean
from tests.conftest import V, W

INDEX = Index("thing")
NOON = 1_772_355_600_000

TEXTS = {
    "en": "Hello, my order AB-1234 hasn't arrived. Please refund it to anna.berg@example.com!",
    "sv": "Hej! Jag väntar på återbetalning för ett par skor från Malmö.",
    "fi": "Hyvää päivää, palautin tuotteen viime viikolla.",
    "zh": "我要退款,因为商品有问题。",
    "ja": "返品したいのですが、住所を教えてください。",
    "ko": "환불을 받고 싶습니다",
    "th": "ฉันต้องการเงินคืน",
    "hi": "मुझे धनवापसी चाहिए",
    "ar": "أريد استرداد المال",
    "ru": "Верните деньги за ёлку",
    "mixed": "我的iPhone手机坏了 order_number #77",
}


def put(tx: Tx, documents: list[Document]) -> None:
    """Made where it is missing, and filled."""
    INDEX.prepare(tx)
    INDEX.put(tx, documents)


async def fill(database: Database, texts: dict[str, str], workspace: str = W) -> None:
    """One document a second, in this order."""
    documents = [Document(ref, NOON + 1000 * n, text) for n, (ref, text) in enumerate(texts.items())]
    await database.write(workspace, put, documents)


async def find(database: Database, typed: str, workspace: str = W) -> list[str]:
    """The references that somebody who types this finds."""

    def view(tx: ReadTx) -> list[Hit]:
        return INDEX.find(tx, parse_query(typed), most=100)

    return [hit.ref for hit in await database.read(workspace, view)]


FINDS = {
    "order": ["mixed", "en"],
    "ORDER hello": ["en"],
    "ref": ["en"],
    "refun": ["en"],
    "refun ": [],
    "anna.berg@ex": ["en"],
    "berg@example.com": ["en"],
    "AB-1234": ["en"],
    "ab1234": ["en"],
    "ab 1234": ["en"],
    "ab12": ["en"],
    '"ab1234"': ["en"],
    "ab12345": [],
    '"my order"': ["en"],
    '"order my"': [],
    "hasn't": ["en"],
    "malmo": ["sv"],
    "MALMÖ": ["sv"],
    "aterbetalning": ["sv"],
    "återbet": ["sv"],
    "paivaa": ["fi"],
    "退款": ["zh"],
    "退": ["zh"],
    "题": ["zh"],
    "款退": [],
    "商品有问题": ["zh"],
    "商品 退款": ["zh"],
    "返品": ["ja"],
    "ください": ["ja"],
    "환불": ["ko"],
    "เงินคืน": ["th"],
    "धनवापसी": ["hi"],
    "استرداد": ["ar"],
    "елку": ["ru"],
    "ВЕРНИ": ["ru"],
    "iphone手机": ["mixed"],
    "手机坏": ["mixed"],
    "iPh": ["mixed"],
    "number": ["mixed"],
    "#77": ["mixed"],
    "nothing": [],
    "": [],
    "  ": [],
    "!?,.": [],
    "\x00\ud800": [],
}
SIGNS = [*string.punctuation, "“", "”", "＂", "—", "\u0301", "\u200d"]
SHAPES = ["{0}", "order{0}", "{0}order", "or{0}der", "order {0} hello", "{0}{0}{0}", 'order" {0}']
SYNTAX = [
    "order AND",
    "NOT hello",
    "hello OR",
    "NEAR(hello order)",
    "words : hello",
    "{words} : order",
    "-order",
    "^hello",
    'order* "hello',
    "or(der",
    "hello; drop table search1_thing",
    "a " * 5_000,
    "退" * 5_000,
    '"' * 301,
]


async def test_what_is_typed_finds_what_was_written(database: Database) -> None:
    await fill(database, TEXTS)
    assert {typed: await find(database, typed) for typed in FINDS} == FINDS


async def test_no_sign_is_syntax(database: Database) -> None:
    await fill(database, {"en": TEXTS["en"]})
    for sign in SIGNS:
        for shape in SHAPES:
            assert await find(database, shape.format(sign)) in ([], ["en"]), (sign, shape)


async def test_the_engines_own_words_are_words(database: Database) -> None:
    await fill(database, {"en": "order and hello or not near words"})
    for typed in SYNTAX:
        await find(database, typed)
    assert await find(database, "hello") == ["en"]
    assert await find(database, "order AND hello NOT") == ["en"]
    assert await find(database, "hello NOT order") == ["en"]


ORDERS = ("A-1234", "A 1234", "a1234", "A_1234")
PHONES = ("+46 (0)70-123 45 67", "0046701234567", "070-1234567", "+46701234567", "070 123 45 67", "(070) 123-4567")


@pytest.mark.parametrize("spellings", [ORDERS, PHONES, ("Anna.Berg@Firm.example", "anna.berg@firm.EXAMPLE")])
async def test_a_code_a_number_and_an_address_are_found_by_each_way_to_write_them_as_somebody_types(
    database: Database, spellings: tuple[str, ...]
) -> None:
    await fill(
        database, {one: f"Hello, it is {one}, and I wait." for one in spellings} | {"other": "+46 70 999 B-1299"}
    )
    for typed in spellings:
        for length in range(len(typed) - 2, len(typed) + 1):
            assert await find(database, f"hello {typed[:length]}") == [*reversed(spellings)], typed[:length]
        for one in spellings:
            snippet = make_snippet(f"Hello, it is {one}, and I wait.", parse_query(typed))
            marked = "".join(snippet.text[start:end] for start, end in snippet.marks)
            assert bare(one)[-6:] in bare(marked), (typed, one, marked)


def test_a_text_full_of_numbers_has_few_codes_and_words_are_none() -> None:
    assert codes_of("On Monday 12 people bought 3 lamps, for 1 240.50 each, mother-in-law included.") == ["124050"]
    assert len(codes_of(" ".join(f"A-{number}" for number in range(10_000)))) == 200


def test_what_is_quoted_is_taken_as_it_is() -> None:
    assert parse_query('"A-1234"').others == ()
    assert parse_query("hello there").others == ()


@given(st.text())
def test_a_query_holds_words_only(typed: str) -> None:
    query = parse_query(typed)
    for phrase in query.phrases:
        assert phrase.words
        for word in phrase.words:
            assert word
            assert not set(word) & set(string.punctuation + string.whitespace + "\x00")


async def test_newest_first_page_by_page(database: Database) -> None:
    await fill(database, {f"d{n:02d}": "same words" for n in range(25)})
    seen: list[Hit] = []

    def page(tx: ReadTx) -> list[Hit]:
        return INDEX.find(tx, parse_query("same"), before=seen[-1].place if seen else NEWEST, most=7)

    while hits := await database.read(W, page):
        seen.extend(hits)
    assert [hit.ref for hit in seen] == [f"d{n:02d}" for n in reversed(range(25))]


async def test_documents_of_one_moment_all_have_a_place(database: Database) -> None:
    documents = [Document(f"d{n}", NOON, "same words") for n in range(300)]
    await database.write(W, put, documents)
    await database.write(W, put, [Document(f"e{n}", NOON, "same words") for n in range(300)])
    found = await database.read(W, lambda tx: INDEX.find(tx, parse_query("same"), most=1000))
    assert len({hit.ref for hit in found}) == 600


@pytest.mark.parametrize("at", [-5, 0, 2**33 * 1000, 2**60])
async def test_any_time_has_a_place(database: Database, at: int) -> None:
    await database.write(W, put, [Document("odd", at, "found")])
    await database.write(V, put, [Document("other", NOON, "found")])
    assert await find(database, "found") == ["odd"]


async def test_a_changed_document_is_found_by_its_new_words_only(database: Database) -> None:
    await fill(database, {"a": "first words", "b": "other words"})
    await database.write(W, put, [Document("a", NOON + 99_000, "second words")])
    assert await find(database, "first") == []
    assert await find(database, "second") == ["a"]
    assert await find(database, "words") == ["b", "a"]


async def test_a_removed_document_leaves_nothing(database: Database) -> None:
    await fill(database, {"a": "canary words", "b": "other words"})
    await database.write(W, INDEX.remove, ["a", "unknown"])
    assert await find(database, "canary") == []
    assert await find(database, "words") == ["b"]


async def test_workspaces_find_their_own(database: Database) -> None:
    await fill(database, {"ours": "secret words"})
    await fill(database, {"theirs": "secret words", "ours": "secret words"}, workspace=V)
    assert await find(database, "secret") == ["ours"]
    assert await find(database, "secret", workspace=V) == ["ours", "theirs"]
    assert await find(database, "secret", workspace=HIGHEST_ID) == []
    await database.write(V, INDEX.remove, ["ours"])
    assert await find(database, "secret") == ["ours"]


async def test_without_an_index_nothing_is_found(database: Database) -> None:
    assert await find(database, "order") == []
    assert await database.write(W, INDEX.prepare)
    assert not await database.write(W, INDEX.prepare)
    await fill(database, TEXTS)
    await database.write(W, INDEX.drop)
    assert await find(database, "order") == []


@pytest.mark.parametrize(
    ("text", "typed", "marked"),
    [
        (TEXTS["en"], "refu", ["refund"]),
        (TEXTS["en"], "order arrived", ["order", "arrived"]),
        (TEXTS["sv"], "malmo", ["Malmö"]),
        (TEXTS["zh"], "退款", ["退款"]),
        (TEXTS["zh"], "有问题", ["有问题"]),
        ("👍🏽 order 👍🏽 order", "order", ["order", "order"]),
        (TEXTS["en"], "elephant", []),
        ("", "order", []),
        ("<b>order</b>", "b", ["b", "b"]),
        ("ＡＢＣ def", "abc", ["ＡＢＣ"]),
    ],
)
def test_a_snippet_marks_the_hits(text: str, typed: str, marked: list[str]) -> None:
    snippet = make_snippet(text, parse_query(typed))
    units = snippet.text.encode("utf-16-le")
    assert [units[2 * start : 2 * end].decode("utf-16-le") for start, end in snippet.marks] == marked


def test_a_snippet_shows_the_hit_of_a_long_text() -> None:
    text = "filler words " * 300 + "the needle is here " + "and more\nwords " * 300
    snippet = make_snippet(text, parse_query("needle"))
    start, end = snippet.marks[0]
    assert snippet.text[start:end] == "needle"
    assert len(snippet.text) <= 202
    assert snippet.text[0] == snippet.text[-1] == "…"
    assert "\n" not in snippet.text


@given(st.text(max_size=400), st.text(max_size=20))
def test_marks_lie_within_the_snippet(text: str, typed: str) -> None:
    snippet = make_snippet(clean(text, 1000), parse_query(typed))
    size = len(snippet.text.encode("utf-16-le", "surrogatepass")) // 2
    last = 0
    for start, end in snippet.marks:
        assert last <= start < end <= size
        last = end

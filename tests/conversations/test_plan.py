"""What leaves on a channel: nothing is lost in silence, nothing is longer than allowed, closed doors stay closed."""

import msgspec
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from lyhord.conversations.channel import Descriptor, Window, Within
from lyhord.conversations.exchange import Address, Context, Media, Outbound, Place, Plan, Published, Refusal
from lyhord.conversations.plan import Unit, measure, plan_by_descriptor, split_text, with_addresses
from lyhord.kit.clock import DAY

NOW = 1_772_355_600_000
HOUR = 3_600_000
TO = Address("phone", "+46701234567")
PLAIN = Descriptor(
    channel="plain",
    ingress="webhook",
    schemes=("phone",),
    kinds_in=frozenset({"text"}),
    kinds_out=frozenset({"text"}),
    may_initiate=True,
)


JUST_NOW = Context(NOW, NOW)


def with_(**changes: object) -> Descriptor:
    return msgspec.structs.replace(PLAIN, **changes)


def planned(descriptor: Descriptor, outbound: Outbound, context: Context = JUST_NOW) -> Plan:
    plan = plan_by_descriptor(descriptor, outbound, context)
    assert isinstance(plan, Plan), plan
    return plan


def refused(descriptor: Descriptor, outbound: Outbound, context: Context = JUST_NOW) -> Refusal:
    refusal = plan_by_descriptor(descriptor, outbound, context)
    assert isinstance(refusal, Refusal), refusal
    return refusal


MIXED = ["Hej ", "då.\n", "\n\n", "👩‍👩‍👧", "🇸🇪", "e\u0301", "你好。", "x" * 30]
WORDS = st.text() | st.lists(st.sampled_from(MIXED)).map("".join)


@given(WORDS, st.integers(4, 60), st.sampled_from(["characters", "bytes", "utf16", "graphemes"]))
@example("🇸🇪🇫🇮🇳🇴", 5, "characters")
@example("a" + "\u0301" * 40, 10, "characters")
@example("\ud800" * 9, 4, "bytes")
@example("👩‍👩‍👧" * 9, 4, "graphemes")
def test_pieces_give_the_text_back_and_fit(text: str, limit: int, unit: Unit) -> None:
    pieces = split_text(text, limit, unit)
    assert "".join(pieces) == text
    assert all(piece and measure(piece, unit) <= limit for piece in pieces)


@pytest.mark.parametrize(
    ("text", "limit", "pieces"),
    [
        ("one two three", 8, ["one two ", "three"]),
        ("First line.\n\nSecond one here", 20, ["First line.\n\n", "Second one here"]),
        ("🇸🇪🇫🇮🇳🇴", 5, ["🇸🇪🇫🇮", "🇳🇴"]),
        ("ab👩‍👩‍👧", 6, ["ab", "👩‍👩‍👧"]),
        ("cafe\u0301s", 4, ["caf", "e\u0301s"]),
        ("abc\r\ndef", 4, ["abc", "\r\nde", "f"]),
        ("你好。再见", 4, ["你好。", "再见"]),
    ],
)
def test_cuts_fall_where_people_would_cut(text: str, limit: int, pieces: list[str]) -> None:
    assert split_text(text, limit) == pieces


def test_units_are_counted_as_utf16() -> None:
    assert split_text("å😀😀å", 4, "utf16") == ["å😀", "😀å"]
    assert measure("å😀", "utf16") == 3


def test_bytes_are_counted_as_utf8() -> None:
    assert [len(piece.encode()) for piece in split_text("å" * 10, 8, "bytes")] == [8, 8, 4]


@given(WORDS.filter(str.strip), st.integers(4, 50))
def test_a_long_text_is_split_and_says_so(text: str, limit: int) -> None:
    plan = planned(with_(text_limit=limit), Outbound(to=TO, text=text))
    assert "".join(part.text for part in plan.parts) == text
    assert (len(plan.parts) > 1) == ("plan.text_split" in plan.changes)


def test_a_long_text_is_refused_where_the_channel_has_no_parts() -> None:
    assert (
        refused(with_(text_limit=5, overflow="refuse"), Outbound(to=TO, text="too long")).rule == "plan.text_too_long"
    )


def test_files_and_buttons_go_with_the_last_part() -> None:
    picture = Media("a.png", "image/png", 10, file="0" * 64)
    descriptor = with_(text_limit=6, kinds_out=frozenset({"text", "image"}), button_limit=3)
    plan = planned(descriptor, Outbound(to=TO, text="first second", media=(picture,), buttons=("Yes",)))
    assert [(part.text, len(part.media), part.buttons) for part in plan.parts] == [
        ("first ", 0, ()),
        ("second", 1, ("Yes",)),
    ]


def test_formatting_is_dropped_openly() -> None:
    plan = planned(PLAIN, Outbound(to=TO, html="<p>Hello <b>you</b></p><p>Bye</p><script>x</script>"))
    assert plan.parts[0].text == "Hello you\n\nBye"
    assert plan.parts[0].html is None
    assert plan.changes == ("plan.formatting_dropped",)


def test_written_text_wins_over_the_words_of_the_html() -> None:
    assert planned(PLAIN, Outbound(to=TO, text="plain", html="<p>rich</p>")).parts[0].text == "plain"


def test_html_stays_where_the_channel_has_it() -> None:
    plan = planned(with_(markup="html"), Outbound(to=TO, text="Hi", html="<b>Hi</b>"))
    assert (plan.parts[0].html, plan.changes) == ("<b>Hi</b>", ())


def test_too_many_buttons_become_numbered_lines() -> None:
    plan = planned(with_(button_limit=1), Outbound(to=TO, text="Which?", buttons=("Red", "Blue")))
    assert plan.parts[0].text == "Which?\n1. Red\n2. Blue"
    assert (plan.parts[0].buttons, plan.changes) == ((), ("plan.buttons_as_text",))


def test_a_file_that_the_channel_lacks_becomes_a_link_or_is_refused() -> None:
    linked = Media("a.pdf", "application/pdf", 10, url="https://files.example/a")
    plan = planned(PLAIN, Outbound(to=TO, text="See", media=(linked,)))
    assert (plan.parts[0].text, plan.parts[0].media) == ("See\na.pdf: https://files.example/a", ())
    assert plan.changes == ("plan.file_as_link",)
    stored = Media("a.pdf", "application/pdf", 10, file="0" * 64)
    assert refused(PLAIN, Outbound(to=TO, text="See", media=(stored,))).rule == "plan.file_unsupported"


def test_a_file_over_the_limit_is_refused() -> None:
    descriptor = with_(kinds_out=frozenset({"text", "file"}), media_limit=100)
    fits, larger = (Media("a", "text/plain", size, file="0") for size in (100, 101))
    assert planned(descriptor, Outbound(to=TO, media=(fits,))).parts[0].media == (fits,)
    assert refused(descriptor, Outbound(to=TO, media=(larger,))).rule == "plan.file_too_large"


def test_subject_and_copies_are_dropped_openly() -> None:
    plan = planned(PLAIN, Outbound(to=TO, text="Hi", subject="About", copies=(TO,), blind_copies=(TO,)))
    part = plan.parts[0]
    assert (part.subject, part.copies, part.blind_copies) == (None, (), ())
    assert plan.changes == ("plan.subject_dropped", "plan.copies_dropped")


def test_a_closed_window_refuses_and_names_what_is_left() -> None:
    day = with_(window=Window("inbound", 24 * 3600, after="template"))
    hello = Outbound(to=TO, text="Hi")
    assert len(planned(day, hello, Context(NOW, NOW - 24 * HOUR + 1)).parts) == 1
    assert refused(day, hello, Context(NOW, NOW - 24 * HOUR)) == Refusal("plan.window_closed", ("template",))
    assert refused(day, hello, Context(NOW, None)).rule == "plan.window_closed"
    assert refused(with_(window=Window("inbound", 60)), hello, Context(NOW, NOW - HOUR)).allowed == ()


def test_who_opted_out_hears_nothing_and_who_never_wrote_is_not_written_to() -> None:
    hello = Outbound(to=TO, text="Hi")
    assert refused(PLAIN, hello, Context(NOW, NOW, opted_out=True)).rule == "plan.opted_out"
    assert refused(with_(may_initiate=False), hello, Context(NOW, None)).rule == "plan.not_first"


def test_nothing_is_not_sent() -> None:
    assert refused(PLAIN, Outbound(to=TO, text=" \n")).rule == "plan.empty"


def test_what_is_answered_stands_above_the_words_where_a_channel_cannot_say_so_itself() -> None:
    answered = Outbound(to=TO, text="Yes, both", answers="x1", quote=f"Two lamps?\n\nOr three\n{'x' * 300}\nmore")
    plan = planned(PLAIN, answered)
    quote, words = plan.parts[0].text.split("\n\n")
    assert quote.split("\n")[:2] == ["> Two lamps?", "> Or three"]
    assert [len(line) for line in quote.split("\n")[2:]] == [102]
    assert (words, plan.parts[0].quote, plan.changes) == ("Yes, both", "", ("plan.quote_as_text",))
    kept = planned(with_(quotes=True), answered)
    assert (kept.parts[0].text, kept.changes) == ("Yes, both", ())


def test_files_get_addresses_that_are_the_same_all_day() -> None:
    def address_of(item: Media, until: int) -> str:
        return f"https://desk.example/{item.name}/{until // DAY}" if item.file else ""

    kept, elsewhere = Media("a.pdf", "application/pdf", 3, file="0" * 64), Media("b.pdf", "application/pdf", 3)
    outbound = Outbound(to=Address("sandbox", "anna"), media=(kept, elsewhere))
    morning, evening = (with_addresses(outbound, Context(now), address_of) for now in (31 * DAY + 1, 32 * DAY - 1))
    assert morning == evening
    assert [item.url for item in morning.media] == ["https://desk.example/a.pdf/62", None]


SOCIAL = with_(
    public=True, private_answer=Within(24 * 3600), may_initiate=False, window=Window("inbound", 3600), text_limit=20
)
ALOUD = Outbound(to=TO, text="Thank you", place=Place("post"))
ASIDE = Outbound(to=TO, text="Thank you", answers="comment")


def test_a_public_answer_knows_no_window_and_needs_a_public_channel() -> None:
    plan = planned(SOCIAL, ALOUD, Context(NOW, None, published=Published(NOW - 100 * HOUR)))
    assert (plan.parts[0].place, plan.parts[0].private_answer) == (ALOUD.place, False)
    assert refused(PLAIN, ALOUD).rule == "plan.no_place"
    assert refused(SOCIAL, ALOUD, Context(NOW, None, opted_out=True)).rule == "plan.opted_out"


def test_a_comment_has_one_private_answer_in_its_time() -> None:
    said = NOW - HOUR
    plan = planned(SOCIAL, ASIDE, Context(NOW, None, published=Published(said)))
    assert (plan.parts[0].private_answer, plan.until) == (True, said + 24 * HOUR)
    again = refused(SOCIAL, ASIDE, Context(NOW, None, published=Published(said, 1)))
    assert (again.rule, again.allowed) == ("plan.private_answered", ("public",))
    late = refused(SOCIAL, ASIDE, Context(NOW, None, published=Published(NOW - 24 * HOUR)))
    assert (late.rule, late.allowed) == ("plan.private_too_late", ("public",))
    long = msgspec.structs.replace(ASIDE, text="More than fits into one message")
    assert refused(SOCIAL, long, Context(NOW, None, published=Published(said))).rule == "plan.private_single"


def test_where_a_private_conversation_is_open_a_private_message_is_like_any_other() -> None:
    plan = planned(SOCIAL, ASIDE, Context(NOW, NOW - 1, published=Published(NOW, 3)))
    assert (plan.parts[0].private_answer, plan.until) == (False, None)
    after = Context(NOW, NOW - 2 * HOUR, published=Published(NOW - HOUR))
    assert planned(SOCIAL, ASIDE, after).parts[0].private_answer
    free = msgspec.structs.replace(SOCIAL, may_initiate=True, window=None)
    assert not planned(free, ASIDE, Context(NOW, None, published=Published(0, 9))).parts[0].private_answer


def test_without_private_answers_who_only_spoke_in_public_is_answered_there() -> None:
    never = msgspec.structs.replace(SOCIAL, private_answer=None)
    refusal = refused(never, ASIDE, Context(NOW, None, published=Published(NOW)))
    assert (refusal.rule, refusal.allowed) == ("plan.not_private", ("public",))
    closed = refused(never, ASIDE, Context(NOW, NOW - 2 * HOUR, published=Published(NOW)))
    assert (closed.rule, closed.allowed) == ("plan.window_closed", ("public",))
    assert refused(SOCIAL, ASIDE, Context(NOW, None)).rule == "plan.not_first"


@pytest.mark.parametrize(("count", "listed"), [(1, False), (3, False), (4, True), (11, False)])
def test_the_plan_says_whether_buttons_stand_in_a_list(count: int, listed: bool) -> None:
    labels = tuple(f"No. {number}" for number in range(count))
    plan = planned(with_(button_limit=3, list_limit=10, text_limit=20), Outbound(to=TO, text="x " * 20, buttons=labels))
    assert [part.listed for part in plan.parts] == [*[False] * (len(plan.parts) - 1), listed]
    assert ("plan.buttons_as_list" in plan.changes) == listed

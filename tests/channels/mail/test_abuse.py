"""Mails made to hurt: each gives a clear outcome, and nothing that a sender can write raises."""

import io
import random
import re
import zipfile

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from lyhord.channels.mail.bodies import TEXT_LIMIT
from lyhord.channels.mail.payloads import MEDIA_LIMIT, read_mail, read_refused
from lyhord.conversations.exchange import InboundMessage, InboundStatus, Unsupported
from lyhord.kit.markup import DEPTH_LIMIT, SIZE_LIMIT, measure_depth, sanitise, to_text
from lyhord.kit.mime.decoding import decode_text
from lyhord.kit.mime.structure import PART_LIMIT
from tests.channels.mail.letters import letter, multipart, part, read, read_message, reading
from tests.channels.mail.mutants import SEED_MAILS, mutated, recorded_mails

MIXED = 'multipart/mixed; boundary="b1"'
HARMLESS = {"p", "a", "img", "div", "table", "tbody", "tr", "td"}


@pytest.mark.parametrize("seed", range(20))
def test_two_thousand_mutated_mails_are_read_without_an_exception(seed: int) -> None:
    chance = random.Random(seed)
    mails = SEED_MAILS + recorded_mails()
    for _ in range(100):
        (inbound,) = read_mail(mutated(chance.choice(mails), chance), reading(authserv_id="mx.google.com"))
        assert not isinstance(inbound, InboundMessage | Unsupported) or inbound.external_id


@given(st.binary(max_size=2_000))
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_bytes_at_all_are_read(raw: bytes) -> None:
    for care in ("full", "plain", "headers"):
        (inbound,) = read_mail(raw, reading(care=care))
        assert isinstance(inbound, InboundMessage | InboundStatus | Unsupported)


@given(st.text(max_size=500), st.sampled_from(["utf-8", "utf-7", "zip", "idna", "rot13", "unicode_escape", "", "\x00"]))
@settings(max_examples=200, deadline=None)
def test_any_text_under_any_charset_name_is_read(text: str, charset: str) -> None:
    raw = letter(text.encode("utf-8", "surrogatepass"), Content_Type=f'text/plain; charset="{charset}"')
    read(raw)


def test_a_hundred_thousand_parts_are_cut_and_said_so() -> None:
    raw = letter(b"--b1\r\n\r\nx\r\n" * 100_000 + b"--b1--\r\n", Content_Type=MIXED)
    message = read_message(raw)
    assert "cut" in message.flags
    assert message.text.count("x") <= PART_LIMIT


def test_many_attachments_are_cut() -> None:
    parts = [part(b"x", Content_Type="image/png", Content_Disposition="attachment") for _ in range(900)]
    message = read_message(letter(multipart("mixed", *parts), Content_Type=MIXED))
    assert (len(message.media), set(message.flags)) == (MEDIA_LIMIT, {"cut"})


@pytest.mark.parametrize(
    ("character", "charset"), [("å", "utf-8"), ("你", "gb2312"), ("a", "us-ascii"), ("é", "latin-1"), ("x", "utf-16")]
)
def test_a_long_text_is_cut_between_characters(character: str, charset: str) -> None:
    data = ("." + character * 20).encode("gb18030" if charset == "gb2312" else charset)
    for limit in range(2, len(data) + 1):
        assert decode_text(data, charset, limit) in {("." + character * n) for n in range(21)} | {""}


def test_containers_in_containers_end() -> None:
    body = b"".join(
        f'--b{n}\r\nContent-Type: multipart/mixed; boundary="b{n + 1}"\r\n\r\n'.encode() for n in range(1, 20_000)
    )
    assert "cut" in read_message(letter(body + b"--b20000\r\n\r\nhidden", Content_Type=MIXED)).flags


def test_a_header_of_a_megabyte_leaves_the_rest_readable() -> None:
    message = read_message(letter("Words", Subject="s" * 1_000_000))
    assert message.subject is not None
    assert len(message.subject) <= 500
    assert message.text == "Words"
    folded = "\r\n ".join(["x" * 70] * 15_000)
    assert read_message(letter("Words", X_Long=folded)).text == "Words"


def test_fifty_thousand_addresses() -> None:
    everybody = ", ".join(f"a{n}@b.test" for n in range(50_000))
    message = read_message(letter("Words", To=everybody))
    assert len(message.recipients) == 200
    assert message.text == "Words"


def test_ten_thousand_combining_marks_in_a_name() -> None:
    message = read_message(letter(From="A" + "\u0301" * 10_000 + " <a@b.test>"))
    assert len(message.sender[0].name) <= 120


def test_nul_and_lone_surrogates_never_reach_a_message() -> None:
    raw = letter(
        b"A\x00B \xed\xa0\x80 C",
        Subject="A\x00B =?utf-8?b?7aCA?=",
        From="=?utf-8?q?=ED=A0=80=00x?= <a@b.test>",
        Content_Type="text/plain; charset=utf-8",
    )
    message = read_message(raw)
    shown = [message.text, message.subject or "", message.sender[0].name, message.external_id]
    for text in shown:
        assert "\x00" not in text
        text.encode()


@pytest.mark.parametrize(
    ("data", "charset", "text"),
    [
        ("Räksmörgås".encode("latin-1"), "us-ascii", "Räksmörgås"),
        ("Räksmörgås".encode(), "iso-8859-1", "RÃ¤ksmÃ¶rgÃ¥s"),
        ("Räksmörgås".encode("latin-1"), "utf-8", "Räksmörgås"),
        ("你好".encode("gb18030"), "gb2312", "你好"),
        ("안녕".encode("cp949"), "ks_c_5601-1987", "안녕"),
        ("こんにちは".encode("iso-2022-jp"), "iso-2022-jp", "こんにちは"),
        ("Привет".encode("koi8-r"), "koi8-r", "Привет"),
        (b"plain", "no-such-charset", "plain"),
        (b"plain", "zip", "plain"),
        ("“quoted”".encode("cp1252"), "iso-8859-1", "“quoted”"),
    ],
)
def test_charsets_mixed_and_wrong(data: bytes, charset: str, text: str) -> None:
    assert read_message(letter(data, Content_Type=f"text/plain; charset={charset}")).text == text


def test_a_zip_bomb_is_kept_as_it_came() -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("bomb", b"\0" * 50_000_000)
    bomb = packed.getvalue()
    raw = letter(multipart("mixed", part(bomb, Content_Type="application/zip; name=b.zip")), Content_Type=MIXED)
    (media,) = read_message(raw).media
    assert (media.content, media.type) == (bomb, "application/zip")


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("a.svg", b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>', "image/svg+xml"),
        ("a.html", b"<!doctype html><script>alert(1)</script>", "text/html"),
        ("a.png", b"<html><script>alert(1)</script>", "text/html"),
    ],
)
def test_active_files_are_named_for_what_they_are(name: str, content: bytes, kind: str) -> None:
    attached = part(content, Content_Type="image/png", Content_Disposition=f"attachment; filename={name}")
    (media,) = read_message(letter(multipart("mixed", attached), Content_Type=MIXED)).media
    assert (media.name, media.type) == (name, kind)


@pytest.mark.parametrize(
    "bad", ["<div>" * 20_000, "<p><b id=1>" * 5_000, "<p><i id=1></p>" * 5_000, "<ul><li>" * 9_000]
)
def test_deep_html_is_shown_as_text(bad: str) -> None:
    assert measure_depth(bad) > DEPTH_LIMIT
    message = read_message(letter(f"{bad}Words", Content_Type="text/html"))
    assert (message.html, message.text.splitlines()[-1].removeprefix("- ")) == (None, "Words")


@pytest.mark.parametrize("shallow", ["<p>x" * 5_000, "<ul>" + "<li>x" * 5_000, "<br>" * 5_000, "<tr><td>x" * 2_000])
def test_long_html_is_not_deep(shallow: str) -> None:
    assert measure_depth(shallow) <= DEPTH_LIMIT
    assert sanitise(shallow) is not None


@pytest.mark.parametrize(
    "bad",
    ["<" * 300_000, '<a "' * 100_000, "<!--" * 100_000, "<a x='" * 100_000, "<a   " * 100_000, '<div x="' * 50_000],
)
def test_markup_that_never_ends_is_read_once(bad: str) -> None:
    assert measure_depth(bad) < 10
    to_text(bad)


def test_text_and_html_past_their_limits_are_cut_and_said_so() -> None:
    message = read_message(letter("word " * 500_000))
    assert (len(message.text) <= TEXT_LIMIT, set(message.flags)) == (True, {"cut"})
    long_html = read_message(letter("<p>x</p>" + "<i></i>" * 300_000, Content_Type="text/html"))
    assert (long_html.text, long_html.html, set(long_html.flags)) == ("x", None, {"cut"})
    assert read_message(letter("word " * 1_000)).flags == frozenset()
    assert sanitise("x" * (SIZE_LIMIT + 1)) is None


@pytest.mark.parametrize(
    "html",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "<a href='javascript:alert(1)'>x</a>",
        "<a href=' java\tscript:alert(1)'>x</a>",
        "<a href='data:text/html,<script>alert(1)</script>'>x</a>",
        "<svg><script>alert(1)</script></svg>",
        "<svg><a xlink:href='javascript:alert(1)'><text>x</text></a></svg>",
        "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
        "<iframe src='https://evil.test'></iframe>",
        "<form action='https://evil.test'><input name=a></form>",
        "<meta http-equiv=refresh content='0;url=https://evil.test'>",
        "<link rel=stylesheet href='https://evil.test/x.css'>",
        "<style>@import 'https://evil.test/x.css'</style>",
        "<p style='background:url(https://evil.test/x)'>x</p>",
        "<p style='background:u\\72l(https://evil.test/x)'>x</p>",
        "<p style='width:expression(alert(1))'>x</p>",
        "<table background='https://evil.test/x'><tr><td>x</td></tr></table>",
        "<img srcset='https://evil.test/x 1x'>",
        "<video src='https://evil.test/x' autoplay></video>",
        "<object data='https://evil.test/x'></object>",
        "<base href='https://evil.test/'>",
        "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
        "<p title='--><script>alert(1)</script>'>x</p>",
        "<img src='https://evil.test/pixel.png' width=1>",
        "<img src='//evil.test/pixel.png'>",
        "<img data-src='javascript:alert(1)'>",
        "<div><style><div></style><img src=x onerror=alert(1)></div>",
        "<template><script>alert(1)</script></template>",
        "<a href='vbscript:x'>x</a><a href='cid:x'>x</a>",
    ],
)
def test_nothing_in_a_mail_acts_or_loads_by_itself(html: str) -> None:
    clean = sanitise(html)
    assert clean is not None
    for node in LexborHTMLParser(clean).css("body *"):
        assert node.tag in HARMLESS, clean
        for name, value in node.attributes.items():
            assert name in {"style", "title", "href", "rel", "width", "data-src"}, clean
            assert name not in {"href", "data-src"} or str(value).startswith(("https://", "mailto:")), clean
            assert name != "style" or not re.search(r"url|expression|\\\\", str(value)), clean


def test_remote_pictures_wait_to_be_asked_for() -> None:
    clean = sanitise('<img src="https://shop.test/a.png" alt="Logo"><img src="CID:a@b">')
    assert clean is not None
    assert 'data-src="https://shop.test/a.png"' in clean
    assert 'src="CID:a@b"' in clean


def test_a_refused_mail_still_tells_who_wrote() -> None:
    refused = read_refused(letter("x" * 100_000)[:4_000], reading(), "problem.mail.too_large")
    assert refused.reason == "problem.mail.too_large"
    assert refused.sender[0].value == "anna@customer.test"


def test_hostile_lines_do_not_hold_up_the_folding() -> None:
    for line in ("On " + "a " * 50_000, "From: " * 20_000, "> " * 50_000, "On x wrote " * 10_000, "\n>" * 50_000):
        read_message(letter(line))

"""What leaves can be read again word for word, keeps its thread, and carries nothing that somebody smuggled into a field."""

import re
from email import message_from_bytes, policy

import pytest
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st

from lyhord.channels.mail.compose import check_addresses, compose, write_html, write_subject
from lyhord.channels.mail.options import read_options
from lyhord.channels.mail.reply_address import Marks
from lyhord.conversations.account import Account
from lyhord.conversations.exchange import Address, Media, Outbound, Signature
from lyhord.kit.mime.headers import Headers, read_headers
from lyhord.kit.mime.writing import one_line
from lyhord.kit.text import clean, clean_name
from tests.channels.mail.letters import INBOX, KEY, read_message

MARKS = Marks(KEY, "workspace")
TO = Address("email", "anna@customer.test", "Anna")
CONVERSATION = "01890a5d-ac96-774b-bcce-b302099a8057"
EVIL = "x\r\nBcc: victim@evil.test\r\n\r\nbody\n\x00\u2028\u0085Evil: 1"


def composed(outbound: Outbound, files: tuple[bytes, ...] = (), **more: object) -> bytes:
    account = Account("workspace", "inbox", "key", "Care", {"address": INBOX, **more}, {})
    return compose(outbound, "key-7", read_options(account), MARKS, files).content


def fields_of(raw: bytes) -> Headers:
    return read_headers(raw)[0]


@example(text="Hello", subject="\xad", name="")
@given(text=st.text(max_size=400), subject=st.text(max_size=200), name=st.text(max_size=60))
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_words_arrive_as_they_were_written(text: str, subject: str, name: str) -> None:
    assume(not re.search(r"(?m)^\s*>|wrote|skrev", clean(text, 10_000)))
    raw = composed(Outbound(to=TO, text=text, subject=subject, sender_name=name))
    message = read_message(raw)
    assert message.text + message.quoted == clean(text, 10_000).strip()
    assert message.sender[0].value == INBOX
    shown = clean_name(one_line(subject), 400)
    assert clean_name(message.subject or "", 400) == (shown or clean_name(one_line(text)[:60], 400))


@given(name=st.text(min_size=1, max_size=60), content=st.binary(max_size=300))
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_files_arrive_byte_for_byte(name: str, content: bytes) -> None:
    media = Media(name, "application/x-thing", len(content), file="0" * 64)
    message = read_message(composed(Outbound(to=TO, text="Here", media=(media,)), (content,)))
    assert message.text == "Here"
    assert [attached.content for attached in message.media] == [content]


@pytest.mark.parametrize(
    "name", ["plain.txt", 'quo"te\\.txt', "räksmörgås.pdf", "图片" * 60 + ".png", "a b;c=d.txt", "x" * 150]
)
def test_names_of_files_arrive(name: str) -> None:
    media = Media(name, "application/pdf", 1, file="0" * 64)
    message = read_message(composed(Outbound(to=TO, text="Here", media=(media,)), (b"x",)))
    assert message.media[0].name == clean_name(re.split(r"[\\/]", name)[-1], 200)


EVERY_FIELD = [
    Outbound(to=Address("email", "anna@customer.test", EVIL), text="x", subject="s"),
    Outbound(to=TO, text="x", subject=EVIL),
    Outbound(to=TO, text="x", subject="s", sender_name=EVIL),
    Outbound(to=TO, text="x", subject="s", copies=(Address("email", "b@c.test", EVIL),)),
    Outbound(to=TO, text="x", subject="s", answers=EVIL + "@x"),
    Outbound(to=TO, text="x", subject="s", references=(EVIL, EVIL + "@y>")),
    Outbound(to=TO, text="x", subject="s", conversation_id=EVIL),
    Outbound(to=TO, text="x", subject="s", media=(Media(EVIL, "text/plain", 1, file="0"),)),
    Outbound(to=TO, text="x", subject="s", media=(Media("a", EVIL, 1, file="0"),)),
    Outbound(
        to=TO,
        text="x",
        html='<img src="cid:x">',
        subject="s",
        media=(Media("a", "image/png", 1, inline_id=EVIL, file="0"),),
    ),
]


@pytest.mark.parametrize("outbound", EVERY_FIELD)
def test_no_value_can_end_its_field(outbound: Outbound) -> None:
    raw = composed(outbound, tuple(b"y" for _ in outbound.media), reply_addresses="plus")
    assert not re.search(rb"(?im)^(bcc|evil):", raw)
    message = read_message(raw)
    assert message.text == "x"
    assert len(fields_of(raw).all("subject")) == 1
    assert b"\x00" not in raw
    assert not re.search(rb"(?<!\r)\n", raw)


@given(name=st.text(max_size=100), subject=st.text(max_size=400))
@settings(max_examples=150, deadline=None)
def test_lines_of_a_head_stay_short(name: str, subject: str) -> None:
    raw = composed(Outbound(to=Address("email", "a@b.test", name), text="x", subject=subject, sender_name=name))
    assert max(map(len, raw.split(b"\r\n"))) <= 200


@pytest.mark.parametrize(
    "value", ["a@b.test\r\nRCPT TO:<x@y>", "a b@c.test", "<a@b.test>", "no address", "a@b@c", "", "a@b.test>"]
)
def test_what_is_no_address_is_found_before_anything_is_written(value: str) -> None:
    assert check_addresses(Outbound(to=TO, text="x", blind_copies=(Address("email", value),))) == value
    assert check_addresses(Outbound(to=TO, text="x")) is None


def test_blind_copies_stand_in_the_envelope_only() -> None:
    outbound = Outbound(
        to=TO, text="x", copies=(Address("email", "cc@x.test"),), blind_copies=(Address("email", "bcc@x.test"),)
    )
    account = Account("workspace", "inbox", "key", "Care", {"address": INBOX}, {})
    letter = compose(outbound, "k", read_options(account), MARKS, ())
    assert letter.recipients == ("anna@customer.test", "cc@x.test", "bcc@x.test")
    assert b"bcc" not in letter.content.lower()


def test_the_same_key_is_the_same_mail() -> None:
    first, second = (composed(Outbound(to=TO, text="x", subject="s")) for _ in range(2))
    assert fields_of(first).get("message-id") == fields_of(second).get("message-id")
    assert re.sub(rb"Date: .*", b"", first) == re.sub(rb"Date: .*", b"", second)


def test_a_reply_keeps_its_thread() -> None:
    raw = composed(
        Outbound(
            to=TO,
            text="x",
            subject="My order",
            answers="1@customer.test#0123456789ab",
            references=("key-3", "sha256:00", "0@customer.test#ba9876543210"),
            conversation_id=CONVERSATION,
        ),
        reply_addresses="plus",
    )
    fields = fields_of(raw)
    assert fields.get("subject") == "Re: My order"
    assert fields.get("in-reply-to") == "<1@customer.test>"
    assert (
        fields.get("references") == f"<{MARKS.message_id('key-3', 'example.com')}> <0@customer.test> <1@customer.test>"
    )
    assert MARKS.conversation_of(fields.get("reply-to").strip("<>")) == CONVERSATION
    assert MARKS.key_of(fields.get("message-id").strip("<>")) == "key-7"


@pytest.mark.parametrize("subject", ["Re: x", "SV: x", "回复:x", "AW: x", "re[2]: x"])
def test_re_is_not_said_twice(subject: str) -> None:
    assert write_subject(Outbound(to=TO, text="x", subject=subject, answers="a@b")) == subject


def test_only_automatic_mail_says_that_it_is() -> None:
    automatic, human = (fields_of(composed(Outbound(to=TO, text="x", automatic=auto))) for auto in (True, False))
    assert automatic.get("auto-submitted") == "auto-replied"
    assert automatic.get("x-auto-response-suppress") == "All"
    assert human.get("auto-submitted") == ""
    receipt = composed(Outbound(to=TO, text="x", automatic=True), read_receipts=True)
    assert fields_of(receipt).get("disposition-notification-to") == ""
    assert fields_of(composed(Outbound(to=TO, text="x"), read_receipts=True)).get("disposition-notification-to")


def test_words_become_html_without_becoming_markup() -> None:
    html = write_html("<b>1 & 2</b>\nSee https://shop.test/a?b=1&c=2.")
    assert "&lt;b&gt;1 &amp; 2&lt;/b&gt;<br>" in html
    assert '<a href="https://shop.test/a?b=1&amp;c=2">https://shop.test/a?b=1&amp;c=2</a>.' in html


def test_a_signature_stands_below_its_line() -> None:
    message = read_message(composed(Outbound(to=TO, text="Hello", signature=Signature("Bo\nShop"))))
    assert message.text == "Hello\n\n-- \nBo\nShop"


def test_formatted_words_stand_above_the_signature_and_quotes_look_quoted_anywhere() -> None:
    html = "<div>You said</div><blockquote>never</blockquote><ul><li>so</li></ul>"
    outbound = Outbound(to=TO, text="You said\n> never\n- so", html=html, signature=Signature("Bo\nShop"))
    sent = message_from_bytes(composed(outbound), policy=policy.default)
    assert sent.get_content_type() == "multipart/alternative"
    plain, formatted = (part.get_content().replace("\r\n", "\n") for part in sent.iter_parts())
    assert plain.rstrip("\n") == "You said\n> never\n- so\n\n-- \nBo\nShop"
    assert re.search(r'<blockquote style="[^"]+">never</blockquote>', formatted)
    assert formatted.index("<li>so</li>") < formatted.index('<div class="signature">') < formatted.index("Shop")


def test_a_formatted_signature_brings_its_pictures() -> None:
    logo = Media("logo.png", "image/png", 3, inline_id="logo", file="0")
    signature = Signature("Bo [Logo]", '<b>Bo</b> <img src="cid:logo" alt="Logo">', (logo,))
    bill = Media("bill.pdf", "application/pdf", 4, file="0")
    mail = composed(Outbound(to=TO, text="Hello", signature=signature, media=(bill,)), (b"bill", b"abc"))
    sent = message_from_bytes(mail, policy=policy.default)
    assert [part.get_filename() for part in sent.iter_attachments()] == ["bill.pdf"]
    related = next(part for part in sent.walk() if part.get_content_type() == "multipart/related")
    html, picture = related.iter_parts()
    assert '<div>Hello</div><div class="signature">-- <br>\n<div><b>Bo</b> <img ' in html.get_content().replace(
        "\r", ""
    )
    assert (picture["Content-ID"], picture.get_content()) == ("<logo>", b"abc")


def test_a_picture_in_the_text_stays_there() -> None:
    media = (Media("a.png", "image/png", 3, inline_id="pic", file="0"), Media("b.png", "image/png", 3, file="0"))
    message = read_message(
        composed(Outbound(to=TO, text="x", html='<p>x <img src="cid:pic"></p>', media=media), (b"abc", b"def"))
    )
    assert 'src="cid:pic"' in (message.html or "")
    assert [(found.name, found.inline_id, found.content) for found in message.media] == [
        ("a.png", "pic", b"abc"),
        ("b.png", None, b"def"),
    ]

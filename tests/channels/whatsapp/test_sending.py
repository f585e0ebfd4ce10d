"""What leaves for WhatsApp: every body held against Meta's examples and pywa's, and what answers mean, over real HTTP."""

from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from pywa import WhatsApp as Pywa
from pywa.types import Button, Section, SectionList, SectionRow

from lyhord.channels.whatsapp.adapter import WhatsApp
from lyhord.channels.whatsapp.options import DESCRIPTOR
from lyhord.channels.whatsapp.outgoing import plan_parts, to_body, to_reaction, to_read
from lyhord.conversations.exchange import (
    Accepted,
    Address,
    Amendment,
    Context,
    Deed,
    Failed,
    Media,
    Outbound,
    Outcome,
    Plan,
    Refusal,
    Retry,
    Unknown,
)
from lyhord.kit.clock import DAY
from lyhord.kit.egress import Egress
from lyhord.kit.words import catalogue
from tests.channels.whatsapp.fixtures import example, examples
from tests.channels.whatsapp.oracle import alike, faults, pywas
from tests.channels.whatsapp.said import NUMBER, PERSON, PHONE, number
from tests.counterparts.graph_api import Given, GraphServer, refusal, serve

ANNA, HANDLE = Address("tel", f"+{PHONE}"), Address("whatsapp", PERSON)
NOW = 1_772_355_600_000
OPEN = Context(NOW, NOW)
SENT = {
    "messaging_product": "whatsapp",
    "contacts": [{"input": PHONE, "wa_id": PHONE}],
    "messages": [{"id": "wamid.9"}],
}


def file(kind: str = "application/pdf", size: int = 100, name: str = "a.pdf") -> Media:
    return Media(name, kind, size, content=b"%PDF\x00\xff")


def plan(context: Context = OPEN, **more: Any) -> Plan | Refusal:
    return plan_parts(DESCRIPTOR, Outbound(**{"to": ANNA, **more}), context)


def parts(**more: Any) -> tuple[Outbound, ...]:
    planned = plan(**more)
    assert isinstance(planned, Plan)
    return planned.parts


def bodies(**more: Any) -> list[Any]:
    return [to_body(part, "key", media_id="1013859600285441" if part.media else None) for part in parts(**more)]


def body(**more: Any) -> Any:
    (found,) = bodies(**more)
    return found


def reaction(emoji: str, **more: Any) -> Any:
    return to_reaction(Amendment(deed="react", message="wamid.0", to=ANNA, emoji=emoji, **more))


PICTURE, SOUND, FILM = file("image/png"), file("audio/mpeg"), file("video/mp4")
ANSWER = {"answers": "wamid.0", "quote": "A lamp"}
BODIES: dict[str, Callable[[], Any]] = {
    "send-text-message": lambda: body(text="Hello"),
    "send-text-message-with-preview-url": lambda: body(text="Look: https://a.example"),
    "send-reply-to-text-message": lambda: body(text="Hello", **ANSWER),
    "send-reply-with-reaction-message": lambda: reaction("😀"),
    "send-typing-indicator-and-read-receipt": lambda: to_read("wamid.0", typing=True),
    "send-image-message-by-id": lambda: body(media=(PICTURE,)),
    "send-reply-to-image-message-by-id": lambda: body(media=(PICTURE,), **ANSWER),
    "send-audio-message-by-id": lambda: body(media=(SOUND,)),
    "send-reply-to-audio-message-by-id": lambda: body(media=(SOUND,), **ANSWER),
    "send-document-message-by-id": lambda: body(text="Look", media=(file(),)),
    "send-reply-to-document-message-by-id": lambda: body(text="Look", media=(file(),), **ANSWER),
    "send-video-message-by-id": lambda: body(text="Look", media=(FILM,)),
    "send-reply-to-video-message-by-id": lambda: body(text="Look", media=(FILM,), **ANSWER),
    "send-reply-button": lambda: body(text="Which?", buttons=("Red", "Blue")),
    "send-reply-to-list-message": lambda: body(text="Which?", buttons=("1", "2", "3", "4"), **ANSWER),
}
WITHOUT = {
    "send-text-message-with-preview-url": {".recipient_type is unknown", ".type is unknown"},
    "send-reply-to-list-message": {
        ".type is unknown",
        ".interactive.header is missing",
        ".interactive.footer is missing",
        ".interactive.action.sections[0].title is missing",
        *(f".interactive.action.sections[0].rows[{row}].description is missing" for row in range(4)),
    },
}
"""In which our bodies may differ: what the example leaves out though Meta's reference has it, and what we have no use for."""
TEMPLATES = {
    "send-message-template-text",
    "send-message-template-media",
    "send-message-template-interactive",
    "send-sample-issue-resolution-template",
    "send-sample-shipping-confirmation-template",
    "send-sample-text-message",
    "send-test-message",
}
"""Held against ours in test_templates.py."""
NOT_SENT = {
    "send-catalog-message",
    "send-catalog-template-message",
    "send-single-product-message",
    "send-multi-product-message",
    "send-order-details-message",
    "send-order-status-message",
    "send-draft-flow-by-id",
    "send-draft-flow-by-name",
    "send-published-flow-by-id",
    "send-published-flow-by-name",
    "send-flow-template-message",
    "send-contact-message",
    "send-reply-to-contact-message",
    "send-location-message",
    "send-reply-to-location-message",
    "send-list-message",
}
"""Catalogues, payments, forms, cards and places aren't sent by agents here; the list without an answer is that with one."""


def test_every_official_body_is_one_that_we_send_or_is_named_as_not_sent() -> None:
    by_address = {name for name in examples("out") if name.endswith("-by-url") or "-sticker-" in name}
    assert set(examples("out")) == {*BODIES, *TEMPLATES, *NOT_SENT, *by_address}


@pytest.mark.parametrize("name", BODIES)
def test_a_body_has_the_shape_of_metas_example(name: str) -> None:
    assert set(faults(BODIES[name](), example(name))) == WITHOUT.get(name, set())


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (
            lambda: body(text="Look: https://a.example", **ANSWER),
            lambda wa: wa.send_message(
                PHONE, "Look: https://a.example", preview_url=True, reply_to_message_id="wamid.0", tracker="key"
            ),
        ),
        (lambda: body(to=HANDLE, text="Hello"), lambda wa: wa.send_message(PERSON, "Hello", tracker="key")),
        (
            lambda: body(text="Which?", buttons=("Red", "Blue")),
            lambda wa: wa.send_message(
                PHONE, "Which?", buttons=[Button("Red", "1"), Button("Blue", "2")], tracker="key"
            ),
        ),
        (
            lambda: body(media=(PICTURE,), text="Look"),
            lambda wa: wa.send_image(PHONE, "1013859600285441", caption="Look", tracker="key"),
        ),
        (
            lambda: body(media=(file("audio/ogg"),)),
            lambda wa: wa.send_voice(PHONE, "1013859600285441", tracker="key"),
        ),
        (
            lambda: body(media=(file(),), text="Look"),
            lambda wa: wa.send_document(PHONE, "1013859600285441", filename="a.pdf", caption="Look", tracker="key"),
        ),
        (
            lambda: body(media=(FILM,), text="Look"),
            lambda wa: wa.send_video(PHONE, "1013859600285441", caption="Look", tracker="key"),
        ),
        (lambda: reaction("👍"), lambda wa: wa.send_reaction(PHONE, "👍", "wamid.0")),
        (lambda: reaction(""), lambda wa: wa.remove_reaction(PHONE, "wamid.0")),
        (lambda: to_read("wamid.0", typing=True), lambda wa: wa.indicate_typing("wamid.0")),
        (lambda: to_read("wamid.0", typing=False), lambda wa: wa.mark_message_as_read("wamid.0")),
    ],
)
def test_a_body_is_the_one_that_pywa_makes(ours: Callable[[], Any], theirs: Callable[[Pywa], object]) -> None:
    assert alike(ours()) == pywas(theirs)


def test_a_list_is_the_one_that_pywa_makes() -> None:
    rows = [SectionRow(one, str(at)) for at, one in enumerate(("Red", "Blue", "Green", "White"), 1)]
    choices = SectionList("☰", [Section("Colours", rows)])
    theirs = pywas(lambda wa: wa.send_message(PHONE, "Which?", buttons=choices, tracker="key"))
    del theirs["interactive"]["action"]["sections"][0]["title"]  # which only several sections need
    assert alike(body(text="Which?", buttons=("Red", "Blue", "Green", "White"))) == theirs


def test_a_group_gets_it_by_its_own_id_and_without_buttons() -> None:
    found = body(to=Address("", ""), group_id="Y2Fw", text="Which?", buttons=("Red", "Blue"))
    assert (found["recipient_type"], found["to"], found["type"]) == ("group", "Y2Fw", "text")
    assert found["text"]["body"] == "Which?\n1. Red\n2. Blue"
    sign = reaction("👍", group_id="Y2Fw")
    assert (sign["recipient_type"], sign["to"], sign["reaction"]["message_id"]) == ("group", "Y2Fw", "wamid.0")


def test_in_a_group_it_is_told_whom_we_answer_also_where_they_said_no_words() -> None:
    assert body(group_id="Y2Fw", text="Yes", answers="wamid.0")["context"] == {"message_id": "wamid.0"}
    assert "context" not in body(to=Address("", ""), group_id="Y2Fw", text="Yes", answers="wamid.0")


@pytest.mark.parametrize(
    ("buttons", "kind"),
    [
        (("a", "b", "c"), "button"),
        (("a", "b", "c", "d"), "list"),
        (("x" * 20,), "button"),
        (("x" * 21,), "list"),
        (("x" * 24, "b"), "list"),
        (("x" * 25,), None),
        (tuple("abcdefghij"), "list"),
        (tuple("abcdefghijk"), None),
        (("a", "a"), None),
    ],
)
def test_buttons_leave_as_such_where_they_fit(buttons: tuple[str, ...], kind: str | None) -> None:
    found = body(text="Which?", buttons=buttons)
    assert found.get("interactive", {}).get("type") == kind
    assert kind or found["text"]["body"].startswith(f"Which?\n1. {buttons[0]}")


def test_long_words_above_buttons_leave_before_them() -> None:
    first, last = bodies(text="Ett två. " * 150, buttons=("Yes",))
    assert first["type"] == "text"
    assert len(last["interactive"]["body"]["text"]) <= 1024
    assert (first["text"]["body"] + last["interactive"]["body"]["text"]) == "Ett två. " * 150


def test_files_leave_alone_and_buttons_last() -> None:
    found = bodies(text="Which?", media=(PICTURE, SOUND), buttons=("Red",), **ANSWER)
    assert [one["type"] for one in found] == ["image", "audio", "interactive"]
    assert ["context" in one for one in found] == [True, False, False]


def test_words_go_below_the_first_file_that_can_carry_them() -> None:
    assert [one["type"] for one in bodies(text="Both", media=(PICTURE, SOUND))] == ["image", "audio"]
    assert [one["type"] for one in bodies(text="Both", media=(SOUND, PICTURE))] == ["text", "audio", "image"]
    assert [one["type"] for one in bodies(text="x" * 1025, media=(PICTURE,))] == ["text", "image"]


@pytest.mark.parametrize(
    ("kind", "size", "leaves"),
    [
        ("image/jpeg", 5_000_000, "image"),
        ("image/jpeg", 5_000_001, "document"),
        ("image/webp", 10, None),
        ("image/gif", 10, None),
        ("video/mp4", 16_000_000, "video"),
        ("video/mp4", 16_000_001, "document"),
        ("video/quicktime", 10, None),
        ("audio/ogg; codecs=opus", 16_000_000, "audio"),
        ("audio/ogg", 16_000_001, None),
        ("text/csv", 10, "document"),
        ("application/pdf", 100_000_000, "document"),
        ("application/zip", 10, None),
    ],
)
def test_a_file_leaves_as_what_whatsapp_takes_it_for(kind: str, size: int, leaves: str | None) -> None:
    planned = plan(media=(file(kind, size),))
    if leaves is None:
        assert isinstance(planned, Refusal)
        assert planned.rule in catalogue("en")
    else:
        assert body(media=(file(kind, size),))["type"] == leaves


@pytest.mark.parametrize(
    ("context", "rule"),
    [
        (Context(NOW, NOW - DAY + 1), None),
        (Context(NOW, NOW - DAY), "plan.window_closed"),
        (Context(NOW, None), "plan.window_closed"),
        (Context(NOW, NOW, opted_out=True), "plan.opted_out"),
    ],
)
def test_a_day_after_they_wrote_only_a_template_may_leave(context: Context, rule: str | None) -> None:
    planned = plan(context, text="Hello")
    assert (planned.rule if isinstance(planned, Refusal) else None) == rule
    if rule == "plan.window_closed":
        assert planned == Refusal(rule, ("template",))


@pytest.mark.parametrize(
    ("to", "good"),
    [
        (ANNA, True),
        (HANDLE, True),
        (Address("tel", ""), True),
        (Address("tel", "71550"), False),
        (Address("tel", "anna"), False),
        (Address("whatsapp", "anna"), False),
        (Address("email", "anna@a.example"), False),
    ],
)
def test_only_numbers_and_ids_can_be_written_to(to: Address, good: bool) -> None:
    assert isinstance(plan(to=to, text="Hello"), Plan) == good


@pytest.fixture(scope="module")
def meta() -> Iterator[GraphServer]:
    with serve() as server:
        yield server


@pytest.fixture
async def egress() -> AsyncIterator[Egress]:
    way_out = Egress(allow_private=["127.0.0.0/8"])
    yield way_out
    await way_out.close()


@pytest.fixture
def ours(meta: GraphServer, egress: Egress, tmp_path: Path) -> WhatsApp:
    meta.asked.clear()
    meta.answer("POST", f"{NUMBER}/messages", SENT)
    meta.answer("POST", f"{NUMBER}/media", {"id": "1013859600285441"})
    return number(egress, tmp_path, meta.address, typing=True, reads=True)


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p><b>On</b> its <i>way</i></p>", "*On* its _way_"),
        ("<p><b>a <i>b</i></b> <s>c</s> <code>d*e</code></p>", "*a* *_b_* ~c~ `d*e`"),
        ("<p><b>one<br>two </b>three</p>", "*one*\n*two* three"),
        ("<h2>Title</h2><p>Text</p>", "*Title*\n\nText"),
        ("<ul><li><b>x</b></li><li>y</li></ul>", "- *x*\n- y"),
        ("<blockquote>said</blockquote><p>yes</p>", "> said\n\nyes"),
        ('<p><a href="https://a.example">Here</a></p>', "Here (https://a.example)"),
        ("<pre>a  b\nc</pre>", "```a  b\nc```"),
        ("<p>1 &lt; 2 &amp; <b>3</b></p>", "1 < 2 & *3*"),
    ],
)
def test_formatting_leaves_as_whatsapps_marks(html: str, text: str) -> None:
    assert body(text="as plain", html=html)["text"]["body"] == text


def test_formatted_words_for_several_messages_leave_plain_and_say_so() -> None:
    planned = plan(text="x" * 5000, html=f"<p><b>{'x' * 5000}</b></p>")
    assert isinstance(planned, Plan)
    assert [len(part.text) for part in planned.parts] == [4096, 904]
    assert "plan.formatting_dropped" in planned.changes


def test_formatting_stays_beside_the_words_until_they_leave() -> None:
    (part,) = parts(text="Hi", html="<b>Hi</b>", media=(PICTURE,))
    assert (part.text, part.html) == ("Hi", "<b>Hi</b>")
    assert to_body(part, "key", media_id="1")["image"]["caption"] == "*Hi*"
    assert body(text="Hi", html="<b>Hi</b>", buttons=("Yes",))["interactive"]["body"] == {"text": "*Hi*"}


def test_buttons_that_do_not_fit_become_numbered_lines_in_both_forms() -> None:
    planned = plan(text="Hi", html="<b>Hi</b>", buttons=("x" * 25, "1 < 2"))
    assert isinstance(planned, Plan)
    (part,) = planned.parts
    assert (part.text, planned.changes) == (f"Hi\n1. {'x' * 25}\n2. 1 < 2", ("plan.buttons_as_text",))
    assert to_body(part, "key")["text"]["body"] == f"*Hi*\n\n1. {'x' * 25}\n2. 1 < 2"


def test_long_formatted_words_above_buttons_leave_plain() -> None:
    planned = plan(text="x" * 1025, html=f"<b>{'x' * 1025}</b>", buttons=("Yes",))
    assert isinstance(planned, Plan)
    assert [(len(part.text), part.html, part.buttons) for part in planned.parts] == [
        (1024, None, ()),
        (1, None, ("Yes",)),
    ]
    assert planned.changes == ("plan.formatting_dropped",)


async def test_a_message_is_handed_over_with_our_key(meta: GraphServer, ours: WhatsApp) -> None:
    assert await ours.send(parts(text="Hej 😀 漢字")[0], "01J.2") == Accepted("wamid.9")
    (asked,) = meta.to("POST", f"{NUMBER}/messages")
    assert asked.json == body(text="Hej 😀 漢字") | {"biz_opaque_callback_data": "01J.2"}


async def test_a_file_is_uploaded_first(meta: GraphServer, ours: WhatsApp) -> None:
    assert await ours.send(parts(media=(file("text/csv", name="å.csv"),), text="Look")[0], "key") == Accepted("wamid.9")
    upload, sent = meta.asked
    assert b'name="messaging_product"\r\n\r\nwhatsapp\r\n' in upload.body
    assert b'name="type"\r\n\r\ntext/plain\r\n' in upload.body
    assert "å.csv".encode() in upload.body
    assert sent.json["document"] == {"id": "1013859600285441", "caption": "Look", "filename": "å.csv"}


async def test_a_file_that_is_lost_is_not_sent(meta: GraphServer, ours: WhatsApp) -> None:
    lost = Outbound(to=ANNA, media=(Media("a.pdf", "application/pdf", 3, file="0" * 64),))
    assert await ours.send(lost, "key") == Failed("file.lost")
    assert meta.asked == []


async def test_an_upload_without_an_answer_sent_nothing(meta: GraphServer, ours: WhatsApp) -> None:
    meta.answer("POST", f"{NUMBER}/media", Given(hang_up=True))
    assert await ours.send(parts(media=(file(),))[0], "key") == Retry("channel.meta.busy")
    assert not meta.to("POST", f"{NUMBER}/messages")


@pytest.mark.parametrize(
    ("given", "outcome"),
    [
        (refusal(131047), Failed("channel.whatsapp.window_over")),
        (refusal(131026), Failed("channel.whatsapp.undeliverable")),
        (refusal(131051), Failed("channel.whatsapp.bad_kind")),
        (refusal(131049), Failed("channel.whatsapp.held_back")),
        (refusal(132001, 404), Failed("channel.whatsapp.template_missing")),
        (refusal(130429, 429), Retry("channel.meta.too_fast", limit="account")),
        (refusal(131056), Retry("channel.meta.too_fast", 6)),
        (refusal(131016, 500), Retry("channel.meta.busy")),
        (refusal(190, 401), Retry("channel.meta.bad_token")),
        (refusal(131042), Retry("channel.whatsapp.unpaid")),
        (refusal(368, 403), Retry("channel.whatsapp.locked")),
        (refusal(100, subcode=33), Retry("channel.whatsapp.no_such_number")),
        (refusal(100, error_data={"details": "Too long"}), Failed("Too long (100)")),
        (Given(500, b""), Unknown("delivery.no_answer")),
        (Given(hang_up=True), Unknown("delivery.no_answer")),
        (Given(200, {"messages": []}), Unknown("delivery.no_answer")),
        (Given(200, {"messages": 7}), Unknown("delivery.no_answer")),
    ],
)
async def test_an_answer_means_what_it_says(meta: GraphServer, ours: WhatsApp, given: Given, outcome: Outcome) -> None:
    meta.answer("POST", f"{NUMBER}/messages", given)
    assert await ours.send(parts(text="Hello")[0], "key") == outcome


@pytest.mark.parametrize(
    ("deed", "given", "outcome"),
    [
        ("react", Given(body=SENT), Accepted("wamid.9")),
        ("react", Given(hang_up=True), Retry("delivery.no_answer")),
        ("edit", Given(body=SENT), Failed("amend.no_edit")),
        ("remove", Given(body=SENT), Failed("amend.no_remove")),
    ],
)
async def test_only_reactions_change_what_was_said(
    meta: GraphServer, ours: WhatsApp, deed: Deed, given: Given, outcome: Outcome
) -> None:
    meta.answer("POST", f"{NUMBER}/messages", given)
    amendment = Amendment(deed=deed, message="wamid.0", to=ANNA, emoji="👍", ours=False)
    assert await ours.amend(amendment, "key") == outcome


async def test_typing_and_reading_are_shown_as_the_inbox_wants(
    meta: GraphServer, ours: WhatsApp, egress: Egress, tmp_path: Path
) -> None:
    await ours.show_answering(ANNA, "wamid.0")
    await ours.show_read(ANNA, "wamid.0")
    assert [one.json for one in meta.asked] == [to_read("wamid.0", typing=True), to_read("wamid.0", typing=False)]
    assert ours.descriptor.typing_out
    quiet = number(egress, tmp_path, meta.address)
    await quiet.show_read(ANNA, "wamid.1")
    assert len(meta.asked) == 2
    assert not quiet.descriptor.typing_out

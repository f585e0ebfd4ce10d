"""What customers say and do in WhatsApp, as it stands in the conversation."""

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lyhord.channels.whatsapp.errors import MEANINGS
from lyhord.channels.whatsapp.people import is_person, to_number
from lyhord.channels.whatsapp.reading import ONCE, POLL, UNSHOWN, VANISHED
from lyhord.conversations.exchange import (
    Address,
    Inbound,
    InboundCall,
    InboundEdit,
    InboundGroup,
    InboundMessage,
    InboundReaction,
    InboundRemoval,
    InboundStatus,
    Media,
    Unsupported,
)
from lyhord.kit.words import LOCALES, catalogue
from tests.channels.whatsapp.said import ANNA, CONTACT, NUMBER, PERSON, PHONE, about, call, message, read, read_message

ASKED = "Where is my lamp? 😀 漢字"
TEXT: dict[str, Any] = {"type": "text", "text": {"body": ASKED}}
DEEDS: tuple[dict[str, Any], ...] = (
    {"type": "revoke", "revoke": {"original_message_id": "wamid.8"}},
    {"type": "edit", "edit": {"original_message_id": "wamid.8", "message": TEXT}},
    {"type": "reaction", "reaction": {"message_id": "wamid.8", "emoji": "👍"}},
    {"type": "reaction", "reaction": {"message_id": "wamid.8"}},
)
PARENT = "SE.ENT.11815799212886844830"


def said(**more: Any) -> InboundMessage:
    found = read_message(**more)
    assert isinstance(found, InboundMessage)
    return found


def test_words_belong_to_who_said_them() -> None:
    assert said(**TEXT) == InboundMessage(
        external_id="wamid.1", sender=ANNA, text="Where is my lamp? 😀 漢字", at=1_772_355_600_000
    )


@pytest.mark.parametrize(
    ("contact", "ids", "sender"),
    [
        (CONTACT, {}, ANNA),
        ({"wa_id": PHONE}, {"from_user_id": ""}, (Address("tel", "+46701740606", verified=True),)),
        (
            {"profile": {"name": "Anna", "username": "anna.o"}, "user_id": PERSON, "parent_user_id": PARENT},
            {"from": ""},
            (
                Address("whatsapp", PERSON, "Anna", verified=True),
                Address("whatsapp", PARENT, "Anna", verified=True),
            ),
        ),
        (
            {"profile": {"username": "anna.o"}, "user_id": PERSON},
            {"from": ""},
            (Address("whatsapp", PERSON, "@anna.o", verified=True),),
        ),
        (
            {"profile": {"name": "Somebody else"}, "wa_id": "46700000000", "user_id": "SE.1"},
            {"from_user_id": ""},
            (Address("tel", "+46701740606", verified=True),),
        ),
        (
            {"wa_id": 46701740606},
            {"from": 46701740606, "from_user_id": ""},
            (Address("tel", "+46701740606", verified=True),),
        ),
    ],
    ids=["both", "number", "id", "handle", "another contact", "numbers as numbers"],
)
def test_somebody_is_known_by_number_by_id_or_by_both(contact: Any, ids: Any, sender: Any) -> None:
    assert said(contacts=[contact], **TEXT, **ids).sender == sender


def test_a_message_of_nobody_is_shown_as_not_understood() -> None:
    found = read_message(contacts=[], **TEXT, **{"from": "", "from_user_id": ""})
    assert found == Unsupported(external_id="wamid.1", reason=UNSHOWN)


@pytest.mark.parametrize(
    ("number", "known"),
    [
        ("46701740606", "+46701740606"),
        ("+46 70-174 06 06", "+46701740606"),
        ("16505551234", "+16505551234"),
        (16505551234, "+16505551234"),
        ("0701740606", "+701740606"),
        ("", ""),
        ("anna", ""),
        ("1" * 20, ""),
    ],
)
def test_numbers_are_kept_as_sms_keeps_them(number: Any, known: str) -> None:
    assert to_number(number) == known


@pytest.mark.parametrize(
    ("value", "good"), [(PERSON, True), (PARENT, True), ("SE.", False), ("se.1", False), ("SE.1 2", False), ("", False)]
)
def test_an_id_has_its_form(value: str, good: bool) -> None:
    assert is_person(value) == good


@pytest.mark.parametrize(
    ("content", "name", "kind"),
    [
        ({"image": {"id": "7", "mime_type": "image/jpeg"}}, "photo.jpg", "image/jpeg"),
        ({"image": {"id": "7", "mime_type": "image/png"}}, "photo.png", "image/png"),
        ({"image": {"id": 7}}, "photo.jpg", "image/jpeg"),
        ({"video": {"id": "7", "mime_type": "video/mp4"}}, "video.mp4", "video/mp4"),
        ({"video": {"id": "7", "mime_type": "video/3gpp"}}, "video.3gp", "video/3gpp"),
        ({"audio": {"id": "7", "mime_type": "audio/ogg; codecs=opus", "voice": True}}, "voice.ogg", "audio/ogg"),
        ({"audio": {"id": "7", "mime_type": "audio/mpeg", "voice": False}}, "audio.mp3", "audio/mpeg"),
        ({"audio": {"id": "7", "mime_type": "audio/mp4", "voice": True}}, "voice.m4a", "audio/mp4"),
        ({"document": {"id": "7", "filename": "a.pdf", "mime_type": "application/pdf"}}, "a.pdf", "application/pdf"),
        ({"document": {"id": "7", "mime_type": "application/pdf"}}, "file.pdf", "application/pdf"),
        ({"sticker": {"id": "7", "mime_type": "image/webp", "animated": True}}, "sticker.webp", "image/webp"),
    ],
)
def test_a_file_is_named_and_fetched_by_its_id(content: Any, name: str, kind: str) -> None:
    (field,) = content
    content[field]["sha256"] = "a+/="
    found = said(type=field, **content)
    assert found.media == (Media(name, kind, 0, url="whatsapp:7?a%2B%2F%3D"),)
    assert found.text == ""


def test_words_below_a_file_are_words() -> None:
    found = said(type="video", video={"id": "7", "caption": "Look"}, context={"forwarded": True})
    assert (found.text, len(found.media), found.flags) == ("Look", 1, frozenset({"forwarded"}))


@pytest.mark.parametrize(
    ("interactive", "text", "chosen", "quoted"),
    [
        ({"type": "button_reply", "button_reply": {"id": "2", "title": "Blue"}}, "Blue", "2", ""),
        (
            {"type": "list_reply", "list_reply": {"id": "4", "title": "Red", "description": "10 left"}},
            "Red",
            "4",
            "10 left",
        ),
        (
            {
                "type": "nfm_reply",
                "nfm_reply": {
                    "name": "flow",
                    "body": "Sent",
                    "response_json": '{"flow_token":"t","day":"Monday","guests":2,"more":{"x":1}}',
                },
            },
            "day: Monday\nguests: 2",
            None,
            "",
        ),
        (
            {"type": "nfm_reply", "nfm_reply": {"body": "My answers", "response_json": "no JSON"}},
            "My answers",
            None,
            "",
        ),
    ],
)
def test_what_was_chosen_answers_what_offered_it(interactive: Any, text: str, chosen: str | None, quoted: str) -> None:
    found = said(type="interactive", interactive=interactive, context={"from": "1555", "id": "wamid.0"})
    assert (found.text, found.chosen, found.quoted, found.answers) == (text, chosen, quoted, ("wamid.0",))


def test_a_quick_reply_below_a_template_is_a_message() -> None:
    found = said(type="button", button={"payload": "Unsubscribe", "text": "No more"})
    assert (found.text, found.chosen) == ("No more", "Unsubscribe")


def test_cards_and_forms_with_several_lines() -> None:
    cards = [
        {
            "name": {"formatted_name": "Anna Öst"},
            "org": {"company": "Lamps"},
            "phones": [{"phone": "+46 70"}],
            "emails": [{"email": "anna@lamps.example"}],
            "urls": [{"url": "https://lamps.example"}],
        },
        {"name": {"formatted_name": "Ben"}},
    ]
    body = call({"contacts": [CONTACT], "messages": [message(type="contacts", contacts=cards)]})
    (found,) = read(body)
    assert isinstance(found, InboundMessage)
    assert found.text == "👤 Anna Öst\nLamps\n+46 70\nanna@lamps.example\nhttps://lamps.example\n\n👤 Ben"


def test_reactions_come_and_go() -> None:
    put = read_message(type="reaction", reaction={"message_id": "wamid.0", "emoji": "👍"})
    assert put == InboundReaction(message="wamid.0", sender=ANNA, emoji="👍")
    for gone in ({"message_id": "wamid.0", "emoji": ""}, {"message_id": "wamid.0"}):
        assert read_message(type="reaction", reaction=gone) == InboundReaction(
            message="wamid.0", sender=ANNA, removed=True
        )


def test_edits_and_withdrawals_name_what_they_are_about() -> None:
    edit = {"original_message_id": "wamid.0", "message": {"type": "text", "text": {"body": "Better"}}}
    assert read_message(type="edit", edit=edit) == InboundEdit(message="wamid.0", sender=ANNA, text="Better")
    edit["message"] = {"type": "image", "image": {"id": "7", "caption": "Below"}}
    assert read_message(type="edit", edit=edit) == InboundEdit(message="wamid.0", sender=ANNA, text="Below")
    revoke = {"original_message_id": "wamid.0"}
    assert read_message(type="revoke", revoke=revoke) == InboundRemoval(message="wamid.0", sender=ANNA)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ({"type": "unsupported", "unsupported": {"type": "unknown"}, "errors": [{"code": 131051}]}, UNSHOWN),
        ({"type": "unsupported", "unsupported": {"type": "view_once"}}, ONCE),
        ({"type": "unsupported", "unsupported": {"type": "unknown", "raw_type": "view_once"}}, ONCE),
        ({"type": "ephemeral"}, VANISHED),
        ({"type": "unsupported", "unsupported": {"type": "poll_creation"}}, POLL),
        ({"type": "interactive", "interactive": {"type": "call_permission_reply"}}, UNSHOWN),
        ({"type": "hologram", "hologram": {}}, UNSHOWN),
        ({"type": "text"}, UNSHOWN),
    ],
)
def test_what_has_nothing_to_show_says_why(content: Any, reason: str) -> None:
    assert read_message(**content) == Unsupported(external_id="wamid.1", reason=reason, sender=ANNA)
    assert all(reason in catalogue(locale) for locale in LOCALES)


def test_a_chat_that_was_only_opened_says_nothing() -> None:
    assert read(call({"contacts": [CONTACT], "messages": [message(type="request_welcome")]})) == []


def test_a_changed_id_stays_with_the_same_customer() -> None:
    system = {"type": "user_changed_user_id", "body": "…", "previous_user_id": "CO.1", "user_id": "MX.2"}
    (found,) = read(call({"messages": [{"id": "wamid.1", "timestamp": "1", "type": "system", "system": system}]}))
    assert isinstance(found, InboundMessage)
    assert [one.value for one in found.sender] == ["MX.2", "CO.1"]
    assert found.flags == {"automatic"}


def test_what_the_company_says_in_its_own_app_is_ours() -> None:
    echo = {"from": "15550783881", "to": PHONE, "to_user_id": PERSON, "id": "wamid.9", "timestamp": "1", **TEXT}
    (found,) = read(call({"contacts": [CONTACT], "message_echoes": [echo]}, "smb_message_echoes"))
    assert isinstance(found, InboundMessage)
    assert (found.ours, found.sender, found.text) == (True, ANNA, ASKED)


@pytest.mark.parametrize(
    ("deed", "expected"),
    [
        (DEEDS[0], InboundRemoval(message="wamid.8", sender=ANNA, ours=True)),
        (DEEDS[1], InboundEdit(message="wamid.8", sender=ANNA, text=ASKED, ours=True)),
        (DEEDS[2], InboundReaction(message="wamid.8", sender=ANNA, emoji="👍", ours=True)),
        (DEEDS[3], InboundReaction(message="wamid.8", sender=ANNA, removed=True, ours=True)),
        (
            {"type": "unsupported", "timestamp": "1"},
            InboundMessage(
                external_id="wamid.9",
                sender=ANNA,
                text="channel.whatsapp.unshown",
                at=1000,
                ours=True,
                flags=frozenset({"unsupported"}),
            ),
        ),
    ],
)
def test_what_the_company_does_in_its_own_app_is_ours(deed: Any, expected: Inbound) -> None:
    echo = {"from": "15550783881", "to": PHONE, "to_user_id": PERSON, "id": "wamid.9", **deed}
    assert read(call({"contacts": [CONTACT], "message_echoes": [echo]}, "smb_message_echoes")) == [expected]


def test_in_a_group_a_message_belongs_to_who_said_it() -> None:
    found = said(group_id="Y2Fw", **TEXT)
    assert (found.group_id, found.sender) == ("Y2Fw", ANNA)


@pytest.mark.parametrize("deed", [*DEEDS, {"type": "view_once"}])
def test_what_is_done_in_a_group_names_it(deed: Any) -> None:
    assert getattr(read_message(group_id="Y2Fw", **deed), "group_id", "") == "Y2Fw"
    assert getattr(read_message(**deed), "group_id", "") is None


@pytest.mark.parametrize("deed", DEEDS[1:])
def test_nobody_changes_words_or_reacts_without_saying_who_it_is(deed: Any) -> None:
    nameless = {"id": "wamid.1", "timestamp": "1", **deed}
    (found,) = read(call({"messages": [nameless]}))
    assert isinstance(found, Unsupported)


@pytest.mark.parametrize(
    ("group", "expected"),
    [
        ({"type": "group_delete"}, InboundGroup(group_id="Y2Fw", ended=True)),
        ({"group_subject": {"text": "Lamps", "update_successful": True}}, InboundGroup(group_id="Y2Fw", name="Lamps")),
        ({"group_subject": {"text": "Lamps", "update_successful": False}}, None),
        ({"type": "group_create", "subject": "Lamps", "errors": [{"code": 131000}]}, None),
        (
            {"added_participants": [{"input": PHONE, "wa_id": PHONE, "user_id": PERSON}, {"user_id": "SE.1"}]},
            InboundGroup(
                group_id="Y2Fw",
                joined=(Address("tel", f"+{PHONE}", verified=True), Address("whatsapp", "SE.1", verified=True)),
            ),
        ),
    ],
)
def test_groups_change(group: Any, expected: InboundGroup | None) -> None:
    body = call({"groups": [{"group_id": "Y2Fw", **group}]}, "group_lifecycle_update")
    assert read(body) == ([expected] if expected else [])


@pytest.mark.parametrize(
    ("told", "state", "ours", "seconds"),
    [
        ({"event": "connect", "direction": "USER_INITIATED", "from": PHONE, "to": "1555"}, "ringing", False, None),
        ({"event": "connect", "direction": "BUSINESS_INITIATED", "from": "1555", "to": PHONE}, "ringing", True, None),
        (
            {
                "event": "terminate",
                "direction": "USER_INITIATED",
                "from": PHONE,
                "status": "COMPLETED",
                "duration": 120,
            },
            "ended",
            False,
            120,
        ),
        (
            {"event": "terminate", "direction": "USER_INITIATED", "from": PHONE, "status": "FAILED"},
            "missed",
            False,
            None,
        ),
        (
            {"event": "terminate", "direction": "BUSINESS_INITIATED", "to": PHONE, "status": ["REJECTED"]},
            "refused",
            True,
            None,
        ),
    ],
)
def test_calls_are_events(told: Any, state: Any, ours: bool, seconds: int | None) -> None:
    body = call({"contacts": [CONTACT], "calls": [{"id": "wacid.1", "timestamp": "1", **told}]}, "calls")
    expected = InboundCall(external_id="wacid.1", sender=ANNA, state=state, ours=ours, at=1000, seconds=seconds)
    assert read(body) == [expected]


def test_how_far_our_own_call_has_come_is_told_as_a_status() -> None:
    status = {"id": "wacid.1", "type": "call", "recipient_id": PHONE, "timestamp": "1"}
    states = [
        read(call({"statuses": [status | {"status": told}]}, "calls"))[0]
        for told in ("RINGING", "ACCEPTED", "REJECTED")
    ]
    assert [getattr(one, "state", "") for one in states] == ["ringing", "answered", "refused"]


def status(told: str, **more: Any) -> Any:
    (found,) = read(call({"statuses": [{"id": "wamid.9", "status": told, "timestamp": "1", **more}]}))
    return found


@pytest.mark.parametrize(
    ("told", "state"),
    [("sent", "sent"), ("delivered", "delivered"), ("read", "read"), ("played", "read"), ("failed", "failed")],
)
def test_receipts_name_our_key_where_we_gave_one(told: str, state: Any) -> None:
    pricing = {"billable": True, "pricing_model": "PMP", "category": "service"}
    keyed = status(told, biz_opaque_callback_data="01J.2", recipient_id=PHONE, pricing=pricing)
    assert keyed == InboundStatus(reference="01J.2", state=state, external_id="wamid.9", at=1000)
    assert status(told) == InboundStatus(reference="wamid.9", state=state, external_id="wamid.9", at=1000)


def test_a_failure_says_why_in_words() -> None:
    assert status("failed", errors=[{"code": 131047, "title": "Re-engagement message"}]).error == (
        "channel.whatsapp.window_over"
    )
    odd = [{"code": 199999, "title": "Odd", "error_data": {"details": "Something odd"}}]
    assert status("failed", errors=odd).error == "Something odd (199999)"
    assert status("delivered", errors=odd).error == ""
    assert all(getattr(one, "reason", "") in catalogue(locale) for one in MEANINGS.values() for locale in LOCALES)


def test_a_wish_about_marketing_is_shown_and_stops_no_answers() -> None:
    wish = {"wa_id": PHONE, "detail": "User requested to stop marketing messages", "value": "stop", "timestamp": "1"}
    (found,) = read(call({"contacts": [CONTACT], "user_preferences": [wish]}, "user_preferences"))
    assert isinstance(found, InboundMessage)
    assert (found.text, found.flags) == (wish["detail"], frozenset({"automatic"}))


def test_everything_in_a_call_is_read_and_only_what_is_this_numbers() -> None:
    def change(name: str, number: str) -> Any:
        return {"field": "messages", "value": about(number) | {"messages": [message(**TEXT) | {"id": name}]}}

    entries = [
        {"id": "1", "changes": [change("wamid.1", NUMBER), change("wamid.2", "7"), change("wamid.3", NUMBER)]},
        {"id": "2", "changes": [change("wamid.4", NUMBER), {"field": "account_update", "value": {"event": "X"}}]},
    ]
    found = read(json.dumps({"object": "whatsapp_business_account", "entry": entries}).encode())
    assert [getattr(one, "external_id", "") for one in found] == ["wamid.1", "wamid.3", "wamid.4"]


def test_one_odd_thing_takes_no_other_with_it() -> None:
    body = call({"contacts": [CONTACT], "messages": [{"id": 7, "text": []}, message(**TEXT)]})
    odd, good = read(body)
    assert isinstance(odd, Unsupported)
    assert isinstance(good, InboundMessage)


def test_an_error_without_a_message_is_shown() -> None:
    (found,) = read(call({"errors": [{"code": 131000, "title": "Something went wrong"}]}))
    assert isinstance(found, Unsupported)


@pytest.mark.parametrize("field", ["history", "smb_app_state_sync"])
def test_the_past_of_a_number_is_not_said_now(field: str) -> None:
    assert read(call({"messages": [message(**TEXT)]}, field)) == []


WORDS = st.sampled_from(
    [
        "messages",
        "statuses",
        "calls",
        "groups",
        "contacts",
        "message_echoes",
        "errors",
        "id",
        "from",
        "type",
        "text",
        "body",
        "image",
        "system",
        "edit",
        "message",
        "reaction",
        "interactive",
        "button_reply",
        "context",
        "timestamp",
        "order",
        "product_items",
        "location",
        "user_preferences",
    ]
)


@given(
    value=st.recursive(
        st.none() | st.booleans() | st.floats(allow_nan=False) | st.integers() | st.text(max_size=6) | st.just(NUMBER),
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(WORDS, inner, max_size=6),
        max_leaves=25,
    )
)
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_nothing_that_may_come_makes_it_raise(value: Any) -> None:
    for inbound in read(call({**value, **about()} if isinstance(value, dict) else {"messages": value})):
        assert not isinstance(inbound, InboundMessage | Unsupported) or inbound.external_id
        assert not isinstance(inbound, InboundMessage) or inbound.sender

"""A number at Twilio: what it calls us with, what we call it with, and whom its own validator believes."""

from urllib.parse import parse_qs, urlencode

import pytest
from twilio.request_validator import RequestValidator

from lyhord.channels.sms.adapter import Sms
from lyhord.conversations.exchange import (
    Accepted,
    Address,
    Failed,
    InboundMessage,
    InboundStatus,
    Media,
    Outcome,
    Raw,
    Retry,
    Unknown,
    Unsupported,
)
from lyhord.kit.egress import Answer, Refused, Unreachable
from lyhord.kit.problems import NotFound
from tests.channels.sms.numbers import CUSTOMER, OURS, PUBLIC, TOKEN, Outside, answer, number, outbound

HERE = f"{PUBLIC}/in/key"
CREATED = answer(201, b'{"sid": "SM9", "status": "queued"}')


def called(query: str = "", url: str = HERE, **form: str) -> Raw:
    """A call as Twilio's own library would sign it."""
    signature = RequestValidator(TOKEN).compute_signature(f"{url}?{query}" if query else url, form)
    return Raw(urlencode(form).encode(), {"x-twilio-signature": signature}, query)


def said(text: str = "Hej då ✓", **more: str) -> Raw:
    """A customer's message."""
    return called(MessageSid="SM1", SmsStatus="received", From=CUSTOMER, To=OURS, Body=text, **more)


def read(raw: Raw, adapter: Sms | None = None) -> InboundMessage:
    """The one message of a call."""
    (message,) = (adapter or number()).parse(raw)
    assert isinstance(message, InboundMessage)
    return message


@pytest.mark.parametrize(
    "raw",
    [said(), said(""), said("a&b=c+d %41 +"), said(Empty="", Zero="0"), called("ref=1.2&x=%20", MessageSid="SM1")],
)
def test_what_twilios_validator_signs_is_believed(raw: Raw) -> None:
    assert number().verify(raw).ok


@pytest.mark.parametrize(
    "raw",
    [
        Raw(said().body + b"x", said().headers),
        Raw(said().body, {"x-twilio-signature": ""}),
        Raw(said().body),
        Raw(said().body, said().headers, "ref=1"),
        called(url="https://elsewhere.example/in/key", MessageSid="SM1"),
        called(url=f"{PUBLIC}/in/other", MessageSid="SM1"),
    ],
)
def test_whatever_else_is_not(raw: Raw) -> None:
    assert not number().verify(raw).ok


def test_behind_a_proxy_the_address_is_the_one_that_twilio_calls() -> None:
    raw = called(url="https://sms.example/in/key", MessageSid="SM1")
    assert number(public_address="https://sms.example/").verify(raw).ok


def test_a_message_is_read() -> None:
    message = read(said())
    assert message.external_id == "SM1"
    assert message.sender == (Address("tel", CUSTOMER, verified=True),)
    assert (message.text, message.media, message.flags) == ("Hej då ✓", (), frozenset())


def test_a_picture_message_names_its_files() -> None:
    pictures = {"MediaUrl0": "https://api.twilio.com/a", "MediaContentType0": "image/jpeg"}
    message = read(said("", NumMedia="2", **pictures, MediaUrl1="https://api.twilio.com/b"))
    assert message.media == (
        Media("1.jpg", "image/jpeg", 0, url="https://api.twilio.com/a"),
        Media("2.octet-stream", "application/octet-stream", 0, url="https://api.twilio.com/b"),
    )


@pytest.mark.parametrize(
    ("raw", "flags"),
    [
        (said("Sluta"), {"opt_out"}),
        (said("START"), {"opt_in"}),
        (said("STOP", OptOutType="STOP"), {"opt_out", "opt_confirmed"}),
        (said("arrêt", OptOutType="STOP"), {"opt_out", "opt_confirmed"}),
        (said("HELP", OptOutType="HELP"), set()),
    ],
)
def test_wishes_are_marked_and_what_twilio_answered_isnt_answered_again(raw: Raw, flags: set[str]) -> None:
    assert read(raw).flags == flags


def test_a_provider_that_confirms_by_itself_is_left_to_it() -> None:
    assert read(said("STOP"), number(confirms=False)).flags == {"opt_out", "opt_confirmed"}


@pytest.mark.parametrize(
    ("state", "code", "status"),
    [
        ("sent", "", InboundStatus(reference="k.1", state="sent", external_id="SM9")),
        ("delivered", "", InboundStatus(reference="k.1", state="delivered", external_id="SM9")),
        (
            "undelivered",
            "30003",
            InboundStatus(reference="k.1", state="failed", external_id="SM9", error="problem.sms.phone_off"),
        ),
        ("failed", "12345", InboundStatus(reference="k.1", state="failed", external_id="SM9", error="12345")),
    ],
)
def test_receipts_name_the_key_that_was_sent(state: str, code: str, status: InboundStatus) -> None:
    raw = called("ref=k.1", MessageSid="SM9", MessageStatus=state, ErrorCode=code, From=OURS, To=CUSTOMER)
    assert number().parse(raw) == [status]


def test_receipts_that_say_nothing_say_nothing() -> None:
    assert number().parse(called("ref=k", MessageSid="SM9", MessageStatus="queued")) == []


def test_another_call_is_kept_as_it_came() -> None:
    (odd,) = number().parse(called(CallSid="CA1"))
    assert isinstance(odd, Unsupported)


async def test_a_message_leaves_with_the_address_for_its_receipts() -> None:
    outside = Outside(CREATED)
    assert await number(outside).send(outbound("Hej å"), "k") == Accepted("SM9")
    (call,) = outside.calls
    assert (call.method, call.url) == ("POST", "https://api.twilio.com/2010-04-01/Accounts/AC1/Messages.json")
    form = {name: values[0] for name, values in parse_qs(call.body.decode()).items()}
    assert form == {"To": CUSTOMER, "From": OURS, "Body": "Hej å", "StatusCallback": f"{HERE}?ref=k"}


async def test_a_messaging_service_takes_the_place_of_the_number() -> None:
    outside = Outside(CREATED)
    await number(outside, messaging_service="MG1").send(outbound(), "k")
    form = parse_qs(outside.calls[0].body.decode())
    assert form["MessagingServiceSid"] == ["MG1"]
    assert "From" not in form


@pytest.mark.parametrize(
    ("told", "outcome"),
    [
        (answer(400, b'{"code": 21610}'), Failed("plan.opted_out")),
        (answer(400, b'{"code": 21211}'), Failed("problem.sms.bad_number")),
        (answer(400, b'{"code": 99, "message": "No"}'), Failed("99: No")),
        (answer(400, b"[]"), Failed("400: ")),
        (answer(401), Retry("problem.sms.bad_login")),
        (Answer(429, {"retry-after": "7"}, b"", ""), Retry("problem.sms.busy", 7, limit="account")),
        (answer(503), Retry("problem.sms.busy")),
        (answer(500, b"<html>"), Unknown("problem.sms.no_answer")),
        (answer(201, b"<html>"), Unknown("problem.sms.no_answer")),
        (Unreachable("gone", sent=True), Unknown("problem.sms.no_answer")),
        (Unreachable("gone", sent=False), Retry("problem.sms.unreachable")),
        (Refused("private"), Retry("problem.address_refused", ours=True)),
    ],
)
async def test_what_the_service_says_becomes_an_outcome(told: Answer | Exception, outcome: Outcome) -> None:
    assert await number(Outside(told)).send(outbound(), "k") == outcome


async def test_files_are_fetched_with_our_login_only_from_twilio() -> None:
    outside = Outside(answer(200, b"picture"))
    adapter = number(outside)
    for url in ("https://api.twilio.com/2010-04-01/a", "https://api.twilio.com.evil.example/a"):
        assert await adapter.fetch_media(Media("1.jpg", "image/jpeg", 0, url=url)) == b"picture"
    assert ["authorization" in call.headers for call in outside.calls] == [True, False]
    outside.answer = answer(404)
    with pytest.raises(NotFound):
        await adapter.fetch_media(Media("1.jpg", "image/jpeg", 0, url="https://api.twilio.com/gone"))
    outside.answer = answer(500)
    with pytest.raises(Unreachable):
        await adapter.fetch_media(Media("1.jpg", "image/jpeg", 0, url="https://api.twilio.com/later"))


@pytest.mark.parametrize(
    ("told", "settings", "problems"),
    [
        (answer(200), {}, []),
        (answer(401), {}, [("auth_token", "problem.sms.bad_login")]),
        (answer(404), {}, [("account_sid", "problem.sms.bad_login")]),
        (answer(418), {}, [("api_address", "problem.sms.odd_answer")]),
        (Unreachable("gone", sent=False), {}, [("api_address", "problem.sms.unreachable")]),
        (Refused("private"), {}, [("api_address", "problem.address_refused")]),
        (
            None,
            {"number": "", "account_sid": ""},
            [("number", "problem.sms.missing"), ("account_sid", "problem.sms.missing")],
        ),
    ],
)
async def test_the_check_names_the_field(
    told: Answer | Exception | None, settings: dict[str, str], problems: list[tuple[str, str]]
) -> None:
    health = await number(Outside(told), **settings).health()
    assert [one[:2] for one in health.problems] == problems
    assert health.ok == (not problems)


async def test_the_check_says_whose_account_it_is() -> None:
    assert (await number(Outside(answer(200, b'{"friendly_name": "Norrsken"}'))).health()).who == "Norrsken"

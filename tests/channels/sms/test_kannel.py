"""A number behind Kannel: its calls, ours, and the password that it proves itself with."""

from base64 import b64encode
from urllib.parse import parse_qs, quote, urlsplit

import pytest

from lyhord.channels.sms.adapter import Sms
from lyhord.channels.sms.tools import Tools
from lyhord.conversations.account import Account
from lyhord.conversations.exchange import (
    Accepted,
    Address,
    Failed,
    Inbound,
    InboundMessage,
    InboundStatus,
    Outcome,
    Raw,
    Retry,
    Unknown,
    Unsupported,
)
from lyhord.kit.egress import Answer, Unreachable
from tests.channels.sms.numbers import CUSTOMER, OURS, PUBLIC, Outside, answer, number, outbound


def read(query: str) -> Inbound:
    """The one thing that a call brought."""
    (one,) = number(way="kannel").parse(Raw(b"", {}, query))
    return one


def login(password: str, scheme: str = "Basic") -> dict[str, str]:
    return {"authorization": f"{scheme} {b64encode(f'kannel:{password}'.encode()).decode()}"}


def test_only_the_password_for_calls_lets_in() -> None:
    adapter = number(way="kannel")
    assert adapter.verify(Raw(b"", login("calls-secret"))).ok
    for headers in (login("other"), login(""), login("calls-secret", "Bearer"), {}, {"authorization": "Basic %%"}):
        assert not adapter.verify(Raw(b"", headers)).ok


@pytest.mark.parametrize(
    ("octets", "charset", "coding"),
    [
        ("Hej då".encode(), "UTF-8", "0"),
        ("Hej då".encode("utf-16-be"), "UTF-16BE", "2"),
        ("Hej då".encode("latin-1"), "ISO-8859-1", "0"),
        ("Hej då".encode(), "no such thing", "0"),
    ],
)
def test_text_is_read_in_its_charset(octets: bytes, charset: str, coding: str) -> None:
    text = quote(octets)
    message = read(
        f"from={quote(CUSTOMER)}&to=71550&id=m1&at=1772355600&coding={coding}&charset={quote(charset)}&text={text}"
    )
    assert message == InboundMessage(
        external_id="m1", sender=(Address("tel", CUSTOMER, verified=True),), text="Hej då", at=1_772_355_600_000
    )


def test_a_wish_is_marked() -> None:
    message = read("from=46701740606&id=m1&text=LOPETA")
    assert isinstance(message, InboundMessage)
    assert message.flags == {"opt_out"}


@pytest.mark.parametrize("query", ["", "from=4670", "text=x", "from=4670&text=%00%01&coding=1"])
def test_what_is_no_text_is_kept_as_it_came(query: str) -> None:
    assert isinstance(read(query), Unsupported)


@pytest.mark.parametrize(
    ("bits", "state"), [("1", "delivered"), ("2", "failed"), ("16", "failed"), ("8", "sent"), ("4", None), ("x", None)]
)
def test_receipts_are_bits(bits: str, state: str | None) -> None:
    found = number(way="kannel").parse(Raw(b"", {}, f"ref=k.1&dlr={bits}"))
    assert [one.state for one in found if isinstance(one, InboundStatus)] == ([state] if state else [])
    assert number(way="kannel").parse(Raw(b"", {}, f"dlr={bits}")) == []


async def test_a_message_leaves_with_the_address_for_its_receipts() -> None:
    outside = Outside(answer(202, b"0: Accepted for delivery"))
    assert await number(outside, way="kannel").send(outbound("你好"), "k.1") == Accepted("k.1")
    url = urlsplit(outside.calls[0].url)
    asked = {name: values[0] for name, values in parse_qs(url.query).items()}
    told = asked.pop("dlr-url")
    assert url.path == "/cgi-bin/sendsms"
    assert asked == {
        "username": "firm",
        "password": "sendsms-password",
        "from": OURS,
        "to": CUSTOMER,
        "text": "你好",
        "charset": "UTF-8",
        "coding": "2",
        "dlr-mask": "31",
    }
    assert told == f"https://kannel:calls-secret@{PUBLIC[8:]}/in/key?ref=k.1&dlr=%d&answer=%A"


@pytest.mark.parametrize(
    ("told", "outcome"),
    [
        (answer(202, b"3: Queued for later delivery"), Accepted("k")),
        (answer(400, b"Missing receiver number, rejected"), Failed("Missing receiver number, rejected")),
        (answer(403), Retry("problem.sms.bad_login")),
        (answer(503), Retry("problem.sms.busy")),
        (answer(500), Unknown("problem.sms.no_answer")),
        (Unreachable("gone", sent=True), Unknown("problem.sms.no_answer")),
        (Unreachable("gone", sent=False), Retry("problem.sms.unreachable")),
    ],
)
async def test_what_kannel_says_becomes_an_outcome(told: Answer | Exception, outcome: Outcome) -> None:
    assert await number(Outside(told), way="kannel").send(outbound(), "k") == outcome


@pytest.mark.parametrize(
    ("told", "field"),
    [(answer(400), ""), (answer(403), "kannel_password"), (answer(404), "kannel_address")],
)
async def test_the_check_names_the_field(told: Answer, field: str) -> None:
    health = await number(Outside(told), way="kannel").health()
    assert [one[0] for one in health.problems] == ([field] if field else [])


async def test_a_password_that_an_address_would_spell_otherwise_is_refused() -> None:
    settings = {"way": "kannel", "number": "1", "kannel_address": "http://10.0.0.5/", "kannel_user": "firm"}
    account = Account("w", "i", "k", "n", settings, {"kannel_password": "x", "call_password": "p@ss"})
    health = await Sms(account, Tools(Outside(answer(400)).call, PUBLIC)).health()
    assert health.problems == (("call_password", "problem.sms.plain_password", ""),)

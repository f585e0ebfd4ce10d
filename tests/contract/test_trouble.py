"""What every channel that calls an HTTP API makes of trouble while something is sent: it never raises, and loses nothing.

A channel that reaches its owner in another way is named in `OTHERWISE`, and has tests of its own for this.
"""

import importlib
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from lyhord.conversations.account import Means
from lyhord.conversations.channel import Adapter
from lyhord.conversations.exchange import Accepted, Address, Context, Outbound, Outcome, Plan, Retry, Unknown
from lyhord.kit.egress import Answer, Call, Refused, Unreachable
from lyhord.kit.files import Files
from lyhord.kit.words import catalogue
from tests.channels.rcs.said import service_account
from tests.contract.accounts import CHANNELS, Subject

NOW = 1_772_355_600_000
KEY = "0199c2a4-7b1e-7000-8000-000000000001"
TOKENS = "https://oauth2.googleapis.com/token"
OTHERWISE = {"mail", "webchat", "xmpp", "sandbox"}
TOO_MANY = b'{"ok":false,"error_code":429,"description":"Too Many Requests","parameters":{"retry_after":7}}'


def _calls(subject: Subject) -> bool:
    return subject.name not in OTHERWISE and subject.settings.get("way") != "smpp"


each_channel = pytest.mark.parametrize(
    "subject", [subject for subject in CHANNELS if _calls(subject)], ids=lambda subject: subject.name
)


async def _nothing(*_: object) -> None:
    """Nothing to close or keep."""


async def sent(subject: Subject, folder: Path, answer: Answer | Exception) -> Outcome:
    """What becomes of a few words where every call is answered so."""
    asked: list[Call] = []

    async def call(call: Call) -> Answer:
        if call.url == TOKENS:  # signing in goes well
            return Answer(200, {}, b'{"access_token":"token","expires_in":3599}', call.url)
        asked.append(call)
        if isinstance(answer, Exception):
            raise answer
        return answer

    means = Means(
        files=Files(folder),
        call=call,
        base_address="https://help.example",
        key=b"k" * 32,
        keep_secrets=_nothing,
        close=_nothing,
    )
    module, name = subject.place.split(":")
    kind: Any = getattr(importlib.import_module(module), name)
    account = subject.account()
    if "service_account" in account.secrets:  # it signs a call, so that it must be a real one
        account = replace(account, secrets={**account.secrets, "service_account": service_account()})
    adapter: Adapter = kind(account, kind.make_tools(means))
    to = Address(adapter.descriptor.schemes[0], subject.customer)
    plan = adapter.plan(Outbound(to=to, text="Hello"), Context(NOW, NOW))
    assert isinstance(plan, Plan)
    outcome = await adapter.send(plan.parts[0], KEY)
    assert asked, "nothing was asked: see OTHERWISE"
    return outcome


def has_words(outcome: Outcome) -> bool:
    return isinstance(outcome, Accepted) or outcome.reason in catalogue("en")


@each_channel
async def test_too_many_calls_wait(subject: Subject, tmp_path: Path) -> None:
    outcome = await sent(subject, tmp_path, Answer(429, {"retry-after": "7"}, TOO_MANY, ""))
    assert isinstance(outcome, Retry)
    assert outcome.limit in ("account", "either")
    assert has_words(outcome)


@each_channel
@pytest.mark.parametrize("status", [500, 502, 503])
@pytest.mark.parametrize("body", [b"", b"<html>Bad gateway</html>", b"{}"])
async def test_their_trouble_is_no_refusal(subject: Subject, status: int, body: bytes, tmp_path: Path) -> None:
    outcome = await sent(subject, tmp_path, Answer(status, {}, body, ""))
    assert isinstance(outcome, Retry | Unknown)
    assert has_words(outcome)


@each_channel
async def test_credentials_that_were_taken_back_can_be_put_right(subject: Subject, tmp_path: Path) -> None:
    outcome = await sent(subject, tmp_path, Answer(401, {}, b"{}", ""))
    assert isinstance(outcome, Retry)
    assert has_words(outcome)


@each_channel
async def test_nobody_there_means_that_nothing_left(subject: Subject, tmp_path: Path) -> None:
    outcome = await sent(subject, tmp_path, Unreachable("nobody listens", sent=False))
    assert isinstance(outcome, Retry)
    assert has_words(outcome)


@each_channel
async def test_no_answer_is_never_a_failure(subject: Subject, tmp_path: Path) -> None:
    outcome = await sent(subject, tmp_path, Unreachable("it hung up", sent=True))
    assert isinstance(outcome, Retry | Unknown)
    assert has_words(outcome)


@each_channel
async def test_an_address_that_may_not_be_called_is_our_own_fault(subject: Subject, tmp_path: Path) -> None:
    outcome = await sent(subject, tmp_path, Refused("a private address"))
    assert not isinstance(outcome, Accepted | Unknown)
    assert has_words(outcome)

"""What Telegram would tell, written by hand from its documentation; and a Telegram that answers as it is told."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from lyhord.channels.telegram.adapter import Telegram
from lyhord.conversations.account import Account, Health, Means
from lyhord.conversations.exchange import Inbound, Raw
from lyhord.kit.egress import Answer, Call
from lyhord.kit.files import Files

TOKEN = "110201543:a-token-that-only-tests-know"
ANNA: dict[str, Any] = {"id": 5, "is_bot": False, "first_name": "Anna", "last_name": "Öst", "username": "anna"}
CHAT = {"id": 5, "type": "private", "first_name": "Anna"}


def message(number: int = 7, **more: Any) -> dict[str, Any]:
    """What Anna says to the bot."""
    return {"message_id": number, "from": ANNA, "chat": CHAT, "date": 1_772_355_600, **more}


def update(**what: Any) -> bytes:
    """One update as bytes."""
    return json.dumps({"update_id": 10_000, **what}).encode()


def account(**settings: Any) -> Account:
    """The inbox of the bot."""
    return Account("workspace", "inbox", "key", "Shop", settings, {"token": TOKEN})


def ok(result: Any) -> bytes:
    """A method's good answer."""
    return json.dumps({"ok": True, "result": result}).encode()


def no(code: int, words: str, **parameters: Any) -> bytes:
    """A method's refusal."""
    return json.dumps({"ok": False, "error_code": code, "description": words, "parameters": parameters}).encode()


class Script:
    """The other side: answers in turn, the last one again and again, and keeps what was asked."""

    def __init__(self, *answers: bytes | Exception) -> None:
        self.answers = list(answers) or [ok(message(71))]
        self.calls: list[Call] = []

    async def call(self, call: Call) -> Answer:
        """As the way out."""
        self.calls.append(call)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        code = 200 if not answer.startswith(b"{") else json.loads(answer).get("error_code", 200)
        return Answer(code, {}, answer, call.url)

    @property
    def asked(self) -> list[tuple[str, Any]]:
        """Each call as its method and body; of a form its raw bytes."""
        return [(call.url.rpartition("/")[2], _body(call)) for call in self.calls]


def _body(call: Call) -> Any:
    return json.loads(call.body) if call.body.startswith(b"{") else call.body


async def _nothing(*_: Any) -> None:
    """Nothing to close or keep."""


def means(script: Script, folder: Path, base_address: str = "https://desk.example.com") -> Means:
    """What the process lends."""
    return Means(
        files=Files(folder),
        call=script.call,
        base_address=base_address,
        key=b"k" * 32,
        keep_secrets=_nothing,
        close=_nothing,
    )


def bot(script: Script, folder: Path, **settings: Any) -> Telegram:
    """An adapter whose other side is `script`."""
    return Telegram(account(**settings), means(script, folder))


class RecordingDoor:
    """A door that keeps what comes; `failures` are raised first."""

    def __init__(self, *failures: Exception) -> None:
        self.failures = list(failures)
        self.inbounds: list[Inbound] = []
        self.healths: list[Health] = []

    async def receive(self, raw: Raw, inbounds: Sequence[Inbound]) -> None:
        if self.failures:
            raise self.failures.pop(0)
        self.inbounds += inbounds

    async def recall(self) -> Mapping[str, object]:
        return {}

    async def remember(self, state: Mapping[str, object]) -> None:
        raise AssertionError("nothing has to be remembered")

    async def report(self, health: Health) -> None:
        self.healths.append(health)

"""The other side of Meta's channels: answers as it is told, or the Graph API on a socket of this machine."""

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from lyhord.conversations.account import Health, Means
from lyhord.conversations.exchange import Inbound, Raw
from lyhord.kit.egress import Answer, Call
from lyhord.kit.files import Files


def ok(**answer: Any) -> bytes:
    """A good answer."""
    return json.dumps(answer).encode()


def no(code: int, words: str = "refused", *, subcode: int = 0, status: int = 400) -> tuple[int, bytes]:
    """A refusal, as the Graph API tells it."""
    error = {"message": words, "type": "OAuthException", "code": code, "error_subcode": subcode, "fbtrace_id": "x"}
    return status, json.dumps({"error": error}).encode()


Said = bytes | tuple[int, bytes] | Exception


class Script:
    """Answers in turn, the last one again and again, and keeps what was asked."""

    def __init__(self, *answers: Said) -> None:
        self.answers = list(answers) or [ok(recipient_id="5", message_id="m_9")]
        self.calls: list[Call] = []

    async def call(self, call: Call) -> Answer:
        """As the way out."""
        self.calls.append(call)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        status, body = answer if isinstance(answer, tuple) else (200, answer)
        return Answer(status, {}, body, call.url)

    @property
    def asked(self) -> list[tuple[str, str, Any]]:
        """Each call as its method, path behind the version, and body; of a form its raw bytes."""
        return [(one.method, path_of(one), _body(one)) for one in self.calls]


def path_of(call: Call) -> str:
    """The path of a call behind the version."""
    return urlsplit(call.url).path.split("/", 2)[2]


def query_of(call: Call) -> dict[str, str]:
    """The query of a call."""
    return {name: values[0] for name, values in parse_qs(urlsplit(call.url).query).items()}


def _body(call: Call) -> Any:
    return json.loads(call.body) if call.body.startswith(b"{") else call.body


async def _nothing(*_: Any) -> None:
    """Nothing to close or keep."""


def means(
    script: Script,
    folder: Path,
    base_address: str = "https://desk.example.com",
    keep: Callable[[str, str, Mapping[str, str]], Any] = _nothing,
) -> Means:
    """What the process lends."""
    return Means(
        files=Files(folder),
        call=script.call,
        base_address=base_address,
        key=b"k" * 32,
        keep_secrets=keep,
        close=_nothing,
    )


class RecordingDoor:
    """A door that keeps what is reported and remembered."""

    def __init__(self, state: Mapping[str, object] | None = None) -> None:
        self.state: Mapping[str, object] = state or {}
        self.healths: list[Health] = []

    async def receive(self, raw: Raw, inbounds: Sequence[Inbound]) -> None:
        raise AssertionError("nothing is fetched")

    async def recall(self) -> Mapping[str, object]:
        return self.state

    async def remember(self, state: Mapping[str, object]) -> None:
        self.state = state

    async def report(self, health: Health) -> None:
        self.healths.append(health)

"""A language model on the loopback that speaks OpenAI's protocol as servers do that others run: what it answers is the test's to say.

Left alone it is honest and plain: of each message's first sentence it makes one of its own, and names the message.
"""

import json
import re
import threading
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from types import MappingProxyType, TracebackType
from typing import Any, NamedTuple, Self

from tests.counterparts.loopback import Asked as Request
from tests.counterparts.loopback import Said, loopback

KEY = "a key to a model that only tests know"
MODEL = "plain-7b"
NO_HEADERS: Mapping[str, str] = MappingProxyType({})
_MESSAGE = re.compile(r'<message number="(\d+)" from="(\w+)">\n(.*?)\n</message>', re.DOTALL)


class Asked(NamedTuple):
    """One call: its whole body, and the two texts in it."""

    body: Any
    task: str
    words: str


Answers = Callable[[str, str], str]
"""What it says to a task and words."""


def honest(task: str, words: str) -> str:
    """What a model says that keeps to what it is told."""
    if "check a connection" in task:
        return '{"works": true}'
    if '"name"' in task:
        return json.dumps({"name": words.partition("Words: ")[2].partition("\n")[0].replace(", ", " ")})
    said = [(int(number), who, text.split(".")[0]) for number, who, text in _MESSAGE.findall(words)]
    if '"solved"' in task:
        number, _, text = next(one for one in reversed(said) if one[1] == "company")
        return sentences(("solved", f"We answered: {text}.", [number]))
    told = [
        ("wanted", f"The customer wrote: {text}.", [number])
        if who == "customer"
        else ("promised", f"We wrote: {text}.", [number])
        for number, who, text in said
    ]
    return sentences(*told)


def sentences(*told: tuple[str, str, list[int]]) -> str:
    """An answer in the form that is asked for."""
    return json.dumps({"sentences": [{"kind": kind, "text": text, "sources": numbers} for kind, text, numbers in told]})


class LanguageModelServer:
    """Listens from its making until it is closed. Each of `statuses` is what the next call gets, before it answers in earnest."""

    def __init__(self, *, key: str = KEY, thinks: bool = False) -> None:
        self.key = key
        self.thinks = thinks
        """Whether it refuses a temperature, as models do that think first."""
        self.answers: Answers = honest
        self.statuses: list[tuple[int, Mapping[str, str]]] = []
        self.raw: bytes | None = None
        """What it sends instead of an answer in the protocol."""
        self.finish = "stop"
        self.hold = threading.Event()
        """While it isn't set, it lets everybody wait."""
        self.hold.set()
        self.asked: list[Asked] = []
        self._open = ExitStack()
        self.address = f"{self._open.enter_context(loopback(self._serve)).address}/v1"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Hang up."""
        self.hold.set()
        self._open.close()

    def says(self, *told: tuple[str, str, list[int]]) -> None:
        """From now on it says these sentences, whatever it is told."""
        self.answers = lambda _task, _words: sentences(*told)

    def _serve(self, asked: Request) -> Said:
        if asked.method != "POST":
            return _said(404, b"{}")
        if asked.path != "/v1/chat/completions":
            return _said(404, b"<html>not here</html>")
        if asked.headers.get("authorization", "") != (f"Bearer {self.key}" if self.key else ""):
            return _failed(401, "Incorrect API key provided")
        body = asked.json
        if body["model"] != MODEL:
            return _failed(404, f"model '{body['model']}' not found, try pulling it first")
        if self.thinks and ("temperature" in body or "max_tokens" in body):
            return _failed(400, "Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens' instead.")
        task, words = (one["content"] for one in body["messages"])
        self.asked.append(Asked(body, task, words))
        status, headers = self.statuses.pop(0) if self.statuses else (200, {})
        self.hold.wait(20)
        if status != 200:
            return _failed(status, "no", headers)
        choice = {"index": 0, "message": {"role": "assistant", "content": self.answers(task, words)}}
        answer = {
            "object": "chat.completion",
            "model": MODEL,
            "choices": [{**choice, "finish_reason": self.finish}],
            "usage": {"prompt_tokens": 30, "completion_tokens": 12, "total_tokens": 42},
        }
        return _said(200, answer if self.raw is None else self.raw)


def _failed(status: int, said: str, headers: Mapping[str, str] = NO_HEADERS) -> Said:
    return _said(status, {"error": {"message": said}}, headers)


def _said(status: int, body: Any, headers: Mapping[str, str] = NO_HEADERS) -> Said:
    return Said(status, body, (("content-type", "application/json"), *headers.items()))

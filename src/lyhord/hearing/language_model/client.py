"""Speaks to a language model by the protocol that OpenAI's and most others' understand (`/chat/completions`), through the one way out."""

import re
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec
from msgspec import Struct

from lyhord.hearing.language_model.model import (
    LanguageModelAway,
    LanguageModelBusy,
    LanguageModelRefuses,
    NotOne,
    Settings,
    Unusable,
)

if TYPE_CHECKING:
    from lyhord.kit.egress import Answer, Call

SECONDS = 60.0
"""For a whole answer: one on the company's own machine, without a graphics card, takes its time."""
MOST_BYTES = 1_000_000
MOST_TOKENS = 3_000
"""Of an answer, what a model thinks before it among them."""
LONGEST_WAIT = 300.0
MOST_SAID = 500

Post = Callable[["Call"], Awaitable["Answer"]]
T = TypeVar("T")
_THOUGHT = re.compile(r"<think>.*?(?:</think>|\Z)", re.DOTALL)


class _Message(Struct):
    content: str | None = None


class _Choice(Struct):
    message: _Message
    finish_reason: str | None = None


class _Usage(Struct):
    total_tokens: int | None = None


class _Completion(Struct):
    choices: list[_Choice]
    usage: _Usage | None = None


class Answered(Struct, frozen=True):
    """What it said, and the tokens that asking and answering took, as it counts them; 0 where it doesn't say."""

    text: str
    tokens: int


class Client:
    """One language model with its key. `seconds` is how long it may take for an answer."""

    def __init__(self, post: Post, settings: Settings, key: str, seconds: float = SECONDS) -> None:
        self._post = post
        self._settings = settings
        self._key = {"authorization": f"Bearer {key}"} if key else {}
        self._seconds = seconds

    async def ask(self, task: str, words: str) -> Answered:
        """What it answers to a task and the words that it is about.

        Raises `LanguageModelAway`, `LanguageModelRefuses`, `Unusable`, and `kit.egress.Refused`.
        """
        from lyhord.kit.egress import Call, Unreachable  # noqa: PLC0415 - an idle server spares it

        call = Call(
            url=f"{self._settings.address}/chat/completions",
            method="POST",
            headers={"content-type": "application/json", "accept": "application/json", **self._key},
            body=msgspec.json.encode(self._body(task, words)),
            seconds=self._seconds,
            size=MOST_BYTES,
        )
        try:
            answer = await self._post(call)
        except Unreachable as error:
            raise LanguageModelAway(str(error)) from error
        _check(answer)
        return _read(answer.body)

    def _body(self, task: str, words: str) -> dict[str, Any]:
        body = {
            "model": self._settings.model,
            "messages": [{"role": "system", "content": task}, {"role": "user", "content": words}],
            "stream": False,
        }
        if self._settings.dialect == "thinking":
            return {**body, "max_completion_tokens": MOST_TOKENS}
        return {**body, "temperature": 0, "max_tokens": MOST_TOKENS}


def read_json(text: str, kind: type[T]) -> T:
    """The JSON object in an answer, whatever the model thought or said around it. Raises `Unusable`."""
    said = _THOUGHT.sub("", text)
    start, end = said.find("{"), said.rfind("}")
    try:
        return msgspec.json.decode(said[start : end + 1] if start >= 0 else said, type=kind)
    except (msgspec.MsgspecError, UnicodeError) as error:
        raise Unusable(f"no answer in the form that was asked for: {error}") from error


def _check(answer: "Answer") -> None:
    status = answer.status
    said = f"the language model answered {status}"
    if status == 429:
        raise LanguageModelBusy(said, seconds=_wait(answer.headers.get("retry-after", "")))
    if status in (408, 409, 425) or status >= 500:
        raise LanguageModelAway(said, seconds=_wait(answer.headers.get("retry-after", "")))
    if status != 200:
        raise LanguageModelRefuses(status, answer.body[:MOST_SAID].decode("utf-8", "replace"))


def _wait(said: str) -> float:
    return min(float(said), LONGEST_WAIT) if said.isascii() and said.isdigit() else 0.0


def _read(body: bytes) -> Answered:
    try:
        completion = msgspec.json.decode(body, type=_Completion)
    except (msgspec.MsgspecError, UnicodeError) as error:
        raise NotOne(f"not answered as a language model would: {error}") from error
    if not completion.choices:
        raise Unusable("it answered nothing")
    [choice, *_] = completion.choices
    if choice.finish_reason == "length":
        raise Unusable("the answer is cut off")
    text = choice.message.content or ""
    if not text.strip():
        raise Unusable("it answered nothing")
    return Answered(text, (completion.usage.total_tokens or 0) if completion.usage else 0)

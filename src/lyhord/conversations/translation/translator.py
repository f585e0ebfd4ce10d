"""Speaks to a translator by its HTTP API, through the one way out."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

import msgspec
from msgspec import Struct

from lyhord.conversations.translation.model import (
    LEAST_SURE,
    Kind,
    Settings,
    TranslatorAway,
    TranslatorRefuses,
    Untranslatable,
)
from lyhord.workspaces.model import base_language

if TYPE_CHECKING:
    from lyhord.kit.egress import Answer, Call

SECONDS = 30.0
TASTE = 200
"""Characters by which a language is told."""

Post = Callable[["Call"], Awaitable["Answer"]]
T = TypeVar("T")


class Speaker(Protocol):
    """What a translator can do. Every call raises `TranslatorAway`, `TranslatorRefuses`, `Untranslatable`, and `kit.egress.Refused`."""

    async def list_languages(self) -> tuple[str, ...]:
        """The codes of the languages into which it translates, as it names them. Fails where the key isn't good."""

    async def detect(self, text: str) -> str:
        """The language of a text (`sv`), or "" where it isn't sure."""

    async def translate(self, texts: Sequence[str], source: str, target: str) -> list[str]:
        """The texts from one language into another, both by the translator's codes, in order."""


class _Api:
    """Calls to one address that answer with JSON."""

    def __init__(self, post: Post, address: str, headers: Mapping[str, str]) -> None:
        self._post = post
        self._address = address.rstrip("/")
        self._headers = {"content-type": "application/json", **headers}

    async def ask(self, path: str, kind: type[T], body: Any = None) -> T:
        """GET without a body, else POST."""
        from lyhord.kit.egress import Call, Unreachable  # noqa: PLC0415 - an idle server spares it

        call = Call(
            url=f"{self._address}{path}",
            method="GET" if body is None else "POST",
            headers=self._headers,
            body=b"" if body is None else msgspec.json.encode(body),
            seconds=SECONDS,
        )
        try:
            answer = await self._post(call)
        except Unreachable as error:
            raise TranslatorAway(str(error)) from error
        _check(answer.status)
        try:
            return msgspec.json.decode(answer.body, type=kind)
        except msgspec.MsgspecError as error:
            raise TranslatorAway(f"{path} isn't answered as a translator would: {error}") from error


def _check(status: int) -> None:
    """What else it answered is told to nobody: the address may be inside the house."""
    said = f"the translator answered {status}"
    if status in (401, 403, 456):
        raise TranslatorRefuses(said)
    if status in (400, 413, 422):
        raise Untranslatable(said)
    if status != 200:
        raise TranslatorAway(said)


class _Language(Struct):
    code: str = ""
    language: str = ""


class _Guess(Struct):
    language: str
    confidence: float = 100.0


class _Said(Struct, rename="camel"):
    translated_text: list[str]


class LibreTranslate:
    """LibreTranslate, or what speaks as it does. `key` may be empty where it asks for none."""

    def __init__(self, post: Post, address: str, key: str) -> None:
        self._api = _Api(post, address, {})
        self._key = {"api_key": key} if key else {}

    async def list_languages(self) -> tuple[str, ...]:
        """As `Speaker` says; a word is translated, since the list of languages is told without a key."""
        found = tuple(one.code for one in await self._api.ask("/languages", list[_Language]))
        if not found:
            raise TranslatorAway("it knows no language")
        with suppress(Untranslatable):  # a pair of languages that it doesn't have
            await self.translate(["a"], found[0], found[-1])
        return found

    async def detect(self, text: str) -> str:
        """As `Speaker` says. Older ones tell how sure they are from 0 to 1, newer ones in percent."""
        guesses = await self._api.ask("/detect", list[_Guess], {"q": text[:TASTE], **self._key})
        best = max(guesses, key=lambda guess: guess.confidence, default=_Guess("", 0))
        sure = best.confidence * 100 if best.confidence <= 1 else best.confidence
        return base_language(best.language) if sure >= LEAST_SURE else ""

    async def translate(self, texts: Sequence[str], source: str, target: str) -> list[str]:
        """As `Speaker` says."""
        body = {"q": list(texts), "source": source, "target": target, "format": "text", **self._key}
        return _as_many((await self._api.ask("/translate", _Said, body)).translated_text, texts)


class _Line(Struct):
    text: str
    detected_source_language: str = ""


class _Lines(Struct):
    translations: list[_Line]


class DeepL:
    """DeepL. It tells a language only by translating: the beginning of a text is, for that."""

    def __init__(self, post: Post, address: str, key: str) -> None:
        self._api = _Api(post, address, {"authorization": f"DeepL-Auth-Key {key}"})

    async def list_languages(self) -> tuple[str, ...]:
        """As `Speaker` says."""
        return tuple(one.language for one in await self._api.ask("/v2/languages?type=target", list[_Language]))

    async def detect(self, text: str) -> str:
        """As `Speaker` says. DeepL never says that it isn't sure."""
        [line] = (await self._ask({"text": [text[:TASTE]], "target_lang": "EN-GB"}, 1)).translations
        return base_language(line.detected_source_language)

    async def translate(self, texts: Sequence[str], source: str, target: str) -> list[str]:
        """As `Speaker` says. Sources have no region: `EN`, not `EN-GB`."""
        body = {"text": list(texts), "source_lang": base_language(source).upper(), "target_lang": target}
        return [line.text for line in (await self._ask(body, len(texts))).translations]

    async def _ask(self, body: Mapping[str, Any], most: int) -> _Lines:
        lines = await self._api.ask("/v2/translate", _Lines, body)
        _as_many(lines.translations, range(most))
        return lines


def _as_many(found: list[T], asked: Sequence[Any]) -> list[T]:
    if len(found) != len(asked):
        raise TranslatorAway(f"{len(found)} answers to {len(asked)} texts")
    return found


_KINDS: Mapping[Kind, Callable[[Post, str, str], Speaker]] = {"libretranslate": LibreTranslate, "deepl": DeepL}


def open_translator(settings: Settings, key: str, post: Post) -> Speaker:
    """The translator that a workspace has."""
    return _KINDS[settings.kind](post, settings.address, key)

"""A translator on the loopback that speaks the documented APIs of LibreTranslate and of DeepL.

It knows a few phrases; of others it says which language they came out in, so that tests see what was translated.
"""

from contextlib import ExitStack
from types import TracebackType
from typing import Any, NamedTuple, Self

from tests.counterparts.loopback import Asked as Request
from tests.counterparts.loopback import Said, loopback

LANGUAGES = ("en", "de", "sv", "fi", "zh-Hans")
KEY = "a key that only tests know"
PHRASES = {
    ("de", "en"): {
        "Guten Tag, wo bleibt meine Lampe?": "Good day, where is my lamp?",
        "Das war schade.": "That was a pity.",
    },
    ("en", "de"): {"It leaves tomorrow.": "Versand morgen."},
}
_SIGNS = {"de": ("guten", "das", "die", "danke"), "sv": ("och", "hej", "är"), "fi": ("hei", "missä")}


def detect(text: str) -> tuple[str, float]:
    """A language and how sure it is, in percent: by its commonest words, else English; of a few letters nobody can be sure."""
    words = set(text.lower().replace(",", " ").replace(".", " ").split())
    for language, signs in _SIGNS.items():
        if words & set(signs):
            return language, 92.0
    return ("en", 90.0) if len(text) > 5 else ("en", 12.0)


def translate(text: str, source: str, target: str) -> str:
    """A phrase that it knows, else the same words under the name of the language."""
    return PHRASES.get((source, target), {}).get(text, f"{target}: {text}")


class Asked(NamedTuple):
    """One call."""

    path: str
    body: Any


class TranslatorServer:
    """Listens from its making until it is closed. `status` other than 200 is what it answers to everything; `forgets` marks."""

    def __init__(self, *, key: str = KEY) -> None:
        self.key = key
        self.status = 200
        self.forgets = False
        self.asked: list[Asked] = []
        self._open = ExitStack()
        self.address = self._open.enter_context(loopback(self._serve)).address

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Hang up."""
        self._open.close()

    def texts(self) -> list[str]:
        """What it was asked to translate into another language."""
        bodies = [one.body for one in self.asked if one.path.endswith("/translate")]
        return [text for body in bodies for text in body.get("q", body.get("text"))]

    def _serve(self, asked: Request) -> Said:
        path = f"{asked.path}?{asked.query}" if asked.query else asked.path
        body = asked.json if asked.method == "POST" else None
        self.asked.append(Asked(path, body))
        status, answer = self.status, {"error": "Slowdown"}
        if status == 200:
            status, answer = self._answer(path, body, asked.headers.get("authorization", ""))
        return Said(status, answer, (("content-type", "application/json"),))

    def _answer(self, path: str, body: Any, authorization: str) -> tuple[int, Any]:
        if path.startswith("/v2/"):
            return self._deepl(path, body) if authorization == f"DeepL-Auth-Key {self.key}" else (403, {})
        if path == "/languages":
            return 200, [{"code": one, "name": one, "targets": list(LANGUAGES)} for one in LANGUAGES]
        if body.get("api_key", "") != self.key:
            return 403, {"error": "Invalid API key"}
        if path == "/detect":
            language, sure = detect(body["q"])
            return 200, [{"language": language, "confidence": sure}]
        if {body["source"], body["target"]} - set(LANGUAGES):
            return 400, {"error": f"{body['source']} is not supported"}
        return 200, {"translatedText": [self._said(text, body["source"], body["target"]) for text in body["q"]]}

    def _deepl(self, path: str, body: Any) -> tuple[int, Any]:
        if path == "/v2/languages?type=target":
            return 200, [{"language": one, "name": one} for one in ("DE", "EN-GB", "EN-US", "SV")]
        source = body.get("source_lang")
        lines = []
        for text in body["text"]:
            spoken = source.lower() if source else detect(text)[0]
            said = self._said(text, spoken, body["target_lang"].split("-")[0].lower())
            lines.append({"detected_source_language": spoken.upper(), "text": said})
        return 200, {"translations": lines}

    def _said(self, text: str, source: str, target: str) -> str:
        said = translate(text, source, target)
        return said.replace("[1]", "") if self.forgets else said

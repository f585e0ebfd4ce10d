"""Translating for real: one text while somebody waits, or a batch of messages in a job."""

from collections.abc import Callable, Sequence

from lyhord.conversations.translation.actions import Made, Stored
from lyhord.conversations.translation.model import (
    MOST_TEXT,
    Settings,
    Untranslatable,
    code_of,
    guard,
    targets_of,
)
from lyhord.conversations.translation.translator import Post, Speaker, open_translator
from lyhord.conversations.translation.views import Task, Words
from lyhord.kit.secrets import Sealer

Private = Callable[[str, str], Sequence[str]]
"""The words of a text in a language ("" unknown) that identify somebody."""


def _nothing(_text: str, _language: str) -> Sequence[str]:
    return ()


class TranslatorDesk:
    """What routes and jobs need to reach a workspace's translator; `app` makes it."""

    def __init__(self, post: Post, sealer: Sealer, private: Private = _nothing) -> None:
        self.post = post
        self.sealer = sealer
        self.private = private

    def hidden(self, settings: Settings, text: str, language: str) -> Sequence[str]:
        """The words of a text that must not reach the translator."""
        return self.private(text, language) if settings.hides else ()

    def open(self, stored: Stored) -> Speaker:
        """The translator with its key."""
        return open_translator(stored.settings, self.key_of(stored), self.post)

    def key_of(self, stored: Stored) -> str:
        """The key of a translator; "" for none."""
        return self.sealer.open(stored.secrets)["key"] if stored.secrets else ""


async def translate_text(
    speaker: Speaker, settings: Settings, text: str, source: str, target: str, hidden: Sequence[str] = ()
) -> str:
    """One text in another language, the company's words as it says them, and `hidden` ones as they are: these stay here.

    Raises what `Speaker` raises.
    """
    if len(text) > MOST_TEXT:
        raise Untranslatable(f"more than {MOST_TEXT} characters")
    source_code, target_code = code_of(source, settings.languages), code_of(target, settings.languages)
    if source_code is None or target_code is None:
        raise Untranslatable(f"it doesn't translate from {source} into {target}")
    guarded = guard(text, settings.terms, target, hidden)
    [translated] = await speaker.translate([guarded.text], source_code, target_code)
    restored = guarded.restore(translated)
    if restored is not None:
        return restored
    wordy = [piece.strip() for piece in guarded.pieces if piece.strip()]
    done = iter(await speaker.translate(wordy, source_code, target_code) if wordy else ())
    return guarded.join([next(done) if piece.strip() else piece for piece in guarded.pieces])


async def translate_messages(desk: TranslatorDesk, task: Task, into: str = "") -> list[Made]:
    """What becomes of the messages of a task. One that can't be translated holds up no other; raises when the translator is away."""
    speaker = desk.open(task.translator)
    return [await _make(desk, speaker, task, words, into) for words in task.words]


async def _make(desk: TranslatorDesk, speaker: Speaker, task: Task, words: Words, into: str) -> Made:
    settings = task.translator.settings
    try:
        hidden = desk.hidden(settings, words.text, words.language or words.before)
        language = words.language or await speaker.detect(guard(words.text, (), "", hidden).text) or words.before
        texts = {}
        for target in _wanted(settings, language, into, task.reads) if language else ():
            if target not in words.there:
                texts[target] = await translate_text(speaker, settings, words.text, language, target, hidden)
    except Untranslatable as problem:
        return Made(words.message_id, problem=problem.key)
    return Made(words.message_id, language, texts)


def _wanted(settings: Settings, language: str, into: str, reads: Sequence[tuple[str, ...]]) -> list[str]:
    """The languages that are wanted and can be had; what was asked for by name is tried, so that a person hears why not."""
    if into:
        return [into] if into != language else []
    if code_of(language, settings.languages) is None:
        return []
    return [one for one in targets_of(language, reads) if code_of(one, settings.languages)]

"""Tries a language model before it is stored, and says what to do where it doesn't work."""

from msgspec.structs import replace

from lyhord.hearing.language_model.client import Client, Post
from lyhord.hearing.language_model.model import (
    LanguageModelAway,
    LanguageModelBusy,
    LanguageModelRefuses,
    NotOne,
    Settings,
    Unusable,
)
from lyhord.kit.problems import Invalid, Problem

TASK = "You check a connection. Answer with this JSON object alone."
WORDS = '{"works": true}'
KEYS = {401: "key", 402: "key", 403: "key"}
_OTHERWISE = (400, 422)
"""What a model answers that wants to be asked in the other dialect."""


async def try_model(post: Post, settings: Settings, key: str, seconds: float) -> Settings:
    """The settings with the dialect in which it answers. Raises `Invalid`, whose field says what to correct."""
    try:
        return await _ask(post, settings, key, seconds)
    except LanguageModelBusy as problem:
        raise _wrong(
            "key", "language_model.busy", "It has had too many calls, or the allowance is used up."
        ) from problem
    except LanguageModelAway as problem:
        raise _wrong("address", "language_model.bad_address", "Nothing usable answers there in time.") from problem
    except LanguageModelRefuses as problem:
        raise _refused(settings, problem) from problem
    except NotOne as problem:
        raise _wrong("address", "language_model.incompatible", "What answers there is no language model.") from problem
    except Unusable as problem:
        raise _wrong("model", "language_model.says_nothing", "The model doesn't say anything.") from problem
    except Problem as problem:
        raise _wrong("address", "language_model.not_called", "That address isn't called.") from problem


async def _ask(post: Post, settings: Settings, key: str, seconds: float) -> Settings:
    plain = replace(settings, dialect="plain")
    try:
        await Client(post, plain, key, seconds).ask(TASK, WORDS)
    except LanguageModelRefuses as problem:
        if problem.status_code not in _OTHERWISE:
            raise
    else:
        return plain
    thinking = replace(settings, dialect="thinking")
    await Client(post, thinking, key, seconds).ask(TASK, WORDS)
    return thinking


def _refused(settings: Settings, problem: LanguageModelRefuses) -> Invalid:
    status = problem.status_code
    if status in KEYS:
        return _wrong("key", "language_model.bad_key", "It doesn't take this key.")
    if status in _OTHERWISE or (status == 404 and "model" in problem.said.lower()):
        return _wrong("model", "language_model.bad_model", f"It has no model called {settings.model}.")
    return _wrong("address", "language_model.incompatible", "What answers there is no language model.")


def _wrong(field: str, key: str, detail: str) -> Invalid:
    return Invalid(detail, fields={field: key})

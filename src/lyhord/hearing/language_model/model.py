"""A workspace's language model as values, and the ways in which it doesn't answer."""

from collections.abc import Mapping
from typing import Literal

from msgspec import Struct

from lyhord.kit.problems import NotFound, Problem

Use = Literal["summaries", "cases", "themes"]
"""What it is used for: summaries of tickets, how similar cases were solved, names of themes."""
Dialect = Literal["plain", "thinking"]
"""How it wants to be asked: as everybody takes it, or as models that think before they answer do, which refuse a temperature."""

MOST_ADDRESS, MOST_NAME, MOST_KEY = 500, 200, 1_000
USUAL_A_DAY, MOST_A_DAY = 200, 100_000
"""Calls of a day (of UTC) that a workspace allows, unless it says otherwise; and at most."""
KEPT_DAYS = 35


class Settings(Struct, frozen=True, kw_only=True):
    """Where a workspace's language model is, how it is called there, and what it is for.

    `hides`: what identifies somebody (addresses, numbers of phones, cards, persons) isn't sent there.
    """

    address: str
    model: str
    uses: tuple[Use, ...] = ()
    hides: bool = True
    most_a_day: int = USUAL_A_DAY
    dialect: Dialect = "plain"


class Today(Struct, frozen=True):
    """What was asked of it today, in how many tokens both ways as it counts them; `failed` of these calls came to nothing, the last for
    `problem`, a message key.
    """

    calls: int = 0
    tokens: int = 0
    failed: int = 0
    problem: str = ""


class LanguageModel(Struct, frozen=True, kw_only=True):
    """A workspace's language model as screens see it. `address` is empty for those who can't change it."""

    address: str
    model: str
    has_key: bool
    uses: tuple[Use, ...]
    hides: bool
    most_a_day: int
    today: Today


class NoLanguageModel(NotFound):
    """Connect one in the settings, and switch on what it is for."""

    key = "problem.no_language_model"


class LanguageModelAway(Problem):
    """It doesn't answer, or is too busy: later it may. `seconds` is when it wants to be asked again, 0 where it doesn't say."""

    status = 502
    key = "problem.language_model_away"

    def __init__(self, detail: str = "", *, seconds: float = 0) -> None:
        super().__init__(detail)
        self.seconds = seconds


class LanguageModelBusy(LanguageModelAway):
    """It had too many calls, or an allowance with it is used up."""

    key = "problem.language_model_busy"


class LanguageModelRefuses(Problem):
    """It wants another key, has no such model, or doesn't take what is asked: only a person can help. `status_code` is its answer's."""

    status = 502
    key = "problem.language_model_refuses"

    def __init__(self, status_code: int, said: str = "") -> None:
        super().__init__(f"the language model answered {status_code}")
        self.status_code = status_code
        self.said = said
        """The beginning of its answer. Told to nobody: the address may be inside the house."""


class Unusable(Problem):
    """It answered with something that can't be used: no answer at all, one that is cut off, or not in the form that was asked for."""

    status = 502
    key = "problem.language_model_unusable"


class Unfounded(Problem):
    """Too much of what it said doesn't stand in its sources."""

    status = 502
    key = "problem.language_model_unfounded"


class NotOne(Unusable):
    """What answers isn't a language model."""


USED_UP = "problem.language_model_used_up"
"""The calls that the workspace allows in a day are used up."""

LANGUAGES: Mapping[str, str] = {
    "en": "English",
    "sv": "Swedish",
    "nb": "Norwegian (bokmål)",
    "fi": "Finnish",
    "zh-CN": "Chinese (simplified)",
}
"""How a language model is told in which of our languages to write."""

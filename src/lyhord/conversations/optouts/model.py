"""The words by which people say that they want no more messages, or want them again. They count where they are all that was said."""

import unicodedata
from typing import Literal

Wish = Literal["opt_out", "opt_in"]

CONFIRMED = "opt_confirmed"
"""Flag of a message whose wish the channel's owner has confirmed to the customer already: we don't do it again."""
RETURNED = "returned"
"""Flag of what is said on a channel whose owner ends a conversation for the customer: who writes may be written to again. It undoes
that end alone, never a wish that they wrote out."""
WISHES = frozenset({"opt_out", "opt_in", RETURNED})
PURPOSE = "messages"
"""The purpose of the consent that is recorded."""

LONGEST = 24
_ENDS = " \t\r\n.!?。！？\"'«»“”"

_WORDS: dict[Wish, dict[str, str]] = {
    "opt_out": {
        "": "stop stopall unsubscribe cancel end quit revoke optout opt-out td",
        "sv": "sluta avsluta avregistrera",
        "nb": "avslutt stans",
        "fi": "lopeta peruuta",
        "zh": "退订 回td退订 td退订 取消订阅 停止",
    },
    "opt_in": {"": "start unstop", "sv": "starta", "fi": "aloita", "zh": "订阅 恢复订阅 开始"},
}
_BY_WORD: dict[str, tuple[Wish, str]] = {
    **{
        word: (wish, language)
        for wish, languages in _WORDS.items()
        for language, words in languages.items()
        for word in words.split()
    },
    "opt out": ("opt_out", ""),
    "stop all": ("opt_out", ""),
    "stopp": ("opt_out", ""),
    "meld av": ("opt_out", "nb"),
}


def find_wish(text: str) -> Wish | None:
    """What somebody asks for who says nothing else than one of the words."""
    found = _find(text)
    return found[0] if found else None


def language_of_wish(text: str) -> str:
    """The language whose word it is; "" where several have it."""
    found = _find(text)
    return found[1] if found else ""


def only_word(text: str) -> str:
    """What a short text says, without case and the signs around it; "" for a longer one."""
    if len(text) > LONGEST:
        return ""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().strip(_ENDS).split())


def _find(text: str) -> tuple[Wish, str] | None:
    return _BY_WORD.get(only_word(text))

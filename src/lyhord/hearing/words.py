"""Words that tell languages apart in a line of chat, and that the corpora behind the letters have seldom: in nats, for each language."""

import re
from collections.abc import Mapping

_TELLING: Mapping[str, str] = {
    "sv 3": "tack tacka tjena hejsan hälsningar vänligen gärna hur inte jag är och också något snälla mycket vad",
    "sv 1.5": "hej nej bara efter nu var mvh",
    "nb 3": "takk gjerne mye noe noen hva nå ikkje uke hilsen hei nei",
    "nb 2": "etter ikke jeg mvh hvordan",
    "da 3": "tak noget nogen hvad uge venlig goddag gerne meget undskyld hvornår",
    "da 1.5": "hej nej efter nu ikke jeg hvordan mvh hilsen",
    "fi 3": "moi moikka kiitos kiitti joo kyllä terveisin missä milloin onko ei minun tilaus",
    "fi 1": "hei",
    "de 3": "hallo danke bitte nein guten moin tschüss",
    "en 3": "hi hello hey thanks thx please pls yes the my you what where",
    "nl 2": "hallo hoi bedankt alstublieft",
    "is 2": "takk hæ",
    "ru 3": "где спасибо здравствуйте привет пожалуйста что",
    "uk 3": "де дякую вітаю привіт будь ласка добрий що",
    "bg 2": "къде благодаря здравейте моля",
}
MOST = 3
"""Words of a text that count: a sentence tells by its letters."""
_WORD = re.compile(r"[^\W\d_]+")


def _by_word() -> dict[str, dict[str, float]]:
    found: dict[str, dict[str, float]] = {}
    for key, words in _TELLING.items():
        language, nats = key.split()
        for word in words.split():
            found.setdefault(word, {})[language] = float(nats)
    return found


_BY_WORD = _by_word()


def told_by_words(text: str) -> dict[str, float]:
    """How much the words of a short text speak for languages."""
    told: dict[str, float] = {}
    known = [word for word in _WORD.findall(text.lower()) if word in _BY_WORD]
    for word in known[:MOST]:
        for language, nats in _BY_WORD[word].items():
            told[language] = told.get(language, 0.0) + nats
    return told

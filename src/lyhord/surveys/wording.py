"""How a survey asks: the question with its reason, in the customer's language, in the form that their channel can answer. Pure."""

from collections.abc import Sequence
from html import escape
from typing import Literal

from msgspec import Struct

from lyhord.conversations.model import Reply
from lyhord.kit.words import say
from lyhord.surveys.model import SCALES, Survey, SurveyText

Form = Literal["buttons", "links", "number"]
_FACES = {1: "😠", 2: "😞", 3: "😐", 4: "😊", 5: "😃"}


class Question(Struct, frozen=True):
    """What is said. `html` and `buttons` are of the forms that have them."""

    text: str
    html: str | None = None
    buttons: tuple[str, ...] = ()


def words_for(survey: Survey, language: str) -> SurveyText:
    """The question and its reason in a language: the survey's own words, else ours."""
    for exactly in (True, False):
        for one in survey.texts:
            if one.language == language or (not exactly and _bare(one.language) == _bare(language)):
                return one
    return SurveyText(
        language,
        say(language, f"survey.ask.{survey.kind}.{survey.about}"),
        say(language, f"survey.because.{survey.about}"),
    )


def labels_of(kind: str) -> tuple[str, ...]:
    """What stands on the buttons, worst first; none where there are more scores than a channel takes buttons."""
    least, most = SCALES[kind]
    if most - least >= 10:
        return ()
    return tuple(f"{one} {_FACES[one]}" if kind == "csat" else str(one) for one in range(least, most + 1))


def compose(survey: Survey, language: str, form: Form, address: str = "") -> Question:
    """The words of a question. `address` is the page where it is answered, to which `&score=` is added."""
    words, scale = words_for(survey, language), say(language, f"survey.scale.{survey.kind}")
    if form == "links":
        by_link, or_reply = say(language, "survey.by_link"), say(language, "survey.or_reply")
        return Question(
            f"{words.question}\n{scale}\n\n{by_link} {address}\n{or_reply}\n\n{words.why}",
            _as_letter(words, (scale, by_link, or_reply), survey.kind, address),
        )
    if form == "buttons":
        return Question(f"{words.question}\n{scale}\n\n{words.why}", buttons=labels_of(survey.kind))
    return Question(f"{words.question}\n{say(language, 'survey.by_number')} {scale}\n\n{words.why}")


def is_shown(reply: Reply) -> bool:
    """Whether the buttons of a planned reply are shown as buttons."""
    return bool(reply.buttons) and not reply.numbered


def _as_letter(words: SurveyText, lines: Sequence[str], kind: str, address: str) -> str:
    scale, by_link, or_reply = map(escape, lines)
    least, most = SCALES[kind]
    faces = labels_of(kind) or [str(one) for one in range(least, most + 1)]
    links = " · ".join(
        f'<a href="{escape(address)}&amp;score={least + place}">{escape(face)}</a>' for place, face in enumerate(faces)
    )
    return (
        f"<p>{escape(words.question)}<br>{scale}</p><p>{by_link}</p><p>{links}</p>"
        f"<p>{or_reply}</p><p>{escape(words.why)}</p>"
    )


def _bare(language: str) -> str:
    return language.partition("-")[0].lower()

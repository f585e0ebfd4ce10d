"""Canned replies as values, and the rules of their variables: logic-less, each one known, each with a fall-back if wanted.

`{{contact.name|there}}` becomes the contact's name, or "there" where it isn't known. `fills.json` beside the tests holds the cases
that this and `frontend/inbox/src/talk/fill.ts` must agree on.
"""

import re
from collections.abc import Mapping, Sequence
from difflib import get_close_matches

from msgspec import Struct

from lyhord.conversations.buttons import clean_buttons
from lyhord.conversations.model import Attachment
from lyhord.kit.problems import Invalid
from lyhord.kit.text import clean, clean_name

VARIABLES = (
    "contact.name",
    "contact.first_name",
    "contact.email",
    "contact.phone",
    "agent.name",
    "agent.first_name",
    "agent.email",
    "workspace.name",
    "inbox.name",
    "ticket.subject",
    "promise",
)
"""What a text can name. A variable of which nothing is known is its fall-back, or nothing.

`promise`, by when an answer comes, is known where a rule says something by itself: whoever writes answers.
"""

MOST_TEXT = 20_000
MOST_LANGUAGES = 30
NAME_LIMIT = 100
SHORTCUT_LIMIT = 40

_VARIABLE = re.compile(r"\{\{([^{}|\n]*)(?:\|([^{}\n]*))?\}\}")
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")


class Text(Struct, frozen=True, forbid_unknown_fields=True):
    """What a canned reply says in one language, such as `sv` or `zh-CN`."""

    language: str
    text: str


class CannedReply(Struct, frozen=True, kw_only=True):
    """A canned reply. With `agent_id` it is that agent's own, else with `team_id` the team's, else everybody's."""

    id: str
    name: str
    shortcut: str
    texts: tuple[Text, ...]
    attachments: tuple[Attachment, ...]
    buttons: tuple[str, ...]
    team_id: str | None
    agent_id: str | None
    uses: int
    changed_at: int


class CannedWords(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What makes up a canned reply. `mine`: for the writer alone."""

    name: str
    texts: tuple[Text, ...]
    shortcut: str = ""
    attachment_ids: tuple[str, ...] = ()
    buttons: tuple[str, ...] = ()
    team_id: str | None = None
    mine: bool = False


class Whose(Struct, frozen=True):
    """Who looks: an agent sees their own, their teams' and everybody's. `team_ids` None: every team's, for who looks after them."""

    agent_id: str | None
    team_ids: tuple[str, ...] | None


def fill(text: str, values: Mapping[str, str]) -> str:
    """`text` with each variable replaced, once: what a value says is never read as a variable."""
    return _VARIABLE.sub(lambda found: values.get(found[1].strip(), "") or (found[2] or "").strip(), text)


def first_name(name: str) -> str:
    """What stands before the first space: a name without one is whole."""
    return name.partition(" ")[0]


def check_variables(text: str, field: str, known: Sequence[str] = VARIABLES) -> None:
    """Raise `Invalid` for a variable that isn't `known`, with the nearest that is, or for one that isn't closed."""
    for found in _VARIABLE.finditer(text):
        name = found[1].strip()
        if name not in known:
            near = get_close_matches(name, known, n=1)
            hint = f"Did you mean {{{{{near[0]}}}}}?" if near else f"There are: {', '.join(known)}."
            raise Invalid(
                f"There is no variable {{{{{name}}}}}. {hint}",
                key="problem.unknown_variable",
                fields={field: "problem.unknown_variable"},
            )
    if "{{" in _VARIABLE.sub("", text):
        raise Invalid(
            "Write a variable as {{contact.name}} or {{contact.name|there}}.",
            key="problem.open_variable",
            fields={field: "problem.open_variable"},
        )


def checked(words: CannedWords) -> CannedWords:
    """The same, cleaned; raises `Invalid` naming what is missing or doesn't fit."""
    name = clean_name(words.name, NAME_LIMIT)
    if not name:
        raise Invalid("A name is needed.", fields={"name": "field.missing"})
    texts = tuple(Text(text.language, clean(text.text, MOST_TEXT).strip()) for text in words.texts)
    languages = [text.language for text in texts]
    if not texts or not all(text.text for text in texts):
        raise Invalid("Write what it says, in each of its languages.", fields={"texts": "problem.empty"})
    if len(texts) > MOST_LANGUAGES or len(set(languages)) < len(languages):
        raise Invalid("Each language once, and at most 30.", fields={"texts": "field.invalid"})
    if not all(_LANGUAGE.fullmatch(language) for language in languages):
        raise Invalid("Write languages as sv or zh-CN.", fields={"texts": "field.language"})
    for text in texts:
        check_variables(text.text, "texts")
    if words.mine and words.team_id:
        raise Invalid("A canned reply is yours or a team's.", fields={"team_id": "field.invalid"})
    shortcut = "".join(clean_name(words.shortcut, SHORTCUT_LIMIT).lower().lstrip("/").split())
    return CannedWords(
        name=name,
        texts=texts,
        shortcut=shortcut,
        attachment_ids=words.attachment_ids,
        buttons=clean_buttons(words.buttons),
        team_id=words.team_id,
        mine=words.mine,
    )


def names(text: str, variable: str) -> bool:
    """Whether a text names a variable."""
    return any(found[1].strip() == variable for found in _VARIABLE.finditer(text))


def text_for(texts: Sequence[Text], *languages: str | None) -> Text:
    """The one in the first of `languages` that there is, region aside where need be; else the first."""
    for wanted in filter(None, languages):
        for text in texts:
            if text.language.lower() == wanted.lower():
                return text
        for text in texts:
            if text.language.partition("-")[0].lower() == wanted.partition("-")[0].lower():
                return text
    return texts[0]

"""The REST routes of translation."""

from typing import Annotated

from litestar import delete, get, post, put
from msgspec import Meta, Struct
from msgspec.structs import replace

from lyhord.conversations import views as conversations
from lyhord.conversations.translation import views
from lyhord.conversations.translation.actions import (
    ask_for_translation,
    change_terms,
    connect_translator,
    find_translator,
    get_translator,
    remove_translator,
)
from lyhord.conversations.translation.desk import TranslatorDesk, translate_text
from lyhord.conversations.translation.model import (
    MOST_TERMS,
    MOST_TEXT,
    Kind,
    Settings,
    Term,
    Translator,
    TranslatorAway,
    TranslatorRefuses,
)
from lyhord.conversations.translation.translator import open_translator
from lyhord.kit.clock import MINUTE
from lyhord.kit.database import Database
from lyhord.kit.http import Principal, requires
from lyhord.kit.problems import Invalid, Problem
from lyhord.kit.rates import Rate
from lyhord.workspaces.doors import Office
from lyhord.workspaces.model import Language
from lyhord.workspaces.reach import Reach

TRANSLATE = Rate("translate", 60, MINUTE)


class NewTranslator(Struct, forbid_unknown_fields=True):
    """A translator to connect. `key` null: the one that was given before for the same address, else none.

    `hides`: what identifies somebody isn't sent there.
    """

    kind: Kind
    address: Annotated[str, Meta(min_length=1, max_length=500)]
    key: Annotated[str, Meta(max_length=500)] | None = None
    hides: bool = False


class TheTranslator(Struct):
    """The workspace's translator, or none."""

    translator: Translator | None


class Terms(Struct, forbid_unknown_fields=True):
    """All words that the translator must know."""

    terms: Annotated[tuple[Term, ...], Meta(max_length=MOST_TERMS)]


class Text(Struct, forbid_unknown_fields=True):
    """Words to translate, and the languages from and into which; without `into` that of the customer's last words."""

    text: Annotated[str, Meta(min_length=1, max_length=MOST_TEXT)]
    source: Language
    into: Language | None = None


class Translated(Struct):
    """The same words in another language."""

    text: str
    language: str


class Wanted(Struct, forbid_unknown_fields=True):
    """Into which language."""

    into: Language


@get("/api/v1/translator", guards=[requires("conversations.read")], summary="The workspace's translator")
async def get_the_translator(principal: Principal, database: Database) -> TheTranslator:
    """Where it is only those are told who may change it; its key nobody."""
    whole = "workspace.manage" in principal.powers
    return TheTranslator(await database.read(principal.workspace_id, views.show_translator, whole=whole))


@put("/api/v1/translator", guards=[requires("workspace.manage")], summary="Connect a translator")
async def put_translator(
    data: NewTranslator, principal: Principal, database: Database, office: Office, translators: TranslatorDesk
) -> TheTranslator:
    """It is tried before it is stored: 422 names what doesn't work. From then on what customers write is translated."""
    office.limiter.take(TRANSLATE, principal.subject)
    before = await database.read(principal.workspace_id, find_translator)
    settings = Settings(kind=data.kind, address=data.address.strip().rstrip("/"), hides=data.hides)
    key = (data.key or "").strip()
    if data.key is None and before and _place(before.settings) == _place(settings):
        key = translators.key_of(before)
    languages = await _try(settings, key, translators)
    await database.write(
        principal.workspace_id,
        connect_translator,
        replace(settings, languages=languages),
        translators.sealer.seal({"key": key}) if key else None,
        actor=principal.subject,
    )
    return TheTranslator(await database.read(principal.workspace_id, views.show_translator, whole=True))


@delete("/api/v1/translator", guards=[requires("workspace.manage")], summary="Disconnect the translator")
async def delete_translator(principal: Principal, database: Database) -> None:
    """What was translated stays."""
    await database.write(principal.workspace_id, remove_translator, actor=principal.subject)


@put(
    "/api/v1/translator/words", guards=[requires("workspace.manage")], summary="The words that the translator must know"
)
async def put_words(data: Terms, principal: Principal, database: Database) -> TheTranslator:
    """These replace the ones before. What was translated stays as it is."""
    await database.write(principal.workspace_id, change_terms, data.terms, actor=principal.subject)
    return TheTranslator(await database.read(principal.workspace_id, views.show_translator, whole=True))


@post(
    "/api/v1/conversations/{conversation_id:str}/translation",
    guards=[requires("conversations.reply")],
    status_code=200,
    summary="Translate a reply before it is sent",
)
async def translate_reply(
    conversation_id: str,
    data: Text,
    principal: Principal,
    database: Database,
    office: Office,
    translators: TranslatorDesk,
) -> Translated:
    """Nothing is stored. 502 when the translator doesn't answer, 422 when it can't do this."""
    office.limiter.take(TRANSLATE, principal.subject)
    reach = Reach(principal.inbox_ids)
    conversation = await database.read(principal.workspace_id, conversations.get_visible, reach, conversation_id)
    stored = await database.read(principal.workspace_id, get_translator)
    into = data.into or conversation.language
    if into is None:
        raise Invalid("Say into which language.", fields={"into": "problem.required"})
    text = await translate_text(
        translators.open(stored),
        stored.settings,
        data.text,
        data.source,
        into,
        translators.hidden(stored.settings, data.text, data.source),
    )
    return Translated(text, into)


@post(
    "/api/v1/messages/{message_id:str}/translation",
    guards=[requires("conversations.read")],
    status_code=202,
    summary="Have a message translated",
)
async def translate_message(
    message_id: str, data: Wanted, principal: Principal, database: Database, office: Office
) -> None:
    """Into a language that it isn't there in, or again where that went wrong. The message changes when it is done."""
    office.limiter.take(TRANSLATE, principal.subject)
    await database.read(principal.workspace_id, conversations.get_message, Reach(principal.inbox_ids), message_id)
    await database.read(principal.workspace_id, get_translator)
    await database.write(principal.workspace_id, ask_for_translation, [message_id], data.into, actor=principal.subject)


def _place(settings: Settings) -> tuple[str, str]:
    """Whose key it is: sent to another address it would be given away."""
    return settings.kind, settings.address


async def _try(settings: Settings, key: str, translators: TranslatorDesk) -> tuple[str, ...]:
    """The languages that a translator knows. Raises `Invalid` with the field to correct."""
    try:
        return await open_translator(settings, key, translators.post).list_languages()
    except TranslatorRefuses as problem:
        raise Invalid("It doesn't take this key.", fields={"key": "translator.bad_key"}) from problem
    except TranslatorAway as problem:
        raise Invalid("No translator answers there.", fields={"address": "translator.bad_address"}) from problem
    except Problem as problem:
        raise Invalid("That address isn't called.", fields={"address": "problem.address_refused"}) from problem


routes = [
    get_the_translator,
    put_translator,
    delete_translator,
    put_words,
    translate_reply,
    translate_message,
]

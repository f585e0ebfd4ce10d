"""The REST routes of a workspace's language model."""

from typing import Annotated

from litestar import delete, get, put
from msgspec import Meta, Struct

from lyhord.hearing.language_model.actions import (
    connect_language_model,
    find_language_model,
    remove_language_model,
    show_language_model,
)
from lyhord.hearing.language_model.desk import LanguageModelDesk
from lyhord.hearing.language_model.model import (
    MOST_A_DAY,
    MOST_ADDRESS,
    MOST_KEY,
    MOST_NAME,
    USUAL_A_DAY,
    LanguageModel,
    Settings,
    Use,
)
from lyhord.hearing.language_model.trying import try_model
from lyhord.kit.clock import MINUTE
from lyhord.kit.database import Database
from lyhord.kit.http import Principal, requires
from lyhord.kit.rates import Rate
from lyhord.workspaces.doors import Office

TRY = Rate("language_model", 20, MINUTE)
PATH = "/api/v1/language-model"


class NewLanguageModel(Struct, forbid_unknown_fields=True):
    """A language model to connect, as any that speaks OpenAI's protocol. `address` is that before `/chat/completions`.

    `key` null: the one that was given before for the same address, else none. `uses`: what it is for; none unless said. `hides`: what
    identifies somebody isn't sent there. `most_a_day`: calls, in a day of UTC.
    """

    address: Annotated[str, Meta(min_length=1, max_length=MOST_ADDRESS)]
    model: Annotated[str, Meta(min_length=1, max_length=MOST_NAME)]
    key: Annotated[str, Meta(max_length=MOST_KEY)] | None = None
    uses: Annotated[tuple[Use, ...], Meta(max_length=3)] = ()
    hides: bool = True
    most_a_day: Annotated[int, Meta(ge=1, le=MOST_A_DAY)] = USUAL_A_DAY


class TheLanguageModel(Struct):
    """The workspace's language model, or none."""

    language_model: LanguageModel | None


@get(PATH, guards=[requires("conversations.read")], summary="The workspace's language model")
async def get_the_language_model(principal: Principal, database: Database) -> TheLanguageModel:
    """Where it is only those are told who may change it; its key nobody."""
    whole = "workspace.manage" in principal.powers
    return TheLanguageModel(await database.read(principal.workspace_id, show_language_model, whole=whole))


@put(PATH, guards=[requires("workspace.manage")], summary="Connect a language model")
async def put_language_model(
    data: NewLanguageModel,
    principal: Principal,
    database: Database,
    office: Office,
    language_models: LanguageModelDesk,
) -> TheLanguageModel:
    """It is asked something before it is stored: 422 names what doesn't work, and with `language_model.…` what to do."""
    office.limiter.take(TRY, principal.subject)
    before = await database.read(principal.workspace_id, find_language_model)
    settings = Settings(
        address=data.address.strip().rstrip("/").removesuffix("/chat/completions"),
        model=data.model.strip(),
        uses=tuple(dict.fromkeys(data.uses)),
        hides=data.hides,
        most_a_day=data.most_a_day,
    )
    key = (data.key or "").strip()
    if data.key is None and before and before.settings.address == settings.address:
        key = language_models.key_of(before)
    found = await try_model(language_models.post, settings, key, language_models.seconds)
    secrets = language_models.sealer.seal({"key": key}) if key else None
    await database.write(principal.workspace_id, connect_language_model, found, secrets, actor=principal.subject)
    return TheLanguageModel(await database.read(principal.workspace_id, show_language_model, whole=True))


@delete(PATH, guards=[requires("workspace.manage")], summary="Disconnect the language model")
async def delete_language_model(principal: Principal, database: Database) -> None:
    """Summaries and cases are in the words that were said again; themes keep the names that they have."""
    await database.write(principal.workspace_id, remove_language_model, actor=principal.subject)


routes = [get_the_language_model, put_language_model, delete_language_model]

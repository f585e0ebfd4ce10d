"""The REST routes of reasons, and of the model that tells them."""

import msgspec
from litestar import get, patch, post
from msgspec import Struct

from lyhord.hearing.findings.model import REASON
from lyhord.hearing.reasons import actions, reading, store
from lyhord.hearing.reasons.model import NewReason, Reason, ReasonChange
from lyhord.hearing.reasons.trials import Figures
from lyhord.kit.database import Database, ReadTx
from lyhord.kit.http import IdempotencyKey, Principal, once, requires


class Version(Struct, frozen=True):
    """A version of a model that tells findings of a kind. `state` is `current`, `earlier`, or `worse` than the one that stayed."""

    version: int
    state: str
    made_at: int
    figures: Figures


class KindModel(Struct, frozen=True):
    """What tells findings of a kind in the workspace: the current version, 0 for the one that came with the product, and the last ones
    made. `corrections` is how many there are; `learns` whether it is about to learn from what was said since.
    """

    current: int
    corrections: int
    learns: bool
    versions: tuple[Version, ...]


class Chosen(Struct, frozen=True, forbid_unknown_fields=True):
    """The version that is to tell from now on."""

    version: int


@get("/api/v1/reasons", guards=[requires("conversations.read")], summary="Why customers write")
async def list_reasons(database: Database, principal: Principal) -> list[Reason]:
    """The tree of reasons, siblings in their order; those that were archived last."""
    return await database.read(principal.workspace_id, reading.list_reasons)


@post("/api/v1/reasons", guards=[requires("workspace.manage")], summary="Add a reason")
async def add_reason(data: NewReason, database: Database, principal: Principal, key: IdempotencyKey = None) -> Reason:
    """It is told as soon as the model has learned its examples, within a minute."""
    action = once(actions.create_reason, key, Reason)
    return await database.write(principal.workspace_id, action, data, actor=principal.subject)


@patch("/api/v1/reasons/{reason_id:str}", guards=[requires("workspace.manage")], summary="Change a reason")
async def change_reason(reason_id: str, data: ReasonChange, database: Database, principal: Principal) -> Reason:
    """Or archive it, or merge it into another one: tickets that have it keep it, and it can come back."""
    return await database.write(principal.workspace_id, actions.change_reason, reason_id, data, actor=principal.subject)


@get("/api/v1/reasons/model", guards=[requires("conversations.read")], summary="What tells reasons")
async def get_model(database: Database, principal: Principal) -> KindModel:
    """Its versions with how each was measured, on messages that were kept from it."""
    return await database.read(principal.workspace_id, read_model)


@post(
    "/api/v1/reasons/model/current",
    status_code=200,
    guards=[requires("workspace.manage")],
    summary="Go back to another version",
)
async def take_version(data: Chosen, database: Database, principal: Principal) -> KindModel:
    """It tells from now on, until a later one has learned and isn't worse. 0 is the one that came with the product."""
    await database.write(principal.workspace_id, actions.take_version, data.version, actor=principal.subject)
    return await database.read(principal.workspace_id, read_model)


def read_model(tx: ReadTx, of: str = REASON) -> KindModel:
    """The model of a kind as it is shown."""
    found = [
        Version(version, state, made_at, msgspec.json.decode(figures, type=Figures))
        for version, _, figures, state, made_at in tx.all(store.list_models, of=of)
    ]
    return KindModel(
        next((one.version for one in found if one.state == "current"), 0),
        tx.value(store.count_corrections, of=of),
        tx.one(store.job_under_way, kind=actions.JOBS[of]) is not None,
        tuple(found),
    )


routes = [list_reasons, add_reason, change_reason, get_model, take_version]

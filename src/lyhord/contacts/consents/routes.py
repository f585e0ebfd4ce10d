"""The REST routes of consents: they are read and added to, never changed."""

from typing import Any

from litestar import get, post
from msgspec import Struct
from msgspec.structs import asdict

from lyhord.contacts.consents import actions
from lyhord.contacts.consents.actions import Answered
from lyhord.contacts.consents.model import Answer, Consent, Consents
from lyhord.contacts.listing import Asker, Timelines
from lyhord.kit.database import Database, ReadTx
from lyhord.kit.http import IdempotencyKey, Principal, once, requires
from lyhord.workspaces.reach import Reach


class NewConsent(Struct, kw_only=True, forbid_unknown_fields=True):
    """An answer of a contact: to what, on which channel (empty for all), when (now if left out), where, and how it can be proven."""

    purpose: str
    answer: Answer
    source: str
    channel: str = ""
    at: int | None = None
    evidence: str = ""


@get("/api/v1/contacts/{contact_id:str}/consents", guards=[requires("conversations.read")])
async def list_consents(database: Database, principal: Principal, timelines: Timelines, contact_id: str) -> Consents:
    """What a contact said yes or no to: what holds now, and every answer."""

    def view(tx: ReadTx) -> Consents:
        Asker(tx, Reach(principal.inbox_ids), timelines).one(contact_id)
        return actions.list_consents(tx, contact_id)

    return await database.read(principal.workspace_id, view)


@post("/api/v1/contacts/{contact_id:str}/consents", guards=[requires("contacts.edit")])
async def record_consent(
    database: Database,
    principal: Principal,
    timelines: Timelines,
    contact_id: str,
    data: NewConsent,
    key: IdempotencyKey = None,
) -> Consent:
    """Record that a contact gave a consent or withdrew one. What was recorded stays; a later answer holds in its place."""
    await database.read(
        principal.workspace_id, lambda tx: Asker(tx, Reach(principal.inbox_ids), timelines).one(contact_id)
    )
    action = once(actions.record_consent, key, Consent)
    answered = Answered(**asdict(data))
    return await database.write(principal.workspace_id, action, contact_id, answered, actor=principal.subject)


routes: list[Any] = [list_consents, record_consent]

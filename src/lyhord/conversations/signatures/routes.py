"""The REST routes of signatures."""

from litestar import get, put

from lyhord.conversations.signatures import actions, views
from lyhord.conversations.signatures.model import Signature, SignatureWords
from lyhord.kit.database import Database
from lyhord.kit.http import Cursor, Limit, Page, Principal, decode_cursor, encode_cursor, requires
from lyhord.kit.problems import Invalid
from lyhord.workspaces.reach import Reach


@get("/api/v1/signatures", guards=[requires("conversations.read")], summary="My signature, and those of inboxes")
async def list_signatures(
    database: Database, principal: Principal, cursor: Cursor = None, limit: Limit = 50
) -> Page[Signature]:
    """With their variables. My own stands below my mails, that of the inbox where I have none."""
    after = decode_cursor(cursor, tuple[str])[0] if cursor else ""
    page, following = await database.read(
        principal.workspace_id,
        views.list_signatures,
        Reach(principal.inbox_ids),
        principal.agent_id,
        after=after,
        most=limit,
    )
    return Page(page, encode_cursor(following) if following else None)


@put(
    "/api/v1/me/signature",
    guards=[requires("conversations.reply")],
    status_code=204,
    summary="Change what stands below my mails",
)
async def set_own_signature(database: Database, principal: Principal, data: SignatureWords) -> None:
    """Without words there is none, and that of the inbox stands there. Variables that nobody knows are refused."""
    if principal.agent_id is None:
        raise Invalid("Only an agent has a signature, a token has none.")
    await database.write(
        principal.workspace_id, actions.sign_as_agent, principal.agent_id, data, actor=principal.subject
    )


@put(
    "/api/v1/inboxes/{inbox_id:str}/signature",
    guards=[requires("inboxes.manage")],
    status_code=204,
    summary="Change what stands below mails through an inbox",
)
async def set_inbox_signature(database: Database, principal: Principal, inbox_id: str, data: SignatureWords) -> None:
    """Of those who have no signature of their own."""
    await database.write(principal.workspace_id, actions.sign_for_inbox, inbox_id, data, actor=principal.subject)


routes = [list_signatures, set_own_signature, set_inbox_signature]

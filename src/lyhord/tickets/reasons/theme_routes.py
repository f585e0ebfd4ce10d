"""The REST routes of themes: what customers write about that no reason covers."""

from typing import Annotated

from litestar import get, post, put
from msgspec import Meta, Struct

from lyhord.hearing.reasons.model import Reason, ReasonId
from lyhord.hearing.themes import actions, views
from lyhord.hearing.themes.views import Themes
from lyhord.kit.database import Database, Tx
from lyhord.kit.http import IdempotencyKey, Principal, once, requires
from lyhord.kit.problems import Forbidden
from lyhord.tickets.reasons.themes import make_reason
from lyhord.workspaces.reach import Reach

THEMES = "/api/v1/themes"


class ThemeReason(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the reason is called that is made of a theme, and below which one it stands."""

    name: Annotated[str, Meta(max_length=200)]
    parent_id: ReasonId | None = None


class Dismissed(Struct, frozen=True, forbid_unknown_fields=True):
    """Whether it isn't shown any more."""

    dismissed: bool


@get(THEMES, guards=[requires("conversations.read")], summary="What customers write about that no reason covers")
async def list_themes(database: Database, principal: Principal) -> Themes:
    """New ones, then those that grow, then the others; looked for once a day, over four weeks."""
    return await database.read(principal.workspace_id, views.read_themes, Reach(principal.inbox_ids))


@post(f"{THEMES}/{{theme_id:str}}/reason", guards=[requires("workspace.manage")], summary="Make a reason of a theme")
async def make_reason_of(
    theme_id: str, data: ThemeReason, database: Database, principal: Principal, key: IdempotencyKey = None
) -> Reason:
    """The messages that stand for it become its examples, and all its messages are labelled: the model learns from them."""
    agent_id = principal.agent_id
    if agent_id is None:
        raise Forbidden("Only an agent says so: a model learns from it.", key="problem.agents_only")
    action = once(make_reason, key, Reason)
    given = (theme_id, data.name, data.parent_id, agent_id)
    return await database.write(principal.workspace_id, action, *given, actor=principal.subject)


@put(
    f"{THEMES}/{{theme_id:str}}/dismissed",
    status_code=204,
    guards=[requires("workspace.manage")],
    summary="Dismiss a theme",
)
async def dismiss(theme_id: str, data: Dismissed, database: Database, principal: Principal) -> None:
    """It isn't shown any more, however often it is found again; or it is, as before."""

    def write(tx: Tx) -> None:
        actions.dismiss_theme(tx, theme_id, dismissed=data.dismissed)

    await database.write(principal.workspace_id, write, actor=principal.subject)


routes = [list_themes, make_reason_of, dismiss]

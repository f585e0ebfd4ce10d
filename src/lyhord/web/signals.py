"""What passes without leaving a trace: an agent types, looks at a conversation, or has left it."""

from typing import Any, Literal

from litestar import post
from msgspec import Struct

from lyhord.conversations.views import get_visible
from lyhord.kit.bus import Bus
from lyhord.kit.clock import SECOND
from lyhord.kit.database import Database
from lyhord.kit.http import Principal, requires
from lyhord.kit.problems import Invalid
from lyhord.web.typing_out import TypingOut
from lyhord.workspaces.reach import Reach

LASTS = {"typing": 6 * SECOND, "looking": 45 * SECOND, "left": 0}
"""For how long others may show a signal that isn't repeated."""


class Doing(Struct, forbid_unknown_fields=True):
    """What the agent does on the conversation now."""

    name: Literal["typing", "looking", "left"]


@post(
    "/api/v1/conversations/{conversation_id:str}/signals",
    guards=[requires("conversations.read")],
    tags=["conversations"],
    status_code=204,
)
async def send_signal(
    database: Database, bus: Bus, typing_out: TypingOut, principal: Principal, conversation_id: str, data: Doing
) -> None:
    """Tell colleagues, and where the workspace shows it the customer. Kept nowhere."""
    if principal.agent_id is None:
        raise Invalid("Only agents look and type, a token doesn't.")
    reach = Reach(principal.inbox_ids)
    conversation = await database.read(principal.workspace_id, get_visible, reach, conversation_id)
    until = database.clock() + LASTS[data.name]
    facts = {"conversation_id": conversation.id, "agent_id": principal.agent_id, "until": until}
    bus.signal(principal.workspace_id, data.name, facts)
    if data.name == "typing":
        typing_out.tell(principal.workspace_id, conversation)


routes: list[Any] = [send_signal]

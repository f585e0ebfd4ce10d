"""The statements of keywords."""

from typing import Any

from sqlalchemy import BindParameter, bindparam, select

from lyhord.kit.database import Statement, values_in
from lyhord.workspaces.tables import inbox

W: BindParameter[Any] = bindparam("workspace_id")

settings_of_inboxes = Statement(
    select(inbox.c.id, inbox.c.settings).where(inbox.c.workspace_id == W, values_in(inbox.c.id, "ids"))
)

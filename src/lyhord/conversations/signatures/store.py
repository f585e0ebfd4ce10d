"""The statements of signatures."""

from typing import Any

from sqlalchemy import BindParameter, bindparam, delete, select

from lyhord.conversations.signatures.tables import signature
from lyhord.kit.database import Statement, upsert, values_in

W: BindParameter[Any] = bindparam("workspace_id")

of_owners = Statement(
    select(signature.c.owner, signature.c.text, signature.c.html, signature.c.attachments)
    .where(
        signature.c.workspace_id == W,
        values_in(signature.c.owner, "owners"),
        signature.c.owner > bindparam("after"),
    )
    .order_by(signature.c.owner)
    .limit(bindparam("most"))
)
write = upsert(signature, key=("workspace_id", "owner"), update=("text", "html", "attachments", "changed_at"))
drop = Statement(delete(signature).where(signature.c.workspace_id == W, signature.c.owner == bindparam("whose")))

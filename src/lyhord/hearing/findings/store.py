"""The statements of findings."""

from typing import Any

from sqlalchemy import BindParameter, bindparam, delete, insert, select

from lyhord.hearing.findings.tables import heard, heard_correction
from lyhord.kit.database import Statement, upsert, values_in

W: BindParameter[Any] = bindparam("workspace_id")

heard_of = Statement(
    select(
        heard.c.message_id,
        heard.c.kind,
        heard.c.value,
        heard.c.confidence,
        heard.c.start,
        heard.c.end,
        heard.c.why,
        heard.c.model,
    )
    .where(heard.c.workspace_id == W, values_in(heard.c.message_id, "ids"))
    .order_by(heard.c.message_id, heard.c.kind, heard.c.confidence.desc(), heard.c.value)
)
insert_heard = Statement(insert(heard))
drop_heard = Statement(delete(heard).where(heard.c.workspace_id == W, values_in(heard.c.message_id, "ids")))

corrections_of = Statement(
    select(
        heard_correction.c.message_id,
        heard_correction.c.kind,
        heard_correction.c.at,
        heard_correction.c.value,
        heard_correction.c.agent_id,
    )
    .where(heard_correction.c.workspace_id == W, values_in(heard_correction.c.message_id, "ids"))
    .order_by(heard_correction.c.message_id, heard_correction.c.at, heard_correction.c.value)
)
keep_correction = upsert(
    heard_correction, key=("workspace_id", "message_id", "kind", "at", "value"), update=("agent_id",)
)

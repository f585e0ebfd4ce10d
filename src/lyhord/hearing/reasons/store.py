"""The statements of reasons and of the models that tell them."""

from typing import Any

from sqlalchemy import BindParameter, bindparam, delete, func, select, update

from lyhord.conversations.tables import message
from lyhord.hearing.findings.tables import heard_correction, trained_model
from lyhord.hearing.reasons.tables import reason
from lyhord.kit.database import Statement, upsert, values_in
from lyhord.kit.database.jobs_table import job

W: BindParameter[Any] = bindparam("workspace_id")
_one = (reason.c.workspace_id == W, reason.c.id == bindparam("key"))

list_reasons = Statement(
    select(
        reason.c.id,
        reason.c.parent_id,
        reason.c.key,
        reason.c.name,
        reason.c.description,
        reason.c.examples,
        reason.c.place,
        reason.c.merged_into,
        reason.c.archived_at,
    )
    .where(reason.c.workspace_id == W)
    .order_by(reason.c.place, reason.c.id)
)
know_reason = upsert(reason, key=("workspace_id", "id"))
WRITTEN = ("parent_id", "name", "description", "examples", "merged_into", "archived_at")
write_reason = Statement(update(reason).where(*_one).values({name: bindparam(name) for name in WRITTEN}))
write_examples = Statement(update(reason).where(*_one).values(examples=bindparam("examples")))
place_reason = Statement(update(reason).where(*_one).values(place=bindparam("place")))

_models = (trained_model.c.workspace_id == W, trained_model.c.kind == bindparam("of"))
list_models = Statement(
    select(
        trained_model.c.version,
        trained_model.c.file_id,
        trained_model.c.figures,
        trained_model.c.state,
        trained_model.c.made_at,
    )
    .where(*_models)
    .order_by(trained_model.c.version.desc())
)
current_model = Statement(
    select(trained_model.c.version, trained_model.c.file_id).where(*_models, trained_model.c.state == "current")
)
insert_model = upsert(trained_model, key=("workspace_id", "kind", "version"))
retire_model = Statement(
    update(trained_model).where(*_models, trained_model.c.state == "current").values(state="earlier")
)
take_model = Statement(
    update(trained_model).where(*_models, trained_model.c.version == bindparam("chosen")).values(state="current")
)
drop_models = Statement(
    delete(trained_model).where(
        *_models, trained_model.c.version < bindparam("before"), trained_model.c.state != "current"
    )
)
named_files = Statement(
    select(trained_model.c.file_id).where(
        trained_model.c.workspace_id == W, values_in(trained_model.c.file_id, "hashes")
    )
)

corrected = Statement(
    select(
        heard_correction.c.message_id,
        heard_correction.c.at,
        heard_correction.c.value,
        heard_correction.c.random,
        message.c.conversation_id,
        message.c.subject,
        message.c.text,
        message.c.more,
    )
    .join(
        message,
        (message.c.workspace_id == heard_correction.c.workspace_id) & (message.c.id == heard_correction.c.message_id),
    )
    .where(
        heard_correction.c.workspace_id == W,
        heard_correction.c.kind == bindparam("of"),
        message.c.removed_at.is_(None),
    )
    .order_by(heard_correction.c.at.desc(), heard_correction.c.message_id, heard_correction.c.value)
    .limit(bindparam("most"))
)
"""The latest corrections with the words that they are about."""
count_corrections = Statement(
    select(func.count()).where(heard_correction.c.workspace_id == W, heard_correction.c.kind == bindparam("of"))
)
waiting_job = Statement(
    select(job.c.id)
    .where(job.c.workspace_id == W, job.c.kind == bindparam("kind"), job.c.due_at.isnot(None), job.c.lease.is_(None))
    .limit(1)
)
"""One that nobody has begun."""
corrected_in = Statement(
    select(heard_correction.c.message_id)
    .join(
        message,
        (message.c.workspace_id == heard_correction.c.workspace_id) & (message.c.id == heard_correction.c.message_id),
    )
    .where(
        heard_correction.c.workspace_id == W,
        heard_correction.c.kind == bindparam("of"),
        values_in(message.c.conversation_id, "conversation_ids"),
    )
    .limit(1)
)
corrected_messages = Statement(
    select(heard_correction.c.message_id)
    .where(
        heard_correction.c.workspace_id == W,
        heard_correction.c.kind == bindparam("of"),
        values_in(heard_correction.c.message_id, "ids"),
    )
    .limit(1)
)
drop_other_models = Statement(delete(trained_model).where(*_models, trained_model.c.state != "current"))
job_under_way = Statement(
    select(job.c.id).where(job.c.workspace_id == W, job.c.kind == bindparam("kind"), job.c.due_at.isnot(None)).limit(1)
)

"""The statements of facts."""

from typing import Any

from msgspec.structs import asdict
from sqlalchemy import BindParameter, Float, bindparam, cast, delete, insert, select, update

from lyhord.contacts.facts.model import Fact
from lyhord.contacts.facts.tables import fact
from lyhord.kit.database import Statement, values_in

W: BindParameter[Any] = bindparam("workspace_id")
CHANGING = ("text", "quote", "changed_by", "changed_at", "removed_at")

_facts = select(
    fact.c.id,
    fact.c.contact_id,
    fact.c.text,
    fact.c.quote,
    fact.c.noted_by,
    fact.c.noted_at,
    fact.c.changed_by,
    fact.c.changed_at,
    fact.c.removed_at,
    fact.c.kind,
    (cast(fact.c.confidence, Float) / 1000).label("confidence"),
    fact.c.message_id,
).where(fact.c.workspace_id == W)

by_id = Statement(_facts.where(fact.c.id == bindparam("id")))
of_contacts = Statement(
    _facts.where(values_in(fact.c.contact_id, "contact_ids"), fact.c.removed_at.is_(None), fact.c.retired_by.is_(None))
)
stated_in = Statement(
    _facts.where(values_in(fact.c.message_id, "message_ids"), fact.c.removed_at.is_(None), fact.c.retired_by.is_(None))
)
insert_fact = Statement(insert(fact))
_heard = select(
    fact.c.id,
    fact.c.contact_id,
    fact.c.kind,
    fact.c.topic,
    fact.c.message_id,
    fact.c.retired_by,
    fact.c.removed_at,
    fact.c.changed_at,
).where(fact.c.workspace_id == W)
heard_in = Statement(_heard.where(values_in(fact.c.message_id, "message_ids")))
kept_of = Statement(_heard.where(values_in(fact.c.contact_id, "contact_ids")))
retire_fact = Statement(
    update(fact).where(fact.c.workspace_id == W, fact.c.id == bindparam("key")).values(retired_by=bindparam("by"))
)
retired_by = Statement(_heard.where(values_in(fact.c.retired_by, "message_ids")))
drop_facts = Statement(delete(fact).where(fact.c.workspace_id == W, values_in(fact.c.id, "ids")))
change_fact = Statement(
    update(fact)
    .where(fact.c.workspace_id == W, fact.c.id == bindparam("key"))
    .values({name: bindparam(name) for name in CHANGING})
)


def row_of(noted: Fact, topic: str | None = None) -> dict[str, Any]:
    """The row of a new fact."""
    thousandths = None if noted.confidence is None else round(noted.confidence * 1000)
    return {**asdict(noted), "confidence": thousandths, "topic": topic, "retired_by": None}

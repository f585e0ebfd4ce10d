"""The statements of facts."""

from typing import Any

from sqlalchemy import BindParameter, bindparam, insert, select, update

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
).where(fact.c.workspace_id == W)

by_id = Statement(_facts.where(fact.c.id == bindparam("id")))
of_contacts = Statement(_facts.where(values_in(fact.c.contact_id, "contact_ids"), fact.c.removed_at.is_(None)))
insert_fact = Statement(insert(fact))
change_fact = Statement(
    update(fact)
    .where(fact.c.workspace_id == W, fact.c.id == bindparam("key"))
    .values({name: bindparam(name) for name in CHANGING})
)

"""The statements of clues and of pairs of contacts who may be one."""

from typing import Any

from sqlalchemy import BindParameter, bindparam, delete, select, tuple_, update

from lyhord.contacts.tables import clue, duplicate
from lyhord.kit.database import Id, Millis, Statement, upsert, values_in

W: BindParameter[Any] = bindparam("workspace_id")

put_clue = upsert(clue, key=("workspace_id", "kind", "value", "contact_id"), update=("theirs",))
note_clue = upsert(clue, key=("workspace_id", "kind", "value", "contact_id"))
drop_own_clues = Statement(
    delete(clue).where(clue.c.workspace_id == W, values_in(clue.c.contact_id, "contact_ids"), clue.c.theirs == 1)
)
drop_clues = Statement(delete(clue).where(clue.c.workspace_id == W, values_in(clue.c.contact_id, "contact_ids")))
clues_of = Statement(
    select(clue.c.kind, clue.c.value, clue.c.theirs, clue.c.contact_id)
    .where(clue.c.workspace_id == W, values_in(clue.c.contact_id, "contact_ids"))
    .limit(bindparam("most"))
)
sharers_of = Statement(
    select(clue.c.contact_id)
    .where(clue.c.workspace_id == W, clue.c.kind == bindparam("of_kind"), clue.c.value == bindparam("of_value"))
    .limit(bindparam("most"))
)

_pairs = select(
    duplicate.c.one_id, duplicate.c.other_id, duplicate.c.reasons, duplicate.c.found_at, duplicate.c.refused_at
).where(duplicate.c.workspace_id == W)
pairs_of_ones = Statement(_pairs.where(values_in(duplicate.c.one_id, "contact_ids")))
pairs_of_others = Statement(_pairs.where(values_in(duplicate.c.other_id, "contact_ids")))
open_pairs = Statement(
    _pairs.where(
        duplicate.c.refused_at.is_(None),
        tuple_(duplicate.c.found_at, duplicate.c.one_id, duplicate.c.other_id)
        < tuple_(
            bindparam("before_at", type_=Millis), bindparam("before_one", type_=Id), bindparam("before_other", type_=Id)
        ),
    )
    .order_by(duplicate.c.found_at.desc(), duplicate.c.one_id.desc(), duplicate.c.other_id.desc())
    .limit(bindparam("most"))
)
put_pair = upsert(duplicate, key=("workspace_id", "one_id", "other_id"), update=("reasons", "found_at", "refused_at"))
drop_pair = Statement(
    delete(duplicate).where(
        duplicate.c.workspace_id == W,
        duplicate.c.one_id == bindparam("one"),
        duplicate.c.other_id == bindparam("other"),
    )
)
drop_pairs = Statement(
    delete(duplicate).where(
        duplicate.c.workspace_id == W,
        values_in(duplicate.c.one_id, "contact_ids") | values_in(duplicate.c.other_id, "contact_ids"),
    )
)
refuse_pair = Statement(
    update(duplicate)
    .where(
        duplicate.c.workspace_id == W,
        duplicate.c.one_id == bindparam("one"),
        duplicate.c.other_id == bindparam("other"),
    )
    .values(refused_at=bindparam("at"))
)

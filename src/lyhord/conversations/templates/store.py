"""The statements of templates."""

from typing import Any

from sqlalchemy import BindParameter, bindparam, delete, insert, select, update

from lyhord.conversations.templates.tables import template, template_list
from lyhord.kit.database import Statement, upsert

W: BindParameter[Any] = bindparam("workspace_id")

_of_inbox = (template.c.workspace_id == W, template.c.inbox_id == bindparam("inbox"))
_this_list = (template_list.c.workspace_id == W, template_list.c.inbox_id == bindparam("inbox"))

of_inbox = Statement(select(template.c.body).where(*_of_inbox).order_by(template.c.id))
by_id = Statement(select(template.c.body).where(*_of_inbox, template.c.id == bindparam("id")))
insert_template = Statement(insert(template))
drop_of_inbox = Statement(delete(template).where(*_of_inbox))

find_list = Statement(
    select(template_list.c.asked_at, template_list.c.fetched_at, template_list.c.problem).where(*_this_list)
)
old_lists = Statement(
    select(template_list.c.inbox_id)
    .where(template_list.c.workspace_id == W, template_list.c.asked_at < bindparam("before"))
    .limit(bindparam("most"))
)
write_list = upsert(template_list, key=("workspace_id", "inbox_id"), update=("asked_at", "fetched_at", "problem"))
set_asked = Statement(update(template_list).where(*_this_list).values(asked_at=bindparam("at")))
set_problem = Statement(update(template_list).where(*_this_list).values(problem=bindparam("why")))
drop_list = Statement(delete(template_list).where(*_this_list))

"""The statements of language models."""

from typing import Any

from sqlalchemy import BindParameter, bindparam, delete, select, update

from lyhord.hearing.language_model.tables import language_model, language_model_day
from lyhord.kit.database import Statement, upsert

W: BindParameter[Any] = bindparam("workspace_id")

find_model = Statement(
    select(language_model.c.settings, language_model.c.secrets).where(language_model.c.workspace_id == W)
)
write_model = upsert(language_model, key=("workspace_id",), update=("settings", "secrets", "changed_at"))
drop_model = Statement(delete(language_model).where(language_model.c.workspace_id == W))

_day = language_model_day.c
_of_day = (_day.workspace_id == W, _day.day == bindparam("of"))
find_day = Statement(select(_day.calls, _day.tokens, _day.failed, _day.problem).where(*_of_day))
begin_day = upsert(language_model_day, key=("workspace_id", "day"))
count_call = Statement(update(language_model_day).where(*_of_day).values(calls=_day.calls + 1))
count_tokens = Statement(update(language_model_day).where(*_of_day).values(tokens=_day.tokens + bindparam("more")))
count_failure = Statement(
    update(language_model_day).where(*_of_day).values(failed=_day.failed + 1, problem=bindparam("why"))
)
drop_days = Statement(delete(language_model_day).where(_day.workspace_id == W, _day.day < bindparam("before")))

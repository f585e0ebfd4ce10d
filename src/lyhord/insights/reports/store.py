"""The statements of reports."""

from typing import Any

from sqlalchemy import BindParameter, bindparam, delete, insert, select, update

from lyhord.insights.reports.tables import report
from lyhord.kit.database import Statement

W: BindParameter[Any] = bindparam("workspace_id")
_one = (report.c.workspace_id == W, report.c.id == bindparam("key"))
COLUMNS = ("id", "body", "made_by", "next_at", "sent_at", "failed_at", "error")
_rows = select(*(report.c[name] for name in COLUMNS))

list_reports = Statement(_rows.where(report.c.workspace_id == W).order_by(report.c.id))
find_report = Statement(_rows.where(*_one))
due = Statement(
    _rows.where(report.c.workspace_id == W, report.c.next_at.isnot(None), report.c.next_at <= bindparam("now"))
    .order_by(report.c.next_at)
    .limit(bindparam("most"))
)
insert_report = Statement(insert(report))
write_report = Statement(update(report).where(*_one).values(body=bindparam("body"), next_at=bindparam("next_at")))
write_outcome = Statement(
    update(report)
    .where(*_one)
    .values(sent_at=bindparam("sent_at"), failed_at=bindparam("failed_at"), error=bindparam("error"))
)
delete_report = Statement(delete(report).where(*_one))

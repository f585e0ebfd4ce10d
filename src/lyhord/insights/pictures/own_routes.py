"""The routes of analysts: questions in SQL, and files to take away."""

from typing import Annotated, Any, Literal

from litestar import get, post
from litestar.params import QueryParameter
from litestar.response import Stream
from msgspec import Meta, Struct

from lyhord.insights.facts.model import TABLES
from lyhord.insights.pictures import own
from lyhord.insights.pictures.asking import Pictures
from lyhord.insights.pictures.own import Format, Told
from lyhord.kit.database import Database
from lyhord.kit.http import Principal, requires
from lyhord.kit.problems import Forbidden
from lyhord.workspaces.actions.audit import record

ASK = "insights.ask"
TableName = Annotated[Literal["tickets", "messages"], QueryParameter(name="table", description="of which rows")]


class Asked(Struct, forbid_unknown_fields=True):
    """One SELECT over the tables `tickets` and `messages`, in DuckDB's SQL."""

    sql: Annotated[str, Meta(min_length=1, max_length=20_000)]


class Column(Struct):
    """A column that can be asked for, and its type in DuckDB's words."""

    table: str
    name: str
    type: str


def _check_reach(principal: Principal) -> None:
    """The files have every inbox: who reaches some alone would see the others'."""
    if principal.inbox_ids is not None:
        raise Forbidden("This shows all inboxes, and you don't reach all of them.")


@get("/api/v1/insights/columns", guards=[requires(ASK)], summary="What can be asked for in SQL")
async def list_columns(principal: Principal) -> list[Column]:
    """The columns of the tables. Times are Unix milliseconds, lengths milliseconds."""
    _check_reach(principal)
    return [Column(table.name, name, kind) for table in TABLES for name, kind in table.columns.items()]


@post("/api/v1/insights/sql", guards=[requires(ASK)], status_code=200, summary="Ask in SQL")
async def ask_sql(database: Database, principal: Principal, pictures: Pictures, data: Asked) -> Told:
    """It reads what the workspace's files have, for at most 20 s, and changes nothing. The audit says who asked what."""
    _check_reach(principal)
    await database.write(
        principal.workspace_id,
        lambda tx: record(tx, "insights.asked", "insights", sql=data.sql),
        actor=principal.subject,
    )
    return await own.ask(database, pictures, principal.workspace_id, data.sql)


@get("/api/v1/insights/export", guards=[requires(ASK)], summary="Everything as one file")
async def export_rows(
    database: Database,
    principal: Principal,
    pictures: Pictures,
    name: TableName = "tickets",
    form: Annotated[Format, QueryParameter(name="format")] = "parquet",
) -> Stream:
    """All rows of all time: ids and categories, no words and no names. The audit says who took it."""
    _check_reach(principal)
    await database.write(
        principal.workspace_id,
        lambda tx: record(tx, "insights.exported", "insights", table=name, format=form),
        actor=principal.subject,
    )
    [table] = [one for one in TABLES if one.name == name]
    content = await own.export(database, pictures, principal.workspace_id, table, form)
    kind = "text/csv" if form == "csv" else "application/vnd.apache.parquet"
    return Stream(content, media_type=kind, headers={"content-disposition": f'attachment; filename="{name}.{form}"'})


routes: list[Any] = [list_columns, ask_sql, export_rows]

"""Column types that need no conversion between Python and either database, and the one `MetaData`.

Hot statements run on the raw cursor, where SQLAlchemy's processors don't. So every value is stored as what it is in Python:
text, integer or bytes. There is no boolean column; a nullable time says more (`blocked_at`).
"""

from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Index, LargeBinary, MetaData, Text
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.types import UserDefinedType
from typing_extensions import override

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


_WHERE = "where"


class Id(UserDefinedType[str]):
    """A UUID of version 7 as text of 36 characters; `uuid` where the database has that type."""

    cache_ok = True
    render_bind_cast = True

    @override
    def get_col_spec(self, **_: Any) -> str:
        return "TEXT"


@compiles(Id, "postgresql")
def _uuid(_type: Id, _compiler: Any, **_: Any) -> str:
    return "UUID"


def partial_index(name: str, *columns: ColumnElement[Any], where: ColumnElement[bool]) -> Index:
    """An index of those rows alone for which `where` holds."""
    return Index(name, *columns, info={_WHERE: where})


def state_conditions(tables: MetaData) -> None:
    """Tell SQLAlchemy which rows partial indexes hold, before tables are made or compared. It loads both dialects: a server needs one."""
    for table in tables.tables.values():
        for index in table.indexes:
            if _WHERE in index.info:
                index.dialect_kwargs.update(dict.fromkeys(("sqlite_where", "postgresql_where"), index.info[_WHERE]))


Sorted = Text().with_variant(Text(collation="C"), "postgresql")
"""Text by which lists are ordered: by code points on both databases, so that a cursor means the same."""

Millis = BigInteger
"""Unix milliseconds."""


class Bytes(LargeBinary):
    """Bytes as they are."""

    cache_ok = True
    render_bind_cast = True


Json = Text
"""JSON as text, encoded and decoded by msgspec at the place that knows its type."""

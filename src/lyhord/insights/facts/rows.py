"""SQL by which rows come to DuckDB: from files, from the tables as JSON, or as a list of ids."""

from collections.abc import Collection, Iterable, Sequence
from pathlib import Path

import msgspec
from msgspec import Struct

from lyhord.insights.facts.engine import Run
from lyhord.insights.facts.model import TICKETS, Table

_encode = msgspec.json.Encoder().encode


def quoted(text: str | Path) -> str:
    """A text as SQL has it."""
    return "'" + str(text).replace("'", "''") + "'"


def paths(files: Sequence[Path]) -> str:
    """Files as SQL has them."""
    return f"[{', '.join(map(quoted, files))}]"


def read_lines(path: Path, table: Table) -> str:
    """A select of what stands in a file, a JSON object a line."""
    shape = ", ".join(f"{name}: '{kind}'" for name, kind in table.columns.items())
    return f"SELECT * FROM read_json({quoted(path)}, format = 'newline_delimited', columns = {{{shape}}})"


def rows_of(name: str, table: Table, rows: Iterable[Struct], version: str = "") -> list[Run]:
    """Make a table of rows as they are now, unless it is there in this version."""
    shape = ", ".join(f'"{column}": "{kind}"' for column, kind in table.columns.items())
    source = f"SELECT unnest(from_json($rows, '[{{{shape}}}]')) AS r"
    text = _encode(list(rows)).decode()
    sql = f"CREATE OR REPLACE TEMP TABLE {name} AS SELECT r.* FROM ({source})"
    return [Run(sql, {"rows": text}, answers=False, makes=name, version=version)]


def list_of(name: str, ids: Collection[str], version: str = "") -> list[Run]:
    """Make a table of ids, unless it is there in this version."""
    return [
        Run(
            f"CREATE OR REPLACE TEMP TABLE {name} AS SELECT unnest(CAST($ids AS UUID[])) AS id",
            {"ids": sorted(ids)},
            answers=False,
            makes=name,
            version=version,
        )
    ]


def clause(table: Table, kind: str = "") -> str:
    """True for rows that the tables `stale` and `gone` name: of tickets by conversation, of messages by their own id, too.

    `kind` stands behind their names.
    """
    if table is TICKETS:
        return f"conversation_id IN (SELECT id FROM stale{kind})"
    return f"message_id IN (SELECT id FROM stale{kind}) OR conversation_id IN (SELECT id FROM gone{kind})"

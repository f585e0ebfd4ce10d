"""Write migration 0001 anew from the tables as they are. Only while nothing is released: afterwards each change is a step of its own."""

import subprocess
import sys
import tempfile
from pathlib import Path

from alembic import command

from lyhord.app.schema import VERSIONS, all_tables, connect, make_config
from lyhord.kit.database.sqlite import Sqlite


def main() -> None:
    """Replace `0001_*.py`; refuses once a second step exists."""
    if any(VERSIONS.glob("0002_*.py")):
        sys.exit("There is a step 0002 already: write 0003 instead.")
    for old in VERSIONS.glob("0001_*.py"):
        old.unlink()
    with tempfile.TemporaryDirectory() as folder, connect(Sqlite(Path(folder) / "empty.db")) as connection:
        command.revision(
            make_config(connection, tables=all_tables()), message="First tables", autogenerate=True, rev_id="0001"
        )
    (made,) = VERSIONS.glob("0001_*.py")
    lines = made.read_text().splitlines(keepends=True)
    text = "".join(line for line in lines if not line.lstrip().startswith("# ###")).rstrip()
    names = ", ".join(f'"{table.name}"' for table in all_tables().sorted_tables if "workspace_id" in table.c)
    made.write_text(f"{text}\n    guard({names})\n")
    ruff = Path(sys.executable).parent / "ruff"
    subprocess.run([ruff, "format", "--quiet", made], check=True)
    subprocess.run([ruff, "check", "--fix", "--quiet", made], check=True)


if __name__ == "__main__":
    main()

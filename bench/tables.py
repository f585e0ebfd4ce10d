"""Writes figures of `bench/results/latest.json` into the pages that quote them, between their marks, so that they can't differ.

python -m bench.tables
"""

from pathlib import Path

from bench.record import Row, read

ROOT = Path(__file__).resolve().parents[1]
PAGES = (ROOT / "docs/scaling.md", ROOT / "bench/README.md")
BEGIN, END = "<!-- {} from bench/results -->\n", "<!-- to here -->\n"
ENGINES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}
GROWN = ("inbox page", "conversations", "contacts", "long conversation", "counts", "search, ")


def live_table() -> str:
    """A line for each figure of the other benches."""
    lines = [
        "| what | engine | of | measured | ceiling | ratio | target |",
        "|---|---|---|---|---|---|---|",
    ]
    for row in read():
        if not row.path.startswith(GROWN):
            missed = "**" if row.met is False else ""
            ceiling = "" if row.ceiling is None else f"{row.ceiling:,}"
            ratio = "" if row.ratio is None else f"{row.ratio:.2f}"
            shown = (
                row.path,
                ENGINES.get(row.engine, row.engine),
                f"{row.size:,}",
                f"{missed}{row.figure:,} {row.unit}{missed}",
            )
            lines.append(f"| {' | '.join((*shown, ceiling, ratio, row.target or ''))} |")
    return "\n".join(lines) + "\n"


def growth_table() -> str:
    """A line for each path and engine at the largest size measured: median, ceiling, ratio, 95th percentile and growth."""
    found: dict[tuple[str, str], dict[tuple[int, str], Row]] = {}
    for row in read():
        if row.path.startswith(GROWN) and ", plain " not in row.path:
            found.setdefault((row.path, row.engine), {})[row.size, row.unit] = row
    lines = [
        "| what | engine | messages | median, ms | ceiling, ms | ratio | p95, ms | target | p95 at the smallest, ms |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    lines += [
        _line(path, engine, rows) for (path, engine), rows in sorted(found.items(), key=lambda one: _order(one[0]))
    ]
    return "\n".join(lines) + "\n"


def _order(key: tuple[str, str]) -> tuple[int, str, str]:
    path, engine = key
    return next(place for place, start in enumerate(GROWN) if path.startswith(start)), path, engine


def _line(path: str, engine: str, rows: dict[tuple[int, str], Row]) -> str:
    sizes = sorted({size for size, _ in rows})
    middle, high = rows[sizes[-1], "ms, median"], rows[sizes[-1], "ms, p95"]
    missed = "**" if middle.met is False else ""
    ceiling = "" if middle.ceiling is None else f"{middle.ceiling:.2f}"
    ratio = "" if middle.ratio is None else f"{missed}{middle.ratio:.2f}{missed}"
    over = "**" if high.met is False else ""
    targets = ", ".join(one.target for one in (middle, high) if one.target)
    low = rows[sizes[0], "ms, p95"].figure
    shown = (
        path,
        ENGINES[engine],
        f"{sizes[-1]:,}",
        f"{middle.figure:.2f}",
        ceiling,
        ratio,
        f"{over}{high.figure:.2f}{over}",
    )
    return f"| {' | '.join(shown)} | {targets} | {low:.2f} |"


TABLES = {"growth": growth_table, "live": live_table}


def with_tables(page: str) -> str:
    """The page with its tables as they are now."""
    for name, table in TABLES.items():
        before, begin, rest = page.partition(BEGIN.format(name))
        if begin:
            page = before + begin + table() + END + rest.partition(END)[2]
    return page


def main() -> None:
    """Write all pages."""
    for page in PAGES:
        page.write_text(with_tables(page.read_text()))


if __name__ == "__main__":
    main()

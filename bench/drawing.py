"""Draws the growth curves beside the results: one picture a path, both engines in it, the target as a line.

Pictures are SVG on no background, in colours that stand out on white and on black.
"""

from collections.abc import Iterable
from typing import Any

import matplotlib as mpl

from bench.record import RESULTS, Row, read

mpl.use("svg")
from matplotlib import pyplot as plt

GREY = "#808080"
COLOURS = {"sqlite": "#2f9e6e", "postgresql": "#5b8def"}
NAMES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}
SHOWN = {
    "ms, median": ("median", "-", "o"),
    "ms, p95": ("95th percentile", "--", "s"),
}
GROWN = ("inbox page, ", "conversations", "contacts", "long conversation, ", "search, ")
PLAIN: Any = {
    "font.family": "sans-serif",
    "svg.fonttype": "none",
    "svg.hashsalt": "lyhord",
    "text.color": GREY,
    "axes.labelcolor": GREY,
    "axes.edgecolor": GREY,
    "xtick.color": GREY,
    "ytick.color": GREY,
    "legend.frameon": False,
}


def picture_of(path: str) -> str:
    """The name of a path's picture: "inbox page, mine" is inbox-page-mine.svg."""
    words = path.lower().replace("%", "percent").replace(",", "").split()
    return "-".join(words) + ".svg"


def draw() -> None:
    """Draw every path that has been measured at two sizes or more."""
    by_path: dict[str, list[Row]] = {}
    for row in read():
        if row.path.startswith(GROWN) and row.unit in SHOWN and ", plain " not in row.path:
            by_path.setdefault(row.path, []).append(row)
    for path, rows in by_path.items():
        if len({row.size for row in rows}) > 1:
            _draw(path, rows)


def _draw(path: str, rows: Iterable[Row]) -> None:
    with mpl.rc_context(PLAIN):
        figure, axes = plt.subplots(figsize=(6.4, 4))
        curves: dict[tuple[str, str], list[Row]] = {}
        for row in sorted(rows, key=lambda one: one.size):
            curves.setdefault((row.engine, row.unit), []).append(row)
        for (engine, unit), curve in curves.items():
            name, line, mark = SHOWN[unit]
            sizes, figures = [row.size for row in curve], [row.figure for row in curve]
            axes.plot(sizes, figures, line, marker=mark, color=COLOURS[engine], label=f"{NAMES[engine]}, {name}")
        for limit, whose in sorted(_limits(curves).items()):
            axes.axhline(limit, color="#d9534f", linewidth=1, linestyle=":")
            note = f"target for the 95th percentile{whose}: {limit:g} ms"
            axes.annotate(
                note, (0.01, limit), xycoords=("axes fraction", "data"), va="bottom", color="#d9534f", fontsize=8
            )
        axes.set(xscale="log", yscale="log", title=path, xlabel="messages", ylabel="milliseconds of CPU")
        axes.grid(visible=True, which="major", color=GREY, alpha=0.25)
        axes.legend(fontsize=8)
        figure.tight_layout()
        figure.savefig(RESULTS / picture_of(path), transparent=True, metadata={"Date": None})
        plt.close(figure)


def _limits(curves: dict[tuple[str, str], list[Row]]) -> dict[float, str]:
    """Targets in milliseconds, and whose they are where the engines differ."""
    wanted = {
        engine: float(curve[0].target.split()[1])
        for (engine, _), curve in curves.items()
        if curve[0].target and curve[0].target.startswith("under ")
    }
    if len(set(wanted.values())) == 1:
        return dict.fromkeys(wanted.values(), "")
    return {limit: f", {NAMES[engine]}" for engine, limit in wanted.items()}

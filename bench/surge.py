"""1,000 people write within an hour about one matter, on a usual day with 10 agents: with surge mode and 5 called in, and without.

The same day passes three times: in surge mode, with five more agents but nothing else, and as usual. Figures are simulated time.

    python -m bench.surge
"""

import asyncio
import tempfile
from collections.abc import Mapping
from pathlib import Path

import matplotlib as mpl

from bench.drawing import GREY, PLAIN
from bench.record import RESULTS, Row, record
from bench.surging import POLICIES, STRIKES, Outcome, Plan, quantile, run
from lyhord.kit.clock import HOUR, MINUTE

mpl.use("svg")
from matplotlib import pyplot as plt

COLOURS = {"surge mode": "#2f9e6e", "five more": "#5b8def", "as usual": "#d98a3d"}


def main() -> None:
    """Simulate, print, record and draw."""
    plan = Plan()
    outcomes: dict[str, Outcome] = {}
    with tempfile.TemporaryDirectory() as folder:
        for policy in POLICIES:
            outcomes[policy.name] = asyncio.run(run(plan, policy, Path(folder)))
            figures = figures_of(outcomes[policy.name])
            print(f"{policy.name}: " + ", ".join(f"{what} {figure:g} {unit}" for what, figure, unit in figures))
            record(*(_row(plan, policy.name, what, figure, unit) for what, figure, unit in figures))
    draw(plan, outcomes)


def figures_of(outcome: Outcome) -> list[tuple[str, float, str]]:
    """What is told of a day: what, how much, and in what."""
    told = outcome.measures
    figures = [
        ("first answer about the matter, median", round(quantile(outcome.waits, 0.5) / MINUTE, 1), "min"),
        ("first answer about the matter, p95", round(quantile(outcome.waits, 0.95) / MINUTE, 1), "min"),
        ("first answer to others, median", round(quantile(outcome.others, 0.5) / MINUTE, 1), "min"),
        ("first answer to others, p95", round(quantile(outcome.others, 0.95) / MINUTE, 1), "min"),
        ("unanswered after 8 hours", outcome.left + outcome.others_left, "customers"),
        ("answers written by hand", outcome.by_hand, "answers"),
        ("longest queue", max(count for _, count in outcome.waiting), "customers"),
    ]
    if told is not None:
        figures += [
            ("first answer with the group", round(100 * told.by_group / max(told.members, 1), 1), "% of members"),
            ("wrote again after it", round(100 * told.wrote_again / max(told.by_group, 1), 1), "%"),
            ("answers begun in vain", outcome.in_vain, "answers"),
        ]
    return figures


def _row(plan: Plan, name: str, what: str, figure: float, unit: str) -> Row:
    return Row(f"surge, {name}: {what}", "simulation", plan.contacts, figure, unit, None, None, None, None)


def draw(plan: Plan, outcomes: Mapping[str, Outcome]) -> None:
    """How many customers waited for their first answer, over the day."""
    with mpl.rc_context(PLAIN):
        figure, axes = plt.subplots(figsize=(6.4, 4))
        axes.axvspan(STRIKES / HOUR, STRIKES / HOUR + 1, color=GREY, alpha=0.12, linewidth=0)
        for name, outcome in outcomes.items():
            hours, counts = zip(*((at / HOUR, count) for at, count in outcome.waiting), strict=True)
            axes.plot(hours, counts, color=COLOURS[name], label=name)
        axes.set(
            title=f"{plan.contacts:,} more within an hour (grey), {plan.agents} agents and {plan.more} called in",
            xlabel="hours",
            ylabel="customers who wait for their first answer",
            ylim=(0, None),
        )
        axes.grid(visible=True, which="major", color=GREY, alpha=0.25)
        axes.legend(fontsize=8)
        figure.tight_layout()
        figure.savefig(RESULTS / "surge.svg", transparent=True, metadata={"Date": None})
        plt.close(figure)


if __name__ == "__main__":
    main()

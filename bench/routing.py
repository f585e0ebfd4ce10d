"""A day with 50 agents and 20,000 messages: how long customers wait when routing gives them to agents, and when nobody does.

The same day passes under routes (whoever knows the customer, else who has least; ten at another team's door help out), under plain round
robin, and when whoever is free takes the oldest. Figures are simulated time; that of replaying is how long the whole day took to compute.
"""

import statistics
import time
from collections import Counter
from collections.abc import Sequence

import matplotlib as mpl

from bench.drawing import GREY, PLAIN
from bench.queueing import POLICIES, Day, make_day, run
from bench.record import RESULTS, Row, record
from lyhord.kit.clock import MINUTE, SECOND
from lyhord.tickets.routing.replay import Outcome

mpl.use("svg")
from matplotlib import pyplot as plt

AGENTS, MESSAGES = 50, 20_000
COLOURS = {"routes": "#2f9e6e", "round robin": "#5b8def", "whoever takes it": "#d98a3d"}


def main() -> None:
    """Simulate, print, record and draw."""
    day = make_day(AGENTS, MESSAGES)
    outcomes: dict[str, Outcome] = {}
    for policy in POLICIES:
        began = time.perf_counter()
        outcomes[policy.name] = run(day, policy)
        took = time.perf_counter() - began
        name, figures = policy.name, figures_of(day, outcomes[policy.name], took)
        print(f"{name}: " + ", ".join(f"{what} {figure:g} {unit}" for what, figure, unit in figures))
        record(*(_row(name, what, figure, unit) for what, figure, unit in figures))
    draw(outcomes)


def first_of(outcome: Outcome) -> list[int]:
    """How long each customer waited for their first answer."""
    return [one.waited for one in outcome.answers if one.n == 0]


def figures_of(day: Day, outcome: Outcome, took: float) -> list[tuple[str, float, str]]:
    """What is told of a day that took so many seconds to compute: what, how much, and in what."""
    first, waits = first_of(outcome), [one.waited for one in outcome.answers]
    given = Counter(one.agent_id for one in outcome.answers)
    loads, known = [given[one] for one in day.hands], outcome.known / max(outcome.knowable, 1)
    return [
        ("first answer, median", round(quantile(first, 0.5) / SECOND), "s"),
        ("first answer, p95", round(quantile(first, 0.95) / SECOND), "s"),
        ("any answer, median", round(quantile(waits, 0.5) / SECOND), "s"),
        ("any answer, p95", round(quantile(waits, 0.95) / SECOND), "s"),
        ("unanswered in the evening", len(outcome.left), "tickets"),
        ("to who knows the customer", round(100 * known, 1), "%"),
        (
            "spread of answers over agents",
            round(100 * statistics.pstdev(loads) / statistics.mean(loads), 1),
            "% of mean",
        ),
        ("replaying the day", round(took, 2), "s"),
    ]


def quantile(values: Sequence[int], share: float) -> int:
    """The value below which that share lies."""
    return sorted(values)[int(share * (len(values) - 1))] if values else 0


def _row(name: str, what: str, figure: float, unit: str) -> Row:
    return Row(f"routing, {name}: {what}", "simulation", MESSAGES, figure, unit, None, None, None, None)


def draw(outcomes: dict[str, Outcome]) -> None:
    """What share of customers had their first answer within how long."""
    with mpl.rc_context(PLAIN):
        figure, axes = plt.subplots(figsize=(6.4, 4))
        for name, outcome in outcomes.items():
            waits = sorted(first_of(outcome))
            shares = [100 * (place + 1) / (len(waits) + len(outcome.left)) for place in range(len(waits))]
            axes.plot([max(one / MINUTE, 0.1) for one in waits], shares, color=COLOURS[name], label=name)
        axes.set(
            xscale="log",
            ylim=(0, 100),
            title=f"first answers, {MESSAGES:,} messages, {AGENTS} agents",
            xlabel="minutes at most",
            ylabel="% of customers",
        )
        axes.grid(visible=True, which="major", color=GREY, alpha=0.25)
        axes.legend(fontsize=8)
        figure.tight_layout()
        figure.savefig(RESULTS / "routing.svg", transparent=True, metadata={"Date": None})
        plt.close(figure)


if __name__ == "__main__":
    main()

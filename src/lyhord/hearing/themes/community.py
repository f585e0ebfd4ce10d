"""Parts a graph into communities, so that there are more edges within them than chance would have: their number follows from that.

The Louvain method (Blondel and others 2008): each node goes to the community of its neighbours where modularity gains most, until nothing
gains; then communities become nodes, and all begins again. Nobody says how many there are, and a graph without structure isn't cut into
many small ones.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from random import Random

Graph = Sequence[Mapping[int, float]]
"""Of each node the nodes that it is joined to and how strongly, in both directions."""
LEAST_GAIN = 1e-9
RESOLUTION, RESOLUTION_OF_FEW = 1.5, 1.0
"""By how much more than chance edges have to be within communities (Reichardt and Bornholdt 2006): more makes more of them."""
FEW = 100
"""Nodes of a graph that hangs together so much anyway that more would cut one matter into many."""


def communities_of(graph: Graph) -> list[int]:
    """Of each node the number of its community, from 0 in order of their first nodes. The same graph gives the same."""
    resolution = RESOLUTION if len(graph) >= FEW else RESOLUTION_OF_FEW
    chance = Random(0)  # noqa: S311 - an order, no secret
    belongs = list(range(len(graph)))
    while True:
        moved = _move(graph, chance, resolution)
        numbers = {one: at for at, one in enumerate(dict.fromkeys(moved))}
        if len(numbers) == len(graph):
            return _in_order(belongs)
        belongs = [numbers[moved[one]] for one in belongs]
        graph = _joined(graph, [numbers[one] for one in moved], len(numbers))


def _move(graph: Graph, chance: Random, resolution: float) -> list[int]:
    own = list(range(len(graph)))
    strength = [sum(near.values()) + near.get(at, 0.0) for at, near in enumerate(graph)]  # a loop has two ends
    within, whole = list(strength), sum(strength)
    order = list(own)
    chance.shuffle(order)
    restless = whole > 0
    while restless:
        restless = False
        for at in order:
            before = own[at]
            within[before] -= strength[at]
            joins: dict[int, float] = defaultdict(float, {before: 0.0})
            for other, much in graph[at].items():
                if other != at:
                    joins[own[other]] += much
            share = strength[at] / whole
            gains = {one: much - resolution * within[one] * share for one, much in joins.items()}
            best = max(gains, key=lambda one: (gains[one], -one))
            own[at] = best if gains[best] > gains[before] + LEAST_GAIN else before
            within[own[at]] += strength[at]
            restless = restless or own[at] != before
    return own


def _joined(graph: Graph, own: Sequence[int], count: int) -> list[dict[int, float]]:
    """Communities as nodes; what joins the nodes of one is a loop."""
    joined: list[dict[int, float]] = [defaultdict(float) for _ in range(count)]
    for at, near in enumerate(graph):
        for other, much in near.items():
            here, there = own[at], own[other]
            joined[here][there] += much / 2 if here == there and at != other else much
    return joined


def _in_order(belongs: Sequence[int]) -> list[int]:
    numbers = {one: at for at, one in enumerate(dict.fromkeys(belongs))}
    return [numbers[one] for one in belongs]

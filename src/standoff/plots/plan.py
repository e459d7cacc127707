"""What the picture of a conflict shows: where improvements lead from the status quo, and where else it would hold.

States stand in layers by the fewest improvements that lead to them; the firmest and nearest are shown first, each with
the way to it. Where no status quo is given the last layer is where improvements end, before it what leads there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import count

import numpy as np
import numpy.typing as npt

from standoff._engine import BOTTOM, Indices, Mask, Values
from standoff.analysis.coalition import Group
from standoff.analysis.deals import Deal
from standoff.analysis.evolution import reach
from standoff.analysis.stability import Analysis
from standoff.concepts import Standing
from standoff.graph import Graph

Firmness = npt.NDArray[np.int8]  # of each state a value of ``Standing`` (m,)

GOALS = 60  # states to which ways are looked for: more than a page holds
DOWN, ACROSS = 4, 9  # states side by side, and one below another
APART = (4, 2, 1, 0)  # states told to which nothing leads, the more the better
DEEPEST = 6  # layers below one another
FLAT = 2  # steps up to which layers can stand beside one another
FEW = 12  # states of which three layers beside one another can be read
ARCS = 6  # moves side by side between two layers
MAX_BASINS = 2**18  # states up to which improvements are followed from everywhere


@dataclass(frozen=True, slots=True, order=True)
class Arc:
    """An improvement of ``by`` from one state to another; or a deal of a ``group`` (``by`` is the first of it)."""

    by: int
    start: int
    end: int
    group: Group = ()


@dataclass(frozen=True, slots=True)
class Omitted:
    """What is not drawn: states reached and others, how many of all are at rest; moves among those drawn."""

    reached: int
    others: int
    at_rest: int
    improvements: int


@dataclass(frozen=True)
class Plan:
    """What a picture shows.

    ``layers``: states by the improvements that lead to them, beside one another where ``flat``; ``arcs``: improvements
    from each layer to the next, then deals from ``start``. ``apart``: states that would hold, to which no improvements
    lead from ``start``.
    """

    start: int | None
    flat: bool
    layers: Sequence[Sequence[int]]
    arcs: Sequence[Arc]
    apart: Sequence[int]
    omitted: Omitted

    @property
    def states(self) -> list[int]:
        """All states that are drawn."""
        return [*(s for layer in self.layers for s in layer), *self.apart]


def plans(
    analysis: Analysis, standing: Firmness, deals: Sequence[Deal] = (), told: Sequence[int] = ()
) -> Iterator[Plan]:
    """What could be drawn, the most first; ``standing``: how firmly each state stands (m,).

    ``told``: states that are spoken of beside the picture, so that they come before others.
    """
    agreed = {one.to: one.group for one in reversed(deals)}
    graph, start = analysis.graph, analysis.graph.meaning.status_quo
    if start is None:
        yield from _ends(graph, standing)
        return
    distance = reach(graph, start, improving=True).distance.astype(np.int64)
    sizes = np.bincount(distance[distance >= 0])
    flat = len(sizes) <= FLAT + 1 and int(sizes.max()) > DOWN
    for deep, wide in _sizes(len(sizes), flat, max((int(distance[s]) for s in told), default=-1)):
        layers = _on_ways(graph, standing, distance, deep, wide, list(agreed), told)
        joint = [Arc(agreed[s][0], start, s, agreed[s]) for layer in layers for s in layer if s in agreed]
        for apart in APART:
            yield _plan(graph, standing, start, flat, layers, distance >= 0, apart, joint)


def _sizes(layers: int, flat: bool, furthest: int) -> Iterator[tuple[int, int]]:
    """How many layers are drawn, and how many states of each; those told of, at most so far away, go last."""
    if flat:
        yield from ((FLAT + 1, size) for size in range(ACROSS, 0, -1))
        return
    deepest = min(layers, DEEPEST)
    kept = furthest + 1 if 0 < furthest < deepest else 1
    yield from ((deep, DOWN) for deep in range(deepest, kept - 1, -1))
    if kept > 1:
        yield from ((kept, wide) for wide in range(DOWN - 1, 0, -1))
        yield from ((deep, DOWN) for deep in range(kept - 1, 0, -1))


def _plan(
    graph: Graph,
    standing: Firmness,
    start: int | None,
    flat: bool,
    layers: Sequence[list[int]],
    reached: Mask,
    most: int,
    joint: Sequence[Arc] = (),
) -> Plan:
    drawn = [s for layer in layers for s in layer]
    others = ~reached if start is not None else np.zeros(len(standing), np.bool_)
    others[drawn] = False
    firm = np.flatnonzero((standing > Standing.WILL_MOVE) & others)
    apart = [int(s) for s in firm[np.argsort(-standing[firm], kind="stable")][:most]]
    arcs, among = _arcs(graph, layers, 2 * ACROSS if flat else ARCS, apart)
    left = np.ones(len(standing), np.bool_)
    left[[*drawn, *apart]] = False
    at_rest = int((left & (standing == Standing.AT_REST)).sum())
    omitted = Omitted(int((left & reached).sum()), int((left & ~reached).sum()), at_rest, among - len(arcs))
    return Plan(start, flat, layers, [*arcs, *joint], apart, omitted)


def _arcs(graph: Graph, layers: Sequence[Sequence[int]], most: int, apart: Sequence[int]) -> tuple[list[Arc], int]:
    """The improvements from each layer to the next, at most so many; and how many there are among all that is drawn."""
    layer_of = {s: k for k, layer in enumerate(layers) for s in layer}
    drawn = {*layer_of, *apart}
    onward: list[list[Arc]] = [[] for _ in layers]
    among = 0
    for s in sorted(drawn):
        for i in graph.dms:
            ends = [int(t) for t in graph.improvements(i, s) if int(t) in drawn]
            among += len(ends)
            for t in ends:
                if s in layer_of and layer_of.get(t) == layer_of[s] + 1:
                    onward[layer_of[s]].append(Arc(i, s, t))
    return [arc for between in onward for arc in _some(between, most)], among


def _some(arcs: Sequence[Arc], most: int) -> list[Arc]:
    """At most so many of the moves: first one to each state, then one from each, then others."""
    if len(arcs) <= most:
        return list(arcs)
    first = {arc.end: arc for arc in reversed(arcs)}
    left = [arc for arc in arcs if arc not in first.values()]
    begins = {arc.start for arc in first.values()}
    left.sort(key=lambda arc: arc.start in begins)
    return [*first.values(), *left[: max(most - len(first), 0)]]


def _on_ways(
    graph: Graph,
    standing: Firmness,
    distance: npt.NDArray[np.int64],
    deep: int,
    wide: int,
    agreed: Sequence[int],
    told: Sequence[int],
) -> list[list[int]]:
    """States that improvements reach, in layers, each with a shortest way to it: the firmest and nearest first.

    Before them those that are ``agreed`` on, and ``told`` of; where improvements do not lead to one that is agreed on,
    it stands one step away.
    """
    start = int(np.flatnonzero(distance == 0)[0])
    near = np.flatnonzero((distance > 0) & (distance < deep))
    first = 2 * ~np.isin(near, agreed) + ~np.isin(near, told)
    order = near[np.lexsort((near, distance[near], -standing[near].astype(np.int32), first))][:GOALS]
    ways = {path[-1].to: path for path in graph.paths(graph.dms, start, _mask(order, len(standing)), improving=True)}
    beside = [s for s in agreed if distance[s] < 0][:wide]
    layers: list[list[int]] = [[start], *([] for _ in range(max(deep, 1 + bool(beside)) - 1))]
    if beside:
        layers[1] += beside
    for goal in map(int, order):
        new = [move.to for k, move in enumerate(ways[goal], 1) if move.to not in layers[k]]
        if all(len(layers[int(distance[s])]) < wide for s in new):
            for s in new:
                layers[int(distance[s])].append(s)
    drawn = {s for layer in layers for s in layer}
    if len(layers) > 1:
        layers[1] += [s for s in agreed if s not in drawn][: max(wide - len(layers[1]), 0)]
    return [sorted(layer) for layer in layers if layer]


# Without a status quo


def _ends(graph: Graph, standing: Firmness) -> Iterator[Plan]:
    """Where improvements end, the largest basins first, and before it what leads there."""
    m = len(standing)
    distance, ends = np.full(m, -1), np.flatnonzero(standing == Standing.AT_REST)
    if m <= MAX_BASINS:
        closed = _closed(graph)
        label, distance = _nearest(graph, closed)
        sizes = np.bincount(label, minlength=len(closed))
        ends = np.concatenate([closed[k] for k in np.argsort(-sizes, kind="stable")])
    deep = 2 if m <= FEW and int(distance.max()) > 1 else 1
    for size in range(ACROSS, 0, -1):
        layers = [[int(s) for s in ends[:size]]]
        for _ in range(deep):
            layers.insert(0, _before(graph, standing, layers, size))
        layers = [layer for layer in layers if layer]
        yield _plan(graph, standing, None, True, layers, np.ones(m, np.bool_), 0)


def _before(graph: Graph, standing: Firmness, layers: Sequence[Sequence[int]], most: int) -> list[int]:
    """States from which an improvement leads into the first layer, the firmest first."""
    drawn = {s for layer in layers for s in layer}
    found = {int(u) for t in layers[0] for i in graph.dms for u in graph.origins(i, t, improving=True)} - drawn
    return sorted(sorted(found, key=lambda s: (-int(standing[s]), s))[:most])


def _closed(graph: Graph) -> list[Indices]:
    """The states, and cycles of states, that no improvement leaves; in the order of their first state.

    A state is the first of one iff it reaches none before it and nothing that reaches less or other than it does.
    """
    states = np.arange(len(graph.states), dtype=np.int32)
    last = states[-1]
    least = _least_ahead(graph, states)
    most = last - _least_ahead(graph, last - least)
    within = _ahead(graph, (least == states) & (most == states))
    members = np.flatnonzero(within)
    members = members[np.argsort(least[members], kind="stable")]
    return np.split(members, np.flatnonzero(np.diff(least[members])) + 1)


def _least_ahead(graph: Graph, values: Values) -> Values:
    """For each state the least value of those that improvements lead to from it, however many; itself included."""
    while True:
        before, values = values, graph.moves.worst(tuple(graph.dms), values, improving=True)
        if np.array_equal(before, values):
            return values


def _ahead(graph: Graph, mask: Mask) -> Mask:
    """The states that improvements lead to from these, themselves included."""
    while True:
        further = np.logical_or.reduce([mask, *(graph.moves.step(i, mask, improving=True) for i in graph.dms)])
        if np.array_equal(further, mask):
            return mask
        mask = further


def _nearest(graph: Graph, ends: Sequence[Indices]) -> tuple[Indices, Indices]:
    """For each state the nearest end of improvements (its place among them) and how many improvements away it is.

    Of several equally near, that to which the first decision maker leads who can bring it nearer, as it likes best.
    """
    states = np.arange(len(graph.states))
    label, distance = np.full(len(states), -1), np.full(len(states), -1)
    for number, members in enumerate(ends):
        label[members], distance[members] = number, 0
    liked = [np.lexsort((states, graph.order(i))) for i in graph.dms]  # the states, worst first
    place = [np.argsort(order).astype(np.int32) for order in liked]
    for k in count(1):
        edge = distance == k - 1
        if not edge.any():
            return label, distance
        for i in graph.dms:
            best = graph.moves.best(i, np.where(edge, place[i], BOTTOM))
            goal = liked[i][best]
            new = (distance < 0) & (best >= 0) & graph.gains(i, states, goal)
            label[new], distance[new] = label[goal[new]], k
    raise AssertionError


def _mask(states: Iterable[int], m: int) -> Mask:
    mask = np.zeros(m, np.bool_)
    mask[list(states)] = True
    return mask

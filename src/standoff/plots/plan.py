"""What a picture of a conflict shows: which states one by one, which only as counted blocks, and the moves among them.

Up to ``EVERY`` states all are shown with all moves. Up to ``REACHED``, those that improvements reach from the status
quo (at most ``MOST``). Beyond, the shortest ways by improvements to equilibria. What is not shown is counted.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Literal

import numpy as np

from standoff._engine import BOTTOM, Indices, Mask, Values
from standoff.analysis.evolution import Reachable, reach
from standoff.analysis.stability import Analysis
from standoff.graph import Graph

EVERY, REACHED, MOST, GOALS, ENDS = 60, 5_000, 120, 12, 10
BESIDE = 4  # ends beside one another where there is no status quo to begin at
MAX_BASINS = 2**18  # states up to which improvements are followed from everywhere

Mode = Literal["every", "reached", "ways"]
Counted = Literal["moves", "never", "end", "ends"]


@dataclass(frozen=True, slots=True)
class Spot:
    """A state that is drawn, or where ``state`` is None ``count`` states of a column that are not drawn one by one."""

    column: int
    state: int | None
    count: int = 1


@dataclass(frozen=True, slots=True)
class Arc:
    """A move between two spots; ``back``: whether its mover can also go the other way (to no good of its own)."""

    by: int
    start: int
    end: int
    improving: bool
    back: bool = False


@dataclass(frozen=True, slots=True)
class CountedStates:
    """States that are counted only: why, how many, and how many of them are equilibria under some concept."""

    what: Counted
    count: int
    equilibria: int = 0
    ends: tuple[int, ...] = ()


@dataclass(frozen=True)
class Plan:
    """What a picture shows.

    ``unreached``: the last column holds what cannot be reached from the first; ``beyond``: whatever takes more steps
    than those before. ``goals``: to how many equilibria ways are drawn, of how many that improvements reach; None where
    all of these are drawn.
    """

    mode: Mode
    start: int | None
    spots: Sequence[Spot]
    arcs: Sequence[Arc]
    blocks: Sequence[CountedStates]
    unreached: bool = False
    beyond: bool = False
    goals: tuple[int, int] | None = None

    @property
    def columns(self) -> int:
        """How many columns there are."""
        return 1 + max((spot.column for spot in self.spots), default=0)


def holds_under(analysis: Analysis) -> Mapping[int, Sequence[str]]:
    """The concepts under which each equilibrium is one."""
    found: dict[int, list[str]] = {}
    for name in analysis.stable:
        for s in analysis.equilibria(name):
            found.setdefault(s, []).append(name)
    return found


def plan(analysis: Analysis) -> Plan:
    """What to draw of a conflict."""
    graph = analysis.graph
    m, start = len(graph.states), graph.meaning.status_quo
    if m <= EVERY:
        return _every(graph, start)
    if start is not None and m <= REACHED:
        return _reached(analysis, start)
    return _ways(analysis, start)


# Every state


def _every(graph: Graph, start: int | None) -> Plan:
    states = range(len(graph.states))
    column = _to_rest(graph) if start is None else reach(graph, start).distance
    unreached = bool((column < 0).any())
    last = int(column.max()) + 1
    spots = [Spot(last if column[s] < 0 else int(column[s]), s) for s in states]
    return Plan("every", start, spots, _arcs(graph, spots, every=True), (), unreached and start is not None)


def _to_rest(graph: Graph) -> Indices:
    """Columns where no status quo is given: states from which most improvements are left to make come first."""
    distance = _nearest(graph, _closed(graph))[1]
    return np.asarray(distance.max() - distance)


def _arcs(graph: Graph, spots: Sequence[Spot], every: bool) -> list[Arc]:
    """The moves among the states drawn, one for both ways; with ``every``, also those that improve nothing."""
    place = {spot.state: k for k, spot in enumerate(spots) if spot.state is not None}
    arcs = []
    for i in graph.dms:
        pairs = {(s, int(t)) for s in place for t in graph.targets(i, s) if int(t) in place}
        for s, t in sorted(pairs):
            gains, loses = graph.prefers(i, t, s), graph.prefers(i, s, t)
            both = (t, s) in pairs
            if gains or (every and not (both and (loses or t < s))):
                arcs.append(Arc(i, place[s], place[t], gains, both))
    return arcs


# What improvements reach


def _reached(analysis: Analysis, start: int) -> Plan:
    graph = analysis.graph
    improvements, moves = reach(graph, start, improving=True), reach(graph, start)
    within, goals = improvements.distance >= 0, None
    if int(within.sum()) <= MOST:
        spots = [Spot(int(improvements.distance[s]), int(s)) for s in improvements.states]
    else:
        kept, goals = _on_ways(analysis, improvements)
        spots = _with_rest(improvements, kept)
    other = (moves.distance >= 0) & ~within
    masks: tuple[tuple[Counted, Mask], ...] = (("moves", other), ("never", ~within & ~other))
    blocks = [CountedStates(what, int(mask.sum()), _count(analysis, mask)) for what, mask in masks if mask.any()]
    arcs = _with_blocks(graph, spots, improvements)
    beyond = int(improvements.distance.max()) > max(spot.column for spot in spots if spot.state is not None)
    return Plan("reached", start, spots, arcs, blocks, beyond=beyond, goals=goals)


def _count(analysis: Analysis, among: Mask) -> int:
    """How many of these states are equilibria under some concept."""
    every = np.zeros(len(among), np.bool_)
    for table in analysis.stable.values():
        every |= table.all(axis=0)
    return int((every & among).sum())


def _on_ways(analysis: Analysis, found: Reachable) -> tuple[list[int], tuple[int, int]]:
    """The states on shortest ways by improvements to equilibria: those that hold under most concepts first.

    Also to how many equilibria these lead, of how many that are reached.
    """
    graph, under = analysis.graph, holds_under(analysis)
    goals = [s for s in under if found.distance[s] >= 0]
    goals.sort(key=lambda s: (-len(under[s]), int(found.distance[s]), s))
    mask = _mask(goals[:GOALS], len(graph.states))
    mask[found.start] = False  # it is there: no way leads back to it
    kept = {found.start}
    for path in graph.paths(graph.dms, found.start, mask, improving=True):
        kept |= {move.to for move in path}
    return sorted(kept), (min(len(goals), GOALS), len(goals))


def _with_rest(found: Reachable, kept: Sequence[int]) -> list[Spot]:
    """The states kept, and for each column how many more there are; those beyond the last are one column."""
    spots = [Spot(int(found.distance[s]), s) for s in kept]
    last = max(spot.column for spot in spots)
    total = np.bincount(np.minimum(found.distance[found.distance >= 0], last + 1))
    for column, number in enumerate(total):
        left = int(number) - sum(spot.column == column for spot in spots)
        if left:
            spots.append(Spot(column, None, left))
    return spots


def _with_blocks(graph: Graph, spots: Sequence[Spot], found: Reachable) -> list[Arc]:
    """The improvements among the states drawn, and for each mover one into what is only counted in a column."""
    arcs = _arcs(graph, spots, every=False)
    rest = {spot.column: k for k, spot in enumerate(spots) if spot.state is None}
    drawn, last = {spot.state for spot in spots}, max(spot.column for spot in spots)
    for k, spot in enumerate(spots):
        for i in graph.dms if spot.state is not None and rest else ():
            ends = [int(t) for t in graph.improvements(i, spot.state or 0) if int(t) not in drawn]
            columns = {min(int(found.distance[t]), last) for t in ends if found.distance[t] > spot.column}
            arcs += [Arc(i, k, rest[column], improving=True) for column in sorted(columns)]
    return arcs


# Ways and basins


def _ways(analysis: Analysis, start: int | None) -> Plan:
    graph, m = analysis.graph, len(analysis.graph.states)
    blocks = _basins(analysis) if m <= MAX_BASINS else []
    if start is not None:
        found = reach(graph, start, improving=True)
        kept, goals = _on_ways(analysis, found)
        spots = [Spot(int(found.distance[s]), s) for s in kept]
        return Plan("ways", start, spots, _arcs(graph, spots, every=False), blocks, goals=goals)
    ends = [block.ends[0] for block in blocks if block.what == "end"]
    if m > MAX_BASINS:
        ends = np.flatnonzero(~np.logical_or.reduce([graph.can_improve(i) for i in graph.dms]))[:ENDS].tolist()
    spots = [Spot(k % BESIDE, s) for k, s in enumerate(ends)]
    return Plan("ways", start, spots, _arcs(graph, spots, every=False), blocks)


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


def _basins(analysis: Analysis) -> list[CountedStates]:
    """The ends of improvements, each with the number of states that are nearest to it, largest first."""
    ends = _closed(analysis.graph)
    label, _ = _nearest(analysis.graph, ends)
    sizes = np.bincount(label, minlength=len(ends))
    order = sorted(range(len(ends)), key=lambda k: (-int(sizes[k]), k))
    blocks = [CountedStates("end", int(sizes[k]), 0, tuple(int(s) for s in ends[k])) for k in order[:ENDS]]
    rest = order[ENDS:]
    if rest:
        firsts = tuple(int(ends[k][0]) for k in rest)
        blocks.append(
            CountedStates("ends", int(sizes[rest].sum()), _count(analysis, _mask(firsts, len(label))), firsts)
        )
    return blocks


def _mask(states: Iterable[int], m: int) -> Mask:
    mask = np.zeros(m, np.bool_)
    mask[list(states)] = True
    return mask

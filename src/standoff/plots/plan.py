"""What a picture of a conflict shows: which states one by one, which only as counted blocks, and the moves among them.

Up to ``EVERY`` states all are shown with all moves. Up to ``REACHED``, those that improvements reach from the status
quo (at most ``MOST``). Beyond, the shortest ways by improvements to equilibria. What is not shown is counted.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from standoff._engine import Indices, Mask
from standoff.evolution import Reach, reach, walk
from standoff.graph import Graph
from standoff.stability import Analysis

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
class Block:
    """States that are counted only: why, how many, and how many of them are equilibria under some concept."""

    what: Counted
    count: int
    equilibria: int = 0
    ends: tuple[int, ...] = ()


@dataclass(frozen=True)
class Plan:
    """What a picture shows. ``unreached``: the last column holds what cannot be reached from the first."""

    mode: Mode
    start: int | None
    spots: Sequence[Spot]
    arcs: Sequence[Arc]
    blocks: Sequence[Block]
    unreached: bool = False

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


def _to_rest(graph: Graph) -> npt.NDArray[np.int32]:
    """Columns where no status quo is given: states from which most improvements are left to make come first."""
    distance = _nearest(_improvements(graph), None)[1]
    return np.asarray(distance.max() - distance, np.int32)


def _arcs(graph: Graph, spots: Sequence[Spot], every: bool) -> list[Arc]:
    """The moves among the states drawn, one for both ways; with ``every``, also those that improve nothing."""
    place = {spot.state: k for k, spot in enumerate(spots) if spot.state is not None}
    arcs = []
    for i in graph.dms:
        pairs = {(s, int(t)) for s in place for t in graph.targets(i, s) if int(t) in place}
        for s, t in sorted(pairs):
            gain = int(graph.ranks[i][t]) - int(graph.ranks[i][s])
            both = (t, s) in pairs
            if gain > 0 or (every and not (both and (gain < 0 or t < s))):
                arcs.append(Arc(i, place[s], place[t], gain > 0, both))
    return arcs


# What improvements reach


def _reached(analysis: Analysis, start: int) -> Plan:
    graph = analysis.graph
    improvements, moves = reach(graph, start, improving=True), reach(graph, start)
    within = improvements.distance >= 0
    if int(within.sum()) <= MOST:
        spots = [Spot(int(improvements.distance[s]), int(s)) for s in improvements.states]
    else:
        spots = _with_rest(improvements, _on_ways(analysis, improvements))
    other = (moves.distance >= 0) & ~within
    counted: tuple[tuple[Counted, Mask], ...] = (("moves", other), ("never", ~within & ~other))
    blocks = [Block(what, int(mask.sum()), _count(analysis, mask)) for what, mask in counted if mask.any()]
    return Plan("reached", start, spots, _with_blocks(graph, spots, improvements), blocks)


def _count(analysis: Analysis, among: Mask) -> int:
    """How many of these states are equilibria under some concept."""
    every = np.zeros(len(among), np.bool_)
    for table in analysis.stable.values():
        every |= table.all(axis=0)
    return int((every & among).sum())


def _on_ways(analysis: Analysis, found: Reach) -> list[int]:
    """The states on shortest ways by improvements to equilibria: those that hold under most concepts first."""
    graph, under = analysis.graph, holds_under(analysis)
    goals = [s for s in under if found.distance[s] >= 0]
    goals.sort(key=lambda s: (-len(under[s]), int(found.distance[s]), s))
    mask = np.zeros(len(graph.states), np.bool_)
    mask[goals[:GOALS]] = True
    kept = {found.start}
    for path in graph.paths(graph.dms, found.start, mask, improving=True):
        kept |= {move.to for move in path}
    return sorted(kept)


def _with_rest(found: Reach, kept: Sequence[int]) -> list[Spot]:
    """The states kept, and for each column how many more there are."""
    spots = [Spot(int(found.distance[s]), s) for s in kept]
    total = np.bincount(found.distance[found.distance >= 0])
    for column, number in enumerate(total):
        left = int(number) - sum(spot.column == column for spot in spots)
        if left:
            spots.append(Spot(column, None, left))
    return spots


def _with_blocks(graph: Graph, spots: Sequence[Spot], found: Reach) -> list[Arc]:
    """The improvements among the states drawn, and for each mover one into what is only counted in a column."""
    arcs = _arcs(graph, spots, every=False)
    rest = {spot.column: k for k, spot in enumerate(spots) if spot.state is None}
    drawn = {spot.state for spot in spots}
    for k, spot in enumerate(spots):
        for i in graph.dms if spot.state is not None and rest else ():
            ends = [int(t) for t in graph.improvements(i, spot.state or 0) if int(t) not in drawn]
            columns = sorted({int(found.distance[t]) for t in ends if found.distance[t] > spot.column})
            arcs += [Arc(i, k, rest[column], improving=True) for column in columns]
    return arcs


# Ways and basins


def _ways(analysis: Analysis, start: int | None) -> Plan:
    graph = analysis.graph
    spots: list[Spot] = []
    blocks: list[Block] = []
    if start is not None:
        found = reach(graph, start, improving=True)
        spots = [Spot(int(found.distance[s]), s) for s in _on_ways(analysis, found)]
    if len(graph.states) <= MAX_BASINS:
        blocks = _basins(analysis, _improvements(graph))
    if start is None:
        ends = [s for block in blocks if block.what == "end" for s in block.ends[:1]]
        spots = [Spot(k % BESIDE, s) for k, s in enumerate(ends)]
    return Plan("ways", start, spots, _arcs(graph, spots, every=False), blocks)


def _improvements(graph: Graph) -> Any:
    """All improvements, sparse (m, m)."""
    arcs = [graph.moves.improvements(i) for i in graph.dms]
    return walk(arcs, [1.0] * len(arcs), len(graph.states))


def _nearest(improvements: Any, wanted: Sequence[Indices] | None) -> tuple[Indices, npt.NDArray[np.int32]]:
    """For each state the nearest end of improvements (its number; -1: none) and how many improvements away it is.

    An end is a state, or a cycle of states, that no improvement leaves. Of several equally near the first is taken.
    """
    ends = _closed(improvements) if wanted is None else wanted
    label = np.full(improvements.shape[0], -1)
    for number, members in enumerate(ends):
        label[members] = number
    distance = np.where(label >= 0, 0, -1).astype(np.int32)
    back = improvements.T.tocsr()
    frontier, k = np.flatnonzero(label >= 0), 0
    while len(frontier):
        k += 1
        counts = np.diff(back.indptr)[frontier]
        reached = back.indices[_spans(back.indptr[frontier], counts)]
        origin = np.repeat(label[frontier], counts)
        new = distance[reached] < 0
        reached, origin = reached[new], origin[new]
        order = np.lexsort((origin, reached))
        frontier, first = np.unique(reached[order], return_index=True)
        label[frontier] = origin[order][first]
        distance[frontier] = k
    return label, distance


def _spans(begins: Indices, counts: Indices) -> Indices:
    """begins[0], begins[0] + 1 ... (counts[0] of them), then those of the next, and so on."""
    ends = np.cumsum(counts)
    return np.arange(int(ends[-1]) if len(ends) else 0) - np.repeat(ends - counts, counts) + np.repeat(begins, counts)


def _closed(improvements: Any) -> list[Indices]:
    """The states, and cycles of states, that no improvement leaves; in the order of their first state."""
    from scipy.sparse.csgraph import connected_components

    count, label = connected_components(improvements, directed=True, connection="strong")
    found = improvements.tocoo()
    closed = np.ones(count, np.bool_)
    closed[label[found.row[label[found.row] != label[found.col]]]] = False
    members = np.flatnonzero(closed[label])
    members = members[np.argsort(label[members], kind="stable")]
    groups = np.split(members, np.flatnonzero(np.diff(label[members])) + 1)
    return sorted(groups, key=lambda group: int(group[0]))


def _basins(analysis: Analysis, improvements: Any) -> list[Block]:
    """The ends of improvements, each with the number of states that are nearest to it, largest first."""
    ends = _closed(improvements)
    label, _ = _nearest(improvements, ends)
    sizes = np.bincount(label[label >= 0], minlength=len(ends))
    order = sorted(range(len(ends)), key=lambda k: (-int(sizes[k]), k))
    blocks = [Block("end", int(sizes[k]), 0, tuple(int(s) for s in ends[k])) for k in order[:ENDS]]
    rest = order[ENDS:]
    if rest:
        firsts = tuple(int(ends[k][0]) for k in rest)
        blocks.append(Block("ends", int(sizes[rest].sum()), _count(analysis, _mask(firsts, len(label))), firsts))
    return blocks


def _mask(states: Iterable[int], m: int) -> Mask:
    mask = np.zeros(m, np.bool_)
    mask[list(states)] = True
    return mask

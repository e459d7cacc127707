"""Where it could go from here (definition 7): what moves and improvements reach, by which sequences, how likely."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from standoff._engine import Indices, Mask
from standoff.analysis.stability import Analysis
from standoff.errors import WrongWeights
from standoff.graph import Arcs, Graph, Move

MAX_PATHS = 1000
FEW_STATES = 256  # that a chain goes through, for which a full matrix is quicker than a sparse one
Choice = Literal["uniform", "best", "credible"]


@dataclass(frozen=True)
class Reachable:
    """What legal sequences from ``start`` reach: for each state the fewest moves (-1: never) and its last movers.

    ``last`` (N, m): whether that fewest number of moves can have this decision maker's as the last.
    """

    start: int
    improving: bool
    distance: npt.NDArray[np.int32]
    last: Mask

    @property
    def states(self) -> Indices:
        """The states reached (the start among them), ascending."""
        return np.flatnonzero(self.distance >= 0)


def reach(graph: Graph, start: int, improving: bool = False, group: Collection[int] | None = None) -> Reachable:
    """S^(k)(q) or, with improvements only, V^(k)(q), until nothing changes [li2005].

    >>> from standoff.casebook import load
    >>> from standoff.graph import build_graph
    >>> graph = build_graph(load("elmira"))
    >>> reach(graph, 0).distance.tolist()  # the fewest moves from state 1 to each
    [0, 1, 1, 2, 1, 2, 2, 3, 1]
    >>> reach(graph, 0, improving=True).states.tolist()  # improvements lead to the deadlock, state 5, only
    [0, 4]
    """
    distance = np.full(len(graph.states), -1, np.int32)
    last = np.zeros((len(graph.dms), len(graph.states)), np.bool_)
    distance[start] = 0
    for k, level in enumerate(graph.levels(graph.dms if group is None else group, start, improving), 1):
        new = np.logical_or.reduce(list(level.values())) & (distance < 0)
        distance[new] = k
        for j, mask in level.items():
            last[j] |= mask & (distance == k)
    return Reachable(start, improving, distance, last)


def attainable(analysis: Analysis, found: Reachable) -> dict[str, list[int]]:
    """The equilibria among the states reached, by concept.

    >>> from standoff.casebook import load
    >>> from standoff.analysis.stability import solve
    >>> analysis = solve(load("elmira"), ["Nash"])
    >>> attainable(analysis, reach(analysis.graph, 0, improving=True))
    {'Nash': [4]}
    """
    return {name: [s for s in analysis.equilibria(name) if found.distance[s] >= 0] for name in analysis.stable}


def shortest_sequences(
    graph: Graph, start: int, goals: Mask, improving: bool = False, group: Collection[int] | None = None
) -> Iterator[tuple[Move, ...]]:
    """All shortest legal sequences of moves from start into ``goals``; none where nothing leads there.

    >>> from standoff.casebook import load
    >>> from standoff.graph import build_graph
    >>> graph = build_graph(load("elmira"))
    >>> goal = np.arange(len(graph.states)) == 4  # the deadlock, state 5
    >>> list(shortest_sequences(graph, 0, goal, improving=True))
    [(Move(by=2, start=0, to=4),)]
    """
    if goals[start]:
        yield ()
        return
    levels: list[dict[int, Mask]] = []
    for level in graph.levels(graph.dms if group is None else group, start, improving):
        levels.append(level)
        if any((mask & goals).any() for mask in level.values()):
            for j, mask in level.items():
                for t in np.flatnonzero(mask & goals):
                    yield from _backwards(graph, levels, start, int(t), j, improving)
            return


def _backwards(
    graph: Graph, levels: list[dict[int, Mask]], start: int, t: int, j: int, improving: bool
) -> Iterator[tuple[Move, ...]]:
    origins = graph.origins(j, t, improving)
    if len(levels) == 1:
        if start in origins:
            yield (Move(j, start, t),)
        return
    for k, mask in levels[-2].items():
        if k != j:
            for u in origins[mask[origins]]:
                for moves in _backwards(graph, levels[:-1], start, int(u), k, improving):
                    yield (*moves, Move(j, int(u), t))


# What it takes


@dataclass(frozen=True, slots=True)
class Needs:
    """Whose moves it takes to get from ``start`` into a set of states.

    ``possible``: whether all together can. ``able``: the groups that can alone and contain no other such group.
    ``without``: a smallest set of decision makers without whose move it cannot happen (empty where it cannot happen at
    all, and where it is so already).
    """

    start: int
    improving: bool
    possible: bool
    able: tuple[tuple[int, ...], ...]
    without: tuple[int, ...]


def needs(graph: Graph, start: int, goals: Mask, improving: bool = False) -> Needs:
    """Whose moves it takes: goes through all groups, smaller ones first.

    >>> from standoff.casebook import load
    >>> from standoff.graph import build_graph
    >>> graph = build_graph(load("elmira"))
    >>> goal = np.arange(len(graph.states)) == 7  # the agreement, state 8
    >>> needs(graph, 4, goal).able  # out of the deadlock it takes the ministry and the company
    ((0, 1),)
    """

    def can(group: Collection[int]) -> bool:
        return bool(goals[start]) or bool((graph.reach(group, start, improving) & goals).any())

    sets = [group for size in range(len(graph.dms) + 1) for group in combinations(graph.dms, size)]
    able: list[tuple[int, ...]] = []
    for group in sets:
        if not any(set(known) <= set(group) for known in able) and can(group):
            able.append(group)
    # a group fails iff it contains none of the able ones: so the sets that block are those that meet them all
    without = next((group for group in sets if all(set(group) & set(known) for known in able)), ())
    return Needs(start, improving, bool(able), tuple(able), without if able else ())


# How likely


@dataclass(frozen=True, slots=True)
class End:
    """Where the chain ends: one state, or a cycle of states that it never leaves; and with what probability."""

    states: tuple[int, ...]
    probability: float


@dataclass(frozen=True, slots=True)
class Chain:
    """A Markov chain over improvements from ``start``: its ends, most likely first.

    ``moves`` is the expected number of moves until it is in one of them; ``assumes`` says what the numbers rest on.
    """

    start: int
    ends: tuple[End, ...]
    moves: float
    assumes: tuple[str, ...]


def chain(graph: Graph, start: int, weights: Sequence[float] | None = None, choice: Choice = "uniform") -> Chain:
    """Where improvements lead from ``start``, and with what probability.

    In each state one of the decision makers that have an improvement moves, drawn by ``weights`` (default: equal), to
    one of its improvements: any with equal probability, one of its ``best``, or one that is ``credible``: under SEQ
    nothing deters it. One of weight 0 never moves. Solved exactly by linear algebra. Raises WrongWeights.

    >>> from standoff.casebook import load
    >>> from standoff.graph import build_graph
    >>> graph = build_graph(load("elmira"))
    >>> [(end.states, round(end.probability, 3)) for end in chain(graph, 0).ends]
    [((4,), 1.0)]
    """
    shares = chances_to_move(weights, len(graph.dms))
    arcs = [_CHOICES[choice](graph, i) for i in graph.dms]
    ends, moves = ends_of_walk(arcs, shares, start, len(graph.states))
    return Chain(start, ends, moves, _assumptions(graph, weights, choice))


def chances_to_move(weights: Sequence[float] | None, count: int) -> list[float]:
    """The weights by which the next mover is drawn (default: equal), the greatest of them 1, so that no sum overflows.

    Raises WrongWeights where they are not one for each decision maker, finite, from 0, and not all 0.

    >>> chances_to_move(None, 3)
    [1.0, 1.0, 1.0]
    >>> chances_to_move([2, 4], 2)
    [0.5, 1.0]
    """
    shares = [1.0] * count if weights is None else [float(weight) for weight in weights]
    if len(shares) != count or not all(0 <= w < np.inf for w in shares) or not any(shares):
        raise WrongWeights(f"weights {shares}: expected {count} finite numbers from 0, not all 0")
    return [share / max(shares) for share in shares]


def ends_of_walk(arcs: Sequence[Arcs], weights: Sequence[float], start: int, m: int) -> tuple[tuple[End, ...], float]:
    """Where moves of each, made as in ``walk``, end, most likely first, and after how many of them on average.

    >>> arcs = [(np.array([0, 0]), np.array([1, 2])), (np.array([0]), np.array([2]))]  # of one, of another
    >>> ends_of_walk(arcs, [1, 1], 0, 3)
    ((End(states=(2,), probability=0.75), End(states=(1,), probability=0.25)), 1.0)
    """
    states = _onward(arcs, weights, start, m)
    if len(states) <= FEW_STATES:
        return _absorbed_here(arcs, weights, start, states, m)
    return absorbed(walk(arcs, weights, m), start)


def _onward(arcs: Sequence[Arcs], weights: Sequence[float], start: int, m: int) -> Indices:
    """The states that moves lead to from ``start``, itself included, ascending."""
    moving = [arc for weight, arc in zip(weights, arcs, strict=True) if weight]
    begin, end = (np.concatenate(column) for column in zip(*moving, strict=True))
    mask = np.zeros(m, np.bool_)
    mask[start] = True
    while len(new := end[mask[begin] & ~mask[end]]):
        mask[new] = True
    return np.flatnonzero(mask)


def _absorbed_here(
    arcs: Sequence[Arcs], weights: Sequence[float], start: int, states: Indices, m: int
) -> tuple[tuple[End, ...], float]:
    """As ``absorbed``, where it goes through a few states only."""
    place = np.full(m, -1)
    place[states] = np.arange(len(states))
    walked = np.zeros((len(states), len(states)))
    for (begin, end), chance in zip(arcs, chances(arcs, weights, m), strict=True):
        here = place[begin] >= 0
        np.add.at(walked, (place[begin[here]], place[end[here]]), chance[here])
    leads = (walked > 0) | np.eye(len(states), dtype=np.bool_)
    while not np.array_equal(leads, further := leads.astype(np.float32) @ leads > 0):
        leads = further
    closed = (leads <= leads.T).all(axis=1)  # whatever it leads to leads back
    transient = np.flatnonzero(~closed)
    visits, arrived = np.zeros(len(states)), (states == start).astype(float)
    if len(transient):
        within = walked[np.ix_(transient, transient)]
        visits[transient] = np.linalg.solve((np.eye(len(transient)) - within).T, arrived[transient])
        arrived = walked.T @ visits
    rows = {row.tobytes(): row for row in leads[closed]}
    ends = [End(tuple(int(s) for s in states[members]), float(arrived[members].sum())) for members in rows.values()]
    return tuple(sorted(ends, key=lambda end: (-end.probability, end.states))), float(visits.sum())


def absorbed(whole: Any, start: int) -> tuple[tuple[End, ...], float]:
    """Where a chain with these transitions (m, m; sparse) ends, most likely first, and after how many moves on average.

    A row without entries is a state that stays.

    >>> from scipy.sparse import csr_array
    >>> whole = csr_array([[0, 0.25, 0.75], [0, 0, 0], [0, 0, 0]])  # states 1 and 2 stay
    >>> absorbed(whole, 0)
    ((End(states=(2,), probability=0.75), End(states=(1,), probability=0.25)), 1.0)
    """
    from scipy.sparse.csgraph import breadth_first_order, connected_components

    states = np.sort(breadth_first_order(whole, start, return_predecessors=False))
    matrix = whole[states][:, states].tocoo()
    count, label = connected_components(matrix, directed=True, connection="strong")
    closed = np.ones(count, np.bool_)
    closed[label[matrix.row[label[matrix.row] != label[matrix.col]]]] = False
    transient = np.flatnonzero(~closed[label])
    visits, arrived = np.zeros(len(states)), (states == start).astype(float)
    if len(transient):
        visits[transient] = _visits(matrix.tocsr()[transient][:, transient], arrived[transient])
        arrived = matrix.T @ visits
    ends = []
    for one in np.flatnonzero(closed):
        members = label == one
        ends.append(End(tuple(int(s) for s in states[members]), float(arrived[members].sum())))
    ends.sort(key=lambda end: (-end.probability, end.states))
    return tuple(ends), float(visits.sum())


def _visits(within: Any, arrived: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Expected visits of transient states, v = e + Q' v: solved one strongly connected part after another.

    A part is solved once all that flows into it is known, so that only what is circular needs linear algebra.
    """
    from scipy.sparse import eye_array
    from scipy.sparse.csgraph import connected_components
    from scipy.sparse.linalg import spsolve

    count, label = connected_components(within, directed=True, connection="strong")
    members = np.split(np.argsort(label, kind="stable"), np.cumsum(np.bincount(label, minlength=count))[:-1])
    arcs = within.tocoo()
    across = label[arcs.row] != label[arcs.col]
    leaving = _rows_of(arcs, across, within.shape)
    waiting = np.bincount(label[arcs.col[across]], minlength=count)
    visits, inflow, stays = np.zeros(len(label)), arrived.copy(), within.diagonal()
    ready = np.flatnonzero(waiting == 0)
    while len(ready):
        parts = [members[one] for one in ready]
        alone = np.array([part[0] for part in parts if len(part) == 1], np.intp)
        visits[alone] = inflow[alone] / (1 - stays[alone])
        for part in parts:
            if len(part) > 1:
                block = within[part][:, part]
                visits[part] = spsolve((eye_array(len(part)) - block).T.tocsc(), inflow[part])
        done = np.concatenate(parts)
        flow = leaving[done].tocoo()
        np.add.at(inflow, flow.col, flow.data * visits[done[flow.row]])
        waiting -= np.bincount(label[flow.col], minlength=count)
        reached = np.unique(label[flow.col])
        ready = reached[waiting[reached] == 0]
    return visits


def _rows_of(arcs: Any, which: Mask, shape: tuple[int, int]) -> Any:
    """Some entries of a sparse matrix, by rows."""
    from scipy.sparse import csr_array

    return csr_array((arcs.data[which], (arcs.row[which], arcs.col[which])), shape=shape)


def walk(arcs: Sequence[Arcs], weights: Sequence[float], m: int) -> Any:
    """Transition probabilities, sparse (m, m): one of those that have a move is drawn by weight, then one of its moves.

    ``arcs`` are the moves of each decision maker; a row without entries is a state that stays.

    >>> arcs = [(np.array([0, 0]), np.array([1, 2])), (np.array([0]), np.array([3]))]  # of one, of another
    >>> walk(arcs, [1, 1], 4).toarray()[0].tolist()
    [0.0, 0.25, 0.25, 0.5]
    """
    from scipy.sparse import csr_array

    shares = chances(arcs, weights, m)
    starts = np.concatenate([start for start, _ in arcs])
    ends = np.concatenate([end for _, end in arcs])
    probability = np.concatenate(shares)
    real = probability > 0
    return csr_array((probability[real], (starts[real], ends[real])), shape=(m, m))


def chances(arcs: Sequence[Arcs], weights: Sequence[float], m: int) -> list[npt.NDArray[np.float64]]:
    """How probable each move is where it can be made; one of weight 0 never moves.

    >>> arcs = [(np.array([0, 0]), np.array([1, 2])), (np.array([0]), np.array([3]))]  # of one, of another
    >>> [moves.tolist() for moves in chances(arcs, [1, 1], 4)]
    [[0.25, 0.25], [0.5]]
    """
    total = np.zeros(m)  # the weight of those that have a move
    counts = [np.bincount(start, minlength=m) for start, _ in arcs]
    for weight, moves in zip(weights, counts, strict=True):
        total[moves > 0] += weight
    return [
        np.divide(weight, moves[start] * total[start], out=np.zeros(len(start)), where=total[start] > 0)
        for weight, moves, (start, _) in zip(weights, counts, arcs, strict=True)
    ]


def _uniform(graph: Graph, i: int) -> Arcs:
    return graph.moves.improvements(i)


def _best(graph: Graph, i: int) -> Arcs:
    start, end = graph.moves.improvements(i)
    best = graph.order(i)[end] == graph.best(i)[start]
    return start[best], end[best]


def _credible(graph: Graph, i: int) -> Arcs:
    return graph.undeterred(i, graph.order(i), credible=True)


_CHOICES = {"uniform": _uniform, "best": _best, "credible": _credible}


def _assumptions(graph: Graph, weights: Sequence[float] | None, choice: Choice) -> tuple[str, ...]:
    names = [dm.label for dm in graph.conflict.decision_makers]
    who = (
        "whoever has an improvement is equally likely to move next"
        if weights is None
        else "who moves next is drawn by weight: "
        + ", ".join(f"{n} {w:g}" for n, w in zip(names, weights, strict=True))
    )
    which = {
        "uniform": "each of the mover's improvements is equally likely",
        "best": "the mover takes the best it has (ties: equally likely)",
        "credible": "the mover takes only improvements that nobody deters under SEQ, each equally likely",
    }[choice]
    return (
        who,
        which,
        "one decision maker moves at a time, and nobody moves but to improve",
        "preferences stay as they are",
    )

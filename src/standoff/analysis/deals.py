"""Deals: where a group could go together so that nobody in it loses and somebody gains, and whether that would last.

The weak form beside the joint improvements of definition 6, which are better for every member.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np
import numpy.typing as npt

from standoff._engine import Indices, Mask, Values
from standoff.analysis.coalition import MOST_GROUPS, Group, each_group
from standoff.analysis.evolution import shortest_sequences
from standoff.analysis.stability import Analysis, standings
from standoff.concepts import Standing
from standoff.conflict.states import Selection
from standoff.graph import Graph, Move
from standoff.progress import Enough, Progress, never, silent, undone

MOST_ORDERS = 200  # shortest sequences of one deal that are compared


@dataclass(frozen=True, slots=True)
class RunOff:
    """After so many moves of a deal one of the group could be better off at ``to`` than where the deal ends.

    ``to`` is where it stops (it has a move of the deal still to make), or where it goes in one move of its own.
    ``hurt``: those of the group (at least one) who hold that worse than where the deal ends: they must trust it.
    """

    by: int
    after: int
    to: int
    hurt: Group


@dataclass(frozen=True)
class Deal:
    """A group can go together to ``to``, which none of it holds worse than the start and some hold better.

    ``moves``: of the shortest sequences one that asks for least trust. ``stands``: how firmly each decision maker would
    stand there. ``unharmed`` are of the group and hold it equal to the start; ``losing`` are others who hold it worse.
    """

    group: Group
    to: int
    moves: tuple[Move, ...]
    gaining: Group
    unharmed: Group
    losing: Group
    stands: tuple[Standing, ...]
    run_offs: tuple[RunOff, ...]

    @property
    def firmness(self) -> Standing:
        """How firmly it would stand, by the weakest decision maker."""
        return min(self.stands)

    @property
    def lasts(self) -> bool:
        """Whether nobody would move from there."""
        return self.firmness is not Standing.WILL_MOVE

    @property
    def breaking(self) -> Group:
        """Who would move from there."""
        return tuple(i for i, stands in enumerate(self.stands) if stands is Standing.WILL_MOVE)

    @property
    def idle(self) -> Group:
        """Those of the group who gain without a move of their own."""
        return tuple(i for i in self.group if all(move.by != i for move in self.moves))


@dataclass(frozen=True)
class DealOptions:
    """What is asked: from which state, of which groups (None: all of two or more), into which states (None: all)."""

    start: int
    groups: tuple[Group, ...] | None = None
    within: Selection | None = None


@dataclass(frozen=True)
class Deals:
    """The deals from a state, those of smaller groups first, and of one size those that last best first."""

    analysis: Analysis
    options: DealOptions
    deals: tuple[Deal, ...]
    groups_looked_at: int
    not_done: tuple[str, ...] = ()

    @property
    def graph(self) -> Graph:
        """The conflict as a graph."""
        return self.analysis.graph

    @property
    def lasting(self) -> tuple[Deal, ...]:
        """Those from which nobody would move."""
        return tuple(one for one in self.deals if one.lasts)


def open_to(graph: Graph, group: Group, start: int, within: Mask | None = None) -> Indices:
    """The states that the group can reach, none of it holds worse than the start and some hold better, ascending.

    >>> from standoff.casebook import load
    >>> from standoff.graph import build_graph
    >>> graph = build_graph(load("elmira"))
    >>> open_to(graph, (0, 1), 4).tolist()  # out of the deadlock, state 5, into the agreement, state 8
    [7]
    """
    ranks = graph.ranks[list(group)]
    here = ranks[:, [start]]
    fits = (ranks >= here).all(axis=0) & (ranks > here).any(axis=0)
    if within is not None:
        fits &= within
    return np.flatnonzero(fits & graph.reach(group, start)) if fits.any() else np.zeros(0, np.intp)


def not_dominated(ranks: Values) -> Mask:
    """The columns (states) than which no other is at least as good in all rows and better in one; shape (k,).

    >>> not_dominated(np.array([[1, 2, 2], [3, 1, 1]])).tolist()
    [True, True, True]
    >>> not_dominated(np.array([[1, 2, 2], [3, 1, 3]])).tolist()
    [False, False, True]
    """
    columns, back = np.unique(ranks.T, axis=0, return_inverse=True)
    order = np.argsort(-columns.sum(axis=1, dtype=np.int64), kind="stable")  # who dominates has the higher sum
    best: list[int] = []
    keeps = np.zeros(len(columns), np.bool_)
    for k in order:
        if not best or not (columns[best] >= columns[k]).all(axis=1).any():
            best.append(int(k))
            keeps[k] = True
    return np.asarray(keeps[back.reshape(-1)])


def deals(analysis: Analysis, options: DealOptions, progress: Progress = silent, enough: Enough = never) -> Deals:
    """Every deal from a state that no other deal of the same group is better than, and no smaller group could make.

    Where it is ``enough`` before the end, the groups looked at by then (smaller ones first).

    >>> from standoff.casebook import load
    >>> from standoff.analysis.stability import solve
    >>> found = deals(solve(load("elmira")), DealOptions(4))  # out of the deadlock
    >>> [(one.group, one.to, one.firmness.words) for one in found.deals]
    [((0, 1), 7, 'at rest')]
    """
    graph, start = analysis.graph, options.start
    within = None if options.within is None else options.within.truth
    stands = standings(analysis)
    total = (1 << len(graph.dms)) - 1 - len(graph.dms) if options.groups is None else len(options.groups)
    among = options.groups
    found: list[Deal] = []
    looked = 0
    for group in islice(each_group(graph, 2), MOST_GROUPS) if among is None else sorted(among, key=len):
        if enough():
            break
        progress(looked, total)
        able = open_to(graph, group, start, within)
        best = able[not_dominated(graph.ranks[list(group)][:, able])] if len(able) else able
        smaller = _within_reach_of_fewer(graph, group, start) if len(best) else ()
        ends = (t for t in map(int, best) if not _fewer_would(graph, smaller, start, t))
        found.extend(_deal(graph, stands, group, start, t) for t in ends)
        looked += 1
    found.sort(key=_order)
    return Deals(analysis, options, tuple(found), looked, tuple(undone(looked, total, "groups were not looked at")))


def _order(one: Deal) -> tuple[int, int, int, int, int, Group, int]:
    """Smaller groups first; then what lasts better, asks for less trust, serves more of them, takes fewer moves."""
    return len(one.group), -one.firmness, len(one.run_offs), -len(one.gaining), len(one.moves), one.group, one.to


Reach = Sequence[tuple[Group, Mask]]


def _within_reach_of_fewer(graph: Graph, group: Group, start: int) -> Reach:
    """What the group can reach without one of its members, for each of them; (m,)."""
    parts = (tuple(i for i in group if i != left_out) for left_out in group)
    return [(part, graph.reach(part, start)) for part in parts]


def _fewer_would(graph: Graph, smaller: Reach, start: int, t: int) -> bool:
    """Whether part of the group, one of whom gains, could go there without the others."""
    return any(reached[t] and any(graph.prefers(i, t, start) for i in part) for part, reached in smaller)


def _deal(graph: Graph, stands: npt.NDArray[np.int8], group: Group, start: int, t: int) -> Deal:
    moves, run_offs = _least_trust(graph, group, start, t)
    return Deal(
        group,
        t,
        moves,
        tuple(i for i in group if graph.prefers(i, t, start)),
        tuple(i for i in group if not graph.prefers(i, t, start)),
        tuple(i for i in graph.dms if i not in group and graph.prefers(i, start, t)),
        tuple(Standing(int(value)) for value in stands[:, t]),
        run_offs,
    )


def _least_trust(graph: Graph, group: Group, start: int, t: int) -> tuple[tuple[Move, ...], tuple[RunOff, ...]]:
    """Of the shortest sequences (the first ``MOST_ORDERS``) the first that lets members run off the least often."""
    goal = np.zeros(len(graph.states), np.bool_)
    goal[t] = True
    ways = islice(shortest_sequences(graph, start, goal, group=group), MOST_ORDERS)
    told = ((moves, tuple(run_offs(graph, group, moves))) for moves in ways)
    return min(told, key=lambda way: len(way[1]))


def run_offs(graph: Graph, group: Group, moves: Sequence[Move]) -> Iterator[RunOff]:
    """After which of the moves, but the last, somebody of the group could do better than where they end.

    >>> from standoff.casebook import load
    >>> from standoff.graph import build_graph
    >>> graph = build_graph(load("prisoners-dilemma"))
    >>> list(run_offs(graph, (0, 1), [Move(0, 0, 1), Move(1, 1, 3)]))  # who cooperates first must trust the other
    [RunOff(by=1, after=1, to=1, hurt=(0,))]
    """
    end = moves[-1].to
    for after, move in enumerate(moves[:-1], 1):
        for i in group:
            targets = graph.targets(i, move.to)
            if any(later.by == i for later in moves[after:]):
                targets = np.append(targets, move.to)
            hurts = np.logical_or.reduce([graph.gains(j, targets, end) for j in group])
            better = targets[graph.gains(i, end, targets) & hurts]
            if len(better):
                to = int(graph.best_first(i, np.sort(better))[0])
                yield RunOff(i, after, to, tuple(j for j in group if graph.prefers(j, end, to)))

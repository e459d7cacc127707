"""The smallest change of one decision maker's preference after which it is stable at a state (definition 8)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

import numpy as np

from standoff._engine import Indices, Mask
from standoff.analysis.inverse.conditions import Condition, conditions, least, met
from standoff.analysis.inverse.programme import Programme
from standoff.conflict.edits import Edit, EditKind
from standoff.conflict.formula import Truth, bind
from standoff.conflict.model import OrderedStatements, Statement
from standoff.conflict.preference import Ranks, dense, edited, from_statements, negated, statement_edits
from standoff.graph import Graph

MAX_EDITS = 3
MAX_TRIED = 200_000
SECONDS = 20.0
MAX_MOVED = 500  # states that the integer programme takes; it has a variable for each pair


@dataclass(frozen=True)
class Change:
    """A change of i's preference after which it is stable at the wanted state.

    ``distance``: pairs of states whose order changes (rankings: Kendall), or edits (ordered statements). ``bound``: no
    change of a smaller distance will do; it is optimal where both are equal. ``ranks`` (m,) is the preference after it.
    ``tried_edits``: no edits of the ordered statements were found, and the ranking that they give is changed instead.
    ``unproven``: part of a joint change of which it is not proven that none is smaller.
    """

    i: int
    distance: int
    bound: int
    ranks: Ranks
    edits: tuple[Edit, ...] = ()
    statements: tuple[Statement, ...] | None = None
    tried_edits: bool = False
    unproven: bool = False

    @property
    def optimal(self) -> bool:
        """Whether it is proven that nothing smaller will do (given what the others become, where all change together).

        Never said of a ranking that stands in for edits that were not found, or within an unproven joint change.
        """
        return self.distance == self.bound and not self.tried_edits and not self.unproven


def distance(one: Ranks, other: Ranks) -> int:
    """Pairs of states that stand in another order (or tie) in one ranking than in the other: Kendall's distance.

    >>> distance(np.array([0, 1, 2], np.int32), np.array([1, 0, 2], np.int32))
    1
    """
    differ = 0
    for begin in range(0, len(one), 512):
        rows = slice(begin, begin + 512)
        signs = [np.sign(np.subtract.outer(ranks[rows].astype(np.int64), ranks)) for ranks in (one, other)]
        differ += int((signs[0] != signs[1]).sum())
    return differ // 2


# Of a ranking


def ranking_change(graph: Graph, name: str, i: int, s: int, seconds: float = SECONDS) -> Change:
    """The ranking nearest to i's present one (fewest adjacent swaps) under which i is stable at s.

    States that are preferred to s and must not be go below it; which ones is an integer programme, solved exactly
    unless ``seconds`` run out: then the change found is returned with the bound that is proven.

    >>> from standoff.casebook import load
    >>> from standoff.graph import build_graph
    >>> graph = build_graph(load("chicken"))
    >>> ranking_change(graph, "Nash", 0, 0).ranks.tolist()  # both swerve: no longer worse than to drive straight on
    [3, 1, 2, 0]
    """
    found, ranks = conditions(graph, name, i, s), graph.order(i)
    if met(found, ranks, s):
        return Change(i, 0, 0, ranks)
    above = graph.preferred(i, s)
    needed = [one for one in found if not one.met(above)]
    down, bound = _least_down(needed, ranks, above, seconds)
    changed = lowered(ranks, s, down)
    ties = int((ranks == ranks[s]).sum()) - 1
    return Change(i, distance(ranks, changed), bound + ties, changed)


def lowered(ranks: Ranks, s: int, down: Sequence[int] | Indices) -> Ranks:
    """The states of ``down`` directly below s, in their order, everything else in its order.

    >>> lowered(np.array([3, 2, 1, 0], np.int32), 2, [0]).tolist()
    [1, 3, 2, 0]
    """
    key = ranks.astype(np.int64) * (len(down) + 2)
    below = dense(ranks[list(down)]) + 1
    key[list(down)] = key[s] + below
    key[s] += len(down) + 1
    return dense(key)


def _least_down(needed: Sequence[Condition], ranks: Ranks, above: Mask, seconds: float) -> tuple[list[int], int]:
    """Which states above s to put below it at the least cost, and the proven bound of the cost.

    Putting d down costs the pair (d, s), and a pair (d, u) for each u that stays and that d was not below.
    """
    options = [_alternatives(one, above) for one in needed]
    best = max(int(ranks[t]) for sets in options for states in sets for t in states)
    usable = [int(t) for t in np.flatnonzero(above) if ranks[t] <= best]
    if len(usable) > MAX_MOVED:
        return _some_down(options)
    programme = Programme()
    goes = {t: programme.variable(1) for t in usable}
    for sets in options:
        choice: dict[int, float] = {}
        for states in sets:
            if len(states) == 1:
                choice[goes[next(iter(states))]] = 1.0
                continue
            answer = programme.variable()  # chosen only if all of the answer's states go down
            choice[answer] = 1.0
            for t in sorted(states):
                programme.row({goes[t]: 1.0, answer: -1.0}, low=0)
        programme.row(choice, low=1)
    for d in usable:
        for u in usable:
            if d != u and ranks[d] >= ranks[u]:
                parted = programme.variable(1)  # d goes down and u, which it was not below, stays
                programme.row({parted: 1.0, goes[d]: -1.0, goes[u]: 1.0}, low=0)
    solved = programme.solve(seconds)
    if solved.values is None:  # nothing found in time: everything that is preferred goes down
        return usable, 1
    return [t for t in usable if solved.chosen(goes[t])], solved.bound


def _some_down(options: Sequence[tuple[frozenset[int], ...]]) -> tuple[list[int], int]:
    """For a programme that would be too large: the smallest way to meet each condition, and what is forced."""
    chosen = frozenset[int]().union(*(sets[0] for sets in options))
    forced = frozenset[int]().union(*(sets[0] for sets in options if len(sets) == 1))
    return sorted(chosen), max(1, len(forced))


def _alternatives(one: Condition, above: Mask) -> tuple[frozenset[int], ...]:
    """The sets of states above s of which one must go below it for the condition to be met."""
    sets = {frozenset({one.improvement})} | {frozenset(t for t in states if above[t]) for states in one.unless}
    return least(sets)


# Of ordered statements

Step = tuple[EditKind, int]  # kind and place of an edit
Items = tuple[int, ...]  # for each statement the patterns that satisfy it, a bit each, and whether it can be negated


class TooMany(Exception):
    """There are more sequences of edits than may be tried: those of fewer than ``depth`` edits were."""

    def __init__(self, depth: int) -> None:
        self.depth = depth


class Orders:
    """i's ordered statements, and what comes of them by edits, as states (``patterns`` of truth) see it.

    ``column`` (m,): the pattern of each state; states that no statement tells apart have one.
    """

    def __init__(self, graph: Graph, i: int) -> None:
        preference = graph.conflict.decision_makers[i].preference
        assert isinstance(preference, OrderedStatements)
        self.i, self.statements, self.graph = i, preference.statements, graph
        self.truths = _truths(graph, self.statements)
        patterns, self.column = _patterns(self.truths)
        self._all = (1 << int(patterns.shape[1])) - 1
        self._start = tuple(
            2 * sum(1 << int(k) for k in np.flatnonzero(row)) + _can_be_negated(statement)
            for row, statement in zip(patterns, self.statements, strict=True)
        )

    def grown(self, most: int, tried: int) -> Iterator[tuple[int, Items, tuple[Step, ...]]]:
        """What sequences of at most ``most`` edits lead to, shorter ones first, each outcome once, with its edits.

        Raises TooMany once there are more than ``tried`` outcomes.
        """
        seen = {self._start}
        level: list[tuple[Items, tuple[Step, ...]]] = [(self._start, ())]
        yield 0, self._start, ()
        for depth in range(1, most + 1):
            following = []
            for items, steps in level:
                for kind, k in statement_edits(len(items)):
                    if kind == "negate" and not items[k] & 1:
                        continue
                    changed = edited(items, kind, k, self._negated)
                    if changed in seen:
                        continue
                    if len(seen) > tried:
                        raise TooMany(depth)
                    seen.add(changed)
                    made = (*steps, (kind, k))
                    yield depth, changed, made
                    following.append((changed, made))
            level = following

    def _negated(self, item: int) -> int:
        return item ^ (self._all << 1)

    def better(self, items: Items, s: int) -> int:
        """The patterns that are preferred to that of s, a bit each."""
        here, undecided, found = 1 << self.column[s], self._all, 0
        for item in items:
            true = item >> 1
            if true & here:
                undecided &= true
            else:
                found |= undecided & true
                undecided &= ~true
        return found

    def worth(self, items: Items) -> tuple[tuple[int, ...], ...]:
        """For each state what compares as its worth does."""
        return tuple(tuple(item >> k + 1 & 1 for item in items) for k in self.column)

    def change(self, steps: Sequence[Step]) -> Change:
        """The change that edits, made one after another, come to; each by the place that it has when it is made."""
        dm = self.graph.conflict.decision_makers[self.i].name
        order, statements = tuple((k, True) for k in range(len(self.statements))), self.statements
        for kind, k in steps:
            order = edited(order, kind, k, lambda signed: (signed[0], not signed[1]))
            statements = edited(statements, kind, k, negated)
        truths = [self.truths[k] if sign else ~self.truths[k] for k, sign in order]
        made = tuple(Edit(("decision_makers", dm, "prefers", k), kind) for kind, k in steps)
        ranks = from_statements(truths, len(self.graph.states))
        return Change(self.i, len(made), len(made), ranks, made, statements)


def _can_be_negated(statement: Statement) -> bool:
    """Whether its negation is not too long or too deep."""
    with suppress(ValueError):
        negated(statement)
        return True
    return False


def _truths(graph: Graph, statements: Sequence[Statement]) -> list[Truth]:
    """Where each statement is true, one value per state (of merged states: of their first members)."""
    states, meaning = graph.states, graph.meaning
    return [states.truth(bind(one.formula, meaning.vocabulary), meaning.defined)[states.first] for one in statements]


def _patterns(truths: Sequence[Truth]) -> tuple[Mask, list[int]]:
    """The patterns of truth that occur, in their order (statements, patterns), and which of them each state has.

    >>> patterns, column = _patterns([np.array([True, False, True]), np.array([False, True, False])])
    >>> patterns.tolist(), column
    ([[False, True], [True, False]], [1, 0, 1])
    """
    known = np.zeros(len(truths[0]), np.int32)
    for truth in truths:
        known = dense(2 * known.astype(np.int64) + truth)
    first = np.zeros(int(known.max()) + 1, np.intp)
    first[known[::-1]] = np.arange(len(known))[::-1]
    return np.array([truth[first] for truth in truths]), known.tolist()


def statement_change(
    graph: Graph, name: str, i: int, s: int, most: int = MAX_EDITS, tried: int = MAX_TRIED
) -> Change | None:
    """The fewest edits of i's ordered statements (definition 9) after which i is stable at s.

    Goes through all sequences of edits, shorter ones first. None where no sequence of at most ``most`` edits will do,
    or where ``tried`` are too few to tell.

    >>> from standoff.casebook import load
    >>> from standoff.graph import build_graph
    >>> graph = build_graph(load("prisoners-dilemma"))
    >>> change = statement_change(graph, "Nash", 0, 3)  # both cooperate
    >>> change.edits[0].kind, change.edits[0].path
    ('drop', ('decision_makers', 'One', 'prefers', 1))
    """
    return _search(graph, name, i, s, most, tried)[0]


def _search(graph: Graph, name: str, i: int, s: int, most: int, tried: int) -> tuple[Change | None, int]:
    """The change, and how many edits at least are known to be needed."""
    orders = Orders(graph, i)

    def bits(states: frozenset[int]) -> int:
        return sum(1 << k for k in {orders.column[t] for t in states})

    found = {
        (1 << orders.column[one.improvement], tuple(sorted({bits(states) for states in one.unless})))
        for one in conditions(graph, name, i, s)
    }
    try:
        for depth, items, steps in orders.grown(most, tried):
            better = orders.better(items, s)
            if all(
                not better & improvement or any(not better & one for one in unless) for improvement, unless in found
            ):
                return orders.change(steps), depth
    except TooMany as cut:
        return None, cut.depth
    return None, most + 1


def smallest_change(graph: Graph, name: str, i: int, s: int) -> Change:
    """The smallest change of i's present preference that makes it stable at s: edits of ordered statements where some
    will do, else swaps in the ranking that the preference gives.

    >>> from standoff.casebook import load
    >>> from standoff.graph import build_graph
    >>> graph = build_graph(load("chicken"))
    >>> smallest_change(graph, "Nash", 0, 0).distance
    1
    """
    if not isinstance(graph.conflict.decision_makers[i].preference, OrderedStatements):
        return ranking_change(graph, name, i, s)
    change, edits = _search(graph, name, i, s, MAX_EDITS, MAX_TRIED)
    if change is not None:
        return change
    instead = ranking_change(graph, name, i, s)
    return replace(instead, tried_edits=True, bound=min(instead.bound, edits))

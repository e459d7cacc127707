"""The smallest change of all preferences together after which a state is an equilibrium (definition 8)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import combinations, product

import numpy as np
import numpy.typing as npt

from standoff._engine import Values
from standoff._engine.options import OptionMoves
from standoff.analysis.inverse.conditions import conditions, met
from standoff.analysis.inverse.programme import Programme
from standoff.analysis.inverse.single import MAX_TRIED, SECONDS, Change, Orders, Step, TooMany, smallest_change
from standoff.analysis.stability import stable
from standoff.concepts import CONCEPTS, NASH, strongest
from standoff.conflict.edits import settled, with_preference
from standoff.conflict.model import Conflict, OrderedStatements, Ranking
from standoff.conflict.preference import Ranks, dense, groups_of, statement_edits
from standoff.graph import Graph

MAX_RANKED = 5  # states up to which all rankings are gone through: 541 of them
MAX_DEPTH = 6  # edits of one's ordered statements, where nothing is known of how many it could take


@dataclass(frozen=True)
class JointChange:
    """Changes, one per decision maker that must change, after which the wanted state is an equilibrium.

    ``bound``: no joint change of a smaller total distance will do.
    """

    changes: tuple[Change, ...]
    bound: int

    @property
    def distance(self) -> int:
        """The total distance: edits of those that have ordered statements, pairs of states of the others."""
        return sum(change.distance for change in self.changes)

    @property
    def optimal(self) -> bool:
        """Whether it is proven that nothing smaller will do; never said where a ranking stands in for edits."""
        return self.distance == self.bound and not any(change.tried_edits for change in self.changes)


def joint_change(graph: Graph, name: str, s: int) -> JointChange:
    """A smallest joint change that makes s an equilibrium.

    Under Nash, GMR and SMR nobody's stability depends on another's preference, so the smallest changes of each together
    are the smallest joint change. Under SEQ, SSEQ and SIM it does. Changes are made in turn until nobody would leave
    (at worst everybody is made Nash stable); up to ``MAX_RANKED`` states all joint changes that are smaller are then
    gone through by an integer programme. With more states the bound is that of the weaker concept that looks at no
    other's preference, and that one step is not enough is checked step by step.

    >>> from standoff.casebook import load
    >>> from standoff.graph import build_graph
    >>> graph = build_graph(load("prisoners-dilemma"))
    >>> found = joint_change(graph, "Nash", 3)  # both cooperate
    >>> found.distance, [change.i for change in found.changes]
    (2, [0, 1])
    """
    if not CONCEPTS[name].minds_preferences_of_others:
        changes = _each(graph, name, s)
        return JointChange(tuple(c for c in changes if c.distance), sum(c.bound for c in changes))
    candidates = [changes for changes in (_in_turn(graph, name, s), _each(graph, NASH.name, s)) if changes is not None]
    best = min(candidates, key=lambda changes: (any(c.tried_edits for c in changes), sum(c.distance for c in changes)))
    floors = _floors(graph, name, s)
    if len(graph.states) <= MAX_RANKED:
        found, bound = _smaller(graph, name, s, best, floors)
    else:
        found, bound = _single_step(graph, name, s, best, sum(floors))
    needed = [change for change in found if change.distance]
    joint = JointChange(tuple(needed), min(sum(c.distance for c in needed), max(bound, 1)) if needed else 0)
    if joint.optimal:
        return replace(joint, changes=tuple(replace(c, bound=c.distance) for c in needed))
    return replace(joint, changes=tuple(replace(c, bound=min(c.distance, floors[c.i]), unproven=True) for c in needed))


def _equilibrium(graph: Graph, name: str, s: int, changes: Sequence[Change]) -> bool:
    changed = graph.with_orders({change.i: change.ranks for change in changes})
    return all(bool(stable(changed, name, i)[s]) for i in graph.dms)


def _each(graph: Graph, name: str, s: int) -> list[Change]:
    return [smallest_change(graph, name, i, s) for i in graph.dms]


def _floors(graph: Graph, name: str, s: int) -> list[int]:
    """What each must change at the least: as under the concepts that follow and mind nobody else's preference."""
    alone = [weaker for weaker in CONCEPTS[name].implied if not CONCEPTS[weaker].minds_preferences_of_others]
    bounds = [[change.bound for change in _each(graph, weaker, s)] for weaker in strongest(alone)]
    return [max(mine) for mine in zip(*bounds, strict=True)] or [0] * len(graph.dms)


def _in_turn(graph: Graph, name: str, s: int) -> list[Change] | None:
    """Each that would leave is changed, given what the others have become; None where that does not come to rest."""
    changed: dict[int, Change] = {}
    present = graph
    for _ in range(2 * len(graph.dms)):
        restless = [i for i in graph.dms if not met(conditions(present, name, i, s), present.order(i), s)]
        if not restless:
            return list(changed.values())
        i = restless[0]
        if i in changed:
            return None
        changed[i] = smallest_change(present, name, i, s)
        present = present.with_orders({i: changed[i].ranks})
    return None


# Many states: is one step enough?


def _single_step(graph: Graph, name: str, s: int, best: Sequence[Change], bound: int) -> tuple[Sequence[Change], int]:
    """A single step that will do, if there is one, else the changes given; and what is proven."""
    if sum(change.distance for change in best) <= 1 or bound > 1:
        return best, bound
    for single in _single_steps(graph):
        if _equilibrium(graph, name, s, [single]):
            return [single], 1
    return best, 2


def _single_steps(graph: Graph) -> Iterator[Change]:
    """Every change of distance one: an edit of ordered statements, or one pair of states in a ranking."""
    for i, dm in enumerate(graph.conflict.decision_makers):
        if isinstance(dm.preference, OrderedStatements):
            orders = Orders(graph, i)
            for _, _, steps in orders.grown(1, 2 * len(list(statement_edits(len(dm.preference.statements))))):
                if steps:
                    yield orders.change(steps)
        else:
            for ranks in _neighbours(graph.order(i)):
                yield Change(i, 1, 1, ranks)


def _neighbours(ranks: Ranks) -> Iterator[Ranks]:
    """The rankings in which exactly one pair of states stands otherwise: swapped, tied, or a tie of two broken."""
    sizes = np.bincount(ranks)
    for rank, size in enumerate(sizes):
        members = np.flatnonzero(ranks == rank)
        changed = 2 * ranks.astype(np.int64)
        if size == 2:
            for one in members:
                apart = changed.copy()
                apart[one] += 1
                yield dense(apart)
        if size == 1 and rank + 1 < len(sizes) and sizes[rank + 1] == 1:
            for step in (2, 3):
                moved = changed.copy()
                moved[members] += step
                yield dense(moved)


# Few states: all joint changes


@dataclass(frozen=True)
class _Wish:
    """What one could prefer: the worth of each state (what compares as it does), and what it costs to come to that.

    ``steps``: the edits of ordered statements that lead to it; None where it is a ranking.
    """

    cost: int
    worth: Sequence[int] | Sequence[tuple[int, ...]]
    steps: tuple[Step, ...] | None = None

    def prefers(self, t: int, s: int) -> bool:
        """Whether t is worth more than s."""
        return self.worth[t] > self.worth[s]  # type: ignore[operator]  # both are numbers, or both are tuples

    def change(self, graph: Graph, i: int) -> Change:
        """The change that leads i to it."""
        if self.steps is not None:
            return Orders(graph, i).change(self.steps)
        return Change(i, self.cost, self.cost, np.array(self.worth, np.int32))


def _smaller(
    graph: Graph, name: str, s: int, best: Sequence[Change], floors: Sequence[int]
) -> tuple[Sequence[Change], int]:
    """The least joint change, where some is smaller than the one given; and what is proven.

    ``floors``: what each must change at the least, whatever the others do.
    """
    total, mixed = sum(change.distance for change in best), any(change.tried_edits for change in best)
    if not mixed and total <= sum(floors):
        return best, total
    wishes, beyond = [], []
    for i in graph.dms:
        others = sum(floors) - floors[i]
        found, known = _wishes(graph, i, s, None if mixed else total - 1 - others)
        wishes.append(found)
        if known is not None:
            beyond.append(known + 1 + others)  # a joint change with a wish that is not listed costs as much
    search = _Search(graph, s, wishes)
    search.make_stable(name)
    if not mixed:
        search.cost_less_than(total)
    solved = search.programme.solve(SECONDS)
    if solved.values is not None:
        chosen = [wish.change(graph, i) for i, wish in enumerate(search.chosen(solved.values))]
        assert _equilibrium(graph, name, s, chosen), f"{name} at {s}: {chosen}"
        return chosen, min([solved.bound, *beyond])
    if solved.impossible and not mixed:
        return best, min([total, *beyond])
    return best, min([max(solved.bound, sum(floors)), *beyond])


def _wishes(graph: Graph, i: int, s: int, most: int | None) -> tuple[list[_Wish], int | None]:
    """What i could prefer, of all that comes to the same the cheapest; and up to which cost all is listed.

    ``most``: at most at this cost; None: whatever it costs (of edits as many as there is time for). None is told where
    all is listed that there is.
    """
    listed: dict[tuple[object, ...], _Wish] = {}
    if not isinstance(graph.conflict.decision_makers[i].preference, OrderedStatements):
        present = [int(rank) for rank in graph.order(i)]
        for cost, worth in sorted((_apart(present, worth), worth) for worth in _rankings(len(present))):
            if most is None or cost <= most:
                wish = _Wish(cost, worth)
                listed.setdefault(_meaning(graph, i, s, wish), wish)
        return list(listed.values()), most
    orders, known = Orders(graph, i), MAX_DEPTH if most is None else most
    try:
        for cost, items, steps in orders.grown(known, MAX_TRIED):
            wish = _Wish(cost, orders.worth(items), steps)
            listed.setdefault(_meaning(graph, i, s, wish), wish)
    except TooMany as cut:
        known = cut.depth - 1
    return list(listed.values()), known


def _meaning(graph: Graph, i: int, s: int, wish: _Wish) -> tuple[object, ...]:
    """All that matters of a wish: which moves of i are improvements, and (if it could leave s) what it prefers to s."""
    states = range(len(graph.states))
    improves = tuple(wish.prefers(int(t), u) for u in states for t in graph.targets(i, u))
    return improves, tuple(wish.prefers(t, s) for t in states) if len(graph.targets(i, s)) else ()


@cache
def _rankings(count: int) -> tuple[tuple[int, ...], ...]:
    """Every ranking of so many states, ties among them: 1, 3, 13, 75, 541 of them."""
    every = product(range(count), repeat=count)
    return tuple(worth for worth in every if len(set(worth)) == max(worth) + 1)


def _apart(one: Sequence[int], other: Sequence[int]) -> int:
    """Pairs of states that stand in another order, or tie."""
    signs = (
        [(each[s] > each[t]) - (each[s] < each[t]) for s, t in combinations(range(len(each)), 2)]
        for each in (one, other)
    )
    return sum(a != b for a, b in zip(*signs, strict=True))


class _Search:
    """The programme that chooses a wish for each, so that nobody would leave s, at the least cost."""

    def __init__(self, graph: Graph, s: int, wishes: Sequence[Sequence[_Wish]]) -> None:
        self.graph, self.s, self.wishes = graph, s, wishes
        self.programme = Programme()
        self._has = [[self.programme.variable(wish.cost) for wish in mine] for mine in wishes]
        for has in self._has:
            self.programme.row(dict.fromkeys(has, 1.0), 1, 1)
        self._prefers: dict[tuple[int, int, int], int] = {}

    def chosen(self, values: npt.NDArray[np.float64]) -> list[_Wish]:
        """The wish of each."""
        return [mine[int(np.argmax(values[has]))] for mine, has in zip(self.wishes, self._has, strict=True)]

    def cost_less_than(self, total: int) -> None:
        """Only what is cheaper."""
        costs = {
            one: float(w.cost)
            for has, mine in zip(self._has, self.wishes, strict=True)
            for one, w in zip(has, mine, strict=True)
        }
        self.programme.row(costs, high=total - 1)

    def make_stable(self, name: str) -> None:
        """Each improvement from s has an answer that deters, under SEQ, SSEQ or SIM."""
        for i in self.graph.dms:
            for s1 in self.graph.targets(i, self.s):
                if CONCEPTS[name].simultaneous:
                    self._answered_at_once(i, int(s1))
                else:
                    self._answered_in_turn(i, int(s1), CONCEPTS[name].replies)

    def prefers(self, i: int, t: int, u: int) -> int:
        """The variable that says whether i prefers t to u."""
        if (i, t, u) not in self._prefers:
            self._prefers[i, t, u] = says = self.programme.variable(whole=False)
            row = {has: 1.0 for has, wish in zip(self._has[i], self.wishes[i], strict=True) if wish.prefers(t, u)}
            self.programme.row({says: -1.0, **row}, 0, 0)
        return self._prefers[i, t, u]

    def _answered_at_once(self, i: int, s1: int) -> None:
        """SIM: what others could do at the same time."""
        moves, ranks = self.graph.moves, np.ones_like(self.graph.ranks)
        assert isinstance(moves, OptionMoves)
        ranks[:, self.s] = 0  # so that all moves from s count, whoever may want them
        answers = []
        for made, end in moves.with_ranks(ranks).joint_moves(self.graph.others(i), self.s, s1):
            answers.append(answer := self.programme.variable(whole=False))
            self._unless(answer, i, {end})
            for j, t in made:
                self.programme.row({answer: 1.0, self.prefers(j, t, self.s): -1.0}, high=0)
        self.programme.row({self.prefers(i, s1, self.s): -1.0, **dict.fromkeys(answers, 1.0)}, low=0)

    def _answered_in_turn(self, i: int, s1: int, replies: bool) -> None:
        """SEQ and SSEQ: a way of improvements of the others from s1, as a flow, to where i is deterred."""
        programme, graph = self.programme, self.graph
        begins: dict[int, float] = {}
        enters: dict[tuple[int, int], dict[int, float]] = {}  # by state and last mover
        others = graph.others(i)
        for j in others:
            for u in range(len(graph.states)):
                for t in map(int, graph.targets(j, u)):
                    ways = {}
                    for last in [None] * (u == s1) + [k for k in others if k != j]:
                        way = programme.variable(whole=False)
                        ways[way] = 1.0
                        enters.setdefault((t, j), {})[way] = 1.0
                        if last is None:
                            begins[way] = 1.0
                        else:
                            enters.setdefault((u, last), {})[way] = -1.0
                    if ways:
                        programme.row({self.prefers(j, t, u): -1.0, **ways}, high=0)
        programme.row({self.prefers(i, s1, self.s): -1.0, **begins}, 0, 0)
        ends: dict[int, dict[int, float]] = {}
        for (t, _), ways in enters.items():
            ends.setdefault(t, {})[end := programme.variable(whole=False)] = 1.0
            programme.row({end: -1.0, **ways}, 0, 0)
        for t, here in ends.items():
            self._unless(here, i, {t, *(map(int, graph.targets(i, t)) if replies else ())})

    def _unless(self, answer: int | Mapping[int, float], i: int, states: set[int]) -> None:
        """An answer counts only if i prefers none of these states to s."""
        ways = {answer: 1.0} if isinstance(answer, int) else dict(answer)
        for t in sorted(states - {self.s}):
            self.programme.row({**ways, self.prefers(i, t, self.s): 1.0}, high=1)


# The conflict after it


def applied(graph: Graph, changes: Sequence[Change]) -> Conflict:
    """The conflict with the changed preferences put in: as statements where those were edited, else as rankings.

    >>> from standoff.casebook import load
    >>> from standoff.graph import build_graph
    >>> graph = build_graph(load("prisoners-dilemma"))
    >>> from standoff.analysis.stability import solve
    >>> changed = applied(graph, joint_change(graph, "Nash", 3).changes)
    >>> solve(changed, ["Nash"]).equilibria("Nash")
    [0, 1, 2, 3]
    """
    conflict = graph.conflict
    for change in changes:
        dm = conflict.decision_makers[change.i]
        if change.statements is not None:
            conflict = with_preference(conflict, dm.name, OrderedStatements(change.statements))
            continue
        evidence = dm.preference.evidence if isinstance(dm.preference, Ranking) else Ranking(()).evidence
        conflict = with_preference(conflict, dm.name, Ranking(tied_groups(graph, change.ranks), evidence))
    return settled(replace(conflict, published=None))


def tied_groups(graph: Graph, ranks: Values) -> tuple[tuple[int | str, ...], ...]:
    """The ranking as a file has it: names of states, best first, ties together.

    >>> from standoff.casebook import load
    >>> from standoff.graph import build_graph
    >>> graph = build_graph(load("chicken"))
    >>> tied_groups(graph, graph.ranks[0])
    ((2,), (0,), (1,), (3,))
    """
    return tuple(tuple(graph.states.names[s] for s in group) for group in groups_of(ranks))

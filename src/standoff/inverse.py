"""What it would take to make a state stable: conditions on a preference, and the smallest change that meets them.

Whether i is stable at s depends on its preference only through the states that it prefers to s; so each concept comes
to conditions of one form: i must not prefer s1 to s, *unless* it prefers no state of some answer (definition 8).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from standoff._engine import Mask, Values
from standoff._engine.options import OptionMoves
from standoff.edits import Edit, edited, negated, settled, statement_edits, with_preference
from standoff.formula import Truth, bind
from standoff.graph import Graph
from standoff.model import Conflict, OrderedStatements, Ranking, Statement
from standoff.preference import Ranks, dense, from_statements
from standoff.stability import CONCEPTS, Concept, chosen

MAX_EDITS = 3
MAX_TRIED = 50_000
SECONDS = 20.0
MAX_MOVED = 500  # states that the integer programme takes; it has a variable for each pair


@dataclass(frozen=True, slots=True)
class Condition:
    """i must not prefer ``improvement`` to the wanted state, unless it prefers no state of one of ``unless`` to it."""

    improvement: int
    unless: tuple[frozenset[int], ...]

    def met(self, preferred: Mask) -> bool:
        """Whether the condition holds where these states are preferred to the wanted one."""
        return not preferred[self.improvement] or any(not preferred[list(states)].any() for states in self.unless)


def conditions(graph: Graph, name: str, i: int, s: int) -> list[Condition]:
    """The conditions that are necessary and sufficient for i to be stable at s under a concept; one per move of i.

    Of the states of an answer s itself is left out (nothing is preferred to itself), and answers that ask more than
    another are left out. (Kinsara, Kilgour, Hipel 2015; Wang, Hipel, Fang, Dang 2018.) Raises UnknownName, NotDefined.
    """
    one = CONCEPTS[chosen(graph, [name])[0][0]]
    found = []
    for s1 in graph.targets(i, s):
        answers = {frozenset(states - {s}) for states in _answers(graph, one, i, s, int(s1))}
        if frozenset() not in answers:
            found.append(Condition(int(s1), _least(answers)))
    return found


def _answers(graph: Graph, one: Concept, i: int, s: int, s1: int) -> Iterator[set[int]]:
    """For each answer to s1 the states that i must not prefer to s for it to deter."""
    if one is CONCEPTS["SIM"]:
        assert isinstance(graph.moves, OptionMoves)
        for _, end in graph.moves.joint_moves(graph.others(i), s, s1):
            yield {end}
        return
    if one.worth is None:
        return
    for s2 in np.flatnonzero(graph.reach(graph.others(i), s1, improving=one.credible)):
        replies = {int(s3) for s3 in graph.targets(i, int(s2))} if one.replies else set()
        yield {int(s2)} | replies


def _least(answers: set[frozenset[int]]) -> tuple[frozenset[int], ...]:
    """The sets that contain no other, smaller ones first."""
    kept: list[frozenset[int]] = []
    for states in sorted(answers, key=lambda one: (len(one), sorted(one))):
        if not any(other <= states for other in kept):
            kept.append(states)
    return tuple(kept)


# The smallest change of a ranking


@dataclass(frozen=True)
class Change:
    """A change of i's preference after which it is stable at the wanted state.

    ``distance``: pairs of states whose order changes (rankings: Kendall), or edits (ordered statements). ``bound``: no
    change of a smaller distance will do; it is optimal where both are equal. ``ranks`` (m,) is the preference after it.
    ``tried_edits``: no edits of the ordered statements were found, and the ranking that they give is changed instead.
    """

    i: int
    distance: int
    bound: int
    ranks: Ranks
    edits: tuple[Edit, ...] = ()
    statements: tuple[Statement, ...] | None = None
    tried_edits: bool = False

    @property
    def optimal(self) -> bool:
        """Whether nothing smaller will do; never said of a ranking that stands in for edits that were not found."""
        return self.distance == self.bound and not self.tried_edits


def met(found: Sequence[Condition], ranks: Ranks, s: int) -> bool:
    """Whether all conditions hold under these ranks."""
    preferred = ranks > ranks[s]
    return all(one.met(preferred) for one in found)


def distance(one: Ranks, other: Ranks) -> int:
    """Pairs of states that stand in another order (or tie) in one ranking than in the other: Kendall's distance."""
    differ = 0
    for begin in range(0, len(one), 512):
        rows = slice(begin, begin + 512)
        signs = [np.sign(np.subtract.outer(ranks[rows].astype(np.int64), ranks)) for ranks in (one, other)]
        differ += int((signs[0] != signs[1]).sum())
    return differ // 2


def ranking_change(graph: Graph, name: str, i: int, s: int, seconds: float = SECONDS) -> Change:
    """The ranking nearest to i's present one (fewest adjacent swaps) under which i is stable at s.

    States that are preferred to s and must not be go below it; which ones is an integer programme, solved exactly
    unless ``seconds`` run out: then the change found is returned with the bound that is proven.
    """
    found, ranks = conditions(graph, name, i, s), graph.ranks[i]
    if met(found, ranks, s):
        return Change(i, 0, 0, ranks)
    above = ranks > ranks[s]
    needed = [one for one in found if not one.met(above)]
    down, bound = _least_down(needed, ranks, above, seconds)
    changed = _put_down(ranks, s, down)
    ties = int((ranks == ranks[s]).sum()) - 1
    return Change(i, distance(ranks, changed), bound + ties, changed)


def _put_down(ranks: Ranks, s: int, down: Sequence[int]) -> Ranks:
    """The states of ``down`` directly below s, in their order, everything else in its order."""
    key = ranks.astype(np.int64) * (len(down) + 2)
    below = dense(ranks[list(down)]) + 1
    key[list(down)] = key[s] + below
    key[s] += len(down) + 1
    return dense(key)


def _least_down(needed: Sequence[Condition], ranks: Ranks, above: Mask, seconds: float) -> tuple[list[int], int]:
    """Which states above s to put below it at the least cost, and the proven bound of the cost.

    Putting d down costs the pair (d, s), and a pair (d, u) for each u that stays and that d was not below.
    """
    from scipy.optimize import Bounds, LinearConstraint, milp
    from scipy.sparse import coo_array

    options = [_alternatives(one, above) for one in needed]
    best = max(int(ranks[t]) for sets in options for states in sets for t in states)
    usable = [int(t) for t in np.flatnonzero(above) if ranks[t] <= best]
    if len(usable) > MAX_MOVED:
        return _some_down(options)
    column = {t: k for k, t in enumerate(usable)}
    costs = [1.0] * len(usable)
    rows: list[tuple[dict[int, float], float]] = []  # coefficients and the least value of their sum
    for sets in options:
        choice: dict[int, float] = {}
        for states in sets:
            if len(states) == 1:
                choice[column[next(iter(states))]] = 1.0
                continue
            costs.append(0.0)  # chosen only if all of the answer's states go down
            choice[len(costs) - 1] = 1.0
            rows += [({column[t]: 1.0, len(costs) - 1: -1.0}, 0.0) for t in sorted(states)]
        rows.append((choice, 1.0))
    for d in usable:
        for u in usable:
            if d != u and ranks[d] >= ranks[u]:
                costs.append(1.0)  # d goes down and u, which it was not below, stays
                rows.append(({len(costs) - 1: 1.0, column[d]: -1.0, column[u]: 1.0}, 0.0))
    entries = [(r, c, v) for r, (coefficients, _) in enumerate(rows) for c, v in coefficients.items()]
    r, c, v = zip(*entries, strict=True)
    matrix = coo_array((v, (r, c)), shape=(len(rows), len(costs))).tocsc()
    result = milp(
        costs,
        integrality=np.ones(len(costs)),
        bounds=Bounds(0, 1),
        constraints=LinearConstraint(matrix, lb=[least for _, least in rows]),
        options={"time_limit": seconds, "mip_rel_gap": 0.0},
    )
    if result.x is None:  # nothing found in time: everything that is preferred goes down
        return usable, 1
    down = [t for t in usable if result.x[column[t]] > 0.5]
    return down, int(np.ceil(result.mip_dual_bound - 1e-6))


def _some_down(options: Sequence[tuple[frozenset[int], ...]]) -> tuple[list[int], int]:
    """For a programme that would be too large: the smallest way to meet each condition, and what is forced."""
    chosen = frozenset[int]().union(*(sets[0] for sets in options))
    forced = frozenset[int]().union(*(sets[0] for sets in options if len(sets) == 1))
    return sorted(chosen), max(1, len(forced))


def _alternatives(one: Condition, above: Mask) -> tuple[frozenset[int], ...]:
    """The sets of states above s of which one must go below it for the condition to be met."""
    sets = {frozenset({one.improvement})} | {frozenset(t for t in states if above[t]) for states in one.unless}
    return _least(sets)


# The smallest change of ordered statements


def statement_change(
    graph: Graph, name: str, i: int, s: int, most: int = MAX_EDITS, tried: int = MAX_TRIED
) -> Change | None:
    """The fewest edits of i's ordered statements (definition 9) after which i is stable at s.

    Goes through all sequences of edits, shorter ones first. None where no sequence of at most ``most`` edits will do,
    or where ``tried`` are too few to tell.
    """
    return _search(graph, name, i, s, most, tried)[0]


def _search(graph: Graph, name: str, i: int, s: int, most: int, tried: int) -> tuple[Change | None, int]:
    """The change, and how many edits at least are known to be needed."""
    dm = graph.conflict.decision_makers[i]
    assert isinstance(dm.preference, OrderedStatements)
    judge = _Judge(conditions(graph, name, i, s), _truths(graph, dm.preference.statements), s)
    start = tuple((k, True) for k in range(len(dm.preference.statements)))
    if judge.stable(start):
        return Change(i, 0, 0, graph.ranks[i], (), dm.preference.statements), 0
    seen = {start}
    level: list[tuple[tuple[Signed, ...], tuple[tuple[str, int], ...]]] = [(start, ())]
    for depth in range(1, most + 1):
        following = []
        for order, steps in level:
            for kind, k in statement_edits(len(order)):
                changed = edited(order, kind, k, _flip)
                if changed in seen:
                    continue
                if len(seen) > tried:
                    return None, depth
                seen.add(changed)
                if judge.stable(changed):
                    with suppress(ValueError):  # a statement too long to be negated
                        return _as_change(graph, i, dm.preference.statements, changed, (*steps, (kind, k))), depth
                following.append((changed, (*steps, (kind, k))))
        level = following
    return None, most + 1


Signed = tuple[int, bool]


def _flip(signed: Signed) -> Signed:
    return signed[0], not signed[1]


def _truths(graph: Graph, statements: Sequence[Statement]) -> list[Truth]:
    """Where each statement is true, one value per state (of merged states: of their first members)."""
    states, meaning = graph.states, graph.meaning
    return [states.truth(bind(one.formula, meaning.vocabulary), meaning.defined)[states.first] for one in statements]


class _Judge:
    """Whether signed, ordered statements meet conditions; states that no statement tells apart count once."""

    def __init__(self, found: Sequence[Condition], truths: Sequence[Truth], s: int) -> None:
        table = np.array(truths)
        patterns, column = np.unique(table, axis=1, return_inverse=True)
        column = column.reshape(-1)
        self.patterns, self.here = patterns, patterns[:, column[s]]
        reduced = {
            Condition(int(column[one.improvement]), _least({frozenset(column[list(k)].tolist()) for k in one.unless}))
            for one in found
        }
        self.conditions = sorted(reduced, key=lambda one: (len(one.unless), one.improvement))

    def stable(self, order: Sequence[Signed]) -> bool:
        """Whether the conditions hold if these are the preferences."""
        rows = [k for k, _ in order]
        wanted = np.array([sign for _, sign in order])
        differs = self.patterns[rows] != self.here[rows][:, None]
        first = differs.argmax(axis=0)
        preferred = differs.any(axis=0) & (self.here[rows][first] != wanted[first])
        return all(one.met(preferred) for one in self.conditions)


def _as_change(
    graph: Graph,
    i: int,
    statements: Sequence[Statement],
    order: Sequence[Signed],
    steps: Sequence[tuple[str, int]],
) -> Change:
    """The edits by the places that the statements have when each edit is made."""
    dm = graph.conflict.decision_makers[i].name
    made = tuple(Edit(("decision_makers", dm, "prefers", k), kind) for kind, k in steps)
    changed = tuple(statements)
    for kind, k in steps:
        changed = edited(changed, kind, k, negated)
    truths = _truths(graph, statements)
    ranks = from_statements([truths[k] if sign else ~truths[k] for k, sign in order], len(graph.states))
    return Change(i, len(made), len(made), ranks, made, changed)


# One decision maker, and all of them


def smallest_change(graph: Graph, name: str, i: int, s: int) -> Change:
    """The smallest change of i's present preference that makes it stable at s: edits of ordered statements where some
    will do, else swaps in the ranking that the preference gives.
    """
    if isinstance(graph.conflict.decision_makers[i].preference, OrderedStatements):
        change, _ = _search(graph, name, i, s, MAX_EDITS, MAX_TRIED)
        return change or replace(ranking_change(graph, name, i, s), tried_edits=True)
    return ranking_change(graph, name, i, s)


@dataclass(frozen=True)
class JointChange:
    """Changes, one per decision maker that must change, after which the wanted state is an equilibrium.

    ``bound``: no joint change of a smaller total distance will do.
    """

    changes: tuple[Change, ...]
    bound: int

    @property
    def distance(self) -> int:
        """The total distance."""
        return sum(change.distance for change in self.changes)

    @property
    def optimal(self) -> bool:
        """Whether nothing smaller is possible; not said where edits and pairs of states are counted together."""
        return self.distance == self.bound and not any(change.tried_edits for change in self.changes)


_WEAKER = {"SEQ": "GMR", "SSEQ": "SMR"}  # what the concept implies and what looks at no other's preference


def joint_change(graph: Graph, name: str, s: int) -> JointChange:
    """A smallest joint change that makes s an equilibrium.

    Under Nash, GMR and SMR nobody's stability depends on another's preference, so the smallest changes of each together
    are the smallest joint change. Under SEQ, SSEQ and SIM it does: changes are made in turn until nobody would leave
    (at worst everybody is made Nash stable). The bound is that of the weaker concept that looks at no other's
    preference; that one step is not enough is checked step by step.
    """
    if name not in ("SEQ", "SSEQ", "SIM"):
        changes = [smallest_change(graph, name, i, s) for i in graph.dms]
        return JointChange(tuple(c for c in changes if c.distance), sum(c.bound for c in changes))
    candidates = [changes for changes in (_in_turn(graph, name, s), _each(graph, "Nash", s)) if changes is not None]
    best = min(candidates, key=lambda changes: sum(c.distance for c in changes))
    bound = sum(c.bound for c in _each(graph, _WEAKER[name], s)) if name in _WEAKER else 0
    if sum(c.distance for c in best) > 1 >= bound:  # is one step of one decision maker enough?
        bound = 2
        for single in _single_steps(graph):
            if _equilibrium(_with(graph, single), name, s):
                best, bound = [single], 1
                break
    needed = tuple(c for c in best if c.distance)
    return JointChange(needed, min(sum(c.distance for c in needed), max(bound, 1)))


def _with(graph: Graph, change: Change) -> Graph:
    ranks = graph.ranks.copy()
    ranks[change.i] = change.ranks
    return graph.with_ranks(ranks)


def _equilibrium(graph: Graph, name: str, s: int) -> bool:
    return all(bool(CONCEPTS[name].stable(graph, i, True)[s]) for i in graph.dms)


def _single_steps(graph: Graph) -> Iterator[Change]:
    """Every change of distance one: an edit of ordered statements, or one pair of states in a ranking."""
    for i, dm in enumerate(graph.conflict.decision_makers):
        if isinstance(dm.preference, OrderedStatements):
            statements = dm.preference.statements
            for kind, k in statement_edits(len(statements)):
                order = edited(tuple((n, True) for n in range(len(statements))), kind, k, _flip)
                with suppress(ValueError):  # a statement too long to be negated
                    yield _as_change(graph, i, statements, order, [(kind, k)])
        else:
            for ranks in _neighbours(graph.ranks[i]):
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


def _each(graph: Graph, name: str, s: int) -> list[Change]:
    return [smallest_change(graph, name, i, s) for i in graph.dms]


def _in_turn(graph: Graph, name: str, s: int) -> list[Change] | None:
    """Each that would leave is changed, given what the others have become; None where that does not come to rest."""
    changed: dict[int, Change] = {}
    present = graph
    for _ in range(2 * len(graph.dms)):
        restless = [i for i in graph.dms if not met(conditions(present, name, i, s), present.ranks[i], s)]
        if not restless:
            return list(changed.values())
        i = restless[0]
        if i in changed:
            return None
        changed[i] = smallest_change(present, name, i, s)
        ranks = present.ranks.copy()
        ranks[i] = changed[i].ranks
        present = graph.with_ranks(ranks)
    return None


def applied(graph: Graph, changes: Sequence[Change]) -> Conflict:
    """The conflict with the changed preferences put in: as statements where those were edited, else as rankings."""
    conflict = graph.conflict
    for change in changes:
        dm = conflict.decision_makers[change.i]
        if change.statements is not None:
            conflict = with_preference(conflict, dm.name, OrderedStatements(change.statements))
            continue
        evidence = dm.preference.evidence if isinstance(dm.preference, Ranking) else Ranking(()).evidence
        conflict = with_preference(conflict, dm.name, Ranking(groups(graph, change.ranks), evidence))
    return settled(replace(conflict, published=None))


def groups(graph: Graph, ranks: Values) -> tuple[tuple[int | str, ...], ...]:
    """The ranking as a file has it: names of states, best first, ties together."""
    order = np.lexsort((np.arange(len(ranks)), -ranks))
    cuts = [0, *(k for k, (s, t) in enumerate(pairwise(order), 1) if ranks[s] != ranks[t]), len(order)]
    return tuple(tuple(graph.states.names[s] for s in order[a:b]) for a, b in pairwise(cuts))

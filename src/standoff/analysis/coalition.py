"""Coalition analysis: moves of groups, stability against groups, and where allies part (definition 6).

A group moves by legal sequences of its members' moves; it is not one merged player: each member keeps its own
preference, and a joint improvement must be better for every one of them.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, islice

import numpy as np

from standoff import concepts
from standoff._engine import Indices, Mask
from standoff.analysis.stability import Analysis
from standoff.conflict.preference import correlation
from standoff.errors import UnknownName, unknown
from standoff.graph import Graph, Move
from standoff.progress import Enough, Progress, Stopped, never, silent, undone

CONCEPTS = tuple(one.name for one in concepts.CONCEPTS.values() if one.of_groups is not None)
NAMES = {name: f"C{name}" for name in CONCEPTS}  # as definition 6 has them
MEANINGS = {one.name: one.of_groups for one in concepts.CONCEPTS.values() if one.of_groups is not None}
Group = tuple[int, ...]
MOST_KEPT = 20_000_000  # states in the joint improvements that are kept
MOST_GROUPS = 2**16  # looked at, smaller ones first, unless some are asked for: of more than 16 decision makers not all


def groups(graph: Graph, least: int = 1) -> list[Group]:
    """All groups of at least so many decision makers, smaller ones first.

    >>> from standoff.casebook import load
    >>> from standoff.graph import build_graph
    >>> graph = build_graph(load("elmira"))
    >>> groups(graph, least=2)
    [(0, 1), (0, 2), (1, 2), (0, 1, 2)]
    """
    return list(each_group(graph, least))


def each_group(graph: Graph, least: int = 1) -> Iterator[Group]:
    """All groups of at least so many decision makers, smaller ones first, one after another: there are 2^N - 1.

    >>> from standoff.casebook import load
    >>> from standoff.graph import build_graph
    >>> graph = build_graph(load("chicken"))
    >>> list(each_group(graph))
    [(0,), (1,), (0, 1)]
    """
    return (group for size in range(least, len(graph.dms) + 1) for group in combinations(graph.dms, size))


def preferred_by_all(graph: Graph, group: Collection[int], s: int) -> Mask:
    """The states that every member of the group prefers to s; shape (m,).

    >>> from standoff.casebook import load
    >>> from standoff.graph import build_graph
    >>> graph = build_graph(load("elmira"))
    >>> preferred_by_all(graph, [0, 1], 4).nonzero()[0].tolist()  # what both prefer to the deadlock
    [3, 7]
    """
    return np.asarray(np.logical_and.reduce([graph.preferred(i, s) for i in group]))


def joint_improvements(graph: Graph, group: Group, s: int) -> Indices:
    """R_H^{++}(s): the states that the group can reach and that all of it prefers, ascending.

    >>> from standoff.casebook import load
    >>> from standoff.graph import build_graph
    >>> graph = build_graph(load("elmira"))
    >>> joint_improvements(graph, (0, 1), 4).tolist()  # out of the deadlock, state 5, into the agreement, state 8
    [7]
    """
    return np.flatnonzero(graph.reach(group, s) & preferred_by_all(graph, group, s))


@dataclass(frozen=True)
class JointVerdict:
    """Whether a group would stay at s under a concept; otherwise ``escape`` is a joint improvement nothing deters."""

    concept: str
    group: Group
    s: int
    escape: int | None

    @property
    def stable(self) -> bool:
        """Whether the group would stay."""
        return self.escape is None


class CoalitionalStability:
    """Whether groups of one conflict would stay.

    Joint improvements that were looked up are kept, as far as there is room. A verdict looks at up to 2^N groups of
    others: where it is ``enough`` before its end, Stopped is raised.
    """

    def __init__(self, graph: Graph, enough: Enough = never) -> None:
        self.graph, self.enough = graph, enough
        self._improvements: dict[tuple[Group, int], Indices] = {}
        self._kept = 0

    def improvements(self, group: Group, s: int) -> Indices:
        """R_H^{++}(s), ascending."""
        found = self._improvements.get((group, s))
        if found is None:
            if self.enough():
                raise Stopped
            found = joint_improvements(self.graph, group, s)
            self._kept += len(found) + 50  # what a small array takes
            if self._kept > MOST_KEPT:
                self._improvements.clear()
                self._kept = len(found)
            self._improvements[group, s] = found
        return found

    def others(self, group: Group) -> Group:
        """N - H."""
        return tuple(j for j in self.graph.dms if j not in group)

    def verdict(self, concept: str, group: Group, s: int) -> JointVerdict:
        """Whether the group would stay at s. Raises UnknownName for a concept that groups do not have."""
        if concept not in _UNDETERRED:
            raise UnknownName(unknown("concept for groups", concept, CONCEPTS))
        joint = self.improvements(group, s)
        left = _UNDETERRED[concept](self, group, s, joint) if len(joint) else joint
        return JointVerdict(concept, group, s, int(left[0]) if len(left) else None)

    def equilibria(self, concept: str, states: Sequence[int]) -> list[int]:
        """Those of the states that are stable for every group."""
        return [s for s in states if all(self.verdict(concept, group, s).stable for group in groups(self.graph))]

    # Each of these: the joint improvements of the group from s that no answer deters

    def undeterred_nash(self, _group: Group, _s: int, joint: Indices) -> Indices:
        """Coalitional Nash: R_H^{++}(s) must be empty, so nothing deters."""
        return joint

    def undeterred_gmr(self, group: Group, s: int, joint: Indices) -> Indices:
        """CGMR: some s2 in R_{N-H}(s1) is no better than s for some member."""
        return self._out_of_reach(group, preferred_by_all(self.graph, group, s), joint)

    def undeterred_smr(self, group: Group, s: int, joint: Indices) -> Indices:
        """CSMR: as CGMR, and likewise every s3 in R_H(s2)."""
        better = preferred_by_all(self.graph, group, s)
        escapes = self.graph.moves.worst(group, np.where(better, 0, 1).astype(np.int32), improving=False) == 0
        return self._out_of_reach(group, escapes, joint)

    def undeterred_seq(self, group: Group, s: int, joint: Indices) -> Indices:
        """CSEQ: s2 reached by legal sequences in which subcoalitions of N-H improve jointly, none twice in a row."""
        better = preferred_by_all(self.graph, group, s)
        return np.array([s1 for s1 in joint if not self._credibly_answered(group, int(s1), better)], np.intp)

    def _out_of_reach(self, group: Group, better: Mask, joint: Indices) -> Indices:
        """The joint improvements from which the others can never leave the states where the group is better off."""
        worth = np.where(better, 1, 0).astype(np.int32)
        least = self.graph.moves.worst(self.others(group), worth, improving=False)
        return np.asarray(joint[least[joint] == 1])

    def _credibly_answered(self, group: Group, s1: int, better: Mask) -> bool:
        return any(not better[t] for t in self.credible_answers(group, s1))

    def credible_answers(self, group: Group, s1: int) -> Iterator[int]:
        """The ends of sequences from s1 in which subcoalitions of N-H improve jointly, none twice in a row."""
        rest = self.others(group)
        movers = [sub for size in range(1, len(rest) + 1) for sub in combinations(rest, size)]
        seen: set[tuple[int, Group]] = set()
        frontier: list[tuple[int, Group | None]] = [(s1, None)]
        while frontier:
            s, last = frontier.pop()
            for mover in movers:
                for t in self.improvements(mover, s) if mover != last else ():
                    node = (int(t), mover)
                    if node not in seen:
                        seen.add(node)
                        frontier.append(node)
                        yield node[0]


_UNDETERRED = {
    "Nash": CoalitionalStability.undeterred_nash,
    "GMR": CoalitionalStability.undeterred_gmr,
    "SMR": CoalitionalStability.undeterred_smr,
    "SEQ": CoalitionalStability.undeterred_seq,
}


@dataclass(frozen=True, slots=True)
class Departure:
    """A group could leave ``s`` for ``to`` by ``moves``, and every member would prefer to be there."""

    group: Group
    s: int
    to: int
    moves: tuple[Move, ...]


def departures(stability: CoalitionalStability, states: Sequence[int], among: Sequence[Group]) -> Iterator[Departure]:
    """From each state what each group could reach together and all of it prefers, each with a shortest sequence.

    >>> from standoff.casebook import load
    >>> from standoff.graph import build_graph
    >>> graph = build_graph(load("elmira"))
    >>> deal = next(departures(CoalitionalStability(graph), [4], [(0, 1)]))  # out of the deadlock
    >>> deal.to, [(move.by, move.to) for move in deal.moves]
    (7, [(1, 6), (0, 7)])
    """
    graph = stability.graph
    for s in states:
        for group in among:
            joint = stability.improvements(group, s)
            goals = np.zeros(len(graph.states), np.bool_)
            goals[joint] = True
            found = {moves[-1].to: moves for moves in graph.paths(group, s, goals)} if len(joint) else {}
            for t in joint:
                yield Departure(group, s, int(t), found[int(t)])


def undominated(graph: Graph, ways: Sequence[Departure]) -> list[Departure]:
    """Of what one group could do from one state, that than which nothing is better for one and worse for none.

    Those of fewer moves come first.

    >>> from standoff.casebook import load
    >>> from standoff.graph import build_graph
    >>> graph = build_graph(load("elmira"))
    >>> ways = [Departure((0, 1), 4, to, ()) for to in (3, 7)]  # out of the deadlock into state 4 or 8
    >>> [way.to for way in undominated(graph, ways)]  # both prefer state 4
    [3]
    """

    def dominated(one: Departure) -> bool:
        mine = graph.ranks[list(one.group), one.to]
        others = (graph.ranks[list(one.group), other.to] for other in ways)
        return any((theirs >= mine).all() and (theirs > mine).any() for theirs in others)

    return sorted((one for one in ways if not dominated(one)), key=lambda one: (len(one.moves), one.to))


def minimal(able: Sequence[Group]) -> list[Group]:
    """The groups that contain no other of them.

    >>> minimal([(0,), (0, 1), (1, 2)])
    [(0,), (1, 2)]
    """
    return [group for group in able if not any(set(other) < set(group) for other in able)]


# Where allies part


@dataclass(frozen=True, slots=True)
class Parting:
    """Two decision makers at a state: what they can reach together, and what of it each would want.

    ``agreement`` is the rank correlation of their preferences over all states (Kendall's tau-b; None where one of them
    is indifferent among all). ``first_only`` are states that the first prefers to s and the second does not.
    """

    pair: tuple[int, int]
    s: int
    agreement: float | None
    both: Indices
    first_only: Indices
    second_only: Indices


def parting(graph: Graph, i: int, j: int, s: int) -> Parting:
    """Where i and j part at s.

    >>> from standoff.casebook import load
    >>> from standoff.graph import build_graph
    >>> graph = build_graph(load("elmira"))
    >>> found = parting(graph, 0, 1, 4)  # the deadlock
    >>> found.both.tolist(), found.first_only.tolist()
    ([7], [6])
    """
    reach = graph.reach((i, j), s)
    first, second = (graph.preferred(k, s) for k in (i, j))
    return Parting(
        (i, j),
        s,
        agreement(graph, i, j),
        np.flatnonzero(reach & first & second),
        np.flatnonzero(reach & first & ~second),
        np.flatnonzero(reach & ~first & second),
    )


def agreement(graph: Graph, i: int, j: int) -> float | None:
    """Kendall's tau-b between two rankings of all states; None where one of them ties everything.

    >>> from standoff.casebook import load
    >>> from standoff.graph import build_graph
    >>> graph = build_graph(load("prisoners-dilemma"))
    >>> round(agreement(graph, 0, 1), 3)  # each wants above all what the other one wants least
    -0.667
    """
    found = correlation(graph.order(i), graph.order(j))
    return None if found is None else found[0] / math.sqrt(found[1])


# All of it


@dataclass(frozen=True)
class CoalitionOptions:
    """What is asked of groups. ``states``: to leave, and to part at (None: to leave the Nash and SEQ equilibria that
    the analysis has, and the status quo; to part at the status quo). ``groups``: None for all.
    """

    states: tuple[int, ...] | None = None
    groups: tuple[Group, ...] | None = None


@dataclass(frozen=True)
class CoalitionAnalysis:
    """Which groups would leave which states together, which states are stable for every group, and where allies part.

    ``states`` and ``groups`` were looked at. ``stable``: the states that a group would not leave, by concept and group.
    ``equilibria``: by concept, the states stable for every group; empty unless all groups were looked at.
    """

    graph: Graph
    states: tuple[int, ...]
    groups: tuple[Group, ...]
    departures: tuple[Departure, ...]
    stable: Mapping[tuple[str, Group], Sequence[int]]
    equilibria: Mapping[str, Sequence[int]]
    partings: tuple[Parting, ...]
    not_done: tuple[str, ...] = ()

    @property
    def all_groups(self) -> bool:
        """Whether every group was looked at."""
        return len(self.groups) == (1 << len(self.graph.dms)) - 1


def analyse_coalitions(
    analysis: Analysis, options: CoalitionOptions, progress: Progress = silent, enough: Enough = never
) -> CoalitionAnalysis:
    """What each group could do, and where each two part. Where it is ``enough``, the groups looked at by then.

    Groups of one are looked at for what they would do together only where they are asked for by name.

    >>> from standoff.casebook import load
    >>> from standoff.analysis.stability import solve
    >>> found = analyse_coalitions(solve(load("elmira")), CoalitionOptions())
    >>> found.equilibria["Nash"]  # the agreement, state 8, and the plant abandoned, state 9
    [7, 8]
    """
    graph, quo = analysis.graph, analysis.graph.meaning.status_quo
    states = _usual_states(analysis) if options.states is None else tuple(sorted({*options.states}))
    stability = CoalitionalStability(graph, enough)
    total = 2 ** len(graph.dms) - 1 if options.groups is None else len(options.groups)
    asked: list[Group] = []
    stable: dict[tuple[str, Group], list[int]] = {}
    found: list[Departure] = []

    def step(number: int) -> None:
        progress(len(asked) * len(states) + number, total * len(states))

    for group in islice(each_group(graph), MOST_GROUPS) if options.groups is None else options.groups:
        leaving = len(group) > 1 or options.groups is not None
        try:
            verdicts, ways = _of_group(stability, group, states, leaving, step)
        except Stopped:
            break
        asked.append(group)
        stable |= {(concept, group): stays for concept, stays in verdicts.items()}
        found += ways
    whole = options.groups is None and len(asked) == total
    pairs = [group for group in asked if len(group) == 2]
    at = states if options.states is not None else () if quo is None else (quo,)
    return CoalitionAnalysis(
        graph,
        states,
        tuple(asked),
        tuple(found),
        stable,
        {c: sorted({*states}.intersection(*(stable[c, group] for group in asked))) for c in CONCEPTS if whole},
        tuple(parting(graph, i, j, s) for s in at for i, j in pairs),
        tuple(undone(len(asked), total, "groups were not looked at")),
    )


def _usual_states(analysis: Analysis) -> tuple[int, ...]:
    """The Nash and SEQ equilibria that the analysis has, and the status quo."""
    quo = analysis.graph.meaning.status_quo
    resting = {s for name in ("Nash", "SEQ") if name in analysis.stable for s in analysis.equilibria(name)}
    return tuple(sorted(resting if quo is None else resting | {quo}))


def _of_group(
    stability: CoalitionalStability, group: Group, states: Sequence[int], leaving: bool, step: Callable[[int], None]
) -> tuple[dict[str, list[int]], list[Departure]]:
    """The states that a group would not leave, by concept, and (where ``leaving``) its ways out. Raises Stopped."""
    verdicts: dict[str, list[int]] = {concept: [] for concept in CONCEPTS}
    ways: list[Departure] = []
    for number, s in enumerate(states):
        step(number)
        for concept in CONCEPTS:
            if stability.verdict(concept, group, s).stable:
                verdicts[concept].append(s)
        ways += departures(stability, [s], [group]) if leaving else []
    return verdicts, ways

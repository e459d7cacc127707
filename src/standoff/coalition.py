"""What decision makers could do together: moves of groups, and stability against groups (definition 6).

A group moves by legal sequences of its members' moves; it is not one merged player: each member keeps its own
preference, and a joint improvement must be better for every one of them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from standoff import concepts
from standoff._engine import Indices, Mask
from standoff.errors import UnknownName, unknown
from standoff.graph import Graph, Move
from standoff.progress import Enough, Stopped, never

CONCEPTS = tuple(one.name for one in concepts.CONCEPTS.values() if one.of_groups is not None)
NAMES = {name: f"C{name}" for name in CONCEPTS}  # as definition 6 has them
MEANINGS = {one.name: one.of_groups for one in concepts.CONCEPTS.values() if one.of_groups is not None}
Group = tuple[int, ...]
MOST_KEPT = 20_000_000  # states in the joint improvements that are kept


def groups(graph: Graph, least: int = 1) -> list[Group]:
    """All groups of at least so many decision makers, smaller ones first."""
    return list(each_group(graph, least))


def each_group(graph: Graph, least: int = 1) -> Iterator[Group]:
    """All groups of at least so many decision makers, smaller ones first, one after another: there are 2^N - 1."""
    return (group for size in range(least, len(graph.dms) + 1) for group in combinations(graph.dms, size))


def preferred(graph: Graph, group: Collection[int], s: int) -> Mask:
    """The states that every member of the group prefers to s; shape (m,)."""
    return np.asarray(np.logical_and.reduce([graph.preferred(i, s) for i in group]))


def joint_improvements(graph: Graph, group: Group, s: int) -> Indices:
    """R_H^{++}(s): the states that the group can reach and that all of it prefers, ascending."""
    return np.flatnonzero(graph.reach(group, s) & preferred(graph, group, s))


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


class Coalitions:
    """The groups of one conflict. Joint improvements that were looked up are kept, as far as there is room.

    A verdict looks at up to 2^N groups of others: where it is ``enough`` before its end, Stopped is raised.
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
        return self._out_of_reach(group, preferred(self.graph, group, s), joint)

    def undeterred_smr(self, group: Group, s: int, joint: Indices) -> Indices:
        """CSMR: as CGMR, and likewise every s3 in R_H(s2)."""
        better = preferred(self.graph, group, s)
        escapes = self.graph.moves.worst(group, np.where(better, 0, 1).astype(np.int32), improving=False) == 0
        return self._out_of_reach(group, escapes, joint)

    def undeterred_seq(self, group: Group, s: int, joint: Indices) -> Indices:
        """CSEQ: s2 reached by legal sequences in which subcoalitions of N-H improve jointly, none twice in a row."""
        better = preferred(self.graph, group, s)
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
    "Nash": Coalitions.undeterred_nash,
    "GMR": Coalitions.undeterred_gmr,
    "SMR": Coalitions.undeterred_smr,
    "SEQ": Coalitions.undeterred_seq,
}


@dataclass(frozen=True, slots=True)
class Departure:
    """A group could leave ``s`` for ``to`` by ``moves``, and every member would prefer to be there."""

    group: Group
    s: int
    to: int
    moves: tuple[Move, ...]


def departures(coalitions: Coalitions, states: Sequence[int], among: Sequence[Group]) -> Iterator[Departure]:
    """From each state what each group could reach together and all of it prefers, each with a shortest sequence."""
    graph = coalitions.graph
    for s in states:
        for group in among:
            joint = coalitions.improvements(group, s)
            goals = np.zeros(len(graph.states), np.bool_)
            goals[joint] = True
            found = {moves[-1].to: moves for moves in graph.paths(group, s, goals)} if len(joint) else {}
            for t in joint:
                yield Departure(group, s, int(t), found[int(t)])


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
    """Where i and j part at s."""
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
    """Kendall's tau-b between two rankings of all states; None where one of them ties everything."""
    from scipy.stats import kendalltau

    orders = graph.order(i), graph.order(j)
    if min(order.max() for order in orders) == 0:
        return None
    return float(kendalltau(*orders).statistic)

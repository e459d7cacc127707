"""The conditions on one decision maker's preference under which it is stable at a state (definition 8)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from standoff._engine import Mask
from standoff._engine.options import OptionMoves
from standoff.analysis.stability import resolve_concepts
from standoff.concepts import CONCEPTS, Concept
from standoff.conflict.preference import Ranks, preferred
from standoff.graph import Graph


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
    another are left out. [kinsara2015; wang2018] Raises UnknownName, NotDefined.

    >>> from standoff.casebook import load
    >>> from standoff.graph import build_graph
    >>> graph = build_graph(load("prisoners-dilemma"))
    >>> conditions(graph, "GMR", 0, 3)  # both cooperate
    [Condition(improvement=2, unless=(frozenset({0}),))]
    """
    under = CONCEPTS[resolve_concepts(graph, [name])[0][0]]
    found = []
    for s1 in graph.targets(i, s):
        answers = {frozenset(states - {s}) for states in _answers(graph, under, i, s, int(s1))}
        if frozenset() not in answers:
            found.append(Condition(int(s1), least(answers)))
    return found


def _answers(graph: Graph, under: Concept, i: int, s: int, s1: int) -> Iterator[set[int]]:
    """For each answer to s1 the states that i must not prefer to s for it to deter."""
    if under.simultaneous:
        assert isinstance(graph.moves, OptionMoves)
        for _, end in graph.moves.joint_moves(graph.others(i), s, s1):
            yield {end}
        return
    if not under.answers:
        return
    for s2 in np.flatnonzero(graph.reach(graph.others(i), s1, improving=under.credible)):
        replies = {int(s3) for s3 in graph.targets(i, int(s2))} if under.replies else set()
        yield {int(s2)} | replies


def least(answers: set[frozenset[int]]) -> tuple[frozenset[int], ...]:
    """The sets that contain no other, smaller ones first.

    >>> least({frozenset({1, 2}), frozenset({2}), frozenset({0, 1})})
    (frozenset({2}), frozenset({0, 1}))
    """
    kept: list[frozenset[int]] = []
    for states in sorted(answers, key=lambda one: (len(one), sorted(one))):
        if not any(other <= states for other in kept):
            kept.append(states)
    return tuple(kept)


def met(found: Sequence[Condition], ranks: Ranks, s: int) -> bool:
    """Whether all conditions hold under these ranks.

    >>> from standoff.casebook import load
    >>> from standoff.graph import build_graph
    >>> graph = build_graph(load("prisoners-dilemma"))
    >>> [met(conditions(graph, name, 0, 3), graph.ranks[0], 3) for name in ("GMR", "Nash")]
    [True, False]
    """
    above = preferred(ranks, s)
    return all(one.met(above) for one in found)

"""The question of the inverse as a whole: conditions on each preference, and the smallest change that meets them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from standoff.analysis.inverse.conditions import Condition, conditions
from standoff.analysis.inverse.joint import JointChange, joint_change
from standoff.analysis.inverse.single import smallest_change
from standoff.analysis.stability import resolve_concepts
from standoff.concepts import NASH
from standoff.graph import Graph


@dataclass(frozen=True, slots=True)
class InvertOptions:
    """What is asked: the state that is wanted, the concept, and for whom it is to be stable (None: everybody)."""

    s: int
    concept: str = NASH.name
    only: int | None = None


@dataclass(frozen=True)
class Inversion:
    """What it would take: conditions for each decision maker (or the one asked about), and the smallest change.

    ``concept`` is the name of the concept as it is written.
    """

    graph: Graph
    concept: str
    s: int
    only: int | None
    conditions: Mapping[int, list[Condition]]
    change: JointChange

    def met(self, i: int, one: Condition) -> bool:
        """Whether i's present preference meets a condition."""
        ranks = self.graph.ranks[i]
        return one.met(ranks > ranks[self.s])


def invert(graph: Graph, options: InvertOptions) -> Inversion:
    """What it would take to make a state stable. Raises UnknownName, NotDefined for concepts.

    >>> from standoff.casebook import load
    >>> from standoff.graph import build_graph
    >>> graph = build_graph(load("prisoners-dilemma"))
    >>> found = invert(graph, InvertOptions(s=3))  # both cooperate
    >>> found.change.distance, found.change.optimal
    (2, True)
    """
    concept, s, only = resolve_concepts(graph, [options.concept])[0][0], options.s, options.only
    asked = list(graph.dms) if only is None else [only]
    if only is None:
        change = joint_change(graph, concept, s)
    else:
        one = smallest_change(graph, concept, only, s)
        change = JointChange((one,) if one.distance else (), one.bound)
    return Inversion(graph, concept, s, only, {i: conditions(graph, concept, i, s) for i in asked}, change)

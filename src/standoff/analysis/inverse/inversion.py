"""The question of the inverse as a whole: conditions on each preference, and the smallest change that meets them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from standoff.analysis.inverse.conditions import Condition, conditions
from standoff.analysis.inverse.joint import JointChange, joint_change
from standoff.analysis.inverse.single import smallest_change
from standoff.analysis.stability import resolve_concepts, stable
from standoff.concepts import CONCEPTS, NASH
from standoff.conflict.states import Selection
from standoff.graph import Graph
from standoff.progress import Enough, Progress, never, silent, undone


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

    @property
    def cost(self) -> tuple[bool, int]:
        """How large the change is; after all others one where a ranking stands in for edits of statements."""
        return any(change.tried_edits for change in self.change.changes), self.change.distance

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


@dataclass(frozen=True)
class Inversions:
    """What it would take at the states that were asked for: the cheapest first, then the others that were worked out.

    ``settled``: states that need not be worked out, since none of them can be cheaper than the first.
    """

    asked: Selection
    found: Sequence[Inversion]
    settled: int
    not_done: tuple[str, ...] = ()

    @property
    def cheapest(self) -> Inversion:
        """The one whose change is smallest."""
        return self.found[0]


def invert_any(
    graph: Graph,
    asked: Selection,
    concept: str = NASH.name,
    only: int | None = None,
    each: bool = False,
    progress: Progress = silent,
    enough: Enough = never,
) -> Inversions:
    """What it would take to make one of several states stable, whichever takes least; or (``each``) each of them.

    A state at which more would leave than the cheapest change found is large need not be worked out. Where it is
    ``enough`` before the end, what is found by then, of one state at least. Raises UnknownName, NotDefined.

    >>> from standoff.casebook import load
    >>> from standoff.graph import build_graph
    >>> graph = build_graph(load("prisoners-dilemma"))
    >>> found = invert_any(graph, graph.meaning.selection("One.cooperate"))
    >>> graph.states.names[found.cheapest.s], found.cheapest.change.distance
    (2, 1)
    """
    name = resolve_concepts(graph, [concept])[0][0]
    least = _least_changes(graph, name, only)
    order = sorted(asked.states, key=lambda s: int(least[s]))
    found: list[Inversion] = []
    settled = 0
    for number, s in enumerate(order):
        best = min((one.cost for one in found), default=None)
        if best is not None and not each and best <= (False, int(least[s])):
            settled = len(order) - number
            break
        if found and enough():
            break
        progress(number, len(order))
        found.append(invert(graph, InvertOptions(s, name, only)))
    left = undone(len(found) + settled, len(order), "states were not looked at")
    return Inversions(asked, sorted(found, key=lambda one: one.cost), settled, tuple(left))


def _least_changes(graph: Graph, name: str, only: int | None = None) -> npt.NDArray[np.int64]:
    """How much must change at each state at the least, shape (m,): whoever would leave there must change itself.

    Where the preferences of others count too, a change of one may be enough for all.
    """
    among = list(graph.dms) if only is None else [only]
    leaving = np.sum([~stable(graph, name, i) for i in among], axis=0)
    return np.asarray(np.minimum(leaving, 1) if CONCEPTS[name].minds_preferences_of_others else leaving)

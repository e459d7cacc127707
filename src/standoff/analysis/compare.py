"""Our answers beside those given in the literature."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np

from standoff.analysis.coalition import CoalitionAnalysis
from standoff.analysis.stability import Analysis
from standoff.conflict.model import PublishedAnswers, StateName


@dataclass(frozen=True, slots=True)
class Comparison:
    """One published answer, and ours: equilibria of a concept, where one decision maker is stable under it, or where a
    group would go.
    """

    what: Literal["equilibria", "stability", "coalitions"]
    concept: str
    who: tuple[str, ...]  # a decision maker, a group; nobody where equilibria are compared
    published: tuple[StateName, ...]
    computed: tuple[StateName, ...]

    @property
    def agrees(self) -> bool:
        """Whether both name the same states."""
        return set(self.published) == set(self.computed)


def compare(analysis: Analysis, answers: PublishedAnswers | None = None) -> list[Comparison]:
    """The published answers (or ``answers``) under the concepts that were computed, each beside ours."""
    published = analysis.graph.conflict.published
    if answers is None:
        if published is None:
            return []
        answers = published.answers
    return list(_compared(analysis, answers))


def _compared(analysis: Analysis, answers: PublishedAnswers) -> Iterator[Comparison]:
    graph = analysis.graph
    names = graph.states.names
    for concept, states in answers.equilibria:
        if concept in analysis.stable:
            ours = tuple(names[s] for s in analysis.equilibria(concept))
            yield Comparison("equilibria", concept, (), states, ours)
    for concept, by_dm in answers.stability:
        for dm, states in by_dm if concept in analysis.stable else ():
            row = analysis.stable[concept][graph.dm(dm)]
            yield Comparison("stability", concept, (dm,), states, tuple(names[s] for s in np.flatnonzero(row)))


def compare_coalitions(found: CoalitionAnalysis) -> list[Comparison]:
    """The published answers about groups and states that were looked at, each beside ours."""
    graph, published = found.graph, found.graph.conflict.published
    compared = []
    for one in (published.answers.coalitions or ()) if published else ():
        group = tuple(sorted(graph.dm(name) for name in one.group))
        s = graph.states.position[one.start]
        if s in found.states and group in found.groups:
            ours = tuple(graph.states.names[d.to] for d in found.departures if (d.group, d.s) == (group, s))
            compared.append(Comparison("coalitions", f"from {one.start}", tuple(one.group), one.to, ours))
    return compared

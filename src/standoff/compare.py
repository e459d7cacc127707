"""Our answers beside those given in the literature."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np

from standoff.model import PublishedAnswers, StateName
from standoff.stability import Analysis


@dataclass(frozen=True, slots=True)
class Comparison:
    """One published answer, and ours: equilibria of a concept, or where one decision maker is stable under it."""

    what: Literal["equilibria", "stability", "coalitions"]
    concept: str
    who: str | None
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
            yield Comparison("equilibria", concept, None, states, ours)
    for concept, by_dm in answers.stability:
        for dm, states in by_dm if concept in analysis.stable else ():
            row = analysis.stable[concept][graph.dm(dm)]
            yield Comparison("stability", concept, dm, states, tuple(names[s] for s in np.flatnonzero(row)))

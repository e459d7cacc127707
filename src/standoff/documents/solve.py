"""Who would stay where, for programs: types and their encoders."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from typing_extensions import TypedDict

from standoff.analysis.compare import Comparison
from standoff.analysis.stability import Analysis
from standoff.conflict.model import StateName
from standoff.conflict.states import Selection
from standoff.documents.entries import ComparisonEntry, ModelEntry, comparison_entries, model_entry, state_name
from standoff.documents.states import StateEntry, state_entries


class SolveDocument(TypedDict):
    """What ``standoff solve --json`` prints."""

    states: list[StateEntry]
    where: str | None
    """The formula (``--where``) that picks the states told of, here and below; null where all are."""
    status_quo: StateName | None
    concepts: list[str]
    left_out: dict[str, str]
    """Concepts that the conflict does not allow, with the reason."""
    stability: dict[str, dict[str, list[StateName]]]
    """Concept, decision maker, states where it is stable."""
    equilibria: dict[str, list[StateName]]
    published: list[ComparisonEntry]
    """Empty with ``--where``: what is published is about all states."""
    model: ModelEntry
    seconds: float
    """Compiling the graph and the analysis; not reading or writing."""
    engine: str


def solve_document(
    analysis: Analysis, comparisons: Sequence[Comparison], asked: Selection | None = None
) -> SolveDocument:
    """Who is stable where, of all states or of those asked for."""
    within = np.ones(len(analysis.graph.states), np.bool_) if asked is None else asked.truth
    graph = analysis.graph
    state_names = graph.states.names
    dms = [dm.name for dm in graph.conflict.decision_makers]
    return {
        "states": state_entries(graph, None if asked is None else asked.states),
        "where": None if asked is None else asked.asked,
        "status_quo": state_name(graph, graph.meaning.status_quo),
        "concepts": list(analysis.stable),
        "left_out": dict(analysis.left_out),
        "stability": {
            concept: {
                dm: [state_names[s] for s in np.flatnonzero(row & within)] for dm, row in zip(dms, table, strict=True)
            }
            for concept, table in analysis.stable.items()
        },
        "equilibria": {
            concept: [state_names[s] for s in analysis.equilibria(concept) if within[s]] for concept in analysis.stable
        },
        "published": comparison_entries(comparisons),
        "model": model_entry(graph.conflict),
        "seconds": analysis.seconds,
        "engine": analysis.engine,
    }

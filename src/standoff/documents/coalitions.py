"""What ``standoff coalitions --json`` prints."""

from __future__ import annotations

from typing import TYPE_CHECKING

from typing_extensions import TypedDict

from standoff.analysis.coalition import MEANINGS, NAMES
from standoff.analysis.compare import compare_coalitions
from standoff.conflict.model import StateName
from standoff.documents.entries import (
    ComparisonEntry,
    GroundEntry,
    ModelEntry,
    MoveEntry,
    comparison_entries,
    dm_names,
    ground_entry,
    model_entry,
    move_entry,
)
from standoff.wording.coalitions import gain, parting_reasons

if TYPE_CHECKING:
    from standoff.analysis.coalition import CoalitionAnalysis, Departure, Parting
    from standoff.graph import Graph


class DepartureEntry(TypedDict):
    """A group could leave a state together, and every member would prefer to be where that leads."""

    state: StateName
    group: list[str]
    to: StateName
    moves: list[MoveEntry]
    """A shortest legal sequence of moves of the members."""
    gains: dict[str, GroundEntry]
    """What each member gains: the judgement by which it prefers ``to``."""


class JointStabilityEntry(TypedDict):
    """The states, of those looked at, that a group would not leave under a coalitional concept."""

    concept: str
    name: str
    """The name of the concept in the definitions."""
    group: list[str]
    stable: list[StateName]


class JointConceptEntry(TypedDict):
    """A concept of stability for groups."""

    concept: str
    """What this document calls it: by the concept for one decision maker alone."""
    name: str
    """Its name in the definitions: ``CNash``, ``CGMR``, ``CSMR`` or ``CSEQ``."""
    means: str
    """When a state is stable for a group."""


class PartingEntry(TypedDict):
    """Two decision makers at a state: what they can reach together, and who would want it."""

    pair: list[str]
    state: StateName
    agreement: float | None
    """Kendall's tau-b of their preferences over all states; null where one of them is indifferent."""
    both: list[StateName]
    first_only: list[StateName]
    second_only: list[StateName]
    differ_by: list[PartingReasonEntry]


class PartingReasonEntry(TypedDict):
    """The judgements that make them differ, and over how many states."""

    wants: GroundEntry
    wanted_by: str
    refuses: GroundEntry | None
    """Null where the other is indifferent."""
    refused_by: str
    states: int


class CoalitionsDocument(TypedDict):
    """What ``standoff coalitions --json`` prints."""

    states: list[StateName]
    """The states looked at."""
    concepts: list[JointConceptEntry]
    coalitions: list[DepartureEntry]
    stability: list[JointStabilityEntry]
    equilibria: dict[str, list[StateName]]
    """Coalitional equilibria among the states looked at: stable for every group. Empty unless all groups were asked."""
    partings: list[PartingEntry]
    """At the states asked for, or at the status quo where none is."""
    published: list[ComparisonEntry]
    not_done: list[str]
    """What was left out because the time (``--time``) was over or somebody interrupted; empty where all is done."""
    model: ModelEntry


def document(found: CoalitionAnalysis) -> CoalitionsDocument:
    """For ``--json``."""
    graph, names = found.graph, found.graph.states.names
    return {
        "states": [names[s] for s in found.states],
        "concepts": [{"concept": one, "name": NAMES[one], "means": means} for one, means in MEANINGS.items()],
        "coalitions": [_departure(graph, one) for one in found.departures],
        "stability": [
            {
                "concept": concept,
                "name": NAMES[concept],
                "group": dm_names(graph, group),
                "stable": [names[s] for s in states],
            }
            for (concept, group), states in found.stable.items()
        ],
        "equilibria": {concept: [names[s] for s in states] for concept, states in found.equilibria.items()},
        "partings": [_parting(graph, one) for one in found.partings],
        "published": comparison_entries(compare_coalitions(found)),
        "not_done": list(found.not_done),
        "model": model_entry(graph.conflict),
    }


def _departure(graph: Graph, one: Departure) -> DepartureEntry:
    dms = graph.conflict.decision_makers
    return {
        "state": graph.states.names[one.s],
        "group": dm_names(graph, one.group),
        "to": graph.states.names[one.to],
        "moves": [move_entry(graph, move) for move in one.moves],
        "gains": {dms[i].name: ground_entry(gain(graph, i, one.to, one.s)) for i in one.group},
    }


def _parting(graph: Graph, one: Parting) -> PartingEntry:
    names, dms = graph.states.names, graph.conflict.decision_makers
    return {
        "pair": dm_names(graph, one.pair),
        "state": names[one.s],
        "agreement": one.agreement,
        "both": [names[s] for s in one.both],
        "first_only": [names[s] for s in one.first_only],
        "second_only": [names[s] for s in one.second_only],
        "differ_by": [
            {
                "wants": ground_entry(reason.wants),
                "wanted_by": dms[reason.wanted_by].name,
                "refuses": None if reason.refuses is None else ground_entry(reason.refuses),
                "refused_by": dms[reason.refused_by].name,
                "states": reason.states,
            }
            for reason in parting_reasons(graph, one)
        ],
    }

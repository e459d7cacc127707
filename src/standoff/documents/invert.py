"""What ``standoff invert --json`` prints."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from typing_extensions import TypedDict

from standoff.analysis.inverse import tied_groups
from standoff.conflict.model import StateName
from standoff.documents.entries import EditEntry, ModelEntry, edit_entry, model_entry

if TYPE_CHECKING:
    from standoff.analysis.inverse import Change, Inversions
    from standoff.graph import Graph


class ConditionEntry(TypedDict):
    """One must not prefer ``improvement`` to the wanted state, unless one prefers no state of one of ``unless``."""

    improvement: StateName
    unless: list[list[StateName]]
    met: bool


class ChangeEntry(TypedDict):
    """A smallest change of one decision maker's preference."""

    who: str
    distance: int
    bound: int
    """No change of a smaller distance will do, given what the others become."""
    optimal: bool
    """Whether distance and bound are proven to be equal; never in a joint answer that is not proven least itself."""
    unit: Literal["edits", "pairs"]
    """What the distance counts: edits of statements, or pairs of states whose order changes."""
    edits: list[EditEntry]
    """Of ordered statements, one after another."""
    ranking: list[list[StateName]] | None
    """The new ranking where that is what changes, best first."""


class InvertedEntry(TypedDict):
    """What another of the states asked for would take."""

    state: StateName
    distance: int
    bound: int
    optimal: bool


class InvertDocument(TypedDict):
    """What ``standoff invert --json`` prints."""

    state: StateName
    """Of the states asked for the one that takes least."""
    asked: str
    """The state or the formula that was asked for."""
    found: int
    """How many states that is."""
    others: list[InvertedEntry]
    """The others that were worked out (``--each``: all), the cheapest first."""
    concept: str
    conditions: dict[str, list[ConditionEntry]]
    changes: list[ChangeEntry]
    distance: int
    """Of all changes together."""
    bound: int
    """No changes of a smaller distance together will do."""
    optimal: bool
    """Whether that is proven: the changes together are the least."""
    not_done: list[str]
    """What was left out because the time (``--time``) was over or somebody interrupted; empty where all is done."""
    model: ModelEntry


def document(inversions: Inversions) -> InvertDocument:
    """For ``--json``."""
    found = inversions.cheapest
    graph, names, change = found.graph, found.graph.states.names, found.change
    return {
        "state": names[found.s],
        "asked": inversions.asked.asked,
        "found": len(inversions.asked.states),
        "others": [
            {
                "state": names[one.s],
                "distance": one.change.distance,
                "bound": one.change.bound,
                "optimal": one.change.optimal,
            }
            for one in inversions.found[1:]
        ],
        "concept": found.concept,
        "conditions": {
            graph.conflict.decision_makers[i].name: [
                {
                    "improvement": names[one.improvement],
                    "unless": [sorted((names[t] for t in states), key=str) for states in one.unless],
                    "met": found.met(i, one),
                }
                for one in conditions
            ]
            for i, conditions in found.conditions.items()
        },
        "changes": [_change(graph, one) for one in change.changes],
        "distance": change.distance,
        "bound": change.bound,
        "optimal": change.optimal,
        "not_done": list(inversions.not_done),
        "model": model_entry(graph.conflict),
    }


def _change(graph: Graph, one: Change) -> ChangeEntry:
    return {
        "who": graph.conflict.decision_makers[one.i].name,
        "distance": one.distance,
        "bound": one.bound,
        "optimal": one.optimal,
        "unit": "edits" if one.edits else "pairs",
        "edits": [edit_entry(edit) for edit in one.edits],
        "ranking": None if one.edits else [list(group) for group in tied_groups(graph, one.ranks)],
    }

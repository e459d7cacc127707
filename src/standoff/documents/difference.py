"""What differs between two solved conflicts, for programs: types and their encoder. No verb prints it."""

from __future__ import annotations

from collections.abc import Iterable

from typing_extensions import TypedDict

from standoff.analysis.difference import AnswerDifference, Only, Stay
from standoff.conflict.model import StateName
from standoff.documents.entries import ModelEntry, model_entry, state_name
from standoff.documents.rows import Value
from standoff.graph import Graph


class SameState(TypedDict):
    """A state of both, by its names before and after."""

    before: StateName
    after: StateName


class StayEntry(TypedDict):
    """Where somebody would stay in one of the two conflicts, and not in the other."""

    gained: list[SameState]
    lost: list[SameState]
    new: list[StateName]
    """States of the conflict after that the one before has not."""
    gone: list[StateName]
    """States of the conflict before that the one after has not."""


class OnlyEntry(TypedDict):
    """What one conflict has alone."""

    options: list[str]
    decision_makers: list[str]
    concepts: list[str]
    states: list[StateName]


class QuoEntry(TypedDict):
    """Where the conflicts stand."""

    before: StateName | None
    after: StateName | None
    same: bool
    """Whether these are the same state, or neither stands anywhere."""
    equilibrium_before: list[str]
    """Concepts (of both) under which it is an equilibrium."""
    equilibrium_after: list[str]


class DifferenceDocument(TypedDict):
    """What differs between two solved conflicts."""

    concepts: list[str]
    same_states: int
    other_forms: bool
    """One is given by options, the other as a graph."""
    only_before: OnlyEntry
    only_after: OnlyEntry
    status_quo: QuoEntry
    equilibria: dict[str, StayEntry]
    stability: dict[str, dict[str, StayEntry]]
    """Concept, decision maker."""
    model_before: ModelEntry
    model_after: ModelEntry


def document(found: AnswerDifference) -> DifferenceDocument:
    """What differs, in the names of states."""
    one, other = found.before.graph, found.after.graph
    quos = one.meaning.status_quo, other.meaning.status_quo
    rests = {name: found.rests(name) for name in found.concepts}
    return {
        "concepts": found.concepts,
        "same_states": int((found.place >= 0).sum()),
        "other_forms": found.other_forms,
        "only_before": _only(found.only_before, one),
        "only_after": _only(found.only_after, other),
        "status_quo": {
            "before": state_name(one, quos[0]),
            "after": state_name(other, quos[1]),
            "same": found.same_status_quo,
            "equilibrium_before": [name for name, (was, _) in rests.items() if was],
            "equilibrium_after": [name for name, (_, is_now) in rests.items() if is_now],
        },
        "equilibria": {stay.concept: _stay(found, stay) for stay in found.equilibria},
        "stability": {
            name: {str(stay.who): _stay(found, stay) for stay in found.stays if stay.concept == name}
            for name in found.concepts
        },
        "model_before": model_entry(one.conflict),
        "model_after": model_entry(other.conflict),
    }


def _only(one: Only, graph: Graph) -> OnlyEntry:
    return {
        "options": list(one.options),
        "decision_makers": list(one.dms),
        "concepts": list(one.concepts),
        "states": _names(graph, one.states),
    }


def _names(graph: Graph, states: Iterable[int]) -> list[StateName]:
    return [graph.states.names[s] for s in states]


def _stay(found: AnswerDifference, stay: Stay) -> StayEntry:
    one, other = found.before.graph, found.after.graph
    origin = found.origin
    gained = zip(_names(one, origin[stay.gained]), _names(other, stay.gained), strict=True)
    lost = zip(_names(one, stay.lost), _names(other, found.place[stay.lost]), strict=True)
    return {
        "gained": [{"before": before, "after": after} for before, after in gained],
        "lost": [{"before": before, "after": after} for before, after in lost],
        "new": _names(other, stay.new),
        "gone": _names(one, stay.gone),
    }


def difference_rows(found: AnswerDifference) -> list[dict[str, Value]]:
    """A row for each state and concept: who (None: everybody, an equilibrium) stays there now, or did before."""
    told: list[dict[str, Value]] = []
    for stay in (*found.equilibria, *found.stays):
        entry = _stay(found, stay)
        head: dict[str, Value] = {"concept": stay.concept, "who": stay.who}
        for what, same in (("gained", entry["gained"]), ("lost", entry["lost"])):
            told += [head | {"what": what, "before": one["before"], "after": one["after"]} for one in same]
        told += [head | {"what": "new", "before": None, "after": name} for name in entry["new"]]
        told += [head | {"what": "gone", "before": name, "after": None} for name in entry["gone"]]
    return told

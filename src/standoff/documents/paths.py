"""What ``standoff paths --json`` prints."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from typing_extensions import TypedDict

from standoff.conflict.model import StateName
from standoff.documents.entries import (
    EndEntry,
    ModelEntry,
    MoveEntry,
    dm_names,
    model_entry,
    move_entry,
    state_name,
)
from standoff.errors import render_path

if TYPE_CHECKING:
    from standoff.analysis.evolution import Needs, Reachable
    from standoff.analysis.history import Replayed
    from standoff.analysis.paths import Paths, Way
    from standoff.graph import Graph


class PathEntry(TypedDict):
    """A shortest legal sequence of moves."""

    to: StateName
    improving: bool
    """Whether each move is an improvement for its mover."""
    moves: list[MoveEntry]


class NeedsEntry(TypedDict):
    """Whose moves it takes to get where one asked."""

    improving: bool
    possible: bool
    able: list[list[str]]
    """The smallest groups that can do it alone."""
    without: list[str]
    """A smallest set of decision makers without whose move it cannot happen."""


ReplayEntry = TypedDict(
    "ReplayEntry",
    {
        "event": str,
        "by": str,
        "with": list[str],
        "start": StateName | None,
        "to": StateName | None,
        "possible": bool,
        "improvement": bool | None,
        "best": bool | None,
        "deterred": dict[str, bool],
    },
)
ReplayEntry.__doc__ = (
    "An observed move against the model: ``event`` is its path in the conflict file, ``with`` who moved in the same "
    "event (``to`` is where all of them took the conflict), ``best`` an improvement than which its mover had no better."
)


class ChainEntry(TypedDict):
    """The Markov chain over improvements."""

    ends: list[EndEntry]
    expected_moves: float
    assumes: list[str]


PathsDocument = TypedDict(
    "PathsDocument",
    {
        "from": StateName,
        "by": list[str] | None,
        "to": list[StateName] | None,
        "reachable": list[StateName],
        "improvement_reachable": list[StateName],
        "moves_needed": dict[str, int],
        "improvements_needed": dict[str, int],
        "attainable_equilibria": dict[str, list[StateName]],
        "paths": list[PathEntry],
        "paths_cut": bool,
        "needs": list[NeedsEntry],
        "history": list[ReplayEntry],
        "chain": ChainEntry,
        "model": ModelEntry,
    },
)
PathsDocument.__doc__ = "What ``standoff paths --json`` prints."


def document(found: Paths) -> PathsDocument:
    """For ``--json``."""
    graph, options = found.analysis.graph, found.options
    names = graph.states.names
    return {
        "from": names[options.start],
        "by": None if options.group is None else dm_names(graph, options.group),
        "to": None if options.goals is None else [names[s] for s in np.flatnonzero(options.goals)],
        "reachable": [names[s] for s in found.moves.states],
        "improvement_reachable": [names[s] for s in found.improvements.states],
        "moves_needed": _distances(graph, found.moves),
        "improvements_needed": _distances(graph, found.improvements),
        "attainable_equilibria": {c: [names[s] for s in states] for c, states in found.equilibria.items()},
        "paths": [_way(graph, options.start, way) for way in found.ways],
        "paths_cut": found.cut,
        "needs": [_needs(graph, one) for one in found.needs],
        "history": [_replayed(graph, one) for one in found.history],
        "chain": {
            "ends": [{"states": [names[s] for s in e.states], "probability": e.probability} for e in found.chain.ends],
            "expected_moves": found.chain.moves,
            "assumes": list(found.chain.assumes),
        },
        "model": model_entry(graph.conflict),
    }


def _distances(graph: Graph, found: Reachable) -> dict[str, int]:
    return {str(graph.states.names[s]): int(found.distance[s]) for s in found.states}


def _way(graph: Graph, start: int, way: Way) -> PathEntry:
    return {
        "to": graph.states.names[way.moves[-1].to if way.moves else start],
        "improving": way.improving,
        "moves": [move_entry(graph, move) for move in way.moves],
    }


def _needs(graph: Graph, one: Needs) -> NeedsEntry:
    return {
        "improving": one.improving,
        "possible": one.possible,
        "able": [dm_names(graph, group) for group in one.able],
        "without": dm_names(graph, one.without),
    }


def _replayed(graph: Graph, one: Replayed) -> ReplayEntry:
    return {
        "event": render_path(graph.conflict.event_path(one.event)),
        "with": dm_names(graph, one.together),
        "by": graph.conflict.decision_makers[one.by].name,
        "start": state_name(graph, one.start),
        "to": state_name(graph, one.to),
        "possible": one.possible,
        "improvement": one.improvement,
        "best": one.best,
        "deterred": dict(one.deterred),
    }

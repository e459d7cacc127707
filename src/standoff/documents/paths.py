"""What ``standoff paths --json`` prints."""

from __future__ import annotations

from typing_extensions import TypedDict

from standoff.documents.entries import EndEntry, ModelEntry, MoveEntry
from standoff.model import StateName


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

"""Strategic conflict analysis with the graph model: what holds a conflict in place, and what would move it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from standoff._version import __version__ as __version__

if TYPE_CHECKING:
    from standoff.analysis.stability import verdict
    from standoff.api import Solution, diff, panel, solve
    from standoff.casebook import open_model as load
    from standoff.conflict.model import Conflict
    from standoff.errors import InvalidConflict, StandoffError
    from standoff.formats import dump
    from standoff.graph import build_graph as compile
    from standoff.results import Answer, Changes, Difference, Picture, Report

__all__ = [
    "Answer",
    "Changes",
    "Conflict",
    "Difference",
    "InvalidConflict",
    "Picture",
    "Report",
    "Solution",
    "StandoffError",
    "compile",
    "diff",
    "dump",
    "load",
    "panel",
    "solve",
    "verdict",
]

_HOMES = {
    **dict.fromkeys(("Answer", "Changes", "Difference", "Picture", "Report"), "results"),
    "Conflict": "conflict.model",
    "InvalidConflict": "errors",
    "StandoffError": "errors",
    "compile": "graph:build_graph",
    "dump": "formats",
    "load": "casebook:open_model",
    "verdict": "analysis.stability",
}


def __getattr__(name: str) -> Any:
    """The public names, each imported when it is first used: a start costs what it uses."""
    if name not in __all__:
        raise AttributeError(f"module 'standoff' has no attribute {name!r}")
    from importlib import import_module

    module, _, attribute = _HOMES.get(name, "api").partition(":")
    return getattr(import_module(f"standoff.{module}"), attribute or name)

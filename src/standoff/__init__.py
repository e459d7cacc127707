"""Strategic conflict analysis with the graph model: what holds a conflict in place, and what would move it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from standoff.casebook import open_model as load
    from standoff.errors import InvalidConflict, StandoffError
    from standoff.formats import dump
    from standoff.graph import compile
    from standoff.model import Conflict
    from standoff.stability import solve, verdict

__version__ = "0.1.0"
__all__ = ["Conflict", "InvalidConflict", "StandoffError", "compile", "dump", "load", "solve", "verdict"]

_HOMES = {
    "Conflict": "model",
    "InvalidConflict": "errors",
    "StandoffError": "errors",
    "compile": "graph",
    "dump": "formats",
    "load": "casebook:open_model",
    "solve": "stability",
    "verdict": "stability",
}


def __getattr__(name: str) -> Any:
    """The public names, each imported when it is first used: a start costs what it uses."""
    if name not in _HOMES:
        raise AttributeError(f"module 'standoff' has no attribute {name!r}")
    from importlib import import_module

    module, _, attribute = _HOMES[name].partition(":")
    return getattr(import_module(f"standoff.{module}"), attribute or name)

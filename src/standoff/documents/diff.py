"""What ``standoff diff --json`` prints."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Literal

from typing_extensions import TypedDict

from standoff.conflict.model import StateName
from standoff.documents.entries import ModelEntry, model_entry
from standoff.errors import render_path
from standoff.wording.changes import change_words, value_words
from standoff.wording.compared_states import ComparedStates

if TYPE_CHECKING:
    from standoff.analysis.diff import Alone, Cause, ModelDiff, Turn
    from standoff.analysis.verdicts import Judged, Key
    from standoff.conflict.changes import ModelChange


class ModelChangeEntry(TypedDict):
    """A change between two models."""

    number: int
    """By which sets of changes name it: among those that could change a verdict, from 1; 0 for the others."""
    kind: Literal["added", "dropped", "moved", "changed", "order"]
    before: str | None
    """Its path in the first model."""
    after: str | None
    """Its path in the second."""
    words: str
    where: str | None
    """File and line, where the model is a file of text."""


class TurnEntry(TypedDict):
    """A verdict, in the one and in the other."""

    of: Literal["standing", "equilibria", "claim"]
    name: str
    """The decision maker, or the claim."""
    before: str | None
    after: str | None


class CauseEntry(TypedDict):
    """The smallest sets of changes that give a verdict."""

    sets: list[list[int]]
    exact: bool
    """Whether it is known that no smaller set gives it."""
    least: int
    """No set of fewer changes gives it."""


class GivenTurnEntry(TurnEntry):
    """A verdict that is another, and what gives it."""

    cause: CauseEntry


class AloneEntry(TypedDict):
    """What one change by itself does to the verdicts of the first model."""

    change: int
    turns: list[TurnEntry]
    gives_all: bool
    invalid: str | None
    """Why it leaves no valid conflict."""


class LastingEntry(TypedDict):
    """A state at which nobody will move, in one of the models or not as firmly in both."""

    state: StateName
    words: str
    before: str | None
    """How firmly it stands in the first, by its weakest decision maker; null: somebody will move, or there is none."""
    after: str | None


class DiffDocument(TypedDict):
    """What ``standoff diff --json`` prints."""

    names: list[str]
    changes: list[ModelChangeEntry]
    verdicts: list[GivenTurnEntry]
    """Those that are others."""
    all_verdicts: CauseEntry | None
    """What gives all of them at once; null where none is another."""
    states: list[LastingEntry]
    alone: list[AloneEntry]
    tried: int
    invalid: int
    """Sets of changes that left no valid conflict."""
    not_done: list[str]
    model_before: ModelEntry
    model_after: ModelEntry


def diff_document(found: ModelDiff, names: Iterable[str], lines: dict[int, str]) -> DiffDocument:
    """What differs between two models."""
    states = ComparedStates.of((found.before, found.after), names := list(names))
    numbers = {number: k for k, number in enumerate(found.weighing, 1)}
    return {
        "names": names,
        "changes": [_change(found, one, numbers.get(one.number, 0), lines.get(one.number)) for one in found.changes],
        "verdicts": [
            {**turn_entry(turn), "cause": _cause(cause, numbers)}
            for turn, cause in zip(found.turns, found.causes, strict=False)
        ],
        "all_verdicts": None if found.whole is None else _cause(found.whole, numbers),
        "states": [
            _lasting(found, key, model, states)
            for keys, model in ((found.gained, found.after), (found.lost, found.before), (found.shifted, found.after))
            for key in keys
        ],
        "alone": [_alone(one, numbers) for one in found.alone],
        "tried": found.tried,
        "invalid": found.invalid,
        "not_done": list(found.not_done),
        "model_before": model_entry(found.before.conflict),
        "model_after": model_entry(found.after.conflict),
    }


def _change(found: ModelDiff, one: ModelChange, number: int, where: str | None) -> ModelChangeEntry:
    return {
        "number": number,
        "kind": one.kind,
        "before": None if one.old is None else render_path(one.old),
        "after": None if one.new is None else render_path(one.new),
        "words": change_words((found.before.graph, found.after.graph), one),
        "where": where,
    }


def turn_entry(turn: Turn) -> TurnEntry:
    """A verdict that is another."""
    before, after = _value(turn.before), _value(turn.after)
    return {"of": turn.of, "name": turn.name, "before": before, "after": after}


def _value(value: Any) -> str | None:
    return None if value is None else value_words(value)


def _cause(cause: Cause, numbers: dict[int, int]) -> CauseEntry:
    return {
        "sets": [[numbers[number] for number in one] for one in cause.sets],
        "exact": cause.exact,
        "least": cause.least,
    }


def _alone(one: Alone, numbers: dict[int, int]) -> AloneEntry:
    return {
        "change": numbers[one.change.number],
        "turns": [turn_entry(turn) for turn in one.turns],
        "gives_all": one.whole,
        "invalid": one.invalid,
    }


def _lasting(found: ModelDiff, key: Key, model: Judged, states: ComparedStates) -> LastingEntry:
    s = model.places[key]
    one, other = found.before.equilibria.get(key), found.after.equilibria.get(key)
    return {
        "state": model.graph.states.names[s],
        "words": states.in_words(model.graph, s),
        "before": _value(one),
        "after": _value(other),
    }

"""What ``standoff panel --json`` prints."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

from typing_extensions import TypedDict

from standoff.conflict.model import StateName
from standoff.documents.diff import TurnEntry, turn_entry
from standoff.documents.entries import ModelEntry, model_entry
from standoff.errors import render_path
from standoff.wording.changes import change_words, value_words
from standoff.wording.compared_states import ComparedStates

if TYPE_CHECKING:
    from standoff.analysis.panel import Disagreement, PanelFound
    from standoff.analysis.verdicts import Key


class RowEntry(TypedDict):
    """A verdict in each of the models, by their names."""

    of: Literal["standing", "equilibria", "claim"]
    name: str
    """The decision maker, or the claim."""
    agreed: bool
    by_model: dict[str, str]


class SettledEntry(TypedDict):
    """A difference settled as some of the models have it."""

    models: list[str]
    """Those that have it so."""
    turned: dict[str, list[TurnEntry]]
    """For each of the others the verdicts that are then others."""
    invalid: list[str]
    """Those of the others that are then no valid conflict."""


class DisagreementEntry(TypedDict):
    """One thing that not all have alike, told as the change from one model to another."""

    kind: Literal["added", "dropped", "moved", "changed", "order"]
    path: str
    words: str
    before: str
    """The model that it is told from."""
    after: str
    """The model that it is told to."""
    weight: int
    """How many verdicts change where it is settled in the way that changes most."""
    ways: list[SettledEntry]


class SharedEntry(TypedDict):
    """A state at which nobody will move, in some of the models or in all."""

    words: str
    by_model: dict[str, StateName]
    """What the state is called in each in which it lasts."""


class PanelDocument(TypedDict):
    """What ``standoff panel --json`` prints."""

    names: list[str]
    verdicts: list[RowEntry]
    shared: list[SharedEntry]
    """States that last in all of the models."""
    disputed: list[SharedEntry]
    """States that last in some of them."""
    disagreements: list[DisagreementEntry]
    tried: int
    not_done: list[str]
    models: list[ModelEntry]


def panel_document(found: PanelFound, names: Sequence[str]) -> PanelDocument:
    """Where several models differ, and what that does."""
    return {
        "names": list(names),
        "verdicts": [
            {
                "of": row.of,
                "name": row.name,
                "agreed": row.agreed,
                "by_model": {name: value_words(value) for name, value in zip(names, row.values, strict=True)},
            }
            for row in found.rows
        ],
        "shared": [_state(found, key, names) for key in found.shared],
        "disputed": [_state(found, key, names) for key in found.disputed],
        "disagreements": [_disagreement(found, one, names) for one in found.disagreements],
        "tried": found.tried,
        "not_done": list(found.not_done),
        "models": [model_entry(one.conflict) for one in found.models],
    }


def _state(found: PanelFound, key: Key, names: Sequence[str]) -> SharedEntry:
    having = {
        name: one.graph.states.names[one.places[key]]
        for name, one in zip(names, found.models, strict=True)
        if key in one.places
    }
    model = next(one for one in found.models if key in one.places)
    states = ComparedStates.of(found.models, names)
    return {"words": states.in_words(model.graph, model.places[key]), "by_model": having}


def _disagreement(found: PanelFound, one: Disagreement, names: Sequence[str]) -> DisagreementEntry:
    graphs = found.models[one.one].graph, found.models[one.other].graph
    return {
        "kind": one.change.kind,
        "path": render_path(one.change.path),
        "words": change_words(graphs, one.change),
        "before": names[one.one],
        "after": names[one.other],
        "weight": one.weight[0],
        "ways": [
            {
                "models": [names[x] for x in way.says],
                "turned": {names[x]: [turn_entry(turn) for turn in turns] for x, turns in way.turned},
                "invalid": [names[x] for x in way.invalid],
            }
            for way in one.ways
        ],
    }

"""The states of a conflict, for programs: types and their encoders."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NotRequired  # pydantic reads these before Python 3.12

from typing_extensions import TypedDict

from standoff.conflict.model import StateName
from standoff.conflict.states import Selection, vector, vector_part
from standoff.documents.entries import ModelEntry, model_entry, state_name
from standoff.graph import Graph


class StateEntry(TypedDict):
    """A feasible state. In graph form and for merged states ``vector`` and ``options`` are null."""

    number: StateName
    vector: str | None
    """One character per option, in order: N/Y for two levels, else the level's index."""
    options: dict[str, str] | None
    """The level of each option."""
    members: NotRequired[list[str]]
    """The vectors of a merged state."""
    title: NotRequired[str]


class StatesDocument(TypedDict):
    """What ``standoff states --json`` prints."""

    states: list[StateEntry]
    where: str | None
    """The formula that they satisfy; null where all are listed."""
    status_quo: StateName | None
    model: ModelEntry


def state_entries(graph: Graph, which: Iterable[int] | None = None) -> list[StateEntry]:
    """The states, or those asked for."""
    if which is None and graph.states.option_form and not graph.states.merged:
        return _all_states(graph)
    return [_state(graph, s) for s in (range(len(graph.states)) if which is None else which)]


def _state(graph: Graph, s: int) -> StateEntry:
    states, options = graph.states, graph.meaning.vocabulary.options
    radices, levels = states.combinations.radices, states.levels(s)
    entry: StateEntry = {
        "number": states.names[s],
        "vector": None if levels is None else vector(levels, radices),
        "options": None
        if levels is None
        else {name: names_[k] for (name, names_), k in zip(options.items(), levels, strict=True)},
    }
    if states.option_form and levels is None:
        entry["members"] = [vector(states.combinations.levels(code), radices) for code in states.members(s)]
    if states.title(s) is not None:
        entry["title"] = str(states.title(s))
    return entry


def _all_states(graph: Graph) -> list[StateEntry]:
    """As ``_state`` tells each, column by column: there may be very many."""
    states, options = graph.states, graph.meaning.vocabulary.options
    parts = [[vector_part(level, radix) for level in range(radix)] for radix in states.combinations.radices]
    entries: list[StateEntry] = [
        {"number": name, "vector": "".join(part), "options": dict(zip(options, row, strict=True))}
        for name, part, row in zip(states.names, states.rows(parts), states.rows([*options.values()]), strict=True)
    ]
    if states.titles:
        for entry, title in zip(entries, states.titles, strict=True):
            if title is not None:
                entry["title"] = title
    return entries


def states_document(graph: Graph, asked: Selection | None = None) -> StatesDocument:
    """The feasible states, or those asked for."""
    return {
        "states": state_entries(graph, None if asked is None else asked.states),
        "where": None if asked is None else asked.asked,
        "status_quo": state_name(graph, graph.meaning.status_quo),
        "model": model_entry(graph.conflict),
    }

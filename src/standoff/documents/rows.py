"""The main tables of answers, as rows of plain values. A row maps a column's name to its value."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from standoff.analysis.stability import Analysis
from standoff.conflict.states import vector
from standoff.wording.words import plain_state_words

Value = str | int | float | bool | None
Row = Mapping[str, Value]

MAX_PRINTED = 8  # options that get a column of their own in print
PRINTED = "•: everybody would stay under that concept; *: the status quo."


def state_rows(analysis: Analysis, which: Iterable[int] | None = None) -> list[dict[str, Value]]:
    """States (default: all) as rows: levels of options, where it is an equilibrium, and who would stay under what.

    What is not a combination of levels, as in graph form and where several are merged, is told in words.
    """
    graph = analysis.graph
    worded = graph.states.merged or not graph.states.option_form
    options = graph.meaning.vocabulary.options
    radices = graph.states.combinations.radices
    everybody = [np.asarray(table.all(axis=0)) for table in analysis.stable.values()]
    rows: list[dict[str, Value]] = []
    for s in range(len(graph.states)) if which is None else which:
        levels = graph.states.levels(s)
        row: dict[str, Value] = {"state": graph.states.names[s], "status quo": s == graph.meaning.status_quo}
        if worded:
            row["title"] = plain_state_words(graph, s) if levels is None else None
        if graph.states.option_form:
            row["vector"] = None if levels is None else vector(levels, radices)
        for k, (name, known) in enumerate(options.items()):
            row[name] = None if levels is None else known[levels[k]]
        row["equilibrium"] = _concepts(analysis, (mask[s] for mask in everybody))
        for i, dm in enumerate(graph.conflict.decision_makers):
            row[f"{dm.name} stays"] = _concepts(analysis, (table[i, s] for table in analysis.stable.values()))
            row[f"{dm.name} rank"] = int(graph.order(i)[s])
        rows.append(row)
    return rows


def printed_rows(analysis: Analysis, which: Iterable[int]) -> list[dict[str, Value]]:
    """States as narrow rows for print: levels of options (a vector where there are many), and a mark per concept."""
    graph = analysis.graph
    narrow = graph.states.merged or len(graph.meaning.vocabulary.options) > MAX_PRINTED
    options = graph.meaning.vocabulary.options
    everybody = {name: np.asarray(table.all(axis=0)) for name, table in analysis.stable.items()}
    rows: list[dict[str, Value]] = []
    for s in which:
        levels = graph.states.levels(s)
        row: dict[str, Value] = {"state": f"{graph.states.names[s]}{'*' * (s == graph.meaning.status_quo)}"}
        if levels is None:
            row["what"] = plain_state_words(graph, s)
        elif narrow:
            row["what"] = vector(levels, graph.states.combinations.radices)
        else:
            row |= {name: known[k] for (name, known), k in zip(options.items(), levels, strict=True)}
        rows.append(row | {name: "•" if mask[s] else "" for name, mask in everybody.items()})
    return rows


def _concepts(analysis: Analysis, holds: Iterable[Any]) -> str:
    return " ".join(name for name, here in zip(analysis.stable, holds, strict=True) if here)


def columns(rows: Sequence[Row]) -> list[str]:
    """The columns of rows, in the order in which they first occur."""
    return list(dict.fromkeys(name for row in rows for name in row))


def even(rows: Iterable[Row]) -> list[dict[str, Value]]:
    """Rows that all have the same columns, empty where a row had none of that name."""
    given = list(rows)
    names = columns(given)
    return [{name: row.get(name) for name in names} for row in given]


# Of documents

MOST = 12  # names of a list that are told in a row
_COUNTED = frozenset({"moves", "differ_by", "corrections", "flips", "witness moves"})  # lists of more than names


def rows(main: str, document: Mapping[str, Any]) -> list[dict[str, Value]]:
    """The list of that name in a document as rows of plain values.

    Lists of names become a text (the first ``MOST`` of them), lists of anything else their lengths.
    """
    entries = document[main] or ()
    below = {key for entry in entries for key, value in entry.items() if isinstance(value, dict)}
    flat = [_flat(entry, below) for entry in entries]
    return even({key: _plain(value, key in _COUNTED) for key, value in row.items()} for row in flat)


def _flat(entry: Mapping[str, Any], below: Collection[str]) -> dict[str, Any]:
    """What is below stands beside the rest, under all names that lead to it; ``below``: the keys that have such."""
    flat: dict[str, Any] = {}
    for key, value in entry.items():
        if key in below:
            inner = value or {}
            deeper = {name for name, told in inner.items() if isinstance(told, dict)}
            flat |= {f"{key} {name}": told for name, told in _flat(inner, deeper).items()}
        else:
            flat[key] = value
    return flat


def _plain(value: Any, counted: bool) -> Value:
    if counted:
        return None if value is None else len(value)
    if isinstance(value, list):
        more = f", … ({len(value):,})" if len(value) > MOST else ""
        return ", ".join(map(str, value[:MOST])) + more
    if isinstance(value, str):
        return value.strip()
    assert value is None or isinstance(value, (int, float)), f"{value!r} is not plain"
    return value

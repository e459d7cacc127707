"""``standoff invert``: what it would take to make a state stable."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from rich.console import Group as Stack
from rich.console import RenderableType
from rich.text import Text

from standoff.documents import ChangeEntry, InvertDocument
from standoff.documents.entries import edit_entry, model_entry
from standoff.graph import Graph, Move
from standoff.inverse import (
    MAX_EDITS,
    Change,
    Condition,
    JointChange,
    conditions,
    groups,
    joint_change,
    lowered,
    smallest_change,
)
from standoff.model import OrderedStatements
from standoff.terminal import indented, title
from standoff.words import count, evidence_words, formula_words, joined, move_words, state_label, upper_first, who

SHOWN = 6
LISTED = 10  # states, or pairs of them


@dataclass(frozen=True)
class Told:
    """All that the command tells."""

    graph: Graph
    concept: str
    s: int
    conditions: dict[int, list[Condition]]
    change: JointChange


def tell(graph: Graph, concept: str, s: int, only: int | None) -> Told:
    """The conditions for each decision maker (or one), and the smallest change, of it or of all together."""
    asked = list(graph.dms) if only is None else [only]
    if only is None:
        change = joint_change(graph, concept, s)
    else:
        one = smallest_change(graph, concept, only, s)
        change = JointChange((one,) if one.distance else (), one.bound)
    return Told(graph, concept, s, {i: conditions(graph, concept, i, s) for i in asked}, change)


def document(told: Told) -> InvertDocument:
    """For ``--json``."""
    graph, names = told.graph, told.graph.states.names
    dms = graph.conflict.decision_makers
    return {
        "state": names[told.s],
        "concept": told.concept,
        "conditions": {
            dms[i].name: [
                {
                    "improvement": names[one.improvement],
                    "unless": [sorted((names[t] for t in states), key=str) for states in one.unless],
                    "met": one.met(graph.ranks[i] > graph.ranks[i][told.s]),
                }
                for one in found
            ]
            for i, found in told.conditions.items()
        },
        "changes": [_change(graph, one) for one in told.change.changes],
        "distance": told.change.distance,
        "bound": told.change.bound,
        "optimal": told.change.optimal,
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
        "ranking": None if one.edits else [list(group) for group in groups(graph, one.ranks)],
    }


def text(told: Told, everything: bool = False) -> list[RenderableType | None]:
    """For people."""
    graph = told.graph
    parts: list[RenderableType | None] = [
        title(
            f"{graph.conflict.title}: what would make {state_label(graph, told.s)} {_goal(told)} under {told.concept}"
        )
    ]
    parts += [_conditions(told, i, everything) for i in told.conditions]
    parts.append(_changes(told))
    return parts


def _goal(told: Told) -> str:
    one = next(iter(told.conditions)) if len(told.conditions) < len(told.graph.dms) else None
    return "an equilibrium" if one is None else f"stable for {who(told.graph, one)}"


def _conditions(told: Told, i: int, everything: bool) -> RenderableType:
    graph, s, found = told.graph, told.s, told.conditions[i]
    better = graph.ranks[i] > graph.ranks[i][s]
    broken = [one for one in found if not one.met(better)]
    stays = "would stay there already" if not broken else "would leave as its preferences are"
    lines: list[RenderableType] = [title(f"{upper_first(who(graph, i))} {stays}")]
    order = [*broken, *(one for one in found if one not in broken)]
    for one in order if everything else order[:SHOWN]:
        mark = Text("✗ " if one in broken else "✓ ", "red" if one in broken else "green")
        lines.append(indented(mark + Text(_words(graph, i, s, one))))
    if not found and not len(graph.targets(i, s)):
        lines.append(indented(Text("It has no move there.")))
    elif not found:
        lines.append(indented(Text("Whatever it prefers: nothing that it could do there would go unanswered.")))
    if len(order) > SHOWN and not everything:
        lines.append(indented(Text(f"… and {len(order) - SHOWN:,} more conditions (--all lists them)", "dim")))
    return Stack(*lines)


def _words(graph: Graph, i: int, s: int, one: Condition) -> str:
    move = move_words(graph, Move(i, s, one.improvement))
    must = f"It must not prefer what it gets if it would {move} ({state_label(graph, one.improvement)})"
    if not one.unless:
        return must + "."
    sets = [_set(graph, states) for states in one.unless[:3]]
    more = f" or one of {len(one.unless) - 3:,} more" if len(one.unless) > 3 else ""
    return f"{must}, unless an answer leads where it is no better off: {' or '.join(sets)}{more}."


def _set(graph: Graph, states: frozenset[int]) -> str:
    names = sorted((str(graph.states.names[t]) for t in states), key=lambda name: (len(name), name))
    if len(names) == 1:
        return f"state {names[0]}"
    return f"all of {', '.join(names[:4])}{', …' if len(names) > 4 else ''}"


def _changes(told: Told) -> RenderableType:
    graph, change = told.graph, told.change
    if not change.changes:
        return Text("Nothing has to change.")
    size = "" if any(one.tried_edits for one in change.changes) else f": {change.distance}"
    lines: list[RenderableType] = [title(f"The smallest change found{size} ({_proven(change)})")]
    for one in change.changes:
        name = upper_first(who(graph, one.i))
        if one.edits:
            lines.append(indented(Text(f"{name}, {count(len(one.edits), 'edit')} of what it wants:")))
            lines += [indented(indented(*_edit(graph, one, n))) for n in range(len(one.edits))]
        else:
            lines.append(indented(Text(f"{name}, {count(one.distance, 'swap')} in its ranking: {_moved(told, one)}")))
    return Stack(*lines)


def _proven(change: JointChange) -> str:
    """Whether the changes together are proven least."""
    if change.optimal:
        return "nothing smaller will do"
    if any(one.tried_edits for one in change.changes):
        tried = f"of statements up to {MAX_EDITS} edits were tried"
        return f"not proven least; {tried}; where none will do, swaps in their ranking are told"
    return f"not proven least; at least {change.bound} is needed"


def _edit(graph: Graph, change: Change, n: int) -> Sequence[RenderableType]:
    """One edit, with the judgement that it changes (by its place in the file for the first edit)."""
    edit = change.edits[n]
    preference = graph.conflict.decision_makers[change.i].preference
    if n == 0 and isinstance(preference, OrderedStatements):
        place = edit.path[-1]
        assert isinstance(place, int)
        statement = preference.statements[place]
        says = f"“{formula_words(graph, statement)}” ({edit.where}): {edit.words}"
        return [Text(says), Text(f"  {evidence_words(graph, statement.evidence)}", "dim")]
    return [Text(f"then {edit.where}: {edit.words}")]


def _moved(told: Told, change: Change) -> str:
    """What a change of a ranking comes to: the states that go below the wanted one, or else all pairs that differ."""
    graph, s = told.graph, told.s
    names, before, after = graph.states.names, graph.ranks[change.i], change.ranks
    down = np.flatnonzero((before > before[s]) & ~(after > after[s]))
    if len(down) and np.array_equal(lowered(before, s, down), after):
        listed = ", ".join(str(names[t]) for t in down[:LISTED]) + (", …" if len(down) > LISTED else "")
        return f"it no longer prefers {count(len(down), 'state')} to this one: {listed}"
    pairs = []
    for t, u in combinations(range(len(names)), 2):
        if np.sign(before[t] - before[u]) != np.sign(after[t] - after[u]):
            low, high = (t, u) if after[t] <= after[u] else (u, t)
            tied = after[t] == after[u]
            pairs.append(
                f"it holds {names[t]} and {names[u]} equal" if tied else f"it prefers {names[high]} to {names[low]}"
            )
    return joined(pairs[:LISTED]) + (", …" if len(pairs) > LISTED else "")

"""Changes of preferences in words: how surely they are the least, and what becomes of a ranking."""

from __future__ import annotations

from itertools import combinations

import numpy as np

from standoff.analysis.inverse import MAX_EDITS, Change, JointChange, lowered
from standoff.graph import Graph
from standoff.wording.people import agrees, it
from standoff.wording.states import state_in_words
from standoff.wording.words import count, joined

LISTED = 4  # states, or pairs of them


def proven(change: JointChange) -> str:
    """Whether the changes together are proven least."""
    if change.optimal:
        return "nothing smaller will do"
    if any(one.tried_edits for one in change.changes):
        tried = f"of statements up to {MAX_EDITS} edits were tried"
        return f"not proven least; {tried}; where none will do, swaps in their ranking are told"
    return f"not proven least; at least {change.bound} is needed"


def reordered(graph: Graph, s: int, change: Change) -> str:
    """What a change of a ranking comes to: the states that go below the wanted one, or else all pairs that differ."""
    names, before, after = graph.states.names, graph.ranks[change.i], change.ranks
    they = it(graph, change.i)
    prefers = agrees(graph, (change.i,), "prefers", "prefer")
    down = np.flatnonzero((before > before[s]) & ~(after > after[s]))
    if len(down) and np.array_equal(lowered(before, s, down), after):
        listed = ", ".join(state_in_words(graph, int(t)) for t in down[:LISTED]) + (", …" if len(down) > LISTED else "")
        return f"{they} no longer {prefers} {count(len(down), 'state')} to this one: {listed}"
    pairs = []
    for t, u in combinations(range(len(names)), 2):
        if np.sign(before[t] - before[u]) != np.sign(after[t] - after[u]):
            low, high = (state_in_words(graph, one) for one in ((t, u) if after[t] <= after[u] else (u, t)))
            holds = f"{they} {agrees(graph, (change.i,), 'holds', 'hold')} {high} and {low} equal"
            pairs.append(holds if after[t] == after[u] else f"{they} {prefers} {high} to {low}")
    return joined(pairs[:LISTED]) + (", …" if len(pairs) > LISTED else "")

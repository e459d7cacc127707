"""What a picture says in its heading: how the present situation stands, by the ladder of four steps."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from standoff.analysis.stability import Analysis, sanction, value_when_answered
from standoff.concepts import Standing, deciding
from standoff.errors import shorten
from standoff.graph import Graph
from standoff.plots.svg import fitted, width
from standoff.wording.words import count, joined, spoken_name, upper_first, who

SIZE = 16  # of headings


def entitled(graph: Graph, words: str, room: float, movers: Sequence[int] = ()) -> str:
    """A heading that fits: ``{}`` in the words are these decision makers, by short names where titles are too long."""
    titles = joined(shorten(who(graph, i), 100) for i in movers)
    names = joined(shorten(spoken_name(graph.conflict.decision_makers[i]), 100) for i in movers)
    for those in (titles, names, count(len(movers), "decision maker")):
        told = upper_first(words.replace("{}", those))
        if width(told, SIZE, bold=True) <= room:
            return told
    return fitted(told, room, SIZE, bold=True)


def finding(analysis: Analysis, table: npt.NDArray[np.int8], room: float) -> str:
    """How the present situation stands, and by whom; without one, where nobody would move. ``table``: (N, m)."""
    graph, quo = analysis.graph, analysis.graph.meaning.status_quo
    if quo is None:
        resting = int((table.min(axis=0) == Standing.AT_REST).sum())
        words = f"Nobody would move in {resting:,} of {count(len(graph.states), 'state')}"
        return entitled(graph, words if resting else "Somebody would gain by a move in every state", room)
    weakest = Standing(int(table[:, quo].min()))
    weak = [i for i in graph.dms if table[i, quo] == weakest]
    match weakest:
        case Standing.AT_REST:
            return entitled(graph, "Nobody would move from the present situation", room)
        case Standing.WILL_MOVE:
            return entitled(graph, "The present situation will not last: {} will move", room, weak)
        case Standing.DETERRED_AT_COST:
            return entitled(graph, "Only costly threats keep {} from moving", room, weak)
    needed = sorted({j for i in weak for j in _needed(graph, i, quo)})
    if needed:
        return entitled(graph, "The present situation holds only because {} would answer", room, needed)
    return entitled(graph, "{} could gain, but others would answer", room, weak)


def _needed(graph: Graph, i: int, s: int) -> set[int]:
    """Those without whose answer some improvement of i from s would not be answered gladly."""
    concept = deciding(Standing.DETERRED)
    deters = ~graph.worth_more(i, value_when_answered(graph, concept, i), s)
    if not graph.may_return:
        deters[s] = False
    found: set[int] = set()
    for s1 in map(int, graph.improvements(i, s)):
        one = sanction(graph, concept.name, i, s, s1)
        for j in {move.by for move in one.moves} if one else ():
            rest = tuple(k for k in graph.others(i) if k != j)
            if graph.path(rest, s1, deters, improving=True) is None:
                found.add(j)
    return found

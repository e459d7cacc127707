"""What the marks in the picture of a conflict mean: whose colours these are, and the marks that it uses."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence

from standoff.graph import Graph
from standoff.plots.plan import Arc
from standoff.plots.svg import (
    INK,
    PAPER,
    RULE,
    SOFT,
    box,
    circle,
    dash,
    fitted,
    head,
    line,
    owner,
    text,
    width,
    wrapped,
)

CELL, INSET = 250.0, 42.0  # the room of a decision maker, and of a sample in it

Sample = Callable[[float, float], list[str]]


def legend(graph: Graph, marks: Collection[str], left: float, top: float, across: float) -> tuple[list[str], float]:
    """The legend under a line, and where it ends; ``marks`` are those that the picture uses."""
    parts = [line(left, top, left + across, top, RULE)]
    cells = [_cell(graph, i) for i in graph.dms]
    y, per_row = top + 22, max(int(across // CELL), 1)
    for begin in range(0, len(cells), per_row):
        row = cells[begin : begin + per_row]
        for k, (i, names, options) in enumerate(row, begin):
            parts += _owner(i, names, options, left + (k - begin) * CELL, y)
        y += max(15 * len(names) + 13 * len(options) for _, names, options in row) + 8
    x, y = left, y + 2
    for key, (sample, words) in _MARKS.items():
        if key in marks:
            room = INSET + width(words, 11) + 18
            if x + room > left + across and x > left:
                x, y = left, y + 22
            parts += [*sample(x, y), text(x + INSET, y, words, size=11)]
            x += room
    return parts, y + 20


def _cell(graph: Graph, i: int) -> tuple[int, Sequence[str], Sequence[str]]:
    dm, room = graph.conflict.decision_makers[i], CELL - INSET - 10
    options = ", ".join(option.name for option in dm.options) or "no options"
    names = [fitted(one, room, 12, bold=True) for one in wrapped(dm.label, room * 0.94, 2, 12)]
    return i, names, wrapped(options, room, 4, 10.5) if graph.states.option_form else ()


def _owner(i: int, names: Sequence[str], options: Sequence[str], x: float, y: float) -> Iterator[str]:
    yield line(x, y - 4, x + 30, y - 4, owner(i), 2, dash(i))
    yield head(x + 34, y - 4, 1, 0, owner(i))
    for k, name in enumerate(names):
        yield text(x + INSET, y + 15 * k, name, size=12, bold=True, paint=owner(i))
    below = y + 15 * len(names) - 1
    for k, words in enumerate(options):
        yield text(x + INSET, below + 13 * k, words, size=10.5, paint=SOFT)


def used(arcs: Sequence[Arc], rings: Collection[bool], filled: bool) -> set[str]:
    """The marks that a picture uses; ``rings``: of each equilibrium drawn whether it is one under all concepts."""
    found = {
        "improvement": any(arc.improving for arc in arcs),
        "way back": any(arc.improving and arc.back for arc in arcs),
        "other move": any(not arc.improving for arc in arcs),
        "ring": bool(rings),
        "strong ring": any(rings),
        "filled": filled,
    }
    return {mark for mark, there in found.items() if there}


def _improvement(x: float, y: float) -> list[str]:
    return [line(x, y - 4, x + 28, y - 4, INK, 2), head(x + 34, y - 4, 1, 0, INK, True, 8)]


def _way_back(x: float, y: float) -> list[str]:
    return [
        line(x + 4, y - 4, x + 28, y - 4, INK, 2),
        circle(x + 4, y - 4, 2.6, INK, PAPER, 1.2),
        head(x + 34, y - 4, 1, 0, INK),
    ]


def _other_move(x: float, y: float) -> list[str]:
    return [line(x, y - 4, x + 32, y - 4, INK, 0.9), head(x + 34, y - 4, 1, 0, INK, False, 6)]


def _ring(x: float, y: float) -> list[str]:
    return [box(x + 3, y - 11, 30, 14, INK, PAPER, 1, r=4), box(x, y - 14, 36, 20, INK, None, 1.2, r=7)]


def _strong_ring(x: float, y: float) -> list[str]:
    return [box(x + 3, y - 11, 30, 14, INK, PAPER, 1, r=4), box(x, y - 14, 36, 20, INK, None, 3, r=7)]


def _filled(x: float, y: float) -> list[str]:
    return [box(x + 8, y - 13, 20, 17, INK, INK, 1.4), text(x + 18, y, "Y", "middle", 11.5, True, PAPER)]


_MARKS: dict[str, tuple[Sample, str]] = {
    "improvement": (_improvement, "an improvement for whoever makes it"),
    "way back": (_way_back, "its mover can also go back"),
    "other move": (_other_move, "a move that improves nothing (without a head: both ways)"),
    "ring": (_ring, "equilibrium, with its concepts"),
    "strong ring": (_strong_ring, "under all concepts"),
    "filled": (_filled, "differs from the status quo"),
}

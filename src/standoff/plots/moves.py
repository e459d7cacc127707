"""Moves as curves in the mover's colour and dash pattern, with the act in words on the way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from standoff.plots.svg import curve, dash, group, head, number, owner, text

Point = tuple[float, float]
LABEL, LINE = 11, 13  # the size of words on moves, and between lines of them


@dataclass(frozen=True, slots=True)
class Label:
    """The words of a move: their lines, and the middle of them."""

    lines: Sequence[str]
    x: float
    y: float

    @property
    def half(self) -> float:
        """Half of how high they are, with some air."""
        return LINE * len(self.lines) / 2 + 2


def move(by: int, ends: tuple[Point, Point], label: Label, half: float, down: bool) -> str:
    """A move from one state to another: a curve to its words, whose ``half`` width is given, and one from them on."""
    start, end = ends
    if down:
        stops = ((label.x, label.y - label.half), (label.x, label.y + label.half))
    else:
        stops = ((label.x - half, label.y), (label.x + half, label.y))
    ahead = (end[0], end[1] - 6) if down else (end[0] - 6, end[1])
    shaft = f"{_bent(start, stops[0], down)}{_bent(stops[1], ahead, down)}"
    parts = [curve(shaft, owner(by), 1.6, dash(by))]
    parts.append(head(*end, 0 if down else 1, 1 if down else 0, owner(by), size=8))
    top = label.y - LINE * (len(label.lines) - 1) / 2 + 4
    for k, words in enumerate(label.lines):
        parts.append(text(label.x, top + LINE * k, words, "middle", LABEL, paint=owner(by)))
    return group(parts, attributes=" class='improvement'")


def _bent(a: Point, b: Point, down: bool) -> str:
    """A curve that leaves and arrives in the direction in which all goes."""
    pull = (b[1] - a[1]) * 0.5 if down else (b[0] - a[0]) * 0.5
    c, d = ((a[0], a[1] + pull), (b[0], b[1] - pull)) if down else ((a[0] + pull, a[1]), (b[0] - pull, b[1]))
    return f"M{_pair(a)}C{_pair(c)} {_pair(d)} {_pair(b)}"


def _pair(point: Point) -> str:
    return f"{number(point[0])} {number(point[1])}"

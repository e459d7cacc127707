"""Moves as curves in the mover's colour and dash pattern, with the act in words on the way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from standoff.plots.svg import INK, Paint, curve, dash, group, head, number, owner, text

Point = tuple[float, float]
LABEL, LINE = 11, 13  # the size of words on moves, and between lines of them


@dataclass(frozen=True, slots=True)
class Look:
    """How a move is drawn."""

    paint: Paint
    dashes: str
    thick: float = 1.6


AGREED = Look(INK, "6 4", 2.2)  # what a group does together


def look_of(by: int) -> Look:
    """How the moves of a decision maker are drawn."""
    return Look(owner(by), dash(by))


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


def move(
    look: Look,
    ends: tuple[Point, Point],
    label: Label,
    half: float,
    down: bool,
    lanes: Sequence[tuple[Point, Point]] = (),
) -> str:
    """A move from one state to another: a curve to its words, whose ``half`` width is given, and one from them on.

    That one goes straight along each of the ``lanes``.
    """
    start, end = ends
    if down:
        stops = ((label.x, label.y - label.half), (label.x, label.y + label.half))
    else:
        stops = ((label.x - half, label.y), (label.x + half, label.y))
    ahead = (end[0], end[1] - 6) if down else (end[0] - 6, end[1])
    leaves, arrives = [stops[1], *(b for _, b in lanes)], [*(a for a, _ in lanes), ahead]
    onward = [_bent(a, b, down) for a, b in zip(leaves, arrives, strict=True)]
    shaft = _bent(start, stops[0], down) + onward[0]
    for (_, b), bent in zip(lanes, onward[1:], strict=True):
        shaft += f"L{_pair(b)}{bent[bent.index('C') :]}"
    parts = [curve(shaft, look.paint, look.thick, look.dashes)]
    parts.append(head(*end, 0 if down else 1, 1 if down else 0, look.paint, size=8))
    top = label.y - LINE * (len(label.lines) - 1) / 2 + 4
    for k, words in enumerate(label.lines):
        parts.append(text(label.x, top + LINE * k, words, "middle", LABEL, bold=look is AGREED, paint=look.paint))
    return group(parts, attributes=f" class='{'deal' if look is AGREED else 'improvement'}'")


def _bent(a: Point, b: Point, down: bool) -> str:
    """A curve that leaves and arrives in the direction in which all goes."""
    pull = (b[1] - a[1]) * 0.5 if down else (b[0] - a[0]) * 0.5
    c, d = ((a[0], a[1] + pull), (b[0], b[1] - pull)) if down else ((a[0] + pull, a[1]), (b[0] - pull, b[1]))
    return f"M{_pair(a)}C{_pair(c)} {_pair(d)} {_pair(b)}"


def _pair(point: Point) -> str:
    return f"{number(point[0])} {number(point[1])}"

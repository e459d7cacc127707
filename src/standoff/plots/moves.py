"""Moves as curves: in the mover's colour and dash pattern, an improvement thick with a filled head."""

from __future__ import annotations

from collections.abc import Sequence

from standoff.plots.plan import Arc
from standoff.plots.svg import PAPER, circle, curve, dash, group, head, number, owner

Point = tuple[float, float]
Bend = tuple[Point, Point, Point, Point]  # a cubic curve: from, two points that pull at it, to
FULLEST = 0.75  # how far a curve that turns back goes of what pulls at it


def beside(start: Point, end: Point, out: float) -> list[Bend]:
    """The curve of a move within a column: out to the right, and back."""
    (x0, y0), (x1, y1) = start, end
    far = max(x0, x1) + out
    return [((x0, y0), (far, y0), (far, y1), (x1, y1))]


def along(points: Sequence[Point]) -> list[Bend]:
    """The curves of a line through points; between two curves it runs straight through a column."""
    found = []
    for k in range(0, len(points) - 1, 2):
        (ax, ay), (bx, by) = points[k], points[k + 1]
        pull = (bx - ax) * 0.45
        found.append(((ax, ay), (ax + pull, ay), (bx - pull, by), (bx, by)))
    return found


def at(bend: Bend, share: float) -> Point:
    """A point on a curve (Bernstein's form)."""
    left = 1 - share
    weights = (left**3, 3 * left**2 * share, 3 * left * share**2, share**3)
    x, y = (sum(weight * point[k] for weight, point in zip(weights, bend, strict=True)) for k in (0, 1))
    return x, y


def way(bends: Sequence[Bend], arc: Arc, thin: bool = False) -> str:
    """One arc: thick with a filled head for an improvement, thin for another move; a ring where one can go back.

    ``thin``: all are thinner, where there are many.
    """
    paint = owner(arc.by)
    size = 8 if arc.improving else 6
    thick = (2.0 if arc.improving else 0.9) * (0.6 if thin else 1)
    (x0, y0), (_, (cx, _), (xn, yn)) = bends[0][0], bends[-1][1:]
    toward = 1.0 if xn > cx else -1.0
    data = f"M{number(x0)} {number(y0)}"
    for k, (start, c, d, end) in enumerate(bends):
        x = end[0] - toward * size * 0.8 if k == len(bends) - 1 else end[0]
        data += f"L{_pair(start)}" if k else ""
        data += f"C{_pair(c)} {_pair(d)} {_pair((x, end[1]))}"
    parts = [curve(data, paint, thick, dash(arc.by))]
    if arc.improving or not arc.back:
        parts.append(head(xn, yn, toward, 0, paint, arc.improving, size))
    if arc.improving and arc.back:
        parts.append(circle(x0 + (3 if bends[0][1][0] > x0 else -3), y0, 2.6, paint, PAPER, 1.2))
    faint = "" if arc.improving else " opacity='0.6'"
    return group(parts, attributes=f" class='{'improvement' if arc.improving else 'move'}'{faint}")


def _pair(point: Point) -> str:
    return f"{number(point[0])} {number(point[1])}"

"""Decision makers round a circle (two: side by side) and arrows between them, the thicker the more they stand for."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from standoff.errors import shorten
from standoff.plots.svg import (
    INK,
    ON,
    PAPER,
    SOFT,
    box,
    circle,
    curve,
    group,
    head,
    number,
    owner,
    text,
    width,
    wrapped,
)
from standoff.wording.words import upper_first

NODE, LABEL = 20, 170
BOWS, LEAST = (0.09, 0.24), (24, 62)  # how far arrows bend, by their length and at least: solid ones, dashed ones
DASHED = "8 5"
MANY = 36  # arrows beyond which there is no room for their words
PLACES = (0.5, 0.42, 0.58, 0.34, 0.66, 0.26, 0.74)  # where along an arrow its words may stand

Point = tuple[float, float]


@dataclass(frozen=True)
class Ring:
    """Where the decision makers stand, the first at the top; what is written in each circle, and below each name."""

    names: Sequence[str]
    inside: Sequence[str]
    notes: Sequence[str]

    @property
    def radius(self) -> float:
        """Of the circle that they stand on."""
        return max(165.0, 28.0 * len(self.names))

    @property
    def width(self) -> float:
        """Room for names on both sides."""
        return 2 * (self.radius + NODE + 14 + LABEL + 20)

    @property
    def centre(self) -> Point:
        """The middle of the circle."""
        return self.width / 2, 152.0 if len(self.names) == 2 else 122 + self.radius

    @property
    def bottom(self) -> float:
        """Where everything ends."""
        if len(self.names) == 2:
            return self.centre[1] + 100
        return max(self.at(i)[1] + (82 if self.side(i) == 0 else 44) for i in range(len(self.names)))

    def angle(self, i: int) -> float:
        """In which direction from the centre the i-th stands."""
        n = len(self.names)
        return math.pi * (1 - i) if n == 2 else 2 * math.pi * i / n - math.pi / 2

    def at(self, i: int) -> Point:
        """Where the i-th stands."""
        x, y = self.centre
        return x + self.radius * math.cos(self.angle(i)), y + self.radius * math.sin(self.angle(i))

    def side(self, i: int) -> int:
        """On which side of its circle a name stands: left (-1), right (1), above or below (0)."""
        across = math.cos(self.angle(i))
        return 0 if abs(across) < 0.2 else 1 if across > 0 else -1

    def drawn(self, arrows: Sequence[Arrow]) -> Iterator[str]:
        """The arrows, with their words unless there are many, and the decision makers."""
        curves = [_Curve(one, *_bowed(self.at(one.start), self.at(one.end), one.dashed)) for one in arrows]
        yield from (one.drawn() for one in curves)
        yield from _labels(self, curves) if len(curves) <= MANY else ()
        yield from (self.node(i) for i in range(len(self.names)))

    def node(self, i: int) -> str:
        """A decision maker's circle, open where "0" is in it; beside it the name and the note."""
        (x, y), side, none = self.at(i), self.side(i), self.inside[i] == "0"
        lines = [(words, True) for words in wrapped(upper_first(shorten(self.names[i], 120)), LABEL / 1.06, 2)]
        lines.append((self.notes[i], False))
        top = y + 5 - 8.5 * (len(lines) - 1)
        if side == 0:
            top = y + NODE + 20 if math.sin(self.angle(i)) > 0 else y - NODE - 10 - 17 * (len(lines) - 1)
        anchor = {-1: "end", 0: "middle", 1: "start"}[side]
        parts = [circle(x, y, NODE, owner(i), None if none else owner(i), 2)]
        parts.append(text(x, y + 4.5, self.inside[i], "middle", bold=True, paint=INK if none else ON))
        for k, (words, bold) in enumerate(lines):
            paint = owner(i) if bold else SOFT
            parts.append(text(x + side * (NODE + 12), top + 17 * k, words, anchor, bold=bold, paint=paint))
        return group(parts, upper_first(shorten(self.names[i], 200)))


@dataclass(frozen=True, slots=True)
class Arrow:
    """From one decision maker to another; ``share`` of the greatest thickness."""

    start: int
    end: int
    words: str
    share: float
    dashed: bool


@dataclass(frozen=True, slots=True)
class _Curve:
    """An arrow as it is drawn: from its start by a control point to its tip."""

    arrow: Arrow
    start: Point
    control: Point
    tip: Point

    def point(self, t: float) -> Point:
        """The point at t from 0, the start, to 1."""
        (ax, ay), (bx, by), (cx, cy) = self.start, self.control, self.tip
        a, b, c = (1 - t) ** 2, 2 * t * (1 - t), t * t
        return a * ax + b * bx + c * cx, a * ay + b * by + c * cy

    def drawn(self) -> str:
        (ax, ay), (bx, by), (cx, cy) = self.start, self.control, self.tip
        paint, thick = owner(self.arrow.start), round(1.3 + 4.2 * self.arrow.share, 1)
        size, away = 8 + thick, math.dist(self.tip, self.control)
        ux, uy = (cx - bx) / away, (cy - by) / away
        shaft = f"{number(cx - 0.8 * size * ux)} {number(cy - 0.8 * size * uy)}"
        data = f"M{number(ax)} {number(ay)}Q{number(bx)} {number(by)} {shaft}"
        line = curve(data, paint, thick, DASHED if self.arrow.dashed else "")
        return group([line, head(cx, cy, ux, uy, paint, size=size)], attributes=" class='arrow'")


def _bowed(start: Point, end: Point, dashed: bool) -> tuple[Point, Point, Point]:
    """From the rim of one circle to that of another, by a control point to the left of the way."""
    (ax, ay), (cx, cy) = start, end
    bow = max(BOWS[dashed], LEAST[dashed] / math.dist(start, end))
    bx, by = (ax + cx) / 2 + bow * (cy - ay), (ay + cy) / 2 - bow * (cx - ax)
    long = math.hypot(bx - ax, by - ay)
    rim, tip = (NODE + 3) / long, (NODE + 4) / long
    return (ax + (bx - ax) * rim, ay + (by - ay) * rim), (bx, by), (cx + (bx - cx) * tip, cy + (by - cy) * tip)


def _labels(ring: Ring, curves: Sequence[_Curve]) -> Iterator[str]:
    """The words of each arrow, far from other arrows; none where they would lie on other words or on a circle."""
    room = 2.0 * NODE + 4
    taken = [(*ring.at(i), room, room) for i in range(len(ring.names))]
    points = [[one.point(k / 24) for k in range(25)] for one in curves]
    for k in sorted(range(len(curves)), key=lambda k: -curves[k].arrow.share):
        others = [point for n, those in enumerate(points) if n != k for point in those]
        wide, free = width(curves[k].arrow.words, 12) + 4, []
        for t in PLACES:
            x, y = curves[k].point(t)
            if all(abs(x - u) > (wide + w) / 2 or abs(y - v) > (16 + h) / 2 for u, v, w, h in taken):
                apart = (math.hypot(max(abs(x - u) - wide / 2, 0), max(abs(y - v) - 8, 0)) for u, v in others)
                away = min(apart, default=99.0)
                free.append((round(min(away, 40) - 20 * abs(t - 0.5), 3), x, y))
        if free:
            _, x, y = max(free)
            taken.append((x, y, wide, 16))
            under = box(x - wide / 2, y - 8, wide, 16, None, PAPER)
            words = text(x, y + 4, curves[k].arrow.words, "middle", 12, paint=owner(curves[k].arrow.start))
            yield group([under, words], attributes=" class='count'")

"""Where things go in a picture of layers: an order in each column with few crossings, then heights. No randomness.

The method is that of Sugiyama, Tagawa and Toda (1981): lines over several columns get a place in each of them, columns
are ordered by the mean place of their neighbours, and heights then follow neighbours without changing the order.
"""

from __future__ import annotations

import math
from bisect import bisect_right, insort
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

SWEEPS, WORK = 12, 60_000  # how often columns are gone through, and how many lines in all, if twice is done


@dataclass(frozen=True)
class Layers:
    """Things in columns and the lines between them.

    ``column`` and ``height`` of each thing, ``lines`` as (start, end); those within a column do not count. ``room``: no
    column takes more than this, if its things fit in.
    """

    column: Sequence[int]
    height: Sequence[float]
    lines: Sequence[tuple[int, int]]
    gap: float = 12.0
    lane: float = 9.0
    room: float = math.inf


@dataclass(frozen=True)
class Placed:
    """The middle of each thing (top is 0), the points that each line passes between its ends, and the total height.

    ``bends[line]`` maps a column to a height.
    """

    middle: Sequence[float]
    bends: Sequence[Mapping[int, float]]
    height: float


def place(layers: Layers) -> Placed:
    """Places for all things and lines."""
    column, height = list(layers.column), list(layers.height)
    edges: list[tuple[int, int]] = []
    through: list[dict[int, int]] = []
    for start, end in layers.lines:
        lanes: dict[int, int] = {}
        a, b = column[start], column[end]
        step = 1 if b > a else -1
        last = start
        for k in range(a + step, b, step) if a != b else ():
            column.append(k)
            height.append(layers.lane)
            lanes[k] = len(column) - 1
            edges.append((last, lanes[k]))
            last = lanes[k]
        if a != b:
            edges.append((last, end))
        through.append(lanes)
    order = _ordered(column, edges)
    middle = _heights(order, column, height, edges, layers.gap, layers.room)
    top = min((middle[v] - height[v] / 2 for v in range(len(column))), default=0.0)
    middle = [y - top for y in middle]
    bottom = max((middle[v] + height[v] / 2 for v in range(len(column))), default=0.0)
    bends = [{k: middle[v] for k, v in lanes.items()} for lanes in through]
    return Placed(middle[: len(layers.column)], bends, bottom)


Neighbours = Sequence[Sequence[int]]


def _neighbours(column: Sequence[int], edges: Sequence[tuple[int, int]]) -> tuple[Neighbours, Neighbours]:
    """Of each thing those in the column before and after it."""
    before: list[list[int]] = [[] for _ in column]
    after: list[list[int]] = [[] for _ in column]
    for u, v in edges:
        left, right = (u, v) if column[u] < column[v] else (v, u)
        before[right].append(left)
        after[left].append(right)
    return before, after


def _ordered(column: Sequence[int], edges: Sequence[tuple[int, int]]) -> list[list[int]]:
    """The things of each column from top to bottom: the order with the fewest crossings that was come by."""
    columns: list[list[int]] = [[] for _ in range(max(column, default=-1) + 1)]
    for v, k in enumerate(column):
        columns[k].append(v)
    before, after = _neighbours(column, edges)
    best, fewest = [list(one) for one in columns], _crossings(columns, after)
    place_of = [0.0] * len(column)
    for one in columns:
        _number(place_of, one)
    for sweep in range(_sweeps(edges)):
        forward = sweep % 2 == 0
        near = before if forward else after
        for one in columns if forward else reversed(columns):
            wanted = {v: _mean([place_of[u] for u in near[v]], place_of[v]) for v in one}
            one.sort(key=wanted.__getitem__)  # keeps the order of equals
            _number(place_of, one)
        crossings = _crossings(columns, after)
        if crossings < fewest:
            best, fewest = [list(one) for one in columns], crossings
    return best


def _sweeps(edges: Sequence[tuple[int, int]]) -> int:
    return max(2, min(SWEEPS, WORK // max(len(edges), 1)))


def _number(place_of: list[float], things: Sequence[int]) -> None:
    for n, v in enumerate(things):
        place_of[v] = n


def _mean(values: Sequence[float], otherwise: float) -> float:
    return sum(values) / len(values) if values else otherwise


def _crossings(columns: Sequence[Sequence[int]], after: Neighbours) -> int:
    """How often lines between neighbouring columns cross."""
    total = 0
    for left, right in pairwise(columns):
        place_of = {v: n for n, v in enumerate(right)}
        seen: list[int] = []
        for u in left:
            ends = sorted(place_of[v] for v in after[u])
            total += sum(len(seen) - bisect_right(seen, end) for end in ends)
            for end in ends:
                insort(seen, end)
    return total


def _heights(
    order: Sequence[Sequence[int]],
    column: Sequence[int],
    height: Sequence[float],
    edges: Sequence[tuple[int, int]],
    gap: float,
    within: float,
) -> list[float]:
    """The middle of each thing: near to its neighbours, in order, clear of one another, and within so much room."""
    before, after = _neighbours(column, edges)
    near = [[*a, *b] for a, b in zip(before, after, strict=True)]
    middle = [0.0] * len(column)
    for one in order:
        room = sum(height[v] for v in one) + gap * max(len(one) - 1, 0)
        y = -room / 2
        for v in one:
            middle[v] = y + height[v] / 2
            y += height[v] + gap
    for turn in range(_sweeps(edges)):
        for one in order if turn % 2 == 0 else reversed(order):
            wanted = [_mean([middle[u] for u in near[v]], middle[v]) for v in one]
            for v, y in zip(one, _apart(wanted, [height[v] for v in one], gap, within), strict=True):
                middle[v] = y
    return middle


def _apart(wanted: Sequence[float], heights: Sequence[float], gap: float, room: float = math.inf) -> list[float]:
    """Places in order, clear of one another, as near as can be to those wanted (least squares, by pooling).

    Within half the ``room`` on both sides of 0, if they fit in.
    """
    offsets, total = [], 0.0
    for k, h in enumerate(heights):
        total += h / 2 + (heights[k - 1] / 2 + gap if k else 0.0)
        offsets.append(total)
    total += heights[-1] / 2 if heights else 0.0
    low = -max(room, total) / 2
    found = ascending([y - offset for y, offset in zip(wanted, offsets, strict=True)])
    levels = [min(max(level, low), -low - total) for level in found]
    return [level + offset for level, offset in zip(levels, offsets, strict=True)]


def ascending(values: Sequence[float]) -> list[float]:
    """The values in ascending order that are nearest to these: by least squares, pooling those that violate it."""
    pools: list[tuple[float, int]] = []
    for one in values:
        value, size = one, 1
        while pools and pools[-1][0] > value:
            other, count = pools.pop()
            value, size = (other * count + value * size) / (count + size), count + size
        pools.append((value, size))
    return [value for value, size in pools for _ in range(size)]

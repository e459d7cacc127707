"""What each decision maker likes better than what: a ladder of states for each of them, the best at the top.

Up to ``FEW`` states all stand on their rungs, those equally good side by side. Beyond, a few are labelled on a scale.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from standoff._engine import Values
from standoff.analysis.stability import Analysis
from standoff.errors import shorten
from standoff.graph import Graph
from standoff.plots.layers import ascending
from standoff.plots.pills import GAP, Pills, pills
from standoff.plots.svg import (
    DASHES,
    FAINT,
    INK,
    RULE,
    SOFT,
    circle,
    curve,
    dash,
    fitted,
    group,
    line,
    mark,
    number,
    owner,
    picture,
    text,
    wrapped,
)
from standoff.wording.words import joined, upper_first, who

FEW, LABELLED, CLASSES = 24, 8, 60
LEFT, TOP, SLOT, TALL, NARROWEST = 64, 132, 30, 440, 680


def ladder(analysis: Analysis, notable: Sequence[int] | None = None) -> str:
    """The states from best to worst for each decision maker, with the equilibria and the status quo marked.

    ``notable`` are told in words, and among many states only they are labelled. Default: of few states all; of many
    the status quo and the equilibria that hold under most concepts.
    """
    sheet = _sheet(analysis, notable)
    columns = _rungs(sheet) if sheet.few else _scales(sheet)
    legend, bottom = _legend(sheet, sheet.bottom + 46)
    title = fitted(f"Preferences, best at the top: {analysis.graph.conflict.title}", sheet.width - 40, 16, bold=True)
    return picture("ladder", sheet.width, bottom, title, _described(sheet), [*_heads(sheet), *columns, *legend])


def height(ranks: Values) -> npt.NDArray[np.float64]:
    """For each state the share of the others that are ranked below it (a tied one counts half); shape (m,)."""
    _, place, counts = np.unique(ranks, return_inverse=True, return_counts=True)
    below = np.cumsum(counts) - counts + (counts - 1) / 2
    return np.asarray(below[place] / max(len(place) - 1, 1))


@dataclass(frozen=True)
class _Sheet:
    """What all parts of the picture share; ``pitch`` is the room of a column."""

    graph: Graph
    pills: Pills
    few: bool
    pitch: float

    @property
    def width(self) -> float:
        return max(NARROWEST, LEFT + self.pitch * len(self.graph.dms) + 20)

    @property
    def bottom(self) -> float:
        return TOP + (SLOT * len(self.graph.states) if self.few else max(TALL, 24 * len(self.pills.told)))

    def left(self, i: int) -> float:
        return LEFT + self.pitch * i

    def y(self, height: float) -> float:
        """Where on the scale a share of states is ranked below."""
        return self.bottom - (self.bottom - TOP) * height


def _sheet(analysis: Analysis, notable: Sequence[int] | None) -> _Sheet:
    graph = analysis.graph
    few = len(graph.states) <= FEW
    told = list(dict.fromkeys(notable)) if notable is not None else range(len(graph.states)) if few else None
    found = pills(analysis, [], told or [])
    if told is None:
        quo = graph.meaning.status_quo
        order = sorted(found.under, key=lambda s: (s != quo, -len(found.under[s]), s))
        told = [*([] if quo is None or quo in found.under else [quo]), *order][: LABELLED + 1]
    found = pills(analysis, range(len(graph.states)) if few else told, told)
    even = 860 / len(graph.dms)
    pitch = max(min(even, 200), found.room + 58, 104) if few else max(min(even, 220), found.room + 112)
    return _Sheet(graph, found, few, pitch)


def _heads(sheet: _Sheet) -> Iterator[str]:
    """Above each column whose it is, with the name that the words below use."""
    room = sheet.pitch - 14
    for i, dm in enumerate(sheet.graph.conflict.decision_makers):
        lines = [(words, True) for words in wrapped(upper_first(shorten(dm.label, 120)), room / 1.06, 2)]
        if dm.name != dm.label:
            lines.append((fitted(f"({shorten(dm.name, 100)})", room), False))
        at = TOP - 24 - 17 * len(lines)
        told = [
            text(sheet.left(i), at + 17 * k, words, bold=bold, paint=owner(i) if bold else SOFT)
            for k, (words, bold) in enumerate(lines)
        ]
        under = line(sheet.left(i), TOP - 30, sheet.left(i) + room, TOP - 30, owner(i), 2.5, dash(i))
        yield group([*told, under], upper_first(shorten(dm.label, 200)))
    yield text(LEFT - 14, TOP + 10 if sheet.few else TOP - 14, "best", "end", paint=SOFT)
    yield text(LEFT - 14, sheet.bottom - 2 if sheet.few else sheet.bottom + 22, "worst", "end", paint=SOFT)


# Few states: every one on its rung


def _rungs(sheet: _Sheet) -> Iterator[str]:
    """For each decision maker its rungs; states on one rung are equally good."""
    room = sheet.pitch - 14
    for i in sheet.graph.dms:
        x, heights = sheet.left(i), height(sheet.graph.order(i))
        for side in (x, x + room):
            yield line(side, TOP, side, sheet.bottom, owner(i), 2, dash(i))
        for value in sorted(set(heights.tolist()), reverse=True):
            rows = _rows(sheet.pills, [int(s) for s in np.flatnonzero(heights == value)], room - 20)
            middle = TOP + SLOT * ((len(heights) - 1) * (1 - value) + 0.5)
            yield from _rung(sheet.pills, rows, x, middle, room)


def _rung(pills: Pills, rows: Sequence[Sequence[int]], x: float, middle: float, room: float) -> Iterator[str]:
    """One rung: states that are equally good, in a frame where they take several lines."""
    half = SLOT * (len(rows) - 1) / 2
    for side in (x + 4, x + room - 4) if half else ():
        yield line(side, middle - half, side, middle + half, FAINT, 1.5)
    for k, row in enumerate(rows):
        y = middle - half + SLOT * k
        yield line(x, y, x + room, y, RULE, 1.5)
        at = x + (room + GAP - sum(pills.wide(s) + GAP for s in row)) / 2
        for s in row:
            around = pills.ring(s, at - 3.5, y, pills.wide(s) + 7, 12.5)
            yield pills.state(s, [pills.pill(s, at, y), around])
            at += pills.wide(s) + GAP


def _rows(pills: Pills, states: Sequence[int], room: float) -> list[list[int]]:
    """States in as many lines as they need."""
    rows: list[list[int]] = [[]]
    for s in states:
        if rows[-1] and sum(pills.wide(t) + GAP for t in rows[-1]) + pills.wide(s) > room:
            rows.append([])
        rows[-1].append(s)
    return rows


# Many states: a few of them labelled on a scale


def _scales(sheet: _Sheet) -> Iterator[str]:
    """For each decision maker a scale with the notable states, and lines that join the same state."""
    graph, told = sheet.graph, sheet.pills.told
    for quarter in range(5):
        y = sheet.y(quarter / 4)
        yield line(LEFT - 6, y, sheet.left(len(graph.dms)) - 14, y, RULE)
        yield text(LEFT - 14, y + 4, f"{quarter * 25}%", "end", 11, paint=SOFT)
    ends: dict[int, tuple[float, float]] = {}
    widest = max((sheet.pills.wide(s) for s in told), default=0)
    for i in graph.dms:
        x, heights = sheet.left(i) + 6, height(graph.order(i))
        true = {s: sheet.y(float(heights[s])) for s in told}
        order = sorted(told, key=lambda s: true[s])
        places = dict(zip(order, spread([true[s] for s in order], 23, TOP, sheet.bottom), strict=True))
        for k, s in enumerate(told):
            if s in ends:
                now, (begin, y) = s == graph.meaning.status_quo, ends[s]
                beside = x - sheet.pitch + 49 + widest  # clear of all names
                data = "L".join(f"{number(u)} {number(v)}" for u, v in ((begin, y), (beside, y), (x - 5, true[s])))
                thick = 2.2 if now else 1.3
                yield curve(f"M{data}", INK if now else SOFT, thick, DASHES[k % len(DASHES)])
        yield line(x, TOP, x, sheet.bottom, owner(i), 3, dash(i))
        classes = sorted(set(heights.tolist()))
        for value in classes if len(classes) <= CLASSES else ():
            yield line(x - 5, sheet.y(value), x + 5, sheet.y(value), owner(i), 1)
        for k, s in enumerate(told):
            yield line(x, true[s], x + 20, places[s], INK, 0.8)
            yield circle(x, true[s], 3, INK, INK)
            parts = [sheet.pills.ring(s, x + 20.5, places[s], 19, 9.5), mark(k, x + 30, places[s], 4.6, INK)]
            yield sheet.pills.state(s, [*parts, sheet.pills.pill(s, x + 44, places[s])])
            ends[s] = (x + 47 + sheet.pills.wide(s), places[s])


def spread(wanted: Sequence[float], gap: float, low: float, high: float) -> list[float]:
    """Places at least ``gap`` apart, in order, as near as can be to those wanted (ascending), within low and high."""
    starts = ascending([value - k * gap for k, value in enumerate(wanted)])
    most = high - gap * (len(wanted) - 1)
    return [max(low, min(start, most)) + k * gap for k, start in enumerate(starts)]


# In words


def _legend(sheet: _Sheet, y: float) -> tuple[list[str], float]:
    """What marks mean and what the notable states are in words, below y; and where that ends."""
    parts = list(sheet.pills.keys(y, 31 if sheet.few else 19))
    y += 26 * sum("<text" in part for part in parts)
    if not sheet.few:
        parts.append(line(36, y - 9, 36, y + 9, SOFT, 3))
        parts.append(text(64, y + 4.5, "height: the share of the other states that are ranked below (ties: half)"))
        y += 26
    elif any(len(np.unique(sheet.graph.order(i))) < len(sheet.graph.states) for i in sheet.graph.dms):
        parts += [line(24, y, 48, y, RULE, 1.5), text(64, y + 4.5, "on one rung, or framed together: equally good")]
        y += 26
    table, y = sheet.pills.table(y + 10, sheet.width - 20, marks=not sheet.few)
    left = len(set(sheet.pills.under) - set(sheet.pills.told))
    if left and not sheet.few:
        table.append(text(20, y, f"… and {left:,} more that are equilibria under some concept", paint=SOFT))
        y += 24
    return [*parts, *table], y


def _described(sheet: _Sheet) -> str:
    """The ladders in words."""
    graph, pills, quo = sheet.graph, sheet.pills, sheet.graph.meaning.status_quo
    parts = [] if quo is None else [f"The status quo is {pills.name(quo)}."]
    told = [f"{pills.name(s)} ({pills.holds(s)})" for s in pills.told if s in pills.under]
    more = len(pills.under) - len(told)
    if told:
        parts.append(shorten(f"Equilibria: {joined(told)}", 400) + (f", and {more:,} more." if more else "."))
    elif not more:
        parts.append("No state is an equilibrium.")
    room = (1400 - sum(map(len, parts))) // len(graph.dms)
    for i in graph.dms:
        heights = height(graph.order(i))
        order = sorted(pills.drawn, key=lambda s: (-heights[s], s))
        if sheet.few:
            rungs = [", ".join(pills.name(s) for s in order if heights[s] == v) for v in dict.fromkeys(heights[order])]
            ranked = f"best first: {'; '.join(rungs)}"
        else:
            ranked = "share ranked below: " + "; ".join(f"{pills.name(s)} {heights[s]:.0%}" for s in order)
        parts.append(shorten(f"{upper_first(shorten(who(graph, i), 60))}, {ranked}", room) + ".")
    return " ".join(parts)

"""What each decision maker likes better than what: the states that matter in its order, in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from standoff._engine import Values
from standoff.analysis.stability import Analysis, standings, weakest
from standoff.concepts import Standing
from standoff.errors import shorten
from standoff.graph import Graph
from standoff.plots.finding import entitled
from standoff.plots.matter import short_names, states_that_matter
from standoff.plots.standing import meanings, sign
from standoff.plots.svg import (
    INK,
    PAPER,
    RULE,
    SOFT,
    box,
    dash,
    fitted,
    group,
    line,
    owner,
    picture,
    text,
    width,
    wrapped,
)
from standoff.wording.words import brief_state, count, joined, spoken_name, upper_first, who

WIDTH, MARGIN, TOP, GAP = 720.0, 20.0, 62.0, 16.0
PITCH, SIZE = 13.5, 11.0  # between lines, and of letters
TALLEST = 915.0  # so that letters have 7 points in print
SIZES = (
    (8, 4),
    (8, 3),
    (6, 4),
    (6, 3),
    (5, 3),
    (5, 2),
    (4, 2),
    (3, 2),
)  # states and lines of each


def ladder(analysis: Analysis, notable: Sequence[int] | None = None) -> str:
    """The states that matter from best to worst for each decision maker, in words, and how firmly each stands.

    ``notable``: these states; default: of few states all; of many the status quo and the firmest others.
    """
    standing = weakest(standings(analysis))
    graph = analysis.graph
    for most, lines in SIZES:
        told = states_that_matter(graph, standing, most) if notable is None else list(dict.fromkeys(notable))
        sheet = _Sheet(graph, told, {s: Standing(int(standing[s])) for s in told}, lines)
        parts, y = _drawn(sheet)
        if y <= TALLEST:
            break
    heading = _heading(sheet, WIDTH - 2 * MARGIN)
    return picture("ladder", WIDTH, y, heading, _described(sheet), parts)


def _drawn(sheet: _Sheet) -> tuple[list[str], float]:
    """All ladders in rows, and what stands below; and where that ends."""
    parts, y = list[str](), TOP
    for begin in range(0, len(sheet.graph.dms), sheet.columns):
        row = range(begin, min(begin + sheet.columns, len(sheet.graph.dms)))
        drawn, ends = zip(*(_ladder(sheet, i, sheet.left(i - begin), y) for i in row), strict=True)
        parts += [part for one in drawn for part in one]
        y = max(ends) + 20
    below, y = _below(sheet, y)
    return [*parts, *below], y


def height(ranks: Values) -> npt.NDArray[np.float64]:
    """For each state the share of the others that are ranked below it (a tied one counts half); shape (m,)."""
    _, place, counts = np.unique(ranks, return_inverse=True, return_counts=True)
    below = np.cumsum(counts) - counts + (counts - 1) / 2
    return np.asarray(below[place] / max(len(place) - 1, 1))


@dataclass(frozen=True)
class _Sheet:
    """What all ladders share: the states that are told and how firmly each stands."""

    graph: Graph
    told: Sequence[int]
    standing: Mapping[int, Standing]
    lines: int

    @cached_property
    def numbers(self) -> Mapping[int, str]:
        """The number of each state, in brackets."""
        return {s: f"({fitted(str(self.graph.states.names[s]), 60, SIZE)})" for s in self.told}

    @cached_property
    def names(self) -> Mapping[int, Sequence[str]]:
        """What each state is, in lines."""
        number = max((width(one, SIZE) for one in self.numbers.values()), default=0)
        room = (self.wide - 30 - number) / 1.06  # the status quo is in bold
        return short_names(self.graph, self.told, room, self.lines, SIZE)

    @property
    def columns(self) -> int:
        """Ladders side by side."""
        n = len(self.graph.dms)
        return -(-n // -(-n // 3))

    @property
    def wide(self) -> float:
        """The width of a ladder."""
        return min((WIDTH - 2 * MARGIN - GAP * (self.columns - 1)) / self.columns, 332)

    def left(self, column: int) -> float:
        """Where a column begins."""
        return MARGIN + column * (self.wide + GAP)

    def rungs(self, i: int) -> list[list[int]]:
        """The states in the order of i, best first; those that it likes equally together."""
        order = self.graph.order(i)
        rungs: dict[int, list[int]] = {}
        for s in sorted(self.told, key=lambda s: (-int(order[s]), s)):
            rungs.setdefault(int(order[s]), []).append(s)
        return list(rungs.values())


def _ladder(sheet: _Sheet, i: int, x: float, y: float) -> tuple[list[str], float]:
    """The name of a decision maker, and below it the states in its order, equally good ones in one frame."""
    dm, wide = sheet.graph.conflict.decision_makers[i], sheet.wide
    title = upper_first(shorten(dm.label, 120))
    name = title if dm.name.casefold() == dm.label.casefold() else f"{title} ({shorten(spoken_name(dm), 60)})"
    lines = [fitted(one, wide, bold=True) for one in wrapped(name, wide / 1.06, 2)]
    parts = [text(x, y + 16 * k, one, bold=True, paint=owner(i)) for k, one in enumerate(lines)]
    y += 16 * len(lines) - 8
    parts.append(line(x, y, x + wide, y, owner(i), 2.5, dash(i)))
    y += 8
    for rung in sheet.rungs(i):
        high = sum(PITCH * len(sheet.names[s]) + 7 for s in rung) + 2
        inside = list(_rung(sheet, rung, x, y))
        parts.append(group([box(x, y, wide, high, RULE, PAPER, 1.2, r=4), *inside], attributes=" class='rung'"))
        y += high + 4
    return parts, y


def _rung(sheet: _Sheet, rung: Sequence[int], x: float, y: float) -> Iterator[str]:
    for s in rung:
        now, lines = s == sheet.graph.meaning.status_quo, sheet.names[s]
        parts = [sign(sheet.standing[s], x + 11, y + 10)]
        if now:
            parts.append(line(x + 1.5, y + 3, x + 1.5, y + PITCH * len(lines) + 5, INK, 3))
        for k, words in enumerate(lines):
            parts.append(text(x + 21, y + 14 + PITCH * k, words, size=SIZE, bold=now))
        parts.append(text(x + sheet.wide - 6, y + 14, sheet.numbers[s], "end", SIZE, paint=SOFT))
        hint = f"{sheet.graph.states.names[s]}: {brief_state(sheet.graph, s)}; {sheet.standing[s].words}"
        yield group(parts, shorten(hint, 400), attributes=" class='state'")
        y += PITCH * len(lines) + 7


def _below(sheet: _Sheet, y: float) -> tuple[list[str], float]:
    """What is left out and what the marks mean, and where that ends."""
    told = ["Best at the top."]
    if any(len(rung) > 1 for i in sheet.graph.dms for rung in sheet.rungs(i)):
        told.append("In one frame: equally good.")
    if left := len(sheet.graph.states) - len(sheet.told):
        told.append(f"Not drawn: {count(left, 'other state')}, which may stand anywhere between these.")
    parts = [text(MARGIN, y, fitted(" ".join(told), WIDTH - 2 * MARGIN, 11.5), size=11.5, paint=SOFT)]
    signs, y = meanings(list(sheet.standing.values()), MARGIN, y + 20, WIDTH - 2 * MARGIN)
    cut = [s for s in sheet.told if sheet.names[s][-1].endswith("…")]
    room = WIDTH - 2 * MARGIN
    if cut:
        parts.append(text(MARGIN, y + 8, "What is cut above", size=11.5, bold=True))
        y += 25
    for s in cut:
        words = f"{sheet.numbers[s]} {upper_first(shorten(brief_state(sheet.graph, s), 600))}"
        for k, one in enumerate(wrapped(words, room, 2, SIZE)):
            parts.append(text(MARGIN, y + PITCH * k, one, size=SIZE))
        y += PITCH * (k + 1) + 4
    return [*parts, *signs], y


def _heading(sheet: _Sheet, room: float) -> str:
    """Who ranks the present situation highest and who lowest; without one, whether one state is best for everybody."""
    graph, quo = sheet.graph, sheet.graph.meaning.status_quo
    if quo is None:
        best = np.logical_and.reduce([graph.order(i) == graph.order(i).max() for i in graph.dms])
        one = "One state is best for everybody" if best.sum() == 1 else "Some states are best for everybody"
        return entitled(graph, one if best.any() else "No state is best for everybody", room)
    places = [float(height(graph.order(i))[quo]) for i in graph.dms]
    if max(places) - min(places) < 0.005:
        return entitled(graph, "All rank the present situation about alike", room)
    high, low = ([i for i in graph.dms if places[i] == place] for place in (max(places), min(places)))
    words = f"rank{'s' * (len(high) == 1)} the present situation highest, {{}} lowest"
    names = joined(shorten(who(graph, i), 60) for i in high)
    return entitled(graph, f"{names} {words}", room, low)


def _described(sheet: _Sheet) -> str:
    """The ladders in words."""
    graph, quo = sheet.graph, sheet.graph.meaning.status_quo
    names = {s: shorten(str(graph.states.names[s]), 30) for s in sheet.told}
    parts = [f"The status quo is {names[quo]}."] if quo in names else []
    parts.append(shorten(", ".join(f"{names[s]} {sheet.standing[s].words}" for s in sheet.told), 400) + ".")
    room = (1400 - sum(map(len, parts))) // len(graph.dms)
    for i in graph.dms:
        ranked = "; ".join(", ".join(names[s] for s in rung) for rung in sheet.rungs(i))
        parts.append(shorten(f"{upper_first(shorten(who(graph, i), 60))}, best first: {ranked}", room) + ".")
    return " ".join(parts)

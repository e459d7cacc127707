"""The conflict as a picture: states as rows of chips, in columns by steps from the status quo, and moves among them.

Each decision maker has a colour and a dash pattern; a chip tells the levels of its options, filled where they differ
from the status quo. Equilibria are ringed. What is not drawn one by one is counted (``plan``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate, product

from standoff.analysis.stability import Analysis
from standoff.conflict.states import vector_part
from standoff.graph import Graph
from standoff.plots.counted import block_words, counted
from standoff.plots.layers import Layers, Placed, place
from standoff.plots.legend import legend, used
from standoff.plots.moves import FULLEST, Bend, Point, along, at, beside, way
from standoff.plots.plan import Arc, Plan, Spot, holds_under, plan
from standoff.plots.svg import (
    BLOCK,
    FAINT,
    INK,
    ON,
    PAPER,
    RULE,
    SOFT,
    box,
    curve,
    dash,
    fitted,
    group,
    line,
    number,
    owner,
    picture,
    text,
    width,
    wrapped,
)
from standoff.wording.words import joined, plain_state_words, state_words, who

CHIP, PITCH, GAP, MARGIN, TOP = 19, 52, 96, 24, 78
LABELLED = 45  # improvements up to which each arc bears its mover's name
MANY = 200  # arcs from which they are thinner
WIDEST, AMONG_CHIPS = 150.0, 96.0  # room of a state's words where it has no chips: in all pictures, beside chips
BULGE, FULL = 60.0, 240.0  # how far moves within a column go out: where they are few, and at most

Links = Callable[[int], str]
Room = tuple[float, float, float, float]  # what is taken: left, top, right, bottom


def conflict_graph(analysis: Analysis, link: Links | None = None) -> str:
    """The picture of a conflict; ``link`` gives the address that a state leads to, where pictures may have links."""
    return _Drawing(analysis, plan(analysis), link).svg()


@dataclass(frozen=True)
class _Drawing:
    analysis: Analysis
    plan: Plan
    link: Links | None

    @property
    def graph(self) -> Graph:
        return self.analysis.graph

    @cached_property
    def under(self) -> Mapping[int, Sequence[str]]:
        return holds_under(self.analysis)

    @cached_property
    def placed(self) -> Placed:
        spots, arcs = self.plan.spots, self.plan.arcs
        lines = [(arc.start, arc.end) for arc in arcs]
        return place(Layers([spot.column for spot in spots], [PITCH - 12.0] * len(spots), lines))

    # Where things are

    @cached_property
    def widths(self) -> list[float]:
        """The width of each decision maker's chip, 0 where it has no options."""
        at = iter(self.graph.states.combinations.radices)
        shown = [[next(at) for _ in dm.options] for dm in self.graph.conflict.decision_makers]
        return [
            max(8.3 * sum(len(vector_part(r - 1, r)) for r in radices) + 9, 17) if radices else 0 for radices in shown
        ]

    @cached_property
    def drawn(self) -> list[int]:
        """The states that are drawn."""
        return [spot.state for spot in self.plan.spots if spot.state is not None]

    @cached_property
    def name_room(self) -> float:
        names = [str(self.graph.states.names[s]) for s in self.drawn]
        return min(max((width(name, 12, bold=True) for name in names), default=20), 110) + 12

    @cached_property
    def room(self) -> float:
        """The width of a state: of its name and its chips or words, and of the concepts under it."""
        chips = sum(w + 2 for w in self.widths if w)
        alone = [self.graph.states.levels(s) is None for s in self.drawn]
        words = WIDEST if alone and all(alone) else max(chips, AMONG_CHIPS) if any(alone) else chips
        under = max((width(self._concepts(s)[0], 10, bold=True) for s in self.drawn), default=0)
        return max(self.name_room + words + 10, under - 6)

    def _concepts(self, s: int) -> tuple[str, bool]:
        """Under what a state is an equilibrium, and whether that is all concepts."""
        concepts = self.under.get(s, ())
        every = len(concepts) == len(self.analysis.stable) > 1
        return "all concepts" if every else " ".join(concepts), every

    @cached_property
    def bulges(self) -> list[float]:
        """How far the moves within each column go out at most: further where they are many."""
        lengths: list[list[float]] = [[] for _ in range(self.plan.columns)]
        for arc in self.plan.arcs:
            if self._within(arc):
                lengths[self.plan.spots[arc.start].column].append(self._length(arc))
        most = [min(BULGE + 1.2 * max(len(found) - 6, 0), FULL) for found in lengths]
        return [min(_bulge(max(found)), m) if found else 0.0 for found, m in zip(lengths, most, strict=True)]

    def _length(self, arc: Arc) -> float:
        return abs(self.placed.middle[arc.start] - self.placed.middle[arc.end])

    @cached_property
    def lefts(self) -> list[float]:
        """Where each column begins."""
        steps = (self.room + GAP + max(bulge - BULGE, 0.0) for bulge in self.bulges[:-1])
        return list(accumulate(steps, initial=float(MARGIN)))

    @cached_property
    def across(self) -> float:
        """The width of the whole."""
        out = FULLEST * self.bulges[-1]
        beyond = out + GAP / 2 if out and self._labelled else out + 12
        return max(self.lefts[-1] + self.room + max(beyond, MARGIN + 20), 640.0)

    @property
    def _labelled(self) -> bool:
        return sum(arc.improving for arc in self.plan.arcs) <= LABELLED

    def x(self, column: int) -> float:
        """Where a column begins."""
        return self.lefts[column]

    def y(self, spot: int) -> float:
        """The middle of a spot."""
        return TOP + 24 + self.placed.middle[spot]

    # The whole

    def svg(self) -> str:
        bottom = TOP + 44 + self.placed.height
        blocks = list(counted(self.graph, self.plan.blocks, MARGIN, bottom, self.across - 2 * MARGIN))
        rings = [self._concepts(s)[1] for s in self.drawn if s in self.under]
        marks = used(self.plan.arcs, rings, self._filled())
        below = bottom + (84 if blocks else 14)
        explained, height = legend(self.graph, marks, MARGIN, below, self.across - 2 * MARGIN)
        parts = [
            text(20, 48, fitted(self._subtitle(), self.across - 40, 12), size=12, paint=SOFT),
            *self._heads(bottom),
            *self._arcs(),
            *self._states(),
            *blocks,
            *explained,
        ]
        return picture("conflict", self.across, height, "How the conflict can move", self._describes(), parts)

    def _subtitle(self) -> str:
        total, drawn = len(self.graph.states), len(self.drawn)
        if self.plan.mode == "every":
            order = (
                "columns: steps from the status quo"
                if self.plan.start is not None
                else ("no status quo is given; columns: improvements left until nobody improves, fewest on the right")
            )
            return f"All {total:,} states and all moves; {order}"
        if self.plan.start is None:
            return f"{drawn:,} of {total:,} states: where improvements end (no status quo is given)"
        what = "What improvements reach from the status quo"
        if self.plan.goals is not None:
            led, reached = self.plan.goals
            most = f"{led:,} of {reached:,} equilibria" if led < reached else "all equilibria"
            what = f"Shortest ways by improvements to {most} that these reach"
            what = what if reached else "Improvements reach no equilibrium"
        return f"{what}; {drawn:,} of {total:,} states; columns: improvements needed"

    def _heads(self, bottom: float) -> Iterator[str]:
        for k in range(self.plan.columns):
            if self.plan.start is None:
                continue
            what = "status quo" if k == 0 else f"{k} step{'s' * (k > 1)}"
            if k == self.plan.columns - 1:
                what = "not reached" if self.plan.unreached else f"{what} or more" if self.plan.beyond else what
            x = self.x(k) + self.room / 2
            yield line(x, TOP, x, bottom - 6, RULE, 1, "1 5")
            yield text(x, TOP - 8, what, "middle", 11, paint=SOFT)

    # States

    def _states(self) -> Iterator[str]:
        for k, spot in enumerate(self.plan.spots):
            x, y = self.x(spot.column), self.y(k)
            if spot.state is None:
                yield box(x, y - 13, self.room, 26, FAINT, BLOCK, r=4)
                words = f"{spot.count:,} more state{'s' * (spot.count > 1)}"
                yield text(x + self.room / 2, y + 4, words, "middle", 11.5, paint=SOFT)
                continue
            link = self.link(spot.state) if self.link else ""
            mark = f" class='state' data-state='{spot.state}'"
            yield group(self._state(spot.state, x, y), self._words(spot.state), link, mark)

    def _state(self, s: int, x: float, y: float) -> Iterator[str]:
        words, every = self._concepts(s)
        yield box(x, y - 13, self.room, 26, INK if words else RULE, PAPER, 1, r=5)
        if words:
            yield box(x - 4, y - 17, self.room + 8, 34, INK, None, 3 if every else 1.2, r=8)
            yield text(x + self.room / 2, y + 29, words, "middle", 10, bold=every, halo=True)
        if s == self.plan.start:
            corner, top, below = number(x - 13), number(y - 6), number(y + 6)
            yield curve(f"M{corner} {top}L{number(x - 6)} {number(y)}L{corner} {below}Z", INK, 2)
            yield text(x + self.room / 2, y - 21, "status quo", "middle", 10.5, bold=True, halo=True)
        name = fitted(str(self.graph.states.names[s]), self.name_room - 8, 12, bold=True)
        yield text(x + 6, y + 4.5, name, size=12, bold=True)
        yield from self._chips(s, x + self.room, y)

    @cached_property
    def reference(self) -> Sequence[int] | None:
        """The levels at the status quo; None where there is none, or none that is one combination."""
        return self.graph.states.levels(self.plan.start) if self.plan.start is not None else None

    def _filled(self) -> bool:
        """Whether some chip is filled."""
        known = [self.graph.states.levels(s) for s in self.drawn]
        return self.reference is not None and any(levels not in (None, self.reference) for levels in known)

    def _chips(self, s: int, right: float, y: float) -> Iterator[str]:
        """The levels of each decision maker's options; where the state is more or other than that, its words."""
        states, levels = self.graph.states, self.graph.states.levels(s)
        if levels is None:
            room = self.room - self.name_room - 10
            lines = wrapped(plain_state_words(self.graph, s), room, 2, 9.5)
            for k, words in enumerate(lines):
                yield text(right - room - 6, y + 3.5 + 11 * (k - (len(lines) - 1) / 2), words, size=9.5, paint=SOFT)
            return
        x = right - sum(w + 2 for w in self.widths if w) - 6
        at = 0
        for i, dm in enumerate(self.graph.conflict.decision_makers):
            if not dm.options:
                continue
            own = range(at, at + len(dm.options))
            at += len(dm.options)
            words = "".join(vector_part(levels[k], states.combinations.radices[k]) for k in own)
            differs = self.reference is not None and any(levels[k] != self.reference[k] for k in own)
            paint = owner(i)
            yield box(x, y - CHIP / 2, self.widths[i], CHIP, paint, paint if differs else PAPER, 1.4, dash(i), 3)
            yield text(x + self.widths[i] / 2, y + 4, words, "middle", 11.5, True, ON if differs else paint)
            x += self.widths[i] + 2

    def _words(self, s: int) -> str:
        """A state for whoever points at it."""
        under = self.under.get(s)
        told = "; ".join(f"{name}: {', '.join(what)}" if name else what[0] for name, what in state_words(self.graph, s))
        holds = f" Equilibrium under {joined(under)}." if under else ""
        return f"State {self.graph.states.names[s]}. {told}.{holds}"

    # Moves

    def _arcs(self) -> Iterator[str]:
        ports = self._ports()
        arcs = self.plan.arcs
        ways = [self._bends(n, arc, ports) for n, arc in enumerate(arcs)]
        for n in sorted(range(len(arcs)), key=lambda n: arcs[n].improving):
            yield way(ways[n], arcs[n], thin=len(arcs) > MANY)
        if self._labelled:
            yield from self._labels(ways)

    def _labels(self, ways: Sequence[Sequence[Bend]]) -> Iterator[str]:
        """The mover's name on each improvement, where there is room beside states and other names."""
        names = [fitted(dm.name, GAP - 22, 10) for dm in self.graph.conflict.decision_makers]
        taken = [self._taken(k) for k in range(len(self.plan.spots))]
        for bends, arc in zip(ways, self.plan.arcs, strict=True):
            if not arc.improving:
                continue
            half = width(names[arc.by], 10) / 2 + 2
            for bend, share in product((bends[0], bends[-1]), (0.5, 0.4, 0.6, 0.3, 0.7, 0.22, 0.78)):
                x, y = at(bend, share)
                room = (x - half, y - 6, x + half, y + 6)
                if room[2] < self.across - 4 and not any(_meet(room, other) for other in taken):
                    taken.append(room)
                    yield text(x, y + 3.5, names[arc.by], "middle", 10, paint=owner(arc.by), halo=True)
                    break

    def _taken(self, spot: int) -> Room:
        """What a spot covers, its ring and the words over and under it included."""
        x, y, s = self.x(self.plan.spots[spot].column), self.y(spot), self.plan.spots[spot].state
        over, under = (30 if s == self.plan.start else 17), (32 if s in self.under else 15)
        return (x - 6, y - over, x + self.room + 6, y + under)

    def _within(self, arc: Arc) -> bool:
        """Whether a move stays within its column."""
        return self.plan.spots[arc.start].column == self.plan.spots[arc.end].column

    def _sides(self, arc: Arc) -> tuple[str, str]:
        """On which side of its two ends an arc is."""
        a, b = self.plan.spots[arc.start].column, self.plan.spots[arc.end].column
        return ("right", "right") if a == b else ("right", "left") if a < b else ("left", "right")

    def _ports(self) -> dict[tuple[int, bool], float]:
        """How far from the middle of a spot each arc begins and ends: in the order of where it goes."""
        at: dict[tuple[int, str], list[tuple[float, int, bool]]] = {}
        for n, arc in enumerate(self.plan.arcs):
            bends = self.placed.bends[n]
            ends = (arc.start, arc.end)
            for first, spot, side in zip((True, False), ends, self._sides(arc), strict=True):
                column = self.plan.spots[spot].column + (1 if side == "right" else -1)
                other = self.placed.middle[ends[1] if first else ends[0]]
                at.setdefault((spot, side), []).append((bends.get(column, other), n, first))
        ports = {}
        for found in at.values():
            step = min(8.0, 24 / len(found))
            for k, (_, n, first) in enumerate(sorted(found)):
                ports[n, first] = (k - (len(found) - 1) / 2) * step
        return ports

    def _bends(self, n: int, arc: Arc, ports: Mapping[tuple[int, bool], float]) -> list[Bend]:
        """Where an arc goes: from the edge of a state, through the columns between, to the edge of another."""
        start, end = self.plan.spots[arc.start], self.plan.spots[arc.end]
        sides = self._sides(arc)
        first = (self._edge(start, sides[0]), self.y(arc.start) + ports[n, True])
        last = (self._edge(end, sides[1]), self.y(arc.end) + ports[n, False])
        if self._within(arc):
            return beside(first, last, min(_bulge(self._length(arc)), self.bulges[start.column]))
        between: list[Point] = []
        forward = end.column > start.column
        for column, height in sorted(self.placed.bends[n].items(), reverse=not forward):
            left, right = self.x(column), self.x(column) + self.room
            y = TOP + 24 + height
            between += [(left, y), (right, y)] if forward else [(right, y), (left, y)]
        return along([first, *between, last])

    def _edge(self, spot: Spot, side: str) -> float:
        ring = 5 if spot.state is not None and spot.state in self.under else 1
        return self.x(spot.column) - ring if side == "left" else self.x(spot.column) + self.room + ring

    def _describes(self) -> str:
        """The picture in words: where improvements lead."""
        names = self.graph.states.names
        told = []
        for arc in self.plan.arcs:
            start, end = self.plan.spots[arc.start].state, self.plan.spots[arc.end].state
            if arc.improving and start is not None and end is not None:
                told.append(f"{names[start]} to {names[end]} ({who(self.graph, arc.by)})")
        rings = [f"{names[s]} ({', '.join(self.under[s])})" for s in self.drawn if s in self.under]
        more = "".join(f" {': '.join(block_words(self.graph, block))}." for block in self.plan.blocks[:4])
        improvements = "; ".join(told[:30]) + ("; …" if len(told) > 30 else "")
        equilibria = "; ".join(rings[:20]) + ("; …" if len(rings) > 20 else "")
        quo = "" if self.plan.start is None else f" The status quo is state {names[self.plan.start]}."
        return (
            f"{self._subtitle()}.{quo} Improvements: {improvements or 'none'}. "
            f"Equilibria drawn: {equilibria or 'none'}.{more}"
        )


def _bulge(length: float) -> float:
    """How far a move within a column goes out, by how far it leads."""
    return 20 + length * 0.14


def _meet(one: Room, other: Room) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]

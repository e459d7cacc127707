"""The conflict as a picture: states as rows of chips, in columns by steps from the status quo, and moves among them.

Each decision maker has a colour and a dash pattern; a chip tells the levels of its options, filled where they differ
from the status quo. Equilibria are ringed. What is not drawn one by one is counted (``plan``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import product

from standoff.graph import Graph
from standoff.plots.layers import Layers, Placed, place
from standoff.plots.plan import Arc, Block, Plan, Spot, holds_under, plan
from standoff.plots.svg import (
    BLOCK,
    FAINT,
    INK,
    ON,
    PAPER,
    RULE,
    SOFT,
    box,
    circle,
    curve,
    dash,
    fitted,
    group,
    head,
    line,
    number,
    owner,
    picture,
    text,
    width,
)
from standoff.stability import Analysis
from standoff.states import vector_part
from standoff.words import joined, plain_state_words, state_words, who

CHIP, PITCH, GAP, MARGIN, TOP = 19, 52, 96, 24, 78
LABELLED = 45  # improvements up to which each arc bears its mover's name
WIDEST = 24  # of a state's label where it has no chips, in characters

Links = Callable[[int], str]


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

    @cached_property
    def widths(self) -> list[float]:
        """The width of each decision maker's chip; one for all where states have no options."""
        if not self._has_chips:
            return [width("n" * WIDEST, 11)]
        at = iter(self.graph.states.combinations.radices)
        shown = [[next(at) for _ in dm.options] for dm in self.graph.conflict.decision_makers]
        return [
            max(8.3 * sum(len(vector_part(r - 1, r)) for r in radices) + 9, 17) if radices else 0 for radices in shown
        ]

    @cached_property
    def _has_chips(self) -> bool:
        """Whether some state drawn is one combination of options."""
        states, drawn = self.graph.states, (spot.state for spot in self.plan.spots if spot.state is not None)
        return states.option_form and any(states.levels(s) is not None for s in drawn)

    @cached_property
    def name_room(self) -> float:
        names = [str(self.graph.states.names[spot.state]) for spot in self.plan.spots if spot.state is not None]
        return min(max((width(name, 12, bold=True) for name in names), default=20), 110) + 12

    @property
    def room(self) -> float:
        """The width of a state."""
        return self.name_room + sum(self.widths) + 2 * len([w for w in self.widths if w]) + 10

    def x(self, column: int) -> float:
        """Where a column begins."""
        return MARGIN + column * (self.room + GAP)

    def y(self, spot: int) -> float:
        """The middle of a spot."""
        return TOP + 24 + self.placed.middle[spot]

    # The whole

    def svg(self) -> str:
        bottom = TOP + 44 + self.placed.height
        blocks = list(self._blocks(bottom))
        legend_at = bottom + (84 if blocks else 14)
        legend, height = _legend(self, legend_at)
        across = max(self.x(self.plan.columns - 1) + self.room + MARGIN + 20, 640)
        parts = [
            text(20, 48, fitted(self._subtitle(), across - 40, 12), size=12, paint=SOFT),
            *self._heads(bottom),
            *self._arcs(),
            *self._states(),
            *blocks,
            *legend,
        ]
        return picture("conflict", across, height, "How the conflict can move", self._describes(), parts)

    def _subtitle(self) -> str:
        total, drawn = len(self.graph.states), sum(spot.state is not None for spot in self.plan.spots)
        if self.plan.mode == "every":
            order = (
                "columns: steps from the status quo"
                if self.plan.start is not None
                else ("no status quo is given; columns: improvements left until nobody improves, fewest on the right")
            )
            return f"All {total:,} states and all moves; {order}"
        if self.plan.start is None:
            return f"{drawn:,} of {total:,} states: where improvements end (no status quo is given)"
        if self.plan.mode == "reached":
            what = "What improvements reach from the status quo"
        else:
            what = "Shortest ways by improvements to equilibria"
        return f"{what}, {drawn:,} of {total:,} states; columns: improvements needed"

    def _heads(self, bottom: float) -> Iterator[str]:
        for k in range(self.plan.columns):
            if self.plan.start is None:
                continue
            last = self.plan.unreached and k == self.plan.columns - 1
            what = "not reached" if last else "status quo" if k == 0 else f"{k} step{'s' * (k > 1)}"
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
        concepts = self.under.get(s, ())
        every = len(concepts) == len(self.analysis.stable) > 1
        yield box(x, y - 13, self.room, 26, INK if concepts else RULE, PAPER, 1, r=5)
        if concepts:
            yield box(x - 4, y - 17, self.room + 8, 34, INK, None, 3 if every else 1.2, r=8)
            words = "all concepts" if every else " ".join(concepts)
            yield text(x + self.room / 2, y + 29, words, "middle", 10, bold=every, halo=True)
        if s == self.plan.start:
            corner, top, below = number(x - 13), number(y - 6), number(y + 6)
            yield curve(f"M{corner} {top}L{number(x - 6)} {number(y)}L{corner} {below}Z", INK, 2)
            yield text(x + self.room / 2, y - 21, "status quo", "middle", 10.5, bold=True, halo=True)
        name = fitted(str(self.graph.states.names[s]), self.name_room - 8, 12, bold=True)
        yield text(x + 6, y + 4.5, name, size=12, bold=True)
        yield from self._chips(s, x + self.name_room + 4, y)

    def _chips(self, s: int, x: float, y: float) -> Iterator[str]:
        states, levels = self.graph.states, self.graph.states.levels(s)
        if levels is None:
            room = self.room - self.name_room - 10
            yield text(x, y + 4, fitted(plain_state_words(self.graph, s), room, 11), size=11, paint=SOFT)
            return
        reference = states.levels(self.plan.start) if self.plan.start is not None else None
        at = 0
        for i, dm in enumerate(self.graph.conflict.decision_makers):
            if not dm.options:
                continue
            own = range(at, at + len(dm.options))
            at += len(dm.options)
            words = "".join(vector_part(levels[k], states.combinations.radices[k]) for k in own)
            differs = reference is not None and any(levels[k] != reference[k] for k in own)
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
        ways = [_bends(self._points(n, arc, ports), self._within(arc)) for n, arc in enumerate(arcs)]
        for n in sorted(range(len(arcs)), key=lambda n: arcs[n].improving):
            yield _way(ways[n], arcs[n])
        if sum(arc.improving for arc in arcs) <= LABELLED:
            yield from self._labels(ways)

    def _labels(self, ways: Sequence[Sequence[Bend]]) -> Iterator[str]:
        """The mover's name on each improvement, where there is room beside the other names."""
        taken: list[tuple[float, float, float]] = []
        for way, arc in zip(ways, self.plan.arcs, strict=True):
            if not arc.improving:
                continue
            name = fitted(self.graph.conflict.decision_makers[arc.by].name, GAP - 16, 10)
            half = width(name, 10) / 2 + 2
            for bend, along in product((way[0], way[-1]), (0.5, 0.4, 0.6, 0.3, 0.7, 0.22, 0.78)):
                x, y = _at(bend, along)
                if not any(abs(x - u) < half + other and abs(y - v) < 12 for u, v, other in taken):
                    taken.append((x, y, half))
                    yield text(x, y + 3.5, name, "middle", 10, paint=owner(arc.by), halo=True)
                    break

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

    def _points(self, n: int, arc: Arc, ports: Mapping[tuple[int, bool], float]) -> list[tuple[float, float]]:
        """Where an arc goes: from the edge of a state, through the columns between, to the edge of another."""
        start, end = self.plan.spots[arc.start], self.plan.spots[arc.end]
        sides = self._sides(arc)
        first = (self._edge(start, sides[0]), self.y(arc.start) + ports[n, True])
        last = (self._edge(end, sides[1]), self.y(arc.end) + ports[n, False])
        between: list[tuple[float, float]] = []
        forward = end.column > start.column
        for column, height in sorted(self.placed.bends[n].items(), reverse=not forward):
            left, right = self.x(column), self.x(column) + self.room
            y = TOP + 24 + height
            between += [(left, y), (right, y)] if forward else [(right, y), (left, y)]
        return [first, *between, last]

    def _edge(self, spot: Spot, side: str) -> float:
        ring = 5 if spot.state is not None and spot.state in self.under else 1
        return self.x(spot.column) - ring if side == "left" else self.x(spot.column) + self.room + ring

    # What is only counted

    def _blocks(self, top: float) -> Iterator[str]:
        blocks = self.plan.blocks
        if not blocks:
            return
        total = sum(block.count for block in blocks)
        room = max(self.x(self.plan.columns - 1) + self.room + MARGIN + 20, 640) - 2 * MARGIN
        heading = (
            "Not drawn"
            if blocks[0].what in ("moves", "never")
            else f"Where improvements lead from all {len(self.graph.states):,} states, each counted at its nearest end"
        )
        yield text(MARGIN, top + 12, heading, size=12, bold=True)
        x = float(MARGIN)
        least = 44.0
        spare = room - least * len(blocks)
        for block in blocks:
            across = least + spare * block.count / total
            words = self._block_words(block)
            told = [box(x, top + 22, across - 4, 40, FAINT, BLOCK, r=4)]
            if block.what == "end":
                told.append(box(x + 3, top + 25, across - 10, 34, INK, None, 1.4, r=4))
            for row, part in enumerate(words):
                tight = width(part, 11, bold=not row) > across - 20
                shown = _shortest(block, self.graph)[row] if tight else part
                told.append(text(x + 10, top + 39 + 15 * row, fitted(shown, across - 16, 11), size=11, bold=not row))
            yield group(told, ": ".join(words))
            x += across

    def _block_words(self, block: Block) -> tuple[str, str]:
        names, share = self.graph.states.names, f"{block.count:,} state{'s' * (block.count != 1)}"
        if block.what in ("end", "ends"):
            share += f" ({block.count / len(self.graph.states):.0%})"
        among = f", {block.equilibria:,} of them equilibria" if block.equilibria else ""
        match block.what:
            case "moves":
                return share + among, "reached only by moves that are no improvement for their mover"
            case "never":
                return share + among, "not reached by any moves"
            case "end" if len(block.ends) == 1:
                return f"state {names[block.ends[0]]}", share
            case "end":
                return f"cycle of {len(block.ends):,} states ({names[block.ends[0]]} …)", share
            case _:
                return f"{len(block.ends):,} more ends", share

    def _describes(self) -> str:
        """The picture in words: where improvements lead."""
        names = self.graph.states.names
        told = []
        for arc in self.plan.arcs:
            start, end = self.plan.spots[arc.start].state, self.plan.spots[arc.end].state
            if arc.improving and start is not None and end is not None:
                told.append(f"{names[start]} to {names[end]} ({who(self.graph, arc.by)})")
        drawn = [spot.state for spot in self.plan.spots if spot.state is not None]
        rings = [f"{names[s]} ({', '.join(self.under[s])})" for s in drawn if s in self.under]
        more = "".join(f" {': '.join(self._block_words(block))}." for block in self.plan.blocks[:4])
        improvements = "; ".join(told[:30]) + ("; …" if len(told) > 30 else "")
        equilibria = "; ".join(rings[:20]) + ("; …" if len(rings) > 20 else "")
        quo = "" if self.plan.start is None else f" The status quo is state {names[self.plan.start]}."
        return (
            f"{self._subtitle()}.{quo} Improvements: {improvements or 'none'}. "
            f"Equilibria drawn: {equilibria or 'none'}.{more}"
        )


def _shortest(block: Block, graph: Graph) -> tuple[str, str]:
    """A counted block where there is little room."""
    name = str(graph.states.names[block.ends[0]]) if block.what == "end" else f"+{len(block.ends):,}"
    return name if block.ends else f"{block.count:,}", f"{block.count:,}" if block.ends else ""


Point = tuple[float, float]
Bend = tuple[Point, Point, Point, Point]  # a cubic curve: from, two points that pull at it, to


def _bends(points: Sequence[Point], within: bool) -> list[Bend]:
    """The curves of a line through points; between two curves it runs straight through a column."""
    if within:
        (x0, y0), (x1, y1) = points
        out = max(x0, x1) + min(20 + abs(y1 - y0) * 0.14, GAP * 0.62)
        return [((x0, y0), (out, y0), (out, y1), (x1, y1))]
    found = []
    for k in range(0, len(points) - 1, 2):
        (ax, ay), (bx, by) = points[k], points[k + 1]
        pull = (bx - ax) * 0.45
        found.append(((ax, ay), (ax + pull, ay), (bx - pull, by), (bx, by)))
    return found


def _at(bend: Bend, along: float) -> Point:
    """A point on a curve (Bernstein's form)."""
    left = 1 - along
    shares = (left**3, 3 * left**2 * along, 3 * left * along**2, along**3)
    x, y = (sum(share * point[k] for share, point in zip(shares, bend, strict=True)) for k in (0, 1))
    return x, y


def _way(bends: Sequence[Bend], arc: Arc) -> str:
    """One arc: thick with a filled head for an improvement, thin for another move; a ring where one can go back."""
    paint = owner(arc.by)
    size = 8 if arc.improving else 6
    (x0, y0), (_, (cx, _), (xn, yn)) = bends[0][0], bends[-1][1:]
    toward = 1.0 if xn > cx else -1.0
    data = f"M{number(x0)} {number(y0)}"
    for k, (start, c, d, end) in enumerate(bends):
        x = end[0] - toward * size * 0.8 if k == len(bends) - 1 else end[0]
        data += f"L{_pair(start)}" if k else ""
        data += f"C{_pair(c)} {_pair(d)} {_pair((x, end[1]))}"
    parts = [curve(data, paint, 2 if arc.improving else 0.9, dash(arc.by))]
    if arc.improving or not arc.back:
        parts.append(head(xn, yn, toward, 0, paint, arc.improving, size))
    if arc.improving and arc.back:
        parts.append(circle(x0 + (3 if bends[0][1][0] > x0 else -3), y0, 2.6, paint, PAPER, 1.2))
    faint = "" if arc.improving else " opacity='0.6'"
    return group(parts, attributes=f" class='{'improvement' if arc.improving else 'move'}'{faint}")


def _pair(point: Point) -> str:
    return f"{number(point[0])} {number(point[1])}"


def _legend(drawing: _Drawing, top: float) -> tuple[list[str], float]:
    """What the marks mean, and where the picture ends."""
    graph = drawing.graph
    across = max(drawing.x(drawing.plan.columns - 1) + drawing.room + MARGIN + 20, 640)
    parts = [line(MARGIN, top, across - MARGIN, top, RULE)]
    y = top + 22
    room = 250.0
    per_row = max(int((across - 2 * MARGIN) // room), 1)
    for i, dm in enumerate(graph.conflict.decision_makers):
        x, row = MARGIN + (i % per_row) * room, y + 34 * (i // per_row)
        options = ", ".join(option.name for option in dm.options) or "no options"
        parts += [
            line(x, row - 4, x + 30, row - 4, owner(i), 2, dash(i)),
            head(x + 34, row - 4, 1, 0, owner(i)),
            text(x + 42, row, fitted(dm.label, room - 52, 12, bold=True), size=12, bold=True, paint=owner(i)),
        ]
        if graph.states.option_form:
            parts.append(text(x + 42, row + 14, fitted(options, room - 52, 10.5), size=10.5, paint=SOFT))
    y += 34 * -(-len(graph.dms) // per_row) + 4
    x = float(MARGIN)
    for sample, words in _marks(drawing.plan):
        room = 42 + width(words, 11) + 18
        if x + room > across - MARGIN and x > MARGIN:
            x, y = float(MARGIN), y + 22
        parts += [*sample(x, y), text(x + 42, y, words, size=11)]
        x += room
    return parts, y + 20


Sample = Callable[[float, float], list[str]]


def _marks(shown: Plan) -> Iterator[tuple[Sample, str]]:
    """The marks that the picture uses, each with what it means."""
    yield _improvement, "an improvement for whoever makes it"
    if any(arc.improving and arc.back for arc in shown.arcs):
        yield _way_back, "its mover can also go back"
    if any(not arc.improving for arc in shown.arcs):
        yield _other_move, "a move that improves nothing (without a head: both ways)"
    yield _ring, "equilibrium, with its concepts"
    yield _strong, "under all concepts"
    if shown.start is not None:
        yield _filled, "differs from the status quo"


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


def _strong(x: float, y: float) -> list[str]:
    return [box(x + 3, y - 11, 30, 14, INK, PAPER, 1, r=4), box(x, y - 14, 36, 20, INK, None, 3, r=7)]


def _filled(x: float, y: float) -> list[str]:
    return [box(x + 8, y - 13, 20, 17, INK, INK, 1.4), text(x + 18, y, "Y", "middle", 11.5, True, PAPER)]

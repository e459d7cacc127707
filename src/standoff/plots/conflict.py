"""The conflict as a picture: states in words, how firmly each stands, and on each arrow who does what.

Layers of states, by the improvements that lead to them, stand below one another (``flat``: beside one another), and
the words of a move have a place of their own between two layers, so that nothing lies on them. All fits on a page in
print that can be read: no letter is smaller than 7 points there. What is left out is counted in a line.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from standoff.analysis.deals import Deal
from standoff.analysis.stability import Analysis, standings, weakest
from standoff.concepts import Standing
from standoff.errors import shorten
from standoff.graph import Graph, Move
from standoff.plots.finding import finding
from standoff.plots.layers import Layers, Placed, place
from standoff.plots.legend import legend, names
from standoff.plots.moves import AGREED, LABEL, LINE, Label, Point, look_of, move
from standoff.plots.plan import Arc, Plan, plans
from standoff.plots.standing import frame, meanings, sign
from standoff.plots.svg import FAINT, INK, RULE, SOFT, fitted, group, head, line, picture, text, width, wrapped
from standoff.wording.states import given_name
from standoff.wording.words import brief_state, count, joined, move_words, spoken_name, state_words, upper_first, who

WIDTH, TALLEST, MARGIN = 720.0, 915.0, 20.0  # with letters of 11 that is 7.2 points in 470 of width, 600 of height
INSIDE, GAP, AIR = WIDTH - 2 * MARGIN, 14.0, 18.0  # between things side by side, and around the words of moves
WIDEST, LONGEST = 330.0, 160.0  # of states, and of the words of moves
FLAT_ROOMS = {2: (220.0, 180.0), 3: (148.0, 88.0)}  # of states and of words by the number of layers beside one another
TOP, LINES = 70.0, 8

Links = Callable[[int], str]


def conflict_graph(
    analysis: Analysis,
    link: Links | None = None,
    deals: Sequence[Deal] = (),
    room: float | None = None,
    told: Sequence[int] = (),
) -> str:
    """The picture of a conflict, with deals from the status quo; ``room``: the height that is left on its page.

    ``told``: states that are spoken of beside it, which it shows if it can. ``link`` gives the address that a state
    leads to, where pictures may have links.
    """
    table = standings(analysis)
    for shown in plans(analysis, weakest(table), deals, told):
        drawing = _Drawing(analysis, table, shown, link, room is not None)
        if drawing.bottom <= (TALLEST if room is None else min(room, TALLEST)):
            break
    return drawing.svg()


@dataclass(frozen=True)
class _Drawing:
    analysis: Analysis
    table: npt.NDArray[np.int8]
    plan: Plan
    link: Links | None
    short: bool

    @property
    def graph(self) -> Graph:
        return self.analysis.graph

    def standing(self, s: int) -> Standing:
        """How firmly a state stands."""
        return Standing(int(self.table[:, s].min()))

    # How large things are

    def side_by_side(self, things: int, widest: float, k: int) -> float:
        """The width of each of so many in a layer or below it, beside the deals that pass by."""
        passing = sum(self._layer[arc.start] < k < self._layer[arc.end] for arc in self.plan.arcs)
        room = INSIDE - passing * (GAP + Layers.lane)
        return min((room - GAP * (things - 1)) / max(things, 1), widest)

    @cached_property
    def wide(self) -> Mapping[int, float]:
        """The width of each state."""
        if self.plan.flat and len(self.plan.layers) > 1:
            return dict.fromkeys(self.things, FLAT_ROOMS[len(self.plan.layers)][0])
        return {s: self.side_by_side(len(layer), WIDEST, k) for k, layer in enumerate(self.plan.layers) for s in layer}

    @cached_property
    def words(self) -> Mapping[int, Sequence[str]]:
        """What a state is, in lines: what differs from the status quo."""
        return {s: wrapped(upper_first(self._is(s)), self.wide[s] - 16, LINES, 11.5) for s in self.things}

    @cached_property
    def heads(self) -> Mapping[int, Sequence[str]]:
        """How firmly a state stands, in lines."""
        return {s: wrapped(self.standing(s).words, self.wide[s] - 26, 2, 11) for s in self.things}

    @cached_property
    def names(self) -> Mapping[int, Sequence[str]]:
        """What the file calls a state, in lines; nothing where it has no name for it, or where that is all it is."""
        given = {s: given_name(self.graph, s) for s in self.things}
        told = {s: name for s, name in given.items() if name and upper_first(name) != upper_first(self._is(s))}
        room = {s: (self.wide[s] - 16) / 1.06 for s in self.things}
        return {s: wrapped(upper_first(shorten(told.get(s, ""), 200)), room[s], 3, 11.5) for s in self.things}

    def _is(self, s: int) -> str:
        return shorten(brief_state(self.graph, s), 600)

    def high(self, s: int) -> float:
        """The height of a state: the same of all that stand side by side, so that no line comes near another."""
        if self.plan.flat:
            return self.least(s)
        return max(map(self.least, self.plan.layers[self._layer[s]]))

    def least(self, s: int) -> float:
        """The height that a state's words need."""
        return (
            13.0 * len(self.heads[s])
            + 14 * len([*self.names[s], *self.words[s]])
            + (13 if self._numbered(s) else 0)
            + 11
        )

    @cached_property
    def labels(self) -> Sequence[Sequence[str]]:
        """The words of each move, in lines."""
        found = []
        for arc in self.plan.arcs:
            room = self.label_rooms[self._layer[arc.start]]
            if arc.group:
                found.append(wrapped(f"by agreement: {joined(map(self._name, arc.group))}", room / 1.06, 4, LABEL))
                continue
            act = move_words(self.graph, Move(arc.by, arc.start, arc.end))
            found.append(wrapped(f"{self._name(arc.by)}: {shorten(act, 300)}", room, 4, LABEL))
        return found

    def _name(self, i: int) -> str:
        return shorten(spoken_name(self.graph.conflict.decision_makers[i]), 60)

    @cached_property
    def label_rooms(self) -> Sequence[float]:
        """How wide the words of moves may be, by the layer that these leave."""
        if self.plan.flat and len(self.plan.layers) > 1:
            return [FLAT_ROOMS[len(self.plan.layers)][1]] * len(self.plan.layers)
        leaving = [self._layer[arc.start] for arc in self.plan.arcs]
        counts = [leaving.count(k) for k in range(len(self.plan.layers))]
        return [self.side_by_side(n, LONGEST if n > 1 else 2 * LONGEST, k) for k, n in enumerate(counts)]

    @cached_property
    def _layer(self) -> Mapping[int, int]:
        return {s: k for k, layer in enumerate(self.plan.layers) for s in layer}

    # Where things are: states and the words of moves take turns in layers

    @cached_property
    def things(self) -> list[int]:
        """The states in layers; after them come the words of moves."""
        return [s for layer in self.plan.layers for s in layer]

    @cached_property
    def placed(self) -> Placed:
        arcs, at = self.plan.arcs, {s: k for k, s in enumerate(self.things)}
        columns = [2 * self._layer[s] for s in self.things] + [2 * self._layer[arc.start] + 1 for arc in arcs]
        if self.plan.flat:
            sizes = [self.high(s) for s in self.things] + [LINE * len(words) + 2 for words in self.labels]
        else:
            rooms = [max(width(one, LABEL) for one in words) + 2 for words in self.labels]
            sizes = [self.wide[s] for s in self.things] + rooms
        lines = [(at[arc.start], len(at) + k) for k, arc in enumerate(arcs)]
        lines += [(len(at) + k, at[arc.end]) for k, arc in enumerate(arcs)]
        return place(Layers(columns, sizes, lines, GAP, room=TALLEST if self.plan.flat else INSIDE))

    @cached_property
    def begins(self) -> list[float]:
        """Where each layer of states begins: from the top, or from the left where they stand beside one another."""
        found, at = list[float](), MARGIN if self.plan.flat else TOP
        for k, layer in enumerate(self.plan.layers):
            found.append(at)
            if self.plan.flat:
                at += self.wide[layer[0]] + 2 * self.air + self.label_rooms[k]
            else:
                at += self.high(layer[0]) + 2 * AIR + self._tallest(k)
        return found

    @property
    def air(self) -> float:
        """Room for lines beside words, where layers stand beside one another."""
        return 30.0 if len(self.plan.layers) == 2 else 15.0

    def _tallest(self, k: int) -> float:
        """The height of the words between a layer and the next."""
        pairs = zip(self.plan.arcs, self.labels, strict=True)
        return max((LINE * len(words) for arc, words in pairs if self._layer[arc.start] == k), default=0.0)

    def corner(self, s: int) -> Point:
        """The upper left corner of a state in a layer."""
        k, middle = self._layer[s], self.placed.middle[self.things.index(s)]
        if self.plan.flat:
            return self.begins[k], TOP + middle - self.high(s) / 2
        return self._left + middle - self.wide[s] / 2, self.begins[k]

    @property
    def _left(self) -> float:
        """Where the leftmost thing begins, so that all is in the middle."""
        return MARGIN + (INSIDE - self.placed.height) / 2

    @cached_property
    def low(self) -> float:
        """Where the layers end."""
        if self.plan.flat:
            return TOP + self.placed.height
        return self.begins[-1] + self.high(self.plan.layers[-1][0])

    @cached_property
    def below(self) -> tuple[list[str], float]:
        """What stands under the layers: states apart, what is left out, and what all means; and where it ends."""
        parts, y = self._apart(self.low + 26)
        for one in wrapped(self._omitted(), INSIDE, 2, 11.5):
            parts.append(text(MARGIN, y, one, size=11.5, paint=SOFT))
            y += 15
        parts.append(line(MARGIN, y - 6, WIDTH - MARGIN, y - 6, RULE))
        told, y = meanings([self.standing(s) for s in self.plan.states], MARGIN, y + 14, INSIDE)
        if any(arc.group for arc in self.plan.arcs):
            told += self._agreed(y)
            y += 18
        whose, y = (names if self.short else legend)(self.graph, MARGIN, y + 6, INSIDE)
        return [*parts, *told, *whose], y

    def _agreed(self, y: float) -> Iterator[str]:
        """What a deal's arrow means."""
        words = "by agreement: no single move leads there; of the group nobody loses by it and somebody gains"
        yield line(MARGIN, y - 4, MARGIN + 26, y - 4, AGREED.paint, AGREED.thick, AGREED.dashes)
        yield head(MARGIN + 33, y - 4, 1, 0, AGREED.paint)
        yield text(MARGIN + 42, y, fitted(words, INSIDE - 42, 11), size=11)

    @property
    def bottom(self) -> float:
        """The height of the whole."""
        return self.below[1]

    # The whole

    def svg(self) -> str:
        heading = finding(self.analysis, self.table, INSIDE)
        parts = [text(MARGIN, 50, fitted(self._subtitle(), INSIDE, 12), size=12, paint=SOFT)]
        parts += [*self._moves(), *(self._state(s, *self.corner(s)) for s in self.things), *self.below[0]]
        return picture("conflict", WIDTH, self.bottom, heading, self._describes(), parts)

    def _subtitle(self) -> str:
        if self.plan.start is None:
            return "Where moves that serve whoever makes them would end (no present situation is given)"
        if all(arc.group for arc in self.plan.arcs):
            return "No move from the present situation serves whoever would make it"
        return "Where moves that serve whoever makes them could lead from the present situation"

    def _omitted(self) -> str:
        """What is not drawn, in words; nothing where all is drawn."""
        left, what = self.plan.omitted, list[str]()
        if left.reached:
            what.append(
                count(left.reached, "state") + (" that such moves also reach" if self.plan.start is not None else "")
            )
        if left.others:
            what.append(f"{count(left.others, 'state')} that they do not reach")
        if what and left.at_rest:
            what[-1] += f" ({left.at_rest:,} of {'them' if len(what) == 1 else 'all these'} at rest)"
        if left.improvements:
            what.append(f"{count(left.improvements, 'such move')} back, sideways or on a longer way")
        return f"Not drawn: {joined(what)}." if what else ""

    # States

    def _numbered(self, s: int) -> bool:
        """Whether a state's number has a line of its own, for want of room beside how it stands."""
        return width(self.heads[s][-1], 11) + self._number_room(s) > self.wide[s] - 32

    def _number_room(self, s: int) -> float:
        return width(self._number(s), 11)

    def _number(self, s: int) -> str:
        return f"({fitted(str(self.graph.states.names[s]), 60, 11)})"

    def _state(self, s: int, x: float, y: float) -> str:
        standing, wide = self.standing(s), self.wide[s]
        parts = [frame(standing, x, y, wide, self.high(s)), sign(standing, x + 12, y + 12)]
        at = y + 16
        for words in self.heads[s]:
            parts.append(text(x + 21, at, words, size=11, paint=SOFT))
            at += 13
        bold = len(self.names[s]) or len(self.words[s]) * (s == self.plan.start)
        for k, words in enumerate((*self.names[s], *self.words[s])):
            parts.append(text(x + 8, at + 1, words, size=11.5, bold=k < bold, paint=INK))
            at += 14
        under = at + 1 if self._numbered(s) else y + 3 + 13 * len(self.heads[s])
        parts.append(text(x + wide - 7, under, self._number(s), "end", 11, paint=FAINT))
        return self._grouped(s, parts)

    def _grouped(self, s: int, parts: Sequence[str]) -> str:
        """What is drawn of a state, with all that it is for whoever points at it."""
        told = "; ".join(f"{name}: {', '.join(what)}" if name else what[0] for name, what in state_words(self.graph, s))
        hint = f"State {self.graph.states.names[s]}, {self.standing(s).words}. {told}."
        return group(parts, hint, self.link(s) if self.link else "", f" class='state' data-state='{s}'")

    def _apart(self, y: float) -> tuple[list[str], float]:
        """The states that would hold but are not reached, a line or two for each, and where they end."""
        if not self.plan.apart:
            return [], y
        parts = [text(MARGIN, y, "Where it could also hold, though no such moves lead there:", size=12, bold=True)]
        y += 19
        for s in self.plan.apart:
            told = f"{upper_first(self.standing(s).words)} – {self._called(s)}"
            room = INSIDE - 18 - self._number_room(s) - 8
            lines = [
                text(MARGIN + 18, y + 14 * k, one, size=11.5) for k, one in enumerate(wrapped(told, room, 2, 11.5))
            ]
            number = text(WIDTH - MARGIN, y, self._number(s), "end", 11, paint=FAINT)
            parts.append(self._grouped(s, [sign(self.standing(s), MARGIN + 7, y - 4), *lines, number]))
            y += 14 * len(lines) + 5
        return parts, y + 10

    def _called(self, s: int) -> str:
        name = given_name(self.graph, s)
        return f"{name} ({self._is(s)})" if name and name != self._is(s) else self._is(s)

    # Moves

    def _moves(self) -> Iterator[str]:
        ports = self._ports()
        for k, (arc, lines) in enumerate(zip(self.plan.arcs, self.labels, strict=True)):
            middle, layer = self.placed.middle[len(self.things) + k], self._layer[arc.start]
            half = self.label_rooms[layer] / 2
            if self.plan.flat:
                label = Label(lines, self.begins[layer] + self.wide[arc.start] + self.air + half, TOP + middle)
                half = max(width(one, LABEL) for one in lines) / 2 + 3
            else:
                under = self.begins[layer] + self.high(arc.start)
                label = Label(lines, self._left + middle, under + AIR + self._tallest(layer) / 2)
            look = AGREED if arc.group else look_of(arc.by)
            yield move(look, (ports[k, True], ports[k, False]), label, half, not self.plan.flat, self._lanes(k))

    def _lanes(self, k: int) -> Sequence[tuple[Point, Point]]:
        """Where a move that passes by other layers goes straight on."""
        bends = self.placed.bends[len(self.plan.arcs) + k]
        return [self._lane(column, bends[column]) for column in sorted(bends)]

    def _lane(self, column: int, middle: float) -> tuple[Point, Point]:
        layer, words = divmod(column, 2)
        one = self.plan.layers[layer][0]
        size = self.wide[one] if self.plan.flat else self.high(one)
        begin, end = self.begins[layer], self.begins[layer] + size
        if words:
            begin = end + (self.air if self.plan.flat else AIR)
            end = begin + (self.label_rooms[layer] if self.plan.flat else self._tallest(layer))
        if self.plan.flat:
            return (begin, TOP + middle), (end, TOP + middle)
        return (self._left + middle, begin), (self._left + middle, end)

    def _ports(self) -> dict[tuple[int, bool], Point]:
        """Where each move leaves and arrives: side by side in the order of their words."""
        found = {}
        for s in self.things:
            for leaves in (True, False):
                own = [k for k, arc in enumerate(self.plan.arcs) if (arc.start if leaves else arc.end) == s]
                own.sort(key=lambda k: self.placed.middle[len(self.things) + k])
                for n, k in enumerate(own, 1):
                    found[k, leaves] = self._port(s, leaves, n / (len(own) + 1))
        return found

    def _port(self, s: int, leaves: bool, share: float) -> Point:
        x, y = self.corner(s)
        if self.plan.flat:
            return x + (self.wide[s] + 1 if leaves else -2), y + self.high(s) * share
        return x + self.wide[s] * share, y + (self.high(s) + 1 if leaves else -2)

    # In words

    def _describes(self) -> str:
        """The picture in words."""
        names = self.graph.states.names
        parts = [f"{self._subtitle()}."]
        if self.plan.start is not None:
            parts.append(f"The status quo is state {names[self.plan.start]}.")
        told = [self._told(arc) for arc in self.plan.arcs]
        parts.append(f"Moves: {'; '.join(told) or 'none'}.")
        firm = [f"{names[s]} ({self.standing(s).words})" for s in self.plan.states]
        parts += [f"States drawn: {', '.join(firm)}.", self._omitted()]
        return shorten(" ".join(parts).rstrip(), 2000)

    def _told(self, arc: Arc) -> str:
        names = self.graph.states.names
        if arc.group:
            members = joined(shorten(who(self.graph, i), 60) for i in arc.group)
            return f"{members} can agree on it ({names[arc.start]} to {names[arc.end]})"
        act = move_words(self.graph, Move(arc.by, arc.start, arc.end))
        return (
            f"{shorten(who(self.graph, arc.by), 60)} can {shorten(act, 100)} ({names[arc.start]} to {names[arc.end]})"
        )

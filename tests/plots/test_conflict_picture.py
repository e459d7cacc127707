"""The conflict as a picture: what is drawn and what is counted, against plain sets; where it goes; what can be read."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tracemalloc
import xml.etree.ElementTree as ET
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from itertools import combinations, pairwise
from random import Random

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from checks import examples, golden, loaded
from oracles.dynamics import Dynamics
from oracles.oracle import State
from standoff import casebook
from standoff.analysis.stability import Analysis, solve
from standoff.conflict.model import Conflict
from standoff.conflict.states import vector_part
from standoff.formats import loads
from standoff.plots import layers as layering
from standoff.plots import plan as planning
from standoff.plots.conflict import LABELLED, conflict_graph
from standoff.plots.layers import Layers, Placed, place
from standoff.plots.plan import Plan, plan
from standoff.plots.svg import DASHES, OWNERS, dash, owner, width
from strategies.conflicts import Drawn, conflicts, random_conflict

SVG = "{http://www.w3.org/2000/svg}"
TAGS = {"svg", "title", "desc", "g", "a", "rect", "text", "line", "circle", "path"}
ATTRIBUTES = {
    *("class", "viewBox", "width", "height", "role", "aria-labelledby", "font-family", "font-size", "font-weight"),
    *("id", "fill", "stroke", "stroke-width", "stroke-dasharray", "stroke-linejoin", "paint-order", "opacity"),
    *("text-anchor", "d", "r", "rx", "cx", "cy", "x", "y", "x1", "y1", "x2", "y2", "href", "data-state"),
}
CASES = ("elmira", "cuba-1962", "syria-2015")
ALL = 10**9
FEW = settings(max_examples=25)


@contextmanager
def limits(**values: int) -> Iterator[None]:
    """Other numbers of states up to which each kind of picture is drawn, so that small conflicts see all kinds."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in values.items():
            patch.setattr(planning, name, value)
        yield


@cache
def case(name: str) -> Analysis:
    return solve(casebook.load(name))


def generated(
    options: Sequence[int], statements: int = 8, seed: int = 0, quo: bool = True, impossible: str = ""
) -> str:
    """A conflict of decision makers with so many options each."""
    draw = Random(seed)
    names = [f"D{j}.o{k}" for j, own in enumerate(options) for k in range(own)]
    shapes = ("{0} and not {1}", "{0} if {1} or {2}", "not {0} or {1} and {2}", "{0} iff {1}")
    lines = ["standoff: 1", "title: A generated conflict", "decision_makers:"]
    for j, own in enumerate(options):
        lines += [f"  D{j}:", f"    options: {{{', '.join(f'o{k}: {{}}' for k in range(own))}}}", "    prefers:"]
        lines += [f"      - {draw.choice(shapes).format(*draw.choices(names, k=3))}" for _ in range(statements)]
    lines += [f"infeasible: [{impossible}]"] if impossible else []
    return "\n".join([*lines, f"status_quo: {{{names[0]}: no}}" if quo else "", ""])


# What is drawn: against plain sets


class Told:
    """A plan in names, beside the oracle of its conflict."""

    def __init__(self, drawn: Drawn, **limit: int) -> None:
        self.oracle, self.analysis = Dynamics(drawn.document, drawn.formulas), solve(loaded(drawn))
        with limits(**limit):
            self.plan: Plan = plan(self.analysis)
        self.names = self.analysis.graph.states.names
        self.quo: State = -1 if self.plan.start is None else self.names[self.plan.start]

    @property
    def columns(self) -> dict[State, int]:
        return {self.names[spot.state]: spot.column for spot in self.plan.spots if spot.state is not None}

    @property
    def arcs(self) -> list[tuple[str, State, State, bool, bool]]:
        """The moves between states that are drawn one by one."""
        at = [None if spot.state is None else self.names[spot.state] for spot in self.plan.spots]
        found = []
        for arc in self.plan.arcs:
            start, end = at[arc.start], at[arc.end]
            if start is not None and end is not None:
                found.append((self.oracle.dms[arc.by], start, end, arc.improving, arc.back))
        return found

    def moves(self, among: set[State]) -> Iterator[tuple[str, State, State, bool, bool]]:
        """Every move among states: by whom, from, to, whether it improves, whether its mover can return."""
        for dm, moves in self.oracle.moves.items():
            for s in among:
                for t in moves[s] & among:
                    yield dm, s, t, self.oracle.prefers(dm, t, s), s in moves[t]

    def improvements(self) -> set[tuple[str, State, State, bool, bool]]:
        return {move for move in self.moves(set(self.columns)) if move[3]}

    @property
    def equilibria(self) -> set[State]:
        return set().union(*(self.oracle.equilibria(name) for name in self.analysis.stable))


@FEW
@given(conflicts(32))
def test_every_state_stands_where_the_fewest_moves_lead(drawn: Drawn) -> None:
    told = Told(drawn, EVERY=ALL)
    assert told.plan.mode == "every"
    assert set(told.columns) == set(told.oracle.states)
    if told.plan.start is not None:
        fewest = told.oracle.fewest(told.quo)
        beyond = max(fewest.values()) + 1
        assert told.columns == {s: fewest.get(s, beyond) for s in told.oracle.states}
        assert told.plan.unreached == (len(fewest) < len(told.oracle.states))


@FEW
@given(conflicts(32))
def test_all_moves_are_drawn_once_and_say_whether_they_improve_and_can_be_undone(drawn: Drawn) -> None:
    told = Told(drawn, EVERY=ALL)
    order = {s: k for k, s in enumerate(told.names)}
    expected = set()
    for dm, s, t, gain, back in told.moves(set(told.oracle.states)):
        other_way = back and (told.oracle.prefers(dm, s, t) or order[t] < order[s])
        if gain or not other_way:
            expected.add((dm, s, t, gain, back))
    assert set(told.arcs) == expected
    assert len(told.arcs) == len(expected)


@FEW
@given(conflicts(32))
def test_what_improvements_reach_is_drawn_and_the_rest_is_counted_by_how_it_is_reached(drawn: Drawn) -> None:
    told = Told(drawn, EVERY=0, REACHED=ALL, MOST=ALL)
    assume(told.plan.start is not None)
    fewest, moves = told.oracle.fewest(told.quo, improvements=True), set(told.oracle.fewest(told.quo))
    states = set(told.oracle.states)
    assert (told.plan.mode, told.columns) == ("reached", fewest)
    assert (set(told.arcs), len(told.arcs)) == (told.improvements(), len(told.improvements()))
    counted = {"moves": moves - set(fewest), "never": states - moves - set(fewest)}
    assert {block.what: (block.count, block.equilibria) for block in told.plan.blocks} == {
        what: (len(among), len(among & told.equilibria)) for what, among in counted.items() if among
    }


@FEW
@given(conflicts(64), st.integers(0, 4), st.integers(1, 3))
def test_too_many_to_draw_are_counted_in_their_columns(drawn: Drawn, most: int, goals: int) -> None:
    told = Told(drawn, EVERY=0, REACHED=ALL, MOST=most, GOALS=goals)
    assume(told.plan.start is not None)
    fewest = told.oracle.fewest(told.quo, improvements=True)
    drawn_ones, spots = told.columns, told.plan.spots
    rest = {spot.column: spot.count for spot in spots if spot.state is None}
    last = max(drawn_ones.values())
    assert drawn_ones == {s: fewest[s] for s in drawn_ones}
    assert sum(spot.count for spot in spots) + sum(block.count for block in told.plan.blocks) == len(told.names)
    if len(fewest) > most:
        assert rest == dict(Counter(min(k, last + 1) for s, k in fewest.items() if s not in drawn_ones))
        assert told.plan.beyond == (max(fewest.values()) > last)
    assert (set(told.arcs), len(told.arcs)) == (told.improvements(), len(told.improvements()))


def test_a_mover_has_one_arc_into_what_is_only_counted() -> None:
    drawn = [random_conflict(Random(seed), combinations=64) for seed in range(60)]
    told = [Told(each, EVERY=0, REACHED=ALL, MOST=seed % 3, GOALS=1) for seed, each in enumerate(drawn)]
    counting = [each for each in told if each.plan.start is not None and None in (s.state for s in each.plan.spots)]
    assert sum(map(assert_one_arc_into_what_is_counted, counting)) > 5


def assert_one_arc_into_what_is_counted(told: Told) -> int:
    """Returns how many arcs there are."""
    spots, columns = told.plan.spots, told.columns
    fewest, last = told.oracle.fewest(told.quo, improvements=True), max(columns.values()) + 1
    found = [
        (told.oracle.dms[arc.by], told.names[spots[arc.start].state or 0], spots[arc.end].column)
        for arc in told.plan.arcs
        if spots[arc.end].state is None
    ]
    expected = {
        (dm, s, min(fewest[t], last))
        for dm in told.oracle.dms
        for s in columns
        for t in told.oracle.improvements(dm, s)
        if t not in columns and fewest.get(t, -1) > columns[s]
    }
    assert (set(found), len(found)) == (expected, len(expected))
    return len(found)


@FEW
@given(conflicts(32), st.integers(1, 12))
def test_ways_are_shortest_legal_sequences_of_improvements_to_equilibria(drawn: Drawn, goals: int) -> None:
    told = Told(drawn, EVERY=0, REACHED=0, GOALS=goals)
    assume(told.plan.start is not None)
    fewest, shown = told.oracle.fewest(told.quo, improvements=True), set(told.columns)
    reached = told.equilibria & set(fewest)
    ways = {t: [{told.quo, *(m[2] for m in way)} for way in paths(told, t)] for t in reached & shown}
    led = [t for t, found in ways.items() if any(way <= shown for way in found)]
    assert told.columns == {s: fewest[s] for s in shown}
    assert told.plan.goals == (min(goals, len(reached)), len(reached))
    assert len(led) >= min(goals, len(reached))
    assert shown == set().union({told.quo}, *(way for found in ways.values() for way in found if way <= shown))
    assert set(told.arcs) == told.improvements()


def paths(told: Told, t: State) -> set[tuple[tuple[str, State, State], ...]]:
    return told.oracle.shortest(told.quo, {t}, improvements=True)


# Where improvements end


def ahead(oracle: Dynamics) -> dict[State, set[State]]:
    """Where one improvement leads."""
    return {s: set().union(*(oracle.improvements(dm, s) for dm in oracle.dms)) for s in oracle.states}


def reached_from(steps: Mapping[State, set[State]], s: State) -> set[State]:
    found, new = {s}, {s}
    while new:
        new = set().union(*(steps[u] for u in new)) - found
        found |= new
    return found


def closed(steps: Mapping[State, set[State]]) -> set[frozenset[State]]:
    """The sets of states that reach one another and nothing else."""
    reach = {s: frozenset(reached_from(steps, s)) for s in steps}
    return {reach[s] for s in steps if all(reach[t] == reach[s] for t in reach[s])}


def away(steps: Mapping[State, set[State]], s: State, end: frozenset[State]) -> int | None:
    """How many improvements it takes at least; None where they do not lead there."""
    found, k = {s}, 0
    while not found & end:
        further = found.union(*(steps[u] for u in found))
        if further == found:
            return None
        found, k = further, k + 1
    return k


@FEW
@given(conflicts(32))
def test_ends_are_the_states_and_cycles_that_no_improvement_leaves(drawn: Drawn) -> None:
    oracle, analysis = Dynamics(drawn.document, drawn.formulas), solve(loaded(drawn))
    found = [[analysis.graph.states.names[s] for s in members] for members in planning._closed(analysis.graph)]
    assert {frozenset(members) for members in found} == closed(ahead(oracle))
    assert sorted(map(len, found)) == sorted(map(len, closed(ahead(oracle))))


@FEW
@given(conflicts(32))
def test_each_state_belongs_to_an_end_that_is_as_near_as_any(drawn: Drawn) -> None:
    oracle, graph = Dynamics(drawn.document, drawn.formulas), solve(loaded(drawn)).graph
    names, steps = graph.states.names, ahead(oracle)
    ends = planning._closed(graph)
    label, distance = planning._nearest(graph, ends)
    for s, name in enumerate(names):
        far = {k: away(steps, name, frozenset(names[t] for t in members)) for k, members in enumerate(ends)}
        nearest = min(k for k in far.values() if k is not None)
        assert (int(distance[s]), far[int(label[s])]) == (nearest, nearest)


@FEW
@given(conflicts(32))
def test_of_equally_near_ends_the_first_who_can_leads_to_the_one_it_likes_best(drawn: Drawn) -> None:
    graph = solve(loaded(drawn)).graph
    label, distance = planning._nearest(graph, planning._closed(graph))
    assume(any(graph.can_improve(i).any() for i in graph.dms))
    for s in range(len(graph.states)):
        nearer = [[t for t in graph.improvements(i, s) if distance[t] == distance[s] - 1] for i in graph.dms]
        choice = next(((i, ts) for i, ts in enumerate(nearer) if ts), None)
        if choice is not None:
            i, ts = choice
            best = [t for t in ts if graph.ranks[i][t] == max(graph.ranks[i][u] for u in ts)]
            assert label[s] in {label[t] for t in best}


@FEW
@given(conflicts(64), st.integers(1, 4))
def test_basins_are_sized_blocks_of_all_states_largest_first(drawn: Drawn, ends: int) -> None:
    told = Told(drawn, EVERY=0, REACHED=0, ENDS=ends)
    blocks, every = told.plan.blocks, closed(ahead(told.oracle))
    sizes = [block.count for block in blocks if block.what == "end"]
    assert sum(block.count for block in blocks) == len(told.names)
    assert (sizes, len(sizes)) == (sorted(sizes, reverse=True), min(ends, len(every)))
    assert {frozenset(told.names[s] for s in block.ends) for block in blocks if block.what == "end"} <= every
    assert [len(block.ends) for block in blocks if block.what == "ends"] == [len(every) - ends] * (len(every) > ends)


@FEW
@given(conflicts(32), st.booleans())
def test_without_a_status_quo_the_ends_are_drawn_however_many_states_there_are(drawn: Drawn, many: bool) -> None:
    document = {key: part for key, part in drawn.document.items() if key != "status_quo"}
    told = Told(Drawn(document, drawn.formulas), EVERY=0, REACHED=0, MAX_BASINS=0 if many else ALL)
    every = [end for end in closed(ahead(told.oracle)) if len(end) == 1 or not many]
    assert len(told.columns) == min(len(every), planning.ENDS)
    assert all(any(s in end for end in every) for s in told.columns)


def test_a_decision_maker_with_many_options_needs_memory_for_states_only() -> None:
    analysis = solve(loads(generated([13], statements=14)), ["Nash"])
    tracemalloc.start()
    shown = plan(analysis)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert (shown.mode, sum(block.count for block in shown.blocks)) == ("ways", 2**13)
    assert peak < 20 * 2**20  # it has 2^13 * (2^13 - 1) moves


# Where things go


@st.composite
def layered(draw: st.DrawFn) -> Layers:
    column = draw(st.lists(st.integers(0, 4), min_size=1, max_size=14))
    things = st.integers(0, len(column) - 1)
    lines = draw(st.lists(st.tuples(things, things), max_size=24))
    height = draw(st.lists(st.sampled_from([10.0, 26.0, 40.0]), min_size=len(column), max_size=len(column)))
    return Layers(column, height, lines)


def spans(drawn: Layers, found: Placed) -> dict[int, list[tuple[float, float]]]:
    """From where to where each column is taken, top first."""
    taken: dict[int, list[tuple[float, float]]] = {}
    for k, y, h in zip(drawn.column, found.middle, drawn.height, strict=True):
        taken.setdefault(k, []).append((y - h / 2, y + h / 2))
    for bends in found.bends:
        for k, y in bends.items():
            taken.setdefault(k, []).append((y - drawn.lane / 2, y + drawn.lane / 2))
    return {k: sorted(spans) for k, spans in taken.items()}


@given(layered())
def test_things_and_lines_of_a_column_keep_clear_of_one_another(drawn: Layers) -> None:
    found = place(drawn)
    for taken in spans(drawn, found).values():
        assert all(below[0] - above[1] >= drawn.gap - 1e-6 for above, below in pairwise(taken))
        assert taken[0][0] >= -1e-6
        assert taken[-1][1] <= found.height + 1e-6


@given(layered())
def test_a_line_passes_every_column_between_its_ends(drawn: Layers) -> None:
    assume(drawn.lines)
    for (start, end), bends in zip(drawn.lines, place(drawn).bends, strict=True):
        low, high = sorted((drawn.column[start], drawn.column[end]))
        assert set(bends) == set(range(low + 1, high))


@given(layered())
def test_the_same_things_go_to_the_same_places(drawn: Layers) -> None:
    assert place(drawn) == place(Layers(tuple(drawn.column), tuple(drawn.height), tuple(drawn.lines)))


@given(layered())
def test_turning_a_line_around_changes_nothing(drawn: Layers) -> None:
    short = [(a, b) for a, b in drawn.lines if abs(drawn.column[a] - drawn.column[b]) < 2]
    one = place(Layers(drawn.column, drawn.height, short))
    assert one == place(Layers(drawn.column, drawn.height, [(b, a) for a, b in short]))


@given(layered())
def test_crossings_are_counted_right_and_never_more_than_at_first(drawn: Layers) -> None:
    near = [(a, b) for a, b in drawn.lines if drawn.column[b] - drawn.column[a] == 1]
    first: list[list[int]] = [[] for _ in range(max(drawn.column) + 1)]
    for v, k in enumerate(drawn.column):
        first[k].append(v)
    after = layering._neighbours(drawn.column, near)[1]
    last = layering._ordered(drawn.column, near)
    for columns in (first, last):
        assert layering._crossings(columns, after) == crossings(columns, near)
    assert [sorted(one) for one in last] == first
    assert crossings(last, near) <= crossings(first, near)


def crossings(columns: Sequence[Sequence[int]], edges: Sequence[tuple[int, int]]) -> int:
    """How many pairs of lines between the same two columns are in opposite order at their ends."""
    at = {v: (k, n) for k, one in enumerate(columns) for n, v in enumerate(one)}
    pairs = [(at[a], at[b]) for a, b in edges]
    return sum(a[0] == c[0] and (a[1] - c[1]) * (b[1] - d[1]) < 0 for (a, b), (c, d) in combinations(pairs, 2))


@given(st.lists(st.tuples(st.integers(-60, 60), st.sampled_from([9.0, 26.0])), min_size=1, max_size=7), st.randoms())
def test_heights_are_in_order_apart_and_as_near_as_can_be_to_those_wanted(
    things: list[tuple[int, float]], rng: Random
) -> None:
    wanted, heights = [float(y) for y, _ in things], [h for _, h in things]
    found = layering._apart(wanted, heights, 12)
    least = [(a + b) / 2 + 12 for a, b in pairwise(heights)]
    assert all(below - above >= gap - 1e-9 for (above, below), gap in zip(pairwise(found), least, strict=True))
    for _ in range(30):  # convex: what nothing near improves nothing improves
        other = [y + rng.choice([0, 0, rng.uniform(-1, 1)]) for y in found]
        if all(below - above >= gap for (above, below), gap in zip(pairwise(other), least, strict=True)):
            assert off(found, wanted) <= off(other, wanted) + 1e-9


def off(found: Sequence[float], wanted: Sequence[float]) -> float:
    return sum((y - want) ** 2 for y, want in zip(found, wanted, strict=True))


# The drawing, read back


class Picture:
    """An SVG as what it shows."""

    def __init__(self, text: str) -> None:
        self.root = ET.fromstring(text)
        self.width, self.height = (float(v) for v in self.root.attrib["viewBox"].split()[2:])

    def groups(self, name: str) -> list[ET.Element]:
        return [e for e in self.root.iter() if e.tag in (SVG + "g", SVG + "a") and e.get("class") == name]

    @property
    def states(self) -> dict[int, ET.Element]:
        return {int(e.attrib["data-state"]): e for e in self.groups("state")}

    def labels(self) -> list[ET.Element]:
        """The movers' names on arcs."""
        return [e for e in self.root.findall(SVG + "text") if re.fullmatch(r"s-paper f-dm\d", e.get("class", ""))]


def read(analysis: Analysis, **limit: int) -> Picture:
    with limits(**limit):
        return Picture(conflict_graph(analysis))


def words(element: ET.Element) -> list[str]:
    return [e.text or "" for e in element.iter(SVG + "text")]


def extent(e: ET.Element) -> tuple[float, float, float, float]:
    """About where the words of a text element are: left, top, right, bottom."""
    size, x, y = float(e.attrib["font-size"]), float(e.attrib["x"]), float(e.attrib["y"])
    wide = width(e.text or "", size, e.get("font-weight") == "bold")
    left = x - {"middle": wide / 2, "end": wide}.get(e.get("text-anchor", ""), 0)
    return left, y - 0.75 * size, left + wide, y + 0.25 * size


def area(e: ET.Element) -> tuple[float, float, float, float]:
    x, y, wide, high = (float(e.attrib[name]) for name in ("x", "y", "width", "height"))
    return x, y, x + wide, y + high


def meet(one: Sequence[float], other: Sequence[float], slack: float = 0.5) -> bool:
    return all(one[k] < other[k + 2] - slack and other[k] < one[k + 2] - slack for k in (0, 1))


def points(data: str) -> Iterator[tuple[float, float]]:
    """Points on the curves of a path."""
    here = (0.0, 0.0)
    for letter, numbers in re.findall(r"([MLC])([^MLCZ]*)", data):
        values = [float(v) for v in numbers.split()]
        pairs = list(zip(values[::2], values[1::2], strict=True))
        if letter == "C":
            a, b, c = pairs
            for t in (k / 8 for k in range(9)):
                shares = ((1 - t) ** 3, 3 * (1 - t) ** 2 * t, 3 * (1 - t) * t**2, t**3)
                yield (
                    sum(w * p[0] for w, p in zip(shares, (here, a, b, c), strict=True)),
                    sum(w * p[1] for w, p in zip(shares, (here, a, b, c), strict=True)),
                )
        here = pairs[-1]
        yield here


def everything_is_inside(picture: Picture) -> bool:
    texts = [extent(e) for e in picture.root.iter(SVG + "text")]
    arcs = [e for name in ("improvement", "move") for group in picture.groups(name) for e in group.iter(SVG + "path")]
    ends = [point for e in arcs for point in points(e.attrib["d"])]
    return all(
        left >= 0 and top >= 0 and right <= picture.width and low <= picture.height for left, top, right, low in texts
    ) and all(0 <= x <= picture.width and 0 <= y <= picture.height for x, y in ends)


MODES: dict[str, dict[str, int]] = {
    "every": {"EVERY": ALL},
    "reached": {"EVERY": 0, "REACHED": ALL},
    "rest": {"EVERY": 0, "REACHED": ALL, "MOST": 1, "GOALS": 1},
    "ways": {"EVERY": 0, "REACHED": 0},
    "too many for basins": {"EVERY": 0, "REACHED": 0, "MAX_BASINS": 0},
}


@pytest.mark.parametrize("mode", MODES)
@examples(15)
@given(drawn=conflicts(64))
def test_each_state_of_the_plan_is_one_group_and_all_is_inside(mode: str, drawn: Drawn) -> None:
    analysis = solve(loaded(drawn))
    with limits(**MODES[mode]):
        shown = plan(analysis)
    picture = read(analysis, **MODES[mode])
    assert sorted(picture.states) == sorted(spot.state for spot in shown.spots if spot.state is not None)
    assert len(picture.groups("state")) == len(picture.states)
    assert len(picture.groups("improvement")) == sum(arc.improving for arc in shown.arcs)
    assert len(picture.groups("move")) == sum(not arc.improving for arc in shown.arcs)
    assert len(picture.groups("block")) == len(shown.blocks)
    assert everything_is_inside(picture)


@FEW
@given(conflicts(64))
def test_names_of_movers_lie_on_no_state_and_not_on_one_another(drawn: Drawn) -> None:
    picture = read(solve(loaded(drawn)), EVERY=ALL)
    labels = [extent(e) for e in picture.labels()]
    states = [extent(e) for group in picture.groups("state") for e in group.iter(SVG + "text")]
    states += [area(e) for group in picture.groups("state") for e in group.iter(SVG + "rect")]
    assert not any(meet(one, other) for one, other in combinations(labels, 2))
    assert not any(meet(one, other) for one in labels for other in states)
    assert len(labels) <= LABELLED


@pytest.mark.parametrize("name", CASES)
def test_equilibria_have_rings_and_are_labelled_with_their_concepts(name: str) -> None:
    analysis = case(name)
    for s, group in read(analysis).states.items():
        under = [concept for concept in analysis.stable if s in analysis.equilibria(concept)]
        label = "all concepts" if len(under) == len(analysis.stable) else " ".join(under)
        rings = [e for e in group.iter(SVG + "rect") if e.get("class") == "s-ink" and e.get("fill") == "none"]
        assert len(rings) == bool(under)
        assert (label in words(group)) == bool(under)
        assert [e.get("stroke-width") for e in rings] == (["3" if label == "all concepts" else "1.2"] if under else [])


@pytest.mark.parametrize("name", CASES)
def test_chips_tell_the_options_of_each_and_are_filled_where_they_differ_from_the_status_quo(name: str) -> None:
    analysis = case(name)
    states, quo = analysis.graph.states, analysis.graph.meaning.status_quo
    assert quo is not None
    reference = states.levels(quo)
    assert reference is not None
    for s, group in read(analysis).states.items():
        levels, at, expected = states.levels(s), 0, []
        for i, dm in enumerate(analysis.graph.conflict.decision_makers if levels else ()):
            own = slice(at, at := at + len(dm.options))
            assert levels is not None
            told = "".join(map(vector_part, levels[own], states.combinations.radices[own]))
            expected += [(told, i, levels[own] != reference[own])] if dm.options else []
        assert chips(group) == expected


def chips(group: ET.Element) -> list[tuple[str, int, bool]]:
    """What chips of a state say, whose they are, and whether they are filled."""
    found = []
    for e, after in pairwise(group):
        owned = re.match(r"s-dm(\d)", e.get("class", ""))
        if e.tag == SVG + "rect" and owned:
            i = int(owned[1])
            assert (e.get("stroke"), e.get("stroke-dasharray", "")) == (owner(i).light, dash(i))
            found.append((after.text or "", i, e.get("fill") == owner(i).light))
    return found


@pytest.mark.parametrize("name", CASES)
def test_improvements_are_told_from_other_moves_without_colour(name: str) -> None:
    picture = read(case(name))
    heads: dict[str, list[list[ET.Element]]] = {}
    for kind in ("improvement", "move"):
        heads[kind] = [list(group.iter(SVG + "path")) for group in picture.groups(kind)]
    for line, head in heads["improvement"]:
        assert (head.attrib["d"][-1], line.get("stroke-width")) == ("Z", "2")
    for line, *open_ones in heads["move"]:
        assert (all(e.get("fill") == "none" for e in open_ones), line.get("stroke-width")) == (True, "0.9")


def test_the_status_quo_is_marked() -> None:
    group = read(case("elmira")).states[0]
    assert "status quo" in words(group)
    assert sum("status quo" in words(other) for other in read(case("elmira")).states.values()) == 1


def test_eight_decision_makers_have_eight_dash_patterns() -> None:
    assert len({dash(i) for i in range(8)}) == len(DASHES) == 8
    assert len({(owner(i), dash(i)) for i in range(64)}) == 64
    assert all(contrast(paint.light) >= 4.5 for paint in OWNERS)


def contrast(colour: str) -> float:
    """Against white (WCAG 2.2)."""
    shares = [int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5)]
    red, green, blue = (v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in shares)
    return 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05)


@pytest.mark.parametrize("name", CASES)
def test_nothing_has_an_id_but_the_heading_and_the_description(name: str) -> None:
    picture = read(case(name))
    assert [e.tag for e in picture.root.iter() if "id" in e.attrib] == [SVG + "title", SVG + "desc"]


def test_states_lead_where_a_page_wants() -> None:
    picture = Picture(conflict_graph(case("elmira"), lambda s: f'?a&b="{s}">'))
    assert {s: e.attrib["href"] for s, e in picture.states.items()} == {s: f'?a&b="{s}">' for s in range(9)}
    assert not any("href" in e.attrib for e in read(case("elmira")).root.iter())


@pytest.mark.parametrize("name", CASES)
def test_the_legend_tells_who_has_which_colour_and_what_the_marks_mean(name: str) -> None:
    told = " ".join(words(read(case(name)).root))
    for dm in case(name).graph.conflict.decision_makers:
        assert dm.label in told
        assert all(option.name in told for option in dm.options)


def test_the_legend_has_only_marks_that_the_picture_uses() -> None:
    told = words(read(solve(loads(generated([2, 1], quo=False)))).root)
    assert "differs from the status quo" not in told
    told = words(read(solve(loads(generated([2, 2])), ["SIM"]), EVERY=0, REACHED=ALL).root)
    assert "under all concepts" not in told
    assert not any("improves nothing" in one for one in told)


def test_a_block_of_one_state_beside_one_of_hundreds_can_be_read() -> None:
    text = generated([4, 4], statements=1, seed=1) + "\n"
    frozen = text.replace("o3: {}}", "o3: {moves: backward}}", 1)
    picture = read(solve(loads(frozen)), EVERY=0, MOST=0)
    for group in picture.groups("block"):
        hint = group.findtext(SVG + "title") or ""
        assert hint == ": ".join(words(group))
    assert len(picture.groups("block")) == 2


NARROW = """
standoff: 1
title: One option
decision_makers: {A: {options: {x: {}}, prefers: [not A.x]}}
status_quo: {A.x: no}
"""


def test_five_concepts_fit_under_a_state_with_one_option() -> None:
    analysis = solve(loads(NARROW))
    never = analysis.stable["SIM"] & False
    picture = read(Analysis(analysis.graph, {**analysis.stable, "SIM": never}))
    assert "Nash GMR SMR SEQ SSEQ" in words(picture.states[0])
    assert everything_is_inside(picture)


@pytest.mark.parametrize("seed", range(4))
def test_moves_within_the_last_column_are_not_cut_off(seed: int) -> None:
    picture = read(solve(loads(generated([2, 2, 1], seed=seed))))
    assert everything_is_inside(picture)


HOSTILE = {
    "long": "abcdefghijklmnopqrstuvwxyz " * 18,
    "one long word": "W" * 500,
    "markup": '</text><script>alert(1)</script><g onload=\'x\' " id="q" &amp; ]]> <!--',
    "right to left": "\u202eمفاوضات\u202c \u2067עברית" * 8,
    "emoji": "🧑‍🤝‍🧑🕊️" * 40,
    "lines": "one\ntwo\ttab",
}


def hostile(text: str, states: int = 12) -> Conflict:
    """A conflict in graph form in which every name and title is the text."""
    rng, names = Random(0), [f"{k} {text}"[:500] for k in range(states)]
    makers = ("A", "B")
    document = {
        "standoff": 1,
        "title": text[:500],
        "graph": {
            "states": dict.fromkeys(names, text[:500]),
            "moves": {i: {s: rng.sample([t for t in names if t != s], 3) for s in names} for i in makers},
        },
        "decision_makers": {i: {"title": f"{text} {i}"[:500], "ranking": rng.sample(names, states)} for i in makers},
        "status_quo": names[0],
    }
    return loads(json.dumps(document), ".json")


@pytest.mark.parametrize("kind", HOSTILE)
def test_whatever_names_are_they_are_text_and_stay_inside(kind: str) -> None:
    picture = read(solve(hostile(HOSTILE[kind])))
    assert {e.tag.removeprefix(SVG) for e in picture.root.iter()} <= TAGS
    assert {name for e in picture.root.iter() for name in e.attrib} <= ATTRIBUTES
    assert sum("id" in e.attrib for e in picture.root.iter()) == 2
    assert everything_is_inside(picture)


def test_sixty_states_with_long_names_are_all_drawn() -> None:
    assert len(read(solve(hostile(HOSTILE["one long word"], states=60))).states) == 60


# Sizes


@pytest.mark.parametrize(
    ("text", "mode"),
    [
        (generated([2, 2, 1, 1], impossible="D0.o0 and D1.o0 and D2.o0"), "every"),
        (generated([3, 3, 3], seed=0), "reached"),
        (generated([4, 4, 4, 4], statements=12, seed=3), "ways"),
    ],
)
def test_each_size_has_its_kind_of_picture(text: str, mode: str) -> None:
    analysis = solve(loads(text))
    assert plan(analysis).mode == mode
    assert everything_is_inside(Picture(conflict_graph(analysis)))


# Golden pictures


@pytest.mark.parametrize("name", CASES)
def test_pictures_of_the_casebook_are_as_they_were(name: str, request: pytest.FixtureRequest) -> None:
    golden(f"pictures/conflict-{name}.svg", conflict_graph(case(name)), request)


def test_pictures_are_the_same_in_another_process_with_other_hashes_and_another_engine() -> None:
    code = (
        "import sys; from standoff import casebook; from standoff.plots.conflict import conflict_graph; "
        "from standoff.analysis.stability import solve; "
        f"sys.stdout.buffer.write(''.join(conflict_graph(solve(casebook.load(n))) for n in {CASES!r}).encode())"
    )
    environment = os.environ | {"PYTHONHASHSEED": "7", "STANDOFF_ENGINE": "numpy"}
    found = subprocess.run([sys.executable, "-c", code], env=environment, check=True, capture_output=True).stdout
    assert found.decode() == "".join(conflict_graph(case(name)) for name in CASES)

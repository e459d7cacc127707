"""The conflict as a picture: what is drawn and what is counted, against plain sets; where it goes; what can be read."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tracemalloc
import xml.etree.ElementTree as ET
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from itertools import combinations, pairwise
from random import Random

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from checks import examples, golden, loaded
from oracles.dynamics import Dynamics
from oracles.oracle import Oracle, State
from standoff import casebook
from standoff.analysis.stability import Analysis, solve, standings, weakest
from standoff.concepts import Standing
from standoff.conflict.model import Conflict
from standoff.formats import loads
from standoff.graph import Move
from standoff.plots import finding
from standoff.plots import layers as layering
from standoff.plots import plan as planning
from standoff.plots.conflict import conflict_graph
from standoff.plots.layers import Layers, Placed, place
from standoff.plots.plan import Plan
from standoff.plots.standing import frame, sign
from standoff.plots.svg import DASHES, OWNERS, dash, owner, width
from standoff.wording.words import differing_words, level_words, move_words, upper_first
from standoff.writers import figures
from strategies.conflicts import Drawn, conflicts

SVG = "{http://www.w3.org/2000/svg}"
TAGS = {"svg", "title", "desc", "g", "a", "rect", "text", "line", "circle", "path"}
ATTRIBUTES = {
    *("class", "viewBox", "width", "height", "role", "aria-labelledby", "font-family", "font-size", "font-weight"),
    *("id", "fill", "stroke", "stroke-width", "stroke-dasharray", "stroke-linejoin", "paint-order", "opacity"),
    *("text-anchor", "d", "r", "rx", "cx", "cy", "x", "y", "x1", "y1", "x2", "y2", "href", "data-state"),
}
CASES = ("elmira", "cuba-1962", "syria-2015")
FEW = settings(max_examples=25)


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
    """What is drawn in names, beside the oracle of its conflict."""

    def __init__(self, drawn: Drawn, **limit: int) -> None:
        self.oracle, self.analysis = Dynamics(drawn.document, drawn.formulas), solve(loaded(drawn))
        self.standing = weakest(standings(self.analysis))
        with limits(**limit):
            self.plan: Plan = next(planning.plans(self.analysis, self.standing))
        self.names = self.analysis.graph.states.names
        self.quo: State = -1 if self.plan.start is None else self.names[self.plan.start]

    @property
    def layers(self) -> dict[State, int]:
        return {self.names[s]: k for k, layer in enumerate(self.plan.layers) for s in layer}

    @property
    def arcs(self) -> list[tuple[str, State, State]]:
        return [(self.oracle.dms[a.by], self.names[a.start], self.names[a.end]) for a in self.plan.arcs]

    def improvements(self, among: Iterable[State]) -> set[tuple[str, State, State]]:
        """By whom, from and to."""
        kept = set(among)
        return {(dm, s, t) for dm in self.oracle.dms for s in kept for t in self.oracle.improvements(dm, s) & kept}


@contextmanager
def limits(**values: int) -> Iterator[None]:
    """Other numbers of states that have room."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in values.items():
            patch.setattr(planning, name, value)
        yield


ALL = {"DOWN": 10**6, "ACROSS": 10**3, "DEEPEST": 10**6, "ARCS": 10**6, "GOALS": 10**6}


@pytest.mark.slow
@FEW
@given(conflicts(32))
def test_with_room_for_all_every_state_that_improvements_reach_stands_where_the_fewest_lead(drawn: Drawn) -> None:
    told = Told(drawn, **ALL)
    assume(told.plan.start is not None)
    steps = told.oracle.fewest(told.quo, improvements=True)
    rank = {number: k for k, number in enumerate(sorted(set(steps.values())))}  # as a legal sequence may pass by again
    fewest = {s: rank[number] for s, number in steps.items()}
    assert told.layers == fewest
    onward = {(dm, s, t) for dm, s, t in told.improvements(fewest) if fewest[t] == fewest[s] + 1}
    assert (set(told.arcs), len(told.arcs)) == (onward, len(onward))
    assert told.plan.omitted.reached == 0


@FEW
@given(conflicts(64), st.integers(1, 4), st.integers(1, 4))
def test_what_is_drawn_fits_is_led_to_and_the_rest_is_counted(drawn: Drawn, wide: int, deep: int) -> None:
    told = Told(drawn, DOWN=wide, DEEPEST=deep)
    assume(told.plan.start is not None and not told.plan.flat)
    fewest, layers = told.oracle.fewest(told.quo, improvements=True), told.layers
    assert layers == {s: fewest[s] for s in layers}
    assert max(map(len, told.plan.layers)) <= wide
    assert len(told.plan.layers) <= deep
    assert {t for _, _, t in told.arcs} == set(layers) - {told.quo}
    assert set(told.arcs) <= told.improvements(layers)
    shown = {told.names[s] for s in told.plan.states}
    left = told.plan.omitted
    assert left.reached == len(set(fewest) - shown)
    assert left.reached + left.others + len(shown) == len(told.names)
    resting = {s for s, firm in zip(told.names, told.standing, strict=True) if firm == Standing.AT_REST}
    assert left.at_rest == len(resting - shown)
    assert left.improvements == len(told.improvements(shown)) - len(told.arcs)


@pytest.mark.slow
@FEW
@given(conflicts(64))
def test_apart_stand_the_firmest_states_that_improvements_do_not_reach(drawn: Drawn) -> None:
    told = Told(drawn)
    assume(told.plan.start is not None)
    reached = told.oracle.fewest(told.quo, improvements=True)
    firm = sorted(
        (int(one) for s, one in zip(told.names, told.standing, strict=True) if one > 0 and s not in reached),
        reverse=True,
    )
    assert [int(told.standing[s]) for s in told.plan.apart] == firm[: planning.APART[0]]
    assert not {told.names[s] for s in told.plan.apart} & set(reached)


@pytest.mark.slow
@FEW
@given(conflicts(32))
def test_without_a_status_quo_improvements_lead_to_where_they_end(drawn: Drawn) -> None:
    document = {key: part for key, part in drawn.document.items() if key != "status_quo"}
    told = Told(Drawn(document, drawn.formulas))
    ends = set().union(*closed(ahead(told.oracle)))
    last = {told.names[s] for s in told.plan.layers[-1]}
    assert last <= ends
    assert len(last) == min(len(ends), planning.ACROSS)
    assert set(told.arcs) <= told.improvements(told.layers)
    assert all(told.layers[t] == told.layers[s] + 1 for _, s, t in told.arcs)


@pytest.mark.parametrize("most", [3, 4, 6])
def test_of_many_moves_one_to_each_state_is_kept(most: int) -> None:
    arcs = [planning.Arc(by, start, 10 + end) for by in range(2) for start in range(2) for end in range(3)]
    kept = planning._some(arcs, most)
    assert len(kept) == len(set(kept)) == most
    assert {arc.end for arc in kept} == {10, 11, 12}


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


@pytest.mark.slow
@FEW
@given(conflicts(32))
def test_ends_are_the_states_and_cycles_that_no_improvement_leaves(drawn: Drawn) -> None:
    oracle, analysis = Dynamics(drawn.document, drawn.formulas), solve(loaded(drawn))
    found = [[analysis.graph.states.names[s] for s in members] for members in planning._closed(analysis.graph)]
    assert {frozenset(members) for members in found} == closed(ahead(oracle))
    assert sorted(map(len, found)) == sorted(map(len, closed(ahead(oracle))))


@pytest.mark.slow
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


@pytest.mark.slow
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


def test_a_decision_maker_with_many_options_needs_memory_for_states_only() -> None:
    analysis = solve(loads(generated([13], statements=14)))
    standing = weakest(standings(analysis))
    tracemalloc.start()
    next(planning.plans(analysis, standing))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
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


@given(layered(), st.floats(50, 900))
def test_columns_take_no_more_room_than_there_is_if_they_fit(drawn: Layers, room: float) -> None:
    bounded = Layers(drawn.column, drawn.height, [], drawn.gap, room=room)
    found = place(bounded)
    needed = max(
        sum(h + drawn.gap for k, h in zip(drawn.column, drawn.height, strict=True) if k == column) - drawn.gap
        for column in set(drawn.column)
    )
    assert found.height <= max(room, needed) + 1e-6


# The drawing, read back


class Picture:
    """An SVG as what it shows."""

    def __init__(self, text: str) -> None:
        self.text, self.root = text, ET.fromstring(text)
        self.width, self.height = (float(v) for v in self.root.attrib["viewBox"].split()[2:])

    def groups(self, name: str) -> list[ET.Element]:
        return [e for e in self.root.iter() if e.tag in (SVG + "g", SVG + "a") and e.get("class") == name]

    @property
    def states(self) -> dict[int, ET.Element]:
        return {int(e.attrib["data-state"]): e for e in self.groups("state")}

    @property
    def labels(self) -> list[ET.Element]:
        """The words on moves."""
        return [e for group in self.groups("improvement") for e in group.iter(SVG + "text")]


def read(analysis: Analysis) -> Picture:
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
    ends = [
        point
        for group in picture.groups("improvement")
        for e in group.iter(SVG + "path")
        for point in points(e.attrib["d"])
    ]
    return all(
        left >= 0 and top >= 0 and right <= picture.width and low <= picture.height for left, top, right, low in texts
    ) and all(0 <= x <= picture.width and 0 <= y <= picture.height for x, y in ends)


@examples(40)
@given(drawn=conflicts(64))
def test_all_is_inside_a_page_that_can_be_read_in_print(drawn: Drawn) -> None:
    picture = read(solve(loaded(drawn)))
    assert everything_is_inside(picture)
    assert_print_can_be_read(picture)
    assert len(picture.groups("state")) == len(picture.states)


def assert_print_can_be_read(picture: Picture) -> None:
    """At least 7 points, where the text of a page is 17 cm wide."""
    scale = figures.size_in_points(picture.text)[0] / picture.width
    assert min(float(e.attrib["font-size"]) for e in picture.root.iter(SVG + "text")) * scale >= 7


@pytest.mark.parametrize("name", casebook.names())
def test_pictures_of_the_casebook_can_be_read_in_print(name: str) -> None:
    picture = read(case(name))
    assert_print_can_be_read(picture)
    assert everything_is_inside(picture)


@FEW
@given(conflicts(64))
def test_words_of_moves_lie_on_no_state_and_not_on_one_another(drawn: Drawn) -> None:
    picture = read(solve(loaded(drawn)))
    texts = [[extent(e) for e in group.iter(SVG + "text")] for group in picture.groups("improvement")]
    states = [area(e) for group in picture.groups("state") for e in group.iter(SVG + "rect")]
    assert not any(meet(a, b) for one, other in combinations(texts, 2) for a in one for b in other)
    assert not any(meet(a, b) for one in texts for a in one for b in states)
    assert not any(meet(a, b) for a, b in combinations(states, 2))


@pytest.mark.slow
@FEW
@given(conflicts(64))
def test_moves_pass_over_no_words_of_others_and_no_state(drawn: Drawn) -> None:
    picture = read(solve(loaded(drawn)))
    groups = picture.groups("improvement")
    texts = [[extent(e) for e in group.iter(SVG + "text")] for group in groups]
    states = [area(e) for group in picture.groups("state") for e in group.iter(SVG + "rect")]
    for k, group in enumerate(groups):
        path = next(e for e in group.iter(SVG + "path"))
        others = [*states, *(box for n, those in enumerate(texts) if n != k for box in those)]
        for x, y in points(path.attrib["d"]):
            assert not any(a + 1 < x < c - 1 and b + 1 < y < d - 1 for a, b, c, d in others)


@pytest.mark.parametrize("name", casebook.names())
def test_a_state_says_how_firmly_it_stands_and_what_differs(name: str) -> None:
    analysis = case(name)
    standing = weakest(standings(analysis))
    for s, group in read(analysis).states.items():
        told = " ".join(words(group)).casefold()
        number = f"({analysis.graph.states.names[s]})"
        assert told.replace(f"{number} ", "").find(Standing(int(standing[s])).words) >= 0
        assert number in told
        first = differing_words(analysis.graph, s)[0][1].casefold()
        assert first.split(",")[0][:12] in told


@pytest.mark.parametrize("name", casebook.names())
def test_a_move_says_who_does_what(name: str) -> None:
    analysis = case(name)
    graph, picture = analysis.graph, read(analysis)
    shown = next(
        p for p in planning.plans(analysis, weakest(standings(analysis))) if len(p.states) == len(picture.states)
    )
    told = [" ".join(words(group)) for group in picture.groups("improvement")]
    for arc, said in zip(shown.arcs, told, strict=True):
        act = move_words(graph, Move(arc.by, arc.start, arc.end))
        full = f"{graph.conflict.decision_makers[arc.by].name.replace('_', ' ')}: {act}"
        assert full == said or full.startswith(said.removesuffix("…"))


def test_the_status_quo_is_marked() -> None:
    assert "The status quo" in words(read(case("elmira")).states[0])


def test_four_ways_to_stand_still_have_four_marks_and_four_frames() -> None:
    assert len({sign(step, 0, 0) for step in Standing}) == 4
    assert len({frame(step, 0, 0, 9, 9) for step in Standing}) == 4


HEADINGS = {
    "cuba-1962": "The present situation holds only because the United States would answer",
    "syria-2015": "The United States could gain, but others would answer",
    "elmira": "Only costly threats keep the local government from moving",
    "chicken": "Nobody would move in 2 of 4 states",
}


@pytest.mark.parametrize("name", HEADINGS)
def test_the_heading_says_how_the_present_situation_stands(name: str) -> None:
    assert read(case(name)).root.findtext(SVG + "title") == HEADINGS[name]


@examples(40)
@given(conflicts(32))
def test_whose_answer_alone_holds_a_situation_is_said_as_the_definitions_say(drawn: Drawn) -> None:
    oracle, analysis = Oracle(drawn.document, drawn.formulas), solve(loaded(drawn))
    quo = analysis.graph.meaning.status_quo
    assume(quo is not None)
    assert quo is not None
    s = analysis.graph.states.names[quo]
    for i, dm in enumerate(oracle.dms):
        assume(not oracle.improvements(dm, s) or s in oracle.stable("SEQ", dm))
        needed = {
            j
            for j in oracle.opponents(dm)
            for s1 in oracle.improvements(dm, s)
            if all(oracle.prefers(dm, u, s) for u in answers_of(oracle, set(oracle.opponents(dm)) - {j}, s1))
        }
        assert {oracle.dms[j] for j in finding._needed(analysis.graph, i, quo)} == needed


def answers_of(oracle: Oracle, group: set[str], s1: State) -> frozenset[State]:
    """Where a group's improvements lead, one after another, nobody twice in a row."""
    return oracle.reach(sorted(group), s1, improvements=True) if group else frozenset()


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
    assert {s: e.attrib["href"] for s, e in picture.states.items()} == {s: f'?a&b="{s}">' for s in (0, 4, 7, 8, 3)}
    assert not any("href" in e.attrib for e in read(case("elmira")).root.iter())


@pytest.mark.parametrize("name", CASES)
def test_the_legend_tells_who_has_which_colour_and_what_each_could_do(name: str) -> None:
    told = " ".join(word for group in read(case(name)).groups("owner") for word in words(group))
    for dm in case(name).graph.conflict.decision_makers:
        assert upper_first(dm.label) in told
        for option in dm.options:
            assert level_words(option, len(option.levels) - 1).split()[0] in told


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


def test_of_sixty_states_with_long_names_some_are_drawn_and_the_rest_is_counted() -> None:
    picture = read(solve(hostile(HOSTILE["one long word"], states=60)))
    assert_print_can_be_read(picture)
    assert any("Not drawn: " in one for one in words(picture.root))


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

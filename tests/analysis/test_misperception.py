"""Misperception and accidents against plain sets and quantifiers: pictures, what holds, plays, trembling hands."""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from math import sqrt
from operator import attrgetter
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from checks import examples, graph_of, loaded, sized
from oracles.misperception import Hypergame, TooMany, ever, slope, within
from oracles.misperception import Play as Moves
from oracles.oracle import State
from standoff import casebook
from standoff._engine import Mask
from standoff.analysis.accident import SlippingActors
from standoff.analysis.evolution import Choice, End
from standoff.analysis.evolution import chain as walk_of
from standoff.analysis.misperception import TRUTH, Chain, Class, Misreading, Pictures, acting, acts, misread, unforeseen
from standoff.analysis.misreading import MisreadOptions, follow
from standoff.analysis.plays import Play, Plays, corrected, first_play, plays, with_corrections
from standoff.analysis.stability import NotDefined, sanction, solve
from standoff.conflict.edits import Edit, apply, settled, view_edits
from standoff.conflict.model import Conflict, OrderedStatements, Statement
from standoff.conflict.states import vector
from standoff.conflict.syntax import parse
from standoff.conflict.wants import Wants
from standoff.errors import InvalidConflict, UnknownName, WrongWeights, render_path
from standoff.formats import dumps, loads
from standoff.graph import Graph, build_graph
from strategies.conflicts import Drawn, conflicts, random_viewed, viewed_conflicts

CHUNKS = 10
ACTING = ("Nash", "GMR", "SMR", "SEQ", "SSEQ")
NONE = Fraction(0)


@dataclass
class Both:
    """A conflict with views: what the engine makes of it, and what the oracle says."""

    graph: Graph
    oracle: Hypergame

    def __init__(self, drawn: Drawn) -> None:
        self.graph = build_graph(loaded(drawn))
        self.oracle = Hypergame(drawn.document, drawn.formulas)
        self.names = list(self.graph.states.names)

    def chain(self, chain: Chain) -> tuple[str, ...]:
        return tuple(self.oracle.dms[i] for i in chain)

    def named(self, states: Collection[int] | Mask) -> set[State]:
        listed = np.flatnonzero(states) if isinstance(states, np.ndarray) and states.dtype == bool else states
        return {self.names[s] for s in listed}

    def mask(self, goals: Collection[State]) -> Mask:
        return np.array([name in goals for name in self.names], np.bool_)

    def moves(self, play: Play) -> Moves:
        return tuple(
            (self.oracle.dms[step.by], self.names[step.start], self.names[step.meant], self.names[step.to])
            for step in play.steps
        )

    @property
    def trembles(self) -> bool:
        """Whether moves can slip."""
        return self.oracle.truth.option_form and not self.oracle.truth.merged


# Pictures and what is stable in them


def assert_same_pictures(both: Both, pictures: Pictures) -> None:
    oracle = both.oracle
    assert sorted(both.chain(chain) for chain in pictures.chains) == sorted(oracle.chains())
    for chain in pictures.chains:
        ours, theirs = pictures.of(chain), oracle.picture(both.chain(chain))
        for i, dm in enumerate(oracle.dms):
            ranks = [theirs.rank[dm][name] for name in both.names]
            assert np.array_equal(np.unique(ranks, return_inverse=True)[1], ours.ranks[i]), (chain, dm)
            for s, name in enumerate(both.names):
                assert both.named(ours.targets(i, s)) == theirs.moves[dm][name], (chain, dm, name)
                assert both.named(ours.improvements(i, s)) == set(theirs.improvements(dm, name))
    assert {frozenset(map(both.chain, group)) for group in pictures.groups().values()} == {
        frozenset(one for one in oracle.chains() if oracle.picture(one) is oracle.picture(other))
        for other in oracle.chains()
    }


def assert_same_misreading(both: Both, found: Misreading) -> None:
    oracle = both.oracle
    assert found.concepts == oracle.concepts()
    assert set(found.left_out) == {"SIM"} - set(oracle.concepts())
    chains = [*found.pictures.chains, *((i, j) for i in found.truth.dms for j in found.truth.dms)]
    for name in found.concepts:
        for chain in found.pictures.chains:
            for i, dm in enumerate(oracle.dms):
                ours = found.stable[chain][name][i]
                assert both.named(ours) == oracle.stable(both.chain(chain), name, dm), (chain, name, dm)
        for chain in chains:
            assert both.named(found.equilibria(chain, name)) == oracle.equilibria(both.chain(chain), name)
            assert both.named(found.expected(chain, name)) == oracle.expected(both.chain(chain), name)
        for s, state in enumerate(both.names):
            assert set(both.chain(found.leaving(s, name))) == oracle.leaving(state, name)
        ours_by_class = {str(kind): both.named(states) for kind, states in found.classes(name).items()}
        assert ours_by_class == oracle.classes(name)


def assert_same_acts(both: Both, pictures: Pictures, name: str, states: Collection[State]) -> None:
    oracle, dms = both.oracle, both.oracle.dms
    for chain in pictures.chains:
        for i in both.graph.dms:
            start, end = acts(pictures.of(chain), i, acting(name))
            ours = [(both.names[s], both.names[t]) for s, t in zip(start, end, strict=True)]
            theirs = oracle.acts(both.chain(chain), dms[i], name)
            assert len(ours) == len(set(ours))
            assert set(ours) == {(s, t) for s, targets in theirs.items() for t in targets}
    blind = [
        (dms[one.who], dms[one.by], both.names[one.start], both.names[one.to], str(one.why))
        for one in unforeseen(pictures, both.mask(states), acting(name))
    ]
    assert len(blind) == len(set(blind))
    assert set(blind) == oracle.unforeseen(name, states)


# Plays


def assert_same_plays(
    both: Both,
    name: str,
    start: State,
    goals: Collection[State] | None,
    slips: int = 0,
    epsilon: Fraction = NONE,
    weights: Sequence[int] | None = None,
    strict: bool = False,
) -> int:
    """The plays of both and all that is said of each; how many. Raises TooMany."""
    oracle = both.oracle
    theirs = oracle.plays(start, name, goals, slips, strict)
    legal = oracle.legal(start, name)
    actors = SlippingActors(Pictures(both.graph), acting(name), weights)
    mask = None if goals is None else both.mask(goals)
    wanted = attrgetter("accident") if strict else None
    found = plays(actors, both.names.index(start), mask, slips, float(epsilon), wanted)
    found = with_corrections(actors, found)
    assert not found.cut
    assert len(found.found) == len(theirs)
    if mask is not None:
        sought = [play for play in found.found if play.accident or not strict]
        first, cut = first_play(actors, both.names.index(start), mask, slips, lambda _: True, strict)
        assert (first and first.steps, cut) == (sought[0].steps if sought else None, False)
    assert {both.moves(play) for play in found.found} == theirs
    unhit = [play for play in legal if not any(step[3] in (goals or ()) for step in play[:-1])]
    hit = goals is not None and start in goals
    for slipped in (False, True):
        lengths = [len(play.steps) for play in found.found if bool(play.slips) == slipped]
        assert lengths == sorted(lengths)
    assert both.named(found.reached) == ({start} if hit else {start, *(step[3] for play in unhit for step in play)})
    by_name = dict(zip(oracle.dms, weights or [1] * len(oracle.dms), strict=True))
    edits = list(view_edits(both.graph.conflict)) if theirs else []
    after = oracle.corrections() if theirs else {}
    top = {edit.path for edit in edits if edit.path[3] != "views"}
    assert top == set(after)
    for play in found.found:
        assert_same_play(both, name, play, by_name, epsilon)
        corrections = {place for place, other in after.items() if not other.possible(both.moves(play), name)}
        assert {edit.path for edit in play.corrections} == corrections
        assert play.rests == oracle.rests(both.moves(play), name)
        assert play.ended == (goals is not None or oracle.ended(start, both.moves(play), name))
    return len(theirs)


def assert_same_play(both: Both, name: str, play: Play, weights: dict[str, int], epsilon: Fraction) -> None:
    oracle, moves = both.oracle, both.moves(play)
    assert play.accident == oracle.accident(moves)
    assert play.probability == pytest.approx(float(oracle.probability(moves, name, weights, epsilon)), abs=1e-12)
    assert play.slips == sum(step.slip for step in play.steps)
    for k, step in enumerate(play.steps):
        by, _, meant, to = moves[k]
        foreseen, got = oracle.foreseen(by, meant, name), oracle.got(moves, k)
        assert both.named(step.expected) == foreseen
        assert both.names[step.got] == got
        assert (step.slip, step.surprise) == (meant != to, got not in foreseen)


# The chain


def assert_same_chain(
    both: Both, name: str, start: State, goals: Collection[State], epsilon: Fraction, weights: Sequence[int] | None
) -> None:
    oracle, at = both.oracle, both.names.index(start)
    by_name = dict(zip(oracle.dms, weights or [1] * len(oracle.dms), strict=True))
    actors = SlippingActors(Pictures(both.graph), acting(name), weights)
    matrix = actors.transitions(float(epsilon)).toarray()
    for s, state in enumerate(both.names):
        row = {both.names[t]: matrix[s, t] for t in np.flatnonzero(matrix[s])}
        expected = {t: float(p) for t, p in oracle.step(state, name, by_name, epsilon).items()}
        assert row == pytest.approx(expected, abs=1e-12)
    walk = oracle.walk(start, name, by_name, epsilon)
    ends, moves = actors.ends(at, float(epsilon))
    assert probabilities(both, ends) == pytest.approx(
        {end: float(p) for end, p in walk.probabilities().items()}, abs=1e-9
    )
    assert moves == pytest.approx(float(walk.moves()), rel=1e-9, abs=1e-9)
    most = 4
    found = actors.trembling(at, both.mask(goals), most, float(epsilon))
    assert (found.within, found.ever) == pytest.approx(
        (float(within(walk, goals, most)), float(ever(walk, goals))), abs=1e-9
    )
    if epsilon == 0:
        assert (found.within_slope, found.ever_slope) == (None, None)
    elif epsilon < 1:
        near = partial(oracle.walk, start, name, by_name)
        expected_slopes = (
            slope(lambda e: within(near(e), goals, most), epsilon),
            slope(lambda e: ever(near(e), goals), epsilon),
        )
        assert (found.within_slope, found.ever_slope) == pytest.approx(expected_slopes, rel=1e-6, abs=1e-6)


def probabilities(both: Both, ends: Sequence[End]) -> dict[frozenset[State], float]:
    return {frozenset(both.named(end.states)): end.probability for end in ends}


# Against the oracle


def assert_same_in_every_respect(rng: random.Random, drawn: Drawn) -> Counter[str]:
    """Everything, and how often what was met."""
    both = Both(drawn)
    met: Counter[str] = Counter(conflicts=1)
    found = misread(both.graph)
    assert_same_pictures(both, found.pictures)
    assert_same_misreading(both, found)
    states = rng.sample(both.names, rng.randint(1, len(both.names)))
    quo = both.graph.meaning.status_quo
    start = rng.choice(both.names) if quo is None else both.names[quo]
    for name in {"SEQ", rng.choice(ACTING)}:
        assert_same_acts(both, found.pictures, name, states)
        goals = set(rng.sample(both.names, rng.randint(1, max(1, len(both.names) // 3))))
        epsilon = rng.choice([NONE, Fraction(1, 10), Fraction(1, 4)]) if both.trembles else NONE
        weights = rng.choice([None, [rng.randint(1, 3) for _ in both.graph.dms]])
        assert_same_chain(both, name, start, goals, epsilon, weights)
        for ends in (None, goals):
            slips = rng.choice([0, 1, 2]) if both.trembles else 0
            try:
                met["plays"] += assert_same_plays(
                    both, name, start, ends, slips, epsilon, weights, strict=rng.random() < 0.5
                )
            except TooMany:
                met["too many"] += 1
    return met


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_many_random_conflicts_agree_in_every_respect(chunk: int, request: pytest.FixtureRequest) -> None:
    conflicts = request.config.getoption("--conflicts")
    total = conflicts // 3 if conflicts > 100 else CHUNKS
    for seed in range(chunk, total, CHUNKS):
        rng = random.Random(seed)
        assert_same_in_every_respect(rng, random_viewed(rng, combinations=(8, 8, 12, 16, 32)[seed % 5]))


@given(viewed_conflicts(combinations=12), st.randoms(use_true_random=False))
@examples(15)
def test_conflicts_with_views_agree_in_every_respect(drawn: Drawn, rng: random.Random) -> None:
    assert_same_in_every_respect(rng, drawn)


@given(viewed_conflicts(combinations=12), st.sampled_from(ACTING), st.data())
@examples(25)
def test_who_has_no_weight_never_moves_and_the_largest_slips_are_certain(
    drawn: Drawn, name: str, data: st.DataObject
) -> None:
    both = Both(drawn)
    count = len(both.oracle.dms)
    weights = data.draw(st.lists(st.integers(0, 2), min_size=count, max_size=count).filter(any))
    epsilon = data.draw(st.sampled_from([NONE, Fraction(1, 1000), Fraction(9, 10), Fraction(1)]))
    start, goals = data.draw(st.sampled_from(both.names)), data.draw(st.sets(st.sampled_from(both.names), max_size=3))
    assert_same_chain(both, name, start, goals, epsilon if both.trembles else NONE, weights)


def played(graph: Graph, start: int, name: str = "SEQ") -> Plays:
    """The plays without slips, with their corrections."""
    actors = SlippingActors(Pictures(graph), acting(name))
    return with_corrections(actors, plays(actors, start))


# Where nobody sees anything otherwise


@given(conflicts(combinations=32))
@examples(40)
def test_without_views_all_is_as_in_the_ordinary_analysis(drawn: Drawn) -> None:
    analysis = solve(loaded(drawn))
    found = misread(analysis.graph)
    assert found.pictures.chains == (TRUTH, *((i,) for i in analysis.graph.dms))
    assert all(found.pictures.of(chain) is analysis.graph for chain in found.pictures.chains)
    assert found.concepts == list(analysis.stable)
    for name, stable in analysis.stable.items():
        equilibria = list(analysis.equilibria(name))
        for chain in found.pictures.chains:
            assert np.array_equal(found.stable[chain][name], stable)
            assert list(np.flatnonzero(found.expected(chain, name))) == equilibria
        assert {str(kind): list(states) for kind, states in found.classes(name).items() if len(states)} == (
            {"steady": equilibria} if equilibria else {}
        )


@given(conflicts(combinations=24), st.sampled_from(ACTING), st.data())
@examples(40)
def test_without_views_improvements_that_nothing_answers_are_made_and_nobody_is_surprised(
    drawn: Drawn, name: str, data: st.DataObject
) -> None:
    graph = build_graph(loaded(drawn))
    pictures, all_states = Pictures(graph), np.ones(len(graph.states), np.bool_)
    for i in graph.dms:
        start, end = acts(graph, i, acting(name))
        assert {(int(s), int(t)) for s, t in zip(start, end, strict=True)} == {
            (s, int(t))
            for s in range(len(graph.states))
            for t in graph.improvements(i, s)
            if sanction(graph, name, i, s, int(t)) is None
        }
    assert not list(unforeseen(pictures, all_states, acting(name)))
    found = played(graph, data.draw(st.integers(0, len(graph.states) - 1)), name)
    for play in found.found:
        assert not any(step.surprise or step.slip for step in play.steps)
        assert not play.corrections


@given(conflicts(combinations=32), st.data())
@examples(40)
def test_without_views_the_chain_is_that_of_evolution(drawn: Drawn, data: st.DataObject) -> None:
    graph = build_graph(loaded(drawn))
    start = data.draw(st.integers(0, len(graph.states) - 1))
    some = st.lists(st.integers(0, 5), min_size=len(graph.dms), max_size=len(graph.dms)).filter(any)
    weights: list[float] | None = data.draw(st.none() | some.map(lambda drawn: [float(each) for each in drawn]))
    choices: list[tuple[str, Choice]] = [("SEQ", "credible"), ("Nash", "uniform")]
    for name, choice in choices:
        ends, moves = SlippingActors(Pictures(graph), acting(name), weights).ends(start)
        expected = walk_of(graph, start, weights, choice)
        ours, theirs = ({one.states: one.probability for one in each} for each in (ends, expected.ends))
        assert ours == pytest.approx(theirs, abs=1e-9)
        assert moves == pytest.approx(expected.moves, abs=1e-9)


@given(conflicts(combinations=16), st.randoms(use_true_random=False))
@examples(30)
def test_views_that_say_what_is_the_case_change_nothing(drawn: Drawn, rng: random.Random) -> None:
    makers = drawn.document["decision_makers"]
    told = {
        by: {of: {key: value for key, value in makers[of].items() if key != "options"} for of in makers if of != by}
        for by in makers
    }
    found = misread(build_graph(loaded(Drawn(drawn.document | {"views": told}, drawn.formulas))))
    states = np.ones(len(found.truth.states), np.bool_)
    for name in found.concepts:
        assert not any(len(which) for kind, which in found.classes(name).items() if kind is not Class.STEADY)
    assert not list(unforeseen(found.pictures, states, acting(rng.choice(ACTING))))


# The chain against simulation and differences


def trembling_conflicts(count: int) -> list[Both]:
    """Some that have at least one way to slip."""
    found: list[Both] = []
    seed = 0
    while len(found) < count:
        seed += 1
        both = Both(random_viewed(random.Random(seed), "option", 16))
        if SlippingActors(Pictures(both.graph), acting("SEQ")).straying.nnz > 4:
            found.append(both)
    return found


@pytest.mark.slow
def test_where_only_slips_of_the_file_count_the_others_are_as_if_it_said_never() -> None:
    slipping = 0
    for seed in range(sized(24, 200)):
        drawn = random_viewed(random.Random(seed), "option", 16)
        graph, rng = build_graph(loaded(drawn)), random.Random(seed)
        quo = graph.meaning.status_quo
        if quo is None:
            continue
        goals = np.array([rng.random() < 0.3 for _ in graph.states.names])
        never = deepcopy(drawn.document)
        for maker in never["decision_makers"].values():
            for option in maker["options"].values():
                option.setdefault("slips", "never")
        said = follow(
            build_graph(loads(json.dumps(never), ".json")), MisreadOptions(goals, "goal", epsilon=0.3, slips=2)
        )
        found = follow(graph, MisreadOptions(goals, "goal", epsilon=None, slips=2))
        assert found.plays is not None
        assert said.plays is not None
        assert [play.steps for play in found.plays.found] == [play.steps for play in said.plays.found]
        assert found.slipping == (said.actors.tremble and any(option.slips for _, option in graph.conflict.options))
        if found.slipping:
            slipping += 1
            chances = [play.probability for play in found.plays.found]
            assert chances == pytest.approx([play.probability for play in said.plays.found])
            own, other = (next(t for t in one.trembling if t.epsilon == at) for one, at in ((found, None), (said, 0.3)))
            assert [own.within, own.ever] == pytest.approx([other.within, other.ever])
        else:
            assert all(play.slips == 0 for play in found.plays.found)
    assert slipping > 3


def simulated(
    both: Both, rng: random.Random, start: State, goals: Collection[State], moves: int, epsilon: float
) -> bool:
    """Whether one walk, drawn move by move, reaches the goals in time."""
    oracle, at = both.oracle, start
    for _ in range(moves):
        able = [dm for dm in oracle.dms if oracle.own_acts(dm, at, "SEQ")]
        if at in goals or not able:
            break
        dm = rng.choice(able)
        meant = rng.choice(sorted(oracle.own_acts(dm, at, "SEQ"), key=str))
        outcomes = oracle.outcomes(dm, at, meant, Fraction(epsilon))
        at = rng.choices(list(outcomes), [float(p) for p in outcomes.values()])[0]
    return at in goals


def test_the_probability_of_reaching_a_goal_agrees_with_simulation() -> None:
    walks, between = sized(400, 1500), 0
    for number, both in enumerate(trembling_conflicts(sized(5, 15))):
        rng = random.Random(number)
        actors = SlippingActors(Pictures(both.graph), acting("SEQ"))
        start = max(range(len(both.names)), key=lambda s: actors.ends(s, 0.2)[1])
        goals = set(rng.sample(both.names, max(1, len(both.names) // 4))) - {both.names[start]}
        found = actors.trembling(start, both.mask(goals), 6, 0.2)
        hits = [simulated(both, rng, both.names[start], goals, 6, 0.2) for _ in range(walks)]
        p = min(max(found.within, 0.0), 1.0)
        assert abs(sum(hits) / walks - p) <= 5 * sqrt(p * (1 - p) / walks) + 1e-9
        between += 0.01 < p < 0.99
    assert between >= 2


def test_slopes_agree_with_differences() -> None:
    steep = 0
    for number, both in enumerate(trembling_conflicts(sized(5, 8))):
        rng, near = random.Random(number), 1e-5
        actors = SlippingActors(Pictures(both.graph), acting("SEQ"))
        for start in range(len(both.names)):
            goals = both.mask(rng.sample(both.names, max(1, len(both.names) // 4)))
            at, low, high = (actors.trembling(start, goals, 5, 0.1 + step) for step in (0, -near, near))
            assert at.within_slope == pytest.approx((high.within - low.within) / (2 * near), abs=1e-6)
            assert at.ever_slope == pytest.approx((high.ever - low.ever) / (2 * near), abs=1e-6)
            steep += abs(at.within_slope or 0) > 0.01
    assert steep > 4


@pytest.mark.parametrize(("name", "goal"), [("cuba-1962", "3"), ("syria-2015", "brink")])
@pytest.mark.parametrize("epsilon", [0.0, 0.025, 0.05, 0.1, 0.4])
def test_what_comes_for_certain_is_certain_however_often_moves_slip(name: str, goal: str, epsilon: float) -> None:
    graph = build_graph(casebook.open_meaning(name))
    quo = graph.meaning.status_quo
    assert quo is not None
    found = SlippingActors(Pictures(graph), acting("SEQ")).trembling(quo, graph.meaning.place(goal), 3, epsilon)
    assert (found.ever, found.ever_slope) == (1.0, 0.0 if epsilon else None)
    assert found.within < 1


# Corrections


def correctable(seeds: range) -> Iterator[tuple[Conflict, int, Plays]]:
    """Conflicts, and a state from which a correction prevents some play."""
    for seed in seeds:
        conflict = loaded(random_viewed(random.Random(seed), combinations=12))
        graph = build_graph(conflict)
        for start in range(len(graph.states)):
            found = played(graph, start)
            if len(found.found) < 20 and any(play.corrections for play in found.found):
                yield conflict, start, found
                break


@pytest.mark.slow
def test_each_correction_reported_removes_the_play_and_no_other_does() -> None:
    seen: Counter[bool] = Counter()
    for conflict, start, found in correctable(range(sized(14, 34))):
        for edit in view_edits(conflict):
            after = build_graph(loads(dumps(apply(conflict, edit))))
            left = {steps_of(play) for play in played(after, start).found}
            for play in found.found:
                mine = steps_of(play)
                removed = not any(each[: len(mine)] == mine for each in left)
                assert removed == (edit in play.corrections), (conflict, edit)
                seen[removed] += 1
    assert min(seen[True], seen[False]) > 5


def steps_of(play: Play) -> tuple[tuple[int, int, int], ...]:
    return tuple((step.by, step.start, step.to) for step in play.steps)


@given(viewed_conflicts(combinations=12))
@examples(30)
def test_a_correction_is_that_of_the_file(drawn: Drawn) -> None:
    """Its path leads to the part of the document that goes."""
    conflict = loaded(drawn)
    assume(any(view_edits(conflict)))
    assume(not gives_numbers(drawn.document.get("views", {})))  # see the next test
    for edit in view_edits(conflict):
        document = deepcopy(drawn.document)
        around: Any = document
        for part in edit.path[:-1]:
            around = around[part]
        del around[edit.path[-1]]
        try:
            after = loaded(Drawn(document, drawn.formulas))
        except InvalidConflict:  # a difference within what goes names a statement that is not there any more
            assert apply(conflict, edit) == settled(apply(conflict, edit))
            continue
        assert said(apply(conflict, edit)) == said(after)


def gives_numbers(views: Any, deep: bool = False) -> bool:
    """Whether a view within a view names a statement by its number: that of another one after a correction."""
    for of in (view for seen in views.values() for view in ([seen] if deep else seen.values())):
        said_of = of.get("as_in_truth_except", ()) if deep else ()
        if any(isinstance(one.get(key), int) for one in said_of for key in ("drop", "move")):
            return True
        if gives_numbers(of.get("views", {}), deep=True):
            return True
    return False


def test_a_view_of_a_view_keeps_the_statement_that_it_gave_by_number_where_that_of_its_holder_is_corrected() -> None:
    """The second statement that A takes B to hold is the third that B holds: after A is corrected it is still that."""
    conflict = loads("""
standoff: 1
title: Numbers
decision_makers:
  A: {options: {x: {}}, prefers: [A.x]}
  B: {options: {y: {}}, prefers: [A.x, B.y, not A.x]}
  C: {options: {z: {}}, prefers: [C.z]}
view_depth: 2
views:
  A: {B: {as_in_truth_except: [drop: 1]}, C: {views: {B: {as_in_truth_except: [drop: 2]}}}}
""")
    edit = next(one for one in view_edits(conflict) if one.path == ("views", "A", "B", "as_in_truth_except", 0))
    (kept,) = (view for _, chain, view in apply(conflict, edit).all_views() if len(chain) > 1)
    (before,) = (view for _, chain, view in conflict.all_views() if len(chain) > 1)
    assert [one.statement.formula.text for one in kept.differences if one.statement] == ["not A.x"]
    assert [one.statement.formula.text for one in before.differences if one.statement] == ["not A.x"]


def said(conflict: Conflict) -> list[tuple[object, ...]]:
    """All that views say."""
    parts = [
        (path, view.preference, view.differences, view.options, view.impossible)
        for path, _, view in conflict.all_views()
    ]
    return [part for part in parts if any(part[1:])]


@given(viewed_conflicts(combinations=12))
@examples(15)
def test_who_corrects_a_view_acts_as_if_the_file_had_been_corrected(drawn: Drawn) -> None:
    both = Both(drawn)
    after = both.oracle.corrections()
    known = [edit for edit in view_edits(both.graph.conflict) if edit.path in after]
    assume(known)
    for edit in known:
        try:
            seen, other = corrected(Pictures(both.graph), edit), after[edit.path]
        except InvalidConflict as error:
            if any("leaves nothing" not in one.message for one in error.problems):
                raise
            continue  # differences deeper down were between statements that are gone then
        for i, dm in enumerate(other.dms):
            start, end = acts(seen.of((i,)), i, acting("SEQ"))
            ours = {(both.names[s], both.names[t]) for s, t in zip(start, end, strict=True)}
            assert ours == {(s, t) for s in other.states for t in other.own_acts(dm, s, "SEQ")}


# Files


@given(viewed_conflicts(combinations=16), st.sampled_from([".yaml", ".json"]))
@examples(40)
def test_a_conflict_with_views_survives_the_round_trip(drawn: Drawn, suffix: str) -> None:
    conflict = loaded(drawn)
    assert loads(dumps(conflict, suffix), suffix) == conflict


def test_an_option_that_is_hidden_can_be_written_as_yaml() -> None:
    conflict = loads(SURPRISE)
    assert loads(dumps(conflict, ".yaml"), ".yaml") == conflict


VIEWED = """
standoff: 1
title: Who sees what
define:
  armed: B.y = mid
  ready: not armed
decision_makers:
  A: {options: {x: {}}, prefers: [A.x]}
  B: {options: {x: {}, y: {levels: [lo, mid, hi]}}, prefers: [B.x]}
  C: {options: {z: {}}, prefers: [C.z]}
status_quo: {B.x: yes}
views:
"""
DEPTH_2 = VIEWED.replace("views:", "view_depth: 2\nviews:")
MERGED = VIEWED.replace("status_quo: {B.x: yes}", "states: {1: B.x, 2: not B.x}").replace(": [A.x]", ": [B.x]")
MERGED = MERGED.replace(": [C.z]", ": [B.x]")
RANKED = """
standoff: 1
title: Graph form
graph: {states: {1: one, 2: two}, moves: {A: {1: [2]}}}
decision_makers: {A: {ranking: [1, 2]}, B: {ranking: [2, 1]}}
views:
"""
# In each the line that is told ends in #!
WRONG = {
    "view of oneself": (
        VIEWED + "  A:\n    A: {prefers: [B.x]} #!\n",
        "views.A.A: A cannot have a view of itself",
    ),
    "view of oneself, nested": (
        DEPTH_2 + "  A:\n    B:\n      views:\n        B: {prefers: [B.x]} #!\n",
        "views.A.B.views.B: B cannot have a view of itself",
    ),
    "view of nobody": (
        VIEWED + "  A:\n    D: {prefers: [B.x]} #!\n",
        'views.A.D: unknown decision maker "D"',
    ),
    "view by nobody": (
        VIEWED + "  D: #!\n    A: {prefers: [B.x]}\n",
        'views.D: unknown decision maker "D"',
    ),
    "view of nobody, nested": (
        DEPTH_2 + "  A:\n    B:\n      views:\n        D: {prefers: [B.x]} #!\n",
        'views.A.B.views.D: unknown decision maker "D"',
    ),
    "unknown option": (
        VIEWED + "  A:\n    B:\n      options:\n        w: {moves: forward} #!\n",
        'views.A.B.options.w: unknown option of B "w"',
    ),
    "unknown option, nested": (
        DEPTH_2 + "  A:\n    B:\n      views:\n        C:\n          options:\n            x: {hidden: true} #!\n",
        'views.A.B.views.C.options.x: unknown option of C "x"',
    ),
    "unknown option in what is impossible": (
        VIEWED + "  A:\n    B:\n      impossible:\n        - B.x\n        - B.w #!\n",
        'views.A.B.impossible[1]: unknown option "B.w"',
    ),
    "other levels": (
        VIEWED + "  A:\n    B:\n      options:\n        y:\n          levels: [lo, hi] #!\n",
        "views.A.B.options.y.levels: a view keeps the levels of B.y",
    ),
    "hidden at the status quo": (
        VIEWED + "  A:\n    B:\n      options:\n        x: {hidden: true} #!\n",
        "views.A.B.options.x: A cannot but know of B.x: it is used at the status quo",
    ),
    "hidden at the status quo, nested": (
        DEPTH_2 + "  A:\n    C:\n      views:\n        B:\n          options:\n            x: {hidden: true} #!\n",
        "views.A.C.views.B.options.x: C cannot but know of B.x: it is used at the status quo",
    ),
    "hidden and wanted": (
        VIEWED.replace("[A.x]", "[A.x, B.y = hi]") + "  A:\n    B:\n      options:\n        y: {hidden: true} #!\n",
        "views.A.B.options.y: A does not know of B.y, but decision_makers.A.prefers[1] needs it",
    ),
    "hidden and wanted by weight": (
        VIEWED.replace("prefers: [A.x]", "weights: {B.y = hi: 2}")
        + "  A:\n    B:\n      options:\n        y: {hidden: true} #!\n",
        'views.A.B.options.y: A does not know of B.y, but decision_makers.A.weights["B.y = hi"] needs it',
    ),
    "hidden and wanted by way of definitions": (
        VIEWED.replace("[A.x]", "[ready or A.x]") + "  A:\n    B:\n      options:\n        y: {hidden: true} #!\n",
        "views.A.B.options.y: A does not know of B.y, but decision_makers.A.prefers[0] needs it",
    ),
    "hidden and believed to be wanted": (
        VIEWED + "  A:\n    B:\n      options:\n        y: {hidden: true} #!\n    C: {prefers: [B.y]}\n",
        "views.A.B.options.y: A does not know of B.y, but views.A.C.prefers[0] needs it",
    ),
    "hidden and believed to be impossible": (
        VIEWED + "  A:\n    B:\n      impossible: [armed]\n      options:\n        y: {hidden: true} #!\n",
        "views.A.B.options.y: A does not know of B.y, but views.A.B.impossible[0] needs it",
    ),
    "hidden and believed of a belief": (
        DEPTH_2 + "  A:\n    B:\n      options:\n        y: {hidden: true} #!\n      views: {C: {prefers: [armed]}}\n",
        "views.A.B.options.y: A does not know of B.y, but views.A.B.views.C.prefers[0] needs it",
    ),
    "hidden from one who is thought to want it": (
        DEPTH_2
        + "  A:\n    C:\n      prefers: [B.y]\n      views:\n"
        + "        B:\n          options:\n            y: {hidden: true} #!\n",
        "views.A.C.views.B.options.y: A thinks that C does not know of B.y, but views.A.C.prefers[0] needs it",
    ),
    "hidden from one who in truth wants it": (
        DEPTH_2.replace("[C.z]", "[B.y]")
        + "  A:\n    C:\n      views:\n        B:\n          options:\n            y: {hidden: true} #!\n",
        "views.A.C.views.B.options.y: A thinks that C does not know of B.y, but decision_makers.C.prefers[0] needs it",
    ),
    "hidden and moving": (
        VIEWED + "  A:\n    B:\n      options:\n        y:\n          hidden: true\n          moves: both #!\n",
        "views.A.B.options.y.moves: an option that is hidden is not seen to move",
    ),
    "nested where nothing is said of it": (
        VIEWED + "  A:\n    B:\n      views:\n        C: {prefers: [B.x]} #!\n",
        "views.A.B.views.C: a view 2 deep; this file goes 1 deep (view_depth)",
    ),
    "nested deeper than is said": (
        DEPTH_2 + "  A:\n    B:\n      views:\n        C:\n          views:\n            A: {prefers: [B.x]} #!\n",
        "views.A.B.views.C.views.A: a view 3 deep; this file goes 2 deep (view_depth)",
    ),
    "nested deeper than can be": (
        DEPTH_2.replace("view_depth: 2", "view_depth: 3")
        + "  A: {B: {views: {C: {views: {A: {views:\n        {B: {prefers: [B.x]}} #!\n      }}}}}}\n",
        "views.A.B.views.C.views.A.views.B: a view 4 deep; views go at most 3 deep",
    ),
    "depth 0": (
        VIEWED.replace("views:", "view_depth: 0 #!"),
        "view_depth: views go 1 to 3 deep, not 0",
    ),
    "depth 4": (
        VIEWED.replace("views:", "view_depth: 4 #!"),
        "view_depth: views go 1 to 3 deep, not 4",
    ),
    "depth by words": (
        VIEWED.replace("views:", "view_depth: two #!"),
        'view_depth: expected a whole number, found "two"',
    ),
    "impossible in graph form": (
        RANKED + "  A:\n    B:\n      impossible: [true] #!\n",
        "views.A.B.impossible: impossible needs options, and this conflict has none (graph)",
    ),
    "options in graph form": (
        RANKED + "  A:\n    B:\n      options: {x: {hidden: true}} #!\n",
        "views.A.B.options: options and graph exclude each other",
    ),
    "impossible that tells members apart": (
        MERGED + "  A:\n    B:\n      impossible:\n        - B.x\n        - B.y #!\n",
        "views.A.B.impossible[1]: tells two combinations of state 2 apart: "
        "(A.x = no, B.x = no, B.y = lo, C.z = no) and (A.x = no, B.x = no, B.y = mid, C.z = no)",
    ),
    "belief that tells members apart": (
        MERGED + "  A:\n    B:\n      prefers: [B.y] #!\n",
        "views.A.B.prefers: tells two combinations of state 2 apart",
    ),
    "incomplete ranking": (
        RANKED + "  A:\n    B:\n      ranking: [1] #!\n",
        "views.A.B.ranking: a ranking names every state once; missing: 2",
    ),
    "unknown key": (
        VIEWED + "  A:\n    B:\n      imposible: [B.x] #!\n",
        'views.A.B.imposible: unknown key "imposible"; did you mean "impossible"?',
    ),
}


@pytest.mark.parametrize("kind", WRONG)
def test_what_is_wrong_with_a_view_is_told_with_its_place(kind: str) -> None:
    text, message = WRONG[kind]
    with pytest.raises(InvalidConflict) as error:
        loads(text)
    line = next(number for number, row in enumerate(text.splitlines(), start=1) if row.endswith("#!"))
    found = [(problem.line, str(problem)) for problem in error.value.problems]
    assert {place for place, _ in found} == {line}, found
    assert found[0][1].startswith(message), found


RIGHT = {
    "nothing said": "  A: {B: {}}\n",
    "hidden, with its levels": "  A: {B: {prefers: [B.x], options: {y: {hidden: true, levels: [lo, mid, hi]}}}}\n",
    "hidden from one, wanted by another": "  A: {B: {options: {y: {hidden: true}}}}\n  C: {B: {prefers: [armed]}}\n",
    "hidden in another's eyes": "  A: {B: {prefers: [B.y]}, C: {views: {B: {options: {y: {hidden: true}}}}}}\n",
    "hidden, then said to move": "  A: {B: {options: {y: {hidden: true}}},\n"
    "    C: {views: {B: {options: {y: {moves: both}}}}}}\n",
    "of whose view it is": "  A: {B: {views: {A: {prefers: [not A.x]}}}}\n",
}


@pytest.mark.parametrize("kind", RIGHT)
def test_views_that_are_right_are_taken(kind: str) -> None:
    conflict = loads(DEPTH_2 + RIGHT[kind])
    assert loads(dumps(conflict, ".json"), ".json") == conflict
    misread(build_graph(conflict))


def test_what_a_chain_is_thought_to_want_by_a_ranking_needs_no_option() -> None:
    """In A's eyes C wants what the ranking says, and not what decision_makers.C says."""
    text = DEPTH_2.replace("[C.z]", "[B.y]")
    order = list(range(1, 25))
    loads(text + f"  A: {{C: {{ranking: {order}, views: {{B: {{options: {{y: {{hidden: true}}}}}}}}}}}}\n")


DEEP = """  A:
    C: {prefers: [%s]}
    B: {views: {C: {views: {B: {options: {y: {hidden: true}}}}}}}
"""


def test_what_one_is_thought_to_want_three_deep_is_what_is_thought_around_it() -> None:
    """A thinks that C wants A.x, and so that B thinks so, whatever C wants."""
    loads(DEPTH_2.replace("[C.z]", "[B.y]").replace("view_depth: 2", "view_depth: 3") + DEEP % "A.x")


def test_what_one_is_thought_to_want_three_deep_needs_what_is_thought_around_it() -> None:
    """A thinks that C wants B.y, and so that B thinks so; then B cannot think that C does not know of it."""
    with pytest.raises(InvalidConflict, match=r"does not know of B\.y"):
        loads(DEPTH_2.replace("view_depth: 2", "view_depth: 3") + DEEP % "B.y")


# Hand-made examples

# A takes B to be content at s1, B takes A to be content at s2; so both make it worse for themselves.
ACCIDENT = """
standoff: 1
title: A step, an answer and a last step
graph:
  states: {s0: peace, s1: A ahead, s2: B ahead, s3: war}
  moves: {A: {s0: [s1], s2: [s3]}, B: {s1: [s2]}}
decision_makers:
  A: {ranking: [s1, s0, s3, s2]}
  B: {ranking: [s0, s2, s1, s3]}
status_quo: s0
views:
  A: {B: {ranking: [s0, s1, s2, s3]}}
  B: {A: {ranking: [s1, s0, s2, s3]}}
"""
# In ACCIDENT B may also end it at s4, which comes earlier.
FORK = ACCIDENT.replace("s3: war", "s3: war, s4: deal").replace("[s2]}}", "[s2, s4]}}")
FORK = (
    FORK.replace("[s1, s0, ", "[s1, s4, s0, ")
    .replace("[s0, s2, ", "[s0, s4, s2, ")
    .replace("[s0, s1, ", "[s0, s4, s1, ")
)
# In two moves A slips first, and is no worse off for it than B; in three both are worse off.
SLIP = """
standoff: 1
title: A short slip to 5, and a longer one that is an accident
decision_makers:
  A: {options: {x: {levels: [l0, l1, l2]}}, ranking: [4, 3, 2, 6, 1, 5]}
  B: {options: {y: {}}, ranking: [4, 6, 1, 3, 5, 2]}
"""
# A does not know that B can strike.
SURPRISE = """
standoff: 1
title: An option that nobody has shown
decision_makers:
  A: {options: {go: {moves: forward}}, ranking: [2, 1, 3, 4]}
  B: {options: {strike: {}}, prefers: [B.strike iff A.go, not A.go]}
status_quo: {A.go: no}
views:
  A:
    B:
      options: {strike: {hidden: true, why: it was developed in secret}}
"""


def the_play(text: str) -> Play:
    graph = graph_of(text)
    start = graph.meaning.status_quo
    assert start is not None
    (play,) = played(graph, start).found
    return play


def test_an_accident_is_a_play_that_leaves_every_mover_worse_off() -> None:
    play = the_play(ACCIDENT)
    assert [(step.by, step.start, step.to) for step in play.steps] == [(0, 0, 1), (1, 1, 2), (0, 2, 3)]
    assert [(step.expected, step.got, step.surprise) for step in play.steps] == [
        ((1,), 2, True),
        ((2,), 3, True),
        ((3,), 3, False),
    ]
    assert (play.accident, play.slips, play.probability) == (True, 0, 1)
    assert {edit.where for edit in play.corrections} == {"views.A.B.ranking", "views.B.A.ranking"}


def test_why_an_accident_happens() -> None:
    found = misread(graph_of(ACCIDENT), ["SEQ"])
    classes = {str(kind): list(states) for kind, states in found.classes("SEQ").items() if len(states)}
    assert classes == {"steady": [3], "unsteady": [0, 1], "imagined": [2]}
    assert [found.leaving(s, "SEQ") for s in range(4)] == [(0,), (1,), (0,), ()]
    blind = list(unforeseen(found.pictures, np.ones(4, np.bool_), acting("SEQ")))
    assert {(one.who, one.by, one.start, one.to, str(one.why)) for one in blind} == {
        (0, 1, 1, 2, "unwanted"),
        (1, 0, 2, 3, "unwanted"),
        (1, 0, 0, 1, "deterred"),
    }


@pytest.mark.parametrize("view", ["A: {B", "B: {A"])
def test_an_accident_takes_both_misreadings(view: str) -> None:
    lines = [row for row in ACCIDENT.splitlines() if not row.strip().startswith(view)]
    graph = graph_of("\n".join(lines))
    assert not any(play.accident for play in played(graph, 0).found)


def test_where_an_accident_ends_nobody_moves_on() -> None:
    assert the_play(ACCIDENT).rests


def test_plays_come_shortest_first() -> None:
    found = played(graph_of(FORK), 0).found
    assert sorted(len(play.steps) for play in found) == [2, 3]
    assert [len(play.steps) for play in found] == [2, 3]


def test_a_longer_play_is_found_where_the_shortest_with_as_many_slips_is_not_what_is_wanted() -> None:
    graph = graph_of(SLIP)
    actors = SlippingActors(Pictures(graph), acting("SEQ"))
    goals = np.array([name == 5 for name in graph.states.names])
    found = plays(actors, 0, goals, slips=1, wanted=lambda play: play.accident).found
    accidents = [[(step.by, step.start, step.meant, step.to) for step in play.steps] for play in found if play.accident]
    assert accidents == [[(0, 0, 2, 2), (1, 2, 5, 5), (0, 5, 3, 4)]]


def test_a_hidden_option_surprises() -> None:
    graph, play = graph_of(SURPRISE), the_play(SURPRISE)
    assert [(step.by, step.start, step.to) for step in play.steps] == [(0, 0, 1), (1, 1, 3)]
    assert [(step.expected, step.got, step.surprise) for step in play.steps] == [((1,), 3, True), ((3,), 3, False)]
    assert (play.accident, play.rests, play.probability) == (False, True, 1)
    assert [edit.where for edit in play.corrections] == ["views.A.B.options.strike"]
    found = misread(graph, ["SEQ"])
    classes = {str(kind): list(states) for kind, states in found.classes("SEQ").items() if len(states)}
    assert classes == {"steady": [2, 3], "unsteady": [0], "imagined": [1]}
    assert [found.leaving(s, "SEQ") for s in range(4)] == [(0,), (1,), (), ()]
    blind = list(unforeseen(found.pictures, np.ones(4, np.bool_), acting("SEQ")))
    assert {(one.who, one.by, one.start, one.to, str(one.why)) for one in blind} == {
        (0, 1, 1, 3, "impossible"),
        (1, 0, 0, 1, "deterred"),
    }


@pytest.mark.parametrize("name", ["A", "views", "prefers"])
def test_a_correction_is_found_whatever_the_name_of_who_is_mistaken(name: str) -> None:
    text = SURPRISE.replace("  A:", f"  {name}:").replace("A.go", f"{name}.go")
    assert [edit.where for edit in the_play(text).corrections] == [f"views.{name}.B.options.strike"]


@pytest.mark.parametrize("name", ["B", "views"])
def test_a_correction_is_found_whatever_the_name_of_who_is_mistaken_for_another(name: str) -> None:
    text = SURPRISE.replace(" B:", f" {name}:").replace("B.strike", f"{name}.strike")
    assert [edit.where for edit in the_play(text).corrections] == [f"views.A.{name}.options.strike"]


@pytest.mark.parametrize("name", ["strike", "views", "options"])
def test_a_correction_is_found_whatever_the_name_of_the_option(name: str) -> None:
    assert [edit.where for edit in the_play(SURPRISE.replace("strike", name)).corrections] == [
        f"views.A.B.options.{name}"
    ]


def test_what_is_impossible_in_truth_is_no_part_of_a_play() -> None:
    text = SURPRISE.replace("{options: {strike: {}}", "{options: {strike: {moves: backward}}")
    assert [(step.by, step.to) for step in the_play(text).steps] == [(0, 1)]


def test_more_plays_than_are_wanted_are_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    actors = SlippingActors(Pictures(graph_of(FORK)), acting("SEQ"))
    assert not plays(actors, 0).cut
    monkeypatch.setattr("standoff.analysis.plays.MAX_PLAYS", 1)
    found = plays(actors, 0)
    assert (len(found.found), found.cut) == (1, True)
    monkeypatch.undo()
    monkeypatch.setattr("standoff.analysis.plays.MAX_STEPS", 1)
    assert plays(actors, 0).cut


def test_plays_that_are_cut_come_shortest_first_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("standoff.analysis.plays.MAX_PLAYS", 2)
    assert [len(play.steps) for play in played(graph_of(FORK), 0).found] == [2, 3]


# B wants peace above all; A thinks that it wants its land first, and does not mind the fence.
DIFFERENT = """
standoff: 1
title: One different belief
decision_makers:
  A: {options: {x: {}}, prefers: [A.x]}
  B:
    options: {y: {}, z: {}}
    prefers: [{that: not A.x, title: peace}, {that: B.y, title: its land}, {that: not B.z, title: no fence}]
status_quo: {}
views: {A: {B: {as_in_truth_except: [%s]}}}
"""


def thought(differences: str, text: str = DIFFERENT) -> list[str]:
    """What A thinks that B wants."""
    conflict = build_graph(loads(text % differences)).conflict
    preference = Wants(conflict).of(("A",), "B")
    assert isinstance(preference, OrderedStatements)
    picture = Pictures(build_graph(conflict)).of((0,)).conflict
    assert picture.decision_maker("B").preference == preference
    return [str(one.formula) for one in preference.statements]


@pytest.mark.parametrize(
    ("differences", "wants"),
    [
        ("{drop: 1}", ["B.y", "not B.z"]),
        ("{drop: B.y}", ["not A.x", "not B.z"]),
        ("{drop: (B.y)}", ["not A.x", "not B.z"]),  # the same formula, written otherwise
        ("{drop: 1}, {drop: 2}", ["not B.z"]),  # numbers are those in truth
        ("{add: A.x and B.y, at: 2}", ["not A.x", "A.x and B.y", "B.y", "not B.z"]),
        ("{add: {that: B.z, why: who knows}, at: 99}", ["not A.x", "B.y", "not B.z", "B.z"]),
        ("{add: B.z, before: B.y}, {drop: 2}", ["not A.x", "B.z", "not B.z"]),
        ("{add: B.z, after: 3}, {move: 1, after: B.z}", ["B.y", "not B.z", "B.z", "not A.x"]),
        ("{move: 3, to: 1}", ["not B.z", "not A.x", "B.y"]),
        ("{move: not A.x, before: not B.z}", ["B.y", "not A.x", "not B.z"]),
    ],
)
def test_a_view_may_say_only_what_differs(differences: str, wants: list[str]) -> None:
    assert thought(differences) == wants
    for suffix in (".yaml", ".json"):
        conflict = loads(DIFFERENT % differences)
        assert loads(dumps(conflict, suffix), suffix) == conflict


def test_a_view_within_a_view_differs_from_the_picture_around_it() -> None:
    text = DIFFERENT.replace("views: {A: {B: {as_in_truth_except: [%s]}}}", "view_depth: 2\n%s")
    views = """views:
  A:
    C: {views: {B: {as_in_truth_except: [{drop: 1}, {move: not B.z, to: 1}]}}}
    B: {as_in_truth_except: [{drop: 1}]}
"""
    text = text.replace("  B:\n    options", "  C: {options: {w: {}}, prefers: [true]}\n  B:\n    options") % views
    conflict = loads(text)
    found = Wants(conflict).of(("A", "C"), "B")
    assert isinstance(found, OrderedStatements)
    assert [str(one.formula) for one in found.statements] == ["not B.z"]  # B.y is the first in A's eyes
    assert loads(dumps(conflict)) == conflict


def test_each_difference_is_a_judgement_that_can_be_put_right_by_itself() -> None:
    conflict = loads(DIFFERENT % "{drop: 1, why: never said, kind: assumed}, {move: 3, to: 1}")
    paths = ["views.A.B.as_in_truth_except[0]", "views.A.B.as_in_truth_except[1]"]
    mine = [one for one in conflict.judgements() if one.path[0] == "views"]
    assert [(render_path(one.path), one.says) for one in mine] == [
        (paths[0], "does not want: not A.x"),
        (paths[1], "wants elsewhere: not B.z, at 1"),
    ]
    assert [one.evidence.why for one in mine] == ["never said", None]
    made = list(view_edits(conflict))
    assert [edit.where for edit in made] == [*paths, "views.A.B.as_in_truth_except"]
    left = [Wants(apply(conflict, edit)).of(("A",), "B") for edit in made]
    orders = [[str(s.formula) for s in one.statements] for one in left if isinstance(one, OrderedStatements)]
    assert orders == [["not B.z", "not A.x", "B.y"], ["B.y", "not B.z"], ["not A.x", "B.y", "not B.z"]]
    assert apply(conflict, made[2]).views == ()


def test_a_view_follows_what_it_differs_from() -> None:
    conflict = loads(DIFFERENT % "{drop: 1}, {add: B.z, after: B.y}")
    swapped = apply(conflict, Edit(("decision_makers", "B", "prefers", 1), "swap"))
    assert [str(one.formula) for one in wanted_by_b(swapped)] == ["not B.z", "B.y", "B.z"]
    dropped = apply(conflict, Edit(("decision_makers", "B", "prefers", 0), "drop"))
    assert [len(view.differences) for view in dropped.views] == [1]  # what it drops is not there any more
    assert [str(one.formula) for one in wanted_by_b(dropped)] == ["B.y", "B.z", "not B.z"]
    negated = apply(conflict, Edit(("decision_makers", "B", "prefers", 1), "negate"))
    assert [str(one.formula) for one in wanted_by_b(negated)] == ["not (B.y)", "not B.z"]
    for edited in (swapped, dropped, negated):
        assert loads(dumps(edited)) == edited


def wanted_by_b(conflict: Conflict) -> tuple[Statement, ...]:
    """What A thinks that B wants."""
    found = Wants(conflict).of(("A",), "B")
    assert isinstance(found, OrderedStatements)
    return found.statements


@pytest.mark.parametrize(
    ("differences", "message"),
    [
        ("{drop: not A.y}", 'as_in_truth_except[0]: unknown statement of B "not A.y"; did you mean "not A.x"?'),
        ("{drop: 4}", "as_in_truth_except[0]: no statement 4: B wants 3, counted from 1"),
        ("{drop: 1}, {move: not A.x, to: 2}", 'as_in_truth_except[1]: unknown statement of B "not A.x"'),
        ("{add: B.z, before: B.w}", 'as_in_truth_except[0]: unknown statement of B "B.w"'),
        ("{add: B.w, at: 1}", 'as_in_truth_except[0]: unknown option "B.w"'),
        ("{drop: B.y and}", "as_in_truth_except[0].drop: the formula ends where"),
        ("{drop: 0}", "as_in_truth_except[0].drop: statements are counted from 1"),
        ("{drop: 1}, {drop: 2}, {drop: 3}", "as_in_truth_except: leaves nothing that B wants"),
        ("{drop: 1, at: 2}", "as_in_truth_except[0]: what is dropped has no place: at"),
        ("{add: B.z}", "as_in_truth_except[0]: add needs one place: at, before or after"),
        ("{move: 1, at: 2}", "as_in_truth_except[0]: move needs one place: to, before or after"),
        ("{drop: 1, move: 2, to: 1}", "as_in_truth_except[0]: a difference is one of drop, add and move"),
        (
            "{add: B.z, at: 1, why: so}",
            "as_in_truth_except[0]: the reasons for a statement that is added stand with it",
        ),
        ("{dorp: 1}", 'as_in_truth_except[0].dorp: unknown key "dorp"; did you mean "drop"?'),
    ],
)
def test_what_is_wrong_with_a_difference_is_told_with_its_place(differences: str, message: str) -> None:
    with pytest.raises(InvalidConflict) as error:
        loads(DIFFERENT % differences)
    assert f"views.A.B.{message}" in str(error.value)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            DIFFERENT.replace("except: [%s]", "except: [{drop: 1}], prefers: [A.x]"),
            "B has prefers and as_in_truth_except; preferences are given in one form",
        ),
        (
            DIFFERENT.replace("views: {A: {B", "views: {B: {A").replace("prefers: [A.x]}", "weights: {A.x: 1}}")
            % "{drop: 1}",
            "views.B.A.as_in_truth_except: differences are between ordered statements (prefers)",
        ),
        (RANKED + "  A: {B: {as_in_truth_except: [{drop: 1}]}}\n", "differences are between ordered statements"),
        (
            DIFFERENT.replace("except: [%s]", "except: [{drop: 2}], views: {A: {options: {x: {hidden: true}}}}")
            + "view_depth: 2\n",
            "B does not know of A.x, but decision_makers.B.prefers[0] needs it",
        ),
    ],
)
def test_differences_that_do_not_fit_the_rest_are_told(text: str, message: str) -> None:
    with pytest.raises(InvalidConflict) as error:
        loads(text)
    assert message in str(error.value)


def test_more_differences_than_can_be_looked_at_are_refused() -> None:
    many = ", ".join(["{move: 1, to: 2}"] * 700)
    wants = ", ".join(f"{{that: not A.x, title: t{k}}}" for k in range(1500))
    text = DIFFERENT.replace("{that: not A.x, title: peace}", wants) % many
    with pytest.raises(InvalidConflict, match=r"views: 1,051,400 differences times statements; at most 1,000,000"):
        loads(text)


def test_a_single_difference_is_put_right_before_all_of_them() -> None:
    text = """
standoff: 1
title: A does not see that B answers
decision_makers:
  A: {options: {x: {}}, prefers: [not B.y, A.x]}
  B: {options: {y: {}}, prefers: [B.y if A.x, not B.y]}
status_quo: {}
views: {A: {B: {options: {y: {moves: both}}, as_in_truth_except: [{drop: 1}, {move: 2, to: 1}]}}}
"""
    (play,) = [play for play in played(graph_of(text), 0).found if len(play.steps) == 2]
    assert [edit.where for edit in play.corrections] == ["views.A.B.as_in_truth_except"]
    text = text.replace(", {move: 2, to: 1}]", ", {add: true, at: 1}]")
    (play,) = [play for play in played(graph_of(text), 0).found if len(play.steps) == 2]
    assert [edit.where for edit in play.corrections] == [
        "views.A.B.as_in_truth_except[0]",
        "views.A.B.as_in_truth_except",
    ]


def test_what_is_dropped_needs_not_be_known() -> None:
    text = DIFFERENT.replace("except: [%s]", "except: [{drop: 1}], views: {A: {options: {x: {hidden: true}}}}")
    loads(text + "view_depth: 2\n")


# A would strike, B is content; A's other option is left alone.
TREMBLING = """
standoff: 1
title: What slips
decision_makers:
  A:
    options: {go: {levels: [stay, near, far]%s}, arm: {levels: [none, some, much]%s}}
    prefers: [A.go = near, A.arm = %s]
  B: {options: {y: {}}, prefers: [true]}
status_quo: {A.arm: some}
"""


def slips_of(go: str = "", arm: str = "", wants: str = "some") -> tuple[float, dict[str, float]]:
    """A's move from the status quo: how probably it goes as meant, and to which vectors instead, at a slip of 10 %."""
    graph = graph_of(TREMBLING % (go and f", slips: {go}", arm and f", slips: {arm}", wants))
    actors = SlippingActors(Pictures(graph), acting("SEQ"))
    start = graph.meaning.status_quo
    assert start is not None
    meant = int(graph.meaning.where(parse(f"A.go = near and A.arm = {wants} and not B.y")).argmax())
    kept, ways = actors.slips(0, start, meant, 0.1)
    vectors = {s: vector(graph.states.levels(s) or (), graph.states.combinations.radices) for s in range(18)}
    return kept, {vectors[s]: p for s, p in ways}


def test_only_what_a_move_touches_slips() -> None:
    kept, ways = slips_of()
    assert kept == pytest.approx(0.9)
    assert ways == pytest.approx({"01N": 0.05, "21N": 0.05})


def test_of_several_options_that_a_move_touches_one_is_in_danger() -> None:
    kept, ways = slips_of(wants="much")
    assert kept == pytest.approx(0.9)
    assert ways == pytest.approx({"02N": 0.025, "22N": 0.025, "11N": 0.05})


def test_an_option_slips_as_often_as_is_said_of_it() -> None:
    kept, ways = slips_of(go="0.5")
    assert kept == pytest.approx(0.5)
    assert ways == pytest.approx({"01N": 0.25, "21N": 0.25})
    kept, ways = slips_of(go="0.5", wants="much")
    assert kept == pytest.approx(1 - 0.25 - 0.05)
    assert ways == pytest.approx({"02N": 0.125, "22N": 0.125, "11N": 0.05})


def test_an_option_that_never_slips_takes_nothing_from_the_others() -> None:
    assert slips_of(go="never") == (1, {})
    kept, ways = slips_of(go="never", wants="much")
    assert kept == pytest.approx(0.95)
    assert ways == pytest.approx({"11N": 0.05})
    assert slips_of(go="0", wants="much") == (kept, ways)
    assert slips_of(go="1", arm="1", wants="much")[0] == 0


@pytest.mark.parametrize(("given", "back"), [("never", "never"), ("0", "never"), ("0.25", "0.25"), ("1", "1")])
@pytest.mark.parametrize("suffix", [".yaml", ".json"])
def test_how_an_option_slips_survives_the_round_trip(given: str, back: str, suffix: str) -> None:
    conflict = loads(TREMBLING % (f", slips: {given}", "", "some"))
    text = dumps(conflict, suffix)
    assert f"slips{'' if suffix == '.yaml' else chr(34)}: " in text
    assert back in text
    assert loads(text, suffix) == conflict
    assert [one.says for one in conflict.judgements()][:1] == [
        "go moves both, and slips " + ("never" if back == "never" else f"with probability {back}")
    ]


@pytest.mark.parametrize("given", ["1.5", "-0.1", "sometimes", "true", "[]", ".inf"])
def test_slips_that_are_no_probability_are_told(given: str) -> None:
    with pytest.raises(InvalidConflict, match=r"A\.options\.go\.slips: expected never, or a probability from 0 to 1"):
        loads(TREMBLING % (f", slips: {given}", "", "some"))


def test_what_is_not_defined_is_told() -> None:
    with pytest.raises(NotDefined, match="SIM"):
        acting("SIM")
    with pytest.raises(UnknownName, match="SEK"):
        acting("SEK")
    bound = graph_of(VIEWED + "  A: {B: {impossible: [B.y = hi]}}\n")
    with pytest.raises(NotDefined, match="somebody takes moves for impossible"):
        misread(bound, ["SIM"])
    assert "SIM" in misread(bound).left_out
    assert misread(bound, ["SEQ", "SIM"]).concepts == ["SEQ"]
    actors = SlippingActors(Pictures(graph_of(ACCIDENT)), acting("SEQ"))
    for asked in (
        lambda: actors.slips(0, 0, 1),
        lambda: actors.transitions(0.1),
        lambda: plays(actors, 0, np.array([False, False, False, False]), 1),
    ):
        with pytest.raises(NotDefined, match="trembling needs options"):
            asked()


RACING = """
standoff: 1
title: Two want to move, and what one does is done
decision_makers:
  A: {options: {x: {moves: forward}}, prefers: [A.x, not B.x]}
  B: {options: {x: {moves: forward}}, prefers: [B.x, not A.x]}
infeasible: [A.x and B.x]
status_quo: {}
"""


@pytest.mark.parametrize(
    ("weights", "ends"),
    [
        ((1e308, 1e308), {2: 0.5, 3: 0.5}),
        ((5e307, 1.5e308), {2: 0.25, 3: 0.75}),
        ((0.0, 1e-300), {3: 1.0}),
    ],
)
def test_weights_however_large_or_small_are_shares(weights: tuple[float, float], ends: dict[int, float]) -> None:
    graph = graph_of(RACING)
    found, _ = SlippingActors(Pictures(graph), acting("Nash"), weights).ends(0)
    assert {graph.states.names[end.states[0]]: end.probability for end in found} == pytest.approx(ends)


def test_one_of_weight_0_makes_no_move_in_any_play() -> None:
    actors = SlippingActors(Pictures(graph_of(RACING)), acting("Nash"), (0.0, 1.0))
    found = plays(actors, 0).found
    assert [(play.steps[0].by, play.probability, play.rests) for play in found] == [(1, 1.0, True)]


@pytest.mark.parametrize("weights", [(0.0, 0.0), (1.0,), (-1.0, 1.0), (float("nan"), 1.0)])
def test_weights_by_which_nobody_can_be_drawn_are_refused(weights: tuple[float, ...]) -> None:
    with pytest.raises(WrongWeights, match="expected 2 finite numbers"):
        SlippingActors(Pictures(graph_of(RACING)), acting("Nash"), weights)

"""Groups against plain sets and quantifiers: joint improvements, stability, departures, where allies part."""

from __future__ import annotations

import random
from itertools import pairwise

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from checks import examples, graph_of, loaded
from oracles.dynamics import Dynamics, subsets
from standoff import casebook
from standoff.analysis.coalition import (
    CONCEPTS,
    CoalitionalStability,
    Departure,
    agreement,
    departures,
    groups,
    parting,
)
from standoff.analysis.stability import solve
from standoff.conflict.model import PublishedAnswers
from standoff.errors import UnknownName
from standoff.graph import Graph, build_graph
from strategies.conflicts import Drawn, conflicts, option_conflicts, random_conflict

CHUNKS = 10
PUBLISHED = [name for name in casebook.names() if casebook.load(name).published]
Row = tuple[frozenset[str], object, frozenset[object]]  # a group, from where, to where


def both(drawn: Drawn) -> tuple[Dynamics, CoalitionalStability]:
    return Dynamics(drawn.document, drawn.formulas), CoalitionalStability(build_graph(loaded(drawn)))


def people(graph: Graph, group: tuple[int, ...]) -> frozenset[str]:
    return frozenset(graph.conflict.decision_makers[i].name for i in group)


def assert_same_coalitions(oracle: Dynamics, coalitions: CoalitionalStability) -> None:
    graph = coalitions.graph
    names = graph.states.names
    assert {people(graph, group) for group in groups(graph)} == set(subsets(oracle.dms, least=1))
    for group in groups(graph):
        members = people(graph, group)
        for s, name in enumerate(names):
            assert {names[t] for t in coalitions.improvements(group, s)} == oracle.joint(members, name)
            for concept in CONCEPTS:
                escape = coalitions.verdict(concept, group, s).escape
                undeterred = oracle.undeterred(concept, members, name)
                assert escape is None if not undeterred else names[escape or 0] in undeterred, (concept, members, name)


def assert_departure(oracle: Dynamics, graph: Graph, found: Departure) -> None:
    names, members = graph.states.names, people(graph, found.group)
    assert names[found.to] in oracle.joint(members, names[found.s])
    assert (found.moves[0].start, found.moves[-1].to) == (found.s, found.to)
    assert all(oracle.dms[move.by] in members for move in found.moves)
    assert all(names[move.to] in oracle.moves[oracle.dms[move.by]][names[move.start]] for move in found.moves)
    assert all(before.to == after.start and before.by != after.by for before, after in pairwise(found.moves))
    assert len(found.moves) == oracle.fewest(names[found.s], group=members)[names[found.to]]


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_many_random_conflicts_agree_in_every_group_and_concept(chunk: int, request: pytest.FixtureRequest) -> None:
    total = request.config.getoption("--conflicts") // 3
    for seed in range(chunk, total, CHUNKS):
        assert_same_coalitions(*both(random_conflict(random.Random(seed), combinations=(8, 16, 32)[seed % 3])))


@given(conflicts(combinations=16))
@examples(40)
def test_joint_improvements_and_verdicts_are_those_of_the_oracle(drawn: Drawn) -> None:
    assert_same_coalitions(*both(drawn))


@given(conflicts(combinations=16), st.sampled_from(CONCEPTS))
@examples(30)
def test_coalitional_equilibria_are_those_of_the_oracle(drawn: Drawn, concept: str) -> None:
    oracle, coalitions = both(drawn)
    names = coalitions.graph.states.names
    found = coalitions.equilibria(concept, range(len(names)))
    assert {names[s] for s in found} == oracle.joint_equilibria(concept)


@given(conflicts(combinations=32), st.data())
def test_departures_are_shortest_legal_sequences_to_what_every_member_prefers(
    drawn: Drawn, data: st.DataObject
) -> None:
    oracle, coalitions = both(drawn)
    graph = coalitions.graph
    s = data.draw(st.integers(0, len(graph.states) - 1))
    found = list(departures(coalitions, [s], groups(graph)))
    for one in found:
        assert_departure(oracle, graph, one)
    expected = {(group, t) for group in subsets(oracle.dms, 1) for t in oracle.joint(group, graph.states.names[s])}
    assert {(people(graph, one.group), graph.states.names[one.to]) for one in found} == expected
    assert len(found) == len(expected)


@given(conflicts(combinations=32), st.data())
def test_where_two_part_is_what_they_can_reach_and_only_one_wants(drawn: Drawn, data: st.DataObject) -> None:
    oracle, coalitions = both(drawn)
    names = coalitions.graph.states.names
    i, j = data.draw(st.permutations(range(len(oracle.dms))))[:2]
    s = data.draw(st.integers(0, len(names) - 1))
    one, other = oracle.dms[i], oracle.dms[j]
    reached = oracle.reach([one, other], names[s])
    first, second = ({t for t in reached if oracle.prefers(dm, t, names[s])} for dm in (one, other))
    found = parting(coalitions.graph, i, j, s)
    ours = [{names[t] for t in each} for each in (found.both, found.first_only, found.second_only)]
    assert ours == [first & second, first - second, second - first]


@given(conflicts(combinations=32))
def test_agreement_is_kendalls_tau_b(drawn: Drawn) -> None:
    oracle, coalitions = both(drawn)
    for i, one in enumerate(oracle.dms):
        for j, other in enumerate(oracle.dms):
            tau = oracle.agreement(one, other)
            assert agreement(coalitions.graph, i, j) == (tau if tau is None else pytest.approx(tau, abs=1e-12))


# Published conflicts


def computed(name: str) -> tuple[CoalitionalStability, PublishedAnswers]:
    conflict = casebook.load(name)
    assert conflict.published is not None
    return CoalitionalStability(build_graph(conflict)), dict(conflict.published.other)["computed"]


def left_together(coalitions: CoalitionalStability, states: list[int], least: int) -> set[Row]:
    """Who would leave each state together, and to where."""
    graph = coalitions.graph
    found: dict[tuple[frozenset[str], object], set[object]] = {}
    for one in departures(coalitions, states, groups(graph, least)):
        key = people(graph, one.group), graph.states.names[one.s]
        found.setdefault(key, set()).add(graph.states.names[one.to])
    return {(group, s, frozenset(to)) for (group, s), to in found.items()}


@pytest.mark.parametrize("name", PUBLISHED)
def test_the_states_that_no_group_would_leave_are_those_computed_elsewhere(name: str) -> None:
    coalitions, answers = computed(name)
    names = coalitions.graph.states.names
    assert answers.coalitionally_stable is not None
    found = coalitions.equilibria("Nash", range(len(names)))
    assert [names[s] for s in found] == sorted(answers.coalitionally_stable, key=list(names).index)


@pytest.mark.parametrize("name", PUBLISHED)
def test_what_groups_could_do_at_equilibria_is_what_was_computed_elsewhere(name: str) -> None:
    coalitions, answers = computed(name)
    analysis = solve(coalitions.graph.conflict, ["Nash", "SEQ"])
    states = sorted({*analysis.equilibria("Nash"), *analysis.equilibria("SEQ")})
    assert answers.coalitions is not None
    expected = {(frozenset(one.group), one.start, frozenset[object](one.to)) for one in answers.coalitions}
    assert left_together(coalitions, states, least=2) == expected


def test_from_5_in_elmira_only_the_ministry_and_the_company_together_can_improve_to_8() -> None:
    coalitions, _ = computed("elmira")
    at = coalitions.graph.states.names.index(5)
    assert left_together(coalitions, [at], least=1) == {(frozenset({"MoE", "Uniroyal"}), 5, frozenset({8}))}
    (found,) = departures(coalitions, [at], groups(coalitions.graph))
    assert len(found.moves) == 2


# Hand-made examples

TURNS = """
standoff: 1
title: A needs B to move in between
graph:
  states: {a: start, b: one on, c: two on, d: aside}
  moves: {A: {a: [b], b: [c], d: [c]}, B: {b: [d]}}
decision_makers:
  A: {ranking: [c, d, b, a]}
  B: {ranking: [c, d, a, b]}
"""
# Each can leave 1 for 2; from 2 the other has a way to 3, worse for the first, better for itself, and A a way on to 4.
REPLIES = """
standoff: 1
title: An answer with a way out
graph:
  states: {1: now, 2: better for A, 3: worse for A, 4: best for A}
  moves: {A: {1: [2], 3: [4]}, B: {2: [3]}}
decision_makers:
  A: {ranking: [4, 2, 1, 3]}
  B: {ranking: [3, 2, 1, 4]}
"""
# From s B and C have the answer x only by moving together: each alone first makes itself worse off.
TOGETHER = """
standoff: 1
title: An answer that takes two
graph:
  states: {q: now, s: better for A, u: half way, x: worse for A}
  moves: {A: {q: [s]}, B: {s: [u]}, C: {u: [x]}}
decision_makers:
  A: {ranking: [s, u, q, x]}
  B: {ranking: [x, s, u, q]}
  C: {ranking: [x, s, u, q]}
"""
# {B, C} improves jointly by B's move alone, so B moves twice in a row: a CSEQ answer that is no legal sequence.
IDLE = """
standoff: 1
title: A partner who does not move
graph:
  states: {1: now, 2: better for A, 3: half way}
  moves: {A: {1: [2]}, B: {2: [3], 3: [1]}}
decision_makers:
  A: {ranking: [2, 3, 1]}
  B: {ranking: [1, 3, 2]}
  C: {ranking: [1, 2, 3]}
"""


def test_a_group_reaches_by_turns_what_no_member_reaches_alone() -> None:
    coalitions = CoalitionalStability(graph_of(TURNS))
    assert coalitions.improvements((0,), 0).tolist() == [1]
    assert coalitions.improvements((0, 1), 0).tolist() == [2, 3]
    to_c = {one.to: one.moves for one in departures(coalitions, [0], [(0, 1)])}[2]
    assert [(move.by, move.start, move.to) for move in to_c] == [(0, 0, 1), (1, 1, 3), (0, 3, 2)]


def test_a_way_out_of_the_answer_undoes_it_under_smr_only() -> None:
    coalitions = CoalitionalStability(graph_of(REPLIES))
    stable = {concept: coalitions.verdict(concept, (0,), 0).stable for concept in CONCEPTS}
    assert stable == {"Nash": False, "GMR": True, "SMR": False, "SEQ": True}


def test_an_answer_may_be_a_joint_improvement_of_a_subcoalition() -> None:
    graph = graph_of(TOGETHER)
    assert CoalitionalStability(graph).verdict("SEQ", (0,), 0).stable
    assert not solve(graph.conflict, ["SEQ"]).stable["SEQ"][0, 0]


def test_in_graph_form_a_partner_who_does_not_move_gives_an_answer_that_general_metarationality_lacks() -> None:
    coalitions = CoalitionalStability(graph_of(IDLE))
    stable = {concept: coalitions.verdict(concept, (0,), 0).stable for concept in CONCEPTS}
    assert stable == {"Nash": False, "GMR": False, "SMR": False, "SEQ": True}


def test_all_together_are_answered_by_nobody() -> None:
    coalitions = CoalitionalStability(build_graph(casebook.load("prisoners-dilemma")))
    verdicts = [coalitions.verdict(concept, (0, 1), 0) for concept in CONCEPTS]
    assert [coalitions.graph.states.names[one.escape or 0] for one in verdicts] == [4] * 4


@pytest.mark.parametrize("concept", ["SSEQ", "SIM", "nonsense"])
def test_a_concept_that_groups_do_not_have_is_refused(concept: str) -> None:
    with pytest.raises(UnknownName, match=concept):
        CoalitionalStability(graph_of(TURNS)).verdict(concept, (0,), 0)


# Laws


def verdicts(coalitions: CoalitionalStability, concept: str) -> set[tuple[tuple[int, ...], int]]:
    """Where which group would stay."""
    states = range(len(coalitions.graph.states))
    return {(g, s) for g in groups(coalitions.graph) for s in states if coalitions.verdict(concept, g, s).stable}


@given(conflicts(combinations=32))
@examples(40)
def test_groups_of_one_are_stable_where_their_member_is(drawn: Drawn) -> None:
    graph = build_graph(loaded(drawn))
    coalitions, stable = CoalitionalStability(graph), solve(graph.conflict).stable
    for i in graph.dms:
        for concept in CONCEPTS if len(graph.dms) == 2 else ("Nash", "GMR", "SMR"):
            ours = [coalitions.verdict(concept, (i,), s).stable for s in range(len(graph.states))]
            assert ours == stable[concept][i].tolist(), concept


@given(conflicts(combinations=32))
@examples(40)
def test_what_deters_one_under_seq_deters_the_group_of_one(drawn: Drawn) -> None:
    graph = build_graph(loaded(drawn))
    coalitions, stable = CoalitionalStability(graph), solve(graph.conflict, ["SEQ"]).stable["SEQ"]
    assume(stable.any())
    for i in graph.dms:
        assert all(coalitions.verdict("SEQ", (i,), s).stable for s in stable[i].nonzero()[0])


@given(conflicts(combinations=16))
@examples(40)
def test_coalitional_nash_implies_all_and_symmetric_implies_general(drawn: Drawn) -> None:
    coalitions = CoalitionalStability(build_graph(loaded(drawn)))
    nash, gmr, smr, seq = (verdicts(coalitions, concept) for concept in CONCEPTS)
    assert nash <= smr <= gmr
    assert nash <= seq


@given(option_conflicts(combinations=16))
@examples(40)
def test_in_option_form_sequential_implies_general_for_groups(drawn: Drawn) -> None:
    coalitions = CoalitionalStability(build_graph(loaded(drawn)))
    assert verdicts(coalitions, "SEQ") <= verdicts(coalitions, "GMR")

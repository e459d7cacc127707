"""The engines against plain sets and quantifiers: every state, move, closure, verdict and witness."""

from __future__ import annotations

import random
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks import loaded
from oracles.oracle import Oracle
from standoff.analysis.stability import Verdict, solve, verdict
from standoff.formats import loads
from standoff.graph import Graph
from strategies.conflicts import Drawn, conflicts, random_conflict

CHUNKS = 30


def assert_same_conflict(oracle: Oracle, graph: Graph) -> None:
    names = graph.states.names
    assert list(names) == oracle.states
    for i, dm in enumerate(oracle.dms):
        ranks = [oracle.rank[dm][name] for name in names]
        assert np.array_equal(np.unique(ranks, return_inverse=True)[1], graph.ranks[i])
        for s, name in enumerate(names):
            assert {names[t] for t in graph.targets(i, s)} == oracle.moves[dm][name]


def assert_same_verdicts(oracle: Oracle, drawn: Drawn, returning: bool) -> int:
    analysis = solve(loaded(drawn), may_return=returning)
    names = analysis.graph.states.names
    assert set(analysis.stable) == set(oracle.concepts())
    for concept, stable in analysis.stable.items():
        for i, dm in enumerate(oracle.dms):
            ours = {names[s] for s in np.flatnonzero(stable[i])}
            assert ours == oracle.stable(concept, dm, returning=returning), (concept, dm, returning)
        assert {names[s] for s in analysis.equilibria(concept)} == set(oracle.equilibria(concept, returning=returning))
    return len(names) * len(oracle.dms) * len(analysis.stable)


def assert_witness(oracle: Oracle, graph: Graph, found: Verdict, returning: bool) -> None:
    names, dm = graph.states.names, oracle.dms[found.i]
    s = names[found.s]
    assert found.stable == (s in oracle.stable(found.concept, dm, returning=returning))
    if not found.stable:
        assert found.witness.escape is not None
        assert oracle.check_escape(found.concept, dm, s, names[found.witness.escape], returning=returning)
        return
    assert {names[answer.improvement] for answer in found.witness.sanctions} == set(oracle.improvements(dm, s))
    for answer in found.witness.sanctions:
        moves = [(oracle.dms[move.by], names[move.start], names[move.to]) for move in answer.moves]
        assert oracle.check_answer(found.concept, dm, s, names[answer.improvement], moves, returning=returning)


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_thousands_of_random_conflicts_agree_in_every_verdict(chunk: int, request: pytest.FixtureRequest) -> None:
    total = request.config.getoption("--conflicts")
    for seed in range(chunk, total, CHUNKS):
        drawn = random_conflict(random.Random(seed))
        oracle = Oracle(drawn.document, drawn.formulas)
        assert_same_verdicts(oracle, drawn, returning=True)


@given(conflicts())
def test_states_moves_and_ranks_are_those_of_the_oracle(drawn: Drawn) -> None:
    assert_same_conflict(Oracle(drawn.document, drawn.formulas), solve(loaded(drawn), ["Nash"]).graph)


@given(conflicts(combinations=48), st.booleans())
def test_verdicts_are_those_of_the_oracle(drawn: Drawn, returning: bool) -> None:
    assert_same_verdicts(Oracle(drawn.document, drawn.formulas), drawn, returning)


@given(conflicts(combinations=48), st.booleans(), st.data())
def test_witnesses_stand_without_trust_in_the_engine(drawn: Drawn, returning: bool, data: st.DataObject) -> None:
    oracle = Oracle(drawn.document, drawn.formulas)
    analysis = solve(loaded(drawn), may_return=returning)
    graph = analysis.graph
    s = data.draw(st.integers(0, len(graph.states) - 1))
    for concept in analysis.stable:
        for i in graph.dms:
            assert_witness(oracle, graph, verdict(graph, concept, i, s), returning)


@given(conflicts(combinations=48), st.booleans(), st.data())
def test_joint_reach_is_the_closure_over_legal_sequences(drawn: Drawn, improving: bool, data: st.DataObject) -> None:
    oracle = Oracle(drawn.document, drawn.formulas)
    graph = solve(loaded(drawn), ["Nash"]).graph
    names = graph.states.names
    s = data.draw(st.integers(0, len(names) - 1))
    group = data.draw(st.sets(st.sampled_from(list(graph.dms)), min_size=1))
    ours = {names[t] for t in np.flatnonzero(graph.reach(group, s, improving))}
    assert ours == oracle.reach([oracle.dms[j] for j in group], names[s], improvements=improving)


@given(conflicts(combinations=48), st.booleans(), st.data())
def test_a_path_is_a_shortest_legal_sequence(drawn: Drawn, improving: bool, data: st.DataObject) -> None:
    graph = solve(loaded(drawn), ["Nash"]).graph
    s, t = (data.draw(st.integers(0, len(graph.states) - 1)) for _ in range(2))
    group = data.draw(st.sets(st.sampled_from(list(graph.dms)), min_size=1))
    goals = np.zeros(len(graph.states), np.bool_)
    goals[t] = True
    path = graph.path(group, s, goals, improving)
    assert (path is not None) == bool(graph.reach(group, s, improving)[t])
    if path is None:
        return
    assert (path[0].start, path[-1].to) == (s, t)
    for move in path:
        assert move.by in group
        assert move.to in (graph.improvements if improving else graph.targets)(move.by, move.start)
    for before, after in pairwise(path):
        assert before.to == after.start
        assert before.by != after.by


@given(conflicts(combinations=48), st.data())
def test_origins_are_the_other_end_of_targets(drawn: Drawn, data: st.DataObject) -> None:
    graph = solve(loaded(drawn), ["Nash"]).graph
    i = data.draw(st.sampled_from(list(graph.dms)))
    t = data.draw(st.integers(0, len(graph.states) - 1))
    assert {int(s) for s in graph.moves.origins(i, t)} == {
        s for s in range(len(graph.states)) if t in graph.targets(i, s)
    }


@pytest.mark.parametrize("levels", [127, 128, 129, 256, 257])
def test_options_with_many_levels_keep_their_levels_apart(levels: int) -> None:
    names = ", ".join(f"l{k}" for k in range(levels))
    text = f"standoff: 1\ntitle: t\ndecision_makers: {{A: {{options: {{x: {{levels: [{names}]}}}}, "
    text += f"prefers: [x = l{levels - 1}]}}}}\ninfeasible: [x = l{levels - 2}]\n"
    analysis = solve(loads(text))
    assert [analysis.graph.states.names[s] for s in analysis.equilibria("Nash")] == [levels - 1]

"""Deals against plain sets and quantifiers, and what must hold of any of them."""

from __future__ import annotations

import random

import numpy as np
import pytest
from hypothesis import assume, given

from checks import chunks, examples, loaded
from oracles.deals import STEPS, Bargain
from oracles.oracle import Move
from standoff import casebook
from standoff.analysis.coalition import groups, joint_improvements
from standoff.analysis.deals import MOST_ORDERS, Deal, DealOptions, Deals, deals, not_dominated
from standoff.analysis.stability import solve
from standoff.concepts import Standing, deciding
from standoff.conflict.states import Selection
from standoff.graph import Graph, build_graph
from strategies.conflicts import Drawn, conflicts, option_conflicts, random_conflict

LADDER = {deciding(step).name: step for step in Standing if step is not Standing.WILL_MOVE}
CONFLICTS = 2000


def names(graph: Graph, group: tuple[int, ...]) -> frozenset[str]:
    return frozenset(graph.conflict.decision_makers[i].name for i in group)


def assert_deal(oracle: Bargain, graph: Graph, q: int, one: Deal) -> None:
    """What is told of one deal: who gains and loses, how it stands, and a sequence that asks for least trust."""
    states = graph.states.names
    group, start, end = names(graph, one.group), states[q], states[one.to]
    assert names(graph, one.gaining) == {dm for dm in group if oracle.prefers(dm, end, start)}
    assert names(graph, one.unharmed) == group - names(graph, one.gaining)
    assert names(graph, one.losing) == {dm for dm in set(oracle.dms) - group if oracle.prefers(dm, start, end)}
    for dm, stands in zip(oracle.dms, one.stands, strict=True):
        step = oracle.stands(dm, end)
        assert stands is (Standing.WILL_MOVE if step is None else LADDER[step]), (dm, end)
    moves: tuple[Move, ...] = tuple((oracle.dms[m.by], states[m.start], states[m.to]) for m in one.moves)
    assert len(moves) == oracle.fewest(start, group=group)[end]
    told = {(k.after, oracle.dms[k.by]): (states[k.to], names(graph, k.hurt)) for k in one.run_offs}
    assert len(told) == len(one.run_offs)
    possible = oracle.run_offs(group, moves)
    assert told.keys() == possible.keys()
    for (_, dm), (to, hurt) in told.items():
        places = possible[_, dm]
        assert hurt == places[to]
        assert not any(oracle.prefers(dm, other, to) for other in places)
    ways = list(oracle.sequences(group, start, end, len(moves)))
    assert moves in ways
    if len(ways) <= MOST_ORDERS:
        assert len(told) == min(len(oracle.run_offs(group, way)) for way in ways)


def assert_same_deals(drawn: Drawn, rng: random.Random) -> Deals:
    oracle, analysis = Bargain(drawn.document, drawn.formulas), solve(loaded(drawn))
    graph = analysis.graph
    states = list(graph.states.names)
    q = rng.randrange(len(states))
    within = np.array([rng.random() < 0.8 for _ in states]) if rng.random() < 0.3 else None
    found = deals(analysis, DealOptions(q, within=None if within is None else Selection("half", within)))
    asked = states if within is None else [s for s, inside in zip(states, within, strict=True) if inside]
    assert len(found.deals) == len({(one.group, one.to) for one in found.deals})
    assert {(names(graph, one.group), states[one.to]) for one in found.deals} == oracle.deals(states[q], asked)
    for one in found.deals[:6]:
        assert_deal(oracle, graph, q, one)
    return found


@pytest.mark.parametrize("chunk", chunks(20))
def test_deals_of_random_conflicts_are_those_of_plain_sets(chunk: int) -> None:
    assert LADDER.keys() == set(STEPS)
    some = 0
    for seed in range(chunk, CONFLICTS, 20):
        drawn = random_conflict(random.Random(seed), combinations=(8, 16, 32)[seed % 3])
        some += bool(assert_same_deals(drawn, random.Random(seed)).deals)
    assert some > 20  # else it would have looked at nothing


@given(option_conflicts(combinations=32))
@examples(30)
def test_where_neither_can_improve_alone_what_two_could_gain_is_a_deal_or_one_is_no_worse_for_both(
    drawn: Drawn,
) -> None:
    analysis = solve(loaded(drawn))
    graph = analysis.graph
    for q in range(min(8, len(graph.states))):
        for pair in groups(graph, least=2):
            if len(pair) == 2 and not any(len(graph.improvements(i, q)) for i in pair):
                found = [one.to for one in deals(analysis, DealOptions(q, (pair,))).deals]
                ranks = graph.ranks[list(pair)]
                for t in joint_improvements(graph, pair, q):
                    assert any((ranks[:, to] >= ranks[:, t]).all() for to in found)


@given(conflicts(combinations=16))
@examples(30)
def test_somebody_is_hurt_by_whoever_runs_off_and_nobody_of_the_group_loses_by_the_deal(drawn: Drawn) -> None:
    analysis = solve(loaded(drawn))
    graph = analysis.graph
    found = deals(analysis, DealOptions(0))
    assume(found.deals)
    for one in found.deals:
        assert one.gaining
        assert not any(graph.prefers(i, 0, one.to) for i in one.group)
        assert {*one.gaining, *one.unharmed} == {*one.group}
        for run in one.run_offs:
            assert run.hurt
            assert graph.prefers(run.by, run.to, one.to)
            assert run.by not in run.hurt
    assert list(found.deals) == sorted(found.deals, key=lambda deal: len(deal.group))
    assert [one for one in found.deals if one.lasts] == list(found.lasting)
    assert all(bool(one.breaking) is not one.lasts for one in found.deals)


def test_what_is_not_dominated_is_what_no_other_column_beats() -> None:
    rng = np.random.default_rng(0)
    for _ in range(300):
        ranks = rng.integers(0, 4, (rng.integers(1, 4), rng.integers(1, 9))).astype(np.int32)
        told = not_dominated(ranks)
        for k, mine in enumerate(ranks.T):
            beaten = any((other >= mine).all() and (other > mine).any() for other in ranks.T)
            assert told[k] == (not beaten)


def test_who_cooperates_first_must_trust_the_other() -> None:
    analysis = solve(casebook.load("prisoners-dilemma"))
    (one,) = deals(analysis, DealOptions(0)).deals
    assert (one.group, one.to, one.firmness) == ((0, 1), 3, Standing.DETERRED)
    assert [(run.after, run.hurt) for run in one.run_offs] == [(1, (one.moves[0].by,))]


def test_groups_that_were_not_looked_at_are_told() -> None:
    analysis = solve(casebook.load("syria-2015"))
    quo = analysis.graph.meaning.status_quo
    assert quo is not None
    asked = iter([False, False, True])
    found = deals(analysis, DealOptions(quo), enough=lambda: next(asked))
    assert found.groups_looked_at == 2
    assert found.not_done == ("24 of 26 groups were not looked at",)
    assert deals(analysis, DealOptions(quo)).not_done == ()


def test_moves_of_those_who_need_not_move_are_told_to_be_none() -> None:
    graph = build_graph(casebook.load("syria-2015"))
    quo = graph.meaning.status_quo
    assert quo is not None
    for one in deals(solve(graph.meaning), DealOptions(quo)).deals:
        assert {move.by for move in one.moves} | {*one.idle} == {*one.group}

"""Evolution against plain sets and quantifiers: what is reached, by which sequences, by whom, how likely, what was."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Mapping
from fractions import Fraction
from math import sqrt
from pathlib import Path
from typing import Any, get_args

import numpy as np
import pytest
from hypothesis import Phase, assume, given, settings
from hypothesis import strategies as st

from checks import examples, graph_of, loaded, run, written
from oracles.dynamics import Dynamics, Observed
from oracles.oracle import Move as Step
from oracles.oracle import State
from standoff import casebook
from standoff._engine import Mask
from standoff.analysis.evolution import Chain, Choice, Reachable, attainable, chain, needs, reach, shortest_sequences
from standoff.analysis.history import Replayed, replay
from standoff.analysis.paths import PathsOptions, explore
from standoff.analysis.stability import solve
from standoff.errors import InvalidConflict, WrongWeights
from standoff.formats import dumps, loads
from standoff.graph import Graph, Move, build_graph
from strategies.conflicts import Drawn, conflicts, merged_conflicts, option_conflicts, random_conflict

CHUNKS = 10
CHOICES: tuple[Choice, ...] = get_args(Choice)


def both(drawn: Drawn) -> tuple[Dynamics, Graph]:
    return Dynamics(drawn.document, drawn.formulas), build_graph(loaded(drawn))


def named(graph: Graph, moves: tuple[Move, ...]) -> tuple[Step, ...]:
    dms, names = graph.conflict.decision_makers, graph.states.names
    return tuple((dms[move.by].name, names[move.start], names[move.to]) for move in moves)


def mask(graph: Graph, goals: set[State]) -> Mask:
    return np.array([name in goals for name in graph.states.names], np.bool_)


def assert_same_reach(oracle: Dynamics, graph: Graph, found: Reachable) -> None:
    names, start = graph.states.names, graph.states.names[found.start]
    distance = {name: int(k) for name, k in zip(names, found.distance, strict=True) if k >= 0}
    assert distance == oracle.fewest(start, found.improving)
    assert {names[t] for t in found.states} == set(distance)
    for t, name in enumerate(names):
        last = {oracle.dms[j] for j in graph.dms if found.last[j, t]}
        assert last == (oracle.last_movers(start, name, found.improving) if name in distance else set())


def assert_same_needs(oracle: Dynamics, graph: Graph, start: int, goals: set[State], improving: bool) -> None:
    found, q = needs(graph, start, mask(graph, goals), improving), graph.states.names[start]
    assert found.possible == oracle.can(oracle.dms, q, goals, improving)
    assert {frozenset(oracle.dms[i] for i in group) for group in found.able} == oracle.able(q, goals, improving)
    without = frozenset(oracle.dms[i] for i in found.without)
    assert without in (oracle.blocking(q, goals, improving) or {frozenset()})


def assert_same_chain(
    oracle: Dynamics, graph: Graph, start: int, choice: Choice, weights: list[int] | None = None
) -> None:
    found = chain(graph, start, weights, choice)
    by_name = dict(zip(oracle.dms, weights or [1] * len(oracle.dms), strict=True))
    expected = oracle.chain(graph.states.names[start], by_name, choice)
    assert probabilities(graph, found) == pytest.approx(expected.probabilities(), abs=1e-9)
    assert found.moves == pytest.approx(float(expected.moves()), rel=1e-9, abs=1e-9)
    assert sorted(found.ends, key=lambda end: -end.probability) == list(found.ends)


def probabilities(graph: Graph, found: Chain) -> dict[frozenset[State], float]:
    return {frozenset(graph.states.names[s] for s in end.states): end.probability for end in found.ends}


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_many_random_conflicts_agree_in_reach_sequences_needs_and_chains(
    chunk: int, request: pytest.FixtureRequest
) -> None:
    total = request.config.getoption("--conflicts") // 3
    for seed in range(chunk, total, CHUNKS):
        rng = random.Random(seed)
        oracle, graph = both(random_conflict(rng, combinations=(8, 16, 32)[seed % 3]))
        names = graph.states.names
        for start in rng.sample(range(len(names)), min(4, len(names))):
            goals = set(rng.sample(names, rng.randint(1, max(1, len(names) // 3))))
            for improving in (False, True):
                assert_same_reach(oracle, graph, reach(graph, start, improving))
                assert_same_needs(oracle, graph, start, goals, improving)
                ours = [named(graph, each) for each in shortest_sequences(graph, start, mask(graph, goals), improving)]
                assert len(ours) == len(set(ours))
                assert set(ours) == oracle.shortest(names[start], goals, improving)
            for choice in CHOICES:
                assert_same_chain(oracle, graph, start, choice)
                assert_same_chain(oracle, graph, start, choice, [rng.randint(0, 3) for _ in oracle.dms[1:]] + [1])


# What is reached


@given(conflicts(combinations=48), st.booleans(), st.data())
@examples(40)
def test_reach_counts_the_fewest_moves_and_names_their_last_movers(
    drawn: Drawn, improving: bool, data: st.DataObject
) -> None:
    oracle, graph = both(drawn)
    start = data.draw(st.integers(0, len(graph.states) - 1))
    assert_same_reach(oracle, graph, reach(graph, start, improving))


@given(conflicts(combinations=48), st.booleans(), st.data())
@examples(40)
def test_reach_of_a_group_takes_moves_of_its_members_only(drawn: Drawn, improving: bool, data: st.DataObject) -> None:
    oracle, graph = both(drawn)
    names = graph.states.names
    start = data.draw(st.integers(0, len(names) - 1))
    group = data.draw(st.sets(st.sampled_from(list(graph.dms))))
    found = reach(graph, start, improving, group)
    fewest = oracle.fewest(names[start], improving, [oracle.dms[j] for j in group])
    assert {names[t]: int(found.distance[t]) for t in found.states} == fewest
    assert not found.last[[j for j in graph.dms if j not in group]].any()


@given(conflicts(combinations=32), st.booleans(), st.data())
@examples(30)
def test_attainable_equilibria_are_the_equilibria_reached(drawn: Drawn, improving: bool, data: st.DataObject) -> None:
    oracle, analysis = Dynamics(drawn.document, drawn.formulas), solve(loaded(drawn))
    names = analysis.graph.states.names
    start = data.draw(st.integers(0, len(names) - 1))
    for concept, states in attainable(analysis, reach(analysis.graph, start, improving)).items():
        assert {names[s] for s in states} == oracle.attainable(concept, names[start], improving)


@given(conflicts(combinations=32), st.booleans(), st.data())
def test_shortest_sequences_are_all_of_them_and_each_once(drawn: Drawn, improving: bool, data: st.DataObject) -> None:
    oracle, graph = both(drawn)
    names = graph.states.names
    start = data.draw(st.integers(0, len(names) - 1))
    goals = data.draw(st.sets(st.sampled_from(names), max_size=3))
    group = data.draw(st.none() | st.sets(st.sampled_from(list(graph.dms))))
    ours = [named(graph, each) for each in shortest_sequences(graph, start, mask(graph, goals), improving, group)]
    members = None if group is None else [oracle.dms[j] for j in group]
    assert sorted(ours, key=str) == sorted(oracle.shortest(names[start], goals, improving, members), key=str)


@given(conflicts(combinations=32), st.booleans(), st.data())
def test_needs_are_the_smallest_able_groups_and_a_smallest_blocking_one(
    drawn: Drawn, improving: bool, data: st.DataObject
) -> None:
    oracle, graph = both(drawn)
    start = data.draw(st.integers(0, len(graph.states) - 1))
    goals = data.draw(st.sets(st.sampled_from(graph.states.names), max_size=3))
    assert_same_needs(oracle, graph, start, goals, improving)


# Chains


@given(conflicts(combinations=32), st.sampled_from(CHOICES), st.data())
def test_chains_end_where_exact_fractions_say(drawn: Drawn, choice: Choice, data: st.DataObject) -> None:
    oracle, graph = both(drawn)
    start = data.draw(st.integers(0, len(graph.states) - 1))
    some = st.lists(st.integers(0, 5), min_size=len(oracle.dms), max_size=len(oracle.dms)).filter(any)
    assert_same_chain(oracle, graph, start, choice, data.draw(st.none() | some))


@given(conflicts(combinations=32), st.sampled_from(CHOICES))
def test_nash_equilibria_are_ends_of_the_chain_and_under_some_choices_the_only_single_ones(
    drawn: Drawn, choice: Choice
) -> None:
    analysis = solve(loaded(drawn), ["Nash"])
    found = {s: chain(analysis.graph, s, choice=choice) for s in range(len(analysis.graph.states))}
    alone = {s for s, each in found.items() if [end.states for end in each.ends] == [(s,)]}
    equilibria = set(analysis.equilibria("Nash"))
    assert all(found[s].moves == 0 and found[s].ends[0].probability == 1 for s in equilibria)
    assert alone >= equilibria if choice == "credible" else alone == equilibria


def assert_simulated(graph: Graph, oracle: Dynamics, start: int, choice: Choice, walks: int = 2000) -> None:
    """Shares and the mean within five standard errors of what is computed."""
    found = chain(graph, start, None, choice)
    expected = oracle.chain(graph.states.names[start], dict.fromkeys(oracle.dms, 1), choice)
    ends, moves = zip(*expected.simulated(random.Random(start), walks), strict=True)
    shares = Counter(ends)
    for end, p in probabilities(graph, found).items():
        assert abs(shares[end] / walks - p) <= 5 * sqrt(max(0, p * (1 - p)) / walks) + 1e-9
    assert abs(float(np.mean(moves)) - found.moves) <= 5 * float(np.std(moves)) / sqrt(walks) + 1e-9


@pytest.mark.parametrize("seed", range(12))
def test_chains_agree_with_simulation(seed: int) -> None:
    oracle, graph = both(random_conflict(random.Random(seed), combinations=32))
    lengths = [chain(graph, s).moves for s in range(len(graph.states))]
    for choice in CHOICES:
        assert_simulated(graph, oracle, int(np.argmax(lengths)), choice)


# Replay


DATES = (None, None, "2013", "2014-02", "2014-02-20", "2014-02-21", "2014-03", "2015")


def histories(drawn: Drawn) -> st.SearchStrategy[dict[str, Any]]:
    """What might have been observed: options of any decision makers moved to any of their levels, before and after."""
    levels = {
        f"{dm}.{name}": option.get("levels", ["no", "yes"])
        for dm, body in drawn.document["decision_makers"].items()
        for name, option in body["options"].items()
    }
    moves = st.sets(st.sampled_from(sorted(levels)), min_size=1, max_size=4).flatmap(
        lambda options: st.fixed_dictionaries({name: st.sampled_from(levels[name]) for name in sorted(options)})
    )
    start = st.sets(st.sampled_from(sorted(levels)), max_size=3).flatmap(
        lambda options: st.fixed_dictionaries({name: st.sampled_from(levels[name]) for name in sorted(options)})
    )
    event = st.builds(
        lambda made, date: {"moves": made} | ({"date": date} if date else {}), moves, st.sampled_from(DATES)
    )
    history = st.lists(event, max_size=5) | st.builds(
        lambda begun, events: {"from": begun, "events": events}, start, st.lists(event, max_size=5)
    )
    dated = st.sampled_from([{}, {"date": "2014"}, {"date": "2014-02"}, {"date": "2014-02-20"}])
    return st.builds(lambda date, given: date | {"history": given}, dated, history)


def all_come_later(given: Mapping[str, Any]) -> bool:
    """Whether a history that says where it begins has only events that are dated after the conflict's date."""
    history, date = given["history"], given.get("date")
    if isinstance(history, list) or not history["events"] or date is None:
        return False
    first = history["events"][0].get("date", "0")
    return bool(first[: len(date)] > date[: len(first)])


def assert_same_replay(drawn: Drawn, given: dict[str, Any]) -> None:
    drawn = Drawn(drawn.document | given, drawn.formulas)
    if "status_quo" in drawn.document and all_come_later(given):
        with pytest.raises(InvalidConflict, match="every event is later than the conflict's date"):
            loaded(drawn)
        return
    oracle, graph = both(drawn)
    assert [observed(graph, one) for one in replay(graph)] == oracle.replay()


def observed(graph: Graph, one: Replayed) -> Observed:
    start, to = (None if s is None else graph.states.names[s] for s in (one.start, one.to))
    names = [dm.name for dm in graph.conflict.decision_makers]
    told = (one.possible, one.improvement, one.best, one.deterred, tuple(names[j] for j in one.together))
    return Observed(one.event, names[one.by], start, to, *told)


@given(option_conflicts(combinations=32), st.data())
def test_replay_judges_each_observed_move_by_the_definitions(drawn: Drawn, data: st.DataObject) -> None:
    assert_same_replay(drawn, data.draw(histories(drawn)))


def has_a_combination(drawn: Drawn) -> bool:
    """Whether it is known in which combination the observed history begins."""
    oracle, given_ = Dynamics(drawn.document, drawn.formulas), drawn.document.get("status_quo")
    return given_ is None or isinstance(given_, Mapping) or len(oracle.members[given_]) == 1


@given(merged_conflicts(combinations=32).filter(has_a_combination), st.data())
@settings(phases=[Phase.explicit, Phase.reuse, Phase.generate])  # the example below is as small as it gets
def test_replay_begins_at_the_combination_given_also_where_states_are_merged(drawn: Drawn, data: st.DataObject) -> None:
    assert_same_replay(drawn, data.draw(histories(drawn)))


def test_a_merged_status_quo_given_by_its_options_is_where_the_history_begins() -> None:
    found = replay(graph_of(MERGED))
    assert [(one.start, one.to, one.possible) for one in found] == [(2, 3, True)]


def test_what_is_observed_goes_on_from_the_status_quo() -> None:
    dated = [("2014-02", "A.x: yes"), ("2014-03-02", "A.x: no"), (None, "A.x: yes, B.y: yes")]
    events = ", ".join(f"{{moves: {{{moves}}}{f', date: {date}' if date else ''}}}" for date, moves in dated)
    quo = "{A.x: no, B.y: yes}"
    text = CHASE + f"date: 2014-03-01\nstatus_quo: {quo}\nhistory: [{events}]\n"
    found = replay(graph_of(text))
    assert [(one.event, one.by, one.start, one.to) for one in found] == [
        (0, 0, 2, 3),  # A.x begins at its first level, and B.y stands where it stands at the status quo
        (1, 0, 2, 2),  # later: from the status quo, whatever came before it
        (2, 0, 2, 3),
        (2, 1, 2, 3),
    ]


def test_what_is_observed_may_begin_at_given_levels() -> None:
    text = CHASE + "status_quo: {A.x: yes}\nhistory: {from: %s, events: [{moves: {A.x: yes}}]}\n"
    assert [(one.start, one.to) for one in replay(graph_of(text % "{B.y: yes}"))] == [(2, 3)]
    assert [(one.start, one.to) for one in replay(graph_of(text % "{A.x: yes}"))] == [(1, 1)]
    assert [(one.start, one.to) for one in replay(graph_of(text % "{}"))] == [(0, 1)]


def test_where_no_one_knows_where_the_history_begins_nothing_is_judged() -> None:
    text = CHASE + "history: %s\n"
    assert replay(graph_of(text % "[{moves: {A.x: yes}}]")) == []
    assert [(one.start, one.to) for one in replay(graph_of(text % "{from: {}, events: [{moves: {A.x: yes}}]}"))] == [
        (0, 1)
    ]


def test_those_who_move_in_one_event_move_together() -> None:
    """A and B swap places through what neither could reach alone; C is named and does nothing."""
    found = replay(graph_of(TOGETHER))
    assert [(one.by, one.start, one.to, one.together) for one in found] == [
        (0, 0, 1, (1,)),
        (1, 0, 1, (0,)),
        (2, 0, 1, (0, 1)),
    ]
    assert [(one.possible, one.improvement, one.best) for one in found] == [
        (True, True, True),
        (True, False, False),
        (True, None, None),
    ]


def test_a_part_against_its_direction_is_not_possible_though_the_others_was() -> None:
    found = replay(graph_of(TOGETHER.replace("B: {options: {y: {}}", "B: {options: {y: {moves: backward}}")))
    assert [one.possible for one in found] == [True, False, True]


def test_what_all_make_of_it_together_has_to_be_feasible() -> None:
    moves = "history: [{moves: {A.x: yes, B.y: yes}}]"
    found = replay(graph_of(RACE + moves))
    assert [(one.start, one.to, one.possible, one.together) for one in found] == [
        (0, None, False, (1,)),
        (0, None, False, (0,)),
    ]


def test_the_best_that_one_could_do_is_an_improvement() -> None:
    """What is the best of bad moves, or as good as staying, is not the best that its mover had."""
    found = replay(graph_of(CHASE + "status_quo: {A.x: no}\nhistory: [{moves: {A.x: yes}}]\n"))
    assert [(one.improvement, one.best) for one in found] == [(False, False)]
    tied = CHASE.replace("[A.x iff B.y]", "[true]") + "status_quo: {A.x: no}\nhistory: [{moves: {A.x: yes}}]\n"
    assert [(one.improvement, one.best) for one in replay(graph_of(tied))] == [(False, False)]


@pytest.mark.parametrize("suffix", [".yaml", ".json"])
@given(option_conflicts(combinations=8), st.data())
@examples(20)
def test_a_history_survives_the_round_trip(suffix: str, drawn: Drawn, data: st.DataObject) -> None:
    given_ = data.draw(histories(drawn))
    assume(not all_come_later(given_))
    conflict = loaded(Drawn(drawn.document | given_, drawn.formulas))
    assert loads(dumps(conflict, suffix), suffix) == conflict


@pytest.mark.parametrize(
    ("history", "message"),
    [
        ("{from: {A.z: yes}, events: []}", 'history.from["A.z"]: unknown option "A.z"'),
        ("{from: {A.x: maybe}, events: []}", 'history.from["A.x"]: '),
        ("{from: {}, events: [{moves: {A.x: maybe}}]}", 'history.events[0].moves["A.x"]: '),
        ("{from: {}}", "history.events: is missing"),
        ("{events: []}", "history.from: is missing"),
        ("{from: {}, event: []}", 'history.event: unknown key "event"; did you mean "events"?'),
        ("{from: {}, events: [{move: {A.x: yes}}]}", 'history.events[0].move: unknown key "move"'),
        ("7", "history: expected a list"),
    ],
)
def test_what_is_wrong_with_a_history_is_told_with_its_place(history: str, message: str) -> None:
    with pytest.raises(InvalidConflict) as error:
        loads(CHASE + f"history: {history}\n")
    assert any(str(problem).startswith(message) for problem in error.value.problems), str(error.value)


def test_a_conflict_in_graph_form_has_nothing_to_replay() -> None:
    assert replay(graph_of(TURNS)) == []


# Hand-made examples

TOGETHER = """
standoff: 1
title: A and B can only go together
decision_makers:
  A: {options: {x: {}}, prefers: [A.x]}
  B: {options: {y: {}}, prefers: [not B.y]}
  C: {options: {z: {}}, prefers: [C.z]}
infeasible: [not (A.x iff B.y)]
status_quo: {}
history: [{moves: {A.x: yes, B.y: yes, C.z: no}}]
"""
TURNS = """
standoff: 1
title: A needs B to move in between
graph:
  states: {a: start, b: one on, c: two on, d: aside, e: out of reach}
  moves: {A: {a: [b], b: [c], d: [c]}, B: {b: [d]}}
decision_makers:
  A: {ranking: [c, d, b, a, e]}
  B: {ranking: [c, d, a, b, e]}
"""
CHASE = """
standoff: 1
title: A wants the same, B wants something else
decision_makers:
  A: {options: {x: {}}, prefers: [A.x iff B.y]}
  B: {options: {y: {}}, prefers: [not (A.x iff B.y)]}
"""
# Uniform: B goes back to 1 every other time. Best: 3 is second to 1, so B always goes back. Credible: A at 1 is
# answered by being brought back, so nobody moves.
LEAVE = """
standoff: 1
title: B may go back or leave
graph:
  states: {1: here, 2: there, 3: gone}
  moves: {A: {1: [2]}, B: {2: [1, 3]}}
decision_makers:
  A: {ranking: [2, 1, 3]}
  B: {ranking: [1, 3, 2]}
"""
RACE = """
standoff: 1
title: Who is first ends it
decision_makers:
  A: {options: {x: {moves: forward}}, prefers: [A.x]}
  B: {options: {y: {moves: forward}}, prefers: [B.y]}
infeasible: [A.x and B.y]
status_quo: {A.x: no, B.y: no}
"""
MERGED = """
standoff: 1
title: B has gone ahead, whichever way
decision_makers:
  A: {options: {x: {}}, prefers: [A.x]}
  B: {options: {y: {levels: [no, this, that]}}, prefers: [B.y]}
states: {waiting: not A.x and B.y = no, alone: A.x and B.y = no, ahead: not A.x and B.y, joined: A.x and B.y}
status_quo: {B.y: that}
history: [{moves: {A.x: yes}}]
"""


def test_two_arcs_of_one_mover_take_a_third_move_in_between() -> None:
    graph = graph_of(TURNS)
    assert reach(graph, 0).distance.tolist() == [0, 1, 3, 2, -1]
    (only,) = shortest_sequences(graph, 0, mask(graph, {"c"}))
    assert named(graph, only) == (("A", "a", "b"), ("B", "b", "d"), ("A", "d", "c"))


def test_what_takes_both_is_blocked_by_one() -> None:
    graph = graph_of(TURNS)
    found = needs(graph, 0, mask(graph, {"c"}))
    assert (found.possible, found.able) == (True, ((0, 1),))
    assert len(found.without) == 1


def test_what_nobody_can_bring_about_needs_no_blocking() -> None:
    graph = graph_of(TURNS)
    found = needs(graph, 0, mask(graph, {"e"}))
    assert (found.possible, found.able, found.without) == (False, (), ())
    assert list(shortest_sequences(graph, 0, mask(graph, {"e"}))) == []


def test_where_one_is_already_it_takes_nobody() -> None:
    graph = graph_of(TURNS)
    found = needs(graph, 0, mask(graph, {"a", "c"}))
    assert (found.possible, found.able, found.without) == (True, ((),), ())
    assert list(shortest_sequences(graph, 0, mask(graph, {"a", "c"}))) == [()]


@pytest.mark.parametrize("choice", CHOICES[:2])
def test_a_chase_without_end_is_one_cycle(choice: Choice) -> None:
    (end,) = chain(graph_of(CHASE), 0, choice=choice).ends
    assert end.states == (0, 1, 2, 3)
    assert end.probability == pytest.approx(1)


def test_a_move_that_would_be_answered_is_not_credible() -> None:
    assert [chain(graph_of(CHASE), s, choice="credible").ends[0].states for s in range(4)] == [(0,), (1,), (2,), (3,)]


@pytest.mark.parametrize(
    ("choice", "end", "moves"), [("uniform", (2,), 4.0), ("best", (0, 1), 0.0), ("credible", (0,), 0.0)]
)
def test_the_choice_among_improvements_decides_where_it_ends(
    choice: Choice, end: tuple[int, ...], moves: float
) -> None:
    found = chain(graph_of(LEAVE), 0, choice=choice)
    assert [one.states for one in found.ends] == [end]
    assert found.moves == pytest.approx(moves)


@pytest.mark.parametrize(
    ("weights", "share"), [(None, Fraction(1, 2)), ([3, 1], Fraction(3, 4)), ([2.5, 0], Fraction(1))]
)
def test_irreversible_moves_are_won_by_weight(weights: list[float] | None, share: Fraction) -> None:
    found = chain(graph_of(RACE), 0, weights)
    assert {end.states: end.probability for end in found.ends}[1,] == pytest.approx(float(share))
    assert (found.moves, sum(end.probability for end in found.ends)) == pytest.approx((1, 1))


def test_who_has_no_weight_does_not_move_even_where_nobody_else_would() -> None:
    found = chain(graph_of(TURNS), 0, [0, 1])
    assert ([end.states for end in found.ends], found.moves) == ([(0,)], 0)


def test_a_chain_says_what_it_assumes() -> None:
    graph = graph_of(RACE)
    assert "by weight: A 3, B 1" in " ".join(chain(graph, 0, [3, 1]).assumes)
    assert len({chain(graph, 0, choice=choice).assumes for choice in CHOICES}) == 3


def test_an_irreversible_move_taken_back_was_not_possible() -> None:
    moves = [{"A.x": "yes"}, {"A.x": "no"}, {"A.x": "yes"}, {"B.y": "yes"}]
    found = replay(graph_of(RACE + f"history: {[{'moves': event} for event in moves]}"))
    assert [(one.by, one.start, one.to, one.possible) for one in found] == [
        (0, 0, 1, True),
        (0, 1, 0, False),
        (0, 0, 1, True),
        (1, 1, None, False),
    ]
    assert (found[0].improvement, found[0].best, found[0].deterred) == (True, True, (("GMR", False), ("SEQ", False)))
    assert (found[1].improvement, found[1].best, found[1].deterred) == (None, None, ())


def test_every_observed_move_on_syria_was_possible_and_ends_at_the_status_quo() -> None:
    graph = build_graph(casebook.load("syria-2015"))
    found = replay(graph)
    assert [graph.conflict.decision_makers[one.by].name for one in found] == ["Russia", "Iran", "US", "Russia", "US"]
    assert [one.event for one in found] == [0, 0, 1, 2, 3]
    assert [one.together for one in found] == [(2,), (1,), (), (), ()]
    assert all(one.possible for one in found)
    assert found[-1].to == graph.meaning.status_quo


@pytest.mark.parametrize(
    "weights", [[0.0, 0.0], [1.0], [1.0, 1.0, 1.0], [-1.0, 1.0], [float("nan"), 1.0], [float("inf"), 1.0]]
)
def test_weights_that_are_none_are_refused(weights: list[float]) -> None:
    with pytest.raises(ValueError, match="expected 2 finite numbers"):
        chain(build_graph(casebook.load("chicken")), 0, weights)


def test_nobody_who_may_move_having_a_weight_is_a_clear_error() -> None:
    result = run("paths", "elmira", "--by", "MoE", "--weights", "MoE=0")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == "Error: weights: of those who are to move (MoE) all weigh 0, so nobody would move\n"
    analysis = solve(casebook.load("elmira"))
    with pytest.raises(WrongWeights, match="all weigh 0"):
        explore(analysis, PathsOptions(0, group=(0,), weights=(0.0, 1.0, 1.0)))
    assert run("paths", "elmira", "--by", "MoE", "--weights", "LG=0").exit_code == 0


MANY_WAYS = """
standoff: 1
title: Six shortest ways
decision_makers:
  A: {options: {x: {}}, prefers: [A.x]}
  B: {options: {x: {}}, prefers: [B.x]}
  C: {options: {x: {}}, prefers: [C.x]}
status_quo: {}
"""


def test_ways_that_are_not_listed_are_counted_and_how_to_list_them_is_said(tmp_path: Path) -> None:
    path = written(tmp_path, MANY_WAYS)
    told = run("paths", path, "--to", "A.x and B.x and C.x").stdout
    assert "6 shortest ways" in told
    assert told.count("… and 1 more (--all lists them)") == 2  # by improvements and by moves
    everything = run("paths", path, "--to", "A.x and B.x and C.x", "--all").stdout
    assert "more (--all" not in everything
    assert everything.count(", then ") == 2 * 2 * 6


def test_ends_that_are_not_listed_can_be_listed(tmp_path: Path) -> None:
    fork = "standoff: 1\ntitle: Six ends\ngraph:\n  states: {0: , 1: , 2: , 3: , 4: , 5: , 6: }\n"
    fork += "  moves: {A: {0: [1, 2, 3, 4, 5, 6]}, B: {}}\nstatus_quo: 0\n"
    fork += "decision_makers: {A: {ranking: [[1, 2, 3, 4, 5, 6], 0]}, B: {ranking: [0, [1, 2, 3, 4, 5, 6]]}}\n"
    path = written(tmp_path, fork)
    assert "… and 1 more (--all lists them)" in run("paths", path).stdout
    everything = run("paths", path, "--all").stdout
    assert "more (--all" not in everything
    assert everything.count("16.7%") == 6

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks import loaded
from oracles.oracle import Oracle
from standoff.casebook import load
from standoff.conflict.edits import preference_edits, with_preference
from standoff.conflict.meaning import validate
from standoff.conflict.model import DecisionMaker
from standoff.conflict.preference import (
    OrderedStatements,
    Preference,
    Ranking,
    Statement,
    Weight,
    Weights,
    from_ranking,
    from_statements,
    from_weights,
    groups_of,
)
from standoff.conflict.syntax import parse
from standoff.graph import build_graph
from strategies.conflicts import Drawn, conflicts

STATES = 12
truths = st.lists(st.lists(st.booleans(), min_size=STATES, max_size=STATES).map(np.array), min_size=1, max_size=5)
decimals = st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**40), max_value=10**40, places=20)


def order_of(values: list[object]) -> list[int]:
    distinct = sorted(set(values))  # type: ignore[type-var]
    return [distinct.index(value) for value in values]


@given(truths)
def test_statements_are_compared_lexicographically(rows: list[np.ndarray]) -> None:
    ranks = from_statements(rows, STATES)
    assert ranks.tolist() == order_of([tuple(bool(row[s]) for row in rows) for s in range(STATES)])


def test_a_hundred_statements_do_not_overflow() -> None:
    rows = [np.array([s == 0 if k == 0 else s != 0 for s in range(3)]) for k in range(100)]
    assert from_statements(rows, 3).tolist() == [1, 0, 0]


@given(truths, st.data())
def test_weights_are_summed_exactly(rows: list[np.ndarray], data: st.DataObject) -> None:
    weights = data.draw(st.lists(decimals, min_size=len(rows), max_size=len(rows)))
    sums = [
        sum((Fraction(w) for w, row in zip(weights, rows, strict=True) if row[s]), Fraction(0)) for s in range(STATES)
    ]
    assert from_weights(weights, rows, STATES).tolist() == order_of(list(sums))


def test_a_tenth_and_two_tenths_tie_with_three_tenths() -> None:
    rows = [np.array([True, False]), np.array([True, False]), np.array([False, True])]
    weights = [Decimal("0.1"), Decimal("0.2"), Decimal("0.3")]
    assert from_weights(weights, rows, 2).tolist() == [0, 0]


def test_weights_of_four_hundred_digits_are_told_apart() -> None:
    rows = [np.array([True, False]), np.array([False, True])]
    weights = [Decimal("1" + "0" * 398 + "1"), Decimal("1" + "0" * 399)]
    assert from_weights(weights, rows, 2).tolist() == [1, 0]


def test_a_ranking_ties_the_states_of_a_group() -> None:
    assert from_ranking([[2], [0, 3], [1]], 4).tolist() == [1, 0, 2, 1]


@given(st.lists(st.integers(0, 4), min_size=1, max_size=12).map(lambda values: order_of(list(values))))
def test_a_ranking_and_its_groups_are_the_same(ranks: list[int]) -> None:
    groups = groups_of(np.array(ranks, np.int32))
    assert from_ranking(groups, len(ranks)).tolist() == ranks
    assert all(group == sorted(group) for group in groups)


# The forms


A, B, C = (Statement(parse(text)) for text in ("A.x", "not A.y", "B.x"))
ORDERED = OrderedStatements((A, B))
WEIGHTED = Weights((Weight(A, Decimal(2)), Weight(B, Decimal(1))))
RANKED = Ranking(((1,), (2, 3), (4,)))


@pytest.mark.parametrize(
    ("given_", "edits"),
    [
        (ORDERED, {("prefers", 0): ["drop", "negate", "swap"], ("prefers", 1): ["drop", "negate", "top"]}),
        (OrderedStatements((A,)), {("prefers", 0): ["negate"]}),
        (OrderedStatements((A, B, C)), {("prefers", 2): ["drop", "negate", "top"]}),
        (WEIGHTED, {("weights", "A.x"): ["drop", "negate"], ("weights", "not A.y"): ["drop", "negate"]}),
        (Weights((Weight(A, Decimal(2)),)), {("weights", "A.x"): ["negate"]}),
        (RANKED, {("ranking", 0): ["swap"], ("ranking", 1): ["swap"]}),
    ],
)
def test_each_form_has_its_own_smallest_edits(given_: Preference, edits: dict[object, list[str]]) -> None:
    found: dict[object, list[str]] = {}
    for path, kind in given_.edits():
        found.setdefault(path, []).append(kind)
        assert given_.edited(kind, path[-1]) != given_
    assert {path: kinds for path, kinds in found.items() if path in edits} == edits
    party = DecisionMaker("A", given_)
    assert [(edit.path[2:], edit.kind) for edit in preference_edits(party)] == list(given_.edits())


@pytest.mark.parametrize("given_", [ORDERED, WEIGHTED, RANKED])
def test_an_edit_that_a_form_does_not_know_is_refused(given_: Preference) -> None:
    for kind, place in (("swap", "A.x"), ("nonsense", 0), ("drop", "nonsense")):
        with pytest.raises(ValueError, match="no such edit"):
            given_.edited(kind, place)


def test_each_form_tells_its_judgements() -> None:
    told = {form.key: [(one.path, one.says) for one in form.judgements()] for form in (ORDERED, WEIGHTED, RANKED)}
    assert told == {
        "prefers": [(("prefers", 0), "A.x"), (("prefers", 1), "not A.y")],
        "weights": [(("weights", "A.x"), "A.x: 2"), (("weights", "not A.y"), "not A.y: 1")],
        "ranking": [(("ranking",), "the ranking of the states")],
    }
    assert [path for path, _ in WEIGHTED.stated()] == [one.path for one in WEIGHTED.judgements()]


# What a graph says of preferences


@given(conflicts(combinations=16))
def test_a_graph_says_what_each_prefers_as_the_oracle_does(drawn: Drawn) -> None:
    graph, oracle = build_graph(loaded(drawn)), Oracle(drawn.document, drawn.formulas)
    names, every = graph.states.names, np.arange(len(graph.states))
    for i, dm in enumerate(oracle.dms):
        rank = [oracle.rank[dm][name] for name in names]
        assert graph.order(i).tolist() == order_of(list(rank))
        assert graph.best_first(i, every).tolist() == sorted(every.tolist(), key=lambda s: -rank[s])
        for s in range(len(names)):
            better = [rank[t] > rank[s] for t in every]
            assert [graph.prefers(i, t, s) for t in every.tolist()] == better
            assert graph.preferred(i, s).tolist() == graph.gains(i, s, every).tolist() == better
            origins = graph.origins(i, s, improving=True).tolist()
            assert origins == [t for t in every.tolist() if s in graph.improvements(i, t)]


@given(conflicts(combinations=16))
def test_a_graph_whose_preferences_are_exchanged_is_that_of_all_of_them(drawn: Drawn) -> None:
    graph = build_graph(loaded(drawn), may_return=False)
    orders = {i: graph.order(i)[::-1].copy() for i in graph.dms}
    exchanged = graph.with_orders(orders)
    assert np.array_equal(exchanged.ranks, np.array([orders[i] for i in graph.dms]))
    assert exchanged.may_return is False
    assert np.array_equal(graph.with_orders({}).ranks, graph.ranks)
    for i in graph.dms:
        for s in range(len(graph.states)):
            assert set(exchanged.improvements(i, s)) == {
                t for t in graph.targets(i, s) if exchanged.prefers(i, int(t), s)
            }


@pytest.mark.parametrize("nothing", [OrderedStatements(()), Weights(())])
def test_nobody_may_be_left_without_wants(nothing: Preference) -> None:
    """A file says so, and so does whoever makes a conflict of changes."""
    left = with_preference(load("elmira"), "LG", nothing)
    (problem,) = validate(left).problems
    assert (problem.path, "is empty" in problem.message) == (("decision_makers", "LG", nothing.key), True)

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from standoff.preference import from_ranking, from_statements, from_weights

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

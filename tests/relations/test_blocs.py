"""Blocs: the numbers of the twelve states, and all splits one by one."""

from __future__ import annotations

from functools import cache
from itertools import combinations, product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks import sized
from standoff.errors import TooLarge
from standoff.relations import blocs as module
from standoff.relations.affinity import fits
from standoff.relations.blocs import (
    Blocs,
    blocs,
    blocs_of,
    frustration,
    least_frustration,
    membership,
    random_panels,
    relative_frustration,
    solve_program,
)
from standoff.relations.likelihood import incidence_of
from strategies.panels import expected, panel_of, twelve, twelve_fits


@cache
def found() -> dict[str, Blocs]:
    answers = blocs_of(twelve_fits(), np.random.default_rng(2015), sized(2500, 6000))
    return {one.fit.period: one for one in answers if one is not None}


def test_blocs_are_the_expected_ones() -> None:
    for row in expected("blocs_expected.csv"):
        one = found()[row["year"]]
        shares = {name: float(row[name]) for name in twelve().actors}
        assert one.with_reference("IRN") == pytest.approx(shares, abs=0.05)
        assert one.estimate.frustration == pytest.approx(float(row["least_frustration"]), abs=0.0051)
        assert one.estimate.relative == pytest.approx(float(row["relative_frustration"]), abs=0.001)
        assert one.random_as_low == pytest.approx(float(row["share_of_random_as_low"]), abs=0.05)
        assert [" ".join(side) for side in one.sides()[0] if "IRN" in side] == [row["point_split_with_IRN"]]


def test_russia_comes_to_syria_and_leaves_the_usa_in_no_two_camps() -> None:
    last = [found()[year] for year in ("2010", "2011", "2012", "2013", "2014")]
    syria, usa = ([one.with_reference("RUS")[name] for one in last] for name in ("SYR", "USA"))
    assert syria == pytest.approx([0.22, 0.53, 0.85, 0.85, 0.91], abs=0.05)
    assert usa == pytest.approx([0.82, 0.53, 0.24, 0.15, 0.00], abs=0.05)
    assert last[-1].estimate.gap == pytest.approx(0.05, abs=0.005)
    assert [year for year, one in found().items() if one.random_as_low < 0.04] == ["2004"]


@pytest.mark.parametrize(("phi", "wanted"), [(2.0, (0.91, 0.99)), (10.0, (0.83, 0.95))])
def test_russia_with_iran_at_other_dispersions(phi: float, wanted: tuple[float, float]) -> None:
    d = twelve().actor("IRN"), twelve().actor("RUS")
    drawn = [one.draws(2000, np.random.default_rng(5)) for one in fits(twelve(), phi)[-2:]]
    assert [membership(each)[d] for each in drawn] == pytest.approx(wanted, abs=0.05)


# By the definition


def brute(weights: np.ndarray, n: int) -> dict[tuple[bool, ...], float]:
    """F of every split in which the first actor's side is the first."""
    found = {}
    for rest in product([True, False], repeat=n - 1):
        sides = (True, *rest)
        pairs = zip(combinations(range(n), 2), weights.tolist(), strict=True)
        found[sides] = sum(abs(w) for (i, j), w in pairs if (w < 0) == (sides[i] == sides[j]) and w)
    return found


@st.composite
def signed(draw: st.DrawFn, most: int = 7) -> tuple[int, np.ndarray]:
    """Whole weights, so that ties are many and exact."""
    n = draw(st.integers(2, most))
    m = n * (n - 1) // 2
    return n, np.array(draw(st.lists(st.integers(-3, 3), min_size=m, max_size=m)), float)


@given(signed(), st.sampled_from([1, 64, 2**18]))
def test_the_least_frustration_is_that_of_all_splits(drawn: tuple[int, np.ndarray], chunk: int) -> None:
    n, weights = drawn
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "CHUNK", chunk)
        one = least_frustration(weights)
        shares = membership(np.stack([weights, weights]))
    every = brute(weights, n)
    least = min(every.values())
    best = sorted(sides for sides, value in every.items() if value == least)
    assert one.frustration == pytest.approx(least)
    assert sorted(map(tuple, one.sides.tolist())) == best
    others = [value for value in every.values() if value > least]
    assert one.gap == (pytest.approx(min(others) - least) if others else None)
    together = [[np.mean([sides[i] == sides[j] for sides in best]) for j in range(n)] for i in range(n)]
    assert one.together == pytest.approx(np.array(together))
    assert shares == pytest.approx(np.array(together))


@given(signed())
def test_nothing_is_frustrated_iff_the_graph_is_balanced(drawn: tuple[int, np.ndarray]) -> None:
    n, weights = drawn
    assert (least_frustration(weights).frustration == pytest.approx(0)) == balanced(weights, n)


def balanced(weights: np.ndarray, n: int) -> bool:
    """Whether friends of friends, and foes of foes, are friends all along (Harary): sides spread without a clash."""
    sign = {pair: w for pair, w in zip(combinations(range(n), 2), np.sign(weights).tolist(), strict=True) if w}
    sides: dict[int, int] = {}
    for start in range(n):
        sides.setdefault(start, 1)
        queue = [start]
        while queue:
            i = queue.pop()
            for j in range(n):
                w = sign.get((min(i, j), max(i, j)))
                if w and j not in sides:
                    sides[j] = int(sides[i] * w)
                    queue.append(j)
    return all(sides[i] * sides[j] == w for (i, j), w in sign.items())


@given(signed(), st.data())
def test_turning_the_labels_changes_nothing(drawn: tuple[int, np.ndarray], data: st.DataObject) -> None:
    n, weights = drawn
    sides = np.array(data.draw(st.lists(st.booleans(), min_size=n, max_size=n)))
    assert frustration(weights, sides) == frustration(weights, ~sides)


@given(signed(), st.data())
def test_actors_that_change_sides_with_all_their_signs_take_their_label_along(
    drawn: tuple[int, np.ndarray], data: st.DataObject
) -> None:
    n, weights = drawn
    k = data.draw(st.integers(0, n - 1))
    turned = np.where(incidence_of(n)[:, k] > 0, -weights, weights)
    one, other = least_frustration(weights), least_frustration(turned)
    assert one.frustration == pytest.approx(other.frustration)
    assert one.gap == pytest.approx(other.gap)
    flipped = one.together.copy()
    flipped[k], flipped[:, k] = 1 - flipped[k], 1 - flipped[:, k]
    flipped[k, k] = 1
    assert other.together == pytest.approx(flipped)


@given(signed())
def test_the_program_finds_what_enumeration_finds(drawn: tuple[int, np.ndarray]) -> None:
    _, weights = drawn
    one, all_of_them = solve_program(weights), least_frustration(weights)
    assert one.frustration == pytest.approx(all_of_them.frustration)
    assert tuple(one.sides[0].tolist()) in set(map(tuple, all_of_them.sides.tolist()))
    assert not one.complete


@pytest.mark.parametrize("n", [13, 16, 20])
def test_larger_panels_are_split_as_the_program_does(n: int) -> None:
    weights = random_panels(n, np.random.default_rng(n), 1)
    one = least_frustration(weights[0])
    assert one.frustration == pytest.approx(solve_program(weights[0]).frustration)
    assert frustration(weights[0], one.sides) == pytest.approx([one.frustration])
    assert membership(weights) == pytest.approx(one.together)
    assert relative_frustration(weights) == pytest.approx([one.relative])


def test_three_foes_have_three_equal_splits() -> None:
    one = least_frustration(np.array([-1.0, -1.0, -1.0]))
    assert one.sides.tolist() == [[True, True, False], [True, False, True], [True, False, False]]
    assert one.together == pytest.approx(np.where(np.eye(3) > 0, 1, 1 / 3))
    assert (one.frustration, one.total, one.gap) == pytest.approx((1.0, 3.0, 2.0))


def test_random_panels_hold_nothing_that_actors_explain() -> None:
    drawn = random_panels(12, np.random.default_rng(0), 50)
    assert drawn @ incidence_of(12) == pytest.approx(np.zeros((50, 12)), abs=1e-9)


# What is not answered


def test_too_many_actors_and_wrong_weights_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(TooLarge, match="at most 20"):
        membership(np.zeros((2, 210)))
    with pytest.raises(TooLarge, match="at most 60"):
        least_frustration(np.zeros(61 * 30))
    with pytest.raises(ValueError, match="not those of all pairs"):
        least_frustration(np.zeros(4))
    with pytest.raises(ValueError, match="not a number"):
        least_frustration(np.array([1.0, np.nan, 2.0]))
    with pytest.raises(TooLarge, match="not found within"):
        solve_program(random_panels(26, np.random.default_rng(0), 1)[0], seconds=0.0)


def test_actors_that_are_not_measured_are_on_no_side() -> None:
    counts = np.array([[900, 10, 10, 0, 10, 10, 0, 900, 0, 0]])
    panel = panel_of(counts, 100 * (counts > 0), 5)
    one = blocs(fits(panel)[0], np.random.default_rng(0), 200)
    assert one is not None
    assert one.actors == ("A", "B", "C", "D")
    assert np.isnan(one.together[4]).all()
    assert one.with_reference("A")["B"] > 0.9
    assert one.sides() == [(("A", "B"), ("C", "D"))]


def test_a_period_with_too_little_data_has_no_blocs() -> None:
    nothing = np.zeros((1, 6), int)
    assert blocs(fits(panel_of(nothing, nothing, 4))[0], np.random.default_rng(0)) is None

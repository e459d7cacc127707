"""Statements about change: the numbers of the twelve states, and the definitions with plain loops."""

from __future__ import annotations

import math
from dataclasses import replace
from fractions import Fraction
from statistics import median

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from standoff.errors import UnknownName
from standoff.relations.change import (
    ChangePoint,
    ChangePoints,
    MeanDifference,
    Series,
    TrendTest,
    Withheld,
    change_point,
    change_points,
    draws,
    level_difference,
    series,
    times,
    trend,
)
from strategies.panels import twelve, twelve_fits


def of(*values: float, when: list[float] | None = None) -> Series:
    names = tuple(str(2000 + k) for k in range(len(values)))
    return Series(names, np.array(when or range(len(values)), float), np.array(values, float))


def years(first: int, last: int) -> list[str]:
    return [str(year) for year in range(first, last + 1)]


# The twelve states, 2002-2014

TREND_TABLE = [
    ("IRN", "RUS", 16, 0.21, 0.066, 0.36),
    ("USA", "RUS", -38, -0.49, -0.105, 0.024),
    ("SAU", "IRN", -54, -0.69, -0.184, 0.001),
    ("IRN", "SYR", 8, 0.10, 0.021, 0.67),
    ("RUS", "SYR", 16, 0.21, 0.038, 0.36),
    ("USA", "SYR", 20, 0.26, 0.065, 0.25),
    ("IRN", "ISR", -6, -0.08, -0.026, 0.76),
    ("USA", "IRN", -10, -0.13, -0.015, 0.58),
]


@pytest.mark.parametrize(("one", "other", "s", "tau", "slope", "p"), TREND_TABLE)
def test_trends_are_the_expected_ones(one: str, other: str, s: int, tau: float, slope: float, p: float) -> None:
    found = trend(series(twelve_fits(), one, other))
    assert isinstance(found, TrendTest)
    assert found.s == s
    assert (found.tau, found.slope) == pytest.approx((tau, slope), abs=0.005)
    assert found.p == pytest.approx(p, abs=0.005)


POINT_TABLE = [
    ("IRN", "RUS", "2011", 28, 0.27),
    ("USA", "RUS", "2006", 28, 0.27),
    ("SAU", "IRN", "2009", 42, 0.023),
    ("IRN", "SYR", "2005", 18, 0.88),
    ("RUS", "SYR", "2012", 18, 0.88),
    ("USA", "SYR", "2007", 30, 0.20),
    ("IRN", "ISR", "2012", 22, 0.59),
    ("USA", "IRN", "2011", 20, 0.73),
]


@pytest.mark.parametrize(("one", "other", "period", "k", "p"), POINT_TABLE)
def test_change_points_are_the_expected_ones(one: str, other: str, period: str, k: int, p: float) -> None:
    found = change_point(series(twelve_fits(), one, other))
    assert isinstance(found, ChangePoint)
    assert (found.period, found.k) == (period, k)
    assert found.p == pytest.approx(p, abs=0.006)


LEVEL_TABLE = [
    ("IRN", "RUS", (0.49, 0.07, 0.90), (1.14, 0.85, 1.43)),
    ("USA", "RUS", (-1.10, -1.39, -0.81), (-0.29, -0.51, -0.07)),
    ("SAU", "IRN", (-1.73, -2.25, -1.19), (-0.80, -1.12, -0.49)),
    ("IRN", "SYR", (0.18, -0.31, 0.67), (-0.01, -0.32, 0.28)),
    ("RUS", "SYR", (0.56, -0.09, 1.23), (0.36, -0.07, 0.79)),
    ("USA", "SYR", (0.72, 0.45, 1.01), (0.51, 0.30, 0.70)),
    ("IRN", "ISR", (-0.38, -0.69, -0.06), (-0.44, -0.65, -0.22)),
    ("USA", "IRN", (-0.04, -0.29, 0.21), (-0.23, -0.40, -0.06)),
]


@pytest.mark.parametrize(("one", "other", "whole", "recent"), LEVEL_TABLE)
def test_differences_of_levels_are_the_expected_ones(
    one: str, other: str, whole: tuple[float, ...], recent: tuple[float, ...]
) -> None:
    seen = series(twelve_fits(), one, other)
    first = level_difference(seen, years(2002, 2004), years(2012, 2014))
    second = level_difference(seen, years(2006, 2010), years(2011, 2014))
    assert isinstance(first, MeanDifference)
    assert isinstance(second, MeanDifference)
    assert (first.value, first.low, first.high) == pytest.approx(whole, abs=0.035)
    assert (second.value, second.low, second.high) == pytest.approx(recent, abs=0.03)


def test_iran_and_russia_were_much_closer_in_2014_than_in_2010() -> None:
    found = level_difference(series(twelve_fits(), "RUS", "IRN"), ["2010"], ["2014"])
    assert isinstance(found, MeanDifference)
    assert (found.value, found.low, found.high) == pytest.approx((1.95, 1.23, 2.67), abs=0.03)


def test_chance_autocorrelations_do_not_make_a_trend() -> None:
    found = trend(series(twelve_fits(), "USA", "SYR"))
    assert isinstance(found, TrendTest)
    assert found.factor == pytest.approx(0.04, abs=0.005)
    assert not found.corrected
    assert found.corrected_p == found.p


def test_the_change_point_of_iran_and_russia_over_draws() -> None:
    seen = series(twelve_fits(), "IRN", "RUS")
    found = change_points(seen, draws(twelve_fits(), "IRN", "RUS", 2000, np.random.default_rng(0)))
    assert isinstance(found, ChangePoints)
    assert dict(found.shares)["2011"] > 0.95
    assert sum(share for _, share in found.shares) == pytest.approx(1)
    assert found.middle == ("2011", "2011")
    assert found.earliest <= "2011" <= found.latest


def test_draws_of_a_dyad_are_as_those_of_its_fits() -> None:
    d = twelve().dyad("SAU", "IRN")
    mine = draws(twelve_fits(), "SAU", "IRN", 20_000, np.random.default_rng(0))
    for t in (0, 9):
        fitted = twelve_fits()[t].draws(20_000, np.random.default_rng(1))[:, d]
        assert (mine[:, t].mean(), mine[:, t].std()) == pytest.approx((fitted.mean(), fitted.std()), abs=0.02)


# The definitions, with loops

small = st.lists(st.integers(-4, 4), min_size=6, max_size=14).filter(lambda values: len(set(values)) > 1)


def sign(value: float) -> int:
    return (value > 0) - (value < 0)


def mann_kendall(v: list[int]) -> tuple[int, float]:
    n, s = len(v), 0
    for i in range(n):
        for j in range(i + 1, n):
            s += sign(v[j] - v[i])
    ties = sum(v.count(x) * (v.count(x) - 1) * (2 * v.count(x) + 5) for x in set(v))
    return s, (n * (n - 1) * (2 * n + 5) - ties) / 18


def normal_p(s: int, variance: float) -> float:
    return math.erfc(abs((s - sign(s)) / math.sqrt(variance)) / math.sqrt(2))


def mean_rank(v: list[Fraction], x: Fraction) -> float:
    places = [k + 1 for k, value in enumerate(sorted(v)) if value == x]
    return sum(places) / len(places)


@given(small)
def test_a_trend_is_that_of_the_definitions(v: list[int]) -> None:
    found = trend(of(*v))
    assert isinstance(found, TrendTest)
    s, variance = mann_kendall(v)
    n = len(v)
    slopes = [(v[j] - v[i]) / (j - i) for i in range(n) for j in range(i + 1, n)]
    assert found.s == s
    assert found.p == pytest.approx(normal_p(s, variance))
    assert found.tau == pytest.approx(s / (n * (n - 1) / 2))
    assert found.slope == pytest.approx(median(slopes))


@given(st.lists(st.integers(-30, 30), min_size=6, max_size=14, unique=True))
def test_the_correction_is_that_of_the_definition(v: list[int]) -> None:
    found = trend(of(*v))
    assert isinstance(found, TrendTest)
    n = len(v)
    slope = median(Fraction(v[j] - v[i], j - i) for i in range(n) for j in range(i + 1, n))
    rest = [value - slope * t for t, value in enumerate(v)]
    ranks = [mean_rank(rest, value) - (n + 1) / 2 for value in rest]
    total = 0.0
    for k in range(1, n):
        rho = sum(ranks[t] * ranks[t + k] for t in range(n - k)) / (sum(rank**2 for rank in ranks) or 1)
        if abs(rho) > 1.96 / math.sqrt(n):
            total += (n - k) * (n - k - 1) * (n - k - 2) * rho
    factor = 1 + 2 / (n * (n - 1) * (n - 2)) * total
    s, variance = mann_kendall(v)
    assert found.factor == pytest.approx(factor)
    assert found.corrected_p == pytest.approx(normal_p(s, variance * max(1.0, factor)))
    assert found.corrected_p >= found.p


@given(small)
def test_a_change_point_is_that_of_the_definition(v: list[int]) -> None:
    found = change_point(of(*v))
    assert isinstance(found, ChangePoint)
    n = len(v)
    # how often a value after the first k is below one of them, less how often above
    u = [sum(sign(v[i] - v[j]) for i in range(k) for j in range(k, n)) for k in range(1, n)]
    largest = max(map(abs, u))
    assert found.k == largest
    assert found.p == pytest.approx(min(1.0, 2 * math.exp(-6 * largest**2 / (n**3 + n**2))))
    starts = [str(2000 + k) for k, value in enumerate(u, 1) if abs(value) == largest]
    assert found.period == (starts[0] if largest else None)


@given(small, st.sampled_from([0.5, 2.0, 8.0]), st.integers(-5, 5))
def test_ranks_ask_only_for_the_order_of_values(v: list[int], scale: float, shift: int) -> None:
    moved = of(*(scale * value + shift for value in v))
    first, second = trend(of(*v)), trend(moved)
    assert isinstance(first, TrendTest)
    assert isinstance(second, TrendTest)
    assert (first.s, first.p) == (second.s, second.p)
    assert second.slope == pytest.approx(scale * first.slope)
    assert change_point(of(*v)) == change_point(moved)


# Guards


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ([1, 2, 3, 4, 5], "too short"),
        ([1, 2, 3, 4, 5, math.nan], "too short"),
        ([2, 2, 2, 2, 2, 2], "constant"),
        ([2, 2, 2, math.nan, 2, 2, 2], "constant"),
    ],
)
def test_short_and_constant_series_are_answered_with_a_reason(values: list[float], reason: str) -> None:
    for answer in (
        trend(of(*values)),
        change_point(of(*values)),
        change_points(of(*values), np.zeros((3, len(values)))),
    ):
        assert isinstance(answer, Withheld)
        assert answer.reason == reason


def test_ten_events_in_the_middle_period_are_too_sparse() -> None:
    seen = replace(of(1, 2, 3, 4, 5, 6), events=np.array([10, 10, 10, 10, 900, 9]))
    answer = trend(seen)
    assert isinstance(answer, Withheld)
    assert answer.reason == "too sparse"
    assert isinstance(trend(replace(seen, events=np.full(6, 11))), TrendTest)


def test_unknown_periods_are_left_out_at_true_distances_and_said() -> None:
    found = trend(of(0, 2, math.nan, 6, 8, math.nan, math.nan, 14, 16))
    assert isinstance(found, TrendTest)
    assert found.slope == 2
    assert found.s == 15
    assert found.unknown == ("2002", "2005", "2006")
    point = change_point(of(0, 1, math.nan, 0, 9, math.nan, 8, 9, 8))
    assert isinstance(point, ChangePoint)
    assert (point.period, point.unknown) == ("2004", ("2002", "2005"))


def test_lags_of_autocorrelation_are_true_distances() -> None:
    whole = [0, 5, 1, 6, 2, 7, 3, 8, 4, 9, 5, 10]
    gaps = trend(of(*whole[:5], math.nan, *whole[6:]))
    squeezed = trend(of(*whole[:5], *whole[6:]))
    assert isinstance(gaps, TrendTest)
    assert isinstance(squeezed, TrendTest)
    assert gaps.factor != squeezed.factor


def test_nothing_that_stands_out_has_p_1() -> None:
    level = of(0, 1, 0, 0, 1, 0)
    found = trend(level)
    assert isinstance(found, TrendTest)
    assert (found.s, found.p) == (0, 1.0)


def test_a_level_over_unknown_periods_says_so_or_is_withheld() -> None:
    seen = replace(of(1, math.nan, 3, math.nan, 7), sd=np.array([1, math.nan, 1, math.nan, 2.0]))
    found = level_difference(seen, ["2000", "2001", "2002"], ["2003", "2004"])
    assert isinstance(found, MeanDifference)
    assert (found.value, found.sd) == pytest.approx((5, math.sqrt(0.5 + 4)))
    assert found.unknown == ("2001", "2003")
    answer = level_difference(seen, ["2000"], ["2003"])
    assert isinstance(answer, Withheld)
    assert answer.reason == "too little data"


def test_spans_that_overlap_do_not_count_the_error_of_a_period_twice() -> None:
    seen = replace(of(1, 2, 3), sd=np.array([1.0, 5.0, 1.0]))
    found = level_difference(seen, ["2000", "2001"], ["2001", "2002"])
    assert isinstance(found, MeanDifference)
    assert (found.value, found.sd) == pytest.approx((1, math.sqrt(0.5)))


def test_wrong_spans_and_names_are_refused() -> None:
    seen = series(twelve_fits(), "IRN", "RUS")
    with pytest.raises(ValueError, match="no period 1999"):
        level_difference(seen, ["1999"], ["2014"])
    with pytest.raises(ValueError, match="no periods"):
        level_difference(seen, ["2014"], [])
    with pytest.raises(ValueError, match="standard deviations"):
        level_difference(of(1, 2), ["2000"], ["2001"])
    with pytest.raises(ValueError, match="ascend"):
        of(1, 2, when=[1, 1])
    with pytest.raises(UnknownName):
        series(twelve_fits(), "IRN", "Atlantis")


@pytest.mark.parametrize(
    ("names", "wanted"),
    [
        (["2011", "2013"], [2011, 2013]),
        (["2011-Q1", "2011-Q3", "2012q4"], [2011, 2011.5, 2012.75]),
        (["2011-01", "2011-07", "2012-04"], [2011, 2011.5, 2012.25]),
        (["before", "after"], [0, 1]),
        (["2011", "later"], [0, 1]),
    ],
)
def test_periods_begin_at(names: list[str], wanted: list[float]) -> None:
    assert times(names).tolist() == pytest.approx(wanted)

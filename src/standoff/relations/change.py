"""What may be said about change: a level that differs, a point from which it does, a trend.

What cannot be answered is a ``Withheld`` with its reason, never a number.
"""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from standoff.relations.affinity import QUANTILE, Fit
from standoff.relations.likelihood import Floats

FEWEST_PERIODS = 6
SPARSE = 10  # events in a period
_PERIOD = re.compile(r"(?P<year>\d{4})(-?[Qq](?P<quarter>[1-4])|-(?P<month>0[1-9]|1[0-2]))?")


@dataclass(frozen=True, slots=True)
class Withheld:
    """Why there is no number: a short reason, and a sentence."""

    reason: Literal["too short", "constant", "too sparse", "too little data"]
    sentence: str


@dataclass(frozen=True)
class Series:
    """One quantity over periods; a value that is not a number is unknown.

    ``times`` (T,): when each period begins, in years (or its position where names of periods tell no date), ascending.
    ``sd`` (T,): of the values, and ``events`` (T,): behind them, where there are such.
    """

    periods: tuple[str, ...]
    times: Floats
    values: Floats
    sd: Floats | None = None
    events: npt.NDArray[np.int64] | None = None

    def __post_init__(self) -> None:
        if not len(self.periods) == len(self.times) == len(self.values):
            raise ValueError("a series has as many times and values as periods")
        if (np.diff(self.times) <= 0).any():
            raise ValueError("the periods of a series ascend")

    @property
    def known(self) -> npt.NDArray[np.bool_]:
        """Where there is a value; shape (T,)."""
        return ~np.isnan(self.values)

    @property
    def unknown(self) -> tuple[str, ...]:
        """The periods without a value: tests run on the others, at their true distances in time."""
        return tuple(name for name, known in zip(self.periods, self.known, strict=True) if not known)

    def withheld(self) -> Withheld | None:
        """The reason why no test is run on it, or None."""
        values = self.values[self.known]
        if len(values) < FEWEST_PERIODS:
            return Withheld("too short", f"{len(values)} known periods; a test needs {FEWEST_PERIODS}")
        if (values == values[0]).all():
            return Withheld("constant", "the same value in every known period")
        if self.events is not None and (middle := float(np.median(self.events[self.known]))) <= SPARSE:
            return Withheld("too sparse", f"{middle:g} events in the middle period; a test needs more than {SPARSE}")
        return None


def times(periods: Sequence[str]) -> Floats:
    """When periods begin, in years, from 2014, 2014-Q3 or 2014-07; their positions where a name is none of these."""
    found = [_PERIOD.fullmatch(name) for name in periods]
    years = [
        int(one["year"]) + (int(one["quarter"] or 1) - 1) / 4 + (int(one["month"] or 1) - 1) / 12
        for one in found
        if one
    ]
    return np.array(years if len(years) == len(periods) else range(len(periods)), float)


def series(fits: Sequence[Fit], one: str, other: str) -> Series:
    """The affinity of a dyad over the periods of its fits. Raises UnknownName."""
    dyad = fits[0].panel.dyad(one, other)
    names = tuple(fit.period for fit in fits)
    values = np.array([fit.affinity[dyad] for fit in fits])
    events = np.array([fit.events[dyad] for fit in fits], np.int64)
    return Series(names, times(names), values, np.array([fit.sd[dyad] for fit in fits]), events)


# Level


@dataclass(frozen=True, slots=True)
class MeanDifference:
    """The mean over periods ``after`` less that over ``before``, with the sd of its error of measurement alone.

    ``unknown``: periods of either span that have no value and are left out.
    """

    before: tuple[str, ...]
    after: tuple[str, ...]
    value: float
    sd: float
    unknown: tuple[str, ...] = ()

    @property
    def low(self) -> float:
        """Where the 90 % interval begins."""
        return self.value - QUANTILE * self.sd

    @property
    def high(self) -> float:
        """Where the 90 % interval ends."""
        return self.value + QUANTILE * self.sd


def level_difference(series: Series, before: Collection[str], after: Collection[str]) -> MeanDifference | Withheld:
    """How much higher the level is in one span than in another, both named beforehand; periods err independently.

    What else could have happened is not in the interval. Raises ValueError for periods that the series lacks.
    """
    if series.sd is None:
        raise ValueError("a difference of levels needs the standard deviations of the values")
    weights = np.zeros(len(series.periods))
    for name, span, sign in (("before", before, -1), ("after", after, 1)):
        strangers = sorted(set(span) - set(series.periods))
        if strangers or not span:
            raise ValueError(f"{name}: " + (f"no period {strangers[0]}" if strangers else "no periods"))
        inside = np.isin(series.periods, list(span)) & series.known
        if not inside.any():
            return Withheld("too little data", f"no known period {name}")
        weights += sign * inside / inside.sum()
    use = weights != 0
    value = float(weights[use] @ series.values[use])
    sd = float(np.sqrt(weights[use] ** 2 @ series.sd[use] ** 2))
    earlier, later = (tuple(one for one in series.periods if one in span) for span in (before, after))
    unknown = tuple(one for one in series.unknown if one in {*before, *after})
    return MeanDifference(earlier, later, value, sd, unknown)


# Change point


@dataclass(frozen=True, slots=True)
class ChangePoint:
    """The period from which a level is new, found by search (so exploratory); ``K = max |U|`` and its p value.

    ``period`` is None where no split of the series stands out (K = 0).
    """

    period: str | None
    k: int
    p: float
    unknown: tuple[str, ...] = ()


def change_point(series: Series) -> ChangePoint | Withheld:
    """Where a level changes, by ranks [pettitt1979]; the first where several are equally likely."""
    if withheld := series.withheld():
        return withheld
    names = [name for name, known in zip(series.periods, series.known, strict=True) if known]
    at, largest = _pettitt(series.values[series.known][None])
    n, k = len(names), float(largest[0])
    p = min(1.0, 2 * math.exp(-6 * k * k / (n**3 + n**2)))
    return ChangePoint(names[int(at[0])] if k else None, round(k), p, series.unknown)


def _pettitt(values: Floats) -> tuple[npt.NDArray[np.intp], Floats]:
    """Where the new level starts and K, of each row."""
    n = values.shape[1]
    u = 2 * np.cumsum(ranks_of(values), axis=1)[:, :-1] - np.arange(1, n) * (n + 1)
    size = np.abs(u)
    return np.argmax(size, axis=1) + 1, np.asarray(size.max(axis=1))


def ranks_of(values: Floats) -> Floats:
    """Ranks from 1, ties at their mean, of each row."""
    below = (values[:, None, :] < values[:, :, None]).sum(axis=2)
    equal = (values[:, None, :] == values[:, :, None]).sum(axis=2)
    return np.asarray(below + (equal + 1) / 2)


@dataclass(frozen=True, slots=True)
class ChangePoints:
    """The change points of many draws: the range of all of them, and the share of draws at each period."""

    earliest: str
    latest: str
    shares: tuple[tuple[str, float], ...]

    @property
    def middle(self) -> tuple[str, str]:
        """Between which periods the middle 90 % of them lie."""
        reached = np.cumsum([share for _, share in self.shares])
        low, high = np.searchsorted(reached, [0.05, 0.95])
        return self.shares[low][0], self.shares[min(high, len(reached) - 1)][0]


def change_points(series: Series, draws: Floats) -> ChangePoints | Withheld:
    """The interval of a change point: the points found over draws (draws, T) of the series."""
    if withheld := series.withheld():
        return withheld
    names = [name for name, known in zip(series.periods, series.known, strict=True) if known]
    counts = np.zeros(len(names), np.int64)
    for part in np.array_split(draws[:, series.known], max(1, draws.size * len(names) // 10_000_000)):
        counts += np.bincount(_pettitt(part)[0], minlength=len(names))
    found = [(name, count / len(draws)) for name, count in zip(names, counts.tolist(), strict=True) if count]
    return ChangePoints(found[0][0], found[-1][0], tuple(found))


def draws(fits: Sequence[Fit], one: str, other: str, count: int, rng: np.random.Generator) -> Floats:
    """Draws of the affinity of a dyad, periods drawn independently; shape (count, T). Raises UnknownName."""
    dyad = fits[0].panel.dyad(one, other)
    noise = rng.standard_normal((count, len(fits)))  # all that the draws of a fit say of one dyad
    return np.asarray(noise * [fit.sd[dyad] for fit in fits] + [fit.affinity[dyad] for fit in fits])


# Trend


@dataclass(frozen=True, slots=True)
class TrendTest:
    """Mann-Kendall's S and tau with the p value of independent periods, and Sen's slope in a year (or period).

    ``factor``: by how much autocorrelation would change the variance of S [hamed-rao1998]; ``corrected_p`` is the
    p value with it, and the same as ``p`` where the factor is not above 1 and so not applied.
    """

    s: int
    tau: float
    slope: float
    p: float
    factor: float
    corrected_p: float
    unknown: tuple[str, ...] = ()

    @property
    def corrected(self) -> bool:
        """Whether the correction is applied."""
        return self.factor > 1


def trend(series: Series) -> TrendTest | Withheld:
    """Whether values rise or fall all along: [mann1945; sen1968; hamed-rao1998]."""
    if withheld := series.withheld():
        return withheld
    t, v = series.times[series.known], series.values[series.known]
    n = len(v)
    i, j = np.triu_indices(n, 1)
    s = int(np.sign(v[j] - v[i]).sum())
    ties = np.unique(v, return_counts=True)[1]
    variance = float(n * (n - 1) * (2 * n + 5) - (ties * (ties - 1) * (2 * ties + 5)).sum()) / 18
    slope = float(np.median((v[j] - v[i]) / (t[j] - t[i])))
    rest = v - v[0] - slope * (t - t[0])
    factor = _autocorrelation_factor(t, np.round(rest / np.ptp(v), 9))  # equal values stay equal
    p = _two_sided(s, variance)
    corrected = _two_sided(s, variance * factor) if factor > 1 else p
    return TrendTest(s, s / (n * (n - 1) / 2), slope, p, factor, corrected, series.unknown)


def _two_sided(s: int, variance: float) -> float:
    return math.erfc(abs(s - np.sign(s)) / math.sqrt(2 * variance))


def _autocorrelation_factor(t: Floats, v: Floats) -> float:
    """1 + 2/(n(n-1)(n-2)) sum_k (n-k)(n-k-1)(n-k-2) rho_k over autocorrelations of ranks that stand out.

    Lags are true distances, in the shortest distance of two periods; pairs with an unknown period say nothing.
    """
    n = len(v)
    places = np.rint((t - t[0]) / np.diff(t).min()).astype(np.intp)
    ranks = np.zeros(places[-1] + 1)
    ranks[places] = ranks_of(v[None])[0] - (n + 1) / 2
    lags = np.arange(1, n)
    products = np.array([ranks[:-k] @ ranks[k:] for k in lags if k < len(ranks)])
    rho = products / (ranks @ ranks) if ranks.any() else np.zeros(len(lags))
    weights = (n - lags) * (n - lags - 1) * (n - lags - 2)
    return float(1 + 2 / (n * (n - 1) * (n - 2)) * (weights * rho * (np.abs(rho) > 1.96 / math.sqrt(n))).sum())

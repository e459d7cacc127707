"""Who is closer to whom than the two are to the rest: residual affinity, with its interval and its draws.

Volume and share are kept apart: attention raises cooperation and conflict at once.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from standoff.progress import Progress, silent
from standoff.relations.likelihood import Floats, Likelihood, Mask, pairs_of, residual_of, undetermined
from standoff.relations.panel import Panel

Sign = Literal["plus", "minus", "undetermined", "too little data"]

PHI = 5.0  # an assumption wherever it cannot be estimated
OTHER_PHIS = (2.0, 10.0)
QUANTILE = 1.645  # of the standard normal: 90 % within
FEWEST_ACTORS = 4  # of three, actors explain every dyad: nothing is left


# Volume and share


def volume(panel: Panel) -> Floats:
    """Events of each dyad per 100,000 of the whole set; shape (T, m), not a number where either is unknown.

    >>> from standoff import casebook
    >>> from standoff.relations.table import read_table
    >>> panel = read_table(casebook.path("syria-2015").with_name("dyad_years_2002_2014.csv"))
    >>> round(float(volume(panel)[-1, panel.dyad("RUS", "SYR")]), 1)  # events in 100,000 of the whole set
    442.0
    """
    events = (panel.cooperation + panel.conflict).astype(float)
    totals = np.where(panel.totals > 0, panel.totals, np.nan)[:, None]
    return np.asarray(np.where(panel.known_dyads, 1e5 * events / totals, np.nan))


def share(panel: Panel) -> Floats:
    """Cooperation among the events of each dyad; shape (T, m), not a number where there are none or it is unknown.

    >>> from standoff import casebook
    >>> from standoff.relations.table import read_table
    >>> panel = read_table(casebook.path("syria-2015").with_name("dyad_years_2002_2014.csv"))
    >>> round(float(share(panel)[-1, panel.dyad("RUS", "SYR")]), 2)
    0.94
    """
    events = panel.cooperation + panel.conflict
    some = panel.known_dyads & (events > 0)
    return np.asarray(np.where(some, panel.cooperation / np.maximum(events, 1), np.nan))


def estimate_phi(cooperation: npt.ArrayLike, conflict: npt.ArrayLike, least: int = 40) -> float | None:
    """How many events are worth one independent report (phi >= 1), from months within dyad-years.

    Both (dyad-years, months). Pearson's X^2 of the months against the dyad-year's own share, over its degrees of
    freedom, from dyad-years with ``least`` events and both signs; None where there is none such.

    >>> estimate_phi([[30, 30]], [[20, 20]])  # two months of one dyad-year, quite alike
    1.0
    >>> round(estimate_phi([[45, 15]], [[5, 35]]), 1)  # and not at all
    37.5
    """
    x, y = np.asarray(cooperation, float), np.asarray(conflict, float)
    events = x + y
    use = (events.sum(axis=1) >= least) & (x.sum(axis=1) > 0) & (y.sum(axis=1) > 0)
    x, events = x[use], events[use]
    freedom = int(((events > 0).sum(axis=1) - 1).sum())
    if freedom <= 0:
        return None
    p = (x.sum(axis=1) / events.sum(axis=1))[:, None]
    variance = np.where(events > 0, events * p * (1 - p), 1.0)
    return max(1.0, float(((x - events * p) ** 2 / variance).sum() / freedom))


def estimate_from_months(monthly: Panel) -> float | None:
    """``estimate_phi`` from a panel of months (named like 2014-07), whatever years and dyads it has.

    >>> counts = np.array([[[45, 0, 5, 0]], [[15, 0, 35, 0]]])
    >>> months = Panel(("A", "B"), ("2014-01", "2014-02"), counts, None, np.zeros(2, int), np.ones((2, 2), bool))
    >>> round(estimate_from_months(months), 1)
    37.5
    """
    years = sorted({period[:4] for period in monthly.periods})
    tables = []
    for counts in (monthly.cooperation, monthly.conflict):
        table = np.zeros((len(years), 12, counts.shape[1]), np.int64)
        for row, period in zip(counts, monthly.periods, strict=True):
            table[years.index(period[:4]), int(period[5:7]) - 1] = row
        tables.append(table.transpose(0, 2, 1).reshape(-1, 12))
    return estimate_phi(tables[0], tables[1])


# The model


@dataclass(frozen=True)
class Fit:
    """Affinities of one period (number ``at``): what of each dyad's log-odds of cooperation its actors do not explain.

    x/phi ~ Binomial(N/phi, p), logit p = a_i + a_j + r, r ~ Normal(0, tau2). ``level`` (n,): a; ``affinity`` (m,): rho,
    which sums to 0 over the dyads of each actor; ``information`` (m,): N p(1-p)/phi. Dyads of actors that are
    ``refused`` (name, why) are not numbers: too little data.
    """

    panel: Panel
    at: int
    phi: float
    tau2: float
    level: Floats
    affinity: Floats
    information: Floats
    refused: tuple[tuple[str, str], ...] = ()

    @property
    def period(self) -> str:
        """The name of the period."""
        return self.panel.periods[self.at]

    @property
    def events(self) -> npt.NDArray[np.int64]:
        """N, the events of each dyad; shape (m,)."""
        return np.asarray(self.panel.counts[self.at].sum(axis=1))

    @cached_property
    def measured(self) -> Mask:
        """The dyads that have an affinity; shape (m,)."""
        return ~np.isnan(self.affinity)

    @cached_property
    def measured_actors(self) -> Mask:
        """The actors that the period is measured on; shape (n,)."""
        return ~np.isnan(self.level)

    @cached_property
    def actor_part(self) -> Floats:
        """a_i + a_j, the log-odds that actors alone explain; shape (m,)."""
        return np.asarray(self.level[pairs_of(len(self.level))].sum(axis=1))

    @cached_property
    def log_odds(self) -> Floats:
        """Of cooperation, theta = a_i + a_j + rho; shape (m,)."""
        return np.asarray(self.actor_part + self.affinity)

    @cached_property
    def factor(self) -> Floats:
        """B with B B' the covariance of the measured affinities; shape (k, k) for k measured dyads.

        With the actors integrated out, the log-odds have precision W + (I - P)/tau2; affinity is their part (I - P).
        """
        residual = residual_of(int(self.measured_actors.sum()))
        precision = residual / self.tau2
        precision[np.diag_indices_from(precision)] += self.information[self.measured]
        half = np.linalg.inv(np.linalg.cholesky(precision))
        return np.asarray(residual @ half.T)

    @cached_property
    def sd(self) -> Floats:
        """The standard deviation of each affinity; shape (m,)."""
        return np.asarray(self._spread(np.sqrt((self.factor**2).sum(axis=1))[None])[0])

    @property
    def low(self) -> Floats:
        """Where the 90 % interval begins; shape (m,)."""
        return np.asarray(self.affinity - QUANTILE * self.sd)

    @property
    def high(self) -> Floats:
        """Where the 90 % interval ends; shape (m,)."""
        return np.asarray(self.affinity + QUANTILE * self.sd)

    @cached_property
    def sign(self) -> tuple[Sign, ...]:
        """Plus or minus only where the interval excludes zero."""
        return tuple(map(_sign, self.low.tolist(), self.high.tolist()))

    def draws(self, count: int, rng: np.random.Generator) -> Floats:
        """Affinities as uncertain as they are; shape (count, m)."""
        noise = rng.standard_normal((count, len(self.factor))) @ self.factor.T
        return self._spread(noise + self.affinity[self.measured])

    def _spread(self, values: Floats) -> Floats:
        full = np.full((len(values), len(self.affinity)), np.nan)
        full[:, self.measured] = values
        return full


def _sign(low: float, high: float) -> Sign:
    if np.isnan(low):
        return "too little data"
    return "plus" if low > 0 else "minus" if high < 0 else "undetermined"


def fit(panel: Panel, period: str, phi: float = PHI, tau2: float | None = None) -> Fit:
    """The affinities of one period. ``tau2``: fixed instead of estimated; near 0, actors explain all but noise.

    >>> from standoff import casebook
    >>> from standoff.relations.table import read_table
    >>> panel = read_table(casebook.path("syria-2015").with_name("dyad_years_2002_2014.csv"))
    >>> found = fit(panel, "2014")
    >>> round(float(found.affinity[panel.dyad("RUS", "SYR")]), 2), round(found.tau2, 2)
    (0.69, 0.97)
    """
    return _fits(panel, [panel.period(period)], phi, tau2, panel.cooperation, panel.conflict)[0]


def fits(panel: Panel, phi: float = PHI, tau2: float | None = None) -> list[Fit]:
    """The affinities of each period, one period at a time.

    >>> from standoff import casebook
    >>> from standoff.relations.table import read_table
    >>> panel = read_table(casebook.path("syria-2015").with_name("dyad_years_2002_2014.csv"))
    >>> [one.period for one in fits(panel)][:2]
    ['2002', '2003']
    """
    return fits_from(panel, panel.cooperation, panel.conflict, phi, tau2)


def at_other_phis(panel: Panel, phis: Sequence[float] = OTHER_PHIS) -> dict[float, list[Fit]]:
    """The answers at other dispersions, to stand beside those at an assumed one.

    >>> from standoff import casebook
    >>> from standoff.relations.table import read_table
    >>> panel = read_table(casebook.path("syria-2015").with_name("dyad_years_2002_2014.csv"))
    >>> sorted(at_other_phis(panel, [1, 8]))
    [1, 8]
    """
    return {phi: fits(panel, phi) for phi in phis}


@dataclass(frozen=True)
class ThirdActors:
    """What hangs on who else is in the panel: all fits again without each actor, by its name."""

    whole: list[Fit]
    without: dict[str, list[Fit]]

    @cached_property
    def affinity(self) -> Floats:
        """Without each actor, not a number for its own dyads; shape (n, T, m)."""
        return self._laid_out(lambda one: one.affinity, np.nan)

    @property
    def low(self) -> Floats:
        """The lowest affinity without some third actor; shape (T, m)."""
        return np.asarray(np.fmin.reduce(self.affinity, axis=0))

    @property
    def high(self) -> Floats:
        """The highest affinity without some third actor; shape (T, m)."""
        return np.asarray(np.fmax.reduce(self.affinity, axis=0))

    @cached_property
    def robust(self) -> Mask:
        """Where there is a sign, and the same without each third actor; shape (T, m)."""
        whole = np.array([_codes(one) for one in self.whole])
        others = self._laid_out(_codes, np.nan)
        return np.asarray((whole != 0) & ((others == whole) | np.isnan(others)).all(axis=0))

    def extremes(self, at: int, dyad: int) -> tuple[str, str] | None:
        """Without whom the affinity is lowest, and without whom highest; None where it is not measured."""
        values = self.affinity[:, at, dyad]
        if np.isnan(values).all():
            return None
        names = list(self.without)
        return names[int(np.nanargmin(values))], names[int(np.nanargmax(values))]

    def _laid_out(self, what: Callable[[Fit], Floats], own: float) -> Floats:
        panel = self.whole[0].panel
        pairs = pairs_of(len(panel.actors))
        full = np.full((len(self.without), len(self.whole), len(pairs)), own)
        for k, (name, fitted) in enumerate(self.without.items()):
            full[k][:, (pairs != panel.actor(name)).all(axis=1)] = [what(one) for one in fitted]
        return full


def _codes(one: Fit) -> Floats:
    return np.array([{"plus": 1.0, "minus": -1.0}.get(sign, 0.0) for sign in one.sign])


def without_each(panel: Panel, phi: float = PHI, tau2: float | None = None, progress: Progress = silent) -> ThirdActors:
    """The larger uncertainty, which no interval contains: the answers without each actor in turn.

    >>> from standoff import casebook
    >>> from standoff.relations.table import read_table
    >>> panel = read_table(casebook.path("syria-2015").with_name("dyad_years_2002_2014.csv"))
    >>> found = without_each(panel)
    >>> d = panel.dyad("RUS", "SYR")
    >>> bool(found.low[-1, d] <= found.whole[-1].affinity[d])
    True
    """
    without = {}
    for k, name in enumerate(panel.actors):
        progress(k, len(panel.actors))
        without[name] = fits(panel.without(name), phi, tau2)
    progress(len(panel.actors), len(panel.actors))
    return ThirdActors(fits(panel, phi, tau2), without)


def fits_from(
    panel: Panel,
    cooperation: npt.NDArray[Any],
    conflict: npt.NDArray[Any],
    phi: float = PHI,
    tau2: float | None = None,
) -> list[Fit]:
    """The same from other counts of its dyads, whole or not, each (T, m): one class of events against the rest, say.

    >>> from standoff import casebook
    >>> from standoff.relations.table import read_table
    >>> panel = read_table(casebook.path("syria-2015").with_name("dyad_years_2002_2014.csv"))
    >>> fits_from(panel, panel.cooperation, panel.conflict)[-1].tau2 == fits(panel)[-1].tau2
    True
    """
    return _fits(panel, range(len(panel.periods)), phi, tau2, cooperation, conflict)


def _fits(
    panel: Panel,
    periods: Sequence[int],
    phi: float,
    tau2: float | None,
    cooperation: npt.NDArray[Any],
    conflict: npt.NDArray[Any],
) -> list[Fit]:
    if not phi >= 1 or not np.isfinite(phi):
        raise ValueError(f"a dispersion is at least 1, not {phi}")
    if tau2 is not None and not 0 < tau2 < np.inf:
        raise ValueError(f"a variance is positive, not {tau2}")
    whys = {t: _refused(panel, cooperation[t], conflict[t], t) for t in periods}
    groups: dict[tuple[int, ...], list[int]] = {}
    for t, why in whys.items():
        groups.setdefault(tuple(i for i in range(len(panel.actors)) if i not in why), []).append(t)
    found: dict[int, Fit] = {}
    pairs = pairs_of(len(panel.actors))
    for kept, members in groups.items():
        inside = np.isin(pairs, kept).all(axis=1)
        rows = np.ix_(np.array(members), np.flatnonzero(inside))
        estimates = _estimate(len(kept), cooperation[rows] / phi, conflict[rows] / phi, tau2) if kept else None
        for k, t in enumerate(members):
            level, variance = np.full(len(panel.actors), np.nan), np.nan
            affinity, information = np.full((2, len(pairs)), np.nan)
            if estimates is not None:
                level[list(kept)], affinity[inside], information[inside], variance = (each[k] for each in estimates)
            refused = tuple((panel.actors[i], reason) for i, reason in whys[t].items())
            found[t] = Fit(panel, t, phi, float(variance), level, affinity, information, refused)
    return [found[t] for t in periods]


def _estimate(n: int, x: Floats, y: Floats, tau2: float | None) -> tuple[Floats, Floats, Floats, Floats]:
    """B panels of the same n actors, from worth of reports of each sign: a (B, n), rho, w (B, m) and tau2 (B,)."""
    model = Likelihood(n, x, x + y)
    a, r, variance = model.estimate(tau2)
    return a, r, model.information(a, r), variance


def _refused(panel: Panel, x: npt.NDArray[Any], y: npt.NDArray[Any], t: int) -> dict[int, str]:
    """The actors that a period says too little of, and why.

    Besides those without events, those whose level has no best value: it could go to infinity (all their reports of one
    sign) or be traded against that of others (reports with a single other actor). They determine nobody else's.
    """
    pairs = pairs_of(len(panel.actors))
    why = {int(i): "not covered" for i in np.flatnonzero(~panel.known[t])}
    x, y = (np.where(panel.known_dyads[t], counts, 0) for counts in (x, y))
    for i in np.flatnonzero(undetermined(len(panel.actors), pairs, x > 0, y > 0)).tolist():
        mine = (pairs == i).any(axis=1)
        why.setdefault(i, _reason(bool(x[mine].any()), bool(y[mine].any())))
    left = [i for i in range(len(panel.actors)) if i not in why]
    if len(left) < FEWEST_ACTORS:
        why |= dict.fromkeys(left, f"fewer than {FEWEST_ACTORS} actors with enough data")
    return dict(sorted(why.items()))


def _reason(cooperation: bool, conflict: bool) -> str:
    if not cooperation and not conflict:
        return "no events"
    if not cooperation or not conflict:
        return "only cooperation" if cooperation else "only conflict"
    return "too few dyads with events of both kinds"

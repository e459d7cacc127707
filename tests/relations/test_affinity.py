"""Residual affinity: the numbers of the twelve states, the laws of the model, and the definition in plain algebra."""

from __future__ import annotations

import csv
import os
from collections import Counter, defaultdict
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy.optimize import linprog, minimize

from standoff.relations.affinity import (
    Fit,
    at_other_phis,
    estimate_phi,
    fit,
    fits,
    fits_from,
    share,
    volume,
    without_each,
)
from standoff.relations.likelihood import Floats, Likelihood, incidence_of, pairs_of, residual_of, undetermined
from standoff.relations.panel import Panel
from strategies.panels import expected, panel_of, panels, twelve, twelve_fits

# The twelve states, 2002-2014


def test_all_affinities_and_their_bounds_are_the_expected_ones() -> None:
    panel = twelve()
    by_period = {one.period: one for one in twelve_fits()}
    for row in expected("affinity_expected.csv"):
        found, d = by_period[row["year"]], panel.dyad(row["a"], row["b"])
        values = (found.affinity[d], found.sd[d], found.low[d], found.high[d])
        assert values == pytest.approx([float(row[name]) for name in ("affinity", "sd", "low90", "high90")], abs=0.002)
        assert found.events[d] == int(row["cooperation"]) + int(row["conflict"])


def test_all_signs_are_the_expected_ones_but_for_a_bound_that_rounds_to_zero() -> None:
    panel = twelve()
    by_period = {one.period: one for one in twelve_fits()}
    other = [
        row
        for row in expected("affinity_expected.csv")
        if by_period[row["year"]].sign[panel.dyad(row["a"], row["b"])] != row["sign"]
    ]
    assert [(row["a"], row["b"], row["year"], float(row["high90"])) for row in other] == [("SAU", "SYR", "2011", 0.0)]
    counts = Counter(sign for one in twelve_fits() for sign in one.sign)
    assert counts == {"plus": 111, "minus": 168, "undetermined": 579}


def test_tau2_is_the_expected_one() -> None:
    table = [float(row["tau2"]) for row in expected("blocs_expected.csv")]
    assert [one.tau2 for one in twelve_fits()] == pytest.approx(table, abs=0.001)


@pytest.mark.parametrize(
    ("phi", "year", "value", "low", "high"),
    [
        (2.0, "2010", -1.58, -1.96, -1.20),
        (2.0, "2014", 0.33, -0.08, 0.73),
        (10.0, "2010", -1.38, -1.94, -0.83),
        (10.0, "2014", 0.50, -0.16, 1.15),
    ],
)
def test_iran_and_russia_at_other_dispersions(phi: float, year: str, value: float, low: float, high: float) -> None:
    panel = twelve()
    d = panel.dyad("IRN", "RUS")
    found = at_other_phis(panel)[phi][panel.period(year)]
    assert (found.affinity[d], found.low[d], found.high[d]) == pytest.approx((value, low, high), abs=0.021)


def test_iran_and_russia_without_each_third_actor() -> None:
    panel = twelve()
    d = panel.dyad("IRN", "RUS")
    found = without_each(panel)
    ranges = {2010: (-1.67, -1.10), 2011: (-0.06, 0.38), 2012: (-0.02, 0.46), 2013: (0.02, 0.49), 2014: (0.02, 0.69)}
    for year, wanted in ranges.items():
        t = panel.period(str(year))
        assert (found.low[t, d], found.high[t, d]) == pytest.approx(wanted, abs=0.01)
        assert found.extremes(t, d) == (("CHN", "LBN") if year == 2010 else ("USA", "SYR"))
        assert found.robust[t, d] == (year == 2010)


def test_a_sign_is_robust_only_where_no_third_actor_turns_it() -> None:
    panel = twelve()
    seen = []
    found = without_each(panel, progress=lambda done, total: seen.append((done, total)))
    for t, d in [(8, panel.dyad("IRN", "RUS")), (12, panel.dyad("IRN", "RUS")), (12, panel.dyad("RUS", "USA"))]:
        one, other = (panel.actors[i] for i in panel.dyads[d])
        signs = {found.whole[t].sign[d]}
        for name in set(panel.actors) - {one, other}:
            smaller = panel.without(name)
            signs.add(fit(smaller, panel.periods[t]).sign[smaller.dyad(one, other)])
        assert found.robust[t, d] == (signs in ({"plus"}, {"minus"}))
    assert 0 < found.robust.sum() < 279
    assert seen == [(k, 12) for k in range(13)]


def test_volume_rises_while_the_share_falls() -> None:
    panel = twelve()
    d = panel.dyad("RUS", "SYR")
    assert volume(panel)[:3, d].mean() == pytest.approx(54, abs=0.5)
    assert volume(panel)[-3:, d].mean() == pytest.approx(829, abs=0.5)
    assert (share(panel)[:3, d].mean(), share(panel)[-3:, d].mean()) == pytest.approx((0.98, 0.90), abs=0.005)


def test_the_fits_do_not_hang_on_which_periods_are_fitted_together() -> None:
    for together in twelve_fits()[::4]:
        alone = fit(twelve(), together.period)
        assert alone.affinity == pytest.approx(together.affinity, abs=2e-5)


# Laws


@given(panels())
def test_affinities_of_each_actor_add_up_to_zero(panel: Panel) -> None:
    for one in fits(panel):
        values = np.where(one.measured, one.affinity, 0)
        assert values @ incidence_of(len(panel.actors)) == pytest.approx(np.zeros(len(panel.actors)), abs=1e-6)


@given(st.integers(4, 9), st.floats(-5, 5), st.integers(0, 2**32 - 1))
def test_what_is_added_to_all_log_odds_of_one_actor_changes_nothing(n: int, much: float, seed: int) -> None:
    theta = np.random.default_rng(seed).normal(size=n * (n - 1) // 2)
    raised = theta + much * incidence_of(n)[:, seed % n]
    assert residual_of(n) @ raised == pytest.approx(residual_of(n) @ theta, abs=1e-9)


@given(panels())
def test_what_cannot_be_measured_is_not_a_number_and_has_a_reason(panel: Panel) -> None:
    for one in fits(panel):
        refused = {name for name, _ in one.refused}
        for d, (i, j) in enumerate(panel.dyads):
            missing = bool({panel.actors[i], panel.actors[j]} & refused)
            assert np.isnan([one.affinity[d], one.sd[d], one.low[d]]).all() == missing
            assert (one.sign[d] == "too little data") == missing


@given(panels())
def test_cooperation_and_conflict_change_places_with_the_sign(panel: Panel) -> None:
    turned = fits_from(panel, panel.conflict, panel.cooperation)
    for one, other in zip(fits(panel), turned, strict=True):
        assert other.affinity == pytest.approx(-one.affinity, abs=1e-4, nan_ok=True)
        assert other.sd == pytest.approx(one.sd, abs=1e-4, nan_ok=True)


@given(panels(), st.randoms(use_true_random=False))
def test_the_order_of_actors_does_not_matter(panel: Panel, random: object) -> None:
    n = len(panel.actors)
    order = list(range(n))
    random.shuffle(order)  # type: ignore[attr-defined]
    places = [panel.dyads.index((min(order[i], order[j]), max(order[i], order[j]))) for i, j in panel.dyads]
    moved = replace(panel, actors=tuple(panel.actors[k] for k in order), counts=panel.counts[:, places])
    for one, other in zip(fits(panel), fits(moved), strict=True):
        assert other.affinity == pytest.approx(one.affinity[places], abs=1e-4, nan_ok=True)


def test_no_variance_but_the_noise_leaves_no_affinity() -> None:
    one = fit(twelve(), "2010", tau2=1e-6)
    assert np.abs(one.affinity).max() < 1e-3
    assert one.sd.max() < 2e-3


def test_a_dyad_without_events_has_no_affinity_of_its_own_and_a_wide_interval() -> None:
    panel = twelve()
    d = panel.dyad("IRN", "RUS")
    counts = panel.counts.copy()
    counts[:, d] = 0
    one = fit(replace(panel, counts=counts), "2010")
    assert one.affinity[d] == pytest.approx(0, abs=1e-9)
    assert one.high[d] - one.low[d] > 1.5


def test_a_dyad_that_has_only_cooperation_stays_finite() -> None:
    panel = twelve()
    d = panel.dyad("IRN", "RUS")
    counts = panel.counts.copy()
    counts[:, d, 2:] = 0
    assert 0 < fit(replace(panel, counts=counts), "2010").affinity[d] < 6


# The definition


def full_inverse(one: Fit) -> np.ndarray:
    """Sigma, the inverse of [[D'WD, D'W], [WD, W + I/tau2]]."""
    d = incidence_of(len(one.level))
    w = np.diag(one.information)
    hessian = np.block([[d.T @ w @ d, d.T @ w], [w @ d, w + np.eye(len(d)) / one.tau2]])
    return np.linalg.inv(hessian)


@pytest.mark.parametrize("t", [0, 8, 12])
def test_the_covariance_is_that_of_the_full_hessian(t: int) -> None:
    one = twelve_fits()[t]
    d = incidence_of(12)
    a = residual_of(12) @ np.hstack([d, np.eye(len(d))])
    assert one.factor @ one.factor.T == pytest.approx(a @ full_inverse(one) @ a.T, abs=1e-9)


@pytest.mark.parametrize("t", [0, 8, 12])
def test_tau2_is_the_mean_of_what_is_expected_of_the_residuals(t: int) -> None:
    one = twelve_fits()[t]
    v = np.diag(full_inverse(one))[12:]
    assert (one.affinity**2 + v).mean() == pytest.approx(one.tau2, rel=1e-5)


@given(panels(most=5, full=True), st.floats(0.05, 4), st.sampled_from([1.0, 5.0]))
def test_the_estimate_maximises_the_likelihood(panel: Panel, tau2: float, phi: float) -> None:
    one = fit(panel, panel.periods[0], phi, tau2)
    assert not one.refused
    n, d = len(panel.actors), incidence_of(len(panel.actors))
    x, total = panel.cooperation[0] / phi, (panel.cooperation + panel.conflict)[0] / phi

    def loss(values: np.ndarray) -> float:
        theta = d @ values[:n] + values[n:]
        return -float((x * theta - total * np.logaddexp(0, theta) - values[n:] ** 2 / (2 * tau2)).sum())

    def slope(values: np.ndarray) -> np.ndarray:
        theta = d @ values[:n] + values[n:]
        g = x - total / (1 + np.exp(-theta))
        return -np.concatenate([d.T @ g, g - values[n:] / tau2])

    best = minimize(loss, np.zeros(n + len(d)), jac=slope, method="BFGS", options={"gtol": 1e-7})
    mine = np.concatenate([one.level, one.affinity])
    assert loss(mine) <= best.fun + 1e-8
    assert np.abs(slope(mine)).max() < 1e-6


@given(panels(fewest=2, most=5, largest=2))
def test_levels_are_refused_iff_a_linear_program_can_move_them(panel: Panel) -> None:
    n, d = len(panel.actors), incidence_of(len(panel.actors))
    x, y = panel.cooperation[0] > 0, panel.conflict[0] > 0
    rows = np.vstack([-d[x], d[y], np.zeros((1, n))])
    movable = []
    for i in range(n):
        ways = [linprog(sign * np.eye(n)[i], rows, np.zeros(len(rows)), bounds=(-1, 1)).fun for sign in (1, -1)]
        movable.append(min(ways) < -1e-6)
    assert undetermined(n, pairs_of(n), x, y).tolist() == movable


@pytest.mark.slow
def test_draws_have_the_means_and_covariances_of_the_fit() -> None:
    one = twelve_fits()[8]
    found = one.draws(40_000, np.random.default_rng(1))
    assert found.mean(axis=0) == pytest.approx(one.affinity, abs=0.02)
    assert np.cov(found.T) == pytest.approx(one.factor @ one.factor.T, abs=0.02)
    assert np.abs(found @ incidence_of(12)).max() < 1e-6


# Too little data


def test_an_actor_that_is_not_covered_is_unknown_and_the_others_are_measured_without_it() -> None:
    panel = twelve()
    known = panel.known.copy()
    known[8, panel.actor("LBY")] = False
    one = fits(replace(panel, known=known))[8]
    alone = fit(panel.without("LBY"), "2010")
    assert one.refused == (("LBY", "not covered"),)
    assert one.affinity[one.measured] == pytest.approx(alone.affinity, abs=1e-5)
    assert one.sd[one.measured] == pytest.approx(alone.sd, abs=1e-5)
    drawn = one.draws(5, np.random.default_rng(0))
    assert (np.isnan(drawn) == ~one.measured).all()


@pytest.mark.parametrize(("kept", "reason"), [("", "no events"), ("x", "only cooperation"), ("y", "only conflict")])
def test_an_actor_without_events_of_both_kinds_is_refused(kept: str, reason: str) -> None:
    panel = twelve()
    counts = panel.counts.copy()
    mine = [d for d, pair in enumerate(panel.dyads) if panel.actor("QAT") in pair]
    for letter, columns in (("x", slice(0, 2)), ("y", slice(2, 4))):
        if letter not in kept:
            counts[8, mine, columns] = 0
    one = fits(replace(panel, counts=counts))[8]
    assert one.refused == (("QAT", reason),)
    assert np.isfinite(one.affinity).sum() == 55


def test_events_with_an_actor_that_is_not_covered_are_unknown_as_well() -> None:
    panel = twelve()
    known = panel.known.copy()
    known[8, panel.actor("LBY")] = False
    counts = panel.counts.copy()
    mine = [d for d, pair in enumerate(panel.dyads) if panel.actor("QAT") in pair and panel.actor("LBY") not in pair]
    counts[8, mine] = 0
    hidden = replace(panel, known=known, counts=counts)
    assert fits(hidden)[8].refused == (("LBY", "not covered"), ("QAT", "no events"))
    d = panel.dyad("LBY", "QAT")
    assert np.isnan([volume(hidden)[8, d], share(hidden)[8, d], share(hidden)[8, mine[0]]]).all()
    assert volume(hidden)[8, mine[0]] == 0


@given(panels(most=7))
def test_who_is_measured_could_be_without_those_refused(panel: Panel) -> None:
    some = [one for one in fits(panel) if len(one.refused) < len(panel.actors)]
    assume(some)
    for one in some:
        smaller = panel
        for name, _ in one.refused:
            smaller = smaller.without(name)
        assert fit(smaller, one.period).refused == ()


def test_three_actors_are_too_few() -> None:
    ten = np.full((1, 3), 10)
    one = fits(panel_of(ten, ten, 3))[0]
    assert set(one.sign) == {"too little data"}
    assert {why for _, why in one.refused} == {"fewer than 4 actors with enough data"}
    assert np.isnan(one.tau2)
    assert one.draws(3, np.random.default_rng(0)).shape == (3, 3)


def test_without_a_third_actor_of_four_nothing_is_robust() -> None:
    counts = np.array([[900, 10, 10, 10, 10, 900]])
    found = without_each(panel_of(counts, counts[:, ::-1] * 0 + 100, 4))
    assert found.whole[0].sign[0] == "plus"
    assert not found.robust.any()
    assert found.extremes(0, 0) is None
    assert np.isnan(found.low).all()


@pytest.mark.parametrize(("phi", "tau2"), [(0.5, None), (float("nan"), None), (5.0, 0.0), (5.0, float("inf"))])
def test_impossible_dispersions_and_variances_are_refused(phi: float, tau2: float | None) -> None:
    with pytest.raises(ValueError, match=r"dispersion is at least 1|variance is positive"):
        fits(twelve(), phi, tau2)


def test_a_variance_near_zero_is_found_in_reasonable_time() -> None:
    rng = np.random.default_rng(1)
    worth = np.maximum(1, (twelve().cooperation + twelve().conflict) // 5)
    theta = np.array([one.actor_part for one in twelve_fits()])
    x = rng.binomial(worth, 1 / (1 + np.exp(-theta)))
    found = fits_from(twelve(), x, worth - x, 1.0)
    assert all(1e-4 <= one.tau2 < 0.05 for one in found)
    assert sum(one.tau2 == 1e-4 for one in found) > 3


# Dispersion


def test_phi_by_its_definition() -> None:
    rng = np.random.default_rng(3)
    x, y = rng.poisson(3, (40, 12)), rng.poisson(2, (40, 12))
    x[0] = 0
    y[1] = 0
    x[2:4, 3:] = y[2:4, 3:] = 0
    top = bottom = 0.0
    for row in range(40):
        events = x[row] + y[row]
        if events.sum() < 40 or not x[row].any() or not y[row].any():
            continue
        p = x[row].sum() / events.sum()
        for k in range(12):
            if events[k]:
                top += (x[row, k] - events[k] * p) ** 2 / (events[k] * p * (1 - p))
                bottom += 1
        bottom -= 1
    assert estimate_phi(x, y) == pytest.approx(max(1.0, top / bottom))
    assert estimate_phi(3 * x, 3 * y) == pytest.approx(3.0 * top / bottom, rel=0.15)


def test_phi_is_at_least_one_and_unknown_without_data() -> None:
    even = np.full((5, 12), 10)
    assert estimate_phi(even, even) == 1.0
    assert estimate_phi(even, 0 * even) is None
    assert estimate_phi(even // 10, even // 10) is None


@pytest.mark.skipif("STANDOFF_RELATIONS" not in os.environ, reason="the event rows are not part of the project")
@pytest.mark.parametrize(("weeks", "wanted"), [(False, 2.6), (True, 1.8)])
def test_phi_of_the_event_rows(weeks: bool, wanted: float) -> None:
    cells: defaultdict[tuple[str, str, str], np.ndarray] = defaultdict(lambda: np.zeros((2, 53)))
    path = Path(os.environ["STANDOFF_RELATIONS"]) / "events_2011_2015.csv"
    with path.open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            states = row["source_role"] == row["target_role"] == "state" and row["source"] != row["target"]
            if states and row["weight"] == "1":
                one, other = sorted((row["source"], row["target"]))
                day = np.datetime64(row["date"])
                number = int((day - day.astype("M8[Y]")) / np.timedelta64(7, "D")) if weeks else int(row["date"][5:7])
                cells[one, other, row["date"][:4]][int(row["quad"][1] == "X"), number] += 1
    counts = np.array(list(cells.values()))
    assert estimate_phi(counts[:, 0], counts[:, 1]) == pytest.approx(wanted, abs=0.05)


# Acceptance


def simulated(rng: np.random.Generator, times: int, phi: int = 5) -> tuple[list[Fit], np.ndarray]:
    """Panels as the fitted ones could have been, and the affinities that they were made with."""
    events = np.repeat(twelve().cooperation + twelve().conflict, times, axis=0)
    theta = np.repeat([one.actor_part for one in twelve_fits()], times, axis=0)
    sd = np.sqrt(np.repeat([one.tau2 for one in twelve_fits()], times))[:, None]
    theta = theta + sd * rng.standard_normal(theta.shape)
    reports = np.maximum(1, np.rint(events / phi)).astype(int)
    x = rng.binomial(reports, 1 / (1 + np.exp(-theta)))
    return fits(panel_of(phi * x, phi * (reports - x), 12), phi), theta @ residual_of(12)


def test_nine_of_ten_intervals_hold_the_truth(request: pytest.FixtureRequest) -> None:
    if (amount := request.config.getoption("--conflicts")) < 10_000:
        pytest.skip("a bulk test: --conflicts 10000")
    found, truth = simulated(np.random.default_rng(7), max(4, amount // 1000))
    inside, wrong, signed = [], 0, 0
    for one, real in zip(found, truth, strict=True):
        use = one.measured
        inside += ((one.low <= real) & (real <= one.high))[use].tolist()
        for sign, value in zip(one.sign, real, strict=True):
            signed += sign in ("plus", "minus")
            wrong += (sign == "plus" and value < 0) or (sign == "minus" and value > 0)
    assert len(inside) > 2000
    assert 0.86 <= np.mean(inside) <= 0.93
    assert wrong / signed < 0.02


def test_enormous_counts_beside_small_ones_do_not_keep_it_climbing(monkeypatch: pytest.MonkeyPatch) -> None:
    """A sum of huge terms is rounded by more than a step changes it: that is no reason to halve the step for ever."""
    asked = 0
    value = Likelihood.value

    def counted(self: Likelihood, a: Floats, r: Floats, tau2: Floats) -> Floats:
        nonlocal asked
        asked += 1
        return value(self, a, r, tau2)

    monkeypatch.setattr(Likelihood, "value", counted)
    x = np.array([[2e8, 0.1, 1.1, 2e8, 0.1, 1.1]])
    total = x + np.array([[0.7, 0.7, 1e-1, 0.1, 2e8, 0.7]])
    Likelihood(4, x, total).estimate(None)
    assert asked < 20_000

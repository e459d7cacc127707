"""Is affinity of use? Each period predicts the next, beside predictors that know less; nothing of the next is used."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from standoff.relations.affinity import PHI, Fit, fits, fits_from
from standoff.relations.change import ranks_of, times
from standoff.relations.likelihood import Floats, Mask
from standoff.relations.panel import Panel

LEAST = 50  # events of a dyad in the period predicted
SPARSE = 200  # events of a dyad in the period known
DISCOUNT = 0.5  # what a count is worth after a year
MEANS_ONLY = 0.001  # tau2 where actors are to explain all
LAST_SHARE = "last period's share"


@dataclass(frozen=True, slots=True)
class Score:
    """How well a predictor tells the conflict share of the next period: means over ``periods`` predicted.

    ``spearman`` over dyads, None where it predicts the same for all; ``log_loss``, not weighted; ``rmse``;
    ``sparse_log_loss`` over dyads with fewer than 200 events in the period known, None where there are none;
    ``better``: in how many periods its log loss is below that of the last period's share.
    """

    predictor: str
    spearman: float | None
    log_loss: float
    rmse: float
    sparse_log_loss: float | None
    better: int
    periods: int


@dataclass(frozen=True, slots=True)
class YesNo:
    """How well a predictor tells whether a dyad's share will be above the panel's median: mean Brier score.

    ``better``: in how many of the ``periods`` it is below that of the last period's share.
    """

    predictor: str
    brier: float
    better: int
    periods: int


def holdout(panel: Panel, phi: float = PHI, least: int = LEAST) -> list[Score]:
    """Predicting the conflict share of the next period, by dyads with ``least`` events in it; empty: too little data.

    A period predicts those dyads only that its own fit measures, the same ones with all predictors.
    """
    x, y = (np.where(panel.known_dyads, counts, 0).astype(float) for counts in (panel.cooperation, panel.conflict))
    old_x, old_y = (_discounted(counts, times(panel.periods)) for counts in (x, y))
    whole, means = fits(panel, phi), fits(panel, phi, tau2=MEANS_ONLY)
    pooled = y.sum(axis=1) / np.maximum(1, (x + y).sum(axis=1))
    predictors = {
        "pooled share": np.repeat(pooled[:, None], x.shape[1], axis=1),
        "actor means only": np.array([_share(one.actor_part) for one in means]),
        "actor part of this model": np.array([_share(one.actor_part) for one in whole]),
        LAST_SHARE: (y + 0.5) / (x + y + 1),
        "discounted share": (old_y + 0.5) / (old_x + old_y + 1),
        "actors + affinity": np.array([_share(one.log_odds) for one in whole]),
        "actors + affinity, discounted": np.array(
            [_share(one.log_odds) for one in fits_from(panel, old_x, old_y, phi)]
        ),
    }
    rows = list(_judged(whole, x + y, least))
    losses = {
        name: [_log_loss(q[t][use], (y / np.maximum(1, x + y))[t + 1][use]) for t, use in rows]
        for name, q in predictors.items()
    }
    return [_score(name, predictors[name], losses, rows, x, y) for name in predictors] if rows else []


def _score(
    name: str, predicted: Floats, losses: dict[str, list[Floats]], rows: list[tuple[int, Mask]], x: Floats, y: Floats
) -> Score:
    spearman, rmse, sparse = [], [], []
    for (t, use), loss in zip(rows, losses[name], strict=True):
        q, s = predicted[t][use], y[t + 1][use] / (x + y)[t + 1][use]
        spearman.append(_spearman(q, s))
        rmse.append(np.sqrt(((_clipped(q) - s) ** 2).mean()))
        thin = (x + y)[t][use] < SPARSE
        sparse.append(loss[thin].mean() if thin.any() else np.nan)
    means = np.array([loss.mean() for loss in losses[name]])
    better = int((means < [loss.mean() for loss in losses[LAST_SHARE]]).sum())
    return Score(name, _mean(spearman), float(means.mean()), float(np.mean(rmse)), _mean(sparse), better, len(rows))


def above_median(panel: Panel, phi: float = PHI, least: int = LEAST, material: bool = False) -> list[YesNo]:
    """Whether a dyad's (material) conflict share will be above the panel's median; empty: too little data.

    Logistic regressions on periods before, at least two pairs of them, refitted for each period.
    """
    events = np.where(panel.known_dyads, panel.cooperation + panel.conflict, 0)
    y = panel.counts[:, :, 3] if material else panel.conflict
    y = np.where(panel.known_dyads, y, 0)
    fitted = fits_from(panel, events - y, y, phi)
    used = dict(_judged(fitted, events, least))
    share = y / np.maximum(1, events)
    last = (y + 0.5) / (events + 1)
    level, affinity = (np.array([getattr(one, part) for one in fitted]) for part in ("actor_part", "affinity"))
    above = np.zeros(share.shape, bool)
    for t in range(len(events)):
        enough = events[t] >= least
        if enough.any():
            above[t] = share[t] > np.median(share[t][enough])
    predictors = {
        "base rate": np.zeros((*share.shape, 0)),
        "was above": above[..., None].astype(float),
        LAST_SHARE: np.log(last / (1 - last))[..., None],
        "actor part of this model": level[..., None],
        "actors + affinity": (level + affinity)[..., None],
        "actors and affinity, each weighed": np.stack([level, affinity], axis=2),
    }
    briers = {name: _briers(values, above, used) for name, values in predictors.items()}
    return [
        YesNo(name, float(values.mean()), int((values < briers[LAST_SHARE]).sum()), len(values))
        for name, values in briers.items()
        if len(values)
    ]


def _briers(values: Floats, above: Mask, used: dict[int, Mask]) -> Floats:
    found = []
    for k, (t, use) in enumerate(used.items()):
        if k < 2:
            continue
        before = list(used.items())[:k]
        known = np.concatenate([values[u][mask] for u, mask in before])
        weights = _logistic(known, np.concatenate([above[u + 1][mask] for u, mask in before]))
        q = _share(-_with_constant(values[t][use]) @ weights)
        found.append(((q - above[t + 1][use]) ** 2).mean())
    return np.array(found)


def _with_constant(values: Floats) -> Floats:
    return np.column_stack([np.ones(len(values)), values])


def _logistic(values: Floats, outcome: Mask, ridge: float = 1e-6) -> Floats:
    """Weights of a logistic regression, the constant first; the ridge only keeps them finite."""
    known = _with_constant(values)
    weights = np.zeros(known.shape[1])
    for _ in range(50):
        q = _share(-known @ weights)
        curvature = known.T @ (known * (q * (1 - q))[:, None]) + ridge * np.eye(len(weights))
        step = np.linalg.solve(curvature, known.T @ (outcome - q) - ridge * weights)
        weights = weights + step * min(1.0, 5.0 / max(1e-300, float(np.abs(step).max())))
        if np.abs(step).max() < 1e-9:
            break
    return weights


def _judged(fitted: list[Fit], events: npt.NDArray[np.number], least: int) -> Iterator[tuple[int, Mask]]:
    """The periods that predict the next, and the dyads that they are judged on."""
    for t in range(len(fitted) - 1):
        use = fitted[t].measured & (events[t + 1] >= least)
        if use.sum() > 1:
            yield t, use


def _discounted(counts: Floats, when: Floats) -> Floats:
    """Counts with those of periods before, each worth half after a year; shape (T, m)."""
    age = when[:, None] - when[None, :]
    return np.asarray(np.where(age >= 0, DISCOUNT ** np.maximum(age, 0), 0.0) @ counts)


def _share(log_odds: Floats) -> Floats:
    """The conflict share at log-odds of cooperation."""
    return np.asarray((1 - np.tanh(log_odds / 2)) / 2)


def _clipped(q: Floats) -> Floats:
    return np.clip(q, 1e-4, 1 - 1e-4)


def _log_loss(q: Floats, s: Floats) -> Floats:
    return np.asarray(-(s * np.log(_clipped(q)) + (1 - s) * np.log(1 - _clipped(q))))


def _spearman(q: Floats, s: Floats) -> float:
    first, second = (ranks - ranks.mean() for ranks in ranks_of(np.stack([q, s])))
    scale = np.sqrt((first @ first) * (second @ second))
    return float(first @ second / scale) if scale > 0 else np.nan


def _mean(values: list[float]) -> float | None:
    known = [value for value in values if not np.isnan(value)]
    return float(np.mean(known)) if known else None

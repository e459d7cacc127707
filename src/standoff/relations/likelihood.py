"""The likelihood of the model of affinity: its maximum, and what of it the data determine."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Indices = npt.NDArray[np.intp]
Mask = npt.NDArray[np.bool_]

TAU2_FLOOR = 1e-4
TAU2_TOLERANCE = 1e-5
LONGEST_STEP = 2.0  # in log-odds
MAX_STEPS = 200
ROUNDING = 1e-13  # of a sum, as a share of the sizes of its terms
LONGEST_LEAP = 2.0  # in log tau2
MAX_ROUNDS = 500


def undetermined(n: int, pairs: Indices, cooperate: Mask, oppose: Mask) -> Mask:
    """The actors whose level could change for ever without making the data less likely; shape (n,).

    Such a change c has c_i + c_j >= 0 where the dyad cooperates and <= 0 where it does not. As "c_i >= -c_j" these are
    arcs between 2n values c_i and -c_i; c_i must be 0 iff each of its two values leads to the other.
    """
    leads = np.eye(2 * n, dtype=bool)
    for mask, here, there in ((cooperate, 0, n), (oppose, n, 0)):
        i, j = pairs[mask].T
        leads[i + here, j + there] = leads[j + here, i + there] = True
    for _ in range(max(1, (2 * n).bit_length())):
        leads = (leads.astype(np.float32) @ leads.astype(np.float32)) > 0
    own = np.arange(n)
    return np.asarray(~(leads[own, own + n] & leads[own + n, own]))


def pairs_of(n: int) -> Indices:
    """The pairs of n actors in the order of dyads; shape (m, 2)."""
    return np.array(np.triu_indices(n, 1), np.intp).T


def incidence_of(n: int) -> Floats:
    """D, two ones a row: the actors of each dyad; shape (m, n)."""
    pairs = pairs_of(n)
    matrix = np.zeros((len(pairs), n))
    np.put_along_axis(matrix, pairs, 1.0, axis=1)
    return matrix


def residual_of(n: int) -> Floats:
    """I - P, P = D (D'D)^-1 D': takes from values of dyads what actors explain; shape (m, m)."""
    incidence = incidence_of(n)
    explained = incidence @ np.linalg.solve(incidence.T @ incidence, incidence.T)
    return np.asarray(np.eye(len(incidence)) - explained)


class Likelihood:
    """Several panels of the same n actors at once: worth of reports ``x`` of ``total``, each (B, m)."""

    def __init__(self, n: int, x: Floats, total: Floats) -> None:
        self.n, self.x, self.total = n, x, total
        self.pairs = pairs_of(n)
        self.incidence = incidence_of(n)

    def information(self, a: Floats, r: Floats) -> Floats:
        """How much each dyad tells, w = N p(1-p)/phi; shape (B, m)."""
        theta = a @ self.incidence.T + r
        return np.asarray(self.total * np.exp(-np.logaddexp(0, theta) - np.logaddexp(0, -theta)))

    def value(self, a: Floats, r: Floats, tau2: Floats) -> Floats:
        """Q; shape (B,)."""
        theta = a @ self.incidence.T + r
        return np.asarray(
            (self.x * theta - self.total * np.logaddexp(0, theta) - r * r / (2 * tau2[:, None])).sum(axis=1)
        )

    def magnitude(self, a: Floats, r: Floats) -> Floats:
        """The sum of the terms of Q by their sizes, of which its rounding is a share; shape (B,)."""
        theta = np.abs(a @ self.incidence.T + r)
        return np.asarray((self.x * theta + self.total * np.logaddexp(0, theta)).sum(axis=1))

    def curvature(self, weights: Floats) -> Floats:
        """D' diag(weights) D; shape (B, n, n)."""
        i, j = self.pairs.T
        matrix = np.zeros((len(weights), self.n, self.n))
        matrix[:, i, j] = matrix[:, j, i] = weights
        own = np.arange(self.n)
        matrix[:, own, own] = weights @ self.incidence
        return matrix

    def climb(self, a: Floats, r: Floats, tau2: Floats) -> tuple[Floats, Floats]:
        """The maximum of Q by Newton steps with r eliminated, from a start."""
        best = self.value(a, r, tau2)
        for _ in range(MAX_STEPS):
            da, dr = self._step(a, r, tau2[:, None])
            move = np.maximum(np.abs(da).max(axis=1), np.abs(dr).max(axis=1))
            length = np.minimum(1.0, LONGEST_STEP / np.maximum(np.abs(da @ self.incidence.T + dr).max(axis=1), 1e-300))
            for _ in range(60):
                new = self.value(a + length[:, None] * da, r + length[:, None] * dr, tau2)
                worse = new < best - 1e-12 * np.abs(best)
                if worse.any():  # by more than what sums of such terms are rounded by
                    worse &= new < best - ROUNDING * self.magnitude(a, r)
                if not worse.any():
                    break
                length[worse] /= 2
            a, r, best = a + length[:, None] * da, r + length[:, None] * dr, new
            if (move < 1e-9).all():
                break
        return a, r

    def _step(self, a: Floats, r: Floats, tau2: Floats) -> tuple[Floats, Floats]:
        theta = a @ self.incidence.T + r
        w = self.information(a, r)
        h = w + 1 / tau2
        g = self.x - self.total * np.exp(-np.logaddexp(0, -theta))
        rest = g - r / tau2
        slope = (g - w * rest / h) @ self.incidence
        da = np.asarray(np.linalg.solve(self.curvature(w / (tau2 * h)), slope[..., None])[..., 0], float)
        return da, np.asarray((rest - w * (da @ self.incidence.T)) / h)

    def expected(self, a: Floats, r: Floats, tau2: Floats) -> Floats:
        """The next tau2 of EM, the mean of r^2 + v; shape (B,)."""
        w = self.information(a, r)
        h = w + 1 / tau2[:, None]
        inverse = np.linalg.inv(self.curvature(w / (tau2[:, None] * h)))
        i, j = self.pairs.T
        through = inverse[:, i, i] + inverse[:, j, j] + 2 * inverse[:, i, j]
        v = 1 / h + (w / h) ** 2 * through
        return np.asarray(np.maximum((r * r + v).mean(axis=1), TAU2_FLOOR))

    def estimate(self, tau2: float | None) -> tuple[Floats, Floats, Floats]:
        """Levels a (B, n), r (B, m) and tau2 (B,), estimated where it is not given."""
        pooled = self.x.sum(axis=1) / self.total.sum(axis=1)
        a = np.repeat((np.log(pooled / (1 - pooled)) / 2)[:, None], self.n, axis=1)
        r = np.zeros_like(self.x)
        variance = np.full(len(self.x), 1.0 if tau2 is None else tau2)
        a, r = self.climb(a, r, variance)
        if tau2 is None:
            a, r, variance = self.expect_and_climb(a, r, variance)
        return a, r, variance

    def expect_and_climb(self, a: Floats, r: Floats, tau2: Floats) -> tuple[Floats, Floats, Floats]:
        """EM for tau2, two steps and a leap (Aitken, in the logarithm) to where they lead: near 0 EM alone creeps."""
        for _ in range(MAX_ROUNDS):
            one = self.expected(a, r, tau2)
            a, r = self.climb(a, r, one)
            two = self.expected(a, r, one)
            first, second = np.log(one / tau2), np.log(two / one)
            bend = first - second
            safe = (bend * first > 0) & (second * first > 0)
            leap = np.where(safe, first**2 / np.where(safe, bend, 1.0), first + second)
            new = np.maximum(tau2 * np.exp(np.clip(leap, -LONGEST_LEAP, LONGEST_LEAP)), TAU2_FLOOR)
            done = np.abs(new - tau2) < TAU2_TOLERANCE * tau2
            a, r = self.climb(a, r, new)
            tau2 = new
            if done.all():
                break
        return a, r, tau2

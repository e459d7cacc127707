"""Who would stand with whom if one had to cut: the split into two sides that frustrates least [harary1953].

There always is such a split. Whether there are two camps is another question, which random panels help to judge.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt

from standoff.errors import TooLarge
from standoff.progress import Progress, silent
from standoff.relations.affinity import Fit
from standoff.relations.likelihood import Floats, Mask, pairs_of, residual_of

DRAWS = 2000
MOST_FOR_DRAWS = 20
MOST_ENUMERATED = 28
MOST_ACTORS = 60
SECONDS = 60.0  # for the mixed-integer program
CHUNK = 2**18  # energies held at a time, about what caches do
TIE = 1e-9  # of the sum of weights


@dataclass(frozen=True)
class Split:
    """The least frustration F of a signed graph, and the splits that have it.

    ``sides`` (k, n): for each of the k splits, whether an actor is on the side of the first; all of them where
    ``complete``, else one of perhaps several. ``gap``: how much more the best other split frustrates, None where there
    is no other or it was not sought.
    """

    frustration: float
    total: float
    sides: Mask
    gap: float | None
    complete: bool = True

    @property
    def relative(self) -> float:
        """``F / sum |W|``, 0 where all weights are."""
        return self.frustration / self.total if self.total else 0.0

    @property
    def together(self) -> Floats:
        """The share of the splits in which i and j are on one side; shape (n, n)."""
        return _together(self.sides, np.full(len(self.sides), 1 / len(self.sides)))


def frustration(weights: Floats, sides: Mask) -> Floats:
    """F(s): positive weights cut and negative weights within. weights (m,), sides (..., n); shape (...)."""
    i, j = pairs_of(sides.shape[-1]).T
    same = sides[..., i] == sides[..., j]
    return np.asarray(np.where(same, np.maximum(-weights, 0), np.maximum(weights, 0)).sum(axis=-1))


def least_frustration(weights: Floats) -> Split:
    """The split of least frustration, exactly; weights (m,) of the dyads of n actors, in their order.

    Raises TooLarge where that cannot be had.
    """
    n = _actors(weights)
    if n <= MOST_ENUMERATED:
        return _enumerated(weights, n)
    return solve_program(weights)


def _enumerated(weights: Floats, n: int) -> Split:
    total = float(np.abs(weights).sum())
    best, found, second = np.inf, np.zeros((0, n), bool), np.inf
    for first, block in _blocks(weights[None], n):
        values = block[0]
        low = float(values.min())
        if low > second and low > best:
            continue
        best_before, best = best, min(best, low)
        if best_before > best + TIE * total:
            found, second = found[:0], min(second, best_before)
        tied = values <= best + TIE * total
        found = np.concatenate([found, _splits(n, np.flatnonzero(tied) + first)])
        second = min(second, float(np.where(tied, np.inf, values).min()))
    gap = second - best if np.isfinite(second) else None
    return Split(max(0.0, best), total, found, gap)


def _blocks(weights: Floats, n: int) -> Iterator[tuple[int, Floats]]:
    """F of all 2^(n-1) splits, of each row of weights, in parts (number of the first split, (B, splits)).

    Actors are taken in two halves: sum W s s is that within each half and, between them, a matrix product.
    """
    head = n // 2
    one, other = _all_sides(head, fixed=True), _all_sides(n - head, fixed=False)
    square = _square(weights, n)
    total = np.abs(weights).sum(axis=1)
    within = [
        np.einsum("ui,bij,uj->bu", side, part, side, optimize=True) / 2
        for side, part in ((one, square[:, :head, :head]), (other, square[:, head:, head:]))
    ]
    between = square[:, :head, head:] @ other.T
    rows = max(1, CHUNK // (len(weights) * len(other)))
    for begin in range(0, len(one), rows):
        sums = one[begin : begin + rows] @ between
        sums += within[0][:, begin : begin + rows, None]
        sums += within[1][:, None, :]
        energies = np.asarray((total[:, None] - sums.reshape(len(weights), -1)) / 2)
        yield begin * len(other), energies


@cache
def _all_sides(n: int, fixed: bool) -> Floats:
    """All splits of n actors as +1 and -1, the first actor's side fixed or not; shape (splits, n)."""
    numbers = np.arange(2 ** max(0, n - fixed))
    signs = 1.0 - 2.0 * (numbers[:, None] >> np.arange(n)[::-1] & 1)
    signs.setflags(write=False)
    return np.asarray(signs)


def _splits(n: int, numbers: npt.NDArray[np.intp]) -> Mask:
    """The splits of these numbers, in the order of ``_blocks``: actors on the side of the first; shape (k, n)."""
    sides = (numbers[:, None] >> np.arange(n)[::-1] & 1) == 0
    return np.asarray(sides == sides[:, :1])


def _square(weights: Floats, n: int) -> Floats:
    i, j = pairs_of(n).T
    square = np.zeros((len(weights), n, n))
    square[:, i, j] = square[:, j, i] = weights
    return square


def _actors(weights: Floats) -> int:
    n = (1 + int(np.sqrt(1 + 8 * weights.shape[-1]))) // 2
    if n * (n - 1) // 2 != weights.shape[-1] or n < 2:
        raise ValueError(f"{weights.shape[-1]} weights are not those of all pairs of some actors")
    if not np.isfinite(weights).all():
        raise ValueError("a weight is not a number; leave out actors that are not measured")
    return n


def solve_program(weights: Floats, seconds: float = SECONDS) -> Split:
    """The same by a mixed-integer program; one minimiser, without a gap. Raises TooLarge where time runs out."""
    from scipy.optimize import Bounds, LinearConstraint, milp
    from scipy.sparse import coo_array

    n = _actors(weights)
    if n > MOST_ACTORS:
        raise TooLarge(f"blocs of {n} actors; at most {MOST_ACTORS}")
    m = len(weights)
    triples = np.array([(i, j, k) for i in range(n) for j in range(i + 1, n) for k in range(j + 1, n)], np.intp)
    place = np.zeros((n, n), np.intp)
    place[tuple(pairs_of(n).T)] = np.arange(m)
    edges = place[triples[:, [0, 0, 1]], triples[:, [1, 2, 2]]] if len(triples) else np.zeros((0, 3), np.intp)
    # whether a dyad is cut: of any three, none or two are
    signs = np.array([[1, 1, 1], [1, -1, -1], [-1, 1, -1], [-1, -1, 1]])
    rows = np.arange(4 * len(edges)).repeat(3)
    columns, values = np.repeat(edges, 4, axis=0).ravel(), np.tile(signs, (len(edges), 1)).ravel()
    matrix = coo_array((values, (rows, columns)), shape=(4 * len(edges), m)).tocsr()
    limits = np.tile([2.0, 0.0, 0.0, 0.0], len(edges))
    integral = (pairs_of(n)[:, 0] == 0).astype(int)  # the others follow from the dyads of the first actor
    constraints = [LinearConstraint(matrix, -np.inf, limits)] if len(edges) else []
    found = milp(
        weights,
        constraints=constraints,
        integrality=integral,
        bounds=Bounds(0, 1),
        options={"time_limit": seconds, "mip_rel_gap": 0.0},
    )
    if found.status != 0:
        raise TooLarge(f"the blocs of {n} actors were not found within {seconds:g} s")
    sides = np.concatenate([[True], found.x[: n - 1] < 0.5])
    return Split(float(frustration(weights, sides)), float(np.abs(weights).sum()), sides[None], None, complete=False)


# Over draws


def membership(draws: Floats) -> Floats:
    """The share of draws in which i and j are on one side, all minimisers of a draw counting equally; shape (n, n).

    draws (D, m). Raises TooLarge above 20 actors.
    """
    return _over(draws)[1]


def relative_frustration(draws: Floats) -> Floats:
    """``F / sum |W|`` of each draw; draws (D, m), shape (D,). Raises TooLarge above 20 actors."""
    return _over(draws)[0]


def _over(draws: Floats) -> tuple[Floats, Floats]:
    n = _actors(draws)
    if n > MOST_FOR_DRAWS:
        raise TooLarge(f"blocs over draws of {n} actors; at most {MOST_FOR_DRAWS}")
    together, relative = np.zeros((n, n)), np.zeros(len(draws))
    step = max(1, CHUNK >> (n - 1))
    for begin in range(0, len(draws), step):
        part = draws[begin : begin + step]
        total = np.abs(part).sum(axis=1)
        energies = np.concatenate([block for _, block in _blocks(part, n)], axis=1)
        least = energies.min(axis=1)
        relative[begin : begin + step] = np.maximum(0, least) / np.where(total > 0, total, 1)
        row, number = np.nonzero(energies <= (least + TIE * total)[:, None])
        equally = 1 / np.bincount(row, minlength=len(part))
        together += _together(_splits(n, number), equally[row])
    return relative, together / len(draws)


def _together(sides: Mask, weights: Floats) -> Floats:
    signs = np.where(sides, 1.0, -1.0)
    return np.asarray((weights.sum() + signs.T @ (signs * weights[:, None])) / 2)


def random_panels(n: int, rng: np.random.Generator, count: int = DRAWS) -> Floats:
    """Weights that mean nothing: independent normals without the actors' part, as affinities are; shape (count, m).

    Raises TooLarge above 60 actors.
    """
    if n > MOST_ACTORS:
        raise TooLarge(f"blocs of {n} actors; at most {MOST_ACTORS}")
    return np.asarray(rng.standard_normal((count, n * (n - 1) // 2)) @ residual_of(n))


@dataclass(frozen=True)
class Blocs:
    """The blocs of one period: those of the estimate, and how they hold over draws.

    ``together`` (n, n): the share of draws in which two actors are on one side, not a number for actors that are not
    measured. ``random_as_low``: the share of panels of random affinities whose relative frustration is as low as that
    of the estimate; unless it is small, the data do not show that there are two camps. ``actors``: those measured, as
    ``estimate.sides`` has them.
    """

    fit: Fit
    actors: tuple[str, ...]
    estimate: Split
    together: Floats
    random_as_low: float

    def with_reference(self, name: str) -> dict[str, float]:
        """The share of draws in which each actor measured is on the side of one. Raises UnknownName."""
        row = self.together[self.fit.panel.actor(name)]
        return {actor: float(row[self.fit.panel.actor(actor)]) for actor in self.actors}

    def sides(self) -> list[tuple[tuple[str, ...], tuple[str, ...]]]:
        """The splits of the estimate by names: the side of the first actor, and the other."""
        return [
            (
                tuple(name for name, same in zip(self.actors, row, strict=True) if same),
                tuple(name for name, same in zip(self.actors, row, strict=True) if not same),
            )
            for row in self.estimate.sides.tolist()
        ]


def blocs(fit: Fit, rng: np.random.Generator, count: int = DRAWS) -> Blocs | None:
    """The blocs of a period, None where too little data; over ``count`` draws. Raises TooLarge above 20 actors."""
    return blocs_of([fit], rng, count)[0]


def blocs_of(
    fits: Sequence[Fit], rng: np.random.Generator, count: int = DRAWS, progress: Progress = silent
) -> list[Blocs | None]:
    """The blocs of each period; random panels are drawn once for each number of actors measured."""
    random: dict[int, Floats] = {}
    found: list[Blocs | None] = []
    for k, fit in enumerate(fits):
        progress(k, len(fits))
        n = int(fit.measured_actors.sum())
        if n and n not in random:
            random[n] = relative_frustration(random_panels(n, rng, count))
        found.append(_blocs(fit, random[n], fit.draws(count, rng)[:, fit.measured]) if n else None)
    progress(len(fits), len(fits))
    return found


def _blocs(fit: Fit, random: Floats, draws: Floats) -> Blocs:
    measured = np.flatnonzero(fit.measured_actors)
    estimate = least_frustration(fit.affinity[fit.measured])
    together = np.full((len(fit.level), len(fit.level)), np.nan)
    together[np.ix_(measured, measured)] = membership(draws)
    as_low = float((random <= estimate.relative).mean())
    return Blocs(fit, tuple(fit.panel.actors[i] for i in measured), estimate, together, as_low)

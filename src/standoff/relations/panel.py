"""Counts of what pairs of actors did to each other, period by period: what all measures of relations start from."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations

import numpy as np
import numpy.typing as npt

from standoff.errors import UnknownName, unknown

CLASSES = ("verbal_cooperation", "material_cooperation", "verbal_conflict", "material_conflict")


@dataclass(frozen=True)
class Panel:
    """Counts of undirected dyads: n actors, T periods, m = n(n-1)/2 dyads in the order of ``dyads``.

    ``counts`` (T, m, 4) by class; ``statements`` (T, m), those of root 01, where they are told apart (then they are not
    among the counts); ``totals`` (T,) events of the whole set, 0 where not known; ``known`` (T, n): whether the source
    covers the actor in the period (elsewhere counts are unknown, not zero). ``unit``: what is counted.
    """

    actors: tuple[str, ...]
    periods: tuple[str, ...]
    counts: npt.NDArray[np.int64]
    statements: npt.NDArray[np.int64] | None
    totals: npt.NDArray[np.int64]
    known: npt.NDArray[np.bool_]
    unit: str = "events"
    source: str = ""

    @cached_property
    def dyads(self) -> tuple[tuple[int, int], ...]:
        """The pairs of actors."""
        return tuple(combinations(range(len(self.actors)), 2))

    def dyad(self, one: str, other: str) -> int:
        """The number of a dyad. Raises UnknownName."""
        i, j = sorted((self.actor(one), self.actor(other)))
        if i == j:
            raise UnknownName(f"{one} twice; a dyad has two actors")
        return self.dyads.index((i, j))

    def actor(self, name: str) -> int:
        """The number of an actor. Raises UnknownName."""
        if name not in self.actors:
            raise UnknownName(unknown("actor", name, self.actors))
        return self.actors.index(name)

    def period(self, name: str) -> int:
        """The number of a period. Raises UnknownName."""
        if name not in self.periods:
            raise UnknownName(unknown("period", name, self.periods))
        return self.periods.index(name)

    @property
    def cooperation(self) -> npt.NDArray[np.int64]:
        """x: verbal and material cooperation; shape (T, m)."""
        return np.asarray(self.counts[:, :, :2].sum(axis=2))

    @property
    def conflict(self) -> npt.NDArray[np.int64]:
        """y: verbal and material conflict; shape (T, m)."""
        return np.asarray(self.counts[:, :, 2:].sum(axis=2))

    @cached_property
    def known_dyads(self) -> npt.NDArray[np.bool_]:
        """Where both actors are covered; shape (T, m)."""
        pairs = np.array(self.dyads, np.intp).reshape(-1, 2)
        return np.asarray(self.known[:, pairs[:, 0]] & self.known[:, pairs[:, 1]])

    def with_statements(self) -> Panel:
        """The same with statements counted as verbal cooperation."""
        if self.statements is None:
            return self
        counts = self.counts.copy()
        counts[:, :, 0] += self.statements
        return Panel(self.actors, self.periods, counts, None, self.totals, self.known, self.unit, self.source)

    def without(self, actor: str) -> Panel:
        """The panel without one actor."""
        gone = self.actor(actor)
        return self._only([i for i in range(len(self.actors)) if i != gone])

    def of(self, names: Iterable[str]) -> Panel:
        """The panel of some actors. Raises UnknownName."""
        return self._only(sorted({self.actor(name) for name in names}))

    def _only(self, keep: list[int]) -> Panel:
        left = [k for k, (i, j) in enumerate(self.dyads) if i in keep and j in keep]
        return Panel(
            tuple(self.actors[i] for i in keep),
            self.periods,
            self.counts[:, left],
            None if self.statements is None else self.statements[:, left],
            self.totals,
            self.known[:, keep],
            self.unit,
            self.source,
        )


def from_rows(
    rows: Iterable[tuple[str, str, str, Sequence[int]]], totals: dict[str, int], unit: str = "events", source: str = ""
) -> Panel:
    """A panel from (actor, actor, period, counts in the four classes); both orders of a pair are added up."""
    found = [(min(a, b), max(a, b), period, counts) for a, b, period, counts in rows]
    actors = tuple(sorted({name for a, b, _, _ in found for name in (a, b)}))
    periods = tuple(sorted({period for _, _, period, _ in found}))
    place = {pair: k for k, pair in enumerate(combinations(actors, 2))}
    table = np.zeros((len(periods), len(place), len(CLASSES)), np.int64)
    known = np.zeros((len(periods), len(actors)), np.bool_)
    for a, b, period, counts in found:
        at = periods.index(period)
        table[at, place[a, b]] += np.asarray(counts, np.int64)
        known[at, [actors.index(a), actors.index(b)]] = True
    divisors = np.array([totals.get(period, 0) for period in periods], np.int64)
    return Panel(actors, periods, table, None, divisors, known, unit, source)

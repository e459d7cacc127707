"""Moves by arcs, for graph form and merged states.

They need not be transitive, so closures run over pairs (state, last mover).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from copy import copy
from functools import cached_property
from typing import Any, Self

import numpy as np

from standoff._engine import BOTTOM, TOP, Array, Indices, Mask, Values, reached


class ArcMoves:
    """Moves along arcs: for each decision maker arrays (from, to); ``ranks`` (N, m)."""

    def __init__(self, arcs: Sequence[tuple[Indices, Indices]], ranks: Values) -> None:
        self.arcs = [_Arcs(start, end) for start, end in arcs]
        self._prefer(ranks)

    def _prefer(self, ranks: Values) -> None:
        self.ranks = ranks
        self.count = ranks.shape[1]
        self.__dict__.pop("improving", None)

    @cached_property
    def improving(self) -> list[_Arcs]:
        """The arcs of each that are improvements."""
        return [
            _Arcs(a.start[better], a.end[better])
            for a, rank in zip(self.arcs, self.ranks, strict=True)
            for better in [rank[a.end] > rank[a.start]]
        ]

    def with_ranks(self, ranks: Values) -> Self:
        other = copy(self)
        other._prefer(ranks)
        return other

    def same_moves(self, other: object) -> bool:
        """Whether they are these under other ranks (``with_ranks``), so that they lead where these do."""
        return isinstance(other, ArcMoves) and other.arcs is self.arcs

    def targets(self, j: int, s: int) -> Indices:
        arcs = self.arcs[j]
        return np.asarray(arcs.end[arcs.start == s])

    def origins(self, j: int, t: int) -> Indices:
        arcs = self.arcs[j]
        return np.asarray(arcs.start[arcs.end == t])

    def step(self, j: int, mask: Mask, improving: bool) -> Mask:
        arcs = (self.improving if improving else self.arcs)[j]
        reached = np.zeros(self.count, np.bool_)
        reached[arcs.end[mask[arcs.start]]] = True
        return reached

    def reach(self, movers: Collection[int], s: int, improving: bool) -> Mask:
        return reached(self, movers, s, self.count, improving)

    def best(self, i: int, values: Values) -> Values:
        arcs = self.arcs[i]
        return np.asarray(np.maximum(values, arcs.over(np.maximum, values[arcs.end], self.count, BOTTOM)))

    def worst(self, movers: tuple[int, ...], values: Values, improving: bool) -> Values:
        return self._least(movers, values, improving, TOP)[0]

    def deterred(self, i: int, movers: tuple[int, ...], values: Values, improving: bool, may_return: bool) -> Mask:
        stable = np.ones(self.count, np.bool_)
        stable[self.unanswered(i, movers, values, improving, may_return)[0]] = False
        return stable

    def improvements(self, i: int) -> tuple[Indices, Indices]:
        return self.improving[i].start, self.improving[i].end

    def unanswered(
        self, i: int, movers: tuple[int, ...], values: Values, improving: bool, may_return: bool
    ) -> tuple[Indices, Indices]:
        # the two least ends are kept with their states, so that the one that is s itself can be left out
        keys = values.astype(np.int64) * self.count + np.arange(self.count)
        first, second = self._least(movers, keys, improving, np.int64(TOP) * self.count)
        start, end = self.improvements(i)
        least = first[end]
        if not may_return:
            least = np.where(least % self.count == start, second[end], least)
        left = least // self.count > self.ranks[i][start]
        return start[left], end[left]

    def _least(self, movers: tuple[int, ...], keys: Array, improving: bool, none: Any) -> tuple[Array, Array]:
        """The least and the second least key at s or at the end of a legal sequence from s; ``none`` for no second."""
        by = {j: (self.improving if improving else self.arcs)[j] for j in movers}
        nothing = np.full(self.count, none, keys.dtype)
        after = dict.fromkeys(movers, (nothing, nothing))  # least ends of sequences that j begins
        while True:
            changed = False
            for j, arcs in by.items():
                ends = _two_least((keys, nothing), *(after[k] for k in movers if k != j))
                first = arcs.over(np.minimum, ends[0][arcs.end], self.count, none)
                rest = np.where(ends[0][arcs.end] == first[arcs.start], ends[1][arcs.end], ends[0][arcs.end])
                found = first, arcs.over(np.minimum, rest, self.count, none)
                changed |= not all(map(np.array_equal, found, after[j]))
                after[j] = found
            if not changed:
                return _two_least((keys, nothing), *after.values())


class _Arcs:
    """Arcs in the order of where they start."""

    def __init__(self, start: Indices, end: Indices) -> None:
        order = np.lexsort((end, start))
        self.start, self.end = start[order], end[order]
        self.begins = np.flatnonzero(np.diff(self.start, prepend=-1))

    def over(self, combine: np.ufunc, values: Array, count: int, none: Any) -> Array:
        """``combine`` of values of arcs over the arcs that start at each state; ``none`` where there are none."""
        result = np.full(count, none, values.dtype)
        if len(self.begins):
            result[self.start[self.begins]] = combine.reduceat(values, self.begins)
        return result


Pair = tuple[Array, Array]


def _two_least(*pairs: Pair) -> Pair:
    """The least two different keys of several pairs of them, state by state."""
    first, second = pairs[0]
    for least, next_ in pairs[1:]:
        low, high = np.minimum(first, least), np.maximum(first, least)
        between = np.where(low == high, np.maximum(second, next_), high)
        first, second = low, np.minimum(np.minimum(second, next_), between)
    return first, second

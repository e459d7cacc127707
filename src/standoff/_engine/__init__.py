"""The kernels behind ``graph``: what moves lead to, as arrays over states. Nothing here knows labels.

Two kinds of moves, one interface (``Moves``): ``options`` for combinations of option levels, ``arcs`` for arcs given
one by one. States are numbered 0 .. m-1; ranks are int32, higher is better.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any, Protocol, Self

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]
Values = npt.NDArray[np.int32]
Mask = npt.NDArray[np.bool_]
Indices = npt.NDArray[np.intp]

TOP = np.int32(np.iinfo(np.int32).max)  # worse than any rank is good: "nothing there"
BOTTOM = np.int32(-1)


class Moves(Protocol):
    """What the moves of decision makers lead to. ``improving`` restricts each mover to its own improvements."""

    def with_ranks(self, ranks: Values) -> Self:
        """The same moves under other preferences (N, m)."""

    def same_moves(self, other: object) -> bool:
        """Whether they are these under other ranks (``with_ranks``), so that they lead where these do."""

    def targets(self, j: int, s: int) -> Indices:
        """R_j(s), ascending."""

    def origins(self, j: int, t: int) -> Indices:
        """The states from which j reaches t in one move, ascending."""

    def step(self, j: int, mask: Mask, improving: bool) -> Mask:
        """The states that j reaches in one move from some state of the mask; shape (m,)."""

    def reach(self, movers: Collection[int], s: int, improving: bool) -> Mask:
        """The states that end a legal sequence of the movers from s; shape (m,)."""

    def best(self, i: int, values: Values) -> Values:
        """For each s the maximum of ``values`` over R_i(s) and s; shape (m,)."""

    def worst(self, movers: tuple[int, ...], values: Values, improving: bool) -> Values:
        """For each s the minimum of ``values`` over s and the ends of legal sequences of movers from s; shape (m,)."""

    def deterred(self, i: int, movers: tuple[int, ...], values: Values, improving: bool, may_return: bool) -> Mask:
        """Where each improvement of i has an answer by the movers that ends at a value not above i's present rank.

        ``may_return``: whether being brought back to the very state that i left counts as an answer. Shape (m,).
        """

    def improvements(self, i: int) -> tuple[Indices, Indices]:
        """All improvements of i: the states from and to."""

    def unanswered(
        self, i: int, movers: tuple[int, ...], values: Values, improving: bool, may_return: bool
    ) -> tuple[Indices, Indices]:
        """Those improvements of i that no answer (as in ``deterred``) deters: the states from and to."""


def levels(moves: Moves, movers: Collection[int], s: int, count: int, improving: bool) -> Iterator[dict[int, Mask]]:
    """Level by level, the states newly reached from s by legal sequences, by their last mover (definition 7)."""
    start = np.zeros(count, np.bool_)
    start[s] = True
    seen = {j: np.zeros(count, np.bool_) for j in sorted(movers)}
    frontier: dict[int | None, Mask] = {None: start}
    while frontier:
        level: dict[int, Mask] = {}
        for j, reached in seen.items():
            origins = [mask for k, mask in frontier.items() if k != j]
            if origins:
                new = moves.step(j, np.logical_or.reduce(origins), improving) & ~reached
                if new.any():
                    level[j] = new
        for j, new in level.items():
            seen[j] |= new
        if level:
            yield level
        frontier = dict(level.items())


def reached(moves: Moves, movers: Collection[int], s: int, count: int, improving: bool) -> Mask:
    """The states of all levels; shape (m,)."""
    found = np.zeros(count, np.bool_)
    for level in levels(moves, movers, s, count, improving):
        for mask in level.values():
            found |= mask
    return found

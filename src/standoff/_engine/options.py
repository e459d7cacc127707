"""Moves by options: all combinations as a tensor, infeasible ones masked.

A decision maker changes any subset of its own options, each within its direction, to a feasible combination
(definition 1). What it reaches in one move is a product over its options, so a minimum over R_j(s) is one pass of numpy
per option.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from copy import copy
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations, product
from math import prod
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from standoff._engine import BOTTOM, TOP, Array, Indices, Mask, Values, reached
from standoff.errors import TooLarge

BOTH, FORWARD, BACKWARD, FIXED = 0, 1, -1, 2  # FIXED: the level never changes
MAX_PATTERNS = 2**13
CHUNK = 2**20  # joint moves looked at in one go
FEW = 8  # passes of one column that cost as much as one of all, sorted


@dataclass(frozen=True)
class Block:
    """The options of one decision maker: they are neighbours in the code, so all combinations reshape to
    (others above, its own, others below). ``axes`` are (levels, direction), first option first.
    """

    stride: int
    axes: tuple[tuple[int, int], ...]

    @cached_property
    def size(self) -> int:
        """How many combinations of its own."""
        return prod(levels for levels, _ in self.axes)

    @cached_property
    def pattern(self) -> Indices:
        """Which levels the irreversible options have in each own combination, numbered; shape (size,)."""
        return self._patterns[0]

    @cached_property
    def reach(self) -> Mask:
        """Whether its options can go from one pattern to another (itself included); shape (patterns, patterns)."""
        return self._patterns[1]

    @cached_property
    def _patterns(self) -> tuple[Indices, Mask]:
        pattern, reach = np.zeros(1, np.intp), np.ones((1, 1), np.bool_)
        for levels, direction in self.axes:
            if direction == BOTH:
                pattern = np.tile(pattern, levels)
                continue
            at = np.arange(levels)
            pattern = (pattern[None, :] + at[:, None] * len(reach)).reshape(-1)
            if len(reach) * levels > MAX_PATTERNS:
                raise TooLarge(
                    f"one decision maker's irreversible options have more than {MAX_PATTERNS:,} combinations of levels"
                )
            change = at[None, :] - at[:, None]
            reach = np.kron(change == 0 if direction == FIXED else direction * change >= 0, reach)
        return pattern, reach

    def allows(self, own: Indices | int, goal: Indices | int) -> Mask:
        """Whether its options can go from one own combination to another (itself included)."""
        return np.asarray(self.reach[self.pattern[own], self.pattern[goal]], np.bool_)

    def own(self, codes: Indices) -> Indices:
        """Its own combination in each code."""
        return codes // self.stride % self.size


class OptionMoves:
    """Moves over the feasible among all combinations of option levels.

    ``levels`` (K,), ``owners`` (K,) ascending and ``directions`` (K,) of the options, first option least significant;
    ``codes`` (m,) the combination that each state is, in any order; ``ranks`` (N, m).
    """

    def __init__(
        self,
        levels: Sequence[int],
        owners: Sequence[int],
        directions: Sequence[int],
        codes: npt.NDArray[np.int32],
        ranks: Values,
    ) -> None:
        self.blocks = []
        stride = 1
        for j in range(len(ranks)):
            own = [(n, d) for n, o, d in zip(levels, owners, directions, strict=True) if o == j]
            self.blocks.append(Block(stride, _merged(own)))
            stride *= self.blocks[-1].size
        self.count = stride
        self.codes = codes
        self.ranks = ranks
        self.whole = len(codes) == self.count
        self.order = np.argsort(codes, kind="stable")
        self.ascending = bool((codes[:-1] < codes[1:]).all())  # states are in the order of their codes
        self.plain = self.whole and self.ascending  # a state's number is its code
        self.kept: dict[Any, Any] = {}  # what does not hang on ranks, shared with the same moves under other ranks
        self._sorted: dict[int, _SortedBlock] = {}

    def with_ranks(self, ranks: Values) -> Self:
        other = copy(self)
        other.ranks, other._sorted = ranks, {}
        return other

    def same_moves(self, other: object) -> bool:
        """Whether they are these under other ranks (``with_ranks``), so that they lead where these do."""
        return isinstance(other, OptionMoves) and other.kept is self.kept

    # Between states and all combinations

    def everywhere(self, values: Array, fill: object) -> Array:
        """Values of states as values of combinations, ``fill`` at infeasible ones; a copy."""
        if self.plain:
            return values.copy()
        full = np.full(self.count, fill, values.dtype)
        full[self.codes] = values
        return full

    def of_states(self, full: Array) -> Array:
        """The values at feasible combinations."""
        return full if self.plain else full[self.codes]

    @cached_property
    def infeasible(self) -> Mask:
        """The combinations that are no states; shape (count,)."""
        mask = np.ones(self.count, np.bool_)
        mask[self.codes] = False
        return mask

    def states_of(self, codes: Indices) -> Indices:
        """The states among codes, ascending."""
        if self.plain:
            return np.sort(codes)
        places = np.searchsorted(self.codes, codes, sorter=self.order)
        states = self.order[np.minimum(places, len(self.codes) - 1)]
        return np.sort(states[self.codes[states] == codes])

    # One move

    def targets(self, j: int, s: int) -> Indices:
        block = self.blocks[j]
        return self._neighbours(j, s, lambda own: block.reach[block.pattern[own]])

    def origins(self, j: int, t: int) -> Indices:
        block = self.blocks[j]
        return self._neighbours(j, t, lambda own: block.reach[:, block.pattern[own]])

    def _neighbours(self, j: int, s: int, patterns: Callable[[int], Mask]) -> Indices:
        block, code = self.blocks[j], int(self.codes[s])
        own = code // block.stride % block.size
        others = np.flatnonzero(patterns(own)[block.pattern])
        others = others[others != own]
        return self.states_of(code + (others - own) * block.stride)

    def step(self, j: int, mask: Mask, improving: bool) -> Mask:
        if improving:  # t is reached iff it is better for j than the worst origin of t in the mask
            least = self.everywhere(np.where(mask, self.ranks[j], TOP), TOP)
            least = self._along(j, least, np.minimum, backwards=True)
            return np.asarray(self.of_states(least) < self.ranks[j])
        counts = self.everywhere(mask.astype(np.int32), 0)
        return np.asarray(self.of_states(self._along(j, counts, np.add, backwards=True)) > mask)

    def reach(self, movers: Collection[int], s: int, improving: bool) -> Mask:
        return reached(self, movers, s, len(self.codes), improving)

    def best(self, i: int, values: Values) -> Values:
        full = self._along(i, self.everywhere(values, BOTTOM), np.maximum)
        return np.asarray(self.of_states(full), np.int32)

    def _along(self, j: int, full: Array, combine: np.ufunc, backwards: bool = False) -> Array:
        """``combine`` over what j reaches in one move (or is reached from), staying included, from each combination."""
        stride = self.blocks[j].stride
        for levels, direction in self.blocks[j].axes:
            view = full.reshape(-1, levels, stride)
            if direction == BOTH:
                total = combine.reduce(view, axis=1, keepdims=True)
                full = np.broadcast_to(total, view.shape).reshape(-1)
            elif direction == FIXED:
                pass
            elif (direction == FORWARD) != backwards:  # all levels from here on
                full = combine.accumulate(view[:, ::-1], axis=1)[:, ::-1].reshape(-1)
            else:
                full = combine.accumulate(view, axis=1).reshape(-1)
            stride *= levels
        return full

    # Legal sequences. No decision maker moves twice in a row; moves are transitive here, so that rule changes nothing.

    def worst(self, movers: tuple[int, ...], values: Values, improving: bool) -> Values:
        full = self.everywhere(values, TOP)
        step: Callable[[int, Array], Array]
        step = self._least_improving if improving else lambda j, v: self._along(j, v, np.minimum)
        once = self.whole and not improving  # nothing in the way: moves of different movers commute
        while True:
            before = full
            for j in movers:
                full = step(j, full)
                if not self.whole:
                    full = np.where(self.infeasible, TOP, full)
            if once or np.array_equal(before, full):
                return np.asarray(self.of_states(full), np.int32)

    def deterred(self, i: int, movers: tuple[int, ...], values: Values, improving: bool, may_return: bool) -> Mask:  # noqa: ARG002
        # i's own options have changed and others cannot change them: nobody can bring it back
        limit = np.minimum(self.worst(movers, values, improving), self.ranks[i])
        return np.asarray(self.best(i, limit) <= self.ranks[i])

    def improvements(self, i: int) -> tuple[Indices, Indices]:
        codes = self.codes.astype(np.intp)
        rank = self.everywhere(self.ranks[i], BOTTOM)
        state_of = self.everywhere(np.arange(len(codes)), -1)
        step = max(1, CHUNK // self.blocks[i].size)
        parts = []
        for begin in range(0, len(codes), step):
            place, code = self._improve(i, rank, codes[begin : begin + step], codes[begin : begin + step])
            parts.append((begin + place, state_of[code]))
        starts, ends = zip(*parts, strict=True)
        return np.concatenate(starts), np.concatenate(ends)

    def unanswered(
        self,
        i: int,
        movers: tuple[int, ...],
        values: Values,
        improving: bool,
        may_return: bool,  # noqa: ARG002
    ) -> tuple[Indices, Indices]:
        start, end = self.improvements(i)
        left = self.worst(movers, values, improving)[end] > self.ranks[i][start]
        return start[left], end[left]

    def _least_improving(self, j: int, full: Array) -> Array:
        """Minimum over j's improvements from each combination, and itself."""
        if j not in self._sorted:
            self._sorted[j] = _SortedBlock(self.blocks[j], self.everywhere(self.ranks[j], BOTTOM))
        least: Array = np.minimum(full, self._sorted[j].least_above(full))
        return least

    # Simultaneous moves

    def simultaneous_work(self) -> int:
        """An upper bound of the steps that ``deterred_at_once`` takes for all decision makers."""
        return len(self.codes) * prod(block.size + 1 for block in self.blocks)

    def deterred_at_once(self, i: int, movers: tuple[int, ...]) -> Mask:
        """Where each improvement of i is deterred by improvements that some of the movers make at the same time.

        Fraser, Hipel 1984: the opponents move from s, not from where i goes. Small groups of opponents are tried first,
        and only on the improvements that no smaller group answers.
        """
        rank = [self.everywhere(ranks, BOTTOM) for ranks in self.ranks]
        codes = self.codes.astype(np.intp)
        start, end = (codes[states] for states in self.improvements(i))
        for size in range(1, len(movers) + 1):
            for group in combinations(movers, size):
                left = self._unanswered(i, group, rank, start, end)
                start, end = start[left], end[left]
        full = np.ones(self.count, np.bool_)
        full[start] = False
        return np.asarray(self.of_states(full), np.bool_)

    def _unanswered(self, i: int, group: tuple[int, ...], rank: list[Array], start: Indices, end: Indices) -> Mask:
        """Which of i's improvements (codes from and to) no joint improvement of exactly this group deters."""
        left = np.ones(len(start), np.bool_)
        joint = prod(self.blocks[j].size for j in group)
        step = max(1, CHUNK // joint)
        for begin in range(0, len(start), step):
            part = np.arange(begin, min(begin + step, len(start)))
            code = end[part]
            for j in group:
                chosen, code = self._improve(j, rank[j], start[part], code)
                part = part[chosen]
            works = (rank[i][code] <= rank[i][start[part]]) & (rank[i][code] > BOTTOM)
            left[part[works]] = False
        return left

    def _improve(self, j: int, rank: Array, origin: Indices, code: Indices) -> tuple[Indices, Indices]:
        """Each improvement of j from each origin: the place of the origin, and ``code`` with j's options so moved."""
        block = self.blocks[j]
        own = block.own(origin)
        goals = np.arange(block.size)
        shift = (goals[None, :] - own[:, None]) * block.stride
        better = block.allows(own[:, None], goals[None, :]) & (rank[origin[:, None] + shift] > rank[origin][:, None])
        place, goal = np.nonzero(better)
        return place, code[place] + shift[place, goal]

    def joint_moves(self, movers: tuple[int, ...], s: int, t: int) -> Iterator[tuple[tuple[tuple[int, int], ...], int]]:
        """What improvements of movers from s, made while another goes from s to t, lead to: feasible states.

        Each with the moves, (mover, state it goes to); smaller groups of movers first.
        """
        state_of = {int(code): state for state, code in enumerate(self.codes)} if not self.plain else None
        code, end = int(self.codes[s]), int(self.codes[t])
        goals = {j: [int(u) for u in self.targets(j, s) if self.ranks[j][u] > self.ranks[j][s]] for j in movers}
        for size in range(1, len(movers) + 1):
            for group in combinations(movers, size):
                for chosen in product(*(goals[j] for j in group)):
                    result = end + sum(int(self.codes[u]) - code for u in chosen)
                    state = result if state_of is None else state_of.get(result)
                    if state is not None:
                        yield tuple(zip(group, chosen, strict=True)), state


def _merged(axes: Sequence[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    """Neighbouring reversible options act as one with the product of their levels."""
    merged: list[tuple[int, int]] = []
    for levels, direction in axes:
        if merged and direction == BOTH == merged[-1][1]:
            merged[-1] = (merged[-1][0] * levels, BOTH)
        else:
            merged.append((levels, direction))
    return tuple(merged)


class _SortedBlock:
    """One decision maker's combinations, sorted by its rank within each block: what is better is what comes later.

    With irreversible options the block falls into patterns, and from each pattern only some can be reached.
    """

    def __init__(self, block: Block, rank: Array) -> None:
        self.shape = (-1, block.size, block.stride)
        self.ranks = ranks = rank.reshape(self.shape)
        self.order = np.argsort(ranks, axis=1, kind="stable")
        ascending = np.take_along_axis(ranks, self.order, axis=1)
        place = np.arange(block.size).reshape(1, -1, 1)
        # where the next higher rank begins: the least place after this one where the rank changes
        begins = np.full(ascending.shape, block.size, np.intp)
        begins[:, :-1] = np.where(ascending[:, 1:] > ascending[:, :-1], place[:, 1:], block.size)
        self.better = np.minimum.accumulate(begins[:, ::-1], axis=1)[:, ::-1]
        self.reach, self.pattern = block.reach, block.pattern

    def least_above(self, full: Array) -> Array:
        """For each combination the minimum over those that its owner reaches and likes better; TOP where none."""
        values = full.reshape(self.shape)
        ascending = np.take_along_axis(values, self.order, axis=1)
        if len(self.reach) == 1:
            return self._least_later(ascending).reshape(-1)
        result = np.empty_like(values)
        for number, reach in enumerate(self.reach):
            mine, there = np.flatnonzero(self.pattern == number), np.flatnonzero(reach[self.pattern])
            if len(mine) * len(there) <= FEW * self.shape[1]:  # few to few: one by one
                for own in mine:
                    better = self.ranks[:, there] > self.ranks[:, own : own + 1]
                    result[:, own] = np.where(better, values[:, there], TOP).min(axis=1)
            else:
                usable = np.where(reach[self.pattern][self.order], ascending, TOP)
                result[:, mine] = self._least_later(usable)[:, mine]
        return result.reshape(-1)

    def _least_later(self, ascending: Array) -> Array:
        """For each combination the minimum over what comes later in the order of rank; by combination, not by rank."""
        from_here = np.minimum.accumulate(ascending[:, ::-1], axis=1)[:, ::-1]
        padded = np.concatenate([from_here, np.full_like(from_here[:, :1], TOP)], axis=1)
        least: Array = np.empty_like(ascending)
        np.put_along_axis(least, self.order, np.take_along_axis(padded, self.better, axis=1), axis=1)
        return least

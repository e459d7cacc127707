"""Deals of definition 6 in plain sets and quantifiers."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from itertools import combinations

from oracles.dynamics import Dynamics
from oracles.oracle import Move, State

STEPS = ("Nash", "SEQ", "GMR")  # what decides: at rest, deterred, deterred by costly threats only


class Bargain(Dynamics):
    """A conflict, and what groups could agree on in it."""

    def at_least(self, dm: str, t: State, s: State) -> bool:
        """t ≿ s."""
        return not self.prefers(dm, s, t)

    def open_to(self, group: Collection[str], q: State, within: Collection[State]) -> set[State]:
        """What the group can reach, and nobody in it holds worse, and somebody better."""
        return {
            t
            for t in self.reach(frozenset(group), q)
            if t != q and t in within
            if all(self.at_least(dm, t, q) for dm in group) and any(self.prefers(dm, t, q) for dm in group)
        }

    def dominated(self, group: Collection[str], t: State, among: Collection[State]) -> bool:
        return any(
            all(self.at_least(dm, u, t) for dm in group) and any(self.prefers(dm, u, t) for dm in group) for u in among
        )

    def deals(self, q: State, within: Collection[State]) -> set[tuple[frozenset[str], State]]:
        """Every deal of every group."""
        groups = [frozenset(g) for size in range(1, len(self.dms) + 1) for g in combinations(self.dms, size)]
        opened = {group: self.open_to(group, q, within) for group in groups}
        return {
            (group, t)
            for group in groups
            if len(group) > 1
            for t in opened[group]
            if not self.dominated(group, t, opened[group]) and not any(t in opened[h] for h in groups if h < group)
        }

    def stands(self, dm: str, t: State) -> str | None:
        """The first of the concepts that decide under which it is stable; None where it will move."""
        return next((concept for concept in STEPS if t in self.stable(concept, dm)), None)

    def sequences(self, group: Collection[str], q: State, t: State, moves: int) -> Iterator[tuple[Move, ...]]:
        """All legal sequences of so many moves from q to t."""

        def further(made: tuple[Move, ...], s: State) -> Iterator[tuple[Move, ...]]:
            if len(made) == moves:
                if s == t:
                    yield made
                return
            for dm in sorted(group):
                if not made or made[-1][0] != dm:
                    for u in sorted(self.moves[dm][s], key=str):
                        yield from further((*made, (dm, s, u)), u)

        yield from further((), q)

    def run_offs(
        self, group: Collection[str], moves: Sequence[Move]
    ) -> dict[tuple[int, str], dict[State, frozenset[str]]]:
        """After which move who can run off, where to, and who is hurt by that."""
        t = moves[-1][2]
        found: dict[tuple[int, str], dict[State, frozenset[str]]] = {}
        for k in range(1, len(moves)):
            s = moves[k - 1][2]
            for dm in group:
                places = {*self.moves[dm][s], *({s} if any(by == dm for by, _, _ in moves[k:]) else set())}
                for u in places:
                    hurt = frozenset(j for j in group if self.prefers(j, t, u))
                    if self.prefers(dm, u, t) and hurt:
                        found.setdefault((k, dm), {})[u] = hurt
        return found

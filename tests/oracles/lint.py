"""What in a model does nothing, in plain sets and quantifiers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any

from oracles.oracle import Oracle, Vector

Slip = tuple[str, tuple[Any, ...], str | None]  # kind, path, level


class Useless(Oracle):
    """A conflict, and its parts that do nothing."""

    def slips(self) -> set[Slip]:
        """All of them."""
        found = {*self.parties(), *self.present()}
        return found | {*self.options(), *self.statements()} if self.option_form else found

    def options(self) -> Iterator[Slip]:
        """Options that no improvement needs to change, and of others the levels to which none needs to go."""
        stands = self.members[self.status_quo] if self.status_quo is not None else [(0,) * len(self._owner)]
        for k, ((dm, name), levels) in enumerate(self.language.levels.items()):
            path = ("decision_makers", dm, "options", name)
            entered = {w[k] for v in self._state_of for w in self._changes(dm, v) if self.needed(dm, k, v, w)}
            if not entered:
                yield "option", path, None
                continue
            possible = {w[k] for v in self._state_of for w in self._any_change(dm, k, v)}
            for level in possible - entered - {v[k] for v in stands}:
                yield "level", path, levels[level]

    def needed(self, dm: str, k: int, v: Vector, w: Vector) -> bool:
        """An improvement that changes option k, and would be none, or not as good, without that."""
        if w not in self._state_of or w[k] == v[k] or self.worth(dm, w) <= self.worth(dm, v):
            return False
        stay = (*w[:k], v[k], *w[k + 1 :])
        return stay not in self._state_of or self.worth(dm, stay) < self.worth(dm, w)

    def worth(self, dm: str, v: Vector) -> int:
        """The rank of the state that a combination is of."""
        return self.rank[dm][self._state_of[v]]

    def _any_change(self, dm: str, k: int, v: Vector) -> Iterator[Vector]:
        every = [(*v[:k], level, *v[k + 1 :]) for level in range(len([*self.language.levels.values()][k]))]
        yield from (w for u in every for w in self._changes(dm, u) if w[k] != u[k])

    def statements(self) -> Iterator[Slip]:
        """Statements and weights without which every two combinations are ranked as with them."""
        for dm, body in self._document["decision_makers"].items():
            for key in ("prefers", "weights"):
                given = body.get(key, [])
                for k, one in enumerate(given) if len(given) > 1 else ():
                    left = [each for n, each in enumerate(given) if n != k]
                    if isinstance(given, Mapping):
                        left_out = self.alike(given, {name: given[name] for name in left})
                    else:
                        left_out = self.alike(given, left)
                    if left_out:
                        yield "statement", ("decision_makers", dm, key, one if key == "weights" else k), None

    def alike(self, given: Any, other: Any) -> bool:
        """Whether two preferences order all combinations alike."""
        scores = [(self.score(given, v), self.score(other, v)) for v in self._state_of]
        return all((a < c) == (b < d) for a, b in scores for c, d in scores)

    def score(self, given: Any, v: Vector) -> Any:
        """What a combination is worth: truths of ordered statements, or a sum of weights."""
        if isinstance(given, Mapping):
            numbers = {text: one["weight"] if isinstance(one, Mapping) else one for text, one in given.items()}
            return sum(Fraction(str(number)) for text, number in numbers.items() if self._says(text, v))
        return tuple(self._says(one["that"] if isinstance(one, Mapping) else one, v) for one in given)

    def parties(self) -> Iterator[Slip]:
        """Who has a move, and along none of whose moves anybody's rank differs."""
        for dm in self.dms:
            arcs = [(s, t) for s in self.states for t in self.moves[dm][s]]
            if arcs and all(self.rank[j][s] == self.rank[j][t] for j in self.dms for s, t in arcs):
                yield "decision_maker", ("decision_makers", dm), None

    def present(self) -> Iterator[Slip]:
        """A status quo to which somebody can move, and nobody would."""
        quo = self.status_quo
        if quo is None:
            return
        into = [(dm, s) for dm in self.dms for s in self.states if quo in self.moves[dm][s]]
        if into and not any(self.prefers(dm, quo, s) for dm, s in into):
            yield "status_quo", ("status_quo",), None

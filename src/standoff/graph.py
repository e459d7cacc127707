"""A conflict as algorithms read it: states, moves and ranks as numbers. The only translator of names."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt

from standoff._engine import Array, Indices, Mask, Moves, Values, levels
from standoff._engine.compiled import arc_moves
from standoff._engine.compiled import option_moves as moves_by_options
from standoff._engine.options import BACKWARD, BOTH, CHUNK, FIXED, FORWARD, OptionMoves
from standoff.conflict.evidence import citations
from standoff.conflict.meaning import Meaning, Source, interpret
from standoff.conflict.model import Conflict, Direction
from standoff.conflict.states import States
from standoff.errors import UnknownName, unknown

MOST_KEPT = 2**16  # states of which moves of other directions are kept

Arcs = tuple[Indices, Indices]
_SIGN = {Direction.BOTH: BOTH, Direction.FORWARD: FORWARD, Direction.BACKWARD: BACKWARD, Direction.FIXED: FIXED}


@dataclass(frozen=True, slots=True)
class Move:
    """One decision maker takes the conflict from one state to another."""

    by: int
    start: int
    to: int


@dataclass(frozen=True)
class Graph:
    """N decision makers and m states. ``ranks`` (N, m): higher is better for that decision maker.

    ``moves`` are the kernels; use the methods here, which are named as in the definitions. ``may_return``: whether an
    answer that brings one back to the very state one left deters (definition 5).
    """

    meaning: Meaning
    moves: Moves
    may_return: bool = True

    @cached_property
    def kept(self) -> dict[tuple[int, int], npt.NDArray[np.uint8]]:
        """Truths of statements that ``words`` keeps, as far as there is room."""
        return {}

    # Names

    @property
    def conflict(self) -> Conflict:
        """The conflict that this is the graph of."""
        return self.meaning.conflict

    @property
    def states(self) -> States:
        """The states and their names."""
        return self.meaning.states

    @property
    def ranks(self) -> Values:
        """The rank of each state for each decision maker, shape (N, m): for kernels, which take all of them at once."""
        return self.meaning.ranks

    @property
    def dms(self) -> range:
        """The decision makers."""
        return range(len(self.ranks))

    def dm(self, name: str) -> int:
        """The number of a decision maker, by its name or its title. Raises UnknownName."""
        names = [dm.name for dm in self.conflict.decision_makers]
        for known in (names, [dm.title for dm in self.conflict.decision_makers]):
            if name in known:
                return known.index(name)
        raise UnknownName(unknown("decision maker", name, names))

    @cached_property
    def citations(self) -> dict[str, str]:
        """How each source, by its name, is cited."""
        return citations(self.conflict.sources)

    # Preferences (definition 2)

    def order(self, i: int) -> Values:
        """How i ranks the states: a number for each, higher is better, equal ones are ties; shape (m,)."""
        return np.asarray(self.ranks[i])

    def prefers(self, i: int, s: int, t: int) -> bool:
        """Whether i prefers s to t."""
        return bool(self.gains(i, t, s))

    def gains(self, i: int, start: Array | int, end: Array | int) -> Mask:
        """Whether i prefers where a move ends to where it starts: states, or arrays of them."""
        order = self.order(i)
        return np.asarray(order[end] > order[start])

    def preferred(self, i: int, s: int) -> Mask:
        """The states that i prefers to s; shape (m,)."""
        return self.worth_more(i, self.order(i), s)

    def worth_more(self, i: int, values: Values, s: int) -> Mask:
        """Where ``values``, ranks that i could come to hold, are more than that of s; their shape."""
        return np.asarray(values > self.order(i)[s])

    def best_first(self, i: int, states: Indices) -> Indices:
        """The states as i ranks them, best first; tied ones in the order given."""
        return np.asarray(states[np.argsort(-self.order(i)[states], kind="stable")])

    def with_orders(self, orders: Mapping[int, Values], conflict: Conflict | None = None) -> Graph:
        """The same states and moves where some rank the states otherwise; ``conflict``: the words that say so."""
        ranks = self.ranks.copy()
        for i, order in orders.items():
            ranks[i] = order
        return self.with_meaning(replace(self.meaning, ranks=ranks, conflict=conflict or self.conflict))

    def with_ranks(self, ranks: Values) -> Graph:
        """The same states and moves under other preferences (N, m)."""
        return self.with_meaning(replace(self.meaning, ranks=ranks))

    def with_meaning(self, meaning: Meaning) -> Graph:
        """The same states and moves, meant otherwise: other preferences, other words."""
        return self.with_moves(meaning, self.moves.with_ranks(meaning.ranks))

    def after(self, changed: Conflict, whose: Iterable[str | None]) -> Graph:
        """The graph of a conflict that differs from this one in the preferences of these, or (None) in anything.

        Where no state rests on what differs, the states are kept, and the moves where none goes otherwise. Raises
        InvalidConflict.
        """
        names = list(dict.fromkeys(whose))
        if None in names:
            meaning = self.meaning.otherwise(changed)
            if meaning is None:
                meaning = replace(interpret(_without_tests(changed)), conflict=changed)
                return Graph(meaning, moves_of(meaning), self.may_return)
            return self.redirected(meaning)
        new = self.meaning.with_preferences(changed, [name for name in names if name is not None])
        return self.with_orders({self.dm(name): order for name, order in new.items()}, changed)

    def redirected(self, meaning: Meaning) -> Graph:
        """The same states, meant otherwise, where moves may have other directions; those once made are kept."""
        directions, before = (
            tuple(option.moves for _, option in conflict.options) for conflict in (meaning.conflict, self.conflict)
        )
        if directions == before:
            return self.with_meaning(meaning)
        if not isinstance(self.moves, OptionMoves):
            return self.with_moves(meaning, moves_of(meaning))
        kept = self.moves.kept if len(self.states) <= MOST_KEPT else {}
        if directions not in kept:
            kept[directions] = option_moves(meaning)
        return self.with_moves(meaning, kept[directions].with_ranks(meaning.ranks))

    def with_moves(self, meaning: Meaning, moves: Moves) -> Graph:
        """The same states, meant otherwise and with other moves."""
        return replace(self, meaning=meaning, moves=moves)

    # One move

    def targets(self, i: int, s: int) -> Indices:
        """R_i(s): the states that i reaches from s in one move, ascending."""
        return self.moves.targets(i, s)

    def origins(self, i: int, t: int, improving: bool = False) -> Indices:
        """The states from which i reaches t in one move (that is an improvement), ascending."""
        origins = self.moves.origins(i, t)
        return origins[self.gains(i, origins, t)] if improving else origins

    def improvements(self, i: int, s: int) -> Indices:
        """R_i^+(s): those of them that i prefers to s, best first."""
        targets = self.targets(i, s)
        return self.best_first(i, targets[self.gains(i, s, targets)])

    def can_improve(self, i: int) -> Mask:
        """Where R_i^+(s) is not empty; shape (m,)."""
        return np.asarray(self.best(i) > self.order(i))

    def best(self, i: int) -> Values:
        """The rank of the best that i has from s: of s itself or a state of R_i(s); shape (m,)."""
        return self.moves.best(i, self.order(i))

    # Sequences of moves

    def others(self, i: int) -> tuple[int, ...]:
        """N - i."""
        return tuple(j for j in self.dms if j != i)

    def reach(self, group: Collection[int], s: int, improving: bool = False) -> Mask:
        """R_H(s), or R_H^+(s): the states that end a legal sequence (definition 4) of the group's moves; shape (m,)."""
        return self.moves.reach(group, s, improving)

    def path(self, group: Collection[int], s: int, goals: Mask, improving: bool = False) -> tuple[Move, ...] | None:
        """A shortest legal sequence of the group's moves (each an improvement for its mover) from s into ``goals``.

        None where there is none. Of several the one with the least mover and state at its end is taken.
        """
        return next(iter(self.paths(group, s, goals, improving, every=False)), None)

    def paths(
        self, group: Collection[int], s: int, goals: Mask, improving: bool = False, every: bool = True
    ) -> Iterator[tuple[Move, ...]]:
        """For ``every`` state of ``goals`` that the group can reach (or only the nearest) a shortest legal sequence."""
        levels: list[dict[int, Mask]] = []
        left = goals.copy()
        for level in self.levels(group, s, improving):
            levels.append(level)
            for j, mask in level.items():
                for t in np.flatnonzero(mask & left):
                    left[t] = False
                    yield self._back(levels, j, int(t), s, improving)
                    if not every:
                        return
            if not left.any():
                return

    def levels(self, group: Collection[int], s: int, improving: bool = False) -> Iterator[dict[int, Mask]]:
        """Level by level, the states newly reached from s by legal sequences, by their last mover (definition 7)."""
        return levels(self.moves, group, s, len(self.states), improving)

    def _back(self, levels: list[dict[int, Mask]], j: int, t: int, s: int, improving: bool) -> tuple[Move, ...]:
        moves: list[Move] = []
        for before in reversed([None, *levels[:-1]]):
            origins = self.origins(j, t, improving)
            if before is None:
                moves.append(Move(j, s, t))
                break
            k, u = next((k, int(u)) for k, mask in before.items() if k != j for u in origins[mask[origins]][:1])
            moves.append(Move(j, u, t))
            j, t = k, u
        return tuple(reversed(moves))

    # Deterrence

    def deterred(self, i: int, value_when_answered: Values, credible: bool = False) -> Mask:
        """Where each improvement of i has an answer by the others after which i holds no more than it has now.

        An answer is a state of R_{N-i}, or of R_{N-i}^+ where only ``credible`` moves count; ``value_when_answered``
        (m,) is what i holds once the answer is given. Shape (m,).
        """
        return self.moves.deterred(i, self.others(i), value_when_answered, credible, self.may_return)

    def undeterred(self, i: int, value_when_answered: Values, credible: bool = False) -> Arcs:
        """The improvements of i that have no such answer (as in ``deterred``): the states from and to."""
        return self.moves.unanswered(i, self.others(i), value_when_answered, credible, self.may_return)


def build_graph(source: Source, may_return: bool = True) -> Graph:
    """The graph of a conflict; ``may_return`` as in ``Graph``. Raises InvalidConflict.

    >>> from standoff.casebook import load
    >>> graph = build_graph(load("elmira"))
    >>> graph.dms, len(graph.states), graph.ranks.shape
    (range(0, 3), 9, (3, 9))
    """
    meaning = interpret(source)
    return Graph(meaning, moves_of(meaning), may_return)


def _without_tests(conflict: Conflict) -> Conflict:
    """What is judged of a conflict that was changed: claims and published answers may name states that are gone."""
    return replace(conflict, claims=(), published=None)


def graph_of(source: Source | Graph) -> Graph:
    """The graph of a conflict, or the one given. Raises InvalidConflict.

    >>> from standoff.casebook import load
    >>> graph = graph_of(load("elmira"))
    >>> graph_of(graph) is graph
    True
    """
    return source if isinstance(source, Graph) else build_graph(source)


def moves_of(meaning: Meaning) -> Moves:
    """The kernels for a conflict's moves.

    >>> from standoff.casebook import load
    >>> moves = moves_of(interpret(load("chicken")))
    >>> moves.targets(0, 3).tolist()  # out of a crash Row can swerve
    [1]
    """
    if meaning.conflict.graph is not None or meaning.states.merged:
        return arc_moves(arcs_of(meaning), meaning.ranks)
    return option_moves(meaning)


def arcs_of(meaning: Meaning) -> list[Arcs]:
    """The moves of each decision maker one by one: the states from and to.

    >>> from standoff.casebook import load
    >>> [(s.tolist(), t.tolist()) for s, t in arcs_of(interpret(load("chicken")))]  # Row, then Column
    [([0, 1, 2, 3], [2, 3, 0, 1]), ([0, 1, 2, 3], [1, 0, 3, 2])]
    """
    return _given_arcs(meaning) if meaning.conflict.graph is not None else _option_arcs(meaning)


def option_moves(meaning: Meaning) -> OptionMoves:
    """The moves of a conflict in option form (of merged states those of one member each).

    >>> from standoff.casebook import load
    >>> moves = option_moves(interpret(load("prisoners-dilemma")))
    >>> moves.targets(0, 0).tolist(), moves.targets(1, 0).tolist()
    ([1], [2])
    """
    options = meaning.conflict.options
    owners = {dm.name: j for j, dm in enumerate(meaning.conflict.decision_makers)}
    return moves_by_options(
        meaning.states.combinations.radices,
        [owners[dm.name] for dm, _ in options],
        [_SIGN[option.moves] for _, option in options],
        meaning.states.codes[meaning.states.first],
        meaning.ranks,
    )


def _given_arcs(meaning: Meaning) -> list[Arcs]:
    graph = meaning.conflict.graph
    assert graph is not None
    position = meaning.states.position
    pairs: dict[str, list[tuple[int, int]]] = {dm.name: [] for dm in meaning.conflict.decision_makers}
    for name, start, ends in graph.moves:
        pairs[name] += [(position[start], position[end]) for end in ends]
    return [_arcs(np.array(sorted(set(found)), np.intp).reshape(-1, 2)) for found in pairs.values()]


def _option_arcs(meaning: Meaning) -> list[Arcs]:
    """Class T follows class S iff some member of S reaches some member of T (definition 1).

    Within what the others do, a decision maker goes between patterns of its irreversible levels as they allow; so it is
    enough to look at the classes that occur in each pattern.
    """
    moves, states = option_moves(meaning), meaning.states
    codes, of_code = states.codes.astype(np.int64), states.of_code.astype(np.int64)
    arcs = []
    for block in moves.blocks:
        own = block.own(codes)
        triples = np.stack([codes - own * block.stride, block.pattern[own], of_code], axis=1)
        others, pattern, state = np.unique(triples, axis=0).T
        keys = [np.zeros(0, np.int64)]
        for one, other in _pairs_of_equals(others):
            found = block.reach[pattern[one], pattern[other]] & (state[one] != state[other])
            keys.append(np.unique(state[one][found] * len(states) + state[other][found]))
        unique = np.unique(np.concatenate(keys))
        arcs.append(_arcs(np.stack(np.divmod(unique, len(states)), axis=1)))
    return arcs


def _pairs_of_equals(ascending: Indices) -> Iterator[tuple[Indices, Indices]]:
    """All pairs of places that hold equal values, in parts of a bounded size."""
    begins = np.flatnonzero(np.diff(ascending, prepend=ascending[:1] - 1))
    sizes = np.diff(np.append(begins, len(ascending)))
    partners = np.repeat(sizes, sizes)  # how many equals each place has
    first = np.repeat(begins, sizes)  # where they begin
    total = np.cumsum(partners)
    at = 0
    while at < len(ascending):
        until = max(at + 1, int(np.searchsorted(total, (total[at - 1] if at else 0) + CHUNK, side="right")))
        count = partners[at:until]
        one = np.repeat(np.arange(at, until), count)
        within = np.arange(len(one)) - np.repeat(np.cumsum(count) - count, count)
        yield one, first[one] + within
        at = until


def _arcs(pairs: Indices) -> Arcs:
    return pairs[:, 0].astype(np.intp), pairs[:, 1].astype(np.intp)

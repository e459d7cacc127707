"""How each acts on its own picture when moves may slip, and how probably that leads where: the chain.

Each move is one that its mover would make in its own picture (``misperception.acts``). With trembling hands a move may
slip: it is executed as a neighbouring one, one option that it touches a level higher or lower than meant.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from standoff._engine import Indices, Mask
from standoff._engine.compiled import arc_moves
from standoff._engine.options import OptionMoves
from standoff.analysis.evolution import End, absorbed, chances, chances_to_move, ends_of_walk, walk
from standoff.analysis.misperception import Pictures, acts
from standoff.analysis.stability import NotDefined
from standoff.concepts import Concept
from standoff.conflict.model import Option
from standoff.graph import Arcs, Graph

TREMBLING = "trembling needs options, and states that are not merged: a move slips to the next level"
Floats = npt.NDArray[np.float64]
FEW_ROUNDS = 64  # in which moves lead back from a goal, before they are sorted for it
MOST_KEPT = 2**18  # moves of one decision maker of which it is kept how they slip


@dataclass(frozen=True, slots=True)
class Trembling:
    """How probably a formula comes true with slips of probability ``epsilon``; slopes in it (None where it is 0).

    ``epsilon`` None: with those only that the file says can happen; then there are no slopes either.
    """

    epsilon: float | None
    within: float
    ever: float
    within_slope: float | None
    ever_slope: float | None


@dataclass(frozen=True, slots=True)
class _Slips:
    """Where some moves may slip to: of each way the place of the move, by which they are sorted, and the state.

    The probability of a way is ``given`` (by the option that goes wrong) and ``general`` times that of slips in
    general; of each move that it goes as meant: ``held`` and ``loose`` times that of no slip in general.
    """

    place: Indices
    to: Indices
    given: Floats
    general: Floats
    held: Floats
    loose: Floats

    def astray(self, epsilon: float) -> Floats:
        """How probable each way is; where ``epsilon`` is 0 nothing slips."""
        return np.asarray((self.given + epsilon * self.general) * (epsilon > 0))

    def as_meant(self, epsilon: float) -> Floats:
        """How probable it is that each move goes as meant."""
        return np.asarray(self.held + (1 - epsilon) * self.loose if epsilon else np.ones_like(self.held))


class Hands:
    """How moves may slip, whoever wants what.

    ``options``: those of each decision maker; ``anywhere`` as in ``SlippingActors``.
    """

    def __init__(self, moves: OptionMoves, options: Sequence[Sequence[Option]], anywhere: bool) -> None:
        self.moves, self.options, self.anywhere = moves, options, anywhere
        self.count = len(moves.codes)
        self.codes = moves.codes.astype(np.intp)
        self.state_of = moves.everywhere(np.arange(self.count), -1)
        self._ways: dict[tuple[int, int, int, float], tuple[float, list[tuple[int, float]]]] = {}
        self._known: dict[int, tuple[Indices, Indices, _Slips]] = {}

    def of_one(self, i: int, s: int, meant: int, epsilon: float) -> tuple[float, list[tuple[int, float]]]:
        """How probably i's move from s goes as meant; and where it may go instead, each with its probability."""
        key = i, s, meant, epsilon
        if key not in self._ways:
            found = self.slips(i, np.array([s]), np.array([meant]))
            ways = zip(found.to.tolist(), found.astray(epsilon).tolist(), strict=True)
            self._ways[key] = float(found.as_meant(epsilon)[0]), list(ways)
        return self._ways[key]

    def slipping_into(self, i: int, start: Indices, meant: Indices, goals: Mask) -> Indices:
        """Of moves of i, in the order of ``sorted_arcs``, where those begin that may slip into ``goals``."""
        if self.count * (self.moves.blocks[i].size - 1) > MOST_KEPT:
            loose = self.slips(i, start, meant)
            return np.asarray(start[loose.place[goals[loose.to]]])
        if i not in self._known:
            begin, end = self._moves_of(i)
            self._known[i] = begin, begin * self.count + end, self.slips(i, begin, end)
        begin, moves, loose = self._known[i]
        asked = np.zeros(len(moves), np.bool_)
        asked[np.searchsorted(moves, start * self.count + meant)] = True
        place = loose.place[goals[loose.to]]
        return np.asarray(begin[place[asked[place]]])

    def _moves_of(self, i: int) -> Arcs:
        """All moves of i, in the order of ``sorted_arcs``."""
        block = self.moves.blocks[i]
        own, found = block.own(self.codes), []
        for goal in range(block.size):
            to = self.state_of[self.codes + (goal - own) * block.stride]
            begin = np.flatnonzero((own != goal) & block.allows(own, goal) & (to >= 0))
            found.append((begin, to[begin]))
        starts, ends = zip(*found, strict=True)
        return sorted_arcs((np.concatenate(starts), np.concatenate(ends)))

    def slips(self, i: int, start: Indices, meant: Indices) -> _Slips:
        """Of each move of i: one of the options that it touches ends a level beside the one meant (definition 11)."""
        block, options = self.moves.blocks[i], self.options[i]
        codes, state_of = self.codes, self.state_of
        stride = block.stride
        parts: list[tuple[Indices, Indices, Indices]] = []
        for number, option in enumerate(options):
            size = len(option.levels)
            before, level = (codes[states] // stride % size for states in (start, meant))
            for step in (-1, 1):
                fits = np.flatnonzero((before != level) & (level + step >= 0) & (level + step < size))
                to = codes[meant[fits]] + step * stride
                allowed = block.allows(block.own(codes[start[fits]]), block.own(to)) & (state_of[to] >= 0)
                place = fits[allowed]
                parts.append((place, state_of[to[allowed]], np.full(len(place), number)))
            stride *= size
        place, to, wrong = (np.concatenate(column) for column in zip(*parts, strict=True))
        beside = np.zeros((len(start), len(options)))  # how many ways there are for each option of a move
        np.add.at(beside, (place, wrong), 1)
        drawn = (beside > 0) / np.maximum((beside > 0).sum(axis=1, keepdims=True), 1)  # the option that is in danger
        given = np.array([0.0 if option.slips is None else float(option.slips) for option in options])
        general = np.array([self.anywhere and option.slips is None for option in options], float)
        share = drawn[place, wrong] / beside[place, wrong]
        order = np.lexsort((to, place))
        order = order[(general + given)[wrong[order]] > 0]
        return _Slips(
            place[order],
            to[order],
            (share * given[wrong])[order],
            (share * general[wrong])[order],
            (drawn * (1 - given) * (1 - general)).sum(axis=1) + (drawn.sum(axis=1) == 0),
            (drawn * general).sum(axis=1),
        )


class SlippingActors:
    """What each decision maker would do, seeing the conflict as it does, and how its moves can slip.

    ``weights``: who is how likely to be the next of those who would move (default: equal); one of weight 0 never moves.
    ``anywhere``: moves may slip in any option of which the file does not say otherwise; else only in those of which it
    says that they do. Raises WrongWeights.
    """

    def __init__(
        self, pictures: Pictures, under: Concept, weights: Sequence[float] | None = None, anywhere: bool = True
    ) -> None:
        self.pictures, self.under, self.anywhere = pictures, under, anywhere
        self.truth: Graph = pictures.truth
        self.count = len(self.truth.states)
        self.arcs = [sorted_arcs(acts(pictures.of((i,)), i, under)) for i in self.truth.dms]
        self.weights = chances_to_move(weights, len(self.arcs))
        self._moves: dict[int, list[tuple[int, int, float]]] = {}
        self._expected: dict[tuple[int, int], tuple[int, ...]] = {}

    def moves(self, s: int) -> Sequence[tuple[int, int, float]]:
        """Who would move from s and to where, with the probability that this is the next move."""
        if s not in self._moves:
            self._moves[s] = [
                (i, end, chance)
                for i in self._movers
                for here in [slice(self._begins[i][s], self._begins[i][s + 1])]
                for end, chance in zip(self.arcs[i][1][here].tolist(), self._chances[i][here].tolist(), strict=True)
            ]
        return self._moves[s]

    @cached_property
    def _begins(self) -> list[list[int]]:
        """Where the moves from each state begin among those of each decision maker."""
        return [np.searchsorted(start, np.arange(self.count + 1)).tolist() for start, _ in self.arcs]

    @cached_property
    def _chances(self) -> list[Floats]:
        return chances(self.arcs, self.weights, self.count)

    def expected(self, i: int, meant: int) -> tuple[int, ...]:
        """What i sees coming of a move: the state it means, and those that answers of the others lead to."""
        if (i, meant) not in self._expected:
            seen = self.pictures.of((i,))
            improving = self.under.credible or not self.under.answers
            mask = seen.reach(seen.others(i), meant, improving)
            mask[meant] = True
            self._expected[i, meant] = tuple(map(int, np.flatnonzero(mask)))
        return self._expected[i, meant]

    # Slips

    @property
    def tremble(self) -> bool:
        """Whether moves can slip here: whether there are options, and no states are merged."""
        return isinstance(self.truth.moves, OptionMoves)

    @property
    def slipping(self) -> bool:
        """Whether any move may slip here."""
        said = any(option.slips for _, option in self.truth.conflict.options)
        return self.tremble and (self.anywhere or said)

    @property
    def _options(self) -> OptionMoves:
        if not isinstance(self.truth.moves, OptionMoves):
            raise NotDefined(TREMBLING)
        return self.truth.moves

    @cached_property
    def hands(self) -> Hands:
        """How moves slip here; the same, once made, for all who act over the same moves."""
        options = [dm.options for dm in self.truth.conflict.decision_makers]
        key = "slips", self.anywhere, tuple(option.slips for mine in options for option in mine)
        kept = self._options.kept
        if key not in kept:
            kept[key] = Hands(self._options, options, self.anywhere)
        found: Hands = kept[key]
        return found

    def slips(self, i: int, s: int, meant: int, epsilon: float = 0.0) -> tuple[float, list[tuple[int, float]]]:
        """How probably i's move from s goes as meant; and where it may go instead, each with its probability."""
        return self.hands.of_one(i, s, meant, epsilon)

    def leading(self, goals: Mask, slips: int, among: Mask | None = None) -> list[Mask]:
        """For each number of slips from 0: the states from which moves with exactly so many slips lead into ``goals``.

        The first of all slips comes where ``among`` is true (default: anywhere). That no state comes twice, and that
        nobody moves twice in a row, is not asked here: there may be others. Shape (m,) each.
        """
        found = [self._leading_to(goals)]
        for left in range(slips):
            before = np.zeros(self.count, np.bool_)
            for i, (start, meant) in enumerate(self.arcs):
                here = among[start] if among is not None and left + 1 == slips else slice(None)
                before[self.hands.slipping_into(i, start[here], meant[here], found[-1])] = True
            found.append(self._leading_to(before))
        return found

    def _leading_to(self, goals: Mask) -> Mask:
        """The states from which moves that go where they are meant to lead into ``goals``."""
        mask, start, end = goals.copy(), *self._together
        for _ in range(FEW_ROUNDS):
            before = start[mask[end] & ~mask[start]]
            if not len(before):
                return mask
            mask[before] = True
        away = (~goals).astype(np.int32)
        return np.asarray(arc_moves([self._together], self.truth.ranks[:1]).worst((0,), away, improving=False) == 0)

    @cached_property
    def _movers(self) -> list[int]:
        return [i for i, weight in enumerate(self.weights) if weight]

    @cached_property
    def _together(self) -> Arcs:
        """All moves, of whomever."""
        start, end = zip(*(self.arcs[i] for i in self._movers), strict=True)
        return np.concatenate(start), np.concatenate(end)

    # The chain

    @cached_property
    def steady(self) -> Any:
        """Transition probabilities where every move goes where it is meant to, sparse (m, m)."""
        return walk(self.arcs, self.weights, self.count)

    @cached_property
    def _loose(self) -> list[_Slips]:
        return [self.hands.slips(i, start, meant) for i, (start, meant) in enumerate(self.arcs)]

    @cached_property
    def straying(self) -> Any:
        """How fast the transition probabilities change with that of a slip in general; an option's own stays."""
        return self._transitions([-one.loose for one in self._loose], [one.general for one in self._loose])

    def transitions(self, epsilon: float) -> Any:
        """Transition probabilities with slips, 0: none; a row without entries is a state where nobody would move."""
        if not epsilon:
            return self.steady
        return self._transitions(
            [one.as_meant(epsilon) for one in self._loose], [one.astray(epsilon) for one in self._loose]
        )

    def _transitions(self, as_meant: Sequence[Floats], astray: Sequence[Floats]) -> Any:
        """Sparse (m, m): each move goes where it is meant to, and elsewhere, with these shares of its probability."""
        from scipy.sparse import csr_array

        rows, columns, values = [], [], []
        for i, (start, meant) in enumerate(self.arcs):
            share, slips = self._chances[i], self._loose[i]
            rows += [start, start[slips.place]]
            columns += [meant, slips.to]
            values += [share * as_meant[i], share[slips.place] * astray[i]]
        entries = np.concatenate(values), (np.concatenate(rows), np.concatenate(columns))
        matrix = csr_array(entries, shape=(self.count, self.count))
        matrix.eliminate_zeros()
        return matrix

    def ends(self, start: int, epsilon: float = 0.0) -> tuple[tuple[End, ...], float]:
        """Where it ends from ``start`` and how probably, and after how many moves on average."""
        if not epsilon:
            return ends_of_walk(self.arcs, self.weights, start, self.count)
        return absorbed(self.transitions(epsilon), start)

    def trembling(self, start: int, goals: Mask, within: int, epsilon: float) -> Trembling:
        """How probably ``goals`` are reached from ``start`` within so many moves, and ever; exact."""
        matrix = self.transitions(epsilon)
        stray = self.straying if epsilon else 0 * matrix
        outside = (~goals).astype(float)
        hit, slope = goals.astype(float), np.zeros(self.count)
        for _ in range(within):
            hit, slope = np.where(goals, 1.0, matrix @ hit), outside * (matrix @ slope + stray @ hit)
        ever, ever_slope = _ever(matrix, stray, goals)
        slopes = (float(slope[start]), float(ever_slope[start])) if epsilon else (None, None)
        return Trembling(epsilon, float(hit[start]), float(ever[start]), *slopes)


def sorted_arcs(arcs: Arcs) -> Arcs:
    """Moves in the order of where they begin, then of where they lead."""
    start, end = arcs
    if bool(((start[1:] > start[:-1]) | ((start[1:] == start[:-1]) & (end[1:] >= end[:-1]))).all()):
        return arcs
    order = np.lexsort((end, start))
    return start[order], end[order]


def _ever(matrix: Any, stray: Any, goals: Mask) -> tuple[Floats, Floats]:
    """The probability of ever reaching ``goals``, and its slope in epsilon (which must not be 0); from each state.

    Which moves are possible at all is the same for each epsilon. So where no way leads past the goals, or none to
    them, the probability is 1 or 0 for each of them, and its slope 0, without rounding. Elsewhere, with Q the
    transitions among the states from which both may happen and r those into states where it is certain, h = Q h + r;
    as Q and r are linear in epsilon, the slope is g = Q g + Q' h + r'.
    """
    from scipy.sparse import eye_array
    from scipy.sparse.linalg import splu

    reaching = _leading_to(matrix, goals)
    missing = _leading_to(matrix, ~reaching, through=~goals)
    ever, slope = (~missing).astype(float), np.zeros(len(goals))
    unsure = np.flatnonzero(reaching & missing)
    if len(unsure):
        rows = matrix.tocsr()[unsure]
        solver = splu((eye_array(len(unsure)) - rows[:, unsure]).tocsc())
        ever[unsure] = solver.solve(rows @ ever)
        slope[unsure] = solver.solve((stray @ ever)[unsure])
    return ever, slope


def _leading_to(matrix: Any, goals: Mask, through: Mask | None = None) -> Mask:
    """The states from which some of ``goals`` can be reached; ``through``: only moves from these are made."""
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import breadth_first_order

    count = len(goals)  # one more state stands before all goals, against the direction of the moves
    edges = matrix.tocoo()
    made = slice(None) if through is None else through[edges.row]
    into = np.flatnonzero(goals)
    rows = np.concatenate([edges.col[made], np.full(len(into), count)])
    columns = np.concatenate([edges.row[made], into])
    back = csr_array((np.ones(len(rows)), (rows, columns)), shape=(count + 1, count + 1))
    mask = np.zeros(count + 1, np.bool_)
    mask[breadth_first_order(back, count, return_predecessors=False)] = True
    return mask[:count]

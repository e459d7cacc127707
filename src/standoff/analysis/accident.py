"""Plays in which each acts on its own picture: surprises, accidents, what would prevent them, and how likely they are.

A play begins at the status quo. Each move is one that its mover would make in its own picture (``misperception.acts``),
nobody moves twice in a row, and no state comes twice. With trembling hands a move may slip: it is executed as a
neighbouring one, one option that it touches a level higher or lower than meant.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from standoff._engine import Indices, Mask
from standoff._engine.options import OptionMoves
from standoff.analysis.evolution import End, absorbed, chances, chances_to_move, walk
from standoff.analysis.misperception import Pictures, acts
from standoff.analysis.stability import NotDefined
from standoff.concepts import Concept
from standoff.conflict.edits import Edit, apply, view_edits
from standoff.conflict.meaning import Depth, validate
from standoff.errors import InvalidConflict
from standoff.graph import Arcs, Graph
from standoff.progress import Enough, Progress, never, silent, undone

MAX_PLAYS = 1000
MAX_STEPS = 200_000  # moves tried in search of plays
TREMBLING = "trembling needs options, and states that are not merged: a move slips to the next level"
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Step:
    """One move: ``meant`` is where the mover wanted to go, ``to`` where it went (another state if it slipped).

    ``expected`` are the states that it saw coming of it (what it meant, and what credible answers lead to), ``got`` is
    where the others have taken the conflict before it moves again, or at the end.
    """

    by: int
    start: int
    meant: int
    to: int
    expected: tuple[int, ...]
    got: int

    @property
    def slip(self) -> bool:
        """Whether the move went wrong."""
        return self.to != self.meant

    @property
    def surprise(self) -> bool:
        """Whether something came of it that the mover had not seen coming."""
        return self.got not in self.expected


@dataclass(frozen=True, slots=True)
class Play:
    """A sequence of moves and its end.

    ``accident``: every mover holds the end worse than the state before its own first move. ``rests``: nobody who may
    move would move on. ``ended``: it has reached its goal, or no move leads on to where it has not been.
    ``probability``: of exactly these moves, in the chain. ``corrections``: each alone makes the play impossible.
    """

    steps: tuple[Step, ...]
    accident: bool
    rests: bool
    ended: bool
    probability: float
    corrections: tuple[Edit, ...] = ()

    @property
    def slips(self) -> int:
        """How many moves went wrong."""
        return sum(step.slip for step in self.steps)


@dataclass(frozen=True)
class Plays:
    """The plays asked for, shortest first; ``reached`` are the states that plays go through.

    ``cut``: there are more, or the search was too large to be ended. ``not_done``: corrections that were not tried.
    """

    found: tuple[Play, ...]
    cut: bool
    reached: Mask
    not_done: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Trembling:
    """How probably a formula comes true with slips of probability ``epsilon``; slopes in it (None where it is 0)."""

    epsilon: float
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


class SlippingActors:
    """What each decision maker would do, seeing the conflict as it does, and how its moves can slip.

    ``weights``: who is how likely to be the next of those who would move (default: equal); one of weight 0 never moves.
    Raises WrongWeights.
    """

    def __init__(self, pictures: Pictures, under: Concept, weights: Sequence[float] | None = None) -> None:
        self.pictures, self.under = pictures, under
        self.truth: Graph = pictures.truth
        self.count = len(self.truth.states)
        self.arcs = [_sorted(acts(pictures.of((i,)), i, under)) for i in self.truth.dms]
        self.weights = chances_to_move(weights, len(self.arcs))
        self._expected: dict[tuple[int, int], tuple[int, ...]] = {}
        self._ways: dict[tuple[int, int, int, float], tuple[float, list[tuple[int, float]]]] = {}

    def moves(self, s: int) -> Iterator[tuple[int, int, float]]:
        """Who would move from s and to where, with the probability that this is the next move."""
        for i, (start, end) in enumerate(self.arcs):
            if not self.weights[i]:
                continue
            low, high = np.searchsorted(start, [s, s + 1])
            for k in range(low, high):
                yield i, int(end[k]), float(self._chances[i][k])

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
    def _options(self) -> OptionMoves:
        if not isinstance(self.truth.moves, OptionMoves):
            raise NotDefined(TREMBLING)
        return self.truth.moves

    @cached_property
    def _codes(self) -> tuple[Indices, Indices]:
        """The combination of each state, and the state of each combination (-1: infeasible)."""
        moves = self._options
        return moves.codes.astype(np.intp), moves.everywhere(np.arange(self.count), -1)

    def slips(self, i: int, s: int, meant: int, epsilon: float = 0.0) -> tuple[float, list[tuple[int, float]]]:
        """How probably i's move from s goes as meant; and where it may go instead, each with its probability."""
        key = i, s, meant, epsilon
        if key not in self._ways:
            found = self._slips(i, np.array([s]), np.array([meant]))
            ways = zip(found.to.tolist(), found.astray(epsilon).tolist(), strict=True)
            self._ways[key] = float(found.as_meant(epsilon)[0]), list(ways)
        return self._ways[key]

    def leading(self, goals: Mask, slips: int) -> list[Mask]:
        """For each number of slips from 0: the states from which moves with exactly so many slips lead into ``goals``.

        That nobody moves twice in a row, and that no state comes twice, is not asked here. Shape (m,) each.
        """
        found = [_leading_to(self.steady, goals)]
        for _ in range(slips):
            before = np.zeros(self.count, np.bool_)
            for (start, _), loose in zip(self.arcs, self._loose, strict=True):
                before[start[loose.place[found[-1][loose.to]]]] = True
            found.append(_leading_to(self.steady, before))
        return found

    def _slips(self, i: int, start: Indices, meant: Indices) -> _Slips:
        """Of each move of i: one of the options that it touches ends a level beside the one meant (definition 11)."""
        block, options = self._options.blocks[i], self.truth.conflict.decision_makers[i].options
        codes, state_of = self._codes
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
        general = np.array([option.slips is None for option in options], float)
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

    # The chain

    @cached_property
    def steady(self) -> Any:
        """Transition probabilities where every move goes where it is meant to, sparse (m, m)."""
        return walk(self.arcs, self.weights, self.count)

    @cached_property
    def _loose(self) -> list[_Slips]:
        return [self._slips(i, start, meant) for i, (start, meant) in enumerate(self.arcs)]

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


def _sorted(arcs: Arcs) -> Arcs:
    order = np.lexsort((arcs[1], arcs[0]))
    return arcs[0][order], arcs[1][order]


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


# Plays


def plays(
    actors: SlippingActors,
    start: int,
    goals: Mask | None = None,
    slips: int = 0,
    epsilon: float = 0.0,
    wanted: Callable[[Play], bool] | None = None,
) -> Plays:
    """The plays from ``start``: those that first reach ``goals``; or, without, those that end, and every accident.

    Only where none of them is ``wanted`` (default: those that reach the goals; without goals, accidents), plays with
    the fewest slips (at most ``slips``) that are so are given too, as far as the shortest of these.
    """
    if wanted is None:
        wanted = _is_accident if goals is None else _any
    found, cut, reached = _search(actors, start, goals, 0, epsilon, _any)
    for allowed in range(1, slips + 1):
        if any(map(wanted, found)):
            break
        more, more_cut, _ = _search(actors, start, goals, allowed, epsilon, wanted)
        found += more
        cut |= more_cut
    return Plays(tuple(found), cut, reached)


def _is_accident(play: Play) -> bool:
    return play.accident


def _any(_: Play) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class _Node:
    """The last move of a play that is being built, and those before it."""

    before: _Node | None
    by: int
    meant: int
    state: int
    slips: int
    probability: float
    length: int

    def back(self) -> Iterator[_Node]:
        node: _Node | None = self
        while node is not None and node.before is not None:
            yield node
            node = node.before


def _search(
    actors: SlippingActors, start: int, goals: Mask | None, slips: int, epsilon: float, wanted: Callable[[Play], bool]
) -> tuple[list[Play], bool, Mask]:
    """Plays with exactly so many slips, shortest first; with slips only those wanted, none longer than the shortest.

    The mask has the states that plays go through; with slips only where these lead to the goals.
    """
    root = _Node(None, -1, start, start, 0, 1.0, 0)
    reached = np.zeros(actors.count, np.bool_)
    reached[start] = True
    found: list[Play] = []
    if goals is not None and goals[start]:
        return found, False, reached
    frontier, tried, shortest, cut = [root], 0, 0, False
    leading = actors.leading(goals, slips) if goals is not None and slips else None
    while frontier and not shortest:
        following = []
        for node in frontier:
            been = {start, *(one.state for one in node.back())}
            moved = False
            for new in _continued(actors, node, slips, epsilon):
                tried += 1
                moved |= new.state not in been
                if new.state in been or (leading is not None and not leading[slips - new.slips][new.state]):
                    continue
                reached[new.state] = True
                bad = goals[new.state] if goals is not None else _accident(actors, new)
                if bad and new.slips == slips and wanted(play := _play(actors, new, goals is not None)):
                    found.append(play)
                    shortest = new.length if slips else 0
                if not (bad and goals is not None):
                    following.append(new)
            if not moved and goals is None and not slips and node is not root and not _accident(actors, node):
                found.append(_play(actors, node, True))
            if tried > MAX_STEPS:
                break
        if tried > MAX_STEPS or len(found) > MAX_PLAYS:
            cut = True
            break
        frontier = following
    found.sort(key=lambda play: len(play.steps))
    return found[:MAX_PLAYS], cut, reached


def _continued(actors: SlippingActors, node: _Node, slips: int, epsilon: float) -> Iterator[_Node]:
    """The play one move longer; nobody moves twice in a row."""
    for i, meant, share in actors.moves(node.state):
        if i == node.by:
            continue
        steady, loose = actors.slips(i, node.state, meant, epsilon) if epsilon or slips else (1.0, [])
        steady *= share
        yield _Node(node, i, meant, meant, node.slips, node.probability * steady, node.length + 1)
        if node.slips < slips:
            for to, chance in loose:
                yield _Node(node, i, meant, to, node.slips + 1, node.probability * share * chance, node.length + 1)


def _accident(actors: SlippingActors, node: _Node) -> bool:
    """Whether every mover holds this state worse than the one before its own first move."""
    first: dict[int, int] = {}
    for one in node.back():
        assert one.before is not None
        first[one.by] = one.before.state
    return bool(first) and all(actors.truth.prefers(i, s, node.state) for i, s in first.items())


def _play(actors: SlippingActors, node: _Node, ended: bool) -> Play:
    """The play that a node ends; ``ended``: it is known to go no further."""
    onward = {meant for i, meant, _ in actors.moves(node.state) if i != node.by}
    nodes = list(node.back())[::-1]
    been = {one.before.state for one in nodes if one.before is not None}
    steps = []
    for k, one in enumerate(nodes):
        assert one.before is not None
        again = next((later for later in nodes[k + 1 :] if later.by == one.by), None)
        got = again.before.state if again is not None and again.before is not None else node.state
        steps.append(Step(one.by, one.before.state, one.meant, one.state, actors.expected(one.by, one.meant), got))
    return Play(tuple(steps), _accident(actors, node), not onward, ended or onward <= been, node.probability)


# What would prevent a play


def with_corrections(
    actors: SlippingActors, plays: Plays, progress: Progress = silent, enough: Enough = never
) -> Plays:
    """The plays, each with the corrections of views that make it impossible; of those tried before it is ``enough``."""
    conflict, found = actors.truth.conflict, plays.found
    # one statement before a whole part
    edits = sorted(view_edits(conflict, nested=False), key=lambda edit: not _is_of_one_statement(edit))
    prevented: list[list[Edit]] = [[] for _ in found]
    tried = 0
    for edit in edits if found else ():
        if enough():
            break
        progress(tried, len(edits))
        tried += 1
        i = actors.truth.dm(str(edit.path[1]))
        try:
            pictures = corrected(actors.pictures, edit)
        except InvalidConflict:  # what one would then see needs what it does not know of
            continue
        end = _sorted(acts(pictures.of((i,)), i, actors.under))
        left = set(zip(end[0].tolist(), end[1].tolist(), strict=True))
        for play, mine in zip(found, prevented, strict=True):
            if any(step.by == i and (step.start, step.meant) not in left for step in play.steps):
                mine.append(edit)
    corrected_ = tuple(replace(play, corrections=tuple(mine)) for play, mine in zip(found, prevented, strict=True))
    untried = undone(tried, len(edits), "corrections of views were not tried") if found else []
    return replace(plays, found=corrected_, not_done=tuple(untried))


def _is_of_one_statement(edit: Edit) -> bool:
    return edit.kind == "drop" or edit.path[-2] == "as_in_truth_except"


def corrected(pictures: Pictures, edit: Edit) -> Pictures:
    """The pictures after a correction of one view; the truth stays as it is. Raises InvalidConflict."""
    truth = pictures.truth
    conflict = apply(truth.conflict, edit)
    if wrong := validate(conflict, Depth.FORMULAS).problems:
        raise InvalidConflict(wrong)
    return Pictures(Graph(replace(truth.meaning, conflict=conflict), truth.moves))

"""Plays in which each acts on its own picture: surprises, accidents, and the corrections of a view that prevent them.

A play begins at the status quo. Nobody moves twice in a row, and no state comes twice. Who would move, and how moves
slip, is found in ``accident``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from standoff._engine import Mask
from standoff.analysis.accident import SlippingActors, sorted_arcs
from standoff.analysis.misperception import Pictures, acts
from standoff.conflict.edits import Edit, apply, view_edits
from standoff.conflict.interpreter import Depth
from standoff.conflict.meaning import validate
from standoff.errors import InvalidConflict
from standoff.graph import Graph
from standoff.progress import Enough, Progress, never, silent, undone

MAX_PLAYS = 1000
MAX_STEPS = 200_000  # moves tried in search of plays
MOST_GOALS = 2_048  # of which it is kept for each play in which of them it could still end as an accident


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
    search = _Search(actors, start, goals, epsilon)
    found, cut, reached = search.plays(0, _any)
    steady = None if cut else reached.copy()  # a play comes to its first slip by moves that go where they are meant to
    for allowed in range(1, slips + 1):
        if any(map(wanted, found)):
            break
        more, more_cut, _ = search.plays(allowed, wanted, steady)
        found += more
        cut |= more_cut
    return Plays(tuple(found), cut, reached)


def first_play(
    actors: SlippingActors, start: int, goals: Mask, slips: int, wanted: Callable[[Play], bool], accidents: bool
) -> tuple[Play | None, bool]:
    """The first of ``plays`` that is wanted, and whether the search was too large to be ended before one was found.

    ``accidents``: none but an accident can be wanted, which spares most of the search.
    """
    search = _Search(actors, start, goals, 0.0, first=True, accidents=accidents)
    cut = False
    for allowed in range(slips + 1):
        found, unended, _ = search.plays(allowed, wanted)
        if found:
            return found[0], False
        cut |= unended
    return None, cut


def _is_accident(play: Play) -> bool:
    return play.accident


def _any(_: Play) -> bool:
    return True


@dataclass(slots=True)
class _Node:
    """The last move of a play that is being built, and those before it; ``first``: where each mover moved first.

    ``left``: in which of the goals it could still end as an accident, a bit each (all, where that is not kept).
    """

    before: _Node | None
    by: int
    meant: int
    state: int
    slips: int
    probability: float
    length: int
    been: frozenset[int]
    first: Mapping[int, int]
    left: int

    def back(self) -> Iterator[_Node]:
        node: _Node | None = self
        while node is not None and node.before is not None:
            yield node
            node = node.before


class _Search:
    """The search for plays, each move of a play after the other; ``first``: it ends at the first that is wanted.

    ``accidents``: only those are wanted, so a play is given up where it can end in no goal as one.
    """

    def __init__(
        self,
        actors: SlippingActors,
        start: int,
        goals: Mask | None,
        epsilon: float,
        first: bool = False,
        accidents: bool = False,
    ) -> None:
        self.actors, self.start, self.goals, self.epsilon = actors, start, goals, epsilon
        self.first, self.accidents = first, accidents
        ends = np.flatnonzero(goals) if accidents and goals is not None else np.zeros(0, np.intp)
        self.ends = ends if len(ends) <= MOST_GOALS else ends[:0]
        self.tried = 0
        self._worse: dict[tuple[int, int], int] = {}

    def plays(
        self, slips: int, wanted: Callable[[Play], bool], among: Mask | None = None
    ) -> tuple[list[Play], bool, Mask]:
        """Plays with exactly so many slips, shortest first.

        With slips only those wanted, none longer than the shortest. ``among``: where the first slip can come (default:
        anywhere). The mask has the states that plays go through; with slips, and where only the first is looked for,
        only where these lead to the goals.
        """
        start, goals, actors = self.start, self.goals, self.actors
        root = _Node(None, -1, start, start, 0, 1.0, 0, frozenset((start,)), {}, (1 << len(self.ends)) - 1)
        reached = np.zeros(actors.count, np.bool_)
        reached[start] = True
        found: list[Play] = []
        if goals is not None and goals[start]:
            return found, False, reached
        leading = actors.leading(goals, slips, among) if goals is not None and (slips or self.first) else None
        frontier, shortest = [root], 0
        self.tried = 0
        while frontier and not shortest and self.tried <= MAX_STEPS and len(found) <= MAX_PLAYS:
            following = []
            for node in frontier if self.tried <= MAX_STEPS else ():
                for new in self._onward(node, slips, leading):
                    reached[new.state] = True
                    bad = bool(goals[new.state]) if goals is not None else _accident(actors, new)
                    right = bad and new.slips == slips and (not self.accidents or _accident(actors, new))
                    if right and wanted(play := _play(actors, new, goals is not None)):
                        found.append(play)
                        if self.first:
                            return found, False, reached
                        shortest = new.length if slips else 0
                    if not (bad and goals is not None):
                        following.append(new)
                if goals is None and not slips and self._ends(node):
                    found.append(_play(actors, node, True))
            frontier = following
        found.sort(key=lambda play: len(play.steps))
        return found[:MAX_PLAYS], self.tried > MAX_STEPS or len(found) > MAX_PLAYS, reached

    def _onward(self, node: _Node, slips: int, leading: Sequence[Mask] | None) -> Iterator[_Node]:
        """The play one move longer, where that can lead on to what is looked for; nobody moves twice in a row."""
        for i, meant, to, slipped, chance in self._moves(node, slips):
            self.tried += 1
            if to in node.been or (leading is not None and not leading[slips - slipped][to]):
                continue
            new = self._further(node, i, meant, to, slipped, chance)
            if new.left or not len(self.ends):
                yield new

    def _moves(self, node: _Node, slips: int) -> Iterator[tuple[int, int, int, int, float]]:
        """The moves that go on from there: whose, where to it is meant and goes, how many slips, how probable it is."""
        actors, epsilon, loose = self.actors, self.epsilon, node.slips < slips
        for i, meant, share in actors.moves(node.state):
            if i == node.by:
                continue
            steady, ways = actors.slips(i, node.state, meant, epsilon) if epsilon or slips else (1.0, ())
            yield i, meant, meant, node.slips, steady * share
            for to, chance in ways if loose else ():
                yield i, meant, to, node.slips + 1, share * chance

    def _ends(self, node: _Node) -> bool:
        """Whether a play without a goal ends there, and is no accident (which is listed anyway)."""
        return (
            node.before is not None and _further_on(self.actors, node) <= node.been and not _accident(self.actors, node)
        )

    def _further(self, node: _Node, by: int, meant: int, to: int, slips: int, chance: float) -> _Node:
        """The play one move longer."""
        first, left = node.first, node.left
        if by not in first:
            first = {**first, by: node.state}
            left &= self._held_worse(by, node.state)
        probability = node.probability * chance
        return _Node(node, by, meant, to, slips, probability, node.length + 1, node.been | {to}, first, left)

    def _held_worse(self, i: int, s: int) -> int:
        """The goals that i holds worse than a state, a bit each."""
        if (i, s) not in self._worse:
            ranks = self.actors.truth.ranks[i]
            bits = np.packbits(ranks[self.ends] < ranks[s], bitorder="little").tobytes()
            self._worse[i, s] = int.from_bytes(bits, "little")
        return self._worse[i, s]


def _further_on(actors: SlippingActors, node: _Node) -> set[int]:
    """The states that the others would move to from there."""
    return {meant for i, meant, _ in actors.moves(node.state) if i != node.by}


def _accident(actors: SlippingActors, node: _Node) -> bool:
    """Whether every mover holds this state worse than the one before its own first move."""
    return bool(node.first) and all(actors.truth.prefers(i, s, node.state) for i, s in node.first.items())


def _play(actors: SlippingActors, node: _Node, ended: bool) -> Play:
    """The play that a node ends; ``ended``: it is known to go no further."""
    onward = _further_on(actors, node)
    nodes = list(node.back())[::-1]
    been = node.been - {node.state}
    steps = []
    for k, one in enumerate(nodes):
        assert one.before is not None
        again = next((later for later in nodes[k + 1 :] if later.by == one.by), None)
        got = again.before.state if again is not None and again.before is not None else node.state
        steps.append(Step(one.by, one.before.state, one.meant, one.state, actors.expected(one.by, one.meant), got))
    return Play(tuple(steps), _accident(actors, node), not onward, ended or onward <= been, node.probability)


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
        end = sorted_arcs(acts(pictures.of((i,)), i, actors.under))
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

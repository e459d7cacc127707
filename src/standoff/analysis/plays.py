"""Plays in which each acts on its own picture: surprises, accidents, and the corrections of a view that prevent them.

A play begins at the status quo. Nobody moves twice in a row, and no state comes twice. Who would move, and how moves
slip, is found in ``accident``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np

from standoff._engine import Mask
from standoff.analysis.accident import SlippingActors, sorted_arcs
from standoff.analysis.misperception import Pictures, acts
from standoff.conflict.edits import Edit, apply, view_edits
from standoff.conflict.meaning import Depth, validate
from standoff.errors import InvalidConflict
from standoff.graph import Graph
from standoff.progress import Enough, Progress, never, silent, undone

MAX_PLAYS = 1000
MAX_STEPS = 200_000  # moves tried in search of plays


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
    found, cut, reached = _search(actors, start, goals, 0, epsilon, _any)
    steady = None if cut else reached.copy()  # a play comes to its first slip by moves that go where they are meant to
    for allowed in range(1, slips + 1):
        if any(map(wanted, found)):
            break
        more, more_cut, _ = _search(actors, start, goals, allowed, epsilon, wanted, steady)
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
    actors: SlippingActors,
    start: int,
    goals: Mask | None,
    slips: int,
    epsilon: float,
    wanted: Callable[[Play], bool],
    among: Mask | None = None,
) -> tuple[list[Play], bool, Mask]:
    """Plays with exactly so many slips, shortest first; with slips only those wanted, none longer than the shortest.

    ``among``: where the first slip can come (default: anywhere).

    The mask has the states that plays go through; with slips only where these lead to the goals.
    """
    root = _Node(None, -1, start, start, 0, 1.0, 0)
    reached = np.zeros(actors.count, np.bool_)
    reached[start] = True
    found: list[Play] = []
    if goals is not None and goals[start]:
        return found, False, reached
    frontier, tried, shortest, cut = [root], 0, 0, False
    leading = actors.leading(goals, slips, among) if goals is not None and slips else None
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

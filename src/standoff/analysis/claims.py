"""Claims put to the test: one function a kind, which decides and keeps what shows it.

A claim is a sentence about the conflict and a test (``claim_tests``). Nothing here knows what an answer ought to be,
nor how it is said: sentences are made of witnesses in ``wording.claim_sentences``.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from fractions import Fraction
from functools import cached_property, singledispatch

import numpy as np

from standoff._engine import Mask
from standoff.analysis import claim_witnesses as witnesses
from standoff.analysis.accident import TREMBLING, SlippingActors
from standoff.analysis.claim_witnesses import ClaimWitness
from standoff.analysis.history import Replayed, is_placed, replay
from standoff.analysis.measured import MeasuredAffinities
from standoff.analysis.misperception import Pictures, acting
from standoff.analysis.plays import Play, first_play
from standoff.analysis.stability import NotDefined, sanction, stable, verdict
from standoff.conflict import claim_tests
from standoff.conflict.claim_tests import Place, Test, Within
from standoff.conflict.preference import correlation, leaning
from standoff.conflict.syntax import FormulaError
from standoff.errors import TooLarge
from standoff.graph import Arcs, Graph, Move
from standoff.relations.change import Withheld

MOST_SHOWN = 100  # states that show that a claim holds everywhere


class ClaimVerdict(StrEnum):
    """What a test says of a claim."""

    HOLDS = "holds"
    FAILS = "fails"
    UNTESTABLE = "cannot be tested"


def _says(holds: bool) -> ClaimVerdict:
    return ClaimVerdict.HOLDS if holds else ClaimVerdict.FAILS


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a test: the verdict, and what shows it; ``states`` and ``moves`` are those to look at."""

    verdict: ClaimVerdict
    witness: ClaimWitness
    states: tuple[int, ...] = ()
    moves: tuple[Move, ...] = ()


class Untestable(Exception):
    """The test has nothing to look at, and why."""

    def __init__(self, why: ClaimWitness) -> None:
        super().__init__(why)
        self.why = why


class ClaimContext:
    """A conflict on which claims are tested; what several tests need is found once.

    ``base``: the graph by which claims name their states, where this one has come of it by an edit. ``measured``: the
    relations of the decision makers, where there are event data.
    """

    def __init__(self, graph: Graph, base: Graph | None = None, measured: MeasuredAffinities | None = None) -> None:
        self.graph, self.base, self.measured = graph, base or graph, measured
        self._actors: dict[str, SlippingActors] = {}
        self._stable: dict[tuple[str, int], Mask] = {}
        self._within: dict[Within, Mask] = {}
        self._improvements: dict[int, Arcs] = {}

    def place(self, place: Place) -> Mask:
        """The states that a place means; shape (m,)."""
        if place.formula is not None:
            return self.graph.meaning.where(place.formula)
        mask = np.zeros(len(self.graph.states), np.bool_)
        if place.is_status_quo:
            mask[self.status_quo] = True
        for name in place.states:
            mask[self._numbered(name)] = True
        return mask

    def somewhere(self, place: Place) -> Mask:
        """The states that a place means, of which there must be some."""
        mask = self.place(place)
        if not mask.any():
            raise Untestable(witnesses.NowhereSuch(place))
        return mask

    def _numbered(self, name: int | str) -> int:
        old, new = self.base.states, self.graph.states
        s = old.position[name]
        if new is old or not old.option_form or self.graph.conflict.states:
            return new.position[name]
        found = new.at(int(old.codes[s]))
        if found is None:
            raise Untestable(witnesses.Infeasible(name))
        return found

    @property
    def status_quo(self) -> int:
        """Where the conflict stands."""
        quo = self.graph.meaning.status_quo
        if quo is None:
            raise Untestable(witnesses.NoStatusQuo())
        return quo

    def within(self, scope: Within) -> Mask:
        """The states that a test looks at."""
        if scope not in self._within:
            self._within[scope] = self._looked_at(scope)
        return self._within[scope]

    def _looked_at(self, scope: Within) -> Mask:
        if scope is Within.ALL:
            return np.ones(len(self.graph.states), np.bool_)
        mask = np.zeros(len(self.graph.states), np.bool_)
        mask[self.status_quo] = True
        if scope is not Within.STATUS_QUO:
            mask |= self.graph.reach(self.graph.dms, self.status_quo, scope is Within.IMPROVEMENTS)
        return mask

    def dm(self, name: str) -> int:
        """The number of a decision maker."""
        return self.graph.dm(name)

    def dms(self, names: Sequence[str]) -> list[int]:
        """Their numbers; none: everybody."""
        return [self.dm(name) for name in names] or list(self.graph.dms)

    def improvements(self, i: int, best: bool = False) -> Arcs:
        """All improvements of i (or the best from each state): the states from and to."""
        if i not in self._improvements:
            self._improvements[i] = self.graph.moves.improvements(i)
        start, end = self._improvements[i]
        if best:
            top = self.graph.ranks[i][end] == self.graph.best(i)[start]
            start, end = start[top], end[top]
        return start, end

    def stable(self, concept: str, i: int) -> Mask:
        """Where i would stay."""
        if (concept, i) not in self._stable:
            self._stable[concept, i] = stable(self.graph, concept, i)
        return self._stable[concept, i]

    def actors(self, concept: str) -> SlippingActors:
        """What each would do, seeing the conflict as it does."""
        if concept not in self._actors:
            self._actors[concept] = SlippingActors(self._pictures, acting(concept))
        return self._actors[concept]

    @cached_property
    def _pictures(self) -> Pictures:
        return Pictures(self.graph)

    @cached_property
    def replayed(self) -> list[Replayed]:
        """The observed history against the model."""
        return replay(self.graph, concepts=()) if self.graph.states.option_form else []


# One function a kind


@singledispatch
def decide(test: Test, _context: ClaimContext) -> Outcome:
    """What comes of a simple test: by the function of its kind."""
    raise TypeError(f"no function decides {type(test).__name__}")


@decide.register
def decide_holds(test: claim_tests.Holds, context: ClaimContext) -> Outcome:
    """Whether all asked about would stay at every state of the place."""
    at = context.somewhere(test.at)
    left = {i: np.flatnonzero(at & ~context.stable(test.concept, i)) for i in context.dms(test.who)}
    leaving = next((i for i, states in left.items() if len(states)), None)
    if leaving is None:
        shown = tuple(map(int, np.flatnonzero(at)[:MOST_SHOWN]))
        return Outcome(ClaimVerdict.HOLDS, witnesses.Stays(test, int(at.sum())), shown)
    s = int(left[leaving][0])
    escape = verdict(context.graph, test.concept, leaving, s).witness.escape
    assert escape is not None
    move = Move(leaving, s, escape)
    return Outcome(ClaimVerdict.FAILS, witnesses.Leaves(test, move), (s,), (move,))


@decide.register
def decide_reach(test: claim_tests.Reach, context: ClaimContext) -> Outcome:
    """Whether each group (or none of them) gets into the goal by its own moves, from every (any) start."""
    graph, start, goal = context.graph, context.somewhere(test.start), context.somewhere(test.goal)
    groups = tuple(tuple(sorted({context.dm(name) for name in group})) for group in test.by)
    away = np.where(goal, 0, 1).astype(np.int32)
    for group in groups:
        able = graph.moves.worst(group, away, test.improving) == 0
        wrong = np.flatnonzero(start & (~able if test.can else able))
        if len(wrong):
            return _reaching(context, test, group, int(wrong[0]), ClaimVerdict.FAILS)
    if test.can:
        return _reaching(context, test, groups[0], int(np.flatnonzero(start)[0]), ClaimVerdict.HOLDS)
    return Outcome(ClaimVerdict.HOLDS, witnesses.Unreached(test, groups), tuple(map(int, np.flatnonzero(start)[:1])))


def _reaching(
    context: ClaimContext, test: claim_tests.Reach, group: tuple[int, ...], s: int, says: ClaimVerdict
) -> Outcome:
    """One group from one state: the way there, or that there is none."""
    goal = context.place(test.goal)
    if goal[s]:
        return Outcome(says, witnesses.AlreadySo(s), (s,))
    path = context.graph.path(group, s, goal, test.improving)
    if path is None:
        return Outcome(says, witnesses.Unreached(test, (group,), s), (s,))
    return Outcome(says, witnesses.Reached(test, group, path), (s, path[-1].to), path)


@decide.register
def decide_answers(test: claim_tests.Answer, context: ClaimContext) -> Outcome:
    """Whether what one brings about is always answered by another in the way claimed.

    Where the answer is already true nothing is asked of it; one that has no improvement does not answer.
    """
    graph, by, other = context.graph, context.dm(test.by), context.dm(test.who)
    makes, wanted = context.somewhere(test.makes), context.place(test.answer)
    before = context.within(test.within) & ~makes
    made = graph.moves.step(by, before, test.improving) & makes & ~wanted
    if not made.any():
        raise Untestable(witnesses.NothingToAnswer(test))
    start, end = context.improvements(other, test.best)
    here = made[start]
    start, end = start[here], end[here]
    does = np.zeros(len(made), np.bool_)
    does[start] = True
    otherwise = np.flatnonzero(~wanted[end])
    silent_at = np.flatnonzero(made & ~does)
    number = int(made.sum())
    if not len(otherwise) and not len(silent_at):
        first = Move(other, int(start[0]), int(end[0]))
        return Outcome(ClaimVerdict.HOLDS, witnesses.Answered(test, number, first), (first.start,), (first,))
    t = int(silent_at[0]) if len(silent_at) else int(start[otherwise[0]])
    first = Move(by, _origin(graph, test, before, t), t)
    wrong = len(silent_at) + len(np.unique(start[otherwise]))
    if len(silent_at):
        return Outcome(
            ClaimVerdict.FAILS, witnesses.NotAnswered(test, first, None, wrong, number), (first.start, t), (first,)
        )
    second = Move(other, t, int(end[otherwise[0]]))
    witness = witnesses.NotAnswered(test, first, second, wrong, number)
    return Outcome(ClaimVerdict.FAILS, witness, (first.start, t, second.to), (first, second))


def _origin(graph: Graph, test: claim_tests.Answer, before: Mask, t: int) -> int:
    """A state, among those before, from which the move that is answered leads to t."""
    by = graph.dm(test.by)
    origins = graph.moves.origins(by, t)
    if test.improving:
        origins = origins[graph.ranks[by][origins] < graph.ranks[by][t]]
    return int(origins[before[origins]][0])


@decide.register
def decide_only_if(test: claim_tests.OnlyIf, context: ClaimContext) -> Outcome:
    """Whether improvements that bring something about are there only where a condition is true."""
    i = context.dm(test.who)
    makes, condition = context.somewhere(test.makes), context.place(test.condition)
    start, end = context.improvements(i)
    into = context.within(test.within)[start] & ~makes[start] & makes[end]
    start, end = start[into], end[into]
    wrong = np.flatnonzero(~condition[start])
    if len(wrong):
        move = Move(i, int(start[wrong[0]]), int(end[wrong[0]]))
        witness = witnesses.Unconditional(test, move, len(np.unique(start[wrong])))
        return Outcome(ClaimVerdict.FAILS, witness, (move.start, move.to), (move,))
    number = len(np.unique(start))
    if not number:
        return Outcome(ClaimVerdict.HOLDS, witnesses.NeverWanted(test))
    first = Move(i, int(start[0]), int(end[0]))
    return Outcome(ClaimVerdict.HOLDS, witnesses.Conditional(test, number, first), (first.start, first.to), (first,))


@decide.register
def decide_compare(test: claim_tests.Compare, context: ClaimContext) -> Outcome:
    """Whether two lean the same way over each formula, or how far their rankings go together."""
    one, other = (context.dm(name) for name in test.who)
    ranks = context.graph.ranks
    if not test.over:
        found = correlation(ranks[one], ranks[other])
        if found is None:
            raise Untestable(witnesses.Indifferent())
        surplus, pairs = found
        asked = Fraction(test.correlation)
        above = surplus * abs(surplus) - asked * abs(asked) * pairs  # tau and the number asked for, squared, with signs
        tau = surplus / math.sqrt(pairs)
        return Outcome(_says(above > 0 if test.agree else above < 0), witnesses.Correlated(ranks.shape[1], tau))
    shares: list[tuple[float, float]] = []
    right = True
    for formula in test.over:
        where = context.graph.meaning.where(formula)
        if where.all() or not where.any():
            raise Untestable(witnesses.TrueOrFalse(formula))
        ours, theirs = (float(leaning(ranks[i], where)) for i in (one, other))
        same = (ours - 0.5) * (theirs - 0.5)
        right &= same > 0 if test.agree else same < 0
        shares.append((ours, theirs))
    return Outcome(_says(right), witnesses.Leanings(test, tuple(shares)))


@decide.register
def decide_accident(test: claim_tests.Accident, context: ClaimContext) -> Outcome:
    """Whether a play in which somebody misreads the others, or slips, leads there; ``strict``: and is an accident."""
    goals, start = context.somewhere(test.to), context.status_quo
    if goals[start]:
        return Outcome(ClaimVerdict.FAILS, witnesses.AlreadySo(), (start,))

    def wanted(play: Play) -> bool:
        return any(step.surprise or step.slip for step in play.steps)

    actors = context.actors(test.acting)
    play, cut = first_play(actors, start, goals, test.slips if actors.tremble else 0, wanted, accidents=test.strict)
    if play is None:
        if cut:
            raise Untestable(witnesses.TooManyPlays())
        if test.slips and not actors.tremble:  # without a slip none is wanted; with one there is none to look for
            raise NotDefined(TREMBLING)
        return Outcome(ClaimVerdict.FAILS, witnesses.NoPlay(test), (start,))
    moves = tuple(Move(step.by, step.start, step.to) for step in play.steps)
    surprised = tuple(dict.fromkeys(step.by for step in play.steps if step.surprise))
    return Outcome(ClaimVerdict.HOLDS, witnesses.Misplayed(moves, play.slips, surprised), (start, moves[-1].to), moves)


@decide.register
def decide_drawn(test: claim_tests.Drawn, context: ClaimContext) -> Outcome:
    """Whether each observed move was for its mover what is claimed."""
    graph, asked = context.graph, context.dms(test.who)
    if graph.states.option_form and not is_placed(graph.conflict):
        raise Untestable(witnesses.NoStatusQuo(observed=True))
    observed = [one for one in context.replayed if one.by in asked and one.took_part]
    if not observed:
        raise Untestable(witnesses.NothingObserved())
    wrong = next((one for one in observed if not _was(graph, one, test)), None)
    if wrong is None:
        shown = tuple(one.to for one in observed if one.to is not None)
        return Outcome(ClaimVerdict.HOLDS, witnesses.AllWere(test, len(observed)), shown)
    states = tuple(s for s in (wrong.start, wrong.to) if s is not None)
    return Outcome(
        ClaimVerdict.FAILS, witnesses.WasNot(test, wrong.event, wrong.by, wrong.together, wrong.possible), states
    )


def _was(graph: Graph, one: Replayed, test: claim_tests.Drawn) -> bool:
    if not one.possible or not one.improvement or one.start is None or one.to is None:
        return False
    if test.was in ("improvement", "best"):
        return test.was == "improvement" or bool(one.best)
    deterred = sanction(graph, test.concept, one.by, one.start, one.to) is not None
    return deterred == (test.was == "deterred")


@decide.register
def decide_trend(test: claim_tests.Trend, context: ClaimContext) -> Outcome:
    """Whether two drew closer (or apart), by event data: the interval of the difference excludes no change."""
    if context.measured is None:
        raise Untestable(witnesses.NoEvents(test))
    found = context.measured.difference(test.between, test.start, test.end)
    if isinstance(found, str):
        raise Untestable(witnesses.Refused(found))
    if isinstance(found, Withheld):
        raise Untestable(witnesses.Refused(found.sentence))
    shown = found.low > 0 if test.rises else found.high < 0
    actors = len(context.measured.panel.actors)
    return Outcome(
        _says(shown), witnesses.Changed(test, actors, float(found.value), float(found.low), float(found.high))
    )


def outcome(context: ClaimContext, test: Test) -> Outcome:
    """What comes of a test."""
    if isinstance(test, claim_tests.Combined):
        return _combined(test.word, [outcome(context, part) for part in test.parts])
    try:
        return decide(test, context)
    except Untestable as error:
        return Outcome(ClaimVerdict.UNTESTABLE, error.why)
    except (NotDefined, TooLarge) as error:
        return Outcome(ClaimVerdict.UNTESTABLE, witnesses.Refused(str(error)))
    except FormulaError as error:  # after an edit it tells members of a merged state apart
        return Outcome(ClaimVerdict.UNTESTABLE, witnesses.Refused(error.message))


def _combined(word: str, parts: Sequence[Outcome]) -> Outcome:
    verdicts = [part.verdict for part in parts]
    if word == "not":
        turned = {ClaimVerdict.HOLDS: ClaimVerdict.FAILS, ClaimVerdict.FAILS: ClaimVerdict.HOLDS}
        return replace(parts[0], verdict=turned.get(verdicts[0], verdicts[0]))
    decisive = ClaimVerdict.FAILS if word == "all" else ClaimVerdict.HOLDS
    found = next((v for v in (decisive, ClaimVerdict.UNTESTABLE) if v in verdicts), None)
    found = found or (ClaimVerdict.HOLDS if word == "all" else ClaimVerdict.FAILS)
    shown = [part for part in parts if part.verdict is found]
    return Outcome(
        found,
        witnesses.Together(tuple(part.witness for part in shown)),
        tuple(s for part in shown for s in part.states),
        tuple(move for part in shown for move in part.moves),
    )

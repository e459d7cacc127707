"""Claims put to the test: one function a kind, which says whether it holds, with the witness and a sentence.

A claim is a sentence about the conflict and a test (``assertions``). Nothing here knows what an answer ought to be.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from fractions import Fraction
from functools import cached_property
from typing import Any

import numpy as np

from standoff import assertions
from standoff._engine import Indices, Mask
from standoff.accident import TREMBLING, Actors, Play, plays
from standoff.assertions import Place, Test, Within
from standoff.errors import TooLarge
from standoff.evolution import Replayed, is_placed, replay
from standoff.formula import Formula
from standoff.graph import Graph, Move
from standoff.measured import Measured
from standoff.misperception import Pictures, acting
from standoff.model import Statement
from standoff.preference import correlation, leaning
from standoff.relations.change import Withheld
from standoff.stability import NotDefined, sanction, stable, verdict
from standoff.words import formula_words, joined, move_words, who


class Verdict(StrEnum):
    """What a test says of a claim."""

    HOLDS = "holds"
    FAILS = "fails"
    UNTESTABLE = "cannot be tested"


def _says(holds: bool) -> Verdict:
    return Verdict.HOLDS if holds else Verdict.FAILS


@dataclass(frozen=True)
class Outcome:
    """What came of a test: the verdict, the states and moves that show it, and (made when asked for) a sentence."""

    verdict: Verdict
    sentence: Callable[[], str] = field(compare=False)
    states: tuple[int, ...] = ()
    moves: tuple[Move, ...] = ()


class Untestable(Exception):
    """The test has nothing to look at, and why."""


class Bench:
    """A conflict on which claims are tested; what several tests need is found once.

    ``base``: the graph by which claims name their states, where this one has come of it by an edit. ``measured``: the
    relations of the decision makers, where there are event data.
    """

    def __init__(self, graph: Graph, base: Graph | None = None, measured: Measured | None = None) -> None:
        self.graph, self.base, self.measured = graph, base or graph, measured
        self._actors: dict[str, Actors] = {}
        self._stable: dict[tuple[str, int], Mask] = {}

    # What tests are about

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
            raise Untestable(f"there is no such state: {self.words(place)}")
        return mask

    def _numbered(self, name: int | str) -> int:
        old, new = self.base.states, self.graph.states
        s = old.position[name]
        if new is old or not old.option_form or self.graph.conflict.states:
            return new.position[name]
        found = new.at(int(old.codes[s]))
        if found is None:
            raise Untestable(f"state {name} has become infeasible")
        return found

    @property
    def status_quo(self) -> int:
        """Where the conflict stands."""
        quo = self.graph.meaning.status_quo
        if quo is None:
            raise Untestable("the conflict has no status quo")
        return quo

    def within(self, scope: Within) -> Mask:
        """The states that a test looks at."""
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

    def stable(self, concept: str, i: int) -> Mask:
        """Where i would stay."""
        if (concept, i) not in self._stable:
            self._stable[concept, i] = stable(self.graph, concept, i)
        return self._stable[concept, i]

    def actors(self, concept: str) -> Actors:
        """What each would do, seeing the conflict as it does."""
        if concept not in self._actors:
            self._actors[concept] = Actors(self._pictures, acting(concept))
        return self._actors[concept]

    @cached_property
    def _pictures(self) -> Pictures:
        return Pictures(self.graph)

    @cached_property
    def replayed(self) -> list[Replayed]:
        """The observed history against the model."""
        return replay(self.graph, concepts=()) if self.graph.states.option_form else []

    # Words

    def words(self, place: Place) -> str:
        """A place as part of a sentence."""
        if place.formula is not None:
            return f"a state where {self.clause(place.formula)}"
        if place.is_status_quo:
            return "the status quo"
        return joined((f"state {name}" for name in place.states), "or")

    def clause(self, formula: Formula) -> str:
        """A formula as a clause."""
        return formula_words(self.graph, Statement(formula))

    def condition(self, place: Place) -> str:
        """A place as something that is so."""
        return self.clause(place.formula) if place.formula is not None else f"it is {self.words(place)}"

    def state(self, s: int) -> str:
        """A state by its name."""
        return f"state {self.graph.states.names[s]}"

    def who(self, i: int) -> str:
        """A decision maker's title."""
        return who(self.graph, i)

    def moves(self, moves: Sequence[Move]) -> str:
        """Moves in their order."""
        return ", then ".join(f"{self.who(move.by)}: {move_words(self.graph, move)}" for move in moves)


# One function a kind


def holds(bench: Bench, test: assertions.Holds) -> Outcome:
    """Whether all asked about would stay at every state of the place."""
    graph, at = bench.graph, bench.somewhere(test.at)
    left = {i: np.flatnonzero(at & ~bench.stable(test.concept, i)) for i in bench.dms(test.who)}
    leaving = next((i for i, states in left.items() if len(states)), None)
    if leaving is None:
        stays = joined(bench.who(i) for i in bench.dms(test.who)) if test.who else "everybody"
        number = int(at.sum())
        where = (
            bench.words(test.at)
            if number == 1
            else f"each of the {number:,} states of this kind, {bench.words(test.at)},"
        )
        told = f"at {where} {stays} would stay under {test.concept}"
        return Outcome(Verdict.HOLDS, lambda: told, tuple(map(int, np.flatnonzero(at)[:100])))
    s = int(left[leaving][0])
    escape = verdict(graph, test.concept, leaving, s).witness.escape
    assert escape is not None
    move = Move(leaving, s, escape)
    return Outcome(
        Verdict.FAILS,
        lambda: (
            f"at {bench.state(s)} {bench.who(leaving)} would leave under {test.concept}: it would rather "
            f"{move_words(graph, move)} ({bench.state(escape)})"
        ),
        (s,),
        (move,),
    )


def reach(bench: Bench, test: assertions.Reach) -> Outcome:
    """Whether each group (or none of them) gets into the goal by its own moves, from every (any) start."""
    graph, start, goal = bench.graph, bench.somewhere(test.start), bench.somewhere(test.goal)
    groups = [tuple(sorted({bench.dm(name) for name in group})) for group in test.by]
    how = "improvements" if test.improving else "moves"
    away = np.where(goal, 0, 1).astype(np.int32)
    for group in groups:
        able = graph.moves.worst(group, away, test.improving) == 0
        wrong = np.flatnonzero(start & (~able if test.can else able))
        if len(wrong):
            return _reach_told(bench, test, group, int(wrong[0]), Verdict.FAILS)
    names = joined((_group(bench, group) for group in groups), "or")
    if test.can:
        return _reach_told(bench, test, groups[0], int(np.flatnonzero(start)[0]), Verdict.HOLDS)
    told = f"no {how} of {names} lead from {bench.words(test.start)} to {bench.words(test.goal)}"
    return Outcome(Verdict.HOLDS, lambda: told, tuple(map(int, np.flatnonzero(start)[:1])))


def _group(bench: Bench, group: Sequence[int]) -> str:
    return joined(bench.who(i) for i in group) + (" together" if len(group) > 1 else " alone")


def _reach_told(bench: Bench, test: assertions.Reach, group: tuple[int, ...], s: int, says: Verdict) -> Outcome:
    """One group from one state: the way there, or that there is none."""
    goal, how = bench.place(test.goal), "improvements" if test.improving else "moves"
    name = _group(bench, group)
    if goal[s]:
        return Outcome(says, lambda: f"it is so already at {bench.state(s)}", (s,))
    path = bench.graph.path(group, s, goal, test.improving)
    if path is None:
        return Outcome(says, lambda: f"no {how} of {name} lead from {bench.state(s)} to {bench.words(test.goal)}", (s,))
    return Outcome(
        says,
        lambda: f"{name} can go by {how} from {bench.state(s)} to {bench.words(test.goal)}: {bench.moves(path)}",
        (s, path[-1].to),
        path,
    )


def answers(bench: Bench, test: assertions.Answer) -> Outcome:
    """Whether what one brings about is always answered by another in the way claimed.

    Where the answer is already true nothing is asked of it; one that has no improvement does not answer.
    """
    graph, by, other = bench.graph, bench.dm(test.by), bench.dm(test.who)
    makes, wanted = bench.somewhere(test.makes), bench.place(test.answer)
    before = bench.within(test.within) & ~makes
    made = graph.moves.step(by, before, test.improving) & makes & ~wanted
    if not made.any():
        kind = "improvement" if test.improving else "move"
        raise Untestable(f"no {kind} of {bench.who(by)} leads to {bench.words(test.makes)} without the answer")
    start, end = _improvements(graph, other, test.best)
    here = made[start]
    start, end = start[here], end[here]
    does = np.zeros(len(made), np.bool_)
    does[start] = True
    otherwise = np.flatnonzero(~wanted[end])
    kind = "best improvement" if test.best else "improvement"
    silent_at = np.flatnonzero(made & ~does)
    if not len(otherwise) and not len(silent_at):
        first = Move(other, int(start[0]), int(end[0]))
        return Outcome(
            Verdict.HOLDS,
            lambda: (
                f"in {_every(int(made.sum()))} that {bench.who(by)} can so bring about, every {kind} of "
                f"{bench.who(other)} leads to {bench.words(test.answer)}; at {bench.state(first.start)} it could "
                f"{move_words(graph, first)}"
            ),
            (first.start,),
            (first,),
        )
    t = int(silent_at[0]) if len(silent_at) else int(start[otherwise[0]])
    origins = graph.moves.origins(by, t)
    if test.improving:
        origins = origins[graph.ranks[by][origins] < graph.ranks[by][t]]
    s = int(origins[before[origins]][0])
    first = Move(by, s, t)
    wrong = len(silent_at) + len(np.unique(start[otherwise]))
    share = f"{wrong:,} of {_count(int(made.sum()), 'state')}"
    if len(silent_at):
        return Outcome(
            Verdict.FAILS,
            lambda: (
                f"{bench.who(by)} could {move_words(graph, first)} ({bench.state(s)} to {graph.states.names[t]}), and "
                f"{bench.who(other)} would have no improvement there (it is otherwise in {share})"
            ),
            (s, t),
            (first,),
        )
    second = Move(other, t, int(end[otherwise[0]]))
    return Outcome(
        Verdict.FAILS,
        lambda: (
            f"{bench.who(by)} could {move_words(graph, first)} ({bench.state(s)} to {graph.states.names[t]}), and "
            f"{bench.who(other)} could then {move_words(graph, second)} (it is otherwise in {share})"
        ),
        (s, t, second.to),
        (first, second),
    )


def _improvements(graph: Graph, i: int, best: bool) -> tuple[Indices, Indices]:
    start, end = graph.moves.improvements(i)
    if best:
        top = graph.ranks[i][end] == graph.best(i)[start]
        start, end = start[top], end[top]
    return start, end


def only_if(bench: Bench, test: assertions.OnlyIf) -> Outcome:
    """Whether improvements that bring something about are there only where a condition is true."""
    graph, i = bench.graph, bench.dm(test.who)
    makes, condition = bench.somewhere(test.makes), bench.place(test.condition)
    start, end = graph.moves.improvements(i)
    into = bench.within(test.within)[start] & ~makes[start] & makes[end]
    start, end = start[into], end[into]
    wrong = np.flatnonzero(~condition[start])
    if len(wrong):
        move = Move(i, int(start[wrong[0]]), int(end[wrong[0]]))
        states = len(np.unique(start[wrong]))
        return Outcome(
            Verdict.FAILS,
            lambda: (
                f"at {bench.state(move.start)} {bench.who(i)} would rather {move_words(graph, move)}, and it is not so "
                f"that {bench.condition(test.condition)} (likewise in {_count(states, 'state')})"
            ),
            (move.start, move.to),
            (move,),
        )
    number = len(np.unique(start))
    if not number:
        return Outcome(
            Verdict.HOLDS, lambda: f"{bench.who(i)} has no improvement at all that leads to {bench.words(test.makes)}"
        )
    first = Move(i, int(start[0]), int(end[0]))
    return Outcome(
        Verdict.HOLDS,
        lambda: (
            f"in {_every(number)} in which an improvement of {bench.who(i)} leads to {bench.words(test.makes)}, "
            f"this is so: {bench.condition(test.condition)}"
        ),
        (first.start, first.to),
        (first,),
    )


def compare(bench: Bench, test: assertions.Compare) -> Outcome:
    """Whether two lean the same way over each formula, or how far their rankings go together."""
    one, other = (bench.dm(name) for name in test.who)
    ranks = bench.graph.ranks
    if not test.over:
        found = correlation(ranks[one], ranks[other])
        if found is None:
            raise Untestable("one of them is indifferent between all states")
        surplus, pairs = found
        asked = Fraction(test.correlation)
        above = surplus * abs(surplus) - asked * abs(asked) * pairs  # tau and the number asked for, squared, with signs
        told = f"their rankings of the {ranks.shape[1]:,} states have a correlation of "
        told += f"{surplus / math.sqrt(pairs):+.2f} (Kendall's tau-b)"
        return Outcome(_says(above > 0 if test.agree else above < 0), lambda: told)
    parts, right = [], True
    for formula in test.over:
        where = bench.graph.meaning.where(formula)
        if where.all() or not where.any():
            raise Untestable(f"this is true everywhere or nowhere: {bench.clause(formula)}")
        shares = [leaning(ranks[i], where) for i in (one, other)]
        same = (shares[0] - 0.5) * (shares[1] - 0.5)
        right &= same > 0 if test.agree else same < 0
        parts.append((formula, shares))
    return Outcome(
        _says(right),
        lambda: "; ".join(
            f"over “{bench.clause(formula)}”: {bench.who(one)} prefers states where it is so in {a:.0%} of the pairs "
            f"with one where it is not, {bench.who(other)} in {b:.0%}"
            for formula, (a, b) in parts
        ),
    )


def accident(bench: Bench, test: assertions.Accident) -> Outcome:
    """Whether a play in which somebody misreads the others, or slips, leads there; ``strict``: and is an accident."""
    goals, start = bench.somewhere(test.to), bench.status_quo
    if goals[start]:
        return Outcome(Verdict.FAILS, lambda: "it is so already at the status quo", (start,))

    def wanted(play: Play) -> bool:
        unplanned = any(step.surprise or step.slip for step in play.steps)
        return unplanned and (play.accident or not test.strict)

    actors = bench.actors(test.acting)
    found = plays(actors, start, goals, test.slips if actors.tremble else 0, wanted=wanted)
    play = next(filter(wanted, found.found), None)
    if play is None:
        if found.cut:
            raise Untestable("there are too many plays to go through")
        if test.slips and not actors.tremble:  # without a slip none is wanted; with one there is none to look for
            raise NotDefined(TREMBLING)
        how = f"with at most {_count(test.slips, 'slip')}" if test.slips else "without a slip"
        return Outcome(
            Verdict.FAILS, lambda: f"no play of misread moves {how} leads to {bench.words(test.to)}", (start,)
        )
    moves = tuple(Move(step.by, step.start, step.to) for step in play.steps)
    slips = f", with {_count(play.slips, 'slip')}," if play.slips else ""
    surprised = list(dict.fromkeys(step.by for step in play.steps if step.surprise))
    return Outcome(
        Verdict.HOLDS,
        lambda: (
            f"a play of {_count(len(moves), 'move')}{slips} leads to {bench.state(moves[-1].to)}: {bench.moves(moves)}"
            + (f"; it surprises {joined(bench.who(i) for i in surprised)}" if surprised else "")
        ),
        (start, moves[-1].to),
        moves,
    )


def _every(number: int) -> str:
    return "the one state" if number == 1 else f"all {number:,} states"


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def drawn(bench: Bench, test: assertions.Drawn) -> Outcome:
    """Whether each observed move was for its mover what is claimed."""
    graph, asked = bench.graph, bench.dms(test.who)
    if graph.states.option_form and not is_placed(graph.conflict):
        raise Untestable("the conflict has no status quo, where what was observed would begin")
    observed = [one for one in bench.replayed if one.by in asked]
    if not observed:
        raise Untestable("no moves were observed")
    wrong = next((one for one in observed if not _was(graph, one, test)), None)
    if wrong is None:
        return Outcome(
            Verdict.HOLDS,
            lambda: f"each of {_count(len(observed), 'observed move')} was {_WAS[test.was].format(test.concept)}",
            tuple(one.to for one in observed if one.to is not None),
        )
    told = wrong

    def sentence() -> str:
        event = graph.conflict.history[told.event]
        name = f"“{event.title}”" if event.title else f"the move of {bench.who(told.by)}"
        if told.together:
            name += f", for {bench.who(told.by)}," if event.title else f" with {joined(map(bench.who, told.together))}"
        how = "possible in the model" if not told.possible else _WAS[test.was].format(test.concept)
        return f"{name} was not {how}"

    states = tuple(s for s in (wrong.start, wrong.to) if s is not None)
    return Outcome(Verdict.FAILS, sentence, states)


_WAS = {
    "improvement": "an improvement for its mover",
    "best": "the best that its mover had",
    "deterred": "an improvement that others deterred under {}",
    "undeterred": "an improvement that nobody deterred under {}",
}


def _was(graph: Graph, one: Replayed, test: assertions.Drawn) -> bool:
    if not one.possible or not one.improvement or one.start is None or one.to is None:
        return False
    if test.was in ("improvement", "best"):
        return test.was == "improvement" or bool(one.best)
    deterred = sanction(graph, test.concept, one.by, one.start, one.to) is not None
    return deterred == (test.was == "deterred")


def trend(bench: Bench, test: assertions.Trend) -> Outcome:
    """Whether two drew closer (or apart), by event data: the interval of the difference excludes no change."""
    names = joined(bench.who(bench.dm(name)) for name in test.between)
    if bench.measured is None:
        raise Untestable(f"it needs events between {names} from {test.start} to {test.end}, and the conflict has none")
    found = bench.measured.difference(test.between, test.start, test.end)
    if isinstance(found, str):
        raise Untestable(found)
    if isinstance(found, Withheld):
        raise Untestable(found.sentence)
    shown = found.low > 0 if test.rises else found.high < 0
    told = (
        f"relative to a panel of {len(bench.measured.panel.actors)} actors the affinity of {names} changed by "
        f"{found.value:+.2f} [{found.low:+.2f}, {found.high:+.2f}] from {test.start} to {test.end}"
    )
    return Outcome(_says(shown), lambda: told)


TESTS: Mapping[type, Callable[[Bench, Any], Outcome]] = {
    assertions.Holds: holds,
    assertions.Reach: reach,
    assertions.Answer: answers,
    assertions.OnlyIf: only_if,
    assertions.Compare: compare,
    assertions.Accident: accident,
    assertions.Drawn: drawn,
    assertions.Trend: trend,
}


def outcome(bench: Bench, test: Test) -> Outcome:
    """What comes of a test."""
    if isinstance(test, assertions.Combined):
        return _combined(test.word, [outcome(bench, part) for part in test.parts])
    try:
        return TESTS[type(test)](bench, test)
    except (Untestable, NotDefined, TooLarge) as error:
        reason = str(error)
        return Outcome(Verdict.UNTESTABLE, lambda: reason)


def _combined(word: str, parts: Sequence[Outcome]) -> Outcome:
    verdicts = [part.verdict for part in parts]
    if word == "not":
        turned = {Verdict.HOLDS: Verdict.FAILS, Verdict.FAILS: Verdict.HOLDS}
        return replace(parts[0], verdict=turned.get(verdicts[0], verdicts[0]))
    decisive = Verdict.FAILS if word == "all" else Verdict.HOLDS
    found = next((v for v in (decisive, Verdict.UNTESTABLE) if v in verdicts), None)
    found = found or (Verdict.HOLDS if word == "all" else Verdict.FAILS)
    shown = [part for part in parts if part.verdict is found]
    return Outcome(
        found,
        lambda: "; ".join(part.sentence() for part in shown),
        tuple(s for part in shown for s in part.states),
        tuple(move for part in shown for move in part.moves),
    )

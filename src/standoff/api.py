"""The package as it is used from Python and in notebooks: solve a conflict, and ask the solution everything else.

A result tells names, never numbers inside: it prints as text, shows itself in a notebook, gives its main table as rows
or as a data frame, and the document that the command prints with ``--json``.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from standoff.analysis.stability import Analysis
from standoff.concepts import ACTING, NASH
from standoff.conflict.formula import Truth
from standoff.conflict.model import Conflict, StateName
from standoff.errors import StandoffError
from standoff.inquiries.asking import DRAWS, Changing, Names, Question, Subject, Weighing, listed
from standoff.inquiries.comparing import Comparing, DiffQuestion, PanelQuestion, open_subject
from standoff.inquiries.moving import (
    CoalitionsQuestion,
    DealsQuestion,
    FlipsQuestion,
    InvertQuestion,
    PathsQuestion,
)
from standoff.inquiries.relations import RelationsQuestion
from standoff.inquiries.report import ReportOptions, find_all
from standoff.inquiries.standing import BriefQuestion, CheckQuestion, ExplainQuestion, SolveQuestion, StatesQuestion
from standoff.inquiries.trust import ClaimsQuestion, MisreadQuestion, StressQuestion
from standoff.progress import Watch, until
from standoff.results import Answer, Changes, Difference, Picture, Report

Model = Conflict | str | os.PathLike[str]


def _within(seconds: float | None) -> Watch:
    """Nobody looks on; it is enough after so many seconds, if any are given."""
    if seconds is not None and not seconds > 0:
        raise StandoffError(f"seconds {seconds!r}: expected a number greater than 0")
    return Watch() if seconds is None else Watch(enough=until(seconds))


class Solution(Answer):
    """Who would stay where, and which states are equilibria; and whatever else one may ask of the conflict.

    ``analysis`` has the same in numbers. ``folder`` is where the conflict's file is, and with it tables that it names.
    """

    def __init__(self, subject: Subject, question: SolveQuestion) -> None:
        found = question.answer(subject, Watch())
        self.analysis: Analysis = found.analysis
        self._asked = found.asked
        super().__init__(question, Subject(self.analysis.graph.meaning, subject.file, self.analysis), found)

    def __repr__(self) -> str:
        found = ", ".join(f"{name} {len(self.equilibria(name)):,}" for name in self.concepts)
        number = len(self.analysis.graph.states if self._asked is None else self._asked.states)
        return f"<Solution of {self.conflict.title!r}: {number:,} states; equilibria: {found}>"

    @property
    def folder(self) -> Path | None:
        """Where the conflict's file is; None where it has none."""
        return self.subject.folder

    @property
    def conflict(self) -> Conflict:
        """The conflict that was asked about."""
        return self.analysis.graph.conflict

    @property
    def concepts(self) -> list[str]:
        """The concepts of stability that were looked at."""
        return list(self.analysis.stable)

    @property
    def left_out(self) -> Mapping[str, str]:
        """Concepts that the conflict does not allow, each with the reason."""
        return self.analysis.left_out

    def equilibria(self, concept: str) -> list[StateName]:
        """The states, of those asked for, at which everybody would stay, by their names. Raises UnknownName."""
        everybody = self.analysis.stable[self._known(concept)].all(axis=0)
        return self._named(np.asarray(everybody))

    def stable(self, concept: str, who: str) -> list[StateName]:
        """The states, of those asked for, at which a decision maker would stay, by their names. Raises UnknownName."""
        return self._named(self.analysis.stable[self._known(concept)][self.analysis.graph.dm(who)])

    def _named(self, mask: Truth) -> list[StateName]:
        within = mask if self._asked is None else mask & self._asked.truth
        return [self.analysis.graph.states.names[int(s)] for s in within.nonzero()[0]]

    def _known(self, concept: str) -> str:
        from standoff.concepts import concept as looked_up
        from standoff.errors import UnknownName, unknown

        name = looked_up(concept).name
        if name not in self.analysis.stable:
            raise UnknownName(self.left_out.get(name) or unknown("concept", name, self.concepts))
        return name

    # Other questions

    def ask(self, question: Question, seconds: float | None = None) -> Answer:
        """Put a question of ``standoff.inquiries`` to the conflict; after so many seconds it stops with what it has."""
        found = question.answer(self.subject, _within(seconds))
        return (Changes if isinstance(question, Changing) else Answer)(question, self.subject, found)

    def brief(self, seconds: float | None = None) -> Answer:
        """The first page: does it last, what would move it, where does it go then, how sure is that."""
        return self.ask(BriefQuestion(), seconds)

    def states(self, where: str | None = None) -> Answer:
        """The feasible states, or those where a formula is true."""
        return self.ask(StatesQuestion(where))

    def explain(
        self, state: StateName | None = None, who: str | None = None, where: str | None = None, most: int = 3
    ) -> Answer:
        """Why decision makers would stay at a state or leave it: its name, its vector, ``status_quo`` or a formula.

        ``where``: in its place a formula; at most so many of the states where it is true are explained: the status
        quo, then those at which all stay most firmly.
        """
        return self.ask(ExplainQuestion(state, who, where, most, tuple(self.concepts)))

    def check(self, sources: str | os.PathLike[str] | None = None, lint: bool = False) -> Answer:
        """Whether the quotes are found in the sources' documents (default: beside the conflict's file).

        ``lint``: what is probably a slip of the model is told in its text; ``found.lint`` and the document always have
        it.
        """
        return self.ask(CheckQuestion(None if sources is None else Path(sources), lint))

    def paths(
        self,
        start: StateName = "status_quo",
        to: StateName | None = None,
        by: Names = None,
        weights: Weighing = None,
        choice: str = "uniform",
    ) -> Answer:
        """How it could go on from a state: what improvements reach, by which ways, where it would end.

        ``to``: a state or a formula to get to. ``by``: only these move. ``weights``: who is how likely to move next.
        ``choice``: which improvement is taken: ``uniform``, ``best`` or ``credible``.
        """
        return self.ask(PathsQuestion(start, to, by, weights, choice))

    def coalitions(
        self,
        groups: Sequence[str | Sequence[str]] = (),
        states: Sequence[StateName] = (),
        seconds: float | None = None,
    ) -> Answer:
        """Which groups would leave these states together, and how alike each two decision makers want things there."""
        return self.ask(CoalitionsQuestion(groups, states), seconds)

    def deals(
        self,
        start: StateName = "status_quo",
        groups: Sequence[str | Sequence[str]] = (),
        where: str | None = None,
        seconds: float | None = None,
    ) -> Answer:
        """Which groups could agree on what, whether that would last, and who would have to trust whom.

        ``where``: a formula; only deals that lead to states where it is true.
        """
        return self.ask(DealsQuestion(start, groups, where), seconds)

    def invert(
        self,
        state: StateName,
        concept: str = NASH.name,
        who: str | None = None,
        each: bool = False,
        seconds: float | None = None,
    ) -> Changes:
        """What it would take to make a state stable: conditions, and the smallest change of preferences.

        ``state``: also a formula; then that state where it is true which takes least (``each``: all are worked out).
        """
        return self._change(InvertQuestion(state, concept, who, each), seconds)

    def flips(self, concepts: Names = (), pairs: int = 2000, seconds: float | None = None) -> Changes:
        """Which single judgements carry the answer: every smallest change of one, and what it changes."""
        return self._change(FlipsQuestion(concepts, pairs), seconds)

    def stress(
        self,
        draws: int = DRAWS,
        seed: int = 0,
        concepts: Names = (),
        likely: float = 0.2,
        doubtful: float = 0.5,
        presence: float = 0.5,
        workers: int | None = None,
        resume: str | os.PathLike[str] | None = None,
        seconds: float | None = None,
    ) -> Answer:
        """How robust the answer is when uncertain judgements are drawn again and again."""
        kept = None if resume is None else Path(resume)
        return self.ask(StressQuestion(draws, seed, concepts, likely, doubtful, presence, workers, kept), seconds)

    def misread(
        self,
        to: StateName | None = None,
        concepts: Names = (),
        acting: str = ACTING.name,
        slip: float | None = None,
        slips: int = 1,
        within: int = 10,
        weights: Weighing = None,
        seconds: float | None = None,
    ) -> Changes:
        """Who misreads whom, and which plays of misreading and slips lead to a state or a formula."""
        return self._change(MisreadQuestion(to, concepts, acting, slip, slips, within, weights), seconds)

    def claims(
        self,
        draws: int = DRAWS,
        seed: int = 0,
        flips: bool = True,
        explain: str | None = None,
        likely: float = 0.2,
        doubtful: float = 0.5,
        presence: float = 0.5,
        seconds: float | None = None,
    ) -> Answer:
        """The claims of the conflict put to the test, each with what to know first and on what its verdict hangs."""
        return self.ask(ClaimsQuestion(draws, seed, flips, explain, likely, doubtful, presence), seconds)

    def relations(
        self,
        dyad: Names = None,
        before: str | None = None,
        after: str | None = None,
        blocs: bool = False,
        reference: str | None = None,
        evaluate: bool = False,
        dispersion: float | None = None,
        seed: int = 0,
    ) -> Answer:
        """Who is with whom, measured from the event data that the conflict's file names."""
        return self.ask(RelationsQuestion(dyad, before, after, blocs, reference, evaluate, dispersion, seed))

    def diff(self, other: Model, seconds: float | None = None) -> Answer:
        """What differs in another model of the conflict, which verdicts with it, and which of the changes did that."""
        return self.ask(DiffQuestion(other), seconds)

    def panel(self, others: Sequence[Model], seconds: float | None = None) -> Answer:
        """Where other models of the conflict differ, what all agree on, and which difference changes most verdicts."""
        return self.ask(PanelQuestion(others), seconds)

    def report(
        self,
        draws: int = DRAWS,
        seed: int = 0,
        parts: Names = None,
        to: StateName | Collection[StateName] | None = None,
        seconds: float | None = None,
        brief: bool = False,
        slip: float | None = None,
        sources: str | os.PathLike[str] | None = None,
    ) -> Report:
        """Everything about the conflict; ``brief``: the first page, a picture, and the judgements that it hangs on.

        ``parts``: only these analyses; ``to``: where misreading is followed to. ``slip``: how probably a move slips
        (None: only where the file says that it can). ``sources``: the folder with the documents of the sources, to show
        quotes in their sentences (default: that of the conflict's file).
        """
        goals = None if to is None else (str(to),) if isinstance(to, (str, int)) else tuple(map(str, to))
        folder = None if sources is None else Path(sources)
        only = None if parts is None else tuple(listed(parts))
        asked = ReportOptions(draws, seed, only, goals, short=brief, slip=slip, sources=folder)
        found = find_all(self.subject, asked, _within(seconds))
        return Report(found, lambda: find_all(self.subject, replace(asked, whole=False)))

    def draw(self, figure: str = "conflict", draws: int = DRAWS, seed: int = 0) -> Picture:
        """A picture: ``conflict``, ``ladder``, ``answers``, ``robustness``, ``series`` or ``network``.

        Raises UnknownName.
        """
        from standoff.report.pictures import analysis_needed, draw

        needs = analysis_needed(figure)
        svg = draw(find_all(self.subject, ReportOptions(draws, seed, (needs,) if needs else (), whole=False)), figure)
        if svg is None:
            raise StandoffError(f"{figure}: there is nothing to draw of this conflict")
        return Picture(figure, svg)

    def difference(self, other: Solution) -> Difference:
        """What differs in another solution: equilibria gained and lost, the status quo, and who would stay where."""
        return Difference(self.analysis, other.analysis)

    def _change(self, question: Changing, seconds: float | None = None) -> Changes:
        answer = self.ask(question, seconds)
        assert isinstance(answer, Changes)
        return answer


# Where it begins


def solve(
    model: Model,
    concepts: Names = None,
    may_return: bool = True,
    by_concept: bool = False,
    where: str | None = None,
) -> Solution:
    """Who would stay where, under each concept (default: all that the conflict allows).

    ``model``: a conflict, a path, or the name of a case. ``may_return``: whether an answer that brings one back to the
    very state one left counts as deterring; it can matter only in graph form and with merged states. ``by_concept``:
    as text it tells under which concepts each would stay, and not by the ladder. ``where``: a formula; it tells only of
    states where that is true (other questions that are put to the solution are put to all). Raises InvalidConflict,
    UnknownName, FormulaError, UnreadableFile, NotDefined.
    """
    return Solution(open_subject(model), SolveQuestion(tuple(listed(concepts)), may_return, by_concept, where))


def diff(one: Model, other: Model, seconds: float | None = None) -> Answer:
    """What differs between two models of a conflict, which verdicts with it, and which of the changes did that.

    Models are given as for ``solve``. After so many seconds it stops with what it has.
    """
    return _compared(DiffQuestion(other), one, seconds)


def panel(models: Sequence[Model], seconds: float | None = None) -> Answer:
    """Where several models of one conflict differ, what all agree on, and which difference changes most verdicts."""
    if len(models) < 2:
        raise StandoffError("a panel has two models or more")
    return _compared(PanelQuestion(tuple(models[1:])), models[0], seconds)


def _compared(question: Comparing, first: Model, seconds: float | None) -> Answer:
    subject = question.opening(lambda: open_subject(first))
    return Answer(question, subject, question.answer(subject, _within(seconds)))

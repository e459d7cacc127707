"""How sure it is, what could go wrong by mistake, and what a text claims."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from os import cpu_count
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from standoff.concepts import ACTING, one_after_another
from standoff.errors import UnknownName
from standoff.inquiries.asking import (
    DRAWS,
    Changing,
    Names,
    Question,
    Subject,
    Weighing,
    WrongOption,
    concepts_option,
    draws_option,
    option,
    seed_option,
)
from standoff.progress import Watch

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from standoff.analysis.claim_robustness import Examination
    from standoff.analysis.misreading import Misreadings
    from standoff.analysis.plays import Play
    from standoff.analysis.uncertainty import Interval, Robustness
    from standoff.conflict.model import Conflict, StateName
    from standoff.inquiries.report import ReportOptions
    from standoff.report.blocks import Section


# How sure it is

WORTH_A_PROCESS = 10**7  # ranks of states in all draws


def likely_option() -> Any:
    """How far likely judgements stray."""
    return option(0.2, "How far likely judgements stray, 0 to 1.", float, at_least=0, at_most=1)


def doubtful_option() -> Any:
    """How far doubtful ones do."""
    return option(0.5, "How far doubtful judgements stray, 0 to 1.", float, at_least=0, at_most=1)


def presence_option() -> Any:
    """How probably doubtful ones are held."""
    return option(0.5, "Probability that a doubtful statement or weight is held.", float, at_least=0, at_most=1)


@dataclass(frozen=True)
class StressQuestion(Question):
    """Show how robust the answer is to uncertain judgements.

    Judgements that are marked likely or doubtful are drawn again and again; each verdict has its share of the draws.
    """

    name = "stress"
    group = "How sure"
    examples = ("standoff stress syria-2015", "standoff stress syria-2015 --draws 5000 --concept SEQ --time 60")
    main = "equilibria"
    steps = "draws"
    stops = True
    most_states = 70_000
    draws: int = draws_option(1, 10**7)
    seed: int = seed_option()
    concepts: Names = concepts_option()
    likely: float = likely_option()
    doubtful: float = doubtful_option()
    presence: float = presence_option()
    workers: int | None = option(
        None,
        "Processes (default: as many as there are processors; in Python this one alone).",
        int,
        at_least=1,
        shell=cpu_count,
    )
    resume: Path | str | None = option(None, "A file that keeps finished draws, to go on from.", Path)

    def answer(self, subject: Subject, watch: Watch) -> Robustness:
        from standoff.analysis.draws import fewer
        from standoff.analysis.straying import Dispersion
        from standoff.analysis.uncertainty import CHUNK, stress

        concepts = subject.concepts(self.concepts)
        spread = Dispersion(self.likely, self.doubtful, self.presence)
        errors = subject.errors(concepts, watch)
        work = self.draws * subject.graph.ranks.size  # where it is little, to begin processes takes longer
        with _pool(min(self.workers or 1, -(-self.draws // CHUNK), max(1, work // WORTH_A_PROCESS))) as executor:
            found = stress(
                subject.graph,
                self.draws,
                self.seed,
                concepts,
                spread,
                executor=executor,
                resume=None if self.resume is None else Path(self.resume),
                progress=watch.progress,
                enough=watch.enough,
            )
        milder: Mapping[str, Interval] = {}
        if found.uncertain.drawn and found.status_quo and not watch.enough():
            milder = stress(
                subject.graph, fewer(self.draws), self.seed, concepts, spread.milder, enough=watch.enough
            ).status_quo
        return replace(found, milder=milder, errors=errors)

    def document(self, found: Robustness) -> Mapping[str, Any]:
        from standoff.documents import stress

        return stress.document(found)

    def section(self, subject: Subject, found: Robustness, everything: bool = False) -> Section:
        from standoff.report.stress import stress_section

        ties = self.ties(subject, found, everything)
        return ties.alone(stress_section(ties, found))

    @classmethod
    def of_report(cls, subject: Subject, asked: ReportOptions) -> Sequence[Question]:
        from standoff.analysis.draws import uncertain_judgements

        return (
            [cls(asked.draws, asked.seed, likely=asked.likely, doubtful=asked.doubtful, presence=asked.presence)]
            if asked.draws and uncertain_judgements(subject.conflict).drawn
            else ()
        )


@contextmanager
def _pool(processes: int) -> Iterator[Executor | None]:
    import os
    from concurrent.futures import ProcessPoolExecutor

    from standoff.analysis.uncertainty import end_with

    if processes == 1:
        yield None
        return
    with ProcessPoolExecutor(processes, initializer=end_with, initargs=(os.getpid(),)) as executor:
        yield executor


# What could go wrong by mistake


@dataclass(frozen=True)
class MisreadQuestion(Changing):
    """Show who misreads whom, and which accidents could follow.

    Which surprises and accidents misreading and slips lead to, and what would prevent them.
    """

    name = "misread"
    group = "What would move it"
    examples = ("standoff misread cuba-1962 --to war", "standoff misread cuba-1962 --to war --save 1 corrected.yaml")
    main = "plays"
    several = True
    steps = "corrections"
    stops = True
    most_states = 70_000
    saves = "Write the conflict with play N's correction to a file."
    corrects = True
    tries_corrections: ClassVar[bool] = True
    to: StateName | None = option(
        None, "A state, or a formula, that plays are to reach.", metavar="GOAL", names="states"
    )
    concepts: Names = concepts_option()
    acting: str = option(
        ACTING.name,
        f"The concept by which each acts, one of {', '.join(one_after_another())}.",
        metavar="C",
        names=tuple(one_after_another()),
    )
    slip: float | None = option(
        None,
        "Probability that a move slips to a neighbouring level, 0 to 1 (default: only where the file says so).",
        float,
        at_least=0,
        below=1,
        what="a probability",
    )
    slips: int = option(1, "Most slips per play.", int, at_least=0, at_most=3)
    within: int = option(10, "Most moves per play.", int, at_least=0, at_most=10**6)
    weights: Weighing = option(
        None, "Relative chances of moving next (default: equal).", metavar="DM=W,...", names="weights"
    )

    def answer(self, subject: Subject, watch: Watch) -> Misreadings:
        from standoff.analysis.misreading import MisreadOptions, follow

        graph = subject.graph
        options = MisreadOptions(
            None if self.to is None else graph.meaning.place(str(self.to)),
            "" if self.to is None else str(self.to),
            self.acting,
            self.slip,
            self.within,
            0 if self.slip == 0 else self.slips,
            subject.weights(self.weights),
        )
        concepts = subject.concepts(self.concepts)
        return follow(graph, options, concepts, watch.progress, watch.enough, self.tries_corrections)

    def document(self, found: Misreadings) -> Mapping[str, Any]:
        from standoff.documents import misread

        return misread.document(found)

    def section(self, subject: Subject, found: Misreadings, everything: bool = False) -> Section:
        from standoff.report.misread import misread_section

        ties = self.ties(subject, found, everything)
        return ties.alone(misread_section(ties, [found]))

    def changed(self, found: Misreadings, number: int) -> Conflict:
        from standoff.conflict.edits import apply

        plays: Sequence[Play] = found.plays.found if found.plays else ()
        if not 1 <= number <= len(plays):
            raise WrongOption("save", f": {number} is not the number of a play, 1 to {len(plays)}")
        if not plays[number - 1].corrections:
            raise WrongOption("save", f": no single correction of a view prevents play {number}")
        return apply(found.graph.conflict, plays[number - 1].corrections[0])

    @classmethod
    def of_report(cls, subject: Subject, asked: ReportOptions) -> Sequence[Question]:
        goals = asked.to if asked.to is not None else _feared(subject.conflict)
        slip = asked.slip
        ask = _Glance if asked.short else cls
        return [ask(goal, slip=slip) for goal in goals] or ([ask(slip=slip)] if subject.conflict.views else [])


class _Glance(MisreadQuestion):
    """As much of it as a first page tells."""

    tries_corrections = False


def _feared(conflict: Conflict) -> list[str]:
    """What claims of accidents name."""
    from standoff.conflict.claim_tests import Accident, simple

    tests = (one for claim in conflict.claims for one in simple(claim.test))
    places = (test.to.formula for test in tests if isinstance(test, Accident))
    return list(dict.fromkeys(str(formula) for formula in places if formula is not None))


# What a text says


@dataclass(frozen=True)
class ClaimsQuestion(Question):
    """Test what a text claims: what holds, how surely, and on what.

    Where it takes long, verdicts are told on standard error as they come.
    """

    name = "claims"
    group = "How sure"
    examples = ("standoff claims elmira", "standoff claims elmira --explain deadlock")
    main = "claims"
    steps = "tests of claims"
    stops = True
    most_states = 70_000
    draws: int = draws_option(0)
    seed: int = seed_option()
    flips: bool = option(True, "Do not look for the judgements that flip a verdict.", bool, flag="--no-flips")
    explain: str | None = option(None, "Tell the whole chain of one claim.", metavar="CLAIM", names="claims")
    likely: float = likely_option()
    doubtful: float = doubtful_option()
    presence: float = presence_option()

    def answer(self, subject: Subject, watch: Watch) -> Examination:
        from standoff.analysis.claim_robustness import examination
        from standoff.analysis.straying import Dispersion
        from standoff.errors import unknown

        graph = subject.graph
        made = graph.conflict.claims
        if self.explain is not None:
            made = tuple(claim for claim in made if claim.id == self.explain)
            if not made:
                raise UnknownName(unknown("claim", self.explain, [claim.id for claim in graph.conflict.claims]))
        return examination(
            graph,
            made,
            self.draws,
            self.seed,
            self.flips,
            Dispersion(self.likely, self.doubtful, self.presence),
            watch.progress,
            subject.measured,
            marks=True,
            enough=watch.enough,
            told=lambda claim, verdict: watch.tell(f"{claim.id}: {verdict.value}"),
        )

    def document(self, found: Examination) -> Mapping[str, Any]:
        from standoff.documents import claims

        return claims.document(found)

    def section(self, subject: Subject, found: Examination, everything: bool = False) -> Section:
        from standoff.report import claims
        from standoff.report.blocks import Paragraph

        ties = self.ties(subject, found, everything)
        if self.explain is not None and found.claims:
            return claims.explained(ties, found, found.claims[0])
        told = ties.alone(claims.claims(ties, found))
        more = Paragraph(("--explain CLAIM tells the whole chain of one claim.",), "aside")
        return replace(told, blocks=(*told.blocks, more)) if found.claims else told

    def kept(self, found: Examination) -> dict[str, Any]:
        return {"claims": found}

    @classmethod
    def of_report(cls, subject: Subject, asked: ReportOptions) -> Sequence[Question]:
        draws = min(asked.draws, DRAWS)  # each draw tests all claims, which takes longer than judging stability
        return (
            [cls(draws=draws, seed=asked.seed, likely=asked.likely, doubtful=asked.doubtful, presence=asked.presence)]
            if subject.conflict.claims
            else ()
        )

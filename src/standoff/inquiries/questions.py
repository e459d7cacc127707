"""The questions that can be put to a conflict, one class each; what takes time to load is loaded when it is asked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from os import cpu_count
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, cast

from standoff.concepts import ACTING, CONCEPTS, NASH, SEQ, one_after_another
from standoff.errors import StandoffError, UnknownName
from standoff.inquiries.asking import REQUIRED, Changing, Question, Subject, Watch, WrongOption, listed, option

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from standoff.analysis.accident import Play
    from standoff.analysis.claim_robustness import Examination
    from standoff.analysis.coalition import CoalitionAnalysis
    from standoff.analysis.compare import Comparison
    from standoff.analysis.evolution import Choice
    from standoff.analysis.flips import Flips
    from standoff.analysis.inverse import Inversion
    from standoff.analysis.measured import Checked
    from standoff.analysis.misreading import Misreadings
    from standoff.analysis.paths import Paths
    from standoff.analysis.stability import Analysis
    from standoff.analysis.uncertainty import Robustness
    from standoff.conflict.evidence import Finding
    from standoff.conflict.model import Conflict, StateName
    from standoff.documents.rows import Value
    from standoff.inquiries.report import ReportOptions
    from standoff.report.blocks import Section
    from standoff.report.ties import Ties
    from standoff.wording.explain import Explained

Names = str | Sequence[str] | None  # one by one, or as a comma list
Weighing = str | Mapping[str, float] | None
MOST_IN_LATEX = 40  # states up to which a table for print has all of them
STATES = 100  # that are listed unless all are asked for


def _concepts() -> Any:
    text = f"{', '.join(CONCEPTS)}; may be repeated. Default: all that the conflict allows."
    return option((), text, flag="--concept", metavar="C,C...", several=True, names=CONCEPTS)


def _seed() -> Any:
    return option(0, "The same seed, the same draws.", int, at_least=0)


def _may_return() -> Any:
    text = "Being brought back to the very state one left does not count as an answer (graph form, merged states)."
    return option(True, text, bool, flag="--no-return")


# Who would stay where


@dataclass(frozen=True)
class StabilityAnswer:
    """Who would stay where, and what is published of it beside that."""

    analysis: Analysis
    comparisons: Sequence[Comparison]


@dataclass(frozen=True)
class SolveQuestion(Question):
    """Say who would stay where, and which states are equilibria.

    A .tex table has the equilibria only, unless --all; the others have all states.
    """

    name = "solve"
    table = "Write the states as a table: a .csv, .xlsx or .tex file (booktabs), or csv or tex for standard output."
    concepts: Names = _concepts()
    may_return: bool = _may_return()

    def answer(self, subject: Subject, watch: Watch) -> StabilityAnswer:
        from standoff.analysis.compare import compare

        analysis = subject.solved(listed(self.concepts), self.may_return)
        return StabilityAnswer(analysis, compare(analysis))

    def document(self, found: StabilityAnswer) -> Mapping[str, Any]:
        from standoff.documents.solve import solve_document

        return solve_document(found.analysis, found.comparisons)

    def section(self, ties: Ties, found: StabilityAnswer) -> Section:
        from standoff.report.solution import solution

        return solution(ties, found.comparisons)

    def rows(self, found: StabilityAnswer) -> list[dict[str, Value]]:
        from standoff.documents.rows import state_rows

        return state_rows(found.analysis)

    def printed(self, subject: Subject, found: StabilityAnswer, everything: bool) -> tuple[list[dict[str, Value]], str]:
        from standoff.documents.rows import PRINTED, printed_rows

        graph = found.analysis.graph
        which: Sequence[int] = range(len(graph.states))
        if not everything and len(which) > MOST_IN_LATEX:
            quo = graph.meaning.status_quo
            resting = {s for name in found.analysis.stable for s in found.analysis.equilibria(name)}
            which = sorted(resting if quo is None else resting | {quo})
        return printed_rows(found.analysis, which), f"{graph.conflict.title}. {PRINTED}"

    def analysis(self, subject: Subject, found: StabilityAnswer) -> Analysis:
        return found.analysis

    def fails(self, found: StabilityAnswer) -> bool:
        return not all(one.agrees for one in found.comparisons)


@dataclass(frozen=True)
class StatesQuestion(Question):
    """List the feasible states."""

    name = "states"
    main = "states"

    def answer(self, subject: Subject, watch: Watch) -> Analysis:
        from standoff.analysis.stability import Analysis

        return Analysis(subject.graph, {})

    def document(self, found: Analysis) -> Mapping[str, Any]:
        from standoff.documents.states import states_document

        return states_document(found.graph)

    def section(self, ties: Ties, found: Analysis) -> Section:
        from standoff.report.solution import states

        return states(ties, STATES)


@dataclass(frozen=True)
class Reasons:
    """Why decision makers would stay at a state or leave it."""

    analysis: Analysis
    s: int
    explained: Sequence[Explained]


@dataclass(frozen=True)
class ExplainQuestion(Question):
    """Say in sentences why decision makers would stay at STATE or leave it.

    STATE is a state's number or name, its vector (like NYN), or status_quo.
    """

    name = "explain"
    main = "explanations"
    cuts = False
    state: StateName = option(REQUIRED, "The state.", argument=True)
    who: str | None = option(None, "One decision maker (default: all).", metavar="DM")
    concepts: Names = _concepts()
    may_return: bool = _may_return()

    def answer(self, subject: Subject, watch: Watch) -> Reasons:
        from standoff.wording.explain import explain

        analysis = subject.solved(listed(self.concepts), self.may_return)
        graph = analysis.graph
        s = graph.meaning.state(str(self.state))
        return Reasons(analysis, s, explain(analysis, s, list(graph.dms) if self.who is None else [graph.dm(self.who)]))

    def document(self, found: Reasons) -> Mapping[str, Any]:
        from standoff.documents.explain import explain_document

        return explain_document(found.analysis, found.s, found.explained)

    def section(self, ties: Ties, found: Reasons) -> Section:
        from standoff.report.solution import explanation

        return explanation(ties, found.s, found.explained)

    def rows(self, found: Reasons) -> list[dict[str, Value]]:
        return [
            {"who": told["who"], "sentence": line["text"], "depth": line["depth"], "judgement": line["judgement"]}
            for told in self.document(found)["explanations"]
            for line in told["sentences"]
        ]

    def analysis(self, subject: Subject, found: Reasons) -> Analysis:
        return found.analysis


# What the file says


@dataclass(frozen=True)
class Checking:
    """What came of the quotes of a conflict, and of the measured relations that it cites."""

    conflict: Conflict
    quotes: Sequence[Finding]
    relations: Sequence[Checked]


@dataclass(frozen=True)
class CheckQuestion(Question):
    """Check a conflict file: it is valid, its quotes are found, unsourced judgements are counted."""

    name = "check"
    main = "quotes"
    steps = "quotes"
    sources: Path | str | None = option(
        None, "The folder with the documents of the sources (default: the conflict file's own).", Path
    )

    def answer(self, subject: Subject, watch: Watch) -> Checking:
        from standoff.analysis import measured
        from standoff.conflict import evidence
        from standoff.errors import UnreadableFile, render_path

        conflict = subject.conflict
        folder = None if self.sources is None else Path(self.sources)
        if folder is not None and not folder.is_dir():
            raise UnreadableFile(f"{folder}: not a directory")
        quotes = [(render_path(path), quote) for path, quote in conflict.quotes()]
        where = folder or subject.folder
        if where is None and quotes:
            raise StandoffError("the conflict has no file: name the folder with the documents of its sources")
        documents = evidence.read_documents(conflict.sources, where) if where is not None else {}
        sources = {source.name: source for source in conflict.sources}
        found = evidence.check_quotes(quotes, sources, documents, watch.progress)
        cites = any(one.evidence.relation is not None for one in conflict.judgements())
        return Checking(conflict, found, measured.check_measured(conflict, subject.measured) if cites else [])

    def document(self, found: Checking) -> Mapping[str, Any]:
        from standoff.documents.check import check_document

        return check_document(found.conflict, found.quotes, found.relations)

    def section(self, ties: Ties, found: Checking) -> Section:
        from standoff.documents.check import check_document
        from standoff.report.checking import check

        document = check_document(found.conflict, found.quotes, found.relations)
        return check(found.conflict.title, document, found.quotes, ties.everything)

    def fails(self, found: Checking) -> bool:
        from standoff.conflict.evidence import Status

        missing = any(one.status is Status.NOT_FOUND for one in found.quotes)
        return missing or not all(one.agrees for one in found.relations)


# What could happen


@dataclass(frozen=True)
class CoalitionsQuestion(Question):
    """Say which groups could do better together, and where allies part."""

    name = "coalitions"
    main = "partings"
    steps = "states and groups"
    stops = True
    most_states = 3_000
    groups: Sequence[str | Sequence[str]] = option(
        (), "A group (default: all); may be repeated.", flag="--group", metavar="DM,DM...", several=True
    )
    states: Sequence[StateName] = option(
        (),
        "A state to leave, and to part at (default: to leave Nash and SEQ equilibria and the status quo; to part at "
        "the status quo).",
        flag="--state",
        several=True,
    )

    def answer(self, subject: Subject, watch: Watch) -> CoalitionAnalysis:
        from standoff.analysis.coalition import CoalitionOptions, analyse_coalitions

        analysis = subject.solved([NASH.name, SEQ.name])
        states = [self.states] if isinstance(self.states, (str, int)) else self.states
        options = CoalitionOptions(
            tuple(analysis.graph.meaning.state(str(state)) for state in states) or None,
            tuple(subject.group(group) for group in self.groups) or None,
        )
        return analyse_coalitions(analysis, options, watch.progress, watch.enough)

    def document(self, found: CoalitionAnalysis) -> Mapping[str, Any]:
        from standoff.documents import coalitions

        return coalitions.document(found)

    def section(self, ties: Ties, found: CoalitionAnalysis) -> Section:
        from standoff.report.coalitions import coalitions

        return ties.alone(coalitions(ties, found))

    def fails(self, found: CoalitionAnalysis) -> bool:
        from standoff.analysis.compare import compare_coalitions

        return not all(one.agrees for one in compare_coalitions(found))

    @classmethod
    def of_report(cls, subject: Subject, _asked: ReportOptions) -> Sequence[Question]:
        graph = subject.graph
        together = graph.meaning.status_quo is not None and 1 < len(graph.dms) <= 8
        return [cls(states=("status_quo",))] if together else ()


@dataclass(frozen=True)
class PathsQuestion(Question):
    """Say how it could evolve: what can be reached, by which sequences, and where it would end."""

    name = "paths"
    main = "paths"
    start: StateName = option("status_quo", "The state to begin at.", flag="--from")
    to: str | None = option(None, "A state, or a formula, to get to.")
    by: Names = option(None, "Moves of these decision makers only (default: all).", metavar="DM,DM...")
    weights: Weighing = option(None, "Who is how likely to move next (default: equal).", metavar="DM=W,...")
    choice: str = option(
        "uniform",
        "Which improvement the mover takes: any, one of its best, or one that nothing deters under SEQ.",
        among=("uniform", "best", "credible"),
    )

    def answer(self, subject: Subject, watch: Watch) -> Paths:
        from standoff.analysis.paths import PathsOptions, explore

        analysis = subject.solved()
        meaning = analysis.graph.meaning
        options = PathsOptions(
            meaning.state(str(self.start)),
            None if self.to is None else meaning.place(self.to),
            self.to or "",
            None if self.by is None else subject.group(self.by),
            subject.weights(self.weights),
            cast("Choice", self.choice),
        )
        return explore(analysis, options)

    def document(self, found: Paths) -> Mapping[str, Any]:
        from standoff.documents import paths

        return paths.document(found)

    def section(self, ties: Ties, found: Paths) -> Section:
        from standoff.report.paths import paths

        return ties.alone(paths(ties, found))

    def analysis(self, subject: Subject, found: Paths) -> Analysis:
        return found.analysis

    @classmethod
    def of_report(cls, subject: Subject, _asked: ReportOptions) -> Sequence[Question]:
        return [cls()] if subject.graph.meaning.status_quo is not None else ()


# What would move it


@dataclass(frozen=True)
class InvertQuestion(Changing):
    """Say what it would take to make a state stable: conditions, and the smallest change of preferences."""

    name = "invert"
    main = "changes"
    numbered = False
    saves = "Write the conflict with the changes put in to this file."
    state: StateName = option(REQUIRED, "The state that is wanted.")
    concept: str = option(NASH.name, "The concept under which it is to be stable.")
    who: str | None = option(None, "One decision maker (default: all, for an equilibrium).", metavar="DM")

    def answer(self, subject: Subject, watch: Watch) -> Inversion:
        from standoff.analysis.inverse import InvertOptions, invert

        graph = subject.graph
        state = graph.meaning.state(str(self.state))
        return invert(graph, InvertOptions(state, self.concept, None if self.who is None else graph.dm(self.who)))

    def document(self, found: Inversion) -> Mapping[str, Any]:
        from standoff.documents import invert

        return invert.document(found)

    def section(self, ties: Ties, found: Inversion) -> Section:
        from standoff.report.invert import inversion

        return ties.alone(inversion(ties, found))

    def changed(self, found: Inversion, number: int) -> Conflict:
        from standoff.analysis.inverse import applied

        return applied(found.graph, found.change.changes)


@dataclass(frozen=True)
class FlipsQuestion(Changing):
    """Say which single judgements carry the answer: the smallest changes that flip it."""

    name = "flips"
    main = "flips"
    steps = "changes"
    stops = True
    most_states = 5_000
    saves = "Write the conflict after the change numbered N to a file."
    concepts: Names = _concepts()
    pairs: int = option(2000, "At most so many pairs, where no single change flips.", int, at_least=0)

    PAIRS_OF_REPORT: ClassVar[int] = 200

    def answer(self, subject: Subject, watch: Watch) -> Flips:
        from standoff.analysis.flips import flips

        return flips(subject.graph, subject.concepts(self.concepts), self.pairs, watch.progress, watch.enough)

    def document(self, found: Flips) -> Mapping[str, Any]:
        from standoff.documents import flips

        return flips.document(found)

    def section(self, ties: Ties, found: Flips) -> Section:
        from standoff.report.flips import flips_section

        return ties.alone(flips_section(ties, found))

    def changed(self, found: Flips, number: int) -> Conflict:
        from standoff.conflict.edits import apply

        if not 1 <= number <= len(found.singles):
            raise WrongOption("save", f": {number} is not the number of a change, 1 to {len(found.singles)}")
        return apply(found.variations.graph.meaning, found.singles[number - 1].edits[0])

    @classmethod
    def of_report(cls, _subject: Subject, _asked: ReportOptions) -> Sequence[Question]:
        return [cls(pairs=cls.PAIRS_OF_REPORT)]


# How sure it is


@dataclass(frozen=True)
class StressQuestion(Question):
    """Say how robust the answer is when uncertain judgements are drawn again and again."""

    name = "stress"
    main = "equilibria"
    steps = "draws"
    stops = True
    most_states = 70_000
    draws: int = option(1000, "How many draws.", int, at_least=1, at_most=10**7)
    seed: int = _seed()
    concepts: Names = _concepts()
    likely: float = option(0.2, "How far likely statements stray, 0 to 1.", float, at_least=0, at_most=1)
    doubtful: float = option(0.5, "How far doubtful statements stray, 0 to 1.", float, at_least=0, at_most=1)
    presence: float = option(0.5, "How probably a doubtful statement is held.", float, at_least=0, at_most=1)
    workers: int | None = option(
        None,
        "Processes (default: as many as there are processors; in Python this one alone).",
        int,
        at_least=1,
        shell=cpu_count,
    )
    resume: Path | str | None = option(None, "A file that keeps finished draws, to go on from.", Path)

    def answer(self, subject: Subject, watch: Watch) -> Robustness:
        from standoff.analysis.uncertainty import CHUNK, Dispersion, stress

        with _pool(min(self.workers or 1, -(-self.draws // CHUNK))) as executor:
            return stress(
                subject.graph,
                self.draws,
                self.seed,
                subject.concepts(self.concepts),
                Dispersion(self.likely, self.doubtful, self.presence),
                executor=executor,
                resume=None if self.resume is None else Path(self.resume),
                progress=watch.progress,
                enough=watch.enough,
            )

    def document(self, found: Robustness) -> Mapping[str, Any]:
        from standoff.documents import stress

        return stress.document(found)

    def section(self, ties: Ties, found: Robustness) -> Section:
        from standoff.report.stress import stress_section

        return ties.alone(stress_section(ties, found))

    @classmethod
    def of_report(cls, subject: Subject, asked: ReportOptions) -> Sequence[Question]:
        from standoff.analysis.uncertainty import uncertain_statements

        return [cls(asked.draws, asked.seed)] if asked.draws and uncertain_statements(subject.conflict) else ()


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
    """Say who misreads whom, which surprises and accidents follow, and what would prevent them."""

    name = "misread"
    main = "plays"
    several = True
    steps = "corrections"
    stops = True
    most_states = 70_000
    saves = "Write the conflict with play N's correction to a file."
    to: str | None = option(None, "A state, or a formula, that plays are to reach.")
    concepts: Names = _concepts()
    acting: str = option(ACTING.name, f"The concept by which each acts, one of {', '.join(one_after_another())}.")
    slip: float = option(
        0.05, "How probably a move goes wrong by one level, from 0.", float, at_least=0, below=1, what="a probability"
    )
    slips: int = option(1, "At most so many in one play.", int, at_least=0, at_most=3)
    within: int = option(10, "So many moves.", int, at_least=0, at_most=10**6)
    weights: Weighing = option(None, "Who is how likely to move next (default: equal).", metavar="DM=W,...")

    def answer(self, subject: Subject, watch: Watch) -> Misreadings:
        from standoff.analysis.misreading import MisreadOptions, follow

        graph = subject.graph
        options = MisreadOptions(
            None if self.to is None else graph.meaning.place(self.to),
            self.to or "",
            self.acting,
            self.slip,
            self.within,
            self.slips if self.slip else 0,
            subject.weights(self.weights),
        )
        return follow(graph, options, subject.concepts(self.concepts), watch.progress, watch.enough)

    def document(self, found: Misreadings) -> Mapping[str, Any]:
        from standoff.documents import misread

        return misread.document(found)

    def section(self, ties: Ties, found: Misreadings) -> Section:
        from standoff.report.misread import misread_section

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
        return [cls(goal) for goal in goals] or ([cls()] if subject.conflict.views else [])


def _feared(conflict: Conflict) -> list[str]:
    """What claims of accidents name."""
    from standoff.conflict.claim_tests import Accident, simple

    tests = (one for claim in conflict.claims for one in simple(claim.test))
    places = (test.to.formula for test in tests if isinstance(test, Accident))
    return list(dict.fromkeys(str(formula) for formula in places if formula is not None))


# What a text says


@dataclass(frozen=True)
class ClaimsQuestion(Question):
    """Put what a text says to the test: which claims hold, how surely, and on what they rest.

    Where it takes long, verdicts are told on standard error as they come.
    """

    name = "claims"
    main = "claims"
    steps = "tests of claims"
    stops = True
    most_states = 70_000
    draws: int = option(200, "How many draws.", int, at_least=0, at_most=10**6)
    seed: int = _seed()
    flips: bool = option(True, "Do not look for the judgements that flip a verdict.", bool, flag="--no-flips")
    explain: str | None = option(None, "Tell the whole chain of one claim.", metavar="CLAIM")

    DRAWS_OF_REPORT: ClassVar[int] = 200  # each draw tests all claims, which takes longer than judging stability

    def answer(self, subject: Subject, watch: Watch) -> Examination:
        from standoff.analysis.claim_robustness import examination
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
            None,
            watch.progress,
            subject.measured,
            enough=watch.enough,
            told=lambda claim, verdict: watch.tell(f"{claim.id}: {verdict.value}"),
        )

    def document(self, found: Examination) -> Mapping[str, Any]:
        from standoff.documents import claims

        return claims.document(found)

    def section(self, ties: Ties, found: Examination) -> Section:
        from standoff.report import claims
        from standoff.report.blocks import Paragraph

        if self.explain is not None and found.claims:
            return claims.explained(ties, found, found.claims[0])
        told = ties.alone(claims.claims(ties, found))
        more = Paragraph(("--explain CLAIM tells the whole chain of one claim.",), "aside")
        return replace(told, blocks=(*told.blocks, more)) if found.claims else told

    def kept(self, found: Examination) -> dict[str, Any]:
        return {"claims": found}

    @classmethod
    def of_report(cls, subject: Subject, asked: ReportOptions) -> Sequence[Question]:
        draws = min(asked.draws, cls.DRAWS_OF_REPORT)
        return [cls(draws=draws, seed=asked.seed)] if subject.conflict.claims else ()

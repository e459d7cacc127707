"""Who would stay where and why, which states there are, and whether the file keeps its word."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from standoff.concepts import deciding_concepts
from standoff.errors import StandoffError
from standoff.inquiries.asking import (
    Names,
    Question,
    Subject,
    concepts_option,
    listed,
    may_return_option,
    option,
    where_option,
)
from standoff.progress import Watch

if TYPE_CHECKING:
    from standoff.analysis.compare import Comparison
    from standoff.analysis.lint import Lint
    from standoff.analysis.measured import Checked
    from standoff.analysis.stability import Analysis
    from standoff.conflict.model import Conflict, StateName
    from standoff.conflict.quotes import Finding, MissingDocument
    from standoff.conflict.states import Selection
    from standoff.documents.check import CheckDocument
    from standoff.documents.rows import Value
    from standoff.formats.tree import Tree
    from standoff.report.blocks import Section
    from standoff.report.findings import Findings
    from standoff.wording.explain import Explained

MOST_IN_LATEX = 40  # states up to which a table for print has all of them
STATES = 100  # that are listed unless all are asked for


# What one should know first


@dataclass(frozen=True)
class BriefQuestion(Question):
    """Show what holds it, what would move it, and how sure that is.

    The first page, with where it goes then and the limits of the model. Uncertain judgements are not drawn here: the
    report does that.
    """

    name = "brief"
    main = "stands"
    cuts = False
    steps = "changes"
    stops = True

    def answer(self, subject: Subject, watch: Watch) -> Findings:
        from standoff.inquiries.report import ReportOptions, find_all

        known = Subject(subject.source, subject.file, subject.solved(deciding_concepts()))
        return find_all(known, ReportOptions(draws=0, to=(), pairs=0, short=True), watch)

    def document(self, found: Findings) -> Mapping[str, Any]:
        from standoff.documents.brief import brief_document
        from standoff.inquiries.report import ReportOptions
        from standoff.report.brief import page_sentences

        not_done = [why for part, why in found.left_out.items() if part in ReportOptions.SHORT]
        return brief_document(found.brief, page_sentences(found), not_done)

    def section(self, subject: Subject, found: Findings, everything: bool = False) -> Section:
        from standoff.report.brief import brief_section
        from standoff.report.ties import Ties

        return brief_section(Ties(found, everything))

    def analysis(self, subject: Subject, found: Findings) -> Analysis:
        return found.analysis


# Who would stay where


@dataclass(frozen=True)
class StabilityAnswer:
    """Who would stay where, and what is published of it beside that; or who would stay at the states asked for."""

    analysis: Analysis
    comparisons: Sequence[Comparison]
    asked: Selection | None = None


@dataclass(frozen=True)
class SolveQuestion(Question):
    """Show who would stay where, and which states are equilibria.

    The main table has all states; for print (tex) those that are equilibria only, unless all are asked for.
    """

    name = "solve"
    group = "The answer"
    examples = ("standoff solve elmira", "standoff solve elmira --concept Nash,SEQ --format csv -o elmira.csv")
    concepts: Names = concepts_option()
    may_return: bool = may_return_option()
    by_concept: bool = option(False, "Show the concepts under which each would stay.", bool, flag="--concepts")
    where: str | None = where_option("Only states where this formula is true.")

    def answer(self, subject: Subject, watch: Watch) -> StabilityAnswer:
        from standoff.analysis.compare import compare

        analysis = subject.solved(listed(self.concepts), self.may_return)
        asked = subject.selection(self.where)
        return StabilityAnswer(analysis, compare(analysis) if asked is None else (), asked)

    def document(self, found: StabilityAnswer) -> Mapping[str, Any]:
        from standoff.documents.solve import solve_document

        return solve_document(found.analysis, found.comparisons, found.asked)

    def section(self, subject: Subject, found: StabilityAnswer, everything: bool = False) -> Section:
        from standoff.report.solution import solution

        by_concept = self.by_concept or bool(self.concepts)
        return solution(self.ties(subject, found, everything), found.comparisons, by_concept, found.asked)

    def rows(self, found: StabilityAnswer) -> list[dict[str, Value]]:
        from standoff.documents.rows import state_rows

        return state_rows(found.analysis, None if found.asked is None else found.asked.states)

    def printed(self, subject: Subject, found: StabilityAnswer, everything: bool) -> tuple[list[dict[str, Value]], str]:
        from standoff.documents.rows import PRINTED, printed_rows

        graph = found.analysis.graph
        which: Sequence[int] = range(len(graph.states)) if found.asked is None else found.asked.states
        if not everything and len(which) > MOST_IN_LATEX:
            quo = graph.meaning.status_quo
            resting = {s for name in found.analysis.stable for s in found.analysis.equilibria(name)}
            kept = resting if quo is None else resting | {quo}
            which = [s for s in which if s in kept]
        return printed_rows(found.analysis, which), f"{graph.conflict.title}. {PRINTED}"

    def analysis(self, subject: Subject, found: StabilityAnswer) -> Analysis:
        return found.analysis

    def fails(self, found: StabilityAnswer) -> bool:
        return not all(one.agrees for one in found.comparisons)


@dataclass(frozen=True)
class StatesQuestion(Question):
    """List the feasible states."""

    name = "states"
    group = "Where it stands"
    examples = ("standoff states elmira", "standoff states elmira --format csv -o states.csv")
    main = "states"
    where: str | None = where_option("Only states where this formula is true.")

    def answer(self, subject: Subject, watch: Watch) -> Analysis:
        from standoff.analysis.stability import Analysis

        return Analysis(subject.graph, {})

    def document(self, found: Analysis) -> Mapping[str, Any]:
        from standoff.documents.states import states_document

        return states_document(found.graph, self._asked(found))

    def section(self, subject: Subject, found: Analysis, everything: bool = False) -> Section:
        from standoff.report.solution import states

        return states(self.ties(subject, found, everything), STATES, self._asked(found))

    def _asked(self, found: Analysis) -> Selection | None:
        return Subject(found.graph.meaning).selection(self.where)


@dataclass(frozen=True)
class Reasons:
    """Why decision makers would stay at states or leave them; ``asked``: the states of which some are explained."""

    analysis: Analysis
    explained: Mapping[int, Sequence[Explained]]
    asked: Selection | None = None


@dataclass(frozen=True)
class ExplainQuestion(Question):
    """Explain why decision makers would stay at a state or leave it.

    STATE is a state's number or name, its vector (like NYN), status_quo, or a formula that is true in it alone. In its
    place --where explains states where a formula is true: the status quo, then those at which all stay most firmly.
    """

    name = "explain"
    group = "The answer"
    examples = (
        "standoff explain elmira status_quo",
        "standoff explain elmira 5 --who MoE",
        "standoff explain syria-2015 --where 'talks and US.aid = stop'",
    )
    main = "explanations"
    cuts = False
    state: StateName | None = option(None, "The state.", argument=True, names="states")
    who: str | None = option(None, "One decision maker (default: all).", metavar="DM", names="decision makers")
    where: str | None = where_option("States where this formula is true, in place of one state.")
    most: int = option(3, "Most states that are explained (--where).", int, at_least=1)
    concepts: Names = concepts_option()
    may_return: bool = may_return_option()

    def answer(self, subject: Subject, watch: Watch) -> Reasons:
        from standoff.wording.explain import explain

        if (self.state is None) == (self.where is None):
            raise StandoffError("name one state, or states by a formula with --where")
        analysis = subject.solved(listed(self.concepts), self.may_return)
        graph, asked = analysis.graph, subject.selection(self.where)
        told = [subject.state(self.state, where=True)] if self.state is not None else _told(analysis, asked, self.most)
        among = list(graph.dms) if self.who is None else [graph.dm(self.who)]
        return Reasons(analysis, {s: explain(analysis, s, among) for s in told}, asked)

    def document(self, found: Reasons) -> Mapping[str, Any]:
        from standoff.documents.explain import explain_document

        return explain_document(found.analysis, found.explained, found.asked)

    def section(self, subject: Subject, found: Reasons, everything: bool = False) -> Section:
        from standoff.report.selected import explanations
        from standoff.report.solution import explanation

        ties = self.ties(subject, found, everything)
        if found.asked is not None:
            return explanations(ties, found.explained, found.asked)
        ((s, explained),) = found.explained.items()
        return explanation(ties, s, explained)

    def rows(self, found: Reasons) -> list[dict[str, Value]]:
        return [
            {
                "state": told["state"],
                "who": told["who"],
                "sentence": line["text"],
                "depth": line["depth"],
                "judgement": line["judgement"],
            }
            for told in self.document(found)["explanations"]
            for line in told["sentences"]
        ]

    def analysis(self, subject: Subject, found: Reasons) -> Analysis:
        return found.analysis


def _told(analysis: Analysis, asked: Selection | None, most: int) -> list[int]:
    """Of the states asked for those that are explained: the status quo, then those at which all stay most firmly."""
    from standoff.analysis.stability import firmest_first, standings, weakest

    quo = analysis.graph.meaning.status_quo
    order = firmest_first(weakest(standings(analysis)), asked)
    return sorted(order, key=lambda s: s != quo)[:most]


# What the file says


@dataclass(frozen=True)
class Checking:
    """What came of the quotes of a conflict, of the measured relations that it cites, and what is probably a slip.

    ``lines``: the lines of its file.
    """

    conflict: Conflict
    quotes: Sequence[Finding]
    relations: Sequence[Checked]
    lint: Lint
    lines: Tree | None = None
    missing: Sequence[MissingDocument] = ()


@dataclass(frozen=True)
class CheckQuestion(Question):
    """Check a conflict file, its quotes and its measured relations.

    It is valid, its quotes are found in the documents of its sources, and judgements without a source are counted.
    Parts of the model that do nothing, and so are probably a slip, are counted, or told with --lint.
    """

    name = "check"
    group = "How sure"
    examples = ("standoff check syria-2015", "standoff check dispute.yaml --sources documents")
    main = "quotes"
    steps = "quotes"
    sources: Path | str | None = option(
        None, "The folder with the documents of the sources (default: the conflict file's own).", Path
    )
    lint: bool = option(False, "Tell what is probably a slip of the model.", bool)

    def answer(self, subject: Subject, watch: Watch) -> Checking:
        from standoff.analysis import measured
        from standoff.analysis.lint import lint
        from standoff.conflict.quotes import missing_documents
        from standoff.formats import tree_with_lines
        from standoff.inquiries.quoting import quotes_of

        conflict = subject.conflict
        sources = None if self.sources is None else Path(self.sources)
        found = quotes_of(subject, sources, watch.progress)
        folder = sources or subject.folder
        missing = missing_documents(found, conflict.sources, folder) if folder is not None else ()
        cites = any(one.evidence.relation is not None for one in conflict.judgements())
        relations = measured.check_measured(conflict, subject.measured) if cites else []
        slips = lint(subject.graph)
        lines = (
            tree_with_lines(subject.file)
            if (slips.slips or missing) and subject.file is not None and subject.file.is_file()
            else None
        )
        return Checking(conflict, found, relations, slips, lines, missing)

    def document(self, found: Checking) -> CheckDocument:
        from standoff.documents.check import check_document

        return check_document(found.conflict, found.quotes, found.relations, found.lint, found.lines, found.missing)

    def section(self, subject: Subject, found: Checking, everything: bool = False) -> Section:
        from standoff.report.checking import check

        file = "conflict" if found.lines is None or subject.file is None else str(subject.file)
        name = "conflict" if found.lines is None or subject.file is None else subject.file.name
        called = (name, file if self.lint else None)
        return check(found.conflict.title, self.document(found), found.quotes, called, everything)

    def fails(self, found: Checking) -> bool:
        from standoff.conflict.quotes import Status

        missing = any(one.status is Status.NOT_FOUND for one in found.quotes)
        return missing or not all(one.agrees for one in found.relations)

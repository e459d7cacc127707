"""What could happen and what would move it: groups, sequences of moves, changes of preferences and of judgements."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, cast

from standoff.concepts import CONCEPTS, NASH, SEQ, deciding_concepts
from standoff.inquiries.asking import (
    REQUIRED,
    Changing,
    Groups,
    Names,
    Question,
    Subject,
    Weighing,
    WrongOption,
    concepts_option,
    groups_option,
    option,
    where_option,
)
from standoff.progress import Watch

if TYPE_CHECKING:
    from standoff.analysis.coalition import CoalitionAnalysis
    from standoff.analysis.deals import Deals
    from standoff.analysis.evolution import Choice
    from standoff.analysis.flips import Flips
    from standoff.analysis.inverse import Inversions
    from standoff.analysis.paths import Paths
    from standoff.analysis.stability import Analysis
    from standoff.conflict.model import Conflict, StateName
    from standoff.inquiries.report import ReportOptions
    from standoff.report.blocks import Section


# What could happen


@dataclass(frozen=True)
class CoalitionsQuestion(Question):
    """Show which groups could gain together, and where allies part."""

    name = "coalitions"
    group = "What would move it"
    examples = ("standoff coalitions elmira", "standoff coalitions elmira --state 5 --group MoE,Uniroyal")
    main = "partings"
    steps = "states and groups"
    stops = True
    most_states = 3_000
    groups: Groups = groups_option()
    states: Sequence[StateName] = option(
        (),
        "A state to leave, and to part at (default: to leave Nash and SEQ equilibria and the status quo; to part at "
        "the status quo).",
        flag="--state",
        metavar="STATE",
        several=True,
        names="states",
    )

    def answer(self, subject: Subject, watch: Watch) -> CoalitionAnalysis:
        from standoff.analysis.coalition import CoalitionOptions, analyse_coalitions

        analysis = subject.solved([NASH.name, SEQ.name])
        states = [self.states] if isinstance(self.states, (str, int)) else self.states
        options = CoalitionOptions(
            tuple(analysis.graph.meaning.state(str(state)) for state in states) or None, subject.groups(self.groups)
        )
        return analyse_coalitions(analysis, options, watch.progress, watch.enough)

    def document(self, found: CoalitionAnalysis) -> Mapping[str, Any]:
        from standoff.documents import coalitions

        return coalitions.document(found)

    def section(self, subject: Subject, found: CoalitionAnalysis, everything: bool = False) -> Section:
        from standoff.report.coalitions import coalitions

        ties = self.ties(subject, found, everything)
        return ties.alone(coalitions(ties, found))

    def fails(self, found: CoalitionAnalysis) -> bool:
        from standoff.analysis.compare import compare_coalitions

        return not all(one.agrees for one in compare_coalitions(found))

    @classmethod
    def of_report(cls, subject: Subject, _asked: ReportOptions) -> Sequence[Question]:
        return () if cls.nothing(subject) else [cls(states=("status_quo",))]

    @classmethod
    def nothing(cls, subject: Subject) -> str:
        return _no_status_quo(subject) or _no_groups(subject, 8)


@dataclass(frozen=True)
class DealsQuestion(Question):
    """Show who could agree on what, and whether that would last.

    Also who gains, who loses by it, and who would have to trust whom. A deal is a state that a group can bring about
    together, that none of it holds worse than the state it starts from, and that some hold better.
    """

    name = "deals"
    group = "What would move it"
    examples = ("standoff deals elmira --from 5", "standoff deals syria-2015 --where talks")
    main = "deals"
    steps = "groups"
    stops = True
    most_states = 50_000
    start: StateName = option("status_quo", "The state to begin at.", flag="--from", metavar="STATE", names="states")
    groups: Groups = groups_option()
    where: str | None = where_option("Only deals that lead to states where this formula is true.")

    def answer(self, subject: Subject, watch: Watch) -> Deals:
        from standoff.analysis.deals import DealOptions, deals

        analysis = subject.solved(deciding_concepts())
        meaning = analysis.graph.meaning
        groups = subject.groups(self.groups)
        if any(len(group) < 2 for group in groups or ()):
            raise WrongOption("groups", ": a deal takes two or more")
        options = DealOptions(meaning.state(str(self.start)), groups, subject.selection(self.where))
        return deals(analysis, options, watch.progress, watch.enough)

    def document(self, found: Deals) -> Mapping[str, Any]:
        from standoff.documents.deals import deals_document

        return deals_document(found)

    def section(self, subject: Subject, found: Deals, everything: bool = False) -> Section:
        from standoff.report.deals import deals_section

        ties = self.ties(subject, found, everything)
        return ties.alone(deals_section(ties, found))

    def analysis(self, subject: Subject, found: Deals) -> Analysis:
        return found.analysis

    @classmethod
    def of_report(cls, subject: Subject, _asked: ReportOptions) -> Sequence[Question]:
        return () if cls.nothing(subject) else [cls()]

    @classmethod
    def nothing(cls, subject: Subject) -> str:
        return _no_status_quo(subject) or _no_groups(subject, 10)


@dataclass(frozen=True)
class PathsQuestion(Question):
    """Show how the conflict could evolve.

    What can be reached, by which sequences of moves, and where it would end.
    """

    name = "paths"
    group = "What would move it"
    examples = ("standoff paths elmira", "standoff paths elmira --to 8 --by MoE,LG")
    main = "paths"
    start: StateName = option("status_quo", "The state to begin at.", flag="--from", metavar="STATE", names="states")
    to: StateName | None = option(None, "A state, or a formula, to get to.", metavar="GOAL", names="states")
    by: Names = option(
        None, "Moves of these decision makers only (default: all).", metavar="DM,DM...", names="decision makers"
    )
    weights: Weighing = option(
        None, "Relative chances of moving next (default: equal).", metavar="DM=W,...", names="weights"
    )
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
            None if self.to is None else meaning.place(str(self.to)),
            "" if self.to is None else str(self.to),
            None if self.by is None else subject.group(self.by),
            subject.weights(self.weights),
            cast("Choice", self.choice),
        )
        return explore(analysis, options)

    def document(self, found: Paths) -> Mapping[str, Any]:
        from standoff.documents import paths

        return paths.document(found)

    def section(self, subject: Subject, found: Paths, everything: bool = False) -> Section:
        from standoff.report.paths import paths

        ties = self.ties(subject, found, everything)
        return ties.alone(paths(ties, found))

    def analysis(self, subject: Subject, found: Paths) -> Analysis:
        return found.analysis

    @classmethod
    def of_report(cls, subject: Subject, _asked: ReportOptions) -> Sequence[Question]:
        return () if cls.nothing(subject) else [cls()]

    @classmethod
    def nothing(cls, subject: Subject) -> str:
        return _no_status_quo(subject)


def _no_status_quo(subject: Subject) -> str:
    """Why a report does not ask what begins at the status quo; empty where it does."""
    return "the conflict has no status quo to begin at" if subject.graph.meaning.status_quo is None else ""


def _no_groups(subject: Subject, most: int) -> str:
    """Why a report does not ask about groups; empty where it does."""
    many = len(subject.graph.dms)
    if many == 1:
        return "one decision maker makes no group"
    return f"of more than {most} decision makers the groups are not gone through in a report" if many > most else ""


# What would move it


@dataclass(frozen=True)
class InvertQuestion(Changing):
    """Find the smallest change that would make a state stable.

    The conditions under which STATE would be stable, and the smallest change of preferences that meets them. STATE is
    a state's number or name, its vector (like NYN), status_quo, or a formula: then that state of those where it is true
    which takes the smallest change.
    """

    name = "invert"
    group = "What would move it"
    examples = (
        "standoff invert elmira 4 --concept SEQ",
        "standoff invert elmira 4 --save - | standoff solve -",
        "standoff invert syria-2015 'talks and US.strike'",
    )
    main = "changes"
    numbered = False
    steps = "states"
    stops = True
    saves = "Write the conflict with the changes put in to this file."
    state: StateName = option(REQUIRED, "The state that is wanted, or a formula.", argument=True, names="states")
    concept: str = option(NASH.name, "The concept under which it is to be stable.", metavar="C", names=CONCEPTS)
    who: str | None = option(
        None, "One decision maker (default: all, for an equilibrium).", metavar="DM", names="decision makers"
    )
    each: bool = option(False, "Work out every state where the formula is true.", bool)

    def answer(self, subject: Subject, watch: Watch) -> Inversions:
        from standoff.analysis.inverse import invert_any

        graph, only = subject.graph, None if self.who is None else subject.graph.dm(self.who)
        asked = subject.one_or_several(self.state)
        return invert_any(graph, asked, self.concept, only, self.each, watch.progress, watch.enough)

    def document(self, found: Inversions) -> Mapping[str, Any]:
        from standoff.documents import invert

        return invert.document(found)

    def section(self, subject: Subject, found: Inversions, everything: bool = False) -> Section:
        from standoff.report.invert import inversion

        ties = self.ties(subject, found, everything)
        return ties.alone(inversion(ties, found))

    def changed(self, found: Inversions, number: int) -> Conflict:
        from standoff.analysis.inverse import applied

        return applied(found.cheapest.graph, found.cheapest.change.changes)


@dataclass(frozen=True)
class FlipsQuestion(Changing):
    """Find the single judgements that carry the answer.

    Every smallest change of one judgement that flips a verdict; where there is none, of two.
    """

    name = "flips"
    group = "How sure"
    examples = ("standoff flips elmira", "standoff flips elmira --concept Nash --save 1 changed.yaml")
    main = "flips"
    steps = "changes"
    stops = True
    most_states = 5_000
    saves = "Write the conflict after the change numbered N to a file."
    concepts: Names = concepts_option()
    pairs: int = option(2000, "Most pairs to try, where no single change flips.", int, at_least=0)

    def answer(self, subject: Subject, watch: Watch) -> Flips:
        from standoff.analysis.flips import flips

        concepts = subject.concepts(self.concepts)
        found = flips(subject.graph, concepts, self.pairs, watch.progress, watch.enough)
        return replace(found, errors=subject.errors(concepts, watch, found.turned))

    def document(self, found: Flips) -> Mapping[str, Any]:
        from standoff.documents import flips

        return flips.document(found)

    def section(self, subject: Subject, found: Flips, everything: bool = False) -> Section:
        from standoff.report.flips import flips_section

        ties = self.ties(subject, found, everything)
        return ties.alone(flips_section(ties, found))

    def changed(self, found: Flips, number: int) -> Conflict:
        from standoff.conflict.edits import apply

        if not 1 <= number <= len(found.singles):
            raise WrongOption("save", f": {number} is not the number of a change, 1 to {len(found.singles)}")
        return apply(found.variations.graph.meaning, found.singles[number - 1].edits[0])

    @classmethod
    def of_report(cls, _subject: Subject, asked: ReportOptions) -> Sequence[Question]:
        return [cls(pairs=asked.pairs)]

"""Everything that a report tells of a conflict, found once: each part is one of the package's own analyses."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

from standoff.analysis import measured
from standoff.analysis.claim_robustness import Examination, examination
from standoff.analysis.coalition import CoalitionAnalysis, CoalitionOptions, analyse_coalitions
from standoff.analysis.flips import Flips
from standoff.analysis.flips import flips as find_flips
from standoff.analysis.paths import Paths, PathsOptions, explore
from standoff.analysis.stability import Analysis, solve
from standoff.analysis.uncertainty import Robustness, uncertain_statements
from standoff.analysis.uncertainty import stress as find_robustness
from standoff.concepts import CONCEPTS
from standoff.conflict.claim_tests import Accident, Trend, simple
from standoff.conflict.meaning import Source, conflict_of
from standoff.conflict.model import Conflict
from standoff.errors import TooLarge, UnknownName, unknown
from standoff.graph import Graph
from standoff.progress import Enough, Progress, never, silent
from standoff.relations.study import Relations, RelationsOptions, study
from standoff.rendering import misread as misreading
from standoff.wording.abridged import abridged

CLAIM_DRAWS = 200  # each draw tests all claims, which takes longer than judging stability
STOPPED = "it was stopped early"
PAIRS = 200  # of changes tried where no single one flips the verdict
PARTS = ("coalitions", "paths", "flips", "stress", "misread", "claims", "relations")
# What grows faster than the states is left out of large conflicts unless it is asked for by name.
MOST_STATES: Mapping[str, int] = {
    "coalitions": 3_000,
    "flips": 5_000,
    "stress": 70_000,
    "misread": 70_000,
    "claims": 70_000,
}


@dataclass(frozen=True)
class Question:
    """What is asked of a report beside the question that all answer.

    ``parts``: the analyses wanted (None: all that there is something for, and that do not take too long). ``goals``:
    formulas or states that misreading and slips are to be followed to (None: those that claims of accidents name).
    ``claim_draws``: how often judgements are drawn for claims (None: as often as for the rest, up to ``CLAIM_DRAWS``).
    ``whole``: texts as long as they are; else as pages and pictures have room for (``abridged``).
    """

    draws: int = 500
    seed: int = 0
    parts: Collection[str] | None = None
    goals: tuple[str, ...] | None = None
    claim_draws: int | None = None
    whole: bool = True

    def __post_init__(self) -> None:
        for part in self.parts or ():
            if part not in PARTS:
                raise UnknownName(unknown("part of a report", part, PARTS))


@dataclass(frozen=True)
class Findings:
    """What was found; None where it was not asked for, or where there is nothing to look at.

    ``left_out``: parts that were not computed, each with the reason. ``original``: the conflict, where texts were cut.
    """

    question: Question
    analysis: Analysis
    coalitions: CoalitionAnalysis | None = None
    paths: Paths | None = None
    flips: Flips | None = None
    stress: Robustness | None = None
    misread: tuple[misreading.Told, ...] = ()
    claims: Examination | None = None
    relations: Relations | None = None
    left_out: Mapping[str, str] = field(default_factory=dict)
    original: Conflict | None = None

    @property
    def graph(self) -> Graph:
        """The conflict as a graph."""
        return self.analysis.graph

    @property
    def conflict(self) -> Conflict:
        """The conflict, in the words in which it is shown."""
        return self.analysis.graph.conflict

    @property
    def as_given(self) -> Conflict:
        """The conflict in its author's own words."""
        return self.original or self.conflict


def find(
    source: Source,
    question: Question | None = None,
    folder: Path | None = None,
    progress: Progress = silent,
    analysis: Analysis | None = None,
    enough: Enough = never,
) -> Findings:
    """Everything there is to find about a conflict whose file is in ``folder`` (None: it has no file).

    ``analysis``: who would stay where, if it was asked already. Where it is ``enough`` before the end, parts that were
    begun have what they found by then, the others are left out. Raises UnknownName for goals that do not exist, and
    UnreadableFile for a table of relations that cannot be read.
    """
    question = question or Question()
    analysis = analysis or solve(source)
    conflict, original = conflict_of(source), None
    if not question.whole and (shown := abridged(conflict)) is not conflict:
        meaning = replace(analysis.graph.meaning, conflict=shown)
        analysis = replace(analysis, graph=analysis.graph.with_meaning(meaning))
        conflict, original = shown, conflict
    graph = analysis.graph
    concepts = None if {*analysis.stable, *analysis.left_out} == {*CONCEPTS} else list(analysis.stable)
    for goal in question.goals or ():
        graph.meaning.place(goal)  # what does not exist is told before anything takes long
    data = measured.load_measured(conflict, folder) if conflict.relations is not None and folder is not None else None
    draws = question.draws and uncertain_statements(conflict)
    jobs: dict[str, Callable[[Progress], Any] | None] = {
        "coalitions": partial(_coalitions, analysis, enough) if _joint(graph) else None,
        "paths": partial(_paths, analysis) if graph.meaning.status_quo is not None else None,
        "flips": lambda progress: find_flips(graph, concepts, PAIRS, progress, enough),
        "stress": partial(_stress, question, graph, concepts, enough) if draws else None,
        "misread": partial(_misread, graph, question, enough) if conflict.views or _goals(conflict, question) else None,
        "claims": partial(_claims, graph, question, data, enough) if conflict.claims else None,
        "relations": partial(_relations, conflict, data) if data is not None else None,
    }
    found: dict[str, Any] = {}
    left_out: dict[str, str] = {}
    wanted = [part for part in PARTS if jobs[part] is not None and (question.parts is None or part in question.parts)]
    for number, part in enumerate(wanted):
        most = MOST_STATES.get(part)
        if question.parts is None and most is not None and len(graph.states) > most:
            left_out[part] = f"{len(graph.states):,} states are more than {most:,}; ask for it by name"
            continue
        if enough():
            left_out[part] = STOPPED
            continue
        job = jobs[part]
        assert job is not None
        try:
            found[part] = job(_share_of(progress, number, len(wanted)))
        except TooLarge as error:
            left_out[part] = str(error)
            continue
        if left := _not_done(found[part]):
            left_out[part] = f"{STOPPED}: {'; '.join(left)}"
    return Findings(question, analysis, **found, left_out=left_out, original=original)


def _not_done(part: Any) -> list[str]:
    """What a part left out because it was enough."""
    several = part if isinstance(part, tuple) else (part,)
    return [what for one in several for what in getattr(one, "not_done", ())]


def _share_of(progress: Progress, number: int, of: int) -> Progress:
    """Progress in one of several jobs that are taken to be equally long."""
    return lambda done, total: progress(1000 * number + (1000 * done // total if total else 0), 1000 * of)


def _joint(graph: Graph) -> bool:
    return graph.meaning.status_quo is not None and 1 < len(graph.dms) <= 8


def _coalitions(analysis: Analysis, enough: Enough, progress: Progress) -> CoalitionAnalysis:
    quo = analysis.graph.meaning.status_quo
    assert quo is not None
    return analyse_coalitions(analysis, CoalitionOptions((quo,)), progress, enough)


def _paths(analysis: Analysis, _progress: Progress) -> Paths:
    quo = analysis.graph.meaning.status_quo
    assert quo is not None
    return explore(analysis, PathsOptions(quo))


def _stress(
    question: Question, graph: Graph, concepts: Sequence[str] | None, enough: Enough, progress: Progress
) -> Robustness:
    return find_robustness(graph, question.draws, question.seed, concepts, progress=progress, enough=enough)


# Misreading


def _goals(conflict: Conflict, question: Question) -> list[str]:
    """Where misreading and slips are followed to: as asked, else what claims of accidents name."""
    if question.goals is not None:
        return list(question.goals)
    tests = (one for claim in conflict.claims for one in simple(claim.test))
    places = (test.to.formula for test in tests if isinstance(test, Accident))
    return list(dict.fromkeys(str(formula) for formula in places if formula is not None))


def _misread(graph: Graph, question: Question, enough: Enough, progress: Progress) -> tuple[misreading.Told, ...]:
    goals: list[str | None] = [*_goals(graph.conflict, question)] or [None]
    told = []
    for number, goal in enumerate(goals):
        states = None if goal is None else graph.meaning.place(goal)
        asked = misreading.Question(states, goal)
        told.append(misreading.tell(graph, asked, None, _share_of(progress, number, len(goals)), enough))
    return tuple(told)


def _claims(
    graph: Graph, question: Question, data: measured.MeasuredAffinities | None, enough: Enough, progress: Progress
) -> Examination:
    asked = question.claim_draws
    draws = min(question.draws, CLAIM_DRAWS) if asked is None else asked
    return examination(graph, None, draws, question.seed, True, None, progress, data, enough=enough)


# Relations


def _relations(conflict: Conflict, data: measured.MeasuredAffinities | None, progress: Progress) -> Relations:
    """The dyad that claims are about, or that judgements cite; else that of the first two decision makers measured."""
    assert data is not None
    dyad, spans = next(_dyads(conflict, data), (None, ((), ())))
    asked = RelationsOptions(dyad, *spans, phi=float(data.given.dispersion))
    return study(data.panel, asked, None, progress)


Spans = tuple[tuple[str, ...], tuple[str, ...]]


def _dyads(conflict: Conflict, data: measured.MeasuredAffinities) -> Iterator[tuple[tuple[str, str], Spans]]:
    """Dyads that can be looked at, those that claims are about first, with the periods that these compare."""
    tests = (one for claim in conflict.claims for one in simple(claim.test))
    cited = (judgement.evidence.relation for judgement in conflict.judgements())
    pairs: list[tuple[tuple[str, str], Spans]] = [
        (test.between, ((test.start,), (test.end,))) for test in tests if isinstance(test, Trend)
    ]
    pairs += [(one.between, ((), ())) for one in cited if one is not None]
    names = [dm.name for dm in conflict.decision_makers if data.actor(dm.name) is not None]
    pairs += [((names[0], names[1]), ((), ()))] if len(names) > 1 else []
    for (one, other), spans in pairs:
        actors = data.actor(one), data.actor(other)
        known = all(period in data.panel.periods for span in spans for period in span)
        if actors[0] is not None and actors[1] is not None:
            yield (actors[0], actors[1]), spans if known else ((), ())

"""The documents that ``--json`` prints: their keys, and how they come from results.

The types here are the documentation of the layout: JSON Schemas are generated from them.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import (
    Any,
    Literal,
    NotRequired,  # pydantic reads these before Python 3.12
)

import numpy as np
from typing_extensions import TypedDict

from standoff import __version__
from standoff.casebook import load, names
from standoff.compare import Comparison
from standoff.errors import render_path
from standoff.evidence import Finding, Grade, Kind
from standoff.explain import Sentence
from standoff.formats.writing import write_conflict
from standoff.graph import Graph, Move
from standoff.model import Conflict, StateName
from standoff.stability import Analysis, Verdict
from standoff.states import vector


class ModelEntry(TypedDict):
    """Which conflict, and what computed the answer."""

    title: str
    hash: str
    """SHA-256 of the conflict's canonical JSON: equal conflicts, equal hashes."""
    version: str
    """The version of Standoff."""


class StateEntry(TypedDict):
    """A feasible state. In graph form and for merged states ``vector`` and ``options`` are null."""

    number: StateName
    vector: str | None
    """One character per option, in order: N/Y for two levels, else the level's index."""
    options: dict[str, str] | None
    """The level of each option."""
    members: NotRequired[list[str]]
    """The vectors of a merged state."""
    title: NotRequired[str]


class StatesDocument(TypedDict):
    """What ``standoff states --json`` prints."""

    states: list[StateEntry]
    status_quo: StateName | None
    model: ModelEntry


class ComparisonEntry(TypedDict):
    """A published answer beside ours."""

    what: Literal["equilibria", "stability"]
    concept: str
    who: str | None
    agrees: bool
    published: list[StateName]
    computed: list[StateName]


class SolveDocument(TypedDict):
    """What ``standoff solve --json`` prints."""

    states: list[StateEntry]
    status_quo: StateName | None
    concepts: list[str]
    left_out: dict[str, str]
    """Concepts that the conflict does not allow, with the reason."""
    stability: dict[str, dict[str, list[StateName]]]
    """Concept, decision maker, states where it is stable."""
    equilibria: dict[str, list[StateName]]
    published: list[ComparisonEntry]
    model: ModelEntry
    seconds: float
    """Compiling the graph and the analysis; not reading or writing."""
    engine: str


class AnswerEntry(TypedDict):
    """How an improvement is deterred."""

    improvement: StateName
    moves: list[dict[str, Any]]
    """``by``, ``from``, ``to``, one after another; under SIM at the same time, all from the state judged."""
    ends: StateName
    reply: StateName | None


class VerdictEntry(TypedDict):
    """Whether a decision maker would stay, and why: the escape, or the answers that deter."""

    who: str
    concept: str
    stable: bool
    escape: StateName | None
    answers: list[AnswerEntry]


class SentenceEntry(TypedDict):
    """A sentence, and the judgement it rests on (a path in the conflict file)."""

    text: str
    judgement: str | None
    depth: int


class ExplanationEntry(TypedDict):
    """What is said of one decision maker."""

    who: str
    headline: str
    sentences: list[SentenceEntry]


class ExplainDocument(TypedDict):
    """What ``standoff explain --json`` prints."""

    state: StateEntry
    verdicts: list[VerdictEntry]
    explanations: list[ExplanationEntry]
    left_out: dict[str, str]
    model: ModelEntry


class GradeEntry(TypedDict):
    """The Admiralty code, its two halves apart."""

    reliability: str
    credibility: str


class QuoteEntry(TypedDict):
    """A quote looked for."""

    source: str
    where: str
    """The path in the conflict file."""
    exact: str
    status: Literal["exact", "normalised", "not_found", "no_document"]
    ambiguous: bool
    occurrences: int
    document: str | None
    sha256: str | None
    """Of the document's file."""
    grade: GradeEntry | None
    via: list[str]
    note: str | None


class JudgementCounts(TypedDict):
    """How many judgements there are, by kind; ``unstated`` where no kind is given."""

    reported: int
    inferred: int
    assumed: int
    unstated: int


class CheckDocument(TypedDict):
    """What ``standoff check --json`` prints."""

    quotes: list[QuoteEntry]
    judgements: JudgementCounts
    unsourced: JudgementCounts
    """Those without a quote."""
    unsourced_at: list[str]
    model: ModelEntry


class CaseEntry(TypedDict):
    """A case that ships with Standoff."""

    name: str
    title: str
    decision_makers: int
    citation: str | None
    agrees: NotRequired[bool | None]
    """Whether all published answers are reproduced; null where none are published."""


class CasesDocument(TypedDict):
    """What ``standoff cases --json`` prints."""

    cases: list[CaseEntry]


DOCUMENTS: dict[str, type] = {
    "states": StatesDocument,
    "solve": SolveDocument,
    "explain": ExplainDocument,
    "check": CheckDocument,
    "cases": CasesDocument,
}


def schema(name: str) -> dict[str, Any]:
    """The JSON Schema of a document."""
    from pydantic import TypeAdapter

    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **TypeAdapter(DOCUMENTS[name]).json_schema(),
    }


def fingerprint(conflict: Conflict) -> str:
    """SHA-256 of the conflict's canonical JSON."""
    text = json.dumps(write_conflict(conflict), sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def model_entry(conflict: Conflict) -> ModelEntry:
    """Which conflict, and the version that computed with it."""
    return {"title": conflict.title, "hash": fingerprint(conflict), "version": __version__}


def state_entries(graph: Graph, which: Iterable[int] | None = None) -> list[StateEntry]:
    """The states, or those asked for."""
    states, options = graph.states, graph.meaning.vocabulary.options
    radices = states.combinations.radices
    entries = []
    for s in range(len(states)) if which is None else which:
        levels = states.levels(s)
        entry: StateEntry = {
            "number": states.names[s],
            "vector": None if levels is None else vector(levels, radices),
            "options": None
            if levels is None
            else {name: names_[k] for (name, names_), k in zip(options.items(), levels, strict=True)},
        }
        if states.option_form and levels is None:
            entry["members"] = [vector(states.combinations.levels(code), radices) for code in states.members(s)]
        if states.titles[s] is not None:
            entry["title"] = str(states.titles[s])
        entries.append(entry)
    return entries


def _name(graph: Graph, s: int | None) -> StateName | None:
    return None if s is None else graph.states.names[s]


def states_document(graph: Graph) -> StatesDocument:
    """The feasible states."""
    return {
        "states": state_entries(graph),
        "status_quo": _name(graph, graph.meaning.status_quo),
        "model": model_entry(graph.conflict),
    }


def solve_document(analysis: Analysis, comparisons: Sequence[Comparison]) -> SolveDocument:
    """Who is stable where."""
    graph = analysis.graph
    state_names = graph.states.names
    dms = [dm.name for dm in graph.conflict.decision_makers]
    return {
        "states": state_entries(graph),
        "status_quo": _name(graph, graph.meaning.status_quo),
        "concepts": list(analysis.stable),
        "left_out": dict(analysis.left_out),
        "stability": {
            concept: {dm: [state_names[s] for s in np.flatnonzero(row)] for dm, row in zip(dms, table, strict=True)}
            for concept, table in analysis.stable.items()
        },
        "equilibria": {concept: [state_names[s] for s in analysis.equilibria(concept)] for concept in analysis.stable},
        "published": [
            {
                "what": one.what,
                "concept": one.concept,
                "who": one.who,
                "agrees": one.agrees,
                "published": list(one.published),
                "computed": list(one.computed),
            }
            for one in comparisons
        ],
        "model": model_entry(graph.conflict),
        "seconds": analysis.seconds,
        "engine": analysis.engine,
    }


def _move(graph: Graph, move: Move) -> dict[str, Any]:
    return {
        "by": graph.conflict.decision_makers[move.by].name,
        "from": graph.states.names[move.start],
        "to": graph.states.names[move.to],
    }


def _verdict(graph: Graph, one: Verdict) -> VerdictEntry:
    return {
        "who": graph.conflict.decision_makers[one.i].name,
        "concept": one.concept,
        "stable": one.stable,
        "escape": _name(graph, one.witness.escape),
        "answers": [
            {
                "improvement": graph.states.names[found.improvement],
                "moves": [_move(graph, move) for move in found.moves],
                "ends": graph.states.names[found.ends],
                "reply": _name(graph, found.reply),
            }
            for found in one.witness.answers
        ],
    }


Told = tuple[int, str, Sequence[Sentence]]


def explain_document(
    graph: Graph, s: int, verdicts: Iterable[Verdict], told: Iterable[Told], left_out: dict[str, str]
) -> ExplainDocument:
    """Why decision makers would stay at s or leave; ``told`` has decision maker, headline and sentences."""
    return {
        "state": state_entries(graph, [s])[0],
        "verdicts": [_verdict(graph, one) for one in verdicts],
        "explanations": [
            {
                "who": graph.conflict.decision_makers[i].name,
                "headline": headline,
                "sentences": [
                    {"text": line.text, "judgement": line.ground.path if line.ground else None, "depth": line.depth}
                    for line in sentences
                ],
            }
            for i, headline, sentences in told
        ],
        "left_out": left_out,
        "model": model_entry(graph.conflict),
    }


def _grade(grade: Grade | None) -> GradeEntry | None:
    return None if grade is None else {"reliability": grade.reliability, "credibility": grade.credibility}


def _counts(kinds: Iterable[Kind | None]) -> JudgementCounts:
    counted = Counter(kinds)
    return {
        "reported": counted[Kind.REPORTED],
        "inferred": counted[Kind.INFERRED],
        "assumed": counted[Kind.ASSUMED],
        "unstated": counted[None],
    }


def check_document(conflict: Conflict, findings: Iterable[Finding]) -> CheckDocument:
    """What came of the quotes, and which judgements have none."""
    sources = {source.name: source for source in conflict.sources}
    judgements = list(conflict.judgements())
    unsourced = [one for one in judgements if one.evidence.quote is None]
    return {
        "quotes": [
            {
                "source": one.quote.source,
                "where": one.where,
                "exact": one.quote.exact,
                "status": one.status.value,
                "ambiguous": one.ambiguous,
                "occurrences": one.occurrences,
                "document": one.document,
                "sha256": one.sha256,
                "grade": _grade(sources[one.quote.source].grade),
                "via": list(sources[one.quote.source].via),
                "note": one.note,
            }
            for one in findings
        ],
        "judgements": _counts(one.evidence.kind for one in judgements),
        "unsourced": _counts(one.evidence.kind for one in unsourced),
        "unsourced_at": [render_path(one.path) for one in unsourced],
        "model": model_entry(conflict),
    }


def cases_document(checked: dict[str, bool | None] | None = None) -> CasesDocument:
    """The cases; ``checked``: whether the published answers of each are reproduced."""
    entries: list[CaseEntry] = []
    for name in names():
        conflict = load(name)
        entry: CaseEntry = {
            "name": name,
            "title": conflict.title,
            "decision_makers": len(conflict.decision_makers),
            "citation": conflict.published.citation if conflict.published else None,
        }
        if checked is not None:
            entry["agrees"] = checked[name]
        entries.append(entry)
    return {"cases": entries}

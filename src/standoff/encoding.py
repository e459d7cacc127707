"""Results as documents: what ``--json`` prints, by the types in ``documents``."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from standoff.casebook import load, names
from standoff.compare import Comparison
from standoff.documents import (
    CaseEntry,
    CasesDocument,
    CheckDocument,
    ExplainDocument,
    GradeEntry,
    JudgementCounts,
    SolveDocument,
    StateEntry,
    StatesDocument,
    VerdictEntry,
)
from standoff.documents.entries import comparison_entries, model_entry, move_entry, state_name
from standoff.errors import render_path
from standoff.evidence import Finding, Grade, Kind, citations
from standoff.explain import Explained
from standoff.graph import Graph
from standoff.measured import Checked
from standoff.model import Conflict
from standoff.stability import Analysis, Verdict
from standoff.states import vector, vector_part


def state_entries(graph: Graph, which: Iterable[int] | None = None) -> list[StateEntry]:
    """The states, or those asked for."""
    if which is None and graph.states.option_form and not graph.states.merged:
        return _all_states(graph)
    return [_state(graph, s) for s in (range(len(graph.states)) if which is None else which)]


def _state(graph: Graph, s: int) -> StateEntry:
    states, options = graph.states, graph.meaning.vocabulary.options
    radices, levels = states.combinations.radices, states.levels(s)
    entry: StateEntry = {
        "number": states.names[s],
        "vector": None if levels is None else vector(levels, radices),
        "options": None
        if levels is None
        else {name: names_[k] for (name, names_), k in zip(options.items(), levels, strict=True)},
    }
    if states.option_form and levels is None:
        entry["members"] = [vector(states.combinations.levels(code), radices) for code in states.members(s)]
    if states.title(s) is not None:
        entry["title"] = str(states.title(s))
    return entry


def _all_states(graph: Graph) -> list[StateEntry]:
    """As ``_state`` tells each, column by column: there may be very many."""
    states, options = graph.states, graph.meaning.vocabulary.options
    parts = [[vector_part(level, radix) for level in range(radix)] for radix in states.combinations.radices]
    entries: list[StateEntry] = [
        {"number": name, "vector": "".join(part), "options": dict(zip(options, row, strict=True))}
        for name, part, row in zip(states.names, states.rows(parts), states.rows([*options.values()]), strict=True)
    ]
    if states.titles:
        for entry, title in zip(entries, states.titles, strict=True):
            if title is not None:
                entry["title"] = title
    return entries


def states_document(graph: Graph) -> StatesDocument:
    """The feasible states."""
    return {
        "states": state_entries(graph),
        "status_quo": state_name(graph, graph.meaning.status_quo),
        "model": model_entry(graph.conflict),
    }


def solve_document(analysis: Analysis, comparisons: Sequence[Comparison]) -> SolveDocument:
    """Who is stable where."""
    graph = analysis.graph
    state_names = graph.states.names
    dms = [dm.name for dm in graph.conflict.decision_makers]
    return {
        "states": state_entries(graph),
        "status_quo": state_name(graph, graph.meaning.status_quo),
        "concepts": list(analysis.stable),
        "left_out": dict(analysis.left_out),
        "stability": {
            concept: {dm: [state_names[s] for s in np.flatnonzero(row)] for dm, row in zip(dms, table, strict=True)}
            for concept, table in analysis.stable.items()
        },
        "equilibria": {concept: [state_names[s] for s in analysis.equilibria(concept)] for concept in analysis.stable},
        "published": comparison_entries(comparisons),
        "model": model_entry(graph.conflict),
        "seconds": analysis.seconds,
        "engine": analysis.engine,
    }


def _verdict(graph: Graph, one: Verdict) -> VerdictEntry:
    return {
        "who": graph.conflict.decision_makers[one.i].name,
        "concept": one.concept,
        "stable": one.stable,
        "escape": state_name(graph, one.witness.escape),
        "answers": [
            {
                "improvement": graph.states.names[found.improvement],
                "moves": [move_entry(graph, move) for move in found.moves],
                "ends": graph.states.names[found.ends],
                "reply": state_name(graph, found.reply),
            }
            for found in one.witness.sanctions
        ],
    }


def explain_document(analysis: Analysis, s: int, explained: Sequence[Explained]) -> ExplainDocument:
    """Why decision makers would stay at s or leave."""
    graph = analysis.graph
    return {
        "state": state_entries(graph, [s])[0],
        "verdicts": [_verdict(graph, verdict) for one in explained for verdict in one.verdicts],
        "explanations": [
            {
                "who": graph.conflict.decision_makers[one.i].name,
                "headline": one.headline,
                "sentences": [
                    {"text": line.text, "judgement": line.ground.path if line.ground else None, "depth": line.depth}
                    for line in one.sentences
                ],
            }
            for one in explained
        ],
        "left_out": dict(analysis.left_out),
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


def check_document(conflict: Conflict, findings: Iterable[Finding], relations: Iterable[Checked] = ()) -> CheckDocument:
    """What came of the quotes, and which judgements have none."""
    sources = {source.name: source for source in conflict.sources}
    cited = citations(conflict.sources)
    judgements = list(conflict.judgements())
    unsourced = [one for one in judgements if one.evidence.quote is None]
    return {
        "quotes": [
            {
                "source": one.quote.source,
                "citation": cited[one.quote.source],
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
        "relations": [
            {
                "where": one.where,
                "between": list(one.cited.between),
                "period": one.cited.period,
                "cited": [float(one.cited.value), float(one.cited.low), float(one.cited.high)],
                "measured": None if one.found is None else list(one.found),
                "agrees": one.agrees,
            }
            for one in relations
        ],
        "judgements": _counts(one.evidence.kind for one in judgements),
        "unsourced": _counts(one.evidence.kind for one in unsourced),
        "unsourced_at": [render_path(one.path) for one in unsourced],
        "model": model_entry(conflict),
    }


def cases_document(checked: Mapping[str, bool | None] | None = None) -> CasesDocument:
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

"""Why decision makers would stay or leave, for programs: types and their encoders."""

from __future__ import annotations

from collections.abc import Sequence

from typing_extensions import TypedDict

from standoff.analysis.stability import Analysis, Verdict
from standoff.conflict.model import StateName
from standoff.documents.entries import ModelEntry, MoveEntry, model_entry, move_entry, state_name
from standoff.documents.states import StateEntry, state_entries
from standoff.graph import Graph
from standoff.wording.explain import Explained


class AnswerEntry(TypedDict):
    """How an improvement is deterred."""

    improvement: StateName
    moves: list[MoveEntry]
    """One after another; under SIM at the same time, all from the state judged."""
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
    note: str | None
    """The author's remark on that judgement."""
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
                    {
                        "text": line.text,
                        "judgement": line.ground.path if line.ground else None,
                        "note": line.ground.evidence.note if line.ground else None,
                        "depth": line.depth,
                    }
                    for line in one.sentences
                ],
            }
            for one in explained
        ],
        "left_out": dict(analysis.left_out),
        "model": model_entry(graph.conflict),
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

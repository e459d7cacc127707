"""Why decision makers would stay or leave, for programs: types and their encoders."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from typing_extensions import TypedDict

from standoff.analysis.stability import Analysis, Verdict
from standoff.conflict.model import StateName
from standoff.conflict.states import Selection
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
    """Whether a decision maker would stay at a state, and why: the escape, or the answers that deter."""

    state: StateName
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
    """What is said of one decision maker at a state."""

    state: StateName
    who: str
    headline: str
    sentences: list[SentenceEntry]


class ExplainDocument(TypedDict):
    """What ``standoff explain --json`` prints."""

    state: StateEntry | None
    """The state that was asked about; null with ``--where``."""
    where: str | None
    """The formula (``--where``) that picks the states."""
    found: int
    """How many states were asked about."""
    states: list[StateEntry]
    """Those that are explained: at most ``--most``, the status quo and then those at which all stay most firmly."""
    verdicts: list[VerdictEntry]
    explanations: list[ExplanationEntry]
    left_out: dict[str, str]
    model: ModelEntry


def explain_document(
    analysis: Analysis, explained: Mapping[int, Sequence[Explained]], asked: Selection | None = None
) -> ExplainDocument:
    """Why decision makers would stay at a state, or at some of those asked for, or leave."""
    graph, names = analysis.graph, analysis.graph.states.names
    entries = state_entries(graph, explained)
    told = [(s, one) for s, here in explained.items() for one in here]
    return {
        "state": entries[0] if asked is None else None,
        "where": None if asked is None else asked.asked,
        "found": 1 if asked is None else len(asked.states),
        "states": entries,
        "verdicts": [_verdict(graph, s, verdict) for s, one in told for verdict in one.verdicts],
        "explanations": [
            {
                "state": names[s],
                "who": graph.conflict.decision_makers[one.i].name,
                "headline": one.headline,
                "sentences": [
                    {"text": line.text, "judgement": line.ground.path if line.ground else None, "depth": line.depth}
                    for line in one.sentences
                ],
            }
            for s, one in told
        ],
        "left_out": dict(analysis.left_out),
        "model": model_entry(graph.conflict),
    }


def _verdict(graph: Graph, s: int, one: Verdict) -> VerdictEntry:
    return {
        "state": graph.states.names[s],
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

"""What ``standoff brief --json`` prints."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from typing_extensions import TypedDict

from standoff.conflict.model import StateName
from standoff.documents.deals import DealEntry, deal_entry
from standoff.documents.entries import (
    ErrorsNeededEntry,
    ModelEntry,
    MoveEntry,
    dm_names,
    errors_entry,
    model_entry,
    move_entry,
)
from standoff.wording.states import state_phrase

if TYPE_CHECKING:
    from standoff.analysis.brief import Brief, Ending, Tempted, Turning
    from standoff.graph import Graph


class StandsEntry(TypedDict):
    """How firmly one decision maker stands at the status quo."""

    who: str
    stands: str
    """``at rest``, ``deterred``, ``deterred by costly threats only`` or ``will move``."""
    to: StateName | None
    """Where it could gain by moving; null where nowhere."""
    answer: list[MoveEntry]
    """What deters that; empty where nothing does."""


class TurningEntry(TypedDict):
    """A judgement that turns the verdict if it is wrong, and how it stands then."""

    judgement: str
    edit: str
    after: str


class EndingEntry(TypedDict):
    """Where improvements end, and how far that end is sound."""

    states: list[StateName]
    """One state, or a cycle that is never left."""
    words: str
    probability: float
    """In the chain of improvements, by its assumptions (``standoff paths``)."""
    tried: int | None
    """Changes of single judgements that were tried; null where none were."""
    kept: int | None
    """How many of them leave it a place where everybody is at rest."""
    draws: int | None
    drawn: int | None
    """In how many draws it is one; null where none were made."""


class BriefDocument(TypedDict):
    """What ``standoff brief --json`` prints."""

    page: dict[str, list[str]]
    """The page in sentences, by its headings."""
    status_quo: StateName | None
    stands: list[StandsEntry]
    firmness: str | None
    """How firmly the status quo stands, by its weakest decision maker."""
    deals: list[DealEntry]
    misreading: list[str]
    """Who would move only because of how it sees the others."""
    turning: list[TurningEntry]
    """The most believable first."""
    tried: int | None
    errors: ErrorsNeededEntry | None
    """How many judgements would have to be wrong for it to turn whether the status quo lasts; null: not looked for."""
    ends: list[EndingEntry]
    limits: list[str]
    not_done: list[str]
    """What was left out, and why."""
    model: ModelEntry


def brief_document(told: Brief, page: Mapping[str, Sequence[str]], not_done: Sequence[str]) -> BriefDocument:
    """For ``--json``."""
    graph, quo = told.analysis.graph, told.quo
    tempted = {one.by: one for one in (*told.leaving, *told.held)}
    return {
        "page": {title: list(sentences) for title, sentences in page.items()},
        "status_quo": None if quo is None else graph.states.names[quo],
        "stands": [_stands(graph, i, step.words, tempted.get(i)) for i, step in enumerate(told.stands)],
        "firmness": None if told.firmness is None else told.firmness.words,
        "deals": [deal_entry(graph, quo, one) for one in told.deals.deals] if told.deals and quo is not None else [],
        "misreading": dm_names(graph, told.misreading),
        "turning": [_turning(one) for one in told.turning],
        "tried": told.tried,
        "errors": None if told.errors is None else errors_entry(told.errors),
        "ends": [_ending(graph, one) for one in told.ends],
        "limits": list(graph.conflict.limits),
        "not_done": list(not_done),
        "model": model_entry(graph.conflict),
    }


def _stands(graph: Graph, i: int, words: str, one: Tempted | None) -> StandsEntry:
    moves = one.answer.moves if one is not None and one.answer is not None else ()
    return {
        "who": graph.conflict.decision_makers[i].name,
        "stands": words,
        "to": None if one is None else graph.states.names[one.to],
        "answer": [move_entry(graph, move) for move in moves],
    }


def _turning(one: Turning) -> TurningEntry:
    edit = one.flip.edits[0]
    return {"judgement": edit.where, "edit": edit.words, "after": one.after.words}


def _ending(graph: Graph, one: Ending) -> EndingEntry:
    return {
        "states": [graph.states.names[s] for s in one.end.states],
        "words": state_phrase(graph, one.end.states[0]),
        "probability": one.end.probability,
        "tried": one.tried,
        "kept": one.kept,
        "draws": None if one.share is None else one.share.draws,
        "drawn": None if one.share is None else one.share.count,
    }

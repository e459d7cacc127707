"""What ``standoff stress --json`` prints."""

from __future__ import annotations

from typing import TYPE_CHECKING

from typing_extensions import TypedDict

from standoff.conflict.model import StateName
from standoff.documents.entries import ErrorsNeededEntry, ModelEntry, errors_entry, model_entry
from standoff.errors import render_path
from standoff.wording.stress import assumptions

if TYPE_CHECKING:
    from standoff.analysis.uncertainty import Interval, Robustness

ROUND = 12  # digits: beyond them machines may differ


class ShareEntry(TypedDict):
    """The share of draws in which a state is an equilibrium, with its 95 % interval (Wilson)."""

    state: StateName
    concept: str
    share: float
    low: float
    high: float


class StandingEntry(TypedDict):
    """The share of draws in which a decision maker (null: everybody) would stay at the status quo."""

    who: str | None
    concept: str
    share: float
    low: float
    high: float


class DriverEntry(TypedDict):
    """How much of the spread of the verdict on the status quo one judgement's uncertainty accounts for by itself."""

    judgement: str
    concept: str
    share: float


class StressDocument(TypedDict):
    """What ``standoff stress --json`` prints. The same question and seed give the same bytes."""

    draws: int
    draws_again: int
    """How often something was drawn again because it left no valid conflict."""
    seed: int
    concepts: list[str]
    left_out: dict[str, str]
    equilibria: list[ShareEntry]
    status_quo: list[StandingEntry]
    milder: list[StandingEntry]
    """The same of everybody, in fewer draws, where judgements stray half as far."""
    stable: list[StandingEntry]
    drivers: list[DriverEntry]
    assumes: list[str]
    never_drawn: list[str]
    """Judgements of the truth that are not certain, and yet never drawn, by their paths; no share is about views."""
    errors: list[ErrorsNeededEntry]
    """How many judgements would have to be wrong for the verdict on the status quo to turn, by concept."""
    not_done: list[str]
    """What was left out because the time (``--time``) was over or somebody interrupted; empty where all is done."""
    model: ModelEntry


def document(found: Robustness) -> StressDocument:
    """For ``--json``: nothing in it depends on who computed it, or when."""
    graph = found.graph
    names, dms = graph.states.names, graph.conflict.decision_makers
    return {
        "draws": found.draws,
        "draws_again": found.again,
        "seed": found.seed,
        "concepts": list(found.concepts),
        "left_out": dict(found.left_out),
        "equilibria": [
            _share_entry(names[s], concept, interval)
            for concept, by_state in found.equilibria.items()
            for s, interval in by_state.items()
        ],
        "status_quo": [_standing(None, concept, interval) for concept, interval in found.status_quo.items()],
        "milder": [_standing(None, concept, interval) for concept, interval in found.milder.items()],
        "stable": [
            _standing(dms[i].name, concept, interval)
            for concept, intervals in found.stable.items()
            for i, interval in enumerate(intervals)
        ],
        "drivers": [
            {"judgement": one.path, "concept": one.concept, "share": round(one.share, ROUND)} for one in found.drivers
        ],
        "assumes": list(assumptions(found)),
        "never_drawn": [render_path(one.path) for one in found.uncertain.never],
        "errors": [errors_entry(one) for one in found.errors],
        "not_done": found.not_done,
        "model": model_entry(graph.conflict),
    }


def _share_entry(state: StateName, concept: str, interval: Interval) -> ShareEntry:
    share, low, high = _rounded(interval)
    return {"state": state, "concept": concept, "share": share, "low": low, "high": high}


def _standing(name: str | None, concept: str, interval: Interval) -> StandingEntry:
    share, low, high = _rounded(interval)
    return {"who": name, "concept": concept, "share": share, "low": low, "high": high}


def _rounded(interval: Interval) -> tuple[float, float, float]:
    low, high = interval.bounds
    return round(interval.share, ROUND), round(low, ROUND), round(high, ROUND)

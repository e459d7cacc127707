"""What ``standoff deals --json`` prints."""

from __future__ import annotations

from typing import TYPE_CHECKING

from typing_extensions import TypedDict

from standoff.conflict.model import StateName
from standoff.documents.entries import (
    GroundEntry,
    ModelEntry,
    MoveEntry,
    dm_names,
    ground_entry,
    model_entry,
    move_entry,
)
from standoff.wording.coalitions import gain
from standoff.wording.states import state_phrase

if TYPE_CHECKING:
    from standoff.analysis.deals import Deal, Deals
    from standoff.graph import Graph


class RunOffEntry(TypedDict):
    """After so many moves of a deal a member could be better off elsewhere than where the deal ends."""

    by: str
    after: int
    """How many moves are made by then, from 1."""
    to: StateName
    hurt: list[str]
    """The members who hold that worse than where the deal ends: they would have to trust it."""


class DealEntry(TypedDict):
    """A group can go together to a state that no member holds worse than the start and some hold better."""

    group: list[str]
    to: StateName
    words: str
    """What the state is called."""
    moves: list[MoveEntry]
    """Of the shortest legal sequences one that asks for least trust."""
    gains: dict[str, GroundEntry]
    """What each member that gains does gain: the judgement by which it prefers ``to``."""
    unharmed: list[str]
    """Members to whom ``to`` is as good as the start: they would need a reason, or something in return."""
    losing: dict[str, GroundEntry]
    """What each of the others loses who holds ``to`` worse than the start."""
    stands: dict[str, str]
    """How firmly each decision maker would stand there."""
    lasts: bool
    """Whether nobody would move from there."""
    breaking: list[str]
    """Who would."""
    run_offs: list[RunOffEntry]


class DealsDocument(TypedDict):
    """What ``standoff deals --json`` prints."""

    start: StateName
    where: str | None
    """The formula that the states had to satisfy."""
    deals: list[DealEntry]
    """Those of smaller groups first; of one size those that last best first."""
    groups_looked_at: int
    not_done: list[str]
    """What was left out because the time (``--time``) was over or somebody interrupted; empty where all is done."""
    model: ModelEntry


def deals_document(found: Deals) -> DealsDocument:
    """For ``--json``."""
    graph = found.graph
    return {
        "start": graph.states.names[found.options.start],
        "where": None if found.options.within is None else found.options.within.asked,
        "deals": [deal_entry(graph, found.options.start, one) for one in found.deals],
        "groups_looked_at": found.groups_looked_at,
        "not_done": list(found.not_done),
        "model": model_entry(graph.conflict),
    }


def deal_entry(graph: Graph, start: int, one: Deal) -> DealEntry:
    """One deal."""
    names, dms = graph.states.names, [dm.name for dm in graph.conflict.decision_makers]
    return {
        "group": dm_names(graph, one.group),
        "to": names[one.to],
        "words": state_phrase(graph, one.to),
        "moves": [move_entry(graph, move) for move in one.moves],
        "gains": {dms[i]: ground_entry(gain(graph, i, one.to, start)) for i in one.gaining},
        "unharmed": dm_names(graph, one.unharmed),
        "losing": {dms[i]: ground_entry(gain(graph, i, start, one.to)) for i in one.losing},
        "stands": {dm: stands.words for dm, stands in zip(dms, one.stands, strict=True)},
        "lasts": one.lasts,
        "breaking": dm_names(graph, one.breaking),
        "run_offs": [
            {"by": dms[run.by], "after": run.after, "to": names[run.to], "hurt": dm_names(graph, run.hurt)}
            for run in one.run_offs
        ],
    }
